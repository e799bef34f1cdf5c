//! JSON documents laid out as tables: a row per record, a column per name, nested names joined by
//! dots. So a record of a service passes the same checks as a row of a sheet, and a refused one
//! goes into the rejects file with everything it said.

use super::header;
use super::json::text_of;
use super::limits;
use super::map::Map;
use super::profile::{Profile, bcs_serials, eox, ingram, intersight, lifecycle, pxcloud, sn2info};
use super::report::Problems;
use super::row::{Field, FieldKind};
use super::table::CellKind;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;

/// A kind of document.
#[derive(Debug)]
pub struct Document {
    /// Its profile; columns are matched by the names of its members.
    pub profile: &'static Profile,
    /// True for a page of this kind, or for a record of it standing alone.
    pub fits: fn(&Json) -> bool,
    /// The names of the lists in which a page holds its records, in lower case; of several the first
    /// counts that has a record.
    pub lists: &'static [&'static str],
    /// Lays the records of a page out.
    pub fill: fn(&Page<'_>, &mut Grid, &mut Tally, &mut Problems),
    /// What is to tell after the last page.
    pub end: fn(&Tally, &mut Grid, &mut Problems),
}

/// A page of a document; of a long one a piece: its members with some of its records.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Its members.
    pub json: &'a Json,
    /// The page, with all its pieces, is of the kind that is read.
    pub fits: bool,
    /// It is no further piece of the page before it.
    pub begins: bool,
    /// The list of which this is a piece, where it is one.
    pub list: Option<&'a str>,
}

impl<'a> Page<'a> {
    /// The records of a piece; none of a page that is whole.
    pub fn piece(&self) -> Option<&'a [Json]> {
        let list = self.json.get(self.list?)?.as_array()?;
        Some(list.as_slice())
    }
}

/// What the pages of a file say beside their records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// The largest number of records any of them announces.
    pub total: Option<u64>,
    /// Product lines passed over.
    pub products: usize,
    /// They have values the book has no place for.
    pub unkept: bool,
    /// Records without what makes a row of them.
    pub bare: usize,
    /// Actions passed over.
    pub actions: usize,
}

impl Tally {
    /// Takes the number of records into account that a page announces.
    pub fn announced(&mut self, total: Option<u64>) {
        self.total = self.total.max(total);
    }
}

/// How many kinds there are beside end-of-life records.
const COUNT: usize = 8;

/// Every kind but end-of-life records, which have a reader of their own. The first that fits a page
/// wins, so kinds with more keys come first.
static KINDS: [Document; COUNT] = [
    sn2info::DOCUMENT,
    bcs_serials::DOCUMENT,
    intersight::DOCUMENT,
    lifecycle::DOCUMENT,
    ingram::DETAIL_DOCUMENT,
    ingram::SEARCH_DOCUMENT,
    pxcloud::DETAILS_DOCUMENT,
    pxcloud::CONTRACTS_DOCUMENT,
];

/// The number of end-of-life records among the kinds.
pub const EOX: usize = COUNT;

/// The kinds a page fits, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// How many numbers there are.
    pub const ALL: usize = COUNT + 1;

    /// True where it fits that kind.
    pub fn has(self, kind: usize) -> bool {
        kind < Marks::ALL && self.0 & (1 << kind) != 0
    }

    /// True where it fits none.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The kind that counts.
    pub fn leading(self) -> Option<usize> {
        match self.has(EOX) {
            true => Some(EOX),
            false => self.leading_document(),
        }
    }

    /// The same with end-of-life records left aside.
    pub fn leading_document(self) -> Option<usize> {
        (0..COUNT).find(|kind| self.has(*kind))
    }

    /// What fits pieces of one page, as it fits the page: one with details of contracts is no page
    /// of contracts.
    pub fn of_one_page(self) -> Marks {
        let number = |profile: &Profile| KINDS.iter().position(|own| own.profile.id == profile.id);
        match (number(&pxcloud::DETAILS), number(&pxcloud::CONTRACTS)) {
            (Some(details), Some(contracts)) if self.has(details) => {
                Marks(self.0 & !(1 << contracts))
            }
            _ => self,
        }
    }
}

impl std::ops::BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        self.0 |= other.0;
    }
}

/// The kinds a page fits.
pub fn marks(page: &Json) -> Marks {
    if !page.is_object() {
        return Marks::default();
    }
    let fits = (0..Marks::ALL).filter(|kind| fits(*kind, page));
    Marks(fits.fold(0, |marks, kind| marks | 1 << kind))
}

/// True where a page is of that kind.
pub fn fits(kind: usize, page: &Json) -> bool {
    match KINDS.get(kind) {
        Some(document) => (document.fits)(page),
        None => eox::fits(page),
    }
}

/// The kind of that number; none of end-of-life records.
pub fn kind(number: usize) -> Option<&'static Document> {
    KINDS.get(number)
}

/// The number of the kind with that id.
pub fn numbered(id: &str) -> Option<usize> {
    match id == eox::ID {
        true => Some(EOX),
        false => KINDS.iter().position(|kind| kind.profile.id == id),
    }
}

/// The names of the lists with records of that kind.
pub fn lists(number: usize) -> &'static [&'static str] {
    match KINDS.get(number) {
        Some(kind) => kind.lists,
        None => &[eox::LIST],
    }
}

/// The names of all lists with records of some kind.
pub fn list_names() -> impl Iterator<Item = &'static str> {
    (0..Marks::ALL).flat_map(|kind| lists(kind).iter().copied())
}

/// True where a list of that name may hold records of some kind.
pub fn holds_records(name: &str) -> bool {
    list_names().any(|own| own.eq_ignore_ascii_case(name))
}

/// The profiles of all documents.
pub fn profiles() -> impl Iterator<Item = &'static Profile> {
    KINDS.iter().map(|kind| kind.profile)
}

/// True where a format of that id comes as JSON.
pub fn is_named(id: &str) -> bool {
    id == super::profile::eox::ID || profiles().any(|profile| profile.id == id)
}

/// The names of columns, as records bring them.
#[derive(Clone, Debug, Default)]
struct Names {
    all: Vec<String>,
    by_key: HashMap<String, usize>,
    /// Spellings met before. None beyond the last column looked at.
    by_name: HashMap<String, Option<usize>>,
}

/// Spellings of names remembered: a document has a few, unless it is made to have many.
const SPELLINGS: usize = 4_096;

impl Names {
    /// The column of a name.
    fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let key = header::key(name);
        let next = self.all.len();
        let column = match self.by_key.get(&key) {
            Some(known) => Some(*known),
            None if next < limits::COLUMNS => {
                self.all.push(name.to_string());
                self.by_key.insert(key, next);
                Some(next)
            }
            None => None,
        };
        if self.by_name.len() < SPELLINGS {
            self.by_name.insert(name.to_string(), column);
        }
        column
    }
}

/// A cell of a record.
#[derive(Clone, Copy, Debug)]
struct Laid {
    column: usize,
    kind: CellKind,
    start: usize,
    end: usize,
}

/// Records on their way to a table: those of the page at hand, others were taken.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    names: Names,
    text: String,
    cells: Vec<Laid>,
    /// Where the cells of each record begin.
    begins: Vec<usize>,
    taken: usize,
    /// It lacks pages of its source.
    pub partial: bool,
}

impl Grid {
    /// One without records, whose columns are those of this one.
    pub fn emptied(&self) -> Grid {
        Grid {
            names: self.names.clone(),
            ..Grid::default()
        }
    }

    /// The names of its columns.
    pub fn names(&self) -> &[String] {
        &self.names.all
    }

    /// How many records there were so far.
    pub fn len(&self) -> usize {
        self.taken + self.begins.len()
    }

    /// True without records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands its records on with their numbers, from 1, and forgets them. A cell is its column, its
    /// kind and its text; they come by column.
    ///
    /// # Errors
    /// Those of `each`.
    pub fn take<E>(
        &mut self,
        mut each: impl FnMut(usize, &[(usize, CellKind, &str)]) -> Result<(), E>,
    ) -> Result<(), E> {
        let ends = self.begins.iter().skip(1).chain([&usize::MAX]);
        let mut row = Vec::new();
        for (at, (begin, end)) in self.begins.iter().zip(ends).enumerate() {
            let cells = self.cells.get(*begin..(*end).min(self.cells.len()));
            let text = |cell: &Laid| self.text.get(cell.start..cell.end).unwrap_or_default();
            row.clear();
            row.extend(
                cells
                    .unwrap_or_default()
                    .iter()
                    .map(|cell| (cell.column, cell.kind, text(cell))),
            );
            row.sort_unstable_by_key(|(column, ..)| *column);
            each(self.taken + at + 1, &row)?;
        }
        self.taken += self.begins.len();
        self.begins.clear();
        self.cells.clear();
        self.text.clear();
        Ok(())
    }

    /// Starts a record.
    pub fn start(&mut self) {
        self.begins.push(self.cells.len());
    }

    /// Puts a text under a name; the first text of a record under a name stays.
    pub fn put(&mut self, name: &str, text: &str) {
        self.put_kind(name, text, CellKind::Text);
    }

    fn put_kind(&mut self, name: &str, text: &str, kind: CellKind) {
        if text.trim().is_empty() {
            return;
        }
        let (Some(column), Some(begin)) = (self.names.column(name), self.begins.last()) else {
            return;
        };
        let row = self.cells.get(*begin..).unwrap_or_default();
        if row.iter().any(|cell| cell.column == column) {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(Laid {
            column,
            kind,
            start,
            end: self.text.len(),
        });
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
}

/// True where the name fills a field that is counted with.
pub fn is_counted(name: &str, profile: &Profile, map: &Map) -> bool {
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
