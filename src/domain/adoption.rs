//! How far a customer has come with what it bought.

use super::ids::{AccountId, AdoptionId};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The stage of a use case that has completed them all.
pub const COMPLETE: &str = "complete";

/// The adoption state of one use case at one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adoption {
    /// Identity.
    pub id: AdoptionId,
    /// The customer.
    pub account: AccountId,
    /// Offer or solution.
    pub offer: Arc<str>,
    /// Use case.
    pub use_case: Arc<str>,
    /// First stage not completed: purchase, onboard, implement, use, engage, adopt, optimize;
    /// [`COMPLETE`] where all are.
    pub stage: Arc<str>,
    /// How much of its adoption plan is done, in percent, as the source says; says nothing about
    /// the entitlement.
    pub adoption_pct: Option<Decimal>,
    /// Share of the entitlement in use, in percent, if imported.
    pub usage_pct: Option<Decimal>,
    /// Since when the stage stands.
    pub since: Option<NaiveDate>,
}
