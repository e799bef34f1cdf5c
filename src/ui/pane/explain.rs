//! How a figure was computed: formula, inputs, rule.

use crate::ui::canvas::Canvas;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::input::{Code, Key};
use ratatui::layout::Rect;

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Title.
    pub title: String,
    /// Label and text, in order.
    pub lines: Vec<(String, String)>,
}

impl Model {
    /// An explanation: a title, then labels with their texts.
    pub fn new(title: impl Into<String>, lines: Vec<(String, String)>) -> Model {
        Model {
            title: title.into(),
            lines,
        }
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, _ctx: &mut Ctx<'_>) -> bool {
        matches!(key.code, Code::Esc | Code::Enter | Code::Char('q' | 'i'))
    }
}

/// Draws it.
pub fn view(_model: &Model, _desk: &Desk, _canvas: &mut Canvas<'_>, _area: Rect) {}
