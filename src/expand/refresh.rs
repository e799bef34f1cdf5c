//! LDoS refresh: hardware whose support ends soon or has ended, or that can get no service any
//! more. Proposes the successor, never cover past the last date of support.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, Trigger, suggestion as assemble};
use super::sum::Sum;
use super::{Evidence, Suggestion};
use crate::catalogue::Successor;
use crate::domain::money::Money;
use crate::pricing::grouped;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Confidence by the source of the last date of support, in hundredths.
const TRUST: [(&str, i64); 6] = [
    ("file", 95),
    ("import", 95),
    ("A", 90),
    ("B", 75),
    ("C", 50),
    ("synthetic", 40),
];
/// Taken off where a source hides the contract, in hundredths.
const MASKED: i64 = 20;

/// The suggestion for a group; `None` never happens for a group with members.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let mut products = Vec::new();
    let mut caveats = BTreeSet::new();
    let mut worth = Worth::default();
    for (pid, members) in group.by_product() {
        let Some(member) = members.first() else {
            continue;
        };
        let count: Decimal = members.iter().map(|m| m.quantity()).sum();
        products.extend(facts.say(|_| date_evidence(pid, count, member)));
        let Some(successor) = member.dates.successor.clone() else {
            worth.unknown += count;
            products.extend(facts.say(|_| Some(no_successor(pid))));
            continue;
        };
        products.extend(facts.say(|_| {
            Some(Evidence {
                fact: format!("{pid}: {} {}", successor.wording, successor.name),
                source: successor.source.to_string(),
                line: None,
            })
        }));
        caveats.extend(facts.caveat(&successor));
        worth.add(facts, &successor, count);
    }
    let currency = facts.currency();
    let caveat = facts.say(|_| {
        let mut caveat =
            "The successor is a family, not a design: check ports, power and licences. \
                          Dates from the table want a look at the notice."
                .to_string();
        for more in caveats {
            caveat.push(' ');
            caveat.push_str(&more);
            caveat.push('.');
        }
        caveat
    });
    let pitch = Pitch {
        what: facts.say(|_| what(key, group)),
        why: facts.say(|facts| why(facts, group)),
        product_evidence: products,
        value: worth
            .total
            .zip(currency)
            .map(|(amount, currency)| Money { amount, currency }),
        value_basis: facts.say(|_| worth.basis()),
        deadline: deadline(facts, group),
        confidence: confidence(group),
        portfolio: first
            .names
            .pid
            .as_ref()
            .and_then(|pid| facts.product(pid).portfolio.clone()),
        caveat,
        renewal: facts.say(|facts| facts.renewal_for(key.account, currency)),
        per: "the first year",
    };
    Some(assemble(facts, key, group, pitch))
}

/// What is known of the successor's price.
#[derive(Default)]
struct Worth {
    total: Option<Decimal>,
    words: Vec<String>,
    priced: Decimal,
    unknown: Decimal,
}

impl Worth {
    fn add(&mut self, facts: &mut Facts<'_>, successor: &Successor, count: Decimal) {
        let pid = facts.successor_pid(successor);
        let currency = facts.currency();
        let (Some(pid), Some(currency)) = (pid, currency) else {
            self.unknown += count;
            return;
        };
        let hardware = facts.ground.prices.hardware(&pid, currency);
        let service = facts.offer(&pid);
        let service = service.and_then(|offer| Some((offer.yearly?, offer)));
        let mut unit = None;
        if let Some(median) = hardware {
            unit = Some(median.amount);
            self.say(facts, || {
                format!(
                    "{pid}: hardware {} {currency} once (median of {})",
                    median.amount, median.count
                )
            });
        }
        if let Some((median, offer)) = service {
            unit = Some(unit.unwrap_or_default().saturating_add(median.amount));
            self.say(facts, || {
                format!(
                    "{pid}: service {} {currency} a year (median of {}, {}{})",
                    median.amount,
                    median.count,
                    offer.scope,
                    if offer.listed { ", list price" } else { "" },
                )
            });
            if hardware.is_none() {
                self.say(facts, || {
                    format!("{pid}: hardware price unknown, not added")
                });
            }
        }
        match unit.and_then(|unit| unit.checked_mul(count)) {
            Some(all) => {
                self.total = Some(self.total.unwrap_or_default().saturating_add(all));
                self.priced += count;
            }
            None => self.unknown += count,
        }
    }

    /// Two products may have one successor; its price is said once.
    fn say(&mut self, facts: &Facts<'_>, words: impl FnOnce() -> String) {
        let words = facts.say(|_| Some(words()));
        self.words
            .extend(words.filter(|words| !self.words.contains(words)));
    }

    fn basis(&self) -> String {
        if self.total.is_none() {
            return "value unknown: the book has no price of a successor".to_string();
        }
        let mut words = self.words.join("; ");
        words.push_str(&format!("; for {} devices", self.priced.normalize()));
        if !self.unknown.is_zero() {
            words.push_str(&format!(", {} without a price", self.unknown.normalize()));
        }
        words
    }
}

fn no_successor(pid: &str) -> Evidence {
    Evidence {
        fact: format!("{pid}: no successor recorded"),
        source: "catalogue".to_string(),
        line: None,
    }
}

fn date_evidence(pid: &str, count: Decimal, member: &Member) -> Vec<Evidence> {
    let dates = &member.dates;
    let mut list = Vec::new();
    let mut add = |what: &str, milestone: &Option<crate::catalogue::Milestone>| {
        if let Some(found) = milestone {
            list.push(Evidence {
                fact: format!("{} × {pid}: {what} {}", count.normalize(), found.date),
                source: found.source.to_string(),
                line: None,
            });
        }
    };
    add("last date of support", &dates.ldos);
    add("last day to renew", &dates.last_renewal);
    add("last day to attach", &dates.last_attach);
    for other in &dates.disagree {
        list.push(Evidence {
            fact: format!("{pid}: another source says {}", other.date),
            source: other.source.to_string(),
            line: None,
        });
    }
    list
}

fn support_days<'g>(group: &'g Group) -> impl Iterator<Item = NaiveDate> + use<'g> {
    group
        .members
        .iter()
        .filter_map(|m| m.dates.ldos.as_ref().map(|found| found.date))
}

fn total(group: &Group) -> Decimal {
    group
        .members
        .iter()
        .map(|m| m.quantity())
        .sum::<Decimal>()
        .normalize()
}

fn what(key: &GroupKey, group: &Group) -> String {
    format!("Replace {} × {}", total(group), key.family)
}

fn why(facts: &Facts<'_>, group: &Group) -> String {
    let today = facts.today;
    let (first, last) = (support_days(group).min(), support_days(group).max());
    let mut words = match (first, last) {
        (Some(first), Some(last)) if last <= today => {
            format!("Support ended on {first}: no cover can be sold, and none is worth paying for.")
        }
        (Some(first), Some(last)) if first == last => {
            format!("Support ends on {first}; no cover can run past that day.")
        }
        (Some(first), Some(last)) => {
            format!("Support ends from {first} to {last}; no cover can run past that.")
        }
        _ => String::new(),
    };
    let closed = |m: &&Member| matches!(m.trigger, Trigger::NoMoreService(_));
    let closed = group.members.iter().filter(closed).count();
    let bare = group.members.iter().filter(|m| !m.covered).count();
    if closed > 0 {
        words.push_str(&format!(
            " {closed} without cover can get no service any more: the last day to attach or renew has passed."
        ));
    } else if bare > 0 {
        words.push_str(&format!(" {bare} of them have no cover now."));
    }
    let past = |m: &&Member| {
        m.covered
            && m.dates
                .ldos
                .as_ref()
                .is_some_and(|found| found.date < today)
    };
    let dead = group.members.iter().filter(past);
    let mut saved = Sum::of(facts);
    dead.clone().for_each(|member| saved.add_year(&member.line));
    let dead = dead.count();
    if dead > 0 {
        words.push_str(&format!(
            " {dead} are still under contract past it: dead cover, take it out at renewal{}.",
            match saved.value() {
                Some(year) => format!(
                    " and save the customer {} {} a year",
                    grouped(year.amount),
                    year.currency
                ),
                None => String::new(),
            }
        ));
    }
    words.trim().to_string()
}

fn deadline(facts: &Facts<'_>, group: &Group) -> Option<(NaiveDate, &'static str)> {
    let ahead = support_days(group).filter(|day| *day >= facts.today).min();
    let past = || support_days(group).max();
    match (ahead, past()) {
        (Some(day), _) => Some((day, "earliest last date of support")),
        (None, Some(day)) => Some((day, "last date of support, already past")),
        (None, None) => None,
    }
}

fn confidence(group: &Group) -> Decimal {
    let of = |member: &Member| {
        let word = member.dates.ldos.as_ref();
        let trust = trust(word.map(|found| &*found.confidence));
        if member.masked { trust - MASKED } else { trust }
    };
    Decimal::new(group.members.iter().map(of).min().unwrap_or(50), 2)
}

/// Confidence in a date by the word of its source, in hundredths.
pub(super) fn trust(word: Option<&str>) -> i64 {
    let known = TRUST.iter().find(|(known, _)| Some(*known) == word);
    known.map_or(50, |(_, hundredths)| *hundredths)
}
