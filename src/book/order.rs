//! Many rows in order at the press of a key: a row's place by a column as one number, so that of
//! a hundred thousand rows only those the number cannot tell apart are looked at again. The order is
//! that of [`sort::compare`], which a test holds for every column.

use super::sort::{Column, clock_date, compare, countdown_days, rank, tie};
use super::{CountdownState, Queue, QueueRow};
use crate::domain::portfolio::Portfolio;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Bytes of a text in a key.
const LETTERS: usize = 14;
/// A key's top bits: unknown values behind known ones, what has lapsed behind both.
const UNKNOWN: u128 = 1 << 124;
const LAPSED: u128 = 1 << 125;
/// What a known key fills: the value and, lowest, the bit that says it is not all of it.
const KNOWN: u128 = UNKNOWN - 1;
/// In the middle of what a known key can say.
const ZERO: i128 = 1 << 122;

/// The place of each row among all when only end, contract and id are compared: what equal rows
/// fall back to. By the row's own place.
pub(super) fn ties(rows: &[QueueRow]) -> Vec<u32> {
    let mut keyed: Vec<(u128, u32)> = (0..)
        .zip(rows)
        .map(|(at, row)| {
            let day = u128::from(day(row.end) as u32);
            (day << 96 | text(&row.contract_number, 12), at)
        })
        .collect();
    keyed.sort_unstable_by(|a, b| {
        let whole = || match (rows.get(a.1 as usize), rows.get(b.1 as usize)) {
            (Some(a), Some(b)) => tie(a, b),
            _ => Ordering::Equal,
        };
        a.0.cmp(&b.0).then_with(whole)
    });
    let mut ties = vec![0; rows.len()];
    for (rank, (_, at)) in (0..).zip(keyed) {
        if let Some(slot) = ties.get_mut(at as usize) {
            *slot = rank;
        }
    }
    ties
}

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    /// The column.
    pub column: Column,
    /// Known values turned round.
    pub descending: bool,
    /// What has lapsed comes behind everything else.
    pub lapsed_last: bool,
}

impl By {
    /// The order of two rows; never equal for different renewals.
    pub fn compare(&self, a: &QueueRow, b: &QueueRow) -> Ordering {
        let lapsed = |row: &QueueRow| self.lapsed_last && has_lapsed(row);
        (lapsed(a).cmp(&lapsed(b))).then_with(|| compare(a, b, self.column, self.descending))
    }
}

fn has_lapsed(row: &QueueRow) -> bool {
    row.countdown.state == CountdownState::Lapsed
}

/// Puts places of rows in order.
fn sort(rows: &[QueueRow], ties: &[u32], places: &mut [u32], by: By) {
    let keys = Keys::of(rows, by);
    let mut keyed: Vec<(u128, u32, u32)> = places
        .iter()
        .filter_map(|at| {
            let row = rows.get(*at as usize)?;
            Some((keys.of_row(row), *ties.get(*at as usize)?, *at))
        })
        .collect();
    keyed.sort_unstable_by_key(|(key, tie, _)| (*key, *tie));
    // rows one key stands for are compared in full where it does not say everything
    for run in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
        let unclear = run.first().is_some_and(|(key, ..)| keys.is_part(*key));
        if unclear && run.len() > 1 {
            run.sort_by(
                |a, b| match (rows.get(a.2 as usize), rows.get(b.2 as usize)) {
                    (Some(a), Some(b)) => by.compare(a, b),
                    _ => Ordering::Equal,
                },
            );
        }
    }
    for (slot, (.., at)) in places.iter_mut().zip(keyed) {
        *slot = at;
    }
}

impl Queue {
    /// The place of each row, by its place in [`Queue::rows`], when only end, contract and id count:
    /// what equal rows fall back to.
    pub fn ties(&self) -> &[u32] {
        self.ties.get_or_init(|| ties(self.rows()))
    }

    /// Puts places of [`Queue::rows`] in order.
    pub fn sort(&self, places: &mut [u32], by: By) {
        sort(self.rows(), self.ties(), places, by);
    }
}

/// What a row says by a column.
enum Value {
    Unknown,
    /// Of this place among the values there can be.
    Number(i128),
    /// As a number, and whether that is all of it.
    Amount(i128, bool),
    /// The first letters, and whether these are all.
    Text(u128, bool),
}

struct Keys<'a> {
    by: By,
    portfolios: HashMap<&'a [Portfolio], i128>,
}

impl<'a> Keys<'a> {
    fn of(rows: &'a [QueueRow], by: By) -> Keys<'a> {
        let mut portfolios: HashMap<&[Portfolio], i128> = HashMap::new();
        if by.column == Column::Portfolios {
            // few lists, on many rows
            portfolios.extend(rows.iter().map(|row| (row.portfolios(), 0)));
            let mut lists: Vec<&[Portfolio]> = portfolios.keys().copied().collect();
            lists.sort_unstable();
            portfolios = lists.into_iter().zip(0..).collect();
        }
        Keys { by, portfolios }
    }

    fn of_row(&self, row: &QueueRow) -> u128 {
        let behind = if self.by.lapsed_last && has_lapsed(row) {
            LAPSED
        } else {
            0
        };
        let (value, part) = match self.value(row) {
            Value::Unknown => return behind | UNKNOWN,
            Value::Number(number) => ((number + ZERO) as u128, false),
            Value::Amount(number, part) => ((number + ZERO) as u128, part),
            Value::Text(letters, part) => (letters, part),
        };
        let known = value << 1 | u128::from(part);
        behind
            | if self.by.descending {
                KNOWN - known
            } else {
                known
            }
    }

    /// True where rows of this key may still differ.
    fn is_part(&self, key: u128) -> bool {
        let lowest = key & 1 == 1;
        key & UNKNOWN == 0 && lowest != self.by.descending
    }

    fn value(&self, row: &QueueRow) -> Value {
        let number = |number: i64| Value::Number(number.into());
        match self.by.column {
            Column::Countdown => countdown_days(row).map_or(Value::Unknown, number),
            Column::Customer => letters(row.folded_customer()),
            Column::Contract => letters(&row.contract_number),
            Column::What => letters(row.what()),
            Column::Portfolios if row.portfolios().is_empty() => Value::Unknown,
            Column::Portfolios => {
                let place = self.portfolios.get(row.portfolios()).copied();
                Value::Number(place.unwrap_or_default())
            }
            Column::Atr => row.atr.amount.map_or(Value::Unknown, amount),
            Column::End => number(day(row.end)),
            Column::Clock(clock) => dated(clock_date(row, clock)),
            Column::Stage => number(row.stage_order.into()),
            Column::Owner => row.owner.as_deref().map_or(Value::Unknown, whole_text),
            Column::Risk => {
                let (win, part) = scaled(row.risk.win_pct, 9);
                // of one level the likelier one first; a rest turned round is rounded the other way
                let win = -win - i128::from(part);
                Value::Amount((row.risk.level as i128) << 64 | (win + (1 << 62)), part)
            }
            Column::Priority => amount(row.score),
            Column::Exposure => amount(row.exposure()),
            Column::NextStep => row.next_step.as_deref().map_or(Value::Unknown, whole_text),
            Column::NextDate => dated(row.next_date),
            Column::Lines => number(row.lines.into()),
            Column::Status => number(row.status as i64),
            Column::Quote => row
                .quote_number()
                .map_or(Value::Unknown, |text| whole_text(text)),
            Column::AtStake => rank(row).map_or(Value::Unknown, stake),
        }
    }
}

/// Points first, then how far the ratios move. Points with a rest, or too many for their place, are
/// more than those without, whatever stands behind; too few are less.
fn stake((points, smooth): (Decimal, Decimal)) -> Value {
    const POINTS: i128 = 1 << 59;
    const SMOOTH: i128 = 1 << 60;
    let (points, rest) = scaled(points, 6);
    let (smooth, more) = scaled(smooth, 12);
    let (low, high) = (points < -POINTS, points >= POINTS);
    let held = smooth.clamp(-SMOOTH, SMOOTH - 1);
    let part = rest || more || low || high || held != smooth;
    let behind = if rest || high {
        2 * SMOOTH - 1
    } else if low {
        0
    } else {
        held + SMOOTH
    };
    Value::Amount(points.clamp(-POINTS, POINTS - 1) << 61 | behind, part)
}

fn day(date: NaiveDate) -> i64 {
    date.num_days_from_ce().into()
}

fn dated(date: Option<NaiveDate>) -> Value {
    date.map_or(Value::Unknown, |date| Value::Number(day(date).into()))
}

/// An amount in millionths, down to the next, and whether something is left of it.
fn amount(amount: Decimal) -> Value {
    let (number, rest) = scaled(amount, 6);
    Value::Amount(number, rest)
}

/// A decimal in units of `10^-places`, rounded down, and whether something is left of it. A decimal
/// has 96 bits and six places take 20 more: 116.
fn scaled(value: Decimal, places: u32) -> (i128, bool) {
    let (mantissa, scale) = (value.mantissa(), value.scale());
    if scale <= places {
        let unit = 10i128.pow(places - scale);
        let most = ZERO - 1;
        return match mantissa.checked_mul(unit) {
            Some(number) if (-most..=most).contains(&number) => (number, false),
            _ => (most * mantissa.signum(), true),
        };
    }
    let unit = 10i128.pow(scale - places);
    (mantissa.div_euclid(unit), mantissa.rem_euclid(unit) != 0)
}

/// A text, unknown where it is empty.
fn letters(text: &str) -> Value {
    if text.is_empty() {
        return Value::Unknown;
    }
    whole_text(text)
}

fn whole_text(value: &str) -> Value {
    // a zero byte would not be told from the end
    let part = value.len() > LETTERS || value.as_bytes().contains(&0);
    Value::Text(text(value, LETTERS), part)
}

/// The first bytes of a text as a number: of two texts the later one never has the smaller.
fn text(text: &str, bytes: usize) -> u128 {
    let letters = text.bytes().chain(std::iter::repeat(0));
    let letters = letters.take(bytes);
    letters.fold(0, |number, letter| number << 8 | u128::from(letter))
}
