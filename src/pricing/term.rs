//! Terms as exact fractions of a year and of the list price's term.

use super::Factor;
use crate::domain::day::{add_days, add_months, days_inclusive, next_day, service_days};
use crate::domain::quote::{Proration, QuoteLine};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

/// The whole months of a term and what is left: `months + rest / length`.
struct Months {
    whole: i64,
    rest: i64,
    length: i64,
}

/// Splits a term into whole months counted from its first day, each clamped to the month's end,
/// and the days left over. 2026-11-20 to 2028-01-31 is 14 months and 12 of 31 days (R11).
fn split_months(start: NaiveDate, end: NaiveDate) -> Months {
    let stop = next_day(end);
    let guess = i64::from(stop.year() - start.year()) * 12 + i64::from(stop.month())
        - i64::from(start.month());
    let at = |n: i64| add_months(start, i32::try_from(n).unwrap_or(i32::MAX));
    let mut whole = guess.max(0);
    while whole > 0 && at(whole) > stop {
        whole -= 1;
    }
    Months {
        whole,
        rest: (stop - at(whole)).num_days().max(0),
        length: (at(whole + 1) - at(whole)).num_days().max(1),
    }
}

/// Whole months in a term, a part month not counted: 12 for 2026-12-11 to 2027-12-31.
pub fn months_covered(start: NaiveDate, end: NaiveDate) -> i64 {
    if end < start {
        return 0;
    }
    split_months(start, end).whole
}

/// The term in years by a proration rule, exact; zero when `end` comes before `start`.
///
/// Services: (days − 29 Februaries) / 365, so 2026-03-15 to 2027-06-30 is 473/365 (R01).
/// Subscriptions by month: (14 × 31 + 12) / (31 × 12) for R11. A month counts a twelfth.
pub fn years_of(start: NaiveDate, end: NaiveDate, mode: Proration) -> Factor {
    let fraction = |numerator, denominator| Factor {
        numerator,
        denominator,
    };
    if end < start {
        return fraction(0, 1);
    }
    match mode {
        Proration::Cisco365Noleap => fraction(service_days(start, end), 365),
        Proration::Day365 => fraction(days_inclusive(start, end), 365),
        Proration::MonthUp => {
            let months = split_months(start, end);
            fraction(months.whole + i64::from(months.rest > 0), 12)
        }
        Proration::MonthPlusActual => {
            let months = split_months(start, end);
            fraction(
                months.whole * months.length + months.rest,
                months.length * 12,
            )
        }
        Proration::Month30 => {
            let months = split_months(start, end);
            fraction(months.whole * 30 + months.rest.min(30), 360)
        }
        Proration::MerakiAverage => fraction(service_days(start, end), 365),
        Proration::CalendarMonth(cycle) => billed_months(start, end, cycle),
    }
}

/// The period of a month's bill a day is in: its first day, and the next one's.
fn period_of(day: NaiveDate, cycle: u8) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day);
    let begins = |n: i32| {
        let month = add_months(first, n);
        let length = (add_months(first, n + 1) - month).num_days();
        add_days(month, i64::from(cycle).clamp(1, length) - 1)
    };
    match begins(0) <= day {
        true => (begins(0), begins(1)),
        false => (begins(-1), begins(0)),
    }
}

/// Months billed from the same day of each, in years: 2025-03-28 to 2026-02-04 from the 5th is 8/31 of the
/// first period and ten whole ones, 10.258065 months (R10).
fn billed_months(start: NaiveDate, end: NaiveDate, cycle: u8) -> Factor {
    let stop = next_day(end);
    let (first, last) = (period_of(start, cycle), period_of(end, cycle));
    let length = |(from, to): (NaiveDate, NaiveDate)| (to - from).num_days().max(1);
    let (one, two) = (length(first), length(last));
    if first == last {
        return Factor {
            numerator: (stop - start).num_days(),
            denominator: one * 12,
        };
    }
    let (head, tail) = ((first.1 - start).num_days(), (stop - last.0).num_days());
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month());
    let whole = months(last.0) - months(first.1);
    Factor {
        numerator: head * two + whole * one * two + tail * one,
        denominator: one * two * 12,
    }
}

/// The priced term of a line in years: that of its dates, or of the days its licences were bought for where
/// their ends were averaged since.
pub fn priced_years(line: &QuoteLine) -> Factor {
    match (line.proration, line.licence_days) {
        (Proration::MerakiAverage, Some(days)) => Factor {
            numerator: days.into(),
            denominator: 365,
        },
        (mode, _) => years_of(line.start, line.end, mode),
    }
}

/// The length of a term in years, whatever its proration: (days − 29 Februaries) / 365. Run-rate
/// and ACV are by this year; 2026-12-11 to 2027-12-31 is 386/365.
pub fn length_of(start: NaiveDate, end: NaiveDate) -> Factor {
    years_of(start, end, Proration::Cisco365Noleap)
}

/// Years over the years the list price is for, exact. `list_years` counts to six decimals; zero or
/// less counts as one year. 730/365 over 3 is 730/1095 (R03).
pub fn factor_of(years: Factor, list_years: Decimal) -> Factor {
    let plain = list_years.round_dp(6).normalize();
    let over = i64::try_from(plain.mantissa()).unwrap_or(0);
    let up = 10i64.checked_pow(plain.scale()).unwrap_or(1);
    let scaled = (years.numerator.checked_mul(up)).zip(years.denominator.checked_mul(over));
    match scaled {
        Some((numerator, denominator)) if over > 0 => Factor {
            numerator,
            denominator,
        },
        _ => years,
    }
}
