//! Archives that may be workbooks: which kind by the parts inside, and whether their own table of
//! contents promises to unpack to something of a sane size. Nothing is unpacked but small parts.

use super::{Kind, damaged, sealed};
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use std::io::{Cursor, Read};

/// An archive over bytes in memory.
pub(super) type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// Bytes looked at of a part that says what the archive is.
const HEAD: u64 = 1_000_000;

/// Which workbook an archive is.
///
/// # Errors
/// Sizes beyond the limits, a password, or an archive that is no workbook.
pub fn kind(bytes: &[u8], file: &str) -> Result<Kind, IngestError> {
    let mut archive = open(bytes, file)?;
    let names = sizes(&mut archive, file)?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if has("xl/workbook.xml") {
        return Ok(Kind::Xlsx);
    }
    if has("xl/workbook.bin") {
        return Ok(Kind::Xlsb);
    }
    let said = String::from_utf8_lossy(&head(&mut archive, "mimetype")).to_lowercase();
    if said.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        let manifest = head(&mut archive, "META-INF/manifest.xml");
        return match String::from_utf8_lossy(&manifest).contains("encryption-data") {
            true => Err(sealed(file)),
            false => Ok(Kind::Ods),
        };
    }
    let (what, next) = match said.starts_with("application/vnd.oasis.opendocument") {
        true => (
            "this is an OpenDocument file, but no spreadsheet",
            "Copy its table into a spreadsheet and save that as .xlsx or .csv",
        ),
        false => (
            "this is an archive, not an .xlsx, .xlsb or .ods workbook",
            "Unpack it and import the files inside, or save as .xlsx",
        ),
    };
    Err(IngestError::Unreadable {
        file: file.to_string(),
        what: what.to_string(),
        next: next.to_string(),
    })
}

/// Opens an archive.
pub(super) fn open<'a>(bytes: &'a [u8], file: &str) -> Result<Archive<'a>, IngestError> {
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(file, &e.to_string()))
}

/// The first bytes of a part; none of one that is not there.
fn head(archive: &mut Archive<'_>, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(part) = archive.by_name(name) {
        // What could not be unpacked says nothing about the file's kind.
        let _ = part.take(HEAD).read_to_end(&mut bytes);
    }
    bytes
}

/// The names of all parts, once their announced sizes have been found bearable.
fn sizes(archive: &mut Archive<'_>, file: &str) -> Result<Vec<String>, IngestError> {
    let too_large = |what: String, limit: &str| IngestError::TooLarge {
        file: file.to_string(),
        what,
        limit: limit.to_string(),
    };
    if archive.len() > limits::ZIP_ENTRIES {
        return Err(too_large(
            format!("the workbook has {} parts", archive.len()),
            "2,000 parts",
        ));
    }
    let mut unpacked: u64 = 0;
    let mut names = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let entry = archive
            .by_index_raw(at)
            .map_err(|e| damaged(file, &e.to_string()))?;
        let (size, packed) = (entry.size(), entry.compressed_size().max(1));
        if let Ok(name) = entry.name() {
            names.push(name.into_owned());
        }
        unpacked = unpacked.saturating_add(size);
        if size > limits::ZIP_RATIO_FROM && size / packed > limits::ZIP_RATIO {
            return Err(too_large(
                "a part of the workbook is packed far denser than real data".to_string(),
                "200 to 1 above 64 MB",
            ));
        }
    }
    if unpacked > limits::ZIP_UNPACKED {
        return Err(too_large(
            format!("the workbook unpacks to {unpacked} bytes"),
            "1 GB unpacked",
        ));
    }
    Ok(names)
}

/// A workbook that announces more shared strings than its part has bytes lies; believing it would
/// reserve memory for all of them.
pub(super) fn shared_strings(bytes: &[u8], file: &str) -> Result<(), IngestError> {
    let mut archive = open(bytes, file)?;
    let Ok(part) = archive.by_name("xl/sharedStrings.xml") else {
        return Ok(());
    };
    let size = part.size();
    let mut head = Vec::new();
    let _ = part.take(4_096).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    for name in ["uniqueCount=", "count="] {
        let number = head
            .split(name)
            .nth(1)
            .and_then(|rest| rest.get(1..))
            .and_then(|rest| rest.split(['"', '\'']).next())
            .and_then(|digits| digits.parse::<u64>().ok());
        let limit = match name {
            "uniqueCount=" => size,
            _ => limits::CELLS as u64,
        };
        if number.is_some_and(|number| number > limit) {
            return Err(damaged(
                file,
                "its table of texts announces more than it holds",
            ));
        }
    }
    Ok(())
}
