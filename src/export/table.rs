//! A table of typed cells and its two text forms.

use crate::domain::text::clean;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text from people and files; never run as a formula.
    Text(String),
    /// A number; stays one, also when negative.
    Number(Decimal),
    /// A day, written as ISO 8601.
    Date(NaiveDate),
    /// Nothing known.
    Blank,
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: Option<&str>) -> Cell {
        text.map_or(Cell::Blank, |text| Cell::Text(text.to_string()))
    }

    /// A number, or nothing.
    pub fn number(number: Option<Decimal>) -> Cell {
        number.map_or(Cell::Blank, Cell::Number)
    }

    /// A day, or nothing.
    pub fn date(date: Option<NaiveDate>) -> Cell {
        date.map_or(Cell::Blank, Cell::Date)
    }

    /// The cell as it is written.
    fn written(&self) -> String {
        match self {
            Cell::Text(text) => clean(&harmless(text)).into_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Blank => String::new(),
        }
    }
}

/// Text that no spreadsheet takes for a formula: an apostrophe goes before a leading `=`, `+`,
/// `-`, `@`, tab or carriage return. Blanks before such a sign do not hide it.
///
/// `=HYPERLINK(…)` becomes `'=HYPERLINK(…)`; `A=B` stays.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let starts =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if starts(text) || starts(text.trim_start_matches([' ', '\u{a0}', '\n'])) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// How CSV is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    /// Put a byte order mark first, so that Excel reads the text as UTF-8.
    pub bom: bool,
    /// Between cells: `,`, `;` or a tab.
    pub delimiter: u8,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions {
            bom: false,
            delimiter: b',',
        }
    }
}

/// Headers and rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Column names.
    pub headers: Vec<String>,
    /// Rows, each as long as the headers.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The table as CSV in UTF-8, lines ended by CR LF, cells quoted where they need it.
    ///
    /// # Errors
    /// Only when memory for the text cannot be had.
    pub fn csv(&self, options: CsvOptions) -> Result<Vec<u8>, csv::Error> {
        let mut bytes = Vec::new();
        if options.bom {
            bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        let mut writer = csv::WriterBuilder::new()
            .delimiter(options.delimiter)
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(bytes);
        writer.write_record(&self.headers)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::written))?;
        }
        writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    }

    /// The table as tab-separated lines for the clipboard, with headers or without. Tabs and line
    /// ends inside a cell become visible marks, so that a cell stays one cell.
    pub fn tsv(&self, headers: bool) -> String {
        let head = headers.then(|| {
            let names: Vec<String> = self.headers.iter().map(|h| clean(h).into_owned()).collect();
            names.join("\t")
        });
        let body = self.rows.iter().map(|row| {
            let cells: Vec<String> = row.iter().map(Cell::written).collect();
            cells.join("\t")
        });
        let lines: Vec<String> = head.into_iter().chain(body).collect();
        lines.join("\n")
    }
}
