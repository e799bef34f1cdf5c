//! Where the figures of a deal are from: the quote it counts by, or the file and rows of the lines
//! it renews flat.

use super::behind::Share;
use crate::domain::ids::{BatchId, ContractId};
use crate::domain::snapshot::Snapshot;
use std::collections::{BTreeMap, HashMap};

/// Rows of a file named one by one; more are told as a span.
const MOST_ROWS: usize = 4;

/// The sources of some deals, found in one pass over the book.
#[derive(Debug, Default)]
pub struct Sources {
    rows: HashMap<ContractId, BTreeMap<BatchId, Vec<u32>>>,
}

impl Sources {
    /// The sources of these deals.
    pub fn of(shares: &[Share], snapshot: &Snapshot) -> Sources {
        let renewals = shares.iter().filter_map(|share| share.renewal);
        let mut rows: HashMap<ContractId, BTreeMap<BatchId, Vec<u32>>> = renewals
            .filter_map(|id| snapshot.renewals.get(id))
            .map(|renewal| (renewal.contract, BTreeMap::new()))
            .collect();
        for line in &snapshot.lines {
            let found = line.contract.and_then(|id| rows.get_mut(&id));
            if let (Some(found), Some(origin)) = (found, line.origin) {
                found.entry(origin.batch).or_default().push(origin.row);
            }
        }
        Sources { rows }
    }

    /// One deal's in words: `quote Q-1187 version 3, made 2026-11-02, draft` or
    /// `no quote, renews flat; ccwr.xlsx rows 12, 13`.
    pub fn words(&self, share: &Share, snapshot: &Snapshot) -> String {
        if let Some(quote) = share.quote.and_then(|id| snapshot.quotes.get(id)) {
            return format!(
                "quote {} version {}, made {}, {}",
                quote.number,
                quote.version,
                quote.created_on,
                quote.standing()
            );
        }
        let renewal = share.renewal.and_then(|id| snapshot.renewals.get(id));
        let rows = renewal.and_then(|renewal| self.rows.get(&renewal.contract));
        let files: Vec<String> = rows
            .into_iter()
            .flatten()
            .filter_map(|(batch, rows)| {
                let file = &snapshot.batches.get(*batch)?.file;
                Some(format!("{file} {}", row_words(rows)))
            })
            .collect();
        if files.is_empty() {
            return "no quote, renews flat".into();
        }
        format!("no quote, renews flat; {}", files.join("; "))
    }
}

fn row_words(rows: &[u32]) -> String {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    rows.dedup();
    match rows.as_slice() {
        [row] => format!("row {row}"),
        [first, .., last] if rows.len() > MOST_ROWS => {
            format!("{} rows, {first} to {last}", rows.len())
        }
        _ => {
            let all: Vec<String> = rows.iter().map(u32::to_string).collect();
            format!("rows {}", all.join(", "))
        }
    }
}
