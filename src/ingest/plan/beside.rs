//! Cells of a row that no field takes: kept as they stand, under their headers.

use super::parts;
use crate::ingest::report::REJECT_COLUMNS;
use crate::ingest::row::{CELL_SEPARATOR, TableInfo};

/// Which columns of a table those are.
pub struct Beside {
    /// Of each, its place and its header as JSON.
    columns: Vec<(usize, String)>,
    /// Columns with a header; a row may have more.
    headed: usize,
}

impl Beside {
    /// Of that table.
    pub fn of(table: &TableInfo) -> Beside {
        let is_beside = |(at, header): &(usize, &String)| {
            let field = table.fields.get(*at).copied().flatten();
            let mapped = field.is_some_and(|field| !parts::FIELDS.contains(&field));
            !mapped && !REJECT_COLUMNS.contains(&header.as_str())
        };
        let headers = table.headers.iter().enumerate();
        Beside {
            columns: headers
                .filter(is_beside)
                .map(|(at, header)| (at, quoted(header)))
                .collect(),
            headed: table.headers.len(),
        }
    }

    /// Those cells of a row, as a JSON object; `None` without any.
    pub fn in_row(&self, cells: &str) -> Option<String> {
        let mut columns = self.columns.iter().peekable();
        let mut raw = String::new();
        let (mut at, mut from) = (0, 0);
        let ends = memchr::memchr_iter(CELL_SEPARATOR as u8, cells.as_bytes());
        for end in ends.chain(std::iter::once(cells.len())) {
            let header = match columns.peek() {
                Some((column, header)) if *column == at => Some(header.as_str()),
                _ => None,
            };
            if header.is_some() {
                columns.next();
            }
            if header.is_some() || at >= self.headed {
                let text = cells.get(from..end).unwrap_or_default();
                put(&mut raw, header, at, text);
            }
            (at, from) = (at + 1, end + 1);
        }
        (!raw.is_empty()).then(|| raw + "}")
    }
}

fn put(raw: &mut String, header: Option<&str>, at: usize, text: &str) {
    if text.is_empty() {
        return;
    }
    raw.push(if raw.is_empty() { '{' } else { ',' });
    match header {
        Some(header) => raw.push_str(header),
        None => raw.push_str(&quoted(&format!("column {}", at + 1))),
    }
    raw.push(':');
    raw.push_str(&quoted(text));
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
