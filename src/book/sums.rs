//! Sums over rows: the marked ones, a customer's, a section's. Amounts of different currencies are
//! never added; rows without a price are counted beside the sums.

use super::{QueueRow, QueueRows};
use crate::domain::money::Currency;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a set of rows comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// How many rows.
    pub rows: usize,
    /// Their coverage lines.
    pub lines: u64,
    /// Value available to renew, by currency.
    pub atr: BTreeMap<Currency, Decimal>,
    /// Rows without any price; they are in none of the sums.
    pub unpriced: usize,
}

impl Sums {
    /// The sums over some rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = QueueRow<'a>>) -> Sums {
        let mut sums = Sums::default();
        for row in rows {
            sums.add(&row);
        }
        sums
    }

    /// Takes one more row in.
    pub fn add(&mut self, row: &QueueRow) {
        self.put(row.lines(), row.priced());
    }

    /// Takes a row in by its lines and its value.
    pub fn put(&mut self, lines: u32, priced: Option<(Currency, Decimal)>) {
        self.rows += 1;
        self.lines += u64::from(lines);
        match priced {
            Some((currency, amount)) => {
                let sum = self.atr.entry(currency).or_default();
                *sum = sum.saturating_add(amount);
            }
            None => self.unpriced += 1,
        }
    }

    /// The one sum there is, when all priced rows share a currency.
    pub fn single(&self) -> Option<(Currency, Decimal)> {
        match self.atr.len() {
            1 => self.atr.iter().next().map(|(c, a)| (*c, *a)),
            _ => None,
        }
    }
}

/// The currency most priced rows are in; of equals the first by code.
pub fn home_currency(rows: &QueueRows) -> Option<Currency> {
    let mut counts: BTreeMap<Currency, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.is_priced()) {
        if let Some(currency) = row.currency() {
            *counts.entry(currency).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .max_by_key(|(currency, count)| (*count, std::cmp::Reverse(*currency)))
        .map(|(currency, _)| currency)
}

/// Where a currency stands in a ranked list: the home currency and rows without one first, then
/// the others by code.
pub(super) fn block(
    currency: Option<Currency>,
    home: Option<Currency>,
) -> (bool, Option<Currency>) {
    match currency {
        Some(other) if Some(other) != home => (true, Some(other)),
        _ => (false, None),
    }
}
