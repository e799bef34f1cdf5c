//! What happened: calls, mails, notes, stage changes a person should read again.

use super::ids::{ActivityId, RenewalId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One logged contact, note or outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Identity.
    pub id: ActivityId,
    /// The renewal it is about.
    pub renewal: RenewalId,
    /// The day.
    pub on: NaiveDate,
    /// Who.
    pub by: Arc<str>,
    /// Kind: an outcome id of `rules.outcomes`, or `note`, `stage`.
    pub kind: Arc<str>,
    /// Text, cleaned.
    pub text: String,
}
