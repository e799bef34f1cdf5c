//! Workbooks of every kind to [`Table`]s, one per sheet, hidden ones included: `.xlsx`, `.xlsb`,
//! `.xls` and `.ods`, told apart by content. Cells go into a sparse table as they are met; where the
//! library would lay out a whole sheet by its farthest cell, sizes are looked at before it may.
//!
//! No macro, link or formula is ever run: the value that was saved beside a formula counts, and one
//! that was never saved stays unknown.

pub mod archive;
mod biff;
mod cell;
mod compound;
mod markup;
mod ods;
mod parts;
mod quick;
mod sheet;
mod xls;
mod xlsb;
mod xlsx;

use super::error::IngestError;
use super::limits;
use super::map::Map;
use super::report::Problems;
use super::row::Code;
use super::table::{CellKind, Table};
use super::value::date::from_serial;
use crate::domain::text::clean;
use calamine::{DataRef, SheetType, SheetVisible};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::sync::Arc;

pub use compound::{Holds, holds as compound_holds};
pub use sheet::SheetRows;

/// The kinds of workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `.xlsx` and `.xlsm`.
    Xlsx,
    /// `.xlsb`.
    Xlsb,
    /// `.xls`.
    Xls,
    /// `.ods`.
    Ods,
}

/// Opens every sheet, or only the one a person named. Of an `.xlsx` the first rows are held; the
/// other kinds are read whole.
///
/// # Errors
/// A damaged or hostile file, a password, a missing sheet, a limit reached.
pub fn read(
    kind: Kind,
    bytes: &Arc<Vec<u8>>,
    file: &str,
    map: &Map,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    let only = map.sheet.as_deref();
    let reading = Reading { file, only };
    match kind {
        Kind::Xlsx => xlsx::open(bytes, &reading, map.header_row),
        Kind::Xlsb => guarded(file, || xlsb::read(bytes, &reading, progress)),
        Kind::Xls => guarded(file, || xls::read(bytes, &reading, progress)),
        Kind::Ods => ods::read(bytes, &reading, progress),
    }
}

/// Says which sheets have cells that were left out, once their rows were read.
pub fn tell_beyond(tables: &[Table], problems: &mut Problems) {
    for table in tables.iter().filter(|table| table.cells_beyond() > 0) {
        problems.about_file(
            Code::Incomplete,
            format!(
                "sheet {:?} has {} cells beyond column {}; they were left out",
                table.sheet.as_deref().unwrap_or_default(),
                table.cells_beyond(),
                limits::COLUMNS
            ),
        );
    }
}

/// The libraries for the two binary kinds index into records as they stand in the file; a record
/// that ends early makes them panic. That is a damaged file, no more.
fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T, IngestError>) -> Result<T, IngestError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(damaged(file, "a record ends before its time")))
}

/// What a workbook is read for.
struct Reading<'a> {
    file: &'a str,
    only: Option<&'a str>,
}

impl Reading<'_> {
    /// The sheets to read among those of the workbook, in its order.
    fn chosen(&self, names: &[String]) -> Result<Vec<String>, IngestError> {
        let wanted = |known: &&String| {
            let same = |name: &str| known.trim() == name.trim();
            self.only.is_none_or(same)
        };
        let chosen: Vec<String> = names.iter().filter(wanted).cloned().collect();
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        Err(IngestError::Unreadable {
            file: self.file.to_string(),
            what: match self.only {
                Some(name) => format!(
                    "no sheet is called {name:?}; there are {}",
                    clean(&names.join(", "))
                ),
                None => "the workbook has no worksheet".to_string(),
            },
            next: "Name a sheet with `sheet = \"…\"` in a --map file, or export again".to_string(),
        })
    }
}

/// The names of the worksheets; charts and macros have none.
fn worksheets(sheets: &[calamine::Sheet]) -> Vec<String> {
    sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// True where the spreadsheet does not show the sheet of that name.
fn is_hidden(sheets: &[calamine::Sheet], name: &str) -> bool {
    let own = sheets.iter().find(|sheet| sheet.name == name);
    own.is_some_and(|sheet| sheet.visible != SheetVisible::Visible)
}

/// A table that is being filled, cell after cell in the order of rows.
struct Filling<'a> {
    table: Table,
    file: &'a str,
    name: &'a str,
    before: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl<'a> Filling<'a> {
    /// An empty table of a sheet; `before` rows were read from the sheets before it.
    fn new(
        reading: &Reading<'a>,
        name: &'a str,
        from_1904: bool,
        before: u64,
        progress: &'a mut dyn FnMut(u64),
    ) -> Filling<'a> {
        Filling {
            table: Table::of_sheet(name, from_1904),
            file: reading.file,
            name,
            before,
            progress,
        }
    }

    /// Adds a cell; row and column count from 0.
    fn put(
        &mut self,
        row: u32,
        column: u32,
        kind: CellKind,
        text: &str,
    ) -> Result<(), IngestError> {
        if row >= limits::SHEET_ROWS || column >= limits::SHEET_COLUMNS {
            return Err(self.damaged("has a cell outside of any worksheet"));
        }
        let number = row + 1;
        match self.table.last_row() {
            Some(last) if last == number => {}
            Some(last) if last > number => {
                return Err(self.damaged(&format!("has rows out of order at row {number}")));
            }
            _ => self.table.start_row(number),
        }
        if text.len() > limits::CELL_BYTES {
            return Err(self.damaged(&format!(
                "holds more text in a cell of row {number} than a cell can"
            )));
        }
        self.table.push(self.file, column as usize, kind, text)?;
        if self.table.cell_count().is_multiple_of(65_536) {
            (self.progress)(self.before + self.table.len() as u64);
        }
        Ok(())
    }

    fn damaged(&self, what: &str) -> IngestError {
        damaged(self.file, &format!("sheet {:?} {what}", self.name))
    }

    /// The table as it was filled.
    fn done(self) -> Table {
        (self.progress)(self.before + self.table.len() as u64);
        self.table
    }
}

/// Kind and text of a value; `None` for an empty cell without a formula.
fn read_cell(
    value: DataRef<'_>,
    formula: bool,
    from_1904: bool,
) -> Option<(CellKind, Cow<'_, str>)> {
    use Cow::{Borrowed, Owned};
    Some(match value {
        DataRef::Empty if formula => (CellKind::NoValue, Borrowed("")),
        DataRef::Empty => return None,
        DataRef::SharedString(text) => (CellKind::Text, Borrowed(text)),
        DataRef::String(text) => (CellKind::Text, Owned(text)),
        DataRef::Int(number) => (CellKind::Number, Owned(number.to_string())),
        DataRef::Float(number) => match decimal(number) {
            Some(number) => (CellKind::Number, Owned(number.normalize().to_string())),
            None => (CellKind::Text, Owned(format!("{number:e}"))),
        },
        DataRef::Bool(flag) => (CellKind::Text, Owned(flag.to_string().to_uppercase())),
        DataRef::DateTime(when) if when.is_datetime() => {
            // The whole part is the day; the fraction is a time of day and is dropped.
            match from_serial(when.as_f64().floor() as i64, from_1904) {
                Some(day) => (CellKind::Date, Owned(day.to_string())),
                None => (CellKind::Text, Owned(when.as_f64().to_string())),
            }
        }
        DataRef::DateTime(span) => (CellKind::Text, Owned(span.as_f64().to_string())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (CellKind::Text, Owned(text)),
        DataRef::Error(error) => (CellKind::Error, Owned(error.to_string())),
    })
}

/// A worksheet number as the decimal a person sees: the shortest text of at most 15 digits, which
/// is what a spreadsheet itself keeps. 0.1 + 0.2 reads as 0.3.
fn decimal(number: f64) -> Option<Decimal> {
    let shortest = number.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 {
        return Decimal::from_str(&shortest).ok();
    }
    Decimal::from_scientific(&format!("{number:.14e}")).ok()
}

/// A number format that shows percent: `0.0%`, or one of the two built-in ones.
fn shows_percent(id: u16, code: &str) -> bool {
    code.contains('%') || matches!(id, 9 | 10)
}

/// A workbook that cannot be read, with why.
fn damaged(file: &str, why: &str) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: format!(
            "the workbook cannot be read: {}",
            crate::domain::text::clean(why)
        ),
        next: "Open it in a spreadsheet, save it again as .xlsx, and import that".to_string(),
    }
}

/// The refusal of a workbook under a password.
pub fn sealed(file: &str) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: "the workbook is protected by a password".to_string(),
        next: "Open it in a spreadsheet, save it without the password, and import that".to_string(),
    }
}
