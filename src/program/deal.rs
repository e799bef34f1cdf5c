//! A renewal as the program sees it: its lines, its days, what is due (program §8). What it adds
//! when it books is in `gain`. Pure values; no month or view is chosen here.

use super::columns::{Lines, Span};
use super::exchange::Exchange;
use super::months::Months;
use super::names::Names;
use super::pack::Pack;
use super::units;
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::rules::{RiskLevel, StageKind};
use crate::pricing;
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

/// Bits of an expiring line's portfolio, and of its marks above them.
const PORTFOLIO_BITS: u32 = 11;
const MARK_BITS: u32 = 6;

/// No portfolio.
const NONE: u32 = (1 << PORTFOLIO_BITS) - 1;

/// An expiring line. A full count reads a million of them from end to end: twelve bytes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, packed(4))]
pub struct Due {
    value: i64,
    /// Currency, then marks, then portfolio in the lowest bits.
    about: u32,
}

impl Due {
    /// A line of which nothing is known.
    pub const NONE: Due = Due {
        value: 0,
        about: NONE,
    };

    /// Reads an expiring line: its annual run-rate in minor units of its own currency.
    pub fn of(line: &Line, names: &Names) -> Due {
        let mut marks = Marks::of(line.kind, line.premium, line.ea, line.ai);
        let mut value = 0;
        if let Some((amount, _)) = pricing::line_run_rate(line) {
            let places = line.currency.map_or(2, |currency| currency.minor_units());
            let exact = units::of(amount, places);
            // without a currency it counts nowhere, whatever its price
            marks.set(Marks::PRICED, exact.is_some() || line.currency.is_none());
            marks.set(Marks::UNFIT, exact.is_none() && line.currency.is_some());
            value = exact.unwrap_or_default();
        }
        let portfolio = line.portfolio().and_then(|p| names.number(p));
        let portfolio = portfolio.and_then(|p| u32::try_from(p).ok());
        let portfolio = portfolio.filter(|p| *p < NONE).unwrap_or(NONE);
        let currency = line.currency.map_or(0, Currency::bits);
        Due {
            value,
            about: (u32::from(currency) << MARK_BITS | u32::from(marks.0)) << PORTFOLIO_BITS
                | portfolio,
        }
    }

    /// What is known of it.
    pub fn marks(&self) -> Marks {
        Marks((self.about >> PORTFOLIO_BITS) as u8 & ((1 << MARK_BITS) - 1))
    }

    /// Its annual run-rate in minor units of its currency; none without a price.
    pub fn value(&self) -> Option<i64> {
        self.marks().has(Marks::PRICED).then_some(self.value)
    }

    /// Number of its portfolio.
    pub fn portfolio(&self) -> Option<usize> {
        let portfolio = self.about & NONE;
        (portfolio != NONE).then_some(portfolio as usize)
    }

    /// The currency of its price.
    pub fn currency(&self) -> Option<Currency> {
        Currency::of_bits((self.about >> (PORTFOLIO_BITS + MARK_BITS)) as u16)
    }

    /// Its run-rate in the projection's currency at the rate of a day.
    pub fn units(&self, exchange: &Exchange, day: NaiveDate) -> Option<i128> {
        exchange.home_units(self.value()?, self.currency()?, day)
    }
}

/// A renewal with everything needed to count it.
#[derive(Clone, Debug)]
pub struct Deal {
    /// The renewal.
    pub id: RenewalId,
    /// The number of its contract, for people.
    pub contract: Arc<str>,
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
    /// The win probability in parts of [`units::CERTAIN`].
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
    for due in case.lines.dues {
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
