//! How values stand as bytes. Whole numbers are written seven bits to a byte, days from the middle
//! of the time the book is about, decimals as scale and digits, so that they keep both.

use super::varint;
use super::words::Words;
use crate::domain::ids::{AccountId, BatchId, ContractId, SiteId};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::price_rule::PricedBy;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;
use uuid::Uuid;

/// 1 January 2022: days within 22 years of it take two bytes.
const MIDDLE: i32 = 738_156;

/// Writes the fields of a row behind each other.
pub struct Writer<'a> {
    pub out: &'a mut Vec<u8>,
    pub words: &'a mut Words,
}

/// Reads the fields of a row in the order they were written.
#[derive(Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    words: &'a Words,
}

/// How values of a field are written.
pub trait Form<T> {
    fn write(value: &T, to: &mut Writer<'_>);
    /// Nothing when the bytes hold no such value; those written here always do.
    fn read(from: &mut Reader<'_>) -> Option<T>;
    /// Goes past one, without making what nobody asks for.
    #[inline]
    fn pass(from: &mut Reader<'_>) -> Option<()> {
        Self::read(from).map(drop)
    }
}

impl<'a> Writer<'a> {
    #[inline]
    pub fn new(out: &'a mut Vec<u8>, words: &'a mut Words) -> Writer<'a> {
        Writer { out, words }
    }

    #[inline]
    pub fn number(&mut self, number: u64) {
        varint::put(self.out, number);
    }

    /// A number of either sign, small ones of both in one byte.
    #[inline]
    pub fn signed(&mut self, number: i64) {
        varint::put_signed(self.out, number);
    }

    /// What many rows have alike, by its number.
    #[inline]
    pub fn shape(&mut self, shape: u64) {
        let number = self.words.shapes.number(shape);
        self.number(u64::from(number));
    }
}

impl<'a> Reader<'a> {
    #[inline]
    pub fn new(bytes: &'a [u8], words: &'a Words) -> Reader<'a> {
        Reader { bytes, words }
    }

    /// Bytes not read yet.
    #[inline]
    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub fn number(&mut self) -> Option<u64> {
        varint::take(&mut self.bytes)
    }

    #[inline]
    pub fn signed(&mut self) -> Option<i64> {
        varint::take_signed(&mut self.bytes)
    }

    #[inline]
    pub fn index(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    #[inline]
    pub fn shape(&mut self) -> Option<u64> {
        let number = self.index()?;
        self.words.shapes.get(number)
    }

    #[inline]
    pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    /// A text of its own, where it stands.
    #[inline]
    pub fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// A text that many rows have, where it stands.
    #[inline]
    pub fn shared(&mut self) -> Option<&'a str> {
        match self.index()?.checked_sub(1) {
            Some(number) => self.words.text(number).map(|text| &**text),
            None => self.text(),
        }
    }
}

/// Small numbers in one, the first in the lowest bits.
#[derive(Clone, Copy, Default)]
pub struct Bits(pub u64, u32);

impl Bits {
    #[inline]
    pub fn of(bits: u64) -> Bits {
        Bits(bits, 0)
    }

    #[inline]
    pub fn push(&mut self, value: u64, width: u32) {
        self.0 |= value << self.1;
        self.1 += width;
    }

    #[inline]
    pub fn pop(&mut self, width: u32) -> u64 {
        let value = self.0 & ((1 << width) - 1);
        self.0 >>= width;
        value
    }

    /// A place in a list of all values of a kind.
    #[inline]
    pub fn push_of<T: PartialEq>(&mut self, all: &[T], one: &T, width: u32) {
        let at = all.iter().position(|other| other == one).unwrap_or(0);
        self.push(at as u64, width);
    }

    /// Yes, no or not known.
    #[inline]
    pub fn push_known(&mut self, known: Option<bool>) {
        self.push(known.map_or(0, |yes| 1 + u64::from(yes)), 2);
    }

    #[inline]
    pub fn pop_known(&mut self) -> Option<bool> {
        match self.pop(2) {
            0 => None,
            mark => Some(mark == 2),
        }
    }
}

/// What is kept once, by its number.
macro_rules! listed {
    ($($form:ident($id:ty) in $list:ident)+) => {$(
        #[doc = concat!("One of `", stringify!($list), "`.")]
        pub struct $form;

        impl Form<$id> for $form {
            #[inline]
            fn write(value: &$id, to: &mut Writer<'_>) {
                let number = to.words.$list.number(*value);
                to.number(u64::from(number));
            }
            #[inline]
            fn read(from: &mut Reader<'_>) -> Option<$id> {
                let number = from.index()?;
                from.words.$list.get(number)
            }
        }
    )+};
}

listed! {
    Contract(ContractId) in contracts
    Account(AccountId) in accounts
    Site(SiteId) in sites
    Batch(BatchId) in batches
    Code(Currency) in currencies
}

/// A text of this row alone, as a number where it has one: that and a mark, or its length and the text.
#[inline]
pub fn put_brief(text: &str, number: Option<u64>, to: &mut Writer<'_>) {
    match number {
        Some(number) => to.number(number << 1 | 1),
        None => {
            to.number((text.len() as u64) << 1);
            to.out.extend_from_slice(text.as_bytes());
        }
    }
}

/// What [`put_brief`] wrote.
pub enum Brief<'a> {
    Number(u64),
    Text(&'a str),
}

impl<'a> Reader<'a> {
    #[inline]
    pub fn brief(&mut self) -> Option<Brief<'a>> {
        let first = self.number()?;
        if first & 1 == 1 {
            return Some(Brief::Number(first >> 1));
        }
        let bytes = self.take(usize::try_from(first >> 1).ok()?)?;
        std::str::from_utf8(bytes).ok().map(Brief::Text)
    }
}

/// A text of this row alone.
pub struct Own;

impl Form<Arc<str>> for Own {
    #[inline]
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        to.number(value.len() as u64);
        to.out.extend_from_slice(value.as_bytes());
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        from.text().map(Arc::from)
    }

    #[inline]
    fn pass(from: &mut Reader<'_>) -> Option<()> {
        from.text().map(drop)
    }
}

/// A text many rows have: its number and one, or 0 and the text where there are too many.
pub struct Shared;

#[inline]
fn put_shared(text: &str, number: Option<u32>, to: &mut Writer<'_>) {
    match number {
        Some(number) => to.number(u64::from(number) + 1),
        None => {
            to.number(0);
            to.number(text.len() as u64);
            to.out.extend_from_slice(text.as_bytes());
        }
    }
}

impl Form<Arc<str>> for Shared {
    #[inline]
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        let number = to.words.number(value);
        put_shared(value, number, to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        match from.index()?.checked_sub(1) {
            Some(number) => from.words.text(number).cloned(),
            None => Own::read(from),
        }
    }

    #[inline]
    fn pass(from: &mut Reader<'_>) -> Option<()> {
        from.shared().map(drop)
    }
}

impl Form<String> for Shared {
    #[inline]
    fn write(value: &String, to: &mut Writer<'_>) {
        let number = to.words.number_of(value);
        put_shared(value, number, to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<String> {
        from.shared().map(String::from)
    }
}

pub struct Title;

impl Form<Portfolio> for Title {
    #[inline]
    fn write(value: &Portfolio, to: &mut Writer<'_>) {
        Shared::write(&value.0, to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Portfolio> {
        Shared::read(from).map(Portfolio)
    }
}

/// Which rule priced a line: a text that many lines have.
pub struct Mark;

impl Form<PricedBy> for Mark {
    #[inline]
    fn write(value: &PricedBy, to: &mut Writer<'_>) {
        Shared::write(value.text(), to);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<PricedBy> {
        Shared::read(from).map(PricedBy::of_text)
    }
}

/// A day, counted both ways from the middle.
pub struct Day;

impl Form<NaiveDate> for Day {
    #[inline]
    fn write(value: &NaiveDate, to: &mut Writer<'_>) {
        let days = i64::from(value.num_days_from_ce() - MIDDLE);
        to.signed(days);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<NaiveDate> {
        let days = i32::try_from(from.signed()?).ok()?.checked_add(MIDDLE)?;
        NaiveDate::from_num_days_from_ce_opt(days)
    }
}

/// A decimal as one number: its digits, and in the lowest two bits how many of them are decimals. Two
/// decimals and none are what prices and quantities have; any other has scale and sign written first.
pub struct Exact;

/// The scales that stand in the lowest bits.
const SCALES: [u32; 3] = [0, 2, 1];

/// In the lowest bits of any other decimal: scale and sign above them, then its digits.
const OTHER: u64 = 3;

/// Digits that leave the lowest bits free.
const SHORT: u128 = 1 << 62;

/// Set where the digits take more than 64 bits: they stand in two numbers.
const LONG: u64 = 0x40;

impl Form<Decimal> for Exact {
    #[inline]
    fn write(value: &Decimal, to: &mut Writer<'_>) {
        let digits = value.mantissa().unsigned_abs();
        let plain = SCALES.iter().position(|scale| *scale == value.scale());
        let plain = plain.filter(|_| digits < SHORT && !value.is_sign_negative());
        if let Some(at) = plain {
            to.number((digits as u64) << 2 | at as u64);
            return;
        }
        let head = u64::from(value.scale()) << 1 | u64::from(value.is_sign_negative());
        match u64::try_from(digits) {
            Ok(digits) => {
                to.number(head << 2 | OTHER);
                to.number(digits);
            }
            Err(_) => {
                to.number((head | LONG) << 2 | OTHER);
                to.number(digits as u64);
                to.number((digits >> 64) as u64);
            }
        }
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Decimal> {
        let first = from.number()?;
        if let Some(scale) = SCALES.get((first & OTHER) as usize) {
            return Some(Decimal::from_i128_with_scale(
                i128::from(first >> 2),
                *scale,
            ));
        }
        let head = first >> 2;
        let mut digits = i128::from(from.number()?);
        if head & LONG != 0 {
            digits |= i128::from(from.number()?) << 64;
        }
        let scale = u32::try_from((head & (LONG - 1)) >> 1).ok()?;
        let mut value = Decimal::try_from_i128_with_scale(digits, scale).ok()?;
        value.set_sign_negative(head & 1 != 0);
        Some(value)
    }
}

/// Any id, in full.
pub struct Id;

macro_rules! in_full {
    ($($id:ident)+) => {$(
        impl Form<crate::domain::ids::$id> for Id {
            #[inline]
            fn write(value: &crate::domain::ids::$id, to: &mut Writer<'_>) {
                to.out.extend_from_slice(value.0.as_bytes());
            }
            #[inline]
            fn read(from: &mut Reader<'_>) -> Option<crate::domain::ids::$id> {
                let bytes = from.take(size_of::<Uuid>())?;
                Uuid::from_slice(bytes).ok().map(crate::domain::ids::$id)
            }
        }
    )+};
}

in_full! { AccountId ContractId RenewalId QuoteLineId }

/// A text of this row alone that nothing shares when it is read.
pub struct Text;

impl Form<String> for Text {
    #[inline]
    fn write(value: &String, to: &mut Writer<'_>) {
        to.number(value.len() as u64);
        to.out.extend_from_slice(value.as_bytes());
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<String> {
        from.text().map(str::to_owned)
    }
}

/// A number of either sign.
pub struct Signed;

impl Form<i64> for Signed {
    #[inline]
    fn write(value: &i64, to: &mut Writer<'_>) {
        to.signed(*value);
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<i64> {
        from.signed()
    }
}

/// A small whole number.
pub struct Count;

impl Form<u32> for Count {
    #[inline]
    fn write(value: &u32, to: &mut Writer<'_>) {
        to.number(u64::from(*value));
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<u32> {
        from.index()
    }
}

/// Several values of a form.
pub struct Each<F>(std::marker::PhantomData<F>);

impl<T, F: Form<T>> Form<Vec<T>> for Each<F> {
    #[inline]
    fn write(value: &Vec<T>, to: &mut Writer<'_>) {
        to.number(value.len() as u64);
        for one in value {
            F::write(one, to);
        }
    }

    #[inline]
    fn read(from: &mut Reader<'_>) -> Option<Vec<T>> {
        let count = usize::try_from(from.number()?).ok()?;
        (0..count).map(|_| F::read(from)).collect()
    }
}

/// A value where the next bit says that there is one. The outer nothing is damage.
#[inline]
pub fn optional<F: Form<T>, T>(shape: &mut Bits, from: &mut Reader<'_>) -> Option<Option<T>> {
    wanted::<F, T>(true, shape, from)
}

/// The same of a value that is passed over where it is not wanted: then there is none.
#[inline]
pub fn wanted<F: Form<T>, T>(
    wanted: bool,
    shape: &mut Bits,
    from: &mut Reader<'_>,
) -> Option<Option<T>> {
    match (shape.pop(1), wanted) {
        (0, _) => Some(None),
        (_, true) => F::read(from).map(Some),
        (_, false) => F::pass(from).map(|()| None),
    }
}
