//! The partner's assessment as a person types, corrects or takes it away.

use super::small;
use crate::domain::baseline::BaselineRow;
use crate::domain::command::BaselineEdit;
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::load::by_id;
use crate::store::table::{Entity, Single};

/// Writes the rows and settings of an edit, unless one of the rows was changed meanwhile.
pub(super) fn edit(edit: &mut Edit<'_>, change: &BaselineEdit) -> Result<(), StoreError> {
    if change.put.is_empty() && change.drop.is_empty() && change.settings.is_empty() {
        return Err(StoreError::Refused(
            "there is nothing to keep: no figure of the assessment was changed".into(),
        ));
    }
    for (was, row) in &change.put {
        if was.as_ref().is_some_and(|was| was.id != row.id) {
            return Err(StoreError::Refused(format!(
                "the row of {} cannot be kept under another identity",
                name(row)
            )));
        }
        expect(edit, was.as_ref(), row)?;
        edit.put(row)?;
    }
    for row in &change.drop {
        expect(edit, Some(row), row)?;
        edit.hide(&BaselineRow::TABLE, &row.id.cell())?;
    }
    for (key, value) in &change.settings {
        small::set(edit, key, value.as_deref())?;
    }
    Ok(())
}

/// Refuses where the book holds another row than was looked at.
fn expect(edit: &Edit<'_>, was: Option<&BaselineRow>, row: &BaselineRow) -> Result<(), StoreError> {
    let now: Option<BaselineRow> = by_id(edit.conn, row.id.cell())?;
    if now.as_ref() == was {
        return Ok(());
    }
    Err(StoreError::Conflict {
        what: name(row),
        group: "the assessment",
        yours: figures(Some(row)),
        theirs: figures(now.as_ref()),
    })
}

fn name(row: &BaselineRow) -> String {
    format!("{} of {} in {}", row.measurement, row.portfolio, row.month)
}

fn figures(row: Option<&BaselineRow>) -> String {
    let Some(row) = row else {
        return "taken away".into();
    };
    let text = |value: Option<rust_decimal::Decimal>| {
        value.map_or_else(|| "-".to_string(), |value| value.normalize().to_string())
    };
    format!(
        "A {}, B {}, index {}",
        text(row.a),
        text(row.b),
        text(row.applied_index.or(row.achieved_index))
    )
}
