//! A table as an Excel workbook. Text is written as text, so that no cell is ever a formula.

use super::table::{Cell, Table};
use crate::domain::text::clean;
use chrono::{Datelike, NaiveDate};
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

/// Most characters Excel takes in one cell.
const MOST_CHARS: usize = 32_767;
/// Significant digits Excel keeps of a number; one with more goes in as text.
const DIGITS: usize = 15;

impl Table {
    /// The table as a workbook of one sheet, its first row kept in sight, made on a day.
    ///
    /// # Errors
    /// What the writer reports, for example of more rows than a sheet can hold.
    pub fn xlsx(&self, sheet: &str, on: NaiveDate) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_ymd(
            u16::try_from(on.year()).unwrap_or(1900),
            on.month() as u8,
            on.day() as u8,
        )?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let head = Format::new().set_bold();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let page = book.add_worksheet();
        page.set_name(sheet)?.set_freeze_panes(1, 0)?;
        for (column, title) in (0u16..).zip(&self.headers) {
            page.write_string_with_format(0, column, text(title), &head)?;
        }
        for (row, cells) in (1u32..).zip(&self.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Text(value) => page.write_string(row, column, text(value))?,
                    Cell::Date(value) => {
                        let date = ExcelDateTime::from_ymd(
                            u16::try_from(value.year()).unwrap_or(1900),
                            value.month() as u8,
                            value.day() as u8,
                        );
                        match date {
                            Ok(date) => {
                                page.write_datetime_with_format(row, column, &date, &day)?
                            }
                            Err(_) => page.write_string(row, column, value.to_string())?,
                        }
                    }
                    Cell::Number(value) => {
                        let digits = value
                            .normalize()
                            .mantissa()
                            .unsigned_abs()
                            .to_string()
                            .len();
                        match value.to_f64().filter(|_| digits <= DIGITS) {
                            Some(number) => page.write_number(row, column, number)?,
                            None => page.write_string(row, column, value.to_string())?,
                        }
                    }
                    Cell::Blank => continue,
                };
            }
        }
        book.save_to_buffer()
    }
}

/// Cleaned, and no longer than a cell may be.
fn text(value: &str) -> String {
    clean(value).chars().take(MOST_CHARS).collect()
}
