//! What the search has to say at any moment: the plan and its proof, or how far the score can get
//! and what stands in the way.

use super::candidate::Candidate;
use super::reach::{Missing, money_to_next};
use super::{Goal, GoalSeek, cells_of};
use crate::domain::portfolio::Portfolio;
use crate::program::board::State;
use crate::program::exact;
use crate::program::pack::GoalCost;
use num_rational::BigRational;
use rust_decimal::Decimal;
use std::sync::Arc;

/// An answer, at the moment it was asked for.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// The fiscal month.
    pub month: Arc<str>,
    /// What is wanted.
    pub goal: Goal,
    /// What is to be least.
    pub cost: GoalCost,
    /// Score before any of it; none without a baseline.
    pub start: Option<BigRational>,
    /// How many candidates there are.
    pub candidates: usize,
    /// What is found.
    pub outcome: Outcome,
    /// Every metric that deals move: where it stands with the plan (or at best) and what lifts it.
    pub blocks: Vec<Block>,
}

/// What is found.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The goal holds already.
    Already,
    /// A set that reaches it.
    Plan(Plan),
    /// No set does.
    OutOfReach(Reach),
    /// None found yet, none excluded.
    Open,
}

/// A set that reaches the goal; none of its members can be left out.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Members by end.
    pub steps: Vec<PlanStep>,
    /// Score with all of them.
    pub score: Option<BigRational>,
    /// Σ value still to close.
    pub value: Decimal,
    /// Deals; an uplift belongs to its renewal's.
    pub deals: usize,
    /// Σ value × (1 − p).
    pub effort: Decimal,
    /// Σ discount given away.
    pub discount: Decimal,
    /// How sure it is that nothing cheaper exists.
    pub proof: Proof,
}

/// A member of a plan.
#[derive(Clone, Debug)]
pub struct PlanStep {
    /// What.
    pub candidate: Candidate,
    /// Score with it and those before it.
    pub score: Option<BigRational>,
    /// Score of the plan without it and what hangs on it: what is lost when it fails.
    pub without: Option<BigRational>,
}

/// How sure a plan is the cheapest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing is cheaper. Settled: of equally cheap sets it is the one the tie rules choose.
    Exact {
        /// Ties are searched to the end.
        settled: bool,
    },
    /// The best found is at most this above the cheapest, in the unit of the cost.
    Within {
        /// At most so much above.
        gap: Decimal,
        /// No set costs less.
        floor: Decimal,
    },
}

impl Proof {
    /// The label of program §11: `exact`, or the best found with its proven gap.
    pub fn label(&self) -> String {
        match self {
            Proof::Exact { .. } => "exact".to_string(),
            Proof::Within { gap, .. } => {
                format!("best found, at most {gap} above the cheapest")
            }
        }
    }
}

/// How far a score can get.
#[derive(Clone, Debug)]
pub struct Reach {
    /// The best score any set reaches.
    pub score: Option<BigRational>,
    /// It is proven that none reaches more.
    pub proven: bool,
    /// What is missing to the goal, where the goal is a score.
    pub missing: Option<BigRational>,
}

/// A metric that deals move.
#[derive(Clone, Debug)]
pub struct Block {
    /// Metric id.
    pub metric: Arc<str>,
    /// Title.
    pub title: String,
    /// What its money is, for a sentence: `on-time value`.
    pub counts: &'static str,
    /// Its weight in the score, a fraction of one.
    pub weight: BigRational,
    /// Index before any of it.
    pub before: Decimal,
    /// Index with the plan, or at best.
    pub index: Decimal,
    /// Money to the next index from there; none at the top, or where no money gets there.
    pub next: Option<Missing>,
}

impl Block {
    /// Points of the score that it leaves out below the highest index.
    pub fn open(&self) -> BigRational {
        &self.weight * exact::of((Decimal::TEN - self.index).max(Decimal::ZERO))
    }
}

impl Answer {
    /// The metrics that hold a goal back where it is out of reach: the one that was asked for, else
    /// those with points still open, most first.
    pub fn in_the_way(&self) -> Vec<&Block> {
        if let Goal::NextStep(metric) = &self.goal {
            let own = self.blocks.iter().filter(|block| block.metric == *metric);
            return own.collect();
        }
        let weighs = |block: &&Block| block.open() > BigRational::from_integer(0.into());
        let mut out: Vec<&Block> = self.blocks.iter().filter(weighs).collect();
        out.sort_by_key(|block| std::cmp::Reverse(block.open()));
        out
    }

    /// The metrics whose index the answer's set raises.
    pub fn raised(&self) -> impl Iterator<Item = &Block> {
        self.blocks
            .iter()
            .filter(|block| block.index > block.before)
    }
}

impl GoalSeek {
    /// The answer as of now.
    pub fn answer(&self) -> Answer {
        let (outcome, items) = self.outcome();
        Answer {
            portfolio: self.portfolio.clone(),
            month: Arc::clone(&self.board.month),
            goal: self.ask.goal.clone(),
            cost: self.ask.cost,
            start: self.score(&self.start()),
            candidates: self.candidates.len(),
            outcome,
            blocks: self.blocks(&items),
        }
    }

    fn outcome(&self) -> (Outcome, Vec<usize>) {
        if self.already {
            return (Outcome::Already, Vec::new());
        }
        if let Some(items) = self.search.best() {
            return (Outcome::Plan(self.plan(items)), items.to_vec());
        }
        if !self.search.is_done() {
            return (Outcome::Open, Vec::new());
        }
        let climb = self.reach.as_ref();
        let items = climb.map(|climb| climb.items.clone()).unwrap_or_default();
        let score = self.score(&self.state(&items));
        let missing = match &self.ask.goal {
            Goal::Score(target) => score.as_ref().map(|score| exact::of(*target) - score),
            _ => None,
        };
        let reach = Reach {
            score,
            proven: climb.is_some_and(|climb| climb.proven),
            missing,
        };
        (Outcome::OutOfReach(reach), items)
    }

    fn start(&self) -> State {
        let committed = self.ask.committed;
        self.board
            .with(|_, deal| committed && deal.class == crate::program::board::Class::Committed)
    }

    fn state(&self, items: &[usize]) -> State {
        let mut state = self.start();
        for candidate in items.iter().filter_map(|item| self.candidates.get(*item)) {
            state.add(&candidate.adds);
        }
        state
    }

    fn score(&self, state: &State) -> Option<BigRational> {
        self.board.score(self.ask.portfolio, state)
    }

    fn plan(&self, items: &[usize]) -> Plan {
        let members = || items.iter().filter_map(|item| self.candidates.get(*item));
        let mut order: Vec<&Candidate> = members().collect();
        order.sort_by_key(|member| (member.end, member.with.unwrap_or(member.what), member.what));
        let whole = self.state(items);
        let mut state = self.start();
        let steps = order
            .iter()
            .map(|member| {
                state.add(&member.adds);
                let mut without = whole.clone();
                let hanging = |other: &&&Candidate| other.with == Some(member.what);
                for gone in order.iter().filter(hanging).chain([member]) {
                    without.remove(&gone.adds);
                }
                PlanStep {
                    candidate: (*member).clone(),
                    score: self.score(&state),
                    without: self.score(&without),
                }
            })
            .collect();
        let sum = |pick: &dyn Fn(&Candidate) -> Decimal| {
            members().fold(Decimal::ZERO, |sum, member| {
                sum.saturating_add(pick(member))
            })
        };
        Plan {
            steps,
            score: self.score(&whole),
            value: sum(&|member| member.value),
            deals: members()
                .filter(|member| !matches!(member.what, super::What::Uplift(_)))
                .count(),
            effort: sum(&|member| member.effort().unwrap_or_default()),
            discount: sum(&|member| member.discount),
            proof: self.proof(items),
        }
    }

    fn proof(&self, items: &[usize]) -> Proof {
        let cost = self.search.problem().cost(items);
        let floor = self.search.floor();
        let (found, least) = (self.costs.first(cost), self.costs.first(floor));
        if found == least {
            let settled = self.search.is_done();
            return Proof::Exact { settled };
        }
        Proof::Within {
            gap: (found - least).normalize(),
            floor: least.normalize(),
        }
    }

    fn blocks(&self, items: &[usize]) -> Vec<Block> {
        let (start, state) = (self.start(), self.state(items));
        let minor = self.board.currency.minor_units();
        cells_of(&self.board, self.ask.portfolio)
            .filter_map(|at| {
                let cell = self.board.cells.get(at)?;
                Some(Block {
                    metric: Arc::clone(&cell.metric),
                    title: cell.title.clone(),
                    counts: cell.counts,
                    weight: cell.weight.clone(),
                    before: self.board.index(at, &start),
                    index: self.board.index(at, &state),
                    next: money_to_next(cell, state.of(at), cell.raises_base, minor),
                })
            })
            .collect()
    }
}
