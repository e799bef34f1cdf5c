//! When a goal is out of reach: how far the score can get at all, and what each metric is missing.

use super::aim::Target;
use super::search::{Problem, Search};
use super::sliver;
use crate::program::board::{Cell, Condition};
use num_integer::Integer;
use num_rational::BigRational;
use rust_decimal::Decimal;

/// The climb to the highest score: any set that beats the best known, until there is none.
#[derive(Clone, Debug)]
pub struct Climb {
    weights: Vec<BigRational>,
    /// The best set known.
    pub items: Vec<usize>,
    search: Option<Box<Search>>,
    /// Nothing higher exists.
    pub proven: bool,
}

impl Climb {
    /// Starts from the better of nothing and everything.
    pub fn new(problem: &Problem, weights: Vec<BigRational>) -> Climb {
        let target = target(&weights, BigRational::from_integer(0.into()));
        let all: Vec<usize> = (0..problem.costs.len()).collect();
        let points = |items: &[usize]| target.points(&problem.cells, &problem.stand(items));
        let items = if points(&all) > points(&[]) {
            all
        } else {
            Vec::new()
        };
        let items = thinned(problem, &weights, items);
        Climb {
            weights,
            items,
            search: None,
            proven: false,
        }
    }

    /// Climbs on; true when the top is proven.
    pub fn run(&mut self, problem: &Problem, keep_going: &mut dyn FnMut() -> bool) -> bool {
        while !self.proven {
            let weights = &self.weights;
            let items = &self.items;
            let search = self.search.get_or_insert_with(|| {
                let now = target(weights, BigRational::from_integer(0.into()));
                let points = now.points(&problem.cells, &problem.stand(items));
                let above = target(weights, points + sliver(weights));
                Box::new(Search::new(problem.clone(), vec![above]).first_found())
            });
            if !search.run(keep_going) {
                return false;
            }
            match search.best().map(<[usize]>::to_vec) {
                Some(better) => self.items = better,
                None => self.proven = true,
            }
            self.search = None;
        }
        true
    }
}

fn target(weights: &[BigRational], least: BigRational) -> Target {
    Target {
        weights: weights.to_vec(),
        least,
    }
}

fn thinned(problem: &Problem, weights: &[BigRational], items: Vec<usize>) -> Vec<usize> {
    let zero = target(weights, BigRational::from_integer(0.into()));
    let least = zero.points(&problem.cells, &problem.stand(&items));
    problem.thinned(&target(weights, least), &items)
}

/// Money that lifts a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The index it lifts it to.
    pub index: Decimal,
    /// The threshold that opens it, in percent.
    pub threshold: Option<Decimal>,
    /// How much is missing, in whole minor units' worth, as an amount.
    pub amount: Decimal,
}

/// The money in A that lifts a metric standing at A and B (in the cell's units) to its next index;
/// where `raises_base` is set the money raises B too: x > (t·B − A)/(1 − t). Premium 18,000 of
/// 200,000 needs 2,222.23 to pass 10 % (P22). `None` at the top, or where no money gets there.
pub fn money_to_next(
    cell: &Cell,
    (a, b): (i128, i128),
    raises_base: bool,
    minor_units: u32,
) -> Option<Missing> {
    let now = cell.index(a, b);
    // amounts come in whole minor units, a cell's unit may be a part of one
    let parts = cell.unit / 10i128.checked_pow(minor_units)?;
    let levels = cell.levels().into_iter().filter(|level| level.index > now);
    let mut ways = levels.filter_map(|level| {
        let conditions = level.conditions.iter();
        let amounts = conditions.map(|condition| amount(condition, a, b, raises_base, parts));
        let most = amounts.collect::<Option<Vec<i128>>>()?.into_iter().max()?;
        Some(Missing {
            index: level.index,
            threshold: level.threshold,
            amount: Decimal::try_from_i128_with_scale(most, minor_units).ok()?,
        })
    });
    ways.next()
}

/// Minor units that bring a condition to hold.
fn amount(condition: &Condition, a: i128, b: i128, raises_base: bool, parts: i128) -> Option<i128> {
    let slack = condition.slack(a, b)?;
    if slack >= 0 {
        return Some(0);
    }
    let base = if raises_base { condition.b } else { 0 };
    let each = condition.a.checked_add(base)?.checked_mul(parts)?;
    (each > 0).then(|| Integer::div_ceil(&-slack, &each))
}
