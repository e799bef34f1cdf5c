//! What imports did to coverage lines, as the history of the book tells it.

use super::batch::Batch;
use super::ids::BatchId;
use super::line::Line;
use chrono::{DateTime, NaiveDate, Utc};

/// An import that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Its place in the history.
    pub seq: i64,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// The desk's day.
    pub today: NaiveDate,
    /// Who imported it.
    pub actor: String,
    /// The file.
    pub batch: Batch,
}

/// One line before and after one import.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// The import's place in the history.
    pub seq: i64,
    /// The desk's day of the import.
    pub day: NaiveDate,
    /// The import.
    pub batch: BatchId,
    /// The line as it was; none where the import brought it.
    pub before: Option<Box<Line>>,
    /// The line as the import left it.
    pub after: Box<Line>,
}

/// Imports that touched lines, newest first, and what each did to each line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imports {
    /// The imports.
    pub imports: Vec<Imported>,
    /// What they did, newest import first.
    pub moved: Vec<Moved>,
}

/// Which imports are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// The newest so many, one by one.
    Newest(usize),
    /// All from this day on.
    Since(NaiveDate),
}
