//! The text that is searched, in one piece: each different term once, with the rows it stands on.

use crate::book::{Gear, QueueRows};
use crate::domain::ids::RenewalId;
use crate::domain::snapshot::IdHasher;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};

/// All terms of a set of rows. Rows are numbered in tie order: end, contract, id.
#[derive(Debug, Default)]
pub(super) struct Terms {
    text: String,
    /// Where a term ends; it begins where the one before ends.
    ends: Vec<u32>,
    bags: Vec<u64>,
    /// Where a term's rows end in `rows`.
    row_ends: Vec<u32>,
    rows: Vec<u32>,
    renewals: Vec<RenewalId>,
    /// Where a row stands among those the search was made over.
    places: Vec<u32>,
}

/// What taking a term costs in the units of [`Search::step`](super::Search::step).
const GATHERING: usize = 8;

/// Which characters a text has, as bits: letters and digits have their own, all others share.
/// A text can only hold a word whose bits it has.
pub(super) fn bag(text: &str) -> u64 {
    text.bytes().fold(0, |bits, byte| {
        let bit = match byte {
            b'a'..=b'z' => byte - b'a',
            b'0'..=b'9' => 26 + byte - b'0',
            other => 36 + other % 28,
        };
        bits | 1 << bit
    })
}

/// How far terms have come: everything takes a step at a time, for a book of a million lines has a million
/// of them, and whoever types meanwhile waits for the step.
enum Stage {
    /// Rows are taken.
    Taking,
    /// On how many rows each term stands is counted, up to this posting.
    Counting(usize),
    /// Rows go to the place of their term, up to this posting.
    Placing(usize),
    Done,
}

/// Terms on their way: rows are taken in tie order, as many at a time as there is time for.
pub(super) struct Gathering {
    stage: Stage,
    terms: Terms,
    /// Places of rows, in tie order.
    places: Vec<u32>,
    next: usize,
    /// Terms by a hash of their text.
    known: HashMap<u64, u32, BuildHasherDefault<IdHasher>>,
    hash: RandomState,
    /// One more than the row a term was last seen on.
    seen: Vec<u32>,
    /// Term and row, a row after the other.
    postings: Vec<(u32, u32)>,
}

impl Gathering {
    /// Nothing yet; `ties` are the ranks of rows in tie order.
    pub(super) fn of(rows: &QueueRows, ties: &[u32]) -> Gathering {
        let mut places = vec![0; rows.len()];
        for (place, rank) in (0..).zip(ties) {
            if let Some(slot) = places.get_mut(*rank as usize) {
                *slot = place;
            }
        }
        // a serial a line, and customer, contract and products: room that need not grow in the
        // middle of a frame
        let many = rows.iter().map(|row| row.lines() as usize + 3).sum();
        Gathering {
            stage: Stage::Taking,
            terms: Terms::default(),
            places,
            next: 0,
            known: HashMap::with_capacity_and_hasher(many, BuildHasherDefault::default()),
            hash: RandomState::new(),
            seen: Vec::new(),
            postings: Vec::with_capacity(many),
        }
    }

    /// Works on for so many units; what is left of them.
    pub(super) fn step(&mut self, gear: Gear<'_>, mut left: usize) -> usize {
        while left > 0 {
            left = match self.stage {
                Stage::Taking => self.take_rows(gear, left),
                Stage::Counting(at) => self.count(at, left),
                Stage::Placing(at) => self.lay(at, left),
                Stage::Done => return left,
            };
        }
        0
    }

    fn take_rows(&mut self, gear: Gear<'_>, mut left: usize) -> usize {
        let rows = gear.queue().rows();
        while left > 0 && self.next < self.places.len() {
            let place = self.places.get(self.next).copied().unwrap_or_default();
            let Some(row) = rows.get(place as usize) else {
                self.next += 1;
                continue;
            };
            let own = self.terms.places.len() as u32;
            gear.all_terms(&row, |term| {
                if !term.is_empty() {
                    self.take(term, own);
                    left = left.saturating_sub(GATHERING);
                }
            });
            self.terms.renewals.push(row.renewal());
            self.terms.places.push(place);
            self.next += 1;
        }
        if self.next >= self.places.len() {
            self.stage = Stage::Counting(0);
            // what is not asked any more goes here, and not all at once at the end
            (self.known, self.seen) = Default::default();
            self.terms.row_ends = vec![0; self.terms.ends.len()];
        }
        left
    }

    /// Counts the rows of each term; then each has the place where its rows begin.
    fn count(&mut self, from: usize, left: usize) -> usize {
        let (some, to) = some(&self.postings, from, left);
        for (number, _) in some {
            if let Some(end) = self.terms.row_ends.get_mut(*number as usize) {
                *end += 1;
            }
        }
        let left = left - (to - from);
        self.stage = Stage::Counting(to);
        if to == self.postings.len() {
            let mut from = 0;
            for end in &mut self.terms.row_ends {
                from += std::mem::replace(end, from);
            }
            self.terms.rows = vec![0; self.postings.len()];
            self.stage = Stage::Placing(0);
        }
        left
    }

    /// Puts rows behind those of their term; in the end each has the place where its rows end.
    fn lay(&mut self, from: usize, left: usize) -> usize {
        let (some, to) = some(&self.postings, from, left);
        for (number, row) in some {
            if let Some(at) = self.terms.row_ends.get_mut(*number as usize) {
                if let Some(slot) = self.terms.rows.get_mut(*at as usize) {
                    *slot = *row;
                }
                *at += 1;
            }
        }
        self.stage = match to == self.postings.len() {
            true => Stage::Done,
            false => Stage::Placing(to),
        };
        left - (to - from)
    }

    /// Notes a term of a row.
    fn take(&mut self, term: &str, row: u32) {
        let number = self.number(term);
        if let Some(seen) = self.seen.get_mut(number as usize)
            && *seen != row + 1
        {
            *seen = row + 1;
            self.postings.push((number, row));
        }
    }

    /// True when nothing is left to do.
    pub(super) fn is_complete(&self) -> bool {
        matches!(self.stage, Stage::Done)
    }

    /// Rows taken, and all of them.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.next, self.places.len())
    }

    /// The number of a term, a new one where it was not seen yet.
    fn number(&mut self, term: &str) -> u32 {
        let mut hash = self.hash.hash_one(term);
        loop {
            match self.known.get(&hash) {
                Some(number) if self.terms.text(*number) == term => return *number,
                // another text with the same hash: never seen, but there is a next place
                Some(_) => hash = hash.wrapping_add(1),
                None => {
                    let number = self.terms.push(term);
                    self.known.insert(hash, number);
                    self.seen.push(0);
                    return number;
                }
            }
        }
    }

    /// The terms, each with its rows in tie order, once it is complete.
    pub(super) fn finish(self) -> Terms {
        self.terms
    }
}

/// The postings from a place on that there are units for, one each, and where they end.
fn some(postings: &[(u32, u32)], from: usize, left: usize) -> (&[(u32, u32)], usize) {
    let to = postings.len().min(from.saturating_add(left));
    (postings.get(from..to).unwrap_or_default(), to)
}

impl Terms {
    fn push(&mut self, term: &str) -> u32 {
        self.text.push_str(term);
        self.ends.push(self.text.len() as u32);
        self.bags.push(bag(term));
        self.ends.len() as u32 - 1
    }

    /// How many terms.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.renewals.len()
    }

    pub(super) fn renewal(&self, row: u32) -> Option<RenewalId> {
        self.renewals.get(row as usize).copied()
    }

    /// Where a row stands among those the search was made over.
    pub(super) fn place(&self, row: u32) -> Option<u32> {
        self.places.get(row as usize).copied()
    }

    pub(super) fn bag(&self, term: u32) -> u64 {
        self.bags.get(term as usize).copied().unwrap_or(0)
    }

    pub(super) fn text(&self, term: u32) -> &str {
        let (from, to) = span(&self.ends, term);
        self.text.get(from..to).unwrap_or("")
    }

    pub(super) fn rows_of(&self, term: u32) -> &[u32] {
        let (from, to) = span(&self.row_ends, term);
        self.rows.get(from..to).unwrap_or(&[])
    }
}

fn span(ends: &[u32], at: u32) -> (usize, usize) {
    let at = at as usize;
    let from = at.checked_sub(1).and_then(|before| ends.get(before));
    let to = ends.get(at).copied().unwrap_or(0);
    (from.copied().unwrap_or(0) as usize, to as usize)
}
