//! One door: what is applied is there afterwards, in the snapshot and in the patch alike.

use crate::fixture::*;
use renewdesk::domain::command::{Command, ImportPlan, StageChange};
use renewdesk::domain::ids::*;
use renewdesk::domain::quote::{BuyDriver, QuoteLine};
use renewdesk::store::{Applied, OpenMode, Store, StoreError};

fn stage(renewal: u64, version: i64, stage: &str) -> Command {
    Command::SetStage(StageChange {
        renewal: RenewalId(id(5, renewal)),
        version,
        stage: stage.into(),
        on: None,
        reason: None,
        note: None,
        po: None,
        order: None,
        books: false,
    })
}

#[test]
fn an_import_reads_back_exactly_as_planned() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let plan = plan(95, 0);
    let mut store = create(&path);
    let applied = store
        .apply(&Command::Import(Box::new(plan.clone())), "import", &stamp())
        .unwrap();
    assert_eq!(applied.batch, plan.batch.as_ref().map(|b| b.id));
    drop(store);

    let store = Store::open(&path, &OpenMode::ReadOnly).unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(book.op_seq, 1);
    assert_eq!(lines_of(&book), plan.put_lines);
    assert!(book.contracts.iter().eq(plan.put_contracts.iter().cloned()));
    assert!(book.accounts.iter().eq(plan.put_accounts.iter().cloned()));
    assert!(book.sites.iter().eq(plan.put_sites.iter().cloned()));
    assert!(book.renewals.iter().eq(plan.put_renewals.iter().cloned()));
    let scale = |l: &renewdesk::domain::line::Line| l.discount_pct.map(|d| d.to_string());
    assert_eq!(scale(&lines_of(&book)[0]).as_deref(), Some("37.500"));
    assert_eq!(
        store.cells_of(plan.put_lines[0].id).unwrap().as_deref(),
        Some(r#"{"Coverage Notes":"none"}"#)
    );
    assert_eq!(store.cells_of(plan.put_lines[1].id).unwrap(), None);
}

#[test]
fn a_book_with_too_many_texts_to_keep_once_keeps_them_beside_their_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut store = create(&path);
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("INSERT INTO word VALUES (1, 'C9300-24T-E'), (131072, 'the last')")
        .unwrap();
    let plan = plan(20, 0);
    let import = Command::Import(Box::new(plan.clone()));
    store.apply(&import, "import", &stamp()).unwrap();
    assert_eq!(lines_of(&store.snapshot().unwrap()), plan.put_lines);
    let kinds: (String, String) = conn
        .query_row(
            "SELECT typeof(pid), typeof(description) FROM line WHERE n = 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(kinds, ("integer".into(), "text".into()));
    let cells = store.cells_of(line_id(0)).unwrap();
    assert_eq!(cells.as_deref(), Some(r#"{"Coverage Notes":"none"}"#));
    store.undo(&stamp()).unwrap();
    store.redo(&stamp()).unwrap();
    assert_eq!(lines_of(&store.snapshot().unwrap()), plan.put_lines);
}

#[test]
fn a_plan_made_against_an_older_book_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 10);
    let stale = Command::Import(Box::new(plan(10, 0)));
    let error = store.apply(&stale, "again", &stamp()).unwrap_err();
    assert!(
        matches!(error, StoreError::StalePlan { planned: 0, now: 1 }),
        "{error}"
    );
}

#[test]
fn patches_bring_a_snapshot_to_where_the_book_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 40);
    let mut live = store.snapshot().unwrap();
    let line = |n| Command::PutQuoteLines {
        quote: QuoteId(id(8, 1)),
        version: n,
        lines: vec![quote_line(n)],
        add_renewals: vec![RenewalId(id(5, 1))],
    };
    let commands = [
        stage(0, 0, "quoted"),
        Command::NewQuote(Box::new(quote(1, Vec::new()))),
        line(1),
        line(2),
        Command::Set {
            key: "user".into(),
            value: Some("dana".into()),
        },
    ];
    for command in &commands {
        let applied = store.apply(command, "edit", &stamp()).unwrap();
        live.apply(applied.patch);
        let book = store.snapshot().unwrap();
        assert_eq!(words(&live, true), words(&book, true));
        assert_eq!(live.op_seq, book.op_seq);
    }
    while let Ok(undone) = store.undo(&stamp()) {
        live.apply(undone.patch);
        let book = store.snapshot().unwrap();
        assert_eq!(words(&live, true), words(&book, true));
    }
    assert!(live.lines.is_empty());
    let quotes: Vec<String> = live.quotes.iter().map(|q| q.number.to_string()).collect();
    assert!(quotes.is_empty());
}

/// Thousands of changed lines are one changed quote; the book is not read again for them.
#[test]
fn a_change_of_very_many_lines_of_a_quote_comes_as_that_quote() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 40);
    let mut live = store.snapshot().unwrap();
    let line = |n, discount| QuoteLine {
        renews: None,
        buy: BuyDriver::DiscountPct(dec(discount)),
        ..quote_line(n)
    };
    let lines = |discount| (1..=2_500).map(|n| line(n, discount)).collect();
    let made = Command::NewQuote(Box::new(quote(1, lines("10"))));
    let changed = Command::PutQuoteLines {
        quote: QuoteId(id(8, 1)),
        version: 1,
        lines: lines("33"),
        add_renewals: Vec::new(),
    };
    for command in [made, changed] {
        let patch = store.apply(&command, "edit", &stamp()).unwrap().patch;
        assert!(patch.full.is_none() && patch.rows.len() < 10);
        live.apply(patch);
        let book = store.snapshot().unwrap();
        assert_eq!(words(&live, true), words(&book, true));
    }
    let undone = store.undo(&stamp()).unwrap().patch;
    assert!(undone.full.is_none());
    live.apply(undone);
    let book = store.snapshot().unwrap();
    assert_eq!(words(&live, true), words(&book, true));
}

#[test]
fn an_edit_that_saw_an_older_version_is_refused_with_both_values() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 10);
    store.apply(&stage(0, 0, "quoted"), "", &stamp()).unwrap();
    let error = store.apply(&stage(0, 0, "lost"), "", &stamp()).unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.contains("stage"), "{sentence}");
    assert!(
        sentence.contains("lost") && sentence.contains("quoted"),
        "{sentence}"
    );
    store.undo(&stamp()).unwrap();
    let again = store.apply(&stage(0, 1, "lost"), "", &stamp());
    assert!(
        matches!(again, Err(StoreError::Conflict { .. })),
        "versions never go back"
    );
}

#[test]
fn quote_numbers_count_up_and_stay_unique() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = filled(&dir.path().join("book.db"), 10);
    for n in 1..=3 {
        let new = Command::NewQuote(Box::new(quote(n, Vec::new())));
        let applied = store.apply(&new, "quote", &stamp()).unwrap();
        assert_eq!(applied.quote, Some(QuoteId(id(8, n))));
    }
    let book = store.snapshot().unwrap();
    let numbers: Vec<String> = book.quotes.heads().map(|q| q.number.to_string()).collect();
    assert_eq!(numbers, ["Q-1001", "Q-1002", "Q-1003"]);
    let mut taken = quote(4, Vec::new());
    taken.number = "Q-1002".into();
    let error = store
        .apply(&Command::NewQuote(Box::new(taken)), "", &stamp())
        .unwrap_err();
    assert!(error.to_string().contains("Q-1002"), "{error}");
}

#[test]
fn a_line_that_names_an_unknown_contract_undoes_the_whole_import() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(&dir.path().join("book.db"));
    let mut plan = plan(20, 0);
    plan.put_lines[7].contract = Some(ContractId(id(3, 999)));
    let error = store
        .apply(&Command::Import(Box::new(plan)), "import", &stamp())
        .unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
    assert!(store.snapshot().unwrap().accounts.is_empty());
    assert_eq!(store.op_seq().unwrap(), 0);
}

#[test]
fn one_cent_between_plan_and_book_stops_the_import() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let mut store = create(&path);
    let faulty = rusqlite::Connection::open(&path).unwrap();
    faulty
        .execute_batch(
            "CREATE TRIGGER cent AFTER INSERT ON line WHEN new.n = 5
             BEGIN UPDATE line SET extended_net = '775.32' WHERE n = 5; END;",
        )
        .unwrap();
    let import = Command::Import(Box::new(plan(20, 0)));
    let error = store.apply(&import, "import", &stamp()).unwrap_err();
    let sentence = error.to_string();
    assert!(matches!(error, StoreError::Totals { .. }), "{sentence}");
    assert!(
        sentence.contains("15506.20 USD") && sentence.contains("15506.21 USD"),
        "{sentence}"
    );
    assert!(store.snapshot().unwrap().lines.is_empty());
    faulty.execute_batch("DROP TRIGGER cent").unwrap();
    store.apply(&import, "import", &stamp()).unwrap();
}

/// An import whose lines come one by one, before the plan they belong to.
fn streamed(store: &mut Store, mut plan: ImportPlan) -> Result<Option<Applied>, StoreError> {
    store.import("import", &stamp(), |writer| {
        plan.batch.iter().try_for_each(|row| writer.batch(row))?;
        let accounts = std::mem::take(&mut plan.put_accounts);
        accounts.iter().try_for_each(|row| writer.account(row))?;
        let sites = std::mem::take(&mut plan.put_sites);
        sites.iter().try_for_each(|row| writer.site(row))?;
        let contracts = std::mem::take(&mut plan.put_contracts);
        contracts.iter().try_for_each(|row| writer.contract(row))?;
        for line in std::mem::take(&mut plan.put_lines) {
            writer.line(&line, Some("cells".into()))?;
        }
        Ok(Some(plan))
    })
}

/// What the disk may do to a line between its writing and the end of the import, and what of it the
/// control totals see.
#[test]
fn a_streamed_import_is_added_up_from_the_book_too() {
    let faults = [
        (
            "UPDATE line SET extended_net = '775.32' WHERE n = 5",
            "net 15506.21 USD",
        ),
        (
            "UPDATE line SET extended_net = NULL WHERE n = 5",
            "net 14730.89 USD",
        ),
        ("UPDATE line SET quantity = '2' WHERE n = 5", "quantity 21"),
        (
            "UPDATE line SET currency = 'EUR' WHERE n = 5",
            "net 775.31 EUR",
        ),
        ("UPDATE line SET deleted_op = 1 WHERE n = 5", "19 lines"),
    ];
    for (fault, words) in faults {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.db");
        let mut store = create(&path);
        let faulty = rusqlite::Connection::open(&path).unwrap();
        let trigger = format!(
            "CREATE TRIGGER fault AFTER INSERT ON line WHEN new.n = 12 BEGIN {fault}; END;"
        );
        faulty.execute_batch(&trigger).unwrap();
        let error = streamed(&mut store, plan(20, 0)).unwrap_err();
        let sentence = error.to_string();
        assert!(
            matches!(error, StoreError::Totals { .. }),
            "{fault}: {sentence}"
        );
        let (planned, written) = sentence.split_once("Written:").unwrap();
        assert!(
            planned.contains("20 lines, quantity 20, net 15506.20 USD"),
            "{sentence}"
        );
        assert!(written.contains(words), "{fault}: {sentence}");
        let book = store.snapshot().unwrap();
        assert!(book.lines.is_empty() && book.accounts.is_empty() && book.op_seq == 0);
        faulty.execute_batch("DROP TRIGGER fault").unwrap();
        streamed(&mut store, plan(20, 0)).unwrap();
        assert_eq!(store.snapshot().unwrap().lines.len(), 20);
        assert!(store.check().unwrap().is_sound());
    }
}

#[test]
fn a_plan_that_names_a_line_twice_keeps_the_last_and_adds_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(&dir.path().join("book.db"));
    let mut plan = plan(20, 0);
    let mut again = plan.put_lines[3].clone();
    again.extended_net = None;
    again.currency = None;
    plan.put_lines.push(again.clone());
    store
        .apply(&Command::Import(Box::new(plan)), "import", &stamp())
        .unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(book.lines.len(), 20);
    assert_eq!(book.lines.get(again.id), Some(again));
}

#[test]
fn a_large_change_comes_as_the_whole_book_read_by_two() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = create(&dir.path().join("book.db"));
    let plan = plan(9_000, 0);
    let import = Command::Import(Box::new(plan.clone()));
    let applied = store.apply(&import, "import", &stamp()).unwrap();
    let full = applied.patch.full.unwrap();
    let book = store.snapshot().unwrap();
    assert_eq!(lines_of(&full), plan.put_lines);
    assert_eq!(lines_of(&book), plan.put_lines);
    assert!(
        plan.put_lines
            .iter()
            .all(|l| book.lines.get(l.id).as_ref() == Some(l))
    );
    let undone = store.undo(&stamp()).unwrap();
    assert!(undone.patch.full.is_some_and(|book| book.lines.is_empty()));
    let mut quiet = store.without_patches();
    let redone = quiet.redo(&stamp()).unwrap();
    assert!(redone.patch.full.is_none() && redone.patch.rows.is_empty());
}

/// What another window changed meanwhile is never overwritten by an assessment typed before.
#[test]
fn a_typed_assessment_made_on_an_older_state_is_refused() {
    use renewdesk::domain::baseline::{BaselineRow, Typed};
    use renewdesk::domain::command::BaselineEdit;
    use renewdesk::domain::ids::BaselineId;
    let folder = tempfile::tempdir().unwrap();
    let mut store = create(&folder.path().join("b"));
    let row = BaselineRow {
        id: BaselineId(id(77, 1)),
        reseller: None,
        be_id: None,
        portfolio: renewdesk::domain::portfolio::Portfolio::services(),
        category: None,
        category_weight_pct: None,
        measurement: "On-time renewal rate".into(),
        metric: Some("otrr".into()),
        measurement_weight_pct: None,
        month: "FY27M4".into(),
        achieved: None,
        achieved_index: None,
        applied_index: Some(dec("8")),
        a: Some(dec("54000.50")),
        b: None,
        c: None,
        counts: [None; 3],
        batch: None,
        row: None,
        typed: Some(Typed {
            by: "ana".into(),
            on: day("2026-11-22"),
        }),
    };
    let mut keep = |was: Option<BaselineRow>, row: &BaselineRow| {
        let edit = BaselineEdit {
            put: vec![(was, row.clone())],
            ..BaselineEdit::default()
        };
        let command = Command::PutBaseline(Box::new(edit));
        store
            .apply(&command, "typed", &stamp())
            .map(|_| store.snapshot().unwrap())
    };
    let book = keep(None, &row).unwrap();
    assert_eq!(book.baseline.get(row.id), Some(&row));
    let nine = BaselineRow {
        applied_index: Some(dec("9")),
        ..row.clone()
    };
    keep(Some(row.clone()), &nine).unwrap();
    let late = keep(
        Some(row.clone()),
        &BaselineRow {
            a: None,
            ..row.clone()
        },
    );
    let error = late.unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict { theirs, .. } if theirs.contains("index 9")),
        "{error}"
    );
    let earlier = store.earlier_baseline(row.id).unwrap();
    assert_eq!(earlier, [(2, row.clone())]);
    assert!(matches!(
        store.apply(&Command::PutBaseline(Box::default()), "nothing", &stamp()),
        Err(StoreError::Refused(_))
    ));
}
