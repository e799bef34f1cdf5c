//! Civil days: inclusive spans, leap days, adding months. No clock, no time of day, no zone.

use chrono::{Datelike, Months, NaiveDate};

/// Days from `start` to `end`, both included: one day has 1. Zero or negative when `end` comes
/// before `start`. 2026-03-15 to 2027-06-30 is 473 (golden case R01).
pub fn days_inclusive(start: NaiveDate, end: NaiveDate) -> i64 {
    (end - start).num_days() + 1
}

/// How many 29 Februaries lie in `[start, end]`.
pub fn leap_days(start: NaiveDate, end: NaiveDate) -> i64 {
    if end < start {
        return 0;
    }
    (start.year()..=end.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, 2, 29))
        .filter(|day| (start..=end).contains(day))
        .count() as i64
}

/// The days a service term is priced by: inclusive days without 29 February.
pub fn service_days(start: NaiveDate, end: NaiveDate) -> i64 {
    (days_inclusive(start, end) - leap_days(start, end)).max(0)
}

/// `start` moved by whole months, clamped to the end of a shorter month (31 Jan + 1 = 28/29 Feb).
/// Saturates at the ends of the calendar instead of failing.
pub fn add_months(start: NaiveDate, months: i32) -> NaiveDate {
    let moved = if months >= 0 {
        start.checked_add_months(Months::new(months.unsigned_abs()))
    } else {
        start.checked_sub_months(Months::new(months.unsigned_abs()))
    };
    moved.unwrap_or(if months >= 0 {
        NaiveDate::MAX
    } else {
        NaiveDate::MIN
    })
}

/// The day after, saturating.
pub fn next_day(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// `day` moved by civil days, saturating at the ends of the calendar.
pub fn add_days(day: NaiveDate, days: i64) -> NaiveDate {
    chrono::TimeDelta::try_days(days)
        .and_then(|span| day.checked_add_signed(span))
        .unwrap_or(if days >= 0 {
            NaiveDate::MAX
        } else {
            NaiveDate::MIN
        })
}

/// The last covered day of a term of whole months: 2026-12-11 + 12 months ends 2027-12-10.
pub fn term_end(start: NaiveDate, months: i32) -> NaiveDate {
    let next_start = add_months(start, months);
    next_start.pred_opt().unwrap_or(NaiveDate::MIN)
}

/// Whole months of the term when it is one, e.g. 12 for 2026-12-11..2027-12-10.
pub fn whole_months(start: NaiveDate, end: NaiveDate) -> Option<i32> {
    let guess = (end.year() - start.year()) * 12 + end.month() as i32 - start.month() as i32;
    (guess - 1..=guess + 1).find(|&n| n > 0 && term_end(start, n) == end)
}
