//! Use cases by how far their customer has come: stage, since when, whether it stalls, and the renewal and
//! incentive window that depend on it.

use crate::domain::ids::{AccountId, RenewalId};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// A use case of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The customer.
    pub account: AccountId,
    /// Its name.
    pub customer: Arc<str>,
    /// Offer.
    pub offer: Arc<str>,
    /// Use case.
    pub use_case: Arc<str>,
    /// Stage.
    pub stage: Arc<str>,
    /// Adopted, percent.
    pub adoption_pct: Option<Decimal>,
    /// In this stage since.
    pub since: Option<NaiveDate>,
    /// No source says since when: that is the day a file first showed it there, and it is there for so many
    /// days at least.
    pub at_least: bool,
    /// Days in it.
    pub days: Option<i64>,
    /// What is left to do in the stage.
    pub open_actions: Option<Arc<str>>,
    /// The customer stands still, see [`Adoption::stalls`](crate::domain::adoption::Adoption::stalls).
    pub stalled: bool,
    /// The customer's open renewal that ends next.
    pub renewal: Option<(RenewalId, NaiveDate)>,
    /// Last day on which a milestone still pays, by the partner's own file.
    pub pays_until: Option<NaiveDate>,
}

/// The board on a day: stalled ones first, then by the renewal that ends next, customer, offer and use
/// case.
pub fn adoption_board(snapshot: &Snapshot, rules: &Rules, today: NaiveDate) -> Vec<Entry> {
    let mut next: HashMap<AccountId, (RenewalId, NaiveDate)> = HashMap::new();
    for renewal in snapshot.renewals.iter() {
        if !rules.is_open(&renewal.stage) || renewal.end < today {
            continue;
        }
        let contract = snapshot.contracts.get(renewal.contract);
        if let Some(account) = contract.map(|contract| contract.account) {
            let known = next.entry(account).or_insert((renewal.id, renewal.end));
            if (renewal.end, renewal.id) < (known.1, known.0) {
                *known = (renewal.id, renewal.end);
            }
        }
    }
    let mut pays: HashMap<(AccountId, Arc<str>), NaiveDate> = HashMap::new();
    for case in snapshot.use_cases.iter() {
        if let Some(day) = case.expires_on {
            let last = pays.entry((case.account, case.use_case.clone()));
            let last = last.or_insert(day);
            *last = day.max(*last);
        }
    }
    let mut board: Vec<Entry> = snapshot
        .adoption
        .iter()
        .map(|state| {
            let since = state.since.or(state.seen);
            let days = since.map(|since| (today - since).num_days());
            let name = snapshot.accounts.get(state.account);
            Entry {
                account: state.account,
                customer: name.map_or_else(|| "".into(), |account| account.name.clone()),
                offer: state.offer.clone(),
                use_case: state.use_case.clone(),
                stage: state.stage.clone(),
                adoption_pct: state.adoption_pct,
                since,
                at_least: state.since.is_none(),
                days,
                open_actions: state.open_actions.clone(),
                stalled: state.stalls(&rules.plays, today),
                renewal: next.get(&state.account).copied(),
                pays_until: pays.get(&(state.account, state.use_case.clone())).copied(),
            }
        })
        .collect();
    board.sort_by(|a, b| {
        let key = |entry: &Entry| {
            let end = entry.renewal.map_or(NaiveDate::MAX, |(_, end)| end);
            (!entry.stalled, end)
        };
        let words = |entry: &Entry| {
            (
                entry.customer.clone(),
                entry.offer.clone(),
                entry.use_case.clone(),
            )
        };
        key(a).cmp(&key(b)).then_with(|| words(a).cmp(&words(b)))
    });
    board
}
