//! Finds rows by their ids without holding the ids a second time: a table of row numbers, searched
//! by the hash of what stands there.

use crate::domain::snapshot::IdHasher;
use std::hash::{BuildHasher, BuildHasherDefault, Hash};

/// A slot nothing stands in.
const FREE: u32 = u32::MAX;

/// Row numbers by the hash of their ids. Whoever asks knows which id has which number.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// A power of two of them, an eighth of them free at least.
    slots: Vec<u32>,
    count: usize,
}

/// The hash an [`Index`] is asked by.
pub fn hash_of<K: Hash>(key: &K) -> u64 {
    BuildHasherDefault::<IdHasher>::default().hash_one(key)
}

impl Index {
    /// An empty one with room for `n` numbers.
    pub fn with_capacity(n: usize) -> Index {
        let mut index = Index::default();
        if n > 0 {
            index.slots = vec![FREE; slots_for(n)];
        }
        index
    }

    /// The number with that hash of which `is` says that it is the one.
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash)?;
        loop {
            match *self.slots.get(at)? {
                FREE => return None,
                number if is(number) => return Some(number),
                _ => at = self.after(at),
            }
        }
    }

    /// Adds a number that is not there. `hash_of` gives the hash of any that is.
    pub fn add(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        if (self.count + 1) * 8 > self.slots.len() * 7 {
            let wider = vec![FREE; slots_for((self.count + 1) * 2)];
            for number in std::mem::replace(&mut self.slots, wider) {
                if number != FREE {
                    self.place(hash_of(number), number);
                }
            }
        }
        self.place(hash, number);
        self.count += 1;
    }

    /// Gives the row that has the number `from` the number `to`.
    pub fn renumber(&mut self, hash: u64, from: u32, to: u32) {
        if let Some(slot) = self
            .slot_of(hash, from)
            .and_then(|at| self.slots.get_mut(at))
        {
            *slot = to;
        }
    }

    /// Takes a number out; those behind it that could not stand where they belong move up.
    pub fn remove(&mut self, hash: u64, number: u32, hash_of: impl Fn(u32) -> u64) {
        let Some(mut gap) = self.slot_of(hash, number) else {
            return;
        };
        self.count -= 1;
        let mut at = gap;
        loop {
            at = self.after(at);
            let next = self.slots.get(at).copied().unwrap_or(FREE);
            if next == FREE {
                break;
            }
            let home = self.home(hash_of(next)).unwrap_or(at);
            let mask = self.slots.len() - 1;
            // it may stand in the gap when its home is not between the two
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(gap) & mask) {
                self.set(gap, next);
                gap = at;
            }
        }
        self.set(gap, FREE);
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        self.slots.len() * size_of::<u32>()
    }

    fn home(&self, hash: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        Some((hash >> 20) as usize & mask)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    fn slot_of(&self, hash: u64, number: u32) -> Option<usize> {
        let mut at = self.home(hash)?;
        loop {
            match *self.slots.get(at)? {
                FREE => return None,
                found if found == number => return Some(at),
                _ => at = self.after(at),
            }
        }
    }

    fn place(&mut self, hash: u64, number: u32) {
        let Some(mut at) = self.home(hash) else {
            return;
        };
        while self.slots.get(at).is_some_and(|slot| *slot != FREE) {
            at = self.after(at);
        }
        self.set(at, number);
    }

    fn set(&mut self, at: usize, number: u32) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = number;
        }
    }
}

/// Slots for so many numbers.
fn slots_for(n: usize) -> usize {
    (n * 8 / 7 + 1).next_power_of_two().max(8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// Against a map: keys that come, go and are renumbered, many of them with the same hash.
        #[test]
        fn an_index_finds_what_a_map_holds(steps in prop::collection::vec((0u8..3, 0u16..60), 0..300)) {
            let hash = |key: u16| u64::from(key % 7) << 20;
            let mut index = Index::default();
            let mut keys: Vec<u16> = Vec::new();
            let mut map: BTreeMap<u16, ()> = BTreeMap::new();
            for (what, key) in steps {
                let found = index.find(hash(key), |at| keys[at as usize] == key);
                prop_assert_eq!(found.is_some(), map.contains_key(&key));
                match found {
                    None => {
                        index.add(hash(key), keys.len() as u32, |at| hash(keys[at as usize]));
                        keys.push(key);
                        map.insert(key, ());
                    }
                    Some(at) if what == 0 => {
                        index.remove(hash(key), at, |at| hash(keys[at as usize]));
                        keys.swap_remove(at as usize);
                        if let Some(moved) = keys.get(at as usize) {
                            index.renumber(hash(*moved), keys.len() as u32, at);
                        }
                        map.remove(&key);
                    }
                    Some(_) => {}
                }
                for key in 0..60 {
                    let found = index.find(hash(key), |at| keys[at as usize] == key);
                    prop_assert_eq!(found.is_some(), map.contains_key(&key));
                }
            }
        }
    }
}
