//! From the book to values: the whole of it, or what changed since an operation.

use super::cells;
use super::edit::{Head, find, find_by_key};
use super::error::StoreError;
use super::names::Names;
use super::rows::*;
use super::table::{
    ALL, Entity, Known, ROOM_ROWS, Range, Single, Table, Texts, each_row, last_place, read_all,
    read_row, read_where,
};
use crate::domain::account::{Account, Site};
use crate::domain::activity::Activity;
use crate::domain::adoption::Adoption;
use crate::domain::baseline::BaselineRow;
use crate::domain::batch::Batch;
use crate::domain::contract::Contract;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::{ContractId, LineId, QuoteId, UseCaseId};
use crate::domain::incentive::{OfferGroup, Rate, UseCase};
use crate::domain::line::Line;
use crate::domain::lines::Lines;
use crate::domain::packed::{Pack, Packed};
use crate::domain::quote::Quote;
use crate::domain::record::{PackVersion, StoredProjection};
use crate::domain::renewal::Renewal;
use crate::domain::snapshot::{Keyed, Patch, RowPatch, Rows, Snapshot};
use crate::domain::suggestion::Decision;
use crate::domain::view::SavedView;
use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use uuid::Uuid;

/// Beyond this many changed rows the whole book is read anew instead of row by row.
const FULL_ABOVE_ROWS: i64 = 2_000;
/// The same of lines of quotes, which are read quote by quote.
const FULL_ABOVE_LINES: i64 = 100_000;

fn rows_of<E: Entity + Keyed>(conn: &Connection) -> Result<Rows<E::Key, E>, StoreError> {
    Ok(read_all::<E>(conn)?.into_iter().collect())
}

/// Rows that are packed one by one as they are read.
fn packed_of<E: Entity + Pack>(
    conn: &Connection,
    mut finish: impl FnMut(&mut E) -> Result<(), StoreError>,
) -> Result<Packed<E>, StoreError> {
    let room = last_place(conn, &E::TABLE)?.clamp(0, ROOM_ROWS);
    let mut rows = Packed::with_capacity(usize::try_from(room).unwrap_or(0));
    each_row::<E>(conn, ALL, false, &mut |mut row| {
        finish(&mut row)?;
        rows.put(row);
        Ok(())
    })?;
    rows.shrink_to_fit();
    Ok(rows)
}

/// From this many coverage lines on, a second thread reads a part of them.
const TWO_READERS_FROM_LINES: i64 = 8_000;

/// Lines handed over at once.
const HANDED_OVER: usize = 256;

/// The whole book; the caller holds a transaction so that it is one moment.
pub(super) fn snapshot(conn: &Connection) -> Result<Snapshot, StoreError> {
    let mut lines = room_for_lines(conn)?;
    each_row(conn, ALL, true, &mut |line| {
        lines.put(line);
        Ok(())
    })?;
    lines.shrink_to_fit();
    with_lines(conn, lines)
}

/// No lines yet, with their numbers taken: also those of lines that do not stand.
fn room_for_lines(conn: &Connection) -> Result<Lines, StoreError> {
    let last = last_place(conn, &Line::TABLE)?;
    let last = u32::try_from(last)
        .ok()
        .filter(|last| *last < u32::MAX)
        .ok_or_else(|| StoreError::Damaged(format!("line.n holds {last}, which is too high")))?;
    let mut lines = Lines::with_room(last);
    lines.reserve_ids(last);
    Ok(lines)
}

/// The whole book, a large one with a second reader: decoding its rows takes far longer than
/// reading its pages. The reader must find the same newest operation (by its hash, which covers
/// all before it) to count; otherwise somebody wrote in between and one reader does it all.
pub(super) fn snapshot_of_file(conn: &Connection, path: &Path) -> Result<Snapshot, StoreError> {
    let head = Head::read(conn, None)?;
    let last = last_place(conn, &Line::TABLE)?;
    if last < TWO_READERS_FROM_LINES {
        return snapshot(conn);
    }
    let mut lines = room_for_lines(conn)?;
    // this thread also packs what the other decodes: both are done at about the same time
    let own = last / 8 * 3;
    let whole = std::thread::scope(|scope| {
        let (to, from) = sync_channel::<Vec<Line>>(16);
        let reader = scope.spawn(move || {
            let conn = super::open::open_reader(path)?;
            let tx = conn.unchecked_transaction()?;
            if Head::read(&tx, None)?.hash != head.hash {
                return Err(StoreError::Busy);
            }
            hand_over(&tx, [own, i64::MAX], &to)
        });
        let mut read = 0_usize;
        each_row(conn, [i64::MIN, own], true, &mut |line| {
            lines.put(line);
            read += 1;
            if read.is_multiple_of(HANDED_OVER) {
                from.try_iter().flatten().for_each(|line| lines.put(line));
            }
            Ok(())
        })?;
        from.iter().flatten().for_each(|line| lines.put(line));
        Ok::<bool, StoreError>(matches!(reader.join(), Ok(Ok(()))))
    })?;
    lines.shrink_to_fit();
    match whole {
        true => with_lines(conn, lines),
        false => snapshot(conn),
    }
}

fn hand_over(
    conn: &Connection,
    range: Range,
    to: &SyncSender<Vec<Line>>,
) -> Result<(), StoreError> {
    let mut batch = Vec::with_capacity(HANDED_OVER);
    each_row(conn, range, true, &mut |line| {
        batch.push(line);
        if batch.len() < HANDED_OVER {
            return Ok(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(HANDED_OVER));
        to.send(full).map_err(|_| StoreError::Busy)
    })?;
    to.send(batch).map_err(|_| StoreError::Busy)
}

/// Ids that lines had before schema 11, of those that something may still name.
fn earlier_ids(conn: &Connection) -> Result<HashMap<LineId, Uuid>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, n FROM earlier_line")?;
    let mut rows = statement.query([])?;
    let mut ids = HashMap::new();
    while let Some(row) = rows.next()? {
        let id = row.get_ref("id")?.as_blob_or_null().ok().flatten();
        let id = id.and_then(|id| Uuid::from_slice(id).ok());
        let line = LineId::from_cell(row.get_ref("n")?, &mut Texts::new());
        let named = line.zip(id);
        ids.extend(named);
        if named.is_none() {
            return Err(StoreError::Damaged("earlier_line holds no id".into()));
        }
    }
    Ok(ids)
}

fn with_lines(conn: &Connection, lines: Lines) -> Result<Snapshot, StoreError> {
    let mut terms: HashMap<ContractId, _> = read_all::<SubscriptionRow>(conn)?
        .into_iter()
        .map(|row| (row.id, row.terms))
        .collect();
    let contracts = packed_of(conn, |contract: &mut Contract| {
        contract.auto_renew = terms.remove(&contract.id);
        Ok(())
    })?;
    Ok(Snapshot {
        op_seq: Head::read(conn, None)?.seq,
        accounts: packed_of(conn, |_: &mut Account| Ok(()))?,
        sites: packed_of(conn, |_: &mut Site| Ok(()))?,
        contracts,
        lines,
        earlier_ids: Arc::new(earlier_ids(conn)?),
        renewals: packed_of(conn, |_: &mut Renewal| Ok(()))?,
        quotes: quotes(conn)?,
        decisions: rows_of::<Decision>(conn)?,
        adoption: rows_of::<Adoption>(conn)?,
        baseline: rows_of::<BaselineRow>(conn)?,
        activities: packed_of(conn, |_: &mut Activity| Ok(()))?,
        batches: rows_of::<Batch>(conn)?,
        eox: rows_of::<EoxRecord>(conn)?,
        views: rows_of::<SavedView>(conn)?,
        packs: rows_of::<PackVersion>(conn)?,
        projections: rows_of::<StoredProjection>(conn)?,
        rates: rows_of::<Rate>(conn)?,
        offer_groups: rows_of::<OfferGroup>(conn)?,
        use_cases: use_cases(conn)?,
        settings: read_all::<SettingRow>(conn)?
            .into_iter()
            .map(|row| (row.key, row.value))
            .collect(),
    })
}

/// Every use case; the stages are few, each name is held once.
fn use_cases(conn: &Connection) -> Result<Rows<UseCaseId, UseCase>, StoreError> {
    let mut stages: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut cases = read_all::<UseCase>(conn)?;
    for case in &mut cases {
        case.milestones.shrink_to_fit();
        for milestone in &mut case.milestones {
            match stages.get(&milestone.stage) {
                Some(known) => milestone.stage = Arc::clone(known),
                None => {
                    stages.insert(Arc::clone(&milestone.stage));
                }
            }
        }
    }
    Ok(cases.into_iter().collect())
}

/// Every quote with its lines, packed one by one: never are all of them held unpacked.
fn quotes(conn: &Connection) -> Result<Packed<Quote>, StoreError> {
    let mut known = Known::of(conn, &QuoteLineRow::TABLE);
    let mut lines = conn.prepare_cached(&QuoteLineRow::TABLE.select("quote = ?1"))?;
    packed_of(conn, |quote: &mut Quote| {
        let mut rows = lines.query([quote.id.cell()])?;
        while let Some(row) = rows.next()? {
            let row: QuoteLineRow = read_row(row, 0, &mut known)?;
            quote.lines.push(row.line);
        }
        quote.lines.sort_by_key(|line| line.number);
        Ok(())
    })
}

/// Settings and rule packs only: enough to know by which rules the book is worked with.
pub(super) fn rules(conn: &Connection) -> Result<Snapshot, StoreError> {
    Ok(Snapshot {
        op_seq: Head::read(conn, None)?.seq,
        packs: rows_of::<PackVersion>(conn)?,
        settings: read_all::<SettingRow>(conn)?
            .into_iter()
            .map(|row| (row.key, row.value))
            .collect(),
        ..Snapshot::default()
    })
}

/// A standing quote with its lines in order.
pub(super) fn quote(conn: &Connection, id: QuoteId) -> Result<Option<Quote>, StoreError> {
    let Some(mut quote) = read_where::<Quote>(conn, "id = ?1", &id.cell())?.pop() else {
        return Ok(None);
    };
    quote.lines = read_where::<QuoteLineRow>(conn, "quote = ?1", &id.cell())?
        .into_iter()
        .map(|row| row.line)
        .collect();
    quote.lines.sort_by_key(|line| line.number);
    Ok(Some(quote))
}

/// A standing contract with its renewal terms.
fn contract(conn: &Connection, id: ContractId) -> Result<Option<Contract>, StoreError> {
    let Some(mut contract) = read_where::<Contract>(conn, "id = ?1", &id.cell())?.pop() else {
        return Ok(None);
    };
    contract.auto_renew = read_where::<SubscriptionRow>(conn, "id = ?1", &id.cell())?
        .pop()
        .map(|row| row.terms);
    Ok(Some(contract))
}

/// What changed after operation `since`, as rows now stand; `None` when nothing did.
pub(super) fn patch_since(conn: &Connection, since: i64) -> Result<Option<Patch>, StoreError> {
    let op_seq = Head::read(conn, None)?.seq;
    if op_seq == since {
        return Ok(None);
    }
    let mut patch = Patch {
        op_seq,
        ..Patch::default()
    };
    match touched_since(conn, since)? {
        Some(touched) => fill(conn, &touched, &mut patch)?,
        None => patch.full = Some(Box::new(snapshot(conn)?)),
    }
    Ok(Some(patch))
}

/// Places of the rows touched after `since`, by table; `None` when they are too many to list.
fn touched_since(
    conn: &Connection,
    since: i64,
) -> Result<Option<BTreeMap<String, BTreeSet<i64>>>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT tbl, first, last FROM change WHERE op > ?1 ORDER BY op, i")?;
    let mut rows = statement.query([since])?;
    let mut touched: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let (mut count, mut lines) = (0_i64, 0_i64);
    while let Some(row) = rows.next()? {
        let (first, last): (i64, i64) = (row.get("first")?, row.get("last")?);
        let table: String = row.get("tbl")?;
        // lines of a quote are listed as that quote
        let listed = match table.as_str() {
            "quote_line" => &mut lines,
            _ => &mut count,
        };
        *listed = listed.saturating_add(last - first + 1);
        if count > FULL_ABOVE_ROWS || lines > FULL_ABOVE_LINES {
            return Ok(None);
        }
        touched.entry(table).or_default().extend(first..=last);
    }
    Ok(Some(touched))
}

fn fill(
    conn: &Connection,
    touched: &BTreeMap<String, BTreeSet<i64>>,
    patch: &mut Patch,
) -> Result<(), StoreError> {
    let mut quotes = BTreeSet::new();
    let mut contracts = BTreeSet::new();
    for (table, places) in touched {
        let out = &mut patch.rows;
        match table.as_str() {
            "account" => rows_at(conn, places, RowPatch::Account, out)?,
            "site" => rows_at(conn, places, RowPatch::Site, out)?,
            "batch" => rows_at(conn, places, RowPatch::Batch, out)?,
            "line" => rows_at(conn, places, RowPatch::Line, out)?,
            "renewal" => rows_at(conn, places, RowPatch::Renewal, out)?,
            "decision" => rows_at(conn, places, RowPatch::Decision, out)?,
            "adoption" => rows_at(conn, places, RowPatch::Adoption, out)?,
            "baseline" => rows_at(conn, places, RowPatch::Baseline, out)?,
            "activity" => rows_at(conn, places, RowPatch::Activity, out)?,
            "eox" => rows_at(conn, places, RowPatch::Eox, out)?,
            "saved_view" => rows_at(conn, places, RowPatch::View, out)?,
            "pack_version" => rows_at(conn, places, RowPatch::Pack, out)?,
            "projection" => rows_at(conn, places, RowPatch::Projection, out)?,
            "cpi_rate" => rows_at(conn, places, RowPatch::Rate, out)?,
            "offer_group" => rows_at(conn, places, RowPatch::OfferGroup, out)?,
            "use_case" => rows_at(conn, places, RowPatch::UseCase, out)?,
            "contract" => keys_at(conn, &Contract::TABLE, "id", places, &mut contracts)?,
            "subscription" => {
                keys_at(conn, &SubscriptionRow::TABLE, "id", places, &mut contracts)?;
            }
            "quote" => keys_at(conn, &Quote::TABLE, "id", places, &mut quotes)?,
            "quote_line" => keys_at(conn, &QuoteLineRow::TABLE, "quote", places, &mut quotes)?,
            "setting" => settings_at(conn, places, &mut patch.settings)?,
            _ => {}
        }
    }
    for id in contracts {
        let row = contract(conn, id)?.map(Box::new);
        patch.rows.push(RowPatch::Contract(id, row));
    }
    for id in quotes {
        let row = quote(conn, id)?.map(Box::new);
        patch.rows.push(RowPatch::Quote(id, row));
    }
    Ok(())
}

/// Rows by place: their value if they stand, else only their id.
fn rows_at<E>(
    conn: &Connection,
    places: &BTreeSet<i64>,
    wrap: fn(E::Key, Option<Box<E>>) -> RowPatch,
    out: &mut Vec<RowPatch>,
) -> Result<(), StoreError>
where
    E: Entity + Keyed,
    E::Key: Single,
{
    let mut known = Known::of(conn, &E::TABLE);
    let mut statement = conn.prepare_cached(&E::TABLE.select_raw("n = ?1"))?;
    for place in places {
        let mut rows = statement.query([place])?;
        let Some(row) = rows.next()? else { continue };
        let entity: E = read_row(row, 2, &mut known)?;
        let stands = row.get_ref("deleted_op")? == ValueRef::Null;
        out.push(wrap(entity.key(), stands.then(|| Box::new(entity))));
    }
    Ok(())
}

/// The ids in one column of rows by place, standing or not.
fn keys_at<K: Single + Ord>(
    conn: &Connection,
    table: &Table,
    column: &str,
    places: &BTreeSet<i64>,
    out: &mut BTreeSet<K>,
) -> Result<(), StoreError> {
    let at = table.columns.iter().position(|name| *name == column);
    let mut texts = Texts::new();
    for place in places {
        let held = find(conn, table, *place)?;
        let value = held.and_then(|held| at.and_then(|at| held.values.get(at).cloned()));
        if let Some(key) = value.and_then(|v| K::from_cell(ValueRef::from(&v), &mut texts)) {
            out.insert(key);
        }
    }
    Ok(())
}

fn settings_at(
    conn: &Connection,
    places: &BTreeSet<i64>,
    out: &mut Vec<(String, Option<String>)>,
) -> Result<(), StoreError> {
    let mut known = Known::of(conn, &SettingRow::TABLE);
    let mut statement = conn.prepare_cached(&SettingRow::TABLE.select_raw("n = ?1"))?;
    for place in places {
        let mut rows = statement.query([place])?;
        let Some(row) = rows.next()? else { continue };
        let setting: SettingRow = read_row(row, 2, &mut known)?;
        let stands = row.get_ref("deleted_op")? == ValueRef::Null;
        out.push((setting.key, stands.then_some(setting.value)));
    }
    Ok(())
}

/// A standing row by its id.
pub(super) fn by_id<E: Entity>(
    conn: &Connection,
    id: ToSqlOutput<'_>,
) -> Result<Option<E>, StoreError> {
    let of_key = format!("{} = ?1", E::TABLE.key());
    Ok(read_where::<E>(conn, &of_key, &id)?.pop())
}

/// The cells of a standing line's file that no column holds: those that stand with it, else those
/// an import before schema 11 brought.
pub(super) fn cells_of(conn: &Connection, line: LineId) -> Result<Option<String>, StoreError> {
    let Some(held) = find_by_key(conn, &Line::TABLE, &line.cell())? else {
        return Ok(None);
    };
    let value = |name| {
        let at = Line::TABLE
            .columns
            .iter()
            .position(|column| *column == name);
        at.and_then(|at| held.values.get(at).cloned())
    };
    let texts = match value("cells") {
        _ if held.deleted_op.is_some() => return Ok(None),
        Some(Value::Text(texts)) => texts,
        _ => {
            let rows = read_where::<RawCells>(conn, "line = ?1", &line.cell())?;
            return Ok(rows.into_iter().map(|row| row.cells).next_back());
        }
    };
    let heads = match value("heads") {
        Some(Value::Integer(place)) => Names::to_read(conn).text(place)?,
        _ => None,
    };
    let whole = cells::joined(heads.as_deref(), texts);
    whole.map(Some).ok_or_else(|| {
        StoreError::Damaged(format!(
            "line.cells of line {line} does not fit its headers"
        ))
    })
}
