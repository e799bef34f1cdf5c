//! Which renewals the list holds: the filter's, in their order, or what a search finds, a part of
//! the work at a time so that no key waits for it.

use super::Model;
use super::rows::{Kept, Listed, listed};
use crate::book::Sums;
use crate::book::filter::Filter;
use crate::book::search::Search;
use crate::ui::desk::Desk;

/// How much of a search is done at a time, so that no key waits for it. What is found in the end is the same
/// at any pace.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Work between two looks at what is typed, in units of [`Search::step`]: 3 to 6 ms.
    pub step: usize,
    /// Work before the frame of the key is drawn, which also lists the best of what is found.
    pub first: usize,
    /// The best of an unfinished search that are listed. Where there are more, they are added up and ranked
    /// after that frame: of a hundred thousand either takes as long as a key may.
    pub best: usize,
}

/// What a search whose rows are all found has left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Left {
    #[default]
    Nothing,
    /// To add up all and to list all.
    Sum,
    /// To list all.
    Rank,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace {
            step: 150_000,
            first: 75_000,
            best: 500,
        }
    }
}

impl Model {
    /// Filter, order and search, all anew.
    pub(super) fn refresh(&mut self, desk: &Desk) {
        let filter = Filter::parse(&self.words, &desk.user).ok();
        self.of_rows = desk.generation;
        self.kept = Kept::of(desk.rows(), |row| {
            filter
                .as_ref()
                .is_none_or(|f| f.matches(row, desk.today, desk.gear()))
        });
        self.reorder(desk);
    }

    /// Order and search anew, over the rows the filter let through before.
    pub(super) fn reorder(&mut self, desk: &Desk) {
        if !self.find(desk) {
            self.entries = listed(desk, &self.kept, self.sort, self.grouped);
            self.sum = self.kept.sums.clone();
        }
        self.keep_cursor(desk);
    }

    /// The cursor stays on its renewal where that is listed.
    fn keep_cursor(&mut self, desk: &Desk) {
        let last = self.entries.len().saturating_sub(1);
        self.list.cursor = self
            .on
            .and_then(|id| self.entries.position(desk.queue.place(id)? as u32))
            .unwrap_or(self.list.cursor)
            .min(last);
        self.moved(desk);
    }

    /// Lists what is found; false without a search, and while it gets ready.
    fn find(&mut self, desk: &Desk) -> bool {
        (self.left, self.summed) = (Left::Nothing, true);
        let wanted = self.search.text().trim().to_string();
        if wanted.is_empty() {
            return false;
        }
        let pace = self.pace;
        let finder = self.finder(desk);
        if !finder.gather(desk.gear(), pace.step) {
            return false;
        }
        let anew = finder.set(&wanted);
        let done = finder.step(pace.first);
        if done && !anew {
            self.add_up(desk);
            self.list_found(usize::MAX);
            return true;
        }
        self.list_best(done, desk);
        true
    }

    /// Lists the best of what was found so far, and adds them up where that is all.
    fn list_best(&mut self, done: bool, desk: &Desk) {
        self.list_found(self.pace.best);
        self.summed = false;
        if done && self.entries.len() < self.pace.best {
            self.add_up(desk);
        } else if done {
            self.left = Left::Sum;
        }
    }

    /// The sums over what was found so far.
    fn add_up(&mut self, desk: &Desk) {
        let Some(finder) = &self.finder else { return };
        let found = finder.places(|place| self.kept.holds(place));
        self.sum = Sums::of(found.filter_map(|place| desk.rows().get(place as usize)));
        self.summed = true;
    }

    /// Lists the best of what was found so far.
    fn list_found(&mut self, most: usize) {
        let Some(finder) = &self.finder else { return };
        let kept = &self.kept;
        self.entries = Listed::of(finder.top_places(most, |place| kept.holds(place)));
    }

    /// The search over the desk's rows, begun where there is none.
    pub(super) fn finder(&mut self, desk: &Desk) -> &mut Search {
        self.finder
            .get_or_insert_with(|| Search::begin(&desk.queue))
    }

    /// How much of the rows' text a search still has to take in, as a sentence.
    pub(super) fn preparing(&self) -> Option<String> {
        let finder = self.finder.as_ref().filter(|finder| !finder.is_ready())?;
        let (done, all) = finder.gathered();
        let percent = done * 100 / all.max(1);
        Some(format!("the search gets ready: {percent} %"))
    }

    /// True while a search has rows left to look at, or to rank.
    pub fn unfinished(&self) -> bool {
        let typed = !self.search.text().trim().is_empty();
        self.finder.as_ref().is_some_and(|finder| {
            (typed && (!finder.is_complete() || self.left != Left::Nothing))
                || (self.searching && !finder.is_ready())
        })
    }

    /// Goes on with an unfinished search. What is listed stays until all is found: to list and add up after
    /// each part would take longer than the part.
    pub fn go_on(&mut self, desk: &Desk) {
        if !self.unfinished() {
            return;
        }
        let pace = self.pace;
        let typed = !self.search.text().trim().is_empty();
        // the best of a part is not the best of all: who has not gone anywhere stays on the first row
        if self.list.cursor == 0 {
            self.on = None;
        }
        if !self.finder(desk).is_ready() {
            if self.finder(desk).gather(desk.gear(), pace.step) && typed {
                return self.reorder(desk);
            }
            return self.moved(desk);
        }
        match self.left {
            Left::Sum => {
                self.add_up(desk);
                self.left = Left::Rank;
            }
            Left::Rank => {
                self.list_found(usize::MAX);
                self.left = Left::Nothing;
            }
            Left::Nothing => {
                if !self.finder(desk).step(pace.step) {
                    return self.moved(desk);
                }
                self.list_best(true, desk);
            }
        }
        self.keep_cursor(desk);
    }
}
