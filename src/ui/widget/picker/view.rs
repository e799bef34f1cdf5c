//! Drawing the picker.

use super::{Head, Picker, Row};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::widget::field::Field;
use chrono::NaiveDateTime;
use ratatui::layout::Rect;

/// Cells of what stands behind a file's name: day and time it was written, its size.
const ABOUT: usize = 28;

/// Draws it in a frame, with what is told below its rows.
pub fn view(
    picker: &Picker,
    title: &str,
    told: &[(String, Role)],
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let title = match picker.here() {
        "" => title.to_string(),
        here => format!("{title}   {here}"),
    };
    let inside = canvas.frame(area, &title, true);
    let cells = usize::from(inside.width);
    let trouble = picker.folder.as_ref().and_then(|f| f.error.as_deref());
    let trouble = trouble.map(|why| (why.to_string(), Role::Bad));
    let below: Vec<(String, Role)> = told
        .iter()
        .cloned()
        .chain(trouble)
        .flat_map(|(text, role)| {
            let lines = format::wrap(&text, cells.max(1));
            lines.into_iter().map(move |line| (line, role))
        })
        .collect();
    let gap = u16::from(!below.is_empty());
    let room = inside.height.saturating_sub(below.len() as u16 + gap);
    let rows = picker.rows();
    let shown = picker.list.rows(rows.len(), usize::from(room));
    for (line, at) in shown.enumerate() {
        let Some(row) = rows.get(at) else { break };
        let place = Rect::new(inside.x, inside.y + line as u16, inside.width, 1);
        let here = at == picker.list.cursor && picker.typing.is_none();
        let role = if here { Role::Cursor } else { Role::Text };
        canvas.fill(place, role);
        draw_row(picker, row, canvas, place, role);
        canvas.zone(place, Target::Row(Pane::List, at));
    }
    let first = inside.bottom().saturating_sub(below.len() as u16);
    for (y, (text, role)) in (first.max(inside.y)..inside.bottom()).zip(&below) {
        canvas.text(inside.x, y, cells, text, *role);
    }
}

fn draw_row(picker: &Picker, row: &Row, canvas: &mut Canvas<'_>, place: Rect, role: Role) {
    let cells = usize::from(place.width);
    let mut plain = |text: &str| {
        canvas.text(place.x, place.y, cells, text, role);
    };
    match row {
        Row::Head(at) => match picker.heads.get(*at) {
            Some(Head::Line {
                label,
                empty,
                field,
            }) => {
                let used = canvas.text(place.x, place.y, cells, label, role);
                let (x, width) = (place.x + used, place.width.saturating_sub(used));
                let rest = Rect::new(x, place.y, width, 1);
                line(field, empty, picker.typing == Some(*at), canvas, rest, role);
            }
            Some(Head::Choice(text)) => plain(text),
            None => {}
        },
        Row::Arrived(at) => {
            if let Some(arrived) = picker.arrived.get(*at) {
                let kind = arrived.kind.as_deref().unwrap_or("kind not recognised");
                plain(&format!(
                    "New     {}   {kind}   (Enter: look at it)",
                    arrived.path
                ));
            }
        }
        Row::Watch => plain(match picker.watched() {
            true => "Watch   yes: new exports in this folder are told of   (Enter: no longer)",
            false => "Watch   no   (Enter: tell me of new exports in this folder)",
        }),
        Row::Up => plain("  ../"),
        Row::Recent(path) => plain(&format!("  {path}/   (used before)")),
        Row::Folder(name) => plain(&format!("  {name}/")),
        Row::File(file) => {
            let about = match file.changed {
                Some(at) => format!("{}  {:>9}", told(at), format::bytes(file.bytes)),
                None => format::bytes(file.bytes),
            };
            let wide = cells.saturating_sub(ABOUT);
            canvas.text(
                place.x,
                place.y,
                wide.saturating_sub(1),
                &format!("  {}", file.name),
                role,
            );
            canvas.right(place.x + wide as u16, place.y, ABOUT - 1, &about, role);
        }
    }
}

/// When a file was written.
fn told(at: NaiveDateTime) -> String {
    format!("{} {}", format::day(at.date()), at.format("%H:%M"))
}

fn line(field: &Field, empty: &str, open: bool, canvas: &mut Canvas<'_>, place: Rect, role: Role) {
    let cells = usize::from(place.width);
    if !open {
        let text = if field.text().is_empty() {
            empty
        } else {
            field.text()
        };
        canvas.text(place.x, place.y, cells, text, role);
        return;
    }
    let view = field.view(cells);
    canvas.fill(place, Role::Typing);
    canvas.text(place.x, place.y, cells, &view.text, Role::Typing);
    if !view.selected.is_empty() {
        let wide = (view.selected.end - view.selected.start) as u16;
        let start = place.x + view.selected.start as u16;
        canvas.paint(Rect::new(start, place.y, wide, 1), Role::Match);
    }
    canvas.cursor(place.x + view.cursor as u16, place.y);
}
