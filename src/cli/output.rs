//! Ways to write an answer: JSON for programs, a watermark for demo books.

use super::context::note;
use super::error::Failure;
use crate::domain::snapshot::Snapshot;
use crate::program::PackLabel;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;

/// Writes a value as indented JSON with a line end.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// Says on standard error that the figures are invented.
pub fn watermark(snapshot: &Snapshot) {
    if snapshot.is_demo() {
        note("DEMO book: customers, prices and assessment are invented");
    }
}

/// The rule pack an answer rests on, as JSON carries it.
#[derive(Serialize)]
pub struct PackOut {
    /// Title.
    pub name: String,
    /// The day it describes.
    pub as_of: NaiveDate,
    /// Weakest confidence that matters.
    pub confidence: String,
}

impl From<&PackLabel> for PackOut {
    fn from(label: &PackLabel) -> PackOut {
        PackOut {
            name: label.name.clone(),
            as_of: label.as_of,
            confidence: label.confidence.clone(),
        }
    }
}
