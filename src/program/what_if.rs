//! What if: a metric's index or its A and B supposed, the score worked again at once. For metrics
//! the sheet only states and for figures a person wants to try. Nothing supposed is ever stored,
//! and a projection that holds one says so.

use super::engine::Engine;
use super::exact;
use super::score;
use super::{MetricBasis, MetricScore, PortfolioScore, Projection};
use crate::domain::portfolio::Portfolio;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

/// One thing supposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Supposed {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// The metric.
    pub metric: Arc<str>,
    /// What it is taken to be.
    pub to: SupposedTo,
}

/// What a metric is taken to be.
#[derive(Clone, Debug, PartialEq)]
pub enum SupposedTo {
    /// An index, 0 to 10.
    Index(Decimal),
    /// A and B in major units (or points, or a level), read with the metric's band.
    Figures(BigRational, BigRational),
}

impl Engine {
    /// The projection with these metrics as supposed: a metric at weight 1/12 that is taken one
    /// index higher lifts the score by exactly 1/12 (program §6). What is not in the projection
    /// is passed over, and a portfolio without an assessment stays without a score.
    pub fn suppose(&self, projection: &Projection, supposed: &[Supposed]) -> Projection {
        let mut out = projection.clone();
        out.made.changed();
        for one in supposed {
            let Some(score) = out
                .portfolios
                .iter_mut()
                .find(|p| p.portfolio == one.portfolio)
            else {
                continue;
            };
            let Some(metric) = score.metrics.iter_mut().find(|m| m.metric == one.metric) else {
                continue;
            };
            self.set(metric, one);
            self.sum_up(score);
        }
        out
    }

    fn set(&self, metric: &mut MetricScore, one: &Supposed) {
        match &one.to {
            SupposedTo::Index(index) => {
                metric.index = Some((*index).clamp(Decimal::ZERO, Decimal::TEN));
            }
            SupposedTo::Figures(a, b) => {
                if let Some(base) = self.base_of(&one.portfolio, &one.metric) {
                    metric.index = self.index_at(base, a, b).0;
                    metric.value = base.kind.and_then(|kind| super::band::value(kind, a, b));
                }
                metric.a = Some(a.clone());
                metric.b = Some(b.clone());
            }
        }
        metric.basis = MetricBasis::WhatIf;
        metric.next_step = None;
        let weight = &metric.category_weight * &metric.metric_weight;
        metric.points = metric.index.map(|index| weight * exact::of(index));
    }

    fn sum_up(&self, score: &mut PortfolioScore) {
        if score.score.is_none() {
            return;
        }
        let points = score.metrics.iter().filter_map(|m| m.points.as_ref());
        let total = exact::sum(points);
        let next = score::next_edge(&total, &self.pack.tiers);
        score.next_threshold = next.as_ref().map(|(edge, _)| *edge);
        score.missing = next.map(|(_, missing)| missing);
        score.score = Some(total);
    }
}
