//! What must hold across the rows of a pack: names that exist, weights that sum to 100, steps that
//! rise, a calendar without gaps.

use super::problem::{Place, Problem};
use super::schema::*;
use super::tables::ReadPack;
use crate::domain::rules::StageKind;
use rust_decimal::Decimal;

/// Runs every check.
pub fn all(read: &ReadPack, problems: &mut Vec<Problem>) {
    names(read, problems);
    super::weights::all(read, problems);
    bands(read, problems);
    super::days::sizes(read, problems);
    order(read, problems);
    calendar(read, problems);
    super::days::overlaps(read, problems);
    work(read, problems);
}

fn zip<'a, T>(rows: &'a [T], places: &'a [Place]) -> impl Iterator<Item = (&'a T, &'a Place)> {
    rows.iter().zip(places)
}

fn names(read: &ReadPack, problems: &mut Vec<Problem>) {
    let pack = &read.pack;
    let mut must = |name: &str, what: &str, place: &Place, known: Vec<&str>| {
        if !known.contains(&name) {
            problems.push(Problem::unknown(place.clone(), what, name, known));
        }
    };
    let portfolios = || pack.portfolios.iter().map(|p| &*p.id).collect::<Vec<_>>();
    for (rule, place) in zip(&pack.portfolios, &read.portfolio_places) {
        let sizes = pack.sizes.iter().map(|s| &*s.id).collect();
        must(&rule.size, "size", place, sizes);
    }
    for (rule, place) in zip(&pack.categories, &read.category_places) {
        must(&rule.portfolio, "portfolio", place, portfolios());
    }
    for (rule, place) in zip(&pack.metrics, &read.metric_places) {
        must(&rule.portfolio, "portfolio", place, portfolios());
        let measures = pack.measures.iter().map(|m| &*m.id).collect();
        must(&rule.id, "metric", place, measures);
        let categories = pack
            .categories
            .iter()
            .filter(|c| c.portfolio == rule.portfolio)
            .map(|c| &*c.id)
            .collect();
        must(&rule.category, "category", place, categories);
        if let Some(band) = &rule.band {
            let known = pack.bands.iter().map(|b| &*b.id);
            let known = known.chain(pack.levels.iter().map(|l| &*l.id)).collect();
            must(band, "band", place, known);
        }
    }
    for (rule, place) in zip(&pack.win, &read.win_places) {
        let stages = pack.rules.stages.iter().map(|s| &*s.id).collect();
        must(&rule.stage, "stage", place, stages);
    }
    for (band, place) in zip(&pack.bands, &read.band_places) {
        let sizes = pack.sizes.iter().map(|s| &*s.id);
        let sizes = sizes.chain(std::iter::once("*")).collect();
        must(&band.size, "size", place, sizes);
    }
}

/// Of several rows at fault together, the one of the user's file is pointed at.
pub fn blame<'a>(earlier: &'a Place, later: &'a Place) -> &'a Place {
    let shipped = super::SHIPPED.iter().any(|(name, _)| *name == &*later.file);
    if shipped { earlier } else { later }
}

fn bands(read: &ReadPack, problems: &mut Vec<Problem>) {
    for (band, place) in zip(&read.pack.bands, &read.band_places) {
        let falls = band
            .thresholds
            .windows(2)
            .filter_map(|pair| <[Decimal; 2]>::try_from(pair).ok())
            .filter(|[low, high]| low >= high);
        for [low, high] in falls {
            let message = format!(
                "thresholds of band {:?} size {:?} must rise, but {high} follows {low}",
                band.id, band.size
            );
            problems.push(Problem::error(place.clone(), message));
        }
        let top = i64::try_from(band.thresholds.len())
            .unwrap_or(i64::MAX)
            .saturating_add(band.floor);
        if band.floor < 0 || top > 10 || band.zero_index.is_some_and(|z| !(0..=10).contains(&z)) {
            let message = format!(
                "band {:?} size {:?} leaves the indexes 0 to 10",
                band.id, band.size
            );
            problems.push(Problem::error(place.clone(), message));
        }
    }
    for (level, place) in zip(&read.pack.levels, &read.level_places) {
        if level.index.iter().any(|index| !(0..=10).contains(index)) {
            let message = format!("level {:?} leaves the indexes 0 to 10", level.id);
            problems.push(Problem::error(place.clone(), message));
        }
    }
}

fn order(read: &ReadPack, problems: &mut Vec<Problem>) {
    let pack = &read.pack;
    if !pack.tiers.edges.is_sorted_by(|a, b| a.from < b.from) {
        problems.push(Problem::error(
            read.tier_place.clone(),
            "tiers must rise from basic over partner to preferred",
        ));
    }
    let limit = |size: &SizeRule| size.tcv_max.unwrap_or(Decimal::MAX);
    let later = read.size_places.iter().skip(1);
    for (pair, place) in pack.sizes.windows(2).zip(later) {
        if let [small, large] = pair
            && limit(small) >= limit(large)
        {
            let message = format!("size {:?} must be larger than {:?}", large.id, small.id);
            problems.push(Problem::error(place.clone(), message));
        }
    }
    let mut spans: Vec<(i64, i64, &Place)> = zip(&pack.rules.urgency, &read.urgency_places)
        .filter(|(rule, _)| !rule.lapsed)
        .map(|(rule, place)| {
            let from = rule.from_days.unwrap_or(i64::MIN);
            (from, rule.to_days.unwrap_or(i64::MAX), place)
        })
        .collect();
    spans.sort_by_key(|(from, _, _)| *from);
    for pair in spans.windows(2) {
        if let [(_, to, _), (from, _, place)] = pair
            && to >= from
        {
            problems.push(Problem::error((*place).clone(), "urgency spans overlap"));
        }
    }
}

fn calendar(read: &ReadPack, problems: &mut Vec<Problem>) {
    let other = if read.pack.extra_week == "m9" {
        "m12"
    } else {
        "m9"
    };
    let choices = [
        (&read.pack.calendar, read.pack.extra_week.as_str()),
        (&read.pack.calendar_other, other),
    ];
    for (calendar, choice) in choices {
        for (month, reason) in calendar.faults() {
            let rows = read.month_places.iter().rev();
            let place = rows
                .filter(|row| row.variant.is_none_or(|only| only == choice))
                .find(|row| row.code == month.code && row.start == month.start)
                .map_or_else(|| read.tier_place.clone(), |row| row.place.clone());
            let problem = Problem::error(place, reason);
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    if read.pack.calendar.months().is_empty() {
        let message = "there is no fiscal_month row, so nothing can be projected";
        problems.push(Problem::error(read.tier_place.clone(), message));
    }
}

/// The desk needs a way in, a way to win and a way to lose.
fn work(read: &ReadPack, problems: &mut Vec<Problem>) {
    for (kind, word) in [
        (StageKind::Open, "open"),
        (StageKind::Won, "won"),
        (StageKind::Lost, "lost"),
    ] {
        if !read.pack.rules.stages.iter().any(|s| s.kind == kind) {
            let message = format!("no stage of kind {word:?}");
            problems.push(Problem::error(read.tier_place.clone(), message));
        }
    }
}
