//! Decisions on suggestions, and what accepting one writes.

use super::{quotes, renewals};
use crate::domain::command::AcceptInto;
use crate::domain::ids::{QuoteId, RenewalId};
use crate::domain::suggestion::{Decision, Verdict};
use crate::store::Made;
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::table::{Entity, Single, read_where};
use chrono::NaiveDate;

/// Keeps the decision; one taken earlier on the same suggestion gives way to it.
pub(super) fn decide(
    edit: &mut Edit<'_>,
    decision: &Decision,
    accept: Option<&AcceptInto>,
) -> Result<Made, StoreError> {
    let made = match accept {
        None => Made::default(),
        Some(AcceptInto::New(quote)) => {
            expect_quote(decision, quote.id)?;
            quotes::new_quote(edit, quote)?
        }
        Some(AcceptInto::Existing {
            quote,
            version,
            lines,
            add_renewals,
        }) => {
            expect_quote(decision, *quote)?;
            quotes::put_lines(edit, *quote, *version, lines, add_renewals)?;
            Made {
                quote: Some(*quote),
                ..Made::default()
            }
        }
        Some(AcceptInto::Task {
            note,
            version,
            step,
            on,
        }) => {
            expect_task(decision, note.renewal, *on)?;
            renewals::log_contact(edit, note, *version, Some(step), Some(*on))?;
            Made::default()
        }
    };
    for earlier in read_where::<Decision>(edit.conn, "suggestion = ?1", &decision.key)? {
        if earlier.id != decision.id {
            edit.hide(&Decision::TABLE, &earlier.id.cell())?;
        }
    }
    edit.put(decision)?;
    Ok(made)
}

/// The decision must name the quote its lines go to.
fn expect_quote(decision: &Decision, into: QuoteId) -> Result<(), StoreError> {
    match &decision.verdict {
        Verdict::Accepted { quote } if *quote == into => Ok(()),
        _ => Err(StoreError::Refused(format!(
            "the decision on {} does not name the quote {into} its lines go to",
            decision.key
        ))),
    }
}

/// The decision must name the renewal its task is put on, and the day.
fn expect_task(decision: &Decision, at: RenewalId, day: NaiveDate) -> Result<(), StoreError> {
    match &decision.verdict {
        Verdict::Planned { renewal, on } if (*renewal, *on) == (at, day) => Ok(()),
        _ => Err(StoreError::Refused(format!(
            "the decision on {} does not name the renewal {at} its task is put on",
            decision.key
        ))),
    }
}
