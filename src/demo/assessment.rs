//! An invented assessment of the partner, in the form of the sheet a real one imports: one row per
//! portfolio and measurement for the fiscal month before the book's day. Amounts follow the size
//! of the book, so that a deal of it can move an index.

use super::World;
use super::words::Measured;
use crate::domain::baseline::BaselineRow;
use crate::domain::day;
use crate::domain::ids::{BaselineId, IdSource};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::program::pack::{Band, Edge, MeasureKind, Pack};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// First day of the fiscal month the book's day lies in; outside the calendar, of the civil month.
pub(super) fn month_start(world: &World<'_>) -> NaiveDate {
    let today = world.options.today;
    let fiscal = world.pack.calendar.month_of(today).map(|month| month.start);
    fiscal.or(today.with_day(1)).unwrap_or(today)
}

pub(super) fn fill(world: &mut World<'_>) {
    let calendar = &world.pack.calendar;
    let Some(month) = calendar
        .position_of(world.options.today)
        .and_then(|at| calendar.at(at.checked_sub(1)?))
        .map(|month| month.code.clone())
    else {
        return;
    };
    let volumes = yearly_volume(&world.plan.put_lines);
    let rows = std::mem::take(&mut world.words.assessment);
    for (at, row) in rows.iter().enumerate() {
        let volume = volumes.get(row.portfolio).copied().unwrap_or_default();
        let (a, b) = amounts(row, volume, world.pack);
        let id = BaselineId(world.ids.next());
        let mut baseline = BaselineRow {
            id,
            reseller: Some("Demo Partner (invented)".into()),
            be_id: Some("0".into()),
            portfolio: crate::domain::portfolio::Portfolio(row.portfolio.into()),
            category: Some(world.text(row.category)),
            category_weight_pct: Some(row.category_weight_pct),
            measurement: world.text(row.measurement),
            metric: Some(world.text(row.metric)),
            measurement_weight_pct: Some(row.weight_pct),
            month: month.clone(),
            achieved: None,
            achieved_index: None,
            applied_index: None,
            a,
            b,
            c: None,
            counts: [None; 3],
            batch: Some(world.batch),
            row: Some(at as u32 + 2),
            typed: None,
        };
        restate(&mut baseline, world.pack);
        world.plan.put_baseline.push(baseline);
    }
}

/// What one year of the book's US-dollar cover is worth, net, by portfolio.
fn yearly_volume(lines: &[Line]) -> HashMap<String, Decimal> {
    let mut volumes: HashMap<String, Decimal> = HashMap::new();
    for line in lines {
        let (Some(net), Some(start), Some(end)) = (line.extended_net, line.start, line.end) else {
            continue;
        };
        if line.currency != Some(Currency::USD) || line.kind == LineKind::Asset {
            continue;
        }
        let days = Decimal::from(day::service_days(start, end).max(1));
        let yearly = Currency::USD.round(net * Decimal::from(365) / days);
        if let Some(portfolio) = line.portfolio() {
            *volumes.entry(portfolio.title().to_string()).or_default() += yearly;
        }
    }
    volumes
}

/// Measure A and B of a row: levels and points as listed; growth and ratios at the listed value
/// on a share of the book's volume.
fn amounts(row: &Measured, volume: Decimal, pack: &Pack) -> (Option<Decimal>, Option<Decimal>) {
    let (Some(value), Some(share)) = (row.value_pct, row.volume_pct) else {
        return (row.level_or_points, None);
    };
    let b = round_half_up(volume * share / Decimal::ONE_HUNDRED, 2);
    let growth = matches!(
        pack.measure(row.metric).map(|m| m.kind),
        Some(MeasureKind::Growth)
    );
    let base = if growth {
        Decimal::ONE_HUNDRED
    } else {
        Decimal::ZERO
    };
    let a = round_half_up(b * (base + value) / Decimal::ONE_HUNDRED, 2);
    (Some(a), Some(b))
}

/// The step table the pack reads a row's metric with.
pub(super) fn band_of<'a>(row: &BaselineRow, pack: &'a Pack) -> Option<&'a Band> {
    let portfolio = pack.portfolio(&row.portfolio)?;
    let id = band_id(row, pack)?;
    pack.band(id, &portfolio.size, pack.as_of)
}

fn band_id<'a>(row: &BaselineRow, pack: &'a Pack) -> Option<&'a str> {
    let portfolio = pack.portfolio(&row.portfolio)?;
    let metric = row.metric.as_deref()?;
    let rule = pack
        .metrics
        .iter()
        .find(|m| m.portfolio == portfolio.id && &*m.id == metric)?;
    rule.band.as_deref()
}

/// Writes value and index of a row anew from its A and B, by the pack's own table.
pub(super) fn restate(row: &mut BaselineRow, pack: &Pack) {
    let value = value(row, pack);
    let index = index(row, value, pack);
    row.achieved = value.map(|value| round_half_up(value, 2));
    row.achieved_index = index;
    row.applied_index = index;
}

/// The index of a value; without a table a middling one, as a sheet would simply state it.
fn index(row: &BaselineRow, value: Option<Decimal>, pack: &Pack) -> Option<Decimal> {
    const UNSCALED: i64 = 5;
    let Some(id) = band_id(row, pack) else {
        return Some(Decimal::from(UNSCALED));
    };
    if let Some(levels) = pack.levels.iter().find(|level| &*level.id == id) {
        let level = usize::try_from(value?).ok()?;
        return levels.index.get(level).copied().map(Decimal::from);
    }
    let (table, value) = (band_of(row, pack)?, value?);
    let passed = table.thresholds.iter().filter(|&&t| match table.edge {
        Edge::Gt => value > t,
        Edge::Ge => value >= t,
    });
    Some(Decimal::from(table.floor + passed.count() as i64))
}

/// What the table is read at: percent for growth and ratios, else A itself.
fn value(row: &BaselineRow, pack: &Pack) -> Option<Decimal> {
    let a = row.a?;
    match (pack.measure(row.metric.as_deref()?)?.kind, row.b) {
        (MeasureKind::Ratio, Some(b)) => (a * Decimal::ONE_HUNDRED).checked_div(b),
        (MeasureKind::Growth, Some(b)) => ((a - b) * Decimal::ONE_HUNDRED).checked_div(b),
        _ => Some(a),
    }
}
