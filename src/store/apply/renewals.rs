//! What reps and managers do to renewals: stage, owner, next step, outlook, review, contacts.

use super::standing;
use crate::domain::activity::Activity;
use crate::domain::command::{Outlook, StageChange, Stamp};
use crate::domain::ids::RenewalId;
use crate::domain::renewal::{Renewal, Reviewed};
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::load;
use crate::store::table::Single;
use chrono::NaiveDate;
use std::sync::Arc;

fn renewal(edit: &Edit<'_>, id: RenewalId) -> Result<Renewal, StoreError> {
    standing(edit, "renewal", id)
}

/// A refusal that shows both values of the field group.
fn conflict(
    edit: &Edit<'_>,
    held: &Renewal,
    group: &'static str,
    yours: String,
    theirs: String,
) -> StoreError {
    let number = load::by_id::<crate::domain::contract::Contract>(edit.conn, held.contract.cell())
        .ok()
        .flatten()
        .map_or_else(|| held.contract.to_string(), |c| c.number.to_string());
    StoreError::Conflict {
        what: format!("renewal {number}@{}", held.end),
        group,
        yours,
        theirs,
    }
}

fn or_none(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

fn same_next(
    edit: &Edit<'_>,
    held: &Renewal,
    version: i64,
    yours: String,
) -> Result<(), StoreError> {
    if held.versions.next == version {
        return Ok(());
    }
    let theirs = format!(
        "{} on {}, snoozed until {}",
        or_none(held.next_step.as_ref()),
        or_none(held.next_date),
        or_none(held.snoozed_until)
    );
    Err(conflict(edit, held, "next step", yours, theirs))
}

/// Moves a renewal to a stage.
pub(super) fn set_stage(
    edit: &mut Edit<'_>,
    change: &StageChange,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    super::not_blank("the stage", &change.stage)?;
    let held = renewal(edit, change.renewal)?;
    if held.versions.stage != change.version {
        let (yours, theirs) = (change.stage.to_string(), held.stage.to_string());
        return Err(conflict(edit, &held, "stage", yours, theirs));
    }
    move_stage(edit, held, change, stamp)
}

fn move_stage(
    edit: &mut Edit<'_>,
    mut row: Renewal,
    change: &StageChange,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    // The same stage again only completes its data: it was entered when it was entered.
    if row.stage != change.stage {
        row.stage_on = Some(stamp.today);
    }
    row.stage = Arc::clone(&change.stage);
    row.loss_reason.clone_from(&change.reason);
    row.booked_on = change.books.then(|| change.on.unwrap_or(stamp.today));
    if let (false, Some(on)) = (change.books, change.on) {
        row.planned_on = Some(on);
        row.versions.outlook += 1;
    }
    if let Some(po) = &change.po {
        row.po_number = Some(po.clone());
    }
    if let Some(order) = &change.order {
        row.order_number = Some(order.clone());
    }
    row.versions.stage += 1;
    edit.put(&row)?;
    match &change.note {
        Some(note) if note.renewal == row.id => edit.put(note),
        Some(note) => Err(StoreError::Refused(format!(
            "the note of the stage change is about another renewal ({})",
            note.renewal
        ))),
        None => Ok(()),
    }
}

/// Stage changes that follow from the day; a renewal somebody has moved meanwhile is left alone.
pub(super) fn overnight(
    edit: &mut Edit<'_>,
    changes: &[StageChange],
    stamp: &Stamp,
) -> Result<(), StoreError> {
    for change in changes {
        let held: Option<Renewal> = load::by_id(edit.conn, change.renewal.cell())?;
        if let Some(held) = held.filter(|held| held.versions.stage == change.version) {
            move_stage(edit, held, change, stamp)?;
        }
    }
    Ok(())
}

/// Gives renewals to somebody.
pub(super) fn set_owner(
    edit: &mut Edit<'_>,
    renewals: &[(RenewalId, i64)],
    owner: Option<&Arc<str>>,
) -> Result<(), StoreError> {
    for (id, version) in renewals {
        let mut row = renewal(edit, *id)?;
        if row.versions.owner != *version {
            let (yours, theirs) = (or_none(owner), or_none(row.owner.as_ref()));
            return Err(conflict(edit, &row, "owner", yours, theirs));
        }
        row.owner = owner.cloned();
        row.versions.owner += 1;
        edit.put(&row)?;
    }
    Ok(())
}

/// A contact and what is next, in one step. Without a next date both stay as they are.
pub(super) fn log_contact(
    edit: &mut Edit<'_>,
    activity: &Activity,
    version: i64,
    step: Option<&str>,
    date: Option<NaiveDate>,
) -> Result<(), StoreError> {
    add_activity(edit, activity)?;
    match date {
        Some(_) => set_next(edit, activity.renewal, version, step, date),
        None => Ok(()),
    }
}

/// A note, contact or outcome.
pub(super) fn add_activity(edit: &mut Edit<'_>, activity: &Activity) -> Result<(), StoreError> {
    renewal(edit, activity.renewal)?;
    edit.put(activity)
}

/// Next step and its date.
pub(super) fn set_next(
    edit: &mut Edit<'_>,
    id: RenewalId,
    version: i64,
    step: Option<&str>,
    date: Option<NaiveDate>,
) -> Result<(), StoreError> {
    let mut row = renewal(edit, id)?;
    let yours = format!("{} on {}", or_none(step), or_none(date));
    same_next(edit, &row, version, yours)?;
    row.next_step = step.map(str::to_owned);
    row.next_date = date;
    row.versions.next += 1;
    edit.put(&row)
}

/// Out of the Today list until a day.
pub(super) fn snooze(
    edit: &mut Edit<'_>,
    renewals: &[(RenewalId, i64)],
    until: Option<NaiveDate>,
) -> Result<(), StoreError> {
    for (id, version) in renewals {
        let mut row = renewal(edit, *id)?;
        same_next(
            edit,
            &row,
            *version,
            format!("snoozed until {}", or_none(until)),
        )?;
        row.snoozed_until = until;
        row.versions.next += 1;
        edit.put(&row)?;
    }
    Ok(())
}

/// Forecast call, planned date, flag and signals together.
pub(super) fn set_outlook(
    edit: &mut Edit<'_>,
    id: RenewalId,
    version: i64,
    outlook: &Outlook,
) -> Result<(), StoreError> {
    let mut row = renewal(edit, id)?;
    if row.versions.outlook != version {
        let words = |planned: Option<NaiveDate>, call: &Option<Arc<str>>, flag: &Option<String>| {
            format!(
                "planned {}, forecast {}, at risk {}",
                or_none(planned),
                or_none(call.as_ref()),
                or_none(flag.as_ref())
            )
        };
        let yours = words(outlook.planned_on, &outlook.forecast, &outlook.at_risk);
        let theirs = words(row.planned_on, &row.forecast, &row.at_risk);
        return Err(conflict(edit, &row, "outlook", yours, theirs));
    }
    row.planned_on = outlook.planned_on;
    row.forecast.clone_from(&outlook.forecast);
    row.at_risk.clone_from(&outlook.at_risk);
    row.signals.clone_from(&outlook.signals);
    row.versions.outlook += 1;
    edit.put(&row)
}

/// A manager has seen these risks; a later review takes the place of an earlier one.
pub(super) fn mark_reviewed(
    edit: &mut Edit<'_>,
    renewals: &[(RenewalId, Option<Reviewed>)],
) -> Result<(), StoreError> {
    for (id, reviewed) in renewals {
        let mut row = renewal(edit, *id)?;
        row.reviewed.clone_from(reviewed);
        row.versions.outlook += 1;
        edit.put(&row)?;
    }
    Ok(())
}
