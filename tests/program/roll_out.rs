//! How the assessment's months leave their windows: by the book's own history where a month is
//! marked complete, else in even parts.

use crate::book::{Book, figures, frac, metric};
use crate::deals::otrr_book;
use proptest::prelude::*;
use renewdesk::program::pack::RollOut;
use renewdesk::program::{View, exact};

/// The figures of FY27M4, and what the book knows of FY26M5, the oldest month of the window: 7,000
/// booked on time, 3,000 lost.
fn with_history() -> Book {
    let mut book = otrr_book();
    book.booked("2025-12-01", "2025-11-25", &[("7000", "Services")]);
    book.renewal("2025-12-10", "lost", &[("3000", "Services")]);
    book
}

fn complete(book: &mut Book, month: &str) {
    let settings = &mut book.snapshot.settings;
    settings.insert(format!("history_complete.{month}"), "true".into());
}

#[test]
fn a_month_marked_complete_rolls_out_as_the_book_has_it() {
    let mut book = with_history();
    let even = book.project(View::Booked, "FY27M5");
    assert_eq!(
        figures(&even, "Services", "otrr"),
        "49500.00 91666.67 8",
        "unmarked, whatever the book holds"
    );
    assert!(
        even.assumptions
            .iter()
            .any(|a| a.contains("1 month of the assessment roll out in even"))
    );
    complete(&mut book, "FY26M5");
    let own = book.project(View::Booked, "FY27M5");
    assert_eq!(figures(&own, "Services", "otrr"), "47000.00 90000.00 8");
    let acv = metric(&own, "Services", "acv_growth");
    assert_eq!(acv.a, Some(frac("113000")));
    // the month of the year before is not known and leaves evenly; the known one comes in its place
    assert_eq!(acv.b, Some(frac("107000") - frac("100000") / frac("12")));
    assert!(own.assumptions.iter().any(|a| a.starts_with("FY26M5 roll")));
    let later = book.project(View::Booked, "FY27M6");
    let b = metric(&later, "Services", "otrr").b.clone();
    assert_eq!(b, Some(frac("90000") - frac("100000") / frac("12")));
}

#[test]
fn a_pack_may_always_roll_out_evenly_and_nothing_is_left_after_the_window() {
    let mut book = with_history();
    complete(&mut book, "FY26M5");
    let gone = book.project(View::Booked, "FY28M4");
    assert_eq!(figures(&gone, "Services", "otrr"), "0.00 0.00 0");
    book.pack.rollout = RollOut::Even;
    let even = book.project(View::Booked, "FY27M5");
    assert_eq!(figures(&even, "Services", "otrr"), "49500.00 91666.67 8");
}

#[test]
fn history_never_leaves_less_than_nothing() {
    let mut book = otrr_book();
    book.booked("2025-12-01", "2025-11-25", &[("700000", "Services")]);
    complete(&mut book, "FY26M5");
    let own = book.project(View::Booked, "FY27M5");
    assert_eq!(figures(&own, "Services", "otrr"), "0.00 0.00 0");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// A year of equal months, each known to the book, rolls out as even parts do.
    #[test]
    fn a_history_of_equal_months_is_the_even_roll_out(cents in 1u32..900_000, ahead in 0usize..14) {
        let months = [
            "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06",
            "2026-07", "2026-08", "2026-09", "2026-10", "2026-11",
        ];
        let value = rust_decimal::Decimal::new(cents.into(), 2);
        let year = (value * rust_decimal::Decimal::from(12)).to_string();
        let mut book = Book::new();
        book.row("Services", "On-Time Renewal", &year, &year, "10");
        for month in months {
            let on = format!("{month}-05");
            book.booked(&on, &on, &[(&value.to_string(), "Services")]);
        }
        let calendar = book.pack.calendar_for("").clone();
        let m0 = calendar.position("FY27M4").unwrap();
        let at = calendar.at(m0 + ahead).unwrap().code.to_string();
        let even = book.project(View::Booked, &at);
        for back in 0..12 {
            let code = calendar.at(m0 - back).unwrap().code.to_string();
            complete(&mut book, &code);
        }
        let own = book.project(View::Booked, &at);
        let (own, even) = (metric(&own, "Services", "otrr"), metric(&even, "Services", "otrr"));
        prop_assert_eq!(&own.a, &even.a);
        prop_assert_eq!(&own.b, &even.b);
        let left = 12usize.saturating_sub(ahead);
        prop_assert_eq!(own.a.clone().unwrap(), exact::of(value) * exact::int(left as i64));
    }
}
