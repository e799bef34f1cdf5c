//! A renewal as the program sees it: what is due, what is offered, and which amounts that adds to
//! which quantity in which fiscal month (program §8). Pure values; no month or view is chosen here.

use super::columns::{Lines, Span};
use super::exchange::Exchange;
use super::left::Noted;
use super::months::Months;
use super::names::Names;
use super::offer::{Offers, Price};
use super::pack::{BuyingBase, Pack, Quantity};
use super::sums::{Item, put};
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

/// No portfolio.
const NONE: u16 = u16::MAX;

/// An expiring line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    value: i64,
    portfolio: u16,
    currency: Option<Currency>,
    /// What is known of it.
    pub marks: Marks,
}

impl Due {
    /// A line of which nothing is known.
    pub const NONE: Due = Due {
        value: 0,
        portfolio: NONE,
        currency: None,
        marks: Marks(0),
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
        Due {
            value,
            portfolio: portfolio
                .and_then(|p| u16::try_from(p).ok())
                .unwrap_or(NONE),
            currency: line.currency,
            marks,
        }
    }

    /// Its annual run-rate in minor units of its currency; none without a price.
    pub fn value(&self) -> Option<i64> {
        self.marks.has(Marks::PRICED).then_some(self.value)
    }

    /// Number of its portfolio.
    pub fn portfolio(&self) -> Option<usize> {
        (self.portfolio != NONE).then_some(usize::from(self.portfolio))
    }

    /// The currency of its price.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// Its run-rate in the projection's currency at the rate of a day.
    pub fn units(&self, exchange: &Exchange, day: NaiveDate) -> Option<i128> {
        exchange.home_units(self.value()?, self.currency?, day)
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
    /// Win probability as a fraction of one.
    pub p: Decimal,
    /// Its risk, where it was assessed.
    pub risk: Option<RiskLevel>,
    /// The pack's odds of its stage and risk in percent; the win probability where the pack has
    /// none for them.
    pub odds_pct: Decimal,
    /// The same in parts of [`units::CERTAIN`].
    pub chance: i128,
    /// Its newest quote.
    pub quote: Option<QuoteId>,
    /// Where its expiring lines stand.
    pub lines: Span,
    /// What of it is left out.
    pub notes: Vec<Noted>,
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

/// What a deal adds when it books. Kept between deals, so that counting a book asks for memory
/// once.
#[derive(Clone, Debug, Default)]
pub struct Gains {
    /// What counts on top of the baseline.
    pub items: Vec<Item>,
    /// What the baseline holds already, for the months that roll out of it.
    pub past: Vec<Item>,
    /// List less net of its quote lines, in minor units.
    pub discount: i128,
    renewed: Vec<i128>,
}

impl Gains {
    fn clear(&mut self, lines: usize) {
        self.items.clear();
        self.past.clear();
        self.discount = 0;
        self.renewed.clear();
        self.renewed.resize(lines, 0);
    }
}

/// What a deal adds when it books, with these offers; without a quote it renews flat for twelve
/// months (N = D).
pub fn gains(case: &Case<'_>, offers: Option<&Offers>, ground: &Ground<'_>, out: &mut Gains) {
    out.clear(case.lines.dues.len());
    let deal = case.deal;
    let booking = deal.booking(ground.today);
    let booked = ground.months.position_of(booking);
    let ends = ground.months.position_of(deal.end);
    let later = |month: &usize| *month > ground.m0;
    let past = booked.is_some_and(|month| month <= ground.m0);
    let wanted = ground.history && deal.kind == StageKind::Won;
    if past && !wanted && !ends.is_some_and(|month| later(&month)) {
        return;
    }
    let mut tally = Tally {
        ground,
        gains: out,
        day: booking,
        month: booked.filter(|month| later(month) || wanted),
        past,
    };
    match offers {
        None => tally.flat(case),
        Some(offers) => tally.quoted(case, offers),
    }
    if let Some(month) = ends
        && !deal.not_due
        && deal.on_time(booking, ground)
    {
        let counts = later(&month) || booked.as_ref().is_some_and(later);
        if counts || (past && wanted) {
            tally.past = !counts;
            tally.credit(case, month);
        }
    }
}

/// What the lines of a quote without any renewal add, booked today.
pub fn loose_gains(offers: &Offers, ground: &Ground<'_>) -> Vec<Item> {
    let booked = ground.months.position_of(ground.today);
    let mut gains = Gains::default();
    let mut tally = Tally {
        ground,
        gains: &mut gains,
        day: ground.today,
        month: booked.filter(|month| *month > ground.m0),
        past: false,
    };
    for offer in &offers.lines {
        if let Some((price, portfolio)) = offer.price.zip(offer.portfolio)
            && let Some(price) = tally.home(&price, offers.currency)
        {
            tally.book(&price, portfolio, offer.marks, true);
        }
    }
    gains.items
}

/// What renewing at a price so many percent above the flat one adds on top of it. The on-time
/// credit grows only where the pack does not cap it at the value due.
pub fn uplift(case: &Case<'_>, percent: Decimal, ground: &Ground<'_>, out: &mut Gains) {
    out.clear(case.lines.dues.len());
    let deal = case.deal;
    let booking = deal.booking(ground.today);
    let mut tally = Tally {
        ground,
        gains: out,
        day: booking,
        month: ground
            .months
            .position_of(booking)
            .filter(|month| *month > ground.m0),
        past: false,
    };
    tally.at_price(case, &|flat| part_of(flat, percent));
    let ends = ground
        .months
        .position_of(deal.end)
        .filter(|month| *month > ground.m0);
    if let Some(month) = ends
        && !ground.pack.otrr.cap_at_due
        && !deal.not_due
        && deal.on_time(booking, ground)
    {
        tally.credit(case, month);
    }
}

/// A percentage of an amount in minor units, rounded half up.
fn part_of(amount: i128, percent: Decimal) -> i128 {
    let hundred = 100 * 10i128.pow(percent.scale());
    let doubled = amount.saturating_mul(percent.mantissa()).saturating_mul(2);
    doubled.saturating_add(hundred).div_euclid(2 * hundred)
}

/// List less net of a quote without any renewal, in minor units.
pub fn loose_discount(offers: &Offers, ground: &Ground<'_>) -> i128 {
    let prices = offers.lines.iter().filter_map(|offer| offer.price);
    let home = |price: Price| {
        let units = ground
            .exchange
            .home_units(price.discount, offers.currency, ground.today);
        units.unwrap_or_default()
    };
    prices.map(home).sum()
}

/// Run-rate, TCV and ACV in minor units of the projection's currency.
struct Money {
    run_rate: i128,
    tcv: i128,
    acv: i128,
}

struct Tally<'a> {
    ground: &'a Ground<'a>,
    gains: &'a mut Gains,
    day: NaiveDate,
    month: Option<usize>,
    past: bool,
}

impl Tally<'_> {
    fn home(&self, price: &Price, currency: Currency) -> Option<Money> {
        let home = |amount| self.ground.exchange.home_units(amount, currency, self.day);
        Some(Money {
            run_rate: home(price.run_rate)?,
            tcv: home(price.tcv)?,
            acv: home(price.acv)?,
        })
    }

    fn flat(&mut self, case: &Case<'_>) {
        self.at_price(case, &|flat| flat);
    }

    /// Every line for twelve months at a price made from its run-rate.
    fn at_price(&mut self, case: &Case<'_>, price: &dyn Fn(i128) -> i128) {
        for (at, due) in case.lines.dues.iter().enumerate() {
            let Some(value) = due.units(self.ground.exchange, self.day).map(price) else {
                continue;
            };
            if let Some(renewed) = self.gains.renewed.get_mut(at) {
                *renewed = value;
            }
            if let Some(portfolio) = due.portfolio() {
                let money = Money {
                    run_rate: value,
                    tcv: value,
                    acv: value,
                };
                self.book(&money, portfolio, due.marks, false);
            }
        }
    }

    fn quoted(&mut self, case: &Case<'_>, offers: &Offers) {
        let first = offers.renewals.first() == Some(&case.deal.id);
        for offer in &offers.lines {
            let due = offer.renews.and_then(|line| case.lines.find(line));
            let ours = match (offer.renewal, due) {
                (Some(renewal), _) => renewal == case.deal.id,
                (None, Some(_)) => true,
                (None, None) => first && offer.renews.is_none(),
            };
            let price = offer.price.filter(|_| ours);
            let given = price.map_or(0, |price| price.discount);
            let Some(price) = price.and_then(|price| self.home(&price, offers.currency)) else {
                continue;
            };
            let given = self
                .ground
                .exchange
                .home_units(given, offers.currency, self.day);
            self.gains.discount += given.unwrap_or_default();
            let portfolio = if offer.names_portfolio {
                offer.portfolio
            } else {
                due.and_then(|(_, due)| due.portfolio())
            };
            if let Some(portfolio) = portfolio {
                self.book(&price, portfolio, offer.marks, offer.renews.is_none());
            }
            if let Some((at, due)) = due
                && self.counts_as_renewed(due, offer.marks, portfolio)
                && let Some(renewed) = self.gains.renewed.get_mut(at)
            {
                *renewed = renewed.saturating_add(price.run_rate);
            }
        }
    }

    /// True for an offer that renews the value of its line: a line of the same portfolio again. A
    /// line moved into an EA counts only where the pack says so, in whatever portfolio the EA is.
    fn counts_as_renewed(&self, due: &Due, offer: Marks, portfolio: Option<usize>) -> bool {
        if offer.has(Marks::EA) && !due.marks.has(Marks::EA) {
            return self.ground.pack.otrr.ea_counts;
        }
        portfolio.is_some() && portfolio == due.portfolio()
    }

    /// Adds a booking to the quantities of its portfolio.
    fn book(&mut self, money: &Money, portfolio: usize, marks: Marks, expansion: bool) {
        let Some(month) = self.month else { return };
        let pack = self.ground.pack;
        let tcv = money.tcv;
        let subscription = marks.has(Marks::SUBSCRIPTION);
        let in_base = match pack.buying_base {
            BuyingBase::All => true,
            BuyingBase::SubscriptionSoftware => subscription,
        };
        let ea = marks.has(Marks::EA);
        let services = Some(portfolio) == self.ground.names.services();
        let items = if self.past {
            &mut self.gains.past
        } else {
            &mut self.gains.items
        };
        put(items, portfolio, month, |sums| {
            if expansion || pack.growth.renewals_count {
                sums.add(Quantity::Acv, money.acv);
                sums.add(Quantity::Tcv, tcv);
            }
            if ea {
                sums.add(Quantity::EaTcv, tcv);
            }
            if ea || in_base {
                sums.add(Quantity::BuyingBaseTcv, tcv);
            }
            if services {
                sums.add(Quantity::ServicesTcv, tcv);
            }
            if marks.has(Marks::PREMIUM) {
                sums.add(Quantity::PremiumTcv, tcv);
            }
            if marks.has(Marks::AI) {
                sums.add(Quantity::AiTcv, tcv);
            }
            if subscription && (expansion || pack.engagement.renewal_reenters) {
                sums.add(Quantity::UseCaseTcv, tcv);
            }
        });
    }

    /// On-time credit, capped per expiring line at what it is worth (decision 14).
    fn credit(&mut self, case: &Case<'_>, month: usize) {
        let cap = self.ground.pack.otrr.cap_at_due;
        let exchange = self.ground.exchange;
        let items = if self.past {
            &mut self.gains.past
        } else {
            &mut self.gains.items
        };
        for (due, renewed) in case.lines.dues.iter().zip(&self.gains.renewed) {
            let Some(portfolio) = due.portfolio().filter(|_| *renewed != 0) else {
                continue;
            };
            let credit = if cap {
                (*renewed).min(due.units(exchange, case.deal.end).unwrap_or_default())
            } else {
                *renewed
            };
            if credit != 0 {
                put(items, portfolio, month, |sums| {
                    sums.add(Quantity::OnTimeValue, credit);
                });
            }
        }
    }
}

/// True for a line whose amount can be counted: in the projection's currency, or one with a rate
/// for the day.
pub fn countable(currency: Option<Currency>, day: NaiveDate, ground: &Ground<'_>) -> bool {
    currency.is_some_and(|currency| {
        currency == ground.exchange.home() || ground.exchange.rate(currency, day).is_some()
    })
}
