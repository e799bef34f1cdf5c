//! Text cut to a width in terminal cells. Cuts fall between graphemes, never inside one, and a
//! wide character that would stick out is left out. Everything is cleaned again on the way, so
//! that nothing from a file can reach the terminal as a control.

use crate::domain::text::clean;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Width of a text in terminal cells.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to at most `cells`; a cut text ends in `…`.
pub fn clip(text: &str, cells: usize) -> String {
    let text = clean(text);
    if width(&text) <= cells {
        return text.into_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut out = take(&text, cells - 1);
    out.push('…');
    out
}

/// Exactly `cells` wide: cut, or filled with blanks on the right.
pub fn left(text: &str, cells: usize) -> String {
    let mut out = clip(text, cells);
    out.extend(std::iter::repeat_n(' ', cells - width(&out).min(cells)));
    out
}

/// Exactly `cells` wide: cut, or filled with blanks on the left.
pub fn right(text: &str, cells: usize) -> String {
    let text = clip(text, cells);
    let mut out = " ".repeat(cells - width(&text).min(cells));
    out.push_str(&text);
    out
}

/// A figure in exactly `cells`: right-aligned; one that does not fit becomes `#` rather than a
/// shorter, wrong number.
pub fn figure(text: &str, cells: usize) -> String {
    if width(text) > cells {
        "#".repeat(cells)
    } else {
        right(text, cells)
    }
}

/// The leading graphemes that fit into `cells`, without a mark for what is missing.
fn take(text: &str, cells: usize) -> String {
    let mut used = 0;
    let mut out = String::new();
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used > cells {
            break;
        }
        out.push_str(grapheme);
    }
    out
}

/// Breaks a text into lines of at most `cells`, at blanks where it can. An empty text has one
/// empty line.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let text = clean(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= cells {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while width(rest) > cells {
            let piece = take(rest, cells);
            // A single character wider than the line: give up on it rather than loop.
            if piece.is_empty() {
                rest = "";
                break;
            }
            rest = rest.get(piece.len()..).unwrap_or_default();
            lines.push(piece);
        }
        line.push_str(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_characters_are_never_cut_in_half() {
        assert_eq!(clip("東京都", 4), "東…");
        assert_eq!(left("東京都", 4), "東… ");
        assert_eq!(clip("e\u{301}tude", 3), "e\u{301}t…");
    }

    #[test]
    fn a_figure_that_does_not_fit_is_never_shown_as_another_one() {
        assert_eq!(figure("1,234.00", 5), "#####");
        assert_eq!(figure("12.00", 7), "  12.00");
    }

    #[test]
    fn wrapping_keeps_every_word() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    proptest! {
        #[test]
        fn padded_text_has_exactly_the_asked_width(text in "\\PC{0,30}", cells in 0usize..30) {
            prop_assert_eq!(width(&left(&text, cells)), cells);
            prop_assert_eq!(width(&right(&text, cells)), cells);
        }
    }
}
