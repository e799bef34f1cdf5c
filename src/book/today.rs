//! The day's work: what is overdue, due today and due in the next seven days, ranked by amount ×
//! loss probability × urgency. A renewal is due on the nearer of its leading clock and the next
//! date the rep set; a snoozed one stays away until its day.

use super::sums::{block, home_currency};
use super::{CountdownState, Queue, QueueRow};
use crate::domain::money::Currency;
use chrono::NaiveDate;
use std::cmp::Reverse;

/// Days that count as "next".
const NEXT_DAYS: i64 = 7;

/// The three lists, each ranked.
#[derive(Clone, Debug, Default)]
pub struct Sections<'a> {
    /// Past: the contract has ended, or the next date went by.
    pub overdue: Vec<QueueRow<'a>>,
    /// Due today.
    pub today: Vec<QueueRow<'a>>,
    /// Due in one to seven days.
    pub next7: Vec<QueueRow<'a>>,
}

impl<'a> Sections<'a> {
    /// All rows in the order of the screen.
    pub fn all(&self) -> impl Iterator<Item = QueueRow<'a>> + '_ {
        self.overdue
            .iter()
            .chain(&self.today)
            .chain(&self.next7)
            .copied()
    }
}

/// Why a row is on the list: how many days from today, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Days from today; negative is past.
    pub days: i64,
    /// What makes it due.
    pub by: DueBy,
}

/// What makes a renewal due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueBy {
    /// Its leading clock.
    Clock,
    /// The next date the rep set.
    NextDate,
    /// The day it was snoozed to, with nothing else planned.
    Snooze,
}

/// When a row is due; `None` for closed rows, those still asleep and those without any date.
pub fn due(row: &QueueRow, today: NaiveDate) -> Option<Due> {
    let asleep = row.snoozed_until().is_some_and(|until| until > today);
    if !row.open() || asleep {
        return None;
    }
    let clock = match row.state() {
        CountdownState::Done | CountdownState::Unknown => None,
        _ => Some(Due {
            days: row.countdown().days,
            by: DueBy::Clock,
        }),
    };
    let dated = |date: NaiveDate, by| Due {
        days: (date - today).num_days(),
        by,
    };
    let planned = row
        .next_date()
        .map(|date| dated(date, DueBy::NextDate))
        .or_else(|| row.snoozed_until().map(|date| dated(date, DueBy::Snooze)));
    // Of equals the rep's own date comes first: it says what to do.
    planned.into_iter().chain(clock).min_by_key(|due| due.days)
}

/// The day's lists.
pub fn sections(queue: &Queue, today: NaiveDate) -> Sections<'_> {
    let home = home_currency(queue.rows());
    let mut sections = Sections::default();
    for row in queue.rows() {
        match due(&row, today).map(|due| due.days) {
            Some(days) if days < 0 => sections.overdue.push(row),
            Some(0) => sections.today.push(row),
            Some(1..=NEXT_DAYS) => sections.next7.push(row),
            _ => {}
        }
    }
    for list in [
        &mut sections.overdue,
        &mut sections.today,
        &mut sections.next7,
    ] {
        rank(list, home);
    }
    sections
}

/// Highest product first; equal ones by end date, then contract. Amounts of different currencies
/// do not compare without a dated rate: the home currency leads, each other one follows as a block.
pub fn rank(rows: &mut [QueueRow<'_>], home: Option<Currency>) {
    // a rank is worked out, so once for each row
    rows.sort_by_cached_key(|row| {
        let block = block(row.currency(), home);
        let tie = (row.end(), row.contract_number(), row.renewal());
        (block, Reverse(row.score()), tie)
    });
}
