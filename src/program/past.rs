//! Scores of the past: what every imported or typed month of the assessment says by its own
//! weights and applied indexes. Nothing is projected and no deal counts.

use super::base::{self, MetricBase};
use super::calendar::parse_code;
use super::exact;
use super::pack::Pack;
use super::reseller;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::Zero;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The scores of one month as assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// Fiscal month, `FY27M4`.
    pub month: Arc<str>,
    /// Score of each portfolio the month covers; none where nothing in it has a weight.
    pub scores: Vec<(Portfolio, Option<BigRational>)>,
}

impl Assessed {
    /// The score of a portfolio.
    pub fn of(&self, portfolio: &Portfolio) -> Option<&BigRational> {
        let found = self.scores.iter().find(|(of, _)| of == portfolio)?;
        found.1.as_ref()
    }
}

/// Every month of the chosen reseller's assessment, oldest first. Two metrics at 25 % each with
/// indexes 8 and 4 give 3.0.
pub fn assessed(pack: &Pack, snapshot: &Snapshot, day: NaiveDate) -> Vec<Assessed> {
    let months: BTreeMap<(i32, u32), &Arc<str>> = reseller::rows(snapshot)
        .filter_map(|row| Some((parse_code(&row.month)?, &row.month)))
        .collect();
    months
        .into_values()
        .map(|month| Assessed {
            month: Arc::clone(month),
            scores: base::portfolios(pack, snapshot, Some(month), day)
                .into_iter()
                .filter(|base| base.imported)
                .map(|base| (base.portfolio.clone(), score(&base.metrics)))
                .collect(),
        })
        .collect()
}

fn score(metrics: &[MetricBase]) -> Option<BigRational> {
    let weighted = metrics.iter().any(|metric| !metric.weight().is_zero());
    let points = metrics
        .iter()
        .filter_map(|metric| Some(metric.weight() * exact::of(metric.index?)));
    weighted.then(|| points.fold(BigRational::zero(), |sum, points| sum + points))
}
