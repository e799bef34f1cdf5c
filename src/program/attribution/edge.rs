//! The step edges near a metric: the money that lifts its index, and the money that may go before
//! it falls. Found by asking the metric itself, so that minimum bookings, shifts and imported
//! indexes count as they do in the score.

use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::program::board::{Board, Cell, State};
use crate::program::exact;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;

/// No metric is further away than this many minor units: 10^15.
const FURTHEST: i128 = 1_000_000_000_000_000;

/// A step near a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Money, in minor-unit precision: what lifts the index, or what may go while it stays.
    pub money: Decimal,
    /// The index beyond the edge.
    pub index: Decimal,
    /// What the score gains there, or (negative) loses.
    pub points: BigRational,
}

impl Edge {
    /// What lifts the index, as a sentence: `1,000.01 USD more on-time value lifts Services by
    /// 0.25`.
    pub fn lifts(&self, counts: &str, portfolio: &Portfolio, currency: Currency) -> String {
        format!(
            "{} {currency} more {counts} lifts {portfolio} by {}",
            grouped(self.money, currency),
            short(&self.points)
        )
    }

    /// What may go while the index stays, as a sentence.
    pub fn spares(&self, counts: &str, portfolio: &Portfolio, currency: Currency) -> String {
        format!(
            "{} {currency} of {counts} may go before {portfolio} falls by {}",
            grouped(self.money, currency),
            short(&self.points)
        )
    }
}

/// The edges above and below a metric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edges {
    /// The next step up; none where no money gets there.
    pub up: Option<Edge>,
    /// The step below: how much may go before the index falls; none where it cannot fall.
    pub down: Option<Edge>,
}

impl Edges {
    /// The edges of a cell in a state. On-time 54,000 of 100,000 rises with 1,000.01 more (P21);
    /// 61,000 of 100,000 keeps its index while 999.99 go (P24).
    pub fn of(board: &Board, cell: usize, state: &State) -> Edges {
        let walk = Walk::of(board, cell, state);
        walk.map_or_else(Edges::default, |walk| Edges {
            up: walk.up(),
            down: walk.down(),
        })
    }

    /// The edge above alone.
    pub fn up_of(board: &Board, cell: usize, state: &State) -> Option<Edge> {
        Walk::of(board, cell, state)?.up()
    }
}

/// A metric to be moved by whole minor units.
struct Walk<'a> {
    cell: &'a Cell,
    at: (i128, i128),
    step: i128,
    minor: u32,
}

impl<'a> Walk<'a> {
    fn of(board: &'a Board, cell: usize, state: &State) -> Option<Walk<'a>> {
        let found = board.cells.get(cell)?;
        let minor = board.currency.minor_units();
        Some(Walk {
            cell: found,
            at: state.of(cell),
            step: (found.unit / 10i128.pow(minor)).max(1),
            minor,
        })
    }

    fn index(&self, steps: i128) -> Decimal {
        let more = steps * self.step;
        let raised = if self.cell.raises_base { more } else { 0 };
        self.cell.index(self.at.0 + more, self.at.1 + raised)
    }

    fn up(&self) -> Option<Edge> {
        let now = self.index(0);
        let mut reach = 1;
        while self.index(reach) <= now {
            reach *= 2;
            if reach > FURTHEST {
                return None;
            }
        }
        let steps = first(reach / 2, reach, |steps| self.index(steps) > now);
        self.edge(steps, self.index(steps), now)
    }

    fn down(&self) -> Option<Edge> {
        let now = self.index(0);
        let most = self.at.0 / self.step;
        if now.is_zero() || most <= 0 || self.index(-most) >= now {
            return None;
        }
        let steps = first(0, most, |steps| self.index(-steps) < now);
        self.edge(steps - 1, self.index(-steps), now)
    }

    fn edge(&self, steps: i128, index: Decimal, now: Decimal) -> Option<Edge> {
        let points = &self.cell.weight * exact::of(index - now);
        Some(Edge {
            money: exact::from_units(&BigInt::from(steps), self.minor)?,
            index,
            points,
        })
        .filter(|edge| !edge.points.is_zero())
    }
}

/// The smallest count above `low` up to `high` for which the condition holds; it holds at `high`.
fn first(mut low: i128, mut high: i128, holds: impl Fn(i128) -> bool) -> i128 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Points without sign, as short as they are: `0.25`, `0.125`.
fn short(points: &BigRational) -> String {
    let text = exact::text(&points.abs(), 4);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    short.to_string()
}

/// Money with its minor units and a comma every three digits: `1,000.01`.
fn grouped(money: Decimal, currency: Currency) -> String {
    let places = currency.minor_units() as usize;
    let text = format!("{money:.places$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}
