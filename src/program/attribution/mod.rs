//! Which deal does what (program §10): for every deal of a view, what the score would lose without
//! it, how far it moves each ratio, and whether it carries a step, shares one or is spare. Indexes
//! are steps, so effects do not add up by themselves: what several deals do together is a line of
//! its own, and on request it is split fairly. Works on a board in whole numbers and knows no rule.

mod detail;
mod edge;
mod shapley;
mod standing;
mod subject;

pub use detail::{Detail, MetricDetail, PortfolioDetail};
pub use edge::{Edge, Edges};
pub use shapley::{DRAWS, EXACT_UP_TO, Fair, FairShare};
pub use standing::Standing;
pub use subject::chosen_by;

use super::board::{Add, Board, BoardDeal, DealId};
use super::exact;
use crate::domain::packed::index::{Index, hash_of};
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What a deal is to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The score stands as well without it.
    Spare,
    /// The score would be higher without it.
    Lowers,
    /// The score would fall without it, but alone it crosses no step.
    Shared,
    /// The score would fall without it, and it crosses a step alone.
    Pivotal,
}

impl Mark {
    /// By how what is lost without a deal, and what it gains alone, compare with nothing.
    pub fn of(marginal: Ordering, alone: Ordering) -> Mark {
        match (marginal, alone) {
            (Ordering::Greater, Ordering::Greater) => Mark::Pivotal,
            (Ordering::Greater, _) => Mark::Shared,
            (Ordering::Equal, _) => Mark::Spare,
            (Ordering::Less, _) => Mark::Lowers,
        }
    }

    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Pivotal => "pivotal",
            Mark::Shared => "shared",
            Mark::Spare => "spare",
            Mark::Lowers => "lowers",
        }
    }
}

/// What one deal does to one metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// What it adds to the metric's cell.
    pub add: Add,
    /// Index with everything, less the index without it.
    pub steps: Decimal,
    /// Index of booked with it, less the index of booked.
    pub alone: Decimal,
    /// Change of the value in [`super::board::PARTS`] of a percentage point; none where there is
    /// no value.
    pub smooth: Option<i128>,
}

impl Effect {
    /// What the deal is to this metric's steps.
    pub fn mark(&self) -> Mark {
        Mark::of(
            self.steps.cmp(&Decimal::ZERO),
            self.alone.cmp(&Decimal::ZERO),
        )
    }
}

/// What one deal does to one portfolio.
#[derive(Clone, Debug, PartialEq)]
pub struct PortfolioEffect {
    /// Its number on the board.
    pub portfolio: usize,
    /// What the score loses without the deal.
    pub points: BigRational,
    /// What the deal alone adds to booked.
    pub alone: BigRational,
}

impl PortfolioEffect {
    /// What the deal is to this portfolio's steps.
    pub fn mark(&self) -> Mark {
        let zero = BigRational::zero();
        Mark::of(self.points.cmp(&zero), self.alone.cmp(&zero))
    }
}

/// The column of a portfolio: the deals' marginals and the shared line add up to the total.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Score of booked; none where the portfolio has no score.
    pub booked: Option<BigRational>,
    /// Score of the view.
    pub score: Option<BigRational>,
    /// What the deals of the view add to the score together.
    pub total: BigRational,
    /// The sum of what each adds to all others.
    pub marginals: BigRational,
}

impl Column {
    /// What several deals do together; negative where each of several would do.
    pub fn shared(&self) -> BigRational {
        &self.total - &self.marginals
    }
}

/// What is at stake with a deal over all portfolios: to rank by, and short enough for a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stake {
    /// Points lost without it, to nine decimals.
    pub points: Decimal,
    /// Change of its ratios in percentage points, each by the weight of its metric.
    pub smooth: Decimal,
    /// The strongest of what it is to the portfolios it touches.
    pub mark: Mark,
}

/// Every deal of a view, each to be asked for its effects: a book has a hundred thousand deals, and
/// what one does is quicker worked out than all of it is held.
#[derive(Clone, Debug)]
pub struct Attribution {
    standing: Standing,
    /// The deals of the view as places on the board, rising.
    deals: Vec<u32>,
    /// Finds them by id.
    index: Index,
    marginals: Vec<Decimal>,
}

impl Attribution {
    /// Attributes the deals a choice takes: the view is booked and these.
    pub fn of(board: &Board, chosen: impl Fn(usize, &BoardDeal) -> bool) -> Attribution {
        let members: Vec<u32> = (0..)
            .zip(board.deals.iter())
            .filter(|(at, deal)| chosen(*at as usize, deal))
            .map(|(at, _)| at)
            .collect();
        let found = |at: &u32| board.deals.get(*at as usize);
        let standing = Standing::of(board, members.iter().filter_map(found).map(|d| d.adds));
        let mut index = Index::with_capacity(members.len());
        let mut marginals = vec![Decimal::ZERO; board.cells.len()];
        for (at, deal) in members.iter().filter_map(|at| Some((*at, found(at)?))) {
            index.add(hash_of(&deal.id), at, |at| hash_at(board, at));
            for add in &deal.adds {
                if let Some(sum) = marginals.get_mut(add.cell) {
                    *sum += standing.steps_without(board, *add);
                }
            }
        }
        Attribution {
            standing,
            deals: members,
            index,
            marginals,
        }
    }

    /// The view itself, to hold parts of it against.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// How many deals the view holds.
    pub fn len(&self) -> usize {
        self.deals.len()
    }

    /// True where it holds none.
    pub fn is_empty(&self) -> bool {
        self.deals.is_empty()
    }

    /// The deals of the view with their places on the board they were chosen from.
    pub fn deals<'a>(&'a self, board: &'a Board) -> impl Iterator<Item = (usize, BoardDeal)> {
        let places = self.deals.iter().map(|at| *at as usize);
        places.filter_map(|at| Some((at, board.deals.get(at)?)))
    }

    /// The effects of a deal by cell; none where the view does not hold it.
    pub fn effects(&self, board: &Board, deal: DealId) -> Option<Vec<Effect>> {
        let found = board.deals.get(self.place(board, deal)?)?;
        Some(self.standing.part(board, &found.adds))
    }

    /// The place of a deal on the board; none where the view does not hold it.
    pub fn place(&self, board: &Board, deal: DealId) -> Option<usize> {
        let is = |at: u32| board.deals.id(at as usize) == Some(deal);
        self.index
            .find(hash_of(&deal), is)
            .map(|place| place as usize)
    }

    /// The column of a portfolio.
    pub fn column(&self, board: &Board, portfolio: usize) -> Column {
        let cells = board.portfolios.get(portfolio).map(|p| p.cells.clone());
        let sum = |steps: &dyn Fn(usize) -> Decimal| {
            let cells = cells.clone().unwrap_or_default();
            let points = cells.filter_map(|at| {
                let cell = board.cells.get(at)?;
                Some(&cell.weight * exact::of(steps(at)))
            });
            points.fold(BigRational::zero(), |sum, points| sum + points)
        };
        Column {
            booked: board.score(portfolio, self.standing.booked()),
            score: board.score(portfolio, self.standing.state()),
            total: sum(&|at| self.standing.steps(at)),
            marginals: sum(&|at| self.marginals.get(at).copied().unwrap_or_default()),
        }
    }
}

fn hash_at(board: &Board, at: u32) -> u64 {
    let deal = board.deals.id(at as usize);
    deal.map_or(0, |id| hash_of(&id))
}

/// The effects of a deal by portfolio, in the board's order.
pub fn by_portfolio(board: &Board, effects: &[Effect]) -> Vec<PortfolioEffect> {
    let mut out: Vec<PortfolioEffect> = Vec::new();
    for effect in effects {
        let Some(cell) = board.cells.get(effect.add.cell) else {
            continue;
        };
        let points = &cell.weight * exact::of(effect.steps);
        let alone = &cell.weight * exact::of(effect.alone);
        match out
            .last_mut()
            .filter(|last| last.portfolio == cell.portfolio)
        {
            Some(known) => {
                known.points += points;
                known.alone += alone;
            }
            None => out.push(PortfolioEffect {
                portfolio: cell.portfolio,
                points,
                alone,
            }),
        }
    }
    out
}

/// Several deals as one: what they add together, by cell.
pub fn together(deals: impl IntoIterator<Item: AsRef<[Add]>>) -> Vec<Add> {
    combined(deals.into_iter().map(|adds| (adds, 1)))
}

/// What the first adds beyond the second.
pub fn beyond(more: &[Add], less: &[Add]) -> Vec<Add> {
    combined([(more, 1), (less, -1)])
}

fn combined(parts: impl IntoIterator<Item = (impl AsRef<[Add]>, i128)>) -> Vec<Add> {
    let mut sums: BTreeMap<usize, (i128, i128)> = BTreeMap::new();
    for (adds, sign) in parts {
        for add in adds.as_ref() {
            let sum = sums.entry(add.cell).or_default();
            sum.0 += sign * add.a;
            sum.1 += sign * add.b;
        }
    }
    let all = sums.into_iter().filter(|(_, sum)| *sum != (0, 0));
    all.map(|(cell, (a, b))| Add { cell, a, b }).collect()
}
