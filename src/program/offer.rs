//! A quote as the program sees it: its lines priced and reduced to what moves a metric. Prices come
//! from `pricing`; one that was made from the same figures before is not made again.

mod kept;

pub use kept::Kept;

use super::deal::Marks;
use super::names::Names;
use super::units;
use crate::domain::ids::{AccountId, LineId, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine};
use crate::domain::rules::Rules;
use crate::pricing;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// No portfolio.
const NO_PORTFOLIO: u16 = u16::MAX;

/// No line: a book's numbers end before it.
const NO_LINE: u32 = u32::MAX;

/// No renewal.
const NO_RENEWAL: u32 = u32::MAX;

/// A priced quote line, reduced to what the program needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The line it renews; [`NO_LINE`] for none.
    renews: u32,
    /// The place of its renewal among those of the offers.
    renewal: u32,
    /// Number of its portfolio.
    portfolio: u16,
    /// What is known of it.
    pub marks: Marks,
    /// It names a portfolio, known or not.
    pub names_portfolio: bool,
    priced: bool,
    price: Price,
}

impl Offer {
    /// True where its price cannot be held exactly.
    pub fn is_unfit(&self) -> bool {
        self.marks.has(Marks::UNFIT)
    }

    /// Run-rate, TCV and ACV; none without a price.
    pub fn price(&self) -> Option<Price> {
        self.priced.then_some(self.price)
    }

    /// The line it renews.
    pub fn renews(&self) -> Option<LineId> {
        (self.renews != NO_LINE).then_some(LineId(self.renews))
    }

    /// Number of its portfolio.
    pub fn portfolio(&self) -> Option<usize> {
        (self.portfolio != NO_PORTFOLIO).then_some(usize::from(self.portfolio))
    }

    /// The renewal it belongs to, among those of its offers.
    pub fn renewal(&self, offers: &Offers) -> Option<RenewalId> {
        offers.renewals.get(self.renewal as usize).copied()
    }
}

/// What the prices of a quote were made from, line by line: lines with equal bytes have equal
/// prices. Kept beside the offers, which a full count reads from end to end.
#[derive(Clone, Debug, Default, PartialEq)]
struct Made(Vec<u8>);

impl Made {
    /// Adds a line: the length, then the figures its price to Cisco is made from.
    fn push(&mut self, line: &QuoteLine) {
        let from = self.0.len();
        self.0.push(0);
        let (by, value) = match line.buy {
            BuyDriver::DiscountPct(value) => (0, value),
            BuyDriver::UnitNet(value) => (1, value),
            BuyDriver::ExtendedNet(value) => (2, value),
        };
        let (mode, day) = line.proration.code();
        let how = mode * 8 + by * 2 + u8::from(line.unit_list.is_some());
        self.0.push(how);
        self.0.push(line.kind as u8);
        let amounts = [
            Some(line.quantity),
            line.unit_list,
            Some(line.list_years),
            Some(value),
        ];
        for amount in amounts.into_iter().flatten() {
            self.amount(amount);
        }
        for day in [line.start, line.end] {
            self.0.extend(day.num_days_from_ce().to_le_bytes());
        }
        if day > 0 {
            self.0.push(day);
        }
        // behind all others, so that it needs no mark
        if let Some(days) = line.licence_days {
            self.0.extend(days.to_le_bytes());
        }
        // five figures of at most 15 bytes: never more than a byte says
        let length = u8::try_from(self.0.len() - from - 1).unwrap_or(u8::MAX);
        if let Some(head) = self.0.get_mut(from) {
            *head = length;
        }
    }

    /// Scale and sign, then the digits, seven bits to a byte.
    fn amount(&mut self, amount: Decimal) {
        self.0
            .push((amount.scale() as u8) << 1 | u8::from(amount.is_sign_negative()));
        let mut digits = amount.mantissa().unsigned_abs();
        while digits >= 0x80 {
            self.0.push(digits as u8 | 0x80);
            digits >>= 7;
        }
        self.0.push(digits as u8);
    }

    /// The bytes of every line.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first()?;
            let (line, behind) = behind.split_at_checked(usize::from(*length))?;
            rest = behind;
            Some(line)
        })
    }

    /// Puts a line in the place of the one at `at`.
    fn put(&mut self, at: usize, line: &Made) {
        let from: usize = self.lines().take(at).map(|line| line.len() + 1).sum();
        let length = self
            .0
            .get(from)
            .map_or(0, |length| usize::from(*length) + 1);
        self.0.splice(from..from + length, line.0.iter().copied());
    }
}

/// What a quote line is worth to the program, in minor units of the quote's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    made: Made,
}

impl Offers {
    /// Prices a quote. Prices of lines that `known` already holds unchanged are taken from there.
    pub fn of(quote: &Quote, known: Option<&Offers>, names: &Names, rules: &Rules) -> Offers {
        let digits: String = quote.number.chars().filter(char::is_ascii_digit).collect();
        let known = known.filter(|known| known.currency == quote.currency);
        let before: Vec<(&[u8], &Offer)> = known
            .map(|known| known.made.lines().zip(&known.lines).collect())
            .unwrap_or_default();
        let mut offers = Offers {
            quote: quote.id,
            number: Arc::clone(&quote.number),
            account: quote.account,
            currency: quote.currency,
            renewals: quote.renewals.clone(),
            order: (quote.created_on, digits.parse().unwrap_or(0), quote.id),
            lines: Vec::with_capacity(quote.lines.len()),
            made: Made::default(),
        };
        let mut elsewhere: Option<HashMap<&[u8], &Offer>> = None;
        let mut key = Made::default();
        for (at, line) in quote.lines.iter().enumerate() {
            key.0.clear();
            key.push(line);
            let same = |(made, _): &&(&[u8], &Offer)| key.lines().next() == Some(*made);
            // a line mostly stands where it stood, or one up where another was taken out
            let near = before
                .get(at..)
                .unwrap_or_default()
                .iter()
                .take(2)
                .find(same);
            let found = near.map(|(_, offer)| *offer).or_else(|| {
                // found by bytes: a quote repriced as a whole has no line that stood before
                let elsewhere = elsewhere.get_or_insert_with(|| before.iter().copied().collect());
                elsewhere.get(key.lines().next()?).copied()
            });
            let place = offers.place_of(line.renewal);
            let offer = offer(line, quote, (place, found), names, rules);
            offers.lines.push(offer);
            offers.made.0.extend_from_slice(&key.0);
        }
        offers.renewals.shrink_to_fit();
        offers.made.0.shrink_to_fit();
        offers
    }

    /// Prices one line of a quote again; answers what it was before. `None` where these offers are
    /// not of that quote, or the line belongs to another renewal now: then the whole quote is to be
    /// read again.
    pub fn put(&mut self, quote: &Quote, at: usize, names: &Names, rules: &Rules) -> Option<Offer> {
        let line = quote.lines.get(at)?;
        let same = self.quote == quote.id
            && self.currency == quote.currency
            && self.lines.len() == quote.lines.len();
        let old = *self.lines.get(at).filter(|_| same)?;
        if old.renewal(self) != line.renewal {
            return None;
        }
        let mut key = Made::default();
        key.push(line);
        let unchanged = self.made.lines().nth(at) == key.lines().next();
        let known = (old.renewal, unchanged.then_some(&old));
        *self.lines.get_mut(at)? = offer(line, quote, known, names, rules);
        if !unchanged {
            self.made.put(at, &key);
        }
        Some(old)
    }

    /// The place of a line's renewal, added where it was not there yet.
    fn place_of(&mut self, renewal: Option<RenewalId>) -> u32 {
        let Some(renewal) = renewal else {
            return NO_RENEWAL;
        };
        let known = self.renewals.iter().position(|id| *id == renewal);
        let at = known.unwrap_or_else(|| {
            self.renewals.push(renewal);
            self.renewals.len() - 1
        });
        u32::try_from(at).unwrap_or(NO_RENEWAL)
    }
}

/// A line priced, its renewal at a place; by what was made of the same figures before where there
/// is such.
fn offer(
    line: &QuoteLine,
    quote: &Quote,
    (renewal, before): (u32, Option<&Offer>),
    names: &Names,
    rules: &Rules,
) -> Offer {
    let mut marks = Marks::of(line.kind, line.premium, line.ea, line.ai);
    let price = match before {
        Some(offer) => {
            marks.set(Marks::UNFIT, offer.is_unfit());
            offer.price()
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
    let portfolio = line.portfolio.as_ref().and_then(|p| names.number(p));
    Offer {
        renews: line.renews.map_or(NO_LINE, |line| line.0),
        renewal,
        portfolio: portfolio
            .and_then(|p| u16::try_from(p).ok())
            .unwrap_or(NO_PORTFOLIO),
        marks,
        names_portfolio: line.portfolio.is_some(),
        priced: price.is_some(),
        price: price.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines whose licences were bought for other days have other prices, whatever else they have alike.
    #[test]
    fn a_price_is_told_by_the_days_licences_were_bought_for() {
        let line = r#"{
            "id": "00000000-0000-0000-0000-000000000001", "number": 1, "renews": null, "renewal": null,
            "kind": "subscription", "serial": null, "pid": null, "description": null,
            "service_sku": null, "service_level": null, "quantity": "1", "unit_list": "100",
            "list_years": "1", "start": "2027-01-01", "end": "2027-12-31",
            "buy": {"discount_pct": "0"}, "sell": {"margin_pct": "0"},
            "proration": "meraki_average", "ldos": null, "cut_at_ldos": false, "portfolio": null,
            "premium": null, "ea": null, "ai": null
        }"#;
        let line: QuoteLine = serde_json::from_str(line).unwrap();
        let made = |licence_days| {
            let mut made = Made::default();
            made.push(&QuoteLine {
                licence_days,
                ..line.clone()
            });
            made
        };
        assert_eq!(made(None), made(None));
        assert_ne!(made(None), made(Some(365)));
        assert_ne!(made(Some(730)), made(Some(365)));
    }
}
