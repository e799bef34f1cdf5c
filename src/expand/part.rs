//! Suggestions as they are found and as they are kept: a few numbers each, with customers, families and
//! decisions named once. What is found of some customers is a [`Part`]; parts become a list in `list`.

use super::facts::Facts;
use super::ground::Ground;
use super::group::GroupKey;
use super::list::{Brief, each_of};
use super::{Play, Scene, Suggestion};
use crate::domain::ids::AccountId;
use crate::domain::money::Money;
use crate::domain::suggestion::Decision;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// Lines of a customer from which on its suggestions are kept in full: to read so many again would
/// take longer than a key may.
const MANY: usize = 20_000;

/// What is kept of one: customer, family and decision by their numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    rank: Decimal,
    value: Option<Money>,
    deadline: Option<NaiveDate>,
    pub account: u32,
    family: u32,
    /// One more than its number; 0 for none.
    pub decision: u32,
    play: Play,
}

/// What many suggestions name, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    /// Customers with suggestions.
    pub accounts: Vec<AccountId>,
    families: Vec<Arc<str>>,
    pub decisions: Vec<Decision>,
}

impl Named {
    pub fn brief(&self, kept: &Kept) -> Option<Brief<'_>> {
        let decision = kept.decision.checked_sub(1);
        Some(Brief {
            play: kept.play,
            account: *self.accounts.get(kept.account as usize)?,
            family: self.families.get(kept.family as usize)?,
            value: kept.value,
            deadline: kept.deadline,
            rank: kept.rank,
            decision: decision.and_then(|at| self.decisions.get(at as usize)),
        })
    }

    /// Where it stands in the list.
    pub fn order(&self, kept: &Kept, ground: &Ground) -> impl Ord + use<> {
        let family = self.families.get(kept.family as usize).cloned();
        let account = self.accounts.get(kept.account as usize).copied();
        let key = (kept.play.id(), account, family);
        order(ground, kept.value, kept.rank, kept.deadline, key)
    }
}

/// Suggestions as they are found, a customer's after another's.
#[derive(Debug, Default)]
pub(super) struct Finding {
    pub list: Vec<Kept>,
    pub named: Named,
    families: HashMap<Arc<str>, u32>,
}

/// The suggestions of some customers, not in order yet; see [`Suggestions::joined`].
#[derive(Debug, Default)]
pub struct Part {
    pub(super) found: Finding,
    /// Those of customers with very many lines.
    pub(super) large: Vec<Suggestion>,
}

impl Part {
    /// Works out what follows for these customers, one after another.
    pub fn of(
        scene: Scene<'_>,
        ground: &Ground,
        accounts: impl IntoIterator<Item = AccountId>,
    ) -> Part {
        let mut facts = Facts::new(scene, ground);
        let mut part = Part::default();
        for account in accounts {
            facts.words = ground.lines_of(account).len() >= MANY;
            for (key, full) in each_of(&mut facts, account) {
                part.found.put(key, &full);
                if facts.words {
                    part.large.push(full);
                }
            }
        }
        part
    }
}

impl Finding {
    /// Takes in what was found of other customers.
    pub fn append(&mut self, other: Finding) {
        if self.named.accounts.is_empty() {
            *self = other;
            return;
        }
        let accounts = self.named.accounts.len() as u32;
        let decisions = self.named.decisions.len() as u32;
        let families: Vec<u32> = other
            .named
            .families
            .into_iter()
            .map(|f| self.family(f))
            .collect();
        self.named.accounts.extend(other.named.accounts);
        self.named.decisions.extend(other.named.decisions);
        self.list.extend(other.list.into_iter().filter_map(|kept| {
            Some(Kept {
                account: kept.account + accounts,
                family: *families.get(kept.family as usize)?,
                decision: match kept.decision {
                    0 => 0,
                    number => number + decisions,
                },
                ..kept
            })
        }));
    }

    /// What was found, named as beside what others name.
    pub fn named_beside(self, others: &Named) -> (Vec<Kept>, Named) {
        let mut all = Finding {
            named: others.clone(),
            ..Finding::default()
        };
        let families = all.named.families.iter().cloned();
        all.families = families.zip(0..).collect();
        all.append(self);
        (all.list, all.named)
    }

    /// The number of a family.
    fn family(&mut self, family: Arc<str>) -> u32 {
        let families = &mut self.named.families;
        *self.families.entry(family).or_insert_with_key(|family| {
            families.push(Arc::clone(family));
            families.len() as u32 - 1
        })
    }

    pub fn put(&mut self, key: GroupKey, full: &Suggestion) {
        let family = self.family(key.family);
        let named = &mut self.named;
        if named.accounts.last() != Some(&key.account) {
            named.accounts.push(key.account);
        }
        named.decisions.extend(full.decision.clone());
        let decided = full.decision.is_some();
        self.list.push(Kept {
            rank: full.rank,
            value: full.value,
            deadline: full.deadline,
            account: named.accounts.len() as u32 - 1,
            family,
            decision: if decided {
                named.decisions.len() as u32
            } else {
                0
            },
            play: key.play,
        });
    }

    /// The list, best first, and what it names.
    pub fn sorted(self, ground: &Ground) -> (Vec<Kept>, Named) {
        let (mut list, mut named) = (self.list, self.named);
        list.shrink_to_fit();
        named.accounts.shrink_to_fit();
        list.sort_by_cached_key(|kept| named.order(kept, ground));
        (list, named)
    }
}

/// What a list is sorted by: valued ones first by rank, those in the book's commonest currency before
/// the others; ties by deadline, then key.
pub(super) fn order<K: Ord>(
    ground: &Ground,
    value: Option<Money>,
    rank: Decimal,
    deadline: Option<NaiveDate>,
    key: K,
) -> impl Ord + use<K> {
    let place = value.map_or(usize::MAX, |value| ground.prices.place_of(value.currency));
    let deadline = deadline.unwrap_or(NaiveDate::MAX);
    (place, Reverse(rank), deadline, key)
}
