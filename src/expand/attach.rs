//! Subscription attach: devices that take a licence and have none that lives, and licences that end while
//! their devices stay.

use super::facts::Facts;
use super::group::{Group, GroupKey, Member, Pitch, Trigger, suggestion as assemble};
use super::{Evidence, Suggestion};
use crate::domain::money::Money;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Confidence where a licence ends: it is on its line; in hundredths.
const ENDS: i64 = 80;
/// Confidence where the customer has such licences, fewer than devices.
const SOME: i64 = 60;
/// Confidence where only other customers of the book have them.
const NONE: i64 = 35;

/// The suggestion for a group.
pub(super) fn suggestion(
    facts: &mut Facts<'_>,
    key: &GroupKey,
    group: &Group,
) -> Option<Suggestion> {
    let first = group.members.first()?;
    let currency = facts.currency();
    let mut worth = Worth {
        confidence: ENDS,
        ..Worth::default()
    };
    for (product, members) in group.by_product() {
        let (ending, bare): (Vec<&Member>, Vec<&Member>) = members
            .into_iter()
            .partition(|m| matches!(m.trigger, Trigger::LicenceEnds(_)));
        worth.ends(&ending, facts);
        worth.lacks(product, &bare, facts);
    }
    let value_basis = facts.say(|_| worth.basis());
    let units: Decimal = group.members.iter().map(Member::quantity).sum();
    let units = units.normalize();
    let of_ends = |m: &&Member| matches!(m.trigger, Trigger::LicenceEnds(_));
    let ending = group.members.iter().filter(of_ends).count();
    let (ends, some) = (ending == group.members.len(), ending > 0);
    let portfolio = match first.names.pid.as_ref() {
        Some(pid) => facts.product(pid).portfolio.clone(),
        None => None,
    };
    let pitch = Pitch {
        what: facts.say(|_| match ends {
            true => format!("Renew {units} × {} before they end", key.family),
            false if some => format!("Licence {units} × {}, missing or ending", key.family),
            false => format!("Licence {units} × {} that have none", key.family),
        }),
        why: facts.say(|_| match ends {
            true => "The licences end and the devices they are for stay.".to_string(),
            false if some => format!(
                "{ending} licence lines end while their devices stay; for the others no live line is left."
            ),
            false => "No live licence line is left for them in the book.".to_string(),
        }),
        product_evidence: worth.evidence,
        value: worth
            .total
            .zip(currency)
            .map(|(amount, currency)| Money { amount, currency }),
        value_basis,
        deadline: deadline(facts, group),
        confidence: Decimal::new(worth.confidence, 2),
        portfolio,
        caveat: facts.say(|_| "A licence may stand in an account or agreement the files do not show, and lines that name \
                 no device fit any: the count is meant, not which boxes. New stages may dilute Onboard and \
                 Adoption until they are done."
            .to_string()),
        renewal: facts.say(|facts| facts
            .renewal_of(&first.line)
            .or_else(|| facts.renewal_for(key.account, currency))),
        per: "a year",
    };
    Some(assemble(facts, key, group, pitch))
}

#[derive(Default)]
struct Worth {
    total: Option<Decimal>,
    words: Vec<String>,
    /// Priced lines that end.
    ending: usize,
    unknown: Decimal,
    evidence: Vec<Evidence>,
    confidence: i64,
}

impl Worth {
    fn add(&mut self, value: Decimal) {
        self.total = Some(self.total.unwrap_or_default().saturating_add(value));
    }

    /// Licences that end: their own yearly value.
    fn ends(&mut self, ending: &[&Member], facts: &Facts<'_>) {
        for member in ending {
            let own = member.line.currency.is_some() && member.line.currency == facts.currency();
            match line_run_rate(&member.line).filter(|_| own) {
                Some((value, _)) => {
                    self.add(value);
                    self.ending += 1;
                }
                None => self.unknown += member.quantity(),
            }
        }
    }

    /// Devices without a licence: their sisters' licence at the book's price.
    fn lacks(&mut self, product: &str, bare: &[&Member], facts: &mut Facts<'_>) {
        let Some(pid) = bare.first().and_then(|m| m.names.pid.clone()) else {
            return;
        };
        let count: Decimal = bare.iter().map(|m| m.quantity()).sum();
        let Some(licence) = facts.licence(&pid) else {
            self.unknown += count;
            return;
        };
        self.confidence = self.confidence.min(if licence.own { SOME } else { NONE });
        let sisters = match licence.own {
            true => "the customer's sister devices have",
            false => "other customers of the book have",
        };
        self.evidence.extend(facts.say(|facts| {
            let lines = facts.own.licences().get(&licence.pid);
            let like = lines.and_then(|(_, line)| facts.snapshot.lines.get(*line));
            Some(Evidence {
                fact: format!(
                    "{} × {product}: {sisters} {}",
                    count.normalize(),
                    licence.pid
                ),
                source: match &like {
                    Some(like) => facts.source(like),
                    None => "the licences of the book".to_string(),
                },
                line: like.map(|like| like.id),
            })
        }));
        match licence.yearly {
            Some((median, listed, _)) => {
                self.add(median.amount.saturating_mul(count));
                self.words.extend(facts.say(|_| {
                    Some(format!(
                        "{product}: {} × {} a year of {} (median of {}{})",
                        count.normalize(),
                        median.amount,
                        licence.pid,
                        median.count,
                        if listed { ", list price" } else { "" },
                    ))
                }));
            }
            None => self.unknown += count,
        }
    }

    fn basis(&self) -> String {
        let ending = match self.ending {
            0 => None,
            1 => Some("yearly value of 1 line that ends".to_string()),
            many => Some(format!("yearly value of {many} lines that end")),
        };
        let words: Vec<&str> = ending
            .iter()
            .chain(&self.words)
            .map(String::as_str)
            .collect();
        if words.is_empty() {
            return "value unknown: the book has no price of such a licence".to_string();
        }
        let mut basis = words.join("; ");
        if !self.unknown.is_zero() {
            basis.push_str(&format!("; {} without a price", self.unknown.normalize()));
        }
        basis
    }
}

/// The earliest end of a licence, else the earliest last date of support.
fn deadline(facts: &Facts<'_>, group: &Group) -> Option<(NaiveDate, &'static str)> {
    let ends = group.members.iter().filter_map(|m| match m.trigger {
        Trigger::LicenceEnds(end) => Some((end, "end of the licence")),
        _ => None,
    });
    let support = group.members.iter().filter_map(|m| {
        let ldos = m.dates.ldos.as_ref()?;
        Some((ldos.date, "last date of support of the device"))
    });
    let support = support.filter(|(day, _)| *day >= facts.today);
    ends.min().or_else(|| support.min())
}
