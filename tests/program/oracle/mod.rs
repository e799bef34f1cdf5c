//! A second program engine, slow and plain, written from the published rules and not from the
//! first one. It walks every line of every deal for every month of every window and shares nothing
//! with `renewdesk::program` but the pack's data: the calendar is typed out here once more, prices,
//! windows, bands, weights and scores are worked here by their definitions. What it answers must be
//! what the engine answers, to the last digit.

mod agree;
mod bands;
mod boards;
pub mod calendar;
mod deals;
pub mod dice;
mod found;
pub mod generate;
mod past;
mod price;
mod rules;
mod score;
mod sheets;
mod stages;

use chrono::NaiveDate;
use num_rational::Ratio;
use renewdesk::domain::ids::{QuoteId, RenewalId};
use renewdesk::domain::quote::Quote;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::Pack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Exact numbers: cents, twelfths and percents of both fit with room to spare.
pub type Number = Ratio<i128>;

/// A decimal, exact.
pub fn number(decimal: Decimal) -> Number {
    Ratio::new(decimal.mantissa(), 10i128.pow(decimal.scale()))
}

/// A whole number.
pub fn whole(count: usize) -> Number {
    Ratio::from_integer(count as i128)
}

/// The deals that stand on top of the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Booked only.
    Booked,
    /// Booked and the quote.
    Quote(QuoteId),
    /// Booked and committed.
    Committed,
    /// All that could be booked.
    Open,
    /// All by their probability.
    Weighted,
    /// Booked and those picked by hand.
    Picked(Vec<RenewalId>, Vec<QuoteId>),
}

/// What is asked.
pub struct Question<'a> {
    /// The book.
    pub book: &'a Snapshot,
    /// The rules.
    pub pack: &'a Pack,
    /// The fiscal calendar the book is kept by.
    pub months: &'a calendar::Months,
    /// Today.
    pub today: NaiveDate,
    /// Which deals.
    pub standing: Standing,
    /// Fiscal month by code.
    pub month: String,
    /// Win probabilities in percent.
    pub p: &'a BTreeMap<RenewalId, Decimal>,
    /// A quote on screen that the book does not hold as it stands.
    pub draft: Option<&'a Quote>,
}

/// One metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricAnswer {
    /// Id.
    pub metric: String,
    /// A and B.
    pub a: Option<Number>,
    /// B.
    pub b: Option<Number>,
    /// Index.
    pub index: Option<Number>,
    /// Category weight times metric weight.
    pub weight: Number,
}

/// One portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioAnswer {
    /// Title.
    pub title: String,
    /// Score.
    pub score: Option<Number>,
    /// Its metrics.
    pub metrics: Vec<MetricAnswer>,
}
