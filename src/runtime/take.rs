//! Values taken from another source, planned for the one door: against the book as it is now, and
//! only if the line still says what the person saw.

use super::ids::ClockIds;
use crate::catalogue::Catalogue;
use crate::domain::command::ImportPlan;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::ingest;
use crate::reconcile::Taking;
use crate::store::{Store, StoreError};
use crate::ui::msg::Trouble;
use chrono::NaiveDate;

/// Plans what `taking` writes; `seen` is the book it was decided with.
///
/// # Errors
/// A sentence with the next step when another window changed the line, or it cannot be written.
pub fn plan(
    taking: &Taking,
    seen: &Snapshot,
    store: &Store,
    catalogue: &Catalogue,
    rules: &Rules,
    today: NaiveDate,
) -> Result<ImportPlan, Trouble> {
    let failed = |error: StoreError| Trouble {
        what: error.to_string(),
        hint: error.hint().to_string(),
    };
    let now = match store.op_seq().map_err(failed)? == seen.op_seq {
        true => None,
        false => Some(store.snapshot().map_err(failed)?),
    };
    let book = now.as_ref().unwrap_or(seen);
    let line = |book: &Snapshot| taking.line.and_then(|id| book.lines.get(id));
    if line(book) != line(seen) {
        return Err(Trouble {
            what: "the line was changed in another window meanwhile; nothing was taken".into(),
            hint: "look at the finding again: it is compared with the book as it is now".into(),
        });
    }
    let ids = &mut ClockIds;
    ingest::mend(taking, book, catalogue, rules, ids, today).map_err(|what| Trouble {
        what,
        hint: String::new(),
    })
}
