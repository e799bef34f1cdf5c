//! Adoption stages completed after the assessment: each adds what its use case was booked for to the
//! use cases with that stage complete, and nothing to the base (program §8). Which stages a customer
//! has completed, and when, is in the use cases that the partner loaded; of a customer and offer
//! without one, in the book's adoption rows. What was booked are the customer's subscription lines of
//! that offer, found by its name.

use super::calendar::Calendar;
use super::exchange::Exchange;
use super::incentive::selected;
use super::names::Names;
use super::pack::{Pack, Quantity};
use super::units;
use crate::domain::adoption::Adoption;
use crate::domain::ids::{AccountId, LineId};
use crate::domain::incentive::{Eligibility, UseCase};
use crate::domain::line::{Line, LineKind};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// The stages that count, with the word of the milestone that completes each.
const STAGES: [(Quantity, &str); 2] = [
    (Quantity::OnboardedTcv, "onboard"),
    (Quantity::AdoptedTcv, "adopt"),
];

/// A stage completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// The line that was booked.
    pub line: LineId,
    portfolio: usize,
    booked: usize,
    done: usize,
    quantity: Quantity,
    amount: i128,
}

impl Milestone {
    /// What it adds to a quantity of a portfolio in the window of `months` that ends at `at`.
    pub fn adds(&self, quantity: Quantity, portfolio: usize, at: usize, months: usize) -> i128 {
        let counts = self.quantity == quantity && self.portfolio == portfolio;
        let inside = self.booked <= at && self.booked + months > at && self.done <= at;
        if counts && inside { self.amount } else { 0 }
    }
}

/// The rules and months that stages are counted by.
pub struct Ground<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The fiscal calendar.
    pub calendar: &'a Calendar,
    /// Portfolios.
    pub names: &'a Names,
    /// Place of the baseline month.
    pub m0: usize,
    /// Today.
    pub today: NaiveDate,
}

/// A customer's use of an offer: its booking day where it is known, and the month in which each of
/// [`STAGES`] was completed after the assessment.
struct Progress {
    offer: String,
    booked_on: Option<NaiveDate>,
    done: [Option<usize>; 2],
}

/// The stage whose completion an adoption row dates. A row names the first stage not completed and
/// since when, so only the stage just before it has a known day: Onboard where the customer now
/// implements, Adopt where it now optimizes. Earlier completions are the assessment's.
fn dated(row: &Adoption, quantity: Quantity) -> Option<NaiveDate> {
    let stage = row.stage.trim().to_lowercase();
    match (quantity, stage.as_str()) {
        (Quantity::OnboardedTcv, "implement") | (Quantity::AdoptedTcv, "optimize") => row.since,
        _ => None,
    }
}

/// The one use of each offer by each customer that counts (program §3), where a stage of it was
/// completed after the assessment.
fn progress(snapshot: &Snapshot, ground: &Ground<'_>) -> HashMap<AccountId, Vec<Progress>> {
    type Rows<'a> = (Vec<&'a UseCase>, Option<&'a Adoption>);
    let mut pairs: BTreeMap<(AccountId, String), Rows<'_>> = BTreeMap::new();
    let key = |account, offer: &str| (account, offer.trim().to_lowercase());
    for case in &snapshot.use_cases {
        let pair = pairs.entry(key(case.account, &case.offer)).or_default();
        pair.0.push(case);
    }
    for row in &snapshot.adoption {
        let pair = pairs.entry(key(row.account, &row.offer)).or_default();
        // of several the one with the earlier name, so that the order of a file does not matter
        if pair.1.is_none_or(|first| row.use_case < first.use_case) {
            pair.1 = Some(row);
        }
    }
    let mut found: HashMap<AccountId, Vec<Progress>> = HashMap::new();
    for ((account, offer), (cases, row)) in pairs {
        let case = selected(&cases);
        if offer.is_empty() || case.is_some_and(|c| c.eligibility == Eligibility::NotEligible) {
            continue;
        }
        let day = |(quantity, word): (Quantity, &str)| match case {
            Some(case) => {
                let rows = case.milestones.iter().filter(|m| &*m.stage == word);
                rows.filter_map(|milestone| milestone.done_on).min()
            }
            None => row.and_then(|row| dated(row, quantity)),
        };
        let done = STAGES.map(|stage| {
            let day = day(stage).filter(|day| *day <= ground.today)?;
            let month = ground.calendar.position_of(day)?;
            (month > ground.m0).then_some(month)
        });
        if done.iter().any(Option::is_some) {
            found.entry(account).or_default().push(Progress {
                offer,
                booked_on: case.and_then(|case| case.booked_on),
                done,
            });
        }
    }
    found
}

/// Stages of these lines that were completed after the baseline month, up to today. A line counts
/// once for a stage, by the earliest completion, however many offers its text names.
pub fn completed_since(
    snapshot: &Snapshot,
    lines: impl Iterator<Item = Line>,
    ground: &Ground<'_>,
) -> Vec<Milestone> {
    let by_account = progress(snapshot, ground);
    let mut found = Vec::new();
    if by_account.is_empty() {
        return found;
    }
    let exchange = Exchange::of(ground.pack);
    for line in lines {
        let known = by_account.get(&line.account);
        let Some(known) = known.filter(|_| line.kind == LineKind::Subscription) else {
            continue;
        };
        let own: Vec<&Progress> = known.iter().filter(|p| is_of(&line, &p.offer)).collect();
        if own.is_empty() {
            continue;
        }
        let portfolio = line.portfolio().and_then(|p| ground.names.number(p));
        let (Some(portfolio), Some(amount)) = (portfolio, booked_for(&line, &exchange)) else {
            continue;
        };
        for (at, (quantity, _)) in STAGES.into_iter().enumerate() {
            let completions = own.iter().filter_map(|progress| {
                let day = progress.booked_on.or(line.start)?;
                let booked = ground.calendar.position_of(day)?;
                Some((progress.done.get(at).copied().flatten()?, booked))
            });
            if let Some((done, booked)) = completions.min() {
                found.push(Milestone {
                    line: line.id,
                    portfolio,
                    booked,
                    done,
                    quantity,
                    amount,
                });
            }
        }
    }
    found
}

/// What a line was booked for, in minor units of the projection's currency at the rate of the day it
/// began (decision 20).
fn booked_for(line: &Line, exchange: &Exchange) -> Option<i128> {
    let currency = line.currency?;
    let net = currency.round(line.extended_net?);
    exchange.home_units(
        units::of(net, currency.minor_units())?,
        currency,
        line.start?,
    )
}

/// True where the line's description or product names the offer.
fn is_of(line: &Line, offer: &str) -> bool {
    let names = |text: &Option<std::sync::Arc<str>>| {
        let text = text.as_deref().unwrap_or_default().to_lowercase();
        text.contains(offer)
    };
    names(&line.description) || names(&line.pid) || names(&line.service_sku)
}
