//! Which renewals the pipeline shows, in which order: filter, sort, grouping, sums in words.

use crate::book::sort::{Column, compare};
use crate::book::{CountdownState, QueueRow, Sums, groups};
use crate::domain::ids::RenewalId;
use crate::ui::desk::Desk;
use crate::ui::format;
use std::sync::Arc;

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A customer with the renewals below it.
    Group {
        /// Name.
        customer: Arc<str>,
        /// What its rows come to.
        sums: Sums,
    },
    /// A renewal.
    Row(RenewalId),
}

/// Sums in words: `USD 1,735,000 + EUR 42,000, 3 without a price`.
pub fn told(sums: &Sums) -> String {
    let parts: Vec<String> = sums
        .atr
        .iter()
        .map(|(currency, amount)| format!("{currency} {}", format::whole(*amount)))
        .collect();
    let mut text = if parts.is_empty() {
        "0".to_string()
    } else {
        parts.join(" + ")
    };
    if sums.unpriced > 0 {
        text.push_str(&format!(", {} without a price", sums.unpriced));
    }
    text
}

/// What the list shows by.
pub struct Order<'a> {
    /// Lets a row through.
    pub keep: &'a dyn Fn(&QueueRow) -> bool,
    /// Column and direction; none: by the next clock, what has lapsed behind everything else.
    pub sort: Option<(Column, bool)>,
    /// Under its customer.
    pub grouped: bool,
}

/// The list.
pub fn entries(desk: &Desk, order: &Order<'_>) -> Vec<Entry> {
    let mut rows: Vec<&QueueRow> = desk.rows().iter().filter(|row| (order.keep)(row)).collect();
    match order.sort {
        Some((column, descending)) => rows.sort_by(|a, b| compare(a, b, column, descending)),
        None => rows.sort_by(|a, b| {
            let lapsed = |row: &QueueRow| row.countdown.state == CountdownState::Lapsed;
            (lapsed(a).cmp(&lapsed(b))).then_with(|| compare(a, b, Column::Countdown, false))
        }),
    }
    if !order.grouped {
        return rows.iter().map(|row| Entry::Row(row.renewal)).collect();
    }
    let mut out = Vec::with_capacity(rows.len() * 2);
    for group in groups::by_customer(rows) {
        out.push(Entry::Group {
            customer: group.customer,
            sums: group.sums,
        });
        out.extend(group.rows.iter().map(|row| Entry::Row(row.renewal)));
    }
    out
}
