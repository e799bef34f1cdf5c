//! Views, settings and the rep's own facts of a coverage line.

use super::standing;
use crate::domain::ids::ViewId;
use crate::domain::line::Line;
use crate::domain::view::SavedView;
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::rows::SettingRow;
use crate::store::table::{Entity, Single};

/// The rep's portfolio, premium and agreement flags; everything else of the line stays.
pub(super) fn set_line_flags(edit: &mut Edit<'_>, flags: &Line) -> Result<(), StoreError> {
    let mut line: Line = standing(edit, "line", flags.id)?;
    line.portfolio_typed.clone_from(&flags.portfolio_typed);
    line.premium = flags.premium;
    line.ea = flags.ea;
    line.ai = flags.ai;
    edit.put(&line)
}

/// Saves or deletes a view.
pub(super) fn put_view(
    edit: &mut Edit<'_>,
    id: ViewId,
    view: Option<&SavedView>,
) -> Result<(), StoreError> {
    match view {
        Some(view) if view.id == id => edit.put(view),
        Some(view) => Err(StoreError::Refused(format!(
            "the view {id} cannot be saved as {}",
            view.id
        ))),
        None if edit.hide(&SavedView::TABLE, &id.cell())? => Ok(()),
        None => Err(StoreError::missing("view", id)),
    }
}

/// Writes or removes a setting.
pub(super) fn set(edit: &mut Edit<'_>, key: &str, value: Option<&str>) -> Result<(), StoreError> {
    super::not_blank("the key of the setting", key)?;
    match value {
        Some(value) => edit.put(&SettingRow {
            key: key.to_owned(),
            value: value.to_owned(),
        }),
        None => edit.hide(&SettingRow::TABLE, &key).map(|_| ()),
    }
}
