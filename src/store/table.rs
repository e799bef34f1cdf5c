//! How a value becomes columns and back. One list per entity (see `rows`) gives the column names,
//! the write order and the read order together, so that a column can not be read into the wrong
//! field. Nothing here knows which entities exist.

use super::error::StoreError;
use super::form::Form;
use super::names::Names;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Row};
use std::sync::Arc;

/// A table of the book: the key column first, `deleted_op` not named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// Name in the schema.
    pub name: &'static str,
    /// Columns in the order they are written and read.
    pub columns: &'static [&'static str],
    /// Columns that count changes; an undo moves them forward, never back.
    pub versions: &'static [&'static str],
    /// How columns hold their values, in their order; those not named as they are written.
    pub forms: &'static [Form],
    /// How many columns at the end are no part of the value: a write leaves them alone.
    pub beside: usize,
}

impl Table {
    /// The column rows are named by.
    pub fn key(&self) -> &'static str {
        self.columns.first().copied().unwrap_or("n")
    }

    /// How the column at a place holds its values.
    pub fn form(&self, at: usize) -> Form {
        self.forms.get(at).copied().unwrap_or(Form::Plain)
    }

    /// The columns that make the value.
    fn own(&self) -> &'static [&'static str] {
        let own = self.columns.len().saturating_sub(self.beside);
        self.columns.get(..own).unwrap_or(self.columns)
    }

    /// The columns that are no part of the value.
    pub fn beside(&self) -> &'static [&'static str] {
        self.columns.get(self.own().len()..).unwrap_or_default()
    }

    /// Reads standing rows; `filter` is a condition such as `id = ?1`.
    pub fn select(&self, filter: &str) -> String {
        format!(
            "SELECT {} FROM {} WHERE deleted_op IS NULL AND {filter} ORDER BY n",
            self.own().join(", "),
            self.name,
        )
    }

    /// Reads `n`, `deleted_op` and all columns of one row, standing or not.
    pub fn select_raw(&self, filter: &str) -> String {
        format!(
            "SELECT n, deleted_op, {} FROM {} WHERE {filter}",
            self.columns.join(", "),
            self.name,
        )
    }

    /// Inserts a row unless its key is there already; of the columns only those whose bit is set.
    pub fn insert(&self, filled: u64) -> String {
        let columns: Vec<&str> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(at, _)| filled >> at & 1 == 1)
            .map(|(_, column)| *column)
            .collect();
        format!(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
            self.name,
            columns.join(", "),
            vec!["?"; columns.len()].join(", "),
            self.key(),
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
    /// Appends its columns, in the table's order.
    ///
    /// # Errors
    /// When it names a row the book does not have.
    fn cells<'a>(
        &'a self,
        names: &mut Names<'_>,
        out: &mut Vec<ToSqlOutput<'a>>,
    ) -> Result<(), StoreError>;
    /// The value from its columns.
    fn read(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError>;
}

/// Part of an entity: one column or a few that belong together.
pub(super) trait Field: Sized {
    /// Appends its cells.
    fn put<'a>(&'a self, out: &mut Vec<ToSqlOutput<'a>>);
    /// Takes its cells.
    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError>;
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

    fn take(row: &mut Reader<'_, '_, '_>) -> Result<Self, StoreError> {
        row.next()
    }
}

/// Reads the columns of a row one after the other, in the order of the entity's list.
pub(super) struct Reader<'r, 's, 'c> {
    row: &'r Row<'s>,
    over: &'r [(usize, Value)],
    table: &'r Table,
    base: usize,
    at: usize,
    known: &'r mut Known<'c>,
}

/// What rows read one after the other have in common.
pub(super) struct Known<'c> {
    texts: Vec<Texts>,
    pub names: Names<'c>,
}

impl<'c> Known<'c> {
    /// For rows of that table.
    pub fn of(conn: &'c Connection, table: &Table) -> Known<'c> {
        Known {
            texts: table.columns.iter().map(|_| Texts::new()).collect(),
            names: Names::to_read(conn),
        }
    }
}

impl Reader<'_, '_, '_> {
    /// The next column as a value; a value of another kind is damage, and says where.
    pub fn next<T: Single>(&mut self) -> Result<T, StoreError> {
        self.next_with(|cell, texts, _| Ok(T::from_cell(cell, texts)))
    }

    /// The next column as what `make` makes of it; nothing is damage.
    pub fn next_with<T>(
        &mut self,
        make: impl FnOnce(ValueRef<'_>, &mut Texts, &mut Names<'_>) -> Result<Option<T>, StoreError>,
    ) -> Result<T, StoreError> {
        let at = self.at;
        self.at += 1;
        let over = match self.over {
            [] => None,
            over => over.iter().find(|(column, _)| *column == at),
        };
        let cell = match over {
            Some((_, value)) => ValueRef::from(value),
            None => self.row.get_ref(self.base + at)?,
        };
        let value = match self.known.texts.get_mut(at) {
            Some(texts) => make(cell, texts, &mut self.known.names)?,
            None => None,
        };
        value.ok_or_else(|| self.damage(at, &format!("{cell:?}")))
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
pub(super) fn hash(bytes: &[u8]) -> u64 {
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

/// One row as its entity; the entity's first column is column `base` of the row.
pub(super) fn read_row<E: Entity>(
    row: &Row<'_>,
    base: usize,
    known: &mut Known<'_>,
) -> Result<E, StoreError> {
    read_over(row, base, known, &[])
}

/// As [`read_row`], with other values in the place of some columns, by their place in the table.
pub(super) fn read_over<E: Entity>(
    row: &Row<'_>,
    base: usize,
    known: &mut Known<'_>,
    over: &[(usize, Value)],
) -> Result<E, StoreError> {
    E::read(&mut Reader {
        row,
        over,
        table: &E::TABLE,
        base,
        at: 0,
        known,
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
    let room = last_place(conn, &E::TABLE)?.clamp(0, ROOM_ROWS);
    let mut out = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
    each_row(conn, ALL, false, &mut |row| {
        out.push(row);
        Ok(())
    })?;
    Ok(out)
}

/// Most rows room is made for at once, whatever a damaged file says of its size.
pub(super) const ROOM_ROWS: i64 = 4_000_000;

/// Places of a table: after the first, up to the last.
pub(super) type Range = [i64; 2];

/// All places of a table.
pub(super) const ALL: Range = [i64::MIN, i64::MAX];

/// The standing rows of a range in their order, one by one. `named` says that it pays to read
/// beforehand what they name.
pub(super) fn each_row<E: Entity>(
    conn: &Connection,
    range: Range,
    named: bool,
    each: &mut dyn FnMut(E) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut known = Known::of(conn, &E::TABLE);
    if named {
        known.names.fill()?;
    }
    let mut statement = conn.prepare_cached(&E::TABLE.select("n > ?1 AND n <= ?2"))?;
    let mut rows = statement.query(range)?;
    while let Some(row) = rows.next()? {
        each(read_row(row, 0, &mut known)?)?;
    }
    Ok(())
}

/// Standing rows that fit a constant condition with one parameter.
pub(super) fn read_where<E: Entity>(
    conn: &Connection,
    filter: &str,
    parameter: &dyn rusqlite::ToSql,
) -> Result<Vec<E>, StoreError> {
    let mut known = Known::of(conn, &E::TABLE);
    let mut statement = conn.prepare_cached(&E::TABLE.select(filter))?;
    let mut rows = statement.query([parameter])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(read_row(row, 0, &mut known)?);
    }
    Ok(out)
}
