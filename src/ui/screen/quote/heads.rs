//! Drawing a subtotal among the lines: the group's name and how many lines from the left edge on, its sums
//! under the columns they are sums of.

use super::columns::Column;
use super::view::Row;
use super::{Model, Sheet};
use crate::pricing::gathered::Head;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use ratatui::layout::Rect;

/// How far a group within another is indented.
const STEP: usize = 2;
/// A name is cut down to this before what is said beside it is left out.
const NAME: usize = 8;

/// Draws the subtotal of a group.
pub(super) fn draw(
    model: &Model,
    (sheet, head): (&Sheet, &Head),
    canvas: &mut Canvas<'_>,
    place: Rect,
    shown: &[(Column, usize)],
    look: &Row,
) {
    let mut x = place.x;
    // the name may take the columns in which a subtotal has nothing to say
    let mut room = 0;
    let mut before_figures = true;
    for (column, wide) in shown {
        let cell = Rect::new(x, place.y, *wide as u16, 1);
        canvas.zone(cell, Target::Cell(Pane::Grid, look.place, column.index()));
        let text = sheet.subtotal(head, *column);
        let named = matches!(column, Column::Number | Column::Item | Column::Portfolio);
        before_figures &= text.is_empty() && named;
        if before_figures {
            room += wide + 1;
        }
        let under = look.ground.is_some() && column.index() == model.grid.column;
        let role = match look.ground {
            Some(Role::Cursor) if under && !before_figures => Role::Cell,
            _ if look.is_marked(*column) => Role::Marked,
            _ => Role::Title,
        };
        let ground = look.ground.filter(|_| role != Role::Cell);
        let style = paint::over(canvas, role, ground);
        if !before_figures {
            canvas.styled(x, place.y, *wide, &paint::figure(&text, *wide), style);
        }
        x += *wide as u16 + 1;
    }
    let role = match look.is_marked(Column::Item) {
        true => Role::Marked,
        false => Role::Title,
    };
    let style = paint::over(canvas, role, look.ground);
    let text = name(sheet, head, look.place, room.saturating_sub(1));
    canvas.styled(place.x, place.y, room.saturating_sub(1), &text, style);
}

/// `- Basel HQ  12 lines, USD`, in so many cells: a long name is cut, the rest stands at its right.
fn name(sheet: &Sheet, head: &Head, place: usize, cells: usize) -> String {
    let sign = match sheet.is_folded(place) {
        true => "+",
        false => "-",
    };
    let indent = " ".repeat(STEP * head.path.len().saturating_sub(1));
    let name = format!("{indent}{sign} {}", sheet.name_of(head));
    let told = sheet.told_of(head);
    let left = cells.saturating_sub(format::width(&told) + 2);
    if left < NAME + format::width(&indent) {
        return format::fit(&name, cells, false, "…");
    }
    let name = match format::width(&name) > left {
        true => format::fit(&name, left, false, "…"),
        false => name,
    };
    format!("{name}  {told}")
}
