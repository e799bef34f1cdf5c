//! The history as people use it: the list, undo, redo, and taking one older change back.
//!
//! Every operation notes what an undo or a redo right after it would act on. An edit is undone by
//! reversing the changes of the last operation that put it in force (itself, or its latest redo),
//! newest change first; a redo reverses the undo. Version counters only ever move forward, so
//! that a window that saw a value which was undone cannot write over what came after.

use super::Made;
use super::change::{Act, Change, Kind, changes_of, held};
use super::edit::{Edit, Entry, Head, find};
use super::error::StoreError;
use super::rows::{TABLES, table_named};
use super::table::Table;
use crate::domain::command::{Operation, Stamp};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What restoring one change did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Rows that hold their earlier values again.
    pub rows: u64,
    /// Rows left alone because they were edited since, or because something that came later rests
    /// on them: kind of row and its id.
    pub skipped: Vec<String>,
}

type Done = (i64, String, Made);

/// Takes the newest standing edit back.
pub(super) fn undo(conn: &Connection, device: &str, stamp: &Stamp) -> Result<Done, StoreError> {
    let mut edit = Edit::begin(conn)?;
    let target = edit.head.undo_next.ok_or(StoreError::NothingToUndo)?;
    let in_force = latest(conn, target, Kind::Redo)?.unwrap_or(target);
    reverse(&mut edit, in_force)?;
    let before = Head::read(conn, Some(target - 1))?;
    let label = label_of(conn, target)?;
    let entry = Entry {
        kind: Kind::Undo,
        label: &label,
        device,
        reverts: Some(target),
        undo_next: before.undo_next,
        redo_next: Some(target),
    };
    let seq = edit.finish(&entry, stamp)?;
    Ok((seq, label, Made::default()))
}

/// Brings the last undone edit back.
pub(super) fn redo(conn: &Connection, device: &str, stamp: &Stamp) -> Result<Done, StoreError> {
    let mut edit = Edit::begin(conn)?;
    let target = edit.head.redo_next.ok_or(StoreError::NothingToRedo)?;
    let undone_by = latest(conn, target, Kind::Undo)?.ok_or(StoreError::NothingToRedo)?;
    reverse(&mut edit, undone_by)?;
    let before = Head::read(conn, Some(undone_by - 1))?;
    let label = label_of(conn, target)?;
    let entry = Entry {
        kind: Kind::Redo,
        label: &label,
        device,
        reverts: Some(target),
        undo_next: Some(target),
        redo_next: before.redo_next,
    };
    let seq = edit.finish(&entry, stamp)?;
    Ok((seq, label, Made::default()))
}

/// The latest operation of a kind that acts on an edit.
fn latest(conn: &Connection, target: i64, kind: Kind) -> Result<Option<i64>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT seq FROM operation WHERE seq > ?1 AND reverts = ?1 AND kind = ?2
         ORDER BY seq DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row(rusqlite::params![target, kind.word()], |row| row.get("seq"))
        .optional()?)
}

fn label_of(conn: &Connection, seq: i64) -> Result<String, StoreError> {
    let mut statement = conn.prepare_cached("SELECT label FROM operation WHERE seq = ?1")?;
    Ok(statement.query_row([seq], |row| row.get("label"))?)
}

/// Reverses every change of an operation, the last one first.
fn reverse(edit: &mut Edit<'_>, seq: i64) -> Result<(), StoreError> {
    for change in changes_of(edit.conn, seq)?.iter().rev() {
        reverse_change(edit, change)?;
    }
    Ok(())
}

fn reverse_change(edit: &mut Edit<'_>, change: &Change) -> Result<(), StoreError> {
    let (table, first, last) = (&change.table, change.first, change.last);
    match change.act {
        Act::Insert => edit.hide_range(table, first, last, edit.seq),
        Act::Show => edit.hide_range(table, first, last, mark_of(change)?),
        Act::Hide => edit.show_range(table, first, last, mark_of(change)?),
        Act::Update => restore_row(edit, table, first, change.before.as_deref()),
    }
}

/// The mark that rows hidden or shown by a change bear or bore.
fn mark_of(change: &Change) -> Result<i64, StoreError> {
    image_of(change.before.as_deref())
        .and_then(|image| image.get("deleted_op")?.as_i64())
        .ok_or_else(|| unreadable(&change.table, change.first))
}

type Image = HashMap<String, serde_json::Value>;

fn image_of(text: Option<&str>) -> Option<Image> {
    serde_json::from_str(text?).ok()
}

fn unreadable(table: &Table, n: i64) -> StoreError {
    StoreError::Damaged(format!(
        "the history of {} row {n} cannot be read",
        table.name
    ))
}

/// Gives a row the values of its before-image; what the image does not name stays as it is.
fn restore_row(
    edit: &mut Edit<'_>,
    table: &Table,
    n: i64,
    image: Option<&str>,
) -> Result<(), StoreError> {
    let damaged = || unreadable(table, n);
    let image = image_of(image).ok_or_else(damaged)?;
    let row = find(edit.conn, table, n)?.ok_or_else(damaged)?;
    let deleted_op = match image.get("deleted_op") {
        Some(value) => value.as_i64(),
        None => row.deleted_op,
    };
    let mut values = row.values.clone();
    for (at, (column, value)) in table.columns.iter().zip(values.iter_mut()).enumerate() {
        let Some(old) = image.get(*column) else {
            continue;
        };
        match value {
            Value::Integer(now) if table.versions.contains(column) => *now += 1,
            _ => *value = held(table, at, old, &mut edit.names)?.ok_or_else(damaged)?,
        }
    }
    let values: Vec<ValueRef<'_>> = values.iter().map(ValueRef::from).collect();
    edit.overwrite(table, &row, deleted_op, &values)
}

/// The newest operations, newest first.
pub(super) fn list(conn: &Connection, limit: usize) -> Result<Vec<Operation>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, at, today, actor, label, kind, reverts, rows FROM operation
         ORDER BY seq DESC LIMIT ?1",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query([limit])?;
    let mut list = Vec::new();
    let mut stands: HashMap<i64, bool> = HashMap::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("seq")?;
        let kind: String = row.get("kind")?;
        let reverts: Option<i64> = row.get("reverts")?;
        let undone = stands.get(&seq).is_some_and(|stands| !stands);
        if let Some(target) = reverts {
            let now_stands = kind == Kind::Redo.word();
            if !(kind == Kind::Restore.word() && undone) {
                stands.entry(target).or_insert(now_stands);
            }
        }
        list.push(operation(row, undone)?);
    }
    Ok(list)
}

fn operation(row: &rusqlite::Row<'_>, undone: bool) -> Result<Operation, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("the history holds a bad {what}"));
    let at: String = row.get("at")?;
    let today: String = row.get("today")?;
    let label: String = row.get("label")?;
    let kind: String = row.get("kind")?;
    let label = match kind.as_str() {
        kind if kind == Kind::Undo.word() => format!("Undo of: {label}"),
        kind if kind == Kind::Redo.word() => format!("Redo of: {label}"),
        _ => label,
    };
    Ok(Operation {
        seq: row.get("seq")?,
        at: at.parse().map_err(|_| damaged("instant"))?,
        today: today.parse().map_err(|_| damaged("day"))?,
        actor: row.get("actor")?,
        label,
        reverts: row.get("reverts")?,
        undone,
        rows: u64::try_from(row.get::<_, i64>("rows")?).unwrap_or(0),
    })
}

/// Rows of each table that standing edits after an operation have touched.
type Touched = BTreeMap<&'static str, BTreeMap<i64, i64>>;

/// Takes the changes of one edit back where nothing came after.
pub(super) fn revert(
    conn: &Connection,
    seq: i64,
    device: &str,
    stamp: &Stamp,
) -> Result<(Done, Restored), StoreError> {
    let target = check_restorable(conn, seq)?;
    let mut edit = Edit::begin(conn)?;
    let touched = touched_after(conn, seq)?;
    let in_force = latest(conn, seq, Kind::Redo)?.unwrap_or(seq);
    let mut skipped = BTreeSet::new();
    for change in changes_of(conn, in_force)?.iter().rev() {
        let empty = BTreeMap::new();
        let later = touched.get(change.table.name).unwrap_or(&empty);
        for (first, last) in left_alone(change.first, change.last, later, |n| {
            skipped.insert((change.table.name, n));
        }) {
            let part = Change {
                first,
                last,
                ..change.clone()
            };
            reverse_change(&mut edit, &part)?;
        }
    }
    keep_what_others_need(&mut edit, &mut skipped)?;
    let mut restored = Restored {
        rows: edit.rows(),
        skipped: Vec::new(),
    };
    for (table, n) in skipped {
        restored.skipped.push(describe(conn, table, n)?);
    }
    if restored.rows == 0 {
        return Err(StoreError::CannotRestore {
            seq,
            reason: "every row it touched was edited since".into(),
        });
    }
    let label = format!("restored what was before: {target}");
    let entry = Entry {
        kind: Kind::Restore,
        label: &label,
        device,
        reverts: Some(seq),
        undo_next: Some(edit.seq),
        redo_next: None,
    };
    let done = edit.finish(&entry, stamp)?;
    Ok(((done, label, Made::default()), restored))
}

/// The label of a change that can be restored.
fn check_restorable(conn: &Connection, seq: i64) -> Result<String, StoreError> {
    let refuse = |reason: &str| {
        Err(StoreError::CannotRestore {
            seq,
            reason: reason.to_owned(),
        })
    };
    let Some(operation) = list(conn, usize::MAX)?.into_iter().find(|op| op.seq == seq) else {
        return refuse("there is no such change");
    };
    let kind: String = conn
        .prepare_cached("SELECT kind FROM operation WHERE seq = ?1")?
        .query_row([seq], |row| row.get("kind"))?;
    if operation.undone {
        return refuse("it is taken back already");
    }
    if kind == Kind::Undo.word() || kind == Kind::Redo.word() {
        return refuse("it is an undo or redo itself; name the change it acts on");
    }
    Ok(operation.label)
}

fn touched_after(conn: &Connection, seq: i64) -> Result<Touched, StoreError> {
    let standing: Vec<i64> = list(conn, usize::MAX)?
        .into_iter()
        .take_while(|op| op.seq > seq)
        .filter(|op| !op.undone)
        .map(|op| op.seq)
        .collect();
    let mut touched = Touched::new();
    let mut kind = conn.prepare_cached("SELECT kind FROM operation WHERE seq = ?1")?;
    for later in standing {
        let kind: String = kind.query_row([later], |row| row.get("kind"))?;
        if kind == Kind::Undo.word() || kind == Kind::Redo.word() {
            continue;
        }
        for change in changes_of(conn, later)? {
            let runs = touched.entry(change.table.name).or_default();
            let last = runs.entry(change.first).or_insert(change.last);
            *last = (*last).max(change.last);
        }
    }
    Ok(touched)
}

/// The parts of `first..=last` that no later run covers; places that one does are told.
fn left_alone(
    first: i64,
    last: i64,
    later: &BTreeMap<i64, i64>,
    mut covered: impl FnMut(i64),
) -> Vec<(i64, i64)> {
    let mut parts = Vec::new();
    let mut at = first;
    for (from, to) in later.range(..=last) {
        let (from, to) = ((*from).max(at), (*to).min(last));
        if to < from {
            continue;
        }
        if at < from {
            parts.push((at, from - 1));
        }
        (from..=to).for_each(&mut covered);
        at = to + 1;
    }
    if at <= last {
        parts.push((at, last));
    }
    parts
}

/// Which column of which table names rows of which other.
const REFERENCES: [(&str, &str, &str); 26] = [
    ("site", "account", "account"),
    ("contract", "account", "account"),
    ("subscription", "id", "contract"),
    ("line", "contract", "contract"),
    ("line", "account", "account"),
    ("line", "site", "site"),
    ("line", "gone_in", "batch"),
    ("line", "origin_batch", "batch"),
    ("baseline", "batch", "batch"),
    ("eox", "batch", "batch"),
    ("raw_cells", "line", "line"),
    ("renewal", "contract", "contract"),
    ("quote", "account", "account"),
    ("quote_line", "quote", "quote"),
    ("quote_line", "renews", "line"),
    ("quote_line", "renewal", "renewal"),
    ("quote_version", "quote", "quote"),
    ("decision", "quote", "quote"),
    ("adoption", "account", "account"),
    ("adoption", "origin_batch", "batch"),
    ("activity", "renewal", "renewal"),
    ("cpi_rate", "origin_batch", "batch"),
    ("offer_group", "origin_batch", "batch"),
    ("use_case", "account", "account"),
    ("use_case", "origin_batch", "batch"),
    ("projection", "pack", "pack_version"),
];

/// The column of a parent that its children name it by: lines are named, and name others, by place.
fn named_by(child: &str, parent: &str) -> &'static str {
    match (child, parent) {
        ("line", _) | (_, "line") => "n",
        _ => "id",
    }
}

/// Lets rows stand again that this operation took away although standing rows name them.
fn keep_what_others_need(
    edit: &mut Edit<'_>,
    skipped: &mut BTreeSet<(&'static str, i64)>,
) -> Result<(), StoreError> {
    loop {
        let mut again = false;
        for (child, column, parent) in REFERENCES {
            let Some(table) = TABLES.into_iter().find(|table| table.name == parent) else {
                continue;
            };
            let sql = format!(
                "SELECT n FROM {parent} WHERE deleted_op = ?1 AND {} IN
                 (SELECT {column} FROM {child} WHERE deleted_op IS NULL)",
                named_by(child, parent)
            );
            let needed: Vec<i64> = edit
                .conn
                .prepare_cached(&sql)?
                .query_map([edit.seq], |row| row.get("n"))?
                .collect::<Result<_, _>>()?;
            for n in needed {
                edit.show_range(&table, n, n, edit.seq)?;
                skipped.insert((table.name, n));
                again = true;
            }
        }
        if !again {
            return Ok(());
        }
    }
}

/// A skipped row in words.
fn describe(conn: &Connection, table: &'static str, n: i64) -> Result<String, StoreError> {
    let key = table_named(table)?.key();
    let id: Option<Value> = conn
        .prepare_cached(&format!("SELECT {key} FROM {table} WHERE n = ?1"))?
        .query_row([n], |row| row.get(key))
        .optional()?;
    let id = match id {
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Blob(bytes)) => uuid::Uuid::from_slice(&bytes)
            .map(|id| id.to_string())
            .unwrap_or_default(),
        Some(Value::Text(key)) => key,
        _ => String::new(),
    };
    Ok(format!("{} {id}", table.replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_schema_is_known() {
        let mut conn = Connection::open_in_memory().unwrap();
        crate::store::migrate::climb(&mut conn, false).unwrap();
        let mut schema = BTreeSet::new();
        for table in TABLES {
            let mut statement = conn
                .prepare("SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1)")
                .unwrap();
            let mut rows = statement.query([table.name]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let [from, to, key] = [0, 1, 2].map(|at| row.get::<_, String>(at).unwrap());
                assert_eq!(named_by(table.name, &to), key, "{} {from}", table.name);
                schema.insert((table.name.to_owned(), from, to));
            }
        }
        let known: BTreeSet<_> = REFERENCES
            .iter()
            .map(|(child, column, parent)| {
                (
                    (*child).to_owned(),
                    (*column).to_owned(),
                    (*parent).to_owned(),
                )
            })
            .collect();
        assert_eq!(known, schema);
    }

    #[test]
    fn later_runs_are_cut_out_of_a_range() {
        let later = BTreeMap::from([(0, 2), (5, 6), (6, 9), (20, 30)]);
        let mut covered = Vec::new();
        let parts = left_alone(1, 12, &later, |n| covered.push(n));
        assert_eq!(parts, [(3, 4), (10, 12)]);
        assert_eq!(covered, [1, 2, 5, 6, 7, 8, 9]);
    }
}
