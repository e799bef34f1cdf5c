//! Renewal window closing: the deadline form of the refresh. A renewal falls after, or shortly before, the
//! last day to renew; what can still be had is one renewal for the longest term support allows.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, Trigger, suggestion as assemble};
use super::refresh::trust;
use super::sum::Sum;
use super::{Evidence, Suggestion};
use crate::domain::day::{next_day, term_end};
use crate::domain::portfolio::Portfolio;
use crate::pricing::months_covered;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Taken off where the last date of support is not known, in hundredths.
const NO_LDOS: i64 = 20;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let mut sum = Sum::of(facts);
    for member in &group.members {
        let Some((start, end)) = term(facts, member) else {
            continue;
        };
        sum.add_term(&member.line, start, end);
    }
    let value_basis = facts.say(|_| {
        sum.basis(
            "yearly value x the longest term support allows",
            "value unknown: the lines have no price",
        )
    });
    let devices = group.members.iter().map(Member::quantity).sum::<Decimal>();
    let pitch = Pitch {
        what: facts.say(|_| {
            format!(
                "Renew {} × {} while it can be",
                devices.normalize(),
                key.family
            )
        }),
        why: facts.say(|facts| why(facts, group)),
        product_evidence: facts.say(|facts| dates(facts, group)),
        value: sum.value(),
        value_basis,
        deadline: deadline(group),
        confidence: confidence(group),
        portfolio: Some(Portfolio::services()),
        caveat: facts.say(|_| {
            "After the last day to renew there is only the successor. Dates from a table want a \
                 look at the notice; a longer term is paid at once or by year as agreed."
                .to_string()
        }),
        renewal: facts.say(|facts| {
            facts
                .renewal_of(&first.line)
                .or_else(|| facts.renewal_for(key.account, facts.currency()))
        }),
        per: "over the allowed term",
    };
    Some(assemble(facts, key, group, pitch))
}

/// The longest term that may be renewed for: from the day after the end, for the pack's longest term, cut at
/// the last date of support; the usual term where that date is not known.
pub(super) fn term(facts: &Facts<'_>, member: &Member) -> Option<(NaiveDate, NaiveDate)> {
    let Trigger::Closing { end, .. } = member.trigger else {
        return None;
    };
    let start = next_day(end);
    let longest = match &member.dates.ldos {
        Some(ldos) => term_end(start, facts.rules.plays.longest_months).min(ldos.date),
        None => term_end(start, facts.rules.quote.term_months),
    };
    (longest >= start).then_some((start, longest))
}

fn days(group: &Group) -> impl Iterator<Item = (NaiveDate, NaiveDate)> {
    group.members.iter().filter_map(|m| match m.trigger {
        Trigger::Closing { end, last } => Some((end, last)),
        _ => None,
    })
}

fn why(facts: &Facts<'_>, group: &Group) -> String {
    let Some((end, last)) = days(group).min_by_key(|(end, last)| (*last, *end)) else {
        return String::new();
    };
    let left = (last - facts.today).num_days();
    let next = if end > last {
        "the contract ends after it, so renew early"
    } else {
        "this renewal is the last there can be"
    };
    format!("Service can be renewed until {last}, {left} days from now; cover ends {end}: {next}.")
}

fn dates(facts: &Facts<'_>, group: &Group) -> Vec<Evidence> {
    let mut list = Vec::new();
    for (pid, members) in group.by_product() {
        let Some(member) = members.first() else {
            continue;
        };
        let mut add = |fact: String, source: String| {
            let line = None;
            list.push(Evidence { fact, source, line });
        };
        if let Some(last) = &member.dates.last_renewal {
            let fact = format!("{} × {pid}: last day to renew {}", members.len(), last.date);
            add(fact, last.source.to_string());
        }
        if let Some(ldos) = &member.dates.ldos {
            let fact = format!("{pid}: last date of support {}", ldos.date);
            add(fact, ldos.source.to_string());
        }
        if let Some((start, end)) = term(facts, member) {
            let months = months_covered(start, end);
            let fact = match member.dates.ldos {
                Some(_) => {
                    format!("{pid}: longest term allowed {start} to {end}, {months} whole months")
                }
                None => {
                    format!("{pid}: last date of support unknown, so {months} months are counted")
                }
            };
            add(fact, "worked out from the dates".to_string());
        }
    }
    list
}

/// The earlier of the last day to renew and the end of the cover, over the group.
fn deadline(group: &Group) -> Option<(NaiveDate, &'static str)> {
    let of = |(end, last): (NaiveDate, NaiveDate)| match end < last {
        true => (end, "end of the cover, the last renewal there can be"),
        false => (last, "last day to renew"),
    };
    days(group).map(of).min()
}

fn confidence(group: &Group) -> Decimal {
    let of = |member: &Member| {
        let word = member.dates.last_renewal.as_ref();
        let known = trust(word.map(|found| &*found.confidence));
        let unsure = if member.dates.ldos.is_none() {
            NO_LDOS
        } else {
            0
        };
        known - unsure
    };
    Decimal::new(group.members.iter().map(of).min().unwrap_or(50), 2)
}
