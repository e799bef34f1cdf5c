//! Quotes of delimited text that were opened and never closed. Left alone, one of them swallows all
//! rows up to the next quote, or the rest of the file.

/// More line breaks than any note in a cell has.
const MOST_BREAKS: u32 = 200;

/// Where a quoted field stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted field: its end, or the first half of a doubled one.
    Closing,
}

/// The row, from 1 as a spreadsheet counts, in which a quote opens that is never closed: the text
/// ends inside it, it holds over 200 line breaks, or it reaches over a line break to a quote that
/// no delimiter or line end follows (which then was the opening one of another field).
pub fn open_quote(text: &[u8], delimiter: u8) -> Option<u32> {
    let (mut row, mut opened, mut breaks) = (1_u32, 0_u32, 0_u32);
    let mut at = At::FieldStart;
    let mut before = 0_u8;
    for byte in text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) {
        let line_end = *byte == b'\r' || (*byte == b'\n' && before != b'\r');
        before = *byte;
        at = match at {
            At::Quoted => {
                breaks += u32::from(line_end);
                if breaks > MOST_BREAKS {
                    return Some(opened);
                }
                match *byte == b'"' {
                    true => At::Closing,
                    false => At::Quoted,
                }
            }
            At::Closing if *byte == b'"' => At::Quoted,
            At::FieldStart if *byte == b'"' => {
                (opened, breaks) = (row, 0);
                At::Quoted
            }
            _ if *byte == delimiter => At::FieldStart,
            _ if matches!(*byte, b'\r' | b'\n') => {
                row += u32::from(line_end);
                At::FieldStart
            }
            At::Closing if breaks > 0 && *byte != b' ' => return Some(opened),
            _ => At::Plain,
        };
    }
    (at == At::Quoted).then_some(opened)
}
