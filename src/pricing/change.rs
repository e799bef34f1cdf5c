//! What a quote changes against the coverage that expires, split by cause.

use super::exact::Product;
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
    quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)> + Clone,
    expiring: &[Due],
    currency: Currency,
    rules: &Rules,
) -> Change {
    Beside::of(quote.clone(), expiring.to_vec(), currency).change(quote, rules)
}

/// What became of one expiring line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parts {
    price: Decimal,
    volume: Decimal,
    removed: Decimal,
}

/// A quote beside what expires, kept while a line of it is typed: a key weighs only the expiring line
/// that the changed one renews, and adds up.
#[derive(Clone, Debug)]
pub struct Beside {
    currency: Currency,
    dues: Vec<Due>,
    /// By place of the due.
    parts: Vec<Parts>,
    /// By row of the quote: it renews nothing that expires.
    added: Vec<bool>,
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
        let mut offers: HashMap<LineId, Offer> = expiring
            .iter()
            .map(|due| (due.line, Offer::default()))
            .collect();
        let added = quote
            .map(|(line, priced)| {
                let offer = line.renews.and_then(|id| offers.get_mut(&id));
                let added = offer.is_none();
                if let Some(offer) = offer {
                    offer.put(line, priced);
                }
                added
            })
            .collect();
        let of_due = |due: &Due| {
            let offer = offers.get(&due.line).copied().unwrap_or_default();
            compare(due.quantity, due.value, offer, currency)
        };
        Beside {
            currency,
            parts: expiring.iter().map(of_due).collect(),
            dues: expiring,
            added,
        }
    }

    /// True where nothing expires.
    pub fn is_empty(&self) -> bool {
        self.dues.is_empty()
    }

    /// Takes in a changed line by its row, with what it renewed before; `quote` is all lines as they
    /// now stand.
    pub fn put<'a>(
        &mut self,
        quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)> + Clone,
        row: usize,
        before: Option<LineId>,
    ) {
        let now = quote.clone().nth(row).and_then(|(line, _)| line.renews);
        if let Some(added) = self.added.get_mut(row) {
            *added = !self.dues.iter().any(|due| Some(due.line) == now);
        }
        for id in before
            .into_iter()
            .chain(now.filter(|id| before != Some(*id)))
        {
            let mut offer = Offer::default();
            let own = quote.clone().filter(|(line, _)| line.renews == Some(id));
            own.for_each(|(line, priced)| offer.put(line, priced));
            for (due, parts) in self.dues.iter().zip(&mut self.parts) {
                if due.line == id {
                    *parts = compare(due.quantity, due.value, offer, self.currency);
                }
            }
        }
    }

    /// The change as the lines now stand.
    pub fn change<'a>(
        &self,
        quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
        rules: &Rules,
    ) -> Change {
        let mut result = Change {
            due: Decimal::ZERO,
            offered: Decimal::ZERO,
            price: Decimal::ZERO,
            volume: Decimal::ZERO,
            added: Decimal::ZERO,
            removed: Decimal::ZERO,
            total: Decimal::ZERO,
            class: ChangeClass::Flat,
        };
        for ((line, priced), added) in quote.zip(&self.added) {
            let value = priced.run_rate.filter(|_| counts(line)).unwrap_or_default();
            result.offered += value;
            if *added {
                result.added += value;
            }
        }
        for (due, parts) in self.dues.iter().zip(&self.parts) {
            result.due += due.value;
            result.price += parts.price;
            result.volume += parts.volume;
            result.removed += parts.removed;
        }
        result.total = result.offered - result.due;
        result.class = class_of(&result, rules);
        result
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
