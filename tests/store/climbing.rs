//! A book of an earlier schema is the same book after it was upgraded, and so is its history.

use crate::deeds;
use crate::fixture::*;
use renewdesk::domain::command::Operation;
use renewdesk::domain::ids::LineId;
use renewdesk::domain::moved::Span;
use renewdesk::store::{OpenMode, Store, StoreError};
use rusqlite::Connection;
use std::path::Path;

/// A book of schema 10 in which all deeds were done, upgraded, and one of today with the same.
fn both(folder: &Path) -> (Store, Store) {
    let path = folder.join("earlier.db");
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(include_str!("golden/book_v10.sql"))
        .unwrap();
    drop(conn);
    let climbed = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    let mut today = create(&folder.join("today.db"));
    deeds::all(&mut today);
    (climbed, today)
}

/// Everything a reader can ask of a book, as text.
fn told(store: &Store) -> Vec<String> {
    assert!(store.check().unwrap().is_sound(), "{:?}", store.check());
    let book = store.snapshot().unwrap();
    let mut told = words(&book, true);
    told.push(format!("next {}", book.lines.next_id()));
    for n in 1..book.lines.next_id().0 {
        let cells = store.cells_of(LineId(n)).unwrap();
        told.extend(cells.map(|cells| format!("cells of {n}: {cells}")));
    }
    let imports = store.imports(Span::Since(chrono::NaiveDate::MIN)).unwrap();
    told.extend(imports.moved.iter().map(|moved| format!("{moved:?}")));
    let rivals = store.rivals().unwrap();
    let mut lines: Vec<_> = rivals.lines.into_iter().collect();
    lines.sort_by_key(|(id, _)| *id);
    told.extend(lines.iter().map(|line| format!("{line:?}")));
    let mut writes: Vec<_> = rivals.writes.into_iter().collect();
    writes.sort_by_key(|(id, _)| *id);
    told.extend(writes.iter().map(|write| format!("{write:?}")));
    // an import counts cells as rows of their own no more
    let history = store.history(usize::MAX).unwrap();
    told.extend(history.iter().map(|op| {
        format!(
            "{:?}",
            Operation {
                rows: 0,
                ..op.clone()
            }
        )
    }));
    told
}

/// Both tell the same; what only one of them tells is shown.
#[track_caller]
fn same(one: &Store, other: &Store, when: &str) {
    assert_same(&[told(one), told(other)], when);
}

#[track_caller]
fn assert_same([one, other]: &[Vec<String>; 2], when: &str) {
    let only = |own: &[String], not: &[String]| -> Vec<String> {
        own.iter()
            .filter(|text| !not.contains(text))
            .cloned()
            .collect()
    };
    assert_eq!(only(one, other), only(other, one), "{when}");
    assert_eq!(one, other, "{when}: in another order");
}

#[test]
fn an_upgraded_book_tells_what_one_of_today_tells() {
    let dir = tempfile::tempdir().unwrap();
    let (climbed, today) = both(dir.path());
    same(&climbed, &today, "upgraded");
    assert_eq!(
        climbed.snapshot().unwrap().lines.next_id(),
        LineId(17),
        "16 is given"
    );
    assert!(dir.path().join("earlier.db.v10.bak").exists());
    // a decision rests on the id of a line without a serial
    let earlier = &climbed.snapshot().unwrap().earlier_ids;
    assert_eq!(earlier.get(&line_id(12)), Some(&id(4, 12)));
    assert!(today.snapshot().unwrap().earlier_ids.is_empty());
}

#[test]
fn what_was_done_before_an_upgrade_is_taken_back_and_brought_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut climbed, mut today) = both(dir.path());
    climbed.redo(&stamp()).unwrap();
    today.redo(&stamp()).unwrap();
    same(&climbed, &today, "redone");
    let mut undone = 0;
    while today.undo(&stamp()).is_ok() {
        climbed.undo(&stamp()).unwrap();
        undone += 1;
        same(&climbed, &today, &format!("{undone} undone"));
    }
    assert_eq!(undone, 9);
    assert!(matches!(
        climbed.undo(&stamp()),
        Err(StoreError::NothingToUndo)
    ));
    for redone in 1..=undone {
        today.redo(&stamp()).unwrap();
        climbed.redo(&stamp()).unwrap();
        same(&climbed, &today, &format!("{redone} redone"));
    }
}

#[test]
fn each_change_made_before_an_upgrade_can_be_taken_back_by_itself() {
    for seq in 1..=10 {
        let dir = tempfile::tempdir().unwrap();
        let (mut climbed, mut today) = both(dir.path());
        let done = today
            .revert(seq, &stamp())
            .map(|(_, restored)| restored.skipped);
        let again = climbed
            .revert(seq, &stamp())
            .map(|(_, restored)| restored.skipped);
        // cells were rows of their own, kept or taken back without their line
        let words = |done: Result<Vec<String>, StoreError>| match done {
            Ok(mut skipped) => {
                skipped.retain(|row| !row.starts_with("raw cells"));
                format!("{skipped:?}")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(words(again), words(done), "{seq}");
        let mut both = [told(&climbed), told(&today)];
        for told in &mut both {
            told.retain(|text| !text.starts_with("cells of"));
        }
        assert_same(&both, &format!("{seq} taken back"));
    }
}

#[test]
fn a_book_is_readable_in_any_tool() {
    let dir = tempfile::tempdir().unwrap();
    let (climbed, _) = both(dir.path());
    let conn = Connection::open(climbed.path()).unwrap();
    let row = |n: i64, columns: &str| -> Vec<Option<String>> {
        let sql = format!("SELECT {columns} FROM coverage_line WHERE n = ?1");
        conn.query_row(&sql, [n], |row| {
            let count = columns.split(", ").count();
            (0..count)
                .map(|at| match row.get_ref(at)? {
                    rusqlite::types::ValueRef::Integer(n) => Ok(Some(n.to_string())),
                    cell => Ok(cell.as_str_or_null().unwrap().map(str::to_owned)),
                })
                .collect()
        })
        .unwrap()
    };
    let some = |texts: &[&str]| -> Vec<Option<String>> {
        texts.iter().map(|text| Some((*text).to_owned())).collect()
    };
    let columns = "customer, contract_number, site, kind, coverage, pid, start_on, end_on, \
                   quantity, unit_list, discount_pct, extended_net, currency, origin_file, ea";
    let texts = [
        "Customer 0",
        "000000000",
        "Zürich 1",
        "service",
        "covered",
        "C9300-24T-E",
        "2026-01-15",
        "2027-01-14",
        "1",
        "1240.50",
        "37.500",
        "775.31",
        "USD",
        "quote-1.xlsx",
        "0",
    ];
    assert_eq!(row(1, columns), some(&texts));
    let texts = [
        "0.0000000000000000000000000001",
        "79228162514264337593543950335",
        "-0.50",
        "9999-12-31",
        "1969-12-31",
        "subscription",
        "Zürich \"X\"",
        "EUR",
        "Nord",
    ];
    let columns = "quantity, unit_list, extended_net, end_on, ldos, kind, portfolio, currency, \
                   origin_sheet";
    assert_eq!(row(14, columns), some(&texts));
    let shown: i64 = conn
        .query_row("SELECT count(*) FROM coverage_line", [], |row| row.get(0))
        .unwrap();
    assert_eq!(shown, 15, "one was taken back");
}
