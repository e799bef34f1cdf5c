//! What the history keeps: kinds of operations, changes of rows, and values as before-images.

use super::error::StoreError;
use super::names::Names;
use super::rows::table_named;
use super::table::Table;
use rusqlite::Connection;
use rusqlite::types::Value;

/// What a change did to its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// New rows.
    Insert,
    /// Standing rows were taken away.
    Hide,
    /// Rows that were taken away stand again.
    Show,
    /// One row got other values.
    Update,
}

impl Act {
    /// As written in the history.
    pub fn word(self) -> &'static str {
        match self {
            Act::Insert => "insert",
            Act::Hide => "hide",
            Act::Show => "show",
            Act::Update => "update",
        }
    }

    /// As read from the history.
    pub fn named(word: &str) -> Result<Act, StoreError> {
        [Act::Insert, Act::Hide, Act::Show, Act::Update]
            .into_iter()
            .find(|act| act.word() == word)
            .ok_or_else(|| StoreError::Damaged(format!("the history names an act {word:?}")))
    }
}

/// What kind of operation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Something a person did.
    Edit,
    /// Taking the newest standing edit back.
    Undo,
    /// Bringing an undone edit back.
    Redo,
    /// Taking one older edit back out of order.
    Restore,
}

impl Kind {
    /// As written in the history.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Edit => "edit",
            Kind::Undo => "undo",
            Kind::Redo => "redo",
            Kind::Restore => "restore",
        }
    }
}

/// A change as the history holds it.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub table: Table,
    pub act: Act,
    pub first: i64,
    pub last: i64,
    pub before: Option<String>,
}

/// The changes of an operation in the order they were made.
pub(super) fn changes_of(conn: &Connection, seq: i64) -> Result<Vec<Change>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT tbl, act, first, last, before FROM change WHERE op = ?1 ORDER BY i",
    )?;
    let mut rows = statement.query([seq])?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(Change {
            table: table_named(row.get_ref("tbl")?.as_str().unwrap_or_default())?,
            act: Act::named(row.get_ref("act")?.as_str().unwrap_or_default())?,
            first: row.get("first")?,
            last: row.get("last")?,
            before: row.get("before")?,
        });
    }
    Ok(changes)
}

/// What a column of a table holds, as a before-image keeps it: as it is written, whatever form the
/// table has for it today.
pub(super) fn written(
    table: &Table,
    at: usize,
    value: &Value,
    names: &mut Names<'_>,
) -> Result<serde_json::Value, StoreError> {
    let unpacked = table.form(at).unpack(value, names)?;
    to_json(&unpacked.ok_or_else(|| {
        let column = table.columns.get(at).copied().unwrap_or("?");
        StoreError::Damaged(format!(
            "{}.{column} holds {value:?}, which is no value of that column",
            table.name
        ))
    })?)
}

/// A value of a before-image as the column holds it; `None` for what is no value of it.
pub(super) fn held(
    table: &Table,
    at: usize,
    value: &serde_json::Value,
    names: &mut Names<'_>,
) -> Result<Option<Value>, StoreError> {
    match from_json(value) {
        Some(value) => table.form(at).pack(value, names),
        None => Ok(None),
    }
}

/// A value as a before-image holds it.
fn to_json(value: &Value) -> Result<serde_json::Value, StoreError> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(n) => (*n).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Blob(bytes) => serde_json::json!({ "blob": hex(bytes) }),
        Value::Real(_) => {
            return Err(StoreError::Damaged(
                "a column holds a floating-point number".into(),
            ));
        }
    })
}

/// A value of a before-image; `None` for what no image holds.
fn from_json(value: &serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Number(n) => Value::Integer(n.as_i64()?),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Object(map) => Value::Blob(unhex(map.get("blob")?.as_str()?)?),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
