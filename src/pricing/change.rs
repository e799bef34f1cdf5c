//! What a quote changes against the coverage that expires, split by cause.

use super::exact::Product;
use super::sum::Sum;
use super::value::line_run_rate;
use super::{Change, ChangeClass, PricedLine, price_line};
use crate::domain::ids::LineId;
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::quote::QuoteLine;
use crate::domain::rules::Rules;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Quantity and yearly value offered for one expiring line; a split line adds up here.
#[derive(Clone, Copy, Default)]
struct Offer {
    quantity: Decimal,
    value: Decimal,
}

impl Offer {
    /// A line without a price offers nothing.
    fn put(&mut self, line: &QuoteLine, priced: &PricedLine) {
        if let Some(value) = priced.run_rate.filter(|_| counts(line)) {
            self.quantity += line.quantity;
            self.value += value;
        }
    }
}

/// What one expiring line is worth a year; a quote is compared with these again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The expiring line.
    pub line: LineId,
    /// Its quantity.
    pub quantity: Decimal,
    /// Its run-rate; 0 without a price.
    pub value: Decimal,
}

/// What expires, a line each.
pub fn dues(expiring: &[Line]) -> Vec<Due> {
    expiring
        .iter()
        .map(|line| Due {
            line: line.id,
            quantity: line.quantity,
            value: line_run_rate(line).map_or(Decimal::ZERO, |(value, _)| value),
        })
        .collect()
}

/// The change by yearly value: price `(u1 − u0) × min(q0, q1)`, volume at the new price for more
/// and at the old one for less, lines added, lines removed (or offered without a price). The four
/// always add up to offered − due. 10 at 100 renewed as 12 at 105: 50 + 210 = 260 (R32).
///
/// Quote lines match by the expiring line they renew. Assets sold once have no yearly value.
pub fn change(quote: &[QuoteLine], expiring: &[Line], currency: Currency, rules: &Rules) -> Change {
    let priced: Vec<PricedLine> = quote
        .iter()
        .map(|line| price_line(line, currency, rules))
        .collect();
    let lines = quote.iter().zip(&priced);
    change_of(lines, &dues(expiring), currency, rules)
}

/// As [`change`], from figures that are known already.
pub fn change_of<'a>(
    quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
    expiring: &[Due],
    currency: Currency,
    rules: &Rules,
) -> Change {
    Beside::of(quote, expiring.to_vec(), currency).change(rules)
}

/// What became of one expiring line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parts {
    price: Decimal,
    volume: Decimal,
    removed: Decimal,
}

/// A line of the quote: what it offers a year, and whether it renews nothing that expires.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    value: Decimal,
    added: bool,
}

/// The sums of a change.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    due: Sum,
    offered: Sum,
    price: Sum,
    volume: Sum,
    added: Sum,
    removed: Sum,
}

impl Sums {
    fn row(&mut self, row: Row, put: fn(&mut Sum, Decimal)) {
        put(&mut self.offered, row.value);
        if row.added {
            put(&mut self.added, row.value);
        }
    }

    fn parts(&mut self, parts: Parts, put: fn(&mut Sum, Decimal)) {
        put(&mut self.price, parts.price);
        put(&mut self.volume, parts.volume);
        put(&mut self.removed, parts.removed);
    }

    fn exact(&self) -> bool {
        let sums = [
            &self.offered,
            &self.price,
            &self.volume,
            &self.added,
            &self.removed,
        ];
        sums.iter().all(|sum| sum.exact())
    }
}

/// A quote beside what expires, kept while a line of it is typed: a key weighs only the expiring line
/// that the changed one renews, and takes what changed out of the sums and puts it back.
#[derive(Clone, Debug)]
pub struct Beside {
    currency: Currency,
    dues: Vec<Due>,
    /// By place of the due.
    parts: Vec<Parts>,
    /// By row of the quote.
    rows: Vec<Row>,
    /// The places of an expiring line among the dues, and the rows that renew it.
    places: HashMap<LineId, (Vec<usize>, Vec<usize>)>,
    sums: Sums,
}

/// True for a line that has a yearly value.
fn counts(line: &QuoteLine) -> bool {
    line.kind != LineKind::Asset && !line.quantity.is_zero()
}

impl Beside {
    /// All lines of a quote beside what expires.
    pub fn of<'a>(
        quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
        expiring: Vec<Due>,
        currency: Currency,
    ) -> Beside {
        let mut places: HashMap<LineId, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (at, due) in expiring.iter().enumerate() {
            places.entry(due.line).or_default().0.push(at);
        }
        let mut offers = vec![Offer::default(); expiring.len()];
        let mut rows = Vec::new();
        for (row, (line, priced)) in quote.enumerate() {
            let known = line.renews.and_then(|id| places.get_mut(&id));
            rows.push(row_of(line, priced, known.is_none()));
            let Some((dues, own)) = known else { continue };
            own.push(row);
            for at in dues {
                if let Some(offer) = offers.get_mut(*at) {
                    offer.put(line, priced);
                }
            }
        }
        let parts = expiring.iter().zip(&offers);
        let parts = parts.map(|(due, offer)| compare(due.quantity, due.value, *offer, currency));
        let mut beside = Beside {
            currency,
            parts: parts.collect(),
            dues: expiring,
            rows,
            places,
            sums: Sums::default(),
        };
        beside.add_up();
        beside
    }

    fn add_up(&mut self) {
        let mut sums = Sums::default();
        self.dues.iter().for_each(|due| sums.due.add(due.value));
        self.parts.iter().for_each(|p| sums.parts(*p, Sum::add));
        self.rows.iter().for_each(|row| sums.row(*row, Sum::add));
        self.sums = sums;
    }

    /// What expires, a line each.
    pub fn dues(&self) -> &[Due] {
        &self.dues
    }

    /// True where nothing expires.
    pub fn is_empty(&self) -> bool {
        self.dues.is_empty()
    }

    /// Takes in a changed line by its row, with what it renewed before; `lines` and `priced` are all
    /// lines as they now stand.
    pub fn put(
        &mut self,
        lines: &[QuoteLine],
        priced: &[PricedLine],
        row: usize,
        before: Option<LineId>,
    ) {
        let (Some(line), Some(figures), Some(slot)) =
            (lines.get(row), priced.get(row), self.rows.get_mut(row))
        else {
            return;
        };
        if before != line.renews {
            if let Some((_, own)) = before.and_then(|id| self.places.get_mut(&id)) {
                own.retain(|other| *other != row);
            }
            if let Some((_, own)) = line.renews.and_then(|id| self.places.get_mut(&id)) {
                own.push(row);
            }
        }
        let known = line.renews.is_some_and(|id| self.places.contains_key(&id));
        let now = row_of(line, figures, !known);
        self.sums.row(std::mem::replace(slot, now), Sum::take);
        self.sums.row(now, Sum::add);
        let other = line.renews.filter(|id| before != Some(*id));
        for id in before.into_iter().chain(other) {
            self.weigh(id, lines, priced);
        }
        if !self.sums.exact() {
            self.add_up();
        }
    }

    /// Compares an expiring line with the rows that renew it now.
    fn weigh(&mut self, id: LineId, lines: &[QuoteLine], priced: &[PricedLine]) {
        let Some((dues, own)) = self.places.get(&id) else {
            return;
        };
        let mut offer = Offer::default();
        let own = own
            .iter()
            .filter_map(|row| lines.get(*row).zip(priced.get(*row)));
        own.for_each(|(line, priced)| offer.put(line, priced));
        for at in dues {
            if let (Some(due), Some(parts)) = (self.dues.get(*at), self.parts.get_mut(*at)) {
                let now = compare(due.quantity, due.value, offer, self.currency);
                self.sums.parts(std::mem::replace(parts, now), Sum::take);
                self.sums.parts(now, Sum::add);
            }
        }
    }

    /// The change as the lines now stand.
    pub fn change(&self, rules: &Rules) -> Change {
        let (due, offered) = (self.sums.due.value(), self.sums.offered.value());
        let mut result = Change {
            due,
            offered,
            price: self.sums.price.value(),
            volume: self.sums.volume.value(),
            added: self.sums.added.value(),
            removed: self.sums.removed.value(),
            total: offered - due,
            class: ChangeClass::Flat,
        };
        result.class = class_of(&result, rules);
        result
    }
}

fn row_of(line: &QuoteLine, priced: &PricedLine, added: bool) -> Row {
    Row {
        value: priced.run_rate.filter(|_| counts(line)).unwrap_or_default(),
        added,
    }
}

/// What an offer is of an expiring line worth `due` a year for a quantity of `old`.
fn compare(old: Decimal, due: Decimal, offer: Offer, currency: Currency) -> Parts {
    let mut result = Parts::default();
    if offer.quantity.is_zero() {
        result.removed = Decimal::ZERO - due;
        return result;
    }
    let scaled = |value: Decimal, by: Decimal, over: Decimal| {
        let exact = Product::of(value).times(by).over(over);
        exact.round(currency.minor_units()).unwrap_or(value)
    };
    if old.is_zero() {
        result.volume = offer.value - due;
    } else if offer.quantity > old {
        let at_old_quantity = scaled(offer.value, old, offer.quantity);
        result.price = at_old_quantity - due;
        result.volume = offer.value - at_old_quantity;
    } else {
        let at_new_quantity = scaled(due, offer.quantity, old);
        result.price = offer.value - at_new_quantity;
        result.volume = at_new_quantity - due;
    }
    result
}

fn class_of(change: &Change, rules: &Rules) -> ChangeClass {
    let tolerance = change.due * rules.flat_tolerance_pct / Decimal::ONE_HUNDRED;
    if change.total.abs() <= tolerance {
        return ChangeClass::Flat;
    }
    let more = change.volume + change.added;
    let parts = [
        (change.price, ChangeClass::Uplift),
        (more, ChangeClass::Expansion),
        (change.removed, ChangeClass::Contraction),
    ];
    let largest = parts
        .into_iter()
        .rev()
        .max_by_key(|(amount, _)| amount.abs());
    match largest {
        Some((amount, class)) if amount > Decimal::ZERO => class,
        _ => ChangeClass::Contraction,
    }
}
