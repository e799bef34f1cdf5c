//! How a figure was computed: formula, inputs, rule, sources. The text comes from the layer that
//! computed the figure; this pane only lays it out and scrolls.

use crate::ui::canvas::Canvas;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::format;
use crate::ui::input::{Code, Key};
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Width of the labels at most.
const LABEL: usize = 24;

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Title.
    pub title: String,
    /// Label and text, in order.
    pub lines: Vec<(String, String)>,
    top: usize,
    /// First line the last frame could start at: known only when it is drawn.
    last: Cell<usize>,
    page: Cell<usize>,
}

impl Model {
    /// An explanation: a title, then labels with their texts.
    pub fn new(title: impl Into<String>, lines: Vec<(String, String)>) -> Model {
        Model {
            title: title.into(),
            lines,
            ..Model::default()
        }
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, _ctx: &mut Ctx<'_>) -> bool {
        let page = self.page.get().max(1) as isize;
        let by = match key.code {
            Code::Esc | Code::Enter | Code::Char('q' | 'i') => return true,
            Code::Up | Code::Char('k') => -1,
            Code::Down | Code::Char('j') => 1,
            Code::PageUp => -page,
            Code::PageDown | Code::Char(' ') => page,
            Code::Home => isize::MIN,
            Code::End | Code::Char('G') => isize::MAX,
            _ => return false,
        };
        self.top = self.top.saturating_add_signed(by).min(self.last.get());
        false
    }
}

/// Draws it.
pub fn view(model: &Model, _desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let label = model
        .lines
        .iter()
        .map(|(label, _)| format::width(label))
        .max()
        .unwrap_or(0)
        .min(LABEL)
        .min(usize::from(area.width) / 3);
    let room = usize::from(area.width).saturating_sub(label + 2);
    let mut rows: Vec<(&str, String)> = Vec::new();
    for (name, text) in &model.lines {
        for (at, line) in format::wrap(text, room).into_iter().enumerate() {
            rows.push((if at == 0 { name } else { "" }, line));
        }
    }
    let height = usize::from(area.height);
    let hint = rows.len() > height;
    let shown = height.saturating_sub(usize::from(hint));
    model.page.set(shown);
    model.last.set(rows.len().saturating_sub(shown));
    let top = model.top.min(model.last.get());
    let places = area.y..area.y.saturating_add(shown as u16);
    for (y, (name, text)) in places.zip(rows.iter().skip(top)) {
        let style = paint::over(canvas, Role::Title, Some(Role::Popup));
        canvas.styled(area.x, y, label, name, style);
        canvas.text(area.x + label as u16 + 2, y, room, text, Role::Popup);
    }
    if hint && area.height > 0 {
        let text = format!(
            "{} to {} of {} lines   Up Down PgDn scroll   Esc close",
            top + 1,
            (top + shown).min(rows.len()),
            rows.len()
        );
        let cells = usize::from(area.width);
        let style = paint::over(canvas, Role::Dim, Some(Role::Popup));
        canvas.styled(area.x, area.bottom() - 1, cells, &text, style);
    }
}
