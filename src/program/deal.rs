//! A renewal as the program sees it: its lines, its days, what is due (program §8). What it adds
//! when it books is in `gain`. Pure values; no month or view is chosen here.

use super::columns::{Lines, Span};
use super::exchange::Exchange;
use super::months::Months;
use super::names::Names;
use super::pack::Pack;
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use crate::domain::packed::Numbered;
use crate::domain::rules::{RiskLevel, StageKind};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// What is known of a line beside its amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// Premium service.
    pub const PREMIUM: Marks = Marks(1);
    /// Under an EA or MSLA.
    pub const EA: Marks = Marks(2);
    /// An AI product.
    pub const AI: Marks = Marks(4);
    /// A subscription.
    pub const SUBSCRIPTION: Marks = Marks(8);
    /// It has a price.
    pub const PRICED: Marks = Marks(16);
    /// Its price cannot be held exactly.
    pub const UNFIT: Marks = Marks(32);

    /// The marks of a line; an unknown one counts as no.
    pub fn of(kind: LineKind, premium: Option<bool>, ea: Option<bool>, ai: Option<bool>) -> Marks {
        let mut marks = Marks::default();
        marks.set(Marks::PREMIUM, premium == Some(true));
        marks.set(Marks::EA, ea == Some(true));
        marks.set(Marks::AI, ai == Some(true));
        marks.set(Marks::SUBSCRIPTION, kind == LineKind::Subscription);
        marks
    }

    /// All marks as bits.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The marks that [`Marks::bits`] gave.
    pub fn of_bits(bits: u8) -> Marks {
        Marks(bits)
    }

    /// Sets a mark where the condition holds.
    pub fn set(&mut self, mark: Marks, on: bool) {
        if on {
            self.0 |= mark.0;
        }
    }

    /// True where the mark is set.
    pub fn has(self, mark: Marks) -> bool {
        self.0 & mark.0 != 0
    }
}

/// A renewal with everything needed to count it.
#[derive(Clone, Debug)]
pub struct Deal {
    /// The renewal.
    pub id: RenewalId,
    /// The number of its contract, for people.
    pub contract: Numbered,
    /// The customer of its contract.
    pub account: Option<AccountId>,
    /// Where its stage stands.
    pub kind: StageKind,
    /// Value due leaves the metric altogether (data error; takeover where the pack says so).
    pub not_due: bool,
    /// Last covered day.
    pub end: NaiveDate,
    /// Booking date once booked.
    pub booked_on: Option<NaiveDate>,
    /// Planned booking date.
    pub planned_on: Option<NaiveDate>,
    /// It went elsewhere rather than being lost.
    pub moved: bool,
    /// How likely it is won, held together with all deals of which the same is expected.
    pub expected: Arc<Expected>,
    /// Its newest quote.
    pub quote: Option<QuoteId>,
    /// Where its expiring lines stand.
    pub lines: Span,
    /// Something of it is left out.
    pub noted: bool,
}

/// How likely a deal is won.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Win probability as a fraction of one.
    pub p: Decimal,
    /// Its risk, where it was assessed.
    pub risk: Option<RiskLevel>,
    /// The pack's odds of its stage and risk in percent; the win probability where the pack has
    /// none for them.
    pub odds_pct: Decimal,
    /// The win probability in parts of [`super::units::CERTAIN`].
    pub chance: u32,
}

/// A deal with its lines.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The deal.
    pub deal: &'a Deal,
    /// Its expiring lines.
    pub lines: Lines<'a>,
}

/// The rules and dates that turn deals into amounts.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The months of its calendar, by the book's choice.
    pub months: &'a Months,
    /// Portfolios.
    pub names: &'a Names,
    /// Rates between currencies.
    pub exchange: &'a Exchange,
    /// Today.
    pub today: NaiveDate,
    /// Place of the baseline month.
    pub m0: usize,
    /// What is booked and due up to the baseline is wanted too.
    pub history: bool,
}

impl Deal {
    /// The day it books (decision 21): as booked; else as planned, else at its end, and today
    /// where that has passed.
    pub fn booking(&self, today: NaiveDate) -> NaiveDate {
        match (self.kind, self.booked_on) {
            (StageKind::Won, Some(day)) => day,
            (StageKind::Won, None) => self.end.min(today),
            _ => self.planned_on.unwrap_or(self.end).max(today),
        }
    }

    /// True when the deal, booked that day, renews on time: on or before its end (and the pack's
    /// on-time grace). An open deal past that can no longer be on time, whatever is planned.
    pub fn on_time(&self, booking: NaiveDate, ground: &Ground<'_>) -> bool {
        let grace = Days::new(u64::try_from(ground.pack.otrr.grace_days).unwrap_or(0));
        let last = self.end.checked_add_days(grace).unwrap_or(self.end);
        booking <= last && (self.kind == StageKind::Won || ground.today <= last)
    }

    /// The fiscal month the deal books in, where that is earlier than the month it ends in: two
    /// bookings of one contract may then stand in one window, and a gap follows.
    pub fn pulled_forward(&self, ground: &Ground<'_>) -> Option<usize> {
        let booked = ground.months.position_of(self.booking(ground.today))?;
        let due = ground.months.position_of(self.end)?;
        (self.kind != StageKind::Lost && booked < due).then_some(booked)
    }
}

/// What falls due of a deal: month of its end, and each portfolio with the run-rate of its lines
/// in minor units. Up to the baseline only where history is wanted: the baseline holds it already.
pub fn due(case: &Case<'_>, ground: &Ground<'_>, mut each: impl FnMut(usize, usize, i128)) {
    let Some(month) = ground.months.position_of(case.deal.end) else {
        return;
    };
    if case.deal.not_due || (month <= ground.m0 && !ground.history) {
        return;
    }
    // lines of one portfolio stand together more often than not
    let mut run: Option<(usize, i128)> = None;
    for due in case.lines.dues.iter() {
        let (Some(portfolio), Some(value)) =
            (due.portfolio(), due.units(ground.exchange, case.deal.end))
        else {
            continue;
        };
        match &mut run {
            Some((own, sum)) if *own == portfolio => *sum += value,
            _ => {
                if let Some((own, sum)) = run.replace((portfolio, value)) {
                    each(own, month, sum);
                }
            }
        }
    }
    if let Some((own, sum)) = run {
        each(own, month, sum);
    }
}

/// True for a line whose amount can be counted: in the projection's currency, or one with a rate
/// for the day.
pub fn countable(currency: Option<Currency>, day: NaiveDate, ground: &Ground<'_>) -> bool {
    currency.is_some_and(|currency| {
        currency == ground.exchange.home() || ground.exchange.rate(currency, day).is_some()
    })
}
