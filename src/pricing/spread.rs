//! A total typed for a whole quote, spread over its lines so that their sum is exactly it.

use super::{PricedLine, allocate, counts, price_quote, typed};
use crate::domain::ids::QuoteLineId;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, SellDriver};
use crate::domain::rules::Rules;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Which total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Net to Cisco.
    Net,
    /// What the customer pays.
    Sell,
}

/// Why a total cannot be spread. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpreadError {
    /// The total is below zero.
    #[error("a total is 0 or more; {0} is not")]
    Negative(Decimal),
    /// More than figures stay exact for.
    #[error("{0} is too large for a total")]
    Large(Decimal),
    /// All lines are locked, dropped or free of charge.
    #[error("no unlocked line has a price that could carry a part of the total")]
    NoLine,
    /// The locked lines alone cost more.
    #[error("the locked lines alone come to {0}, more than the total")]
    Locked(Decimal),
}

/// The lines of a quote whose total on one side is to be `total`: each unlocked line gets its share in
/// proportion to what it costs now, in minor units by largest remainder, as a price for all its units.
/// Locked and dropped lines stay, and so do lines without a price, which no total counts. Only changed lines are given back.
///
/// 10,000.00 over three equal lines is 3,333.34, 3,333.33 and 3,333.33 (R17), whatever their
/// quantities.
///
/// # Errors
/// [`SpreadError`].
pub fn spread(
    quote: &Quote,
    side: Side,
    total: Decimal,
    locked: &BTreeSet<QuoteLineId>,
    rules: &Rules,
) -> Result<Vec<QuoteLine>, SpreadError> {
    if total.is_sign_negative() && !total.is_zero() {
        return Err(SpreadError::Negative(total));
    }
    if total > Decimal::from(typed::LARGEST) {
        return Err(SpreadError::Large(total));
    }
    let (priced, _) = price_quote(quote, rules);
    let amount = |priced: &PricedLine| match side {
        Side::Net => priced.extended_net,
        Side::Sell => priced.extended_sell,
    };
    let mut fixed = Decimal::ZERO;
    let mut free: Vec<(&QuoteLine, Decimal)> = Vec::new();
    for (line, priced) in quote.lines.iter().zip(&priced) {
        // as in the totals: what is dropped or has no price counts nowhere
        let Some(now) = amount(priced).filter(|_| counts(line, priced)) else {
            continue;
        };
        if locked.contains(&line.id) {
            fixed += now;
        } else {
            free.push((line, now));
        }
    }
    let left = quote.currency.round(total) - fixed;
    if left.is_sign_negative() && !left.is_zero() {
        return Err(SpreadError::Locked(fixed));
    }
    let weights: Vec<Decimal> = free.iter().map(|(_, now)| *now).collect();
    if weights.iter().all(Decimal::is_zero) {
        return Err(SpreadError::NoLine);
    }
    let parts = allocate(left, &weights, quote.currency);
    let spread = free
        .into_iter()
        .zip(parts)
        .filter(|((_, now), part)| now != part);
    Ok(spread
        .map(|((line, _), part)| with(line, side, part, quote.currency))
        .collect())
}

/// The line at a price for all its units.
fn with(line: &QuoteLine, side: Side, part: Decimal, currency: Currency) -> QuoteLine {
    let mut new = line.clone();
    match side {
        Side::Net => new.buy = buy_for(part, line.quantity, currency),
        Side::Sell => new.sell = sell_for(part, line.quantity, currency),
    }
    new
}

/// The driver that gives a net of all units: a unit price where that says the same.
pub fn buy_for(all: Decimal, quantity: Decimal, currency: Currency) -> BuyDriver {
    match exact_unit(all, quantity, currency) {
        Some(unit) => BuyDriver::UnitNet(unit),
        None => BuyDriver::ExtendedNet(all),
    }
}

/// The driver that gives a sell price of all units: a unit price where that says the same.
pub fn sell_for(all: Decimal, quantity: Decimal, currency: Currency) -> SellDriver {
    match exact_unit(all, quantity, currency) {
        Some(unit) => SellDriver::UnitSell(unit),
        None => SellDriver::ExtendedSell(all),
    }
}

/// The unit price in minor units whose multiple is exactly a price for all units.
fn exact_unit(all: Decimal, quantity: Decimal, currency: Currency) -> Option<Decimal> {
    let unit = all.checked_div(quantity).map(|unit| currency.round(unit))?;
    (unit.checked_mul(quantity) == Some(all)).then_some(unit)
}
