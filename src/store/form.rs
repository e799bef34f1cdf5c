//! How a column of `line` holds its values, and how people and the history write them: days as
//! days since 1 January 1970, decimals as one whole number, closed sets by their place in a list,
//! rows of other tables and texts met often by theirs. The history keeps the written forms, so that
//! it reads the same whatever a table holds.

use super::columns::iso_day;
use super::error::StoreError;
use super::names::{Names, Parent};
use super::table::{Single, Texts};
use chrono::{Datelike, NaiveDate};
use rusqlite::types::{Value, ValueRef};
use rust_decimal::Decimal;

/// How a column holds its values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// As they are written.
    Plain,
    /// A day: days since 1 January 1970.
    Day,
    /// A decimal: its digits × 32 + its scale, or text where those are too many.
    Exact,
    /// A text by its place in `word`, or the text.
    Word,
    /// One of a closed set, by its place in the list.
    Closed(&'static [&'static str]),
    /// A row of another table by its place there; written as its id.
    Of(Parent),
    /// A line by its number; before schema 11 written as an id.
    Line,
}

/// 1 January 1970, as days from the first of the common era.
const DAY_ZERO: i32 = 719_163;

/// Bits of a packed decimal that hold its scale, which is 28 at most.
const SCALE_BITS: u32 = 5;

/// A day as a number.
pub(super) fn pack_day(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce() - DAY_ZERO)
}

/// A number as a day.
pub(super) fn unpack_day(number: i64) -> Option<NaiveDate> {
    let days = i32::try_from(number).ok()?.checked_add(DAY_ZERO)?;
    NaiveDate::from_num_days_from_ce_opt(days)
}

/// A decimal as a number, its scale kept: 12.50 is 1250 × 32 + 2. `None` where it has more than 17
/// digits, and for a negative nothing, which a whole number cannot tell from nothing.
pub(super) fn pack_decimal(value: Decimal) -> Option<i64> {
    let digits = i64::try_from(value.mantissa()).ok()?;
    if digits == 0 && value.is_sign_negative() {
        return None;
    }
    let shifted = digits.checked_mul(1 << SCALE_BITS)?;
    Some(shifted | i64::from(value.scale()))
}

/// A number as a decimal.
pub(super) fn unpack_decimal(number: i64) -> Option<Decimal> {
    let scale = (number & ((1 << SCALE_BITS) - 1)) as u32;
    Decimal::try_new(number >> SCALE_BITS, scale).ok()
}

impl Form {
    /// A value as it is written, as the column holds it; `None` when it is none of this column.
    ///
    /// # Errors
    /// What SQLite reports, and a row of another table that is not there.
    pub fn pack(self, value: Value, names: &mut Names<'_>) -> Result<Option<Value>, StoreError> {
        let mut texts = Texts::new();
        Ok(match (self, value) {
            (Form::Plain, value) => Some(value),
            (_, Value::Null) => Some(Value::Null),
            (Form::Day, value) => {
                let day = NaiveDate::from_cell(ValueRef::from(&value), &mut texts);
                day.map(|day| Value::Integer(pack_day(day)))
            }
            (Form::Exact, value) => Decimal::from_cell(ValueRef::from(&value), &mut texts)
                .map(|decimal| pack_decimal(decimal).map_or(value, Value::Integer)),
            (Form::Word, Value::Text(text)) => {
                let place = names.word(&text)?;
                Some(place.map_or(Value::Text(text), Value::Integer))
            }
            (Form::Closed(words), Value::Text(text)) => {
                let place = words.iter().position(|word| **word == *text);
                place.map(|place| Value::Integer(place as i64))
            }
            (Form::Of(parent), Value::Blob(id)) => match uuid::Uuid::from_slice(&id) {
                Ok(id) => Some(Value::Integer(names.place(parent, id)?)),
                Err(_) => None,
            },
            (Form::Line, Value::Blob(id)) => names.earlier_line(&id)?.map(Value::Integer),
            (Form::Line, value @ Value::Integer(_)) => Some(value),
            _ => None,
        })
    }

    /// What a column holds, as it is written; `None` when it is no value of this column.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn unpack(self, value: &Value, names: &mut Names<'_>) -> Result<Option<Value>, StoreError> {
        Ok(match (self, value) {
            (Form::Plain | Form::Line, value) => Some(value.clone()),
            (_, Value::Null) => Some(Value::Null),
            (Form::Day, Value::Integer(number)) => {
                unpack_day(*number).map(|day| Value::Text(iso_day(day)))
            }
            (Form::Exact, Value::Integer(number)) => {
                unpack_decimal(*number).map(|decimal| Value::Text(decimal.to_string()))
            }
            (Form::Exact | Form::Word, Value::Text(text)) => Some(Value::Text(text.clone())),
            (Form::Word, Value::Integer(place)) => {
                let text = names.text(*place)?;
                text.map(|text| Value::Text(text.to_string()))
            }
            (Form::Closed(words), Value::Integer(place)) => {
                let word = usize::try_from(*place).ok().and_then(|at| words.get(at));
                word.map(|word| Value::Text((*word).to_string()))
            }
            (Form::Of(parent), Value::Integer(place)) => {
                let id = names.id(parent, *place)?;
                id.map(|id| Value::Blob(id.as_bytes().to_vec()))
            }
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_and_decimals_are_packed_as_the_schema_says() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(pack_day(day("1970-01-01")), 0);
        assert_eq!(pack_day(day("2026-11-27")), 20_784);
        let decimal = |text: &str| Decimal::from_str_exact(text).unwrap();
        assert_eq!(pack_decimal(decimal("12.50")), Some(1250 * 32 + 2));
        assert_eq!(pack_decimal(decimal("-1")), Some(-32));
        assert_eq!(pack_decimal(Decimal::MAX), None);
        assert_eq!(pack_decimal(-Decimal::ZERO), None);
        assert_eq!(unpack_decimal(31), None, "no scale of 31");
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_out_as_it_was(
            digits in any::<i64>(),
            scale in 0..=28_u32,
            days in -3_000_000..3_000_000_i32,
        ) {
            let value = Decimal::new(digits, scale);
            if let Some(number) = pack_decimal(value) {
                let back = unpack_decimal(number).unwrap();
                prop_assert_eq!((back, back.scale()), (value, scale));
            } else {
                prop_assert!(digits.checked_mul(32).is_none());
            }
            let day = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            prop_assert_eq!(unpack_day(pack_day(day)), Some(day));
        }
    }
}
