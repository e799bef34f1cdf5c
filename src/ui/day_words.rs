//! Days as a person types them: `24 nov`, `2026-11-24`, `24.11.26`, `+7d`, `+2w`, `+1m`, `+1y`,
//! `today`, `tomorrow`, `fri`, `next fri`, `eom`. Always counted from a day that is passed in.

use crate::domain::day::add_months;
use crate::pricing::written::{self, Written};
use chrono::{Datelike, Days, NaiveDate};

/// What may be typed, for hints.
pub const HINT: &str = "24 nov   +7d +2w +1m   fri   next fri   eom   2026-11-24";

/// The day a text means, or why it means none.
pub fn parse(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let words = text.trim().to_lowercase();
    if let Some(day) = relative(&words, today) {
        return Ok(day);
    }
    match written::read(&words, today) {
        Written::Day(day) => Ok(day),
        Written::TwoWays => Err(format!(
            "\"{}\" could be read in two ways; {}",
            text.trim(),
            written::AS_A_WORD
        )),
        Written::No => Err(format!("\"{}\" is not a day; try {HINT}", text.trim())),
    }
}

/// A text that starts with a day: the day and the rest.
pub fn split(text: &str, today: NaiveDate) -> Result<(NaiveDate, String), String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    for take in (1..=words.len().min(3)).rev() {
        let (day, rest) = words.split_at(take);
        if let Ok(day) = parse(&day.join(" "), today) {
            return Ok((day, rest.join(" ")));
        }
    }
    parse(words.first().copied().unwrap_or_default(), today).map(|day| (day, String::new()))
}

fn relative(words: &str, today: NaiveDate) -> Option<NaiveDate> {
    match words {
        "today" | "0" => return Some(today),
        "tomorrow" => return today.succ_opt(),
        "eom" => {
            let next = add_months(today.with_day(1)?, 1);
            return next.pred_opt();
        }
        _ => {}
    }
    if let Some(rest) = words.strip_prefix('+') {
        let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let count: u32 = digits.trim().parse().ok()?;
        if count > 36_500 {
            return None;
        }
        let months = |n: u32| i32::try_from(n).ok().map(|n| add_months(today, n));
        return match rest.get(digits.len()..)? {
            "" | "d" => today.checked_add_days(Days::new(count.into())),
            "w" => today.checked_add_days(Days::new(u64::from(count) * 7)),
            "m" => months(count),
            "y" => months(count.checked_mul(12)?),
            _ => None,
        };
    }
    let (next, name) = match words.strip_prefix("next ") {
        Some(name) => (true, name),
        None => (false, words),
    };
    let wanted = weekday(name)?;
    let ahead = (wanted + 7 - today.weekday().num_days_from_monday()) % 7;
    let ahead = if ahead == 0 { 7 } else { ahead };
    // "next" is the one in the week after, counted from Monday
    let this_week = ahead < 7 - today.weekday().num_days_from_monday();
    let ahead = if next && this_week { ahead + 7 } else { ahead };
    today.checked_add_days(Days::new(ahead.into()))
}

fn weekday(name: &str) -> Option<u32> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    if name.len() < 3 {
        return None;
    }
    NAMES
        .iter()
        .position(|full| full.starts_with(name))
        .map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_in_words() {
        // a Sunday
        let today = on("2026-11-22");
        for (text, day) in [
            ("today", "2026-11-22"),
            ("+7d", "2026-11-29"),
            ("+2w", "2026-12-06"),
            ("+1m", "2026-12-22"),
            ("+1y", "2027-11-22"),
            ("eom", "2026-11-30"),
            ("24 nov", "2026-11-24"),
            ("1 nov", "2027-11-01"),
            ("24.11.26", "2026-11-24"),
            ("2027-02-28", "2027-02-28"),
            ("fri", "2026-11-27"),
            ("sunday", "2026-11-29"),
        ] {
            assert_eq!(parse(text, today), Ok(on(day)), "{text}");
        }
        // a Wednesday
        assert_eq!(parse("fri", on("2026-11-25")), Ok(on("2026-11-27")));
        assert_eq!(parse("next fri", on("2026-11-25")), Ok(on("2026-12-04")));
        for text in ["", "soon", "31 feb 26", "+x", "+99999999999d", "2026-13-01"] {
            assert!(parse(text, today).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_and_what_follows_it() {
        let today = on("2026-11-22");
        assert_eq!(
            split("+7d send v3", today),
            Ok((on("2026-11-29"), "send v3".into()))
        );
        assert_eq!(
            split("24 nov call Dr. Senn", today),
            Ok((on("2026-11-24"), "call Dr. Senn".into()))
        );
        assert!(split("call", today).is_err());
    }
}
