//! What a pack says of the views that are ours rather than the program's: goal seek, forecast,
//! win probabilities, rates between currencies. Schema and reading; nothing is computed here.

use super::problem::{Place, Problem};
use super::read::{Provenance, Row, Top};
use super::tables::split;
use crate::domain::money::Currency;
use crate::domain::rules::RiskLevel;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Defaults of goal seek (program §11).
#[derive(Clone, Debug, PartialEq)]
pub struct GoalSeekRules {
    /// What a plan costs.
    pub cost: GoalCost,
    /// Up to so many candidates every plan is looked at.
    pub exact_up_to: usize,
    /// Milliseconds until the best found is shown.
    pub time_ms: u64,
    /// The standard price uplift a plan may propose, percent.
    pub uplift_pct: Decimal,
    /// Whence.
    pub provenance: Provenance,
}

/// What a plan of goal seek costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GoalCost {
    /// Value still to close.
    Value,
    /// Number of deals.
    Deals,
    /// Value times the probability of losing it.
    Effort,
    /// Discount given away.
    Discount,
}

/// Defaults of the forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastRules {
    /// How many futures are drawn.
    pub draws: u32,
    /// How far the deals of one customer go together, percent: 0 not at all, 100 all or none.
    pub correlation_pct: Decimal,
    /// Where the random numbers start, so that the same book gives the same figures.
    pub seed: u64,
    /// Whence.
    pub provenance: Provenance,
}

/// How the book's own history moves the odds, and the odds of what is no renewal.
#[derive(Clone, Debug, PartialEq)]
pub struct OddsRules {
    /// So many fiscal months back the decided renewals count, by their end.
    pub months: usize,
    /// The pack's expectation counts as so many decided renewals.
    pub prior_deals: u32,
    /// Fewer decided renewals move nothing.
    pub min_decided: u32,
    /// Percent for a suggestion accepted into a quote that renews nothing.
    pub accepted_pct: Decimal,
    /// Whence.
    pub provenance: Provenance,
}

/// The probability that a renewal of a stage and a risk is won.
#[derive(Clone, Debug, PartialEq)]
pub struct WinRule {
    /// Stage id.
    pub stage: Arc<str>,
    /// Risk level.
    pub risk: RiskLevel,
    /// Percent.
    pub pct: Decimal,
    /// Whence.
    pub provenance: Provenance,
}

/// What one unit of a currency is worth in another, from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrencyRate {
    /// Currency of the deal.
    pub from: Currency,
    /// Currency of the projection.
    pub to: Currency,
    /// Units of `to` for one of `from`.
    pub rate: Decimal,
    /// First day.
    pub on: NaiveDate,
    /// Last day; none until the next rate of the pair.
    pub until: Option<NaiveDate>,
    /// Whence.
    pub provenance: Provenance,
}

impl GoalCost {
    /// All of them.
    pub const ALL: [GoalCost; 4] = [
        GoalCost::Value,
        GoalCost::Deals,
        GoalCost::Effort,
        GoalCost::Discount,
    ];

    /// The word of a pack and of the command line.
    pub fn word(self) -> &'static str {
        match self {
            GoalCost::Value => "value",
            GoalCost::Deals => "deals",
            GoalCost::Effort => "effort",
            GoalCost::Discount => "discount",
        }
    }

    /// The cost of a word.
    pub fn named(word: &str) -> Option<GoalCost> {
        GoalCost::ALL.into_iter().find(|cost| cost.word() == word)
    }
}

/// The word of a risk level in a pack.
pub fn risk_word(risk: RiskLevel) -> &'static str {
    match risk {
        RiskLevel::OnTrack => "on_track",
        RiskLevel::Watch => "watch",
        RiskLevel::AtRisk => "at_risk",
        RiskLevel::Critical => "critical",
    }
}

/// What was read here, with the places of rows.
pub struct ReadChoices {
    /// `goal_seek`.
    pub goal_seek: GoalSeekRules,
    /// `forecast`.
    pub forecast: ForecastRules,
    /// `odds`.
    pub odds: OddsRules,
    /// `win`.
    pub win: Vec<WinRule>,
    /// Place of each row of `win`.
    pub win_places: Vec<Place>,
    /// `rate`.
    pub rates: Vec<CurrencyRate>,
    /// Place of each row of `rate`.
    pub rate_places: Vec<Place>,
}

/// Reads the tables.
pub fn read(top: &mut Top<'_>) -> ReadChoices {
    let (win, win_places) = split(top.rows("win", read_win));
    let (rates, rate_places) = split(top.rows("rate", read_rate));
    ReadChoices {
        goal_seek: top.table("goal_seek", |row| GoalSeekRules {
            cost: GoalCost::named(row.choice("cost", &GoalCost::ALL.map(GoalCost::word)))
                .unwrap_or(GoalCost::Value),
            exact_up_to: whole(row, "exact_up_to", 1, 10_000),
            time_ms: whole(row, "time_ms", 1, 600_000),
            uplift_pct: row.percent("uplift_pct"),
            provenance: row.provenance(),
        }),
        forecast: top.table("forecast", |row| ForecastRules {
            draws: whole(row, "draws", 1, 10_000_000),
            correlation_pct: row.percent("correlation_pct"),
            seed: whole(row, "seed", 0, i64::MAX),
            provenance: row.provenance(),
        }),
        odds: top.table("odds", |row| OddsRules {
            months: whole(row, "months", 1, 120),
            prior_deals: whole(row, "prior_deals", 1, 1_000_000),
            min_decided: whole(row, "min_decided", 1, 1_000_000),
            accepted_pct: row.percent("accepted_pct"),
            provenance: row.provenance(),
        }),
        win,
        win_places,
        rates,
        rate_places,
    }
}

/// A whole number within bounds; the lower bound stands in for one outside.
fn whole<T: TryFrom<i64> + Default>(
    row: &mut Row<'_>,
    key: &'static str,
    least: i64,
    most: i64,
) -> T {
    let n = row.int(key);
    if row.has(key) && !(least..=most).contains(&n) {
        let place = row.place_of(key);
        row.complain(Problem::error(
            place,
            format!("{key} must be {least} to {most}, not {n}"),
        ));
    }
    T::try_from(n.clamp(least, most)).unwrap_or_default()
}

fn read_win(row: &mut Row<'_>) -> WinRule {
    let risk = row.required_choice("risk", &["on_track", "watch", "at_risk", "critical"]);
    WinRule {
        stage: row.text("stage").into(),
        risk: match risk {
            "on_track" => RiskLevel::OnTrack,
            "at_risk" => RiskLevel::AtRisk,
            "critical" => RiskLevel::Critical,
            _ => RiskLevel::Watch,
        },
        pct: row.percent("pct"),
        provenance: row.provenance(),
    }
}

fn read_rate(row: &mut Row<'_>) -> CurrencyRate {
    let mut currency = |key: &'static str| match row.text(key).parse() {
        Ok(currency) => currency,
        Err(fault) => {
            let fault: crate::domain::money::BadCurrency = fault;
            if row.has(key) {
                let place = row.place_of(key);
                row.complain(Problem::error(place, fault.to_string()));
            }
            Currency::USD
        }
    };
    let (from, to) = (currency("from"), currency("to"));
    let rate = row.decimal("rate");
    if row.has("rate") && rate <= Decimal::ZERO {
        let place = row.place_of("rate");
        row.complain(Problem::error(place, "a rate must be above 0"));
    }
    let (on, until) = (row.day("on"), row.opt_day("until"));
    if until.is_some_and(|until| until < on) {
        let place = row.place_of("until");
        row.complain(Problem::error(place, "until is before on"));
    }
    CurrencyRate {
        from,
        to,
        rate,
        on,
        until,
        provenance: row.provenance(),
    }
}
