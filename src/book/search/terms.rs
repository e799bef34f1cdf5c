//! The text that is searched, in one piece: each different term once, with the rows it stands on.

use crate::book::{QueueRow, SEPARATOR, sort};
use crate::domain::ids::RenewalId;
use std::collections::HashMap;

/// All terms of a set of rows. Rows are numbered in tie order: end, contract, id.
#[derive(Debug)]
pub(super) struct Terms {
    text: String,
    /// Where a term ends; it begins where the one before ends.
    ends: Vec<u32>,
    bags: Vec<u64>,
    /// Where a term's rows end in `rows`.
    row_ends: Vec<u32>,
    rows: Vec<u32>,
    renewals: Vec<RenewalId>,
}

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

impl Terms {
    pub(super) fn of(rows: &[QueueRow]) -> Terms {
        let mut ordered: Vec<&QueueRow> = rows.iter().collect();
        ordered.sort_unstable_by(|a, b| sort::compare(a, b, sort::Column::End, false));
        let size = rows.iter().map(|row| row.haystack.len()).sum();
        let mut terms = Terms {
            text: String::with_capacity(size),
            ends: Vec::new(),
            bags: Vec::new(),
            row_ends: Vec::new(),
            rows: Vec::new(),
            renewals: ordered.iter().map(|row| row.renewal).collect(),
        };
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut postings: Vec<(u32, u32)> = Vec::new();
        for (place, row) in ordered.iter().enumerate() {
            for term in row.haystack.split(SEPARATOR).filter(|t| !t.is_empty()) {
                let number = *known.entry(term).or_insert_with(|| terms.push(term));
                postings.push((number, place as u32));
            }
        }
        postings.sort_unstable();
        postings.dedup();
        let mut next = postings.into_iter().peekable();
        for number in 0..terms.ends.len() as u32 {
            while let Some((_, row)) = next.next_if(|(term, _)| *term == number) {
                terms.rows.push(row);
            }
            terms.row_ends.push(terms.rows.len() as u32);
        }
        terms
    }

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
