//! Serial, instance, contract and product numbers: text, upper case, never a number. A value that
//! a spreadsheet has already damaged is refused; a wrong key would merge two boxes.

use super::is_placeholder;
use crate::ingest::limits;
use std::borrow::Cow;

/// What an identifier cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier<'t> {
    /// Usable, normalised.
    Value(Cow<'t, str>),
    /// Empty or a placeholder.
    None,
    /// Spoilt by a spreadsheet; the raw text is in the reject.
    Damaged,
}

/// Reads an identifier. `numeric` says that the cell was a spreadsheet number: such a number is
/// exact up to 15 digits only.
///
/// `" foc 1234x "` is `FOC1234X`, `20451.0` is `20451`, `0042` keeps its zeros, `1.23E+11` is
/// damaged.
pub fn read(text: &str, numeric: bool) -> Identifier<'_> {
    if is_placeholder(text) {
        return Identifier::None;
    }
    let mut id = plain(text);
    if is_scientific(&id)
        || (id.len() > limits::IDENTIFIER_CHARS && id.chars().count() > limits::IDENTIFIER_CHARS)
    {
        return Identifier::Damaged;
    }
    if let Some(whole) = id.strip_suffix(".0")
        && !whole.is_empty()
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        id = Cow::Owned(whole.to_string());
    }
    if numeric && (id.len() > 15 || !id.bytes().all(|b| b.is_ascii_digit())) {
        return Identifier::Damaged;
    }
    if is_placeholder(&id) || id.bytes().all(|b| b == b'0') {
        return Identifier::None;
    }
    Identifier::Value(id)
}

/// Without white space, in capitals. Nearly every one is there already.
fn plain(text: &str) -> Cow<'_, str> {
    let letters = || text.chars().filter(|c| !c.is_whitespace());
    if !text.is_ascii() {
        return letters().flat_map(char::to_uppercase).collect();
    }
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_lowercase();
    match text.bytes().all(is_plain) {
        true => Cow::Borrowed(text),
        false => letters().map(|c| c.to_ascii_uppercase()).collect(),
    }
}

/// `1.23E+11`, `1.2E11` or `4E+12`. Plain `12E4567` is left alone: serial numbers look like that.
fn is_scientific(id: &str) -> bool {
    let Some((mantissa, exponent)) = id.split_once('E') else {
        return false;
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let mark = |t: &str| {
        t.split_once(['.', ','])
            .is_some_and(|(a, b)| digits(a) && digits(b))
    };
    match exponent.strip_prefix(['+', '-']) {
        Some(power) => digits(power) && (digits(mantissa) || mark(mantissa)),
        None => digits(exponent) && mark(mantissa),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stay_text() {
        let value = |t: &str| Identifier::Value(t.to_string().into());
        assert_eq!(read(" foc 1234x ", false), value("FOC1234X"));
        assert_eq!(read("20451.0", false), value("20451"));
        assert_eq!(read(" gerät\u{a0}ß1 ", false), value("GERÄTSS1"));
        assert_eq!(read("0042", false), value("0042"));
        assert_eq!(read("12E4567", false), value("12E4567"));
        for damaged in ["1.23E+11", "1,23E+11", "4E+12", "1.2e11"] {
            assert_eq!(read(damaged, false), Identifier::Damaged, "{damaged}");
        }
        assert_eq!(read("1234567890123456", true), Identifier::Damaged);
        for none in ["", "  ", "n/a", "0000", "Confidential", "---", "0.0"] {
            assert_eq!(read(none, false), Identifier::None, "{none}");
        }
    }
}
