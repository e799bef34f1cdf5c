//! The quote: grid of lines, totals, checks.

use crate::domain::ids::{QuoteId, RenewalId};
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::{Ctx, Desk};
use crate::ui::input::Input;
use ratatui::layout::Rect;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {}

impl Model {
    /// Where the keys go; `None` while a field is open and takes them all.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, _action: ActionId, _desk: &Desk) -> Option<String> {
        None
    }

    /// Runs an action.
    pub fn act(&mut self, _action: ActionId, _ctx: &mut Ctx<'_>) {}

    /// Takes what no action took: typed text, pasted text, the wheel.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// Shows the newest quote over a renewal (the pipeline's cursor moved), or none.
    pub fn show(&mut self, _renewal: Option<RenewalId>, _desk: &Desk) {}

    /// Shows a quote.
    pub fn open(&mut self, _quote: QuoteId, _desk: &Desk) {}

    /// A click on one of its zones: cell, row or header.
    pub fn click(&mut self, _target: Target, _ctx: &mut Ctx<'_>) {}

    /// What a cell or mark copies: text with tabs; `None` when nothing can be copied.
    pub fn copy(&self, _desk: &Desk) -> Option<String> {
        None
    }

    /// The quote shown.
    pub fn current(&self) -> Option<QuoteId> {
        None
    }

    /// Why the desk may not be left now: a field is open.
    pub fn busy(&self) -> Option<String> {
        None
    }

    /// Follows a change of the desk: loaded, patched, recomputed, a new day.
    pub fn follow(&mut self, _desk: &Desk) {}
}

/// Makes a quote for a renewal.
pub fn new_quote(_renewal: RenewalId, _ctx: &mut Ctx<'_>) {}

/// Draws the grid alone, as a pane of the pipeline.
pub fn grid_view(
    _model: &Model,
    _desk: &Desk,
    _canvas: &mut Canvas<'_>,
    _area: Rect,
    _focus: bool,
) {
}

/// One line on the quote and what it moves, for small screens:
/// `Q-1187 v3 | Svc 4.75 -> 5.25^ | Net 6.04 -> 6.21 (starter)`.
pub fn summary(_model: &Model, _desk: &Desk) -> String {
    String::new()
}

/// Draws it at full width.
pub fn view(_model: &Model, _desk: &Desk, _canvas: &mut Canvas<'_>, _area: Rect) {}
