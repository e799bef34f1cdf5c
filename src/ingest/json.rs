//! JSON files: one object, a list of objects, JSON Lines, or pages glued together; keys are
//! compared without case. Says which kind of document it is and hands its records on.
//!
//! A document is read more than once rather than held: to see which kinds its pages are of, to find
//! the columns of its records, and to take them.

mod check;
mod facts;
mod pages;
mod rows;
mod scan;

pub use rows::JsonRows;

use super::document::{self, Page};
use super::error::IngestError;
use super::limits;
use super::profile::{eox, generic};
use super::report::Problems;
use super::row::{Code, RowKind, Rows};
use super::several::{self, Part};
use super::text::Utf8;
use super::{ReadOptions, TakeRows, detect, read_tables, take_settled};
use pages::{Of, Pages};
use serde_json::Value as Json;
use std::borrow::Cow;

/// The member with that name, whatever its case; `name` is lower case.
pub fn find<'a>(document: &'a Json, name: &str) -> Option<&'a Json> {
    document
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// A scalar as text; of an object its member `value`; nothing for lists and null.
pub fn text_of(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(number.to_string())),
        Json::Bool(flag) => Some(Cow::Owned(flag.to_string())),
        Json::Object(_) => find(value, "value").and_then(text_of),
        _ => None,
    }
}

/// The elements of the list with that name, else the document as the only record.
pub fn list_or_self<'a>(document: &'a Json, name: &str) -> &'a [Json] {
    match find(document, name) {
        Some(Json::Array(list)) => list,
        _ => std::slice::from_ref(document),
    }
}

/// The elements of the list with that name; none where it is missing or no list.
pub fn list<'a>(document: &'a Json, name: &str) -> &'a [Json] {
    match find(document, name) {
        Some(Json::Array(list)) => list,
        _ => &[],
    }
}

/// Reads a JSON file. True when head and rows were handed on; otherwise `rows` holds all there is.
///
/// # Errors
/// Not JSON (with line and column), a kind that is not read, or another than asked for.
pub fn read(
    text: Utf8,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let asked = options.format.as_deref().or(options.map.format.as_deref());
    let pages = opened(text, &rows.file)?;
    if asked == Some(generic::PROFILE.id) {
        return as_table(pages, options, rows, problems, progress, to);
    }
    if let Some(part) = &options.part {
        let kind = document::numbered(part).filter(|kind| pages.facts().order.contains(kind));
        let kind = kind.unwrap_or(document::EOX);
        let of = Of::Kind { kind, part: true };
        return read_kind(pages, of, options, rows, problems, progress, to);
    }
    if options.several && asked.is_none() {
        rows.parts = parts(&pages);
        if !rows.parts.is_empty() {
            let known = pages.facts().known;
            strangers(&pages, "records of a known kind", known, problems);
            return Ok(false);
        }
    }
    let kind = match pages.facts().of(document::EOX) {
        0 => pages.facts().first,
        _ => Some(document::EOX),
    };
    let Some(kind) = kind else {
        return other(pages, options, rows, problems, progress, to);
    };
    let (id, title, _) = about(kind);
    agree(asked, id, title, &rows.file)?;
    strangers(&pages, title, pages.facts().of(kind), problems);
    let of = Of::Kind { kind, part: false };
    read_kind(pages, of, options, rows, problems, progress, to)
}

/// Looks at a document for the first time.
fn opened(text: Utf8, file: &str) -> Result<Pages, IngestError> {
    if text.bytes > limits::JSON_BYTES {
        return Err(IngestError::TooLarge {
            file: file.to_string(),
            what: format!("the document has {} bytes", text.bytes),
            limit: "256 MB of JSON".to_string(),
        });
    }
    Pages::open(text.source, file)
}

/// Reads pages as documents of one kind.
fn read_kind(
    pages: Pages,
    of: Of,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let map = &options.map;
    let Some(kind) = of.document() else {
        return read_end_of_life(&pages, of, options, rows, to);
    };
    let profile = kind.profile;
    let table = rows::table(pages, of, limits::HEADER_SEARCH, map, problems)?;
    let found = detect::of_document(profile, &table, map);
    rows.format = profile.id.to_string();
    rows.kind = profile.rows;
    let pairs = found.iter().map(|found| (&table, found));
    take_settled(pairs, options, rows, problems, progress, to)
}

/// Reads end-of-life records, which have columns of their own.
fn read_end_of_life(
    pages: &Pages,
    of: Of,
    options: &ReadOptions,
    rows: &mut Rows,
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    eox::begin(rows);
    if !options.look {
        to.head(rows)?;
    }
    let mut reading = eox::Records::default();
    pages.each(of, &mut |page| {
        reading.page(page, &mut |record| match options.look {
            true => Ok(()),
            false => to.record(record),
        })?;
        Ok(())
    })?;
    rows.problems.extend(reading.done());
    Ok(!options.look)
}

/// The kinds of documents in a file that has several, in the order they are brought in.
fn parts(pages: &Pages) -> Vec<Part> {
    let order = &pages.facts().order;
    let parts = order.iter().filter_map(|kind| {
        let (id, title, rows) = about(*kind);
        Some(Part {
            format: id.to_string(),
            title: title.to_string(),
            sheets: Vec::new(),
            kind: rows?,
        })
    });
    match order.len() {
        0 | 1 => Vec::new(),
        _ => several::ordered(parts.collect()),
    }
}

/// Id, title and rows of a kind.
fn about(kind: usize) -> (&'static str, &'static str, Option<RowKind>) {
    match document::kind(kind) {
        Some(document) => {
            let profile = document.profile;
            (profile.id, profile.title, profile.rows)
        }
        None => (eox::ID, "end-of-life records", Some(RowKind::Eox)),
    }
}

fn agree(asked: Option<&str>, id: &str, title: &str, file: &str) -> Result<(), IngestError> {
    match asked.filter(|asked| *asked != id) {
        None => Ok(()),
        Some(asked) => Err(IngestError::WrongKind {
            file: file.to_string(),
            asked: asked.to_string(),
            found: format!("it holds {title} (`{id}`)"),
        }),
    }
}

fn strangers(pages: &Pages, title: &str, known: u64, problems: &mut Problems) {
    let strangers = pages.facts().pages.saturating_sub(known);
    if strangers > 0 {
        problems.about_file(
            Code::Incomplete,
            format!("{strangers} of the glued documents hold no {title} and were left out"),
        );
    }
}

/// No kind with keys of its own: a list of objects as a table.
fn other(
    pages: Pages,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let file = rows.file.clone();
    let asked = options.format.as_deref().or(options.map.format.as_deref());
    if let Some(asked) = asked.filter(|asked| document::is_named(asked)) {
        return Err(IngestError::WrongKind {
            file,
            asked: asked.to_string(),
            found: "the JSON has none of the keys of that kind, nor of another one".to_string(),
        });
    }
    match as_table(pages, options, rows, problems, progress, to) {
        Err(IngestError::UnknownKind { .. }) => Err(IngestError::Unreadable {
            file,
            what: "the JSON has none of the keys of a known kind (EoX files hold EOXRecord), and \
                   as a table it names no identity and end date"
                .to_string(),
            next: "Import an answer of one of the supported services, or the data as a table"
                .to_string(),
        }),
        answer => answer,
    }
}

/// A list of plain objects, read like a table with their names as headers.
fn as_table(
    pages: Pages,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let head = options.map.header_row.map_or(0, |row| row as usize);
    let head = head.max(limits::HEADER_SEARCH);
    let table = rows::table(pages, Of::Table, head, &options.map, problems)?;
    read_tables(&[table], options, rows, problems, progress, to)
}

/// Lays out the objects of a page: the elements of its only list, else the page itself.
fn objects(page: &Page<'_>, grid: &mut document::Grid) {
    let only_list = || {
        let members = page.json.as_object()?;
        let mut lists = members.values().filter_map(Json::as_array);
        let list = lists.next()?;
        let only = lists.next().is_none() && list.iter().any(Json::is_object);
        only.then_some(list.as_slice())
    };
    let records = page.piece().or_else(only_list);
    for record in records.unwrap_or(std::slice::from_ref(page.json)) {
        grid.start();
        grid.object("", record);
    }
}
