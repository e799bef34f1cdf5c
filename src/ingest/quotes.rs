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

/// Watches text for a quote that opens and is never closed: the text ends inside it, it holds over
/// 200 line breaks, or it reaches over a line break to a quote that no delimiter or line end follows
/// (which then was the opening one of another field).
pub struct OpenQuote {
    delimiter: u8,
    row: u32,
    opened: u32,
    breaks: u32,
    at: At,
    before: u8,
}

impl OpenQuote {
    /// Nothing seen yet.
    pub fn new(delimiter: u8) -> OpenQuote {
        OpenQuote {
            delimiter,
            row: 1,
            opened: 0,
            breaks: 0,
            at: At::FieldStart,
            before: 0,
        }
    }

    /// The next piece of text. The row, from 1 as a spreadsheet counts, where a quote opened that
    /// is never closed.
    pub fn see(&mut self, mut text: &[u8]) -> Option<u32> {
        while !text.is_empty() {
            let plain = self.pass(text);
            let (Some(byte), rest) = (text.get(plain), text.get(plain + 1..)) else {
                break;
            };
            if let Some(row) = self.step(*byte) {
                return Some(row);
            }
            text = rest.unwrap_or_default();
        }
        None
    }

    /// The row of a quote that was still open where the text ended.
    pub fn end(&self) -> Option<u32> {
        (self.at == At::Quoted).then_some(self.opened)
    }

    /// Passes what changes nothing but the count of rows, up to the next quote; how many bytes that
    /// was. Byte by byte this would be a third of the time a large file takes to be surveyed.
    fn pass(&mut self, text: &[u8]) -> usize {
        if self.at == At::Closing {
            return 0;
        }
        let len = memchr::memchr(b'"', text).unwrap_or(text.len());
        let plain = text.get(..len).unwrap_or_default();
        let Some(last) = plain.last() else { return 0 };
        let breaks = self.line_ends(plain);
        match self.at {
            // A note with too many breaks is found where it happens, not later.
            At::Quoted if self.breaks + breaks > MOST_BREAKS => return 0,
            At::Quoted => self.breaks += breaks,
            _ => {
                self.row += breaks;
                self.at = match *last == self.delimiter || matches!(last, b'\r' | b'\n') {
                    true => At::FieldStart,
                    false => At::Plain,
                };
            }
        }
        self.before = *last;
        len
    }

    fn line_ends(&self, plain: &[u8]) -> u32 {
        let feeds = memchr::memchr_iter(b'\n', plain).count();
        let returns = memchr::memchr_iter(b'\r', plain).count();
        let pairs = match returns {
            0 => 0,
            _ => memchr::memmem::find_iter(plain, b"\r\n").count(),
        };
        let cut = usize::from(self.before == b'\r' && plain.first() == Some(&b'\n'));
        u32::try_from(feeds + returns - pairs - cut).unwrap_or(u32::MAX)
    }

    fn step(&mut self, byte: u8) -> Option<u32> {
        let line_end = byte == b'\r' || (byte == b'\n' && self.before != b'\r');
        self.before = byte;
        self.at = match self.at {
            At::Quoted => {
                self.breaks += u32::from(line_end);
                if self.breaks > MOST_BREAKS {
                    return Some(self.opened);
                }
                match byte == b'"' {
                    true => At::Closing,
                    false => At::Quoted,
                }
            }
            At::Closing if byte == b'"' => At::Quoted,
            At::FieldStart if byte == b'"' => {
                (self.opened, self.breaks) = (self.row, 0);
                At::Quoted
            }
            _ if byte == self.delimiter => At::FieldStart,
            _ if matches!(byte, b'\r' | b'\n') => {
                self.row += u32::from(line_end);
                At::FieldStart
            }
            At::Closing if self.breaks > 0 && byte != b' ' => return Some(self.opened),
            _ => At::Plain,
        };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn in_pieces(text: &[u8], piece: usize) -> Option<u32> {
        let mut quote = OpenQuote::new(b',');
        text.chunks(piece)
            .find_map(|piece| quote.see(piece))
            .or_else(|| quote.end())
    }

    /// The rule, one byte at a time.
    fn by_bytes(text: &[u8]) -> Option<u32> {
        let mut quote = OpenQuote::new(b',');
        text.iter()
            .find_map(|byte| quote.step(*byte))
            .or_else(|| quote.end())
    }

    proptest! {
        #[test]
        fn passing_quickly_finds_what_every_byte_finds(
            text in "[a,\"\r\n ]{0,60}",
            long in 0..3_usize,
            piece in 1..9_usize,
        ) {
            let text = format!("{text}{}", "\n".repeat(long * 110));
            prop_assert_eq!(in_pieces(text.as_bytes(), piece), by_bytes(text.as_bytes()));
            prop_assert_eq!(in_pieces(text.as_bytes(), 1_000), by_bytes(text.as_bytes()));
        }
    }
}
