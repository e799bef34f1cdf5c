//! Quotes packed with their lines: a book has more lines in quotes than renewals, and works on one
//! quote at a time.

use super::form::{
    Bits, Code, Count, Day, Each, Exact, Form, Id, Mark, Own, Reader, Shared, Title, Writer,
    optional,
};
use super::serial::Serial;
use super::{Pack, Packed};
use crate::domain::ids::{AccountId, LineId, QuoteId, RenewalId};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::quote::{BuyDriver, Proration, Quote, QuoteLine, QuoteStatus, SellDriver};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

const KINDS: [LineKind; 4] = [
    LineKind::Service,
    LineKind::Subscription,
    LineKind::Asset,
    LineKind::Wrapper,
];

const STATUSES: [QuoteStatus; 2] = [QuoteStatus::Draft, QuoteStatus::Sent];

/// What stands above the lines of a quote: all that is asked of every quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteHead {
    /// Identity.
    pub id: QuoteId,
    /// The number people use.
    pub number: Arc<str>,
    /// The customer.
    pub account: AccountId,
    /// Currency of every price in it.
    pub currency: Currency,
    /// Draft or sent.
    pub status: QuoteStatus,
    /// The renewals it covers, in the order given.
    pub renewals: Vec<RenewalId>,
    /// The day it was made.
    pub created_on: NaiveDate,
    /// How many lines it has.
    pub lines: usize,
    /// True where one of them is an asset: it shows a price of hardware.
    pub assets: bool,
}

impl Packed<Quote> {
    /// What stands above the lines of every quote, in their order. Much quicker than reading them
    /// whole.
    pub fn heads(&self) -> impl Iterator<Item = QuoteHead> + '_ {
        let read = |id, from: &mut Reader<'_>| head(id, from).map(|(head, _)| head);
        (0..self.len()).filter_map(move |at| self.look_at(at, read))
    }

    /// What stands above the lines of a quote.
    pub fn head(&self, id: QuoteId) -> Option<QuoteHead> {
        self.look_at(self.number(id)?, head).map(|(head, _)| head)
    }

    /// As [`Packed::heads`], of one customer's quotes.
    pub fn heads_of(&self, account: AccountId) -> impl Iterator<Item = QuoteHead> + '_ {
        let read = move |id, from: &mut Reader<'_>| {
            let own = Reader::clone(from);
            let of: AccountId = Id::read(from)?;
            if of != account {
                return None;
            }
            *from = own;
            head(id, from).map(|(head, _)| head)
        };
        (0..self.len()).filter_map(move |at| self.look_at(at, read))
    }
}

impl Pack for Quote {
    fn write(&self, to: &mut Writer<'_>) {
        // the customer first: whoever looks for a customer's quotes reads no further in the others
        Id::write(&self.account, to);
        let mut shape = Bits::default();
        shape.push_of(&STATUSES, &self.status, 1);
        let is_asset = |line: &QuoteLine| line.kind == LineKind::Asset;
        shape.push(u64::from(self.lines.iter().any(is_asset)), 1);
        shape.push(u64::from(self.valid_until.is_some()), 1);
        shape.push(u64::from(self.sent_on.is_some()), 1);
        to.shape(shape.0);
        Own::write(&self.number, to);
        <Each<Id>>::write(&self.renewals, to);
        Day::write(&self.created_on, to);
        Code::write(&self.currency, to);
        to.number(self.lines.len() as u64);
        Count::write(&self.version, to);
        for day in [self.valid_until, self.sent_on].iter().flatten() {
            Day::write(day, to);
        }
        for line in &self.lines {
            write_line(line, &self.renewals, to);
        }
    }

    fn read(id: QuoteId, from: &mut Reader<'_>) -> Option<Quote> {
        let (head, mut shape) = head(id, from)?;
        let mut quote = Quote {
            id,
            number: head.number,
            account: head.account,
            currency: head.currency,
            version: Count::read(from)?,
            status: head.status,
            created_on: head.created_on,
            valid_until: optional::<Day, _>(&mut shape, from)?,
            sent_on: optional::<Day, _>(&mut shape, from)?,
            lines: Vec::with_capacity(head.lines),
            renewals: head.renewals,
        };
        for _ in 0..head.lines {
            let line = read_line(&quote.renewals, from)?;
            quote.lines.push(line);
        }
        Some(quote)
    }
}

fn head(id: QuoteId, from: &mut Reader<'_>) -> Option<(QuoteHead, Bits)> {
    let account = Id::read(from)?;
    let mut shape = Bits::of(from.shape()?);
    let head = QuoteHead {
        id,
        account,
        status: *STATUSES.get(shape.pop(1) as usize)?,
        assets: shape.pop(1) == 1,
        number: Own::read(from)?,
        renewals: <Each<Id>>::read(from)?,
        created_on: Day::read(from)?,
        currency: Code::read(from)?,
        lines: usize::try_from(from.number()?).ok()?,
    };
    Some((head, shape))
}

/// The optional fields of a line with their forms, in the order of their bits and of their values.
macro_rules! of_line {
    ($use:ident) => {
        $use! {
            renews Line, serial Serial, pid Shared, description Shared, service_sku Shared,
            service_level Shared, unit_list Exact, ldos Day, portfolio Title, rule Mark,
            licence_days Count,
        }
    };
}

fn write_line(line: &QuoteLine, renewals: &[RenewalId], to: &mut Writer<'_>) {
    let (bought, buy) = match &line.buy {
        BuyDriver::DiscountPct(value) => (0, value),
        BuyDriver::UnitNet(value) => (1, value),
        BuyDriver::ExtendedNet(value) => (2, value),
    };
    let (sold, sell) = match &line.sell {
        SellDriver::MarginPct(value) => (0, value),
        SellDriver::MarkupPct(value) => (1, value),
        SellDriver::UnitSell(value) => (2, value),
        SellDriver::ExtendedSell(value) => (3, value),
    };
    let mut shape = Bits::default();
    shape.push_of(&KINDS, &line.kind, 2);
    let (mode, day) = line.proration.code();
    shape.push(mode.into(), 3);
    shape.push(bought, 2);
    shape.push(sold, 2);
    shape.push(u64::from(line.cut_at_ldos), 1);
    for known in [line.premium, line.ea, line.ai] {
        shape.push_known(known);
    }
    macro_rules! mark {
        ($($field:ident $form:ident,)+) => {$( shape.push(u64::from(line.$field.is_some()), 1); )+};
    }
    of_line!(mark);
    // few have one: behind all others it costs the others nothing
    shape.push(day.into(), 5);
    to.shape(shape.0);
    Id::write(&line.id, to);
    Count::write(&line.number, to);
    put_renewal(line.renewal, renewals, to);
    for value in [&line.quantity, &line.list_years, buy, sell] {
        Exact::write(value, to);
    }
    Day::write(&line.start, to);
    Day::write(&line.end, to);
    macro_rules! put {
        ($($field:ident $form:ident,)+) => {$(
            if let Some(value) = &line.$field { $form::write(value, to); }
        )+};
    }
    of_line!(put);
}

fn read_line(renewals: &[RenewalId], from: &mut Reader<'_>) -> Option<QuoteLine> {
    let mut shape = Bits::of(from.shape()?);
    let kind = *KINDS.get(shape.pop(2) as usize)?;
    let mode = shape.pop(3) as u8;
    let (bought, sold) = (shape.pop(2), shape.pop(2));
    let cut_at_ldos = shape.pop(1) == 1;
    let [premium, ea, ai] = [(); 3].map(|()| shape.pop_known());
    let id = Id::read(from)?;
    let number = Count::read(from)?;
    let renewal = take_renewal(renewals, from)?;
    let [quantity, list_years, buy, sell] = exact(from)?;
    let (start, end) = (Day::read(from)?, Day::read(from)?);
    let buy = match bought {
        0 => BuyDriver::DiscountPct(buy),
        1 => BuyDriver::UnitNet(buy),
        _ => BuyDriver::ExtendedNet(buy),
    };
    let sell = match sold {
        0 => SellDriver::MarginPct(sell),
        1 => SellDriver::MarkupPct(sell),
        2 => SellDriver::UnitSell(sell),
        _ => SellDriver::ExtendedSell(sell),
    };
    macro_rules! made {
        ($($field:ident $form:ident,)+) => {{
            $(
                let $field = match shape.pop(1) {
                    0 => None,
                    _ => Some($form::read(from)?),
                };
            )+
            let proration = Proration::of_code((mode, shape.pop(5) as u8))?;
            QuoteLine {
                id, number, renewal, kind, quantity, list_years, start, end, buy, sell, proration,
                cut_at_ldos, premium, ea, ai, $($field,)+
            }
        }};
    }
    Some(of_line!(made))
}

fn exact<const N: usize>(from: &mut Reader<'_>) -> Option<[Decimal; N]> {
    let mut values = [Decimal::ZERO; N];
    for value in &mut values {
        *value = Exact::read(from)?;
    }
    Some(values)
}

/// A line's renewal: 0 for none, 1 and the id in full for one the quote does not name, else two more
/// than its place among those it does.
fn put_renewal(renewal: Option<RenewalId>, renewals: &[RenewalId], to: &mut Writer<'_>) {
    let Some(renewal) = renewal else {
        to.number(0);
        return;
    };
    match renewals.iter().position(|id| *id == renewal) {
        Some(at) => to.number(at as u64 + 2),
        None => {
            to.number(1);
            Id::write(&renewal, to);
        }
    }
}

fn take_renewal(renewals: &[RenewalId], from: &mut Reader<'_>) -> Option<Option<RenewalId>> {
    match from.number()? {
        0 => Some(None),
        1 => Id::read(from).map(Some),
        at => renewals
            .get(usize::try_from(at - 2).ok()?)
            .copied()
            .map(Some),
    }
}

/// The number of a coverage line.
struct Line;

impl Form<LineId> for Line {
    fn write(value: &LineId, to: &mut Writer<'_>) {
        to.number(u64::from(value.0));
    }

    fn read(from: &mut Reader<'_>) -> Option<LineId> {
        from.index().map(LineId)
    }
}
