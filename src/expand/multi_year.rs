//! Multi-year: a line renewed for a year again and again at the same quantity, while support runs past a
//! longer term.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, Trigger, suggestion as assemble};
use super::sum::Sum;
use super::{Evidence, Suggestion};
use crate::domain::day::{next_day, term_end};
use crate::domain::line::Line;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Confidence where the last date of support is known and past the longer term, in hundredths.
const SUPPORTED: i64 = 60;
/// Confidence where it is not known.
const UNKNOWN: i64 = 40;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let months = facts.rules.plays.multi_year_months;
    let mut sum = Sum::of(facts);
    for line in group.members.iter().map(|member| &member.line) {
        if let Some((start, end)) = term(facts, line) {
            sum.add_term(line, start, end);
        }
    }
    let value_basis = facts.say(|_| {
        let what = format!("yearly value x {months} months, no discount assumed");
        sum.basis(&what, "value unknown: the lines have no price")
    });
    let devices = group.members.iter().map(Member::quantity).sum::<Decimal>();
    let times = group.members.iter().filter_map(|m| match m.trigger {
        Trigger::Steady(times) => Some(times),
        _ => None,
    });
    let times = times.min().unwrap_or(0);
    let known = group.members.iter().all(|m| m.dates.ldos.is_some());
    let end = group.members.iter().filter_map(|m| m.line.end).min();
    let portfolio = first.line.portfolio().cloned();
    let services = portfolio.as_ref().is_none_or(|p| p.is_services());
    let pitch = Pitch {
        what: facts.say(|_| format!(
            "Renew {} × {} for {months} months",
            devices.normalize(),
            key.family
        )),
        why: facts.say(|_| format!(
            "Renewed at least {times} times for a year at the same quantity; support runs past {months} months{}.",
            if known { "" } else { ", as far as is known" },
        )),
        product_evidence: facts.say(|facts| terms(facts, group)),
        value: sum.value(),
        value_basis,
        deadline: end.map(|end| (end, "earliest end of the yearly term")),
        confidence: Decimal::new(if known { SUPPORTED } else { UNKNOWN }, 2),
        caveat: facts.say(|_| match services {
            true => {
                "Services has no TCV metric: a longer term brings no score there. Ask for what the \
                     customer keeps so long."
                    .to_string()
            }
            false => "Ask for what the customer keeps so long; no discount is assumed.".to_string(),
        }),
        portfolio,
        renewal: facts.say(|facts| facts
            .renewal_of(&first.line)
            .or_else(|| facts.renewal_for(key.account, facts.currency()))),
        per: "over the longer term",
    };
    Some(assemble(facts, key, group, pitch))
}

/// The longer term of a line.
pub(super) fn term(facts: &Facts<'_>, line: &Line) -> Option<(NaiveDate, NaiveDate)> {
    let start = next_day(line.end?);
    Some((start, term_end(start, facts.rules.plays.multi_year_months)))
}

fn terms(facts: &Facts<'_>, group: &Group) -> Vec<Evidence> {
    let mut list = Vec::new();
    for (product, members) in group.by_product() {
        let Some(member) = members.first() else {
            continue;
        };
        let Some((start, end)) = term(facts, &member.line) else {
            continue;
        };
        let support = match &member.dates.ldos {
            Some(ldos) => format!("support to {}", ldos.date),
            None => "no last date of support known".to_string(),
        };
        list.push(Evidence {
            fact: format!(
                "{} × {product}: {start} to {end} allowed, {support}",
                members.len()
            ),
            source: facts.source(&member.line),
            line: Some(member.line.id),
        });
    }
    list
}
