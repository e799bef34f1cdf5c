//! Delimited text to a [`Table`]: encoding by byte-order mark, then UTF-8, then UTF-16 without a
//! mark, then a guess that is reported; delimiter by the field count that repeats.

use super::error::IngestError;
use super::limits;
use super::report::{Problems, undo_harmless};
use super::row::Code;
use super::table::{CellKind, Table};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Reads delimited text.
///
/// # Errors
/// A field or row beyond the limits, with its row: mostly a quote that was never closed.
pub fn read(
    bytes: &[u8],
    file: &str,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
) -> Result<Table, IngestError> {
    let text = decode(bytes, problems);
    let delimiter = delimiter(&text);
    if let Some(row) = super::quotes::open_quote(text.as_bytes(), delimiter) {
        return Err(IngestError::Unreadable {
            file: file.to_string(),
            what: format!("a quote that opens in row {row} is never closed, so rows run into one"),
            next: format!(
                "Close or remove the quote in row {row}, or export the file again; nothing was imported"
            ),
        });
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::ByteRecord::new();
    let mut line = 0;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|e| IngestError::Unreadable {
                file: file.to_string(),
                what: format!("the text could not be split into fields: {e}"),
                next: "Export it again".to_string(),
            })?;
        if !more {
            break;
        }
        let from = record.position().map_or(0, |at| at.byte() as usize);
        line += 1 + blank_lines(&text, from);
        check(&record, line, file)?;
        table.start_row(line);
        for (column, field) in record.iter().enumerate() {
            // The bytes come from a string, so this never replaces anything.
            let field = String::from_utf8_lossy(field);
            table.push(file, column, CellKind::Text, undo_harmless(&field))?;
        }
        if table.len().is_multiple_of(4_096) {
            progress(table.len() as u64);
        }
    }
    progress(table.len() as u64);
    Ok(table)
}

/// Empty lines from `at` to the record that follows; the reader passes over them, a spreadsheet
/// counts them. Half of a line end left over from the record before is none.
fn blank_lines(text: &str, at: usize) -> u32 {
    let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
    let mut rest = text.as_bytes().get(at..).unwrap_or_default();
    if before == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return lines,
        };
        lines += 1;
    }
}

fn check(record: &csv::ByteRecord, line: u32, file: &str) -> Result<(), IngestError> {
    let too_large = |what: String, limit: String| IngestError::TooLarge {
        file: file.to_string(),
        what,
        limit,
    };
    if record.len() > limits::COLUMNS {
        return Err(too_large(
            format!("row {line} has {} columns", record.len()),
            format!("{} columns", limits::COLUMNS),
        ));
    }
    match record.iter().position(|f| f.len() > limits::FIELD_BYTES) {
        Some(column) => Err(too_large(
            format!(
                "column {} of row {line} has more than 32 KB of text, perhaps after a quote that was never closed",
                column + 1
            ),
            "32 KB a field".to_string(),
        )),
        None => Ok(()),
    }
}

/// The bytes as text, and a remark where the encoding was not UTF-8.
pub fn decode<'a>(bytes: &'a [u8], problems: &mut Problems) -> Cow<'a, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        let (text, _, lossy) = encoding.decode(bytes);
        if encoding != UTF_8 || lossy {
            remark(problems, encoding, "by its byte-order mark", lossy);
        }
        return text;
    }
    if !bytes.contains(&0)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    let (encoding, how) = match utf16_without_mark(bytes) {
        Some(encoding) => (encoding, "by its zero bytes"),
        None => (guess(bytes), "as a guess"),
    };
    let (text, lossy) = encoding.decode_without_bom_handling(bytes);
    remark(problems, encoding, how, lossy);
    text
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
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let head = bytes.get(..bytes.len().min(1_000_000)).unwrap_or(bytes);
    detector.feed(head, true);
    let found = detector.guess(None, chardetng::Utf8Detection::Deny);
    match found.name() {
        "windows-1250" | "windows-1251" | "windows-1253" | "windows-1254" | "Shift_JIS" | "GBK"
        | "Big5" | "EUC-KR" | "EUC-JP" | "gb18030" => found,
        _ => WINDOWS_1252,
    }
}

/// The delimiter under which most of the first lines have the same number of fields, more than
/// one; the comma when nothing tells.
fn delimiter(text: &str) -> u8 {
    let mut head = text;
    if head.len() > 262_144 {
        let cut = (0..=262_144).rev().find(|at| head.is_char_boundary(*at));
        head = head.get(..cut.unwrap_or(0)).unwrap_or_default();
    }
    let mut best = (0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let mut counts: std::collections::BTreeMap<usize, usize> = Default::default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(candidate)
            .from_reader(head.as_bytes());
        for record in reader.byte_records().take(limits::HEADER_SEARCH).flatten() {
            *counts.entry(record.len()).or_default() += 1;
        }
        let score = counts
            .iter()
            .filter(|(width, _)| **width > 1)
            .map(|(width, rows)| rows * 1_000 + width)
            .max()
            .unwrap_or(0);
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}
