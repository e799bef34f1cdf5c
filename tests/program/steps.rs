//! The step ladder (P24), the deals behind a metric, and supposed indexes.

use crate::book::{Book, dec, frac, metric, portfolio};
use num_rational::BigRational;
use proptest::prelude::*;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::{
    LadderUnit, MetricBasis, Projection, Supposed, SupposedTo, View, exact, score,
};

fn services(book: &mut Book) {
    book.row("Services", "On-Time Renewal", "61000", "100000", "10");
    book.row("Services", "Black Belt", "", "", "4");
    book.row("Services", "Premium Services", "18000", "200000", "5");
}

fn index(metric: &str, index: i64) -> Supposed {
    Supposed {
        portfolio: Portfolio::services(),
        metric: metric.into(),
        to: SupposedTo::Index(index.into()),
    }
}

fn total(projection: &Projection) -> BigRational {
    portfolio(projection, "Services").score.clone().unwrap()
}

#[test]
fn p24_a_metric_above_its_last_step_shows_its_headroom() {
    let mut book = Book::new();
    services(&mut book);
    let engine = book.engine();
    let projection = book.project(View::Booked, "baseline");
    let found = engine.ladder(&projection, &Portfolio::services(), "otrr");
    let ladder = found.unwrap();
    assert_eq!(ladder.unit, LadderUnit::Percent);
    assert_eq!(ladder.headroom, Some(dec("999.99")));
    assert_eq!(ladder.standing, Some(10));
    assert!(
        ladder
            .rungs
            .iter()
            .all(|rung| rung.passed && rung.missing.is_none())
    );
}

#[test]
fn p22_each_step_above_says_what_it_takes_from_here() {
    let mut book = Book::new();
    services(&mut book);
    let engine = book.engine();
    let projection = book.project(View::Booked, "baseline");
    let found = engine.ladder(&projection, &Portfolio::services(), "premium");
    let ladder = found.unwrap();
    assert_eq!(ladder.standing, Some(5));
    let missing: Vec<_> = ladder
        .rungs
        .iter()
        .filter_map(|rung| rung.missing)
        .collect();
    // (t x 200,000 - 18,000) / (1 - t), past it by a cent
    assert_eq!(missing[0], dec("2222.23"));
    assert_eq!(missing[1], dec("14117.65"));
    assert!(missing.is_sorted(), "{missing:?}");
    assert_eq!(missing.len(), 5);
}

#[test]
fn a_sheet_that_differs_from_its_band_shifts_every_step() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal", "46000", "100000", "6");
    let engine = book.engine();
    let projection = book.project(View::Booked, "baseline");
    let found = engine.ladder(&projection, &Portfolio::services(), "otrr");
    let ladder = found.unwrap();
    assert_eq!(ladder.shift, dec("-1"));
    assert_eq!(ladder.rungs[7].index, dec("6"));
}

#[test]
fn a_metric_without_a_band_has_no_ladder() {
    let mut book = Book::new();
    book.row("Collaboration", "Onboard", "", "", "4");
    let projection = book.project(View::Booked, "baseline");
    let collab = Portfolio("Collaboration".into());
    assert!(
        book.engine()
            .ladder(&projection, &collab, "onboard")
            .is_none()
    );
}

#[test]
fn the_months_end_with_the_next_fiscal_year() {
    let mut book = Book::new();
    services(&mut book);
    let engine = book.engine();
    let months = engine.months_ahead();
    assert_eq!(&*months[0].code, "FY27M4");
    assert_eq!(&*months[months.len() - 1].code, "FY28M12");
}

#[test]
fn the_deals_behind_a_metric_add_up_to_what_it_gained() {
    for view in [View::Booked, View::Committed, View::Open, View::Weighted] {
        let mut book = Book::new();
        services(&mut book);
        book.renewal("2026-12-10", "committed", &[("30000", "Services")]);
        book.renewal("2026-12-20", "quoted", &[("7000.01", "Services")]);
        book.booked("2026-12-01", "2026-11-20", &[("1000", "Services")]);
        let engine = book.engine();
        let projection = book.project(view, "FY27M6");
        let shares = engine.behind(&projection, &Portfolio::services(), "otrr");
        let otrr = metric(&projection, "Services", "otrr");
        let rolled = |whole: &str| frac(whole) * BigRational::new(10.into(), 12.into());
        let sum = |side: fn(&renewdesk::program::Share) -> &BigRational| {
            exact::sum(shares.iter().map(side))
        };
        assert_eq!(otrr.a.clone().unwrap() - rolled("61000"), sum(|s| &s.a));
        assert_eq!(otrr.b.clone().unwrap() - rolled("100000"), sum(|s| &s.b));
        assert_eq!(shares.len(), 3, "the value due counts in every view");
    }
}

#[test]
fn what_is_supposed_is_marked_and_what_is_unknown_passed_over() {
    let mut book = Book::new();
    services(&mut book);
    let engine = book.engine();
    let before = book.project(View::Booked, "baseline");
    let after = engine.suppose(&before, &[index("black_belt", 7), index("nothing", 9)]);
    let belt = metric(&after, "Services", "black_belt");
    assert_eq!(belt.basis, MetricBasis::WhatIf);
    assert_eq!(belt.basis.word(), "what if");
    let one = score::next_edge(&total(&after), &book.pack.tiers).unwrap();
    assert_eq!(portfolio(&after, "Services").missing, Some(one.1));
    assert_eq!(portfolio(&after, "Security").score, None);
}

#[test]
fn supposed_figures_are_read_with_the_band() {
    let mut book = Book::new();
    services(&mut book);
    let engine = book.engine();
    let before = book.project(View::Booked, "baseline");
    let figures = Supposed {
        portfolio: Portfolio::services(),
        metric: "otrr".into(),
        to: SupposedTo::Figures(frac("46000"), frac("100000")),
    };
    let otrr = engine.suppose(&before, &[figures]);
    let otrr = metric(&otrr, "Services", "otrr").clone();
    assert_eq!((otrr.index, otrr.value), (Some(dec("7")), Some(frac("46"))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A supposed index is linear in its weight, whatever else is supposed, in any order.
    #[test]
    fn supposing_is_linear(belt in 0i64..=10, premium in 0i64..=10) {
        let mut book = Book::new();
        services(&mut book);
        let engine = book.engine();
        let before = book.project(View::Booked, "baseline");
        let both = [index("black_belt", belt), index("premium", premium)];
        let other = [both[1].clone(), both[0].clone()];
        let after = engine.suppose(&before, &both);
        let mut expected = total(&before);
        for (id, to) in [("black_belt", belt), ("premium", premium)] {
            let from = metric(&before, "Services", id);
            let weight = &from.category_weight * &from.metric_weight;
            expected += weight * (exact::int(to) - exact::of(from.index.unwrap()));
        }
        prop_assert_eq!(total(&after), expected);
        prop_assert_eq!(total(&engine.suppose(&before, &other)), total(&after));
        let back = [index("black_belt", 4), index("premium", 5)];
        prop_assert_eq!(total(&engine.suppose(&after, &back)), total(&before));
    }
}
