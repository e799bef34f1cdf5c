//! The offers of a quote as they are kept between two looks at it: bytes. A book has more lines in
//! quotes than renewals, and works on one quote at a time. Whole numbers are written seven bits to
//! a byte, so that an amount of any length comes out as it went in.

use super::{Made, Marks, NO_LINE, NO_PORTFOLIO, NO_RENEWAL, Offer, Offers, Price};
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::packed::varint::{put, put_signed, take, take_signed};
use chrono::{Datelike, NaiveDate};
use std::sync::Arc;
use uuid::Uuid;

/// Bytes of an id.
const ID: usize = 16;

/// What of a line is there, and which of its amounts are the run-rate again or nothing.
mod has {
    pub const PRICE: u8 = 1;
    pub const PORTFOLIO_NAME: u8 = 2;
    pub const LINE: u8 = 4;
    pub const RENEWAL: u8 = 8;
    pub const PORTFOLIO: u8 = 16;
    pub const TCV_AS_RUN_RATE: u8 = 32;
    pub const ACV_AS_RUN_RATE: u8 = 64;
    pub const NO_DISCOUNT: u8 = 128;
}

/// A quote's offers as bytes, but for its id: whoever keeps them finds them by it.
#[derive(Clone, Debug)]
pub struct Kept(Box<[u8]>);

impl Kept {
    /// Packs offers.
    pub fn of(offers: &Offers) -> Kept {
        let mut out = Vec::new();
        put(&mut out, offers.renewals.len() as u64);
        for renewal in &offers.renewals {
            out.extend(renewal.0.as_bytes());
        }
        let (created_on, digits, _) = offers.order;
        put_signed(&mut out, created_on.num_days_from_ce().into());
        put(&mut out, digits);
        out.extend(offers.account.0.as_bytes());
        put(&mut out, offers.currency.bits().into());
        put(&mut out, offers.number.len() as u64);
        out.extend(offers.number.as_bytes());
        put(&mut out, offers.lines.len() as u64);
        put(&mut out, offers.made.0.len() as u64);
        out.extend(&offers.made.0);
        let mut before = 0;
        for line in &offers.lines {
            put_line(&mut out, line, &mut before);
        }
        Kept(out.into())
    }

    /// The renewals the quote covers.
    pub fn renewals(&self) -> impl Iterator<Item = RenewalId> {
        let mut from = &*self.0;
        let ids = take_renewals(&mut from).unwrap_or_default();
        ids.iter().map(|id| RenewalId(Uuid::from_bytes(*id)))
    }

    /// Its age among the quotes of a renewal.
    pub fn order(&self, quote: QuoteId) -> Option<(NaiveDate, u64, QuoteId)> {
        let mut from = &*self.0;
        take_renewals(&mut from)?;
        take_order(&mut from, quote)
    }

    /// The offers as they were packed.
    pub fn offers(&self, quote: QuoteId) -> Option<Offers> {
        let mut from = &*self.0;
        let renewals = take_renewals(&mut from)?.iter();
        let renewals = renewals
            .map(|id| RenewalId(Uuid::from_bytes(*id)))
            .collect();
        let order = take_order(&mut from, quote)?;
        let account = AccountId(Uuid::from_slice(take_bytes(&mut from, ID)?).ok()?);
        let currency = Currency::of_bits(u16::try_from(take(&mut from)?).ok()?)?;
        let length = usize::try_from(take(&mut from)?).ok()?;
        let number = Arc::from(std::str::from_utf8(take_bytes(&mut from, length)?).ok()?);
        let count = usize::try_from(take(&mut from)?).ok()?;
        let length = usize::try_from(take(&mut from)?).ok()?;
        let made = Made(take_bytes(&mut from, length)?.to_vec());
        let mut lines = Vec::with_capacity(count);
        let mut before = 0;
        for _ in 0..count {
            lines.push(take_line(&mut from, &mut before)?);
        }
        Some(Offers {
            quote,
            number,
            account,
            currency,
            renewals,
            order,
            lines,
            made,
        })
    }
}

/// `before` is the line the last one renewed: lines of a quote mostly renew one after the other.
fn put_line(out: &mut Vec<u8>, line: &Offer, before: &mut i64) {
    let price = line.price;
    let about = [
        (has::PRICE, line.priced),
        (has::PORTFOLIO_NAME, line.names_portfolio),
        (has::LINE, line.renews != NO_LINE),
        (has::RENEWAL, line.renewal != NO_RENEWAL),
        (has::PORTFOLIO, line.portfolio != NO_PORTFOLIO),
        (has::TCV_AS_RUN_RATE, price.tcv == price.run_rate),
        (has::ACV_AS_RUN_RATE, price.acv == price.run_rate),
        (has::NO_DISCOUNT, price.discount == 0),
    ];
    let about = about.into_iter().filter(|(_, there)| *there);
    let about = about.fold(0, |all, (bit, _)| all | bit);
    out.extend([about, line.marks.bits()]);
    if about & has::LINE != 0 {
        let renews = i64::from(line.renews);
        put_signed(out, renews - *before);
        *before = renews;
    }
    if about & has::RENEWAL != 0 {
        put(out, line.renewal.into());
    }
    if about & has::PORTFOLIO != 0 {
        put(out, line.portfolio.into());
    }
    if about & has::PRICE != 0 {
        put_signed(out, price.run_rate);
        let others = [
            (has::TCV_AS_RUN_RATE, price.tcv),
            (has::ACV_AS_RUN_RATE, price.acv),
            (has::NO_DISCOUNT, price.discount),
        ];
        for (_, amount) in others.into_iter().filter(|(bit, _)| about & bit == 0) {
            put_signed(out, amount);
        }
    }
}

fn take_line(from: &mut &[u8], before: &mut i64) -> Option<Offer> {
    let [about, marks] = *from.split_off(..2)?.first_chunk()?;
    let has = |bit: u8| about & bit != 0;
    let mut line = Offer {
        renews: NO_LINE,
        renewal: NO_RENEWAL,
        portfolio: NO_PORTFOLIO,
        marks: Marks::of_bits(marks),
        names_portfolio: has(has::PORTFOLIO_NAME),
        priced: has(has::PRICE),
        price: Price::default(),
    };
    if has(has::LINE) {
        *before += take_signed(from)?;
        line.renews = u32::try_from(*before).ok()?;
    }
    if has(has::RENEWAL) {
        line.renewal = u32::try_from(take(from)?).ok()?;
    }
    if has(has::PORTFOLIO) {
        line.portfolio = u16::try_from(take(from)?).ok()?;
    }
    if line.priced {
        let run_rate = take_signed(from)?;
        let mut or = |bit: u8, same: i64| match has(bit) {
            true => Some(same),
            false => take_signed(from),
        };
        line.price = Price {
            run_rate,
            tcv: or(has::TCV_AS_RUN_RATE, run_rate)?,
            acv: or(has::ACV_AS_RUN_RATE, run_rate)?,
            discount: or(has::NO_DISCOUNT, 0)?,
        };
    }
    Some(line)
}

fn take_renewals<'a>(from: &mut &'a [u8]) -> Option<&'a [[u8; ID]]> {
    let count = usize::try_from(take(from)?).ok()?;
    let (ids, _) = take_bytes(from, count.checked_mul(ID)?)?.as_chunks();
    Some(ids)
}

fn take_order(from: &mut &[u8], quote: QuoteId) -> Option<(NaiveDate, u64, QuoteId)> {
    let days = i32::try_from(take_signed(from)?).ok()?;
    let created_on = NaiveDate::from_num_days_from_ce_opt(days)?;
    Some((created_on, take(from)?, quote))
}

fn take_bytes<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn amount() -> impl Strategy<Value = i64> {
        prop_oneof![
            Just(0),
            Just(i64::MIN),
            Just(i64::MAX),
            -999i64..999,
            any::<i64>()
        ]
    }

    fn line() -> impl Strategy<Value = Offer> {
        let price = (any::<bool>(), amount(), amount(), amount(), amount());
        let places = (any::<u32>(), any::<u32>(), any::<u16>());
        let about = (0u8..64, any::<bool>(), any::<bool>(), any::<bool>());
        (price, places, about).prop_map(|(price, places, about)| {
            let (priced, run_rate, tcv, acv, discount) = price;
            let (bits, names_portfolio, some_line, as_run_rate) = about;
            let price = Price {
                run_rate,
                tcv: if as_run_rate { run_rate } else { tcv },
                acv,
                discount,
            };
            Offer {
                renews: if some_line { places.0 } else { NO_LINE },
                renewal: places.1,
                portfolio: places.2,
                marks: Marks::of_bits(bits),
                names_portfolio,
                priced,
                price: if priced { price } else { Price::default() },
            }
        })
    }

    proptest! {
        /// Whatever the amounts: the longest and the negative ones too.
        #[test]
        fn offers_come_out_as_they_were_kept(
            lines in prop::collection::vec(line(), 0..20),
            renewals in prop::collection::vec(any::<u128>(), 0..4),
            made in prop::collection::vec(any::<u8>(), 0..200),
            (number, digits, days, id) in ("[A-Zäöü0-9-]{0,12}", any::<u64>(), 1i32..1_000_000, any::<u128>()),
        ) {
            let quote = QuoteId(Uuid::from_u128(id));
            let created_on = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            let offers = Offers {
                quote,
                number: number.as_str().into(),
                account: AccountId(Uuid::from_u128(!id)),
                currency: Currency::of_bits("EUR".parse::<Currency>().unwrap().bits()).unwrap(),
                renewals: renewals.iter().map(|id| RenewalId(Uuid::from_u128(*id))).collect(),
                order: (created_on, digits, quote),
                lines,
                made: Made(made),
            };
            let kept = Kept::of(&offers);
            prop_assert_eq!(kept.order(quote), Some(offers.order));
            prop_assert_eq!(kept.renewals().collect::<Vec<_>>(), offers.renewals.clone());
            prop_assert_eq!(format!("{:?}", kept.offers(quote).unwrap()), format!("{offers:?}"));
        }
    }
}
