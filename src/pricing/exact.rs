//! Products and quotients of decimals that are rounded exactly once. Nothing is divided before the
//! rounding, so a factor such as 473/365 never loses a digit on the way (golden case R16).

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

/// Most factors on either side of the line; a quote line needs five.
const ROOM: usize = 6;

/// `n₁ × n₂ × … / (d₁ × d₂ × …)`, kept as it stands until [`Product::round`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Product {
    above: [Decimal; ROOM],
    below: [Decimal; ROOM],
    used: (usize, usize),
}

impl Product {
    /// One amount.
    pub fn of(amount: Decimal) -> Product {
        Product {
            above: [Decimal::ONE; ROOM],
            below: [Decimal::ONE; ROOM],
            used: (0, 0),
        }
        .times(amount)
    }

    /// Times `factor`.
    pub fn times(mut self, factor: Decimal) -> Product {
        if let Some(slot) = self.above.get_mut(self.used.0) {
            *slot = factor;
            self.used.0 += 1;
        }
        self
    }

    /// Divided by `divisor`.
    pub fn over(mut self, divisor: Decimal) -> Product {
        if let Some(slot) = self.below.get_mut(self.used.1) {
            *slot = divisor;
            self.used.1 += 1;
        }
        self
    }

    /// The value to `places` decimals, half away from zero; `None` for a division by zero or a
    /// value beyond 28 digits.
    pub fn round(&self, places: u32) -> Option<Decimal> {
        self.round_small(places).or_else(|| self.round_big(places))
    }

    fn round_small(&self, places: u32) -> Option<Decimal> {
        let (above, above_scale) = small(&self.above)?;
        let (below, below_scale) = small(&self.below)?;
        let shift = i64::from(below_scale) + i64::from(places) - i64::from(above_scale);
        let power = 10i128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?)?;
        let (n, d) = if shift >= 0 {
            (above.checked_mul(power)?, below)
        } else {
            (above, below.checked_mul(power)?)
        };
        if d == 0 {
            return None;
        }
        let doubled = n.checked_abs()?.checked_mul(2)?;
        let size = doubled.checked_add(d.checked_abs()?)? / d.checked_abs()?.checked_mul(2)?;
        let value = if (n < 0) == (d < 0) { size } else { -size };
        Decimal::try_from_i128_with_scale(value, places).ok()
    }

    fn round_big(&self, places: u32) -> Option<Decimal> {
        let (above, above_scale) = big(&self.above);
        let (below, below_scale) = big(&self.below);
        if below.is_zero() {
            return None;
        }
        let n = above * BigInt::from(10).pow(below_scale + places);
        let d = below * BigInt::from(10).pow(above_scale);
        let size: BigInt = (n.abs() * 2 + d.abs()) / (d.abs() * 2);
        let value = if n.is_negative() == d.is_negative() {
            size
        } else {
            -size
        };
        Decimal::try_from_i128_with_scale(value.to_i128()?, places).ok()
    }
}

fn small(factors: &[Decimal]) -> Option<(i128, u32)> {
    let mut product = 1i128;
    let mut scale = 0;
    for factor in factors.iter().filter(|f| **f != Decimal::ONE) {
        let plain = factor.normalize();
        product = product.checked_mul(plain.mantissa())?;
        scale += plain.scale();
    }
    Some((product, scale))
}

fn big(factors: &[Decimal]) -> (BigInt, u32) {
    let mut product = BigInt::from(1);
    let mut scale = 0;
    for factor in factors {
        product *= factor.mantissa();
        scale += factor.scale();
    }
    (product, scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_go_away_from_zero_and_small_divisors_stay_exact() {
        let half = |n: i64| Product::of(n.into()).over(1000.into()).round(2);
        assert_eq!(half(2345), Some(Decimal::new(235, 2)));
        assert_eq!(half(-2345), Some(Decimal::new(-235, 2)));
        assert_eq!(Product::of(1.into()).over(0.into()).round(2), None);
    }

    proptest! {
        #[test]
        fn both_ways_agree(n in -1_000_000_000i64..1_000_000_000, s in 0u32..6,
                           f in 1i64..4000, d in 1i64..400_000, places in 0u32..4) {
            let product = Product::of(Decimal::new(n, s)).times(f.into()).over(d.into());
            prop_assert_eq!(product.round_small(places), product.round_big(places));
        }

        #[test]
        fn large_amounts_still_round(n in 1i64.., f in 1i64.., d in 1i64..1_000_000) {
            let product = Product::of(n.into()).times(f.into()).over(f.into()).over(d.into());
            prop_assert_eq!(product.round(2), Product::of(n.into()).over(d.into()).round(2));
        }
    }
}
