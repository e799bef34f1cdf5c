//! Assessment rows by portfolio, measurement and month: what every projection starts from.

use super::{Effect, IngestError, Pass, Planner, RowStream, held};
use crate::domain::baseline::BaselineRow;
use crate::domain::ids::BaselineId;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::ingest::header::key;
use crate::ingest::profile::dpv::metric_of;
use crate::ingest::row::{Code, Field, Outcome, Record, Values};
use crate::program::Pack;
use crate::program::reseller::{self, Reseller};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

type Key = (String, String, String, String);

/// Plans all rows of a sheet.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] for the sheet of a reseller the book does not know yet while it
/// holds another's: two are never merged. And those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    // Whose sheet it is may stand in its last row.
    let rows = planner.packed(stream)?;
    let own = settle_reseller(planner, rows.pass())?;
    let mut known = Known::of(planner.book, &own);
    let mut seen: HashMap<Key, BaselineRow> = HashMap::new();
    let mut unknown = Named::default();
    let mut gave_way = Named::default();
    let one_month = month_of_sheet(planner);
    let rows: &mut dyn RowStream<E> = &mut rows.last_pass();
    planner.data(rows, |planner, record, values, _| {
        let Some(fresh) = of(values, record, planner, one_month.as_ref()) else {
            let reason = "the row names no portfolio, measurement or month".to_string();
            planner.reject(record, Code::NoKey, reason);
            return Ok(());
        };
        let key = key_of(&fresh);
        if let Some(first) = seen.get(&key) {
            match same(first, &fresh) {
                true => planner.counts.skipped += 1,
                false => {
                    let reason = format!(
                        "{} of {} in {} stands in this sheet with other values",
                        fresh.measurement, fresh.portfolio, fresh.month
                    );
                    planner.reject(record, Code::DupKey, reason);
                }
            }
            return Ok(());
        }
        if fresh.metric.is_none() {
            unknown.add(|| fresh.measurement.to_string());
        }
        planner.hold(held::BASELINE);
        seen.insert(key.clone(), fresh.clone());
        let old = known.take(&key, &fresh);
        let effect = match &old {
            Some(old) if same(old, &fresh) && old.typed.is_none() => Effect::Unchanged,
            Some(_) => Effect::Changed,
            None => Effect::New,
        };
        planner.count(effect);
        if let Some(old) = old.as_ref().filter(|old| old.typed.is_some()) {
            gave_way.add(|| given_way(old, &fresh));
        }
        if effect != Effect::Unchanged {
            let id = match old {
                Some(old) => old.id,
                None => BaselineId(planner.ids.next()),
            };
            planner.plan.put_baseline.push(BaselineRow { id, ..fresh });
        }
        Ok(())
    })?;
    tell(planner, &unknown, &gave_way);
    missing_columns(planner);
    Ok(())
}

/// Things named one by one, the first of them; the others are counted.
#[derive(Default)]
struct Named {
    first: Vec<String>,
    more: u64,
}

/// Most that are named.
const NAMED: usize = 100;

impl Named {
    fn add(&mut self, name: impl FnOnce() -> String) {
        if self.first.len() >= NAMED {
            self.more += 1;
            return;
        }
        let name = name();
        if !self.first.contains(&name) {
            self.first.push(name);
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    fn joined(&self, between: &str) -> String {
        let names = self.first.join(between);
        match self.more {
            0 => names,
            more => format!("{names}{between}and {more} more rows"),
        }
    }
}

/// What a person should know of the rows as a whole.
fn tell(planner: &mut Planner<'_>, unknown: &Named, gave_way: &Named) {
    if !unknown.is_empty() {
        planner.problems.about_file(
            Code::Incomplete,
            format!(
                "measurements no rule knows are held at their applied index: {}",
                unknown.joined(", ")
            ),
        );
    }
    if !gave_way.is_empty() {
        planner.problems.about_file(
            Code::Replaced,
            format!(
                "typed figures gave way to the sheet, the history keeps them: {}",
                gave_way.joined("; ")
            ),
        );
    }
}

/// A typed row beside the sheet's, in words.
fn given_way(old: &BaselineRow, fresh: &BaselineRow) -> String {
    let by = old.typed.as_ref().map_or("", |typed| typed.by.as_str());
    let shown = |row: &BaselineRow| {
        let number =
            |n: Option<Decimal>| n.map_or_else(|| "-".to_string(), |n| n.normalize().to_string());
        let index = row.applied_index.or(row.achieved_index);
        format!(
            "A {} B {} index {}",
            number(row.a),
            number(row.b),
            number(index)
        )
    };
    format!(
        "{} {} in {} ({} by {by} → {})",
        fresh.portfolio,
        fresh.measurement,
        fresh.month,
        shown(old),
        shown(fresh)
    )
}

/// The rows of the book this sheet may change: those of its own reseller, and those that name
/// nobody.
struct Known {
    rows: HashMap<Key, BaselineRow>,
    typed: HashMap<(Portfolio, Arc<str>, Arc<str>), BaselineRow>,
}

impl Known {
    fn of(book: &Snapshot, own: &Reseller) -> Known {
        let mut known = Known {
            rows: HashMap::new(),
            typed: HashMap::new(),
        };
        // A sheet that names nobody is the chosen reseller's.
        let chosen = reseller::chosen(book).unwrap_or_default();
        let own = if own.is_blank() { &chosen } else { own };
        for row in &book.baseline {
            let of = Reseller::of(row);
            if !of.is_blank() && !of.is(own) {
                continue;
            }
            if let (Some(metric), Some(_)) = (&row.metric, &row.typed) {
                let place = (row.portfolio.clone(), metric.clone(), row.month.clone());
                known.typed.insert(place, row.clone());
            }
            known.rows.insert(key_of(row), row.clone());
        }
        known
    }

    /// The row a fresh one takes the place of: by its names, else the typed row of its metric.
    fn take(&mut self, key: &Key, fresh: &BaselineRow) -> Option<BaselineRow> {
        if let Some(row) = self.rows.remove(key) {
            return Some(row);
        }
        let metric = fresh.metric.clone()?;
        let place = (fresh.portfolio.clone(), metric, fresh.month.clone());
        let row = self.typed.remove(&place)?;
        self.rows.remove(&key_of(&row)).map(|_| row)
    }
}

/// Whose sheet this is, and whether the book may take it in.
fn settle_reseller(planner: &mut Planner<'_>, mut rows: Pass<'_>) -> Result<Reseller, IngestError> {
    let text = |values: &Values, field| {
        let text = values.text(field).map(|text| text.trim().to_string());
        text.filter(|text| !text.is_empty())
    };
    let mut own = Reseller::default();
    while let Some(record) = rows.next_record()? {
        if let Outcome::Data(values) = &record.outcome {
            own.name = own.name.or_else(|| text(values, Field::Reseller));
            own.be_id = own.be_id.or_else(|| text(values, Field::BeId));
        }
    }
    let known = reseller::all(planner.book);
    let Some(chosen) = reseller::chosen(planner.book).filter(|_| !own.is_blank()) else {
        return Ok(own);
    };
    if chosen.is(&own) {
        return Ok(own);
    }
    let answer = planner.rows.facts.reseller.as_deref().unwrap_or_default();
    if own.is_named(answer) {
        let key = reseller::CHOICE.to_string();
        planner.plan.put_settings.push((key, own.key().to_string()));
        planner.problems.about_file(
            Code::OtherReseller,
            format!("projections now start from {own}; the rows of {chosen} are kept beside it"),
        );
    } else if known.iter().any(|one| one.is(&own)) {
        planner.problems.about_file(
            Code::OtherReseller,
            format!("projections go on starting from {chosen}; these rows are of {own}"),
        );
    } else {
        return Err(IngestError::NeedsAnswer {
            file: planner.rows.file.clone(),
            question: format!(
                "the book holds the assessment of {chosen}, this sheet is of {own}; they are never \
                 merged. Naming {own} keeps its rows beside the others and projects from them."
            ),
            key: format!("reseller = {:?}", own.key()),
        });
    }
    Ok(own)
}

/// What happens without both weights.
const STARTER: &str = "scores use the starter weights of the rule pack instead";

/// Names the columns without which something cannot be projected.
fn missing_columns(planner: &mut Planner<'_>) {
    let wanted = [
        (Field::CategoryWeight, STARTER),
        (Field::MeasurementWeight, STARTER),
        (Field::AchievedIndex, "a held-back index cannot be told"),
        (Field::ValueA, "metrics cannot be projected, only held"),
        (
            Field::ValueB,
            "ratios and growth cannot be projected, only held",
        ),
    ];
    for table in &planner.rows.tables {
        for (field, effect) in wanted {
            if !table.fields.contains(&Some(field)) {
                planner.problems.about_file(
                    Code::Incomplete,
                    format!("the sheet has no column {}: {effect}", field.id()),
                );
            }
        }
    }
}

/// The month of a sheet without a column for it: the last whole one, the fiscal month before
/// today's. `None` where the sheet says it row by row.
fn month_of_sheet(planner: &mut Planner<'_>) -> Option<Arc<str>> {
    let mut tables = planner.rows.tables.iter();
    if tables.all(|table| table.fields.contains(&Some(Field::FiscalMonth))) {
        return None;
    }
    let calendar = Pack::shipped().calendar;
    let before = calendar.position_of(planner.today)?.checked_sub(1)?;
    let month = calendar.at(before)?.code.clone();
    planner.problems.about_file(
        Code::Incomplete,
        format!(
            "the sheet has no fiscal month; it was read as {month}, the month before today's \
             (`fiscal_month = \"…\"` under [columns] in a --map file names its column)"
        ),
    );
    Some(month)
}

fn of(
    values: &Values,
    record: &Record,
    planner: &Planner<'_>,
    one_month: Option<&Arc<str>>,
) -> Option<BaselineRow> {
    let text = |field| values.text(field).cloned();
    let number = |field| values.number(field);
    let measurement = text(Field::Measurement)?;
    Some(BaselineRow {
        id: BaselineId(uuid::Uuid::nil()),
        reseller: text(Field::Reseller).map(|t| t.to_string()),
        be_id: text(Field::BeId).map(|t| t.to_string()),
        portfolio: Portfolio::named(&text(Field::Portfolio)?)?,
        category: text(Field::Category),
        category_weight_pct: number(Field::CategoryWeight),
        metric: metric_of(&measurement).map(Into::into),
        measurement,
        measurement_weight_pct: number(Field::MeasurementWeight),
        month: text(Field::FiscalMonth).or_else(|| one_month.cloned())?,
        achieved: number(Field::Achieved),
        achieved_index: number(Field::AchievedIndex),
        applied_index: number(Field::AppliedIndex),
        a: number(Field::ValueA),
        b: number(Field::ValueB),
        c: number(Field::ValueC),
        counts: [
            number(Field::CountA),
            number(Field::CountB),
            number(Field::CountC),
        ],
        batch: Some(planner.batch),
        row: Some(record.row),
        typed: None,
    })
}

fn key_of(row: &BaselineRow) -> Key {
    (
        key(row.portfolio.title()),
        row.category.as_deref().map(key).unwrap_or_default(),
        key(&row.measurement),
        row.month.to_string(),
    )
}

fn same(a: &BaselineRow, b: &BaselineRow) -> bool {
    a.figures() == b.figures()
}
