//! Checks over time: rows of one key must not hold on the same day, and a band must have a row for
//! every size on every day a metric reads it.

use super::checks::blame;
use super::problem::{Place, Problem};
use super::schema::*;
use super::tables::ReadPack;
use super::weights::since;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Rows that can come one after the other.
struct Dated<'a> {
    /// Table and key, for the message: `metric services otrr`.
    name: String,
    /// Where rows of one name hold in different cases: the size of a band, `*` for all.
    case: &'a str,
    effective: Effective,
    place: &'a Place,
}

/// Two rows of one key that hold on the same day.
pub fn overlaps(read: &ReadPack, problems: &mut Vec<Problem>) {
    let mut rows = rows_of(read);
    rows.sort_by(|a, b| (&a.name, a.effective.from).cmp(&(&b.name, b.effective.from)));
    for group in rows.chunk_by(|a, b| a.name == b.name) {
        for (at, later) in group.iter().enumerate() {
            let earlier = group.iter().take(at).rev().find(|earlier| {
                let same = earlier.case == later.case || earlier.case == "*" || later.case == "*";
                same && meet(&earlier.effective, &later.effective)
            });
            if let Some(earlier) = earlier {
                problems.push(overlap(earlier, later));
            }
        }
    }
}

fn overlap(earlier: &Dated<'_>, later: &Dated<'_>) -> Problem {
    let first = later.effective.from.or(earlier.effective.from);
    let advice = match later.effective.from.and_then(|from| from.pred_opt()) {
        Some(last) => format!("; end the other with to = {last}"),
        None => "; give each its from and to".to_string(),
    };
    let span = first.map_or_else(String::new, |day| format!(" on {day}"));
    let Place { file, line, .. } = earlier.place;
    let message = format!(
        "{} has two rows that hold{span}, the other at {file}:{line}{advice}",
        later.name
    );
    Problem::error(blame(earlier.place, later.place).clone(), message)
}

/// True when two spans share a day.
fn meet(a: &Effective, b: &Effective) -> bool {
    let begins = |one: &Effective, other: &Effective| match (one.from, other.to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    begins(a, b) && begins(b, a)
}

fn rows_of(read: &ReadPack) -> Vec<Dated<'_>> {
    let pack = &read.pack;
    let mut rows = Vec::new();
    let mut add = |name: String, case, effective, place| {
        rows.push(Dated {
            name,
            case,
            effective,
            place,
        });
    };
    for (row, place) in pack.categories.iter().zip(&read.category_places) {
        let name = format!("category {} {}", row.portfolio, row.id);
        add(name, "", row.effective, place);
    }
    for (row, place) in pack.metrics.iter().zip(&read.metric_places) {
        let name = format!("metric {} {}", row.portfolio, row.id);
        add(name, "", row.effective, place);
    }
    for (row, place) in pack.bands.iter().zip(&read.band_places) {
        add(format!("band {}", row.id), &row.size, row.effective, place);
    }
    for (row, place) in pack.levels.iter().zip(&read.level_places) {
        add(format!("level {}", row.id), "", row.effective, place);
    }
    for (row, place) in pack.cpi.rates.iter().zip(&read.cpi_places) {
        let (component, column) = (row.component.word(), row.column.word());
        let name = format!("cpi.rate {component} {} {} {column}", row.gsp, row.region);
        add(name, "", row.effective, place);
    }
    for (row, place) in pack.gsp.iter().zip(&read.gsp_places) {
        add(format!("gsp {}", row.product), "", row.effective, place);
    }
    for (row, place) in pack.currency_rates.iter().zip(&read.currency_places) {
        // A rate without an end lasts until the next one, so that only given ends can overlap.
        let effective = Effective {
            from: Some(row.on),
            to: Some(row.until.unwrap_or(row.on)),
        };
        add(
            format!("rate {} {}", row.from, row.to),
            "",
            effective,
            place,
        );
    }
    // Rows without days: one each.
    let always = Effective::default();
    for (row, place) in pack.win.iter().zip(&read.win_places) {
        let risk = super::risk_word(row.risk);
        add(format!("win {} {risk}", row.stage), "", always, place);
    }
    for (row, place) in pack.measures.iter().zip(&read.measure_places) {
        add(format!("measure {}", row.id), "", always, place);
    }
    rows
}

/// Every band that a metric reads has a row for every size: a person may choose another size on
/// any day.
pub fn sizes(read: &ReadPack, problems: &mut Vec<Problem>) {
    let pack = &read.pack;
    let ids: BTreeSet<&Arc<str>> = pack.bands.iter().map(|band| &band.id).collect();
    for id in ids {
        let rows = || {
            let all = pack.bands.iter().zip(&read.band_places);
            all.filter(|(band, _)| band.id == *id)
        };
        let readers = || pack.metrics.iter().filter(|m| m.band.as_ref() == Some(id));
        let Some(place) = rows().map(|(_, place)| place).reduce(blame) else {
            continue;
        };
        let spans = rows().map(|(band, _)| &band.effective);
        let mut said = BTreeSet::new();
        for day in turns(spans.chain(readers().map(|m| &m.effective))) {
            if !readers().any(|metric| metric.effective.on(day)) {
                continue;
            }
            for size in &pack.sizes {
                if pack.band(id, &size.id, day).is_none() && said.insert(&size.id) {
                    let message = format!(
                        "band {id:?} has no row for size {:?}{}",
                        size.id,
                        since(day)
                    );
                    problems.push(Problem::error(place.clone(), message));
                }
            }
        }
    }
}

/// Every day on which other rows of these begin to count, and the first of all.
pub fn turns<'a>(rows: impl Iterator<Item = &'a Effective>) -> Vec<NaiveDate> {
    let mut days = vec![NaiveDate::MIN];
    for row in rows {
        days.extend(row.from);
        days.extend(row.to.and_then(|to| to.succ_opt()));
    }
    days.sort_unstable();
    days.dedup();
    days
}
