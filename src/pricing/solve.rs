//! The way from a wanted figure of a quote back to the field that gives it: a total, a margin, a net.

use super::spread::{Side, SpreadError, sell_for, spread};
use super::{Totals, price_quote, with_lines};
use crate::domain::ids::QuoteLineId;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::rules::Rules;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// What the customer pays in all.
    Sell(Decimal),
    /// What the partner pays in all, the customer's price held: how far Cisco would have to come.
    Net(Decimal),
    /// Margin of the whole in percent, by the customer's price.
    Margin(Decimal),
    /// Margin of the whole in percent, by the partner's cost, the customer's price held.
    MarginByNet(Decimal),
}

/// Why a target cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolveError {
    /// The spread.
    #[error(transparent)]
    Spread(#[from] SpreadError),
    /// A margin of 100 % or more asks for an endless price.
    #[error("a margin is below 100 %; {0} is not")]
    Margin(Decimal),
    /// No figure could hold the price.
    #[error("the price that asks for is too large")]
    Large,
}

/// An answer: lines as they would be, and the totals then.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// The changed lines.
    pub lines: Vec<QuoteLine>,
    /// The side that moves.
    pub side: Side,
    /// Total of that side now.
    pub from: Decimal,
    /// And then.
    pub to: Decimal,
    /// All totals then.
    pub totals: Totals,
}

/// The lines that reach a target, locked ones untouched. Totals are reached to the minor unit; a margin
/// as near as a price in minor units can come: the total is rounded, half up, and then spread.
///
/// Cost 812.40 at a margin of 15 % asks for 955.76 (R14).
///
/// # Errors
/// [`SolveError`].
pub fn solve(
    quote: &Quote,
    target: Target,
    locked: &BTreeSet<QuoteLineId>,
    rules: &Rules,
) -> Result<Solved, SolveError> {
    let (_, now) = price_quote(quote, rules);
    let (side, to) = match target {
        Target::Sell(total) => (Side::Sell, total),
        Target::Net(total) => (Side::Net, total),
        Target::Margin(margin) => {
            let keeps = keeps(margin)?;
            let sell = now.net.checked_mul(Decimal::ONE_HUNDRED);
            let sell = sell.and_then(|sell| sell.checked_div(keeps));
            (Side::Sell, sell.ok_or(SolveError::Large)?)
        }
        Target::MarginByNet(margin) => {
            let net = now.sell.checked_mul(keeps(margin)?);
            let net = net.and_then(|net| net.checked_div(Decimal::ONE_HUNDRED));
            (Side::Net, net.ok_or(SolveError::Large)?)
        }
    };
    let to = quote.currency.round(to);
    let mut held = quote.clone();
    if side == Side::Net {
        hold_sell(&mut held, locked, rules);
    }
    let lines = spread(&held, side, to, locked, rules)?;
    let then = with_lines(&held, &lines);
    let (_, totals) = price_quote(&then, rules);
    let from = match side {
        Side::Net => now.net,
        Side::Sell => now.sell,
    };
    let lines = then.lines.into_iter().zip(&quote.lines);
    Ok(Solved {
        lines: lines
            .filter(|(new, old)| new != *old)
            .map(|(new, _)| new)
            .collect(),
        side,
        from,
        to,
        totals,
    })
}

fn keeps(margin: Decimal) -> Result<Decimal, SolveError> {
    let keeps = Decimal::ONE_HUNDRED.checked_sub(margin);
    let keeps = keeps.filter(|keeps| *keeps > Decimal::ZERO);
    keeps.ok_or(SolveError::Margin(margin))
}

/// Types what the customer pays into every unlocked line whose price would follow its cost.
fn hold_sell(quote: &mut Quote, locked: &BTreeSet<QuoteLineId>, rules: &Rules) {
    use crate::domain::quote::SellDriver::{MarginPct, MarkupPct};
    let currency = quote.currency;
    let (priced, _) = price_quote(quote, rules);
    for (line, priced) in quote.lines.iter_mut().zip(priced) {
        let free = !locked.contains(&line.id) && !line.quantity.is_zero();
        if let (MarginPct(_) | MarkupPct(_), Some(sell), true) =
            (line.sell, priced.extended_sell, free)
        {
            line.sell = sell_for(sell, line.quantity, currency);
        }
    }
}
