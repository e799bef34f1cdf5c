//! Sorting the pipeline by any column. Unknown values come last in both directions; equal ones
//! fall back to the end date and the contract number, so that an order is always the same.

use super::{Clock, CountdownState, QueueRow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A column one can sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// The leading clock's days.
    Countdown,
    /// Customer name.
    Customer,
    /// Contract number.
    Contract,
    /// Level or offer.
    What,
    /// Portfolios.
    Portfolios,
    /// Value available to renew.
    Atr,
    /// Last covered day.
    End,
    /// One of the other clocks.
    Clock(Clock),
    /// Stage, in the order of work.
    Stage,
    /// Owner.
    Owner,
    /// Risk level, worst last; of one level the less likely one later.
    Risk,
    /// Rank: amount × loss × urgency.
    Priority,
    /// Amount × loss, without urgency.
    Exposure,
    /// Next step.
    NextStep,
    /// Next date.
    NextDate,
    /// Lines.
    Lines,
    /// Contract status.
    Status,
    /// Quote number.
    Quote,
    /// What the program's score loses without it; of equal ones the one that moves less first.
    AtStake,
    /// Suggestions that wait at its customer.
    Plays,
}

impl Column {
    /// All of them, in the order of a pick list.
    pub const ALL: [Column; 24] = [
        Column::Countdown,
        Column::Customer,
        Column::Contract,
        Column::What,
        Column::Portfolios,
        Column::Atr,
        Column::End,
        Column::Clock(Clock::LastRenewal),
        Column::Clock(Clock::LastAttach),
        Column::Clock(Clock::Ldos),
        Column::Clock(Clock::QuoteValidity),
        Column::Clock(Clock::CancelBy),
        Column::Stage,
        Column::Owner,
        Column::Risk,
        Column::Priority,
        Column::Exposure,
        Column::NextStep,
        Column::NextDate,
        Column::Lines,
        Column::Status,
        Column::Quote,
        Column::AtStake,
        Column::Plays,
    ];

    /// Name in saved views and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Column::Countdown => "countdown",
            Column::Customer => "customer",
            Column::Contract => "contract",
            Column::What => "what",
            Column::Portfolios => "portfolios",
            Column::Atr => "atr",
            Column::End => "end",
            Column::Clock(clock) => clock.id(),
            Column::Stage => "stage",
            Column::Owner => "owner",
            Column::Risk => "risk",
            Column::Priority => "priority",
            Column::Exposure => "exposure",
            Column::NextStep => "next_step",
            Column::NextDate => "next_date",
            Column::Lines => "lines",
            Column::Status => "status",
            Column::Quote => "quote",
            Column::AtStake => "pvi",
            Column::Plays => "plays",
        }
    }

    /// The column with that name.
    pub fn from_id(id: &str) -> Option<Column> {
        Column::ALL.into_iter().find(|column| column.id() == id)
    }
}

/// Sorts rows by a column.
pub fn sort(rows: &mut [QueueRow<'_>], column: Column, descending: bool) {
    rows.sort_by(|a, b| compare(a, b, column, descending));
}

/// The order of two rows; never equal for different renewals.
pub fn compare(a: &QueueRow, b: &QueueRow, column: Column, descending: bool) -> Ordering {
    by_column(a, b, column, descending).then_with(|| tie(a, b))
}

pub(super) fn tie(a: &QueueRow, b: &QueueRow) -> Ordering {
    a.end()
        .cmp(&b.end())
        .then_with(|| a.contract_number().cmp(b.contract_number()))
        .then_with(|| a.renewal().cmp(&b.renewal()))
}

pub(super) fn by_column(a: &QueueRow, b: &QueueRow, column: Column, descending: bool) -> Ordering {
    let known = Direction(descending);
    match column {
        Column::Countdown => known.some(countdown_days(a), countdown_days(b)),
        Column::Customer => known.text(a.folded_customer(), b.folded_customer()),
        Column::Contract => known.text(a.contract_number(), b.contract_number()),
        Column::What => known.text(a.what(), b.what()),
        Column::Portfolios => known.some(filled(a.portfolios()), filled(b.portfolios())),
        Column::Atr => known.some(a.amount(), b.amount()),
        Column::End => known.of(a.end().cmp(&b.end())),
        Column::Clock(clock) => known.some(clock_date(a, clock), clock_date(b, clock)),
        Column::Stage => known.of(a.stage_order().cmp(&b.stage_order())),
        Column::Owner => known.some(a.owner(), b.owner()),
        Column::Risk => known.of(a
            .risk()
            .level
            .cmp(&b.risk().level)
            .then_with(|| b.risk().win_pct.cmp(&a.risk().win_pct))),
        Column::Priority => known.of(a.score().cmp(&b.score())),
        Column::Exposure => known.of(a.exposure().cmp(&b.exposure())),
        Column::NextStep => known.some(a.next_step(), b.next_step()),
        Column::NextDate => known.some(a.next_date(), b.next_date()),
        Column::Lines => known.of(a.lines().cmp(&b.lines())),
        Column::Status => known.of((a.status() as u8).cmp(&(b.status() as u8))),
        Column::Quote => known.some(
            a.quote_number().map(|text| &**text),
            b.quote_number().map(|text| &**text),
        ),
        Column::AtStake => known.some(rank(a), rank(b)),
        Column::Plays => known.some(waiting(a), waiting(b)),
    }
}

/// Ascending, or descending where true. Only known values turn round.
struct Direction(bool);

impl Direction {
    fn of(&self, order: Ordering) -> Ordering {
        if self.0 { order.reverse() } else { order }
    }

    fn some<T: Ord>(&self, a: Option<T>, b: Option<T>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => self.of(a.cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }

    fn text(&self, a: &str, b: &str) -> Ordering {
        self.some(
            Some(a).filter(|text| !text.is_empty()),
            Some(b).filter(|text| !text.is_empty()),
        )
    }
}

fn filled<T>(list: &[T]) -> Option<&[T]> {
    Some(list).filter(|list| !list.is_empty())
}

pub(super) fn rank(row: &QueueRow) -> Option<(Decimal, Decimal)> {
    row.at_stake().map(|stake| stake.rank())
}

/// How many suggestions wait at the customer; none until that is known.
pub(super) fn waiting(row: &QueueRow) -> Option<u32> {
    row.plays().map(|plays| plays.open)
}

/// Days of the leading clock; rows on which no clock runs have none.
pub(super) fn countdown_days(row: &QueueRow) -> Option<i64> {
    match row.state() {
        CountdownState::Done | CountdownState::Unknown => None,
        _ => Some(row.countdown().days),
    }
}

pub(super) fn clock_date(row: &QueueRow, clock: Clock) -> Option<NaiveDate> {
    row.clock(clock)
}
