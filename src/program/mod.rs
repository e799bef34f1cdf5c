//! The program engine: rule pack, fiscal calendar, metrics, score. Pure: no I/O, no clock.
//! Every figure it gives is an estimate; the vendor's portal holds the official one.

mod arithmetic;
pub mod assessment;
pub mod attribution;
pub mod band;
mod base;
pub mod baseline;
mod behind;
pub mod board;
pub mod calendar;
mod columns;
mod dated;
mod deal;
mod due;
mod edited;
mod engine;
pub mod exact;
mod exchange;
mod explain;
pub mod forecast;
mod gain;
pub mod goal;
mod history;
pub mod incentive;
mod inputs;
mod ladder;
mod left;
pub mod lever;
mod milestones;
mod months;
mod names;
mod offer;
pub mod pack;
mod past;
mod project;
pub mod reconcile;
pub mod record;
mod remarks;
pub mod reseller;
mod roster;
pub mod score;
mod source;
mod standing;
mod sums;
mod totals;
mod typed;
mod units;
mod what_if;

pub use behind::Share;
pub use board::Board;
pub use edited::Edited;
pub use engine::Engine;
pub use explain::{explain, moved};
pub use history::history_setting;
pub use ladder::{Ladder, LadderUnit, Rung};
pub use left::{left_out_deals, left_out_groups};
pub use pack::Pack;
pub use past::{Assessed, assessed};
pub use source::Sources;
pub use typed::Typed;
pub use what_if::{Supposed, SupposedTo};

use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Which deals stand on top of the baseline (program §9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Booked after the baseline.
    Booked,
    /// Booked and one quote, named by the renewals it covers.
    Quote(crate::domain::ids::QuoteId),
    /// Booked, and stage Committed or PO received (with the quote on screen, if one is).
    Committed,
    /// The above and every open renewal.
    Open,
    /// Every open renewal by its probability.
    Weighted,
    /// Booked and these renewals, each on its planned date.
    Marked(Arc<[RenewalId]>),
}

/// The month a projection is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Month {
    /// The pack's horizon (last month of today's fiscal quarter).
    Horizon,
    /// The snapshot's own month, nothing rolled.
    Baseline,
    /// A fiscal month by its code, `FY27M7`.
    Code(Arc<str>),
}

/// A projection: every portfolio of the pack and of the baseline.
#[derive(Clone, Debug)]
pub struct Projection {
    /// Title, date and confidence of the pack.
    pub pack: PackLabel,
    /// The view.
    pub view: View,
    /// The month it is for, `FY27M6`; its last day.
    pub month: Arc<str>,
    /// Newest month of the imported assessment, if there is one.
    pub baseline_month: Option<Arc<str>>,
    /// One entry each, in the pack's order.
    pub portfolios: Vec<PortfolioScore>,
    /// Deals left out, each with the reason (other currency, no price, no portfolio).
    pub left_out: Arc<[LeftOut]>,
    /// What is assumed, in sentences (roll-out even, unknown flags counted as no, …).
    pub assumptions: Vec<String>,
    /// What it was made of.
    made: project::Made,
}

/// Why a projection cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// No such fiscal month in the pack's calendar.
    #[error("{0} is no fiscal month of the loaded calendar ({1} to {2}); use a code like FY27M6")]
    UnknownMonth(Arc<str>, Arc<str>, Arc<str>),
    /// A month before the assessment; nothing can be rolled back.
    #[error("{0} lies before the imported assessment ({1}); choose {1} or a later month")]
    BeforeBaseline(Arc<str>, Arc<str>),
    /// A month after the next fiscal year; windows are rolled no further.
    #[error("{0} lies beyond the end of the next fiscal year; choose {1} or an earlier month")]
    BeyondHorizon(Arc<str>, Arc<str>),
    /// The assessment's month is not in the calendar.
    #[error(
        "the assessment is for {0}, which the loaded calendar does not hold; add its fiscal_month row to your pack"
    )]
    BaselineOutside(Arc<str>),
    /// Today is not in the calendar.
    #[error(
        "{0} lies in no fiscal month of the loaded calendar; add fiscal_month rows to your pack"
    )]
    TodayOutside(chrono::NaiveDate),
    /// Figures that cannot be counted in whole units.
    #[error(
        "the figures of {0} {1} are too long to be counted exactly; shorten them in the assessment"
    )]
    TooLong(String, Arc<str>),
    /// The quote is not in the book.
    #[error("this quote is not in the book (any more)")]
    UnknownQuote,
}

/// Which pack a figure rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackLabel {
    /// Id or title.
    pub name: String,
    /// As of.
    pub as_of: chrono::NaiveDate,
    /// Weakest confidence that matters: `placeholder` until weights are imported.
    pub confidence: String,
}

/// A deal a projection could not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The renewal, if it is one.
    pub renewal: Option<RenewalId>,
    /// Why, as a sentence.
    pub reason: std::sync::Arc<str>,
    /// The foreign currency, where that is why.
    pub currency: Option<Currency>,
}

/// The score of one portfolio.
#[derive(Clone, Debug)]
pub struct PortfolioScore {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// 0-10, exact; none without a baseline.
    pub score: Option<BigRational>,
    /// The next of the pack's thresholds above the score (1.0, 5.0, 7.5); none above the last.
    pub next_threshold: Option<Decimal>,
    /// What is missing to it, exact.
    pub missing: Option<BigRational>,
    /// Weights are placeholders rather than the partner's own.
    pub placeholder_weights: bool,
    /// Its metrics.
    pub metrics: Vec<MetricScore>,
}

/// One metric of a portfolio.
#[derive(Clone, Debug)]
pub struct MetricScore {
    /// Metric id, `otrr`; for unknown measurements the measurement as written.
    pub metric: Arc<str>,
    /// Title for the screen, `On-time renewal rate`.
    pub title: String,
    /// Category id: foundational, capabilities, performance, engagement.
    pub category: Arc<str>,
    /// A, exact, in major units (or points, or a level).
    pub a: Option<BigRational>,
    /// B, exact.
    pub b: Option<BigRational>,
    /// The value the band is read at, in percent for ratios and growth, else points or level.
    pub value: Option<BigRational>,
    /// The index the score sums.
    pub index: Option<Decimal>,
    /// Fraction of 1.
    pub category_weight: BigRational,
    /// Fraction of 1.
    pub metric_weight: BigRational,
    /// category weight × metric weight × index.
    pub points: Option<BigRational>,
    /// Where the index comes from.
    pub basis: MetricBasis,
    /// The next index step up: what A is still missing (in major units), when it can be said.
    pub next_step: Option<NextStep>,
}

/// The distance to the next index of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct NextStep {
    /// The threshold to pass, in percent.
    pub threshold: Decimal,
    /// Money still missing, in minor-unit precision, when B stays.
    pub missing: Decimal,
    /// What the step adds to the score, exact.
    pub gain: BigRational,
}

/// Where an index comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetricBasis {
    /// The imported index, A and B untouched.
    Imported,
    /// Band of the projected A and B.
    Projected,
    /// Imported index shifted by the change of band, since the band of the imported A and B gives
    /// another index than the sheet.
    Shifted,
    /// No public scale: held at the imported index.
    Held,
    /// Below the minimum bookings: 0.
    BelowMinimum,
    /// Nothing imported or typed.
    NoBaseline,
    /// Supposed by a person for the moment; stored nowhere.
    WhatIf,
}

impl MetricBasis {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            MetricBasis::Imported => "imported",
            MetricBasis::Projected => "projected",
            MetricBasis::Shifted => "band differs from export",
            MetricBasis::Held => "held",
            MetricBasis::BelowMinimum => "below minimum",
            MetricBasis::NoBaseline => "no baseline",
            MetricBasis::WhatIf => "what if",
        }
    }
}

/// How one metric moves from one view to another: a row of "moved by this quote".
#[derive(Clone, Debug)]
pub struct Moved {
    /// Portfolio.
    pub portfolio: Portfolio,
    /// Before.
    pub from: MetricScore,
    /// After.
    pub to: MetricScore,
    /// Points gained or lost in the portfolio's score, exact.
    pub gain: BigRational,
}

/// An explanation of one figure, as a person would work it on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What is explained.
    pub title: String,
    /// Lines in order; each a label and a text with the numbers in it.
    pub lines: Vec<(String, String)>,
}
