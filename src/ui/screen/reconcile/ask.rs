//! What the screen asks a worker, and the answer: sources laid beside the book, and the quality of
//! its data, both for one state of the book.

use crate::book::quality::Quality;
use crate::catalogue::Catalogue;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::reconcile::{Report, Scope, Source, of_book, reconcile};
use crate::ui::msg::Trouble;
use chrono::NaiveDate;
use std::sync::Arc;

/// A file to compare, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Path of a mapping file; empty without one.
    pub map: String,
}

/// A question.
#[derive(Clone)]
pub struct Question {
    /// Names it; an answer to an older one is dropped.
    pub ticket: u64,
    /// Files to read; none where `held` has them already.
    pub files: Vec<File>,
    /// Files read before.
    pub held: Vec<Arc<Source>>,
    /// Which lines of the book.
    pub scope: Scope,
    /// The book.
    pub book: Arc<Snapshot>,
    /// The rules.
    pub rules: Arc<Rules>,
    /// What is known of products.
    pub catalogue: Arc<Catalogue>,
    /// The day.
    pub today: NaiveDate,
}

/// What was found.
pub struct Found {
    /// The files as they were read.
    pub held: Vec<Arc<Source>>,
    /// The comparison; empty without files.
    pub report: Report,
    /// How good the book's data is.
    pub quality: Quality,
}

/// An answer.
pub struct Answer {
    /// The question.
    pub ticket: u64,
    /// What was found, or why a file could not be read.
    pub outcome: Result<Found, Trouble>,
}

impl Question {
    /// Answers it with files that were read.
    pub fn found(&self, held: Vec<Arc<Source>>) -> Found {
        let report = match held.is_empty() {
            true => Report::default(),
            false => {
                let own = Arc::new(of_book(&self.book, &self.scope, &held));
                let all: Vec<Arc<Source>> = held.iter().cloned().chain([own]).collect();
                reconcile(&all)
            }
        };
        Found {
            report,
            quality: Quality::of(&self.book, &self.rules, &self.catalogue, self.today),
            held,
        }
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // names and prices stay out of logs
        write!(f, "Question {} of {} files", self.ticket, self.files.len())
    }
}
