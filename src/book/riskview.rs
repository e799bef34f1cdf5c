//! The manager's risk list: open renewals by amount × probability to lose them, without those
//! already reviewed unless asked for.

use super::filter::Filter;
use super::sort::{Column, compare};
use super::sums::{block, home_currency};
use super::{Gear, QueueRow, Told, risk};
use crate::domain::renewal::Reviewed;
use chrono::NaiveDate;

/// Which risks to list.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Further conditions, e.g. `owner = Mara, portfolio = Security`.
    pub filter: Filter,
    /// Also those reviewed since their reasons last changed.
    pub reviewed: bool,
}

/// The list, most exposed first, the home currency before the others (their amounts do not compare
/// without a dated rate); renewals without a price stand at the end of their block by probability.
pub fn list<'a>(gear: Gear<'a>, scope: &Scope, today: NaiveDate) -> Vec<QueueRow<'a>> {
    let queue = gear.queue();
    let mut rows: Vec<QueueRow<'_>> = queue
        .rows()
        .iter()
        .filter(|row| row.open() && (scope.reviewed || !row.reviewed()))
        .filter(|row| scope.filter.matches(row, today, gear))
        .collect();
    let home = home_currency(queue.rows());
    let place = |row: &QueueRow| block(row.currency(), home);
    rows.sort_by(|a, b| {
        place(a)
            .cmp(&place(b))
            .then_with(|| b.exposure().cmp(&a.exposure()))
            .then_with(|| a.risk().win_pct.cmp(&b.risk().win_pct))
            .then_with(|| compare(a, b, Column::End, false))
    });
    rows
}

/// The review to write when a manager has seen a row's reasons.
pub fn review(told: &Told, today: NaiveDate) -> Reviewed {
    Reviewed {
        on: today,
        reasons: risk::fingerprint(&told.risk.reasons),
    }
}
