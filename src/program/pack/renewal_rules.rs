//! Reads the renewal rules of a pack into [`Rules`].

use super::problem::{Place, Problem};
use super::read::{Row, Top};
use super::tables::split;
use crate::domain::quote::Proration;
use crate::domain::rules::*;
use rust_decimal::Decimal;

/// Reads them all; with the places of the urgency rows for the checks.
pub fn read(top: &mut Top<'_>) -> (Rules, Vec<Place>) {
    let (urgency, urgency_places) = split(top.rows("urgency", read_urgency));
    let rules = Rules {
        term: top.table("term", read_term),
        rounding: top.table("rounding", read_rounding),
        window: top.table("window", |row| WindowRules {
            subscription_days: days(row, "subscription_days"),
            services_days: days(row, "services_days"),
            horizon_days: sourced(row, |row| days(row, "horizon_days")),
        }),
        lapse: top.table("lapse", read_lapse),
        autorenew: top.table("autorenew", |row| AutoRenewRules {
            ea_notice_days: row.small("ea_notice_days"),
            other_notice_days: sourced(row, |row| row.small("other_notice_days")),
        }),
        uplift: top.table("uplift", |row| {
            row.unused(&["min_pct"]);
            UpliftRules {
                default_pct: row.decimal("default_pct"),
                max_pct: row.decimal("max_pct"),
                multi_year_cap_pct: sourced(row, |row| row.decimal("multi_year_cap_pct")),
            }
        }),
        quote: top.table("quote", |row| QuoteRules {
            valid_days: days(row, "valid_days"),
            warn_days: days(row, "warn_days"),
            term_months: row.small("term_months"),
            floor_margin_pct: row.opt_decimal("floor_margin_pct"),
            limit_discount_pct: row.opt_decimal("limit_discount_pct"),
            margin_pct: sourced(row, |row| row.decimal("margin_pct")),
        }),
        flat_tolerance_pct: top.table("metrics", |row| {
            row.choice("value", &["net_to_cisco"]);
            row.unused(&["uplift_in_nrr"]);
            sourced(row, |row| row.decimal("flat_tolerance_pct"))
        }),
        stages: split(top.rows("stage", read_stage)).0,
        health: top.table("health", read_health),
        urgency,
        signals: split(top.rows("signal", read_signal)).0,
        loss_reasons: split(top.rows("loss_reason", read_loss_reason)).0,
        outcomes: split(top.rows("outcome", |row| Outcome {
            id: row.text("id").into(),
            title: row.text("title").into(),
            customer: row.flag("customer", false),
            next_days: sourced(row, |row| days(row, "next_days")),
        }))
        .0,
        bands: split(top.rows("clock_band", read_clock_band)).0,
        plays: top.table("play", super::plays::read),
        tiers: split(top.rows("service_tier", super::plays::tier)).0,
        offer_terms: split(top.rows("offer_term", read_offer_term)).0,
        attaches: split(top.rows("licence_attach", super::plays::attach)).0,
        service_codes: split(top.rows("service_code", |row| ServiceCode {
            code: row.text("code").into(),
            level: row.text("level").into(),
            program: row.opt_text("program").unwrap_or("").into(),
            onsite: row.flag("onsite", false),
            confidence: row.provenance().confidence.to_string(),
        }))
        .0,
    };
    top.unused(&["ea", "discount", "task"]);
    (rules, urgency_places)
}

/// Reads the row's provenance along with its last field, since rules do not keep it.
fn sourced<T>(row: &mut Row<'_>, read: impl FnOnce(&mut Row<'_>) -> T) -> T {
    row.provenance();
    read(row)
}

/// Days, not negative and below a century.
fn days(row: &mut Row<'_>, key: &'static str) -> i64 {
    let days = row.int(key);
    if !(0..=36_500).contains(&days) {
        let place = row.place_of(key);
        row.complain(Problem::error(
            place,
            format!("{key} must be 0 to 36,500 days"),
        ));
        return 0;
    }
    days
}

fn opt_days(row: &mut Row<'_>, key: &'static str) -> Option<i64> {
    let days = row.opt_int(key)?;
    if days.abs() > 36_500 {
        let place = row.place_of(key);
        row.complain(Problem::error(
            place,
            format!("{key} is beyond a hundred years"),
        ));
        return None;
    }
    Some(days)
}

fn percent(row: &mut Row<'_>, key: &'static str) -> Option<Decimal> {
    let p = row.opt_decimal(key)?;
    if p < Decimal::ZERO || p > Decimal::ONE_HUNDRED {
        let place = row.place_of(key);
        row.complain(Problem::error(place, format!("{key} must be 0 to 100")));
        return None;
    }
    Some(p)
}

/// The proration modes a pack can name.
const MODES: [(&str, Proration); 7] = [
    ("cisco_365_noleap", Proration::Cisco365Noleap),
    ("day_365", Proration::Day365),
    ("month_up", Proration::MonthUp),
    ("month_plus_actual", Proration::MonthPlusActual),
    ("month_30", Proration::Month30),
    ("meraki_average", Proration::MerakiAverage),
    ("calendar_month", Proration::CalendarMonth(1)),
];

/// A mode by its word; without one the first.
fn proration(row: &mut Row<'_>, key: &'static str, first: &'static str) -> Proration {
    let words: Vec<&str> = std::iter::once(first)
        .chain(MODES.iter().map(|(word, _)| *word))
        .collect();
    let word = row.choice(key, &words);
    let known = MODES.iter().find(|(known, _)| *known == word);
    known.map_or(Proration::Cisco365Noleap, |(_, mode)| *mode)
}

/// The day of the month a mode bills from; a month that has no such day bills from its last.
fn cycle_day(row: &mut Row<'_>) -> Option<u8> {
    let key = "cycle_day";
    let day = row.opt_int(key)?;
    let fits = u8::try_from(day).ok().filter(|day| (1..=31).contains(day));
    if fits.is_none() {
        let place = row.place_of(key);
        row.complain(Problem::error(place, format!("{key} must be 1 to 31")));
    }
    fits
}

fn read_offer_term(row: &mut Row<'_>) -> OfferTerm {
    let product: std::sync::Arc<str> = row.text("product").into();
    let mode = match (proration(row, "mode", "meraki_average"), cycle_day(row)) {
        (Proration::CalendarMonth(_), Some(day)) => Proration::CalendarMonth(day),
        (mode, _) => mode,
    };
    row.provenance();
    OfferTerm { product, mode }
}

fn read_term(row: &mut Row<'_>) -> TermRules {
    let (services, subscription) = (
        proration(row, "services", "cisco_365_noleap"),
        proration(row, "subscription", "month_plus_actual"),
    );
    row.unused(&["meraki"]);
    TermRules {
        services,
        subscription,
        min_months_warn: row.small("min_months_warn"),
        max_months: sourced(row, |row| row.small("max_months")),
    }
}

fn read_rounding(row: &mut Row<'_>) -> RoundingOrder {
    row.choice("mode", &["half_up"]);
    row.unused(&["zero_decimal", "decimals"]);
    row.provenance();
    match row.choice("order", &["unit_first", "extend_first"]) {
        "extend_first" => RoundingOrder::ExtendFirst,
        _ => RoundingOrder::UnitFirst,
    }
}

fn read_lapse(row: &mut Row<'_>) -> LapseRules {
    row.unused(&["fee", "inspect_after"]);
    LapseRules {
        grace_days: days(row, "grace_days"),
        subscription_grace_days: days(row, "subscription_grace_days"),
        backdate: sourced(row, |row| row.flag("backdate", true)),
    }
}

fn read_stage(row: &mut Row<'_>) -> StageRule {
    let title = row.text("title").to_string();
    let kind = match row.choice("kind", &["open", "committed", "won", "lost"]) {
        "committed" => StageKind::Committed,
        "won" => StageKind::Won,
        "lost" => StageKind::Lost,
        _ => StageKind::Open,
    };
    row.provenance();
    StageRule {
        id: row.text("id").into(),
        short: row.opt_text("short").unwrap_or(&title).to_string(),
        title,
        kind,
        p: percent(row, "p"),
        needs_reason: row.flag("needs_reason", false),
        derived: row.flag("derived", false),
    }
}

fn read_health(row: &mut Row<'_>) -> HealthRules {
    row.provenance();
    HealthRules {
        on_track: row.decimal("on_track"),
        watch: row.decimal("watch"),
        at_risk: row.decimal("at_risk"),
        critical: row.decimal("critical"),
        per_signal: row.decimal("per_signal"),
        sponsor_or_competitor: row.decimal("sponsor_or_competitor"),
        no_progress: row.decimal("no_progress"),
        no_progress_days: days(row, "no_progress_days"),
        floor: percent(row, "floor").unwrap_or(Decimal::ZERO),
        cap: percent(row, "cap").unwrap_or(Decimal::ONE_HUNDRED),
    }
}

fn read_urgency(row: &mut Row<'_>) -> UrgencyRule {
    row.provenance();
    UrgencyRule {
        from_days: opt_days(row, "from_days"),
        to_days: opt_days(row, "to_days"),
        factor: row.decimal("factor"),
        lapsed: row.flag("lapsed", false),
    }
}

fn read_signal(row: &mut Row<'_>) -> SignalRule {
    let class = match row.choice("class", &["watch", "on_track", "at_risk", "critical"]) {
        "on_track" => RiskLevel::OnTrack,
        "at_risk" => RiskLevel::AtRisk,
        "critical" => RiskLevel::Critical,
        _ => RiskLevel::Watch,
    };
    row.provenance();
    SignalRule {
        id: row.text("id").into(),
        title: row.text("title").into(),
        days: opt_days(row, "days"),
        within_days: opt_days(row, "within_days"),
        pct: row.opt_decimal("pct"),
        class,
        manual: row.flag("manual", false),
        sponsor_or_competitor: row.flag("sponsor_or_competitor", false),
    }
}

fn read_loss_reason(row: &mut Row<'_>) -> LossReason {
    row.remark();
    LossReason {
        id: row.text("id").into(),
        title: row.text("title").into(),
        addressable: row.choice("kind", &["addressable", "structural"]) == "addressable",
        churn: row.flag("churn", true),
        leaves_atr: row.flag("leaves_atr", false),
        moved: row.flag("moved", false),
    }
}

fn read_clock_band(row: &mut Row<'_>) -> ClockBand {
    row.provenance();
    ClockBand {
        clock: row
            .choice(
                "clock",
                &[
                    "contract_end",
                    "last_renewal",
                    "last_attach",
                    "ldos",
                    "quote_validity",
                    "cancel_by",
                ],
            )
            .into(),
        soon_days: days(row, "soon_days"),
        critical_days: days(row, "critical_days"),
    }
}
