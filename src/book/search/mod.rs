//! Fuzzy search as one types. A row's terms are its customer, its contract, each serial and each
//! product id; a query is one or more words. Per word a row scores the best `SkimMatcherV2` score
//! over its terms, and a row matches when every word matches; its score is the sum of the words'.
//! Higher scores come first, equal ones by end date, contract number and id.
//!
//! The matcher is only asked where its answer can matter: terms without the word's letters are
//! passed over, a further letter looks only at what the shorter word left, and a term that cannot
//! beat what its row already has (see [`bound`]) is not scored. None of this changes the result,
//! which a test holds against the matcher asked about everything.

mod bound;
mod scorer;
mod terms;

use super::fold::fold;
use super::{Gear, Queue};
use crate::domain::ids::RenewalId;
use scorer::Scorer;
use terms::{Gathering, Terms, bag};

/// What scoring one term costs in the units of [`Search::step`]; passing one over costs 1.
const SCORING: usize = 24;
/// No match yet.
const NONE: i64 = i64::MIN;

/// A row that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The renewal.
    pub renewal: RenewalId,
    /// Sum over the words of the best term's score.
    pub score: i64,
}

/// A search over a set of rows, kept from key to key.
pub struct Search {
    terms: Terms,
    /// Rows whose text is still to be taken in.
    gathering: Option<Gathering>,
    scorer: Scorer,
    words: Vec<WordState>,
}

/// How far one word has come.
struct WordState {
    text: String,
    bag: u64,
    /// Terms to look at; `None` is all of them.
    candidates: Option<Vec<u32>>,
    /// The next candidate.
    at: usize,
    /// Terms that match.
    survivors: Vec<u32>,
    /// Best score by row.
    best: Vec<i64>,
    done: bool,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        f.debug_struct("Search")
            .field("words", &words)
            .field("terms", &self.terms.len())
            .finish()
    }
}

impl Search {
    /// A search over rows. Their text is copied: build anew when rows come, go or change their
    /// customer, contract or lines; any other edit leaves it valid.
    pub fn over(gear: Gear<'_>) -> Search {
        let mut search = Search::begin(gear.queue());
        search.gather(gear, usize::MAX);
        search
    }

    /// A search over rows that has taken in nothing of them yet: [`Search::gather`] does, with the
    /// same rows.
    pub fn begin(queue: &Queue) -> Search {
        Search {
            terms: Terms::default(),
            gathering: Some(Gathering::of(queue.rows(), queue.ties())),
            scorer: Scorer::new(),
            words: Vec::new(),
        }
    }

    /// Takes the rows' text in for about `budget` units and says whether all is there. Until then
    /// nothing can be asked.
    pub fn gather(&mut self, gear: Gear<'_>, budget: usize) -> bool {
        if let Some(gathering) = &mut self.gathering {
            let left = gathering.step(gear, budget);
            if left == 0 && !gathering.is_complete() {
                return false;
            }
        }
        if let Some(all) = self.gathering.take_if(|all| all.is_complete()) {
            self.terms = all.finish();
        }
        self.gathering.is_none()
    }

    /// True once the rows' text is there.
    pub fn is_ready(&self) -> bool {
        self.gathering.is_none()
    }

    /// How many of all rows were taken in.
    pub fn gathered(&self) -> (usize, usize) {
        let all = self.terms.rows();
        self.gathering
            .as_ref()
            .map_or((all, all), Gathering::progress)
    }

    /// Takes a new query, and says whether it is another. What the old one found is used again where a word
    /// only grew.
    pub fn set(&mut self, query: &str) -> bool {
        let folded = fold(query);
        let before = self.words.iter().map(|word| word.text.as_str());
        if before.eq(folded.split_whitespace()) {
            return false;
        }
        let mut old = std::mem::take(&mut self.words).into_iter();
        self.words = folded
            .split_whitespace()
            .map(|text| {
                let before = old.next();
                match before {
                    Some(word) if word.text == text => word,
                    Some(word) if word.done && text.starts_with(&word.text) => {
                        WordState::new(text, Some(word.survivors), self.terms.rows())
                    }
                    _ => WordState::new(text, None, self.terms.rows()),
                }
            })
            .collect();
        true
    }

    /// Works on for about `budget` units (a unit is roughly 20 ns: 200,000 are 4 ms) and says
    /// whether the result is complete. Until then the hits are those found so far.
    pub fn step(&mut self, budget: usize) -> bool {
        let mut left = budget;
        for word in &mut self.words {
            if !word.done {
                left = word.step(&self.terms, &self.scorer, left);
            }
            if !word.done {
                return false;
            }
        }
        true
    }

    /// Works to the end.
    pub fn finish(&mut self) {
        self.step(usize::MAX);
    }

    /// True when nothing is left to do.
    pub fn is_complete(&self) -> bool {
        self.gathering.is_none() && self.words.iter().all(|word| word.done)
    }

    /// How many rows match, of those `keep` lets through (a filter, for example).
    pub fn count(&self, keep: impl Fn(RenewalId) -> bool) -> usize {
        self.scores(|row| self.terms.renewal(row).is_some_and(&keep))
            .count()
    }

    /// The best `n` rows that match, in order, of those `keep` lets through. For a list scrolled
    /// to row 200 with 40 rows in sight, `n` is 240.
    pub fn top(&self, n: usize, keep: impl Fn(RenewalId) -> bool) -> Vec<Hit> {
        let hits = self.ranked(n, |row| self.terms.renewal(row).is_some_and(&keep));
        hits.filter_map(|(score, row)| {
            let renewal = self.terms.renewal(row)?;
            Some(Hit { renewal, score })
        })
        .collect()
    }

    /// As [`Search::top`], by the places of rows among those the search was made over.
    pub fn top_places(&self, n: usize, keep: impl Fn(u32) -> bool) -> Vec<u32> {
        let hits = self.ranked(n, |row| self.terms.place(row).is_some_and(&keep));
        hits.filter_map(|(_, row)| self.terms.place(row)).collect()
    }

    /// The places of all rows that match, in no order.
    pub fn places(&self, keep: impl Fn(u32) -> bool) -> impl Iterator<Item = u32> {
        let rows = self.scores(move |row| self.terms.place(row).is_some_and(&keep));
        rows.filter_map(|(row, _)| self.terms.place(row))
    }

    /// The best `n` of the rows let through, best first.
    fn ranked(&self, n: usize, keep: impl Fn(u32) -> bool) -> impl Iterator<Item = (i64, u32)> {
        let mut hits: Vec<(std::cmp::Reverse<i64>, u32)> = self
            .scores(keep)
            .map(|(row, score)| (std::cmp::Reverse(score), row))
            .collect();
        // Rows stand in tie order, so that (score, place) is the whole order.
        if n < hits.len() {
            hits.select_nth_unstable(n);
            hits.truncate(n);
        }
        hits.sort_unstable();
        hits.into_iter().map(|(score, row)| (score.0, row))
    }

    /// Rows on which every word tried so far matches, with their score.
    fn scores(&self, keep: impl Fn(u32) -> bool) -> impl Iterator<Item = (u32, i64)> {
        let tried = self.words.iter().take_while(|word| word.at > 0).count();
        let words = self.words.get(..tried).unwrap_or(&[]);
        // Before the first letter is tried nothing is found; without any word everything is.
        let nothing = tried == 0 && !self.words.is_empty();
        let rows = if nothing { 0 } else { self.terms.rows() };
        (0..rows as u32).filter_map(move |row| {
            let score = words.iter().try_fold(0i64, |sum, word| {
                let best = word.best.get(row as usize).copied().unwrap_or(NONE);
                (best != NONE).then(|| sum + best)
            })?;
            keep(row).then_some((row, score))
        })
    }
}

impl WordState {
    fn new(text: &str, candidates: Option<Vec<u32>>, rows: usize) -> WordState {
        WordState {
            text: text.to_string(),
            bag: bag(text),
            candidates,
            at: 0,
            survivors: Vec::new(),
            best: vec![NONE; rows],
            done: false,
        }
    }

    /// Looks at candidates until the budget is spent; returns what is left of it.
    fn step(&mut self, terms: &Terms, scorer: &Scorer, budget: usize) -> usize {
        let total = self.candidates.as_ref().map_or(terms.len(), Vec::len);
        let ascii = self.text.is_ascii();
        let mut left = budget;
        while self.at < total {
            if left == 0 {
                return 0;
            }
            left -= 1;
            let term = match &self.candidates {
                Some(list) => list.get(self.at).copied().unwrap_or(0),
                None => self.at as u32,
            };
            self.at += 1;
            if terms.bag(term) & self.bag != self.bag {
                continue;
            }
            let text = terms.text(term);
            if !bound::holds_letters(text.as_bytes(), self.text.as_bytes()) {
                continue;
            }
            let rows = terms.rows_of(term);
            if ascii && self.cannot_improve(text, rows) {
                self.survivors.push(term);
                continue;
            }
            left = left.saturating_sub(SCORING);
            let Some(score) = scorer.score(text, &self.text) else {
                continue;
            };
            self.survivors.push(term);
            // a product stands on thousands of rows
            left = left.saturating_sub(rows.len() / 4);
            for &row in rows {
                if let Some(best) = self.best.get_mut(row as usize) {
                    *best = score.max(*best);
                }
            }
        }
        // A set without terms counts as tried, so that it finds nothing rather than everything.
        self.at = self.at.max(1);
        self.done = true;
        left
    }

    /// True when the rows of a term that certainly matches already have as much as it can give.
    fn cannot_improve(&self, term: &str, rows: &[u32]) -> bool {
        let [row] = rows else {
            return false;
        };
        let best = self.best.get(*row as usize).copied().unwrap_or(NONE);
        best != NONE && best >= bound::most(term.as_bytes(), self.text.as_bytes())
    }
}
