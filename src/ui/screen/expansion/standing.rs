//! Where customers stand: the white-space matrix and the adoption board. They read every line of the
//! book, so a worker makes them: asked for when one of them is looked at and the book is another one.

use super::board::{self, Stage};
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
        let board = adoption_board(&self.snapshot, &self.rules, self.today);
        Found {
            of: (self.snapshot.op_seq, self.today),
            stages: board::stages(&board),
            stalled: board.iter().filter(|entry| entry.stalled).count(),
            totals: matrix.totals(),
            holders: matrix.holders(),
            matrix,
            board,
            rules: self.rules,
        }
    }
}

/// The answer.
#[derive(Debug)]
pub struct Found {
    of: Of,
    /// The rules it goes by; a book read again may have others.
    rules: Arc<Rules>,
    /// Customers against portfolios.
    pub matrix: Whitespace,
    /// What all of them spend, the commonest currency first.
    pub totals: Vec<Total>,
    /// How many customers have each portfolio, in the order of the columns.
    pub holders: Vec<usize>,
    /// Use cases, stalled ones first.
    pub board: Vec<Entry>,
    /// Use cases by stage.
    pub stages: Vec<Stage>,
    /// Use cases that stand still.
    pub stalled: usize,
}

impl Found {
    fn is_of(&self, desk: &Desk) -> bool {
        self.of == (desk.snapshot.op_seq, desk.today) && Arc::ptr_eq(&self.rules, &desk.rules)
    }
}

/// What is held, and what was asked for.
#[derive(Debug, Default)]
pub struct Standing {
    found: Option<Found>,
    asked: bool,
}

impl Standing {
    /// What is known, if need be of an older book.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// True while a newer answer is on its way.
    pub fn is_old(&self, desk: &Desk) -> bool {
        self.found.as_ref().is_some_and(|found| !found.is_of(desk))
    }

    /// Asks for the book as it stands, unless that is known. One question at a time.
    pub fn ask(&mut self, desk: &Desk) -> Option<Effect> {
        let known = self.found.as_ref().is_some_and(|found| found.is_of(desk));
        if known || self.asked {
            return None;
        }
        self.asked = true;
        Some(Effect::Standing(Box::new(Question {
            snapshot: Arc::clone(&desk.snapshot),
            rules: Arc::clone(&desk.rules),
            today: desk.today,
        })))
    }

    /// Takes the answer, be it of an older book: that is asked about again.
    pub fn answered(&mut self, found: Found) {
        self.asked = false;
        self.found = Some(found);
    }
}
