//! Days as they are written down: `2027-06-15`, `15 Jun 2027`, `15 jun 27`, `31.12.2030`,
//! `6/15/27`. Every form the desk shows is among them. Slashes are read only where one part can be
//! no month: which country a file or a hand comes from is never guessed.

use chrono::{Datelike, NaiveDate};

/// What came of a text that was looked at as a written day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is this day.
    Day(NaiveDate),
    /// Day and month could change places: `5/6/27`.
    TwoWays,
    /// It is no written day.
    No,
}

/// What to do about a day that could be two.
pub const AS_A_WORD: &str = "write the month as a word, as in 5 Jun 2027";

/// Reads a written day. Without a year it is the next such day from `today` on. Years of two
/// digits belong to 2000: `15 jun 27` is 2027-06-15. With points the day stands first.
pub fn read(text: &str, today: NaiveDate) -> Written {
    let text = text.trim().to_lowercase();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return day(NaiveDate::parse_from_str(&text, "%Y%m%d").ok());
    }
    let slashed = text.contains('/');
    let parts: Vec<&str> = text
        .split([' ', '.', '/', '-', ','])
        .filter(|part| !part.is_empty())
        .collect();
    // `-1y` and `1 +2d` are steps
    if text.starts_with(['-', '+']) {
        return Written::No;
    }
    match parts.as_slice() {
        [year, month, day_of] if year.len() == 4 && number(year).is_some() => {
            day(made(number(day_of), month_of(month), number(year)))
        }
        [first, second, year] if number(first).is_some() && number(second).is_some() => {
            let year = full_year(year);
            match (number(first), number(second), slashed) {
                (Some(a), Some(b), true) if a <= 12 && b <= 12 && a != b => Written::TwoWays,
                (Some(a), Some(b), true) if b > 12 => day(made(Some(b), Some(a), year)),
                (a, b, _) => day(made(a, b, year)),
            }
        }
        [first, second, year] if number(first).is_none() => {
            day(made(number(second), word(first), full_year(year)))
        }
        [first, second, year] => day(made(number(first), word(second), full_year(year))),
        [_, _] if slashed || text.contains('-') => Written::No,
        [first, second] if number(first).is_some() => {
            day(next(number(first), month_of(second), today))
        }
        [first, second] => day(next(number(second), word(first), today)),
        _ => Written::No,
    }
}

fn day(day: Option<NaiveDate>) -> Written {
    day.filter(|day| (1990..=2199).contains(&day.year()))
        .map_or(Written::No, Written::Day)
}

fn number(text: &str) -> Option<u32> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn full_year(text: &str) -> Option<u32> {
    let year = number(text)?;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

fn made(day: Option<u32>, month: Option<u32>, year: Option<u32>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)
}

/// The next day and month from a day on; 29 February waits for a year that has it.
fn next(day: Option<u32>, month: Option<u32>, today: NaiveDate) -> Option<NaiveDate> {
    (today.year()..=today.year() + 8)
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month?, day?))
        .find(|date| *date >= today)
}

fn month_of(text: &str) -> Option<u32> {
    number(text).or_else(|| word(text))
}

fn word(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if text.len() < 3 {
        return None;
    }
    NAMES
        .iter()
        .zip(1..)
        .find(|(full, _)| full.starts_with(text) || (text == "sept" && **full == "september"))
        .map(|(_, month)| month)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_day_is_read_as_it_is_shown() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        for (text, value) in [
            ("15 jun 27", "2027-06-15"),
            ("15 Jun 2027", "2027-06-15"),
            ("Jun 15, 2027", "2027-06-15"),
            ("15-Jun-27", "2027-06-15"),
            ("31.12.2030", "2030-12-31"),
            ("5.6.27", "2027-06-05"),
            ("2027-06-15", "2027-06-15"),
            ("20270615", "2027-06-15"),
            ("15/6/27", "2027-06-15"),
            ("6/15/27", "2027-06-15"),
            ("6/6/27", "2027-06-06"),
            ("24 nov", "2026-11-24"),
            ("1 nov", "2027-11-01"),
            ("24.11", "2026-11-24"),
        ] {
            assert_eq!(
                read(text, today),
                Written::Day(value.parse().unwrap()),
                "{text}"
            );
        }
        assert_eq!(read("5/6/27", today), Written::TwoWays);
        for text in [
            "",
            "31 feb 27",
            "15 foo 27",
            "+30d",
            "-1y",
            "15/32/27",
            "1 2 3 4",
        ] {
            assert_eq!(read(text, today), Written::No, "{text}");
        }
    }
}
