//! Numbers as files write them: currency signs, thousands marks, brackets for negative, percent.
//! Whether `1.234` is one or a thousand is decided once per column. Exact decimals throughout.

use super::is_placeholder;
use crate::domain::money::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;

/// Which mark stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecimalMark {
    /// 1,234.50
    #[serde(rename = ".")]
    Dot,
    /// 1.234,50
    #[serde(rename = ",")]
    Comma,
}

/// Amounts beyond this are damage, not prices; sums and products stay inside an exact decimal.
const LARGEST: i64 = 10_000_000_000_000;

/// One number text without its ornaments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stripped<'t> {
    /// Digits with `.` and `,` only.
    pub digits: Cow<'t, str>,
    /// Brackets, leading or trailing minus.
    pub negative: bool,
    /// A percent sign stood beside it.
    pub percent: bool,
    /// The currency that stood beside it.
    pub currency: Option<Currency>,
}

/// What one text could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'t> {
    /// Empty or a placeholder: not zero.
    Empty,
    /// A number to be read with the column's mark.
    Number(Stripped<'t>),
    /// No number.
    Unreadable,
}

/// Takes a text apart.
pub fn read(text: &str) -> Reading<'_> {
    let text = text.trim();
    if is_bare(text) {
        return Reading::Number(Stripped {
            digits: Cow::Borrowed(text),
            negative: false,
            percent: false,
            currency: None,
        });
    }
    if is_placeholder(text) {
        return Reading::Empty;
    }
    let (mut negative, inner) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let mut digits = String::with_capacity(inner.len());
    let mut letters = String::new();
    let mut percent = false;
    let mut currency = None;
    for c in inner.chars() {
        match c {
            '0'..='9' | '.' | ',' => digits.push(c),
            '-' | '\u{2212}' if !negative => negative = true,
            '+' if digits.is_empty() => {}
            '%' if !percent => percent = true,
            '\'' | '\u{2019}' | '_' => {}
            c if c.is_whitespace() => {}
            c if c.is_alphabetic() => letters.push(c.to_ascii_uppercase()),
            c => match sign_currency(c) {
                Some(known) => currency = known.or(currency),
                None => return Reading::Unreadable,
            },
        }
    }
    if !letters.is_empty() {
        match code(&letters) {
            Some(found) => currency = found.or(currency),
            None => return Reading::Unreadable,
        }
    }
    if !digits.bytes().any(|b| b.is_ascii_digit()) || minus_inside(inner) {
        return Reading::Unreadable;
    }
    Reading::Number(Stripped {
        digits: Cow::Owned(digits),
        negative,
        percent,
        currency,
    })
}

/// Digits and marks alone, as nearly every number of an export is.
fn is_bare(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
}

/// A minus between digits is a range or an identifier, not a number.
fn minus_inside(text: &str) -> bool {
    let body = text.trim_matches(|c: char| !c.is_ascii_digit());
    body.contains(['-', '\u{2212}', '/'])
}

/// `Some(None)`: a money sign that several currencies share.
fn sign_currency(c: char) -> Option<Option<Currency>> {
    match c {
        '€' => Some(Currency::from_str("EUR").ok()),
        '£' => Some(Currency::from_str("GBP").ok()),
        '₹' => Some(Currency::from_str("INR").ok()),
        '$' | '¥' | '₩' | '¤' | '₽' | '₺' | '฿' | '₪' => Some(None),
        _ => None,
    }
}

fn code(letters: &str) -> Option<Option<Currency>> {
    match letters {
        "US" | "R" | "KR" | "FR" | "C" | "A" | "AU" | "CA" | "S" | "HK" | "NZ" => Some(None),
        three if is_currency_code(three) => Some(Currency::from_str(three).ok()),
        _ => None,
    }
}

/// The codes recognised beside a number or in a header; any three letters would be too many.
pub fn is_currency_code(code: &str) -> bool {
    const CODES: [&str; 46] = [
        "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
        "HUF", "RON", "BGN", "TRY", "ILS", "AED", "SAR", "QAR", "KWD", "BHD", "OMR", "ZAR", "EGP",
        "INR", "CNY", "HKD", "SGD", "MYR", "THB", "IDR", "PHP", "VND", "KRW", "TWD", "BRL", "MXN",
        "ARS", "CLP", "COP", "PEN", "UAH", "KZT", "NGN",
    ];
    CODES.contains(&code)
}

impl Stripped<'_> {
    /// The number under a decimal mark; `None` where its marks do not fit (`1,23,4.5`).
    pub fn value(&self, mark: DecimalMark) -> Option<Decimal> {
        let (decimal, thousands) = match mark {
            DecimalMark::Dot => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        let (whole, part) = match self.digits.split_once(decimal) {
            Some((_, part)) if part.contains(['.', ',']) => return None,
            Some((whole, part)) => (whole, part),
            None => (&*self.digits, ""),
        };
        let one_group = !whole.is_empty() && !whole.contains(thousands) && part.len() <= 12;
        if one_group && (part.is_empty() || mark == DecimalMark::Dot) {
            let text = match part {
                "" => whole,
                _ => &*self.digits,
            };
            return self.signed(Decimal::from_str(text).ok()?);
        }
        let groups: Vec<&str> = whole.split(thousands).collect();
        if let Some((last, rest)) = groups.split_last()
            && !rest.is_empty()
        {
            let first_fits = rest.first().is_some_and(|g| (1..=3).contains(&g.len()));
            let inner_fit = rest.iter().skip(1).all(|g| (2..=3).contains(&g.len()));
            if last.len() != 3 || !first_fits || !inner_fit {
                return None;
            }
        }
        let mut text = groups.concat();
        if text.is_empty() {
            text.push('0');
        }
        if !part.is_empty() {
            text.push('.');
            text.push_str(part.get(..12).unwrap_or(part));
        }
        self.signed(Decimal::from_str(&text).ok()?)
    }

    fn signed(&self, value: Decimal) -> Option<Decimal> {
        if value > Decimal::from(LARGEST) {
            return None;
        }
        Some(if self.negative { -value } else { value })
    }
}

/// What a column says of its decimal mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarkEvidence {
    /// Values that only read with a decimal dot.
    pub dot: u64,
    /// Values that only read with a decimal comma.
    pub comma: u64,
    /// Values that read as two different numbers.
    pub open: u64,
}

impl MarkEvidence {
    /// Takes one value into account.
    pub fn add(&mut self, number: &Stripped<'_>) {
        if !number.digits.contains(['.', ',']) {
            return;
        }
        // `1240.00`: whole thousands have three digits after their mark, so only one reading fits.
        if let Some((whole, part)) = number.digits.split_once('.')
            && (1..=13).contains(&whole.len())
            && (1..=12).contains(&part.len())
            && part.len() != 3
            && !part.contains(['.', ','])
            && !whole.contains(',')
        {
            self.dot += 1;
            return;
        }
        match (
            number.value(DecimalMark::Dot),
            number.value(DecimalMark::Comma),
        ) {
            (Some(a), Some(b)) if a != b => match leading_zero(&number.digits) {
                Some(DecimalMark::Dot) => self.dot += 1,
                Some(DecimalMark::Comma) => self.comma += 1,
                None => self.open += 1,
            },
            (Some(_), None) => self.dot += 1,
            (None, Some(_)) => self.comma += 1,
            _ => {}
        }
    }
}

/// `0.125` is no thousand.
fn leading_zero(digits: &str) -> Option<DecimalMark> {
    match digits.strip_prefix('0')?.chars().next()? {
        '.' => Some(DecimalMark::Dot),
        ',' => Some(DecimalMark::Comma),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, mark: DecimalMark) -> Option<String> {
        match read(text) {
            Reading::Number(number) => number.value(mark).map(|v| v.to_string()),
            _ => None,
        }
    }

    #[test]
    fn ornaments_fall_away() {
        let dot = |t: &str| value(t, DecimalMark::Dot);
        assert_eq!(dot("$1,234.50").as_deref(), Some("1234.50"));
        assert_eq!(dot("USD 1,234.5").as_deref(), Some("1234.5"));
        assert_eq!(dot("(12.00)").as_deref(), Some("-12.00"));
        assert_eq!(dot("12.00-").as_deref(), Some("-12.00"));
        assert_eq!(dot("42%").as_deref(), Some("42"));
        assert_eq!(dot("1,00,000").as_deref(), Some("100000"));
        assert_eq!(dot(".5").as_deref(), Some("0.5"));
        let comma = |t: &str| value(t, DecimalMark::Comma);
        assert_eq!(comma("1.234,50 €").as_deref(), Some("1234.50"));
        assert_eq!(comma("1'234,5").as_deref(), Some("1234.5"));
        for bad in [
            "abc",
            "12-34",
            "1,2,3",
            "9e99",
            "1/2",
            "99999999999999999",
            "12 boxes",
        ] {
            assert_eq!(dot(bad), None, "{bad}");
        }
        assert_eq!(read("-"), Reading::Empty);
    }

    /// The quick ways for plain numbers say what the long way says.
    #[test]
    fn plain_numbers_read_as_before() {
        let dot = |t: &str| value(t, DecimalMark::Dot);
        assert_eq!(dot("0042.50").as_deref(), Some("42.50"));
        assert_eq!(dot("1240").as_deref(), Some("1240"));
        assert_eq!(dot("1240.").as_deref(), Some("1240"));
        assert_eq!(dot("1.2.3"), None);
        assert_eq!(dot("."), None);
        assert_eq!(dot("0.1234567890123456").as_deref(), Some("0.123456789012"));
        assert_eq!(dot("10000000000001"), None);
        assert_eq!(
            value("1234,5", DecimalMark::Comma).as_deref(),
            Some("1234.5")
        );
        assert_eq!(value("1240.00", DecimalMark::Comma), None);
    }

    #[test]
    fn a_column_shows_its_mark() {
        let mut evidence = MarkEvidence::default();
        for text in ["1,234", "12.50"] {
            if let Reading::Number(number) = read(text) {
                evidence.add(&number);
            }
        }
        assert_eq!((evidence.dot, evidence.comma, evidence.open), (1, 0, 1));
    }
}
