//! Whether what an import wrote names rows that are there. SQLite asks that of every row as it is
//! written, which of a million lines is a tenth of the time; a first import is asked at its end, in
//! the same transaction, and refused as a whole like any change that does not fit.

use super::import::Places;
use crate::store::error::StoreError;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The columns of `line` that name a row of another table by its number, with that table.
pub(super) const OF_LINE: [(&str, &str); 5] = [
    ("contract", "contract"),
    ("account", "account"),
    ("site", "site"),
    ("gone_in", "batch"),
    ("origin_batch", "batch"),
];

/// Numbers that lines may name, column by column.
pub(super) struct Parents(Vec<Places>);

impl Parents {
    /// As the book has them now.
    pub fn of(conn: &Connection) -> Result<Parents, StoreError> {
        let mut all = Vec::with_capacity(OF_LINE.len());
        for (_, table) in OF_LINE {
            let mut places = Places::default();
            let mut statement =
                conn.prepare_cached(&format!("SELECT n FROM {table} ORDER BY n"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                places.add(row.get("n")?);
            }
            all.push(places);
        }
        Ok(Parents(all))
    }

    /// Fails where a line names a row that is not there; `at` is the column's place in [`OF_LINE`].
    pub fn check(&self, at: usize, cell: ValueRef<'_>) -> Result<(), StoreError> {
        let known = self.0.get(at);
        match cell {
            ValueRef::Null => Ok(()),
            ValueRef::Integer(n) if known.is_some_and(|places| places.holds(n)) => Ok(()),
            _ => {
                let table = OF_LINE.get(at).map_or("row", |(_, table)| table);
                Err(missing("line", table))
            }
        }
    }
}

/// Fails where a row of any table but `line` names one that is not there.
pub(in crate::store) fn check_others(conn: &Connection) -> Result<(), StoreError> {
    let mut tables = conn.prepare_cached(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'line'",
    )?;
    let mut tables = tables.query([])?;
    while let Some(row) = tables.next()? {
        let table: String = row.get("name")?;
        let mut broken = conn.prepare(&format!("PRAGMA foreign_key_check({table})"))?;
        let mut broken = broken.query([])?;
        if let Some(row) = broken.next()? {
            let parent: String = row.get("parent")?;
            return Err(missing(&table, &parent));
        }
    }
    Ok(())
}

fn missing(table: &str, parent: &str) -> StoreError {
    StoreError::Refused(format!(
        "the change does not fit the book: a row of {table} names a {parent} that is missing"
    ))
}
