//! A fair split of a portfolio's total among the deals of a view: the Shapley value, each deal's
//! gain averaged over every order in which the deals may come. Scores are sums over metrics, so
//! each metric is split by itself: exactly where few deals touch it, else over drawn orders with a
//! standard error. Either way the shares add up to the total to the last digit.

use super::Attribution;
use crate::program::board::{Board, Cell, Outcome};
use crate::program::exact;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Up to so many deals on a metric every set of them is tried.
pub const EXACT_UP_TO: usize = 12;

/// Orders drawn where there are more deals, unless asked otherwise; each counts with its reverse.
pub const DRAWS: u32 = 1_000;

/// Decimals of a standard error.
const ERROR_PLACES: u32 = 9;

/// A portfolio's total, split.
#[derive(Clone, Debug, PartialEq)]
pub struct Fair {
    /// The shares, by place of the deal on the board; only deals that touch the portfolio.
    pub shares: Vec<FairShare>,
    /// Orders drawn for the metrics that too many deals touch; none where all is exact.
    pub draws: Option<u32>,
}

/// One deal's share.
#[derive(Clone, Debug, PartialEq)]
pub struct FairShare {
    /// Place of the deal on the board.
    pub deal: usize,
    /// Its part of the total.
    pub points: BigRational,
    /// Standard error of that, to nine decimals; 0 where it is exact.
    pub error: Decimal,
}

/// A deal on one metric.
struct Player {
    deal: usize,
    a: i128,
    b: i128,
}

/// What the split of one metric gives a deal: index steps, and the variance of that.
type Part = (BigRational, BigRational);

impl Fair {
    /// Splits what the deals of a view add to a portfolio's score. Symmetric where it is exact:
    /// equal deals get equal shares. `draws` orders from `seed` where it is not.
    pub fn of(
        board: &Board,
        attribution: &Attribution,
        portfolio: usize,
        seed: u64,
        draws: u32,
    ) -> Fair {
        let cells = board.portfolios.get(portfolio).map(|p| p.cells.clone());
        let mut split: BTreeMap<usize, Part> = BTreeMap::new();
        let mut drawn = None;
        for at in cells.unwrap_or_default() {
            let Some(cell) = board.cells.get(at) else {
                continue;
            };
            let players = players(board, attribution, at);
            let metric = Metric::of(cell, attribution.standing().booked().of(at));
            let parts = if players.len() <= EXACT_UP_TO {
                metric.exact(&players)
            } else {
                drawn = Some(draws.max(2));
                // another stream for each metric, so that their errors are independent
                metric.drawn(&players, seed ^ (at as u64).rotate_left(32), draws.max(2))
            };
            for (player, (steps, variance)) in players.iter().zip(parts) {
                let sum = split.entry(player.deal).or_default();
                sum.0 += &cell.weight * steps;
                sum.1 += &cell.weight * &cell.weight * variance;
            }
        }
        let shares = split
            .into_iter()
            .map(|(deal, (points, variance))| FairShare {
                deal,
                points,
                error: root(&variance),
            });
        Fair {
            shares: shares.collect(),
            draws: drawn,
        }
    }
}

fn players(board: &Board, attribution: &Attribution, cell: usize) -> Vec<Player> {
    let own = attribution.deals(board).flat_map(|(at, deal)| {
        let there = deal.adds.into_iter().filter(move |add| add.cell == cell);
        there.map(move |add| Player {
            deal: at,
            a: add.a,
            b: add.b,
        })
    });
    own.collect()
}

/// A metric whose index is counted in whole parts of a step.
struct Metric<'a> {
    cell: &'a Cell,
    booked: (i128, i128),
    places: u32,
    /// The index by how many steps are passed, where a higher step holds the lower ones with it.
    ladder: Vec<i128>,
}

impl<'a> Metric<'a> {
    fn of(cell: &'a Cell, booked: (i128, i128)) -> Metric<'a> {
        let places = cell.index_places();
        let steps = cell.steps();
        let rises = steps.is_sorted_by(|low, high| {
            (low.a, low.least) == (high.a, high.least) && low.b >= high.b
        });
        let index = |passed: usize| {
            let passed = u8::try_from(passed).unwrap_or(u8::MAX);
            in_parts(cell.index_of(Outcome::Step(passed)), places)
        };
        Metric {
            cell,
            booked,
            places,
            ladder: if rises {
                (0..=steps.len()).map(index).collect()
            } else {
                Vec::new()
            },
        }
    }

    /// The index at A and B in parts.
    fn index(&self, a: i128, b: i128) -> i128 {
        in_parts(self.cell.index(a, b), self.places)
    }

    /// The same, looked for from the step where the last one was found.
    fn index_near(&self, near: &mut usize, a: i128, b: i128) -> i128 {
        let cell = self.cell;
        let plain = b > 0
            && a != 0
            && !self.ladder.is_empty()
            && cell.imported_figures() != Some((a, b))
            && cell.guards().iter().all(|guard| guard.holds(a, b));
        if !plain {
            return self.index(a, b);
        }
        let holds = |at: usize| cell.steps().get(at).is_some_and(|step| step.holds(a, b));
        while holds(*near) {
            *near += 1;
        }
        while *near > 0 && !holds(*near - 1) {
            *near -= 1;
        }
        self.ladder.get(*near).copied().unwrap_or_default()
    }

    fn steps(&self, parts: BigInt, over: BigInt) -> BigRational {
        BigRational::new(parts, over * BigInt::from(10u8).pow(self.places))
    }

    /// Every set once: a deal's gain over each set of the others, weighed by how many orders have
    /// exactly that set before it, s!·(n−1−s)! of n!.
    fn exact(&self, players: &[Player]) -> Vec<Part> {
        let n = players.len();
        let mut indexes = vec![0i128; 1 << n];
        let mut sums = vec![self.booked; 1 << n];
        for set in 0..1usize << n {
            let mut sum = self.booked;
            if set > 0 {
                let lowest = set.trailing_zeros() as usize;
                let rest = sums.get(set & (set - 1)).copied().unwrap_or_default();
                if let Some(player) = players.get(lowest) {
                    sum = (rest.0 + player.a, rest.1 + player.b);
                }
            }
            if let (Some(place), Some(index)) = (sums.get_mut(set), indexes.get_mut(set)) {
                *place = sum;
                *index = self.index(sum.0, sum.1);
            }
        }
        let factorial = |n: usize| (1..=n as i128).product::<i128>();
        let share = |at: usize| {
            let mut by_size = vec![0i128; n];
            let sets = indexes.iter().enumerate();
            for (set, without) in sets.filter(|(set, _)| set & (1 << at) == 0) {
                let with = indexes.get(set | (1 << at)).copied().unwrap_or_default();
                if let Some(sum) = by_size.get_mut(set.count_ones() as usize) {
                    *sum += with - without;
                }
            }
            let weighed = by_size
                .iter()
                .enumerate()
                .map(|(size, sum)| BigInt::from(*sum) * factorial(size) * factorial(n - 1 - size));
            let steps = self.steps(weighed.sum(), factorial(n).into());
            (steps, BigRational::zero())
        };
        (0..n).map(share).collect()
    }

    /// Drawn orders, each forwards and backwards. In every order the gains add up to the total, so
    /// their means do too.
    fn drawn(&self, players: &[Player], seed: u64, draws: u32) -> Vec<Part> {
        let mut dice = Dice(seed);
        let mut order: Vec<usize> = (0..players.len()).collect();
        let mut gains = vec![0i128; players.len()];
        let mut sums = vec![(0i128, BigInt::zero()); players.len()];
        for _ in 0..draws {
            dice.shuffle(&mut order);
            gains.fill(0);
            self.walk(players, order.iter(), &mut gains);
            self.walk(players, order.iter().rev(), &mut gains);
            for (gain, (sum, squares)) in gains.iter().zip(&mut sums) {
                if *gain != 0 {
                    *sum += gain;
                    *squares += BigInt::from(*gain) * gain;
                }
            }
        }
        let pairs = BigInt::from(draws);
        sums.into_iter()
            .map(|(sum, squares)| {
                let mean = self.steps(sum.into(), &pairs * 2);
                // of the mean of pairs x/2: (P·Σx² − (Σx)²) / (4·P²·(P − 1))
                let spread = &pairs * squares - BigInt::from(sum) * sum;
                let over = &pairs * &pairs * (&pairs - 1) * 4;
                let tens = BigInt::from(10u8).pow(2 * self.places);
                (mean, BigRational::new(spread, over * tens))
            })
            .collect()
    }

    fn walk<'p>(
        &self,
        players: &[Player],
        order: impl Iterator<Item = &'p usize>,
        gains: &mut [i128],
    ) {
        let (mut a, mut b) = self.booked;
        let mut near = 0;
        let mut before = self.index(a, b);
        for at in order {
            let (Some(player), Some(gain)) = (players.get(*at), gains.get_mut(*at)) else {
                continue;
            };
            a += player.a;
            b += player.b;
            let after = self.index_near(&mut near, a, b);
            *gain += after - before;
            before = after;
        }
    }
}

/// An index in parts of a step.
fn in_parts(index: Decimal, places: u32) -> i128 {
    let index = index.normalize();
    let tens = places.saturating_sub(index.scale());
    index.mantissa() * 10i128.pow(tens)
}

/// The square root of a fraction to nine decimals, rounded down.
fn root(variance: &BigRational) -> Decimal {
    let scaled = variance * BigRational::from_integer(BigInt::from(10u8).pow(2 * ERROR_PLACES));
    let root = scaled.floor().to_integer().sqrt();
    exact::from_units(&root, ERROR_PLACES).unwrap_or(Decimal::MAX)
}

/// A stream of numbers from a seed (Weyl sequence, mixed): equal seeds give equal orders on every
/// machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`: the high half of a product, whose unevenness is below 2^-32.
    fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * limit as u128;
        (wide >> 64) as usize
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            let other = self.below(last + 1);
            order.swap(last, other);
        }
    }
}
