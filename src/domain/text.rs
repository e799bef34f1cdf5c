//! Text from outside, made safe. Everything that came from a file or a keyboard passes
//! [`clean`] before it is stored and [`clean`] again before it is drawn or printed.

use std::borrow::Cow;

/// Most combining marks kept on one letter; more only serve to smear a screen.
const MARKS_PER_LETTER: usize = 8;

/// Removes what could drive a terminal or disguise text: C0/C1 controls, DEL, bidirectional
/// overrides and isolates, zero-width characters; shows a tab or line break inside a cell as a
/// visible mark. Letters of every script stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    let mut after_cr = false;
    for c in text.chars() {
        let was_cr = std::mem::replace(&mut after_cr, c == '\r');
        match c {
            '\n' if was_cr => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push('⏎'),
            '\t' => out.push('→'),
            '\u{a0}' | '\u{2007}' | '\u{202f}' => out.push(' '),
            c if is_unsafe(c) => {}
            c if is_combining(c) => {
                marks += 1;
                if marks <= MARKS_PER_LETTER {
                    out.push(c);
                }
                continue;
            }
            c => out.push(c),
        }
        marks = 0;
    }
    Cow::Owned(out)
}

/// True for characters that never reach a terminal.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}'
            | '\u{061c}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_overrides_do_not_survive() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\u{9b}"), "a[31mbc");
        assert_eq!(clean("Zürich 東京"), "Zürich 東京");
        assert_eq!(clean("one\r\ntwo\tthree"), "one⏎two→three");
        assert_eq!(
            clean(&format!("e{}", "\u{301}".repeat(40))).chars().count(),
            9
        );
    }
}
