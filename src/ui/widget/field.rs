//! A single line being typed: cursor, selection, moves by word, undo and redo inside the field.
//! It works in whole graphemes, cleans what enters, and knows nothing of colours; [`field_edit`]
//! alone says which key asks for what.

use crate::domain::text::clean;
use crate::ui::format::width;
use crate::ui::input::{Code, Key};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Longest text a field takes, in bytes: more is a mistake, or somebody's whole spreadsheet.
const MOST_BYTES: usize = 8_000;
/// How many steps back a field remembers.
const UNDO_STEPS: usize = 200;

/// What may be asked of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldEdit {
    /// Put text at the cursor, in place of the selection.
    Insert(String),
    /// Move the cursor; the selection grows when `select`, else it ends.
    Move {
        /// Where to.
        to: FieldMove,
        /// Keep the other end of the selection where it is.
        select: bool,
    },
    /// Select everything.
    SelectAll,
    /// Delete the selection, or the grapheme before the cursor.
    Backspace,
    /// Delete the selection, or the grapheme after the cursor.
    Delete,
    /// Delete back to the start of the word.
    DeleteWord,
    /// Delete everything before the cursor.
    DeleteToStart,
    /// Take back the last change.
    Undo,
    /// Bring it back.
    Redo,
}

/// Where the cursor can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldMove {
    /// One grapheme back.
    Left,
    /// One grapheme on.
    Right,
    /// To the start of this or the previous word.
    WordLeft,
    /// Past the end of this or the next word.
    WordRight,
    /// Before everything.
    Home,
    /// After everything.
    End,
}

/// What a key asks of a field; `None` for keys that mean nothing inside one (Enter, Esc, Tab
/// belong to whoever owns the field).
pub fn field_edit(key: Key) -> Option<FieldEdit> {
    if let Some(c) = key.text() {
        return Some(FieldEdit::Insert(c.to_string()));
    }
    let word = key.ctrl || key.alt;
    let to = match key.code {
        Code::Char('a') if key.ctrl => return Some(FieldEdit::SelectAll),
        Code::Char('z') if key.ctrl => return Some(FieldEdit::Undo),
        Code::Char('y') if key.ctrl => return Some(FieldEdit::Redo),
        Code::Char('w') if key.ctrl => return Some(FieldEdit::DeleteWord),
        Code::Char('u') if key.ctrl => return Some(FieldEdit::DeleteToStart),
        Code::Backspace if word => return Some(FieldEdit::DeleteWord),
        Code::Backspace => return Some(FieldEdit::Backspace),
        Code::Delete => return Some(FieldEdit::Delete),
        Code::Left if word => FieldMove::WordLeft,
        Code::Right if word => FieldMove::WordRight,
        Code::Left => FieldMove::Left,
        Code::Right => FieldMove::Right,
        Code::Home => FieldMove::Home,
        Code::End => FieldMove::End,
        _ => return None,
    };
    Some(FieldEdit::Move {
        to,
        select: key.shift,
    })
}

/// A text with its cursor and anchor, as undo remembers it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Moment {
    text: String,
    cursor: usize,
    anchor: Option<usize>,
}

/// A single-line text field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    now: Moment,
    undo: Vec<Moment>,
    redo: Vec<Moment>,
    typing: bool,
}

/// A field as it is drawn into a given width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldView {
    /// The visible part of the text.
    pub text: String,
    /// Cell of the cursor within the width.
    pub cursor: usize,
    /// Cells that are selected.
    pub selected: Range<usize>,
}

impl Field {
    /// A field holding `text`, the cursor behind it.
    pub fn new(text: &str) -> Self {
        let text = clean(text).into_owned();
        Field {
            now: Moment {
                cursor: text.len(),
                text,
                anchor: None,
            },
            ..Field::default()
        }
    }

    /// Takes a key, where it means something in a field; true when the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        field_edit(key).is_some_and(|edit| self.apply(edit))
    }

    /// Puts a text at the cursor, in place of the selection.
    pub fn insert(&mut self, text: &str) {
        self.apply(FieldEdit::Insert(text.to_string()));
    }

    /// Empties it and forgets what was typed.
    pub fn clear(&mut self) {
        *self = Field::default();
    }

    /// What it holds.
    pub fn text(&self) -> &str {
        &self.now.text
    }

    /// The selected part; empty without a selection.
    pub fn selected(&self) -> &str {
        self.now.text.get(self.selection()).unwrap_or_default()
    }

    /// Does what is asked; true when the text is another one afterwards.
    pub fn apply(&mut self, edit: FieldEdit) -> bool {
        let before = self.now.clone();
        let was_typing = std::mem::take(&mut self.typing);
        match edit {
            FieldEdit::Undo => return self.travel(false),
            FieldEdit::Redo => return self.travel(true),
            FieldEdit::Move { to, select } => self.go(to, select),
            FieldEdit::SelectAll => {
                self.now.anchor = Some(0);
                self.now.cursor = self.now.text.len();
            }
            FieldEdit::Insert(text) => {
                let text = clean(text.trim_end_matches(['\r', '\n'])).into_owned();
                // A word typed letter by letter is one step of undo; blanks end it.
                self.typing = text.graphemes(true).count() == 1 && text != " ";
                if self.now.text.len() + text.len() <= MOST_BYTES {
                    self.replace(self.selection(), &text);
                }
            }
            FieldEdit::Backspace => self.delete(self.before(self.now.cursor)..self.now.cursor),
            FieldEdit::Delete => self.delete(self.now.cursor..self.after(self.now.cursor)),
            FieldEdit::DeleteWord => self.delete(self.word_left()..self.now.cursor),
            FieldEdit::DeleteToStart => self.replace(0..self.now.cursor, ""),
        }
        if self.now.text == before.text {
            return false;
        }
        self.redo.clear();
        if !(was_typing && self.typing) {
            if self.undo.len() == UNDO_STEPS {
                self.undo.remove(0);
            }
            self.undo.push(before);
        }
        true
    }

    /// The field in a width of `cells`: the part around the cursor, which is always visible.
    pub fn view(&self, cells: usize) -> FieldView {
        let cells = cells.max(1);
        let Moment { text, cursor, .. } = &self.now;
        let mut start = 0;
        // Room for the cursor itself behind the last letter: hence `>=`.
        while width(text.get(start..*cursor).unwrap_or_default()) >= cells && start < *cursor {
            start = self.after(start);
        }
        let mut visible = String::new();
        let mut used = 0;
        for grapheme in text.get(start..).unwrap_or_default().graphemes(true) {
            used += width(grapheme);
            if used > cells {
                break;
            }
            visible.push_str(grapheme);
        }
        let cell_of = |at: usize| width(text.get(start..at.max(start)).unwrap_or_default());
        let selection = self.selection();
        FieldView {
            text: visible,
            cursor: cell_of(*cursor),
            selected: cell_of(selection.start).min(cells)..cell_of(selection.end).min(cells),
        }
    }

    fn selection(&self) -> Range<usize> {
        let cursor = self.now.cursor;
        let anchor = self.now.anchor.unwrap_or(cursor);
        anchor.min(cursor)..anchor.max(cursor)
    }

    fn go(&mut self, to: FieldMove, select: bool) {
        let from = self.selection();
        let collapse = !select && !from.is_empty();
        let target = match to {
            FieldMove::Left if collapse => from.start,
            FieldMove::Right if collapse => from.end,
            FieldMove::Left => self.before(self.now.cursor),
            FieldMove::Right => self.after(self.now.cursor),
            FieldMove::WordLeft => self.word_left(),
            FieldMove::WordRight => self.word_right(),
            FieldMove::Home => 0,
            FieldMove::End => self.now.text.len(),
        };
        self.now.anchor = select.then(|| self.now.anchor.unwrap_or(self.now.cursor));
        self.now.cursor = target;
    }

    fn delete(&mut self, otherwise: Range<usize>) {
        let selection = self.selection();
        let range = if selection.is_empty() {
            otherwise
        } else {
            selection
        };
        self.replace(range, "");
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        self.now.cursor = range.start + with.len();
        self.now.text.replace_range(range, with);
        self.now.anchor = None;
    }

    fn travel(&mut self, forward: bool) -> bool {
        let (from, to) = if forward {
            (&mut self.redo, &mut self.undo)
        } else {
            (&mut self.undo, &mut self.redo)
        };
        let Some(moment) = from.pop() else {
            return false;
        };
        to.push(std::mem::replace(&mut self.now, moment));
        true
    }

    fn before(&self, at: usize) -> usize {
        self.now
            .text
            .get(..at)
            .and_then(|head| head.grapheme_indices(true).next_back())
            .map_or(0, |(start, _)| start)
    }

    fn after(&self, at: usize) -> usize {
        self.now
            .text
            .get(at..)
            .and_then(|tail| tail.graphemes(true).next())
            .map_or(at, |grapheme| at + grapheme.len())
    }

    fn word_left(&self) -> usize {
        let head = self.now.text.get(..self.now.cursor).unwrap_or_default();
        head.unicode_word_indices()
            .next_back()
            .map_or(0, |(start, _)| start)
    }

    fn word_right(&self) -> usize {
        let cursor = self.now.cursor;
        let tail = self.now.text.get(cursor..).unwrap_or_default();
        tail.unicode_word_indices()
            .next()
            .map_or(self.now.text.len(), |(start, word)| {
                cursor + start + word.len()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn typed(field: &mut Field, text: &str) {
        for grapheme in text.graphemes(true) {
            field.apply(FieldEdit::Insert(grapheme.to_string()));
        }
    }

    fn moved(to: FieldMove, select: bool) -> FieldEdit {
        FieldEdit::Move { to, select }
    }

    #[test]
    fn typing_moves_and_selection() {
        let mut field = Field::new("alpha beta");
        field.apply(moved(FieldMove::WordLeft, false));
        typed(&mut field, "new ");
        assert_eq!(field.text(), "alpha new beta");
        field.apply(moved(FieldMove::End, true));
        assert_eq!(field.selected(), "beta");
        field.apply(FieldEdit::Insert("x".into()));
        assert_eq!(field.text(), "alpha new x");
        field.apply(FieldEdit::DeleteWord);
        field.apply(FieldEdit::DeleteWord);
        assert_eq!(field.text(), "alpha ");
    }

    #[test]
    fn undo_takes_back_a_typed_word_and_redo_returns_it() {
        let mut field = Field::new("15");
        field.apply(FieldEdit::SelectAll);
        typed(&mut field, "17.5");
        assert_eq!(field.text(), "17.5");
        assert!(field.apply(FieldEdit::Undo));
        assert_eq!((field.text(), field.selected()), ("15", "15"));
        assert!(field.apply(FieldEdit::Redo));
        assert_eq!(field.text(), "17.5");
        assert!(!field.apply(FieldEdit::Redo));
    }

    #[test]
    fn graphemes_are_deleted_whole_and_controls_never_enter() {
        let mut field = Field::new("cafe\u{301}");
        field.apply(FieldEdit::Backspace);
        assert_eq!(field.text(), "caf");
        field.apply(FieldEdit::Insert("\u{1b}[2J\r\n".into()));
        assert_eq!(field.text(), "caf[2J");
    }

    #[test]
    fn the_cursor_stays_in_sight() {
        let field = Field::new("0123456789");
        let view = field.view(5);
        assert_eq!((view.text.as_str(), view.cursor), ("6789", 4));
        let mut field = Field::new("東京都");
        assert_eq!(field.view(4).cursor, 2);
        field.apply(FieldEdit::SelectAll);
        field.apply(moved(FieldMove::Home, false));
        assert_eq!(field.view(4).text, "東京");
    }

    fn any_edit() -> impl Strategy<Value = FieldEdit> {
        let to = prop_oneof![
            Just(FieldMove::Left),
            Just(FieldMove::Right),
            Just(FieldMove::WordLeft),
            Just(FieldMove::WordRight),
            Just(FieldMove::Home),
            Just(FieldMove::End)
        ];
        prop_oneof![
            "\\PC{0,3}".prop_map(FieldEdit::Insert),
            (to, any::<bool>()).prop_map(|(to, select)| FieldEdit::Move { to, select }),
            Just(FieldEdit::SelectAll),
            Just(FieldEdit::Backspace),
            Just(FieldEdit::Delete),
            Just(FieldEdit::DeleteWord),
            Just(FieldEdit::DeleteToStart),
            Just(FieldEdit::Undo),
            Just(FieldEdit::Redo),
        ]
    }

    proptest! {
        #[test]
        fn no_sequence_breaks_the_field_and_undo_leads_back_to_the_start(
            start in "\\PC{0,12}", edits in proptest::collection::vec(any_edit(), 0..60), cells in 0usize..12,
        ) {
            let mut field = Field::new(&start);
            let first = field.text().to_string();
            for edit in edits {
                field.apply(edit);
                let view = field.view(cells);
                prop_assert!(view.cursor < cells.max(1) || width(field.text()) < 2);
                prop_assert!(field.text().is_char_boundary(field.now.cursor));
            }
            while field.apply(FieldEdit::Undo) {}
            prop_assert_eq!(field.text(), first);
        }
    }
}
