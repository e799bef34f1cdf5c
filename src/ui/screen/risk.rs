//! Open renewals by value times loss probability.

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

    /// A click on one of its zones.
    pub fn click(&mut self, _target: Target, _ctx: &mut Ctx<'_>) {}

    /// Follows a change of the desk: loaded, patched, recomputed, a new day.
    pub fn follow(&mut self, _desk: &Desk) {}
}

/// Draws it.
pub fn view(_model: &Model, _desk: &Desk, _canvas: &mut Canvas<'_>, _area: Rect) {}
