//! Money as whole numbers of a currency's minor unit: what the engine adds up. Amounts come from
//! `pricing` already rounded to that unit, so that turning them into whole numbers loses nothing;
//! one that is not, or is too long, is refused here and listed, never rounded in silence.

use super::exact;
use num_bigint::BigInt;
use num_rational::BigRational;
use rust_decimal::Decimal;

/// Parts that make a probability of one: six decimals of a percent.
pub const CERTAIN: i128 = 100_000_000;

/// An amount as a count of minor units: 1,000.01 at two places is 100,001. `None` where it is not
/// a whole number of them, or more than 92,233,720,368,547,758.07 at two places.
pub fn of(amount: Decimal, places: u32) -> Option<i64> {
    let (mantissa, scale) = (amount.mantissa(), amount.scale());
    if scale <= places {
        let factor = 10i128.checked_pow(places - scale)?;
        return i64::try_from(mantissa.checked_mul(factor)?).ok();
    }
    let divisor = 10i128.checked_pow(scale - places)?;
    (mantissa % divisor == 0).then_some(())?;
    i64::try_from(mantissa / divisor).ok()
}

/// A count of minor units as a fraction of the currency's unit, exact.
pub fn fraction(units: i128, places: u32) -> BigRational {
    part(units, places, 1)
}

/// A count of minor units, each cut into `parts`, as a fraction of the currency's unit, exact.
pub fn part(units: i128, places: u32, parts: i128) -> BigRational {
    let whole = BigInt::from(10u8).pow(places) * parts;
    if units == 0 {
        return exact::int(0);
    }
    BigRational::new(BigInt::from(units), whole)
}

/// A count of minor units as a decimal; the largest decimal where it is longer.
pub fn decimal(units: i128, places: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(units, places).unwrap_or(if units < 0 {
        Decimal::MIN
    } else {
        Decimal::MAX
    })
}

/// A probability in percent as parts of [`CERTAIN`]: 75 % is 75,000,000. Beyond six decimals of a
/// percent it is rounded half up, and cut to 0-100 %.
pub fn chance(percent: Decimal) -> u32 {
    let bounded = percent.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
    let rounded = crate::domain::money::round_half_up(bounded, 6);
    let parts = of(rounded, 6).and_then(|parts| u32::try_from(parts).ok());
    parts.unwrap_or_default()
}
