//! What stays in memory until a file ends, about: bytes as measured on the heap with the room that
//! maps keep free, so that a file which would take too much is refused while the desk is still small.

use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::row::{RowKind, Rows};

/// A refused row, beside its cells and its reason.
pub const REJECT: usize = 100;
/// The key of a row and the hash of what it says.
pub const MET: usize = 64;
/// A customer with its look-ups.
pub const ACCOUNT: usize = 600;
/// A site with its look-up.
pub const SITE: usize = 400;
/// A contract with its look-up.
pub const CONTRACT: usize = 400;
/// A contract whose renewals are looked at in the end.
pub const TOUCHED: usize = 100;
/// A line that changes.
pub const LINE: usize = 1_000;
/// A row of an assessment.
pub const BASELINE: usize = 1_400;
/// What a collector says of a product, and the record it becomes.
pub const NOTICE: usize = 1_200;
/// A line of an estimate: in its quote, in what is remembered of it, and as written.
pub const ESTIMATE: usize = 3_000;

/// The refusal of a file of which too much would be held. `read` rows of it were taken.
pub fn too_much(rows: &Rows, read: u64) -> IngestError {
    let split = match rows.kind.unwrap_or(RowKind::Line) {
        RowKind::Line => "by customer, each with all of its rows,",
        RowKind::Contract | RowKind::Customer => "by customer",
        RowKind::Eox | RowKind::Notice => "by product",
        RowKind::Baseline => "by portfolio",
        RowKind::Adoption | RowKind::Renewal => "by customer",
        RowKind::Answer | RowKind::QuoteLine => "by customer",
        RowKind::Estimate => "by estimate",
    };
    IngestError::Unreadable {
        file: rows.file.clone(),
        what: format!(
            "what its first {read} rows bring is more than the desk holds of one file ({} MB); \
             nothing was imported",
            limits::HELD_BYTES / 1_000_000
        ),
        next: format!("Split the file {split} and import the parts one after the other"),
    }
}
