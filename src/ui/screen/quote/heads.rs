//! Drawing a subtotal among the lines: the group's name and how many lines from the left edge on, its sums
//! under the columns they are sums of.

use super::columns::Column;
use super::view::Row;
use super::{Model, Sheet};
use crate::pricing::gathered::{Head, Spot};
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
    let plain = match look.pinned {
        true => Role::Dim,
        false => Role::Title,
    };
    // the name may take the columns in which a subtotal has nothing to say
    let mut room = 0;
    let mut before_figures = true;
    for (column, wide) in shown {
        let cell = Rect::new(x, place.y, *wide as u16, 1);
        // one that stands in the place of a row out of sight leads there; others fold
        canvas.zone(
            cell,
            match look.pinned {
                true => Target::Row(Pane::Grid, look.place),
                false => Target::Cell(Pane::Grid, look.place, column.index()),
            },
        );
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
            _ => plain,
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
        false => plain,
    };
    let style = paint::over(canvas, role, look.ground);
    let name = match look.pinned {
        true => format!("^ {}", sheet.names_of(head).join(" > ")),
        false => own_name(sheet, head, look.place),
    };
    let text = beside(&name, sheet, head, room.saturating_sub(1));
    canvas.styled(place.x, place.y, room.saturating_sub(1), &text, style);
}

/// `- Basel HQ`, indented as deep as the group lies.
fn own_name(sheet: &Sheet, head: &Head, place: usize) -> String {
    let sign = match sheet.is_folded(place) {
        true => "+",
        false => "-",
    };
    let indent = " ".repeat(STEP * head.path.len().saturating_sub(1));
    format!("{indent}{sign} {}", sheet.name_of(head))
}

/// `- Basel HQ  12 lines, USD`, in so many cells: a long name is cut, the rest stands at its right.
fn beside(name: &str, sheet: &Sheet, head: &Head, cells: usize) -> String {
    let told = sheet.told_of(head);
    let left = cells.saturating_sub(format::width(&told) + 2);
    if left < NAME + STEP * head.path.len().saturating_sub(1) {
        return format::fit(name, cells, false, "…");
    }
    let name = match format::width(name) > left {
        true => format::fit(name, left, false, "…"),
        false => name.to_string(),
    };
    format!("{name}  {told}")
}

impl Sheet {
    /// The group whose subtotal has scrolled out above a row of the screen: the innermost around what stands
    /// there, with its own row.
    pub(super) fn above(&self, first: usize) -> Option<(usize, &Head)> {
        let laid = self.laid.as_ref()?;
        let heads = laid.gathered.heads();
        let around = match self.spot(first)? {
            Spot::Line(row) => laid.gathered.around(row).next()?,
            Spot::Head(at) => heads.get(at)?.parent?,
        };
        let place = (0..first)
            .rev()
            .find(|place| self.spot(*place) == Some(Spot::Head(around)))?;
        Some((place, heads.get(around)?))
    }

    /// The words of a group and those around it, the outermost first, as they are shown.
    pub(super) fn names_of(&self, head: &Head) -> Vec<String> {
        let depths = 1..=head.path.len();
        let words = |depth| head.path.get(..depth).unwrap_or_default();
        depths.map(|depth| self.name_at(words(depth))).collect()
    }
}
