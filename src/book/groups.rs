//! The pipeline by customer: a view over rows that are already filtered and sorted.

use super::{QueueRow, Sums};
use crate::domain::ids::AccountId;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

/// The rows of one customer.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// The customer.
    pub account: AccountId,
    /// Its name.
    pub customer: Arc<str>,
    /// Its rows, in the order they were given.
    pub rows: Vec<QueueRow<'a>>,
    /// Their places, as they were given.
    pub places: Vec<u32>,
    /// What they come to.
    pub sums: Sums,
    /// The earliest end among them.
    pub earliest: NaiveDate,
}

/// Groups rows by customer. Groups stand in the order of their first row, rows keep theirs, so
/// that sorting by a column also sorts the customers by their best row.
pub fn by_customer<'a>(rows: impl IntoIterator<Item = (u32, QueueRow<'a>)>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut at: HashMap<AccountId, usize> = HashMap::new();
    for (own, row) in rows {
        let place = *at.entry(row.account()).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Group {
                account: row.account(),
                customer: row.customer().into(),
                rows: Vec::new(),
                places: Vec::new(),
                sums: Sums::default(),
                earliest: row.end(),
            });
        }
        if let Some(group) = groups.get_mut(place) {
            group.sums.add(&row);
            group.earliest = group.earliest.min(row.end());
            group.rows.push(row);
            group.places.push(own);
        }
    }
    groups
}
