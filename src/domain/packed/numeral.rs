//! Numbers in short: texts that are numbers, with the laws of how they and decimals are written.

use super::form::{Brief, Form, Reader, Writer, put_brief};
use super::varint;
use std::fmt;
use std::sync::Arc;

/// A text that mostly is a number, as a value: sixteen bytes and nothing beside them where it is one. A
/// hundred thousand contracts are called by numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered(Called);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Called {
    Number(u64),
    Text(Box<str>),
}

impl Numbered {
    /// Of a text.
    pub fn of(text: &str) -> Numbered {
        Numbered(match Numeral::value(text) {
            Some(number) => Called::Number(number),
            None => Called::Text(text.into()),
        })
    }

    /// The text, shared.
    pub fn shared(&self) -> Arc<str> {
        match &self.0 {
            Called::Number(number) => with_digits(*number, |digits| Arc::from(digits)),
            Called::Text(text) => Arc::from(&**text),
        }
    }

    /// Writes it behind other bytes.
    pub fn put(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Called::Number(number) => varint::put(out, number << 1 | 1),
            Called::Text(text) => {
                varint::put(out, (text.len() as u64) << 1);
                out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// Reads what [`Numbered::put`] wrote.
    pub fn take(from: &mut &[u8]) -> Option<Numbered> {
        let first = varint::take(from)?;
        if first & 1 == 1 {
            return Some(Numbered(Called::Number(first >> 1)));
        }
        let bytes = from.split_off(..usize::try_from(first >> 1).ok()?)?;
        let text = std::str::from_utf8(bytes).ok()?;
        Some(Numbered(Called::Text(text.into())))
    }
}

impl fmt::Display for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Called::Number(number) => with_digits(*number, |digits| f.pad(digits)),
            Called::Text(text) => f.pad(text),
        }
    }
}

/// A text of this row alone that mostly is a number: its value and a mark, or its length and the text.
pub struct Numeral;

/// Digits of a numeral at most: its value and the mark fit into one number.
const NUMERAL: usize = 18;

impl Numeral {
    /// The value of a text that is written as its value is.
    #[inline]
    fn value(text: &str) -> Option<u64> {
        let digits = text.len() <= NUMERAL && text.bytes().all(|byte| byte.is_ascii_digit());
        let leading = text.len() > 1 && text.starts_with('0');
        (digits && !leading).then(|| text.parse().ok()).flatten()
    }

    /// Goes past one without making its text.
    #[inline]
    pub fn pass(from: &mut Reader<'_>) -> Option<()> {
        let first = from.number()?;
        if first & 1 == 0 {
            from.take(usize::try_from(first >> 1).ok()?)?;
        }
        Some(())
    }
}

impl Form<Arc<str>> for Numeral {
    #[inline]
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        put_brief(value, Numeral::value(value), to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        Some(match from.brief()? {
            Brief::Text(text) => text.into(),
            Brief::Number(number) => with_digits(number, |digits| Arc::from(digits)),
        })
    }

    #[inline]
    fn pass(from: &mut Reader<'_>) -> Option<()> {
        Numeral::pass(from)
    }
}

/// A number as a text, without making a `String` of it first: millions of rows are read.
#[inline]
fn with_digits<T>(mut number: u64, told: impl FnOnce(&str) -> T) -> T {
    let mut digits = [b'0'; NUMERAL + 2];
    let mut from = digits.len();
    for slot in digits.iter_mut().rev() {
        *slot = b'0' + (number % 10) as u8;
        number /= 10;
        from -= 1;
        if number == 0 {
            break;
        }
    }
    let digits = digits.get(from..).unwrap_or_default();
    told(std::str::from_utf8(digits).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packed::form::Exact;
    use crate::domain::packed::words::Words;
    use rust_decimal::Decimal;

    fn back<T, F: Form<T>>(value: &T) -> (T, usize) {
        let (mut out, mut words) = (Vec::new(), Words::default());
        F::write(value, &mut Writer::new(&mut out, &mut words));
        let mut from = Reader::new(&out, &words);
        let read = F::read(&mut from).unwrap();
        assert_eq!(from.left(), 0);
        (read, out.len())
    }

    #[test]
    fn a_text_of_digits_comes_out_digit_by_digit() {
        let most = "9".repeat(NUMERAL);
        let texts = [
            ("0", 1),
            ("3100000007", 5),
            (most.as_str(), 9),
            ("", 1),
            ("00", 3),
            ("0310", 5),
            ("9999999999999999999", 20),
            ("+31", 4),
            ("FOC2231", 8),
            ("३१", 7),
        ];
        for (text, length) in texts {
            let numbered = Numbered::of(text);
            assert_eq!(numbered.to_string(), text);
            assert_eq!(&*numbered.shared(), text);
            let mut out = Vec::new();
            numbered.put(&mut out);
            assert_eq!(out.len(), length);
            assert_eq!(Numbered::take(&mut &*out), Some(numbered));
            let text: Arc<str> = text.into();
            assert_eq!(back::<_, Numeral>(&text), (Arc::clone(&text), length));
            let (mut out, mut words) = (Vec::new(), Words::default());
            Numeral::write(&text, &mut Writer::new(&mut out, &mut words));
            let mut from = Reader::new(&out, &words);
            Numeral::pass(&mut from).unwrap();
            assert_eq!(from.left(), 0, "{text}");
        }
    }

    #[test]
    fn a_number_of_a_contract_takes_sixteen_bytes() {
        assert_eq!(size_of::<Numbered>(), 16);
    }

    #[test]
    fn a_decimal_keeps_scale_sign_and_every_digit() {
        let texts = ["0", "1", "918", "660.96", "1.0", "-0.00", "-7", "0.125"];
        let long = ["46116860184273879.03", "46116860184273879.04", "1e-28"];
        let all = texts.iter().chain(&long).map(|text| match *text {
            "1e-28" => Decimal::new(1, 28),
            text => text.parse().unwrap(),
        });
        for value in all.chain([Decimal::MAX, Decimal::MIN]) {
            let (read, _) = back::<_, Exact>(&value);
            assert_eq!(read.serialize(), value.serialize(), "{value}");
        }
        assert_eq!(back::<_, Exact>(&"660.96".parse().unwrap()).1, 3);
    }
}
