//! How far a customer has come with what it bought.

use super::day::add_days;
use super::ids::{AccountId, AdoptionId};
use super::line::Origin;
use super::rules::PlayRules;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The stages of a use case, in their order.
pub const STAGES: [&str; 7] = [
    "purchase",
    "onboard",
    "implement",
    "use",
    "engage",
    "adopt",
    "optimize",
];

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
    /// First stage not completed, one of [`STAGES`]; [`COMPLETE`] where all are.
    pub stage: Arc<str>,
    /// How much of its adoption plan is done, in percent, as the source says; says nothing about
    /// the entitlement.
    pub adoption_pct: Option<Decimal>,
    /// Share of the entitlement in use, in percent, if imported.
    pub usage_pct: Option<Decimal>,
    /// Since when the stage stands, as the source says.
    pub since: Option<NaiveDate>,
    /// The day a file first showed it in this stage: it stands there since then at the latest. No figure
    /// of the program rests on it, since the step may have been taken long before.
    pub seen: Option<NaiveDate>,
    /// What is left to do in the stage, with `; ` between.
    pub open_actions: Option<Arc<str>>,
    /// Where it was last read from.
    pub origin: Option<Origin>,
}

impl Adoption {
    /// True where the customer stands still on a day: not complete, and in one of the early stages the rules
    /// name, however new, or without a step for as many days as they let pass: with 90, from 1 January it
    /// stalls on 1 April. The stages are ids, compared without regard to case and spaces around them.
    pub fn stalls(&self, rules: &PlayRules, today: NaiveDate) -> bool {
        let is = |stage: &str| self.stage.trim().eq_ignore_ascii_case(stage.trim());
        let long = |since: NaiveDate| add_days(since, rules.stalled_days) <= today;
        !is(COMPLETE)
            && (rules.stalled_stages.iter().any(|stage| is(stage))
                || self.since.or(self.seen).is_some_and(long))
    }
}
