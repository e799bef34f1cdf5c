//! What the reader sees in a file before any row of it is taken: per sheet the header row, the kind
//! it looks like, and what each column is read as, with samples. Answers "is this what I think it
//! is?" and is what a person maps columns on. Decides nothing: [`super::detect`] and
//! [`super::column`] do.

use super::column::Column as Settled;
use super::detect::{self, Found};
use super::guess;
use super::map::Map;
use super::memory::{Layout, Recalled};
use super::row::{Field, FieldKind};
use super::table::{CellKind, Table};
use super::value::date::DateOrder;
use super::value::number::DecimalMark;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Samples of a column at most.
const SAMPLES: usize = 3;
/// Characters of a sample at most.
const SAMPLE_CHARS: usize = 40;
/// Rows after the header that samples are looked for in.
const SAMPLE_ROWS: usize = 100;
/// Rows shown to choose the header from.
const TOP_ROWS: usize = 40;
/// Characters of such a row at most.
const TOP_CHARS: usize = 160;
/// Sheets told of at most.
const SHEETS: usize = 40;

/// A file as the reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Its sheets; one without a name for text and JSON.
    pub sheets: Vec<Sheet>,
    /// Workbook or text; empty for JSON.
    #[serde(default)]
    pub container: String,
    /// Answers of an earlier file that were taken, or could be.
    #[serde(default)]
    pub recalled: Option<Recalled>,
}

/// A sheet as the reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; none for text and JSON.
    pub sheet: Option<String>,
    /// True where its rows are taken.
    pub taken: bool,
    /// The kind it is read as, an id of [`super::profile`]; empty where none fits.
    pub format: String,
    /// The kind in words.
    pub title: String,
    /// How well it fits: thousandths of the required columns, plus 40 for each telling one. None
    /// for tables without required columns.
    pub score: Option<u32>,
    /// Row of the header, as a spreadsheet numbers it.
    pub header_row: u32,
    /// The columns, in file order.
    pub columns: Vec<Column>,
    /// The first rows, to choose another header from.
    pub top: Vec<Top>,
}

/// A column as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// The field it fills, if any.
    pub field: Option<Field>,
    /// How the field was found.
    pub found_by: FoundBy,
    /// It tells lines apart.
    pub key: bool,
    /// How its values are read, in words; none where there is nothing to decide.
    pub read_as: Option<String>,
    /// The first different values, cut short.
    pub samples: Vec<String>,
}

/// How a column came by its field: the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A person said so.
    Map,
    /// The header is the one this kind has.
    Header,
    /// The header is another name for it.
    Alias,
    /// The header holds its name among other words.
    Part,
    /// It has no field.
    Nothing,
}

/// A row near the top of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// Its cells, with `|` between them, cut short.
    pub text: String,
}

/// The fields that tell what a row is about.
const KEYS: [Field; 9] = [
    Field::LineId,
    Field::Serial,
    Field::Instance,
    Field::ContractNumber,
    Field::SubscriptionId,
    Field::AgreementNumber,
    Field::RenewalId,
    Field::CustomerId,
    Field::Bulletin,
];

impl Outline {
    /// The layout that answers about this file are remembered by: that of its first sheet that is
    /// read, else of the first there is. None for JSON, whose names leave nothing to map.
    pub fn layout(&self) -> Option<Layout> {
        let taken = self.sheets.iter().find(|sheet| sheet.taken);
        let sheet = taken.or(self.sheets.first())?;
        let keys = sheet.columns.iter();
        let keys: Vec<String> = keys.map(|c| detect::own_key(&c.header)).collect();
        (!self.container.is_empty() && !keys.is_empty()).then(|| Layout {
            container: self.container.clone(),
            keys,
        })
    }

    /// Puts a sheet in, in place of what was known of it before.
    pub fn put(&mut self, sheet: Sheet) {
        match self.sheets.iter_mut().find(|own| own.sheet == sheet.sheet) {
            Some(own) => *own = sheet,
            None => self.sheets.push(sheet),
        }
    }
}

/// A table whose header was found; `settled` says how its columns are read, as far as decided.
pub fn of_table(table: &Table, found: &Found, settled: &[Settled], map: &Map) -> Sheet {
    let columns = found.headers.iter().enumerate().map(|(at, header)| {
        let field = found.fields.get(at).copied().flatten();
        let (samples, kinds) = samples(table, found.at + 1, at);
        let how = settled.iter().find(|column| column.at == at);
        Column {
            header: header.clone(),
            field,
            found_by: field.map_or(FoundBy::Nothing, |field| {
                guess::found_by(found.profile, field, header, map)
            }),
            key: field.is_some_and(|field| KEYS.contains(&field)),
            read_as: how.and_then(|how| read_as(how, &samples, &kinds)),
            samples,
        }
    });
    let needs = found.profile.needs;
    Sheet {
        sheet: table.sheet.clone(),
        taken: true,
        format: found.profile.id.to_string(),
        title: found.profile.title.to_string(),
        score: (!needs.is_empty() && !table.document).then_some(found.score),
        header_row: table.number(found.at),
        columns: columns.collect(),
        top: top(table),
    }
}

/// All tables of a file, read or not, with the best guess where none fits.
pub fn of_file(tables: &[Table], read: &[(usize, Found)], map: &Map) -> Vec<Sheet> {
    let sheets = tables.iter().enumerate().take(SHEETS).map(|(at, table)| {
        if let Some((_, found)) = read.iter().find(|(known, _)| *known == at) {
            return of_table(table, found, &[], map);
        }
        let guess = guess::guess(table, map);
        let sheet = guess.map(|found| of_table(table, &found, &[], map));
        Sheet {
            taken: false,
            ..sheet.unwrap_or_else(|| Sheet {
                sheet: table.sheet.clone(),
                top: top(table),
                ..Sheet::default()
            })
        }
    });
    sheets.collect()
}

/// What the reader sees, when nobody may be asked: questions are left open.
pub fn look(tables: &[Table], format: Option<&str>, map: &Map, file: &str) -> Vec<Sheet> {
    let found = detect::find(tables, format, map, file).unwrap_or_default();
    of_file(tables, &found, map)
}

fn samples(table: &Table, first: usize, column: usize) -> (Vec<String>, Vec<CellKind>) {
    let mut samples: Vec<String> = Vec::new();
    let mut kinds = Vec::new();
    for at in first..table.len().min(first + SAMPLE_ROWS) {
        let Some(cell) = table.cells(at).find(|cell| cell.column == column) else {
            continue;
        };
        let text = short(cell.text, SAMPLE_CHARS);
        if samples.contains(&text) {
            continue;
        }
        samples.push(text);
        kinds.push(cell.kind);
        if samples.len() == SAMPLES {
            break;
        }
    }
    (samples, kinds)
}

fn read_as(how: &Settled, samples: &[String], kinds: &[CellKind]) -> Option<String> {
    if samples.is_empty() {
        return None;
    }
    let only = |kind| kinds.iter().all(|own| *own == kind);
    let words = match how.field.kind() {
        FieldKind::Identifier | FieldKind::Text => return None,
        FieldKind::Date if only(CellKind::Date) => "dates of the spreadsheet",
        // A year in front leaves no order to decide.
        FieldKind::Date if samples.iter().all(|text| starts_with_year(text)) => "dates, year first",
        FieldKind::Date => match how.order {
            DateOrder::Dmy => "dates, day first",
            DateOrder::Mdy => "dates, month first",
        },
        FieldKind::Percent if how.fraction => "fractions of one: 0.4 is 40 %",
        FieldKind::Percent => "percent",
        FieldKind::Number if only(CellKind::Number) => "numbers of the spreadsheet",
        FieldKind::Number => match how.mark {
            DecimalMark::Dot => "numbers, decimal dot",
            DecimalMark::Comma => "numbers, decimal comma",
        },
    };
    Some(words.to_string())
}

fn starts_with_year(text: &str) -> bool {
    text.len() >= 8 && text.bytes().take(4).all(|byte| byte.is_ascii_digit())
}

fn top(table: &Table) -> Vec<Top> {
    (0..table.len().min(TOP_ROWS))
        .map(|at| {
            let mut text = String::new();
            for cell in table.cells(at) {
                let between = if text.is_empty() { "" } else { " | " };
                let _ = write!(text, "{between}{}", cell.text);
                if text.len() > TOP_CHARS * 4 {
                    break;
                }
            }
            Top {
                row: table.number(at),
                text: short(&text, TOP_CHARS),
            }
        })
        .filter(|top| !top.text.is_empty())
        .collect()
}

/// The first `most` characters, with a sign that there are more.
fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or_default()),
        None => text.to_string(),
    }
}
