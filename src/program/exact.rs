//! Exact fractions: what a score is made of. Nothing is rounded here but by name, on its way to a
//! screen or to minor units.

use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use rust_decimal::Decimal;

/// A decimal as a fraction, exact.
pub fn of(number: Decimal) -> BigRational {
    let number = number.normalize();
    if number.scale() == 0 {
        return BigRational::from_integer(BigInt::from(number.mantissa()));
    }
    let denominator = BigInt::from(10u8).pow(number.scale());
    BigRational::new(BigInt::from(number.mantissa()), denominator)
}

/// A percentage as a fraction of one: 25 gives 1/4.
pub fn of_percent(number: Decimal) -> BigRational {
    of(number) / hundred()
}

/// A whole number.
pub fn int(number: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}

/// One hundred.
pub fn hundred() -> BigRational {
    int(100)
}

/// A fraction rounded half up (half away from zero) to `places` decimals; `None` beyond what a
/// decimal holds. 47/8 to 2 places is 5.88 (P01).
pub fn round(number: &BigRational, places: u32) -> Option<Decimal> {
    let scaled = number * BigRational::from_integer(BigInt::from(10u8).pow(places));
    let two = BigInt::from(2u8);
    let doubled = scaled.numer().abs() * &two + scaled.denom();
    let magnitude = doubled / (scaled.denom() * two);
    let signed = if number.is_negative() {
        -magnitude
    } else {
        magnitude
    };
    decimal(&signed, places)
}

/// A fraction cut off after `places` decimals, towards zero.
pub fn cut(number: &BigRational, places: u32) -> Option<Decimal> {
    let scaled = number * BigRational::from_integer(BigInt::from(10u8).pow(places));
    decimal(&scaled.to_integer(), places)
}

/// The largest whole count of minor units not above the amount.
pub fn floor_units(amount: &BigRational, minor_units: u32) -> BigInt {
    (amount * BigRational::from_integer(BigInt::from(10u8).pow(minor_units)))
        .floor()
        .to_integer()
}

/// A count of minor units as an amount.
pub fn from_units(units: &BigInt, minor_units: u32) -> Option<Decimal> {
    decimal(units, minor_units)
}

fn decimal(units: &BigInt, places: u32) -> Option<Decimal> {
    let number = units.to_i128()?;
    Decimal::try_from_i128_with_scale(number, places).ok()
}

/// A fraction for a person: at most `places` decimals, half up, trailing zeros kept.
pub fn text(number: &BigRational, places: u32) -> String {
    match round(number, places) {
        Some(rounded) => format!("{rounded:.width$}", width = places as usize),
        None => number.to_string(),
    }
}

/// A fraction as JSON carries it: the exact decimal where it ends within 6 places (and no trailing
/// zeros), else half up to 6 places (decision 24).
pub fn json_text(number: &BigRational) -> String {
    match round(number, 6) {
        Some(rounded) => rounded.normalize().to_string(),
        None => number.to_string(),
    }
}

/// True for a fraction above zero.
pub fn is_positive(number: &BigRational) -> bool {
    number.numer().sign() == Sign::Plus
}

/// The sum of a set of fractions.
pub fn sum<'a>(numbers: impl IntoIterator<Item = &'a BigRational>) -> BigRational {
    numbers
        .into_iter()
        .fold(BigRational::zero(), |total, number| total + number)
}

/// `numerator / denominator` of two counts; 0 for a denominator of 0.
pub fn share(numerator: usize, denominator: usize) -> BigRational {
    if denominator == 0 {
        return BigRational::zero();
    }
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// One.
pub fn one() -> BigRational {
    BigRational::one()
}
