//! Coverage gap: devices a file shows without cover, proposed at the level of their sisters.

use super::facts::Facts;
use super::group::{Group, GroupKey, Pitch, suggestion as assemble};
use super::sisters::Sisters;
use super::{Evidence, Suggestion};
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Confidence where the last day to attach service is known to be ahead, in hundredths.
const ATTACH_KNOWN: i64 = 80;
/// Confidence where nobody knows whether service can still be attached.
const ATTACH_UNKNOWN: i64 = 60;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let currency = facts.currency();
    let mut worth = Sisters::none(facts);
    let mut products = Vec::new();
    let mut levels: Vec<String> = Vec::new();
    for (product, members) in group.by_product() {
        let count: Decimal = members.iter().map(|m| m.quantity()).sum();
        let pid = members.first().and_then(|m| m.names.pid.clone());
        let offer = pid.and_then(|pid| facts.offer(&pid));
        worth.add(product, count, offer.as_ref(), currency);
        let Some(offer) = offer else {
            continue;
        };
        let level = facts.say(|facts| facts.level_words(&offer.like).unwrap_or_default());
        products.extend(facts.say(|facts| {
            Some(Evidence {
                fact: format!(
                    "{product}: sister device {} is covered at {level}",
                    crate::pricing::draft::name_of(&offer.like),
                ),
                source: facts.source(&offer.like),
                line: Some(offer.like.id),
            })
        }));
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    let devices: Decimal = group.members.iter().map(|m| m.quantity()).sum();
    let pitch = Pitch {
        what: facts.say(|_| what(key, devices, &levels)),
        why: facts.say(|_| {
            "The install base shows them without cover; a failure is not under contract."
                .to_string()
        }),
        product_evidence: products,
        value: worth.value(currency),
        value_basis: facts.say(|_| worth.basis()),
        deadline: deadline(facts, group),
        confidence: confidence(group),
        portfolio: Some(Portfolio::services()),
        caveat: facts.say(|_| {
            "Another partner may cover them, spares need no cover, and first-time cover may \
                 start from the ship date."
                .to_string()
        }),
        renewal: facts.say(|facts| facts.renewal_for(key.account, currency)),
        per: "a year",
    };
    Some(assemble(facts, key, group, pitch))
}

fn what(key: &GroupKey, devices: Decimal, levels: &[String]) -> String {
    let devices = devices.normalize();
    if levels.is_empty() {
        format!("Cover {devices} × {} that have none", key.family)
    } else {
        format!("Cover {devices} × {} at {}", key.family, levels.join(", "))
    }
}

/// The earliest last day to attach, else the earliest last date of support.
fn deadline(facts: &Facts<'_>, group: &Group) -> Option<(NaiveDate, &'static str)> {
    let earliest =
        |days: &mut dyn Iterator<Item = NaiveDate>| days.filter(|day| *day >= facts.today).min();
    let attach = |m: &super::group::Member| m.dates.last_attach.as_ref().map(|d| d.date);
    let support = |m: &super::group::Member| m.dates.ldos.as_ref().map(|d| d.date);
    let attach = earliest(&mut group.members.iter().filter_map(attach));
    let support = earliest(&mut group.members.iter().filter_map(support));
    attach
        .map(|day| (day, "last day to attach service"))
        .or_else(|| support.map(|day| (day, "last date of support")))
}

fn confidence(group: &Group) -> Decimal {
    let known = group.members.iter().all(|m| m.dates.last_attach.is_some());
    Decimal::new(if known { ATTACH_KNOWN } else { ATTACH_UNKNOWN }, 2)
}
