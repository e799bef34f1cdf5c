//! Reads the switches of a pack: one table each, every key one of a few words.

use super::problem::Problem;
use super::read::{Row, Top};
use super::schema::*;
use crate::domain::money::Currency;

/// How use cases and the weighted view count.
pub fn read_views(top: &mut Top<'_>) -> (EngagementRules, ScenarioRules) {
    let engagement = top.table("engagement", |row| {
        row.provenance();
        EngagementRules {
            renewal_reenters: row.flag("renewal_reenters", false),
        }
    });
    let scenario = top.table("scenario", |row| {
        row.choice("weighted", &["expected_ratio"]);
        row.provenance();
        ScenarioRules::ExpectedRatio
    });
    (engagement, scenario)
}

/// On-time, growth, buying and premium rules.
pub fn read(top: &mut Top<'_>) -> (OtrrRules, GrowthRules, BuyingBase) {
    let otrr = top.table("otrr", |row| {
        row.choice("cutoff", &["booking_date"]);
        row.choice("due_basis", &["annual_run_rate"]);
        row.choice("credit_month", &["due"]);
        row.choice("scope", &["portfolio_services"]);
        row.provenance();
        OtrrRules {
            grace_days: row.opt_int("grace_days").unwrap_or(0),
            cap_at_due: row.flag("cap_at_due", true),
            ea_counts: row.flag("ea_counts", false),
            takeover_removes_due: row.flag("takeover_removes_due", false),
        }
    });
    let growth = top.table("growth", |row| {
        row.choice("acv_rule", &["tcv_over_max_1_years"]);
        row.choice("prior_zero", &["no_baseline"]);
        row.provenance();
        let offset = row.opt_int("prior_offset_months").unwrap_or(12);
        GrowthRules {
            renewals_count: row.flag("renewals_count", true),
            prior_offset_months: usize::try_from(offset).unwrap_or(12),
        }
    });
    let base = top.table("buying", |row| {
        row.choice("flag", &["ea_msla"]);
        row.provenance();
        match row.choice("base", &["subscription_software", "all"]) {
            "all" => BuyingBase::All,
            _ => BuyingBase::SubscriptionSoftware,
        }
    });
    top.table("premium", |row| {
        row.choice("rule", &["line_flag"]);
        row.choice("basis", &["tcv"]);
        row.provenance();
    });
    (otrr, growth, base)
}

/// Currency, roll-out, mismatch and horizon of a projection.
pub fn read_projection(row: &mut Row<'_>) -> (Currency, RollOut, Mismatch, Horizon) {
    row.choice("price_basis", &["net_to_cisco"]);
    row.flag("baseline_complete", true);
    row.provenance();
    let currency = match row.opt_text("currency").unwrap_or("USD").parse() {
        Ok(currency) => currency,
        Err(fault) => {
            let fault: crate::domain::money::BadCurrency = fault;
            let place = row.place_of("currency");
            row.complain(Problem::error(place, fault.to_string()));
            Currency::USD
        }
    };
    let rollout = match row.choice("rollout", &["history_then_even", "even"]) {
        "even" => RollOut::Even,
        _ => RollOut::HistoryThenEven,
    };
    let mismatch = match row.choice("mismatch", &["shift", "band"]) {
        "band" => Mismatch::Band,
        _ => Mismatch::Shift,
    };
    let horizon = match row.choice("horizon", &["quarter_end", "current_month"]) {
        "current_month" => Horizon::CurrentMonth,
        _ => Horizon::QuarterEnd,
    };
    (currency, rollout, mismatch, horizon)
}
