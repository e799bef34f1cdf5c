//! The invented assessment of the months before the newest: the same partner a little earlier, so
//! that there is a history to look at. The month just before is made so that it and the book's own
//! bookings lead close to the newest one, as a real one would; a few metrics are left apart, so
//! that the reconciliation has something to show.

use super::DemoOptions;
use super::assessment::restate;
use super::ids::DemoIds;
use super::prng::Prng;
use crate::domain::baseline::BaselineRow;
use crate::domain::command::ImportPlan;
use crate::domain::ids::{BaselineId, IdSource};
use crate::domain::money::round_half_up;
use crate::program::pack::{MeasureKind, Pack};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Months before the newest.
const MONTHS: usize = 3;
/// One metric in so many does not follow from the month before.
const APART: u64 = 5;

/// Adds the older months to the plan.
pub(super) fn fill(plan: &mut ImportPlan, options: &DemoOptions, pack: &Pack, ids: &mut DemoIds) {
    let newest = std::mem::take(&mut plan.put_baseline);
    let at = newest
        .first()
        .and_then(|row| pack.calendar.position(&row.month));
    let mut prng = Prng::new(options.seed, 11);
    let mut all: Vec<Vec<BaselineRow>> = vec![newest];
    for back in 1..=MONTHS {
        let month = at
            .and_then(|at| pack.calendar.at(at.checked_sub(back)?))
            .map(|month| Arc::clone(&month.code));
        let (Some(month), Some(after)) = (month, all.last()) else {
            break;
        };
        let mut rows: Vec<BaselineRow> = after
            .iter()
            .map(|row| earlier(row, &month, pack, &mut prng))
            .collect();
        if back == 1 {
            lead_on(&mut rows, after, plan, options, pack, &mut prng);
        }
        for (at, row) in rows.iter_mut().enumerate() {
            row.id = BaselineId(ids.next());
            row.row = u32::try_from(back * after.len() + at + 2).ok();
            restate(row, pack);
        }
        all.push(rows);
    }
    plan.put_baseline = all.into_iter().flatten().collect();
}

/// A row as it may have stood a month before: a little less of everything, sometimes a level less.
fn earlier(row: &BaselineRow, month: &Arc<str>, pack: &Pack, prng: &mut Prng) -> BaselineRow {
    let mut out = BaselineRow {
        month: Arc::clone(month),
        ..row.clone()
    };
    let kind = row
        .metric
        .as_deref()
        .and_then(|metric| pack.measure(metric))
        .map(|measure| measure.kind);
    let part = |n: Option<Decimal>, permille: i64, places: u32| {
        n.map(|n| round_half_up(n * Decimal::new(1000 - permille, 3), places))
    };
    match kind {
        Some(MeasureKind::Level) if prng.chance(8) => {
            out.a = row.a.map(|a| (a - Decimal::ONE).max(Decimal::ZERO));
        }
        Some(MeasureKind::Level) | None => {}
        Some(MeasureKind::Points) => out.a = part(row.a, prng.between(0, 50), 0),
        Some(MeasureKind::Ratio) => {
            let base = prng.between(-8, 12);
            out.b = part(row.b, base, 2);
            out.a = part(row.a, base + prng.between(-12, 40), 2);
        }
        Some(MeasureKind::Growth) => {
            let base = prng.between(-5, 8);
            out.b = part(row.b, base, 2);
            out.a = part(row.a, base + prng.between(-4, 14), 2);
        }
    }
    out
}

/// Moves A and B of the month before so that, carried on with what the book booked since, they
/// come within a few thousandths of the newest month's.
fn lead_on(
    rows: &mut [BaselineRow],
    after: &[BaselineRow],
    plan: &ImportPlan,
    options: &DemoOptions,
    pack: &Pack,
    prng: &mut Prng,
) -> Option<()> {
    let newest = after.first().map(|row| Arc::clone(&row.month))?;
    let carried = super::tune::carried(plan, rows, options, pack, &newest)?;
    for (row, new) in rows.iter_mut().zip(after) {
        let apart = prng.below(APART) == 0;
        let off = |prng: &mut Prng| match apart {
            true => prng.between(-240, -120),
            false => prng.between(-3, 3),
        };
        let (off_a, off_b) = (off(prng), prng.between(-2, 2));
        let metric = row.metric.as_deref().unwrap_or_default().to_string();
        let key = (row.portfolio.title().to_string(), metric.clone());
        let (Some((a1, b1)), Some(months)) = (carried.get(&key), months_of(row, pack)) else {
            continue;
        };
        let (Some(a), Some(b), Some(a2), Some(b2)) = (row.a, row.b, new.a, new.b) else {
            continue;
        };
        let months = Decimal::from(months);
        let kept = (months - Decimal::ONE) / months;
        let growth = pack.measure(&metric).map(|m| m.kind) == Some(MeasureKind::Growth);
        // What of the baseline's own A has moved into the prior window of a growth metric.
        let moved = |a: Decimal| if growth { a / months } else { Decimal::ZERO };
        let deals_a = a1 - a * kept;
        let deals_b = b1 - b * kept - moved(a);
        let target = |n: Decimal, off: i64| n * Decimal::new(1000 + off, 3);
        let wanted_a = (target(a2, off_a) - deals_a) / kept;
        let wanted_b = (target(b2, off_b) - deals_b - moved(wanted_a)) / kept;
        if wanted_a > Decimal::ZERO && wanted_b > Decimal::ZERO {
            row.a = Some(round_half_up(wanted_a, 2));
            row.b = Some(round_half_up(wanted_b, 2));
        }
    }
    Some(())
}

/// The window of a metric that deals move.
fn months_of(row: &BaselineRow, pack: &Pack) -> Option<usize> {
    let portfolio = pack.portfolio(&row.portfolio)?;
    let metric = row.metric.as_deref()?;
    let own = |rule: &&crate::program::pack::MetricRule| {
        rule.portfolio == portfolio.id && &*rule.id == metric
    };
    let rule = pack.metrics.iter().find(own)?;
    rule.window_months.filter(|_| !rule.hold)
}
