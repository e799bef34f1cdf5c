//! Goal seek: the cheapest set of open renewals, uplifts, quotes and suggestions that lifts a
//! portfolio to a score, or a metric to its next index, by a fiscal month (program §11). Takes a
//! board and candidates as values; holds no rule, no clock and no files: whoever asks says when to
//! stop, and may go on later.
//!
//! Scores are sums of steps, and every step is a few comparisons of whole numbers, so a goal is a
//! choice of steps (few metrics, at most ten steps each) over covering knapsacks. The search is our
//! own branch and bound over both, not `good_lp` with `microlp`: those work in floating point, so
//! that a set one cent short could pass for a plan and a bound a cent high for a proof; they cannot
//! be stopped between two keys and taken up again; and their relaxation knows nothing of a
//! suggestion that is worth something only with its renewal. Here every floor is a sum of whole
//! numbers that is true for any multipliers ([`relax`]), so what is printed as proven is.

mod aim;
mod answer;
mod candidate;
mod check;
mod dive;
mod fill;
mod order;
mod reach;
mod relax;
mod search;

pub use answer::{Answer, Block, Outcome, Plan, PlanStep, Proof, Reach};
pub use candidate::{Candidate, What, on_board, with_uplifts};
pub use check::Checked;
pub use reach::{Missing, money_to_next};

use crate::domain::portfolio::Portfolio;
use crate::program::board::{Add, Board, Class};
use crate::program::exact;
use crate::program::pack::GoalCost;
use aim::{Stand, Target, shift};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use order::{Costs, Merit};
use relax::Shape;
use rust_decimal::Decimal;
use search::{Problem, Search};
use std::sync::Arc;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The portfolio's score is at least this.
    Score(Decimal),
    /// This metric stands at its next index or higher.
    NextStep(Arc<str>),
    /// Any metric of the portfolio does: the cheapest.
    CheapestStep,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Number of the portfolio on the board.
    pub portfolio: usize,
    /// What is wanted.
    pub goal: Goal,
    /// What is to be least.
    pub cost: GoalCost,
    /// Committed deals count as closed from the start.
    pub committed: bool,
}

/// Why there is nothing to search.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GoalError {
    /// The board has fewer portfolios.
    #[error("the projection has no such portfolio")]
    NoPortfolio,
    /// The portfolio has no score.
    #[error("{0} has no baseline, so no score can be reached; import the assessment first")]
    NoScore(String),
    /// No such metric moves.
    #[error("no deal moves {0} in {1}; metrics that move there: {2}")]
    NoMetric(String, String, String),
    /// Nothing above.
    #[error("{0} of {1} already stands at the highest index")]
    AtTop(String, String),
    /// Amounts beyond exact counting.
    #[error("the values of the open deals are too long to be counted exactly; check their amounts")]
    TooLong,
}

/// A search under way: run it, read the answer, run it on.
#[derive(Clone, Debug)]
pub struct GoalSeek {
    board: Arc<Board>,
    portfolio: Portfolio,
    ask: Ask,
    candidates: Vec<Candidate>,
    costs: Costs,
    search: Search,
    reach: Option<reach::Climb>,
    already: bool,
}

impl GoalSeek {
    /// Prepares the search among these candidates.
    ///
    /// # Errors
    /// A portfolio without a score, a metric that no deal moves or that stands at the top.
    pub fn new(
        board: Arc<Board>,
        ask: Ask,
        candidates: Vec<Candidate>,
    ) -> Result<GoalSeek, GoalError> {
        let found = board.portfolios.get(ask.portfolio);
        let portfolio = found.ok_or(GoalError::NoPortfolio)?.portfolio.clone();
        let candidates = grouped(&board, &ask, candidates);
        let costs = Costs::of(&candidates, ask.cost).ok_or(GoalError::TooLong)?;
        let problem = problem_of(&board, &ask, &candidates, &costs);
        let targets = targets_of(&board, &ask, &problem)?;
        let holds = |target: &Target| target.holds(&problem.cells, &problem.start);
        let already = targets.iter().any(holds);
        let search = Search::new(problem, targets);
        Ok(GoalSeek {
            board,
            portfolio,
            ask,
            candidates,
            costs,
            search,
            reach: None,
            already,
        })
    }

    /// Searches on for as long as it may; true when nothing is left to find out.
    pub fn run(&mut self, keep_going: &mut dyn FnMut() -> bool) -> bool {
        if self.already {
            return true;
        }
        if !self.search.run(keep_going) {
            return false;
        }
        if self.search.best().is_some() {
            return true;
        }
        let problem = self.search.problem();
        let (board, ask) = (&self.board, &self.ask);
        let climb = self
            .reach
            .get_or_insert_with(|| reach::Climb::new(problem, weights_of(board, ask.portfolio)));
        climb.run(problem, keep_going)
    }

    /// True when no cheaper set exists: going on can only tell equally cheap ones apart.
    pub fn is_exact(&self) -> bool {
        let best = self.search.best();
        self.already
            || best.is_some_and(|items| {
                let cost = self.search.problem().cost(items);
                self.costs.first(cost) == self.costs.first(self.search.floor())
            })
    }
}

/// Candidates that touch the portfolio, each followed by those that hang on it.
fn grouped(board: &Board, ask: &Ask, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let cells = cells_of(board, ask.portfolio);
    let touches =
        |candidate: &Candidate| candidate.adds.iter().any(|add| cells.contains(&add.cell));
    let open = |candidate: &&Candidate| !(ask.committed && candidate.committed);
    let mut left: Vec<Option<&Candidate>> = candidates.iter().filter(open).map(Some).collect();
    let bases: std::collections::HashSet<What> = left
        .iter()
        .flatten()
        .filter(|candidate| candidate.with.is_none())
        .map(|candidate| candidate.what)
        .collect();
    let mut hanging: std::collections::HashMap<What, Vec<&Candidate>> =
        std::collections::HashMap::new();
    for slot in &mut left {
        if let Some(candidate) = *slot
            && let Some(base) = candidate.with.filter(|base| bases.contains(base))
        {
            if touches(candidate) {
                hanging.entry(base).or_default().push(candidate);
            }
            *slot = None;
        }
    }
    let mut out = Vec::new();
    for candidate in left.into_iter().flatten() {
        let extras = hanging.remove(&candidate.what).unwrap_or_default();
        if !touches(candidate) && extras.is_empty() {
            continue;
        }
        let mut alone = candidate.clone();
        alone.with = None;
        out.push(alone);
        out.extend(extras.into_iter().cloned());
    }
    out
}

fn cells_of(board: &Board, portfolio: usize) -> std::ops::Range<usize> {
    board
        .portfolios
        .get(portfolio)
        .map_or(0..0, |found| found.cells.clone())
}

fn weights_of(board: &Board, portfolio: usize) -> Vec<BigRational> {
    let cells = board
        .cells
        .get(cells_of(board, portfolio))
        .unwrap_or_default();
    cells.iter().map(|cell| cell.weight.clone()).collect()
}

fn problem_of(board: &Board, ask: &Ask, candidates: &[Candidate], costs: &Costs) -> Problem {
    let range = cells_of(board, ask.portfolio);
    let cells = board.cells.get(range.clone()).unwrap_or_default().to_vec();
    let local = |adds: &[Add]| -> Vec<Add> {
        let own = adds.iter().filter(|add| range.contains(&add.cell));
        own.map(|add| Add {
            cell: add.cell - range.start,
            ..*add
        })
        .collect()
    };
    let mut start: Stand = cells.iter().map(|cell| (cell.a, cell.b)).collect();
    if ask.committed {
        for deal in board
            .deals
            .iter()
            .filter(|deal| deal.class == Class::Committed)
        {
            shift(&mut start, &local(&deal.adds), 1);
        }
    }
    let mut shape = Shape::default();
    for (at, candidate) in candidates.iter().enumerate() {
        let base = match candidate.with {
            Some(_) => Some(shape.base.last().copied().flatten().unwrap_or(at - 1)),
            None => None,
        };
        shape.base.push(base);
        shape.end.push(at + 1);
        if let Some(end) = base.and_then(|base| shape.end.get_mut(base)) {
            *end = at + 1;
        }
    }
    let mut by_id: Vec<usize> = (0..candidates.len()).collect();
    by_id.sort_by_key(|at| candidates.get(*at).map(|candidate| candidate.what));
    let mut place = vec![0; candidates.len()];
    for (order, at) in by_id.into_iter().enumerate() {
        if let Some(slot) = place.get_mut(at) {
            *slot = order;
        }
    }
    Problem {
        start,
        adds: candidates
            .iter()
            .map(|candidate| local(&candidate.adds))
            .collect(),
        costs: costs.whole.clone(),
        shape,
        merit: Merit {
            p: candidates.iter().map(|candidate| candidate.p).collect(),
            end: candidates.iter().map(|candidate| candidate.end).collect(),
            place,
        },
        cells,
    }
}

fn targets_of(board: &Board, ask: &Ask, problem: &Problem) -> Result<Vec<Target>, GoalError> {
    let found = board.portfolios.get(ask.portfolio);
    let name = found.map_or_else(String::new, |found| found.portfolio.title().to_string());
    let held = found.and_then(|found| found.held.clone());
    let step = |cell: usize| {
        let at = problem.cells.get(cell)?;
        let (a, b) = problem.start.get(cell).copied()?;
        let now = at.index(a, b);
        let levels = at.levels().into_iter().chain(at.apart(a, b));
        let next = levels
            .map(|level| level.index)
            .filter(|index| *index > now)
            .min()?;
        let mut weights = vec![BigRational::zero(); problem.cells.len()];
        if let Some(slot) = weights.get_mut(cell) {
            *slot = BigRational::one();
        }
        Some(Target {
            weights,
            least: exact::of(next),
        })
    };
    match &ask.goal {
        Goal::Score(score) => {
            let held = held.ok_or(GoalError::NoScore(name))?;
            Ok(vec![Target {
                weights: weights_of(board, ask.portfolio),
                least: exact::of(*score) - held,
            }])
        }
        Goal::NextStep(metric) => {
            let cell = problem.cells.iter().position(|cell| cell.metric == *metric);
            let Some(cell) = cell else {
                let known: Vec<&str> = problem.cells.iter().map(|cell| &*cell.metric).collect();
                let known = known.join(", ");
                return Err(GoalError::NoMetric(metric.to_string(), name, known));
            };
            let target = step(cell).ok_or_else(|| GoalError::AtTop(metric.to_string(), name));
            Ok(vec![target?])
        }
        Goal::CheapestStep => {
            let weighted = |cell: &usize| {
                let found = problem.cells.get(*cell);
                found.is_some_and(|cell| !cell.weight.is_zero())
            };
            let all = (0..problem.cells.len()).filter(weighted);
            let targets: Vec<Target> = all.filter_map(step).collect();
            if targets.is_empty() {
                return Err(GoalError::AtTop("every metric that moves".into(), name));
            }
            Ok(targets)
        }
    }
}

/// A part smaller than any difference between two sums of these weights times indexes.
fn sliver(weights: &[BigRational]) -> BigRational {
    let unit = weights.iter().fold(BigInt::from(10_000), |unit, weight| {
        num_integer::Integer::lcm(&unit, &(weight.denom() * 10_000))
    });
    BigRational::new(BigInt::one(), unit)
}
