//! What an import tells: counts that add up, remarks gathered by kind, and refused rows as a CSV
//! that can be mended and imported again.

use super::changes::Changes;
use super::outline::Outline;
use super::row::{CELL_SEPARATOR, Code, TableInfo};
use super::several::Brought;
use crate::domain::batch::Counts;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A remark about a file: one kind, its first place, and how often it was met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Kind.
    pub code: Code,
    /// What, in a sentence; for repeated remarks, of the first one.
    pub text: String,
    /// Sheet of the first one.
    pub sheet: Option<String>,
    /// Row of the first one, from 1.
    pub row: Option<u32>,
    /// How many.
    pub count: u64,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.text(), self.text)?;
        match (&self.sheet, self.row) {
            (Some(sheet), Some(row)) => write!(f, " (sheet {sheet}, row {row})")?,
            (None, Some(row)) => write!(f, " (row {row})")?,
            (Some(sheet), None) => write!(f, " (sheet {sheet})")?,
            (None, None) => {}
        }
        if self.count > 1 {
            write!(f, ", {} times", self.count)?;
        }
        Ok(())
    }
}

/// Gathers remarks: the same kind about the same column is one remark with a count.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    list: Vec<(String, Problem)>,
}

impl Problems {
    /// Notes a remark. `topic` tells remarks of one kind apart, such as a column.
    pub fn note(
        &mut self,
        code: Code,
        topic: &str,
        place: (Option<&str>, Option<u32>),
        text: impl FnOnce() -> String,
    ) {
        let known = self
            .list
            .iter_mut()
            .find(|(key, problem)| problem.code == code && key == topic);
        match known {
            Some((_, problem)) => problem.count += 1,
            None => self.list.push((
                topic.to_string(),
                Problem {
                    code,
                    text: text(),
                    sheet: place.0.map(str::to_string),
                    row: place.1,
                    count: 1,
                },
            )),
        }
    }

    /// Notes a remark about the file as a whole.
    pub fn about_file(&mut self, code: Code, text: String) {
        self.list.push((
            text.clone(),
            Problem {
                code,
                text,
                sheet: None,
                row: None,
                count: 1,
            },
        ));
    }

    /// The remarks, in the order they were first met.
    pub fn into_list(self) -> Vec<Problem> {
        self.list.into_iter().map(|(_, problem)| problem).collect()
    }
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why, as a code.
    pub code: Code,
    /// Why, as a sentence.
    pub reason: String,
    /// What it has in common with the others of its table.
    pub of: Arc<Refused>,
    /// Row, from 1.
    pub row: u32,
    /// The row's cells, as in [`super::row::Record::cells`].
    pub cells: String,
}

/// The table of refused rows, held once for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Sheet, if the file has sheets.
    pub sheet: Option<String>,
    /// Headers, those that a file of refused rows has of its own among them.
    pub headers: Vec<String>,
    /// What only stood around the table: headers with one value for all rows, so that they can come
    /// back by themselves.
    pub given: Vec<(String, String)>,
}

impl Refused {
    /// Of that table.
    pub fn of(table: &TableInfo) -> Refused {
        let head = table.estimate.as_ref();
        let currency = head.and_then(|head| head.currency);
        let currency = currency.map(|currency| currency.code().to_string());
        let number = head.and_then(|head| head.number.clone());
        let given = [("Estimate ID", number), ("Currency", currency)];
        let given = given
            .into_iter()
            .filter(|(name, _)| !table.headers.iter().any(|own| own == name))
            .filter_map(|(name, value)| Some((name.to_string(), value?)));
        Refused {
            sheet: table.sheet.clone(),
            headers: table.headers.clone(),
            given: given.collect(),
        }
    }
}

impl Reject {
    /// The row's cells under the headers of its table.
    pub fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self
            .cells
            .split(CELL_SEPARATOR)
            .chain(std::iter::repeat(""));
        let own = self.of.headers.iter().map(String::as_str).zip(texts);
        let own = own.filter(|(header, _)| !REJECT_COLUMNS.contains(header));
        let given = self.of.given.iter();
        own.chain(given.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// The report of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Profile the file was read as.
    pub format: String,
    /// File name.
    pub file: String,
    /// Counts; they add up.
    pub counts: Counts,
    /// Remarks.
    pub warnings: Vec<Problem>,
    /// Refused rows.
    pub rejects: Vec<Reject>,
    /// Lines of earlier files that this one has not: they are marked, not deleted.
    pub gone: u64,
    /// What changes in the book, cell by cell.
    pub changes: Changes,
    /// What the reader saw in the file.
    pub outline: Outline,
    /// What each kind of table brought, where the file has several.
    pub parts: Vec<Brought>,
}

/// The columns a rejects file adds.
pub const REJECT_COLUMNS: [&str; 4] =
    ["reject_code", "reject_reason", "source_sheet", "source_row"];

impl Report {
    /// The refused rows as CSV (UTF-8, comma): the original columns, then [`REJECT_COLUMNS`].
    /// Text that a spreadsheet would run as a formula is preceded by an apostrophe, which an
    /// import takes off again. `None` without refused rows.
    pub fn rejects_csv(&self) -> Option<Vec<u8>> {
        if self.rejects.is_empty() {
            return None;
        }
        let mut headers: Vec<&str> = Vec::new();
        let mut told: Option<&Arc<Refused>> = None;
        for reject in &self.rejects {
            if told.is_some_and(|table| Arc::ptr_eq(table, &reject.of)) {
                continue;
            }
            told = Some(&reject.of);
            for (header, _) in reject.named() {
                if !headers.contains(&header) {
                    headers.push(header);
                }
            }
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = headers.iter().copied().chain(REJECT_COLUMNS);
        writer.write_record(head.map(harmless)).ok()?;
        for reject in &self.rejects {
            let row = reject.row.to_string();
            let cells: Vec<(&str, &str)> = reject.named().collect();
            let own = headers.iter().map(|header| {
                let cell = cells.iter().find(|(name, _)| name == header);
                cell.map_or("", |(_, text)| *text)
            });
            let why = [
                reject.code.text(),
                reject.reason.as_str(),
                reject.of.sheet.as_deref().unwrap_or(""),
                row.as_str(),
            ];
            writer.write_record(own.chain(why).map(harmless)).ok()?;
        }
        writer.into_inner().ok()
    }
}

/// The text with an apostrophe before what a spreadsheet would take for a formula. Numbers stay.
pub fn harmless(text: &str) -> String {
    let number = matches!(
        super::value::number::read(text),
        super::value::number::Reading::Number(_)
    );
    let dashes = text.bytes().all(|b| b == b'-');
    if number || dashes {
        return text.to_string();
    }
    crate::export::harmless(text).into_owned()
}

/// Takes off the apostrophe that [`harmless`] put on.
pub fn undo_harmless(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if matches!(crate::export::harmless(rest), Cow::Owned(_)) => rest,
        _ => text,
    }
}
