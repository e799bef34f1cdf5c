//! What imports did to lines: their before-images, read back from the history. Walks from the
//! newest operation to the oldest asked for, taking each change back in memory, so that every
//! import is met with its lines as it left them.

use super::change::{Act, held};
use super::error::StoreError;
use super::history;
use super::load::by_id;
use super::rewind::{Image, damaged, image_of};
use super::table::{Entity, Known, Single, Texts, read_over};
use crate::domain::batch::Batch;
use crate::domain::command::Operation;
use crate::domain::ids::LineId;
use crate::domain::line::Line;
use crate::domain::moved::{After, Imported, Imports, Moved, Span};
use chrono::NaiveDate;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
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
        later: HashMap::new(),
        known: Known::of(conn, &Line::TABLE),
        moved: Vec::new(),
    };
    // a changed line comes with its change: one look-up each, and nothing is copied
    let mut statement = conn.prepare_cached(&format!(
        "SELECT change.op, change.act, change.first, change.last, change.before,
                line.deleted_op IS NULL, {}
         FROM change LEFT JOIN line ON change.act = 'update' AND line.n = change.first
         WHERE change.op >= ?1 AND change.tbl = 'line' ORDER BY change.op DESC, change.i DESC",
        line_columns()
    ))?;
    let mut rows = statement.query([oldest])?;
    while let Some(row) = rows.next()? {
        let (seq, first, last): (i64, i64, i64) = (row.get(0)?, row.get(2)?, row.get(3)?);
        match Act::named(row.get_ref(1)?.as_str().unwrap_or_default())? {
            Act::Insert => walk.inserted(seq, first, last)?,
            Act::Update => walk.updated(seq, first, row)?,
            // Only undo and restore hide and show lines; they change none of their values.
            Act::Hide | Act::Show => {}
        }
    }
    let moved = walk.moved;
    Ok(Imports { imports, moved })
}

fn line_columns() -> String {
    let columns = Line::TABLE.columns.iter();
    columns
        .map(|column| format!("line.{column}"))
        .collect::<Vec<_>>()
        .join(", ")
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

/// How a line was right before an operation, told against how it is now.
#[derive(Default)]
struct Later {
    stands: bool,
    /// Columns that hold something else now, by their place, with what they held.
    cells: Vec<(usize, Value)>,
}

struct Walk<'c> {
    conn: &'c Connection,
    by_seq: BTreeMap<i64, &'c Imported>,
    /// Lines that a later operation than the one being looked at has touched.
    later: HashMap<i64, Later>,
    known: Known<'c>,
    moved: Vec<Moved>,
}

impl Walk<'_> {
    /// An operation made the lines at these places.
    fn inserted(&mut self, seq: i64, first: i64, last: i64) -> Result<(), StoreError> {
        if !self.by_seq.contains_key(&seq) {
            return Ok(());
        }
        // of lines that nothing has touched the id is all that is wanted
        let columns = match self.later.is_empty() {
            true => "n".to_string(),
            false => line_columns(),
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT n, deleted_op IS NULL, {columns} FROM line WHERE n BETWEEN ?1 AND ?2
             ORDER BY n"
        ))?;
        let mut rows = statement.query([first, last])?;
        while let Some(row) = rows.next()? {
            let after = match self.later.get(&row.get(0)?) {
                Some(later) if later.stands => {
                    let line = read_over(row, 2, &mut self.known, &later.cells)?;
                    After::Was(Box::new(line))
                }
                None if row.get(1)? => After::Stands(id_of(row.get_ref(2)?, first)?),
                _ => continue,
            };
            self.push(seq, None, after);
        }
        Ok(())
    }

    /// An operation gave the line other values; its image holds those it had. The row is the line
    /// as it is now, from the seventh column on.
    fn updated(&mut self, seq: i64, n: i64, row: &rusqlite::Row<'_>) -> Result<(), StoreError> {
        let image = row.get_ref(4)?.as_str_or_null().ok().flatten();
        let image = image_of(&Line::TABLE, n, image)?;
        if only_beside(&image) {
            return Ok(());
        }
        let known = self.later.remove(&n);
        let untouched = known.is_none();
        let mut later = match known {
            Some(later) => later,
            None => Later {
                stands: row.get(5)?,
                cells: Vec::with_capacity(image.len()),
            },
        };
        let wanted = later.stands && self.by_seq.contains_key(&seq);
        let after = match (wanted, untouched) {
            (false, _) => None,
            (true, true) => Some(After::Stands(id_of(row.get_ref(6)?, n)?)),
            (true, false) => {
                let line = read_over(row, 6, &mut self.known, &later.cells)?;
                Some(After::Was(Box::new(line)))
            }
        };
        for (name, value) in &image {
            let Some(at) = Line::TABLE.columns.iter().position(|column| column == name) else {
                continue;
            };
            let value = held(&Line::TABLE, at, value, &mut self.known.names)?
                .ok_or_else(|| damaged(&Line::TABLE, n))?;
            later.cells.retain(|(column, _)| *column != at);
            later.cells.push((at, value));
        }
        let stood = image.get("deleted_op").is_none_or(|mark| mark.is_null());
        if let Some(after) = after {
            let before = match stood {
                true => Some(read_over(row, 6, &mut self.known, &later.cells)?),
                false => None,
            };
            self.push(seq, before, after);
        }
        self.later.insert(n, later);
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

/// True for a change of what is no part of the line: the cells of its file that no column holds.
pub(super) fn only_beside(image: &Image) -> bool {
    let beside = Line::TABLE.beside();
    image.keys().all(|column| beside.contains(&column.as_str()))
}

fn id_of(cell: ValueRef<'_>, n: i64) -> Result<LineId, StoreError> {
    LineId::from_cell(cell, &mut Texts::new()).ok_or_else(|| damaged(&Line::TABLE, n))
}
