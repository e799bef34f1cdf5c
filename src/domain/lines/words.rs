//! What stands on thousands of lines and is kept once: products, levels, contracts, customers.

use crate::domain::ids::{AccountId, BatchId, ContractId, SiteId};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Most texts kept once. A book with more of them has a column that differs from line to line; then
/// a text beside its line takes less than one in a list.
const TEXTS: usize = 1 << 17;

/// Values that lines name by number.
#[derive(Clone, Default)]
pub(super) struct Words {
    pub contracts: List<ContractId>,
    pub accounts: List<AccountId>,
    pub sites: List<SiteId>,
    pub batches: List<BatchId>,
    texts: List<Arc<str>>,
}

impl Words {
    /// The number of a text, unless there are too many already.
    pub fn number(&mut self, text: &Arc<str>) -> Option<u32> {
        match self.texts.find(text) {
            Some(number) => Some(number),
            None => (self.texts.len() < TEXTS).then(|| self.texts.number(text)),
        }
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> Option<&Arc<str>> {
        self.texts.get(number)
    }

    /// Bytes held, the texts themselves not counted.
    pub fn bytes(&self) -> usize {
        let ids = self.contracts.len() + self.accounts.len() + self.sites.len();
        (ids + self.batches.len() + self.texts.len()) * 2 * size_of::<(u128, u32)>()
    }
}

/// Values in the order they were first met.
#[derive(Clone)]
pub(super) struct List<T> {
    values: Arc<Vec<T>>,
    numbers: Arc<HashMap<T, u32>>,
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

impl<T: Clone + Eq + Hash> List<T> {
    /// The number of a value, given now if it had none.
    pub fn number(&mut self, value: &T) -> u32 {
        // lines of one contract, customer and product mostly stand together
        if self.values.get(self.last as usize) == Some(value) {
            return self.last;
        }
        self.last = match self.find(value) {
            Some(number) => number,
            None => {
                let number = self.values.len() as u32;
                Arc::make_mut(&mut self.values).push(value.clone());
                Arc::make_mut(&mut self.numbers).insert(value.clone(), number);
                number
            }
        };
        self.last
    }

    fn find(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The value of a number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }
}
