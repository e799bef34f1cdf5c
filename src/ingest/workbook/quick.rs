//! Cells as nearly every program writes them, taken in one step from the bytes of a sheet: one value,
//! plain attributes, nothing between the tags. What looks in any way different, or does not lie in the
//! buffer whole, is `None` here and read piece by piece.

use super::cell::{Head, Type};
use memchr::memchr;

/// A cell in one step.
pub(super) struct Quick<'b> {
    pub head: Head,
    /// Its value, entities as written; none of an empty cell.
    pub value: Option<&'b [u8]>,
    /// Bytes it takes.
    pub len: usize,
}

/// The cell at the front of the bytes. One without a place stands at that row and column.
#[inline]
pub(super) fn cell(bytes: &[u8], row: u32, column: u32) -> Option<Quick<'_>> {
    let mut rest = bytes.strip_prefix(b"<c")?;
    let mut head = Head {
        row,
        column,
        style: None,
        is: Type::Unsaid,
    };
    loop {
        rest = match rest {
            [b' ', b'r', b'=', b'"', rest @ ..] => place(rest, &mut head)?,
            [b' ', b's', b'=', b'"', rest @ ..] => {
                let (style, rest) = digits(rest)?;
                head.style = Some(style as usize);
                rest.strip_prefix(b"\"")?
            }
            [b' ', b't', b'=', b'"', rest @ ..] => {
                let len = rest.iter().take(12).position(|byte| *byte == b'"')?;
                let (name, rest) = rest.split_at_checked(len)?;
                head.is = Type::of(name)?;
                rest.get(1..)?
            }
            [b'>', rest @ ..] => return inside(bytes, rest, head),
            [b'/', b'>', rest @ ..] | [b' ', b'/', b'>', rest @ ..] => {
                return Some(Quick {
                    head,
                    value: None,
                    len: bytes.len() - rest.len(),
                });
            }
            _ => return None,
        };
    }
}

fn inside<'b>(bytes: &'b [u8], inside: &'b [u8], head: Head) -> Option<Quick<'b>> {
    let (text, end): (&[u8], &[u8]) = match (head.is, inside) {
        (Type::Inline, [b'<', b'i', b's', b'>', b'<', b't', b'>', text @ ..]) => {
            (text, b"</t></is></c>")
        }
        (Type::Inline, _) => return None,
        (_, [b'<', b'v', b'>', text @ ..]) => (text, b"</v></c>"),
        _ => return None,
    };
    let (value, rest) = text.split_at_checked(memchr(b'<', text)?)?;
    let rest = rest.strip_prefix(end)?;
    Some(Quick {
        head,
        value: Some(value),
        len: bytes.len() - rest.len(),
    })
}

/// `AB12"`, the quote included.
fn place<'b>(text: &'b [u8], head: &mut Head) -> Option<&'b [u8]> {
    let mut column: u32 = 0;
    let mut letters = 0;
    for byte in text {
        if !byte.is_ascii_uppercase() {
            break;
        }
        column = column.wrapping_mul(26) + u32::from(byte - b'A') + 1;
        letters += 1;
    }
    if !(1..=3).contains(&letters) {
        return None;
    }
    let (row, rest) = digits(text.get(letters..)?)?;
    head.row = row.checked_sub(1)?;
    head.column = column - 1;
    rest.strip_prefix(b"\"")
}

fn digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let (mut number, mut len) = (0_u32, 0);
    for byte in text {
        if !byte.is_ascii_digit() {
            break;
        }
        number = number.wrapping_mul(10) + u32::from(byte - b'0');
        len += 1;
    }
    let rest = text.get(len..)?;
    (1..=9).contains(&len).then_some((number, rest))
}
