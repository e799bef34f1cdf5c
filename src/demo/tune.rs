//! Moves the invented assessment to where work shows: for every metric that deals move, the
//! projection stands just below a step, by less than a middling open quote brings. The engine
//! itself says where it stands; A enters it linearly, so two readings give the answer.

use super::DemoOptions;
use crate::domain::baseline::BaselineRow;
use crate::domain::command::ImportPlan;
use crate::domain::ids::BaselineId;
use crate::domain::money::{Currency, round_half_up};
use crate::domain::quote::Quote;
use crate::domain::snapshot::Snapshot;
use crate::pricing::price_quote;
use crate::program::pack::{MeasureKind, Pack};
use crate::program::{Engine, Month, View, exact};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// Books above this are for measuring speed; reading them twice more would only cost time.
const MOST_LINES: u32 = 200_000;
/// Share of a middling quote that is missing to the step, percent.
const MISSING_PCT: i64 = 60;

/// The plan with the assessment moved.
pub(super) fn near_the_thresholds(
    mut plan: ImportPlan,
    options: &DemoOptions,
    pack: &Pack,
) -> ImportPlan {
    if options.lines > MOST_LINES || plan.put_baseline.is_empty() {
        return plan;
    }
    let mut snapshot = snapshot_of(&plan);
    let middling = middling_quotes(&plan.put_quotes, pack);
    let before = readings(&snapshot, options, pack);
    for row in &plan.put_baseline {
        snapshot.baseline.put(raised(row));
    }
    let after = readings(&snapshot, options, pack);
    for row in &mut plan.put_baseline {
        let title = row.portfolio.title().to_string();
        let gap = middling.get(&title).copied().unwrap_or_default();
        let key = (title, row.metric.as_deref().unwrap_or_default().to_string());
        if let (Some(first), Some(second)) = (before.get(&key), after.get(&key)) {
            aim(row, *first, *second, gap, pack);
            super::assessment::restate(row, pack);
        }
    }
    plan
}

fn snapshot_of(plan: &ImportPlan) -> Snapshot {
    Snapshot {
        accounts: plan.put_accounts.iter().cloned().collect(),
        contracts: plan.put_contracts.iter().cloned().collect(),
        lines: plan.put_lines.iter().cloned().collect(),
        renewals: plan.put_renewals.iter().cloned().collect(),
        quotes: plan.put_quotes.iter().cloned().collect(),
        baseline: plan.put_baseline.iter().cloned().collect(),
        ..Snapshot::default()
    }
}

/// The row with A a tenth higher.
fn raised(row: &BaselineRow) -> BaselineRow {
    BaselineRow {
        a: row.a.map(|a| a * Decimal::new(11, 1)),
        ..row.clone()
    }
}

/// Projected A and B by portfolio and metric.
pub(super) type Readings = HashMap<(String, String), (Decimal, Decimal)>;

fn readings(snapshot: &Snapshot, options: &DemoOptions, pack: &Pack) -> Readings {
    readings_at(snapshot, options, pack, &Month::Horizon)
}

/// What `rows`, the assessment of an older month, would have become by `month` with the bookings
/// of the plan.
pub(super) fn carried(
    plan: &ImportPlan,
    rows: &[BaselineRow],
    options: &DemoOptions,
    pack: &Pack,
    month: &Arc<str>,
) -> Option<Readings> {
    if options.lines > MOST_LINES {
        return None;
    }
    let mut snapshot = snapshot_of(plan);
    // Ids are given later; here they only have to differ.
    snapshot.baseline = rows
        .iter()
        .zip(1u128..)
        .map(|(row, n)| BaselineRow {
            id: BaselineId(uuid::Uuid::from_u128(n)),
            ..row.clone()
        })
        .collect();
    let month = Month::Code(Arc::clone(month));
    Some(readings_at(&snapshot, options, pack, &month))
}

fn readings_at(snapshot: &Snapshot, options: &DemoOptions, pack: &Pack, month: &Month) -> Readings {
    let engine = Engine::new(pack, snapshot, options.today, &|_| Decimal::ONE_HUNDRED);
    let Ok(projection) = engine.project(&View::Booked, month) else {
        return Readings::new();
    };
    let mut found = Readings::new();
    for portfolio in &projection.portfolios {
        for metric in &portfolio.metrics {
            let decimal = |n: &Option<_>| n.as_ref().and_then(|n| exact::round(n, 6));
            if let (Some(a), Some(b)) = (decimal(&metric.a), decimal(&metric.b)) {
                let key = (
                    portfolio.portfolio.title().to_string(),
                    metric.metric.to_string(),
                );
                found.insert(key, (a, b));
            }
        }
    }
    found
}

/// The median net of the US-dollar quotes by portfolio.
fn middling_quotes(quotes: &[Quote], pack: &Pack) -> HashMap<String, Decimal> {
    let mut amounts: HashMap<String, Vec<Decimal>> = HashMap::new();
    for quote in quotes
        .iter()
        .filter(|quote| quote.currency == Currency::USD)
    {
        let (lines, _) = price_quote(quote, &pack.rules);
        let mut sums: HashMap<&str, Decimal> = HashMap::new();
        for (line, priced) in quote.lines.iter().zip(&lines) {
            if let (Some(portfolio), Some(acv)) = (&line.portfolio, priced.acv) {
                *sums.entry(portfolio.title()).or_default() += acv;
            }
        }
        for (portfolio, sum) in sums {
            amounts.entry(portfolio.to_string()).or_default().push(sum);
        }
    }
    amounts
        .into_iter()
        .filter_map(|(portfolio, mut sums)| {
            sums.sort();
            Some((portfolio, *sums.get(sums.len() / 2)?))
        })
        .collect()
}

/// Sets A so that the projected A stands `gap × MISSING_PCT` below the step above the listed value.
fn aim(
    row: &mut BaselineRow,
    first: (Decimal, Decimal),
    second: (Decimal, Decimal),
    gap: Decimal,
    pack: &Pack,
) -> Option<()> {
    let (a, listed) = (row.a?, row.achieved?);
    let band = super::assessment::band_of(row, pack)?;
    let step = band.thresholds.iter().copied().find(|t| *t > listed)?;
    let base = match pack.measure(row.metric.as_deref()?)?.kind {
        MeasureKind::Growth => Decimal::ONE_HUNDRED,
        _ => Decimal::ZERO,
    };
    let ratio = (base + step) / Decimal::ONE_HUNDRED;
    let short = |(a, b): (Decimal, Decimal)| a - ratio * b;
    let slope = (short(second) - short(first)).checked_div(a / Decimal::TEN)?;
    let wanted = -gap * Decimal::from(MISSING_PCT) / Decimal::ONE_HUNDRED;
    let moved = a + (wanted - short(first)).checked_div(slope)?;
    // A book too small to have a volume keeps the listed value.
    if moved > Decimal::ZERO && !gap.is_zero() {
        row.a = Some(round_half_up(moved, 2));
    }
    Some(())
}
