//! The data-quality score: golden books, and the law that mending never costs points.

use crate::fixture::{CATALOGUE, RULES};
use chrono::NaiveDate;
use proptest::prelude::*;
use renewdesk::book::quality::{Fault, Quality, faulty};
use renewdesk::demo::{self, DemoOptions};
use renewdesk::domain::account::Account;
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::Pack;
use std::sync::LazyLock;
use uuid::Uuid;

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

/// A demo book as values, every row as the store would load it.
static DEMO: LazyLock<Snapshot> = LazyLock::new(|| {
    let mut options = DemoOptions::around(today());
    options.lines = 120;
    let plan = demo::generate(&options, &CATALOGUE, &Pack::shipped());
    let mut book = Snapshot::default();
    plan.batch.into_iter().for_each(|row| book.batches.put(row));
    plan.put_accounts
        .into_iter()
        .for_each(|row| book.accounts.put(row));
    plan.put_contracts
        .into_iter()
        .for_each(|row| book.contracts.put(row));
    plan.put_lines
        .into_iter()
        .for_each(|row| book.lines.put(row));
    plan.put_renewals
        .into_iter()
        .for_each(|row| book.renewals.put(row));
    book
});

fn quality(book: &Snapshot) -> Quality {
    Quality::of(book, &RULES, &CATALOGUE, today())
}

/// A line of the demo book without any fault, as the only one of a book.
fn clean() -> Snapshot {
    let bad: Vec<LineId> = faulty(&DEMO, &RULES, &CATALOGUE, today(), None)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let whole =
        |line: &Line| line.is_open() && line.kind == LineKind::Service && !bad.contains(&line.id);
    let line = DEMO.lines.iter().find(whole).unwrap();
    let mut book = DEMO.clone();
    let others: Vec<LineId> = DEMO
        .lines
        .iter()
        .map(|l| l.id)
        .filter(|id| *id != line.id)
        .collect();
    for id in others {
        book.lines.remove(id);
    }
    book
}

fn only_line(book: &Snapshot) -> Line {
    book.lines.iter().next().unwrap()
}

fn faults(book: &Snapshot) -> Vec<Fault> {
    let found = faulty(book, &RULES, &CATALOGUE, today(), None);
    found.into_iter().flat_map(|(_, faults)| faults).collect()
}

#[test]
fn a_book_without_faults_scores_a_hundred_and_one_without_lines_nothing() {
    let book = clean();
    assert_eq!(faults(&book), []);
    assert_eq!(quality(&book).book.fraction(), Some((100, 1)));
    assert_eq!(quality(&book).customers.len(), 1);
    assert_eq!(quality(&Snapshot::default()).book.fraction(), None);
}

#[test]
fn the_points_of_all_faults_are_a_hundred() {
    assert_eq!(
        Fault::ALL.iter().map(|fault| fault.points()).sum::<u64>(),
        100
    );
}

/// Each fault made by itself costs its own points and names the line's yearly value.
#[test]
fn each_fault_costs_its_points_and_is_explained() {
    type Make = fn(&mut Line);
    let cases: [(Fault, Make, u64); 6] = [
        (Fault::NoEnd, |line| line.end = None, 75),
        (
            Fault::UnknownPid,
            |line| line.pid = Some("ZZ-NEVER-SEEN".into()),
            85,
        ),
        (Fault::UnknownPid, |line| line.pid = None, 85),
        (Fault::NoSerial, |line| line.serial = None, 85),
        (
            Fault::Stale,
            |line| line.gone_in = line.origin.map(|o| o.batch),
            90,
        ),
        (
            Fault::NoPrice,
            |line| (line.unit_list, line.extended_net) = (None, None),
            80,
        ),
    ];
    for (fault, make, left) in cases {
        let mut book = clean();
        let mut line = only_line(&book);
        make(&mut line);
        book.lines.put(line.clone());
        let score = quality(&book).book;
        assert_eq!(faults(&book), [fault]);
        assert_eq!(score.whole(), Some(left), "{fault:?}");
        let taken = &score.deductions[0];
        assert_eq!((taken.lines, taken.of), (1, 1));
        let priced = renewdesk::pricing::line_run_rate(&line);
        assert_eq!(taken.unpriced, u64::from(priced.is_none()), "{fault:?}");
        let sum = taken.money.get(&line.currency).copied();
        assert_eq!(sum, priced.map(|(value, _)| value), "{fault:?}");
    }
}

#[test]
fn an_open_renewal_without_owner_and_a_hidden_contract_are_faults() {
    let mut book = clean();
    let line = only_line(&book);
    for mut renewal in DEMO.renewals.iter() {
        renewal.owner = None;
        book.renewals.put(renewal);
    }
    assert_eq!(faults(&book), [Fault::NoOwner]);
    assert_eq!(quality(&book).book.whole(), Some(95));
    let mut hidden = line;
    hidden.coverage = Coverage::Masked;
    book.lines.put(hidden);
    assert_eq!(faults(&book), [Fault::Masked]);
    assert_eq!(quality(&book).book.whole(), Some(90));
}

#[test]
fn an_import_older_than_ninety_days_makes_its_lines_stale() {
    let book = clean();
    let on = |day: &str| {
        Quality::of(&book, &RULES, &CATALOGUE, day.parse().unwrap())
            .book
            .whole()
    };
    let batch = book.batches.iter().next().unwrap();
    let read: NaiveDate = batch.at[..10].parse().unwrap();
    let after = |days: i64| (read + chrono::Days::new(days as u64)).to_string();
    assert_eq!(on(&after(90)), Some(100));
    assert_eq!(on(&after(91)), Some(90));
}

#[test]
fn the_worst_customer_comes_first() {
    let mut book = clean();
    let line = only_line(&book);
    let account = AccountId(Uuid::from_u128(1));
    book.accounts.put(Account {
        id: account,
        name: "Worse".into(),
        party_id: None,
        country: None,
    });
    book.lines.put(Line {
        id: LineId(2),
        account,
        end: None,
        ..line
    });
    let quality = quality(&book);
    let told: Vec<_> = quality.customers.iter().map(|c| c.score.whole()).collect();
    assert_eq!(told, [Some(75), Some(100)]);
    assert_eq!(&*quality.customers[0].name, "Worse");
    // 12.5 points of the book: half its lines lack an end.
    assert_eq!(quality.book.fraction(), Some((175, 2)));
    assert_eq!(quality.book.whole(), Some(87));
}

/// What is broken of a line, as bits, and which of it is mended.
fn broken(line: &Line, bits: u8) -> Line {
    let mut line = line.clone();
    let has = |bit: u8| bits & (1 << bit) != 0;
    if has(0) {
        line.end = None;
    }
    if has(1) {
        (line.unit_list, line.extended_net) = (None, None);
    }
    if has(2) {
        line.pid = Some("ZZ-NEVER-SEEN".into());
    }
    if has(3) {
        line.serial = None;
    }
    if has(4) {
        line.gone_in = line.origin.map(|origin| origin.batch);
    }
    if has(5) {
        line.coverage = Coverage::Masked;
    }
    line
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mending_never_lowers_a_score(
        bits in proptest::collection::vec(any::<u8>(), 120),
        mend in any::<u8>(),
        at in 0usize..120,
        owned in any::<bool>(),
    ) {
        let mut book = DEMO.clone();
        if !owned {
            for mut renewal in DEMO.renewals.iter() {
                renewal.owner = None;
                book.renewals.put(renewal);
            }
        }
        let lines: Vec<Line> = DEMO.lines.iter().collect();
        for (line, bits) in lines.iter().zip(&bits) {
            book.lines.put(broken(line, *bits));
        }
        let before = quality(&book);
        let at = at % lines.len();
        book.lines.put(broken(&lines[at], bits[at % bits.len()] & mend));
        let after = quality(&book);
        let score = |quality: &Quality| quality.book.fraction().unwrap();
        prop_assert_eq!(score(&before).1, score(&after).1);
        prop_assert!(score(&before).0 <= score(&after).0);
        for customer in &before.customers {
            let (points, of) = customer.score.fraction().unwrap();
            prop_assert!(points <= 100 * of);
            let same = after.customers.iter().find(|c| c.account == customer.account).unwrap();
            prop_assert!(points <= same.score.fraction().unwrap().0);
        }
    }
}
