//! Incentive files: their rows, and those they replace.

use crate::domain::command::IncentiveLoad;
use crate::domain::incentive::{OfferGroup, Rate, UseCase};
use crate::store::Made;
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::rows::SettingRow;
use crate::store::table::{Entity, Single, read_where};

/// Writes the rows of a file. Invented rates never enter a book that is not a demo.
pub(super) fn load(edit: &mut Edit<'_>, load: &IncentiveLoad) -> Result<Made, StoreError> {
    if load.op_seq != edit.head.seq {
        return Err(StoreError::StalePlan {
            planned: load.op_seq,
            now: edit.head.seq,
        });
    }
    let invented = load.put_rates.iter().any(|row| row.demo)
        || load.put_groups.iter().any(|row| row.demo)
        || load.put_use_cases.iter().any(|row| row.demo);
    if invented && !is_demo(edit)? {
        return Err(StoreError::Refused(
            "demo rates cannot be loaded into a real book".into(),
        ));
    }
    edit.put(&load.batch)?;
    for id in &load.drop_rates {
        edit.hide(&Rate::TABLE, &id.cell())?;
    }
    for id in &load.drop_groups {
        edit.hide(&OfferGroup::TABLE, &id.cell())?;
    }
    for id in &load.drop_use_cases {
        edit.hide(&UseCase::TABLE, &id.cell())?;
    }
    edit.put_all(load.put_rates.iter(), |_, _, _| Ok(()))?;
    edit.put_all(load.put_groups.iter(), |_, _, _| Ok(()))?;
    edit.put_all(load.put_use_cases.iter(), |_, _, _| Ok(()))?;
    Ok(Made {
        quote: None,
        batch: Some(load.batch.id),
    })
}

fn is_demo(edit: &Edit<'_>) -> Result<bool, StoreError> {
    let row = read_where::<SettingRow>(edit.conn, "id = ?1", &"demo")?.pop();
    Ok(row.is_some_and(|row| row.value == "true"))
}
