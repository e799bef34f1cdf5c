//! `.xlsx`, streamed: asking the library for a whole range would allocate by the farthest cell, and
//! one far cell is enough to end the process.

use super::{Filling, Reading, archive, damaged, read_cell, shows_percent, worksheets};
use crate::ingest::error::IngestError;
use crate::ingest::table::Table;
use calamine::{Reader, Xlsx};
use std::io::Cursor;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads the sheets.
pub(super) fn read(
    bytes: &[u8],
    reading: &Reading<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    archive::shared_strings(bytes, reading.file)?;
    let mut book: Book<'_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(reading.file, &e.to_string()))?;
    let names = reading.chosen(&worksheets(book.sheets_metadata()))?;
    let mut tables = Vec::with_capacity(names.len());
    let mut rows = 0;
    for name in &names {
        let mut table = one(&mut book, reading, name, rows, progress)?;
        rows += table.len() as u64;
        table.percent_columns = percent_columns(&mut book, name);
        tables.push(table);
    }
    Ok(tables)
}

fn one(
    book: &mut Book<'_>,
    reading: &Reading<'_>,
    name: &str,
    before: u64,
    progress: &mut dyn FnMut(u64),
) -> Result<Table, IngestError> {
    let broken = |e: calamine::XlsxError| damaged(reading.file, &e.to_string());
    let from_1904 = book.has_1904_epoch();
    let mut filling = Filling::new(reading, name, from_1904, before, progress);
    let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(broken)? {
        let (row, column) = cell.pos;
        if let Some((kind, text)) = read_cell(cell.value, cell.formula.is_some(), from_1904) {
            filling.put(row, column, kind, &text)?;
        }
    }
    Ok(filling.done())
}

/// Columns with a percent number format in the first rows.
fn percent_columns(book: &mut Book<'_>, name: &str) -> Vec<u16> {
    let mut columns = Vec::new();
    let Ok(mut cells) = book.worksheet_cells_reader(name) else {
        return columns;
    };
    let formats: Vec<bool> = cells
        .styles()
        .iter()
        .map(|style| {
            let format = style.number_format.as_ref();
            format.is_some_and(|format| {
                let id = format.format_id.and_then(|id| u16::try_from(id).ok());
                shows_percent(id.unwrap_or(0), &format.format_code)
            })
        })
        .collect();
    if !formats.contains(&true) {
        return columns;
    }
    while let Ok(Some((row, column, style))) = cells.next_style_id() {
        if row > 400 {
            break;
        }
        let column = column.min(u32::from(u16::MAX)) as u16;
        if formats.get(style) == Some(&true) && !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}
