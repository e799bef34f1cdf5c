//! What a set costs as one whole number, and how equally cheap sets are told apart: higher lowest
//! probability, then the earlier last end, then the ids.

use super::candidate::{Candidate, What};
use crate::program::pack::GoalCost;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::{Ordering, Reverse};

/// Costs of all candidates: first what is to be least, then what decides among equals, in one
/// number.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    /// By candidate: first × base + second.
    pub whole: Vec<i128>,
    /// One more than all seconds together.
    pub base: i128,
    /// Decimal places of the first.
    pub places: u32,
}

impl Costs {
    /// Counts the candidates' costs; `None` where they are too long to be counted exactly.
    pub fn of(candidates: &[Candidate], by: GoalCost) -> Option<Costs> {
        let deal = |candidate: &Candidate| match candidate.what {
            What::Uplift(_) => Decimal::ZERO,
            _ => Decimal::ONE,
        };
        let value = |candidate: &Candidate| candidate.value.max(Decimal::ZERO);
        let pairs: Option<Vec<(Decimal, Decimal)>> = candidates
            .iter()
            .map(|candidate| {
                Some(match by {
                    GoalCost::Value => (value(candidate), deal(candidate)),
                    GoalCost::Deals => (deal(candidate), value(candidate)),
                    GoalCost::Effort => (candidate.effort()?, deal(candidate)),
                    GoalCost::Discount => (candidate.discount, value(candidate)),
                })
            })
            .collect();
        let pairs = pairs?;
        let places = |pick: fn(&(Decimal, Decimal)) -> Decimal| {
            let all = pairs.iter().map(|pair| pick(pair).normalize().scale());
            all.max().unwrap_or_default()
        };
        let (first, second) = (places(|pair| pair.0), places(|pair| pair.1));
        let whole = |amount: Decimal, places: u32| {
            let amount = amount.normalize();
            let lift = 10i128.checked_pow(places.checked_sub(amount.scale())?)?;
            amount.mantissa().checked_mul(lift)
        };
        let seconds: Option<Vec<i128>> = pairs.iter().map(|pair| whole(pair.1, second)).collect();
        let seconds = seconds?;
        let base = seconds
            .iter()
            .try_fold(1i128, |sum, one| sum.checked_add(*one))?;
        let joined = pairs
            .iter()
            .zip(&seconds)
            .map(|(pair, low)| whole(pair.0, first)?.checked_mul(base)?.checked_add(*low));
        let whole: Vec<i128> = joined.collect::<Option<_>>()?;
        let total = whole
            .iter()
            .try_fold(0i128, |sum, one| sum.checked_add(*one))?;
        (total < 1 << 110).then_some(Costs {
            whole,
            base,
            places: first,
        })
    }

    /// The first part of a cost as an amount; of a floor, what no set's first part is below.
    pub fn first(&self, cost: i128) -> Decimal {
        amount(cost / self.base.max(1), self.places)
    }
}

fn amount(units: i128, places: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(units, places).unwrap_or(Decimal::MAX)
}

/// What tells equally cheap sets apart, by item.
#[derive(Clone, Debug, Default)]
pub struct Merit {
    /// Win probability.
    pub p: Vec<Decimal>,
    /// Last covered day.
    pub end: Vec<Option<NaiveDate>>,
    /// Place in the order of ids.
    pub place: Vec<usize>,
}

/// A set with its rank: the less, the better.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Cost.
    pub cost: i128,
    /// Lowest probability, higher first.
    pub lowest: Reverse<Option<Decimal>>,
    /// Last end.
    pub last: Option<NaiveDate>,
    /// Places in the order of ids, rising.
    pub places: Vec<usize>,
    /// Items, rising.
    pub items: Vec<usize>,
}

impl Ranked {
    fn key(&self) -> (i128, Reverse<Option<Decimal>>, Option<NaiveDate>, &[usize]) {
        (self.cost, self.lowest, self.last, &self.places)
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Merit {
    /// Ranks a set.
    pub fn rank(&self, cost: i128, items: Vec<usize>) -> Ranked {
        let mut places: Vec<usize> = items
            .iter()
            .filter_map(|item| self.place.get(*item).copied())
            .collect();
        places.sort_unstable();
        Ranked {
            cost,
            lowest: Reverse(
                items
                    .iter()
                    .filter_map(|item| self.p.get(*item).copied())
                    .min(),
            ),
            last: items
                .iter()
                .filter_map(|item| self.end.get(*item).copied())
                .max()
                .flatten(),
            places,
            items,
        }
    }
}
