//! What comparisons of thousands of deals need of a metric without a fraction being made: its value
//! as a whole number, and how fine its index is.

use super::cell::Cell;
use crate::program::pack::MeasureKind;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;

/// How many parts a percentage point (or a point) is counted in: 10^12.
pub const PARTS: i128 = 1_000_000_000_000;

impl Cell {
    /// The value of the metric at A and B in parts of a percentage point, rounded down; `None` at
    /// B = 0 or beyond what can be counted. 59,500 of 305,000/3 is 58.524590163934 %.
    pub fn value_in_parts(&self, a: i128, b: i128) -> Option<i128> {
        match self.scale.kind {
            MeasureKind::Ratio => parts(a, b),
            MeasureKind::Growth => parts(a.checked_sub(b)?, b),
            MeasureKind::Points | MeasureKind::Level => Some(
                (BigInt::from(a) * PARTS)
                    .div_floor(&self.unit.into())
                    .to_i128()?,
            ),
        }
    }

    /// How many decimals its index can have: those of the imported index and of its shift.
    pub fn index_places(&self) -> u32 {
        let imported = self.imported.map(|imported| imported.index);
        let given = [imported, self.shift].into_iter().flatten();
        given
            .map(|index| index.normalize().scale())
            .max()
            .unwrap_or(0)
    }
}

fn parts(a: i128, b: i128) -> Option<i128> {
    if b == 0 {
        return None;
    }
    match a.checked_mul(100 * PARTS) {
        Some(scaled) => Some(Integer::div_floor(&scaled, &b)),
        None => (BigInt::from(a) * (100 * PARTS))
            .div_floor(&b.into())
            .to_i128(),
    }
}
