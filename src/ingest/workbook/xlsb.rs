//! `.xlsb`, streamed. The library does not tell number formats of cells beyond "a date": a column of
//! fractions shown as percent is asked about like any other.

use super::{Filling, Reading, damaged, is_hidden, read_cell, worksheets};
use crate::ingest::error::IngestError;
use crate::ingest::table::Table;
use calamine::{Reader, Xlsb};
use std::io::Cursor;

/// Reads the sheets.
pub(super) fn read(
    bytes: &[u8],
    reading: &Reading<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    let broken = |e: calamine::XlsbError| damaged(reading.file, &e.to_string());
    let mut book: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(broken)?;
    let from_1904 = book.has_1904_epoch();
    let names = reading.chosen(&worksheets(book.sheets_metadata()))?;
    let mut tables: Vec<Table> = Vec::with_capacity(names.len());
    let mut rows = 0;
    for name in &names {
        let mut filling = Filling::new(reading, name, from_1904, rows, progress);
        let hidden = is_hidden(book.sheets_metadata(), name);
        let mut cells = book.worksheet_cells_reader(name).map_err(broken)?;
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let value = cell.get_value().clone();
            if let Some((kind, text)) = read_cell(value, false, from_1904) {
                filling.put(row, column, kind, &text)?;
            }
        }
        let mut table = filling.done();
        table.hidden = hidden;
        rows += table.len() as u64;
        tables.push(table);
    }
    Ok(tables)
}
