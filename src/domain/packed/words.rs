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

/// Most parts kept once. A book with more of them has prices that differ from box to box, and a part
/// beside its row takes less than one in a list.
const PARTS: usize = 1 << 15;

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
    texts: Shared<str, TEXTS>,
    parts: Shared<[u8], PARTS>,
}

impl Words {
    /// The number of a text, unless there are too many already.
    pub fn number(&mut self, text: &Arc<str>) -> Option<u32> {
        self.texts.number(text, || Arc::clone(text))
    }

    /// The same of a text that is nobody's yet.
    pub fn number_of(&mut self, text: &str) -> Option<u32> {
        self.texts.number(text, || Arc::from(text))
    }

    /// The number of a part of a row that other rows have byte for byte, unless there are too many already.
    pub fn part_number(&mut self, part: &[u8]) -> Option<u32> {
        self.parts.number(part, || part.into())
    }

    /// The part of a number.
    pub fn part(&self, number: u32) -> Option<&[u8]> {
        self.parts.values.get(number as usize).map(|part| &**part)
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> Option<&Arc<str>> {
        self.texts.values.get(number as usize)
    }

    /// The same with texts of their own, to be read by one thread while others read these: whoever unpacks a
    /// row counts its holders of every text, and two that do so at once wait for each other.
    pub fn apart(&self) -> Words {
        let texts = self.texts.values.iter();
        let texts = texts.map(|text| Arc::from(&**text)).collect();
        let mut own = self.clone();
        own.texts.values = Arc::new(texts);
        own
    }

    /// Gives back the room that values to come would have had.
    pub fn shrink(&mut self) {
        self.contracts.shrink();
        self.accounts.shrink();
        self.sites.shrink();
        self.batches.shrink();
        self.currencies.shrink();
        self.shapes.shrink();
        self.texts.shrink();
        self.parts.shrink();
    }

    /// Bytes held, the texts themselves not counted.
    pub fn bytes(&self) -> usize {
        let ids = self.contracts.bytes() + self.accounts.bytes() + self.sites.bytes();
        let shared = self.texts.values.len() + self.parts.values.len();
        let shared = shared * 2 * size_of::<(u128, u32)>();
        ids + self.batches.bytes() + self.shapes.bytes() + shared
    }
}

/// Texts, or bytes, in the order they were first met.
///
/// They come from files: the map's own hasher keeps those of a stranger from all meeting in one slot.
struct Shared<T: ?Sized, const MOST: usize> {
    values: Arc<Vec<Arc<T>>>,
    numbers: Arc<HashMap<Arc<T>, u32>>,
    last: u32,
}

impl<T: ?Sized, const MOST: usize> Clone for Shared<T, MOST> {
    fn clone(&self) -> Self {
        Shared {
            values: Arc::clone(&self.values),
            numbers: Arc::clone(&self.numbers),
            last: self.last,
        }
    }
}

impl<T: ?Sized, const MOST: usize> Default for Shared<T, MOST> {
    fn default() -> Self {
        Shared {
            values: Arc::default(),
            numbers: Arc::default(),
            last: 0,
        }
    }
}

impl<T: ?Sized + Eq + Hash, const MOST: usize> Shared<T, MOST> {
    /// The number of a value, `made` where it is to be kept.
    fn number(&mut self, value: &T, made: impl FnOnce() -> Arc<T>) -> Option<u32> {
        // rows of one contract and product mostly stand together
        let last = self.values.get(self.last as usize);
        if last.is_some_and(|last| **last == *value) {
            return Some(self.last);
        }
        self.last = match self.numbers.get(value) {
            Some(number) => *number,
            None if self.values.len() >= MOST => return None,
            None => {
                let number = self.values.len() as u32;
                let value = made();
                Arc::make_mut(&mut self.values).push(Arc::clone(&value));
                Arc::make_mut(&mut self.numbers).insert(value, number);
                number
            }
        };
        Some(self.last)
    }

    fn shrink(&mut self) {
        if let Some(values) = Arc::get_mut(&mut self.values) {
            values.shrink_to_fit();
        }
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
