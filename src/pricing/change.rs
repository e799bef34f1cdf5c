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

/// As [`change`], from figures that are known already: a grid prices one line per keystroke.
pub fn change_of<'a>(
    quote: impl Iterator<Item = (&'a QuoteLine, &'a PricedLine)>,
    expiring: &[Due],
    currency: Currency,
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
    let mut offers: HashMap<LineId, Option<Offer>> =
        expiring.iter().map(|due| (due.line, None)).collect();
    for (line, priced) in quote.filter(|(l, _)| l.kind != LineKind::Asset && !l.quantity.is_zero())
    {
        let value = priced.run_rate.unwrap_or_default();
        result.offered += value;
        match line.renews.and_then(|id| offers.get_mut(&id)) {
            Some(offer) if priced.run_rate.is_some() => {
                let offer = offer.get_or_insert_default();
                offer.quantity += line.quantity;
                offer.value += value;
            }
            Some(_) => {}
            None => result.added += value,
        }
    }
    for due in expiring {
        let offer = offers.get(&due.line).copied().flatten().unwrap_or_default();
        result.due += due.value;
        compare(&mut result, due.quantity, due.value, offer, currency);
    }
    result.total = result.offered - result.due;
    result.class = class_of(&result, rules);
    result
}

fn compare(result: &mut Change, old: Decimal, due: Decimal, offer: Offer, currency: Currency) {
    if offer.quantity.is_zero() {
        result.removed -= due;
        return;
    }
    let scaled = |value: Decimal, by: Decimal, over: Decimal| {
        let exact = Product::of(value).times(by).over(over);
        exact.round(currency.minor_units()).unwrap_or(value)
    };
    if old.is_zero() {
        result.volume += offer.value - due;
    } else if offer.quantity > old {
        let at_old_quantity = scaled(offer.value, old, offer.quantity);
        result.price += at_old_quantity - due;
        result.volume += offer.value - at_old_quantity;
    } else {
        let at_new_quantity = scaled(due, offer.quantity, old);
        result.price += offer.value - at_new_quantity;
        result.volume += at_new_quantity - due;
    }
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
