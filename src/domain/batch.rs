//! Imports as the book remembers them.

use super::ids::BatchId;
use serde::{Deserialize, Serialize};

/// One file read into the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// Identity.
    pub id: BatchId,
    /// File name without its folder, cleaned.
    pub file: String,
    /// SHA-256 of the bytes, and of the map's answers where there were any, hex.
    pub sha256: String,
    /// Profile it was read as, e.g. `ccwr_quote`.
    pub format: String,
    /// When, UTC, ISO 8601.
    pub at: String,
    /// The counts of its report.
    pub counts: Counts,
}

/// The counts of an import report. They always add up:
/// `read = new + changed + unchanged + skipped + rejected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of data read.
    pub read: u64,
    /// Rows that made something new.
    pub new: u64,
    /// Rows that changed something.
    pub changed: u64,
    /// Rows the book held already.
    pub unchanged: u64,
    /// Rows that are no data: blank, total, other vendor.
    pub skipped: u64,
    /// Rows refused, with a reason.
    pub rejected: u64,
}

impl Counts {
    /// True when the report adds up.
    pub fn adds_up(&self) -> bool {
        self.read == self.new + self.changed + self.unchanged + self.skipped + self.rejected
    }
}
