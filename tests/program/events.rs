//! The event table of program §8, row by row: what each event adds to A and B of every metric. All
//! figures of the assessment are 0 here, so that A and B are what deals add.

use crate::book::{Book, dec, figures, id, quote_line};
use renewdesk::domain::adoption::Adoption;
use renewdesk::domain::day::term_end;
use renewdesk::domain::ids::{AccountId, AdoptionId, RenewalId};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::quote::{Quote, QuoteLine};
use renewdesk::program::{MetricBasis, View};

const CLOUD: &str = "Cloud & AI Infrastructure";

fn blank() -> Book {
    let mut book = Book::new();
    for name in ["On-Time Renewal", "ACV Growth", "Premium Services"] {
        book.row("Services", name, "0", "0", "0");
    }
    for name in [
        "ACV Growth",
        "TCV Growth",
        "Buying Program",
        "AI Bookings",
        "Onboard",
        "Adoption",
    ] {
        book.row(CLOUD, name, "0", "0", "0");
        if !name.starts_with("AI") {
            book.row("Collaboration", name, "0", "0", "0");
        }
    }
    book
}

/// `A B` of metrics with everything open, at the end of January 2027.
fn adds<const N: usize>(book: &Book, portfolio: &str, metrics: [&str; N]) -> [String; N] {
    adds_in(book, View::Open, "FY27M6", portfolio, metrics)
}

fn adds_in<const N: usize>(
    book: &Book,
    view: View,
    month: &str,
    portfolio: &str,
    metrics: [&str; N],
) -> [String; N] {
    let projection = book.project(view, month);
    metrics.map(|metric| {
        let all = figures(&projection, portfolio, metric);
        all.rsplit_once(' ').unwrap().0.replace(".00", "")
    })
}

const SERVICES: [&str; 3] = ["otrr", "acv_growth", "premium"];
const ALL: [&str; 6] = [
    "acv_growth",
    "tcv_growth",
    "buying",
    "ai_pen",
    "onboard",
    "adopt",
];

/// A service contract of 10,000 a year that ends on 2026-12-20, with a quote changed so.
fn quoted(change: impl FnOnce(&mut QuoteLine)) -> Book {
    let mut book = blank();
    let renewal = book.renewal("2026-12-20", "quoted", &[("10000", "Services")]);
    let mut quote = book.quote(&[renewal]);
    change(&mut quote.lines[0]);
    book.snapshot.quotes.put(quote);
    book
}

fn net(line: &mut QuoteLine, value: &str) {
    line.buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec(value));
}

#[test]
fn due_late_lost_and_taken_over() {
    let mut book = blank();
    book.renewal("2026-12-20", "upcoming", &[("10000", "Services")]);
    let open = adds_in(&book, View::Booked, "FY27M6", "Services", SERVICES);
    assert_eq!(open, ["0 10000", "0 0", "0 0"], "due, still open");
    let late = {
        let mut book = blank();
        book.booked("2026-12-10", "2026-12-11", &[("10000", "Services")]);
        adds(&book, "Services", SERVICES)
    };
    assert_eq!(late, ["0 10000", "10000 0", "0 10000"]);
    for reason in ["price", "takeover"] {
        let mut book = blank();
        let lost = book.renewal("2026-12-20", "lost", &[("10000", "Services")]);
        book.change(lost, |r| r.loss_reason = Some(reason.into()));
        assert_eq!(adds(&book, "Services", SERVICES), ["0 10000", "0 0", "0 0"]);
        book.pack.otrr.takeover_removes_due = true;
        let due = if reason == "takeover" {
            "0 0"
        } else {
            "0 10000"
        };
        assert_eq!(adds(&book, "Services", ["otrr"]), [due], "{reason}");
    }
}

#[test]
fn flat_uplift_contraction_multi_year_and_co_term() {
    let flat = adds(&quoted(|_| {}), "Services", SERVICES);
    assert_eq!(flat, ["10000 10000", "10000 0", "0 10000"]);
    let more = adds(&quoted(|line| net(line, "12000")), "Services", SERVICES);
    assert_eq!(more, ["10000 10000", "12000 0", "0 12000"]);
    let less = adds(&quoted(|line| net(line, "7000")), "Services", SERVICES);
    assert_eq!(less, ["7000 10000", "7000 0", "0 7000"]);
    let years = quoted(|line| {
        line.end = term_end(line.start, 36);
        net(line, "30000");
    });
    assert_eq!(
        adds(&years, "Services", SERVICES),
        ["10000 10000", "10000 0", "0 30000"],
        "T/y to ACV, T to the base"
    );
    // 73 of 365 days for 1,500: N = T/y = 7,500 a year; ACV is T itself
    let short = quoted(|line| {
        line.end = line.start + chrono::Duration::days(72);
        net(line, "1500");
    });
    assert_eq!(
        adds(&short, "Services", SERVICES),
        ["7500 10000", "1500 0", "0 1500"]
    );
}

#[test]
fn moved_into_an_ea_and_raised_to_a_premium_service() {
    let moved = |line: &mut QuoteLine| {
        line.ea = Some(true);
        line.kind = LineKind::Subscription;
        line.portfolio = renewdesk::domain::portfolio::Portfolio::named("Cloud");
    };
    let book = quoted(moved);
    assert_eq!(adds(&book, "Services", SERVICES), ["0 10000", "0 0", "0 0"]);
    assert_eq!(
        adds(&book, CLOUD, ALL),
        ["10000 0", "10000 0", "10000 10000", "0 10000", "0 0", "0 0"],
        "V and T in the EA line's portfolio; no new use case"
    );
    let mut within = quoted(|line| line.ea = Some(true));
    assert_eq!(adds(&within, "Services", ["otrr"]), ["0 10000"]);
    within.pack.otrr.ea_counts = true;
    assert_eq!(adds(&within, "Services", ["otrr"]), ["10000 10000"]);
    let raised = quoted(|line| line.premium = Some(true));
    assert_eq!(
        adds(&raised, "Services", SERVICES),
        ["10000 10000", "10000 0", "10000 10000"]
    );
}

#[test]
fn an_early_renewal_is_credited_when_due_and_marked_pulled_forward() {
    let mut book = blank();
    book.booked("2027-02-10", "2026-12-05", &[("10000", "Services")]);
    let at = |month| adds_in(&book, View::Booked, month, "Services", SERVICES);
    assert_eq!(at("FY27M5"), ["0 0", "10000 0", "0 10000"]);
    assert_eq!(at("FY27M7"), ["10000 10000", "10000 0", "0 10000"]);
    let said = |month| {
        let assumed = book.project(View::Booked, month).assumptions;
        assumed.iter().any(|a| a.contains("pulled forward"))
    };
    assert!(said("FY27M5") && said("FY27M7") && !said("FY27M4"));
    let mut usual = blank();
    usual.booked("2026-12-10", "2026-12-05", &[("10000", "Services")]);
    let assumed = usual.project(View::Booked, "FY27M7").assumptions;
    assert!(!assumed.iter().any(|a| a.contains("pulled forward")));
}

/// An expansion line of 4,000 on a quote over a renewal.
fn expanded(portfolio: &str, change: impl FnOnce(&mut QuoteLine)) -> (Book, RenewalId) {
    let mut book = blank();
    let renewal = book.renewal("2026-12-20", "quoted", &[("10000", portfolio)]);
    book.change_lines(renewal, |line| line.kind = LineKind::Subscription);
    let mut quote: Quote = book.quote(&[renewal]);
    let line = book.lines_of(renewal).remove(0);
    let mut more = quote_line(77_777, Some(renewal), &line);
    more.renews = None;
    net(&mut more, "4000");
    change(&mut more);
    quote.lines.push(more);
    book.snapshot.quotes.put(quote);
    (book, renewal)
}

#[test]
fn an_expansion_grows_and_a_new_subscription_dilutes_onboarding() {
    let (mut book, _) = expanded(CLOUD, |_| {});
    assert_eq!(
        adds(&book, CLOUD, ALL),
        [
            "14000 0", "14000 0", "0 14000", "0 14000", "0 4000", "0 4000"
        ],
        "the renewed use case stays out of onboard and adopt"
    );
    book.pack.engagement.renewal_reenters = true;
    assert_eq!(adds(&book, CLOUD, ["onboard"]), ["0 14000"]);
    let (service, _) = expanded(CLOUD, |line| line.kind = LineKind::Service);
    assert_eq!(adds(&service, CLOUD, ["onboard", "adopt"]), ["0 0", "0 0"]);
    let (held, _) = expanded("Collaboration", |_| {});
    let projection = held.project(View::Open, "FY27M6");
    for metric in ["onboard", "adopt"] {
        let found = crate::book::metric(&projection, "Collaboration", metric);
        assert_eq!(found.basis, MetricBasis::Held);
    }
}

#[test]
fn an_ai_line_counts_in_its_column_for_six_months() {
    let (book, _) = expanded(CLOUD, |line| line.ai = Some(true));
    assert_eq!(adds(&book, CLOUD, ["ai_pen"]), ["4000 14000"]);
    let at = |month| adds_in(&book, View::Open, month, CLOUD, ["ai_pen", "acv_growth"]);
    assert_eq!(at("FY27M11"), ["4000 14000", "14000 0"]);
    assert_eq!(at("FY27M12"), ["0 0", "14000 0"]);
    let (unknown, _) = expanded(CLOUD, |line| line.ai = None);
    assert_eq!(adds(&unknown, CLOUD, ["ai_pen"]), ["0 14000"]);
}

#[test]
fn a_stage_completed_since_the_assessment_adds_what_was_booked() {
    let with = |stage: &str, since: &str| {
        let mut book = blank();
        let renewal = book.booked("2027-06-30", "2026-07-01", &[("9000", CLOUD)]);
        book.change_lines(renewal, |line| {
            line.kind = LineKind::Subscription;
            line.description = Some("Hypershield subscription".into());
        });
        book.snapshot.adoption.put(Adoption {
            id: AdoptionId(id(12, 1)),
            account: AccountId(id(9, 1)),
            offer: "Hypershield".into(),
            use_case: "Segmentation".into(),
            stage: stage.into(),
            adoption_pct: None,
            usage_pct: None,
            seen: None,
            open_actions: None,
            origin: None,
            since: Some(since.parse().unwrap()),
        });
        book
    };
    let month =
        |book: &Book, month| adds_in(book, View::Booked, month, CLOUD, ["onboard", "adopt"]);
    assert_eq!(
        month(&with("implement", "2026-11-22"), "FY27M5"),
        ["9000 0", "0 0"]
    );
    assert_eq!(
        month(&with("optimize", "2026-11-22"), "FY27M5"),
        ["0 0", "9000 0"]
    );
    assert_eq!(
        month(&with("implement", "2026-11-22"), "FY27M4"),
        ["0 0", "0 0"]
    );
    assert_eq!(
        month(&with("use", "2026-11-22"), "FY27M5"),
        ["0 0", "0 0"],
        "day unknown"
    );
    assert_eq!(
        month(&with("implement", "2026-11-20"), "FY27M5"),
        ["0 0", "0 0"],
        "in the sheet"
    );
    assert_eq!(
        month(&with("implement", "2026-12-24"), "FY27M6"),
        ["0 0", "0 0"],
        "to come"
    );
}
