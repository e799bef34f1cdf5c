//! Assessment rows by portfolio, measurement and month: what every projection starts from.

use super::{Effect, Planner};
use crate::domain::baseline::BaselineRow;
use crate::domain::ids::BaselineId;
use crate::domain::portfolio::Portfolio;
use crate::ingest::header::key;
use crate::ingest::profile::dpv::metric_of;
use crate::ingest::row::{Code, Field, Record, Values};
use crate::program::Pack;
use std::collections::HashMap;
use std::sync::Arc;

type Key = (String, String, String, String);

/// Plans all rows of a sheet.
pub fn plan(planner: &mut Planner<'_>) {
    let mut known: HashMap<Key, BaselineRow> = planner
        .book
        .baseline
        .iter()
        .map(|row| (key_of(row), row.clone()))
        .collect();
    let mut seen: HashMap<Key, BaselineRow> = HashMap::new();
    let mut unknown: Vec<String> = Vec::new();
    let one_month = month_of_sheet(planner);
    planner.data(|planner, record, values, _| {
        let Some(fresh) = of(values, record, planner, one_month.as_ref()) else {
            let reason = "the row names no portfolio, measurement or month".to_string();
            planner.reject(record, Code::NoKey, reason);
            return;
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
            return;
        }
        if fresh.metric.is_none() && !unknown.contains(&fresh.measurement.to_string()) {
            unknown.push(fresh.measurement.to_string());
        }
        seen.insert(key.clone(), fresh.clone());
        let effect = match known.get(&key) {
            Some(old) if same(old, &fresh) => Effect::Unchanged,
            Some(_) => Effect::Changed,
            None => Effect::New,
        };
        planner.count(effect);
        if effect != Effect::Unchanged {
            let id = match known.get(&key) {
                Some(old) => old.id,
                None => BaselineId(planner.ids.next()),
            };
            let row = BaselineRow { id, ..fresh };
            known.insert(key, row.clone());
            planner.plan.put_baseline.push(row);
        }
    });
    if !unknown.is_empty() {
        planner.problems.about_file(
            Code::Incomplete,
            format!(
                "measurements no rule knows are held at their applied index: {}",
                unknown.join(", ")
            ),
        );
    }
    missing_columns(planner);
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
    let plain = |row: &BaselineRow| BaselineRow {
        id: BaselineId(uuid::Uuid::nil()),
        batch: None,
        row: None,
        ..row.clone()
    };
    plain(a) == plain(b)
}
