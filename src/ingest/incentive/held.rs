//! Rows by what makes them the same, so that a file of very many rows is compared in one pass.

use crate::domain::command::IncentiveLoad;
use crate::domain::ids::{AccountId, UseCaseId};
use crate::domain::incentive::{Component, OfferGroup, Rate, RateColumn, UseCase};
use crate::domain::snapshot::Snapshot;
use std::collections::{HashMap, HashSet};

/// A name to compare by.
pub fn folded(text: &str) -> String {
    text.trim().to_uppercase()
}

/// A customer's use case, whatever its spelling.
pub type CaseKey = (AccountId, String, String);

/// What a file that replaces takes away: rows of the kinds it holds that it does not repeat.
pub fn drop_replaced(
    load: &mut IncentiveLoad,
    snapshot: &Snapshot,
    rates: &[Rate],
    groups: &[OfferGroup],
    cases: &[UseCase],
) {
    let new = Held::rows(rates, groups);
    if !rates.is_empty() {
        let gone = snapshot.rates.iter().filter(|held| !new.has_rate(held));
        load.drop_rates = gone.map(|held| held.id).collect();
    }
    if !groups.is_empty() {
        let gone = snapshot
            .offer_groups
            .iter()
            .filter(|held| !new.has_group(held));
        load.drop_groups = gone.map(|held| held.id).collect();
    }
    if !cases.is_empty() {
        let kept: HashSet<UseCaseId> = cases.iter().map(|case| case.id).collect();
        let gone = snapshot
            .use_cases
            .iter()
            .filter(|held| !kept.contains(&held.id));
        load.drop_use_cases = gone.map(|held| held.id).collect();
    }
}

/// Rows by what makes them the same, for books with very many of them.
pub struct Held<'a> {
    rates: HashMap<RateKey, Vec<&'a Rate>>,
    groups: HashMap<String, Vec<&'a OfferGroup>>,
    /// Use cases of the book.
    pub cases: HashMap<CaseKey, UseCaseId>,
}

impl<'a> Held<'a> {
    /// Those of a book.
    pub fn of(snapshot: &'a Snapshot) -> Held<'a> {
        let rows = Held::rows(snapshot.rates.as_slice(), snapshot.offer_groups.as_slice());
        let cases = snapshot.use_cases.iter();
        Held {
            cases: cases.map(|case| (case_key(case), case.id)).collect(),
            ..rows
        }
    }

    fn rows(rates: &'a [Rate], groups: &'a [OfferGroup]) -> Held<'a> {
        let mut held = Held {
            rates: HashMap::new(),
            groups: HashMap::new(),
            cases: HashMap::new(),
        };
        for rate in rates {
            held.rates.entry(rate_key(rate)).or_default().push(rate);
        }
        for group in groups {
            let key = folded(&group.product);
            held.groups.entry(key).or_default().push(group);
        }
        held
    }

    /// True when the same rate is among them.
    pub fn has_rate(&self, wanted: &Rate) -> bool {
        let same = self.rates.get(&rate_key(wanted));
        same.is_some_and(|rows| rows.iter().any(|held| same_rate(held, wanted)))
    }

    /// True when the same offer group is among them.
    pub fn has_group(&self, wanted: &OfferGroup) -> bool {
        let same = self.groups.get(&folded(&wanted.product));
        same.is_some_and(|rows| rows.iter().any(|held| same_group(held, wanted)))
    }
}

/// Customers by name and by party id.
pub fn accounts_of(snapshot: &Snapshot) -> HashMap<String, AccountId> {
    let mut accounts = HashMap::new();
    for account in &snapshot.accounts {
        if let Some(party) = &account.party_id {
            accounts.entry(folded(party)).or_insert(account.id);
        }
    }
    for account in &snapshot.accounts {
        accounts.insert(folded(&account.name), account.id);
    }
    accounts
}

/// What a rate is for, whatever its spelling.
pub type RateKey = (Component, RateColumn, String, String);

/// The key of a rate.
pub fn rate_key(rate: &Rate) -> RateKey {
    (
        rate.component,
        rate.column,
        folded(&rate.gsp),
        folded(&rate.region),
    )
}

/// True when two rates say the same.
pub fn same_rate(a: &Rate, b: &Rate) -> bool {
    rate_key(a) == rate_key(b)
        && (a.rate_pct, a.from, a.to, a.demo) == (b.rate_pct, b.from, b.to, b.demo)
}

/// True when two rows say the same of a product.
pub fn same_group(a: &OfferGroup, b: &OfferGroup) -> bool {
    folded(&a.product) == folded(&b.product)
        && a.gsp == b.gsp
        && (a.from, a.to, a.demo) == (b.from, b.to, b.demo)
}

/// The key of a use case.
pub fn case_key(case: &UseCase) -> CaseKey {
    (case.account, folded(&case.offer), folded(&case.use_case))
}
