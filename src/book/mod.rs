//! The in-memory working set: queue rows with clocks and risk, sorting, filtering, search.
//! Pure over a snapshot, the rules and a day that is passed in; rebuilt or patched, never stored.

pub mod adoption_board;
pub mod changes;
pub mod clocks;
pub mod conflicts;
pub mod countdown;
mod facts;
pub mod filter;
pub mod fold;
mod gear;
pub mod groups;
mod index;
pub mod order;
mod own_lines;
pub mod priority;
pub mod quality;
pub mod queue;
pub mod risk;
pub mod riskview;
mod row;
pub mod search;
pub mod sort;
mod stake;
mod sums;
pub mod today;
pub mod whitespace;

pub use gear::Gear;
pub use index::lines_of_each;
pub use queue::Queue;
pub use stake::AtStake;
pub use sums::Sums;

use crate::domain::ids::{AccountId, ContractId, QuoteId, RenewalId};
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::{Atr, StageId};
use crate::domain::rules::{RiskLevel, Rules};
use crate::domain::suggestion::Plays;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Parts the search terms of a row in its haystack; no text from a file can hold it.
pub const SEPARATOR: char = '\u{1f}';

/// One of the five clocks, or the notice day of a subscription that renews by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// Last covered day.
    ContractEnd,
    /// Last day to renew on the same number.
    LastRenewal,
    /// Last day to attach service to bare gear.
    LastAttach,
    /// Last date of support, earliest of its lines.
    Ldos,
    /// Price protection of the quote.
    QuoteValidity,
    /// Last day to cancel a subscription that renews by itself.
    CancelBy,
}

impl Clock {
    /// Name in JSON and in the pack.
    pub fn id(self) -> &'static str {
        match self {
            Clock::ContractEnd => "contract_end",
            Clock::LastRenewal => "last_renewal",
            Clock::LastAttach => "last_attach",
            Clock::Ldos => "ldos",
            Clock::QuoteValidity => "quote_validity",
            Clock::CancelBy => "cancel_by",
        }
    }
}

/// The clocks of a renewal: dates, each with a word on where it comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clocks {
    /// End of the contract's lines.
    pub contract_end: Option<ClockDate>,
    /// Last day to renew.
    pub last_renewal: Option<ClockDate>,
    /// Last day to attach.
    pub last_attach: Option<ClockDate>,
    /// Last date of support.
    pub ldos: Option<ClockDate>,
    /// Quote validity.
    pub quote_validity: Option<ClockDate>,
    /// Cancel-by.
    pub cancel_by: Option<ClockDate>,
}

/// A date and its source.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockDate {
    /// The day.
    pub date: NaiveDate,
    /// Where it comes from: `file ccwr.xlsx row 12`, `EoX import, C9300-24T`, `eol table (B), …`.
    pub source: Arc<str>,
}

/// The days of the clocks, without where they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockDays([Option<NaiveDate>; Clock::ALL.len()]);

/// What the countdown of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// The leading clock (decision 8); none when no date is known.
    pub clock: Option<Clock>,
    /// Its date minus today.
    pub days: i64,
    /// The state after the end.
    pub state: CountdownState,
}

/// Whether a renewal is still ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountdownState {
    /// Ahead, none near.
    Ok,
    /// Near (`!`).
    Soon,
    /// Very near (`!!`).
    Critical,
    /// Ended, still in grace.
    Overdue,
    /// Ended, past grace.
    Lapsed,
    /// Booked, lost: no clock runs.
    Done,
    /// No date known.
    Unknown,
}

/// The status of a contract, derived from dates and orders, never typed (renewals §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContractStatus {
    /// More than the window away.
    Active,
    /// In the renewal window.
    Window,
    /// 30 days or fewer.
    Due,
    /// Ended, in grace.
    Overdue,
    /// Ended, past grace.
    Lapsed,
    /// Booked.
    Renewed,
    /// Lost.
    Lost,
    /// Moved into another agreement.
    Moved,
    /// Past the last day to renew by bulletin, or past LDoS.
    NotRenewable,
}

/// A risk with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Highest class that fires.
    pub level: RiskLevel,
    /// Probability to win in percent.
    pub win_pct: Decimal,
    /// Each signal as a sentence with its evidence.
    pub reasons: Vec<Reason>,
    /// How `win_pct` came about, one addend a line, e.g. `watch 75`, `one more signal −10`.
    pub worked: Vec<(String, Decimal)>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// Signal id.
    pub signal: Arc<str>,
    /// Its class.
    pub class: RiskLevel,
    /// The sentence.
    pub sentence: String,
}

/// What a list says of a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// Highest class that fires.
    pub level: RiskLevel,
    /// Probability to win in percent.
    pub win_pct: Decimal,
}

/// What a row says in words, made when somebody looks: see [`Queue::told`].
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The clocks, with where each day comes from.
    pub clocks: Clocks,
    /// The risk, with its reasons.
    pub risk: Risk,
}

/// A customer, as all its rows have it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Party {
    pub account: AccountId,
    pub name: Arc<str>,
    /// The name folded for comparing.
    pub folded: Box<str>,
}

/// What is renewed, as many rows have it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Offered {
    pub what: Arc<str>,
    pub service_level: Option<Arc<str>>,
    pub portfolios: Box<[Portfolio]>,
}

/// Rank of a row in Today: amount × loss probability × urgency, the factors shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Priority {
    /// Value due; zero when unknown.
    pub amount: Decimal,
    /// 1 − p, a fraction of 1.
    pub loss: Decimal,
    /// Urgency factor.
    pub urgency: Decimal,
    /// The product.
    pub score: Decimal,
}

/// One row of the pipeline: everything a list shows or sorts by, computed for one day. A large book
/// has a hundred thousand, so that words are left to [`Queue::told`] and what many rows share is kept
/// once.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// The renewal.
    pub renewal: RenewalId,
    /// What is at stake with it for the program's score, once that is known.
    pub at_stake: Option<AtStake>,
    /// What waits to be offered to its customer, once that is known.
    pub plays: Option<Arc<Plays>>,
    /// Its contract.
    pub contract: ContractId,
    /// Contract number or subscription id.
    pub contract_number: Arc<str>,
    party: Arc<Party>,
    offered: Arc<Offered>,
    /// Last covered day.
    pub end: NaiveDate,
    /// `end − today`.
    pub days_left: i64,
    /// The days of its clocks.
    pub clocks: ClockDays,
    /// The leading one.
    pub countdown: Countdown,
    /// Contract status.
    pub status: ContractStatus,
    /// Open lines.
    pub lines: u32,
    /// Value available to renew.
    pub atr: Atr,
    /// Stage id.
    pub stage: StageId,
    /// The stage's place in the pack's order of work, from 0; unknown stages come last.
    pub stage_order: u16,
    /// Still being worked on, or lapsed overnight without a reason given yet.
    pub open: bool,
    /// Owner.
    pub owner: Option<Arc<str>>,
    /// Risk.
    pub risk: Chance,
    /// Rank: see [`QueueRow::priority`].
    pub score: Decimal,
    /// Next step.
    pub next_step: Option<Arc<str>>,
    /// Next date.
    pub next_date: Option<NaiveDate>,
    /// Snoozed until.
    pub snoozed_until: Option<NaiveDate>,
    newest: Option<Box<(QuoteId, Arc<str>)>>,
    /// The rep's at-risk flag.
    pub flagged: bool,
    /// Reviewed, and the reasons have not changed since.
    pub reviewed: bool,
}

impl QueueRow {
    /// The customer.
    pub fn account(&self) -> AccountId {
        self.party.account
    }

    /// Customer name.
    pub fn customer(&self) -> &Arc<str> {
        &self.party.name
    }

    /// The customer's name folded for comparing.
    pub fn folded_customer(&self) -> &str {
        &self.party.folded
    }

    /// Level or offer: the commonest of its lines, `+n` for further ones.
    pub fn what(&self) -> &Arc<str> {
        &self.offered.what
    }

    /// Commonest service level of its lines, as written.
    pub fn service_level(&self) -> Option<&Arc<str>> {
        self.offered.service_level.as_ref()
    }

    /// Portfolios of its lines, sorted, each once.
    pub fn portfolios(&self) -> &[Portfolio] {
        &self.offered.portfolios
    }

    /// The newest quote over it.
    pub fn quote(&self) -> Option<QuoteId> {
        self.newest.as_ref().map(|newest| newest.0)
    }

    /// The number of that quote.
    pub fn quote_number(&self) -> Option<&Arc<str>> {
        self.newest.as_ref().map(|newest| &newest.1)
    }

    /// The rank with its factors.
    pub fn priority(&self, rules: &Rules) -> Priority {
        let (state, days_left) = (self.countdown.state, self.days_left);
        priority::priority(self.atr.amount, self.risk.win_pct, state, days_left, rules)
    }

    /// Amount × probability to lose it: what is exposed, however near the end is.
    pub fn exposure(&self) -> Decimal {
        let amount = self.atr.amount.unwrap_or_default();
        amount.saturating_mul(priority::loss(self.risk.win_pct))
    }
}
