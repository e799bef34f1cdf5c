//! A line of text being typed: cursor, insertion, deletion by letter and word. Keeps only text
//! that is safe to draw.

use crate::domain::text::clean;
use crate::ui::input::{Code, Key};

/// Longest text a line takes, in characters.
const MOST_CHARS: usize = 4_000;

/// The line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextLine {
    chars: Vec<char>,
    cursor: usize,
    text: String,
}

impl TextLine {
    /// A line with text, the cursor behind it.
    pub fn new(text: &str) -> TextLine {
        let mut line = TextLine::default();
        line.insert(text);
        line
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text left of the cursor.
    pub fn before(&self) -> String {
        self.chars.iter().take(self.cursor).collect()
    }

    /// Puts a text at the cursor, cleaned.
    pub fn insert(&mut self, text: &str) {
        for c in clean(text).chars() {
            if self.chars.len() >= MOST_CHARS {
                break;
            }
            self.chars.insert(self.cursor, c);
            self.cursor += 1;
        }
        self.text = self.chars.iter().collect();
    }

    /// Empties it.
    pub fn clear(&mut self) {
        *self = TextLine::default();
    }

    /// Takes a key; true when the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        if let Some(c) = key.text() {
            let mut bytes = [0; 4];
            self.insert(c.encode_utf8(&mut bytes));
            return true;
        }
        let by_word = key.ctrl || key.alt;
        match key.code {
            Code::Left if by_word => self.cursor = self.word_left(),
            Code::Right if by_word => self.cursor = self.word_right(),
            Code::Left => self.cursor = self.cursor.saturating_sub(1),
            Code::Right => self.cursor = (self.cursor + 1).min(self.chars.len()),
            Code::Home => self.cursor = 0,
            Code::End => self.cursor = self.chars.len(),
            Code::Backspace if by_word => return self.delete(self.word_left(), self.cursor),
            Code::Backspace => return self.delete(self.cursor.saturating_sub(1), self.cursor),
            Code::Delete => return self.delete(self.cursor, self.cursor + 1),
            Code::Char('w') if key.ctrl => return self.delete(self.word_left(), self.cursor),
            Code::Char('u') if key.ctrl => return self.delete(0, self.cursor),
            _ => {}
        }
        false
    }

    fn delete(&mut self, from: usize, to: usize) -> bool {
        let to = to.min(self.chars.len());
        if from >= to {
            return false;
        }
        self.chars.drain(from..to);
        self.cursor = from;
        self.text = self.chars.iter().collect();
        true
    }

    fn word_left(&self) -> usize {
        let mut at = self.cursor;
        while at > 0 && self.chars.get(at - 1).is_some_and(|c| !c.is_alphanumeric()) {
            at -= 1;
        }
        while at > 0 && self.chars.get(at - 1).is_some_and(|c| c.is_alphanumeric()) {
            at -= 1;
        }
        at
    }

    fn word_right(&self) -> usize {
        let mut at = self.cursor;
        while self.chars.get(at).is_some_and(|c| c.is_alphanumeric()) {
            at += 1;
        }
        while self.chars.get(at).is_some_and(|c| !c.is_alphanumeric()) {
            at += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_and_deleting_by_letter_and_word() {
        let mut line = TextLine::new("one two");
        line.key(Key::parse("ctrl-w").unwrap());
        assert_eq!(line.text(), "one ");
        line.key(Key::parse("home").unwrap());
        line.key(Key::parse("x").unwrap());
        assert_eq!(line.text(), "xone ");
        line.insert("\u{1b}\u{202e}é");
        assert_eq!((line.text(), line.before().as_str()), ("xéone ", "xé"));
        line.key(Key::parse("backspace").unwrap());
        assert_eq!(line.text(), "xone ");
    }
}
