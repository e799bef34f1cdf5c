//! What a file is by its first bytes, never by its name: a workbook, text in some encoding, JSON,
//! or something this program says plainly that it cannot open.

use super::error::IngestError;
use super::limits;
use super::workbook::{self, Holds, Kind};

/// True for bytes that begin as a workbook does; what it is, the whole of it tells.
pub fn is_archive(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// A workbook.
    Workbook(Kind),
    /// JSON text.
    Json,
    /// Any other text: a delimited table.
    Text,
}

/// Decides by content.
///
/// # Errors
/// [`IngestError::Unreadable`] for known kinds that are no table, with what to do instead.
pub fn sniff(bytes: &[u8], file: &str) -> Result<Container, IngestError> {
    if bytes.len() > limits::FILE_BYTES {
        return Err(IngestError::TooLarge {
            file: file.to_string(),
            what: format!("the file has {} bytes", bytes.len()),
            limit: "2 GB".to_string(),
        });
    }
    let refuse = |what: &str, next: &str| Err(refusal(file, what, next));
    if bytes.is_empty() {
        return refuse("the file is empty", "Export it again");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook::archive::kind(bytes, file).map(Container::Workbook);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return compound(bytes, file);
    }
    for (magic, what) in [
        (&b"%PDF"[..], "this is a PDF document"),
        (&b"\x1f\x8b"[..], "this is a compressed (gzip) file"),
        (&b"7z\xbc\xaf"[..], "this is a 7-Zip archive"),
        (&b"Rar!"[..], "this is a RAR archive"),
        (&b"SQLite format 3"[..], "this is a database"),
        (&b"\x89PNG"[..], "this is a picture"),
        (&b"\xff\xd8\xff"[..], "this is a picture"),
        (&b"GIF8"[..], "this is a picture"),
        (&b"{\\rtf"[..], "this is a text document"),
    ] {
        if bytes.starts_with(magic) {
            return refuse(what, "Export the data as .xlsx, .csv or .json");
        }
    }
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    let text = String::from_utf8_lossy(head).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    const PAGE: [&str; 9] = [
        "<html",
        "<!doctype",
        "<table",
        "<head",
        "<meta",
        "<style",
        "<body",
        "<!--",
        "<div",
    ];
    if PAGE.iter().any(|start| text.starts_with(start)) || text.starts_with("mime-version:") {
        return refuse(
            "this is a web page, whatever its name says",
            "Open it in a spreadsheet and save it as .xlsx or .csv",
        );
    }
    if text.starts_with("<?xml") {
        return refuse("this is XML", "Save it as .xlsx or .csv");
    }
    if looks_like_json(text) {
        return Ok(Container::Json);
    }
    if is_binary(bytes) {
        return refuse(
            "this is neither text nor a workbook (a picture, a film or a program, perhaps)",
            "Export the data as .xlsx, .csv or .json",
        );
    }
    Ok(Container::Text)
}

/// True where more than one byte in twenty of the first 4 KB stands for a control character that no
/// table has. Text has none; packed data has them in one byte of nine. UTF-16 writes letters of many
/// scripts with such bytes and is told by itself.
fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4_096)).unwrap_or_default();
    if super::text::is_utf16(head) {
        return false;
    }
    let control = |byte: &&u8| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31);
    head.iter().filter(control).count() * 20 > head.len()
}

/// What a compound file is: the older Office documents, and newer ones under a password.
fn compound(bytes: &[u8], file: &str) -> Result<Container, IngestError> {
    let (what, next) = match workbook::compound_holds(bytes) {
        Some(Holds::Sealed) => return Err(workbook::sealed(file)),
        Some(Holds::Workbook) => return Ok(Container::Workbook(Kind::Xls)),
        Some(Holds::Other) => (
            "this is an older Office document, but no workbook",
            "Copy its table into a spreadsheet and save that as .xlsx or .csv",
        ),
        None => (
            "this is an older Office file (.xls, perhaps) that is damaged or cut short",
            "Copy it again, or open it in a spreadsheet and save it as .xlsx",
        ),
    };
    Err(refusal(file, what, next))
}

fn refusal(file: &str, what: &str, next: &str) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: what.to_string(),
        next: next.to_string(),
    }
}

/// A brace or bracket that a JSON value can follow; `[Report]` as a title line is no JSON.
pub fn looks_like_json(text: &str) -> bool {
    let next = |rest: &str| rest.trim_start().chars().next();
    match (text.strip_prefix('{'), text.strip_prefix('[')) {
        (Some(rest), _) => matches!(next(rest), Some('"' | '}') | None),
        (_, Some(rest)) => matches!(next(rest), Some('{' | '[' | '"' | ']') | None),
        _ => false,
    }
}
