//! Workbooks to [`Table`]s, one per sheet, hidden ones included. Cells are streamed: asking the
//! library for a whole range would allocate by the farthest cell, and one far cell is enough to
//! end the process. Archive sizes are checked before anything is unpacked.

use super::error::IngestError;
use super::limits;
use super::report::Problems;
use super::row::Code;
use super::table::{CellKind, Table};
use super::value::date::from_serial;
use calamine::{DataRef, Reader, SheetType, Xlsx};
use rust_decimal::Decimal;
use std::io::{Cursor, Read};
use std::str::FromStr;

/// Reads every sheet, or only the named one.
///
/// # Errors
/// A damaged or hostile archive, a missing sheet, a limit reached.
pub fn read(
    bytes: &[u8],
    file: &str,
    only: Option<&str>,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
) -> Result<Vec<Table>, IngestError> {
    preflight(bytes, file)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(file, &e))?;
    let from_1904 = book.has_1904_epoch();
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let chosen: Vec<&String> = match only {
        None => names.iter().collect(),
        Some(name) => names
            .iter()
            .filter(|known| known.trim() == name.trim())
            .collect(),
    };
    if chosen.is_empty() {
        return Err(IngestError::Unreadable {
            file: file.to_string(),
            what: match only {
                Some(name) => format!(
                    "no sheet is called {name:?}; there are {}",
                    names.join(", ")
                ),
                None => "the workbook has no worksheet".to_string(),
            },
            next: "Name a sheet with `sheet = \"…\"` in a --map file, or export again".to_string(),
        });
    }
    let mut tables = Vec::with_capacity(chosen.len());
    let mut rows = 0;
    for name in chosen {
        let mut table = one(&mut book, name, from_1904, file, &mut |n| {
            progress(rows + n)
        })?;
        rows += table.len() as u64;
        table.percent_columns = percent_columns(&mut book, name);
        if table.cells_beyond > 0 {
            problems.about_file(
                Code::Incomplete,
                format!(
                    "sheet {:?} has {} cells beyond column {}; they were left out",
                    table.sheet.as_deref().unwrap_or_default(),
                    table.cells_beyond,
                    limits::COLUMNS
                ),
            );
        }
        tables.push(table);
    }
    Ok(tables)
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn one(
    book: &mut Book<'_>,
    name: &str,
    from_1904: bool,
    file: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Table, IngestError> {
    let mut table = Table::of_sheet(name, from_1904);
    let mut cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(e) => return Err(damaged(file, &e)),
    };
    loop {
        let record = cells
            .next_cell_with_formula_metadata()
            .map_err(|e| damaged(file, &e))?;
        let Some(cell) = record else { break };
        let (row, column) = cell.pos;
        if row >= limits::SHEET_ROWS || column >= 16_384 {
            return Err(damaged_text(
                file,
                &format!("sheet {name:?} has a cell outside of any worksheet"),
            ));
        }
        let formula = cell.formula.is_some();
        let Some((kind, text)) = read_cell(cell.value, formula, from_1904) else {
            continue;
        };
        let number = row + 1;
        match table.last_row() {
            Some(last) if last == number => {}
            Some(last) if last > number => {
                return Err(damaged_text(
                    file,
                    &format!("the rows of sheet {name:?} are out of order at row {number}"),
                ));
            }
            _ => table.start_row(number),
        }
        if text.len() > limits::FIELD_BYTES * 4 {
            return Err(damaged_text(
                file,
                &format!(
                    "a cell in row {number} of sheet {name:?} holds more text than a cell can"
                ),
            ));
        }
        table.push(file, column as usize, kind, &text)?;
        if table.cell_count().is_multiple_of(65_536) {
            progress(table.len() as u64);
        }
    }
    progress(table.len() as u64);
    Ok(table)
}

fn read_cell<'a>(
    value: DataRef<'a>,
    formula: bool,
    from_1904: bool,
) -> Option<(CellKind, std::borrow::Cow<'a, str>)> {
    use std::borrow::Cow::{Borrowed, Owned};
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
                format.format_code.contains('%') || matches!(format.format_id, Some(9 | 10))
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

/// Looks at the archive's own table of contents before unpacking anything.
fn preflight(bytes: &[u8], file: &str) -> Result<(), IngestError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged_text(file, &e.to_string()))?;
    let too_large = |what: String, limit: &str| IngestError::TooLarge {
        file: file.to_string(),
        what,
        limit: limit.to_string(),
    };
    if archive.len() > limits::ZIP_ENTRIES {
        return Err(too_large(
            format!("the workbook has {} parts", archive.len()),
            "2,000 parts",
        ));
    }
    let mut unpacked: u64 = 0;
    let mut is_workbook = false;
    for at in 0..archive.len() {
        let entry = archive
            .by_index_raw(at)
            .map_err(|e| damaged_text(file, &e.to_string()))?;
        let (size, packed) = (entry.size(), entry.compressed_size().max(1));
        is_workbook |= entry
            .name()
            .is_ok_and(|name| name.eq_ignore_ascii_case("xl/workbook.xml"));
        unpacked = unpacked.saturating_add(size);
        if size > limits::ZIP_RATIO_FROM && size / packed > limits::ZIP_RATIO {
            return Err(too_large(
                "a part of the workbook is packed far denser than real data".to_string(),
                "200 to 1 above 64 MB",
            ));
        }
    }
    if unpacked > limits::ZIP_UNPACKED {
        return Err(too_large(
            format!("the workbook unpacks to {unpacked} bytes"),
            "1 GB unpacked",
        ));
    }
    if !is_workbook {
        return Err(IngestError::Unreadable {
            file: file.to_string(),
            what: "this is an archive, not an .xlsx workbook".to_string(),
            next: "Unpack it and import the files inside, or save as .xlsx".to_string(),
        });
    }
    shared_strings(&mut archive, file)
}

/// A workbook that announces more shared strings than its part has bytes lies; believing it would
/// reserve memory for all of them.
fn shared_strings(
    archive: &mut zip::ZipArchive<Cursor<&[u8]>>,
    file: &str,
) -> Result<(), IngestError> {
    let Ok(part) = archive.by_name("xl/sharedStrings.xml") else {
        return Ok(());
    };
    let size = part.size();
    let mut head = Vec::new();
    let _ = part.take(4_096).read_to_end(&mut head);
    let head = String::from_utf8_lossy(&head);
    for name in ["uniqueCount=", "count="] {
        let number = head
            .split(name)
            .nth(1)
            .and_then(|rest| rest.get(1..))
            .and_then(|rest| rest.split(['"', '\'']).next())
            .and_then(|digits| digits.parse::<u64>().ok());
        let limit = match name {
            "uniqueCount=" => size,
            _ => limits::CELLS as u64,
        };
        if number.is_some_and(|number| number > limit) {
            return Err(damaged_text(
                file,
                "its table of texts announces more than it holds",
            ));
        }
    }
    Ok(())
}

fn damaged(file: &str, error: &calamine::XlsxError) -> IngestError {
    damaged_text(file, &error.to_string())
}

fn damaged_text(file: &str, why: &str) -> IngestError {
    IngestError::Unreadable {
        file: file.to_string(),
        what: format!(
            "the workbook cannot be read: {}",
            crate::domain::text::clean(why)
        ),
        next: "Open it in a spreadsheet, save it again as .xlsx, and import that".to_string(),
    }
}
