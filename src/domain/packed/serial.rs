//! Serial numbers in short. Nearly all are capital letters and digits, eleven of them: as one number to
//! the base of 36 they take nine bytes where the text takes twelve.

use super::form::{Brief, Form, Reader, Writer, put_brief};
use std::sync::Arc;

/// A text of this row alone that mostly is a serial number: its letters as a number and a mark, or its
/// length and the text.
pub struct Serial;

/// Letters of a serial number at most: with one in front and the mark they fit into one number.
const LETTERS: usize = 11;

/// Where a serial number is written out to be looked at.
pub type Room = [u8; LETTERS];

/// Different letters.
const BASE: u64 = 36;

impl Serial {
    /// The letters as a number, with a one in front of them that keeps their count.
    #[inline]
    fn value(text: &str) -> Option<u64> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(u64::from(byte - b'0')),
            b'A'..=b'Z' => Some(u64::from(byte - b'A') + 10),
            _ => None,
        };
        let short = text.len() <= LETTERS;
        let mut bytes = short.then_some(text)?.bytes();
        bytes.try_fold(1, |value, byte| Some(value * BASE + digit(byte)?))
    }

    /// The text, written into `room` where it does not stand among the bytes as it is.
    #[inline]
    pub fn look<'l: 'r, 'r>(from: &mut Reader<'l>, room: &'r mut Room) -> Option<&'r str> {
        let mut left = match from.brief()? {
            Brief::Text(text) => return Some(text),
            Brief::Number(number) => number,
        };
        let mut begin = LETTERS;
        while left >= BASE {
            begin = begin.checked_sub(1)?;
            let digit = (left % BASE) as u8;
            *room.get_mut(begin)? = digit + if digit < 10 { b'0' } else { b'A' - 10 };
            left /= BASE;
        }
        std::str::from_utf8(room.get(begin..)?).ok()
    }
}

impl Form<Arc<str>> for Serial {
    #[inline]
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        put_brief(value, Serial::value(value), to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        Serial::look(from, &mut Room::default()).map(Arc::from)
    }

    #[inline]
    fn pass(from: &mut Reader<'_>) -> Option<()> {
        from.brief().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packed::words::Words;
    use proptest::prelude::*;

    fn back(text: &str) -> (Arc<str>, usize) {
        let (mut out, mut words) = (Vec::new(), Words::default());
        Serial::write(&text.into(), &mut Writer::new(&mut out, &mut words));
        let mut from = Reader::new(&out, &words);
        let read = Serial::read(&mut from).unwrap();
        assert_eq!(from.left(), 0);
        (read, out.len())
    }

    #[test]
    fn a_serial_number_takes_nine_bytes() {
        let texts = [
            ("FCW2938B000", 9),
            ("ZZZZZZZZZZZ", 9),
            ("00000000000", 9),
            ("", 1),
            ("0", 1),
            ("00", 2),
            ("FCW2938B0001", 13),
            ("fcw2938b000", 12),
            ("FCW-2938", 9),
            ("Ж", 3),
        ];
        for (text, length) in texts {
            assert_eq!(back(text), (text.into(), length), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_serial_number_comes_out_letter_by_letter(text in "[0-9A-Z]{0,13}|.{0,12}") {
            prop_assert_eq!(&*back(&text).0, text.as_str());
        }
    }
}
