//! What a person decided on a finding, as the book keeps it: a setting named after the finding, so
//! that it is undone like any other change and holds when the same files are compared again.

use super::finding::{Finding, Kind, Report};
use super::record::{Field, Record};
use crate::domain::ids::LineId;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the settings of decisions begin with.
pub const PREFIX: &str = "reconcile.";

/// Days until what was put off is asked again.
pub const LATER_DAYS: u64 = 7;

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
    /// A decision on a finding; what is put off is asked again after [`LATER_DAYS`].
    pub fn of(finding: &Finding, how: How, on: NaiveDate, by: &str) -> Decision {
        let until = on.checked_add_days(Days::new(LATER_DAYS));
        Decision {
            how,
            ours: finding.ours.clone(),
            on,
            by: by.into(),
            until: until.filter(|_| how == How::Later),
        }
    }

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

/// Values a person takes into the book, with the decision that goes with them: one step of the
/// history.
#[derive(Clone, Debug, PartialEq)]
pub struct Taking {
    /// The line; none to add the asset.
    pub line: Option<LineId>,
    /// The asset as the book shall say it.
    pub record: Record,
    /// The fields that change.
    pub changed: Vec<Field>,
    /// Settings to write with it.
    pub settings: Vec<(String, String)>,
}

impl Taking {
    /// What the history calls it.
    pub fn label(&self, name: &str) -> String {
        let fields: Vec<&str> = self.changed.iter().map(|field| field.title()).collect();
        match self.line {
            None => format!("reconcile {name}: added to the book"),
            Some(_) => format!("reconcile {name}: took {}", fields.join(", ")),
        }
    }

    /// What taking the others' values of a finding writes; `None` where there is nothing to take:
    /// the book alone has it, all agree, or it is a repeat.
    pub fn of(report: &Report, finding: &Finding, on: NaiveDate, by: &str) -> Option<Taking> {
        if finding.kind == Kind::Duplicate {
            return None;
        }
        let first = *finding.members.first()?;
        let mut record = report.record(first)?.clone();
        let theirs = report.theirs(finding);
        let is_own = record.line.is_some();
        if is_own && theirs.is_empty() {
            return None;
        }
        let ours = match is_own {
            true => report.ours_after(finding, &theirs),
            false => String::new(),
        };
        let mut changed = Vec::new();
        // Where the book has it, others' values go in; else the strongest source's row does, with
        // what the weaker ones know beside it.
        for (field, value, _) in theirs {
            if is_own || record.get(field).is_none() {
                record.set(field, Some(value));
                changed.push(field);
            }
        }
        let decision = Decision {
            ours,
            ..Decision::of(finding, How::Take, on, by)
        };
        Some(Taking {
            line: record.line,
            record,
            changed,
            settings: vec![decision.setting(finding)],
        })
    }
}
