//! Delimited text to a [`Table`]: delimiter by the field count that repeats.
//!
//! Only the first rows are held; the others are read again from their source when they are wanted,
//! so that an export of a million lines takes no more memory than one of a thousand.

use super::error::IngestError;
use super::limits;
use super::report::{Problems, undo_harmless};
use super::source::{Source, unreadable};
use super::split::{Split, Splitter};
use super::survey::{self, Survey};
use super::table::{Cell, CellKind, EachRow, Rest, Table, too_large};
use super::text::{self, Utf8};
use crate::domain::text::clean;
use std::ops::Range;
use std::sync::Arc;

/// The longest row: every column as full as it may be.
const ROW_BYTES: usize = limits::COLUMNS * limits::FIELD_BYTES * 2;

/// Rows of delimited text, read from the front each time they are wanted.
#[derive(Clone, Debug)]
pub struct Lines {
    source: Arc<dyn Source>,
    delimiter: u8,
    file: String,
}

/// Reads delimited text whole; for the short tables people keep themselves.
///
/// # Errors
/// As [`open`].
pub fn read(bytes: &[u8], file: &str, problems: &mut Problems) -> Result<Table, IngestError> {
    let source: Arc<dyn Source> = Arc::new(bytes.to_vec());
    let survey = survey::survey(&*source, file)?;
    let mut table = Table::default();
    let lines = lines(source, &survey, file, problems)?;
    lines.each(0, &mut |number, cells| table.push_row(file, number, cells))?;
    Ok(table)
}

/// Opens delimited text: a table that holds its first `head` rows and finds the rest again.
///
/// # Errors
/// A field or row beyond the limits, with its row: mostly a quote that was never closed.
pub fn open(
    source: Arc<dyn Source>,
    survey: &Survey,
    file: &str,
    head: usize,
    problems: &mut Problems,
) -> Result<Table, IngestError> {
    let lines = lines(source, survey, file, problems)?;
    let mut table = Table::default();
    lines.first(head, &mut |number, cells| {
        table.push_row(file, number, cells)
    })?;
    table.rest = Some(Rest::Lines(lines));
    Ok(table)
}

/// The rows of a file whose bytes were surveyed.
fn lines(
    source: Arc<dyn Source>,
    survey: &Survey,
    file: &str,
    problems: &mut Problems,
) -> Result<Lines, IngestError> {
    let Utf8 { source, .. } = text::open(source, survey, file, problems)?;
    let quotes = match survey.quotes {
        Some(quotes) => quotes,
        None => survey::quotes_of(&*source).map_err(|error| unreadable(file, &error))?,
    };
    if let Some(row) = quotes.open {
        return Err(never_closed(file, row));
    }
    Ok(Lines {
        source,
        delimiter: quotes.delimiter,
        file: file.to_string(),
    })
}

fn never_closed(file: &str, row: u32) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: format!("a quote that opens in row {row} is never closed, so rows run into one"),
        next: format!(
            "Close or remove the quote in row {row}, or export the file again; nothing was imported"
        ),
    }
}

impl Lines {
    /// Calls `each` for every row after the first `skip`, with its number as a spreadsheet shows it
    /// and its cells by column, cleaned and trimmed.
    ///
    /// # Errors
    /// Those of `each`, and what [`open`] refuses.
    pub fn each(&self, skip: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        self.rows(skip, usize::MAX, each)
    }

    fn first(&self, rows: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        self.rows(0, rows, each)
    }

    fn rows(&self, skip: usize, most: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        let failed = |error: std::io::Error| IngestError::Unreadable {
            file: self.file.clone(),
            what: format!("it could not be read to its end: {error}"),
            next: "Nothing was imported".to_string(),
        };
        let from = self.source.open().map_err(failed)?;
        let mut splitter = Splitter::new(from, self.delimiter, ROW_BYTES);
        let mut texts = RowTexts::default();
        let mut room = Vec::new();
        let (mut rows, mut cells) = (0, 0);
        while rows < most {
            let Some(split) = splitter.next_row().map_err(failed)? else {
                break;
            };
            rows += 1;
            if rows <= skip {
                continue;
            }
            check(&split, &self.file)?;
            texts.take(&split);
            cells += split.width();
            if rows > limits::ROWS || cells > limits::CELLS {
                let limit = format!("{} rows or {} cells", limits::ROWS, limits::CELLS);
                return Err(too_large(&self.file, "too many cells", limit));
            }
            let mut row = emptied(room);
            texts.cells(&mut row);
            each(split.number, &row)?;
            room = emptied(row);
        }
        Ok(())
    }
}

/// The texts of one row, cleaned. What cleaning leaves as it was is not copied twice.
#[derive(Default)]
struct RowTexts {
    text: String,
    cells: Vec<Range<usize>>,
}

impl RowTexts {
    fn take(&mut self, split: &Split<'_>) {
        self.text.clear();
        self.cells.clear();
        if let Some(text) = split.printable() {
            self.text.push_str(text);
            let mut from = 0;
            for end in split.ends() {
                let field = undo_harmless(text.get(from..*end).unwrap_or_default());
                let start = *end - field.trim_start_matches(' ').len();
                self.cells
                    .push(start..start + field.trim_matches(' ').len());
                from = *end;
            }
            return;
        }
        for field in split.fields() {
            let cleaned = clean(undo_harmless(&field));
            let from = self.text.len();
            self.text.push_str(cleaned.trim());
            self.cells.push(from..self.text.len());
        }
    }

    fn cells<'t>(&'t self, into: &mut Vec<Option<Cell<'t>>>) {
        let cell = |(column, range): (usize, &Range<usize>)| {
            let text = self.text.get(range.clone()).unwrap_or_default();
            (!text.is_empty()).then_some(Cell {
                column,
                kind: CellKind::Text,
                text,
            })
        };
        into.extend(self.cells.iter().enumerate().map(cell));
    }
}

/// The room of cells for those of another row; the collection happens in place.
fn emptied<'a>(mut cells: Vec<Option<Cell<'_>>>) -> Vec<Option<Cell<'a>>> {
    cells.clear();
    cells.into_iter().map(|_| None).collect()
}

fn check(split: &Split<'_>, file: &str) -> Result<(), IngestError> {
    let line = split.number;
    let too_large = |what: String, limit: String| IngestError::TooLarge {
        file: file.to_string(),
        what,
        limit,
    };
    if split.width() > limits::COLUMNS {
        return Err(too_large(
            format!("row {line} has {} columns", split.width()),
            format!("{} columns", limits::COLUMNS),
        ));
    }
    match split.lengths().position(|len| len > limits::FIELD_BYTES) {
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

/// The delimiter under which most of the first lines have the same number of fields, more than
/// one; the comma when nothing tells.
pub fn delimiter(head: &[u8]) -> u8 {
    let mut best = (0, b',');
    for candidate in [b',', b';', b'\t', b'|'] {
        let mut counts: std::collections::BTreeMap<usize, usize> = Default::default();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(candidate)
            .from_reader(head);
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
