//! A table as read, before anybody decides what its columns mean: rows of sparse cells whose text
//! lies in one arena, because a large export has millions of cells and almost all are short.

use super::csv::Lines;
use super::error::IngestError;
use super::json::JsonRows;
use super::limits;
use super::workbook::SheetRows;
use crate::domain::text::clean;
use std::borrow::Cow;

/// What the container says a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A spreadsheet number, written as exact decimal text.
    Number,
    /// A spreadsheet date, written as ISO text.
    Date,
    /// An error value such as `#N/A`.
    Error,
    /// A formula whose value was never saved.
    NoValue,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    column: u16,
    kind: CellKind,
    start: u32,
    len: u32,
}

#[derive(Clone, Copy, Debug)]
struct RowSlot {
    number: u32,
    first: u32,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Column from 0.
    pub column: usize,
    /// Kind.
    pub kind: CellKind,
    /// Cleaned text, trimmed.
    pub text: &'a str,
}

/// Takes a row: its number as a spreadsheet shows it, and its cells by column.
pub type EachRow<'f> = dyn FnMut(u32, &[Option<Cell<'_>>]) -> Result<(), IngestError> + 'f;

/// Where the rows of a table are found that it does not hold; told are all of them.
#[derive(Clone, Debug)]
pub enum Rest {
    /// In delimited text.
    Lines(Lines),
    /// In a worksheet.
    Sheet(SheetRows),
    /// In a JSON document.
    Document(JsonRows),
}

impl Rest {
    fn each(
        &self,
        skip: usize,
        wanted: Option<&[bool]>,
        each: &mut EachRow<'_>,
    ) -> Result<(), IngestError> {
        match self {
            Rest::Lines(lines) => lines.each(skip, each),
            Rest::Sheet(rows) => rows.each(skip, wanted, each),
            Rest::Document(rows) => rows.each(skip, each),
        }
    }
}

/// One sheet or CSV file.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Sheet name; none for CSV.
    pub sheet: Option<String>,
    /// The spreadsheet does not show the sheet.
    pub hidden: bool,
    /// Dates of the sheet count from 1904.
    pub from_1904: bool,
    /// Columns whose number format shows percent, so that 0.42 means 42 %.
    pub percent_columns: Vec<u16>,
    /// It was laid out from a JSON document, where no row is a title or a total.
    pub document: bool,
    /// It is known to hold only part of its source, so what it lacks is not gone.
    pub partial: bool,
    /// Cells beyond the last column looked at.
    pub cells_beyond: u64,
    /// Where all rows are found again, when only the first ones are held.
    pub rest: Option<Rest>,
    arena: String,
    slots: Vec<Slot>,
    rows: Vec<RowSlot>,
}

impl Table {
    /// An empty table of a sheet.
    pub fn of_sheet(name: &str, from_1904: bool) -> Table {
        Table {
            sheet: Some(clean(name).into_owned()),
            from_1904,
            ..Table::default()
        }
    }

    /// Starts a row; `number` as a spreadsheet shows it, from 1.
    pub fn start_row(&mut self, number: u32) {
        self.rows.push(RowSlot {
            number,
            first: self.slots.len() as u32,
        });
    }

    /// The number of the row last started.
    pub fn last_row(&self) -> Option<u32> {
        self.rows.last().map(|row| row.number)
    }

    /// Adds a cell to the row last started. Text is cleaned and trimmed here, once, at the
    /// boundary; an empty cell of text leaves no trace.
    pub fn push(
        &mut self,
        file: &str,
        column: usize,
        kind: CellKind,
        text: &str,
    ) -> Result<(), IngestError> {
        if column >= limits::COLUMNS {
            self.cells_beyond += 1;
            return Ok(());
        }
        let cleaned = clean(text);
        let text = cleaned.trim();
        if text.is_empty() && kind != CellKind::NoValue {
            return Ok(());
        }
        if self.slots.len() >= limits::CELLS || self.rows.len() > limits::ROWS {
            return Err(too_large(
                file,
                "too many cells",
                format!("{} rows or {} cells", limits::ROWS, limits::CELLS),
            ));
        }
        if text.len() > limits::CELL_BYTES {
            let row = self.last_row().unwrap_or_default();
            let place = match self.document {
                true => format!("record {row} has a value with too much text"),
                false => format!("column {} of row {row} has too much text", column + 1),
            };
            return Err(too_large(
                file,
                &place,
                "32,767 characters a value".to_string(),
            ));
        }
        let start = u32::try_from(self.arena.len())
            .map_err(|_| too_large(file, "too much text", "4 GB of text in a table".to_string()))?;
        self.arena.push_str(text);
        self.slots.push(Slot {
            column: column as u16,
            kind,
            start,
            len: text.len() as u32,
        });
        Ok(())
    }

    /// Cells beyond the last column looked at, as far as rows were read.
    pub fn cells_beyond(&self) -> u64 {
        match &self.rest {
            Some(Rest::Sheet(rows)) => rows.cells_beyond(),
            _ => self.cells_beyond,
        }
    }

    /// How many rows are held.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when none is held.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many non-empty cells there are.
    pub fn cell_count(&self) -> usize {
        self.slots.len()
    }

    /// The row's number as a spreadsheet shows it.
    pub fn number(&self, at: usize) -> u32 {
        self.rows.get(at).map_or(0, |row| row.number)
    }

    /// The non-empty cells of a row, in file order.
    pub fn cells(&self, at: usize) -> impl Iterator<Item = Cell<'_>> {
        let first = self.rows.get(at).map_or(0, |row| row.first as usize);
        let end = match self.rows.get(at + 1) {
            Some(next) => next.first as usize,
            None if at < self.rows.len() => self.slots.len(),
            None => first,
        };
        self.slots
            .get(first..end)
            .unwrap_or_default()
            .iter()
            .map(|slot| Cell {
                column: slot.column as usize,
                kind: slot.kind,
                text: self.text(slot),
            })
    }

    /// Calls `each` for every row from the one at `first`, held or not, with its number and its
    /// cells by column.
    ///
    /// # Errors
    /// Those of `each`, and a source that cannot be read.
    pub fn each_row(&self, first: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        self.rows_from(first, None, each)
    }

    /// The same for somebody who looks at some columns only; the cells of others may be missing.
    ///
    /// # Errors
    /// As [`Table::each_row`].
    pub fn each_row_in(
        &self,
        first: usize,
        wanted: &[bool],
        each: &mut EachRow<'_>,
    ) -> Result<(), IngestError> {
        self.rows_from(first, Some(wanted), each)
    }

    fn rows_from(
        &self,
        first: usize,
        wanted: Option<&[bool]>,
        each: &mut EachRow<'_>,
    ) -> Result<(), IngestError> {
        let mut cells = Vec::new();
        for at in first..self.rows.len() {
            self.by_column(at, &mut cells);
            each(self.number(at), &cells)?;
        }
        match &self.rest {
            Some(rest) => rest.each(self.rows.len().max(first), wanted, each),
            None => Ok(()),
        }
    }

    /// The cells of a held row by column, as far as there are any.
    pub fn by_column<'a>(&'a self, at: usize, into: &mut Vec<Option<Cell<'a>>>) {
        into.clear();
        for cell in self.cells(at) {
            if into.len() <= cell.column {
                into.resize(cell.column + 1, None);
            }
            if let Some(slot) = into.get_mut(cell.column) {
                *slot = Some(cell);
            }
        }
    }

    /// The table with all its rows held, for the few kinds that look back and forth in it.
    ///
    /// # Errors
    /// As [`Table::each_row`] and [`Table::push`].
    pub fn whole(&self, file: &str) -> Result<Cow<'_, Table>, IngestError> {
        if self.rest.is_none() {
            return Ok(Cow::Borrowed(self));
        }
        let mut whole = Table {
            rest: None,
            ..self.clone()
        };
        self.each_row(self.rows.len(), &mut |number, cells| {
            whole.push_row(file, number, cells)
        })?;
        Ok(Cow::Owned(whole))
    }

    /// Adds a row of cells.
    ///
    /// # Errors
    /// As [`Table::push`].
    pub fn push_row(
        &mut self,
        file: &str,
        number: u32,
        cells: &[Option<Cell<'_>>],
    ) -> Result<(), IngestError> {
        self.start_row(number);
        for cell in cells.iter().flatten() {
            self.push(file, cell.column, cell.kind, cell.text)?;
        }
        Ok(())
    }

    fn text(&self, slot: &Slot) -> &str {
        let start = slot.start as usize;
        self.arena
            .get(start..start + slot.len as usize)
            .unwrap_or_default()
    }
}

/// A table beyond a limit.
pub fn too_large(file: &str, what: &str, limit: String) -> IngestError {
    IngestError::TooLarge {
        file: file.to_string(),
        what: what.to_string(),
        limit,
    }
}
