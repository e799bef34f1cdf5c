//! The countdown of a row: which clock leads, how near it is, and the contract's status. Functions
//! of dates, orders and the rules alone, so that the same day always gives the same words.

use super::{Clock, Clocks, ContractStatus, Countdown, CountdownState};
use crate::domain::day::add_days;
use crate::domain::rules::Rules;
use chrono::NaiveDate;

/// Days under which a contract is due where the pack has no band for its end.
const DUE_DAYS: i64 = 30;
/// Days before a notice day at which the window counts as open.
const CANCEL_NOTICE_DAYS: i64 = 30;

/// What became of a renewal, as far as its clocks care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Still to be decided.
    Pending,
    /// Booked.
    Won,
    /// Lost.
    Lost,
    /// Taken over by another agreement.
    Moved,
}

/// What the countdown and the status are made from.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// Last covered day.
    pub end: NaiveDate,
    /// Days after the end on which the same number can still be renewed.
    pub grace_days: i64,
    /// Only subscriptions end here.
    pub subscription: bool,
    /// Some line is uncovered or lapsed, so that the last day to attach matters.
    pub bare: bool,
    /// Every line is past its end of renewal by bulletin or past its last date of support.
    pub blocked: bool,
    /// What became of it.
    pub outcome: Outcome,
}

/// How near a clock is by the bands of the pack: ok, soon (`!`) or critical (`!!`). Days in the
/// past are critical, except for the last day to attach, which is merely past.
pub fn band(rules: &Rules, clock: Clock, days: i64) -> CountdownState {
    if clock == Clock::LastAttach && days < 0 {
        return CountdownState::Ok;
    }
    let id = match clock {
        // A notice day has no band of its own in older packs: it weighs like the last day to renew.
        Clock::CancelBy if !has_band(rules, clock) => Clock::LastRenewal.id(),
        other => other.id(),
    };
    match rules.bands.iter().find(|band| &*band.clock == id) {
        Some(band) if days <= band.critical_days => CountdownState::Critical,
        Some(band) if days <= band.soon_days => CountdownState::Soon,
        _ => CountdownState::Ok,
    }
}

fn has_band(rules: &Rules, clock: Clock) -> bool {
    rules.bands.iter().any(|band| &*band.clock == clock.id())
}

impl CountdownState {
    /// The sign beside the days: `!`, `!!`, or nothing.
    pub fn sign(self) -> &'static str {
        match self {
            CountdownState::Soon => "!",
            CountdownState::Critical | CountdownState::Overdue | CountdownState::Lapsed => "!!",
            CountdownState::Ok | CountdownState::Done | CountdownState::Unknown => "",
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            CountdownState::Ok => "ok",
            CountdownState::Soon => "soon",
            CountdownState::Critical => "critical",
            CountdownState::Overdue => "overdue",
            CountdownState::Lapsed => "lapsed",
            CountdownState::Done => "done",
            CountdownState::Unknown => "unknown",
        }
    }
}

/// The countdown (decision 8): the nearest clock still ahead among end, last renewal, quote
/// validity and cancel-by, joined by LDoS and (for bare gear) last attach once they are inside the
/// horizon. After the end it is the end itself, overdue to the last day of grace, then lapsed.
/// Equal dates are named by the first of that list.
///
/// End in 39 days, renewal stop in 69, quote valid for 30: `30 d of quote` (golden case R34).
pub fn countdown(
    clocks: &Clocks,
    position: &Position,
    rules: &Rules,
    today: NaiveDate,
) -> Countdown {
    let days_left = (position.end - today).num_days();
    if position.outcome != Outcome::Pending {
        return Countdown {
            clock: None,
            days: days_left,
            state: CountdownState::Done,
        };
    }
    if days_left < 0 {
        let state = if -days_left <= position.grace_days {
            CountdownState::Overdue
        } else {
            CountdownState::Lapsed
        };
        return Countdown {
            clock: Some(Clock::ContractEnd),
            days: days_left,
            state,
        };
    }
    let horizon = rules.window.horizon_days;
    let ahead = |clock: Clock, far: Option<i64>| {
        clocks
            .days(clock, today)
            .filter(|&days| days >= 0 && far.is_none_or(|limit| days < limit))
            .map(|days| (days, clock))
    };
    let attach = position.bare.then_some(Clock::LastAttach);
    let candidates = [
        ahead(Clock::ContractEnd, None),
        ahead(Clock::LastRenewal, None),
        ahead(Clock::QuoteValidity, None),
        ahead(Clock::CancelBy, None),
        ahead(Clock::Ldos, Some(horizon)),
        attach.and_then(|clock| ahead(clock, Some(horizon))),
    ];
    // `min_by_key` keeps the first of equals, which is the order of the list.
    match candidates
        .into_iter()
        .flatten()
        .min_by_key(|(days, _)| *days)
    {
        Some((days, clock)) => Countdown {
            clock: Some(clock),
            days,
            state: band(rules, clock, days),
        },
        None => Countdown {
            clock: None,
            days: days_left,
            state: CountdownState::Unknown,
        },
    }
}

impl Countdown {
    /// The whole text: `17 d to renew`, `-4 d overdue`, `today: contract ends`.
    pub fn words(&self) -> String {
        match (self.state, self.clock) {
            (CountdownState::Done, _) => "done".into(),
            (state @ (CountdownState::Overdue | CountdownState::Lapsed), _) => {
                format!("{} d {}", self.days, state.word())
            }
            (_, Some(clock)) => words(clock, self.days),
            (_, None) => "?".into(),
        }
    }
}

/// The words for a clock that has not passed: `17 d to renew`, `today: contract ends`.
pub fn words(clock: Clock, days: i64) -> String {
    let (on_the_day, ahead) = match clock {
        Clock::ContractEnd => ("contract ends", "to end"),
        Clock::LastRenewal => ("last day to renew", "to renew"),
        Clock::LastAttach => ("last day to attach", "to attach"),
        Clock::Ldos => ("last day of support", "to LDoS"),
        Clock::QuoteValidity => ("quote expires", "of quote"),
        Clock::CancelBy => ("last day to cancel", "to cancel"),
    };
    match days {
        0 => format!("today: {on_the_day}"),
        days if days < 0 => format!("{days} d past"),
        days => format!("{days} d {ahead}"),
    }
}

/// The status of a contract, from dates and orders alone (renewals §7).
///
/// End 2026-12-31: due that day, overdue from 2027-01-01 to 01-30, lapsed on 01-31 (R36).
pub fn status(
    clocks: &Clocks,
    position: &Position,
    rules: &Rules,
    today: NaiveDate,
) -> ContractStatus {
    match position.outcome {
        Outcome::Won => return ContractStatus::Renewed,
        Outcome::Lost => return ContractStatus::Lost,
        Outcome::Moved => return ContractStatus::Moved,
        Outcome::Pending if position.blocked => return ContractStatus::NotRenewable,
        Outcome::Pending => {}
    }
    let days = (position.end - today).num_days();
    if days < 0 {
        return if today <= add_days(position.end, position.grace_days) {
            ContractStatus::Overdue
        } else {
            ContractStatus::Lapsed
        };
    }
    let due = rules
        .bands
        .iter()
        .find(|band| &*band.clock == Clock::ContractEnd.id())
        .map_or(DUE_DAYS, |band| band.soon_days);
    let window = if position.subscription {
        rules.window.subscription_days
    } else {
        rules.window.services_days
    };
    let cancel_near = clocks
        .days(Clock::CancelBy, today)
        .is_some_and(|days| days <= CANCEL_NOTICE_DAYS);
    if days <= due {
        ContractStatus::Due
    } else if days <= window || cancel_near {
        ContractStatus::Window
    } else {
        ContractStatus::Active
    }
}

impl ContractStatus {
    /// The word in lists and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ContractStatus::Active => "active",
            ContractStatus::Window => "window",
            ContractStatus::Due => "due",
            ContractStatus::Overdue => "overdue",
            ContractStatus::Lapsed => "lapsed",
            ContractStatus::Renewed => "renewed",
            ContractStatus::Lost => "lost",
            ContractStatus::Moved => "moved",
            ContractStatus::NotRenewable => "not renewable",
        }
    }
}
