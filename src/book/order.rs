//! Many rows in order at the press of a key. What a row says by a column is a number, its rank among
//! the values there are; ranks are found once, and from then on an order is a sort of small numbers that
//! looks at no row. Finding them takes a number made of each value, so that only rows this number cannot
//! tell apart are compared. The order is that of [`compare`], which a test holds for every column.

use super::sort::{Column, by_column, clock_date, compare, countdown_days, rank, tie, waiting};
use super::{CountdownState, Queue, QueueRow, QueueRows};
use crate::domain::portfolio::Portfolio;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Bytes of a text in a key.
const LETTERS: usize = 14;
/// A key's top bit: unknown values behind known ones. A known key is the value and, lowest, the bit that
/// says it is not all of it.
const UNKNOWN: u128 = 1 << 124;
/// In the middle of what a known key can say.
const ZERO: i128 = 1 << 122;

/// The place of each row among all when only end, contract and id are compared: what equal rows
/// fall back to. By the row's own place.
pub(super) fn ties(rows: &QueueRows) -> Vec<u32> {
    let mut keyed: Vec<(u128, u32)> = (0..)
        .zip(rows)
        .map(|(at, row)| {
            let day = u128::from(day(row.end()) as u32);
            (day << 96 | text(row.contract_number(), 12), at)
        })
        .collect();
    keyed.sort_unstable_by(|a, b| {
        let whole = || match (rows.get(a.1 as usize), rows.get(b.1 as usize)) {
            (Some(a), Some(b)) => tie(&a, &b),
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
    row.state() == CountdownState::Lapsed
}

/// Places of rows with their keys, in order; not of lapsed ones behind others.
fn ordered(rows: &QueueRows, keys: &Keys<'_>, ties: &[u32]) -> Vec<(u128, u32, u32)> {
    let mut keyed: Vec<(u128, u32, u32)> = (0..)
        .zip(rows.iter().zip(ties))
        .map(|(at, (row, tie))| (keys.of_row(&row), *tie, at))
        .collect();
    keyed.sort_unstable_by_key(|(key, tie, _)| (*key, *tie));
    // rows one key stands for are compared in full where it does not say everything
    for run in keyed.chunk_by_mut(|a, b| a.0 == b.0) {
        let unclear = run.first().is_some_and(|(key, ..)| is_part(*key));
        if unclear && run.len() > 1 {
            run.sort_by(
                |a, b| match (rows.get(a.2 as usize), rows.get(b.2 as usize)) {
                    (Some(a), Some(b)) => compare(&a, &b, keys.column, false),
                    _ => Ordering::Equal,
                },
            );
        }
    }
    keyed
}

/// A value nobody knows.
pub(super) const NONE: u32 = u32::MAX;
/// A row that changed since ranks were found.
const STALE: u32 = u32::MAX - 1;
/// So many rows may be stale before all are ranked anew.
const MOST_STALE: usize = 256;
/// Ranks have 30 bits of a sort key; below them stands the tie, above them what is not known and what
/// has lapsed.
const RANKS: u32 = (1 << 30) - 1;

/// Ranks by place, as narrow as the most of them allows; the two highest numbers of a width say that a
/// value is unknown and that a row changed.
#[derive(Debug)]
enum Ranks {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Longs(Vec<u32>),
}

impl Ranks {
    /// Of ranks up to `most`.
    fn of(ranks: Vec<u32>, most: u32) -> Ranks {
        // what is marked stands at the top of every width
        if most < u32::from(u8::MAX - 1) {
            Ranks::Bytes(ranks.into_iter().map(|rank| rank as u8).collect())
        } else if most < u32::from(u16::MAX - 1) {
            Ranks::Shorts(ranks.into_iter().map(|rank| rank as u16).collect())
        } else {
            Ranks::Longs(ranks)
        }
    }

    /// The rank at a place, or that it is [`NONE`] or [`STALE`].
    fn get(&self, at: usize) -> Option<u32> {
        let marked = |below: u32, top: u32| NONE - (top - below);
        match self {
            Ranks::Bytes(ranks) => Some(match *ranks.get(at)? {
                rank @ (u8::MAX | 0xfe) => marked(rank.into(), u8::MAX.into()),
                rank => rank.into(),
            }),
            Ranks::Shorts(ranks) => Some(match *ranks.get(at)? {
                rank @ (u16::MAX | 0xfffe) => marked(rank.into(), u16::MAX.into()),
                rank => rank.into(),
            }),
            Ranks::Longs(ranks) => ranks.get(at).copied(),
        }
    }

    /// The row at a place changed.
    fn forget(&mut self, at: usize) {
        fn put<T>(ranks: &mut [T], at: usize, stale: T) {
            if let Some(slot) = ranks.get_mut(at) {
                *slot = stale;
            }
        }
        match self {
            Ranks::Bytes(ranks) => put(ranks, at, STALE as u8),
            Ranks::Shorts(ranks) => put(ranks, at, STALE as u16),
            Ranks::Longs(ranks) => put(ranks, at, STALE),
        }
    }
}

/// What of the rows an order needs.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    /// Place of the row that stands at a tie.
    at_tie: Vec<u32>,
    /// By place.
    lapsed: Vec<bool>,
    /// By place, of each column asked for so far: the rank of what the row says.
    ranks: HashMap<Column, Ranks>,
    stale: usize,
}

impl Ranked {
    fn of(rows: &QueueRows, ties: &[u32]) -> Ranked {
        let mut at_tie = vec![0; ties.len()];
        for (at, tie) in (0..).zip(ties) {
            if let Some(slot) = at_tie.get_mut(*tie as usize) {
                *slot = at;
            }
        }
        Ranked {
            at_tie,
            lapsed: rows.iter().map(|row| has_lapsed(&row)).collect(),
            ..Ranked::default()
        }
    }

    /// Ranks the rows by a column, unless that was done.
    fn rank(&mut self, rows: &QueueRows, ties: &[u32], column: Column) {
        if self.ranks.contains_key(&column) {
            return;
        }
        let keys = Keys::of(rows, column);
        if let Some(ranks) = keys.near(rows) {
            self.ranks.insert(column, ranks);
            return;
        }
        let mut ranks = vec![NONE; rows.len()];
        let (mut rank, mut before) = (0, None);
        for (key, _, at) in ordered(rows, &keys, ties) {
            if key & UNKNOWN != 0 {
                break;
            }
            let same = before.is_some_and(|(held, held_at): (u128, u32)| {
                let rows = || Some((rows.get(held_at as usize)?, rows.get(at as usize)?));
                let alike = |(a, b)| by_column(&a, &b, column, false) == Ordering::Equal;
                held == key && (!is_part(key) || rows().is_some_and(alike))
            });
            rank += u32::from(before.is_some() && !same);
            before = Some((key, at));
            if let Some(slot) = ranks.get_mut(at as usize) {
                *slot = rank.min(RANKS);
            }
        }
        self.ranks.insert(column, Ranks::of(ranks, rank));
    }

    /// The sort key of the row at a place: lapsed, unknown, rank, tie; none of a stale row.
    fn key(&self, ranks: &Ranks, at: u32, tie: u32, by: By) -> Option<u64> {
        let place = at as usize;
        let lapsed = by.lapsed_last && self.lapsed.get(place).copied().unwrap_or_default();
        let (unknown, rank) = match ranks.get(place)? {
            STALE => return None,
            NONE => (true, 0),
            rank if by.descending => (false, RANKS - rank),
            rank => (false, rank),
        };
        let rank = u64::from(rank) << 32 | u64::from(tie);
        Some(u64::from(lapsed) << 63 | u64::from(unknown) << 62 | rank)
    }
}

impl Queue {
    /// The place of each row, by its place in [`Queue::rows`], when only end, contract and id count:
    /// what equal rows fall back to.
    pub fn ties(&self) -> &[u32] {
        self.ties.get_or_init(|| ties(self.rows()))
    }

    /// Finds the ranks of these columns, so that no sort by them has to.
    pub fn rank(&self, columns: impl IntoIterator<Item = Column>) {
        let mut ranked = self.ranked.borrow_mut();
        let ranked = ranked.get_or_insert_with(|| Ranked::of(self.rows(), self.ties()));
        for column in columns {
            ranked.rank(self.rows(), self.ties(), column);
        }
    }

    /// Puts places of [`Queue::rows`] in order.
    pub fn sort(&self, places: &mut [u32], by: By) {
        self.rank([by.column]);
        let ranked = self.ranked.borrow();
        let ranks = ranked
            .as_ref()
            .and_then(|r| Some((r, r.ranks.get(&by.column)?)));
        let Some((ranked, ranks)) = ranks else { return };
        let (ties, rows) = (self.ties(), self.rows());
        let mut keyed = Vec::with_capacity(places.len());
        let mut stale: Vec<(u32, QueueRow<'_>)> = Vec::new();
        for at in places.iter() {
            let tie = ties.get(*at as usize).copied().unwrap_or(NONE);
            match ranked.key(ranks, *at, tie, by) {
                Some(key) => keyed.push(key),
                None => stale.extend(rows.get(*at as usize).map(|row| (*at, row))),
            }
        }
        keyed.sort_unstable();
        let tied = |key: &u64| {
            ranked
                .at_tie
                .get((key & u64::from(u32::MAX)) as usize)
                .copied()
        };
        let mut sorted: Vec<u32> = keyed.iter().filter_map(tied).collect();
        stale.sort_by(|(_, a), (_, b)| by.compare(a, b));
        for (at, row) in stale {
            let before = |other: &u32| {
                let other = rows.get(*other as usize);
                other.is_some_and(|other| by.compare(&other, &row) == Ordering::Less)
            };
            sorted.insert(sorted.partition_point(before), at);
        }
        places
            .iter_mut()
            .zip(sorted)
            .for_each(|(slot, at)| *slot = at);
    }

    /// A row is another one at the same tie: of its ranks nothing is known any more.
    pub(super) fn rank_again(&mut self, at: usize) {
        let Some(row) = self.rows().get(at) else {
            return;
        };
        let lapsed = has_lapsed(&row);
        let ranked = self.ranked.get_mut();
        let Some(held) = ranked else { return };
        held.stale += 1;
        if held.stale > MOST_STALE {
            *ranked = None;
            return;
        }
        if let Some(slot) = held.lapsed.get_mut(at) {
            *slot = lapsed;
        }
        held.ranks.values_mut().for_each(|ranks| ranks.forget(at));
    }

    /// What waits at customers is another thing for every row.
    pub(super) fn rank_plays_again(&mut self) {
        if let Some(ranked) = self.ranked.get_mut() {
            ranked.ranks.remove(&Column::Plays);
        }
    }

    /// What is at stake is another thing for every row; its ranks by place are known.
    pub(super) fn ranked_stakes(&mut self, ranks: Vec<u32>) {
        if let Some(ranked) = self.ranked.get_mut() {
            let most = ranks.iter().filter(|rank| **rank != NONE).max();
            let most = most.copied().unwrap_or_default();
            ranked.ranks.insert(Column::AtStake, Ranks::of(ranks, most));
        }
    }
}

/// True where rows of this key may still differ.
fn is_part(key: u128) -> bool {
    key & UNKNOWN == 0 && key & 1 == 1
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
    column: Column,
    portfolios: HashMap<&'a [Portfolio], i128>,
}

impl<'a> Keys<'a> {
    fn of(rows: &'a QueueRows, column: Column) -> Keys<'a> {
        let mut portfolios: HashMap<&[Portfolio], i128> = HashMap::new();
        if column == Column::Portfolios {
            // few lists, on many rows
            portfolios.extend(rows.iter().map(|row| (row.portfolios(), 0)));
            let mut lists: Vec<&[Portfolio]> = portfolios.keys().copied().collect();
            lists.sort_unstable();
            portfolios = lists.into_iter().zip(0..).collect();
        }
        Keys { column, portfolios }
    }

    /// What rows say, by place, where the column says numbers.
    fn numbers(&self, rows: &QueueRows) -> Option<Vec<Option<i128>>> {
        if self.column == Column::Plays {
            let waiting = rows.waiting();
            return Some(waiting.map(|open| open.map(i128::from)).collect());
        }
        let number = |row: QueueRow<'_>| match self.value(&row) {
            Value::Unknown => Some(None),
            Value::Number(number) => Some(Some(number)),
            Value::Amount(..) | Value::Text(..) => None,
        };
        rows.iter().map(number).collect()
    }

    /// The ranks of rows that say numbers near each other: the numbers themselves, and nothing is sorted.
    fn near(&self, rows: &QueueRows) -> Option<Ranks> {
        let numbers = self.numbers(rows)?;
        let least = numbers.iter().flatten().min()?;
        let most = numbers.iter().flatten().max()?;
        let span = u32::try_from(most.checked_sub(*least)?).ok();
        let span = span.filter(|span| *span <= RANKS)?;
        let rank = |number: &Option<i128>| number.map_or(NONE, |number| (number - least) as u32);
        Some(Ranks::of(numbers.iter().map(rank).collect(), span))
    }

    fn of_row(&self, row: &QueueRow) -> u128 {
        let (value, part) = match self.value(row) {
            Value::Unknown => return UNKNOWN,
            Value::Number(number) => ((number + ZERO) as u128, false),
            Value::Amount(number, part) => ((number + ZERO) as u128, part),
            Value::Text(letters, part) => (letters, part),
        };
        value << 1 | u128::from(part)
    }

    fn value(&self, row: &QueueRow) -> Value {
        let number = |number: i64| Value::Number(number.into());
        match self.column {
            Column::Countdown => countdown_days(row).map_or(Value::Unknown, number),
            Column::Customer => letters(row.folded_customer()),
            Column::Contract => letters(row.contract_number()),
            Column::What => letters(row.what()),
            Column::Portfolios if row.portfolios().is_empty() => Value::Unknown,
            Column::Portfolios => {
                let place = self.portfolios.get(row.portfolios()).copied();
                Value::Number(place.unwrap_or_default())
            }
            Column::Atr => row.amount().map_or(Value::Unknown, amount),
            Column::End => number(day(row.end())),
            Column::Clock(clock) => dated(clock_date(row, clock)),
            Column::Stage => number(row.stage_order().into()),
            Column::Owner => row.owner().map_or(Value::Unknown, whole_text),
            Column::Risk => {
                let risk = row.risk();
                let (win, part) = scaled(risk.win_pct, 9);
                // of one level the likelier one first; a rest turned round is rounded the other way
                let win = -win - i128::from(part);
                Value::Amount((risk.level as i128) << 64 | (win + (1 << 62)), part)
            }
            Column::Priority => amount(row.score()),
            Column::Exposure => amount(row.exposure()),
            Column::NextStep => row.next_step().map_or(Value::Unknown, whole_text),
            Column::NextDate => dated(row.next_date()),
            Column::Lines => number(row.lines().into()),
            Column::Status => number(row.status() as i64),
            Column::Quote => row
                .quote_number()
                .map_or(Value::Unknown, |text| whole_text(text)),
            Column::AtStake => rank(row).map_or(Value::Unknown, stake),
            Column::Plays => waiting(row).map_or(Value::Unknown, |open| number(open.into())),
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
