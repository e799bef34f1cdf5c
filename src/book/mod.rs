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
mod part;
pub mod priority;
pub mod quality;
pub mod queue;
mod queue_row;
pub mod risk;
pub mod riskview;
mod row;
mod rows;
pub mod search;
mod slim;
pub mod sort;
mod stake;
mod sums;
pub mod today;
pub mod whitespace;

pub use gear::Gear;
pub use index::lines_of_each;
pub use own_lines::LineIds;
pub use queue::Queue;
pub use queue_row::QueueRow;
pub use rows::QueueRows;
pub use stake::{AllAtStake, AtStake};
pub use sums::Sums;

use crate::domain::rules::RiskLevel;
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
