//! How a frame is laid out: kind, length, body. Bodies are bytes written by hand rather than by a
//! serialiser, because a large export sends tens of millions of values.

use super::broken;
use crate::ingest::error::IngestError;
use std::str;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The file's facts, before any record.
    Head = 1,
    /// One row.
    Record = 2,
    /// The number of records, and the remarks.
    End = 3,
    /// Why the file was refused.
    Error = 4,
}

impl Kind {
    /// The kind of that byte.
    pub fn of(byte: u8) -> Option<Kind> {
        [Kind::Head, Kind::Record, Kind::End, Kind::Error]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// How a value is written.
pub mod tag {
    /// A text in full.
    pub const TEXT: u8 = 0;
    /// A text in full, remembered by both ends.
    pub const TEXT_KEPT: u8 = 1;
    /// The number of a remembered text.
    pub const TEXT_KNOWN: u8 = 2;
    /// The text the same field had in the record before.
    pub const TEXT_SAME: u8 = 3;
    /// A day, as days from the common era.
    pub const DAY: u8 = 4;
    /// A number: scale, then the digits.
    pub const NUMBER: u8 = 5;
    /// A number in its own sixteen bytes.
    pub const NUMBER_WHOLE: u8 = 6;
}

/// What became of a row.
pub mod outcome {
    /// Data.
    pub const DATA: u8 = 0;
    /// Data under a hidden contract.
    pub const MASKED: u8 = 1;
    /// Skipped, with a code.
    pub const SKIPPED: u8 = 2;
    /// Refused, with a code and a reason.
    pub const REJECTED: u8 = 3;
}

/// Writes an unsigned number, seven bits a byte, the low ones first.
pub fn put_count(to: &mut Vec<u8>, mut count: u64) {
    while count >= 0x80 {
        to.push((count as u8) | 0x80);
        count >>= 7;
    }
    to.push(count as u8);
}

/// Writes bytes with their length.
pub fn put_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    put_count(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

/// Reads a body from its front.
pub struct Body<'a>(pub &'a [u8]);

impl<'a> Body<'a> {
    /// One byte.
    pub fn byte(&mut self) -> Result<u8, IngestError> {
        match self.0.split_first() {
            Some((byte, rest)) => {
                self.0 = rest;
                Ok(*byte)
            }
            None => Err(broken("a frame is cut short")),
        }
    }

    /// An unsigned number.
    pub fn count(&mut self) -> Result<u64, IngestError> {
        let mut count = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            count |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(count);
            }
        }
        Err(broken("a number has too many bytes"))
    }

    /// So many bytes.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], IngestError> {
        match self.0.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.0 = rest;
                Ok(bytes)
            }
            None => Err(broken("a frame is cut short")),
        }
    }

    /// A fixed number of bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], IngestError> {
        self.take(N)?
            .try_into()
            .map_err(|_| broken("a frame is cut short"))
    }

    /// Bytes with their length, as text.
    pub fn text(&mut self) -> Result<&'a str, IngestError> {
        let len = usize::try_from(self.count()?).map_err(|_| broken("a text is too long"))?;
        str::from_utf8(self.take(len)?).map_err(|_| broken("a text is no text"))
    }
}
