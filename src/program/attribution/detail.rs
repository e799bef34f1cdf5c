//! One deal in full: every metric it touches with and without it, exact, and the step edges there.

use super::edge::{Edge, Edges};
use super::{Effect, Mark, Standing, by_portfolio};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::program::board::{Board, Cell};
use crate::program::exact;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What something does, by portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// The portfolios it touches.
    pub portfolios: Vec<PortfolioDetail>,
}

/// What it does to one portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioDetail {
    /// Which.
    pub portfolio: Portfolio,
    /// What the score loses without it.
    pub points: BigRational,
    /// What it alone adds to booked.
    pub alone: BigRational,
    /// What it is to the portfolio's steps.
    pub mark: Mark,
    /// The metrics it touches.
    pub metrics: Vec<MetricDetail>,
}

/// What it does to one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricDetail {
    /// Metric id.
    pub metric: Arc<str>,
    /// Title.
    pub title: String,
    /// What A counts, for a sentence.
    pub counts: &'static str,
    /// A in money, with it and without.
    pub a: (BigRational, BigRational),
    /// B in money, with it and without.
    pub b: (BigRational, BigRational),
    /// The value in percent, with it and without.
    pub value: (Option<BigRational>, Option<BigRational>),
    /// Change of the value in percentage points.
    pub smooth: Option<BigRational>,
    /// The index with it and without.
    pub index: (Decimal, Decimal),
    /// What the score loses without it.
    pub points: BigRational,
    /// What it is to the metric's steps.
    pub mark: Mark,
    /// The edges with it.
    pub with: Edges,
    /// The edges without it.
    pub without: Edges,
}

impl Standing {
    /// A part of the view in full.
    pub fn detail(&self, board: &Board, effects: &[Effect]) -> Detail {
        let portfolios = by_portfolio(board, effects).into_iter().filter_map(|sum| {
            let portfolio = board.portfolios.get(sum.portfolio)?;
            let own = effects
                .iter()
                .filter(|effect| portfolio.cells.contains(&effect.add.cell));
            Some(PortfolioDetail {
                portfolio: portfolio.portfolio.clone(),
                points: sum.points.clone(),
                alone: sum.alone.clone(),
                mark: sum.mark(),
                metrics: own
                    .filter_map(|effect| self.metric(board, effect))
                    .collect(),
            })
        });
        Detail {
            portfolios: portfolios.collect(),
        }
    }

    fn metric(&self, board: &Board, effect: &Effect) -> Option<MetricDetail> {
        let at = effect.add.cell;
        let cell: &Cell = board.cells.get(at)?;
        let mut less = self.state().clone();
        less.remove(std::slice::from_ref(&effect.add));
        let ((a, b), (a_less, b_less)) = (self.state().of(at), less.of(at));
        let value = (cell.value(a, b), cell.value(a_less, b_less));
        let smooth = value.0.as_ref().zip(value.1.as_ref());
        Some(MetricDetail {
            metric: Arc::clone(&cell.metric),
            title: cell.title.clone(),
            counts: cell.counts,
            a: (cell.money(a), cell.money(a_less)),
            b: (cell.money(b), cell.money(b_less)),
            smooth: smooth.map(|(with, without)| with - without),
            value,
            index: (cell.index(a, b), cell.index(a_less, b_less)),
            points: &cell.weight * exact::of(effect.steps),
            mark: effect.mark(),
            with: Edges::of(board, at, self.state()),
            without: Edges::of(board, at, &less),
        })
    }
}

impl MetricDetail {
    /// The edges with it as sentences, the nearer first: `1,000.01 USD more on-time value lifts
    /// Services by 0.25`.
    pub fn edge_sentences(&self, portfolio: &Portfolio, currency: Currency) -> Vec<String> {
        let up = |edge: &Edge| (edge.money, edge.lifts(self.counts, portfolio, currency));
        let down = |edge: &Edge| (edge.money, edge.spares(self.counts, portfolio, currency));
        let mut all: Vec<(Decimal, String)> = Vec::new();
        all.extend(self.with.up.as_ref().map(up));
        all.extend(self.with.down.as_ref().map(down));
        all.sort_by_key(|(money, _)| *money);
        all.into_iter().map(|(_, sentence)| sentence).collect()
    }
}
