//! What a person decided on a finding, as the book keeps it: a setting named after the finding, so
//! that it is undone like any other change and holds when the same files are compared again.

use super::finding::Finding;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the settings of decisions begin with.
pub const PREFIX: &str = "reconcile.";

/// The way a finding was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The other source's values went into the book.
    Take,
    /// The book's values stay.
    Keep,
    /// A duplicate, or of no interest.
    Ignore,
    /// Asked again on a day.
    Later,
}

impl How {
    /// In words, for screen and exports.
    pub fn word(self) -> &'static str {
        match self {
            How::Take => "theirs taken",
            How::Keep => "ours kept",
            How::Ignore => "ignored",
            How::Later => "later",
        }
    }
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// How it was settled.
    pub how: How,
    /// What the book said when it was settled; another word of the book asks again.
    pub ours: String,
    /// The day it was settled.
    pub on: NaiveDate,
    /// By whom.
    pub by: String,
    /// Asked again from this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Decision {
    /// The setting that keeps it: key and value.
    pub fn setting(&self, finding: &Finding) -> (String, String) {
        let value = serde_json::to_string(self).unwrap_or_default();
        (format!("{PREFIX}{}", finding.key), value)
    }
}

/// The decision that holds for a finding today; `None` when it is open.
pub fn decided(
    finding: &Finding,
    settings: &BTreeMap<String, String>,
    today: NaiveDate,
) -> Option<Decision> {
    let text = settings.get(&format!("{PREFIX}{}", finding.key))?;
    let decision: Decision = serde_json::from_str(text).ok()?;
    let holds = match decision.how {
        How::Take | How::Keep => decision.ours == finding.ours,
        How::Ignore => true,
        How::Later => decision.until.is_some_and(|day| day > today),
    };
    holds.then_some(decision)
}
