//! The partner's own assessment: the base every projection starts from.

use super::ids::{BaselineId, BatchId};
use super::portfolio::Portfolio;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One row of an assessment sheet: a portfolio, a measurement and a fiscal month. Values are kept
/// as the sheet gives them; weights in percent; empty is `None`, never 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineRow {
    /// Identity.
    pub id: BaselineId,
    /// Reseller name, if given.
    pub reseller: Option<String>,
    /// BE id, if given.
    pub be_id: Option<String>,
    /// Portfolio.
    pub portfolio: Portfolio,
    /// Category as written, e.g. `Engagement`.
    pub category: Option<Arc<str>>,
    /// Category weight in percent.
    pub category_weight_pct: Option<Decimal>,
    /// Measurement as written, e.g. `On-Time Renewal Rate`.
    pub measurement: Arc<str>,
    /// The metric it was recognised as, e.g. `otrr`; unknown ones are held constant.
    pub metric: Option<Arc<str>>,
    /// Measurement weight within its category, in percent.
    pub measurement_weight_pct: Option<Decimal>,
    /// Fiscal month, canonical: `FY27M4`.
    pub month: Arc<str>,
    /// Achieved value as written.
    pub achieved: Option<Decimal>,
    /// Achieved index.
    pub achieved_index: Option<Decimal>,
    /// Applied index: what the score sums.
    pub applied_index: Option<Decimal>,
    /// Measure A value: numerator, current bookings, points or level.
    pub a: Option<Decimal>,
    /// Measure B value: denominator or prior bookings.
    pub b: Option<Decimal>,
    /// Measure C value.
    pub c: Option<Decimal>,
    /// Measure A, B and C counts.
    pub counts: [Option<Decimal>; 3],
    /// Where it was read.
    pub batch: Option<BatchId>,
    /// Row in the sheet.
    pub row: Option<u32>,
    /// Who typed it and when; `None` for rows of a sheet.
    pub typed: Option<Typed>,
}

/// That a person typed a row instead of importing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// Who.
    pub by: String,
    /// The day.
    pub on: NaiveDate,
}

impl BaselineRow {
    /// The same row without its identity and origin: what two sources of a figure are compared by.
    pub fn figures(&self) -> BaselineRow {
        BaselineRow {
            id: BaselineId(uuid::Uuid::nil()),
            batch: None,
            row: None,
            typed: None,
            ..self.clone()
        }
    }
}
