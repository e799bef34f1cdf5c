//! A renewal as the program sees it: what is due, what is offered, and which amounts that adds to
//! which metric in which fiscal month (program §8). Pure values; no month or view is chosen here.

use super::calendar::Calendar;
use super::offer::{Offers, Price};
use super::pack::{BuyingBase, Pack};
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::StageKind;
use crate::pricing;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Portfolios by number, so that sums are kept in plain lists.
#[derive(Clone, Debug)]
pub struct Names {
    all: Vec<Portfolio>,
    services: Option<usize>,
}

impl Names {
    /// The portfolios in their order.
    pub fn of(all: Vec<Portfolio>) -> Names {
        let services = all.iter().position(Portfolio::is_services);
        Names { all, services }
    }

    /// The number of a portfolio.
    pub fn number(&self, portfolio: &Portfolio) -> Option<usize> {
        self.all.iter().position(|p| p == portfolio)
    }

    /// The number of Services.
    pub fn services(&self) -> Option<usize> {
        self.services
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}

/// Amounts added to the metrics of one portfolio in one fiscal month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Renewed on time (A of the on-time renewal rate), by the month of the due date.
    pub credit: Decimal,
    /// ACV booked, by the month of booking, like all below.
    pub acv: Decimal,
    /// TCV booked.
    pub tcv: Decimal,
    /// TCV under an EA or MSLA.
    pub ea: Decimal,
    /// TCV in the base of buying-program penetration.
    pub buying_base: Decimal,
    /// TCV of premium services.
    pub premium: Decimal,
    /// TCV of services.
    pub services: Decimal,
}

impl Sums {
    /// Adds `other` times `factor`.
    pub fn add(&mut self, other: &Sums, factor: Decimal) {
        let pairs = [
            (&mut self.credit, other.credit),
            (&mut self.acv, other.acv),
            (&mut self.tcv, other.tcv),
            (&mut self.ea, other.ea),
            (&mut self.buying_base, other.buying_base),
            (&mut self.premium, other.premium),
            (&mut self.services, other.services),
        ];
        for (to, amount) in pairs {
            if !amount.is_zero() {
                *to = to.saturating_add(amount.saturating_mul(factor));
            }
        }
    }
}

/// Sums with the portfolio and the place of the fiscal month they go to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// Number of the portfolio.
    pub portfolio: usize,
    /// Place of the month in the calendar.
    pub month: usize,
    /// The amounts.
    pub sums: Sums,
}

/// An expiring line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Due {
    /// Which.
    pub line: LineId,
    /// Its annual run-rate.
    pub value: Option<Decimal>,
    /// Currency of its price.
    pub currency: Option<Currency>,
    /// Number of its portfolio.
    pub portfolio: Option<usize>,
    /// What is sold on it.
    pub kind: LineKind,
    /// Premium service.
    pub premium: bool,
    /// Under an EA or MSLA.
    pub ea: bool,
}

impl Due {
    /// Reads an expiring line.
    pub fn of(line: &Line, names: &Names) -> Due {
        Due {
            line: line.id,
            value: pricing::line_run_rate(line).map(|(value, _)| value),
            currency: line.currency,
            portfolio: line.portfolio().and_then(|p| names.number(p)),
            kind: line.kind,
            premium: line.premium == Some(true),
            ea: line.ea == Some(true),
        }
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
    /// Win probability as a fraction of one.
    pub p: Decimal,
    /// Its expiring lines, sorted by id.
    pub lines: Vec<Due>,
}

/// The rules and dates that turn deals into amounts.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// Its calendar, by the book's choice.
    pub calendar: &'a Calendar,
    /// Portfolios.
    pub names: &'a Names,
    /// Today.
    pub today: NaiveDate,
    /// Place of the baseline month.
    pub m0: usize,
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

    fn due(&self, line: LineId) -> Option<(usize, &Due)> {
        let at = self
            .lines
            .binary_search_by_key(&line, |due| due.line)
            .ok()?;
        self.lines.get(at).map(|due| (at, due))
    }

    /// True when the deal, booked that day, renews on time: on or before its end (and the pack's
    /// on-time grace). An open deal past that can no longer be on time, whatever is planned.
    pub fn on_time(&self, booking: NaiveDate, ground: &Ground<'_>) -> bool {
        let grace = Days::new(u64::try_from(ground.pack.otrr.grace_days).unwrap_or(0));
        let last = self.end.checked_add_days(grace).unwrap_or(self.end);
        booking <= last && (self.kind == StageKind::Won || ground.today <= last)
    }
}

/// The value due of a deal in the on-time renewal rate: place of the month of its end, and the
/// sum of its Services lines. None where the baseline holds it already.
pub fn value_due(deal: &Deal, ground: &Ground<'_>) -> Option<(usize, Decimal)> {
    let month = ground.calendar.position_of(deal.end)?;
    if deal.not_due || month <= ground.m0 {
        return None;
    }
    let services = ground.names.services()?;
    let value = total(
        deal.lines
            .iter()
            .filter(|due| due.portfolio == Some(services) && in_currency(due.currency, ground))
            .filter_map(|due| due.value),
    );
    (!value.is_zero()).then_some((month, value))
}

/// A sum that stops at the largest decimal instead of failing.
fn total(amounts: impl Iterator<Item = Decimal>) -> Decimal {
    amounts.fold(Decimal::ZERO, Decimal::saturating_add)
}

/// True for amounts in the pack's currency.
pub fn in_currency(currency: Option<Currency>, ground: &Ground<'_>) -> bool {
    currency == Some(ground.pack.currency)
}

/// What a deal adds when it books, with these offers; without a quote it renews flat for twelve
/// months (N = D).
pub fn gains(deal: &Deal, offers: Option<&Offers>, ground: &Ground<'_>) -> Vec<Item> {
    let booking = deal.booking(ground.today);
    let booked = ground.calendar.position_of(booking);
    let mut tally = Tally {
        ground,
        items: Vec::new(),
        booked: booked.filter(|month| *month > ground.m0),
        renewed: vec![Decimal::ZERO; deal.lines.len()],
    };
    match offers {
        None => tally.flat(deal),
        Some(offers) if offers.currency == ground.pack.currency => tally.quoted(deal, offers),
        Some(_) => {}
    }
    let counts = ground
        .calendar
        .position_of(deal.end)
        .filter(|month| *month > ground.m0 || tally.booked.is_some());
    if let Some(month) = counts
        && !deal.not_due
        && deal.on_time(booking, ground)
    {
        tally.credit(deal, month);
    }
    tally.items
}

/// What the lines of a quote without any renewal add, booked today.
pub fn loose_gains(offers: &Offers, ground: &Ground<'_>) -> Vec<Item> {
    let booked = ground.calendar.position_of(ground.today);
    let mut tally = Tally {
        ground,
        items: Vec::new(),
        booked: booked.filter(|month| *month > ground.m0),
        renewed: Vec::new(),
    };
    if offers.currency == ground.pack.currency {
        for offer in &offers.lines {
            if let Some((price, portfolio)) = offer.price.zip(offer.portfolio) {
                tally.book(&price, portfolio, offer.kind, offer.premium, offer.ea, true);
            }
        }
    }
    tally.items
}

struct Tally<'a> {
    ground: &'a Ground<'a>,
    items: Vec<Item>,
    booked: Option<usize>,
    renewed: Vec<Decimal>,
}

impl Tally<'_> {
    fn flat(&mut self, deal: &Deal) {
        for (due, renewed) in deal.lines.iter().zip(self.renewed.iter_mut()) {
            if in_currency(due.currency, self.ground) {
                *renewed = due.value.unwrap_or_default();
            }
        }
        for due in &deal.lines {
            if let (Some(value), Some(portfolio), true) = (
                due.value,
                due.portfolio,
                in_currency(due.currency, self.ground),
            ) {
                let price = Price {
                    run_rate: value,
                    tcv: value,
                    acv: value,
                };
                self.book(&price, portfolio, due.kind, due.premium, due.ea, false);
            }
        }
    }

    fn quoted(&mut self, deal: &Deal, offers: &Offers) {
        let first = offers.renewals.first() == Some(&deal.id);
        for offer in &offers.lines {
            let due = offer.renews.and_then(|line| deal.due(line));
            let ours = match (offer.renewal, due) {
                (Some(renewal), _) => renewal == deal.id,
                (None, Some(_)) => true,
                (None, None) => first && offer.renews.is_none(),
            };
            let Some(price) = offer.price.filter(|_| ours) else {
                continue;
            };
            let portfolio = if offer.names_portfolio {
                offer.portfolio
            } else {
                due.and_then(|(_, due)| due.portfolio)
            };
            if let Some(portfolio) = portfolio {
                let expansion = offer.renews.is_none();
                self.book(
                    &price,
                    portfolio,
                    offer.kind,
                    offer.premium,
                    offer.ea,
                    expansion,
                );
            }
            if let Some((at, due)) = due
                && portfolio == self.ground.names.services()
                && (self.ground.pack.otrr.ea_counts || due.ea || !offer.ea)
                && let Some(renewed) = self.renewed.get_mut(at)
            {
                *renewed = renewed.saturating_add(price.run_rate);
            }
        }
    }

    /// Adds a booking to the metrics of its portfolio.
    fn book(
        &mut self,
        price: &Price,
        portfolio: usize,
        kind: LineKind,
        premium: bool,
        ea: bool,
        expansion: bool,
    ) {
        let Some(month) = self.booked else { return };
        let pack = self.ground.pack;
        let grows = expansion || pack.growth.renewals_count;
        let in_base = match pack.buying_base {
            BuyingBase::All => true,
            BuyingBase::SubscriptionSoftware => kind == LineKind::Subscription,
        };
        let services = Some(portfolio) == self.ground.names.services();
        let when = |condition: bool, amount: Decimal| {
            if condition { amount } else { Decimal::ZERO }
        };
        let sums = Sums {
            credit: Decimal::ZERO,
            acv: when(grows, price.acv),
            tcv: when(grows, price.tcv),
            ea: when(ea, price.tcv),
            buying_base: when(ea || in_base, price.tcv),
            premium: when(services && premium, price.tcv),
            services: when(services, price.tcv),
        };
        self.put(portfolio, month, &sums);
    }

    /// On-time credit, capped per expiring line at what it is worth (decision 14).
    fn credit(&mut self, deal: &Deal, month: usize) {
        let Some(services) = self.ground.names.services() else {
            return;
        };
        let cap = self.ground.pack.otrr.cap_at_due;
        let counted = deal.lines.iter().zip(&self.renewed).filter(|(due, _)| {
            due.portfolio == Some(services) && in_currency(due.currency, self.ground)
        });
        let credit = total(counted.map(|(due, renewed)| {
            if cap {
                (*renewed).min(due.value.unwrap_or_default())
            } else {
                *renewed
            }
        }));
        let sums = Sums {
            credit,
            ..Sums::default()
        };
        if !credit.is_zero() {
            self.put(services, month, &sums);
        }
    }

    fn put(&mut self, portfolio: usize, month: usize, sums: &Sums) {
        let place = self
            .items
            .iter_mut()
            .find(|item| item.portfolio == portfolio && item.month == month);
        match place {
            Some(item) => item.sums.add(sums, Decimal::ONE),
            None => self.items.push(Item {
                portfolio,
                month,
                sums: *sums,
            }),
        }
    }
}
