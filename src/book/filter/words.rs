//! Cutting a filter into clauses and words, and naming the nearest word for one that is wrong.

use rust_decimal::Decimal;

/// A filter that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} {problem}{}", hint(.nearest.as_deref()))]
pub struct FilterError {
    /// The word it fails on.
    pub word: String,
    /// What is wrong with it, to be read after the word.
    pub problem: String,
    /// The nearest word that would do.
    pub nearest: Option<String>,
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |word| format!("; did you mean {word:?}?"))
}

impl FilterError {
    pub(super) fn new(word: &str, problem: &str) -> FilterError {
        FilterError {
            word: word.into(),
            problem: problem.into(),
            nearest: None,
        }
    }

    /// With the nearest of some valid words, where one is near enough to be meant.
    pub(super) fn among<'a>(mut self, valid: impl IntoIterator<Item = &'a str>) -> FilterError {
        let word = self.word.to_lowercase();
        self.nearest = valid
            .into_iter()
            .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
            .filter(|(far, candidate)| *far <= 1 + candidate.chars().count() / 3)
            .min_by_key(|(far, _)| *far)
            .map(|(_, candidate)| candidate.to_string());
        self
    }
}

/// A word of a clause. Quoted words are never key words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) quoted: bool,
}

impl Word {
    /// True for that key word.
    pub(super) fn is(&self, key: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(key)
    }
}

/// The clauses of a filter, each as its words. Commas and `and` part clauses; a comma between a
/// digit and three digits groups thousands; quotes keep text together; operators are words of
/// their own even without blanks.
pub(super) fn clauses(text: &str) -> Result<Vec<Vec<Word>>, FilterError> {
    let mut clauses = vec![Vec::new()];
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let word = match c {
            c if c.is_whitespace() => continue,
            ',' => {
                clauses.push(Vec::new());
                continue;
            }
            '"' | '“' => {
                let text = until_quote(&mut rest, if c == '"' { '"' } else { '”' })?;
                Word { text, quoted: true }
            }
            '<' | '>' | '=' | '!' | '≤' | '≥' | '≠' => {
                let mut text = String::from(c);
                if let Some((_, '=')) = rest.peek() {
                    text.push('=');
                    rest.next();
                }
                Word {
                    text,
                    quoted: false,
                }
            }
            c => {
                let mut word = String::from(c);
                let mut last = at;
                while let Some(&(at, c)) = rest.peek() {
                    let stops = c.is_whitespace() || "<>=!≤≥≠\"“".contains(c);
                    if stops || (c == ',' && !groups_thousands(text, last, at)) {
                        break;
                    }
                    if c != ',' {
                        word.push(c);
                    }
                    last = at;
                    rest.next();
                }
                Word {
                    text: word,
                    quoted: false,
                }
            }
        };
        if word.is("and") {
            clauses.push(Vec::new());
        } else if let Some(clause) = clauses.last_mut() {
            clause.push(word);
        }
    }
    clauses.retain(|clause| !clause.is_empty());
    Ok(clauses)
}

/// The text up to the closing quote, which is passed over.
fn until_quote(
    rest: &mut impl Iterator<Item = (usize, char)>,
    close: char,
) -> Result<String, FilterError> {
    let mut text = String::new();
    for (_, c) in rest {
        if c == close {
            return Ok(text);
        }
        text.push(c);
    }
    Err(FilterError::new(
        &text,
        "is quoted and the quote never ends",
    ))
}

/// A comma that stands between a digit and exactly three digits.
fn groups_thousands(text: &str, before: usize, comma: usize) -> bool {
    let digit_before = text
        .get(before..comma)
        .and_then(|s| s.chars().next_back())
        .is_some_and(|c| c.is_ascii_digit());
    let after = text.get(comma + 1..).unwrap_or("");
    let digits = after.chars().take_while(char::is_ascii_digit).count();
    digit_before && digits == 3
}

/// A number as people type it: `10000`, `10,000`, `10k`, `1.5m`, `40%`.
pub(super) fn number(value: &[Word]) -> Result<Decimal, FilterError> {
    let text = joined(value);
    let lower = text.to_lowercase();
    let (digits, factor) = match lower.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => match lower.strip_suffix('m') {
            Some(digits) => (digits, 1_000_000),
            None => (lower.strip_suffix('%').unwrap_or(&lower), 1),
        },
    };
    digits
        .trim()
        .parse::<Decimal>()
        .ok()
        .and_then(|number| number.checked_mul(Decimal::from(factor)))
        .ok_or_else(|| FilterError::new(&text, "is no number; write 10000, 10,000 or 10k"))
}

pub(super) fn joined(value: &[Word]) -> String {
    let words: Vec<&str> = value.iter().map(|word| word.text.as_str()).collect();
    words.join(" ")
}

/// How many letters must be changed, added, dropped or swapped to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut best = (cell(&above, j) + usize::from(x != y))
                .min(cell(&above, j + 1) + 1)
                .min(cell(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        let cut = clauses(text).unwrap();
        cut.into_iter()
            .map(|clause| clause.into_iter().map(|word| word.text).collect())
            .collect()
    }

    #[test]
    fn clauses_part_at_commas_and_and_but_not_in_numbers_or_quotes() {
        assert_eq!(
            texts("atr>=10,000, owner = me AND x"),
            [
                vec!["atr", ">=", "10000"],
                vec!["owner", "=", "me"],
                vec!["x"]
            ]
        );
        assert_eq!(
            texts("customer = \"Smith, Jones and Sons\""),
            [vec!["customer", "=", "Smith, Jones and Sons"]]
        );
        assert_eq!(texts("a 10,20"), [vec!["a", "10"], vec!["20"]]);
        assert_eq!(texts(" , ,, "), Vec::<Vec<String>>::new());
        assert!(clauses("customer = \"Smith").is_err());
    }

    #[test]
    fn swapped_letters_are_one_step() {
        assert_eq!(distance("onwer", "owner"), 1);
        assert_eq!(distance("stag", "stage"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
