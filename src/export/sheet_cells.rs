//! Cells of the workbooks the program makes: text is written as text, so that no cell is ever a
//! formula; numbers Excel would round go in as text.

use crate::domain::money::Currency;
use crate::domain::text::clean;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

/// Most characters Excel takes in one cell.
const MOST_CHARS: usize = 32_767;
/// Significant digits Excel keeps of a number; one with more goes in as text.
const DIGITS: usize = 15;

/// The looks of cells.
pub(super) struct Styles {
    /// Nothing special.
    pub plain: Format,
    /// The name of the document.
    pub title: Format,
    /// Column headers.
    pub head: Format,
    /// Totals.
    pub strong: Format,
    /// An amount.
    pub money: Format,
    /// A total amount.
    pub strong_money: Format,
    /// A day.
    pub day: Format,
}

impl Styles {
    /// The looks, amounts with the decimals of a currency.
    pub fn of(currency: Currency) -> Styles {
        let decimals = "0".repeat(currency.minor_units() as usize);
        let money = match decimals.as_str() {
            "" => "#,##0".to_string(),
            decimals => format!("#,##0.{decimals}"),
        };
        Styles {
            plain: Format::new(),
            title: Format::new().set_bold().set_font_size(16.0),
            head: Format::new().set_bold().set_background_color(0xEEF1F4),
            strong: Format::new().set_bold(),
            strong_money: Format::new().set_bold().set_num_format(&money),
            money: Format::new().set_num_format(&money),
            day: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }
}

/// A day as Excel counts it.
///
/// # Errors
/// For a day before 1900.
pub(super) fn excel_day(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(day.year()).unwrap_or(1900);
    ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8)
}

/// Writes a text, cleaned and no longer than a cell may be; nothing for an empty one.
pub(super) fn put_text(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    style: &Format,
) -> Result<(), XlsxError> {
    let text: String = clean(text).chars().take(MOST_CHARS).collect();
    if !text.is_empty() {
        page.write_string_with_format(row, column, text, style)?;
    }
    Ok(())
}

/// Writes a number.
pub(super) fn put_number(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    value: Decimal,
    style: &Format,
) -> Result<(), XlsxError> {
    let digits = value.normalize().mantissa().unsigned_abs().to_string();
    match value.to_f64().filter(|_| digits.len() <= DIGITS) {
        Some(number) => page.write_number_with_format(row, column, number, style)?,
        None => page.write_string_with_format(row, column, value.to_string(), style)?,
    };
    Ok(())
}
