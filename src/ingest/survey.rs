//! One pass over a file before anything is decided: its hash, its size, whether it is UTF-8 text
//! and closes its quotes, and its beginning, from which kind and delimiter are told.

use super::container;
use super::csv;
use super::error::IngestError;
use super::limits;
use super::quotes::OpenQuote;
use super::source::{Source, unreadable};
use super::split::BYTE_ORDER_MARK;
use sha2::{Digest, Sha256};
use std::io::Read;

/// Bytes read at once.
pub const CHUNK: usize = 1 << 18;

/// Bytes kept of the beginning; a guess of the encoding looks at as many.
const HEAD: usize = 1_000_000;

/// What one pass found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// How many bytes there are.
    pub bytes: u64,
    /// The first million of them.
    pub head: Vec<u8>,
    /// UTF-8 throughout, and no zero byte.
    pub plain_utf8: bool,
    /// What it is as delimited text, where it is plain.
    pub quotes: Option<Quotes>,
}

/// A file as delimited text.
#[derive(Clone, Copy, Debug)]
pub struct Quotes {
    /// Between its fields.
    pub delimiter: u8,
    /// The row in which a quote opens that is never closed.
    pub open: Option<u32>,
}

/// Surveys a file.
///
/// # Errors
/// It cannot be read, or has more bytes than any export should.
pub fn survey(source: &dyn Source, file: &str) -> Result<Survey, IngestError> {
    let mut from = source.open().map_err(|error| unreadable(file, &error))?;
    let beside = source.hash_beside();
    let mut hash = beside.is_none().then(Sha256::new);
    let mut text = Utf8::default();
    let mut quotes = QuoteWatch::default();
    let mut found = Survey {
        sha256: [0; 32],
        bytes: 0,
        head: Vec::new(),
        plain_utf8: true,
        quotes: None,
    };
    let mut chunk = vec![0; CHUNK];
    loop {
        let len = read_some(&mut *from, &mut chunk).map_err(|error| unreadable(file, &error))?;
        let bytes = chunk.get(..len).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        if let Some(hash) = &mut hash {
            hash.update(bytes);
        }
        found.bytes += bytes.len() as u64;
        if found.bytes > limits::FILE_BYTES as u64 {
            return Err(IngestError::TooLarge {
                file: file.to_string(),
                what: "the file is too large".to_string(),
                limit: "2 GB".to_string(),
            });
        }
        let room = HEAD.saturating_sub(found.head.len()).min(bytes.len());
        found.head.extend(bytes.iter().take(room));
        found.plain_utf8 = found.plain_utf8 && text.goes_on(bytes) && !has_zero(bytes);
        if found.plain_utf8 && !container::is_archive(&found.head) {
            quotes.see(bytes);
        }
    }
    found.plain_utf8 = found.plain_utf8 && text.is_whole();
    found.quotes = found.plain_utf8.then(|| quotes.found());
    found.sha256 = match (hash, beside) {
        (Some(hash), _) => hash.finalize().into(),
        (None, Some(wait)) => wait().map_err(|error| unreadable(file, &error))?,
        (None, None) => found.sha256,
    };
    Ok(found)
}

/// What decoded text is as delimited text.
///
/// # Errors
/// Those of the source.
pub fn quotes_of(text: &dyn Source) -> std::io::Result<Quotes> {
    let mut from = text.open()?;
    let mut quotes = QuoteWatch::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        let len = read_some(&mut *from, &mut chunk)?;
        if len == 0 {
            return Ok(quotes.found());
        }
        quotes.see(chunk.get(..len).unwrap_or_default());
    }
}

/// Watches quotes from the first piece on, which also tells the delimiter.
#[derive(Default)]
struct QuoteWatch {
    delimiter: Option<u8>,
    quote: Option<OpenQuote>,
    open: Option<u32>,
}

impl QuoteWatch {
    fn see(&mut self, bytes: &[u8]) {
        let mut text = bytes;
        if self.delimiter.is_none() {
            let head = bytes.get(..bytes.len().min(CHUNK)).unwrap_or_default();
            let delimiter = csv::delimiter(head);
            self.delimiter = Some(delimiter);
            self.quote = Some(OpenQuote::new(delimiter));
            text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        }
        if let Some(quote) = &mut self.quote
            && let Some(row) = quote.see(text)
        {
            self.open = Some(row);
            self.quote = None;
        }
    }

    fn found(self) -> Quotes {
        Quotes {
            delimiter: self.delimiter.unwrap_or(b','),
            open: self.open.or_else(|| self.quote.as_ref()?.end()),
        }
    }
}

/// Reads until the buffer is full or nothing is left.
pub fn read_some(from: &mut dyn Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut len = 0;
    while let Some(room) = into.get_mut(len..).filter(|room| !room.is_empty()) {
        match from.read(room) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

fn has_zero(bytes: &[u8]) -> bool {
    // Counting without a way out is what the processor does many at a time.
    bytes
        .iter()
        .fold(0, |zeros, byte| zeros | u8::from(*byte == 0))
        != 0
}

/// UTF-8 in pieces: a character may be cut by the end of one.
#[derive(Default)]
struct Utf8 {
    cut: Vec<u8>,
}

impl Utf8 {
    /// False when the text so far cannot be UTF-8 whatever follows.
    fn goes_on(&mut self, mut bytes: &[u8]) -> bool {
        while !self.cut.is_empty() {
            let Some((byte, rest)) = bytes.split_first() else {
                return true;
            };
            self.cut.push(*byte);
            bytes = rest;
            match std::str::from_utf8(&self.cut) {
                Ok(_) => self.cut.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        match std::str::from_utf8(bytes) {
            Ok(_) => true,
            Err(error) => {
                let cut = bytes.get(error.valid_up_to()..).unwrap_or_default();
                self.cut.extend_from_slice(cut);
                error.error_len().is_none()
            }
        }
    }

    fn is_whole(&self) -> bool {
        self.cut.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_cut_by_a_chunk_is_still_a_character() {
        let text = "Zürich 東京 🚀".as_bytes();
        for cut in 0..text.len() {
            let (a, b) = text.split_at(cut);
            let mut utf8 = Utf8::default();
            assert!(
                utf8.goes_on(a) && utf8.goes_on(b) && utf8.is_whole(),
                "{cut}"
            );
        }
        let mut cut = Utf8::default();
        assert!(cut.goes_on(b"a\xE6\x9D") && !cut.is_whole());
        assert!(!Utf8::default().goes_on(b"M\xFCller"));
    }

    #[test]
    fn a_quote_left_open_is_seen_behind_the_first_piece() {
        let row = b"FOC1;\"a\nb\";\"2026-12-31\"\n";
        let mut bytes = row.repeat(CHUNK / row.len() + 9);
        let quotes = |bytes: &Vec<u8>| survey(bytes, "f").unwrap().quotes.unwrap();
        assert_eq!(
            (quotes(&bytes).delimiter, quotes(&bytes).open),
            (b';', None)
        );
        // the break inside a cell begins no row
        let rows = (CHUNK / row.len() + 9) as u32;
        bytes.extend_from_slice(b"FOC2;\"left open\n");
        assert_eq!(quotes(&bytes).open, Some(rows + 1));
        bytes.push(0);
        assert!(survey(&bytes, "f").unwrap().quotes.is_none());
    }

    #[test]
    fn a_survey_sees_the_whole_file() {
        let mut bytes = vec![b'a'; CHUNK + 7];
        let found = survey(&bytes, "f").unwrap();
        assert_eq!(found.bytes, bytes.len() as u64);
        assert!(found.plain_utf8);
        assert_eq!(found.sha256[..], Sha256::digest(&bytes)[..]);
        bytes.push(0xFF);
        assert!(!survey(&bytes, "f").unwrap().plain_utf8);
        bytes.pop();
        bytes.push(0);
        assert!(!survey(&bytes, "f").unwrap().plain_utf8);
    }
}
