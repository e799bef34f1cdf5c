//! JSON files: one object, a list of objects, JSON Lines, or pages glued together; keys are
//! compared without case. Says which kind of document it is and hands its pages on.

use super::document::{self, Grid};
use super::error::IngestError;
use super::limits;
use super::map::Map;
use super::profile::{eox, generic};
use super::report::Problems;
use super::row::{Code, RowKind, Rows};
use super::several::{self, Part};
use super::{ReadOptions, detect, read_table, records_of};
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

/// The elements of the list with that name; none where it is missing or no list.
pub fn list<'a>(document: &'a Json, name: &str) -> &'a [Json] {
    match find(document, name) {
        Some(Json::Array(list)) => list,
        _ => &[],
    }
}

/// Reads a JSON file into `rows`.
///
/// # Errors
/// Not JSON (with line and column), a kind that is not read, or another than asked for.
pub fn read(
    text: &str,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let map = &options.map;
    let asked = options.format.as_deref().or(map.format.as_deref());
    let pages = pages(text, &rows.file)?;
    if asked == Some(generic::PROFILE.id) {
        return as_table(&pages, options, rows, problems);
    }
    if let Some(part) = &options.part {
        return read_part(pages, part, map, rows, problems);
    }
    if options.several && asked.is_none() {
        rows.parts = parts(&pages);
        if !rows.parts.is_empty() {
            let known = |page: &Json| eox::fits(page) || document::of(page).is_some();
            strangers(&pages, "records of a known kind", known, problems);
            return Ok(());
        }
    }
    if pages.iter().any(eox::fits) {
        agree(asked, eox::ID, "end-of-life records", &rows.file)?;
        strangers(&pages, "end-of-life records", eox::fits, problems);
        return eox::read(&pages, rows);
    }
    let Some(kind) = pages.iter().find_map(document::of) else {
        return other(&pages, options, rows, problems);
    };
    let profile = kind.profile;
    agree(asked, profile.id, profile.title, &rows.file)?;
    strangers(&pages, profile.title, kind.fits, problems);
    read_kind(&pages, kind, map, rows, problems)
}

/// Reads pages as documents of that kind.
fn read_kind(
    pages: &[Json],
    kind: &document::Document,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let profile = kind.profile;
    let mut grid = Grid::default();
    (kind.fill)(pages, &mut grid, problems);
    let table = grid.into_table(profile, map, &rows.file)?;
    let found = detect::of_document(profile, &table, map);
    rows.format = profile.id.to_string();
    rows.kind = profile.rows;
    rows.records = records_of(
        found.iter().map(|found| (&table, found)),
        map,
        rows,
        problems,
    )?;
    Ok(())
}

/// Reads the pages of one kind among those of a file with several.
fn read_part(
    pages: Vec<Json>,
    part: &str,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let id = |page: &Json| kind_of(page).map(|(id, ..)| id);
    let own: Vec<Json> = pages
        .into_iter()
        .filter(|page| id(page) == Some(part))
        .collect();
    match own.first().and_then(document::of) {
        Some(kind) if part != eox::ID => read_kind(&own, kind, map, rows, problems),
        _ => eox::read(&own, rows),
    }
}

/// The kinds of documents in a file that has several, in the order they are brought in.
fn parts(pages: &[Json]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (id, title, kind) in pages.iter().filter_map(kind_of) {
        if !parts.iter().any(|part| part.format == id) {
            parts.push(Part {
                format: id.to_string(),
                title: title.to_string(),
                sheets: Vec::new(),
                kind,
            });
        }
    }
    match parts.len() {
        0 | 1 => Vec::new(),
        _ => several::ordered(parts),
    }
}

/// Id, title and rows of the kind of a page.
fn kind_of(page: &Json) -> Option<(&'static str, &'static str, RowKind)> {
    if eox::fits(page) {
        return Some((eox::ID, "end-of-life records", RowKind::Eox));
    }
    let profile = document::of(page)?.profile;
    Some((profile.id, profile.title, profile.rows?))
}

/// All documents of the text; lists at the top are taken apart.
fn pages(text: &str, file: &str) -> Result<Vec<Json>, IngestError> {
    if text.len() > limits::JSON_BYTES {
        return Err(IngestError::TooLarge {
            file: file.to_string(),
            what: format!("the document has {} bytes", text.len()),
            limit: "256 MB of JSON".to_string(),
        });
    }
    let mut pages = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
        match document {
            Ok(Json::Array(list)) => {
                for element in list {
                    match element {
                        // Pages that were each a list, glued into one.
                        Json::Array(inner) => pages.extend(inner),
                        other => pages.push(other),
                    }
                }
            }
            Ok(other) => pages.push(other),
            Err(e) => {
                return Err(IngestError::Unreadable {
                    file: file.to_string(),
                    what: format!("the JSON breaks off or is wrong: {e}"),
                    next: "Export it again".to_string(),
                });
            }
        }
    }
    Ok(pages)
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

fn strangers(pages: &[Json], title: &str, fits: impl Fn(&Json) -> bool, problems: &mut Problems) {
    let strangers = pages.iter().filter(|page| !fits(page)).count();
    if strangers > 0 {
        problems.about_file(
            Code::Incomplete,
            format!("{strangers} of the glued documents hold no {title} and were left out"),
        );
    }
}

/// No kind with keys of its own: a list of objects as a table.
fn other(
    pages: &[Json],
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let file = rows.file.clone();
    let asked = options.format.as_deref().or(options.map.format.as_deref());
    if let Some(asked) = asked.filter(|asked| document::is_named(asked)) {
        return Err(IngestError::WrongKind {
            file,
            asked: asked.to_string(),
            found: "the JSON has none of the keys of that kind, nor of another one".to_string(),
        });
    }
    match as_table(pages, options, rows, problems) {
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
    pages: &[Json],
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let mut grid = Grid::default();
    for page in pages {
        let inner = page.as_object().and_then(|members| {
            let mut lists = members.values().filter_map(Json::as_array);
            let list = lists.next()?;
            (lists.next().is_none() && list.iter().any(Json::is_object)).then_some(list)
        });
        for record in inner.map_or(std::slice::from_ref(page), Vec::as_slice) {
            grid.start();
            grid.object("", record);
        }
    }
    let table = grid.into_table(&generic::PROFILE, &options.map, &rows.file)?;
    read_table(table, options, rows, problems)
}
