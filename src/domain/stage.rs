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
/// Booked without a day is booked today; a planned day is never invented. The stage a renewal is in
/// already is no move, but takes what was missing: `Booked` again with an order number keeps the
/// booking day and adds the number. Blank numbers count as not given.
pub fn plan_change(
    renewal: &Renewal,
    request: &StageRequest,
    note: Option<Activity>,
    rules: &Rules,
    last_renewal: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<StageChange, StageRefusal> {
    let to = target(request, rules)?;
    let from = rules.stage(&renewal.stage);
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (po, order) = (given(&request.po), given(&request.order));
    let stays = to.id == renewal.stage;
    let reason = match &renewal.loss_reason {
        Some(held) if stays && given(&request.reason).is_none() => Some(held.clone()),
        _ => loss_reason(to, request, rules)?,
    };
    let note = note.filter(|activity| !activity.text.trim().is_empty());
    let completes = po.is_some() || order.is_some() || note.is_some();
    let completes = completes || request.on.is_some() || given(&request.reason).is_some();
    if stays && !completes {
        return Err(StageRefusal::Same(to.title.clone()));
    }
    if let Some(from) = from {
        may_leave(from, to, note.is_some(), rules, last_renewal, today)?;
    }
    if &*to.id == "po_received" && po.is_none() && renewal.po_number.is_none() {
        return Err(StageRefusal::NeedsPo(to.title.clone()));
    }
    let books = to.kind == StageKind::Won;
    let booked = match stays {
        true => renewal.booked_on.or(Some(today)),
        false => Some(today),
    };
    Ok(StageChange {
        renewal: renewal.id,
        version: renewal.versions.stage,
        stage: to.id.clone(),
        on: request.on.or(booked.filter(|_| books)),
        reason,
        note,
        po,
        order,
        books,
    })
}

/// What the stage of a change should have and has not: worth saying, never a reason to refuse, for
/// the work goes on while the data is being gathered. Sentences without a full stop.
pub fn wants(
    change: &StageChange,
    renewal: &Renewal,
    quoted: bool,
    today: NaiveDate,
) -> Vec<&'static str> {
    let mut wants = Vec::new();
    let mut want = |missing: bool, text| {
        if missing {
            wants.push(text);
        }
    };
    match &*change.stage {
        "quoted" => want(
            !quoted,
            "quoted without a quote; make one with `renewdesk quote new`",
        ),
        "customer_review" => want(
            renewal.next_step.is_none() || renewal.next_date.is_none(),
            "in review without a next step and its date",
        ),
        "committed" => want(
            change.on.or(renewal.planned_on).is_none(),
            "committed without a planned booking date; add it with --on DATE",
        ),
        _ => {}
    }
    if change.books {
        want(
            change.on.is_some_and(|on| on > today),
            "the booking date lies in the future",
        );
        want(
            change.order.is_none() && renewal.order_number.is_none(),
            "booked without an order number; add one with --order",
        );
    }
    wants
}

fn target<'a>(request: &StageRequest, rules: &'a Rules) -> Result<&'a StageRule, StageRefusal> {
    let to = rules.stage_named(&request.stage).ok_or_else(|| {
        let titles: Vec<&str> = rules.stages.iter().map(|s| s.title.as_str()).collect();
        StageRefusal::Unknown(request.stage.clone(), titles.join(", "))
    })?;
    if to.derived {
        return Err(StageRefusal::Derived(to.title.clone()));
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
