//! Rows that wait for the whole of their file: held as they travel and deflated besides, since one
//! laid out takes some ten times the bytes. They are unpacked again where they are planned, one by
//! one and as often as a kind of file needs.

use super::broken;
use super::frame::Body;
use super::receive::Reader;
use super::send::Writer;
use crate::ingest::error::IngestError;
use crate::ingest::row::Record;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read, Write};
use std::sync::Arc;

/// Bytes of rows that are deflated together.
const BLOCK: usize = 1 << 18;

/// What the address and the counters of a text take beside it.
const TEXT: usize = 48;

/// Rows, held small.
pub struct Packed {
    writer: Writer,
    blocks: Vec<Vec<u8>>,
    rows: u64,
    bytes: usize,
    /// How many of the remembered texts `bytes` counts.
    counted: usize,
}

impl Default for Packed {
    fn default() -> Packed {
        Packed {
            writer: Writer::new(true),
            blocks: Vec::new(),
            rows: 0,
            bytes: 0,
            counted: 0,
        }
    }
}

impl Packed {
    /// Takes a row behind the others.
    ///
    /// # Errors
    /// [`IngestError::BrokenStream`] for one that cannot be written.
    pub fn push(&mut self, record: &Record) -> Result<(), IngestError> {
        let written = self.writer.record(record);
        written.map_err(|e| broken(e.to_string()))?;
        self.rows += 1;
        if self.writer.body.len() >= BLOCK {
            self.seal().map_err(|e| broken(e.to_string()))?;
        }
        Ok(())
    }

    /// How many there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// What they take, up to a block that is still open.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn seal(&mut self) -> std::io::Result<()> {
        let room = Vec::with_capacity(self.writer.body.len() / 4);
        let mut deflated = DeflateEncoder::new(room, Compression::fast());
        deflated.write_all(&self.writer.body)?;
        let mut block = deflated.finish()?;
        block.shrink_to_fit();
        self.writer.body.clear();
        let new = self.writer.held.get(self.counted..).unwrap_or_default();
        let texts: usize = new.iter().map(|text| text.len() + TEXT).sum();
        self.counted = self.writer.held.len();
        self.bytes += block.capacity() + texts;
        self.blocks.push(block);
        Ok(())
    }

    /// All rows from the first one on.
    pub fn pass(&self) -> Pass<'_> {
        Pass {
            blocks: Blocks::Held(self.blocks.iter()),
            open: Some(&self.writer.body),
            ..Pass::over(self.writer.held.clone())
        }
    }

    /// All rows for the last time: they are given back block by block.
    pub fn last_pass(self) -> Pass<'static> {
        let Packed { writer, blocks, .. } = self;
        let (open, held) = writer.into_parts();
        Pass {
            blocks: Blocks::Given(blocks.into_iter()),
            last: open,
            ..Pass::over(held)
        }
    }
}

enum Blocks<'p> {
    Held(std::slice::Iter<'p, Vec<u8>>),
    Given(std::vec::IntoIter<Vec<u8>>),
}

/// Rows as they are unpacked.
pub struct Pass<'p> {
    blocks: Blocks<'p>,
    /// What is not deflated yet, of rows that stay.
    open: Option<&'p [u8]>,
    /// The same of rows that go.
    last: Vec<u8>,
    reader: Reader,
    block: Vec<u8>,
    at: usize,
}

impl Pass<'_> {
    fn over(texts: Vec<Arc<str>>) -> Self {
        Pass {
            blocks: Blocks::Given(Vec::new().into_iter()),
            open: None,
            last: Vec::new(),
            reader: Reader::knowing(texts),
            block: Vec::new(),
            at: 0,
        }
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// [`IngestError::BrokenStream`], which a row that was packed here never gives.
    pub fn next_record(&mut self) -> Result<Option<Record>, IngestError> {
        while self.at >= self.block.len() {
            if !self.next_block()? {
                return Ok(None);
            }
        }
        let mut body = Body(self.block.get(self.at..).unwrap_or_default());
        let record = self.reader.record(&mut body)?;
        self.at = self.block.len() - body.0.len();
        Ok(Some(record))
    }

    /// Unpacks the next block; false when there is none.
    fn next_block(&mut self) -> Result<bool, IngestError> {
        self.block.clear();
        self.at = 0;
        let mut inflate = |packed: &[u8]| {
            let read = DeflateDecoder::new(packed).read_to_end(&mut self.block);
            read.map(|_| true).map_err(|e| broken(e.to_string()))
        };
        match &mut self.blocks {
            Blocks::Held(blocks) => {
                if let Some(block) = blocks.next() {
                    return inflate(block);
                }
            }
            Blocks::Given(blocks) => {
                if let Some(block) = blocks.next() {
                    return inflate(&block);
                }
            }
        }
        match self.open.take() {
            Some(open) => self.block.extend_from_slice(open),
            None => self.block = std::mem::take(&mut self.last),
        }
        Ok(!self.block.is_empty())
    }
}
