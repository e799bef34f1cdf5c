//! The deals of a board as bytes: a book has a hundred thousand of them, each mostly a few small numbers,
//! and works on one at a time. A deal comes out as the value that went in. Pure.

use super::{Add, BoardDeal, Class, DealId};
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::packed::Numbered;
use crate::domain::packed::varint::{put, put_signed, put_wide, take, take_signed, take_wide};
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use uuid::Uuid;

/// Bytes of an id.
const ID: usize = 16;

/// What of a deal is there, in its first byte.
mod has {
    pub const QUOTE_ID: u8 = 1;
    pub const EXTRA_ID: u8 = 2;
    pub const COMMITTED: u8 = 4;
    pub const ACCOUNT: u8 = 8;
    pub const QUOTED: u8 = 16;
    pub const END: u8 = 32;
    pub const ON_TIME: u8 = 64;
    pub const DISCOUNT: u8 = 128;
}

/// Deals in the order they were put in.
#[derive(Clone, Debug, Default)]
pub struct BoardDeals {
    bytes: Vec<u8>,
    /// Where each begins.
    starts: Vec<usize>,
}

impl BoardDeals {
    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Puts a deal behind the others; it takes about seventy bytes.
    ///
    /// Its class is Committed or Open: what is booked stands in the cells.
    pub fn push(&mut self, deal: BoardDeal) {
        self.starts.push(self.bytes.len());
        put_deal(&mut self.bytes, &deal);
    }

    /// Gives back room that nothing stands in.
    pub fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    /// The deal at a place.
    pub fn get(&self, at: usize) -> Option<BoardDeal> {
        take_deal(&mut self.from(at)?)
    }

    /// Which deal stands at a place.
    pub fn id(&self, at: usize) -> Option<DealId> {
        let mut from = self.from(at)?;
        let about = *from.split_off_first()?;
        take_id(&mut from, about)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = BoardDeal> + '_ {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// The deal of that name.
    pub fn find(&self, id: DealId) -> Option<BoardDeal> {
        let at = (0..self.len()).find(|at| self.id(*at) == Some(id))?;
        self.get(at)
    }

    fn from(&self, at: usize) -> Option<&[u8]> {
        let start = *self.starts.get(at)?;
        self.bytes.get(start..)
    }
}

impl FromIterator<BoardDeal> for BoardDeals {
    fn from_iter<T: IntoIterator<Item = BoardDeal>>(deals: T) -> BoardDeals {
        let mut out = BoardDeals::default();
        for deal in deals {
            out.push(deal);
        }
        out
    }
}

fn put_deal(out: &mut Vec<u8>, deal: &BoardDeal) {
    let about = [
        (has::QUOTE_ID, matches!(deal.id, DealId::Quote(_))),
        (has::EXTRA_ID, matches!(deal.id, DealId::Extra(_))),
        (has::COMMITTED, deal.class == Class::Committed),
        (has::ACCOUNT, deal.account.is_some()),
        (has::QUOTED, deal.quoted),
        (has::END, deal.end.is_some()),
        (has::ON_TIME, deal.on_time),
        (has::DISCOUNT, !deal.discount.is_zero()),
    ];
    let about = about.into_iter().filter(|(_, there)| *there);
    out.push(about.fold(0, |all, (bit, _)| all | bit));
    match deal.id {
        DealId::Renewal(id) => out.extend(id.0.as_bytes()),
        DealId::Quote(id) => out.extend(id.0.as_bytes()),
        DealId::Extra(number) => put(out, number as u64),
    }
    deal.name.put(out);
    if let Some(account) = deal.account {
        out.extend(account.0.as_bytes());
    }
    put_decimal(out, deal.p);
    put_decimal(out, deal.value);
    if !deal.discount.is_zero() {
        put_decimal(out, deal.discount);
    }
    let booking = deal.booking.num_days_from_ce();
    put_signed(out, booking.into());
    if let Some(end) = deal.end {
        put_signed(out, i64::from(end.num_days_from_ce()) - i64::from(booking));
    }
    put(out, deal.adds.len() as u64);
    let mut before = 0;
    for add in &deal.adds {
        // cells rise, so that the step from one to the next is small
        put_signed(out, add.cell as i64 - before);
        before = add.cell as i64;
        put_wide(out, add.a);
        put_wide(out, add.b);
    }
}

fn take_deal(from: &mut &[u8]) -> Option<BoardDeal> {
    let about = *from.split_off_first()?;
    let has = |bit: u8| about & bit != 0;
    let id = take_id(from, about)?;
    let name = Numbered::take(from)?;
    let account = match has(has::ACCOUNT) {
        true => Some(AccountId(take_uuid(from)?)),
        false => None,
    };
    let (p, value) = (take_decimal(from)?, take_decimal(from)?);
    let discount = match has(has::DISCOUNT) {
        true => take_decimal(from)?,
        false => Decimal::ZERO,
    };
    let booking = take_signed(from)?;
    let end = match has(has::END) {
        true => Some(day(booking.checked_add(take_signed(from)?)?)?),
        false => None,
    };
    Some(BoardDeal {
        id,
        name,
        class: match has(has::COMMITTED) {
            true => Class::Committed,
            false => Class::Open,
        },
        account,
        p,
        value,
        discount,
        quoted: has(has::QUOTED),
        end,
        booking: day(booking)?,
        on_time: has(has::ON_TIME),
        adds: take_adds(from)?,
    })
}

fn take_adds(from: &mut &[u8]) -> Option<Box<[Add]>> {
    let count = usize::try_from(take(from)?).ok()?;
    let mut cell = 0i64;
    let mut next = || {
        cell = cell.checked_add(take_signed(from)?)?;
        Some(Add {
            cell: usize::try_from(cell).ok()?,
            a: take_wide(from)?,
            b: take_wide(from)?,
        })
    };
    (0..count).map(|_| next()).collect()
}

fn take_id(from: &mut &[u8], about: u8) -> Option<DealId> {
    Some(if about & has::EXTRA_ID != 0 {
        DealId::Extra(usize::try_from(take(from)?).ok()?)
    } else if about & has::QUOTE_ID != 0 {
        DealId::Quote(QuoteId(take_uuid(from)?))
    } else {
        DealId::Renewal(RenewalId(take_uuid(from)?))
    })
}

fn take_uuid(from: &mut &[u8]) -> Option<Uuid> {
    Uuid::from_slice(from.split_off(..ID)?).ok()
}

fn put_decimal(out: &mut Vec<u8>, number: Decimal) {
    put(out, number.scale().into());
    put_wide(out, number.mantissa());
}

fn take_decimal(from: &mut &[u8]) -> Option<Decimal> {
    let scale = u32::try_from(take(from)?).ok()?;
    Decimal::try_from_i128_with_scale(take_wide(from)?, scale).ok()
}

fn day(days: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = i128> {
        prop_oneof![
            Just(0),
            -999i128..999,
            any::<i128>(),
            Just(i128::MAX),
            Just(i128::MIN)
        ]
    }

    fn decimal() -> impl Strategy<Value = Decimal> {
        let long = prop_oneof![Just(Decimal::ZERO), Just(Decimal::MAX), Just(Decimal::MIN)];
        let short =
            (any::<i64>(), 0u32..28).prop_map(|(number, scale)| Decimal::new(number, scale));
        prop_oneof![long, short]
    }

    fn date() -> impl Strategy<Value = NaiveDate> {
        (-9_999_999i64..9_999_999).prop_map(|days| day(days).unwrap())
    }

    fn id() -> impl Strategy<Value = DealId> {
        prop_oneof![
            any::<u128>().prop_map(|id| DealId::Renewal(RenewalId(Uuid::from_u128(id)))),
            any::<u128>().prop_map(|id| DealId::Quote(QuoteId(Uuid::from_u128(id)))),
            any::<usize>().prop_map(DealId::Extra),
        ]
    }

    fn deal() -> impl Strategy<Value = BoardDeal> {
        let adds = prop::collection::vec((0usize..99, number(), number()), 0..6);
        let account = prop::option::of(any::<u128>());
        let amounts = (decimal(), decimal(), decimal());
        let days = (prop::option::of(date()), date());
        let flags = any::<[bool; 3]>();
        (id(), "[a-z0-9]{0,9}", account, amounts, days, flags, adds).prop_map(
            |(id, name, account, (p, value, discount), (end, booking), flags, adds)| BoardDeal {
                id,
                name: Numbered::of(&name),
                class: match flags[0] {
                    true => Class::Committed,
                    false => Class::Open,
                },
                account: account.map(|id| AccountId(Uuid::from_u128(id))),
                p,
                value,
                discount,
                quoted: flags[1],
                end,
                booking,
                on_time: flags[2],
                adds: adds
                    .into_iter()
                    .map(|(cell, a, b)| Add { cell, a, b })
                    .collect(),
            },
        )
    }

    proptest! {
        #[test]
        fn a_deal_comes_out_as_it_went_in(deals in prop::collection::vec(deal(), 0..9)) {
            let kept: BoardDeals = deals.iter().cloned().collect();
            let out: Vec<BoardDeal> = kept.iter().collect();
            prop_assert_eq!(&out, &deals);
            let ids: Vec<Option<DealId>> = (0..kept.len()).map(|at| kept.id(at)).collect();
            let known: Vec<Option<DealId>> = deals.iter().map(|deal| Some(deal.id)).collect();
            prop_assert_eq!(ids, known);
            prop_assert_eq!(kept.get(deals.len()), None);
        }
    }
}
