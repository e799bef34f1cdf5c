//! The most a term can score, from a look at its letters. Rests on how `SkimMatcherV2` counts on
//! text in lower case: 16 a matched letter; on the first letter of the text 16 more; elsewhere up
//! to 8 more after a separator, or 4 for following the letter matched before; a first letter costs
//! 1; every gap costs at least 4.

/// A matched letter.
const LETTER: i64 = 16;
/// First letter of the text: its bonus, less the fixed 1.
const AT_HEAD: i64 = LETTER + 16 - 1;
/// First matched letter elsewhere in a text without separators.
const INSIDE: i64 = LETTER - 1;
/// A letter that follows the one before.
const NEXT: i64 = LETTER + 4;
/// What a gap costs against following: 4 for the gap, and the 4 of following are lost.
const GAP: i64 = 8;
/// A letter after a separator, at most.
const AFTER_SEPARATOR: i64 = LETTER + 8;

/// True when the bytes of `word` occur in `text` in order. Exact for a word in ASCII; for others
/// it may let a text through that does not match, never the other way round.
pub(super) fn holds_letters(text: &[u8], word: &[u8]) -> bool {
    let mut rest = text.iter();
    word.iter().all(|letter| rest.any(|byte| byte == letter))
}

/// An upper bound of the score of a term that matches `word` (ASCII, not empty).
pub(super) fn most(term: &[u8], word: &[u8]) -> i64 {
    let further = word.len().saturating_sub(1) as i64;
    let separated = term
        .iter()
        .any(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
    if separated {
        return AT_HEAD + further * AFTER_SEPARATOR;
    }
    let whole = further * NEXT;
    let head = term.first() == word.first();
    if term.starts_with(word) {
        AT_HEAD + whole
    } else if head {
        // Either a gap somewhere, or in one piece further inside: the former counts more.
        AT_HEAD + whole - GAP
    } else if term.windows(word.len().max(1)).any(|piece| piece == word) {
        INSIDE + whole
    } else {
        INSIDE + whole - GAP
    }
}

#[cfg(test)]
mod tests {
    use super::super::scorer::Scorer;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// The bound is never below the matcher's own score.
        #[test]
        fn never_below_the_score(term in "[ab1 /-]{1,14}|[abc12]{1,14}", word in "[ab1-]{1,5}") {
            let scorer = Scorer::new();
            let score = scorer.score(&term, &word);
            prop_assert_eq!(score.is_some(), holds_letters(term.as_bytes(), word.as_bytes()));
            if let Some(score) = score {
                prop_assert!(score <= most(term.as_bytes(), word.as_bytes()), "{score}");
            }
        }
    }

    #[test]
    fn a_prefix_and_a_piece_inside_reach_their_bound() {
        let scorer = Scorer::new();
        for (term, word) in [("fox2213", "fox"), ("2213fox", "fox"), ("2213fox", "f")] {
            assert_eq!(
                scorer.score(term, word),
                Some(most(term.as_bytes(), word.as_bytes()))
            );
        }
    }
}
