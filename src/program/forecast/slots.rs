//! Where draws collect what is won: a slot for each month of a column in which a deal moves
//! something, and none for all the others. A window of a metric lies between two slots.

use super::field::Found;
use super::reader::Axis;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One side of a metric in a month: what its column collected between two slots.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// What it counts with nothing collected.
    pub axis: Axis,
    /// The last slot of the window; none where no deal adds to it.
    pub last: Option<usize>,
    /// The last slot before the window; none where there is none.
    pub before: Option<usize>,
}

/// The months of each column in which something moves, in a row.
pub struct Slots {
    /// Column and month of each.
    places: Vec<(usize, usize)>,
    /// Least and most that deals add to a column up to each.
    reach: Vec<(i128, i128)>,
}

/// One or two slots whose amounts are added as one number: that of the second in the upper half of
/// its bits. Nothing of the first runs over into it, both being too small for that and never
/// negative.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The slot in the lower half, or in the whole of it.
    pub low: usize,
    /// The slot in the upper half.
    pub high: Option<usize>,
}

/// Bits of the lower half.
pub const HALF: u32 = 32;

impl Slots {
    /// Pairs the slots of a list that fit and are in no pair yet.
    pub fn pair(&self, list: &[usize], pairs: &mut Vec<Pair>, places: &mut [Option<usize>]) {
        let fits = |slot: usize| {
            let before = slot
                .checked_sub(1)
                .filter(|before| self.column(*before) == self.column(slot));
            let upto = |slot: usize| self.reach.get(slot).copied().unwrap_or_default();
            let (low, high) = upto(slot);
            let (low_before, high_before) = before.map(upto).unwrap_or_default();
            low == low_before && high - high_before < 1 << (HALF - 1)
        };
        let mut open: Option<usize> = None;
        for slot in list {
            let Some(place) = places.get_mut(*slot).filter(|place| place.is_none()) else {
                continue;
            };
            match open.filter(|_| fits(*slot)) {
                Some(pair) => {
                    *place = Some(pair);
                    if let Some(pair) = pairs.get_mut(pair) {
                        pair.high = Some(*slot);
                    }
                    open = None;
                }
                None => {
                    *place = Some(pairs.len());
                    open = fits(*slot).then_some(pairs.len()).or(open);
                    pairs.push(Pair {
                        low: *slot,
                        high: None,
                    });
                }
            }
        }
    }

    fn column(&self, slot: usize) -> Option<usize> {
        self.places.get(slot).map(|(column, _)| *column)
    }

    /// How many slots there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// What lies after the last month is left out of the deals.
    pub(super) fn of(found: &mut Vec<Found>, last: usize) -> Slots {
        for deal in found.iter_mut() {
            deal.adds.retain(|(_, month, _)| *month <= last);
        }
        found.retain(|deal| !deal.adds.is_empty());
        let mut sums: BTreeMap<(usize, usize), (i128, i128)> = BTreeMap::new();
        for (column, month, amount) in found.iter().flat_map(|deal| &deal.adds) {
            let (low, high) = sums.entry((*column, *month)).or_default();
            *low += i128::from(*amount).min(0);
            *high += i128::from(*amount).max(0);
        }
        let mut reach: Vec<(i128, i128)> = Vec::new();
        let mut upto = (None, (0, 0));
        for ((column, _), (low, high)) in &sums {
            if upto.0 != Some(*column) {
                upto = (Some(*column), (0, 0));
            }
            upto.1 = (upto.1.0 + low, upto.1.1 + high);
            reach.push(upto.1);
        }
        Slots {
            places: sums.into_keys().collect(),
            reach,
        }
    }

    /// The slots of each column.
    pub fn columns(&self) -> Vec<Range<usize>> {
        let columns: BTreeSet<usize> = self.places.iter().map(|(column, _)| *column).collect();
        let from = |column: usize| self.places.partition_point(|(own, _)| *own < column);
        let ranges = columns
            .into_iter()
            .map(|column| from(column)..from(column + 1));
        ranges.collect()
    }

    /// The slot of a column's month.
    pub fn at(&self, column: usize, month: usize) -> Option<usize> {
        self.places.binary_search(&(column, month)).ok()
    }

    /// The last slot of a column up to a month.
    pub fn upto(&self, column: usize, month: usize) -> Option<usize> {
        let after = self
            .places
            .partition_point(|place| *place <= (column, month));
        let at = after.checked_sub(1)?;
        let (own, _) = self.places.get(at)?;
        (*own == column).then_some(at)
    }

    /// The side of a window between two slots; `None` where a figure does not fit.
    pub fn side(
        &self,
        base: i128,
        factor: i64,
        last: Option<usize>,
        before: Option<usize>,
    ) -> Option<Side> {
        let moves = last != before;
        let upto = |slot: Option<usize>| {
            let reach = slot.filter(|_| moves).and_then(|slot| self.reach.get(slot));
            reach.copied().unwrap_or_default()
        };
        let ((low, high), (low_before, high_before)) = (upto(last), upto(before));
        let reach = (low - low_before, high - high_before);
        let ends = (
            base + i128::from(factor) * reach.0,
            base + i128::from(factor) * reach.1,
        );
        let bound = i128::from(i64::MAX / 4);
        let axis = Axis {
            base: i64::try_from(base).ok()?,
            factor,
            reach: (i64::try_from(reach.0).ok()?, i64::try_from(reach.1).ok()?),
        };
        (ends.0 > -bound && ends.1 < bound).then_some(Side {
            axis,
            last: last.filter(|_| moves),
            before: before.filter(|_| moves),
        })
    }
}
