//! The tier ladder: which level of service is above which, and what a customer's norm is. Parallel
//! programmes are not crossed.

use super::facts::Facts;
use super::own::Tally;
use super::price::level_of;
use crate::catalogue::{Catalogue, ServiceLevel};
use crate::domain::day::add_days;
use crate::domain::ids::LineId;
use crate::domain::line::Line;
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// The level a line would be raised to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The code it has, in words.
    pub from: String,
    /// The code of the norm.
    pub code: Arc<str>,
    /// The same in words.
    pub to: String,
    /// The axes that move, in words.
    pub moves: String,
    /// How many lines have the norm, of how many, and where: the family or the site.
    pub peers: (usize, usize, &'static str),
    /// One of those lines.
    pub like: LineId,
}

/// A level with how many lines have it, of how many, and one of them.
pub(super) type Norm = (Arc<str>, usize, usize, LineId);

/// What a line would be raised to at its renewal: the norm of the customer's family or site, where that is
/// above it and the book shows its code on the product. `None` where nothing is below anything.
pub(super) fn below(
    line: &Line,
    end: NaiveDate,
    facts: &mut Facts<'_>,
) -> Option<Result<Target, String>> {
    if end > add_days(facts.today, facts.rules.plays.uplift_days) {
        return None;
    }
    target(line, facts)
}

/// As [`below`], whenever the line is renewed.
pub(super) fn target(line: &Line, facts: &mut Facts<'_>) -> Option<Result<Target, String>> {
    let (pid, code) = (line.pid.as_ref()?, level_of(line));
    let now = level(facts.catalogue, code)?;
    let family = facts.product(pid).family.clone();
    let of_family = facts.family_norm(&family);
    let of_site = line.site.and_then(|site| facts.site_norm(site));
    let norms = [(of_family, "of this family"), (of_site, "at this site")];
    let mut refused = None;
    for (norm, scope) in norms {
        let Some((to, count, all, like)) = norm else {
            continue;
        };
        let moves = if *to == *code {
            None
        } else {
            above(&to, now, facts)
        };
        let Some(moves) = moves else { continue };
        let own = facts.own.levels(pid).and_then(|levels| levels.at(&to));
        if own.is_none() && !facts.ground.prices.shows(pid, &to) {
            refused = refused.or(Some(format!(
                "no line of the book shows {to} on its product"
            )));
            continue;
        }
        let words = |code: &str| match level(facts.catalogue, code) {
            Some(known) if !known.response.is_empty() => format!("{} ({code})", known.response),
            _ => code.to_string(),
        };
        return Some(Ok(Target {
            from: words(code),
            to: words(&to),
            code: to,
            moves,
            peers: (count, all, scope),
            like: own.unwrap_or(like),
        }));
    }
    refused.map(Err)
}

fn level<'c>(catalogue: &'c Catalogue, code: &str) -> Option<&'c ServiceLevel> {
    catalogue.service_level_of_code(code)
}

/// The level that enough lines and more than the share of them have: its code, how many, of how many.
pub(super) fn norm(tally: &Tally, rules: &Rules) -> Option<Norm> {
    let all: usize = tally.values().map(|(count, _)| count).sum();
    let (code, (count, like)) = tally
        .iter()
        .filter(|(code, _)| !code.is_empty())
        .max_by_key(|(_, (count, _))| *count)?;
    let share = Decimal::from(*count) * Decimal::ONE_HUNDRED;
    let most = share > Decimal::from(all) * rules.plays.norm_pct;
    let enough = *count >= rules.plays.norm_lines;
    (most && enough).then(|| (Arc::clone(code), *count, all, *like))
}

/// The axes on which a code is above a level, in words; `None` where it is on none, is below on one, or
/// stands in another programme that is no rung of the ladder.
fn above(code: &str, now: &ServiceLevel, facts: &Facts<'_>) -> Option<String> {
    let to = level(facts.catalogue, code)?;
    let rank = |axis: &str, name: &str| {
        let mut rungs = facts.rules.tiers.iter();
        let rung = rungs.find(|tier| tier.axis == axis && *tier.name == *name);
        rung.map(|tier| tier.rank)
    };
    let programme = match to.programme == now.programme {
        true => 0,
        false => rank("programme", &to.programme)? - rank("programme", &now.programme)?,
    };
    let response = match to.response == now.response {
        true => 0,
        false => rank("response", &to.response)? - rank("response", &now.response)?,
    };
    let onsite = i64::from(to.onsite) - i64::from(now.onsite);
    let drives = i64::from(to.drive_retention) - i64::from(now.drive_retention);
    if [programme, response, onsite, drives]
        .iter()
        .any(|moved| *moved < 0)
    {
        return None;
    }
    let mut words = Vec::new();
    if response > 0 {
        words.push(format!("response {} to {}", now.response, to.response));
    }
    if programme > 0 {
        words.push(format!("programme {} to {}", now.programme, to.programme));
    }
    if onsite > 0 {
        words.push("onsite added".to_string());
    }
    if drives > 0 {
        words.push("drive retention added".to_string());
    }
    (!words.is_empty()).then(|| words.join(", "))
}
