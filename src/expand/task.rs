//! Accepting what brings no quote line: a note and a next step on a renewal of the customer.

use super::Suggestion;
use crate::domain::activity::Activity;
use crate::domain::command::AcceptInto;
use crate::domain::day::add_days;
use crate::domain::ids::{ActivityId, IdSource};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::Verdict;
use chrono::NaiveDate;
use std::sync::Arc;

/// What accepting writes, and the verdict that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The decision.
    pub verdict: Verdict,
    /// The note and the next step.
    pub accept: AcceptInto,
    /// Where it goes, in words.
    pub place: String,
}

/// The task of a suggestion: on its renewal, next looked at after the pack's days, no later than its
/// deadline. Without an open renewal of the customer there is nothing to put it on.
///
/// # Errors
/// A sentence that says why there is no place for it.
pub fn task(
    suggestion: &Suggestion,
    snapshot: &Snapshot,
    rules: &Rules,
    today: NaiveDate,
    by: &str,
    ids: &mut dyn IdSource,
) -> Result<Task, String> {
    let renewal = suggestion.renewal.and_then(|id| snapshot.renewals.get(id));
    let Some(renewal) = renewal else {
        return Err(format!(
            "{} has no open renewal to put a task on; snooze or dismiss it",
            suggestion.customer
        ));
    };
    let usual = add_days(today, rules.plays.task_days);
    let ahead = suggestion.deadline.filter(|day| *day >= today);
    let on = ahead.map_or(usual, |day| usual.min(day));
    let mut text = format!("{}. {}", suggestion.what, suggestion.why);
    if let Some(step) = &renewal.next_step {
        text.push_str(&format!(" Next step before: {step}"));
        if let Some(day) = renewal.next_date {
            text.push_str(&format!(" on {day}"));
        }
        text.push('.');
    }
    let contract = snapshot.contracts.get(renewal.contract);
    let number: Arc<str> = contract.map_or("a renewal".into(), |c| c.number.clone());
    let verdict = Verdict::Planned {
        renewal: renewal.id,
        on,
    };
    let accept = AcceptInto::Task {
        note: Activity {
            id: ActivityId(ids.next()),
            renewal: renewal.id,
            on: today,
            by: by.into(),
            kind: "note".into(),
            text,
        },
        version: renewal.versions.next,
        step: suggestion.what.clone(),
        on,
    };
    Ok(Task {
        verdict,
        accept,
        place: format!("a task on {number} for {on}"),
    })
}
