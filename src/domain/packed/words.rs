//! What stands on thousands of rows and is kept once: products, levels, contracts, customers.

use super::index::{Index, hash_of};
use crate::domain::ids::{AccountId, BatchId, ContractId, SiteId};
use crate::domain::money::Currency;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Most texts kept once. A book with more of them has a column that differs from row to row; then
/// a text beside its row takes less than one in a list.
const TEXTS: usize = 1 << 17;

/// Values that rows name by number.
#[derive(Clone, Default)]
pub struct Words {
    pub contracts: List<ContractId>,
    pub accounts: List<AccountId>,
    pub sites: List<SiteId>,
    pub batches: List<BatchId>,
    pub currencies: List<Currency>,
    /// Which optional fields a row has, and its small marks, as one number.
    pub shapes: List<u64>,
    texts: Texts,
}

impl Words {
    /// The number of a text, unless there are too many already.
    pub fn number(&mut self, text: &Arc<str>) -> Option<u32> {
        self.texts.number(text)
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> Option<&Arc<str>> {
        self.texts.values.get(number as usize)
    }

    /// Gives back the room that values to come would have had.
    pub fn shrink(&mut self) {
        self.contracts.shrink();
        self.accounts.shrink();
        self.sites.shrink();
        self.batches.shrink();
        self.currencies.shrink();
        self.shapes.shrink();
        if let Some(values) = Arc::get_mut(&mut self.texts.values) {
            values.shrink_to_fit();
        }
    }

    /// Bytes held, the texts themselves not counted.
    pub fn bytes(&self) -> usize {
        let ids = self.contracts.bytes() + self.accounts.bytes() + self.sites.bytes();
        let texts = self.texts.values.len() * 2 * size_of::<(u128, u32)>();
        ids + self.batches.bytes() + self.shapes.bytes() + texts
    }
}

/// Texts in the order they were first met.
///
/// They come from files: the map's own hasher keeps those of a stranger from all meeting in one slot.
#[derive(Clone, Default)]
struct Texts {
    values: Arc<Vec<Arc<str>>>,
    numbers: Arc<HashMap<Arc<str>, u32>>,
    last: u32,
}

impl Texts {
    fn number(&mut self, text: &Arc<str>) -> Option<u32> {
        // rows of one contract and product mostly stand together
        if self.values.get(self.last as usize) == Some(text) {
            return Some(self.last);
        }
        self.last = match self.numbers.get(text) {
            Some(number) => *number,
            None if self.values.len() >= TEXTS => return None,
            None => {
                let number = self.values.len() as u32;
                Arc::make_mut(&mut self.values).push(Arc::clone(text));
                Arc::make_mut(&mut self.numbers).insert(Arc::clone(text), number);
                number
            }
        };
        Some(self.last)
    }
}

/// Ids in the order they were first met.
#[derive(Clone)]
pub struct List<T> {
    values: Arc<Vec<T>>,
    numbers: Arc<Index>,
    last: u32,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List {
            values: Arc::default(),
            numbers: Arc::default(),
            last: 0,
        }
    }
}

impl<T: Copy + Eq + Hash> List<T> {
    /// The number of a value, given now if it had none.
    pub fn number(&mut self, value: T) -> u32 {
        // rows of one contract, customer and shape mostly stand together
        if self.values.get(self.last as usize) == Some(&value) {
            return self.last;
        }
        let hash = hash_of(&value);
        let found = self
            .numbers
            .find(hash, |number| self.get(number) == Some(value));
        self.last = found.unwrap_or_else(|| {
            let number = self.values.len() as u32;
            let values = Arc::make_mut(&mut self.values);
            values.push(value);
            let at = |number: u32| values.get(number as usize).map_or(0, hash_of);
            Arc::make_mut(&mut self.numbers).add(hash, number, at);
            number
        });
        self.last
    }

    /// The value of a number.
    pub fn get(&self, number: u32) -> Option<T> {
        self.values.get(number as usize).copied()
    }

    fn shrink(&mut self) {
        if let Some(values) = Arc::get_mut(&mut self.values) {
            values.shrink_to_fit();
        }
    }

    fn bytes(&self) -> usize {
        self.values.len() * size_of::<T>() + self.numbers.bytes()
    }
}
