//! A set of deals as it stands on a board, beside booked: what any part of it does is the
//! difference between the two with it and without it.

use super::{Effect, Mark, Stake};
use crate::program::board::{Add, Board, PARTS, ROUGH_PLACES, State};
use rust_decimal::Decimal;

/// Decimals of ranked points: fewer than of a weight, so that equal points are equal.
const POINT_PLACES: u32 = 9;

/// A set of deals beside booked.
#[derive(Clone, Debug)]
pub struct Standing {
    booked: State,
    state: State,
    ground: Vec<Ground>,
}

/// What every effect on a cell is held against.
#[derive(Clone, Copy, Debug)]
struct Ground {
    index: Decimal,
    booked: Decimal,
    value: Option<i128>,
    weight: Decimal,
}

impl Standing {
    /// Booked and these.
    pub fn of(board: &Board, deals: impl IntoIterator<Item: AsRef<[Add]>>) -> Standing {
        let mut state = board.booked();
        for adds in deals {
            state.add(adds.as_ref());
        }
        Standing::new(board, state)
    }

    fn new(board: &Board, state: State) -> Standing {
        let booked = board.booked();
        let ground = board.cells.iter().enumerate().map(|(at, cell)| {
            let (a, b) = state.of(at);
            Ground {
                index: cell.index(a, b),
                booked: board.index(at, &booked),
                value: cell.value_in_parts(a, b),
                weight: cell.rough_weight,
            }
        });
        Standing {
            ground: ground.collect(),
            booked,
            state,
        }
    }

    /// The same with something more: a deal outside of the view, a suggestion.
    pub fn and(&self, board: &Board, adds: &[Add]) -> Standing {
        let mut state = self.state.clone();
        state.add(adds);
        Standing::new(board, state)
    }

    /// A and B with everything.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// A and B with what is booked.
    pub fn booked(&self) -> &State {
        &self.booked
    }

    /// Index with everything, less the index of booked.
    pub fn steps(&self, cell: usize) -> Decimal {
        let found = self.ground.get(cell);
        found.map_or(Decimal::ZERO, |ground| ground.index - ground.booked)
    }

    /// What a part of it does: a deal, the lines of a quote, several deals together.
    pub fn part(&self, board: &Board, adds: &[Add]) -> Vec<Effect> {
        adds.iter().map(|add| self.effect(board, *add)).collect()
    }

    /// Index of a cell with everything, less the index without this.
    pub(super) fn steps_without(&self, board: &Board, add: Add) -> Decimal {
        let found = board.cells.get(add.cell).zip(self.ground.get(add.cell));
        found.map_or(Decimal::ZERO, |(cell, ground)| {
            let (a, b) = self.state.of(add.cell);
            ground.index - cell.index(a - add.a, b - add.b)
        })
    }

    fn effect(&self, board: &Board, add: Add) -> Effect {
        let (Some(cell), Some(ground)) = (board.cells.get(add.cell), self.ground.get(add.cell))
        else {
            return Effect {
                add,
                steps: Decimal::ZERO,
                alone: Decimal::ZERO,
                smooth: None,
            };
        };
        let (a, b) = self.state.of(add.cell);
        let (booked_a, booked_b) = self.booked.of(add.cell);
        let without = cell.value_in_parts(a - add.a, b - add.b);
        Effect {
            add,
            steps: self.steps_without(board, add),
            alone: cell.index(booked_a + add.a, booked_b + add.b) - ground.booked,
            smooth: ground
                .value
                .zip(without)
                .map(|(with, without)| with - without),
        }
    }

    /// What a part is worth over all portfolios, to rank by.
    pub fn stake(&self, board: &Board, effects: &[Effect]) -> Stake {
        let (mut points, mut smooth) = (Decimal::ZERO, Decimal::ZERO);
        let mut strongest = Mark::Spare;
        // a deal touches a portfolio's cells one after the other
        let (mut portfolio, mut marginal, mut alone) = (None, Decimal::ZERO, Decimal::ZERO);
        for effect in effects {
            let cell = board.cells.get(effect.add.cell);
            let own = cell.map(|cell| cell.portfolio);
            if own != portfolio {
                strongest = strongest.max(rough_mark(marginal, alone));
                (portfolio, marginal, alone) = (own, Decimal::ZERO, Decimal::ZERO);
            }
            let ground = self.ground.get(effect.add.cell);
            let weight = ground.map_or(Decimal::ZERO, |ground| ground.weight);
            if !effect.steps.is_zero() {
                marginal += weight * effect.steps;
                points += weight * effect.steps;
            }
            if !effect.alone.is_zero() {
                alone += weight * effect.alone;
            }
            if let Some(change) = effect.smooth.and_then(percentage_points) {
                smooth += (weight * change).round_dp(ROUGH_PLACES);
            }
        }
        Stake {
            points: points.round_dp(POINT_PLACES).normalize(),
            smooth: smooth.normalize(),
            mark: strongest.max(rough_mark(marginal, alone)),
        }
    }
}

fn rough_mark(marginal: Decimal, alone: Decimal) -> Mark {
    let sign = |points: Decimal| points.round_dp(POINT_PLACES).cmp(&Decimal::ZERO);
    Mark::of(sign(marginal), sign(alone))
}

/// Parts of a percentage point as percentage points.
fn percentage_points(parts: i128) -> Option<Decimal> {
    debug_assert_eq!(PARTS, 10i128.pow(12));
    Decimal::try_from_i128_with_scale(parts, 12).ok()
}
