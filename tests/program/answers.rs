//! What a projection answers beside its figures: months, movements, explanations.

use crate::book::{code, day, figures, frac, metric, portfolio};
use crate::deals::otrr_book;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::{MetricBasis, Month, ProgramError, View, moved};

#[test]
fn months_are_asked_for_by_name_and_refused_with_the_reason() {
    let book = otrr_book();
    let engine = book.engine();
    let horizon = engine.project(&View::Booked, &Month::Horizon).unwrap();
    assert_eq!(&*horizon.month, "FY27M6");
    assert_eq!(horizon.baseline_month.as_deref(), Some("FY27M4"));
    let baseline = engine.project(&View::Booked, &Month::Baseline).unwrap();
    assert_eq!(
        metric(&baseline, "Services", "otrr").basis,
        MetricBasis::Imported
    );
    let fault = |month| engine.project(&View::Booked, &code(month)).unwrap_err();
    assert!(matches!(fault("FY27M13"), ProgramError::UnknownMonth(..)));
    assert!(matches!(fault("FY27M3"), ProgramError::BeforeBaseline(..)));
    let mut outside = otrr_book();
    outside.today = day("2030-01-01");
    let fault = outside
        .engine()
        .project(&View::Booked, &Month::Horizon)
        .unwrap_err();
    assert_eq!(fault, ProgramError::TodayOutside(day("2030-01-01")));
}

#[test]
fn what_moved_adds_up_to_the_change_of_the_score() {
    let mut book = otrr_book();
    let renewal = book.renewal("2026-12-10", "quoted", &[("20000", "Services")]);
    let quote = book.quote(&[renewal]);
    let engine = book.engine();
    let before = engine.project(&View::Booked, &code("FY27M5")).unwrap();
    let after = engine
        .project_with(&quote, &View::Quote(quote.id), &code("FY27M5"))
        .unwrap();
    let rows = moved(&before, &after);
    let gain = rows
        .iter()
        .filter(|row| row.portfolio.is_services())
        .fold(frac("0"), |sum, row| sum + &row.gain);
    let score = |p| portfolio(p, "Services").score.clone().unwrap();
    assert_eq!(gain, score(&after) - score(&before));
    let ids: Vec<&str> = rows.iter().map(|row| &*row.to.metric).collect();
    assert_eq!(ids, ["acv_growth", "premium", "otrr"]);
}

#[test]
fn an_explanation_shows_the_inputs_the_window_and_the_band() {
    let mut book = otrr_book();
    let renewal = book.booked("2026-12-01", "2026-11-22", &[("10000", "Services")]);
    book.name_contract(renewal, "0042");
    let engine = book.engine();
    let projection = engine.project(&View::Booked, &code("FY27M5")).unwrap();
    let services = Portfolio::services();
    let text = |metric| {
        let explanation = engine.explain(&projection, &services, metric);
        let lines = explanation.lines.iter();
        lines
            .map(|(label, text)| format!("{label}: {text}\n"))
            .collect::<String>()
    };
    let otrr = text(Some("otrr"));
    for part in [
        "imported: A 54000.00, B 100000.00, applied index 8 (row 1 of the sheet)",
        "window: 12 months, 2025-12-21 to 2026-12-19, by end date",
        "rolled on: A 49500.00, B 91666.67",
        "from deals: A 10000.00, B 10000.00",
        "contract 0042: A 10000.00, B 10000.00",
        "value: 58.5246",
        "index: 9 (projected)",
        "points: category 25 % x metric 100 % x index 9 = 2.2500",
        "pack: Starter pack (placeholder weights), as of 2026-11-22, confidence placeholder",
    ] {
        assert!(otrr.contains(part), "lacks {part:?} in\n{otrr}");
    }
    let score = text(None);
    assert!(
        score.contains("On-time renewal rate: 25 % x 100 % x index 9 = 2.2500 (projected)"),
        "{score}"
    );
}

#[test]
fn an_explanation_of_a_draft_tells_what_the_quote_on_screen_adds() {
    let mut book = otrr_book();
    book.booked("2026-12-01", "2026-11-22", &[("10000", "Services")]);
    let renewal = book.renewal("2026-12-10", "quoted", &[("5000", "Services")]);
    let quote = book.quote(&[renewal]);
    let engine = book.engine();
    let projection = engine
        .project_with(&quote, &View::Quote(quote.id), &code("FY27M5"))
        .unwrap();
    let explanation = engine.explain(&projection, &Portfolio::services(), Some("acv_growth"));
    let of = |wanted: &str| {
        let found = explanation.lines.iter().find(|(label, _)| label == wanted);
        found.map(|(_, text)| text.as_str())
    };
    assert_eq!(of("from deals"), Some("A 15000.00, B 0.00"));
    assert_eq!(
        of("quote on screen, or of no renewal"),
        Some("A 5000.00, B 0.00")
    );
}

#[test]
fn a_quote_of_no_renewal_counts_as_open_and_books_today() {
    let mut book = otrr_book();
    let renewal = book.renewal("2026-12-10", "upcoming", &[("3000", "Services")]);
    let mut quote = book.quote(&[renewal]);
    quote.renewals.clear();
    quote.lines[0].renews = None;
    quote.lines[0].renewal = None;
    book.snapshot.quotes.put(quote.clone());
    let engine = book.engine();
    let acv = |view| {
        let projection = engine.project(&view, &code("FY27M5")).unwrap();
        figures(&projection, "Services", "acv_growth")
    };
    assert_eq!(acv(View::Committed), "110000.00 101666.67 5");
    assert_eq!(acv(View::Quote(quote.id)), "113000.00 101666.67 5");
    assert_eq!(acv(View::Open), "116000.00 101666.67 7");
}
