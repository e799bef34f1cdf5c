//! What a cell of an incentive file may hold. Anything doubtful is a fault: these figures turn into
//! money.

use super::rows::RawRow;
use super::{Fault, MOST_FAULTS};
use crate::domain::text::is_unsafe;
use crate::program::pack::nearest;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Longest text of a cell, in characters.
const LONGEST: usize = 200;

/// Collects faults of a file.
pub struct Faults {
    file: Arc<str>,
    list: Vec<Fault>,
    more: usize,
}

impl Faults {
    /// Of a file.
    pub fn of(file: &Arc<str>) -> Faults {
        Faults {
            file: Arc::clone(file),
            list: Vec::new(),
            more: 0,
        }
    }

    /// One more; beyond a screenful only counted.
    pub fn add(
        &mut self,
        row: u32,
        column: &str,
        message: impl Into<String>,
        near: Option<String>,
    ) {
        if self.list.len() >= MOST_FAULTS {
            self.more += 1;
            return;
        }
        self.list.push(Fault {
            file: Arc::clone(&self.file),
            row: Some(row),
            column: (!column.is_empty()).then(|| column.into()),
            message: message.into(),
            nearest: near,
        });
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them.
    pub fn list(mut self) -> Vec<Fault> {
        if self.more > 0 {
            let file = Arc::clone(&self.file);
            let message = format!("and {} more", self.more);
            self.list.push(Fault {
                file,
                row: None,
                column: None,
                message,
                nearest: None,
            });
        }
        self.list
    }

    /// A text that is safe to show and to export; blank is none.
    pub fn text(&mut self, row: &RawRow, column: &'static str) -> Option<Arc<str>> {
        let text = row.cells.get(column)?.trim();
        if text.is_empty() {
            return None;
        }
        let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
        if text.starts_with(signs) {
            let message = format!("{} looks like a formula; write plain text", shown(text));
            self.add(row.row, column, message, None);
            return None;
        }
        if text.chars().any(is_unsafe) {
            self.add(
                row.row,
                column,
                "holds control characters; type it anew",
                None,
            );
            return None;
        }
        if text.chars().count() > LONGEST {
            let message = format!("longer than {LONGEST} characters");
            self.add(row.row, column, message, None);
            return None;
        }
        Some(text.into())
    }

    /// A text that must be there.
    pub fn needed(&mut self, row: &RawRow, column: &'static str) -> Option<Arc<str>> {
        if !row.cells.contains_key(column) {
            self.add(row.row, column, "is empty", None);
            return None;
        }
        self.text(row, column)
    }

    /// A name out of a list.
    pub fn choice<T>(
        &mut self,
        row: &RawRow,
        column: &'static str,
        known: &[&str],
        named: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(row, column)?;
        let found = named(&text);
        if found.is_none() {
            let message = format!("{} is not known: {}", shown(&text), known.join(", "));
            let near = nearest(&text.to_lowercase(), known.iter().copied());
            self.add(row.row, column, message, near);
        }
        found
    }

    /// A plain amount of zero or more: digits, and at most one point.
    pub fn amount(&mut self, row: &RawRow, column: &'static str) -> Option<Decimal> {
        let text = row.cells.get(column)?.trim();
        let plain = !text.is_empty()
            && text.len() <= 20
            && text.chars().all(|c| c.is_ascii_digit() || c == '.')
            && text.starts_with(|c: char| c.is_ascii_digit());
        let value = plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
        if value.is_none() {
            let message = format!("{} is no plain number; write it like 1234.50", shown(text));
            self.add(row.row, column, message, None);
        }
        value
    }

    /// A percentage from 0 to 100; a percent sign may follow.
    pub fn percent(&mut self, row: &RawRow, column: &'static str) -> Option<Decimal> {
        let Some(text) = row.cells.get(column) else {
            self.add(row.row, column, "is empty", None);
            return None;
        };
        let bare = text.trim().trim_end_matches('%').trim_end();
        let plain = !bare.is_empty()
            && bare.len() <= 12
            && bare.chars().all(|c| c.is_ascii_digit() || c == '.')
            && bare.starts_with(|c: char| c.is_ascii_digit());
        let value = plain.then(|| Decimal::from_str_exact(bare).ok()).flatten();
        let fits = value.filter(|value| *value <= Decimal::ONE_HUNDRED);
        if fits.is_none() {
            let message = format!("{} is no percentage from 0 to 100, like 11.11", shown(text));
            self.add(row.row, column, message, None);
        }
        fits
    }

    /// A day as 2026-12-31; blank is none.
    pub fn day(&mut self, row: &RawRow, column: &'static str) -> Option<NaiveDate> {
        let text = row.cells.get(column)?.trim();
        let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        let day = match parts.as_slice() {
            [y, m, d] if y.len() == 4 && digits(y) && digits(m) && digits(d) => text.parse().ok(),
            _ => None,
        };
        if day.is_none() {
            let message = format!("{} is no day; write it like 2026-12-31", shown(text));
            self.add(row.row, column, message, None);
        }
        day
    }

    /// First and last day; the last may not lie before the first.
    pub fn span(&mut self, row: &RawRow) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let (from, to) = (self.day(row, "from"), self.day(row, "to"));
        if let (Some(first), Some(last)) = (from, to)
            && last < first
        {
            let message = format!("{last} lies before the first day {first}");
            self.add(row.row, "to", message, None);
        }
        (from, to)
    }
}

/// A text of the file as a message may repeat it.
fn shown(text: &str) -> String {
    let cleaned = crate::domain::text::clean(text);
    let cut: String = cleaned.chars().take(40).collect();
    format!("{cut:?}")
}
