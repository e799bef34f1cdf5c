//! Several tables as one workbook, a sheet each.

use super::sheet_cells::{excel_day, put_number, put_text};
use super::table::{Cell, Table};
use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Format, Workbook, XlsxError};

/// A sheet: its name, its table, and the columns (by header) a person may fill in, which are marked.
pub struct Sheet<'t> {
    /// The name.
    pub name: &'t str,
    /// What is on it.
    pub table: &'t Table,
    /// Headers of columns to be filled in.
    pub to_fill: &'t [&'t str],
}

/// Tables as a workbook made on a day: real dates, headers kept in sight, filters on, no formulas. The
/// same tables and day give the same bytes.
///
/// # Errors
/// What the writer reports, for example of more rows than a sheet can hold.
pub fn workbook(sheets: &[Sheet<'_>], on: NaiveDate) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&excel_day(on)?));
    let head = Format::new().set_bold().set_background_color(0xEEF1F4);
    let fill = Format::new().set_bold().set_background_color(0xFFF2CC);
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let plain = Format::new();
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
        for (column, title) in (0u16..).zip(&sheet.table.headers) {
            let style = match sheet.to_fill.contains(&title.as_str()) {
                true => &fill,
                false => &head,
            };
            put_text(page, (0, column), title, style)?;
            page.set_column_width(column, width(sheet.table, column.into(), title))?;
        }
        for (row, cells) in (1u32..).zip(&sheet.table.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Text(text) => put_text(page, (row, column), text, &plain)?,
                    Cell::Number(value) => put_number(page, (row, column), *value, &plain)?,
                    Cell::Blank => {}
                    Cell::Date(value) => match excel_day(*value) {
                        Ok(date) => {
                            page.write_datetime_with_format(row, column, date, &day)?;
                        }
                        Err(_) => put_text(page, (row, column), &value.to_string(), &plain)?,
                    },
                }
            }
        }
        if let (Ok(last), Some(columns)) = (
            u32::try_from(sheet.table.rows.len()),
            u16::try_from(sheet.table.headers.len())
                .ok()
                .and_then(|n| n.checked_sub(1)),
        ) {
            page.autofilter(0, 0, last, columns)?;
        }
    }
    book.save_to_buffer()
}

impl Table {
    /// The table as a workbook of one sheet, made on a day.
    ///
    /// # Errors
    /// As [`workbook`].
    pub fn xlsx(&self, sheet: &str, on: NaiveDate) -> Result<Vec<u8>, XlsxError> {
        let sheet = Sheet {
            name: sheet,
            table: self,
            to_fill: &[],
        };
        workbook(&[sheet], on)
    }
}

/// Wide enough for the header and the first rows, within reason.
fn width(table: &Table, column: usize, title: &str) -> f64 {
    let long = |cell: &Cell| match cell {
        Cell::Text(text) => text.chars().take(60).count(),
        Cell::Number(value) => value.to_string().len(),
        Cell::Date(_) => 10,
        Cell::Blank => 0,
    };
    let cells = table
        .rows
        .iter()
        .take(200)
        .filter_map(|row| row.get(column));
    let most = cells.map(long).max().unwrap_or_default();
    most.max(title.chars().count()).clamp(6, 44) as f64 + 2.0
}
