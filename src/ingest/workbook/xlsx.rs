//! `.xlsx`, streamed: of each sheet its first rows are held, to tell what it is; the others are read
//! again from the archive when they are wanted.

use super::sheet::{Book, SheetRows};
use super::{Reading, archive, parts};
use crate::ingest::error::IngestError;
use crate::ingest::table::{Rest, Table};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Rows held of a sheet beyond those a header may stand in; formats are looked at in as many.
const HEAD: usize = 400;

/// Opens the sheets. `header` is the row that a person said the headers are in.
pub(super) fn open(
    bytes: &Arc<Vec<u8>>,
    reading: &Reading<'_>,
    header: Option<u32>,
) -> Result<Vec<Table>, IngestError> {
    let file = reading.file;
    archive::shared_strings(bytes, file)?;
    let mut archive = archive::open(bytes, file)?;
    let contents = parts::contents(&mut archive, file)?;
    let names: Vec<String> = contents.sheets.iter().map(|s| s.name.clone()).collect();
    let chosen = reading.chosen(&names)?;
    let book = Arc::new(Book {
        bytes: bytes.clone(),
        texts: parts::texts(&mut archive, file)?,
        styles: parts::styles(&mut archive, file)?,
        from_1904: contents.from_1904,
        file: file.to_string(),
    });
    let sheets = contents.sheets.into_iter();
    let sheets = sheets.filter(|sheet| chosen.contains(&sheet.name));
    sheets
        .map(|sheet| {
            let rows = SheetRows {
                book: book.clone(),
                name: sheet.name,
                part: sheet.part,
                beyond: Arc::new(AtomicU64::new(0)),
            };
            let mut table = first_rows(rows, header)?;
            table.hidden = sheet.hidden;
            Ok(table)
        })
        .collect()
}

/// A table that holds the first rows of a sheet and finds the rest again.
fn first_rows(rows: SheetRows, header: Option<u32>) -> Result<Table, IngestError> {
    let book = rows.book.clone();
    let mut table = Table::of_sheet(&rows.name, book.from_1904);
    let mut percent: Vec<u16> = Vec::new();
    let mut styled = |cell: super::sheet::Styled| {
        let column = cell.column.min(u32::from(u16::MAX)) as u16;
        let counts = cell.row as usize <= HEAD && book.styles.is_percent(cell.style);
        if counts && !percent.contains(&column) {
            percent.push(column);
        }
    };
    let mut whole = true;
    rows.pass(None, &mut styled, &mut |at, number, cells| {
        let beyond = header.is_none_or(|row| number > row);
        if at >= HEAD && beyond {
            whole = false;
            return Ok(false);
        }
        table.push_row(&book.file, number, cells)?;
        Ok(true)
    })?;
    table.percent_columns = percent;
    match whole {
        true => table.cells_beyond = rows.cells_beyond(),
        false => table.rest = Some(Rest::Sheet(rows)),
    }
    Ok(table)
}
