//! The term of a line from whichever of its three statements the file has, and the file's own
//! prorated price compared with ours. Nothing of the file is replaced; differences are remarked.

use super::report::Problems;
use super::row::{Code, Field, Value, Values};
use crate::domain::day::{add_months, next_day, service_days, term_end};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A remark's place: sheet and row.
type Place<'a> = (Option<&'a str>, Option<u32>);

/// Completes a missing end (or start) from an explicit term in months, and remarks where all three
/// are given and differ by over a month. 2026-01-01 with 12 months ends 2026-12-31.
pub fn complete(values: &mut Values, place: Place<'_>, problems: &mut Problems) {
    let months = values
        .number(Field::TermMonths)
        .filter(|months| months.fract().is_zero())
        .and_then(|months| months.to_i32())
        .filter(|months| (1..=240).contains(months));
    let Some(months) = months else { return };
    match (values.day(Field::StartDate), values.day(Field::EndDate)) {
        (Some(start), None) => values.set(Field::EndDate, Value::Day(term_end(start, months))),
        (None, Some(end)) => {
            let start = add_months(next_day(end), -months);
            values.set(Field::StartDate, Value::Day(start));
        }
        (Some(start), Some(end)) => {
            let stated = term_end(start, months);
            if (stated - end).num_days().abs() > 31 {
                problems.note(Code::TermConflict, "", place, || {
                    format!("{months} months from {start} end {stated}, the file says {end}; the dates count")
                });
            }
        }
        (None, None) => {}
    }
}

/// The months that the last part of a part number tells: `-3Y`, `-3YR` and `-3R` are 36. Other
/// numbers before a bare letter count ports; a support SKU never tells a term.
pub fn of_part(part: &str) -> Option<i32> {
    if crate::catalogue::is_service_sku(part) {
        return None;
    }
    let (_, last) = part.rsplit_once('-')?;
    let years = |suffix: &str| last.strip_suffix(suffix)?.parse::<i32>().ok();
    let plain = || {
        let years = years("Y").or_else(|| years("R"))?;
        [1, 3, 5, 7].contains(&years).then_some(years)
    };
    let years = years("YR").filter(|years| (1..=10).contains(years));
    years.or_else(plain).map(|years| years * 12)
}

/// Compares the file's prorated list price with list × quantity × days ÷ 365 (29 February not
/// counted). 1,000.00 for 2 units and 365 days should be 2,000.00.
pub fn compare_proration(values: &Values, place: Place<'_>, problems: &mut Problems) {
    let (Some(list), Some(prorated)) = (
        values.number(Field::UnitList),
        values.number(Field::ProratedList),
    ) else {
        return;
    };
    let (Some(start), Some(end)) = (values.day(Field::StartDate), values.day(Field::EndDate))
    else {
        return;
    };
    let quantity = values.number(Field::Quantity).unwrap_or(Decimal::ONE);
    let days = Decimal::from(service_days(start, end));
    let expected = list
        .checked_mul(quantity)
        .and_then(|total| total.checked_mul(days))
        .map(|total| total / Decimal::from(365));
    let Some(expected) = expected else { return };
    let difference = (expected - prorated).abs();
    if difference > Decimal::ONE && difference * Decimal::ONE_HUNDRED > expected.abs() {
        problems.note(Code::ProrateDiff, "", place, || {
            format!(
                "the file's prorated price is {prorated}, list × quantity × days ÷ 365 is {}; the file's stays",
                expected.round_dp(2)
            )
        });
    }
}
