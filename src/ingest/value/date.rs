//! Dates as files write them. A column of `03/04/2026` is day-first or month-first as a whole; no
//! day, month or year is ever guessed.

use super::is_placeholder;
use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 31/01/2026.
    Dmy,
    /// 01/31/2026.
    Mdy,
}

/// What one text could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Empty or a placeholder.
    Empty,
    /// A day so far off that it stands for "not known", such as 9999-12-31.
    Sentinel,
    /// One day, beyond doubt.
    Day(NaiveDate),
    /// Two small numbers and a year, in the order written.
    Numbers(u32, u32, i32),
    /// No full date.
    Unreadable,
}

/// Reads one text.
pub fn read(text: &str, from_1904: bool) -> Reading {
    let text = text.trim();
    if let Some(day) = iso(text) {
        return in_range(day);
    }
    if is_placeholder(text) {
        return Reading::Empty;
    }
    let parts: Parts = split(text);
    match parts {
        Some((first, second, third)) => numbers(first, second, third),
        None => named(text).map_or_else(|| serial_text(text, from_1904), in_range),
    }
}

/// `2026-01-31`, as nearly every date of an export is written.
fn iso(text: &str) -> Option<NaiveDate> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            digit
                .is_ascii_digit()
                .then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let (year, month, day) = (
        number(&[*a, *b, *c, *d])?,
        number(&[*e, *f])?,
        number(&[*g, *h])?,
    );
    NaiveDate::from_ymd_opt(year as i32, month, day)
}

/// A spreadsheet serial: days since the end of 1899 (with the day 1900-02-29 that never was), or
/// since 1904-01-01. 45123 is 2023-07-16 in the first and 2027-07-17 in the second system. The
/// time of day is dropped.
pub fn from_serial(days: i64, from_1904: bool) -> Option<NaiveDate> {
    let epoch = match from_1904 {
        true => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        false if days < 60 => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        false => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    epoch.checked_add_days(Days::new(u64::try_from(days).ok()?))
}

/// The day the numbers mean in that order.
pub fn in_order(first: u32, second: u32, year: i32, order: DateOrder) -> Option<NaiveDate> {
    match order {
        DateOrder::Dmy => NaiveDate::from_ymd_opt(year, second, first),
        DateOrder::Mdy => NaiveDate::from_ymd_opt(year, first, second),
    }
}

/// What a column of numeric dates says of its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderEvidence {
    /// Values that can only be day-first.
    pub dmy: u64,
    /// Values that can only be month-first.
    pub mdy: u64,
    /// Values that mean two different days.
    pub open: u64,
}

impl OrderEvidence {
    /// Takes one value into account.
    pub fn add(&mut self, reading: Reading) {
        let Reading::Numbers(first, second, year) = reading else {
            return;
        };
        let dmy = in_order(first, second, year, DateOrder::Dmy);
        let mdy = in_order(first, second, year, DateOrder::Mdy);
        match (dmy, mdy) {
            (Some(a), Some(b)) if a != b => self.open += 1,
            (Some(_), None) => self.dmy += 1,
            (None, Some(_)) => self.mdy += 1,
            _ => {}
        }
    }

    /// The order, `Ok(None)` when it does not matter, `Err` when only a person can tell.
    pub fn decide(&self) -> Result<Option<DateOrder>, Undecided> {
        match (self.dmy, self.mdy, self.open) {
            (0, 0, 0) => Ok(None),
            (_, 0, _) if self.dmy > 0 => Ok(Some(DateOrder::Dmy)),
            (0, _, _) if self.mdy > 0 => Ok(Some(DateOrder::Mdy)),
            (0, 0, _) => Err(Undecided::NoEvidence),
            _ => Err(Undecided::Contradiction),
        }
    }
}

/// Why a column could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// No value settles it.
    NoEvidence,
    /// Values say both.
    Contradiction,
}

type Parts<'a> = Option<(&'a str, &'a str, &'a str)>;

/// Three runs of digits with separators between; a time after the third is dropped.
fn split(text: &str) -> Parts<'_> {
    let day = text
        .split_once(['T', 't', ' '])
        .filter(|(date, _)| date.contains(['-', '/', '.']))
        .map_or(text, |(date, _)| date);
    let mut parts = day.split(['-', '/', '.']);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |t: &str| !t.is_empty() && t.len() <= 4 && t.bytes().all(|b| b.is_ascii_digit());
    (parts.next().is_none() && digits(first) && digits(second) && digits(third))
        .then_some((first, second, third))
}

fn numbers(first: &str, second: &str, third: &str) -> Reading {
    let number = |t: &str| t.parse::<u32>().unwrap_or(0);
    match (first.len(), second.len(), third.len()) {
        (4, 1..=2, 1..=2) => {
            NaiveDate::from_ymd_opt(number(first) as i32, number(second), number(third))
                .map_or(Reading::Unreadable, in_range)
        }
        (1..=2, 1..=2, 4) => {
            let (a, b, year) = (number(first), number(second), number(third) as i32);
            let days = [DateOrder::Dmy, DateOrder::Mdy].map(|order| in_order(a, b, year, order));
            match days {
                [None, None] => Reading::Unreadable,
                _ if is_sentinel(year) => Reading::Sentinel,
                _ => Reading::Numbers(a, b, year),
            }
        }
        _ => Reading::Unreadable,
    }
}

/// Digits alone: `20260131`, or a serial that lost its format on the way through a text file.
fn serial_text(text: &str, from_1904: bool) -> Reading {
    let whole = text.split_once('.').map_or(text, |(whole, rest)| {
        if rest.bytes().all(|b| b.is_ascii_digit()) {
            whole
        } else {
            text
        }
    });
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return Reading::Unreadable;
    }
    let Ok(number) = whole.parse::<i64>() else {
        return Reading::Unreadable;
    };
    let day = match whole.len() {
        8 => NaiveDate::from_ymd_opt(
            (number / 10_000) as i32,
            (number / 100 % 100) as u32,
            (number % 100) as u32,
        ),
        5 => from_serial(number, from_1904),
        1..=7 if number == 0 => return Reading::Empty,
        _ => None,
    };
    day.map_or(Reading::Unreadable, in_range)
}

/// `31-Jan-2026`, `January 31, 2026`, `Sat Jan 31 2026 10:00`: one named month, one day, one year
/// of four digits.
fn named(text: &str) -> Option<NaiveDate> {
    let mut month = None;
    let mut day = None;
    let mut year = None;
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
    {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            match word.len() {
                4 if year.is_none() => year = word.parse::<i32>().ok(),
                1..=2 if day.is_none() => day = word.parse::<u32>().ok(),
                _ => {}
            }
        } else if month.is_none() {
            month = month_named(word);
        }
    }
    NaiveDate::from_ymd_opt(year?, month?, day?)
}

/// Month names and their short forms in English, German, French, Spanish and Italian; none of
/// them means two months.
fn month_named(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &[
            "jan", "january", "januar", "jänner", "janv", "janvier", "ene", "enero", "gen",
            "gennaio",
        ],
        &[
            "feb", "february", "februar", "févr", "février", "fevr", "febrero", "febbraio",
        ],
        &["mar", "march", "mär", "märz", "mrz", "mars", "marzo"],
        &["apr", "april", "avr", "avril", "abr", "abril", "aprile"],
        &["may", "mai", "mayo", "mag", "maggio"],
        &["jun", "june", "juni", "juin", "junio", "giu", "giugno"],
        &[
            "jul", "july", "juli", "juil", "juillet", "julio", "lug", "luglio",
        ],
        &["aug", "august", "août", "aout", "ago", "agosto"],
        &[
            "sep",
            "sept",
            "september",
            "septembre",
            "septiembre",
            "set",
            "settembre",
        ],
        &[
            "oct", "october", "okt", "oktober", "octobre", "octubre", "ott", "ottobre",
        ],
        &["nov", "november", "novembre", "noviembre"],
        &[
            "dec",
            "december",
            "dez",
            "dezember",
            "déc",
            "décembre",
            "dic",
            "diciembre",
            "dicembre",
        ],
    ];
    let word = word.to_lowercase();
    let at = MONTHS
        .iter()
        .position(|names| names.contains(&word.as_str()))?;
    Some(at as u32 + 1)
}

fn in_range(day: NaiveDate) -> Reading {
    match is_sentinel(day.year()) {
        true => Reading::Sentinel,
        false => Reading::Day(day),
    }
}

/// Years that no coverage has: 1900-01-01 and 9999-12-31 mean "not known".
fn is_sentinel(year: i32) -> bool {
    !(1990..=2099).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default()
    }

    #[test]
    fn full_dates_are_read_and_half_ones_are_not() {
        for text in [
            "2026-01-31",
            "2026-01-31T23:59:59Z",
            "2026-01-31 00:00:00",
            "2026/1/31",
            "31-Jan-2026",
            "31 January 2026",
            "Jan 31, 2026",
            "Sat Jan 31 2026 10:00",
            "20260131",
            "31. Januar 2026",
            "46053",
            "46053.75",
        ] {
            assert_eq!(read(text, false), Reading::Day(day(2026, 1, 31)), "{text}");
        }
        for text in [
            "31-Jan-26",
            "Jan 2026",
            "01/02/26",
            "2026-02-30",
            "soon",
            "99/99/2026",
        ] {
            assert_eq!(read(text, false), Reading::Unreadable, "{text}");
        }
        for text in ["", "N/A", "0"] {
            assert_eq!(read(text, false), Reading::Empty, "{text}");
        }
        for text in ["9999-12-31", "01/01/1900", "31-Dec-9999"] {
            assert_eq!(read(text, false), Reading::Sentinel, "{text}");
        }
    }

    #[test]
    fn serials_of_both_systems() {
        assert_eq!(from_serial(45123, false), Some(day(2023, 7, 16)));
        assert_eq!(from_serial(45123, true), Some(day(2027, 7, 17)));
        assert_eq!(from_serial(1, false), Some(day(1900, 1, 1)));
        assert_eq!(from_serial(61, false), Some(day(1900, 3, 1)));
        assert_eq!(from_serial(-5, false), None);
    }

    #[test]
    fn one_value_above_twelve_settles_a_column() {
        let decide = |texts: &[&str]| {
            let mut evidence = OrderEvidence::default();
            for text in texts {
                evidence.add(read(text, false));
            }
            evidence.decide()
        };
        assert_eq!(
            decide(&["03/04/2026", "31/01/2026"]),
            Ok(Some(DateOrder::Dmy))
        );
        assert_eq!(
            decide(&["03/04/2026", "01/31/2026"]),
            Ok(Some(DateOrder::Mdy))
        );
        assert_eq!(decide(&["05/05/2026"]), Ok(None));
        assert_eq!(decide(&["03/04/2026"]), Err(Undecided::NoEvidence));
        assert_eq!(
            decide(&["31/01/2026", "01/31/2026"]),
            Err(Undecided::Contradiction)
        );
    }
}
