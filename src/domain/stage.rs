//! When a renewal may move to a stage (renewals rules, section 7): what a stage needs, which way
//! back needs a note, who may enter a derived stage. Desk and command line ask the same function.

use super::activity::Activity;
use super::command::StageChange;
use super::renewal::Renewal;
use super::rules::{Rules, StageKind, StageRule};
use chrono::NaiveDate;
use std::sync::Arc;

/// What a person gives when moving a renewal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageRequest {
    /// Stage id.
    pub stage: String,
    /// The day it took place; booking date for a booked stage, planned one for a committed stage.
    pub on: Option<NaiveDate>,
    /// Loss reason by id or title.
    pub reason: Option<String>,
    /// PO number.
    pub po: Option<String>,
    /// Order number.
    pub order: Option<String>,
}

/// Why a move is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageRefusal {
    /// The pack has no such stage.
    #[error("there is no stage {0:?}; the stages are {1}")]
    Unknown(String, String),
    /// Only the calendar moves a renewal there.
    #[error("{0} is set by the calendar, not by hand; close the renewal as lost, with a reason")]
    Derived(String),
    /// Already there.
    #[error("the renewal is in {0} already")]
    Same(String),
    /// A reason is missing.
    #[error("{stage} needs a reason; the reasons are {reasons}")]
    NeedsReason {
        /// Title of the stage.
        stage: String,
        /// Ids of the pack.
        reasons: String,
    },
    /// The reason is none of the pack's.
    #[error("there is no loss reason {0:?}; the reasons are {1}")]
    UnknownReason(String, String),
    /// A way back that others have planned with.
    #[error("going back from {0} needs a note")]
    NeedsNote(String),
    /// The PO number is missing.
    #[error("{0} needs the PO number")]
    NeedsPo(String),
    /// A lost renewal cannot be reopened after its last day to renew.
    #[error("a lost renewal can be reopened until its last day to renew, {0}")]
    TooLate(NaiveDate),
}

/// The move as a command, or why not. `last_renewal` is the renewal's second clock, where known.
/// `note` is kept as an activity; its text counts as given when it is not blank.
///
/// Booked without a day is booked today; a planned day is never invented.
pub fn plan_change(
    renewal: &Renewal,
    request: &StageRequest,
    note: Option<Activity>,
    rules: &Rules,
    last_renewal: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<StageChange, StageRefusal> {
    let to = target(renewal, request, rules)?;
    let from = rules.stage(&renewal.stage);
    let reason = loss_reason(to, request, rules)?;
    let note = note.filter(|activity| !activity.text.trim().is_empty());
    if let Some(from) = from {
        may_leave(from, to, note.is_some(), rules, last_renewal, today)?;
    }
    if &*to.id == "po_received" && request.po.is_none() && renewal.po_number.is_none() {
        return Err(StageRefusal::NeedsPo(to.title.clone()));
    }
    let books = to.kind == StageKind::Won;
    Ok(StageChange {
        renewal: renewal.id,
        version: renewal.versions.stage,
        stage: to.id.clone(),
        on: request.on.or(books.then_some(today)),
        reason,
        note,
        po: request.po.clone(),
        order: request.order.clone(),
        books,
    })
}

fn target<'a>(
    renewal: &Renewal,
    request: &StageRequest,
    rules: &'a Rules,
) -> Result<&'a StageRule, StageRefusal> {
    let to = rules.stage_named(&request.stage).ok_or_else(|| {
        let titles: Vec<&str> = rules.stages.iter().map(|s| s.title.as_str()).collect();
        StageRefusal::Unknown(request.stage.clone(), titles.join(", "))
    })?;
    if to.derived {
        return Err(StageRefusal::Derived(to.title.clone()));
    }
    if to.id == renewal.stage {
        return Err(StageRefusal::Same(to.title.clone()));
    }
    Ok(to)
}

fn loss_reason(
    to: &StageRule,
    request: &StageRequest,
    rules: &Rules,
) -> Result<Option<Arc<str>>, StageRefusal> {
    let ids = || {
        let ids: Vec<&str> = rules.loss_reasons.iter().map(|r| &*r.id).collect();
        ids.join(", ")
    };
    let Some(text) = request.reason.as_deref().filter(|r| !r.trim().is_empty()) else {
        return if to.needs_reason {
            Err(StageRefusal::NeedsReason {
                stage: to.title.clone(),
                reasons: ids(),
            })
        } else {
            Ok(None)
        };
    };
    let key = |s: &str| -> String {
        let letters = s.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let known = rules
        .loss_reasons
        .iter()
        .find(|r| key(&r.id) == key(text) || key(&r.title) == key(text));
    match known {
        Some(reason) => Ok(Some(reason.id.clone())),
        None => Err(StageRefusal::UnknownReason(text.to_string(), ids())),
    }
}

fn may_leave(
    from: &StageRule,
    to: &StageRule,
    has_note: bool,
    rules: &Rules,
    last_renewal: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), StageRefusal> {
    let place = |id: &str| rules.stages.iter().position(|stage| &*stage.id == id);
    let back = place(&to.id) < place(&from.id);
    let weighty = matches!(from.kind, StageKind::Committed | StageKind::Won);
    if back && weighty && !has_note {
        return Err(StageRefusal::NeedsNote(from.title.clone()));
    }
    let reopens = from.kind == StageKind::Lost && !from.derived && to.kind != StageKind::Lost;
    match last_renewal {
        Some(last) if reopens && last < today => Err(StageRefusal::TooLate(last)),
        _ => Ok(()),
    }
}
