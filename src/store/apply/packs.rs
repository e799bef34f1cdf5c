//! Rule packs a book has used, and projections that were kept.

use crate::domain::ids::PackVersionId;
use crate::domain::record::{PackVersion, StoredProjection};
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::load::by_id;
use crate::store::rows::SettingRow;
use crate::store::table::{Entity, Single, read_where};

/// The setting that names the pack of the book's own.
const IN_USE: &str = PackVersion::SETTING;

/// Uses a pack of the book's own from now on, or none.
pub(super) fn use_pack(
    edit: &mut Edit<'_>,
    version: Option<&PackVersion>,
) -> Result<(), StoreError> {
    let Some(version) = version else {
        return match edit.hide(&SettingRow::TABLE, &IN_USE)? {
            true => Ok(()),
            false => Err(StoreError::Refused(
                "this book has no rule pack of its own".into(),
            )),
        };
    };
    if version.overlay.is_none() {
        return Err(StoreError::Refused(
            "only a pack file can become the book's own".into(),
        ));
    }
    remember(edit, version)?;
    edit.put(&SettingRow {
        key: IN_USE.into(),
        value: version.id.to_string(),
    })
}

/// Keeps projections. Those the desk makes by itself are kept once a day for one pack and
/// assessment.
pub(super) fn keep(
    edit: &mut Edit<'_>,
    pack: &PackVersion,
    projections: &[StoredProjection],
) -> Result<(), StoreError> {
    remember(edit, pack)?;
    let today = projections.first().map(|p| p.on);
    let kept: Vec<StoredProjection> = match today {
        Some(day) => read_where(edit.conn, "on_day = ?1", &day.cell())?,
        None => Vec::new(),
    };
    let mut added = 0;
    for projection in projections {
        if projection.pack != pack.id {
            return Err(StoreError::Refused(
                "a projection names another rule pack than the one given with it".into(),
            ));
        }
        if projection.automatic && kept.iter().any(|k| k.same_day_and_base(projection)) {
            continue;
        }
        edit.put(projection)?;
        added += 1;
    }
    match added {
        0 => Err(StoreError::Refused(
            "today's projections are kept already".into(),
        )),
        _ => Ok(()),
    }
}

/// Notes that the book has used a pack; one it has noted before keeps its number and first day.
fn remember(edit: &mut Edit<'_>, version: &PackVersion) -> Result<(), StoreError> {
    if by_id::<PackVersion>(edit.conn, version.id.cell())?.is_some() {
        return Ok(());
    }
    let mut version = version.clone();
    if version.number == 0 {
        version.number = next_number(edit, version.id)?;
    }
    edit.put(&version)
}

/// The number after the highest ever given; a version that was undone gets its own back.
fn next_number(edit: &Edit<'_>, id: PackVersionId) -> Result<u32, StoreError> {
    let mut statement = edit.conn.prepare_cached(
        "SELECT (SELECT number FROM pack_version WHERE id = ?1) AS own,
                coalesce(max(number), 0) + 1 AS next FROM pack_version",
    )?;
    let (own, next): (Option<u32>, u32) =
        statement.query_row([id.cell()], |row| Ok((row.get("own")?, row.get("next")?)))?;
    Ok(own.unwrap_or(next))
}
