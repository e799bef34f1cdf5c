//! Which renewals the list holds: the filter's, in their order, or what a search finds, a part of
//! the work at a time so that no key waits for it.

use super::Model;
use super::rows::{Kept, Listed, listed};
use crate::book::Sums;
use crate::book::filter::Filter;
use crate::book::search::Search;
use crate::ui::desk::Desk;

/// Work of a search before a frame is drawn: about 3 ms; the rest follows at once.
const SEARCH_BUDGET: usize = 150_000;
/// The best of an unfinished search that are listed; all of them once it is finished.
const BEST: usize = 500;

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
        let wanted = self.search.text().trim().to_string();
        if wanted.is_empty() {
            return false;
        }
        let finder = self.finder(desk);
        if !finder.gather(desk.gear(), SEARCH_BUDGET) {
            return false;
        }
        finder.set(&wanted);
        let most = if finder.step(SEARCH_BUDGET) {
            usize::MAX
        } else {
            BEST
        };
        let (finder, kept) = (&self.finder, &self.kept);
        let Some(finder) = finder else { return false };
        let best = finder.top_places(most, |place| kept.holds(place));
        let found = finder.places(|place| kept.holds(place));
        self.sum = Sums::of(found.filter_map(|place| desk.rows().get(place as usize)));
        self.entries = Listed::of(best);
        true
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

    /// True while a search has rows left to look at.
    pub fn unfinished(&self) -> bool {
        let typed = !self.search.text().trim().is_empty();
        self.finder.as_ref().is_some_and(|finder| {
            (typed && !finder.is_complete()) || (self.searching && !finder.is_ready())
        })
    }

    /// Goes on with an unfinished search.
    pub fn go_on(&mut self, desk: &Desk) {
        if !self.unfinished() {
            return;
        }
        let typed = !self.search.text().trim().is_empty();
        let ready = self.finder(desk).is_ready();
        if ready || (self.finder(desk).gather(desk.gear(), SEARCH_BUDGET) && typed) {
            self.reorder(desk);
        }
    }
}
