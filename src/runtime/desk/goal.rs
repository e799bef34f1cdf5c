//! Looks for plans on a thread of its own: a first answer soon, better ones as they are found. Only
//! the newest question counts; a search for an older one stops at its next step.

use super::Event;
use crate::catalogue::Catalogue;
use crate::domain::ids::IdSource;
use crate::domain::snapshot::Snapshot;
use crate::expand::{self, Scene, Suggestions};
use crate::program::goal::{Ask, GoalSeek, with_uplifts};
use crate::program::{Engine, Pack};
use crate::ui::msg::Msg;
use crate::ui::overlay::goal::{Found, Query};
use chrono::NaiveDate;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A question with the book it is about.
pub struct Search {
    /// The question.
    pub query: Query,
    /// Its number; the newest is in `newest`.
    pub number: u64,
    /// The engine over the book.
    pub engine: Arc<Engine>,
    /// The book.
    pub snapshot: Arc<Snapshot>,
    /// Suggestions of the desk.
    pub suggestions: Arc<Suggestions>,
    /// The rule pack.
    pub pack: Arc<Pack>,
    /// What is known of products.
    pub catalogue: Arc<Catalogue>,
    /// The day.
    pub today: NaiveDate,
}

/// The first answer is shown after this at the latest.
const FIRST: Duration = Duration::from_millis(50);
/// Further ones in these steps.
const STEP: Duration = Duration::from_millis(300);
/// A search ends after this.
const LONGEST: Duration = Duration::from_secs(20);

/// Runs until no question can come any more.
pub fn run(questions: &Receiver<Search>, newest: &AtomicU64, to: &SyncSender<Event>) {
    while let Ok(first) = questions.recv() {
        let last = questions.try_iter().last();
        let search = last.unwrap_or(first);
        if !answer(search, newest, to) {
            return;
        }
    }
}

/// Answers one question until nothing better can come; false when nobody listens any more.
fn answer(search: Search, newest: &AtomicU64, to: &SyncSender<Event>) -> bool {
    let begun = Instant::now();
    let number = search.number;
    let wanted = || newest.load(Ordering::Relaxed) == number;
    let (ticket, suggestions) = (search.query.ticket, Arc::clone(&search.suggestions));
    let tell = |answer, over| {
        let found = Found {
            ticket,
            answer,
            over,
            suggestions: Arc::clone(&suggestions),
        };
        let msg = Msg::Sought(Box::new(found));
        to.send(Event::Msg(Box::new(msg))).is_ok()
    };
    let begin = begin(&search);
    // the engine can follow edits again only once nobody else holds it
    drop(search);
    let mut seek = match begin {
        Ok(seek) => seek,
        Err(why) => return tell(Err(why), true),
    };
    let mut step = FIRST;
    while wanted() {
        let from = Instant::now();
        let over = seek.run(&mut || wanted() && from.elapsed() < step);
        let over = over || begun.elapsed() >= LONGEST || (seek.is_exact() && step == STEP);
        if wanted() && !tell(Ok(seek.answer()), over) {
            return false;
        }
        if over {
            break;
        }
        step = STEP;
    }
    true
}

/// Prepares the search of a question.
///
/// # Errors
/// Why it cannot be asked, as a sentence.
pub fn begin(search: &Search) -> Result<GoalSeek, String> {
    let query = &search.query;
    let board = search.engine.board(&query.month);
    let board = board.map_err(|error| error.to_string())?;
    let portfolio = board
        .number(&query.portfolio)
        .ok_or_else(|| format!("{} is not in the projection", query.portfolio.title()))?;
    let percent = search.pack.goal_seek.uplift_pct;
    let mut candidates = with_uplifts(&search.engine, &board, &search.snapshot, percent);
    if query.suggestions {
        candidates.extend(expand::candidates(
            &search.suggestions,
            Scene {
                snapshot: &search.snapshot,
                rules: &search.pack.rules,
                catalogue: &search.catalogue,
                today: search.today,
            },
            &mut Placeholders(0),
            &search.engine,
            &board,
        ));
    }
    let ask = Ask {
        portfolio,
        goal: query.goal.clone(),
        cost: query.cost,
        committed: query.committed,
    };
    GoalSeek::new(Arc::new(board), ask, candidates).map_err(|error| error.to_string())
}

/// Ids of lines that only serve to be priced: those that are taken get ids of their own.
struct Placeholders(u128);

impl IdSource for Placeholders {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}
