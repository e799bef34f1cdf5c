//! Delimited text into rows of fields, straight from where it lies: no more of it is held than the
//! row at hand.

use super::survey::read_some;
use csv_core::ReadRecordResult;
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// What some programs put before UTF-8 text.
pub const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Splits text into rows.
pub struct Splitter<'r> {
    from: Box<dyn Read + 'r>,
    core: csv_core::Reader,
    chunk: Vec<u8>,
    at: usize,
    filled: usize,
    /// Unquoted text of the row, field after field.
    text: Vec<u8>,
    ends: Vec<usize>,
    line: u32,
    after_cr: bool,
    begun: bool,
    most: usize,
}

/// One row.
pub struct Split<'s> {
    /// Row as a spreadsheet counts it, from 1: blank lines count, line breaks inside a field do not.
    pub number: u32,
    text: &'s [u8],
    ends: &'s [usize],
}

impl<'s> Split<'s> {
    /// How many fields there are.
    pub fn width(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes each field has.
    pub fn lengths(&self) -> impl Iterator<Item = usize> {
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let len = end - from;
            from = *end;
            len
        })
    }

    /// All text of the row, where it is printable ASCII: then nothing in it wants cleaning.
    pub fn printable(&self) -> Option<&'s str> {
        // Looking at every byte without a way out is what the processor does many at a time.
        let plain = self
            .text
            .iter()
            .fold(true, |plain, byte| plain & (0x20..0x7f).contains(byte));
        plain
            .then_some(self.text)
            .and_then(|text| std::str::from_utf8(text).ok())
    }

    /// Where each field ends in the text of the row.
    pub fn ends(&self) -> &'s [usize] {
        self.ends
    }

    /// The fields, as text.
    pub fn fields(&self) -> impl Iterator<Item = Cow<'s, str>> {
        let text = self.text;
        let plain = std::str::from_utf8(text).ok();
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let range = from..*end;
            from = *end;
            match plain.and_then(|text| text.get(range.clone())) {
                Some(field) => Cow::Borrowed(field),
                // The bytes were surveyed as UTF-8, so this is never reached, and never panics.
                None => String::from_utf8_lossy(text.get(range).unwrap_or_default()),
            }
        })
    }
}

impl<'r> Splitter<'r> {
    /// Splits at `delimiter`; `most` is the longest row in bytes that is still one.
    pub fn new(from: Box<dyn Read + 'r>, delimiter: u8, most: usize) -> Splitter<'r> {
        let mut core = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        // It would pass over a byte-order mark at the front of what it is first given, which is the
        // first row and not the first byte of the file. An empty line makes it believe it has begun.
        core.read_record(b"\n", &mut [0], &mut [0]);
        Splitter {
            from,
            core,
            chunk: vec![0; CHUNK],
            at: 0,
            filled: 0,
            text: vec![0; 4_096],
            ends: vec![0; 64],
            line: 0,
            after_cr: false,
            begun: false,
            most,
        }
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// Those of the source, and a row longer than the most.
    pub fn next_row(&mut self) -> io::Result<Option<Split<'_>>> {
        if !self.pass_blank_lines()? {
            return Ok(None);
        }
        let (mut written, mut ended) = (0, 0);
        loop {
            if self.at == self.filled {
                self.refill()?;
            }
            let input = self.chunk.get(self.at..self.filled).unwrap_or_default();
            let text = self.text.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(ended..).unwrap_or_default();
            let (result, read, wrote, closed) = self.core.read_record(input, text, ends);
            let last = input.get(..read).and_then(<[u8]>::last).copied();
            self.after_cr = last.map_or(self.after_cr, |byte| byte == b'\r');
            self.at += read;
            written += wrote;
            ended += closed;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= self.most => {
                    return Err(io::Error::other(format!(
                        "row {} has more than {} bytes",
                        self.line + 1,
                        self.most
                    )));
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End if ended == 0 => return Ok(None),
                ReadRecordResult::End => break,
            }
        }
        self.line += 1;
        Ok(Some(Split {
            number: self.line,
            text: self.text.get(..written).unwrap_or_default(),
            ends: self.ends.get(..ended).unwrap_or_default(),
        }))
    }

    /// Counts empty lines, which hold no row; false at the end of the text. The second half of a
    /// line end belongs to the row before.
    fn pass_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            if self.at == self.filled && self.refill()? == 0 {
                return Ok(false);
            }
            let Some(byte) = self.chunk.get(self.at) else {
                return Ok(false);
            };
            match byte {
                b'\n' if self.after_cr => self.after_cr = false,
                b'\n' => self.line += 1,
                b'\r' => {
                    self.line += 1;
                    self.after_cr = true;
                }
                _ => {
                    self.after_cr = false;
                    return Ok(true);
                }
            }
            self.at += 1;
        }
    }

    fn refill(&mut self) -> io::Result<usize> {
        self.at = 0;
        self.filled = read_some(&mut *self.from, &mut self.chunk)?;
        let front = !std::mem::replace(&mut self.begun, true);
        if front && self.chunk.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
        Ok(self.filled - self.at)
    }
}
