//! Takeover: devices a source shows while it hides whose contract covers them.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, suggestion as assemble};
use super::sisters::Sisters;
use super::{Evidence, Suggestion};
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Confidence: the masking is documented, whose contract it is nobody knows; in hundredths.
const MASKED: i64 = 30;
/// Contracts of ours named in the evidence; the rest are counted.
const NAMED: usize = 6;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let currency = facts.currency();
    let mut worth = Sisters::none(facts);
    for (product, members) in group.by_product() {
        let count: Decimal = members.iter().map(|m| m.quantity()).sum();
        let pid = members.first().and_then(|m| m.names.pid.clone());
        let offer = pid.and_then(|pid| facts.offer(&pid));
        worth.add(product, count, offer.as_ref(), currency);
    }
    let devices: Decimal = group.members.iter().map(Member::quantity).sum();
    let pitch = Pitch {
        what: facts.say(|_| format!("Take over cover of {} × {}", devices.normalize(), key.family)),
        why: facts.say(|_| "A source shows them and hides their contract: another partner may cover them.".to_string()),
        product_evidence: facts.say(|facts| ours(facts, key)),
        value: worth.value(currency),
        value_basis: facts.say(|_| worth.basis()),
        deadline: deadline(facts, group),
        confidence: Decimal::new(MASKED, 2),
        portfolio: Some(Portfolio::services()),
        caveat: facts.say(|_| "When the hidden cover ends is not known, nor whether it was due to anybody: the effect on \
                 on-time renewal is unknown."
            .to_string()),
        renewal: facts.say(|facts| facts.renewal_for(key.account, currency)),
        per: "a year",
    };
    Some(assemble(facts, key, group, pitch))
}

/// Our other contracts with the customer.
fn ours(facts: &Facts<'_>, key: &GroupKey) -> Vec<Evidence> {
    let all = facts.renewals(key.account);
    let all = all.open.iter().filter_map(|renewal| {
        let contract = facts.snapshot.contracts.get(renewal.contract)?;
        Some((renewal.end, contract.number.clone()))
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    let named = all.iter().take(NAMED);
    let named: Vec<String> = named.map(|(end, n)| format!("{n} to {end}")).collect();
    if named.is_empty() {
        return Vec::new();
    }
    let more = match all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    vec![Evidence {
        fact: format!("our contracts there: {}{more}", named.join(", ")),
        source: "the renewals of the book".to_string(),
        line: None,
    }]
}

/// The earliest last day to attach, else the earliest last date of support.
fn deadline(facts: &Facts<'_>, group: &Group) -> Option<(NaiveDate, &'static str)> {
    let days = group.members.iter().flat_map(|m| {
        let attach = m.dates.last_attach.as_ref();
        let support = m.dates.ldos.as_ref();
        [
            attach.map(|d| (d.date, "last day to attach service")),
            support.map(|d| (d.date, "last date of support")),
        ]
    });
    let ahead = days.flatten().filter(|(day, _)| *day >= facts.today);
    ahead.min()
}
