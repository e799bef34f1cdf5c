//! A quote as the program sees it: its lines priced and reduced to what moves a metric. Prices come
//! from `pricing`; one that was made from the same figures before is not made again.

use super::deal::Marks;
use super::names::Names;
use super::units;
use crate::domain::ids::{AccountId, LineId, QuoteId, QuoteLineId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Proration, Quote, QuoteLine};
use crate::domain::rules::Rules;
use crate::pricing;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A priced quote line, reduced to what the program needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The line it renews.
    pub renews: Option<LineId>,
    /// The renewal it belongs to.
    pub renewal: Option<RenewalId>,
    /// Run-rate, TCV and ACV; none without a price.
    pub price: Option<Price>,
    /// Number of its portfolio.
    pub portfolio: Option<usize>,
    /// It names a portfolio, known or not.
    pub names_portfolio: bool,
    /// What is known of it.
    pub marks: Marks,
}

impl Offer {
    /// True where its price cannot be held exactly.
    pub fn is_unfit(&self) -> bool {
        self.marks.has(Marks::UNFIT)
    }
}

/// A quote line and what its price was made from: kept beside the offers, which a full count reads
/// from end to end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Made {
    id: QuoteLineId,
    key: PriceKey,
}

/// What a price to Cisco is made from; equal keys have equal prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceKey {
    quantity: Decimal,
    unit_list: Option<Decimal>,
    list_years: Decimal,
    start: NaiveDate,
    end: NaiveDate,
    buy: BuyDriver,
    proration: Proration,
    currency: Currency,
}

impl PriceKey {
    fn of(line: &QuoteLine, currency: Currency) -> PriceKey {
        PriceKey {
            quantity: line.quantity,
            unit_list: line.unit_list,
            list_years: line.list_years,
            start: line.start,
            end: line.end,
            buy: line.buy,
            proration: line.proration,
            currency,
        }
    }
}

/// What a quote line is worth to the program, in minor units of the quote's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// N: annual run-rate.
    pub run_rate: i64,
    /// T: TCV.
    pub tcv: i64,
    /// V: ACV.
    pub acv: i64,
    /// List less net over the term; nothing where there is no list price.
    pub discount: i64,
}

/// A quote, priced and reduced.
#[derive(Clone, Debug)]
pub struct Offers {
    /// The quote.
    pub quote: QuoteId,
    /// Its number, for people.
    pub number: Arc<str>,
    /// Its customer.
    pub account: AccountId,
    /// Its currency.
    pub currency: Currency,
    /// The renewals it covers.
    pub renewals: Vec<RenewalId>,
    /// Its age among the quotes of a renewal: the newest counts.
    pub order: (NaiveDate, u64, QuoteId),
    /// Its lines.
    pub lines: Vec<Offer>,
    /// The same lines.
    made: Vec<Made>,
}

impl Offers {
    /// Prices a quote. Prices of lines that `known` already holds unchanged are taken from there.
    pub fn of(quote: &Quote, known: Option<&Offers>, names: &Names, rules: &Rules) -> Offers {
        let digits: String = quote.number.chars().filter(char::is_ascii_digit).collect();
        let mut lines = Vec::with_capacity(quote.lines.len());
        let mut made = Vec::with_capacity(quote.lines.len());
        for (at, line) in quote.lines.iter().enumerate() {
            let before = known.and_then(|known| known.line(at, line.id));
            let (offer, key) = offer(line, quote, before, names, rules);
            lines.push(offer);
            made.push(Made { id: line.id, key });
        }
        let mut renewals = quote.renewals.clone();
        for id in quote.lines.iter().filter_map(|line| line.renewal) {
            if !renewals.contains(&id) {
                renewals.push(id);
            }
        }
        Offers {
            quote: quote.id,
            number: Arc::clone(&quote.number),
            account: quote.account,
            currency: quote.currency,
            renewals,
            order: (quote.created_on, digits.parse().unwrap_or(0), quote.id),
            lines,
            made,
        }
    }

    /// Prices one line of a quote again; answers what it was before. `None` where these offers are
    /// not of that quote, or the line is another one or belongs to another renewal now: then the
    /// whole quote is to be read again.
    pub fn put(&mut self, quote: &Quote, at: usize, names: &Names, rules: &Rules) -> Option<Offer> {
        let line = quote.lines.get(at)?;
        let same = self.quote == quote.id
            && self.currency == quote.currency
            && self.lines.len() == quote.lines.len();
        let slot = self.lines.get_mut(at).filter(|_| same)?;
        let made = self.made.get_mut(at)?;
        if made.id != line.id || slot.renewal != line.renewal {
            return None;
        }
        let old = *slot;
        (*slot, made.key) = offer(line, quote, Some((&old, &made.key)), names, rules);
        Some(old)
    }

    /// The line with that id, which is most likely at that place.
    fn line(&self, at: usize, id: QuoteLineId) -> Option<(&Offer, &PriceKey)> {
        let here = self.made.get(at).is_some_and(|made| made.id == id);
        let at = match here {
            true => at,
            false => self.made.iter().position(|made| made.id == id)?,
        };
        let made = self.made.get(at)?;
        self.lines.get(at).map(|offer| (offer, &made.key))
    }
}

fn offer(
    line: &QuoteLine,
    quote: &Quote,
    before: Option<(&Offer, &PriceKey)>,
    names: &Names,
    rules: &Rules,
) -> (Offer, PriceKey) {
    let key = PriceKey::of(line, quote.currency);
    let mut marks = Marks::of(line.kind, line.premium, line.ea, line.ai);
    let price = match before.filter(|(_, before)| **before == key) {
        Some((offer, _)) => {
            marks.set(Marks::UNFIT, offer.marks.has(Marks::UNFIT));
            offer.price
        }
        None => {
            let priced = pricing::price_line(line, quote.currency, rules);
            let amounts = priced.tcv.zip(priced.acv);
            let price = amounts.and_then(|(tcv, acv)| {
                let whole = |amount| units::of(amount, quote.currency.minor_units());
                let discount = priced.extended_list.map(|list| list.saturating_sub(tcv));
                Some(Price {
                    run_rate: whole(priced.run_rate.unwrap_or_default())?,
                    tcv: whole(tcv)?,
                    acv: whole(acv)?,
                    discount: whole(discount.unwrap_or_default().max(Decimal::ZERO))?,
                })
            });
            marks.set(Marks::UNFIT, amounts.is_some() && price.is_none());
            price
        }
    };
    let offer = Offer {
        renews: line.renews,
        renewal: line.renewal,
        price,
        portfolio: line.portfolio.as_ref().and_then(|p| names.number(p)),
        names_portfolio: line.portfolio.is_some(),
        marks,
    };
    (offer, key)
}
