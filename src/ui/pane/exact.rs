//! Exact scores as a person reads them. A score is a fraction; it is cut to decimals only here,
//! and never in a way that makes an edge look passed that is not.

use crate::domain::money::round_half_up;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use rust_decimal::Decimal;

/// More decimals than any screen shows; enough to round from without a visible error.
const PLACES: u32 = 12;

/// The fraction as a decimal, cut towards zero after twelve places; `None` beyond what a decimal
/// can hold.
pub fn decimal(value: &BigRational) -> Option<Decimal> {
    let scaled = (value * BigInt::from(10u64.pow(PLACES))).trunc();
    let digits = scaled.to_integer().to_i128()?;
    Decimal::try_from_i128_with_scale(digits, PLACES).ok()
}

/// A figure with fixed places, half up: `48.94`, `+0.250` when `signed`.
pub fn fixed(value: &BigRational, places: u32, signed: bool) -> String {
    let Some(exact) = decimal(value) else {
        return "?".to_string();
    };
    let rounded = round_half_up(exact, places);
    let sign = if signed && rounded > Decimal::ZERO {
        "+"
    } else {
        ""
    };
    let rounded = if rounded.is_zero() {
        rounded.abs()
    } else {
        rounded
    };
    format!("{sign}{rounded:.*}", places as usize)
}

/// A score in two places. Just under an edge it shows as many places as it takes to stay under:
/// 4.996 with the edge at 5.0 is `4.996`, not `5.00`.
pub fn score(value: &BigRational, next_edge: Option<Decimal>) -> String {
    let Some(exact) = decimal(value) else {
        return "?".to_string();
    };
    for places in 2..=6 {
        let shown = round_half_up(exact, places);
        if next_edge.is_none_or(|edge| shown < edge) {
            return format!("{shown:.*}", places as usize);
        }
    }
    format!("{:.6}", exact.trunc_with_scale(6))
}

/// True for a gain.
pub fn is_gain(value: &BigRational) -> bool {
    value.is_positive()
}

/// Money short enough for a narrow column: `940`, `56.3k`, `1.29m`; half up.
pub fn short_money(amount: Decimal) -> String {
    let thousand = Decimal::from(1_000);
    let million = Decimal::from(1_000_000);
    if amount.abs() >= million {
        format!("{:.2}m", round_half_up(amount / million, 2))
    } else if amount.abs() >= thousand {
        format!("{:.1}k", round_half_up(amount / thousand, 1))
    } else {
        format!("{:.0}", round_half_up(amount, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(a: i64, b: i64) -> BigRational {
        BigRational::new(a.into(), b.into())
    }

    #[test]
    fn figures_round_half_up_and_carry_their_sign() {
        assert_eq!(fixed(&ratio(1, 8), 2, false), "0.13");
        assert_eq!(fixed(&ratio(1, 12), 3, true), "+0.083");
        assert_eq!(fixed(&ratio(-1, 12), 3, true), "-0.083");
        assert_eq!(fixed(&ratio(-1, 100_000), 2, true), "0.00");
    }

    #[test]
    fn a_score_under_an_edge_never_looks_as_if_it_had_passed() {
        let edge = Some(Decimal::from(5));
        assert_eq!(score(&ratio(4996, 1000), edge), "4.996");
        assert_eq!(score(&ratio(475, 100), edge), "4.75");
        assert_eq!(score(&ratio(5, 1), Some(Decimal::new(75, 1))), "5.00");
        assert_eq!(
            score(&ratio(49_999_999_999, 10_000_000_000), edge),
            "4.999999"
        );
    }

    #[test]
    fn short_money_keeps_its_unit() {
        assert_eq!(short_money(Decimal::new(5_625_000, 2)), "56.3k");
        assert_eq!(short_money(Decimal::from(940)), "940");
        assert_eq!(short_money(Decimal::from(1_290_000)), "1.29m");
    }
}
