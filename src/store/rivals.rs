//! Where a person and an import have both written, read back from the history in one walk from the
//! newest change to the oldest.

use super::change::{Act, Kind};
use super::earlier::value_of;
use super::error::StoreError;
use super::history;
use super::moved::{import_of, only_beside};
use super::names::Names;
use super::rewind::{Image, Row, image_of};
use super::rows::QuoteLineRow;
use super::table::{Entity, Single, Table, Texts};
use crate::domain::baseline::BaselineRow;
use crate::domain::command::Operation;
use crate::domain::ids::QuoteLineId;
use crate::domain::line::Line;
use crate::domain::rival::{QuoteField, Rivals, Write};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};

/// What people and imports wrote side by side.
pub(super) fn rivals(conn: &Connection) -> Result<Rivals, StoreError> {
    let mut found = Rivals::default();
    let mut edits = HashMap::new();
    for operation in standing_edits(conn)? {
        if let Some(import) = import_of(conn, operation.clone())? {
            found.imports.push(import);
        }
        edits.insert(operation.seq, operation);
    }
    let (quoted, renewed) = quoted(conn)?;
    let mut walk = Walk {
        conn,
        imports: found.imports.iter().map(|import| import.seq).collect(),
        edits,
        quoted,
        renewed,
        lines: HashMap::new(),
        sheets: HashMap::new(),
        names: Names::to_read(conn),
        found,
    };
    let mut statement = conn.prepare_cached(
        "SELECT op, tbl, act, first, last, before FROM change
         WHERE tbl IN ('line', 'quote_line', 'baseline') ORDER BY op DESC, i DESC",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get("op")?;
        let (first, last): (i64, i64) = (row.get("first")?, row.get("last")?);
        let act = Act::named(row.get_ref("act")?.as_str().unwrap_or_default())?;
        let table = row.get_ref("tbl")?.as_str().unwrap_or_default();
        match (table, act) {
            ("quote_line", Act::Insert) => walk.quote_lines_made(seq, first, last),
            ("quote_line", Act::Update) if walk.quoted.contains_key(&first) => {
                let before: Option<String> = row.get("before")?;
                let image = image_of(&QuoteLineRow::TABLE, first, before.as_deref())?;
                walk.quote_line_written(seq, first, &image);
            }
            ("line", Act::Update) if walk.renewed.contains(&first) => {
                let before: Option<String> = row.get("before")?;
                walk.line_written(seq, first, before.as_deref())?;
            }
            ("baseline", Act::Update) => {
                let before: Option<String> = row.get("before")?;
                walk.sheet_written(seq, first, before.as_deref())?;
            }
            // rows that come back whole keep their values
            _ => {}
        }
    }
    Ok(walk.found)
}

/// Edits and restored changes that stand, newest first; an undo or redo writes nothing of its own.
fn standing_edits(conn: &Connection) -> Result<Vec<Operation>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT seq FROM operation WHERE kind IN (?1, ?2)")?;
    let turns: HashSet<i64> = statement
        .query_map([Kind::Undo.word(), Kind::Redo.word()], |row| row.get("seq"))?
        .collect::<Result<_, _>>()?;
    let mut edits = history::list(conn, usize::MAX)?;
    edits.retain(|operation| !operation.undone && !turns.contains(&operation.seq));
    Ok(edits)
}

type Quoted = (HashMap<i64, QuoteLineId>, HashSet<i64>);

/// The quote lines there are by their place, and the places of the lines they renew.
fn quoted(conn: &Connection) -> Result<Quoted, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT n, id, renews FROM quote_line WHERE renews IS NOT NULL AND deleted_op IS NULL",
    )?;
    let mut rows = statement.query([])?;
    let mut quoted = Quoted::default();
    let mut texts = Texts::new();
    while let Some(row) = rows.next()? {
        if let Some(id) = QuoteLineId::from_cell(row.get_ref("id")?, &mut texts) {
            quoted.0.insert(row.get("n")?, id);
            quoted.1.insert(row.get("renews")?);
        }
    }
    Ok(quoted)
}

/// The columns a field lives in.
fn columns(field: QuoteField) -> &'static [&'static str] {
    match field {
        QuoteField::Quantity => &["quantity"],
        QuoteField::UnitList => &["unit_list"],
        QuoteField::ServiceSku => &["service_sku"],
        QuoteField::ServiceLevel => &["service_level"],
        QuoteField::Start => &["start_on"],
        QuoteField::Buy => &["buy_by", "buy_value"],
        QuoteField::Portfolio => &["portfolio"],
    }
}

struct Walk<'c> {
    conn: &'c Connection,
    imports: HashSet<i64>,
    edits: HashMap<i64, Operation>,
    quoted: HashMap<i64, QuoteLineId>,
    renewed: HashSet<i64>,
    lines: HashMap<i64, Row>,
    sheets: HashMap<i64, Row>,
    names: Names<'c>,
    found: Rivals,
}

impl Walk<'_> {
    fn write(&self, seq: i64) -> Option<Write> {
        let edit = self.edits.get(&seq)?;
        Some(Write {
            seq,
            day: edit.today,
            actor: edit.actor.clone(),
        })
    }

    /// Quote lines came: what nobody has written since is of then.
    fn quote_lines_made(&mut self, seq: i64, first: i64, last: i64) {
        let Some(write) = self.write(seq) else { return };
        for n in first..=last {
            let Some(id) = self.quoted.get(&n) else {
                continue;
            };
            let fields = self.found.writes.entry(*id).or_default();
            for field in QuoteField::ALL {
                fields.entry(field).or_insert_with(|| write.clone());
            }
        }
    }

    fn quote_line_written(&mut self, seq: i64, n: i64, image: &Image) {
        let (Some(write), Some(id)) = (self.write(seq), self.quoted.get(&n)) else {
            return;
        };
        let fields = self.found.writes.entry(*id).or_default();
        for field in QuoteField::ALL {
            if columns(field)
                .iter()
                .any(|column| image.contains_key(*column))
            {
                fields.entry(field).or_insert_with(|| write.clone());
            }
        }
    }

    /// A line that quotes renew got other values.
    fn line_written(&mut self, seq: i64, n: i64, image: Option<&str>) -> Result<(), StoreError> {
        let image = image_of(&Line::TABLE, n, image)?;
        let values = back(
            self.conn,
            &Line::TABLE,
            &mut self.lines,
            n,
            &image,
            &mut self.names,
        )?;
        let told = self.imports.contains(&seq) && !only_beside(&image);
        if let Some(values) = values.filter(|_| told) {
            let line: Line = value_of(self.conn, &values.values)?;
            let before = self.found.lines.entry(line.id).or_default();
            before.push((seq, line));
        }
        Ok(())
    }

    /// A row of the assessment got other values; of interest is one that a person had typed.
    fn sheet_written(&mut self, seq: i64, n: i64, image: Option<&str>) -> Result<(), StoreError> {
        let image = image_of(&BaselineRow::TABLE, n, image)?;
        let was_typed = image.get("typed_by").is_some_and(|by| !by.is_null());
        let (table, names) = (&BaselineRow::TABLE, &mut self.names);
        let values = back(self.conn, table, &mut self.sheets, n, &image, names)?;
        if let Some(values) = values.filter(|_| was_typed && self.imports.contains(&seq)) {
            let row = value_of(self.conn, &values.values)?;
            self.found.sheets.push((seq, row));
        }
        Ok(())
    }
}

/// The row before a change; `None` where it did not stand then.
fn back<'r>(
    conn: &Connection,
    table: &Table,
    rows: &'r mut HashMap<i64, Row>,
    n: i64,
    image: &Image,
    names: &mut Names<'_>,
) -> Result<Option<&'r Row>, StoreError> {
    let row = match rows.entry(n) {
        std::collections::hash_map::Entry::Occupied(held) => held.into_mut(),
        std::collections::hash_map::Entry::Vacant(free) => free.insert(Row::load(conn, table, n)?),
    };
    let stood = row.back(table, n, image, names)?;
    Ok(stood.then_some(&*row))
}
