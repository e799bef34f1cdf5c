//! A plan beside the full projection: the same score by the way every other screen takes, and the
//! metrics no deal moves, by name.

use super::answer::{Answer, Plan};
use super::candidate::What;
use crate::domain::ids::RenewalId;
use crate::program::board::{Board, Class, DealId};
use crate::program::{Engine, MetricScore, Month, PortfolioScore, View};
use std::sync::Arc;

/// How a plan's score was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// The projection of exactly these renewals gives the same score.
    Projection,
    /// The plan holds more than renewals as they stand; its score is the board's.
    Board,
    /// The projection says otherwise.
    Differs,
}

impl Plan {
    /// The renewals it asks to close, in its order.
    pub fn renewals(&self) -> Vec<RenewalId> {
        let renewals = self
            .steps
            .iter()
            .filter_map(|step| match step.candidate.what {
                What::Renew(id) => Some(id),
                _ => None,
            });
        renewals.collect()
    }

    /// Holds a plan against the projection of the marked set.
    pub fn check(
        &self,
        engine: &Engine,
        board: &Board,
        answer: &Answer,
        committed: bool,
    ) -> Checked {
        let mut renewals = self.renewals();
        if renewals.len() != self.steps.len() {
            return Checked::Board;
        }
        if committed {
            let standing = board
                .deals
                .iter()
                .filter(|deal| deal.class == Class::Committed);
            renewals.extend(standing.filter_map(|deal| match deal.id {
                DealId::Renewal(id) => Some(id),
                _ => None,
            }));
        }
        let view = View::Marked(Arc::from(renewals));
        let projection = engine.project(&view, &Month::Code(Arc::clone(&board.month)));
        let found = projection.ok().and_then(|projection| {
            let mut all = projection.portfolios.into_iter();
            all.find(|found| found.portfolio == answer.portfolio)
        });
        match found {
            Some(found) if found.score == self.score => Checked::Projection,
            _ => Checked::Differs,
        }
    }
}

impl Answer {
    /// The metrics of a portfolio that no deal moves: held at their index.
    pub fn held<'a>(&self, score: &'a PortfolioScore) -> Vec<&'a MetricScore> {
        let moves = |metric: &str| self.blocks.iter().any(|block| &*block.metric == metric);
        score
            .metrics
            .iter()
            .filter(|metric| !moves(&metric.metric))
            .collect()
    }
}
