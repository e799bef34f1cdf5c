//! `.xls`. The library holds the whole workbook, every sheet as a full rectangle; how large those
//! would be is looked at first.

use super::biff::{self, Sheet};
use super::compound::Compound;
use super::{Filling, Reading, damaged, is_hidden, read_cell, sealed};
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::table::{CellKind, Table};
use calamine::{Data, DataRef, Range, Reader, SheetType, Xls, XlsError};
use std::collections::BTreeSet;
use std::io::Cursor;

/// Reads the sheets.
pub(super) fn read(
    bytes: &[u8],
    reading: &Reading<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    let file = reading.file;
    let stream = Compound::open(bytes)
        .and_then(|whole| whole.stream("Workbook").or_else(|| whole.stream("Book")))
        .ok_or_else(|| damaged(file, "its parts cannot be put together"))?;
    let look = biff::look(&stream);
    if look.sealed {
        return Err(sealed(file));
    }
    drop(stream);
    bearable(&look.sheets, file)?;
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsError::Password => sealed(file),
        other => damaged(file, &other.to_string()),
    })?;
    let from_1904 = book.has_1904_epoch();
    let known: Vec<(String, SheetType)> = book
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.typ))
        .collect();
    let worksheets = known
        .iter()
        .filter(|(_, kind)| *kind == SheetType::WorkSheet);
    let names: Vec<String> = worksheets.map(|(name, _)| name.clone()).collect();
    let none = Sheet::default();
    let mut tables: Vec<Table> = Vec::new();
    let mut rows = 0;
    for name in &reading.chosen(&names)? {
        let broken = |e: XlsError| damaged(file, &e.to_string());
        let at = known.iter().position(|(known, _)| known == name);
        let looked = at.and_then(|at| look.sheets.get(at)).unwrap_or(&none);
        let formulas = book.worksheet_formula(name).map_err(broken)?;
        let values = book.worksheet_range(name).map_err(broken)?;
        let unsaved = unsaved(&formulas, &values);
        let filling = Filling::new(reading, name, from_1904, rows, progress);
        let mut table = fill(filling, &values, &unsaved, from_1904)?;
        table.percent_columns = looked.percent.clone();
        table.hidden = is_hidden(book.sheets_metadata(), name);
        rows += table.len() as u64;
        tables.push(table);
    }
    Ok(tables)
}

/// Refuses sheets that would be laid out as more cells than the reader may hold.
fn bearable(sheets: &[Sheet], file: &str) -> Result<(), IngestError> {
    let all = sheets
        .iter()
        .fold(0_u64, |sum, sheet| sum.saturating_add(sheet.area));
    if all <= limits::XLS_AREA {
        return Ok(());
    }
    Err(IngestError::TooLarge {
        file: file.to_string(),
        what: "the sheets of this .xls span more cells than can be held, perhaps by one cell far \
               from all others; delete the empty rows and columns between, or save as .xlsx"
            .to_string(),
        limit: format!("{} cells", limits::XLS_AREA),
    })
}

/// Formulas whose value was never saved: the kind always holds one, but a text may be missing.
fn unsaved(formulas: &Range<String>, values: &Range<Data>) -> BTreeSet<(u32, u32)> {
    let (top, left) = formulas.start().unwrap_or_default();
    formulas
        .used_cells()
        .map(|(row, column, _)| (top + row as u32, left + column as u32))
        .filter(|at| {
            values
                .get_value(*at)
                .is_none_or(|value| *value == Data::Empty)
        })
        .collect()
}

fn fill(
    mut filling: Filling<'_>,
    values: &Range<Data>,
    unsaved: &BTreeSet<(u32, u32)>,
    from_1904: bool,
) -> Result<Table, IngestError> {
    let (top, left) = values.start().unwrap_or_default();
    let mut waiting = unsaved.iter().copied().peekable();
    for (row, column, value) in values.used_cells() {
        let at = (top + row as u32, left + column as u32);
        while let Some((row, column)) = waiting.next_if(|known| *known < at) {
            filling.put(row, column, CellKind::NoValue, "")?;
        }
        if waiting.next_if_eq(&at).is_some() {
            filling.put(at.0, at.1, CellKind::NoValue, "")?;
        } else if let Some((kind, text)) = read_cell(borrowed(value), false, from_1904) {
            filling.put(at.0, at.1, kind, &text)?;
        }
    }
    for (row, column) in waiting {
        filling.put(row, column, CellKind::NoValue, "")?;
    }
    Ok(filling.done())
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::String(text) => DataRef::SharedString(text),
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(flag) => DataRef::Bool(*flag),
        Data::DateTime(when) => DataRef::DateTime(*when),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        _ => DataRef::Empty,
    }
}
