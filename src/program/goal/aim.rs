//! A goal as whole numbers: which index every metric must reach, and the lines that candidates must
//! cover for it. The lines are the board's own conditions; nothing is decided here that the board
//! does not say.

use super::relax::{Line, Shape};
use crate::program::board::{Add, Cell, Condition};
use crate::program::exact;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A and B of every cell of the portfolio.
pub type Stand = Vec<(i128, i128)>;

/// Counts adds into a stand, or with -1 takes them out.
pub fn shift(stand: &mut Stand, adds: &[Add], sign: i128) {
    for add in adds {
        if let Some((a, b)) = stand.get_mut(add.cell) {
            *a += sign * add.a;
            *b += sign * add.b;
        }
    }
}

/// What is to be reached: Σ weight × index of the cells must be at least the target.
#[derive(Clone, Debug)]
pub struct Target {
    /// One weight for each cell.
    pub weights: Vec<BigRational>,
    /// The sum to reach.
    pub least: BigRational,
}

impl Target {
    /// The weighted sum where the cells stand there.
    pub fn points(&self, cells: &[Cell], stand: &Stand) -> BigRational {
        let all = self.weights.iter().zip(cells).zip(stand);
        all.fold(BigRational::zero(), |sum, ((weight, cell), (a, b))| {
            if weight.is_zero() {
                return sum;
            }
            sum + weight * exact::of(cell.index(*a, *b))
        })
    }

    /// True where the cells standing there reach it.
    pub fn holds(&self, cells: &[Cell], stand: &Stand) -> bool {
        self.points(cells, stand) >= self.least
    }
}

/// An index a cell can be brought to: its points, counted whole, and the lines to cover.
#[derive(Clone, Debug)]
pub struct Rung {
    /// Weight times index, in the aim's unit.
    pub points: i128,
    /// Numbers of lines.
    pub lines: Vec<usize>,
}

/// A target with every cell's ladders: the first is the band's, rising; further ones stand alone
/// (the sheet's own index where nothing moves, a band's index at A = 0).
#[derive(Clone, Debug)]
pub struct Aim {
    /// The target.
    pub target: Target,
    /// By cell, its ladders.
    pub ladders: Vec<Vec<Vec<Rung>>>,
    /// The points to reach.
    pub least: i128,
}

/// Every covering line of a problem, each once.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// By number.
    pub all: Vec<Line>,
    met: Vec<bool>,
    open: Vec<bool>,
    known: HashMap<(usize, i128, i128, i128), usize>,
}

impl Lines {
    fn number(&mut self, cell: usize, condition: &Condition, ground: &Ground<'_>) -> usize {
        let key = (cell, condition.a, condition.b, condition.least);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let (a, b) = ground.start.get(cell).copied().unwrap_or_default();
        let gain = |adds: &Vec<Add>| {
            adds.iter()
                .filter(|add| add.cell == cell)
                .map(|add| condition.a * add.a + condition.b * add.b)
                .sum()
        };
        let line = Line {
            need: condition.least - condition.a * a - condition.b * b,
            gains: ground.adds.iter().map(gain).collect(),
        };
        let line = line.reduced();
        self.met.push(line.is_always_met());
        self.open.push(line.most(ground.shape) >= line.need);
        self.all.push(line);
        let number = self.all.len() - 1;
        self.known.insert(key, number);
        number
    }

    /// No set can break it.
    pub fn is_always_met(&self, line: usize) -> bool {
        self.met.get(line).copied().unwrap_or_default()
    }

    /// Some set covers it.
    pub fn can_be_met(&self, line: usize) -> bool {
        self.open.get(line).copied().unwrap_or_default()
    }
}

/// What lines are made from.
pub struct Ground<'a> {
    /// The portfolio's metrics.
    pub cells: &'a [Cell],
    /// Where they stand at the start.
    pub start: &'a Stand,
    /// What each candidate adds.
    pub adds: &'a [Vec<Add>],
    /// How candidates hang together.
    pub shape: &'a Shape,
}

impl Aim {
    /// Puts a target into whole numbers; `None` where they are too long.
    pub fn of(target: Target, ground: &Ground<'_>, lines: &mut Lines) -> Option<Aim> {
        let mut ladders = Vec::new();
        for (number, (cell, weight)) in ground.cells.iter().zip(&target.weights).enumerate() {
            ladders.push(if weight.is_zero() {
                vec![vec![(BigRational::zero(), Vec::new())]]
            } else {
                ladders_of(cell, ground.start.get(number))
                    .into_iter()
                    .map(|ladder| {
                        let rungs = ladder.into_iter().map(|(index, conditions)| {
                            let numbers =
                                conditions.iter().map(|c| lines.number(number, c, ground));
                            (weight * exact::of(index), numbers.collect::<Vec<_>>())
                        });
                        rungs.collect()
                    })
                    .collect()
            });
        }
        let every = || ladders.iter().flatten().flatten().map(|(points, _)| points);
        let unit = every()
            .chain([&target.least])
            .fold(BigInt::one(), |unit, points| unit.lcm(points.denom()));
        let count = |points: &BigRational| (points.numer() * (&unit / points.denom())).to_i128();
        let least = count(&target.least)?;
        let ladders = ladders
            .iter()
            .map(|cell| {
                cell.iter()
                    .map(|ladder| rungs(ladder, lines, &count))
                    .collect()
            })
            .collect::<Option<Vec<Vec<Vec<Rung>>>>>()?;
        let ladders = ladders.into_iter().map(standing).collect();
        Some(Aim {
            target,
            ladders,
            least,
        })
    }
}

/// The rungs of a ladder that some set can stand on, each of more points than the one before.
fn rungs(
    ladder: &[(BigRational, Vec<usize>)],
    lines: &Lines,
    count: &dyn Fn(&BigRational) -> Option<i128>,
) -> Option<Vec<Rung>> {
    let mut out: Vec<Rung> = Vec::new();
    for (points, needs) in ladder {
        let points = count(points)?;
        let higher = out.last().is_none_or(|rung| rung.points < points);
        if higher && needs.iter().all(|line| lines.can_be_met(*line)) {
            let lines = needs
                .iter()
                .copied()
                .filter(|line| !lines.is_always_met(*line));
            out.push(Rung {
                points,
                lines: lines.collect(),
            });
        }
    }
    Some(out)
}

/// Ladders with a rung; one that stands apart only where it is worth more than nothing.
fn standing(ladders: Vec<Vec<Rung>>) -> Vec<Vec<Rung>> {
    let worth = |(number, ladder): &(usize, Vec<Rung>)| {
        *number == 0 || ladder.last().is_some_and(|rung| rung.points > 0)
    };
    let kept = ladders.into_iter().enumerate().filter(worth);
    kept.map(|(_, ladder)| ladder).collect()
}

/// Every index of a cell with what must hold for at least it: the band's steps from "nothing holds,
/// index 0" up, then the points that stand apart.
fn ladders_of(cell: &Cell, start: Option<&(i128, i128)>) -> Vec<Vec<(Decimal, Vec<Condition>)>> {
    let mut band = vec![(Decimal::ZERO, Vec::new())];
    band.extend(
        cell.levels()
            .into_iter()
            .map(|level| (level.index, level.conditions)),
    );
    let (a, b) = start.copied().unwrap_or_default();
    let apart = cell
        .apart(a, b)
        .into_iter()
        .map(|level| vec![(level.index, level.conditions)]);
    std::iter::once(band).chain(apart).collect()
}
