//! From counted outcomes to what a person reads: exact scores at the quantiles, counts of draws
//! that reach an edge, the mean on-time rate.

use super::block::{Outcomes, Tally, is_on_time};
use super::field::{Field, FieldMonth};
use super::{Forecast, PortfolioForecast, Spread, Terms};
use crate::program::engine::Engine;
use crate::program::pack::Tiers;
use crate::program::{exact, score};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::Zero;

/// Sums the draws up.
pub fn sum_up(engine: &Engine, field: &Field, outcomes: Outcomes) -> Forecast {
    let (first, _) = field.places;
    let codes = field.months.iter().enumerate().filter_map(|(number, _)| {
        let month = engine.calendar.at(first + number)?;
        Some(month.code.clone())
    });
    let portfolios = engine.base.iter().enumerate().map(|(number, base)| {
        let months = field.months.iter().zip(&outcomes.months);
        let spreads = months.filter_map(|(month, tallies)| {
            let tally = tallies.get(number)?;
            spread(month, number, tally, outcomes.draws, &engine.pack.tiers)
        });
        PortfolioForecast {
            portfolio: base.portfolio.clone(),
            months: spreads.collect(),
        }
    });
    Forecast {
        pack: engine.label(),
        odds: field.odds.clone(),
        terms: Terms {
            draws: outcomes.draws,
            ..field.terms
        },
        deals: field.deals.len(),
        months: codes.collect(),
        portfolios: portfolios.collect(),
        assumptions: assumptions(field),
    }
}

fn assumptions(field: &Field) -> Vec<String> {
    vec![
        "each open deal books on its planned day or not at all; what is not won stays due"
            .to_string(),
        format!(
            "in {} % of the draws the deals of a customer stand or fall together",
            field.terms.correlation_pct.normalize()
        ),
        format!(
            "a suggestion accepted into a quote that renews nothing is won today in {} % of the \
             draws; other such quotes have no probability and are left out",
            field.odds.accepted_pct.normalize()
        ),
        match field.odds.expected_pct {
            Some(_) => format!("{}, by stage and risk", field.odds.line()),
            None => field.odds.line(),
        },
    ]
}

fn spread(
    month: &FieldMonth,
    number: usize,
    tally: &Tally,
    draws: u32,
    tiers: &Tiers,
) -> Option<Spread> {
    let portfolio = month.portfolios.get(number)?;
    let held = portfolio.held.clone()?;
    let cells = month.cells.get(portfolio.cells.clone())?;
    let fixed = cells.iter().filter(|cell| cell.reader.is_fixed());
    let held = fixed.fold(held, |sum, cell| {
        let index = cell.reader.index(0);
        sum + &cell.reader.cell.weight * exact::of(index)
    });
    let scores = Scores::of(held, month, tally);
    let mut counted: Vec<(BigInt, u32)> = tally
        .counted()
        .map(|(code, count)| (scores.of_code(code), count))
        .collect();
    counted.sort_unstable();
    let mut passed = 0u32;
    let running: Vec<(BigInt, u32)> = counted
        .into_iter()
        .map(|(score, count)| {
            passed += count;
            (score, passed)
        })
        .collect();
    let at = |percent: u64| {
        let wanted = (u64::from(draws) * percent).div_ceil(100).max(1);
        let place = running.partition_point(|(_, upto)| u64::from(*upto) < wanted);
        let (score, _) = running.get(place).or(running.last())?;
        Some(scores.exact(score))
    };
    let reached = tiers.edges.iter().map(|tier| {
        let below = running
            .partition_point(|(score, _)| !score::reached(&scores.exact(score), tier.from, tiers));
        let missed = below
            .checked_sub(1)
            .and_then(|last| running.get(last))
            .map_or(0, |(_, upto)| *upto);
        (tier.from, draws - missed)
    });
    Some(Spread {
        low: at(10)?,
        median: at(50)?,
        high: at(90)?,
        reached: reached.collect(),
        on_time: on_time(month, number, tally, draws),
    })
}

/// Mean A over B of the on-time renewal rate, in percent. B is the same in every draw: what is due
/// stays due.
fn on_time(month: &FieldMonth, number: usize, tally: &Tally, draws: u32) -> Option<BigRational> {
    let portfolio = month.portfolios.get(number)?;
    let cells = month.cells.get(portfolio.cells.clone())?;
    let cell = cells.iter().find(|cell| is_on_time(cell))?;
    if cell.b.axis.base <= 0 || cell.b.last.is_some() {
        return None;
    }
    let due = BigInt::from(cell.b.axis.base) * draws;
    Some(BigRational::new(BigInt::from(tally.on_time) * 100, due))
}

/// Scores as whole numbers over one denominator, so that thousands can be sorted.
struct Scores {
    denominator: BigInt,
    held: BigInt,
    /// By moving cell, points of each outcome.
    points: Vec<Vec<BigInt>>,
}

impl Scores {
    fn of(held: BigRational, month: &FieldMonth, tally: &Tally) -> Scores {
        let points: Vec<Vec<BigRational>> = tally
            .cells
            .iter()
            .filter_map(|at| month.cells.get(*at))
            .map(|cell| {
                let outcomes = 0..cell.reader.outcomes.len();
                let points =
                    |outcome| &cell.reader.cell.weight * exact::of(cell.reader.index(outcome));
                outcomes.map(points).collect()
            })
            .collect();
        let denominator = points
            .iter()
            .flatten()
            .fold(held.denom().clone(), |all, points| all.lcm(points.denom()));
        let whole = |points: &BigRational| points.numer() * (&denominator / points.denom());
        Scores {
            held: whole(&held),
            points: points
                .iter()
                .map(|all| all.iter().map(whole).collect())
                .collect(),
            denominator,
        }
    }

    fn of_code(&self, mut code: u64) -> BigInt {
        let mut score = self.held.clone();
        for points in &self.points {
            let base = (points.len() as u64).max(1);
            let outcome = usize::try_from(code % base).unwrap_or(0);
            score += points.get(outcome).cloned().unwrap_or_else(BigInt::zero);
            code /= base;
        }
        score
    }

    fn exact(&self, score: &BigInt) -> BigRational {
        BigRational::new(score.clone(), self.denominator.clone())
    }
}
