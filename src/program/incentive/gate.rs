//! The gate of a portfolio: below the partner tier nothing is paid, from it on the one rate column,
//! from the preferred tier on the other (P27). Decided by the score of the latest assessment, or
//! by a protected level while it lasts; never by a projected score.

use crate::domain::incentive::RateColumn;
use crate::domain::portfolio::Portfolio;
use crate::program::pack::{Pack, Tiers};
use crate::program::{Engine, Month, ProgramError, Projection, View, score};
use chrono::NaiveDate;
use num_rational::BigRational;
use std::sync::Arc;

/// What the gate lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Rates of a column.
    Column(RateColumn),
    /// Nothing: 0.00, "gate closed".
    Closed,
    /// No score is known, so nothing can be said.
    Unknown,
}

/// The gate of a portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// Score of the latest assessment, exact; none without one.
    pub score: Option<BigRational>,
    /// The fiscal month of that assessment.
    pub month: Option<Arc<str>>,
    /// Projected score, to be shown beside it.
    pub projected: Option<BigRational>,
    /// Column held whatever the score, and the last day of that.
    pub protected: Option<(RateColumn, NaiveDate)>,
}

/// The gates of a book: scores as the newest assessment gives them, the pack's protected levels,
/// and beside them the score projected to the pack's horizon with what is booked.
pub fn gates(engine: &Engine, pack: &Pack) -> Vec<Gate> {
    let now = engine.project(&View::Booked, &Month::Baseline);
    let later = engine.project(&View::Booked, &Month::Horizon);
    let score = |projection: &Result<Projection, ProgramError>, portfolio: &Portfolio| {
        let projection = projection.as_ref().ok()?;
        let mut all = projection.portfolios.iter();
        all.find(|s| s.portfolio == *portfolio)?.score.clone()
    };
    let scored = now.iter().flat_map(|projection| &projection.portfolios);
    let mut names: Vec<&Portfolio> = scored.map(|score| &score.portfolio).collect();
    for rule in &pack.portfolios {
        if !names.contains(&&rule.portfolio) {
            names.push(&rule.portfolio);
        }
    }
    let month = now.as_ref().ok().and_then(|now| now.baseline_month.clone());
    let gate = |portfolio: &Portfolio| {
        let rule = pack.portfolio(portfolio);
        let level = rule.and_then(|rule| rule.protected_level.as_deref());
        let until = rule.and_then(|rule| rule.protected_until);
        Gate {
            portfolio: portfolio.clone(),
            score: score(&now, portfolio),
            month: month.clone(),
            projected: score(&later, portfolio),
            protected: level.and_then(RateColumn::named).zip(until),
        }
    };
    names.into_iter().map(gate).collect()
}

/// The column a score opens.
pub fn column_of(score: &BigRational, tiers: &Tiers) -> Opening {
    let reached = score::tier(score, tiers);
    let edge = |id: &str| tiers.edges.iter().find(|tier| &*tier.id == id);
    let at_least = |id: &str| match (reached, edge(id)) {
        (Some(reached), Some(edge)) => reached.from >= edge.from,
        _ => false,
    };
    if at_least(RateColumn::Preferred.word()) {
        Opening::Column(RateColumn::Preferred)
    } else if at_least(RateColumn::Partner.word()) {
        Opening::Column(RateColumn::Partner)
    } else {
        Opening::Closed
    }
}

impl Gate {
    /// What it lets through for a booking of that day.
    pub fn on(&self, day: NaiveDate, tiers: &Tiers) -> Opening {
        self.held_on(day, self.by_score(tiers))
    }

    /// What the score alone lets through.
    pub fn by_score(&self, tiers: &Tiers) -> Opening {
        self.score
            .as_ref()
            .map_or(Opening::Unknown, |score| column_of(score, tiers))
    }

    /// The same for a booking of that day, while a protected level lasts.
    pub fn held_on(&self, day: NaiveDate, by_score: Opening) -> Opening {
        let held = self.protected.filter(|(_, until)| day <= *until);
        match (held, by_score) {
            (Some(_), Opening::Column(RateColumn::Preferred)) => by_score,
            (Some((column, _)), _) => Opening::Column(column),
            (None, by_score) => by_score,
        }
    }

    /// What the projected score would let through; for show only.
    pub fn projected(&self, tiers: &Tiers) -> Opening {
        self.projected
            .as_ref()
            .map_or(Opening::Unknown, |score| column_of(score, tiers))
    }
}
