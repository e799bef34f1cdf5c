//! What stays as it is when one of discount, net, margin, markup and sell price is changed. Nothing is
//! asked: a mode the screen shows says which side is held.

use super::edit::{self, EditError, Field};
use super::spread::{buy_for, sell_for};
use super::{PricedLine, price_line};
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
    /// A change of the cost leaves what the customer pays; a margin or markup moves the cost.
    Sell,
    /// A change of what the customer pays moves the cost, so that the margin stays: how far Cisco would
    /// have to come. A change of the cost moves a typed price.
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
/// shows the margin that follows, a margin of 20 % typed asks for a net of 745.08; sell 900.00 with
/// `Margin` held asks for a net of 792.00, and a net of 700.00 under a typed price of 931.35 sells for 795.45.
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
    let percents = has(&[Field::MarginPct, Field::MarkupPct]);
    let prices = has(&[Field::UnitSell, Field::ExtendedSell]);
    if new.quantity.is_zero() {
        return Ok(new);
    }
    let before = || price_line(line, currency, rules);
    match hold {
        Hold::Sell if (buys || percents) && !(buys && percents) && !prices => {
            if let Some(sell) = typed_sell(line, new.quantity, before().extended_sell, currency) {
                if percents && let Some(buy) = buy_under(sell, new.sell, new.quantity, currency) {
                    new.buy = buy;
                    new.sell = sell;
                } else if buys {
                    new.sell = sell;
                }
            }
        }
        Hold::Margin if prices && !buys => {
            let under = before().margin_pct.map(SellDriver::MarginPct);
            let buy = under.and_then(|margin| buy_under(new.sell, margin, new.quantity, currency));
            new.buy = buy.unwrap_or(new.buy);
        }
        Hold::Margin if buys && !prices && !percents => {
            let priced = price_line(&new, currency, rules);
            let sell = before()
                .margin_pct
                .and_then(|margin| sell_over(&new, margin, &priced, currency));
            new.sell = sell.unwrap_or(new.sell);
        }
        _ => {}
    }
    Ok(new)
}

/// What the customer pays for a line as a price that stays: as it was typed, else what it comes to.
fn typed_sell(
    line: &QuoteLine,
    quantity: Decimal,
    all: Option<Decimal>,
    currency: Currency,
) -> Option<SellDriver> {
    match line.sell {
        SellDriver::MarginPct(_) | SellDriver::MarkupPct(_) => {
            all.map(|all| sell_for(all, quantity, currency))
        }
        typed => Some(typed),
    }
}

/// The cost that leaves a percentage of a typed price.
fn buy_under(
    sell: SellDriver,
    percent: SellDriver,
    quantity: Decimal,
    currency: Currency,
) -> Option<BuyDriver> {
    let hundred = Decimal::ONE_HUNDRED;
    let cost = |sell: Decimal| {
        let net = match percent {
            SellDriver::MarginPct(pct) => sell
                .checked_mul(hundred.checked_sub(pct)?)?
                .checked_div(hundred)?,
            SellDriver::MarkupPct(pct) => sell
                .checked_mul(hundred)?
                .checked_div(hundred.checked_add(pct)?)?,
            _ => return None,
        };
        Some(currency.round(net))
    };
    match sell {
        SellDriver::UnitSell(sell) => cost(sell).map(BuyDriver::UnitNet),
        SellDriver::ExtendedSell(sell) => cost(sell).map(|all| buy_for(all, quantity, currency)),
        _ => None,
    }
}

/// The typed price moved so that it leaves a margin on the cost the line now has; none where the margin is
/// what is typed and stays by itself.
fn sell_over(
    line: &QuoteLine,
    margin: Decimal,
    priced: &PricedLine,
    currency: Currency,
) -> Option<SellDriver> {
    let hundred = Decimal::ONE_HUNDRED;
    let price = |net: Decimal| {
        let keeps = hundred.checked_sub(margin)?;
        let sell = net.checked_mul(hundred)?.checked_div(keeps)?;
        Some(currency.round(sell))
    };
    match line.sell {
        SellDriver::UnitSell(_) => priced.unit_net.and_then(price).map(SellDriver::UnitSell),
        SellDriver::ExtendedSell(_) => {
            let all = priced.extended_net.and_then(price);
            all.map(|all| sell_for(all, line.quantity, currency))
        }
        _ => None,
    }
}
