//! What a row of the pipeline says: everything a list shows or sorts by, computed for one day. Words are
//! left to [`Queue::told`](super::Queue::told).

use super::rows::{Held, Offered, Party, QueueRows};
use super::slim::{BESIDE, FAR, MANY, NO_DAY, Odds, Slim, UNKNOWN, later, long};
use super::{
    AtStake, Chance, Clock, ClockDays, ContractStatus, Countdown, CountdownState, Priority,
    priority,
};
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::Atr;
use crate::domain::rules::{RiskLevel, Rules};
use crate::domain::suggestion::Plays;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::fmt;
use std::sync::Arc;

/// One row of the pipeline. It only points into the rows of its queue: they are packed, for a large book has
/// a hundred thousand.
#[derive(Clone, Copy)]
pub struct QueueRow<'a> {
    pub(super) slim: &'a Slim,
    pub(super) rows: &'a QueueRows,
}

impl<'a> QueueRow<'a> {
    /// The renewal.
    pub fn renewal(&self) -> RenewalId {
        self.slim.renewal
    }

    /// What waits to be offered to its customer, once that is known.
    pub fn plays(&self) -> Option<&'a Plays> {
        self.party()?.plays.as_deref()
    }

    /// Contract number or subscription id.
    pub fn contract_number(&self) -> &'a str {
        self.rows.text(self.slim.contract_number)
    }

    /// The customer.
    pub fn account(&self) -> AccountId {
        let known = self.party().map(|party| party.account);
        known.unwrap_or(AccountId(uuid::Uuid::nil()))
    }

    /// Customer name.
    pub fn customer(&self) -> &'a str {
        self.names().0
    }

    /// The customer's name folded for comparing.
    pub fn folded_customer(&self) -> &'a str {
        self.names().1
    }

    /// Level or offer: the commonest of its lines, `+n` for further ones.
    pub fn what(&self) -> &'a str {
        self.offered().map_or("", |offered| &offered.what)
    }

    /// Commonest service level of its lines, as written.
    pub fn service_level(&self) -> Option<&'a Arc<str>> {
        self.offered()?.service_level.as_ref()
    }

    /// Portfolios of its lines, sorted, each once.
    pub fn portfolios(&self) -> &'a [Portfolio] {
        self.offered().map_or(&[], |offered| &offered.portfolios)
    }

    /// Last covered day.
    pub fn end(&self) -> NaiveDate {
        self.slim.end
    }

    /// `end − today`.
    pub fn days_left(&self) -> i64 {
        (self.slim.end - self.rows.today).num_days()
    }

    /// The days of its clocks.
    pub fn clocks(&self) -> ClockDays {
        ClockDays(Clock::ALL.map(|clock| self.clock(clock)))
    }

    /// The leading one.
    pub fn countdown(&self) -> Countdown {
        let (state, clock) = (self.slim.state, self.slim.leading);
        let ahead = match state {
            CountdownState::Ok | CountdownState::Soon | CountdownState::Critical => clock,
            // counted from the end, whatever is told of it
            _ => None,
        };
        let day = ahead.and_then(|clock| self.clock(clock));
        Countdown {
            clock,
            days: (day.unwrap_or(self.slim.end) - self.rows.today).num_days(),
            state,
        }
    }

    /// The state of its countdown.
    pub fn state(&self) -> CountdownState {
        self.slim.state
    }

    /// Contract status.
    pub fn status(&self) -> ContractStatus {
        self.slim.status
    }

    /// Value available to renew.
    pub fn atr(&self) -> Atr {
        Atr {
            amount: self.amount(),
            currency: self.currency(),
            basis: self.slim.basis,
        }
    }

    /// Currency of that value.
    pub fn currency(&self) -> Option<Currency> {
        Currency::of_bits(self.slim.currency)
    }

    /// True where a value is known.
    pub fn is_priced(&self) -> bool {
        self.slim.amount != UNKNOWN
    }

    /// Value and currency, where both are known.
    pub fn priced(&self) -> Option<(Currency, Decimal)> {
        self.currency().zip(self.amount())
    }

    /// Stage id.
    pub fn stage(&self) -> &'a str {
        self.held().map_or("", |held| &held.stage)
    }

    /// The stage's place in the pack's order of work, from 0; unknown stages come last.
    pub fn stage_order(&self) -> u16 {
        self.held().map_or(u16::MAX, |held| held.stage_order)
    }

    /// Still being worked on, or lapsed overnight without a reason given yet.
    pub fn open(&self) -> bool {
        self.slim.is_open()
    }

    /// Owner.
    pub fn owner(&self) -> Option<&'a str> {
        self.held()?.owner.as_deref()
    }

    /// Rank: see [`QueueRow::priority`].
    pub fn score(&self) -> Decimal {
        let left = self.days_left();
        let (amount, win) = (self.amount(), self.risk().win_pct);
        priority::by_urgency(amount, win, self.slim.state, left, &self.rows.urgency).score
    }

    /// Next step.
    pub fn next_step(&self) -> Option<&'a str> {
        self.step().map(|step| &**step)
    }

    /// The rep's at-risk flag.
    pub fn flagged(&self) -> bool {
        self.slim.is_flagged()
    }

    /// Reviewed, and the reasons have not changed since.
    pub fn reviewed(&self) -> bool {
        self.slim.is_reviewed()
    }

    /// The newest quote over it.
    pub fn quote(&self) -> Option<QuoteId> {
        self.newest().map(|newest| newest.0)
    }

    /// The number of that quote.
    pub fn quote_number(&self) -> Option<&'a Arc<str>> {
        self.newest().map(|newest| &newest.1)
    }

    /// The rank with its factors.
    pub fn priority(&self, rules: &Rules) -> Priority {
        let (state, days_left) = (self.slim.state, self.days_left());
        priority::priority(self.amount(), self.risk().win_pct, state, days_left, rules)
    }

    /// Amount × probability to lose it: what is exposed, however near the end is.
    pub fn exposure(&self) -> Decimal {
        let amount = self.amount().unwrap_or_default();
        amount.saturating_mul(priority::loss(self.risk().win_pct))
    }
}

impl<'a> QueueRow<'a> {
    fn party(&self) -> Option<&'a Party> {
        self.rows.parties.get(self.slim.party as usize)
    }

    fn names(&self) -> (&'a str, &'a str) {
        let rows = self.rows;
        let known = self.party();
        known.map_or(("", ""), |party| {
            (rows.text(party.name), rows.text(party.folded))
        })
    }

    fn offered(&self) -> Option<&'a Offered> {
        self.rows.offers.get(self.slim.offered as usize)
    }

    fn held(&self) -> Option<&'a Held> {
        self.rows.holders.get(self.slim.held as usize)
    }

    fn step(&self) -> Option<&'a Arc<str>> {
        self.rows.steps.get(self.slim.step as usize)
    }

    fn newest(&self) -> Option<&'a (QuoteId, Arc<str>)> {
        self.rows.quotes.get(self.slim.quote as usize)
    }

    /// Value available to renew, without currency and basis.
    pub fn amount(&self) -> Option<Decimal> {
        match self.slim.amount {
            UNKNOWN => None,
            BESIDE => self.rows.beside(self.slim)?.amount,
            amount => Some(long(amount)),
        }
    }

    /// Open lines.
    pub fn lines(&self) -> u32 {
        match self.slim.lines {
            MANY => self.rows.beside(self.slim).map_or(0, |beside| beside.lines),
            lines => lines.into(),
        }
    }

    /// The day of one of its clocks.
    pub fn clock(&self, clock: Clock) -> Option<NaiveDate> {
        let days = self.slim.clocks.get(clock as usize).copied();
        match days.unwrap_or(NO_DAY) {
            FAR => self.rows.beside(self.slim)?.clocks.get(clock),
            days => later(self.slim.end, days),
        }
    }

    /// Next date.
    pub fn next_date(&self) -> Option<NaiveDate> {
        match self.slim.next {
            FAR => self.rows.beside(self.slim)?.next,
            days => later(self.slim.end, days),
        }
    }

    /// Snoozed until.
    pub fn snoozed_until(&self) -> Option<NaiveDate> {
        match self.slim.snoozed {
            FAR => self.rows.beside(self.slim)?.snoozed,
            days => later(self.slim.end, days),
        }
    }

    /// Risk.
    pub fn risk(&self) -> Chance {
        let odds = match self.slim.odds {
            MANY => self.rows.beside(self.slim).map(|beside| beside.risk),
            at => {
                let odds = self.rows.odds.get(usize::from(at));
                odds.map(|Odds(level, win)| Chance {
                    level: *level,
                    win_pct: Decimal::deserialize(*win),
                })
            }
        };
        odds.unwrap_or(Chance {
            level: RiskLevel::OnTrack,
            win_pct: Decimal::ZERO,
        })
    }

    /// What is at stake with it for the program's score, once that is known.
    pub fn at_stake(&self) -> Option<AtStake> {
        let mark = usize::from(self.slim.mark).checked_sub(1)?;
        let mark = self.rows.marks.get(mark).copied()?;
        let (points, smooth) = match self.slim.points {
            i32::MIN => *self.rows.stakes_beside.get(&self.slim.renewal)?,
            points => (long(points.into()), long(self.slim.smooth)),
        };
        Some(AtStake {
            points,
            smooth,
            mark,
        })
    }
}

/// Rows are the same where they say the same, whatever queue they are of.
impl PartialEq for QueueRow<'_> {
    fn eq(&self, other: &QueueRow<'_>) -> bool {
        let of = |row: &QueueRow<'_>| {
            (
                (row.renewal(), row.end()),
                (row.clocks(), row.countdown(), row.status(), row.lines()),
                (row.atr(), row.stage_order(), row.open(), row.risk()),
                (row.next_date(), row.snoozed_until(), row.quote()),
                (row.flagged(), row.reviewed(), row.score(), row.days_left()),
                (row.at_stake(), row.account()),
            )
        };
        let words = |row: &QueueRow<'_>| {
            (
                [
                    row.customer(),
                    row.contract_number(),
                    row.folded_customer(),
                    row.what(),
                    row.stage(),
                ]
                .map(str::to_owned),
                [row.owner(), row.next_step()].map(|text| text.map(str::to_owned)),
                [row.service_level(), row.quote_number()].map(|text| text.cloned()),
                (row.portfolios().to_vec(), row.plays().copied()),
            )
        };
        of(self) == of(other) && words(self) == words(other)
    }
}

impl fmt::Debug for QueueRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("QueueRow");
        shown.field("renewal", &self.renewal());
        shown.field("contract", &self.contract_number());
        shown
            .field("end", &self.end())
            .field("stage", &self.stage());
        shown
            .field("owner", &self.owner())
            .field("atr", &self.atr());
        shown
            .field("clocks", &self.clocks())
            .field("risk", &self.risk());
        shown.field("next", &(self.next_step(), self.next_date()));
        shown.finish_non_exhaustive()
    }
}
