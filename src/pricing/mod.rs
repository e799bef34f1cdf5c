//! Quote arithmetic: proration, discount and margin, rounding, TCV and ACV, worked steps. Pure.
//! Sources: `renewals` rules of the pack; every formula names its golden case in the tests.

pub mod average;
pub mod bulk;
pub mod coterm;
pub mod draft;
pub mod edit;
pub mod floor;
pub mod gathered;
pub mod hold;
pub mod offered;
pub mod price_rules;
pub mod rule_text;
pub mod solve;
pub mod spread;
pub mod subtotals;
pub mod typed;
pub mod written;

mod allocate;
mod change;
mod exact;
mod line;
mod steps;
mod sum;
mod term;
mod value;

pub use allocate::allocate;
pub use change::{Beside, Due, change, change_of, dues};
pub use line::{
    compare_with, compared, counts, number_of, price_line, price_quote, totals, with_lines,
};
pub use steps::{grouped, steps};
pub use sum::Tally;
pub use term::{factor_of, months_covered, priced_years, years_of};
pub use value::{atr, line_run_rate, mode_for, mode_of};

use crate::domain::money::Currency;
use rust_decimal::Decimal;

/// A term as an exact fraction of the list price's term: `numerator / denominator`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Numerator, e.g. days without 29 February.
    pub numerator: i64,
    /// Denominator, e.g. 365 × list years × 10^k (k removes the decimals of list years).
    pub denominator: i64,
}

impl Factor {
    /// The fraction as a decimal, half up to `places`; for show and for JSON, never an input.
    /// 473/365 to six places is 1.295890.
    pub fn rounded(&self, places: u32) -> Decimal {
        exact::Product::of(self.numerator.into())
            .over(self.denominator.into())
            .round(places)
            .unwrap_or_default()
    }
}

/// A quote line with every figure that follows from what was typed. Amounts are in the quote's
/// currency, rounded to its minor unit, half up; `None` where no price is known.
#[derive(Clone, Debug, PartialEq)]
pub struct PricedLine {
    /// Inclusive days of the term, 29 February counted.
    pub days: i64,
    /// 29 Februaries in it.
    pub leap_days: i64,
    /// Term over list term, exact.
    pub factor: Factor,
    /// Length of the term in years, exact: `(days − leap) / 365`, whatever the proration.
    pub years: Factor,
    /// List price of one unit for the term.
    pub prorated_list: Option<Decimal>,
    /// List × quantity.
    pub extended_list: Option<Decimal>,
    /// Discount in percent: as typed, or shown back from a typed net (not rounded).
    pub discount_pct: Option<Decimal>,
    /// Net to Cisco of one unit for the term.
    pub unit_net: Option<Decimal>,
    /// Net × quantity.
    pub extended_net: Option<Decimal>,
    /// What the customer pays for one unit.
    pub unit_sell: Option<Decimal>,
    /// Sell × quantity.
    pub extended_sell: Option<Decimal>,
    /// Margin of the sell price in percent (not rounded); none at a sell price of 0.
    pub margin_pct: Option<Decimal>,
    /// Markup on net in percent (not rounded); none at a net price of 0.
    pub markup_pct: Option<Decimal>,
    /// TCV of the line = extended net.
    pub tcv: Option<Decimal>,
    /// ACV = TCV / max(1, years), rounded.
    pub acv: Option<Decimal>,
    /// Run-rate = TCV / years, rounded; none for a term of no priced day.
    pub run_rate: Option<Decimal>,
    /// What a rep should look at.
    pub warnings: Vec<LineWarning>,
}

/// Something to look at on a priced line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineWarning {
    /// The term covers only 29 February and costs nothing.
    OnlyLeapDay,
    /// Sell is below net.
    BelowCost,
    /// Shorter than the pack's minimum term; the months of that minimum.
    ShortTerm(i32),
    /// Longer than the pack's maximum term; the months of that maximum.
    LongTerm(i32),
    /// The generated term was cut at the last date of support.
    CutAtLdos,
    /// No list price is known.
    NoPrice,
    /// Quantity 0: not counted.
    Dropped,
    /// Net is above list: the discount shown is negative.
    NetAboveList,
    /// The service SKU was changed; the list price is still that of the old one (see `compared`).
    ListOfOldSku,
}

/// Totals of a quote: sums of rounded lines. Lines without a price count in none of them and are
/// numbered in `unpriced`.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Currency of the quote.
    pub currency: Currency,
    /// Prorated list.
    pub list: Decimal,
    /// Net to Cisco.
    pub net: Decimal,
    /// What the customer pays.
    pub sell: Decimal,
    /// 1 − net / list, in percent (not rounded); none at list 0.
    pub discount_pct: Option<Decimal>,
    /// (sell − net) / sell, in percent (not rounded); none at sell 0.
    pub margin_pct: Option<Decimal>,
    /// Sum of the lines' TCV.
    pub tcv: Decimal,
    /// Sum of the lines' ACV.
    pub acv: Decimal,
    /// Sum of the lines' run-rate.
    pub run_rate: Decimal,
    /// How many lines have no price.
    pub unpriced: usize,
}

/// The change of a quote against what expires, by run-rate (renewals §3, golden case R32).
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Run-rate of the expiring lines.
    pub due: Decimal,
    /// Run-rate of the quote.
    pub offered: Decimal,
    /// Part of the difference from price.
    pub price: Decimal,
    /// Part from quantity.
    pub volume: Decimal,
    /// Lines that are new.
    pub added: Decimal,
    /// Lines that are not renewed (negative).
    pub removed: Decimal,
    /// offered − due = price + volume + added + removed.
    pub total: Decimal,
    /// What it amounts to.
    pub class: ChangeClass,
}

/// What a quote does to the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeClass {
    /// Within the tolerance.
    Flat,
    /// Mostly dearer.
    Uplift,
    /// Mostly more.
    Expansion,
    /// Less.
    Contraction,
}

/// One step of worked arithmetic, for the explain overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is computed: `prorated list`.
    pub name: String,
    /// With the numbers in it: `1,000.00 × 473 / 365`.
    pub formula: String,
    /// Result as text.
    pub result: String,
    /// Rule and where it comes from.
    pub rule: String,
}
