//! Tier uplift: a level below the customer's own norm, raised at the next renewal.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, Trigger, suggestion as assemble};
use super::ladder::Target;
use super::price::{level_of, unit_net_yearly};
use super::{Evidence, Suggestion};
use crate::domain::line::Line;
use crate::domain::money::Money;
use crate::domain::portfolio::Portfolio;
use crate::pricing::line_run_rate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Confidence: the ladder is ours, the norm the customer's own; in hundredths.
const NORM: i64 = 50;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let currency = facts.currency();
    let (mut total, mut priced) = (None, 0);
    let mut to = BTreeSet::new();
    let mut moves = BTreeSet::new();
    for (member, target) in targets(group) {
        to.insert(target.to.clone());
        moves.insert(target.moves.clone());
        if let Some(more) = more(facts, &member.line, target) {
            total = Some(total.unwrap_or(Decimal::ZERO).saturating_add(more));
            priced += 1;
        }
    }
    let (to, moves) = (joined(&to), joined(&moves));
    let devices = group.members.iter().map(Member::quantity).sum::<Decimal>();
    let end = group.members.iter().filter_map(|m| m.line.end).min();
    let pitch = Pitch {
        what: facts.say(|_| format!("Raise {} × {} to {to}", devices.normalize(), key.family)),
        why: facts.say(|_| format!("They are below the customer's own norm. What moves: {moves}.")),
        product_evidence: facts.say(|facts| peers(facts, group)),
        value: total
            .zip(currency)
            .map(|(amount, currency)| Money { amount, currency }),
        value_basis: facts.say(|_| match total {
            None => "value unknown: the book has no higher price of the target level".to_string(),
            Some(_) => format!(
                "(book price of the target - current price) x quantity, {priced} of {} lines",
                group.members.len()
            ),
        }),
        deadline: end.map(|end| (end, "earliest end of the present level")),
        confidence: Decimal::new(NORM, 2),
        portfolio: Some(Portfolio::services()),
        caveat: facts.say(|_| "A lower level may be meant for these boxes. Counts as premium only where the line carries \
                 the partner's premium flag."
            .to_string()),
        renewal: facts.say(|facts| facts
            .renewal_of(&first.line)
            .or_else(|| facts.renewal_for(key.account, currency))),
        per: "more a year",
    };
    Some(assemble(facts, key, group, pitch))
}

fn joined(words: &BTreeSet<String>) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.join("; ")
}

fn targets(group: &Group) -> impl Iterator<Item = (&Member, &Target)> {
    group
        .members
        .iter()
        .filter_map(|member| match &member.trigger {
            Trigger::Below(target) => Some((member, &**target)),
            _ => None,
        })
}

/// What the target costs more a year: net against net, or list against list; `None` where the book cannot
/// say or it is not more.
fn more(facts: &Facts<'_>, line: &Line, target: &Target) -> Option<Decimal> {
    let currency = facts.currency().filter(|own| line.currency == Some(*own))?;
    let pid = line.pid.as_ref()?;
    let (price, listed) = facts.ground.prices.at_level(pid, &target.code, currency)?;
    let now = match listed {
        true => line.unit_list?.checked_div(line.list_years)?,
        false => unit_net_yearly(line, line_run_rate(line))?,
    };
    let more = price.amount.checked_sub(now)?.checked_mul(line.quantity)?;
    (more > Decimal::ZERO).then_some(currency.round(more))
}

fn peers(facts: &Facts<'_>, group: &Group) -> Vec<Evidence> {
    let mut list: Vec<Evidence> = Vec::new();
    for (member, target) in targets(group) {
        let (count, all, scope) = target.peers;
        let from = level_of(&member.line);
        let fact = format!(
            "{} at {from}: {count} of {all} lines {scope} have {}, e.g. {}",
            member.product(),
            target.to,
            match facts.snapshot.lines.get(target.like) {
                Some(like) => crate::pricing::draft::name_of(&like).to_string(),
                None => "none".to_string(),
            },
        );
        if list.iter().all(|known| known.fact != fact) {
            let like = facts.snapshot.lines.get(target.like);
            let source = like.map_or_else(String::new, |like| facts.source(&like));
            let line = Some(target.like);
            list.push(Evidence { fact, source, line });
        }
    }
    list
}
