//! What is at stake for the program's score with a renewal. The pipeline shows, sorts and filters by
//! it; where it comes from is not the book's business, so it is passed in.

use crate::domain::ids::RenewalId;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What the score would lose without a renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtStake {
    /// Points lost without it, over all portfolios; negative where the score would rise.
    pub points: Decimal,
    /// Change of its ratios in percentage points, each by the weight of its metric: moves even
    /// where no step is crossed.
    pub smooth: Decimal,
    /// What it is to the steps: `pivotal`, `shared`, `spare`, `lowers`.
    pub mark: &'static str,
}

impl AtStake {
    /// The order of a list: by points, and where they are equal by how far the ratios move.
    pub fn rank(&self) -> (Decimal, Decimal) {
        (self.points, self.smooth)
    }

    /// Short enough for a cell: `0.25 pivotal`; without a step `~0.04 pt`.
    pub fn words(&self) -> String {
        if !self.points.is_zero() {
            let points = self.points.round_dp(3).normalize();
            return format!("{points} {}", self.mark);
        }
        match self.smooth.abs().cmp(&Decimal::new(5, 4)) {
            _ if self.smooth.is_zero() => "0".to_string(),
            Ordering::Less => "~0 pt".to_string(),
            _ => {
                let places = if self.smooth.abs() < Decimal::new(1, 1) {
                    3
                } else {
                    2
                };
                format!("~{} pt", self.smooth.round_dp(places).normalize())
            }
        }
    }
}

/// What is at stake with many renewals, ranked: who works it out also puts it in order, so that no key that
/// sorts by it has to.
#[derive(Clone, Debug, Default)]
pub struct AllAtStake {
    pub(super) ranked: Vec<(RenewalId, AtStake, u32)>,
}

impl AllAtStake {
    /// Ranks what is said of each renewal; equal stakes have one rank, and the least has 0.
    pub fn of(stakes: impl IntoIterator<Item = (RenewalId, AtStake)>) -> AllAtStake {
        let stakes = stakes.into_iter();
        let mut ranked: Vec<_> = stakes.map(|(id, stake)| (id, stake, 0)).collect();
        let mut order: Vec<((Decimal, Decimal), u32)> = (0..)
            .zip(&ranked)
            .map(|(at, (_, stake, _))| (stake.rank(), at))
            .collect();
        order.sort_unstable();
        let (mut rank, mut before) = (0, None);
        for (value, at) in order {
            rank += u32::from(before.is_some_and(|before| before != value));
            before = Some(value);
            if let Some((.., slot)) = ranked.get_mut(at as usize) {
                *slot = rank;
            }
        }
        AllAtStake { ranked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(points: Decimal, smooth: Decimal, mark: &'static str) -> String {
        let stake = AtStake {
            points,
            smooth,
            mark,
        };
        stake.words()
    }

    #[test]
    fn a_step_is_told_in_points_and_less_than_one_in_percentage_points() {
        let none = Decimal::ZERO;
        assert_eq!(words(Decimal::new(25, 2), none, "pivotal"), "0.25 pivotal");
        assert_eq!(words(Decimal::new(-14, 2), none, "lowers"), "-0.14 lowers");
        assert_eq!(words(none, Decimal::new(4, 2), "spare"), "~0.04 pt");
        assert_eq!(words(none, Decimal::new(12345, 4), "spare"), "~1.23 pt");
        assert_eq!(words(none, Decimal::new(1, 6), "spare"), "~0 pt");
        assert_eq!(words(none, none, "spare"), "0");
    }
}
