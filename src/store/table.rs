//! How a value becomes columns and back. One list per entity (see `rows`) gives the column names,
//! the write order and the read order together, so that a column can not be read into the wrong
//! field. Nothing here knows which entities exist.

use super::error::StoreError;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row};
use std::sync::Arc;

/// A table of the book: the key column first, `n` and `deleted_op` not named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// Name in the schema.
    pub name: &'static str,
    /// Columns in the order they are written and read.
    pub columns: &'static [&'static str],
    /// Columns that count changes; an undo moves them forward, never back.
    pub versions: &'static [&'static str],
}

impl Table {
    /// Reads standing rows; `filter` is a constant condition such as `id = ?1`.
    pub fn select(&self, filter: &'static str) -> String {
        format!(
            "SELECT {} FROM {} WHERE deleted_op IS NULL AND {filter} ORDER BY n",
            self.columns.join(", "),
            self.name,
        )
    }

    /// Reads `n`, `deleted_op` and all columns of one row, standing or not.
    pub fn select_raw(&self, filter: &'static str) -> String {
        format!(
            "SELECT n, deleted_op, {} FROM {} WHERE {filter}",
            self.columns.join(", "),
            self.name,
        )
    }

    /// Inserts a row unless its id is there already.
    pub fn insert(&self) -> String {
        format!(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING",
            self.name,
            self.columns.join(", "),
            vec!["?"; self.columns.len()].join(", "),
        )
    }

    /// Writes every column but the key of row `n` (the last parameter).
    pub fn update(&self) -> String {
        let rest: Vec<String> = self
            .columns
            .iter()
            .skip(1)
            .map(|column| format!("{column} = ?"))
            .collect();
        format!(
            "UPDATE {} SET deleted_op = ?, {} WHERE n = ?",
            self.name,
            rest.join(", "),
        )
    }
}

/// A row of the book as a value.
pub(super) trait Entity: Sized {
    /// Where it lives.
    const TABLE: Table;
    /// Its columns, in the table's order.
    fn cells(&self) -> Vec<ToSqlOutput<'_>>;
    /// The value from its columns.
    fn read(row: &mut Reader<'_, '_>) -> Result<Self, StoreError>;
}

/// Part of an entity: one column or a few that belong together.
pub(super) trait Field: Sized {
    /// Appends its cells.
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>);
    /// Takes its cells.
    fn take(row: &mut Reader<'_, '_>) -> Result<Self, StoreError>;
}

/// A value of one column.
pub(super) trait Single: Sized {
    /// As a cell.
    fn cell(&self) -> ToSqlOutput<'_>;
    /// From a cell; `None` when the cell does not hold such a value.
    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self>;
}

impl<T: Single> Single for Option<T> {
    fn cell(&self) -> ToSqlOutput<'_> {
        match self {
            Some(value) => value.cell(),
            None => ToSqlOutput::Owned(Value::Null),
        }
    }

    fn from_cell(cell: ValueRef<'_>, texts: &mut Texts) -> Option<Self> {
        match cell {
            ValueRef::Null => Some(None),
            cell => T::from_cell(cell, texts).map(Some),
        }
    }
}

impl<T: Single> Field for T {
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>) {
        out.push(self.cell());
    }

    fn take(row: &mut Reader<'_, '_>) -> Result<Self, StoreError> {
        row.next()
    }
}

/// Reads the columns of a row one after the other, in the order of the entity's list.
pub(super) struct Reader<'r, 's> {
    row: &'r Row<'s>,
    over: &'r [(usize, Value)],
    table: &'r Table,
    base: usize,
    at: usize,
    texts: &'r mut [Texts],
}

impl Reader<'_, '_> {
    /// The next column as a value; a value of another kind is damage, and says where.
    pub fn next<T: Single>(&mut self) -> Result<T, StoreError> {
        let at = self.at;
        self.at += 1;
        let over = self.over.iter().find(|(column, _)| *column == at);
        let cell = match over {
            Some((_, value)) => ValueRef::from(value),
            None => self.row.get_ref(self.base + at)?,
        };
        self.texts
            .get_mut(at)
            .and_then(|texts| T::from_cell(cell, texts))
            .ok_or_else(|| self.damage(at, &format!("{cell:?}")))
    }

    /// An error that names table and column of the cell just read.
    pub fn damage(&self, at: usize, found: &str) -> StoreError {
        let column = self.table.columns.get(at).copied().unwrap_or("?");
        let found: String = found.chars().take(80).collect();
        StoreError::Damaged(format!(
            "{}.{column} holds {found}, which is no value of that column",
            self.table.name
        ))
    }

    /// The damage error of the last column read.
    pub fn damage_here(&self, found: &str) -> StoreError {
        self.damage(self.at.saturating_sub(1), found)
    }
}

/// Texts of one column read lately: the same level, product or owner stands on thousands of rows
/// and is kept once. A fixed number of slots, so that a column of serial numbers costs nothing.
pub(super) struct Texts {
    slots: Vec<Option<Arc<str>>>,
    misses: u32,
    hits: u32,
}

/// Slots of a column's text cache; a power of two.
const SLOTS: usize = 1024;

impl Texts {
    pub fn new() -> Self {
        Texts {
            slots: Vec::new(),
            misses: 0,
            hits: 0,
        }
    }

    /// The text, shared with an earlier row where possible; `None` when it is no UTF-8. A text
    /// met before is known to be.
    pub fn share(&mut self, text: &[u8]) -> Option<Arc<str>> {
        if self.misses > 4096 && self.hits < self.misses / 8 {
            return std::str::from_utf8(text).ok().map(Arc::from);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, None);
        }
        let slot = self.slots.get_mut(hash(text) as usize & (SLOTS - 1))?;
        match slot {
            Some(known) if known.as_bytes() == text => {
                self.hits += 1;
                Some(Arc::clone(known))
            }
            _ => {
                self.misses += 1;
                let text: Arc<str> = Arc::from(std::str::from_utf8(text).ok()?);
                *slot = Some(Arc::clone(&text));
                Some(text)
            }
        }
    }
}

/// Eight bytes at a time: multiply, fold, so that the low bits depend on all of them.
fn hash(bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    let mix = |hash: u64, word: u64| {
        let mixed = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    };
    for word in &mut words {
        let word: [u8; 8] = word.try_into().unwrap_or_default();
        hash = mix(hash, u64::from_le_bytes(word));
    }
    let rest = words.remainder();
    let tail = rest
        .iter()
        .fold(0, |tail, byte| tail << 8 | u64::from(*byte));
    mix(hash, tail)
}

/// One text cache for each column of a table.
pub(super) fn texts_of(table: &Table) -> Vec<Texts> {
    table.columns.iter().map(|_| Texts::new()).collect()
}

/// One row as its entity; the entity's first column is column `base` of the row.
pub(super) fn read_row<E: Entity>(
    row: &Row<'_>,
    base: usize,
    texts: &mut [Texts],
) -> Result<E, StoreError> {
    read_over(row, base, texts, &[])
}

/// As [`read_row`], with other values in the place of some columns, by their place in the table.
pub(super) fn read_over<E: Entity>(
    row: &Row<'_>,
    base: usize,
    texts: &mut [Texts],
    over: &[(usize, Value)],
) -> Result<E, StoreError> {
    E::read(&mut Reader {
        row,
        over,
        table: &E::TABLE,
        base,
        at: 0,
        texts,
    })
}

/// The last place a table has given away.
pub(super) fn last_place(conn: &Connection, table: &Table) -> Result<i64, StoreError> {
    let last: Option<i64> = conn
        .prepare_cached(&format!("SELECT max(n) AS last FROM {}", table.name))?
        .query_row([], |row| row.get("last"))?;
    Ok(last.unwrap_or(0))
}

/// All standing rows of a table in their order.
pub(super) fn read_all<E: Entity>(conn: &Connection) -> Result<Vec<E>, StoreError> {
    let last = last_place(conn, &E::TABLE)?;
    read_range(conn, 0, last, last)
}

/// Most rows room is made for at once, whatever a damaged file says of its size.
const ROOM_ROWS: i64 = 4_000_000;

/// The standing rows after place `after` up to `last`, with room for `room` of them.
pub(super) fn read_range<E: Entity>(
    conn: &Connection,
    after: i64,
    last: i64,
    room: i64,
) -> Result<Vec<E>, StoreError> {
    let room = room.clamp(0, ROOM_ROWS);
    let mut out = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
    let mut texts = texts_of(&E::TABLE);
    let mut statement = conn.prepare_cached(&E::TABLE.select("n > ?1 AND n <= ?2"))?;
    let mut rows = statement.query([after, last])?;
    while let Some(row) = rows.next()? {
        out.push(read_row(row, 0, &mut texts)?);
    }
    Ok(out)
}

/// Standing rows that fit a constant condition with one parameter.
pub(super) fn read_where<E: Entity>(
    conn: &Connection,
    filter: &'static str,
    parameter: &dyn rusqlite::ToSql,
) -> Result<Vec<E>, StoreError> {
    let mut texts = texts_of(&E::TABLE);
    let mut statement = conn.prepare_cached(&E::TABLE.select(filter))?;
    let mut rows = statement.query([parameter])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read_row(row, 0, &mut texts)?);
    }
    Ok(out)
}
