//! Rows as a whole: grouping into renewals, value, order, and refreshing one row after an edit.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::book::sort::{Column, compare, sort};
use renewdesk::book::{AllAtStake, AtStake, Clock, Queue, QueueRow, SEPARATOR};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::money::Currency;
use renewdesk::domain::snapshot::{Patch, RowPatch};
use std::cmp::Ordering;

#[test]
fn lines_go_to_the_renewal_of_their_end_and_currency() {
    let (mut book, contract, dollars, first) = single("2026-12-31");
    let later = book.renewal(contract, "2027-12-31");
    let euros = book.renewal(contract, "2026-12-31");
    let eur: Currency = "EUR".parse().unwrap();
    book.edit(euros, |r| r.currency = Some(eur));
    let in_euros = book.line(contract, "2026-12-31", "500");
    book.edit_line(in_euros, |l| l.currency = Some(eur));
    let next_year = book.line(contract, "2027-12-31", "70");
    let unpriced = book.line(contract, "2026-12-31", "0");
    book.edit_line(unpriced, |l| {
        l.currency = None;
        l.extended_net = None;
    });
    let closed = book.line(contract, "2026-12-31", "9");
    book.edit_line(closed, |l| l.renewed_to = Some("123".into()));
    let queue = book.queue("2026-11-22");
    let row = |id| queue.row(id).unwrap();
    assert_eq!(
        queue.lines_of(euros).to_vec(),
        [in_euros, unpriced],
        "EUR before USD"
    );
    assert_eq!(queue.lines_of(later).to_vec(), [next_year]);
    assert_eq!(queue.lines_of(dollars).to_vec(), [first]);
    assert_eq!(row(dollars).atr().amount, Some(dec("40000")));
    assert_eq!(row(euros).atr().amount, Some(dec("500")));
    assert_eq!(row(euros).atr().currency, Some(eur));
}

#[test]
fn what_is_the_commonest_level_and_how_many_others() {
    let (mut book, contract, renewal, _) = single("2026-12-31");
    for level in ["SNTP", "SNTP", "OSP"] {
        let line = book.line(contract, "2026-12-31", "1");
        book.edit_line(line, |l| l.service_level = Some(level.into()));
    }
    let queue = book.queue("2026-11-22");
    let row = queue.row(renewal).unwrap();
    assert_eq!(row.what(), "SNTP +2");
    assert_eq!(row.service_level().map(|level| &**level), Some("SNTP"));
}

#[test]
fn the_haystack_is_folded_terms_and_never_holds_a_separator_of_its_own() {
    let (mut book, contract, renewal, line) = single("2026-12-31");
    let account = book.snapshot.contracts.get(contract).unwrap().account;
    let mut renamed = book.snapshot.accounts.get(account).unwrap().clone();
    renamed.name = "Zürich\u{1f}Bahn".into();
    book.snapshot.accounts.put(renamed);
    book.edit_line(line, |l| l.serial = Some("FOX1".into()));
    let queue = book.queue("2026-11-22");
    let haystack = book.gear(&queue).haystack(&queue.row(renewal).unwrap());
    let terms: Vec<&str> = haystack.split(SEPARATOR).collect();
    assert_eq!(terms, ["zurichbahn", "200123456", "fox1", "zz-test-24"]);
}

#[test]
fn unknown_values_come_last_both_ways() {
    let (mut book, contract, with, _) = single("2026-12-31");
    let without = book.renewal(contract, "2027-12-31");
    book.edit(without, |r| r.owner = None);
    let queue = book.queue("2026-11-22");
    for column in [
        Column::Atr,
        Column::Owner,
        Column::Portfolios,
        Column::Clock(Clock::LastRenewal),
    ] {
        for descending in [false, true] {
            let mut rows: Vec<QueueRow<'_>> = queue.rows().iter().collect();
            sort(&mut rows, column, descending);
            let first = if column == Column::Clock(Clock::LastRenewal) && descending {
                without
            } else {
                with
            };
            assert_eq!(rows[0].renewal(), first, "{column:?} {descending}");
        }
    }
}

#[test]
fn column_names_are_unique_and_read_back() {
    for column in Column::ALL {
        assert_eq!(Column::from_id(column.id()), Some(column));
    }
}

#[test]
fn stages_sort_in_the_order_of_work() {
    let (mut book, contract, upcoming, _) = single("2026-12-31");
    let quoted = book.renewal(contract, "2027-12-31");
    book.edit(quoted, |r| r.stage = "quoted".into());
    let unknown = book.renewal(contract, "2028-12-31");
    book.edit(unknown, |r| r.stage = "archived".into());
    let queue = book.queue("2026-11-22");
    let mut rows: Vec<QueueRow<'_>> = queue.rows().iter().collect();
    sort(&mut rows, Column::Stage, false);
    let order: Vec<RenewalId> = rows.iter().map(|row| row.renewal()).collect();
    assert_eq!(order, [upcoming, quoted, unknown]);
    assert!(queue.row(unknown).unwrap().open(), "nothing disappears");
}

#[test]
fn refresh_equals_a_new_build_after_every_kind_of_edit() {
    let (mut book, contract, first, line) = single("2026-12-31");
    let second = book.renewal(contract, "2027-12-31");
    book.line(contract, "2027-12-31", "70");
    let mut queue = book.queue("2026-11-22");
    let mut taken = book.queue("2026-11-22");
    let mut check = |book: &Book, touched: &[RenewalId]| {
        queue.refresh(
            &book.snapshot,
            &RULES,
            &CATALOGUE,
            day("2026-11-22"),
            touched,
        );
        let fresh = book.queue("2026-11-22");
        assert_eq!(queue.rows().len(), fresh.rows().len());
        for row in fresh.rows() {
            assert_eq!(queue.row(row.renewal()), Some(row));
            let lines = |queue: &Queue| queue.lines_of(row.renewal()).to_vec();
            assert_eq!(lines(&queue), lines(&fresh));
        }
        // worked out by themselves, handed on, and put into a queue that was of the book before
        let today = day("2026-11-22");
        let only = Queue::only(&book.snapshot, &RULES, &CATALOGUE, today, touched);
        let part = fresh.part(&RULES, touched);
        taken.take(&only, |_| true);
        for id in touched {
            for queue in [&only, &part, &taken] {
                let gone = fresh.row(*id).is_none();
                assert!(gone || queue.row(*id) == fresh.row(*id));
                assert!(gone || queue.lines_of(*id).to_vec() == fresh.lines_of(*id).to_vec());
            }
        }
    };
    book.edit(first, |r| r.stage = "quoted".into());
    check(&book, &[first]);
    let call = book.contact(first, "2026-11-20", "spoke");
    let other = book.contact(second, "2026-11-21", "spoke");
    check(&book, &[first, second]);
    book.snapshot.activities.remove(call);
    book.contact(second, "2026-11-22", "spoke");
    check(&book, &[first, second]);
    book.snapshot.activities.remove(other);
    check(&book, &[second]);
    let quote = book.quote(&[first, second], "2026-11-22", "100");
    check(&book, &[first, second]);
    book.snapshot.quotes.remove(quote);
    check(&book, &[first, second]);
    book.edit_line(line, |l| {
        l.portfolio_typed = renewdesk::domain::portfolio::Portfolio::named("Splunk")
    });
    check(&book, &[first]);
    let third = book.renewal(contract, "2028-12-31");
    book.line(contract, "2028-12-31", "33");
    check(&book, &[third]);
    book.snapshot.renewals.remove(first);
    check(&book, &[first]);
}

#[test]
fn a_patch_says_which_rows_it_touches() {
    let (mut book, contract, first, line) = single("2026-12-31");
    let second = book.renewal(contract, "2027-12-31");
    let quote = book.quote(&[first], "2026-11-22", "100");
    let queue = book.queue("2026-11-22");
    let patch = |row| Patch {
        rows: vec![row],
        ..Patch::default()
    };
    let mut both = book.snapshot.quotes.get(quote).unwrap().clone();
    both.renewals = vec![second];
    let touched = queue.touched_by(
        &patch(RowPatch::Quote(quote, Some(both.into()))),
        &book.snapshot,
    );
    assert_eq!(touched, Some(vec![first, second]));
    let flagged = book.snapshot.lines.get(line).unwrap();
    let touched = queue.touched_by(
        &patch(RowPatch::Line(line, Some(flagged.clone().into()))),
        &book.snapshot,
    );
    assert_eq!(touched, Some(vec![first]));
    let mut moved = flagged;
    moved.end = Some(day("2027-12-31"));
    let rebuilt = queue.touched_by(
        &patch(RowPatch::Line(line, Some(moved.into()))),
        &book.snapshot,
    );
    assert_eq!(rebuilt, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Sorting is total: any two rows compare the same way from both sides, and the result does
    /// not depend on the order one starts from.
    #[test]
    fn order_does_not_depend_on_the_start(seed in proptest::collection::vec((0u64..500, 0u32..4, any::<bool>()), 2..12), which in 0usize..22, descending: bool) {
        let mut book = Book::new();
        let account = book.account("A");
        let contract = book.contract(account, "1");
        for (offset, owner, priced) in seed {
            let end = (day("2026-06-01") + chrono::Days::new(offset)).to_string();
            let renewal = book.renewal(contract, &end);
            book.edit(renewal, |r| r.owner = (owner > 0).then(|| format!("o{owner}").into()));
            if priced {
                book.line(contract, &end, "100");
            }
        }
        let queue = book.queue("2026-11-22");
        let column = Column::ALL[which];
        let mut rows: Vec<QueueRow<'_>> = queue.rows().iter().collect();
        let mut reversed: Vec<QueueRow<'_>> = queue.rows().iter().rev().collect();
        sort(&mut rows, column, descending);
        sort(&mut reversed, column, descending);
        let ids = |rows: &[QueueRow<'_>]| rows.iter().map(|r| r.renewal()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&rows), ids(&reversed));
        for pair in rows.windows(2) {
            prop_assert_eq!(compare(&pair[0], &pair[1], column, descending), Ordering::Less);
        }
    }
}

#[test]
fn what_a_row_says_follows_an_edit() {
    let (mut book, _, renewal, _) = single("2026-12-31");
    let mut queue = book.queue("2026-11-22");
    let sentences = |book: &Book, queue: &Queue| -> Vec<String> {
        let told = queue.told(renewal, &book.snapshot, &RULES, &CATALOGUE);
        let told = told.unwrap();
        let reasons = told.risk.reasons.iter();
        reasons.map(|reason| reason.sentence.clone()).collect()
    };
    let before = sentences(&book, &queue);
    assert_eq!(sentences(&book, &queue), before);
    book.edit(renewal, |r| r.at_risk = Some("budget cut".into()));
    let today = day("2026-11-22");
    queue.refresh(&book.snapshot, &RULES, &CATALOGUE, today, &[renewal]);
    let after = sentences(&book, &queue);
    assert!(
        after.iter().any(|text| text.contains("budget cut")),
        "{after:?}"
    );
    assert_eq!(queue.row(renewal), book.queue("2026-11-22").row(renewal));
}

#[test]
fn what_is_at_stake_comes_back_with_a_row_that_was_closed_for_a_while() {
    let (mut book, _, renewal, _) = single("2026-12-31");
    let mut queue = book.queue("2026-11-22");
    let stake = AtStake {
        points: dec("0.25"),
        smooth: dec("1"),
        mark: "pivotal",
    };
    queue.set_stakes(AllAtStake::of([(renewal, stake)]));
    let today = day("2026-11-22");
    for (stage, wanted) in [("booked", None), ("upcoming", Some(stake))] {
        book.edit(renewal, |r| r.stage = stage.into());
        queue.refresh(&book.snapshot, &RULES, &CATALOGUE, today, &[renewal]);
        assert_eq!(queue.row(renewal).unwrap().at_stake(), wanted, "{stage}");
    }
}

proptest! {
    /// Rows are packed: whatever a renewal holds, its row says the same to the last digit.
    #[test]
    fn a_row_says_what_it_was_made_of(
        net in "[1-9]{1,3}|[1-9]{18,20}|0\\.0|[1-9]{14}\\.[0-9]{1,8}",
        stake in ("-?[0-9]{1,3}\\.[0-9]{1,12}|[1-9]{20}", "-?0\\.[0-9]{1,26}|[1-9]{19}"),
        (next, asleep, days) in (any::<Option<i32>>(), any::<Option<i16>>(), 1usize..4),
    ) {
        let (mut book, contract, renewal, line) = single("2026-12-31");
        let from_end = |days: i32| {
            let days = chrono::Days::new((days % 90_000).unsigned_abs().into());
            let end = day("2026-12-31");
            if next.is_some_and(|next| next < 0) { end - days } else { end + days }
        };
        let (next_date, until) = (next.map(from_end), asleep.map(|days| from_end(days.into())));
        book.edit(renewal, |r| (r.next_date, r.snoozed_until) = (next_date, until));
        book.edit_line(line, |l| l.extended_net = Some(dec(&net)));
        for _ in 1..days {
            let line = book.line(contract, "2026-12-31", "0");
            book.edit_line(line, |l| l.currency = None);
        }
        let stake = AtStake { points: dec(&stake.0), smooth: dec(&stake.1), mark: "spare" };
        let mut queue = book.queue("2026-11-22");
        let today = day("2026-11-22");
        for round in 0..2 {
            queue.set_stakes(AllAtStake::of([(renewal, stake)]));
            let row = queue.row(renewal).unwrap();
            let told = row.at_stake().unwrap();
            prop_assert_eq!(told, stake);
            let texts = |stake: AtStake| (stake.points.to_string(), stake.smooth.to_string());
            prop_assert_eq!(texts(told), texts(stake));
            prop_assert_eq!((row.next_date(), row.snoozed_until()), (next_date, until));
            let clocks = book.told(renewal, "2026-11-22").clocks;
            for clock in Clock::ALL {
                let wanted = clocks.get(clock).map(|known| known.date);
                prop_assert_eq!(row.clock(clock), wanted, "{:?}", clock);
                prop_assert_eq!(row.clocks().get(clock), wanted);
            }
            prop_assert_eq!(row.lines() as usize, queue.lines_of(renewal).len());
            prop_assert_eq!(row.score(), row.priority(&RULES).score);
            if round == 0 {
                queue.refresh(&book.snapshot, &RULES, &CATALOGUE, today, &[renewal]);
            }
        }
    }
}
