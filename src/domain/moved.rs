//! What imports did to coverage lines, as the history of the book tells it.

use super::batch::Batch;
use super::ids::{BatchId, LineId};
use super::line::Line;
use super::snapshot::Snapshot;
use chrono::{DateTime, NaiveDate, Utc};
use std::borrow::Cow;

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
    pub after: After,
}

/// A line as an import left it.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    /// As the book holds it: nothing has touched it since. A first import of a million lines is
    /// told without reading one of them again.
    Stands(LineId),
    /// With other values than it holds now.
    Was(Box<Line>),
}

impl After {
    /// The line.
    pub fn id(&self) -> LineId {
        match self {
            After::Stands(id) => *id,
            After::Was(line) => line.id,
        }
    }

    /// Its values; `None` where the book lacks a line that is said to stand in it.
    pub fn line<'a>(&'a self, book: &Snapshot) -> Option<Cow<'a, Line>> {
        match self {
            After::Stands(id) => book.lines.get(*id).map(Cow::Owned),
            After::Was(line) => Some(Cow::Borrowed(line)),
        }
    }
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
