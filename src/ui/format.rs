//! Figures, days and names as a person reads them. Text only: rounding happened long before, in
//! the currency; here an amount is shown with at most the places asked for.

use crate::domain::money::{Currency, Money, round_half_up};
use crate::domain::text::clean;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// An amount with thousands separated and `places` decimals: `1,735,000`, `-147.00`.
pub fn decimal(amount: Decimal, places: u32) -> String {
    let rounded = round_half_up(amount, places);
    let text = format!("{:.1$}", rounded.abs(), places as usize);
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = whole.len();
    let mut out = String::with_capacity(text.len() + digits / 3 + 1);
    if rounded.is_sign_negative() && !rounded.is_zero() {
        out.push('-');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (digits - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// An amount to the minor unit of its currency, without the code: `39,100.00`, JPY `39,100`.
pub fn amount(value: Decimal, currency: Currency) -> String {
    decimal(value, currency.minor_units())
}

/// Whole major units: `96,000`. For lists; the detail shows the minor units.
pub fn whole(value: Decimal) -> String {
    decimal(value, 0)
}

/// Code and amount: `USD 1,735,000.00`.
pub fn money(money: Money) -> String {
    format!(
        "{} {}",
        money.currency,
        amount(money.amount, money.currency)
    )
}

/// A percentage: `15.0 %` with one place at least and `most` at most.
pub fn percent(value: Decimal, most: u32) -> String {
    let rounded = round_half_up(value, most).normalize();
    format!("{} %", decimal(rounded, rounded.scale().max(1)))
}

/// A signed change: `+4,875`, `-147.00`, `0`.
pub fn change(value: Decimal, places: u32) -> String {
    let text = decimal(value, places);
    if round_half_up(value, places) > Decimal::ZERO {
        format!("+{text}")
    } else {
        text
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day: `09 Dec 26`. Years outside 2000-2099 are written in full.
pub fn day(date: NaiveDate) -> String {
    let month = MONTHS.get(date.month0() as usize).copied().unwrap_or("?");
    if (2000..2100).contains(&date.year()) {
        format!("{:02} {month} {:02}", date.day(), date.year() % 100)
    } else {
        format!("{:02} {month} {}", date.day(), date.year())
    }
}

/// A day or a dash.
pub fn day_or_dash(date: Option<NaiveDate>) -> String {
    date.map_or_else(|| "-".to_string(), day)
}

/// Width of a text on screen, in cells.
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    UnicodeWidthStr::width(text)
}

/// True for printable ASCII, which most of a screen is: a byte is a letter, and one cell wide.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

/// Text made safe and cut to `cells` on a grapheme border, with `mark` where it was cut.
pub fn clip(text: &str, cells: usize, mark: &str) -> String {
    if is_plain(text) {
        let (kept, mark) = cut_plain(text, cells, mark);
        return [kept, mark].concat();
    }
    let text = clean(text);
    if width(&text) <= cells {
        return text.into_owned();
    }
    let room = cells.saturating_sub(width(mark));
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push_str(grapheme);
    }
    if cells >= width(mark) {
        out.push_str(mark);
    }
    out
}

/// What of a [plain](is_plain) text stands in `cells`, and the mark behind it where it was cut.
pub fn cut_plain<'a>(text: &'a str, cells: usize, mark: &'a str) -> (&'a str, &'a str) {
    if text.len() <= cells {
        return (text, "");
    }
    let wide = width(mark);
    let kept = text.get(..cells.saturating_sub(wide)).unwrap_or("");
    (kept, if cells >= wide { mark } else { "" })
}

/// `clip`, then filled with blanks to `cells`, to the left for figures.
pub fn fit(text: &str, cells: usize, right: bool, mark: &str) -> String {
    let text = clip(text, cells, mark);
    let blanks = " ".repeat(cells.saturating_sub(width(&text)));
    if right {
        blanks + &text
    } else {
        text + &blanks
    }
}

/// A text in lines of at most `cells`, broken at blanks where it can be.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let text = clean(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    if cells == 0 {
        return lines;
    }
    for word in text.split(' ') {
        let needed = width(word) + usize::from(!line.is_empty());
        if width(&line) + needed <= cells {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for grapheme in word.graphemes(true) {
            if width(&line) + width(grapheme) > cells && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(grapheme);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `1 contract`, `3 contracts`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    let shown = decimal(Decimal::from(n as u64), 0);
    format!("{shown} {}", if n == 1 { one } else { many })
}

/// Bytes as a person reads them.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_grouped_and_signed() {
        assert_eq!(decimal(dec("1735000"), 0), "1,735,000");
        assert_eq!(decimal(dec("-147"), 2), "-147.00");
        assert_eq!(decimal(dec("-0.004"), 2), "0.00");
        assert_eq!(decimal(dec("999"), 0), "999");
        assert_eq!(decimal(dec("0.125"), 2), "0.13");
        assert_eq!(amount(dec("39100"), "JPY".parse().unwrap()), "39,100");
        assert_eq!(change(dec("12"), 0), "+12");
        assert_eq!(percent(dec("15"), 2), "15.0 %");
        assert_eq!(percent(dec("37.5"), 2), "37.5 %");
    }

    #[test]
    fn days_are_short_unless_the_century_matters() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 9).unwrap();
        assert_eq!(day(date), "09 Dec 26");
        assert_eq!(
            day(NaiveDate::from_ymd_opt(1999, 1, 2).unwrap()),
            "02 Jan 1999"
        );
    }

    #[test]
    fn names_are_cut_on_graphemes_by_width() {
        assert_eq!(clip("東京電力ホールディングス", 7, "…"), "東京電…");
        assert_eq!(clip("abc", 3, "…"), "abc");
        assert_eq!(clip("abcd", 3, "…"), "ab…");
        assert_eq!(clip("abcd", 0, "…"), "");
        assert_eq!(clip("a\u{202e}b\u{1b}[2J", 20, "…"), "ab[2J");
        assert_eq!(fit("12", 5, true, "…"), "   12");
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }
}
