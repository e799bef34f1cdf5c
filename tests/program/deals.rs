//! P15-P19, P23 and the event table: what a deal adds, when, and in which view.

use crate::book::{Book, code, day, dec, figures, frac, metric, portfolio};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::{MetricBasis, Month, View, exact};

/// On-time figures of Services over 54,000 of 100,000 at FY27M4, in a month.
pub fn otrr_book() -> Book {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal", "54000", "100000", "8");
    book.row("Services", "ACV Growth", "120000", "100000", "9");
    book.row("Services", "Premium Services", "18000", "200000", "5");
    book
}

#[test]
fn p15_roll_out_and_a_renewal_on_time() {
    let mut book = otrr_book();
    book.booked("2026-12-01", "2026-11-22", &[("10000", "Services")]);
    let projection = book.project(View::Booked, "FY27M5");
    let otrr = metric(&projection, "Services", "otrr");
    assert_eq!(otrr.a, Some(frac("59500")));
    assert_eq!(otrr.b, Some(frac("305000") / frac("3")));
    assert_eq!(exact::text(otrr.value.as_ref().unwrap(), 2), "58.52");
    assert_eq!(otrr.index, Some(dec("9")));
    assert_eq!(otrr.basis, MetricBasis::Projected);
}

#[test]
fn p16_growth_rolls_exactly() {
    let mut book = otrr_book();
    book.booked("2026-12-01", "2026-11-22", &[("12000", "Services")]);
    let projection = book.project(View::Booked, "FY27M5");
    let acv = metric(&projection, "Services", "acv_growth");
    assert_eq!(acv.a, Some(frac("122000")));
    assert_eq!(acv.b, Some(frac("305000") / frac("3")));
    assert_eq!(acv.value, Some(frac("20")));
    assert_eq!(acv.index, Some(dec("9")));
}

#[test]
fn a_year_on_the_current_window_has_become_the_prior_one() {
    let mut book = otrr_book();
    let renewal = book.booked("2026-12-01", "2026-11-22", &[("12000", "Services")]);
    let projection = book.project(View::Booked, "FY28M4");
    assert_eq!(
        figures(&projection, "Services", "acv_growth"),
        "12000.00 120000.00 0"
    );
    let projection = book.project(View::Booked, "FY28M5");
    assert_eq!(
        figures(&projection, "Services", "acv_growth"),
        "0.00 122000.00 0",
        "the booking itself is a year old now"
    );
    book.change(renewal, |r| r.booked_on = Some(day("2026-11-21")));
    let projection = book.project(View::Booked, "FY28M4");
    assert_eq!(
        figures(&projection, "Services", "acv_growth"),
        "0.00 120000.00 0",
        "booked in the assessment's month: it holds that already"
    );
}

#[test]
fn p17_on_time_is_by_booking_date_and_grace() {
    for (grace, booked, on_time) in [
        (0, "2026-12-31", true),
        (0, "2027-01-01", false),
        (30, "2027-01-30", true),
        (30, "2027-01-31", false),
    ] {
        let mut book = otrr_book();
        book.pack.otrr.grace_days = grace;
        book.booked("2026-12-31", booked, &[("10000", "Services")]);
        let projection = book.project(View::Booked, "FY27M7");
        let a = metric(&projection, "Services", "otrr").a.clone();
        let expected = if on_time { "50500" } else { "40500" };
        assert_eq!(a, Some(frac(expected)), "{grace} {booked}");
    }
}

/// A over B of the on-time rate beyond what rolled, with a quote whose line is changed.
fn with_quote(
    value: &str,
    end: &str,
    change: impl Fn(&mut renewdesk::domain::quote::QuoteLine),
) -> (String, String) {
    let mut book = otrr_book();
    let renewal = book.renewal(end, "quoted", &[(value, "Services")]);
    let mut quote = book.quote(&[renewal]);
    quote.lines.iter_mut().for_each(change);
    let projection = book
        .engine()
        .project_with(&quote, &View::Quote(quote.id), &code("FY27M5"))
        .unwrap();
    let of = |id| {
        let metric = metric(&projection, "Services", id);
        let rolled_a = match id {
            "otrr" => "49500",
            "acv_growth" => "110000",
            _ => "16500",
        };
        exact::text(&(metric.a.clone().unwrap() - frac(rolled_a)), 2)
    };
    (of("otrr"), of("acv_growth"))
}

#[test]
fn p18_credit_is_capped_at_what_is_due() {
    use renewdesk::domain::quote::BuyDriver::UnitNet;
    let priced = |net: &'static str| {
        move |l: &mut renewdesk::domain::quote::QuoteLine| l.buy = UnitNet(dec(net))
    };
    let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
    assert_eq!(
        with_quote("10000", "2026-12-10", priced("12000")),
        pair("10000.00", "12000.00")
    );
    assert_eq!(
        with_quote("10000", "2026-12-10", priced("7000")),
        pair("7000.00", "7000.00")
    );
    let mut book = otrr_book();
    book.booked("2026-12-10", "2026-12-11", &[("10000", "Services")]);
    let late = book.project(View::Booked, "FY27M5");
    assert_eq!(figures(&late, "Services", "otrr"), "49500.00 101666.67 7");
    assert_eq!(
        metric(&late, "Services", "acv_growth").a,
        Some(frac("120000"))
    );
}

#[test]
fn p18_what_is_due_in_the_assessments_own_month_is_in_its_base_already() {
    let mut book = otrr_book();
    book.pack.otrr.grace_days = 30;
    book.renewal("2026-11-15", "committed", &[("1000", "Services")]);
    let projection = book.project(View::Committed, "FY27M5");
    assert_eq!(
        figures(&projection, "Services", "otrr"),
        "50500.00 91666.67 9"
    );
}

#[test]
fn multi_year_and_co_term_count_by_the_year() {
    let three = with_quote("10000", "2026-12-10", |l| {
        l.end = renewdesk::domain::day::term_end(l.start, 36);
        l.buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("30000"));
    });
    assert_eq!(three, ("10000.00".into(), "10000.00".into()));
    let short = with_quote("12000", "2026-12-31", |l| {
        l.end = day("2027-09-30");
        l.buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("8975.34"));
    });
    assert_eq!(short.1, "0.00", "books on its end, after the month");
    let mut book = otrr_book();
    let renewal = book.renewal("2026-12-31", "quoted", &[("12000", "Services")]);
    let mut quote = book.quote(&[renewal]);
    quote.lines[0].end = day("2027-09-30");
    quote.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("8975.34"));
    let at = book
        .engine()
        .project_with(&quote, &View::Quote(quote.id), &code("FY27M6"))
        .unwrap();
    let acv = metric(&at, "Services", "acv_growth").a.clone().unwrap() - frac("100000");
    assert_eq!(exact::text(&acv, 2), "8975.34");
    let otrr = metric(&at, "Services", "otrr").a.clone().unwrap() - frac("45000");
    assert_eq!(exact::text(&otrr, 2), "12000.00");
}

#[test]
fn p19_buying_program_penetration() {
    let pack = renewdesk::program::Pack::shipped();
    let scale = renewdesk::program::band::Scale {
        kind: pack.measure("buying").unwrap().kind,
        steps: renewdesk::program::band::Steps::Band(
            pack.band("tenths", "M", pack.as_of).cloned().unwrap(),
        ),
        minimum: None,
    };
    for (a, b, index) in [
        ("20000", "100000", 2),
        ("20000", "110000", 1),
        ("30000", "110000", 2),
    ] {
        assert_eq!(scale.read(&frac(a), &frac(b)).index(), index, "{a} of {b}");
    }
    for (ea, gained) in [(None, "0"), (Some(true), "10000")] {
        let mut book = Book::new();
        book.row("Networking", "Buying Program", "20000", "100000", "2");
        let renewal = book.renewal("2026-11-30", "quoted", &[("10000", "Networking")]);
        book.change_lines(renewal, |line| line.kind = LineKind::Subscription);
        let mut quote = book.quote(&[renewal]);
        quote.lines[0].ea = ea;
        quote.lines[0].proration = renewdesk::domain::quote::Proration::Cisco365Noleap;
        let engine = book.engine();
        let month = code("FY27M5");
        let before = engine.project(&View::Booked, &month).unwrap();
        let after = engine
            .project_with(&quote, &View::Quote(quote.id), &month)
            .unwrap();
        let of = |p| {
            let metric = metric(p, "Networking", "buying");
            (metric.a.clone().unwrap(), metric.b.clone().unwrap())
        };
        let ((a0, b0), (a1, b1)) = (of(&before), of(&after));
        assert_eq!((a1 - a0, b1 - b0), (frac(gained), frac("10000")));
    }
}

#[test]
fn premium_counts_services_lines_only_and_unknown_is_no() {
    let mut book = otrr_book();
    let services = book.booked(
        "2026-12-01",
        "2026-11-25",
        &[("1000", "Services"), ("2000", "Services")],
    );
    let network = book.booked("2026-12-01", "2026-11-25", &[("4000", "Networking")]);
    let mut first = true;
    book.change_lines(services, |line| {
        line.premium = std::mem::take(&mut first).then_some(true)
    });
    book.change_lines(network, |line| line.premium = Some(true));
    let projection = book.project(View::Booked, "FY27M5");
    let premium = metric(&projection, "Services", "premium");
    assert_eq!(premium.a, Some(frac("17500")));
    assert_eq!(
        premium.b,
        Some(frac("200000") * frac("11") / frac("12") + frac("3000"))
    );
}

#[test]
fn p23_the_weighted_view_reads_the_expected_ratio() {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal", "54000", "100000", "8");
    let x = book.renewal("2026-11-21", "quoted", &[("4000", "Services")]);
    let y = book.renewal("2026-11-21", "quoted", &[("3000", "Services")]);
    book.today = day("2026-11-21");
    for id in [x, y] {
        book.pack.otrr.grace_days = 30;
        book.change(id, |r| r.planned_on = Some(day("2026-11-22")));
    }
    let p = |id: RenewalId| if id == x { dec("50") } else { dec("80") };
    let engine = renewdesk::program::Engine::new(&book.pack, &book.snapshot, book.today, &p);
    let index = |view| {
        let projection = engine.project(&view, &Month::Baseline).unwrap();
        figures(&projection, "Services", "otrr")
    };
    assert_eq!(index(View::Booked), "54000.00 100000.00 8");
    assert_eq!(index(View::Weighted), "58400.00 100000.00 9");
    assert_eq!(index(View::Open), "61000.00 100000.00 10");
}

#[test]
fn views_grow_downwards() {
    let mut book = otrr_book();
    book.booked("2026-12-01", "2026-11-25", &[("1000", "Services")]);
    book.renewal("2026-12-02", "committed", &[("2000", "Services")]);
    book.renewal("2026-12-03", "upcoming", &[("4000", "Services")]);
    book.renewal("2026-12-04", "lost", &[("8000", "Services")]);
    let otrr = |view| figures(&book.project(view, "FY27M5"), "Services", "otrr");
    assert_eq!(otrr(View::Booked), "50500.00 106666.67 7");
    assert_eq!(otrr(View::Committed), "52500.00 106666.67 7");
    assert_eq!(otrr(View::Open), "56500.00 106666.67 8");
    assert_eq!(otrr(View::Weighted), "55000.00 106666.67 8");
}

#[test]
fn an_open_deal_past_its_end_earns_no_on_time_credit_whatever_is_planned() {
    let mut book = otrr_book();
    book.today = day("2026-12-05");
    let late = book.renewal("2026-12-01", "po_received", &[("10000", "Services")]);
    book.change(late, |r| r.planned_on = Some(day("2026-11-30")));
    let projection = book.project(View::Committed, "FY27M5");
    assert_eq!(
        figures(&projection, "Services", "otrr"),
        "49500.00 101666.67 7"
    );
    assert_eq!(
        metric(&projection, "Services", "acv_growth").a,
        Some(frac("120000")),
        "it books today, late"
    );
}

#[test]
fn early_renewal_books_now_and_is_credited_when_due() {
    let mut book = otrr_book();
    let early = book.renewal("2027-02-01", "committed", &[("10000", "Services")]);
    book.change(early, |r| r.planned_on = Some(day("2026-12-01")));
    let at = |month| book.project(View::Committed, month);
    assert_eq!(
        figures(&at("FY27M5"), "Services", "otrr"),
        "49500.00 91666.67 8"
    );
    assert_eq!(
        metric(&at("FY27M5"), "Services", "acv_growth").a,
        Some(frac("120000"))
    );
    assert_eq!(
        figures(&at("FY27M7"), "Services", "otrr"),
        "50500.00 85000.00 9"
    );
}

#[test]
fn what_counts_in_no_index_is_listed_with_the_reason() {
    let mut book = otrr_book();
    let euro = book.renewal("2026-12-01", "committed", &[("10000", "Services")]);
    book.change_lines(euro, |line| line.currency = Some("EUR".parse().unwrap()));
    book.change(euro, |r| r.currency = Some("EUR".parse().unwrap()));
    let bare = book.renewal("2026-12-02", "committed", &[("10000", "")]);
    let unpriced = book.renewal("2026-12-03", "committed", &[("10000", "Services")]);
    book.change_lines(unpriced, |line| line.extended_net = None);
    let projection = book.project(View::Open, "FY27M5");
    assert_eq!(
        figures(&projection, "Services", "otrr"),
        "49500.00 91666.67 8"
    );
    let listed: Vec<_> = projection
        .left_out
        .iter()
        .map(|left| {
            (
                left.renewal.unwrap(),
                &*left.reason,
                left.currency.map(|c| c.to_string()),
            )
        })
        .collect();
    assert_eq!(
        listed,
        [
            (
                euro,
                "in EUR, no rate to USD is loaded",
                Some("EUR".to_string())
            ),
            (bare, "1 line in no portfolio the pack knows", None),
            (unpriced, "1 line without a price", None),
        ]
    );
}

#[test]
fn a_data_error_is_no_longer_due_and_a_move_into_an_ea_still_is() {
    for (reason, figures_expected) in [
        ("data_error", "49500.00 91666.67 8"),
        ("moved", "49500.00 101666.67 7"),
        ("takeover", "49500.00 101666.67 7"),
    ] {
        let mut book = otrr_book();
        let lost = book.renewal("2026-12-01", "lost", &[("10000", "Services")]);
        book.change(lost, |r| r.loss_reason = Some(reason.into()));
        let projection = book.project(View::Open, "FY27M5");
        assert_eq!(
            figures(&projection, "Services", "otrr"),
            figures_expected,
            "{reason}"
        );
    }
    let moved = with_quote("10000", "2026-12-10", |l| l.ea = Some(true));
    assert_eq!(moved, ("0.00".into(), "10000.00".into()));
}

#[test]
fn lines_that_no_quote_line_renews_earn_nothing_and_expansion_lines_grow() {
    let mut book = otrr_book();
    let renewal = book.renewal(
        "2026-12-10",
        "quoted",
        &[("6000", "Services"), ("4000", "Services")],
    );
    let mut quote = book.quote(&[renewal]);
    quote.lines.truncate(1);
    let mut expansion = quote.lines[0].clone();
    expansion.id = renewdesk::domain::ids::QuoteLineId(crate::book::id(6, 999));
    expansion.renews = None;
    expansion.portfolio = Portfolio::named("Networking");
    quote.lines.push(expansion);
    let at = book
        .engine()
        .project_with(&quote, &View::Quote(quote.id), &code("FY27M5"))
        .unwrap();
    assert_eq!(figures(&at, "Services", "otrr"), "55500.00 101666.67 8");
    assert_eq!(
        metric(&at, "Services", "acv_growth").a,
        Some(frac("116000"))
    );
    assert_eq!(
        metric(&at, "Networking", "acv_growth").a,
        Some(frac("6000"))
    );
    assert_eq!(portfolio(&at, "Networking").score, None);
    assert_eq!(
        metric(&at, "Networking", "acv_growth").basis,
        MetricBasis::NoBaseline
    );
}

#[test]
fn only_the_newest_quote_of_a_renewal_counts() {
    let mut book = otrr_book();
    let renewal = book.renewal("2026-12-10", "committed", &[("10000", "Services")]);
    let mut old = book.quote(&[renewal]);
    old.created_on = day("2026-11-01");
    old.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("2000"));
    let mut new = book.quote(&[renewal]);
    new.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("9000"));
    book.snapshot.quotes.put(new.clone());
    book.snapshot.quotes.put(old.clone());
    let engine = book.engine();
    let otrr = |view| {
        figures(
            &engine.project(&view, &code("FY27M5")).unwrap(),
            "Services",
            "otrr",
        )
    };
    assert_eq!(otrr(View::Committed), "58500.00 101666.67 9");
    assert_eq!(otrr(View::Quote(old.id)), "51500.00 101666.67 8");
    let with = engine
        .project_with(&old, &View::Committed, &code("FY27M5"))
        .unwrap();
    assert_eq!(figures(&with, "Services", "otrr"), "51500.00 101666.67 8");
}
