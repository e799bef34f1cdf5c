//! Lapsed win-back: cover that ended past its grace on devices that were seen later.

use super::facts::Facts;
use super::group::{Group, GroupKey, Pitch, Trigger, suggestion as assemble};
use super::{Evidence, Suggestion};
use crate::domain::money::Money;
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::Basis;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Confidence where another row than the expired one shows the device, in hundredths.
const SEEN_ELSEWHERE: i64 = 60;
/// Confidence where only the expired row itself was read again.
const SEEN_ON_ITS_LINE: i64 = 40;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let currency = facts.currency();
    let (mut total, mut priced, mut listed) = (None, 0usize, false);
    for member in &group.members {
        let same = member.line.currency == currency;
        if let Some((value, basis)) = line_run_rate(&member.line).filter(|_| same) {
            total = Some(total.unwrap_or(Decimal::ZERO) + value);
            priced += 1;
            listed |= basis == Basis::List;
        }
    }
    let lines = group.members.len();
    let value_basis = facts.say(|_| match total {
        None => "value unknown: the expired lines have no price".to_string(),
        Some(_) => format!(
            "last yearly value of {priced} of {lines} lines{}; reinstatement fees unknown, not added",
            if listed {
                ", partly list price"
            } else {
                ", net"
            },
        ),
    });
    let devices: Decimal = group.members.iter().map(|m| m.quantity()).sum();
    let pitch = Pitch {
        what: facts.say(|_| format!("Win back cover on {} × {}", devices.normalize(), key.family)),
        why: facts.say(|facts| why(facts, group)),
        product_evidence: facts.say(|facts| levels(facts, group)),
        value: total
            .zip(currency)
            .map(|(amount, currency)| Money { amount, currency }),
        value_basis,
        deadline: deadline(facts, group),
        confidence: confidence(group),
        portfolio: Some(Portfolio::services()),
        caveat: facts.say(|_| {
            "New cover after a lapse may want an inspection and a fee; a late renewal is \
                 assumed not to count as on time."
                .to_string()
        }),
        renewal: facts.say(|facts| {
            facts
                .renewal_of(&first.line)
                .or_else(|| facts.renewal_for(key.account, currency))
        }),
        per: "a year",
    };
    Some(assemble(facts, key, group, pitch))
}

fn why(facts: &Facts<'_>, group: &Group) -> String {
    let ends = group.members.iter().filter_map(|m| match m.trigger {
        Trigger::Lapsed { end, .. } => Some(end),
        _ => None,
    });
    let (first, last) = (ends.clone().min(), ends.max());
    let Some((first, last)) = first.zip(last) else {
        return String::new();
    };
    let days = (facts.today - last).num_days();
    if first == last {
        format!("Cover ended on {last}, {days} days ago, and the devices are still in use.")
    } else {
        format!(
            "Cover ended from {first} to {last}, the last {days} days ago; the devices are still in use."
        )
    }
}

fn levels(facts: &Facts<'_>, group: &Group) -> Vec<Evidence> {
    let mut list = Vec::new();
    for (product, members) in group.by_product() {
        let Some(member) = members.first() else {
            continue;
        };
        let level = facts.level_words(&member.line);
        let level = level.as_deref().unwrap_or("unknown");
        list.push(Evidence {
            fact: format!("{product}: last level {level}"),
            source: facts.source(&member.line),
            line: Some(member.line.id),
        });
    }
    list
}

fn deadline(facts: &Facts<'_>, group: &Group) -> Option<(NaiveDate, &'static str)> {
    let dates = group.members.iter().flat_map(|m| {
        let attach = m.dates.last_attach.as_ref();
        let support = m.dates.ldos.as_ref();
        [
            attach.map(|d| (d.date, "last day to attach service")),
            support.map(|d| (d.date, "last date of support")),
        ]
    });
    dates.flatten().filter(|(day, _)| *day >= facts.today).min()
}

fn confidence(group: &Group) -> Decimal {
    let elsewhere = group.members.iter().all(|m| m.seen_elsewhere);
    let hundredths = if elsewhere {
        SEEN_ELSEWHERE
    } else {
        SEEN_ON_ITS_LINE
    };
    Decimal::new(hundredths, 2)
}
