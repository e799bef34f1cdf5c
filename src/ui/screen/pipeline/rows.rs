//! Which renewals the pipeline shows, in which order: filter, search, sort, grouping, sums.

use crate::book::QueueRow;
use crate::book::sort::{Column, compare};
use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::ui::desk::Desk;
use crate::ui::format;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A customer with the renewals below it.
    Group {
        /// Name.
        customer: Arc<str>,
        /// How many.
        count: usize,
        /// Their value.
        sum: Sum,
    },
    /// A renewal.
    Row(RenewalId),
}

/// Amounts by currency; never added across.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Currency and amount, in the order of the codes.
    pub amounts: Vec<(Currency, Decimal)>,
    /// Rows without a price.
    pub unpriced: usize,
}

impl Sum {
    /// The sum over rows.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a QueueRow>) -> Sum {
        let mut sum = Sum::default();
        for row in rows {
            match (row.atr.amount, row.atr.currency) {
                (Some(amount), Some(currency)) => {
                    match sum.amounts.binary_search_by_key(&currency, |(c, _)| *c) {
                        Ok(at) => {
                            if let Some((_, total)) = sum.amounts.get_mut(at) {
                                *total = total.saturating_add(amount);
                            }
                        }
                        Err(at) => sum.amounts.insert(at, (currency, amount)),
                    }
                }
                _ => sum.unpriced += 1,
            }
        }
        sum
    }

    /// `USD 1,735,000 + EUR 42,000, 3 without a price`.
    pub fn shown(&self) -> String {
        let parts: Vec<String> = self
            .amounts
            .iter()
            .map(|(currency, amount)| format!("{currency} {}", format::whole(*amount)))
            .collect();
        let mut text = if parts.is_empty() {
            "0".to_string()
        } else {
            parts.join(" + ")
        };
        if self.unpriced > 0 {
            text.push_str(&format!(", {} without a price", self.unpriced));
        }
        text
    }
}

/// What the list shows by.
pub struct Order<'a> {
    /// Lets a row through.
    pub keep: &'a dyn Fn(&QueueRow) -> bool,
    /// Column and direction.
    pub sort: (Column, bool),
    /// Under its customer.
    pub grouped: bool,
}

/// The list.
pub fn entries(desk: &Desk, order: &Order<'_>) -> Vec<Entry> {
    let mut rows: Vec<&QueueRow> = desk.rows().iter().filter(|row| (order.keep)(row)).collect();
    let (column, descending) = order.sort;
    rows.sort_by(|a, b| compare(a, b, column, descending));
    if !order.grouped {
        return rows.iter().map(|row| Entry::Row(row.renewal)).collect();
    }
    group(&rows)
}

/// Customers in the order of their first row, each with its rows below it.
fn group(rows: &[&QueueRow]) -> Vec<Entry> {
    let mut at = std::collections::HashMap::new();
    let mut groups: Vec<Vec<&QueueRow>> = Vec::new();
    for row in rows {
        let place = *at.entry(row.account).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(row);
        }
    }
    let mut out = Vec::with_capacity(rows.len() + groups.len());
    for group in groups {
        let Some(first) = group.first() else { continue };
        out.push(Entry::Group {
            customer: first.customer.clone(),
            count: group.len(),
            sum: Sum::of(group.iter().copied()),
        });
        out.extend(group.iter().map(|row| Entry::Row(row.renewal)));
    }
    out
}
