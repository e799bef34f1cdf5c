//! The tables of a pack beside scores: measures as data, incentive, goal seek, forecast, rates.

use chrono::NaiveDate;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::Proration;
use renewdesk::domain::rules::RiskLevel;
use renewdesk::program::Pack;
use renewdesk::program::pack::{
    CountedBy, CpiComponent, GoalCost, LinesCounted, Quantity, RateColumn, load,
};
use rust_decimal::Decimal;
use std::str::FromStr;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

fn loaded(text: &str) -> Pack {
    let (pack, problems) = load(Some(("mine.toml", text)));
    assert_eq!(problems, Vec::new());
    pack
}

#[test]
fn the_shipped_measures_are_choices_of_the_vocabulary() {
    let pack = Pack::shipped();
    let sides = |id: &str| {
        let m = pack.measure(id).unwrap();
        (m.a, m.b, m.month, m.lines, m.raises_base())
    };
    let booking = CountedBy::Booking;
    use Quantity::*;
    assert_eq!(
        sides("otrr"),
        (
            Some(OnTimeValue),
            Some(ValueDue),
            CountedBy::Due,
            LinesCounted::Services,
            false
        )
    );
    assert_eq!(
        sides("premium"),
        (
            Some(PremiumTcv),
            Some(ServicesTcv),
            booking,
            LinesCounted::Services,
            true
        )
    );
    assert_eq!(
        sides("acv_growth"),
        (Some(Acv), Some(Acv), booking, LinesCounted::All, false)
    );
    assert_eq!(
        sides("onboard"),
        (
            Some(OnboardedTcv),
            Some(UseCaseTcv),
            booking,
            LinesCounted::All,
            true
        )
    );
    assert_eq!(
        sides("black_belt"),
        (None, None, booking, LinesCounted::All, false)
    );
    for quantity in Quantity::ALL {
        assert_eq!(Quantity::named(quantity.word()), Some(quantity));
    }
}

#[test]
fn a_new_portfolio_with_a_ratio_of_its_own_needs_no_code() {
    let pack = loaded(
        r#"
        portfolio = [ { id = "obs_x", title = "Observability X", size = "S" } ]
        measure = [ { id = "ai_share", title = "AI share", kind = "ratio", a = "ai_tcv", b = "tcv" } ]
        category = [ { portfolio = "obs_x", id = "performance", weight_pct = "100", source = "mine", as_of = 2026-11-22, confidence = "placeholder" } ]
        metric = [ { portfolio = "obs_x", category = "performance", id = "ai_share", window_months = 12, band = "tenths", min_on = "B", min_amount = "25000", source = "mine", as_of = 2026-11-22, confidence = "placeholder" } ]
        "#,
    );
    let rule = pack.portfolios.iter().find(|p| &*p.id == "obs_x").unwrap();
    assert_eq!(rule.portfolio.title(), "Observability X");
    let measure = pack.measure("ai_share").unwrap();
    assert_eq!(measure.a, Some(Quantity::AiTcv));
    assert!(measure.raises_base());
}

#[test]
fn no_rate_is_shipped_and_loaded_ones_are_found_by_key_and_day() {
    let shipped = Pack::shipped();
    assert_eq!(shipped.cpi.rates, Vec::new());
    assert_eq!(shipped.gsp, Vec::new());
    assert_eq!(shipped.currency_rates, Vec::new());
    let pack = loaded(
        r#"
        gsp = [ { product = "C9300-DNA-A", gsp = "SWITCH", source = "offers.xlsx", as_of = 2026-11-22, confidence = "documented" } ]
        [cpi]
        rate = [
          { component = "renew", gsp = "*", region = "*", column = "preferred", rate_pct = "11.11", to = 2027-01-23, source = "offers.xlsx", as_of = 2026-11-22, confidence = "documented" },
          { component = "renew", gsp = "*", region = "*", column = "preferred", rate_pct = "22.22", from = 2027-01-24, source = "offers.xlsx", as_of = 2026-11-22, confidence = "documented" },
          { component = "renew", gsp = "SWITCH", region = "AMER", column = "preferred", rate_pct = "33.33", source = "offers.xlsx", as_of = 2026-11-22, confidence = "documented" },
        ]
        "#,
    );
    let rate = |gsp: &str, region: &str, column, on: &str| {
        pack.cpi
            .rate(CpiComponent::Renew, gsp, region, column, day(on))
            .map(|r| r.rate_pct.to_string())
    };
    let preferred = RateColumn::Preferred;
    assert_eq!(
        rate("ANY", "AMER", preferred, "2027-01-23").as_deref(),
        Some("11.11")
    );
    assert_eq!(
        rate("ANY", "AMER", preferred, "2027-01-24").as_deref(),
        Some("22.22")
    );
    assert_eq!(
        rate("SWITCH", "AMER", preferred, "2027-01-24").as_deref(),
        Some("33.33")
    );
    assert_eq!(rate("ANY", "AMER", RateColumn::Partner, "2027-01-24"), None);
    assert_eq!(
        pack.gsp_of("C9300-DNA-A", day("2026-11-22")),
        Some("SWITCH")
    );
    assert_eq!(pack.gsp_of("C9400", day("2026-11-22")), None);
}

#[test]
fn a_currency_counts_from_the_day_of_its_rate_on() {
    let pack = loaded(
        r#"
        rate = [
          { from = "EUR", to = "USD", rate = "1.10", on = 2026-01-01, source = "bank", as_of = 2026-11-22, confidence = "documented" },
          { from = "EUR", to = "USD", rate = "1.20", on = 2026-07-01, until = 2026-12-31, source = "bank", as_of = 2026-11-22, confidence = "documented" },
        ]
        "#,
    );
    let eur: Currency = "EUR".parse().unwrap();
    let rate = |on: &str| pack.rate_of(eur, day(on));
    assert_eq!(rate("2025-12-31"), None);
    assert_eq!(rate("2026-06-30"), Some(number("1.10")));
    assert_eq!(rate("2026-07-01"), Some(number("1.20")));
    assert_eq!(
        pack.rate_of(Currency::USD, day("2020-01-01")),
        Some(Decimal::ONE)
    );
    assert_eq!(
        pack.rate_of("GBP".parse().unwrap(), day("2026-07-01")),
        None
    );
}

#[test]
fn goal_seek_forecast_and_win_probabilities_are_data_with_their_source() {
    let pack = Pack::shipped();
    assert_eq!(pack.goal_seek.cost, GoalCost::Value);
    assert_eq!(pack.goal_seek.exact_up_to, 24);
    assert_eq!(pack.goal_seek.time_ms, 50);
    assert_eq!(pack.forecast.draws, 10_000);
    assert_eq!(&*pack.forecast.provenance.confidence, "placeholder");
    assert_eq!(pack.win_pct("quoted", RiskLevel::Watch), Some(number("75")));
    assert_eq!(pack.win_pct("booked", RiskLevel::Watch), None);
    for stage in &pack.rules.stages {
        let open = pack.rules.is_open(&stage.id);
        let all = [
            RiskLevel::OnTrack,
            RiskLevel::Watch,
            RiskLevel::AtRisk,
            RiskLevel::Critical,
        ]
        .map(|risk| pack.win_pct(&stage.id, risk));
        assert!(
            all.iter().all(|pct| pct.is_some() == open),
            "{}: {all:?}",
            stage.id
        );
        assert!(all.is_sorted_by(|a, b| a >= b), "{}: {all:?}", stage.id);
    }
    let mine = loaded("[goal_seek]\ncost = \"effort\"\n[cpi.rules]\nbasis = \"tcv\"\n");
    assert_eq!(mine.goal_seek.cost, GoalCost::Effort);
    assert_eq!(mine.goal_seek.time_ms, 50);
    assert_eq!(mine.cpi.rules.lag_days, 60);
}

#[test]
fn how_an_offer_is_prorated_is_data_with_its_source() {
    let shipped = Pack::shipped();
    let mode = |pack: &Pack, product: &str| {
        renewdesk::pricing::mode_for(LineKind::Subscription, [Some(product)], &pack.rules)
    };
    for licence in ["LIC-ENT-3YR", "LIC-MX85-SEC-3YR", "LIC-Z4-SEC-1YR"] {
        assert_eq!(
            mode(&shipped, licence),
            Proration::MerakiAverage,
            "{licence}"
        );
    }
    for other in ["LIC-CUCM-USR", "C9300-DNA-A-48-3Y", "A-FLEX-3"] {
        assert_eq!(mode(&shipped, other), Proration::MonthPlusActual, "{other}");
    }
    let whence = r#"source = "test", as_of = 2026-11-22, confidence = "tool""#;
    let own = loaded(&format!(
        "offer_term = [ {{ product = \"LIC-ENT-*YR\", mode = \"month_30\", {whence} }}, {{ product = \"A-FLEX*\", mode = \"day_365\", {whence} }} ]\n"
    ));
    assert_eq!(mode(&own, "LIC-ENT-3YR"), Proration::Month30);
    let billed = loaded(&format!(
        "offer_term = [ {{ product = \"A-FLEX*\", mode = \"calendar_month\", cycle_day = 5, {whence} }} ]\n"
    ));
    assert_eq!(mode(&billed, "A-FLEX-3"), Proration::CalendarMonth(5));
    assert_eq!(mode(&own, "A-FLEX-3"), Proration::Day365);
    assert_eq!(mode(&own, "LIC-MX85-SEC-3YR"), Proration::MerakiAverage);
}
