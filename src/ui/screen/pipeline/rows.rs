//! Which renewals the pipeline shows, in which order: filter, sort, grouping, sums in words.

use crate::book::order::By;
use crate::book::sort::Column;
use crate::book::{QueueRow, QueueRows, Sums, groups};
use crate::ui::desk::Desk;
use crate::ui::format;
use std::sync::Arc;

/// A line of the list, told from a number: a list of a large book has a hundred thousand of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A customer with the renewals below it, by its place among the groups.
    Group(u32),
    /// A renewal, by the place of its row among the desk's.
    Row(u32),
}

/// A customer in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Name.
    pub customer: Arc<str>,
    /// What its rows come to.
    pub sums: Sums,
}

/// What is listed, in order. Places hold until rows come or go.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Places of rows; with [`GROUP`] those of groups.
    lines: Vec<u32>,
    groups: Vec<Group>,
}

/// Marks the place of a group.
const GROUP: u32 = 1 << 31;

impl Listed {
    /// Rows alone.
    pub fn of(places: Vec<u32>) -> Listed {
        Listed {
            lines: places,
            groups: Vec::new(),
        }
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// True without lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line at a place.
    pub fn get(&self, at: usize) -> Option<Entry> {
        self.lines.get(at).map(|line| match line & GROUP {
            0 => Entry::Row(*line),
            _ => Entry::Group(line & !GROUP),
        })
    }

    /// A group of it.
    pub fn group(&self, at: u32) -> Option<&Group> {
        self.groups.get(at as usize)
    }

    /// The places of its rows, in order.
    pub fn places(&self) -> impl Iterator<Item = u32> {
        let rows = self.lines.iter().filter(|line| **line & GROUP == 0);
        rows.copied()
    }

    /// Where the row of a place stands.
    pub fn position(&self, place: u32) -> Option<usize> {
        self.lines.iter().position(|line| *line == place)
    }
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

/// The rows a filter lets through, kept while only order and search change.
#[derive(Debug, Default)]
pub struct Kept {
    /// Their places among the desk's rows, in that order.
    pub places: Vec<u32>,
    /// What they come to.
    pub sums: Sums,
    /// A bit for each row of the desk.
    held: Vec<u64>,
}

impl Kept {
    /// The rows that `keep` lets through.
    pub fn of(rows: &QueueRows, keep: impl Fn(&QueueRow<'_>) -> bool) -> Kept {
        let mut kept = Kept {
            held: vec![0; rows.len().div_ceil(64)],
            ..Kept::default()
        };
        for (place, row) in (0u32..).zip(rows).filter(|(_, row)| keep(row)) {
            kept.places.push(place);
            kept.sums.add(&row);
            if let Some(word) = kept.held.get_mut(place as usize / 64) {
                *word |= 1 << (place % 64);
            }
        }
        kept.places.shrink_to_fit();
        kept
    }

    /// True for a row that is let through.
    pub fn holds(&self, place: u32) -> bool {
        let word = self.held.get(place as usize / 64);
        word.is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

/// The list in an order; without one by the next clock, what has lapsed behind everything else.
pub fn listed(desk: &Desk, kept: &Kept, sort: Option<(Column, bool)>, grouped: bool) -> Listed {
    let (column, descending) = sort.unwrap_or((Column::Countdown, false));
    let by = By {
        column,
        descending,
        lapsed_last: sort.is_none(),
    };
    let mut places = kept.places.clone();
    desk.queue.sort(&mut places, by);
    if !grouped {
        return Listed::of(places);
    }
    by_customer(desk, &places)
}

/// Rows by customer, in the order of their first rows.
fn by_customer(desk: &Desk, places: &[u32]) -> Listed {
    let rows = places.iter();
    let rows = rows.filter_map(|place| Some((*place, desk.rows().get(*place as usize)?)));
    let mut listed = Listed::default();
    listed.lines.reserve_exact(places.len() * 2);
    for (at, group) in (0u32..).zip(groups::by_customer(rows)) {
        listed.lines.push(at | GROUP);
        listed.lines.extend(group.places);
        listed.groups.push(Group {
            customer: group.customer,
            sums: group.sums,
        });
    }
    listed.lines.shrink_to_fit();
    listed
}
