//! One operation in the making: every row it writes goes through here, so that nothing changes
//! without its history. Knows tables and columns, not what they mean.

use super::chain::{Hashed, hash_change, hash_operation};
use super::change::{Act, Kind, written};
use super::error::StoreError;
use super::migrate::{self, APPLICATION_ID};
use super::names::Names;
use super::table::{Entity, Table, last_place};
use crate::domain::command::Stamp;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

/// How the newest operation left the book.
#[derive(Clone, Debug, Default)]
pub(super) struct Head {
    /// Its number; 0 before the first.
    pub seq: i64,
    /// Its hash; empty before the first.
    pub hash: Vec<u8>,
    /// The edit an undo takes back now.
    pub undo_next: Option<i64>,
    /// The edit a redo brings back now.
    pub redo_next: Option<i64>,
}

impl Head {
    /// The head of the book, or the state right after operation `seq`.
    pub fn read(conn: &Connection, seq: Option<i64>) -> Result<Head, StoreError> {
        let mut statement = conn.prepare_cached(
            "SELECT seq, hash, undo_next, redo_next FROM operation
             WHERE ?1 IS NULL OR seq = ?1 ORDER BY seq DESC LIMIT 1",
        )?;
        let head = statement
            .query_row([seq], |row| {
                Ok(Head {
                    seq: row.get("seq")?,
                    hash: row.get("hash")?,
                    undo_next: row.get("undo_next")?,
                    redo_next: row.get("redo_next")?,
                })
            })
            .optional()?;
        Ok(head.unwrap_or_default())
    }
}

/// How an operation enters the history.
pub(super) struct Entry<'a> {
    pub kind: Kind,
    pub label: &'a str,
    pub device: &'a str,
    pub reverts: Option<i64>,
    pub undo_next: Option<i64>,
    pub redo_next: Option<i64>,
}

/// Rows next to each other that one change covers. Inserts of several tables may alternate; each
/// table has a run of its own.
struct Run {
    table: &'static str,
    first: i64,
    last: i64,
}

/// An operation being written, inside a transaction of its caller.
pub(super) struct Edit<'c> {
    /// The connection, in a transaction.
    pub conn: &'c Connection,
    /// The number the operation gets.
    pub seq: i64,
    /// How the book stood before.
    pub head: Head,
    /// Numbers of what its rows name.
    pub names: Names<'c>,
    changes: Sha256,
    count: i64,
    rows: u64,
    runs: Vec<Run>,
}

/// The statements that insert rows of one table, kept for many of them: one for each set of columns
/// that hold something, since of a line half are empty.
pub(super) struct Insert<'c> {
    conn: &'c Connection,
    table: Table,
    by_filled: HashMap<u64, CachedStatement<'c>>,
    /// Where the next new row comes to stand by itself, in a table whose key is its place: such a
    /// row is put behind the last one without looking for its place.
    next: Option<i64>,
    /// Room for the cells of the next row, so that a million rows do not each ask for it.
    room: Vec<ToSqlOutput<'static>>,
}

/// Sets of columns whose statements are kept; a file has a few.
const MOST_INSERTS: usize = 32;

impl<'c> Insert<'c> {
    /// Those of that entity.
    pub fn of<E: Entity>(conn: &'c Connection) -> Result<Insert<'c>, StoreError> {
        let next = match E::TABLE.key() {
            "n" => last_place(conn, &E::TABLE)?.checked_add(1),
            _ => None,
        };
        Ok(Insert {
            conn,
            table: E::TABLE,
            by_filled: HashMap::new(),
            next,
            room: Vec::with_capacity(E::TABLE.columns.len()),
        })
    }

    /// True when the row was inserted, false when its id is there already.
    fn run(&mut self, cells: &[ToSqlOutput<'_>]) -> Result<bool, StoreError> {
        let key = cells.first().map(as_ref);
        let behind = self.next.filter(|n| key == Some(ValueRef::Integer(*n)));
        let cells = match behind {
            Some(_) => cells.get(1..).unwrap_or_default(),
            None => cells,
        };
        let first = u32::from(behind.is_some());
        let empty = |cell: &ToSqlOutput<'_>| as_ref(cell) == ValueRef::Null;
        let filled = cells
            .iter()
            .enumerate()
            .fold(0, |bits, (at, cell)| bits | u64::from(!empty(cell)) << at)
            << first;
        if self.by_filled.len() >= MOST_INSERTS && !self.by_filled.contains_key(&filled) {
            self.by_filled.clear();
        }
        let statement = match self.by_filled.entry(filled) {
            Slot::Occupied(held) => held.into_mut(),
            Slot::Vacant(free) => {
                free.insert(self.conn.prepare_cached(&self.table.insert(filled))?)
            }
        };
        let mut at = 0;
        for cell in cells.iter().filter(|cell| !empty(cell)) {
            at += 1;
            statement.raw_bind_parameter(at, cell)?;
        }
        let inserted = statement.raw_execute()? == 1;
        if !inserted || self.next.is_none() {
            return Ok(inserted);
        }
        let n = self.conn.last_insert_rowid();
        if behind.is_some_and(|expected| expected != n) {
            return Err(StoreError::Damaged(format!(
                "a row of {} came to stand elsewhere than behind the last one",
                self.table.name
            )));
        }
        self.next = self.next.max(n.checked_add(1));
        Ok(true)
    }
}

/// The room of cells for others that live otherwise; the collection happens in place.
fn emptied<'a>(mut cells: Vec<ToSqlOutput<'_>>) -> Vec<ToSqlOutput<'a>> {
    cells.clear();
    let none = |_| ToSqlOutput::Owned(Value::Null);
    cells.into_iter().map(none).collect()
}

/// One row as the book holds it.
pub(super) struct Held {
    /// Its place.
    pub n: i64,
    /// The operation that took it away, if one did.
    pub deleted_op: Option<i64>,
    /// Its columns.
    pub values: Vec<Value>,
}

impl<'c> Edit<'c> {
    /// The next operation.
    pub fn begin(conn: &'c Connection) -> Result<Edit<'c>, StoreError> {
        let head = Head::read(conn, None)?;
        Ok(Edit {
            conn,
            seq: head.seq + 1,
            head,
            names: Names::to_write(conn),
            changes: Sha256::new(),
            count: 0,
            rows: 0,
            runs: Vec::new(),
        })
    }

    /// Writes one row, whether it is there or not; unchanged rows leave no trace.
    pub fn put<E: Entity>(&mut self, row: &E) -> Result<(), StoreError> {
        self.put_all(std::iter::once(row), |_, _, _| Ok(()))
    }

    /// Writes rows, whether they are there or not. `written` is told each row's place and the
    /// values it had before, if it stood.
    pub fn put_all<'e, E: Entity + 'e>(
        &mut self,
        rows: impl Iterator<Item = &'e E>,
        mut written: impl FnMut(&E, i64, Option<&[Value]>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut insert = Insert::of::<E>(self.conn)?;
        for row in rows {
            self.put_next(&mut insert, row, &[], &mut written)?;
        }
        Ok(())
    }

    /// Writes one of many rows; see [`Edit::put_all`]. `beside` are the columns that are no part of
    /// the value; without them they stay as they are.
    pub fn put_next<E: Entity>(
        &mut self,
        insert: &mut Insert<'_>,
        row: &E,
        beside: &[ToSqlOutput<'_>],
        written: &mut impl FnMut(&E, i64, Option<&[Value]>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let conn = self.conn;
        let mut cells = emptied(std::mem::take(&mut insert.room));
        row.cells(&mut self.names, &mut cells)?;
        cells.extend(
            beside
                .iter()
                .map(|cell| ToSqlOutput::Borrowed(as_ref(cell))),
        );
        if insert.run(&cells)? {
            insert.room = emptied(cells);
            let n = conn.last_insert_rowid();
            self.inserted(E::TABLE.name, n)?;
            return written(row, n, None);
        }
        let key = cells.first().map(as_ref).unwrap_or(ValueRef::Null);
        let Some(held) = find_by_key(conn, &E::TABLE, &ToSqlOutput::Borrowed(key))? else {
            return Err(StoreError::Damaged(format!(
                "a row of {} is in its index and not in the table",
                E::TABLE.name
            )));
        };
        let stay = held.values.iter().skip(cells.len()).map(ValueRef::from);
        let values: Vec<ValueRef<'_>> = cells.iter().map(as_ref).chain(stay).collect();
        self.overwrite(&E::TABLE, &held, None, &values)?;
        let before = held.deleted_op.is_none().then_some(held.values.as_slice());
        written(row, held.n, before)
    }

    /// Gives row `held` other values, keeping in the history those that differ.
    pub fn overwrite(
        &mut self,
        table: &Table,
        held: &Held,
        deleted_op: Option<i64>,
        values: &[ValueRef<'_>],
    ) -> Result<(), StoreError> {
        let mut image = serde_json::Map::new();
        if held.deleted_op != deleted_op {
            image.insert("deleted_op".into(), held.deleted_op.into());
        }
        for (at, (old, new)) in held.values.iter().zip(values).enumerate() {
            if let Some(column) = table.columns.get(at)
                && ValueRef::from(old) != *new
            {
                let old = written(table, at, old, &mut self.names)?;
                image.insert((*column).into(), old);
            }
        }
        if image.is_empty() {
            return Ok(());
        }
        let mut update = self.conn.prepare_cached(&table.update())?;
        let deleted = deleted_op.map_or(Value::Null, Value::Integer);
        let n = Value::Integer(held.n);
        let parameters = std::iter::once(ValueRef::from(&deleted))
            .chain(values.iter().copied().skip(1))
            .chain(std::iter::once(ValueRef::from(&n)))
            .map(ToSqlOutput::Borrowed);
        update.execute(params_from_iter(parameters))?;
        self.rows += 1;
        let before = serde_json::Value::Object(image).to_string();
        self.record(table.name, Act::Update, held.n, held.n, Some(&before))
    }

    /// Takes a standing row away; false when there is none with that id.
    pub fn hide(&mut self, table: &Table, id: &dyn rusqlite::ToSql) -> Result<bool, StoreError> {
        match find_by_key(self.conn, table, id)?.filter(|held| held.deleted_op.is_none()) {
            Some(held) => self
                .hide_range(table, held.n, held.n, self.seq)
                .map(|()| true),
            None => Ok(false),
        }
    }

    /// Takes the standing rows of a range away, as operation `mark` did or does.
    pub fn hide_range(
        &mut self,
        table: &Table,
        first: i64,
        last: i64,
        mark: i64,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE {} SET deleted_op = ?3 WHERE n BETWEEN ?1 AND ?2 AND deleted_op IS NULL",
            table.name
        );
        self.mark_range(&sql, Act::Hide, table, first, last, mark)
    }

    /// Lets those rows of a range stand again that bear the mark of one operation.
    pub fn show_range(
        &mut self,
        table: &Table,
        first: i64,
        last: i64,
        mark: i64,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE {} SET deleted_op = NULL WHERE n BETWEEN ?1 AND ?2 AND deleted_op = ?3",
            table.name
        );
        self.mark_range(&sql, Act::Show, table, first, last, mark)
    }

    fn mark_range(
        &mut self,
        sql: &str,
        act: Act,
        table: &Table,
        first: i64,
        last: i64,
        mark: i64,
    ) -> Result<(), StoreError> {
        let touched = self
            .conn
            .prepare_cached(sql)?
            .execute([first, last, mark])?;
        self.rows += touched as u64;
        let mark = serde_json::json!({ "deleted_op": mark }).to_string();
        self.record(table.name, act, first, last, Some(&mark))
    }

    /// Rows touched so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn inserted(&mut self, table: &'static str, n: i64) -> Result<(), StoreError> {
        self.rows += 1;
        match self.runs.iter_mut().find(|run| run.table == table) {
            Some(run) if run.last + 1 == n => {
                run.last = n;
                return Ok(());
            }
            // all of them, so that what was begun first stays first
            Some(_) => self.end_runs()?,
            None => {}
        }
        self.runs.push(Run {
            table,
            first: n,
            last: n,
        });
        Ok(())
    }

    /// Ends the runs of all tables, in the order they were begun.
    fn end_runs(&mut self) -> Result<(), StoreError> {
        for run in std::mem::take(&mut self.runs) {
            self.write_change(run.table, Act::Insert, run.first, run.last, None)?;
        }
        Ok(())
    }

    fn record(
        &mut self,
        table: &str,
        act: Act,
        first: i64,
        last: i64,
        before: Option<&str>,
    ) -> Result<(), StoreError> {
        self.end_runs()?;
        self.write_change(table, act, first, last, before)
    }

    fn write_change(
        &mut self,
        table: &str,
        act: Act,
        first: i64,
        last: i64,
        before: Option<&str>,
    ) -> Result<(), StoreError> {
        hash_change(&mut self.changes, table, act.word(), first, last, before);
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO change (op, i, tbl, act, first, last, before)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        insert.execute(params![
            self.seq,
            self.count,
            table,
            act.word(),
            first,
            last,
            before
        ])?;
        self.count += 1;
        Ok(())
    }

    /// Writes the history entry; the operation is complete after it.
    pub fn finish(mut self, entry: &Entry<'_>, stamp: &Stamp) -> Result<i64, StoreError> {
        self.end_runs()?;
        let seconds = u64::try_from(stamp.at.timestamp()).unwrap_or(0);
        let instant =
            uuid::Timestamp::from_unix(uuid::NoContext, seconds, stamp.at.timestamp_subsec_nanos());
        let id = uuid::Uuid::new_v7(instant);
        let at = stamp
            .at
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let today = stamp.today.format("%Y-%m-%d").to_string();
        let changes = std::mem::take(&mut self.changes).finalize();
        let hash = hash_operation(
            &self.head.hash,
            &Hashed {
                seq: self.seq,
                id: id.as_bytes(),
                at: &at,
                today: &today,
                actor: &stamp.actor,
                device: entry.device,
                label: entry.label,
                kind: entry.kind.word(),
                reverts: entry.reverts,
                rows: self.rows,
                undo_next: entry.undo_next,
                redo_next: entry.redo_next,
            },
            &changes,
        );
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO operation (seq, id, at, today, actor, device, label, kind, reverts,
                                    rows, undo_next, redo_next, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        insert.execute(params![
            self.seq,
            id.as_bytes().as_slice(),
            at,
            today,
            stamp.actor,
            entry.device,
            entry.label,
            entry.kind.word(),
            entry.reverts,
            rows,
            entry.undo_next,
            entry.redo_next,
            hash,
        ])?;
        if self.head.seq == 0 {
            // what was begun is a book from here on
            migrate::mark(self.conn, APPLICATION_ID)?;
        }
        Ok(self.seq)
    }
}

/// The row at a place, standing or not.
pub(super) fn find(conn: &Connection, table: &Table, n: i64) -> Result<Option<Held>, StoreError> {
    find_where(conn, table, "n = ?1", &n)
}

/// The row of a key, standing or not.
pub(super) fn find_by_key(
    conn: &Connection,
    table: &Table,
    key: &dyn rusqlite::ToSql,
) -> Result<Option<Held>, StoreError> {
    find_where(conn, table, &format!("{} = ?1", table.key()), key)
}

fn find_where(
    conn: &Connection,
    table: &Table,
    filter: &str,
    parameter: &dyn rusqlite::ToSql,
) -> Result<Option<Held>, StoreError> {
    let mut statement = conn.prepare_cached(&table.select_raw(filter))?;
    let held = statement
        .query_row([parameter], |row| {
            let values = (2..table.columns.len() + 2)
                .map(|at| row.get::<_, Value>(at))
                .collect::<Result<_, _>>()?;
            Ok(Held {
                n: row.get("n")?,
                deleted_op: row.get("deleted_op")?,
                values,
            })
        })
        .optional()?;
    Ok(held)
}

/// A cell to write as a value to compare.
pub(super) fn as_ref<'a>(cell: &'a ToSqlOutput<'_>) -> ValueRef<'a> {
    match cell {
        ToSqlOutput::Borrowed(value) => *value,
        ToSqlOutput::Owned(value) => ValueRef::from(value),
        _ => ValueRef::Null,
    }
}
