//! Splitting an amount so that the parts add up exactly.

use super::exact::Product;
use crate::domain::money::Currency;
use rust_decimal::{Decimal, RoundingStrategy};

/// Splits `amount` in proportion to `weights`, in minor units, by largest remainder; ties go to the
/// earlier part. 10,000.00 over three equal weights is 3,333.34, 3,333.33, 3,333.33 (R17). The
/// parts always add up to the rounded amount; without any positive weight nothing is split.
pub fn allocate(amount: Decimal, weights: &[Decimal], currency: Currency) -> Vec<Decimal> {
    let places = currency.minor_units();
    let unit = Decimal::new(1, places);
    let total = currency.round(amount);
    let weights: Vec<Decimal> = weights.iter().map(|w| (*w).max(Decimal::ZERO)).collect();
    let sum: Decimal = weights.iter().sum();
    if sum.is_zero() {
        return vec![Decimal::ZERO; weights.len()];
    }
    let exact = |weight: &Decimal| {
        let share = Product::of(total.abs()).times(*weight).over(sum);
        share.round(places + 8).unwrap_or_default()
    };
    let shares: Vec<Decimal> = weights.iter().map(exact).collect();
    let mut parts: Vec<Decimal> = shares
        .iter()
        .map(|share| share.round_dp_with_strategy(places, RoundingStrategy::ToZero))
        .collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: usize| {
        shares.get(at).copied().unwrap_or_default() - parts.get(at).copied().unwrap_or_default()
    };
    order.sort_by_key(|&at| std::cmp::Reverse(rest(at)));
    let mut left = total.abs() - parts.iter().sum::<Decimal>();
    for at in order.into_iter().cycle() {
        if left < unit {
            break;
        }
        if let Some(part) = parts.get_mut(at) {
            *part += unit;
            left -= unit;
        }
    }
    let sign = if total.is_sign_negative() {
        -Decimal::ONE
    } else {
        Decimal::ONE
    };
    parts.into_iter().map(|part| part * sign).collect()
}
