//! A line as bytes. In front: the length, which optional fields are there, kind and cover; then every
//! field that is there, in one order. Whole numbers are written seven bits to a byte, days from the
//! middle of the time lines are about, decimals as scale and digits, so that they keep both.

use super::words::Words;
use crate::domain::ids::{AccountId, BatchId, ContractId, LineId, SiteId};
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Room a line should find in a block; one with long texts may go over its end.
pub(super) const ROOM: usize = 512;

/// 1 January 2022: days within 22 years of it take two bytes.
const MIDDLE: i32 = 738_156;

const KINDS: [LineKind; 4] = [
    LineKind::Service,
    LineKind::Subscription,
    LineKind::Asset,
    LineKind::Wrapper,
];

const COVERS: [Coverage; 8] = [
    Coverage::Covered,
    Coverage::Pending,
    Coverage::Overdue,
    Coverage::Expired,
    Coverage::Terminated,
    Coverage::NotCovered,
    Coverage::Masked,
    Coverage::Unknown,
];

/// Writes lines behind each other.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    words: &'a mut Words,
}

/// Reads one line.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    words: &'a Words,
}

/// How values of a field are written.
trait Form<T> {
    fn write(value: &T, to: &mut Writer<'_>);
    /// Nothing when the bytes hold no such value; those written here always do.
    fn read(from: &mut Reader<'_>) -> Option<T>;
}

/// The optional fields with their forms, in the order of their bits and of their values.
macro_rules! optional {
    ($use:ident) => {
        $use! {
            contract Contract, site Site, serial Own, instance Own, pid Shared, description Shared,
            service_sku Shared, service_level Shared, start Day, end Day, unit_list Exact,
            prorated_list Exact, discount_pct Exact, extended_net Exact, currency Code, ldos Day,
            warranty_end Day, ship_date Day, terminated Day, status_raw Shared, renewed_to Own,
            replaced_by Own, portfolio Title, product_portfolio Title, portfolio_typed Title,
            customer_comment Own, gone_in Batch, origin Place, origin_sheet Shared,
        }
    };
}

impl<'a> Writer<'a> {
    pub fn new(out: &'a mut Vec<u8>, words: &'a mut Words) -> Writer<'a> {
        Writer { out, words }
    }

    /// Writes a line; its number is not among the bytes.
    pub fn line(&mut self, line: &Line) {
        let from = self.out.len();
        self.out.extend([0, 0]);
        let mut there = Bits::default();
        macro_rules! mark {
            ($($field:ident $form:ident,)+) => {$( there.push(u64::from(line.$field.is_some()), 1); )+};
        }
        optional!(mark);
        self.number(there.0);
        self.number(marks_of(line));
        Account::write(&line.account, self);
        Exact::write(&line.quantity, self);
        Exact::write(&line.list_years, self);
        macro_rules! put {
            ($($field:ident $form:ident,)+) => {$(
                if let Some(value) = &line.$field { $form::write(value, self); }
            )+};
        }
        optional!(put);
        let length = u16::try_from(self.out.len() - from).unwrap_or(u16::MAX);
        if let Some(head) = self.out.get_mut(from..from + 2) {
            head.copy_from_slice(&length.to_le_bytes());
        }
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], words: &'a Words) -> Reader<'a> {
        Reader { bytes, words }
    }

    /// Bytes of the line. One that is too long for its head is read to its end.
    pub fn length(&self) -> usize {
        let head = self.bytes.first_chunk().copied().unwrap_or_default();
        match u16::from_le_bytes(head) {
            u16::MAX => {
                let mut rest = Reader::new(self.bytes, self.words);
                rest.line(LineId(0));
                self.bytes.len() - rest.bytes.len()
            }
            length => usize::from(length),
        }
    }

    /// The line, with its number.
    pub fn line(&mut self, id: LineId) -> Option<Line> {
        self.take(2)?;
        let mut there = Bits(self.number()?, 0);
        let mut marks = Bits(self.number()?, 0);
        let kind = *KINDS.get(marks.pop(2) as usize)?;
        let coverage = *COVERS.get(marks.pop(3) as usize)?;
        let [premium, ea, ai, customer_renew] = [(); 4].map(|()| known(marks.pop(2)));
        let account = Account::read(self)?;
        let quantity = Exact::read(self)?;
        let list_years = Exact::read(self)?;
        macro_rules! made {
            ($($field:ident $form:ident,)+) => {{
                $(
                    let $field = match there.pop(1) {
                        0 => None,
                        _ => Some($form::read(self)?),
                    };
                )+
                Line {
                    id, account, kind, coverage, quantity, list_years, premium, ea, ai,
                    customer_renew, $($field,)+
                }
            }};
        }
        Some(optional!(made))
    }

    /// Serial number and product id; what stands in front of them is passed over.
    pub fn names(mut self) -> Option<(Option<&'a str>, Option<&'a str>)> {
        self.take(2)?;
        let mut there = Bits(self.number()?, 0);
        self.number()?;
        self.number()?;
        for _ in 0..2 {
            Exact::read(&mut self)?;
        }
        // contract and site
        for _ in 0..2 {
            if there.pop(1) == 1 {
                self.number()?;
            }
        }
        let mut own = |from: &mut Self| match there.pop(1) {
            0 => Some(None),
            _ => from.text().map(Some),
        };
        let serial = own(&mut self)?;
        let _instance = own(&mut self)?;
        let pid = match there.pop(1) {
            0 => None,
            _ => match self.index()?.checked_sub(1) {
                Some(number) => Some(&**self.words.text(number)?),
                None => Some(self.text()?),
            },
        };
        Some((serial, pid))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u64::from(first & 0x7f) << shift;
            if *first < 0x80 {
                break;
            }
        }
        Some(number)
    }

    fn index(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}

/// Small numbers in one, the first in the lowest bits.
#[derive(Clone, Copy, Default)]
struct Bits(u64, u32);

impl Bits {
    fn push(&mut self, value: u64, width: u32) {
        self.0 |= value << self.1;
        self.1 += width;
    }

    fn pop(&mut self, width: u32) -> u64 {
        let value = self.0 & ((1 << width) - 1);
        self.0 >>= width;
        value
    }
}

fn marks_of(line: &Line) -> u64 {
    let mut marks = Bits::default();
    marks.push(place_of(&KINDS, &line.kind), 2);
    marks.push(place_of(&COVERS, &line.coverage), 3);
    for known in [line.premium, line.ea, line.ai, line.customer_renew] {
        marks.push(known.map_or(0, |yes| 1 + u64::from(yes)), 2);
    }
    marks.0
}

fn place_of<T: PartialEq>(all: &[T], one: &T) -> u64 {
    all.iter().position(|other| other == one).unwrap_or(0) as u64
}

fn known(mark: u64) -> Option<bool> {
    match mark {
        0 => None,
        mark => Some(mark == 2),
    }
}

/// A value kept once, by its number.
macro_rules! listed {
    ($($form:ident($id:ty) in $list:ident)+) => {$(
        struct $form;

        impl Form<$id> for $form {
            fn write(value: &$id, to: &mut Writer<'_>) {
                let number = to.words.$list.number(value);
                to.number(u64::from(number));
            }
            fn read(from: &mut Reader<'_>) -> Option<$id> {
                let number = from.index()?;
                from.words.$list.get(number).copied()
            }
        }
    )+};
}

listed! {
    Contract(ContractId) in contracts
    Account(AccountId) in accounts
    Site(SiteId) in sites
    Batch(BatchId) in batches
}

/// A text of this line alone.
struct Own;

impl Form<Arc<str>> for Own {
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        to.number(value.len() as u64);
        to.out.extend_from_slice(value.as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        from.text().map(Arc::from)
    }
}

/// A text many lines have: its number and one, or 0 and the text where there are too many.
struct Shared;

impl Form<Arc<str>> for Shared {
    fn write(value: &Arc<str>, to: &mut Writer<'_>) {
        match to.words.number(value) {
            Some(number) => to.number(u64::from(number) + 1),
            None => {
                to.number(0);
                Own::write(value, to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Arc<str>> {
        match from.index()?.checked_sub(1) {
            Some(number) => from.words.text(number).cloned(),
            None => Own::read(from),
        }
    }
}

struct Title;

impl Form<Portfolio> for Title {
    fn write(value: &Portfolio, to: &mut Writer<'_>) {
        Shared::write(&value.0, to);
    }

    fn read(from: &mut Reader<'_>) -> Option<Portfolio> {
        Shared::read(from).map(Portfolio)
    }
}

/// A day, counted both ways from the middle.
struct Day;

impl Form<NaiveDate> for Day {
    fn write(value: &NaiveDate, to: &mut Writer<'_>) {
        let days = i64::from(value.num_days_from_ce() - MIDDLE);
        to.number((days << 1 ^ days >> 63) as u64);
    }

    fn read(from: &mut Reader<'_>) -> Option<NaiveDate> {
        let number = from.number()?;
        let days = (number >> 1) as i64 ^ -((number & 1) as i64);
        let days = i32::try_from(days).ok()?.checked_add(MIDDLE)?;
        NaiveDate::from_num_days_from_ce_opt(days)
    }
}

/// A decimal: scale and sign, then its digits as a whole number. A long one in two.
struct Exact;

/// Set where the digits take more than 64 bits.
const LONG: u64 = 0x40;

impl Form<Decimal> for Exact {
    fn write(value: &Decimal, to: &mut Writer<'_>) {
        let digits = value.mantissa().unsigned_abs();
        let head = u64::from(value.scale()) << 1 | u64::from(value.is_sign_negative());
        match u64::try_from(digits) {
            Ok(digits) => {
                to.number(head);
                to.number(digits);
            }
            Err(_) => {
                to.number(head | LONG);
                to.number(digits as u64);
                to.number((digits >> 64) as u64);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Decimal> {
        let head = from.number()?;
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

/// A currency by its code.
struct Code;

impl Form<Currency> for Code {
    fn write(value: &Currency, to: &mut Writer<'_>) {
        to.out.extend_from_slice(value.code().as_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Option<Currency> {
        std::str::from_utf8(from.take(3)?).ok()?.parse().ok()
    }
}

struct Place;

impl Form<Origin> for Place {
    fn write(value: &Origin, to: &mut Writer<'_>) {
        Batch::write(&value.batch, to);
        to.number(u64::from(value.row));
    }

    fn read(from: &mut Reader<'_>) -> Option<Origin> {
        let batch = Batch::read(from)?;
        Some(Origin {
            batch,
            row: from.index()?,
        })
    }
}
