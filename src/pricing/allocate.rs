//! Splitting an amount so that the parts add up exactly.

use crate::domain::money::Currency;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

/// Splits `amount` in proportion to `weights`, in minor units, by largest remainder; ties go to the
/// earlier part. 10,000.00 over three equal weights is 3,333.34, 3,333.33, 3,333.33 (R17). The
/// parts always add up to the rounded amount; without any positive weight nothing is split.
pub fn allocate(amount: Decimal, weights: &[Decimal], currency: Currency) -> Vec<Decimal> {
    let places = currency.minor_units();
    let total = units(currency.round(amount), places);
    let scale = weights.iter().map(Decimal::scale).max().unwrap_or(0);
    let weights = weights.iter().map(|weight| units(*weight, scale));
    let weights: Vec<BigInt> = weights.map(|weight| weight.max(BigInt::zero())).collect();
    let sum: BigInt = weights.iter().sum();
    if sum.is_zero() {
        return vec![Decimal::ZERO; weights.len()];
    }
    // whole numbers throughout: a share has no digits that could be lost
    let exact = weights.iter().map(|weight| total.abs() * weight);
    let (mut parts, rests): (Vec<BigInt>, Vec<BigInt>) =
        exact.map(|share| (&share / &sum, share % &sum)).unzip();
    let left = total.abs() - parts.iter().sum::<BigInt>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| rests.get(*b).cmp(&rests.get(*a)));
    // less than a unit is left over of each part
    for at in order.into_iter().take(left.to_usize().unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    let signed = |part: BigInt| match total.is_negative() {
        true => -part,
        false => part,
    };
    let decimal = |part: BigInt| {
        let units = part.to_i128();
        units.and_then(|units| Decimal::try_from_i128_with_scale(units, places).ok())
    };
    let parts = parts.into_iter().map(signed).map(decimal);
    parts.map(Option::unwrap_or_default).collect()
}

/// A decimal of at most `places` decimals as a whole number of its last one.
fn units(amount: Decimal, places: u32) -> BigInt {
    let more = places.saturating_sub(amount.scale());
    BigInt::from(amount.mantissa()) * BigInt::from(10).pow(more)
}
