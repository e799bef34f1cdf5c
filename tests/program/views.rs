//! Views beyond the classes of stages: marked renewals, months ahead, metrics of a person's own pack,
//! amounts in another currency.

use crate::book::{Book, code, day, dec, figures, frac, metric};
use crate::deals::otrr_book;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::pack::load;
use renewdesk::program::{MetricBasis, Pack, ProgramError, View};

fn laid_over(text: &str) -> Pack {
    let (pack, problems) = load(Some(("mine.toml", text)));
    assert!(problems.is_empty(), "{problems:?}");
    pack
}

#[test]
fn marked_renewals_stand_beside_what_is_booked() {
    let mut book = otrr_book();
    book.booked("2026-12-01", "2026-11-22", &[("10000", "Services")]);
    let one = book.renewal("2026-12-02", "quoted", &[("3000", "Services")]);
    let two = book.renewal("2026-12-03", "committed", &[("500", "Services")]);
    let lost = book.renewal("2026-12-04", "lost", &[("200", "Services")]);
    let otrr = |view| figures(&book.project(view, "FY27M5"), "Services", "otrr");
    let marked = |ids: &[_]| View::Marked(ids.to_vec().into());
    assert_eq!(otrr(marked(&[])), otrr(View::Booked));
    assert_eq!(otrr(View::Booked), "59500.00 105366.67 9");
    assert_eq!(otrr(marked(&[one])), "62500.00 105366.67 9");
    assert_eq!(otrr(marked(&[one, one, lost])), otrr(marked(&[one])));
    assert_eq!(otrr(marked(&[one, two])), otrr(View::Open));
    let mut draft = book.quote(&[one]);
    draft.lines[0].buy = renewdesk::domain::quote::BuyDriver::UnitNet(dec("1000"));
    let engine = book.engine();
    let with = |ids: &[_]| {
        let at = engine.project_with(&draft, &marked(ids), &code("FY27M5"));
        figures(&at.unwrap(), "Services", "otrr")
    };
    assert_eq!(
        with(&[one]),
        "60500.00 105366.67 9",
        "the draft stands in its place"
    );
    assert_eq!(with(&[two]), "61000.00 105366.67 9");
}

#[test]
fn months_reach_to_the_end_of_the_next_fiscal_year() {
    let mut book = otrr_book();
    let months = book.engine().months();
    assert_eq!(months.first().map(|m| &**m), Some("FY27M4"));
    assert_eq!(months.last().map(|m| &**m), Some("FY28M12"));
    assert_eq!(months.len(), 21);
    book.today = day("2026-07-20");
    book.snapshot = Default::default();
    let engine = book.engine();
    assert_eq!(engine.months().last().map(|m| &**m), Some("FY27M12"));
    let fault = engine.project(&View::Booked, &code("FY28M1")).unwrap_err();
    assert_eq!(
        fault,
        ProgramError::BeyondHorizon("FY28M1".into(), "FY27M12".into())
    );
}

/// A portfolio and a ratio that only a person's pack names.
#[test]
fn a_portfolio_and_a_ratio_of_a_persons_own_pack_are_projected() {
    let mut book = Book::new();
    book.pack = laid_over(
        r#"
        portfolio = [ { id = "obs_x", title = "Observability X", size = "S" } ]
        measure = [ { id = "ai_share", title = "AI share", kind = "ratio", a = "ai_tcv", b = "tcv" } ]
        category = [ { portfolio = "obs_x", id = "performance", weight_pct = "100", source = "mine", as_of = 2026-11-22, confidence = "placeholder" } ]
        metric = [ { portfolio = "obs_x", category = "performance", id = "ai_share", share = 1, window_months = 12, band = "tenths", min_on = "B", min_amount = "25000", source = "mine", as_of = 2026-11-22, confidence = "placeholder" } ]
        "#,
    );
    let name = "Observability X";
    book.weighted(name, "AI share", ("100", "100"), "12000", "60000", "2");
    let row = book.snapshot.baseline.iter().next().unwrap().clone();
    book.snapshot
        .baseline
        .put(renewdesk::domain::baseline::BaselineRow {
            metric: Some("ai_share".into()),
            ..row
        });
    let ai = book.booked("2026-12-01", "2026-11-25", &[("30000", "Networking")]);
    let plain = book.booked("2026-12-01", "2026-11-25", &[("15000", "Networking")]);
    for (renewal, mark) in [(ai, Some(true)), (plain, None)] {
        book.change_lines(renewal, |line| {
            line.portfolio = Some(Portfolio(name.into()));
            line.ai = mark;
        });
    }
    let projection = book.project(View::Booked, "FY27M5");
    let found = metric(&projection, name, "ai_share");
    assert_eq!(found.basis, MetricBasis::Projected);
    assert_eq!(
        found.a,
        Some(frac("41000")),
        "11,000 left of 12,000, and 30,000"
    );
    assert_eq!(
        found.b,
        Some(frac("100000")),
        "55,000 left of 60,000, and 45,000"
    );
    assert_eq!(found.index, Some(dec("4")));
    let step = found.next_step.as_ref().unwrap();
    // money that raises A raises B: x = (0.5 · 100,000 − 41,000) / (1 − 0.5)
    assert_eq!((step.threshold, step.missing), (dec("50"), dec("18000.00")));
}

#[test]
fn amounts_in_another_currency_count_at_the_rate_of_their_day() {
    let eur = || {
        let mut book = otrr_book();
        let renewal = book.booked("2027-01-05", "2026-11-25", &[("1000.01", "Services")]);
        let change = |c: &mut Option<_>| *c = Some("EUR".parse().unwrap());
        book.change_lines(renewal, |line| {
            line.kind = LineKind::Service;
            change(&mut line.currency);
        });
        book.change(renewal, |r| change(&mut r.currency));
        book
    };
    let without = eur().project(View::Booked, "FY27M6");
    assert_eq!(without.left_out.len(), 1);
    assert!(without.left_out[0].reason.contains("no rate to USD"));
    let mut with = eur();
    with.pack = laid_over(
        r#"
        rate = [
          { from = "EUR", to = "USD", rate = "1.0835", on = 2026-01-01, source = "bank", as_of = 2026-11-22, confidence = "documented" },
          { from = "EUR", to = "USD", rate = "1.2", on = 2027-01-01, source = "bank", as_of = 2026-11-22, confidence = "documented" },
        ]
        "#,
    );
    let projection = with.project(View::Booked, "FY27M6");
    assert!(projection.left_out.is_empty());
    assert!(
        projection
            .assumptions
            .iter()
            .any(|a| a.starts_with("amounts in EUR"))
    );
    let plus = |id: &str| {
        let (now, before) = (
            metric(&projection, "Services", id),
            metric(&without, "Services", id),
        );
        let (a, b) = (now.a.clone().unwrap(), now.b.clone().unwrap());
        (a - before.a.clone().unwrap(), b - before.b.clone().unwrap())
    };
    // 1,000.01 at 1.0835 when booked, at 1.2 when due
    assert_eq!(plus("acv_growth").0, frac("1083.51"));
    assert_eq!(plus("otrr"), (frac("1083.51"), frac("1200.01")));
}
