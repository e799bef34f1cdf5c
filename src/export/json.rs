//! Figures as programs read them: decimal strings without thousands separators, never floats, and
//! ISO dates (which `NaiveDate` writes by itself). A value that has an end is written to its end;
//! one that has none is rounded half up to six places.

use crate::domain::money::{Currency, round_half_up};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// Places of a value that does not end.
pub const PLACES: u32 = 6;

/// Significant digits from which a decimal is taken for the head of one that never ends:
/// `Decimal` holds 28, and no file or person types that many.
const ENDLESS_DIGITS: usize = 27;

/// An amount with at least its currency's minor units: `1295.89`, JPY `80000`. Further digits (a
/// unit price of 0.0455) stay.
pub fn money(amount: Decimal, currency: Currency) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < currency.minor_units() {
        amount.rescale(currency.minor_units());
    }
    unsigned_zero(amount).to_string()
}

/// A plain number without trailing zeros: `37.5`; the quotient 1/3 is `0.333333`.
pub fn decimal(value: Decimal) -> String {
    let value = value.normalize();
    let digits = value.mantissa().unsigned_abs().to_string().len();
    let endless = value.scale() > PLACES && digits >= ENDLESS_DIGITS;
    let shown = if endless {
        round_half_up(value, PLACES).normalize()
    } else {
        value
    };
    unsigned_zero(shown).to_string()
}

/// An exact fraction: 1/8 is `0.125`, 473/365 is `1.29589` (1.295890…, half up), and `None`
/// for a denominator of zero.
pub fn ratio(numerator: i64, denominator: i64) -> Option<String> {
    (denominator != 0).then(|| fraction(&BigRational::new(numerator.into(), denominator.into())))
}

/// As [`ratio`], for fractions of any size.
pub fn fraction(value: &BigRational) -> String {
    let places = ending_places(value).unwrap_or(PLACES);
    let text = fixed(value, places);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

/// A fraction with exactly so many places, half up: 47/8 with two is `5.88`.
pub fn fixed(value: &BigRational, places: u32) -> String {
    let half = BigRational::new(1.into(), 2.into());
    let shifted = value.abs() * BigInt::from(10).pow(places) + half;
    let whole = shifted.floor().to_integer();
    let sign = if value.is_negative() && !whole.is_zero() {
        "-"
    } else {
        ""
    };
    let places = places as usize;
    let digits = format!("{whole:0>width$}", width = places + 1);
    let (before, after) = digits.split_at(digits.len() - places);
    match places {
        0 => format!("{sign}{before}"),
        _ => format!("{sign}{before}.{after}"),
    }
}

/// How many places a fraction needs to be written to its end: the greater power of 2 and 5 in its
/// denominator; `None` when another factor is in it.
fn ending_places(value: &BigRational) -> Option<u32> {
    let mut rest = value.denom().clone();
    let mut powers = [0u32; 2];
    for (power, prime) in powers.iter_mut().zip([2, 5]) {
        let prime = BigInt::from(prime);
        while (&rest % &prime).is_zero() {
            rest /= &prime;
            *power += 1;
        }
    }
    (rest == BigInt::from(1)).then(|| powers.into_iter().max().unwrap_or(0))
}

/// −0 is written as 0.
fn unsigned_zero(value: Decimal) -> Decimal {
    if value.is_zero() { value.abs() } else { value }
}
