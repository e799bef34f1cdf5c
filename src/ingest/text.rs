//! Text in whatever encoding as UTF-8: by byte-order mark, then as it is, then UTF-16 without a mark,
//! then a guess that is reported. It is decoded anew each time it is read, so that no more of it is
//! held than a piece.

use super::error::IngestError;
use super::report::Problems;
use super::row::Code;
use super::source::{Source, unreadable};
use super::survey::{Survey, read_some};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Read};
use std::sync::Arc;

/// Bytes decoded at once.
const CHUNK: usize = 1 << 16;

/// Text that is read as UTF-8.
#[derive(Clone, Debug)]
pub struct Utf8 {
    /// Where it is read from. What was UTF-8 already may begin with a byte-order mark.
    pub source: Arc<dyn Source>,
    /// Its bytes as UTF-8.
    pub bytes: u64,
}

/// The text of a surveyed file, and a remark where its encoding was not UTF-8.
///
/// # Errors
/// The source cannot be read.
pub fn open(
    source: Arc<dyn Source>,
    survey: &Survey,
    file: &str,
    problems: &mut Problems,
) -> Result<Utf8, IngestError> {
    if survey.plain_utf8 {
        let bytes = survey.bytes;
        return Ok(Utf8 { source, bytes });
    }
    let marked = Encoding::for_bom(&survey.head);
    let (encoding, mark, how) = match (marked, utf16_without_mark(&survey.head)) {
        (Some((encoding, mark)), _) => (encoding, mark, "by its byte-order mark"),
        (None, Some(encoding)) => (encoding, 0, "by its zero bytes"),
        (None, None) => (guess(&survey.head), 0, "as a guess"),
    };
    let decoded = Decoded {
        source,
        encoding,
        mark,
    };
    let (bytes, lossy) = decoded
        .measured()
        .map_err(|error| unreadable(file, &error))?;
    if marked.is_none() || encoding != UTF_8 || lossy {
        remark(problems, encoding, how, lossy);
    }
    let source: Arc<dyn Source> = Arc::new(decoded);
    Ok(Utf8 { source, bytes })
}

fn remark(problems: &mut Problems, encoding: &'static Encoding, how: &str, lossy: bool) {
    let spoilt = match lossy {
        true => "; some characters did not fit it and show as \u{fffd}",
        false => "",
    };
    problems.about_file(
        Code::BadEncoding,
        format!(
            "the text is not UTF-8; it was read as {} {how}{spoilt}",
            encoding.name()
        ),
    );
}

/// True for text that says by its mark, or shows by its zeros, that it is UTF-16.
pub fn is_utf16(head: &[u8]) -> bool {
    match Encoding::for_bom(head) {
        Some((encoding, _)) => encoding != UTF_8,
        None => utf16_without_mark(head).is_some(),
    }
}

/// UTF-16 text of mostly Latin letters has a zero in every other byte.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    let pairs = head.len() / 2;
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (first, second) = (zeros(0), zeros(1));
    match pairs {
        0 => None,
        _ if second * 10 > pairs * 6 && first * 10 < pairs => Some(UTF_16LE),
        _ if first * 10 > pairs * 6 && second * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Single-byte text: what the detector says, where it is one of the Windows code pages or an East
/// Asian one; its rarer answers on short files are mostly wrong.
fn guess(head: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let found = detector.guess(None, chardetng::Utf8Detection::Deny);
    match found.name() {
        "windows-1250" | "windows-1251" | "windows-1253" | "windows-1254" | "Shift_JIS" | "GBK"
        | "Big5" | "EUC-KR" | "EUC-JP" | "gb18030" => found,
        _ => WINDOWS_1252,
    }
}

/// A source in another encoding.
#[derive(Debug)]
struct Decoded {
    source: Arc<dyn Source>,
    encoding: &'static Encoding,
    /// Bytes of the byte-order mark, which is no text.
    mark: usize,
}

impl Decoded {
    fn decoding(&self) -> io::Result<Decoding<'_>> {
        let mut from = self.source.open()?;
        let mut mark = [0; 4];
        let mark = mark.get_mut(..self.mark).unwrap_or_default();
        read_some(&mut *from, mark)?;
        Ok(Decoding {
            from,
            decoder: self.encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            text: Vec::new(),
            at: 0,
            ended: false,
            lossy: false,
        })
    }

    /// How many bytes it has as UTF-8, and whether some of its own did not fit the encoding.
    fn measured(&self) -> io::Result<(u64, bool)> {
        let mut decoding = self.decoding()?;
        let mut bytes = 0;
        while decoding.more()? {
            bytes += decoding.text.len() as u64;
        }
        Ok((bytes, decoding.lossy))
    }
}

impl Source for Decoded {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.decoding()?))
    }
}

/// Text while it is decoded.
struct Decoding<'s> {
    from: Box<dyn Read + 's>,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
    lossy: bool,
}

impl Decoding<'_> {
    /// Decodes the next piece; false after the last.
    fn more(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.at = 0;
        while self.text.is_empty() && !self.ended {
            let len = read_some(&mut *self.from, &mut self.raw)?;
            self.ended = len < self.raw.len();
            let mut raw = self.raw.get(..len).unwrap_or_default();
            loop {
                let from = self.text.len();
                let room = self.decoder.max_utf8_buffer_length(raw.len());
                self.text.resize(from + room.unwrap_or(CHUNK).max(64), 0);
                let room = self.text.get_mut(from..).unwrap_or_default();
                let (done, read, written, lossy) =
                    self.decoder.decode_to_utf8(raw, room, self.ended);
                self.text.truncate(from + written);
                self.lossy |= lossy;
                raw = raw.get(read..).unwrap_or_default();
                if done == CoderResult::InputEmpty {
                    break;
                }
            }
        }
        Ok(!self.text.is_empty())
    }
}

impl Read for Decoding<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || (self.at >= self.text.len() && !self.more()?) {
            return Ok(0);
        }
        let came = self.text.get(self.at..).unwrap_or_default();
        let len = came.len().min(into.len());
        let (Some(to), Some(from)) = (into.get_mut(..len), came.get(..len)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.at += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::survey::survey;

    fn read(bytes: &[u8]) -> (String, Vec<String>) {
        let mut problems = Problems::default();
        let source: Arc<dyn Source> = Arc::new(bytes.to_vec());
        let found = survey(&*source, "f").unwrap();
        let text = open(source, &found, "f", &mut problems).unwrap();
        let mut read = String::new();
        text.source
            .open()
            .unwrap()
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(text.bytes, read.len() as u64);
        let told = problems.into_list().into_iter().map(|own| own.text);
        (read, told.collect())
    }

    #[test]
    fn text_decoded_in_pieces_is_the_text_decoded_at_once() {
        // A character of one, two, three and four bytes, across every end of a piece.
        let line = "Zürich 東京 🚀 a\n";
        for shift in 0..4 {
            let text = format!("{}{}", "x".repeat(shift), line.repeat(CHUNK / 8));
            for (mark, big) in [([0xFF, 0xFE], false), ([0xFE, 0xFF], true)] {
                let units = text.encode_utf16();
                let mut bytes = mark.to_vec();
                bytes.extend(units.flat_map(|unit| match big {
                    true => unit.to_be_bytes(),
                    false => unit.to_le_bytes(),
                }));
                let (read, told) = read(&bytes);
                assert!(read == text);
                assert!(told[0].contains("by its byte-order mark"), "{told:?}");
                assert!(!told[0].contains("did not fit"), "{told:?}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let mut odd = vec![0xFF, 0xFE];
        odd.extend("ab".encode_utf16().flat_map(u16::to_le_bytes));
        odd.push(b'c');
        let (text, told) = read(&odd);
        assert_eq!(text, "ab\u{fffd}");
        assert!(told[0].contains("did not fit"), "{told:?}");
        assert_eq!(read(b"M\xFCller").0, "Müller");
        assert_eq!(read("Müller".as_bytes()), ("Müller".to_string(), vec![]));
        assert_eq!(read(b""), (String::new(), vec![]));
    }
}
