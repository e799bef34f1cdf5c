//! Where customers stand: the white-space matrix and the adoption board. They read every line of the
//! book, so a worker makes them: asked for when one of them is looked at and the book is another one.

use crate::book::adoption_board::{Entry, adoption_board};
use crate::book::whitespace::{Total, Whitespace, whitespace};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::ui::desk::Desk;
use crate::ui::effect::Effect;
use chrono::NaiveDate;
use std::sync::Arc;

/// The state of a book something is about: its newest operation, and the day.
type Of = (i64, NaiveDate);

/// The question to the worker.
#[derive(Debug)]
pub struct Question {
    /// The book.
    pub snapshot: Arc<Snapshot>,
    /// The rules: what stands still.
    pub rules: Arc<Rules>,
    /// The day.
    pub today: NaiveDate,
}

impl Question {
    /// The answer, as the exports of the command line work it out.
    pub fn found(self) -> Found {
        let matrix = whitespace(&self.snapshot, self.today);
        Found {
            of: (self.snapshot.op_seq, self.today),
            totals: matrix.totals(),
            holders: matrix.holders(),
            matrix,
            board: adoption_board(&self.snapshot, &self.rules, self.today),
        }
    }
}

/// The answer.
#[derive(Debug)]
pub struct Found {
    of: Of,
    /// Customers against portfolios.
    pub matrix: Whitespace,
    /// What all of them spend, the commonest currency first.
    pub totals: Vec<Total>,
    /// How many customers have each portfolio, in the order of the columns.
    pub holders: Vec<usize>,
    /// Use cases, stalled ones first.
    pub board: Vec<Entry>,
}

/// What is held, and what was asked for.
#[derive(Debug, Default)]
pub struct Standing {
    found: Option<Found>,
    asked: Option<Of>,
}

impl Standing {
    /// What is known, if need be of an older book.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// True while a newer answer is on its way.
    pub fn is_old(&self, desk: &Desk) -> bool {
        let now = (desk.snapshot.op_seq, desk.today);
        self.found.as_ref().is_some_and(|found| found.of != now)
    }

    /// Asks for the book as it stands, unless that is known. One question at a time.
    pub fn ask(&mut self, desk: &Desk) -> Option<Effect> {
        let now = (desk.snapshot.op_seq, desk.today);
        let known = self.found.as_ref().is_some_and(|found| found.of == now);
        if known || self.asked.is_some() {
            return None;
        }
        self.asked = Some(now);
        Some(Effect::Standing(Box::new(Question {
            snapshot: Arc::clone(&desk.snapshot),
            rules: Arc::clone(&desk.rules),
            today: desk.today,
        })))
    }

    /// Takes the answer.
    pub fn answered(&mut self, found: Found) {
        self.asked = None;
        self.found = Some(found);
    }

    /// The book was read again: what is held may be by other rules.
    pub fn forget(&mut self) {
        self.found = None;
    }
}
