//! What was decided on a suggestion. Suggestions themselves are computed anew from the facts; only
//! the decision is kept, with a fingerprint of the facts it was taken on.

use super::ids::{DecisionId, QuoteId, RenewalId};
use super::money::Money;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A decision on one suggestion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Identity.
    pub id: DecisionId,
    /// Which suggestion: play, account and family, e.g. `ldos_refresh/<account>/Catalyst 2960-X`.
    pub key: String,
    /// Fingerprint of the facts; when they change, the suggestion may come back.
    pub facts: String,
    /// What was decided.
    pub verdict: Verdict,
    /// When.
    pub on: NaiveDate,
    /// By whom.
    pub by: String,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken into a quote.
    Accepted {
        /// The quote it went to.
        quote: QuoteId,
    },
    /// Taken as a task: it brings no quote line.
    Planned {
        /// The renewal it was put on.
        renewal: RenewalId,
        /// When it is next looked at.
        on: NaiveDate,
    },
    /// Not wanted, and why.
    Dismissed {
        /// The rep's reason.
        reason: String,
    },
    /// Ask again on that day.
    Snoozed {
        /// The day.
        until: NaiveDate,
    },
}

/// What waits for an answer at one customer, in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plays {
    /// Suggestions without a decision.
    pub open: u32,
    /// The highest value among them, of those in the currency of the best ranked one; none where no
    /// value is known.
    pub best: Option<Money>,
}
