//! One fiscal month as whole numbers: every metric that deals move with its A and B, and every deal
//! not booked yet with what it adds. Attribution, goal seek and forecast try thousands of sets of
//! deals on it without asking the rules again. A board holds no rule of its own: it is cut from
//! what the engine projects, and the score of any set on it equals the projection of that set.

pub(super) mod build;
mod cell;
mod deals;
mod fixed;
mod uplift;

pub use cell::{Cell, Condition, Level, Outcome};
pub use deals::BoardDeals;
pub use fixed::PARTS;
pub use uplift::Uplift;

use super::PackLabel;
use super::exact;
pub use super::totals::Class;
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::packed::Numbered;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::ops::Range;
use std::sync::Arc;

/// Decimals of a weight where effects only rank.
pub const ROUGH_PLACES: u32 = 12;

/// A month cut to whole numbers. What is booked, and what falls due in the metrics' windows, stands
/// in the cells; `deals` stand beside them, each to be counted or not.
#[derive(Clone, Debug)]
pub struct Board {
    /// The month, `FY27M6`.
    pub month: Arc<str>,
    /// The pack it rests on.
    pub pack: PackLabel,
    /// What its money is in.
    pub currency: Currency,
    /// Every portfolio of the projection, in its order.
    pub portfolios: Vec<BoardPortfolio>,
    /// Metrics that deals move, by portfolio.
    pub cells: Vec<Cell>,
    /// Committed and open deals, by end date and id.
    pub deals: BoardDeals,
}

/// A portfolio of a board.
#[derive(Clone, Debug)]
pub struct BoardPortfolio {
    /// Which.
    pub portfolio: Portfolio,
    /// Its cells.
    pub cells: Range<usize>,
    /// Points of the metrics no deal moves; `None` where the portfolio has no score.
    pub held: Option<BigRational>,
}

/// Which deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DealId {
    /// A renewal, with its newest quote.
    Renewal(RenewalId),
    /// A quote without any renewal.
    Quote(QuoteId),
    /// Something tried out: its number is the caller's.
    Extra(usize),
}

/// A deal with what it adds to the cells of this month.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardDeal {
    /// Which.
    pub id: DealId,
    /// Contract or quote number, for people.
    pub name: Numbered,
    /// Committed or Open.
    pub class: Class,
    /// Its customer, by which wins are correlated.
    pub account: Option<AccountId>,
    /// Win probability as a fraction of one.
    pub p: Decimal,
    /// Net to Cisco still to close: TCV in the pack's currency, as far as it counts anywhere.
    pub value: Decimal,
    /// List less net of its quote lines; nothing where nothing is quoted.
    pub discount: Decimal,
    /// It has a quote.
    pub quoted: bool,
    /// Last covered day of what it renews.
    pub end: Option<NaiveDate>,
    /// The day it would book.
    pub booking: NaiveDate,
    /// Booked that day it renews on time.
    pub on_time: bool,
    /// What it adds, by cell, rising.
    pub adds: Box<[Add]>,
}

/// What a deal adds to one cell, in the cell's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Add {
    /// Which cell.
    pub cell: usize,
    /// To A.
    pub a: i128,
    /// To B.
    pub b: i128,
}

/// What something that is no deal of the book yet adds.
#[derive(Clone, Debug, PartialEq)]
pub struct Added {
    /// TCV in the pack's currency.
    pub value: Decimal,
    /// List less net.
    pub discount: Decimal,
    /// By cell, rising.
    pub adds: Vec<Add>,
}

/// A and B of every cell with some set of deals counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State(Vec<(i128, i128)>);

impl State {
    /// A and B of a cell.
    pub fn of(&self, cell: usize) -> (i128, i128) {
        self.0.get(cell).copied().unwrap_or_default()
    }

    /// Counts a deal.
    pub fn add(&mut self, adds: &[Add]) {
        self.shift(adds, 1);
    }

    /// Takes a deal out again.
    pub fn remove(&mut self, adds: &[Add]) {
        self.shift(adds, -1);
    }

    fn shift(&mut self, adds: &[Add], sign: i128) {
        for add in adds {
            if let Some((a, b)) = self.0.get_mut(add.cell) {
                *a += sign * add.a;
                *b += sign * add.b;
            }
        }
    }
}

impl Board {
    /// Booked only: no deal counted.
    pub fn booked(&self) -> State {
        State(self.cells.iter().map(|cell| (cell.a, cell.b)).collect())
    }

    /// Booked and every deal the choice takes.
    pub fn with(&self, chosen: impl Fn(usize, &BoardDeal) -> bool) -> State {
        let mut state = self.booked();
        for (at, deal) in self.deals.iter().enumerate() {
            if chosen(at, &deal) {
                state.add(&deal.adds);
            }
        }
        state
    }

    /// The index of a cell in a state.
    pub fn index(&self, cell: usize, state: &State) -> Decimal {
        let (a, b) = state.of(cell);
        self.cells
            .get(cell)
            .map_or(Decimal::ZERO, |found| found.index(a, b))
    }

    /// The score of a portfolio in a state, exact; `None` where it has no score.
    pub fn score(&self, portfolio: usize, state: &State) -> Option<BigRational> {
        let found = self.portfolios.get(portfolio)?;
        let held = found.held.clone()?;
        Some(found.cells.clone().fold(held, |score, at| {
            let Some(cell) = self.cells.get(at) else {
                return score;
            };
            score + &cell.weight * exact::of(self.index(at, state))
        }))
    }

    /// How many points the scores of all portfolios together differ between two states, exact: the sum of
    /// [`score`](Board::score) after less before. Only cells whose index differs are weighed; most deals pass
    /// no threshold, and a suggestion is tried for each of tens of thousands.
    pub fn change(&self, before: &State, after: &State) -> BigRational {
        let scored = |cell: &Cell| {
            let portfolio = self.portfolios.get(cell.portfolio);
            portfolio.is_some_and(|found| found.held.is_some())
        };
        let mut sum = BigRational::zero();
        for (at, cell) in self.cells.iter().enumerate() {
            let ((a, b), (new_a, new_b)) = (before.of(at), after.of(at));
            if (a, b) == (new_a, new_b) || !scored(cell) {
                continue;
            }
            let steps = cell.index(new_a, new_b) - cell.index(a, b);
            if !steps.is_zero() {
                sum += &cell.weight * exact::of(steps);
            }
        }
        sum
    }

    /// The number of a portfolio.
    pub fn number(&self, portfolio: &Portfolio) -> Option<usize> {
        self.portfolios
            .iter()
            .position(|found| found.portfolio == *portfolio)
    }
}
