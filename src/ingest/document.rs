//! JSON documents laid out as tables: a row per record, a column per name, nested names joined by
//! dots. So a record of a service passes the same checks as a row of a sheet, and a refused one
//! goes into the rejects file with everything it said.

use super::error::IngestError;
use super::header;
use super::json::text_of;
use super::map::Map;
use super::profile::{Profile, bcs_serials, ingram, intersight, lifecycle, pxcloud, sn2info};
use super::report::Problems;
use super::row::{Field, FieldKind};
use super::table::{CellKind, Table};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;

/// A kind of document.
pub struct Document {
    /// Its profile; columns are matched by the names of its members.
    pub profile: &'static Profile,
    /// True for a page of this kind, or for a record of it standing alone.
    pub fits: fn(&Json) -> bool,
    /// Lays the records of all pages out.
    pub fill: fn(&[Json], &mut Grid, &mut Problems),
}

/// Every kind but end-of-life records, which have a reader of their own. The first that fits a page
/// wins, so kinds with more keys come first.
static KINDS: [Document; 8] = [
    sn2info::DOCUMENT,
    bcs_serials::DOCUMENT,
    intersight::DOCUMENT,
    lifecycle::DOCUMENT,
    ingram::DETAIL_DOCUMENT,
    ingram::SEARCH_DOCUMENT,
    pxcloud::DETAILS_DOCUMENT,
    pxcloud::CONTRACTS_DOCUMENT,
];

/// The kind of a page.
pub fn of(page: &Json) -> Option<&'static Document> {
    KINDS.iter().find(|kind| (kind.fits)(page))
}

/// The profiles of all documents.
pub fn profiles() -> impl Iterator<Item = &'static Profile> {
    KINDS.iter().map(|kind| kind.profile)
}

/// True where a format of that id comes as JSON.
pub fn is_named(id: &str) -> bool {
    id == super::profile::eox::ID || profiles().any(|profile| profile.id == id)
}

/// Records on their way to a table.
#[derive(Debug, Default)]
pub struct Grid {
    names: Vec<String>,
    columns: HashMap<String, usize>,
    rows: Vec<Vec<(usize, String, CellKind)>>,
    /// It lacks pages of its source.
    pub partial: bool,
}

impl Grid {
    /// How many records there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without records.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Starts a record.
    pub fn start(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Puts a text under a name; the first text of a record under a name stays.
    pub fn put(&mut self, name: &str, text: &str) {
        self.put_kind(name, text, CellKind::Text);
    }

    fn put_kind(&mut self, name: &str, text: &str, kind: CellKind) {
        if text.trim().is_empty() {
            return;
        }
        let next = self.names.len();
        let at = *self.columns.entry(header::key(name)).or_insert(next);
        if at == next {
            self.names.push(name.to_string());
        }
        if let Some(row) = self.rows.last_mut()
            && !row.iter().any(|(column, ..)| *column == at)
        {
            row.push((at, text.to_string(), kind));
        }
    }

    /// Puts every member of an object under `prefix` and its name.
    pub fn object(&mut self, prefix: &str, object: &Json) {
        self.object_without(prefix, object, &[]);
    }

    /// The same without the members named, in lower case.
    pub fn object_without(&mut self, prefix: &str, object: &Json, without: &[&str]) {
        for (key, value) in object.as_object().into_iter().flatten() {
            if !without.iter().any(|name| key.eq_ignore_ascii_case(name)) {
                self.value(&joined(prefix, key), value);
            }
        }
    }

    /// Puts a value: a list as its texts, or as JSON where it holds more than texts.
    pub fn value(&mut self, name: &str, value: &Json) {
        match value {
            Json::Null => {}
            Json::Number(number) => self.put_kind(name, &number.to_string(), CellKind::Number),
            Json::Object(_) => match text_of(value) {
                Some(text) => self.put(name, &text),
                None => self.object(name, value),
            },
            Json::Array(list) if list.is_empty() => {}
            Json::Array(list) => {
                let texts: Option<Vec<Cow<'_, str>>> = list.iter().map(scalar).collect();
                match texts {
                    Some(texts) => self.put(name, &texts.join("; ")),
                    None => self.put(name, &value.to_string()),
                }
            }
            Json::String(_) | Json::Bool(_) => {
                self.put(name, &text_of(value).unwrap_or_default());
            }
        }
    }

    /// The table: names in row 0, then the records by their place in the file.
    ///
    /// # Errors
    /// More records or cells than a table holds.
    pub fn into_table(
        self,
        profile: &Profile,
        map: &Map,
        file: &str,
    ) -> Result<Table, IngestError> {
        let mut table = Table::default();
        table.document = true;
        table.partial = self.partial;
        table.start_row(0);
        for (column, name) in self.names.iter().enumerate() {
            table.push(file, column, CellKind::Text, name)?;
        }
        let counted: Vec<bool> = self
            .names
            .iter()
            .map(|name| is_counted(name, profile, map))
            .collect();
        for (at, mut row) in self.rows.into_iter().enumerate() {
            table.start_row(u32::try_from(at + 1).unwrap_or(u32::MAX));
            row.sort_by_key(|(column, ..)| *column);
            for (column, text, kind) in row {
                // A number that serves as an identifier has all its digits: no spreadsheet has
                // been at it.
                let kind = match counted.get(column) {
                    Some(true) => kind,
                    _ => CellKind::Text,
                };
                table.push(file, column, kind, &text)?;
            }
        }
        Ok(table)
    }
}

/// True where the name fills a field that is counted with.
fn is_counted(name: &str, profile: &Profile, map: &Map) -> bool {
    let key = header::key(name);
    let mapped = map
        .fields()
        .find(|(_, header)| header::key(header) == key)
        .map(|(field, _)| field);
    let own = || {
        let fits = |(_, keys): &&(Field, &[&str])| keys.contains(&key.as_str());
        profile.columns.iter().find(fits).map(|(field, _)| *field)
    };
    let kind = mapped.or_else(own).map(Field::kind);
    matches!(kind, Some(FieldKind::Number | FieldKind::Percent))
}

fn scalar(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::Object(_) => None,
        other => text_of(other),
    }
}

fn joined(prefix: &str, key: &str) -> String {
    match prefix {
        "" => key.to_string(),
        prefix => format!("{prefix}.{key}"),
    }
}

/// Says that a file holds fewer records than its pages announce, and marks it as partial.
pub fn fewer_than(total: Option<u64>, grid: &mut Grid, problems: &mut Problems) {
    let Some(total) = total.filter(|total| *total > grid.len() as u64) else {
        return;
    };
    grid.partial = true;
    problems.about_file(
        super::row::Code::Incomplete,
        format!(
            "the file holds {} of {total} records its pages announce; glue all pages together to \
             have the rest",
            grid.len()
        ),
    );
}

/// The whole number under that name.
pub fn number(document: &Json, name: &str) -> Option<u64> {
    super::json::find(document, name).and_then(|value| text_of(value)?.trim().parse().ok())
}
