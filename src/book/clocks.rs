//! The five clocks of a renewal and its notice day, each with a word on where the date comes from.
//! Dates are read, never guessed: a clock without a date stays unknown. No reading of "today".

use super::{Clock, ClockDate, ClockDays, Clocks};
use crate::domain::day::add_days;
use crate::domain::quote::Quote;
use crate::domain::rules::Rules;
use chrono::NaiveDate;
use std::sync::Arc;

impl Clocks {
    /// The date of one clock.
    pub fn get(&self, clock: Clock) -> Option<&ClockDate> {
        match clock {
            Clock::ContractEnd => self.contract_end.as_ref(),
            Clock::LastRenewal => self.last_renewal.as_ref(),
            Clock::LastAttach => self.last_attach.as_ref(),
            Clock::Ldos => self.ldos.as_ref(),
            Clock::QuoteValidity => self.quote_validity.as_ref(),
            Clock::CancelBy => self.cancel_by.as_ref(),
        }
    }

    /// Days from `today` to a clock: 0 on its last day, negative once it has passed.
    pub fn days(&self, clock: Clock, today: NaiveDate) -> Option<i64> {
        self.get(clock).map(|c| (c.date - today).num_days())
    }
}

impl ClockDays {
    /// The days of clocks.
    pub fn of(clocks: &Clocks) -> ClockDays {
        ClockDays(Clock::ALL.map(|clock| clocks.get(clock).map(|known| known.date)))
    }

    /// The day of one clock.
    pub fn get(&self, clock: Clock) -> Option<NaiveDate> {
        self.0.get(clock as usize).copied().flatten()
    }

    /// Days from `today` to a clock: 0 on its last day, negative once it has passed.
    pub fn days(&self, clock: Clock, today: NaiveDate) -> Option<i64> {
        self.get(clock).map(|date| (date - today).num_days())
    }
}

impl Clock {
    /// All six, in the order in which equal dates are named.
    pub const ALL: [Clock; 6] = [
        Clock::ContractEnd,
        Clock::LastRenewal,
        Clock::LastAttach,
        Clock::Ldos,
        Clock::QuoteValidity,
        Clock::CancelBy,
    ];

    /// Title for a detail pane.
    pub fn title(self) -> &'static str {
        match self {
            Clock::ContractEnd => "Contract end",
            Clock::LastRenewal => "Last day to renew",
            Clock::LastAttach => "Last day to attach",
            Clock::Ldos => "Last date of support",
            Clock::QuoteValidity => "Quote validity",
            Clock::CancelBy => "Cancel by",
        }
    }

    /// The clock with that JSON name.
    pub fn from_id(id: &str) -> Option<Clock> {
        Clock::ALL.into_iter().find(|clock| clock.id() == id)
    }
}

/// Sources that read the same on every row, made once.
#[derive(Clone, Debug)]
pub(super) struct Wordings {
    grace: Arc<str>,
    subscription: Arc<str>,
}

impl Wordings {
    pub(super) fn of(rules: &Rules) -> Wordings {
        Wordings {
            grace: format!("end + {} d grace", rules.lapse.grace_days).into(),
            subscription: match rules.lapse.subscription_grace_days {
                0 => "end of the subscription".into(),
                days => format!("end of the subscription + {days} d grace").into(),
            },
        }
    }
}

/// What a line kind allows after its end, in days (decision 9).
pub(super) fn grace_days(rules: &Rules, subscription: bool) -> i64 {
    if subscription {
        rules.lapse.subscription_grace_days
    } else {
        rules.lapse.grace_days
    }
}

/// Last day to renew: for services the earlier of the hardware's end of contract renewal and
/// end + grace, for subscriptions the end itself; the earliest of its lines where both occur.
///
/// End 2026-12-31, renewal stop 2027-06-30, 30 days of grace: 2027-01-30 (golden case R34).
pub(super) fn last_renewal(
    end: NaiveDate,
    services: bool,
    subscriptions: bool,
    stop: Option<&ClockDate>,
    rules: &Rules,
    wordings: &Wordings,
) -> ClockDate {
    let by_grace = |subscription: bool, source: &Arc<str>| ClockDate {
        date: add_days(end, grace_days(rules, subscription)),
        source: source.clone(),
    };
    let mut best = if services || !subscriptions {
        by_grace(false, &wordings.grace)
    } else {
        by_grace(true, &wordings.subscription)
    };
    if subscriptions {
        let own = by_grace(true, &wordings.subscription);
        if own.date < best.date {
            best = own;
        }
    }
    match stop {
        Some(stop) if stop.date < best.date => stop.clone(),
        _ => best,
    }
}

/// Last day to cancel a subscription that renews by itself: end − notice days.
pub(super) fn cancel_by(end: NaiveDate, notice_days: i32) -> ClockDate {
    ClockDate {
        date: add_days(end, -i64::from(notice_days.max(0))),
        source: format!("end − {notice_days} d notice, renews by itself").into(),
    }
}

/// Price protection of a quote: the date typed from the supplier's quote, else made + valid days.
///
/// A quote of 2026-11-22 with 30 days is good to 2026-12-22 (golden case R34).
pub fn quote_validity(quote: &Quote, rules: &Rules) -> ClockDate {
    match quote.valid_until {
        Some(date) => ClockDate {
            date,
            source: format!("quote {}, valid until as typed", quote.number).into(),
        },
        None => ClockDate {
            date: add_days(quote.created_on, rules.quote.valid_days),
            source: format!(
                "quote {} of {} + {} d",
                quote.number, quote.created_on, rules.quote.valid_days
            )
            .into(),
        },
    }
}

/// The first day an order for coverage from `start` may be placed: start − the renewal window.
///
/// A service starting 2027-01-01 can be ordered from 2026-10-03 (golden case R39).
pub fn order_opens(start: NaiveDate, subscription: bool, rules: &Rules) -> NaiveDate {
    let window = if subscription {
        rules.window.subscription_days
    } else {
        rules.window.services_days
    };
    add_days(start, -window)
}

/// The day `n` days before an end: T−90 of 2026-12-31 is 2026-10-02 (golden case R35).
pub fn t_minus(end: NaiveDate, n: i64) -> NaiveDate {
    add_days(end, -n)
}
