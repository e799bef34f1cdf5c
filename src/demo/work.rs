//! What the desk has done so far: owners, stages, next steps, contacts, bookings, losses.

use super::World;
use super::prng::Prng;
use crate::domain::activity::Activity;
use crate::domain::ids::{ActivityId, ContractId, IdSource, RenewalId};
use crate::domain::money::Currency;
use crate::domain::renewal::{Renewal, RenewalVersions};
use crate::domain::rules::StageKind;
use chrono::NaiveDate;
use std::sync::Arc;

/// Stage titles with their share of 100 renewals, by how far away the end is.
type Mix = &'static [(&'static str, u64)];

const LAPSED: Mix = &[
    ("Upcoming", 4),
    ("Quoted", 14),
    ("Customer review", 8),
    ("Booked", 42),
    ("Lost", 18),
    ("Lapsed", 14),
];
const OVERDUE: Mix = &[
    ("Upcoming", 6),
    ("Validating", 14),
    ("Quoted", 24),
    ("Customer review", 22),
    ("Committed", 10),
    ("PO received", 8),
    ("Booked", 10),
    ("Lost", 6),
];
const DUE: Mix = &[
    ("Upcoming", 8),
    ("Validating", 14),
    ("Quoted", 22),
    ("Customer review", 20),
    ("Committed", 13),
    ("PO received", 9),
    ("Booked", 11),
    ("Lost", 3),
];
const WINDOW: Mix = &[
    ("Upcoming", 22),
    ("Validating", 26),
    ("Quoted", 24),
    ("Customer review", 14),
    ("Committed", 6),
    ("PO received", 3),
    ("Booked", 4),
    ("Lost", 1),
];
const AHEAD: Mix = &[
    ("Upcoming", 62),
    ("Validating", 28),
    ("Quoted", 8),
    ("Booked", 2),
];
const FAR: Mix = &[("Upcoming", 100)];

/// A renewal nobody has touched.
pub(super) fn fresh(
    id: RenewalId,
    contract: ContractId,
    end: NaiveDate,
    currency: Option<Currency>,
) -> Renewal {
    Renewal {
        id,
        contract,
        end,
        currency,
        stage: "upcoming".into(),
        stage_on: None,
        owner: None,
        next_step: None,
        next_date: None,
        snoozed_until: None,
        planned_on: None,
        forecast: None,
        at_risk: None,
        signals: Vec::new(),
        po_number: None,
        order_number: None,
        booked_on: None,
        loss_reason: None,
        reviewed: None,
        versions: RenewalVersions::default(),
    }
}

pub(super) fn fill(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 4);
    let mut renewals = std::mem::take(&mut world.plan.put_renewals);
    for (index, renewal) in renewals.iter_mut().enumerate() {
        let days = (renewal.end - world.options.today).num_days();
        renewal.owner = owner(world, &mut prng);
        stage(world, &mut prng, renewal, days, index);
        outlook(world, &mut prng, renewal, days);
        contacts(world, &mut prng, renewal, days);
    }
    world.plan.put_renewals = renewals;
}

/// The user has the largest share; a few renewals have nobody, which is a risk of its own.
fn owner(world: &mut World<'_>, prng: &mut Prng) -> Option<Arc<str>> {
    if prng.chance(5) {
        return None;
    }
    let people = world.words.people.len() as u64;
    let at = if prng.chance(15) {
        0
    } else {
        prng.below(people)
    };
    let name = world.words.people.get(at as usize).copied()?;
    Some(world.text(name))
}

fn mix(days: i64) -> Mix {
    match days {
        ..=-31 => LAPSED,
        -30..=-1 => OVERDUE,
        0..=30 => DUE,
        31..=90 => WINDOW,
        91..=180 => AHEAD,
        _ => FAR,
    }
}

fn stage(world: &mut World<'_>, prng: &mut Prng, renewal: &mut Renewal, days: i64, index: usize) {
    let title = prng
        .weighted(mix(days), |(_, share)| *share)
        .map_or("Upcoming", |(t, _)| t);
    let Some(rule) = world.pack.rules.stage_named(title) else {
        return;
    };
    renewal.stage = rule.id.clone();
    let kind = rule.kind;
    if title != "Upcoming" {
        renewal.stage_on = Some(world.day(-prng.between(0, 45)));
    }
    match kind {
        StageKind::Won => book(world, prng, renewal, index),
        StageKind::Lost => {
            let reasons = &world.pack.rules.loss_reasons;
            renewal.loss_reason = prng.pick(reasons).map(|reason| reason.id.clone());
        }
        StageKind::Committed => {
            let latest = days.clamp(3, 40);
            renewal.planned_on = Some(world.day(prng.between(1, latest)));
            renewal.forecast = Some("commit".into());
            if title == "PO received" {
                renewal.po_number = Some(format!("PO-{}", 480_000 + index * 17));
            }
        }
        StageKind::Open => {
            if title == "Customer review" && prng.chance(60) {
                renewal.forecast = Some("likely".into());
            }
        }
    }
}

/// Part of the bookings are younger than the newest assessment, so that "booked" moves the score;
/// most are on time, some are late.
fn book(world: &World<'_>, prng: &mut Prng, renewal: &mut Renewal, index: usize) {
    let today = world.options.today;
    let month_start = super::assessment::month_start(world);
    let recent = prng.chance(55);
    let day = if recent {
        today - chrono::TimeDelta::days(prng.between(0, (today - month_start).num_days().max(0)))
    } else {
        let late = if prng.chance(20) {
            prng.between(1, 25)
        } else {
            -prng.between(0, 25)
        };
        (renewal.end + chrono::TimeDelta::days(late)).min(month_start.pred_opt().unwrap_or(today))
    };
    renewal.booked_on = Some(day);
    renewal.stage_on = Some(day);
    renewal.po_number = Some(format!("PO-{}", 480_000 + index * 17));
    renewal.order_number = Some(format!("{}", 91_000_000 + index * 23));
}

fn outlook(world: &mut World<'_>, prng: &mut Prng, renewal: &mut Renewal, days: i64) {
    if !world.pack.rules.is_open(&renewal.stage) {
        return;
    }
    let untouched = renewal.stage_on.is_none();
    if untouched && days > 120 && prng.chance(70) {
        renewal.next_step = Some("Send asset list".into());
        renewal.next_date = Some(world.day(days - 120 + prng.between(0, 14)));
    } else if prng.chance(if untouched { 40 } else { 82 }) {
        let step = prng.pick(&world.words.steps).copied();
        renewal.next_step = step.map(str::to_string);
        renewal.next_date = Some(world.day(prng.between(-4, 24)));
        if prng.chance(5) {
            renewal.snoozed_until = Some(world.day(prng.between(2, 20)));
        }
    }
    if prng.chance(5) && days < 200 {
        renewal.at_risk = Some("Budget cut announced, sponsor is unsure".into());
    }
    if prng.chance(6) && days < 200 {
        let manual: Vec<Arc<str>> = world
            .pack
            .rules
            .signals
            .iter()
            .filter(|signal| signal.manual)
            .map(|signal| signal.id.clone())
            .collect();
        renewal.signals.extend(prng.pick(&manual).cloned());
    }
}

fn contacts(world: &mut World<'_>, prng: &mut Prng, renewal: &Renewal, days: i64) {
    let Some(stage_on) = renewal.stage_on else {
        return;
    };
    if days > 200 {
        return;
    }
    let by = renewal.owner.clone();
    let by = by.or_else(|| world.words.people.first().map(|name| (*name).into()));
    let customer_kinds: Vec<Arc<str>> = world
        .pack
        .rules
        .outcomes
        .iter()
        .filter(|outcome| outcome.customer)
        .map(|outcome| outcome.id.clone())
        .collect();
    for _ in 0..prng.between(1, 4) {
        let Some((kind, text)) = prng.pick(&world.words.notes).copied() else {
            return;
        };
        let kind = match kind {
            "customer" => prng.pick(&customer_kinds).cloned(),
            _ => None,
        };
        let on = stage_on + chrono::TimeDelta::days(prng.between(-20, 12));
        let id = ActivityId(world.ids.next());
        world.plan.put_activities.push(Activity {
            id,
            renewal: renewal.id,
            on: on.min(world.options.today),
            by: by.clone().unwrap_or_else(|| "me".into()),
            kind: kind.unwrap_or_else(|| "note".into()),
            text: text.to_string(),
        });
    }
}
