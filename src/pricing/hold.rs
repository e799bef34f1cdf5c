//! What stays as it is when one of discount, net, margin, markup and sell price is changed. Nothing is
//! asked: a mode the screen shows says which side is held.

use super::edit::{self, EditError, Field};
use super::price_line;
use super::spread::sell_for;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Hold {
    /// Each side keeps what was typed into it last: a margin stays a margin, a price a price.
    #[default]
    Typed,
    /// A change of the cost leaves what the customer pays.
    Sell,
    /// A change of what the customer pays moves the cost, so that the margin stays: how far Cisco would
    /// have to come.
    Margin,
}

impl Hold {
    /// All modes with their words, in the order a key goes through them.
    pub const ALL: [(Hold, &'static str); 3] = [
        (Hold::Typed, "typed"),
        (Hold::Sell, "sell"),
        (Hold::Margin, "margin"),
    ];

    /// The mode of a word.
    pub fn named(word: &str) -> Option<Hold> {
        let known = Hold::ALL.iter().find(|(_, known)| *known == word);
        known.map(|(hold, _)| *hold)
    }

    /// What the screen says.
    pub fn words(self) -> &'static str {
        match self {
            Hold::Typed => "each side keeps what was typed",
            Hold::Sell => "customer's price held",
            Hold::Margin => "margin held",
        }
    }

    /// The next mode.
    pub fn next(self) -> Hold {
        match self {
            Hold::Typed => Hold::Sell,
            Hold::Sell => Hold::Margin,
            Hold::Margin => Hold::Typed,
        }
    }
}

/// [`edit::apply_all`], and the side that the mode holds brought back to what it was.
///
/// Net 819.59 sold at a margin of 12 % for 931.35: discount 40 % with `Sell` held leaves 931.35 and
/// shows the margin that follows; sell 900.00 with `Margin` held asks for a net of 792.00.
///
/// # Errors
/// As [`edit::apply_all`].
pub fn apply(
    line: &QuoteLine,
    edits: &[(Field, &str)],
    hold: Hold,
    currency: Currency,
    (today, rules): (NaiveDate, &Rules),
) -> Result<QuoteLine, EditError> {
    let mut new = edit::apply_all(line, edits, today, rules)?;
    let has = |fields: &[Field]| edits.iter().any(|(field, _)| fields.contains(field));
    let buys = has(&[Field::DiscountPct, Field::UnitNet, Field::ExtendedNet]);
    let sells = has(&[
        Field::MarginPct,
        Field::MarkupPct,
        Field::UnitSell,
        Field::ExtendedSell,
    ]);
    let before = || price_line(line, currency, rules);
    match hold {
        Hold::Sell if buys && !sells && !new.quantity.is_zero() => {
            if let (SellDriver::MarginPct(_) | SellDriver::MarkupPct(_), Some(sell)) =
                (new.sell, before().extended_sell)
            {
                new.sell = sell_for(sell, new.quantity, currency);
            }
        }
        Hold::Margin if has(&[Field::UnitSell, Field::ExtendedSell]) && !buys => {
            let keeps = before()
                .margin_pct
                .and_then(|margin| Decimal::ONE_HUNDRED.checked_sub(margin));
            let cost = |sell: Decimal| {
                let net = sell.checked_mul(keeps?)?.checked_div(Decimal::ONE_HUNDRED);
                net.map(|net| currency.round(net))
            };
            let buy = match new.sell {
                SellDriver::UnitSell(sell) => cost(sell).map(BuyDriver::UnitNet),
                SellDriver::ExtendedSell(sell) => cost(sell).map(BuyDriver::ExtendedNet),
                _ => None,
            };
            new.buy = buy.unwrap_or(new.buy);
        }
        _ => {}
    }
    Ok(new)
}
