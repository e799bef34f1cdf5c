//! Imports as the book remembers them.

use super::ids::BatchId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

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

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "read {} = new {} + changed {} + unchanged {} + skipped {} + rejected {}",
            self.read, self.new, self.changed, self.unchanged, self.skipped, self.rejected
        )
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.read += more.read;
        self.new += more.new;
        self.changed += more.changed;
        self.unchanged += more.unchanged;
        self.skipped += more.skipped;
        self.rejected += more.rejected;
    }
}

impl Batch {
    /// The whole import that this one is a part of: a file with tables of several kinds is written
    /// as one batch of each, at the same moment.
    pub fn whole<'a>(&self, all: impl IntoIterator<Item = &'a Batch>) -> Batch {
        let with = |other: &&Batch| {
            other.id != self.id && other.sha256 == self.sha256 && other.at == self.at
        };
        let mut whole = self.clone();
        let mut formats = Vec::new();
        for other in all.into_iter().filter(with) {
            whole.counts += other.counts;
            formats.push(other.format.as_str());
        }
        formats.push(&self.format);
        whole.format = formats.join(" + ");
        whole
    }
}

impl Counts {
    /// True when the report adds up.
    pub fn adds_up(&self) -> bool {
        self.read == self.new + self.changed + self.unchanged + self.skipped + self.rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_file_of_two_kinds_is_one_import() {
        let batch = |id, format: &str, at: &str, new| Batch {
            id: BatchId(Uuid::from_u128(id)),
            file: "x.xlsx".into(),
            sha256: "ab".into(),
            format: format.into(),
            at: at.into(),
            counts: Counts {
                read: new + 1,
                new,
                rejected: 1,
                ..Counts::default()
            },
        };
        let all = [
            batch(1, "contracts", "10:00", 2),
            batch(2, "assets", "10:00", 40),
            batch(3, "assets", "9:00", 7),
        ];
        let [_, last, other] = &all;
        let whole = last.whole(&all);
        assert_eq!(whole.format, "contracts + assets");
        assert_eq!((whole.counts.read, whole.counts.new), (44, 42));
        assert!(whole.counts.adds_up());
        assert_eq!(&other.whole(&all), other);
    }
}
