//! Contracts and subscriptions: what coverage lines belong to.

use super::ids::{AccountId, ContractId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What kind of agreement a contract is. Kinds have their own last day to renew (decision 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractKind {
    /// A support contract with a contract number.
    Service,
    /// A subscription with a subscription id.
    Subscription,
    /// Lines known only by the quote they came with (decision 3).
    Quote,
}

/// One service contract or one subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Identity.
    pub id: ContractId,
    /// The customer.
    pub account: AccountId,
    /// Contract number, subscription id or quote number, as text; leading zeros kept.
    pub number: Arc<str>,
    /// Which of the three it is.
    pub kind: ContractKind,
    /// Service program or offer name.
    pub program: Option<Arc<str>>,
    /// Service level of the header, if the file gave one.
    pub service_level: Option<Arc<str>>,
    /// Status text of the file, raw.
    pub status_raw: Option<Arc<str>>,
    /// First day, if known.
    pub start: Option<NaiveDate>,
    /// Last covered day of the header, if known; lines carry their own.
    pub end: Option<NaiveDate>,
    /// How a subscription renews by itself; `None` for contracts that do not, or where unknown.
    pub auto_renew: Option<AutoRenew>,
}

/// The terms on which a subscription renews by itself. A row of its own in the book.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoRenew {
    /// Length of the term it renews for, in months.
    pub term_months: i32,
    /// Days before the end by which it must be cancelled (45 for EA suites, 30 otherwise).
    pub notice_days: i32,
}
