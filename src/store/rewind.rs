//! A row taken back through the history, change by change, in memory.

use super::change::held;
use super::edit::find;
use super::error::StoreError;
use super::names::Names;
use super::table::Table;
use rusqlite::Connection;
use rusqlite::types::Value;

/// A before-image: the columns a change overwrote, and what they held.
pub(super) type Image = serde_json::Map<String, serde_json::Value>;

/// A row as it was after some operation.
pub(super) struct Row {
    /// Its columns.
    pub values: Vec<Value>,
}

impl Row {
    /// The row as it is now.
    pub fn load(conn: &Connection, table: &Table, n: i64) -> Result<Row, StoreError> {
        let row = find(conn, table, n)?.ok_or_else(|| damaged(table, n))?;
        Ok(Row { values: row.values })
    }

    /// Takes one change back; says whether the row stood before it.
    pub fn back(
        &mut self,
        table: &Table,
        n: i64,
        image: &Image,
        names: &mut Names<'_>,
    ) -> Result<bool, StoreError> {
        for (at, (column, value)) in table.columns.iter().zip(self.values.iter_mut()).enumerate() {
            if let Some(old) = image.get(*column) {
                *value = held(table, at, old, names)?.ok_or_else(|| damaged(table, n))?;
            }
        }
        Ok(image.get("deleted_op").is_none_or(|mark| mark.is_null()))
    }
}

/// The before-image of a change of that row.
pub(super) fn image_of(table: &Table, n: i64, text: Option<&str>) -> Result<Image, StoreError> {
    let text = text.ok_or_else(|| damaged(table, n))?;
    serde_json::from_str(text).map_err(|_| damaged(table, n))
}

/// A history that cannot be read.
pub(super) fn damaged(table: &Table, n: i64) -> StoreError {
    let name = table.name;
    StoreError::Damaged(format!("the history of {name} row {n} cannot be read"))
}
