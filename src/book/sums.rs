//! Sums over rows: the marked ones, a customer's, a section's. Amounts of different currencies are
//! never added; rows without a price are counted beside the sums.

use super::QueueRow;
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
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a QueueRow>) -> Sums {
        let mut sums = Sums::default();
        for row in rows {
            sums.add(row);
        }
        sums
    }

    /// Takes one more row in.
    pub fn add(&mut self, row: &QueueRow) {
        self.rows += 1;
        self.lines += u64::from(row.lines);
        match (row.atr.currency, row.atr.amount) {
            (Some(currency), Some(amount)) => {
                let sum = self.atr.entry(currency).or_default();
                *sum = sum.saturating_add(amount);
            }
            _ => self.unpriced += 1,
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
