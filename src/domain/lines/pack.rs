//! A line as bytes: first what many lines have alike (which optional fields are there, kind, cover),
//! by its number; then every field that is there, in one order.
//!
//! Two groups of fields mostly stand on other lines word for word. Customer, contract, term and currency
//! are those of the line before: a line says how far back they stand. What the product says of itself is
//! the same on every box of its kind: a line has the number of a part in [`Words`]. Both are written out
//! where nobody has them yet, so that what differs from line to line costs a byte and no list.

use crate::domain::ids::LineId;
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::packed::form::*;
use crate::domain::packed::numeral::Numeral;
use crate::domain::packed::serial::{Room, Serial};
use crate::domain::packed::words::Words;
use rust_decimal::Decimal;

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

/// The optional fields with their forms and who asks for them, in the order of their bits and of their
/// values: what a contract gives all its lines, what tells a line apart, what a product has, everything else.
macro_rules! optional {
    (cover $use:ident $($with:ident)*) => {
        $use! { $($with)*;
            contract Contract all, start Day all, end Day all, currency Code all,
            origin_sheet Shared words,
        }
    };
    (own $use:ident $($with:ident)*) => {
        $use! { $($with)*;
            site Site all, serial Serial names, instance Numeral words,
        }
    };
    (product $use:ident $($with:ident)*) => {
        $use! { $($with)*;
            pid Shared all, description Shared names, service_sku Shared all, service_level Shared all,
            unit_list Exact all, ldos Day all, portfolio Title all, product_portfolio Title all,
        }
    };
    (rest $use:ident $($with:ident)*) => {
        $use! { $($with)*;
            discount_pct Exact all, extended_net Exact all, warranty_end Day all, ship_date Day all,
            terminated Day all, status_raw Shared words, renewed_to Own all, replaced_by Own all,
            portfolio_typed Title all, customer_comment Own words, gone_in Batch all,
        }
    };
}

/// Writes those of a line's fields that are there.
macro_rules! put {
    ($line:ident $to:ident; $($field:ident $form:ident $by:ident,)+) => {$(
        if let Some(value) = &$line.$field { $form::write(value, $to); }
    )+};
}

/// Takes the fields that a shape names into a line, as far as they are asked for.
macro_rules! take {
    ($line:ident $shape:ident $from:ident; $($field:ident $form:ident $by:ident,)+) => {$(
        $line.$field = wanted::<$form, _>(asked!($by), &mut $shape, $from)?;
    )+};
}

/// Whether a field is asked for.
macro_rules! asked {
    (all) => {
        true
    };
    (names) => {
        D::NAMES
    };
    (words) => {
        D::WORDS
    };
}

/// True for 1 without decimals: what quantity and list years of most lines are.
#[inline]
fn is_one(count: &Decimal) -> bool {
    count.mantissa() == 1 && count.scale() == 0
}

/// Whether the prorated list price is there, and whether it is the unit's to the digit: that of a full
/// year of one box.
#[inline]
fn prorated(line: &Line) -> [bool; 2] {
    let digits = |price: Decimal| (price.mantissa(), price.scale(), price.is_sign_negative());
    let prices = line.prorated_list.zip(line.unit_list);
    let same = prices.is_some_and(|(prorated, unit)| digits(prorated) == digits(unit));
    [line.prorated_list.is_some(), same]
}

/// Where lines are written: a block, what many lines name, and room to write a group before it is known
/// whether it stands there already.
#[derive(Clone, Default)]
pub(super) struct Groups {
    room: Vec<u8>,
    /// Where the last cover group stands in its block.
    cover: usize,
}

/// Set in the number before a group that stands elsewhere; above it how far back, or which part. Without it
/// the group follows, and the number is its length.
const ELSEWHERE: u64 = 1;

/// Writes a line behind the others of a block; its number is not among the bytes.
pub(super) fn write(line: &Line, out: &mut Vec<u8>, words: &mut Words, groups: &mut Groups) {
    let mut shape = Bits::default();
    shape.push_of(&KINDS, &line.kind, 2);
    shape.push_of(&COVERS, &line.coverage, 3);
    for known in [line.premium, line.ea, line.ai, line.customer_renew] {
        shape.push_known(known);
    }
    let [there, same] = prorated(line);
    for mark in [
        is_one(&line.quantity),
        is_one(&line.list_years),
        there,
        same,
    ] {
        shape.push(u64::from(mark), 1);
    }
    macro_rules! mark {
        (; $($field:ident $form:ident $by:ident,)+) => {$( shape.push(u64::from(line.$field.is_some()), 1); )+};
    }
    optional!(cover mark);
    optional!(own mark);
    optional!(product mark);
    optional!(rest mark);
    shape.push(u64::from(line.origin.is_some()), 1);
    Writer::new(out, words).shape(shape.0);
    groups.cover(line, out, words);
    let to = &mut Writer::new(out, words);
    optional!(own put line to);
    groups.product(line, out, words);
    let to = &mut Writer::new(out, words);
    for count in [&line.quantity, &line.list_years] {
        if !is_one(count) {
            Exact::write(count, to);
        }
    }
    if let Some(price) = line.prorated_list.filter(|_| !same) {
        Exact::write(&price, to);
    }
    optional!(rest put line to);
    if let Some(origin) = &line.origin {
        Batch::write(&origin.batch, to);
        // the lines of a file are numbered in the order of its rows
        to.signed(i64::from(origin.row) - i64::from(line.id.0));
    }
}

impl Groups {
    fn cover(&mut self, line: &Line, out: &mut Vec<u8>, words: &mut Words) {
        self.room.clear();
        let to = &mut Writer::new(&mut self.room, words);
        Account::write(&line.account, to);
        optional!(cover put line to);
        let here = out.len();
        let before = out.get(self.cover..).unwrap_or_default();
        // a block that was begun since, or another one, is told by what stands there
        if before.starts_with(&self.room) {
            let back = (here - self.cover) as u64;
            return Writer::new(out, words).number(back << 1 | ELSEWHERE);
        }
        Writer::new(out, words).number((self.room.len() as u64) << 1);
        self.cover = out.len();
        out.extend_from_slice(&self.room);
    }

    fn product(&mut self, line: &Line, out: &mut Vec<u8>, words: &mut Words) {
        self.room.clear();
        let to = &mut Writer::new(&mut self.room, words);
        optional!(product put line to);
        match words.part_number(&self.room) {
            Some(part) => Writer::new(out, words).number(u64::from(part) << 1 | ELSEWHERE),
            None => {
                Writer::new(out, words).number((self.room.len() as u64) << 1);
                out.extend_from_slice(&self.room);
            }
        }
    }
}

/// A block and where a line stands in it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) block: &'a [u8],
    pub(super) at: usize,
    pub(super) words: &'a Words,
}

impl<'a> Spot<'a> {
    fn reader(self) -> Option<Reader<'a>> {
        Some(Reader::new(self.block.get(self.at..)?, self.words))
    }

    /// The group that a line names at this place of its bytes; what is read goes on behind it.
    #[inline]
    fn cover(self, from: &mut Reader<'a>) -> Option<Reader<'a>> {
        let here = self.block.len() - from.left();
        let number = from.number()?;
        let length = usize::try_from(number >> 1).ok()?;
        let bytes = match number & ELSEWHERE {
            0 => from.take(length)?,
            _ => self.block.get(here.checked_sub(length)?..)?,
        };
        Some(Reader::new(bytes, self.words))
    }

    #[inline]
    fn product(self, from: &mut Reader<'a>) -> Option<Reader<'a>> {
        let number = from.number()?;
        let bytes = match number & ELSEWHERE {
            0 => from.take(usize::try_from(number >> 1).ok()?)?,
            _ => self.words.part(u32::try_from(number >> 1).ok()?)?,
        };
        Some(Reader::new(bytes, self.words))
    }
}

/// How much of a line is unpacked. What is left out reads as not there.
pub trait Depth {
    /// What tells it from its like: serial number and description.
    const NAMES: bool;
    /// What is only told to a person: instance, status as written, sheet, the customer's comment.
    const WORDS: bool;
}

/// All of it.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

/// What plays are found by.
#[derive(Clone, Copy, Debug)]
pub struct Named;

/// What is added up: product, dates and prices.
#[derive(Clone, Copy, Debug)]
pub struct Figures;

impl Depth for Whole {
    const NAMES: bool = true;
    const WORDS: bool = true;
}

impl Depth for Named {
    const NAMES: bool = true;
    const WORDS: bool = false;
}

impl Depth for Figures {
    const NAMES: bool = false;
    const WORDS: bool = false;
}

/// The line that stands there, with its number, and how many bytes are its own.
pub(super) fn read<D: Depth>(id: LineId, spot: Spot<'_>) -> Option<(Line, usize)> {
    let from = &mut spot.reader()?;
    let whole = from.left();
    let mut shape = Bits::of(from.shape()?);
    let kind = *KINDS.get(shape.pop(2) as usize)?;
    let coverage = *COVERS.get(shape.pop(3) as usize)?;
    let [premium, ea, ai, customer_renew] = [(); 4].map(|()| shape.pop_known());
    let [one, one_year, prorated, same] = [(); 4].map(|()| shape.pop(1) == 1);
    let cover = &mut spot.cover(from)?;
    let mut line = Line {
        kind,
        coverage,
        premium,
        ea,
        ai,
        customer_renew,
        ..Line::bare(id, Account::read(cover)?)
    };
    optional!(cover take line shape cover);
    optional!(own take line shape from);
    let product = &mut spot.product(from)?;
    optional!(product take line shape product);
    for (count, one) in [(&mut line.quantity, one), (&mut line.list_years, one_year)] {
        if !one {
            *count = Exact::read(from)?;
        }
    }
    line.prorated_list = match (prorated, same) {
        (false, _) => None,
        (true, true) => line.unit_list,
        (true, false) => Some(Exact::read(from)?),
    };
    optional!(rest take line shape from);
    if shape.pop(1) == 1 {
        let batch = Batch::read(from)?;
        let row = from.signed()?.checked_add(id.0.into())?;
        let row = u32::try_from(row).ok()?;
        line.origin = Some(Origin { batch, row });
    }
    Some((line, whole - from.left()))
}

/// Serial number, mostly written into the room it was given, and product id.
pub type Names<'l, 'r> = (Option<&'r str>, Option<&'l str>);

/// Serial number and product id; what stands in front of them is passed over.
pub(super) fn names<'l: 'r, 'r>(spot: Spot<'l>, room: &'r mut Room) -> Option<Names<'l, 'r>> {
    let mut from = spot.reader()?;
    let mut shape = Bits::of(from.shape()?);
    // kind, cover, what is known or not, ones and prices, what a contract gives
    shape.pop(2 + 3 + 4 * 2 + 4 + 5);
    spot.cover(&mut from)?;
    if shape.pop(1) == 1 {
        let _site = from.number()?;
    }
    let serial = match shape.pop(1) {
        0 => None,
        _ => Some(Serial::look(&mut from, room)?),
    };
    if shape.pop(1) == 1 {
        Numeral::pass(&mut from)?;
    }
    let pid = match shape.pop(1) {
        0 => None,
        _ => Some(spot.product(&mut from)?.shared()?),
    };
    Some((serial, pid))
}
