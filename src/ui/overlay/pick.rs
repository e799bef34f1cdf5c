//! A popup to choose one of a list. Typing narrows it; the digits of short lists choose at once. Or a list of
//! all that would happen, to be read before Enter does it: there nothing but Enter does.

use crate::ui::desk::Ctx;
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::Field;
use std::cell::Cell;

/// What happens with the choice: the index in the list as given.
pub type Then = Box<dyn FnOnce(usize, &mut Ctx<'_>)>;

/// The popup.
pub struct Model {
    /// Title.
    pub title: String,
    /// Entries: text and a hint to its right.
    pub items: Vec<(String, String)>,
    /// Other words each entry is found by; empty without.
    also: Vec<String>,
    /// Place of the cursor among the shown entries.
    pub cursor: usize,
    /// Narrowing text.
    pub search: Field,
    /// All of it happens with Enter; nothing is chosen from it.
    pub preview: bool,
    /// Lines above the list.
    pub head: Vec<String>,
    /// Of each entry what is shown under the list while the cursor is on it: a title, then its lines.
    pub detail: Vec<(String, Vec<String>)>,
    /// First line of that on screen.
    pub top: usize,
    /// How many of its lines the last frame had room for.
    pub room: Cell<usize>,
    then: Option<Then>,
}

impl Model {
    /// A list to choose from, with the cursor on `at`.
    pub fn new(
        title: impl Into<String>,
        items: Vec<(String, String)>,
        at: usize,
        then: impl FnOnce(usize, &mut Ctx<'_>) + 'static,
    ) -> Model {
        Model {
            title: title.into(),
            cursor: at.min(items.len().saturating_sub(1)),
            items,
            also: Vec::new(),
            search: Field::default(),
            preview: false,
            head: Vec::new(),
            detail: Vec::new(),
            top: 0,
            room: Cell::new(1),
            then: Some(Box::new(then)),
        }
    }

    /// A list of what would happen, which Enter does as a whole.
    pub fn preview(
        title: impl Into<String>,
        items: Vec<(String, String)>,
        then: impl FnOnce(&mut Ctx<'_>) + 'static,
    ) -> Model {
        Model {
            preview: true,
            ..Model::new(title, items, 0, |_, ctx| then(ctx))
        }
    }

    /// Entries are found by these words too, one each in the order of the list.
    pub fn found_by(mut self, also: Vec<String>) -> Model {
        self.also = also;
        self
    }

    /// With lines above the list, and with what each entry shows under it.
    pub fn detailed(mut self, head: Vec<String>, detail: Vec<(String, Vec<String>)>) -> Model {
        self.head = head;
        self.detail = detail;
        self
    }

    /// What the entry under the cursor shows under the list.
    pub fn shown_detail(&self) -> Option<&(String, Vec<String>)> {
        let at = self.shown().get(self.cursor).copied()?;
        self.detail.get(at)
    }

    /// Turns what is under the list by a page.
    fn turn(&mut self, down: bool) {
        let lines = self.shown_detail().map_or(0, |(_, lines)| lines.len());
        let page = self.room.get().max(1);
        self.top = match down {
            true => (self.top + page).min(lines.saturating_sub(page)),
            false => self.top.saturating_sub(page),
        };
    }

    /// Indices of the entries shown.
    pub fn shown(&self) -> Vec<usize> {
        if self.search.text().is_empty() {
            return (0..self.items.len()).collect();
        }
        let wanted = self.search.text().to_lowercase();
        (0..self.items.len())
            .filter(|&at| {
                let text = self.items.get(at).map(|(text, _)| text);
                let mut known = text.into_iter().chain(self.also.get(at));
                known.any(|text| text.to_lowercase().contains(&wanted))
            })
            .collect()
    }

    /// The entry a digit chooses at once: in short lists, while nothing narrows them.
    fn quick(&self, key: Key) -> Option<usize> {
        if self.preview || !self.search.text().is_empty() || self.items.len() > 9 {
            return None;
        }
        let digit = key.text().and_then(|c| c.to_digit(10))?;
        (digit as usize).checked_sub(1)
    }

    /// True when a key only types or moves.
    pub fn harmless(&self, key: Key) -> bool {
        key.types() && self.quick(key).is_none()
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        let before = self.cursor;
        match key.code {
            Code::Esc => return true,
            Code::PageUp | Code::PageDown if !self.detail.is_empty() => {
                self.turn(key.code == Code::PageDown);
            }
            Code::Up => self.cursor = self.cursor.saturating_sub(1),
            Code::Down => {
                self.cursor = (self.cursor + 1).min(self.shown().len().saturating_sub(1));
            }
            Code::Enter => return self.choose(self.cursor, ctx),
            _ if self.preview => {}
            _ => {
                if let Some(at) = self.quick(key) {
                    return self.choose(at, ctx);
                }
                if self.search.key(key) {
                    self.cursor = 0;
                    self.top = 0;
                }
            }
        }
        if self.cursor != before {
            self.top = 0;
        }
        false
    }

    /// A click on an entry chooses it; in a preview it only moves the cursor there.
    pub fn click(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        if self.preview {
            self.cursor = at;
            return false;
        }
        self.choose(at, ctx)
    }

    /// Chooses an entry by its place among those shown; true when there was one.
    fn choose(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        let Some(index) = self.shown().get(at).copied() else {
            return false;
        };
        if let Some(then) = self.then.take() {
            then(index, ctx);
        }
        true
    }
}
