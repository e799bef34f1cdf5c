//! The deals of a book, each found by its renewal. An id is held once, in its deal. Pure.

use super::deal::{Deal, Expected};
use crate::domain::ids::RenewalId;
use crate::domain::packed::index::{Index, hash_of};
use crate::domain::rules::RiskLevel;
use std::collections::HashMap;
use std::sync::Arc;

/// Deals in the order they came; one that goes leaves no hole (the last one takes its place).
#[derive(Clone, Debug, Default)]
pub struct Roster {
    deals: Vec<Deal>,
    index: Index,
    expected: HashMap<Likely, Arc<Expected>>,
}

/// What is expected, digit for digit: 0.5 and 0.50 are told apart.
type Likely = ([u8; 16], [u8; 16], Option<RiskLevel>, u32);

/// Entries nobody holds any more that are let be.
const FEW: usize = 1_000;

impl Roster {
    /// An empty one with room for `n` deals.
    pub fn with_capacity(n: usize) -> Roster {
        Roster {
            deals: Vec::with_capacity(n),
            index: Index::with_capacity(n),
            expected: HashMap::new(),
        }
    }

    /// All deals.
    pub fn all(&self) -> &[Deal] {
        &self.deals
    }

    /// All deals, to be changed; each stays that of its renewal.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Deal> {
        self.deals.iter_mut()
    }

    /// The deal of a renewal.
    pub fn get(&self, id: RenewalId) -> Option<&Deal> {
        self.deals.get(self.place(id)?)
    }

    /// Adds a deal, or puts it in the place of the one of its renewal.
    pub fn put(&mut self, mut deal: Deal) {
        self.share_expected(&mut deal);
        match self.place(deal.id).and_then(|at| self.deals.get_mut(at)) {
            Some(slot) => *slot = deal,
            None => {
                let (hash, number) = (hash_of(&deal.id), self.deals.len() as u32);
                self.deals.push(deal);
                self.index.add(hash, number, hash_in(&self.deals));
            }
        }
    }

    /// Has a deal hold what is expected of it together with those of which the same is.
    fn share_expected(&mut self, deal: &mut Deal) {
        let own = &deal.expected;
        let likely = (
            own.p.serialize(),
            own.odds_pct.serialize(),
            own.risk,
            own.chance,
        );
        let known = self.expected.entry(likely);
        let shared = known.or_insert_with(|| Arc::clone(own));
        deal.expected = Arc::clone(shared);
        if self.expected.len() > self.deals.len() + FEW {
            self.expected.retain(|_, held| Arc::strong_count(held) > 1);
        }
    }

    /// Takes the deal of a renewal out.
    pub fn remove(&mut self, id: RenewalId) -> Option<Deal> {
        let at = self.place(id)?;
        self.index
            .remove(hash_of(&id), at as u32, hash_in(&self.deals));
        let gone = self.deals.swap_remove(at);
        if let Some(moved) = self.deals.get(at) {
            let last = self.deals.len() as u32;
            self.index.renumber(hash_of(&moved.id), last, at as u32);
        }
        Some(gone)
    }

    fn place(&self, id: RenewalId) -> Option<usize> {
        let is = |at: u32| {
            self.deals
                .get(at as usize)
                .is_some_and(|deal| deal.id == id)
        };
        let found = self.index.find(hash_of(&id), is);
        found.map(|place| place as usize)
    }
}

fn hash_in(deals: &[Deal]) -> impl Fn(u32) -> u64 {
    |at| deals.get(at as usize).map_or(0, |deal| hash_of(&deal.id))
}
