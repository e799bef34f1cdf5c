//! `SkimMatcherV2` with an answer that depends on nothing but the question.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Scores folded terms against folded words.
pub(super) struct Scorer(SkimMatcherV2);

impl Scorer {
    pub(super) fn new() -> Scorer {
        // Both sides are in lower case already, so that case need not be looked at again.
        Scorer(SkimMatcherV2::default().respect_case())
    }

    /// The score a new matcher gives; `None` where the term does not hold the word's letters.
    ///
    /// The matcher keeps its work space from call to call without clearing it, and with repeated
    /// letters reads what the last text left there. Matching one letter first shrinks that space,
    /// so that the real question finds it blank. (Its own switch against this, `use_cache`,
    /// panics.)
    pub(super) fn score(&self, term: &str, word: &str) -> Option<i64> {
        self.0.fuzzy_match("a", "a");
        self.0.fuzzy_match(term, word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn earlier_questions_do_not_matter(
            before in proptest::collection::vec(("[ab -]{1,12}", "[ab]{1,3}"), 0..6),
            term in "[ab -]{1,12}",
            word in "[ab]{1,4}",
        ) {
            let scorer = Scorer::new();
            for (term, word) in &before {
                scorer.score(term, word);
            }
            let fresh = SkimMatcherV2::default().respect_case();
            prop_assert_eq!(scorer.score(&term, &word), fresh.fuzzy_match(&term, &word));
        }
    }
}
