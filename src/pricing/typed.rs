//! What people type into a cell, as exact numbers and days: `1,240.5`, `37.5%`, `=120*0.9`,
//! `2027-06-30`, `+30d`, `eom`, `next fri`. Decimal arithmetic only; what is ambiguous is refused.

use super::written::{self, Written};
use crate::domain::day::{add_months, next_day, term_end};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use rust_decimal::Decimal;

/// Largest number a cell takes, either way; beyond it products would not stay exact.
pub const LARGEST: i64 = 1_000_000_000_000;
/// Deepest nesting of parentheses in a formula.
const DEPTH: u32 = 16;

/// A text that is no number or no day, and what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct Unreadable {
    /// What is wrong, a clause.
    pub problem: String,
    /// What to type instead.
    pub hint: String,
}

fn unreadable(problem: impl Into<String>, hint: &str) -> Unreadable {
    Unreadable {
        problem: problem.into(),
        hint: hint.to_string(),
    }
}

const NUMBER_HINT: &str = "type a number such as 1,240.50, or a formula such as =120*0.9";
const DATE_HINT: &str =
    "type a day as 2027-06-30 or 30 jun 27, or +30d, +2w, +6m, +1y, eom, today, next fri";

/// Reads a number: digits with an optional decimal point, groups of three parted by comma, blank or
/// apostrophe, one `%` sign at the end, or `=` and a formula of `+ - * /` and parentheses.
///
/// `1,240.5` is 1240.5; `37.5%` is 37.5; `=120*0.9` is 108. `12,5` is refused: it could be 12.5.
pub fn number(text: &str) -> Result<Decimal, Unreadable> {
    let text = text.trim();
    let value = match text.strip_prefix('=') {
        Some(formula) => Formula::new(formula).value()?,
        None => plain_number(text.strip_suffix('%').unwrap_or(text).trim())?,
    };
    if value.abs() > Decimal::from(LARGEST) {
        return Err(unreadable("the number is too large", NUMBER_HINT));
    }
    Ok(value)
}

fn plain_number(text: &str) -> Result<Decimal, Unreadable> {
    let bad = || unreadable(format!("{text:?} is not a number"), NUMBER_HINT);
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-Decimal::ONE, rest),
        None => (Decimal::ONE, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(part) || (whole.is_empty() && part.is_empty()) {
        return Err(bad());
    }
    let groups: Vec<&str> = whole.split([',', ' ', '\'', '’', '\u{a0}']).collect();
    if groups.len() > 1 {
        let proper = groups.iter().enumerate().all(|(at, group)| match at {
            0 => (1..=3).contains(&group.len()),
            _ => group.len() == 3,
        });
        if !proper {
            return Err(unreadable(
                format!("{text:?} could be read in two ways"),
                "write the decimals after a point, thousands in groups of three",
            ));
        }
    }
    if !groups.iter().all(|group| is_digits(group)) {
        return Err(bad());
    }
    let plain = format!("0{}.{part}0", groups.concat());
    let value = Decimal::from_str_exact(&plain).map_err(|_| bad())?;
    Ok((value * sign).normalize())
}

/// A formula being read from left to right.
struct Formula<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
}

impl<'a> Formula<'a> {
    fn new(text: &'a str) -> Formula<'a> {
        Formula {
            text,
            at: 0,
            depth: 0,
        }
    }

    fn bad(&self, problem: &str) -> Unreadable {
        unreadable(
            format!("the formula ={} {problem}", self.text),
            "use numbers with + - * / and parentheses, e.g. =38400*1.05",
        )
    }

    fn value(mut self) -> Result<Decimal, Unreadable> {
        let value = self.sum()?;
        match self.peek() {
            None => Ok(value.normalize()),
            Some(',') => {
                Err(self.bad("has a comma; write decimals after a point, thousands without a sign"))
            }
            Some(_) => Err(self.bad("does not end where it should")),
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.rest().chars().next()
    }

    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.peek().filter(|c| wanted.contains(c))?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn sum(&mut self) -> Result<Decimal, Unreadable> {
        let mut value = self.product()?;
        while let Some(sign) = self.take(&['+', '-']) {
            let next = self.product()?;
            let made = match sign {
                '+' => value.checked_add(next),
                _ => value.checked_sub(next),
            };
            value = made.ok_or_else(|| self.bad("is too large"))?;
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<Decimal, Unreadable> {
        let mut value = self.factor()?;
        while let Some(sign) = self.take(&['*', '/', '×']) {
            let next = self.factor()?;
            let made = match sign {
                '/' if next.is_zero() => return Err(self.bad("divides by zero")),
                '/' => value.checked_div(next),
                _ => value.checked_mul(next),
            };
            value = made.ok_or_else(|| self.bad("is too large"))?;
        }
        Ok(value)
    }

    fn factor(&mut self) -> Result<Decimal, Unreadable> {
        // spreadsheets let a formula begin with =+
        if let Some(sign) = self.take(&['-', '+']) {
            self.deeper()?;
            let value = self.factor()?;
            self.depth -= 1;
            return Ok(if sign == '-' { -value } else { value });
        }
        if self.take(&['(']).is_some() {
            self.deeper()?;
            let value = self.sum()?;
            self.depth -= 1;
            return match self.take(&[')']) {
                Some(_) => Ok(value),
                None => Err(self.bad("lacks a closing parenthesis")),
            };
        }
        self.peek();
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let digits = rest.get(..end).unwrap_or_default();
        self.at += end;
        let value = plain_number(digits).map_err(|_| self.bad("lacks a number"))?;
        match self.take(&['%']) {
            Some(_) => Ok(value / Decimal::ONE_HUNDRED),
            None => Ok(value),
        }
    }

    fn deeper(&mut self) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.bad("is nested too deeply"));
        }
        Ok(())
    }
}

/// Reads a day: any written form of [`written::read`] such as `30 jun 27`, `today`, `eom` (end of the month of `from`), a weekday
/// (`fri`, `next fri`: the next one after today), or a step from `from`: `+30d`, `-1w`, `+6m`,
/// `+1y`. `from` is the day in the cell, or today where the cell is empty.
pub fn day(text: &str, from: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Unreadable> {
    let text = text.trim().to_lowercase();
    let found = match text.as_str() {
        "today" | "t" => Some(today),
        "eom" => Some(end_of_month(from)),
        _ => match written::read(&text, today) {
            Written::Day(day) => Some(day),
            Written::TwoWays => {
                return Err(unreadable(
                    format!("{text:?} could be read in two ways"),
                    written::AS_A_WORD,
                ));
            }
            Written::No => stepped(&text, from).or_else(|| weekday(&text, today)),
        },
    };
    found
        .filter(|day| (1990..=2199).contains(&day.year()))
        .ok_or_else(|| unreadable(format!("{text:?} is not a day"), DATE_HINT))
}

fn stepped(text: &str, from: NaiveDate) -> Option<NaiveDate> {
    let (back, rest) = match text.strip_prefix('+') {
        Some(rest) => (false, rest),
        None => (true, text.strip_prefix('-')?),
    };
    let unit = rest.chars().last()?;
    let count: i32 = rest.strip_suffix(unit)?.trim().parse().ok()?;
    let count = if (0..=4000).contains(&count) {
        count
    } else {
        return None;
    };
    let days = |n: i32| {
        let n = Days::new(u64::from(n.unsigned_abs()));
        if back {
            from.checked_sub_days(n)
        } else {
            from.checked_add_days(n)
        }
    };
    let months = |n: i32| add_months(from, if back { -n } else { n });
    match unit {
        'd' => days(count),
        'w' => days(count * 7),
        'm' => Some(months(count)),
        'y' => Some(months(count.checked_mul(12)?)),
        _ => None,
    }
}

fn weekday(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let name = text.strip_prefix("next ").unwrap_or(text).trim();
    let wanted: Weekday = name.parse().ok()?;
    let mut day = next_day(today);
    for _ in 0..7 {
        if day.weekday() == wanted {
            return Some(day);
        }
        day = next_day(day);
    }
    None
}

fn end_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).map_or(day, |first| term_end(first, 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn n(text: &str) -> Option<String> {
        number(text).ok().map(|n| n.to_string())
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (text, value) in [
            ("1,240.5", "1240.5"),
            ("1 240", "1240"),
            ("37.5%", "37.5"),
            (" -3 ", "-3"),
            (".5", "0.5"),
            ("5.", "5"),
            ("=120*0.9", "108"),
            ("=(100+20)*2-40/8", "235"),
            ("=-2*-3", "6"),
            ("=38400*105%", "40320"),
            ("=+120*0.9", "108"),
            ("=100+10%", "100.1"),
            ("+7", "7"),
            ("1'000'000.25", "1000000.25"),
            ("0.1000", "0.1"),
        ] {
            assert_eq!(n(text).as_deref(), Some(value), "{text}");
        }
        for text in [
            "",
            ".",
            "12,5",
            "1,24.5",
            "abc",
            "1.2.3",
            "=1/0",
            "=(1",
            "=1)",
            "=",
            "=120*0,9",
            "=1,200*2",
            "1e5",
            "--1",
            "=((((((((((((((((((1))))))))))))))))))",
            "9999999999999",
            "5%%",
            "٣",
        ] {
            assert_eq!(n(text), None, "{text}");
        }
    }

    #[test]
    fn days_as_people_type_them() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        let from: NaiveDate = "2027-01-31".parse().unwrap();
        for (text, value) in [
            ("2027-06-30", "2027-06-30"),
            ("20270630", "2027-06-30"),
            ("30 Jun 27", "2027-06-30"),
            ("30/06/2027", "2027-06-30"),
            ("+30d", "2027-03-02"),
            ("+1m", "2027-02-28"),
            ("-1y", "2026-01-31"),
            ("+2w", "2027-02-14"),
            ("today", "2026-11-22"),
            ("eom", "2027-01-31"),
            ("next fri", "2026-11-27"),
            ("sun", "2026-11-29"),
        ] {
            assert_eq!(day(text, from, today).unwrap().to_string(), value, "{text}");
        }
        for text in [
            "",
            "3/6/2027",
            "2027-02-30",
            "+d",
            "+9999999y",
            "1066-10-14",
            "soon",
        ] {
            assert!(day(text, from, today).is_err(), "{text}");
        }
    }
}
