//! What a row held before: its before-images, read back from the history, newest first.

use super::change::{Act, held};
use super::edit::find_by_key;
use super::error::StoreError;
use super::names::Names;
use super::table::{Entity, Known, read_row};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};

/// The values a row had before each operation that overwrote it, with that operation's number;
/// the newest first. Empty for a row that was never overwritten, or is not there.
pub(super) fn earlier<E: Entity>(
    conn: &Connection,
    id: &dyn ToSql,
) -> Result<Vec<(i64, E)>, StoreError> {
    let Some(row) = find_by_key(conn, &E::TABLE, id)? else {
        return Ok(Vec::new());
    };
    let mut names = Names::to_read(conn);
    let mut values = row.values;
    let mut statement = conn.prepare_cached(
        "SELECT op, act, before FROM change WHERE tbl = ?1 AND first <= ?2 AND last >= ?2
         ORDER BY op DESC, i DESC",
    )?;
    let mut rows = statement.query(rusqlite::params![E::TABLE.name, row.n])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("op")?;
        let act: String = row.get("act")?;
        let before: Option<String> = row.get("before")?;
        if act != Act::Update.word() {
            continue;
        }
        let damaged = || StoreError::Damaged(format!("change {seq} cannot be read"));
        let image: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&before.ok_or_else(damaged)?).map_err(|_| damaged())?;
        for (at, (column, value)) in E::TABLE.columns.iter().zip(&mut values).enumerate() {
            if let Some(old) = image.get(*column) {
                *value = held(&E::TABLE, at, old, &mut names)?.ok_or_else(damaged)?;
            }
        }
        out.push((seq, value_of(conn, &values)?));
    }
    Ok(out)
}

/// Columns as their entity: SQLite hands them back as a row, so that one reader serves all.
pub(super) fn value_of<E: Entity>(conn: &Connection, values: &[Value]) -> Result<E, StoreError> {
    let places: Vec<String> = (1..=values.len()).map(|at| format!("?{at}")).collect();
    let mut statement = conn.prepare_cached(&format!("SELECT {}", places.join(", ")))?;
    let mut rows = statement.query(params_from_iter(values.iter()))?;
    let gone = || StoreError::Damaged("a row of the history cannot be read".into());
    let row = rows.next()?.ok_or_else(gone)?;
    read_row(row, 0, &mut Known::of(conn, &E::TABLE))
}
