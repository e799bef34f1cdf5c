//! One row of a queue as it is held: numbers for what many rows have, days from its end, decimals in eight
//! bytes. What does not fit is marked as standing beside the rows.

use super::{Chance, Clock, ContractStatus, CountdownState};
use crate::domain::ids::RenewalId;
use crate::domain::renewal::Basis;
use crate::domain::rules::RiskLevel;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

/// The number of what a row lacks.
pub(super) const LACKS: u32 = u32::MAX;
/// What stands beside the rows, for it does not fit into one.
pub(super) const BESIDE: i64 = i64::MIN + 1;
pub(super) const UNKNOWN: i64 = i64::MIN;
/// Digits that leave room for the scale.
pub(super) const DIGITS: i128 = 1 << 57;
/// In the place of a day, a number of lines or an outlook that stands beside the rows.
pub(super) const FAR: i16 = i16::MIN + 1;
pub(super) const NO_DAY: i16 = i16::MIN;
pub(super) const MANY: u16 = u16::MAX;

/// A risk, its decimal to the last digit as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Odds(pub(super) RiskLevel, pub(super) [u8; 16]);

impl Odds {
    pub(super) fn of(risk: Chance) -> Odds {
        Odds(risk.level, risk.win_pct.serialize())
    }
}

/// A row. Days are counted from its end.
#[derive(Debug)]
pub(super) struct Slim {
    pub(super) renewal: RenewalId,
    /// Where it stands among the texts.
    pub(super) contract_number: (u32, u32),
    pub(super) amount: i64,
    pub(super) smooth: i64,
    pub(super) points: i32,
    pub(super) end: NaiveDate,
    pub(super) party: u32,
    pub(super) offered: u32,
    pub(super) held: u32,
    pub(super) step: u32,
    pub(super) quote: u32,
    pub(super) clocks: [i16; Clock::ALL.len()],
    pub(super) next: i16,
    pub(super) snoozed: i16,
    pub(super) odds: u16,
    pub(super) lines: u16,
    pub(super) currency: u16,
    /// The number of its stake's mark and one, 0 where nothing was told.
    pub(super) mark: u8,
    pub(super) status: ContractStatus,
    pub(super) state: CountdownState,
    pub(super) leading: Option<Clock>,
    pub(super) basis: Basis,
    pub(super) marks: u8,
}

/// Bits of [`Slim::marks`].
pub(super) const OPEN: u8 = 1;
pub(super) const FLAGGED: u8 = 2;
pub(super) const REVIEWED: u8 = 4;

/// A decimal in eight bytes, digits above the five bits of its scale.
pub(super) fn short(value: Option<Decimal>) -> i64 {
    let Some(value) = value else { return UNKNOWN };
    let digits = value.mantissa();
    // nothing with a minus would come back without
    if digits.abs() >= DIGITS || (digits == 0 && value.is_sign_negative()) {
        return BESIDE;
    }
    (digits as i64) << 5 | i64::from(value.scale())
}

pub(super) fn long(short: i64) -> Decimal {
    Decimal::new(short >> 5, (short & 0x1f) as u32)
}

/// A day from another, in sixteen bits.
pub(super) fn from_end(end: NaiveDate, day: Option<NaiveDate>) -> i16 {
    let Some(day) = day else { return NO_DAY };
    let days = i16::try_from((day - end).num_days());
    days.ok().filter(|days| *days > FAR).unwrap_or(FAR)
}

pub(super) fn later(end: NaiveDate, days: i16) -> Option<NaiveDate> {
    let many = Days::new(days.unsigned_abs().into());
    match days {
        NO_DAY => None,
        0.. => end.checked_add_days(many),
        _ => end.checked_sub_days(many),
    }
}

impl Slim {
    /// True where something of the row stands beside it.
    pub(super) fn is_too_narrow(&self) -> bool {
        let days = || self.clocks.iter().chain([&self.next, &self.snoozed]);
        self.amount == BESIDE
            || self.lines == MANY
            || self.odds == MANY
            || days().any(|day| *day == FAR)
    }

    pub(super) fn is_open(&self) -> bool {
        self.marks & OPEN != 0
    }

    pub(super) fn is_flagged(&self) -> bool {
        self.marks & FLAGGED != 0
    }

    pub(super) fn is_reviewed(&self) -> bool {
        self.marks & REVIEWED != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_row_is_small() {
        // a hundred thousand of them are held
        assert_eq!(size_of::<Slim>(), 96);
    }

    proptest! {
        #[test]
        fn a_decimal_comes_back_to_the_last_digit_or_stands_beside(
            digits in prop_oneof![-(1i128 << 60)..1 << 60, -1_000i128..1_000], scale in 0u32..29,
        ) {
            let value = Decimal::from_i128_with_scale(digits, scale);
            match short(Some(value)) {
                BESIDE => prop_assert!(digits.abs() >= DIGITS),
                held => prop_assert_eq!(long(held).serialize(), value.serialize()),
            }
        }

        #[test]
        fn a_day_comes_back_or_stands_beside(days in -60_000i64..60_000) {
            let end = NaiveDate::default();
            let day = end + chrono::Duration::days(days);
            match from_end(end, Some(day)) {
                FAR => prop_assert!(days.abs() >= 0x7ffe),
                held => prop_assert_eq!(later(end, held), Some(day)),
            }
        }
    }
}
