//! The sums behind every view: whole numbers that edits keep current and a full count finds again.

use crate::board::demo;
use crate::book::{Book, TODAY, code, day, dec, frac, metric};
use crate::laws::{full, indexes, plan};
use proptest::prelude::*;
use renewdesk::domain::ids::RenewalId;
use renewdesk::pricing;
use renewdesk::program::{Engine, View, exact};
use rust_decimal::Decimal;

/// An edit of one renewal of a book.
fn edit(book: &mut Book, renewal: RenewalId, which: u8) {
    match which % 6 {
        0 => book.change(renewal, |r| r.stage = "committed".into()),
        1 => book.change(renewal, |r| {
            r.stage = "booked".into();
            r.booked_on = Some(day("2026-11-30"));
        }),
        2 => book.change(renewal, |r| r.planned_on = Some(day("2026-12-24"))),
        3 => book.change_lines(renewal, |line| {
            line.extended_net = line.extended_net.map(|net| net + dec("1.01"));
        }),
        4 => {
            let quote = book.quote(&[renewal]);
            book.snapshot.quotes.put(quote);
        }
        _ => {
            let quotes: Vec<_> = book.snapshot.quotes.iter().map(|quote| quote.id).collect();
            if let Some(id) = quotes.last() {
                book.snapshot.quotes.remove(*id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn edits_a_full_count_and_a_new_engine_hold_the_same_sums(
        indexes in indexes(), plans in prop::collection::vec(plan(), 1..7),
        edits in prop::collection::vec((0usize..7, any::<u8>()), 0..12),
    ) {
        let (mut book, ids) = full(&indexes, &plans);
        let mut engine = book.engine();
        for (which, how) in edits {
            let renewal = ids[which % ids.len()];
            edit(&mut book, renewal, how);
            engine.refresh(&book.snapshot, &[renewal], &|_| book.p);
            let fresh = book.engine();
            prop_assert!(engine.same_sums(&fresh));
            let mut counted = engine.clone();
            counted.recompute();
            prop_assert!(counted.same_sums(&fresh));
        }
    }
}

#[test]
fn a_renewal_that_is_gone_leaves_no_sum_behind() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal", "54000", "100000", "8");
    let kept = book.renewal("2026-12-20", "upcoming", &[("1000", "Services")]);
    let mut before = book.engine();
    let gone = book.renewal(
        "2026-12-10",
        "upcoming",
        &[("500", "Services"), ("1", "Services")],
    );
    let mut engine = book.engine();
    assert!(!engine.same_sums(&before));
    book.snapshot.renewals.remove(gone);
    engine.refresh(&book.snapshot, &[gone, kept], &|_| book.p);
    before.recompute();
    assert!(engine.same_sums(&before));
}

/// What is due and what flat renewals book, added up in decimals straight from the lines.
#[test]
fn a_book_without_quotes_adds_up_as_decimals_do() {
    let (mut snapshot, pack) = demo();
    for id in snapshot
        .quotes
        .iter()
        .map(|quote| quote.id)
        .collect::<Vec<_>>()
    {
        snapshot.quotes.remove(id);
    }
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &|_| dec("60"));
    let base = engine.project(&View::Booked, &code("baseline")).unwrap();
    let at = code("FY27M7");
    let projection = engine.project(&View::Open, &at).unwrap();
    let calendar = pack.calendar_for("");
    let month = |day| calendar.position_of(day);
    let (m0, last) = (calendar.position("FY27M4"), calendar.position("FY27M7"));
    let mut due = Decimal::ZERO;
    for renewal in &snapshot.renewals {
        let (Some(end), true) = (month(renewal.end), renewal.currency == Some(pack.currency))
        else {
            continue;
        };
        let lines = snapshot.lines.iter().filter(|line| {
            line.contract == Some(renewal.contract) && line.end == Some(renewal.end)
        });
        let services = lines
            .filter(|line| line.was_due() && line.portfolio().is_some_and(|p| p.is_services()));
        let leaves = renewal.loss_reason.as_deref() == Some("data_error");
        if Some(end) > m0 && Some(end) <= last && !leaves {
            let rates = services.filter_map(|line| pricing::line_run_rate(&line));
            due += rates.map(|(value, _)| value).sum::<Decimal>();
        }
    }
    let b0 = metric(&base, "Services", "otrr").b.clone().unwrap();
    let b = metric(&projection, "Services", "otrr").b.clone().unwrap();
    assert!(due > Decimal::ZERO);
    assert_eq!(b, b0 * frac("9") / frac("12") + exact::of(due));
}
