//! Adoption stages completed after the assessment: each adds what its use case was booked for to the
//! use cases with that stage complete, and nothing to the base (program §8). The book's adoption
//! rows say which stage a customer has reached and since when; what was booked are the customer's
//! subscription lines of that offer, found by its name.

use super::calendar::Calendar;
use super::names::Names;
use super::pack::{Pack, Quantity};
use super::units;
use crate::domain::adoption::Adoption;
use crate::domain::ids::AccountId;
use crate::domain::line::{Line, LineKind};
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A stage completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milestone {
    portfolio: usize,
    booked: usize,
    done: usize,
    quantity: Quantity,
    amount: i64,
}

impl Milestone {
    /// What it adds to a quantity of a portfolio in the window of `months` that ends at `at`.
    pub fn adds(&self, quantity: Quantity, portfolio: usize, at: usize, months: usize) -> i128 {
        let counts = self.quantity == quantity && self.portfolio == portfolio;
        let inside = self.booked <= at && self.booked + months > at && self.done <= at;
        if counts && inside {
            self.amount.into()
        } else {
            0
        }
    }
}

/// The stage whose completion an adoption row dates. A row names the first stage not completed and
/// since when, so only the stage just before it has a known day: Onboard where the customer now
/// implements, Adopt where it now optimizes. Earlier completions are the assessment's.
fn completed(row: &Adoption) -> Option<Quantity> {
    match row.stage.trim().to_lowercase().as_str() {
        "implement" => Some(Quantity::OnboardedTcv),
        "optimize" => Some(Quantity::AdoptedTcv),
        _ => None,
    }
}

/// Stages completed after the baseline month `m0`, up to today.
pub fn completed_since(
    snapshot: &Snapshot,
    (pack, calendar, names): (&Pack, &Calendar, &Names),
    m0: usize,
    today: NaiveDate,
) -> Vec<Milestone> {
    let mut by_account: HashMap<AccountId, Vec<(&Adoption, Quantity, usize)>> = HashMap::new();
    for row in &snapshot.adoption {
        let done = row.since.filter(|since| *since <= today);
        let month = done.and_then(|since| calendar.position_of(since));
        if let (Some(quantity), Some(month)) = (completed(row), month.filter(|m| *m > m0)) {
            let rows = by_account.entry(row.account).or_default();
            rows.push((row, quantity, month));
        }
    }
    let mut found = Vec::new();
    if by_account.is_empty() {
        return found;
    }
    for line in &snapshot.lines {
        let rows = by_account.get(&line.account).filter(|_| {
            line.kind == LineKind::Subscription && line.currency == Some(pack.currency)
        });
        for (row, quantity, done) in rows.into_iter().flatten() {
            let amount = line
                .extended_net
                .and_then(|net| units::of(pack.currency.round(net), pack.currency.minor_units()));
            let portfolio = line.portfolio().and_then(|p| names.number(p));
            let booked = line.start.and_then(|start| calendar.position_of(start));
            if let (Some(amount), Some(portfolio), Some(booked), true) =
                (amount, portfolio, booked, is_of(line, &row.offer))
            {
                found.push(Milestone {
                    portfolio,
                    booked,
                    done: *done,
                    quantity: *quantity,
                    amount,
                });
            }
        }
    }
    found
}

/// True where the line's description or product names the offer.
fn is_of(line: &Line, offer: &str) -> bool {
    let offer = offer.trim().to_lowercase();
    let names = |text: &Option<std::sync::Arc<str>>| {
        let text = text.as_deref().unwrap_or_default().to_lowercase();
        text.contains(&offer)
    };
    !offer.is_empty() && (names(&line.description) || names(&line.pid) || names(&line.service_sku))
}
