//! What imports did to lines: their before-images, read back from the history. Walks from the
//! newest operation to the oldest asked for, taking each change back in memory, so that every
//! import is met with its lines as it left them.

use super::change::Act;
use super::earlier::value_of;
use super::error::StoreError;
use super::history;
use super::load::by_id;
use super::rewind::{Row, damaged, image_of};
use super::table::{Entity, Single, Texts};
use crate::domain::batch::Batch;
use crate::domain::command::Operation;
use crate::domain::ids::LineId;
use crate::domain::line::Line;
use crate::domain::moved::{After, Imported, Imports, Moved, Span};
use chrono::NaiveDate;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::{BTreeMap, HashMap};

/// The imports of a span that stand, with what they did to lines.
pub(super) fn imports(conn: &Connection, span: Span) -> Result<Imports, StoreError> {
    let imports = standing(conn, span)?;
    let Some(oldest) = imports.last().map(|import| import.seq) else {
        return Ok(Imports::default());
    };
    let mut walk = Walk {
        conn,
        by_seq: imports.iter().map(|import| (import.seq, import)).collect(),
        rows: HashMap::new(),
        moved: Vec::new(),
    };
    let mut statement = conn.prepare_cached(
        "SELECT op, act, first, last, before FROM change WHERE op >= ?1 AND tbl = 'line'
         ORDER BY op DESC, i DESC",
    )?;
    let mut rows = statement.query([oldest])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("op")?;
        let (first, last): (i64, i64) = (row.get("first")?, row.get("last")?);
        match Act::named(row.get_ref("act")?.as_str().unwrap_or_default())? {
            Act::Insert => walk.inserted(seq, first, last)?,
            Act::Update => {
                let before: Option<String> = row.get("before")?;
                walk.updated(seq, first, before.as_deref())?;
            }
            // Only undo and restore hide and show lines; they change none of their values.
            Act::Hide | Act::Show => {}
        }
    }
    let moved = walk.moved;
    Ok(Imports { imports, moved })
}

/// Imports that touched lines and were not taken back, newest first.
fn standing(conn: &Connection, span: Span) -> Result<Vec<Imported>, StoreError> {
    let mut touches =
        conn.prepare_cached("SELECT 1 FROM change WHERE op = ?1 AND tbl = 'line' LIMIT 1")?;
    let most = match span {
        Span::Newest(most) => most,
        Span::Since(_) => usize::MAX,
    };
    let since = match span {
        Span::Newest(_) => NaiveDate::MIN,
        Span::Since(day) => day,
    };
    let mut found = Vec::new();
    for operation in history::list(conn, usize::MAX)? {
        if found.len() >= most {
            break;
        }
        if operation.today < since {
            continue;
        }
        if let Some(import) = import_of(conn, operation)?
            && touches.exists([import.seq])?
        {
            found.push(import);
        }
    }
    Ok(found)
}

/// The import an operation is; `None` for one that was taken back, and for all others.
pub(super) fn import_of(
    conn: &Connection,
    operation: Operation,
) -> Result<Option<Imported>, StoreError> {
    if operation.undone || operation.reverts.is_some() {
        return Ok(None);
    }
    // The batch is the first row an import writes.
    let mut statement = conn.prepare_cached(
        "SELECT batch.id FROM change JOIN batch ON batch.n = change.first
         WHERE change.op = ?1 AND change.i = 0 AND change.tbl = 'batch' AND change.act = 'insert'",
    )?;
    let mut rows = statement.query([operation.seq])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let id: Value = row.get("id")?;
    let batch = by_id::<Batch>(conn, (&id).into())?;
    Ok(batch.map(|batch| Imported {
        seq: operation.seq,
        at: operation.at,
        today: operation.today,
        actor: operation.actor,
        batch,
    }))
}

fn id_of(row: &Row) -> Option<LineId> {
    LineId::from_cell(row.values.first()?.into(), &mut Texts::new())
}

struct Walk<'c> {
    conn: &'c Connection,
    by_seq: BTreeMap<i64, &'c Imported>,
    /// Lines that a later operation than the one being looked at has touched.
    rows: HashMap<i64, Row>,
    moved: Vec<Moved>,
}

impl Walk<'_> {
    /// An operation made the lines at these places.
    fn inserted(&mut self, seq: i64, first: i64, last: i64) -> Result<(), StoreError> {
        if !self.by_seq.contains_key(&seq) {
            return Ok(());
        }
        let conn = self.conn;
        let mut statement = conn.prepare_cached(
            "SELECT n, id, deleted_op IS NULL AS stands FROM line WHERE n BETWEEN ?1 AND ?2
             ORDER BY n",
        )?;
        let mut rows = statement.query([first, last])?;
        let mut texts = Texts::new();
        while let Some(row) = rows.next()? {
            let n: i64 = row.get("n")?;
            let after = match self.rows.get(&n) {
                Some(row) if row.stands => After::Was(Box::new(value_of(conn, &row.values)?)),
                Some(_) => continue,
                None if row.get("stands")? => {
                    let id = LineId::from_cell(row.get_ref("id")?, &mut texts);
                    let damaged = || StoreError::Damaged("a line has no id".into());
                    After::Stands(id.ok_or_else(damaged)?)
                }
                None => continue,
            };
            self.push(seq, None, after);
        }
        Ok(())
    }

    /// An operation gave the line other values; the image holds those it had.
    fn updated(&mut self, seq: i64, n: i64, image: Option<&str>) -> Result<(), StoreError> {
        let image = image_of(&Line::TABLE, n, image)?;
        let known = self.rows.remove(&n);
        let untouched = known.is_none();
        let mut row = match known {
            Some(row) => row,
            None => Row::load(self.conn, &Line::TABLE, n)?,
        };
        let wanted = row.stands && self.by_seq.contains_key(&seq);
        let after = match (wanted, untouched) {
            (false, _) => None,
            (true, true) => {
                let id = id_of(&row).ok_or_else(|| damaged(&Line::TABLE, n))?;
                Some(After::Stands(id))
            }
            (true, false) => Some(After::Was(Box::new(value_of(self.conn, &row.values)?))),
        };
        let stood = row.back(&Line::TABLE, n, &image)?;
        if let Some(after) = after {
            let before = match stood {
                true => Some(value_of::<Line>(self.conn, &row.values)?),
                false => None,
            };
            self.push(seq, before, after);
        }
        self.rows.insert(n, row);
        Ok(())
    }

    fn push(&mut self, seq: i64, before: Option<Line>, after: After) {
        if let Some(import) = self.by_seq.get(&seq) {
            self.moved.push(Moved {
                seq,
                day: import.today,
                batch: import.batch.id,
                before: before.map(Box::new),
                after,
            });
        }
    }
}
