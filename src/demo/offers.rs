//! Quotes of renewals that have reached the customer: drafted by the same rules as a person's.

use super::prng::Prng;
use super::{Deal, World};
use crate::catalogue::{EoxIndex, MilestoneCache};
use crate::domain::day;
use crate::domain::quote::{BuyDriver, Quote, QuoteStatus, SellDriver};
use crate::domain::renewal::Renewal;
use crate::domain::rules::StageKind;
use crate::domain::snapshot::Snapshot;
use crate::pricing::draft::{DraftOptions, Expiring, Limits, draft_quote};
use chrono::{NaiveDate, TimeDelta};
use rust_decimal::Decimal;

/// Number of the first quote; the book counts on from the largest it holds.
const FIRST_NUMBER: usize = 1_001;

pub(super) fn fill(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 5);
    let eox = eox_index(world);
    let mut cache = MilestoneCache::new();
    let deals = std::mem::take(&mut world.deals);
    let mut renewals = std::mem::take(&mut world.plan.put_renewals);
    for (deal, renewal) in deals.iter().zip(&mut renewals) {
        if !has_quote(world, renewal) {
            continue;
        }
        let created = renewal.stage_on.unwrap_or(world.options.today);
        let created = created - TimeDelta::days(prng.between(0, 18));
        match offer(world, &mut prng, deal, created, &eox, &mut cache) {
            Some(mut quote) => {
                let number = FIRST_NUMBER + world.plan.put_quotes.len();
                quote.number = format!("Q-{number}").into();
                world.plan.put_quotes.push(quote);
            }
            // Nothing left to quote: the list is still being looked at.
            None => step_back(world, renewal),
        }
    }
    world.deals = deals;
    world.plan.put_renewals = renewals;
}

fn eox_index(world: &World<'_>) -> EoxIndex {
    let snapshot = Snapshot {
        eox: world.plan.put_eox.iter().cloned().collect(),
        ..Snapshot::default()
    };
    EoxIndex::of(&snapshot)
}

/// Quoted and everything after it that was not lost.
fn has_quote(world: &World<'_>, renewal: &Renewal) -> bool {
    let rules = &world.pack.rules;
    let place = |id: &str| rules.stages.iter().position(|stage| &*stage.id == id);
    let quoted = rules.stage_named("Quoted").map(|stage| stage.id.clone());
    let lost = rules
        .stage(&renewal.stage)
        .is_none_or(|s| s.kind == StageKind::Lost);
    !lost && quoted.is_some_and(|quoted| place(&renewal.stage) >= place(&quoted))
}

fn step_back(world: &World<'_>, renewal: &mut Renewal) {
    let open = world.pack.rules.is_open(&renewal.stage);
    if let Some(stage) = world.pack.rules.stage_named("Validating").filter(|_| open) {
        renewal.stage = stage.id.clone();
        renewal.po_number = None;
        renewal.planned_on = None;
        renewal.forecast = None;
    }
}

fn offer(
    world: &mut World<'_>,
    prng: &mut Prng,
    deal: &Deal,
    created: NaiveDate,
    eox: &EoxIndex,
    cache: &mut MilestoneCache,
) -> Option<Quote> {
    let rules = &world.pack.rules;
    let lines = world.plan.put_lines.get(deal.lines.clone())?;
    let mut limited = Vec::with_capacity(lines.len());
    for line in lines {
        let known = cache.of_line(line, world.catalogue, eox);
        let limits = Limits {
            ldos: known.ldos.as_ref().map(|m| m.date),
            last_renewal: known.last_renewal.as_ref().map(|m| m.date),
        };
        limited.push((line.clone(), limits));
    }
    let expiring = Expiring {
        renewal: deal.renewal,
        account: deal.account,
        currency: deal.currency,
        lines: limited,
    };
    let options = DraftOptions {
        term_months: prng.chance(14).then_some(36),
        uplift_pct: prng.chance(40).then(|| Decimal::from(prng.between(2, 6))),
    };
    let drafted = draft_quote(&[expiring], &mut world.ids, created, rules, &options).ok()?;
    let mut quote = drafted.quote;
    if quote.lines.is_empty() {
        return None;
    }
    let margin = Decimal::from(prng.between(6, 19));
    for line in &mut quote.lines {
        line.sell = SellDriver::MarginPct(margin);
        haggle(prng, line);
    }
    quote.status = QuoteStatus::Sent;
    quote.sent_on = Some(created.min(world.options.today));
    let valid = created + TimeDelta::days(prng.between(20, 60));
    quote.valid_until = prng.chance(70).then_some(valid);
    Some(quote)
}

/// A few lines differ from the draft: a better discount, a box dropped.
fn haggle(prng: &mut Prng, line: &mut crate::domain::quote::QuoteLine) {
    if prng.chance(6)
        && let BuyDriver::DiscountPct(pct) = line.buy
    {
        line.buy = BuyDriver::DiscountPct((pct + Decimal::from(3)).min(Decimal::from(90)));
    }
    if prng.chance(2) {
        line.quantity = Decimal::ZERO;
    }
    if prng.chance(3) {
        let longer = day::add_months(line.end, 3);
        line.end = line.ldos.map_or(longer, |ldos| longer.min(ldos));
    }
}
