//! Rows of one kind, packed: a hundred thousand renewals, contracts and quotes take as many bytes as
//! what is in them, and not the five hundred that a value with room for everything takes. As in
//! `domain::lines` a row comes out as a value and goes in as one. Pure.

pub(super) mod blocks;
pub(super) mod form;
pub mod index;
pub(super) mod numeral;
mod quote;
mod row;
pub(super) mod serial;
pub mod varint;
pub(super) mod words;

pub use numeral::Numbered;
pub use quote::QuoteHead;
pub use row::Ending;

use super::snapshot::Keyed;
use blocks::Blocks;
use form::{Reader, Writer};
use index::{Index, hash_of};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;
use words::Words;

/// In the place of a row that is held beside the blocks, which are full.
const BESIDE: u32 = u32::MAX;

/// From so many bytes on a row's length is remembered.
const LARGE: usize = 16 << 10;

/// Rows that can be packed.
pub trait Pack: Keyed + Sized {
    /// Writes everything but the id.
    #[doc(hidden)]
    fn write(&self, to: &mut Writer<'_>);
    /// Reads what was written.
    #[doc(hidden)]
    fn read(id: Self::Key, from: &mut Reader<'_>) -> Option<Self>;
}

/// Packed rows of one kind with an index by id. Rows keep the order they were put in; a removed
/// row leaves no hole (the last one takes its place).
pub struct Packed<T: Pack> {
    ids: Vec<T::Key>,
    /// Where the row of each id stands; [`BESIDE`] for one in `beside`.
    places: Vec<u32>,
    index: Index,
    blocks: Blocks,
    /// The bytes of rows for which the blocks have no room: none is ever left out.
    beside: HashMap<T::Key, Box<[u8]>>,
    /// How many bytes the rows of very many take: to find that out they would have to be read whole.
    large: HashMap<T::Key, usize>,
    words: Words,
    of: PhantomData<fn() -> T>,
}

impl<T: Pack> Default for Packed<T> {
    fn default() -> Self {
        Packed {
            ids: Vec::new(),
            places: Vec::new(),
            index: Index::default(),
            blocks: Blocks::default(),
            beside: HashMap::new(),
            large: HashMap::new(),
            words: Words::default(),
            of: PhantomData,
        }
    }
}

impl<T: Pack> Clone for Packed<T> {
    fn clone(&self) -> Self {
        Packed {
            ids: self.ids.clone(),
            places: self.places.clone(),
            index: self.index.clone(),
            blocks: self.blocks.clone(),
            beside: self.beside.clone(),
            large: self.large.clone(),
            words: self.words.clone(),
            of: PhantomData,
        }
    }
}

impl<T: Pack + std::fmt::Debug> std::fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: Pack> Packed<T> {
    /// An empty set with room for the ids of `n` rows.
    pub fn with_capacity(n: usize) -> Self {
        Packed {
            ids: Vec::with_capacity(n),
            places: Vec::with_capacity(n),
            index: Index::with_capacity(n),
            ..Packed::default()
        }
    }

    /// The row with that id.
    pub fn get(&self, id: T::Key) -> Option<T> {
        self.at(self.number(id)?)
    }

    /// True when there is a row with that id.
    pub fn contains(&self, id: T::Key) -> bool {
        self.number(id).is_some()
    }

    /// The row at a place in the order.
    pub fn at(&self, at: usize) -> Option<T> {
        self.look_at(at, T::read)
    }

    /// Adds a row or replaces the one with its id.
    pub fn put(&mut self, row: T) {
        let id = row.key();
        let words = &mut self.words;
        let mut length = 0;
        let mut write = |out: &mut Vec<u8>| {
            let from = out.len();
            row.write(&mut Writer::new(out, words));
            length = out.len() - from;
        };
        let place = self.blocks.put(&mut write);
        let beside = place.is_none().then(|| {
            let mut bytes = Vec::new();
            write(&mut bytes);
            bytes.into_boxed_slice()
        });
        let place = place.unwrap_or(BESIDE);
        match self.number(id) {
            Some(at) => {
                self.leave(at);
                if let Some(slot) = self.places.get_mut(at) {
                    *slot = place;
                }
            }
            None => {
                let ids = &mut self.ids;
                let number = ids.len() as u32;
                ids.push(id);
                self.places.push(place);
                let at = |number: u32| ids.get(number as usize).map_or(0, hash_of);
                self.index.add(hash_of(&id), number, at);
            }
        }
        if let Some(bytes) = beside {
            self.beside.insert(id, bytes);
        } else if length >= LARGE {
            self.large.insert(id, length);
        }
        if self.blocks.is_wasteful() {
            *self = self.iter().collect();
        }
    }

    /// Removes a row.
    pub fn remove(&mut self, id: T::Key) -> Option<T> {
        let at = self.number(id)?;
        let gone = self.at(at);
        self.leave(at);
        let ids = &self.ids;
        let hash = |number: u32| ids.get(number as usize).map_or(0, hash_of);
        self.index.remove(hash_of(&id), at as u32, hash);
        self.ids.swap_remove(at);
        self.places.swap_remove(at);
        if let Some(moved) = self.ids.get(at) {
            let last = self.ids.len() as u32;
            self.index.renumber(hash_of(moved), last, at as u32);
        }
        gone
    }

    /// All rows.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter {
            rows: self,
            left: 0..self.len(),
        }
    }

    /// The ids of all rows, in their order.
    pub fn ids(&self) -> &[T::Key] {
        &self.ids
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Bytes that the rows take, for whoever measures.
    pub fn bytes(&self) -> usize {
        let ids = self.ids.len() * (size_of::<T::Key>() + size_of::<u32>());
        let beside: usize = self.beside.values().map(|bytes| bytes.len()).sum();
        ids + self.index.bytes() + self.blocks.bytes() + beside + self.words.bytes()
    }

    /// Gives back the room that rows to come would have had.
    pub fn shrink_to_fit(&mut self) {
        self.ids.shrink_to_fit();
        self.places.shrink_to_fit();
        self.blocks.shrink();
        self.words.shrink();
    }

    fn number(&self, id: T::Key) -> Option<usize> {
        let is = |number: u32| self.ids.get(number as usize) == Some(&id);
        self.index
            .find(hash_of(&id), is)
            .map(|number| number as usize)
    }

    /// As much of the row at a place as `look` reads.
    fn look_at<R>(
        &self,
        at: usize,
        look: impl FnOnce(T::Key, &mut Reader<'_>) -> Option<R>,
    ) -> Option<R> {
        let id = *self.ids.get(at)?;
        let bytes = match *self.places.get(at)? {
            BESIDE => self.beside.get(&id)?,
            place => self.blocks.at(place)?,
        };
        look(id, &mut Reader::new(bytes, &self.words))
    }

    /// Tells the blocks that nothing names the row at a place any more.
    fn leave(&mut self, at: usize) {
        let id = self.ids.get(at);
        if id.is_some_and(|id| self.beside.remove(id).is_some()) {
            return;
        }
        if let Some(length) = id.and_then(|id| self.large.remove(id)) {
            return self.blocks.leave(length);
        }
        let length = self.look_at(at, |id, from| {
            let whole = from.left();
            T::read(id, from)?;
            Some(whole - from.left())
        });
        self.blocks.leave(length.unwrap_or(0));
    }
}

impl<T: Pack> FromIterator<T> for Packed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let rows = rows.into_iter();
        let mut packed = Packed::with_capacity(rows.size_hint().0);
        for row in rows {
            packed.put(row);
        }
        packed
    }
}

impl<'a, T: Pack> IntoIterator for &'a Packed<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;
    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

/// Rows in their order, unpacked one by one.
#[derive(Debug)]
pub struct Iter<'a, T: Pack> {
    rows: &'a Packed<T>,
    left: Range<usize>,
}

impl<T: Pack> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Iter {
            rows: self.rows,
            left: self.left.clone(),
        }
    }
}

impl<T: Pack> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.rows.at(self.left.next()?)
    }

    fn nth(&mut self, n: usize) -> Option<T> {
        self.rows.at(self.left.nth(n)?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl<T: Pack> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<T> {
        self.rows.at(self.left.next_back()?)
    }
}

impl<T: Pack> ExactSizeIterator for Iter<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::Account;
    use crate::domain::ids::AccountId;

    fn account(id: u128, name: &str) -> Account {
        Account {
            id: AccountId(uuid::Uuid::from_u128(id)),
            name: name.into(),
            party_id: None,
            country: None,
        }
    }

    #[test]
    fn a_row_for_which_the_blocks_have_no_room_is_not_left_out() {
        let mut rows: Packed<Account> = Packed {
            blocks: Blocks::at_most(1),
            ..Packed::default()
        };
        let name = |id: u128| format!("Customer {id} of a book without any more room");
        let all: Vec<Account> = (1..=3_000).map(|id| account(id, &name(id))).collect();
        all.iter().cloned().for_each(|row| rows.put(row));
        assert!(rows.blocks.count() == 1 && rows.beside.len() > 100);
        assert_eq!((rows.len(), rows.iter().collect::<Vec<_>>()), (3_000, all));
        let id = |id: u128| AccountId(uuid::Uuid::from_u128(id));
        let kept = rows.clone();
        for changed in [1, 3_000] {
            rows.put(account(changed, "Other"));
            assert_eq!(rows.get(id(changed)), Some(account(changed, "Other")));
        }
        assert_eq!(rows.remove(id(3_000)), Some(account(3_000, "Other")));
        assert_eq!((rows.get(id(3_000)), rows.len()), (None, 2_999));
        assert_eq!(rows.iter().next_back(), Some(account(2_999, &name(2_999))));
        assert_eq!(kept.get(id(3_000)), Some(account(3_000, &name(3_000))));
    }
}
