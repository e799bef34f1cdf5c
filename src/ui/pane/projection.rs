//! The projection beside the quote.

use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::screen::quote;
use ratatui::layout::Rect;

/// Draws it for the quote on screen.
pub fn view(
    _quote: &quote::Model,
    _desk: &Desk,
    _canvas: &mut Canvas<'_>,
    _area: Rect,
    _focus: bool,
) {
}
