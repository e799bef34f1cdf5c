//! How popups look.

use super::{Overlay, Runnable, assessment, goal, help, palette, pick, prompt};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::explain;
use crate::ui::theme::Role;
use crate::ui::widget::field::Field;
use ratatui::layout::Rect;

/// Draws a popup over an area.
pub fn view(
    popup: &Overlay,
    desk: &Desk,
    actions: &[Runnable],
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    match popup {
        Overlay::Help(model) => help_view(model, actions, canvas, area),
        Overlay::Palette(model) => palette_view(model, actions, canvas, area),
        Overlay::Pick(model) => pick_view(model, canvas, area),
        Overlay::Prompt(model) => prompt_view(model, desk, canvas, area),
        Overlay::Explain(model) => {
            // as tall as its text, within the screen
            let cells = usize::from(area.width.min(100)).saturating_sub(30).max(1);
            let lines: usize = model
                .lines
                .iter()
                .map(|(_, text)| format::width(text) / cells + 1)
                .sum();
            let height = u16::try_from(lines + 2).unwrap_or(u16::MAX);
            let inside = boxed(canvas, area, &model.title, 100, height);
            explain::view(model, desk, canvas, inside);
        }
        Overlay::Goal(model) => goal::view(model, desk, canvas, area),
        Overlay::Months(model) => assessment::months::view(model, desk, canvas, area),
        Overlay::Form(model) => assessment::view(model, desk, canvas, area),
    }
}

/// A framed box in the middle of an area; gives its inside.
pub(super) fn boxed(
    canvas: &mut Canvas<'_>,
    area: Rect,
    title: &str,
    width: u16,
    height: u16,
) -> Rect {
    let width = width.min(area.width.saturating_sub(2));
    let height = height.min(area.height);
    let at = Rect::new(
        area.x + (area.width - width) / 2,
        area.y + (area.height - height) / 3,
        width,
        height,
    );
    canvas.fill(at, Role::Popup);
    canvas.frame(at, title, true)
}

/// The line being typed, with its cursor.
pub fn typed(canvas: &mut Canvas<'_>, x: u16, y: u16, cells: usize, label: &str, line: &Field) {
    let used = canvas.text(x, y, cells, label, Role::Dim);
    let room = cells.saturating_sub(usize::from(used)).max(1);
    let shown = line.view(room);
    let x = x + used;
    canvas.text(x, y, room, &shown.text, Role::Strong);
    if !shown.selected.is_empty() {
        let wide = (shown.selected.end - shown.selected.start) as u16;
        canvas.paint(
            Rect::new(x + shown.selected.start as u16, y, wide, 1),
            Role::Match,
        );
    }
    canvas.cursor(x + shown.cursor as u16, y);
}

fn entry(canvas: &mut Canvas<'_>, row: Rect, at: usize, here: bool) {
    if here {
        canvas.paint(row, Role::Cursor);
    }
    canvas.zone(row, Target::Entry(at));
}

fn help_view(model: &help::Model, actions: &[Runnable], canvas: &mut Canvas<'_>, area: Rect) {
    let inside = boxed(
        canvas,
        area,
        "What works here - type to search, Enter runs",
        110,
        area.height,
    );
    if inside.height < 3 {
        return;
    }
    typed(
        canvas,
        inside.x + 1,
        inside.y,
        usize::from(inside.width) - 2,
        "find: ",
        &model.search,
    );
    let shown = model.shown(actions);
    let here = shown.get(model.list.cursor).copied();
    let inside = whole_doc(canvas, inside, here);
    let rows = model
        .list
        .rows(shown.len(), usize::from(inside.height).saturating_sub(2));
    for (line, at) in rows.enumerate() {
        let Some(item) = shown.get(at) else { break };
        let row = Rect::new(inside.x, inside.y + 2 + line as u16, inside.width, 1);
        let (key, text) = match item.disabled {
            Some(_) => (Role::Dim, Role::Dim),
            None => (Role::Key, Role::Text),
        };
        entry_text(canvas, row, &item.action.all_keys(), item, key, text);
        entry(canvas, row, at, at == model.list.cursor);
    }
}

/// The sentence of the entry under the cursor in full, in the last lines; gives what is left.
fn whole_doc(canvas: &mut Canvas<'_>, inside: Rect, here: Option<&Runnable>) -> Rect {
    let lines = 2;
    if inside.height < 8 {
        return inside;
    }
    let left = Rect::new(inside.x, inside.y, inside.width, inside.height - lines);
    if let Some(item) = here {
        let text = match &item.disabled {
            Some(why) => format!("Not now: {why}. {}", item.action.doc),
            None => item.action.doc.to_string(),
        };
        let cells = usize::from(inside.width) - 2;
        let parts = format::wrap(&text, cells);
        for (at, part) in parts.iter().take(lines.into()).enumerate() {
            let y = left.bottom() + at as u16;
            canvas.text(inside.x + 1, y, cells, part, Role::Strong);
        }
    }
    left
}

fn entry_text(
    canvas: &mut Canvas<'_>,
    row: Rect,
    keys: &str,
    item: &Runnable,
    key: Role,
    text: Role,
) {
    canvas.text(row.x + 1, row.y, 18, keys, key);
    canvas.text(row.x + 20, row.y, 26, item.action.name, text);
    let doc = match &item.disabled {
        Some(why) => format!("not now: {why}"),
        None => item.action.doc.to_string(),
    };
    let room = usize::from(row.width).saturating_sub(48);
    canvas.text(row.x + 47, row.y, room, &doc, Role::Dim);
}

fn palette_view(model: &palette::Model, actions: &[Runnable], canvas: &mut Canvas<'_>, area: Rect) {
    let inside = boxed(canvas, area, "All actions", 78, 20);
    if inside.height < 3 {
        return;
    }
    let cells = usize::from(inside.width) - 2;
    typed(canvas, inside.x + 1, inside.y, cells, ": ", &model.search);
    let shown = model.shown(actions);
    let here = shown.get(model.list.cursor).map(|(item, _)| *item);
    let inside = whole_doc(canvas, inside, here);
    let rows = model
        .list
        .rows(shown.len(), usize::from(inside.height).saturating_sub(2));
    for (line, at) in rows.enumerate() {
        let Some((item, places)) = shown.get(at) else {
            break;
        };
        let row = Rect::new(inside.x, inside.y + 2 + line as u16, inside.width, 1);
        let role = if item.disabled.is_some() {
            Role::Dim
        } else {
            Role::Text
        };
        canvas.text(row.x + 1, row.y, 34, item.action.name, role);
        canvas.right(row.x + 36, row.y, 12, &item.action.key(), Role::Key);
        let doc = item.disabled.as_deref().unwrap_or(item.action.doc);
        let room = usize::from(row.width).saturating_sub(51);
        canvas.text(row.x + 50, row.y, room, doc, Role::Dim);
        entry(canvas, row, at, at == model.list.cursor);
        for place in places {
            canvas.paint(
                Rect::new(row.x + 1 + *place as u16, row.y, 1, 1),
                Role::Match,
            );
        }
    }
}

/// Cells of the widest entry, heading and detail of a pick list.
fn pick_width(model: &pick::Model) -> usize {
    let items = model.items.iter();
    let items = items.map(|(text, hint)| format::width(text) + format::width(hint) + 12);
    let head = model.head.iter().map(|text| format::width(text) + 4);
    let detail = model.detail.iter().flat_map(|(title, lines)| {
        let all = std::iter::once(title).chain(lines.iter());
        all.map(|text| format::width(text) + 6)
    });
    let all = items.chain(head).chain(detail);
    all.max()
        .unwrap_or(0)
        .max(format::width(&model.title) + 6)
        .max(46)
}

/// Least lines of a detail under a list that has one.
const DETAIL: usize = 5;

fn pick_view(model: &pick::Model, canvas: &mut Canvas<'_>, area: Rect) {
    let shown = model.shown();
    let longest = model.detail.iter().map(|(_, lines)| lines.len() + 1).max();
    let height = model.items.len() + model.head.len() + longest.unwrap_or(0) + 4;
    let height = u16::try_from(height).unwrap_or(u16::MAX);
    let width = u16::try_from(pick_width(model)).unwrap_or(u16::MAX);
    let mut inside = boxed(canvas, area, &model.title, width, height);
    if inside.height < 2 {
        return;
    }
    let cells = usize::from(inside.width) - 2;
    pick_hint(model, canvas, inside, cells);
    for text in &model.head {
        if inside.height > 3 {
            (inside.y, inside.height) = (inside.y + 1, inside.height - 1);
            canvas.text(inside.x + 1, inside.y, cells, text, Role::Text);
        }
    }
    let room = usize::from(inside.height) - 1;
    let under = longest.map_or(0, |longest| {
        let least = longest.min(DETAIL + 1);
        room.saturating_sub(shown.len()).max(least).min(room / 2)
    });
    let height = room - under;
    let first = (model.cursor + 1).saturating_sub(height);
    for (line, (at, index)) in shown
        .iter()
        .enumerate()
        .skip(first)
        .take(height)
        .enumerate()
    {
        let Some((text, hint)) = model.items.get(*index) else {
            break;
        };
        let row = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        let number = if model.items.len() <= 9 && !model.preview {
            format!("{}", index + 1)
        } else {
            String::new()
        };
        canvas.text(row.x + 1, row.y, 1, &number, Role::Key);
        let used = canvas.text(row.x + 3, row.y, cells - 2, text, Role::Text);
        let left = cells.saturating_sub(usize::from(used) + 4);
        canvas.right(row.x + 3 + used + 2, row.y, left, hint, Role::Dim);
        entry(canvas, row, at, at == model.cursor);
    }
    let below = Rect::new(
        inside.x + 1,
        inside.bottom().saturating_sub(under as u16),
        inside.width - 2,
        under as u16,
    );
    pick_detail(model, canvas, below);
}

/// What to press, or what is searched for.
fn pick_hint(model: &pick::Model, canvas: &mut Canvas<'_>, inside: Rect, cells: usize) {
    let (x, y) = (inside.x + 1, inside.y);
    if !model.search.text().is_empty() {
        return typed(canvas, x, y, cells, "find: ", &model.search);
    }
    let hint = if model.preview {
        "Enter does all of it, Esc nothing"
    } else if model.items.len() <= 9 {
        "digit or Enter chooses, typing narrows"
    } else {
        "Enter chooses, typing narrows"
    };
    canvas.text(x, y, cells, hint, Role::Dim);
}

/// What the entry under the cursor says of itself, under the list.
fn pick_detail(model: &pick::Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (Some((title, lines)), true) = (model.shown_detail(), area.height > 1) else {
        return;
    };
    let room = usize::from(area.height) - 1;
    model.room.set(room);
    let cells = usize::from(area.width);
    let top = model.top.min(lines.len().saturating_sub(room));
    let more = match lines.len() > room {
        true => format!(
            "{} to {} of {}  PgDn",
            top + 1,
            (top + room).min(lines.len()),
            lines.len()
        ),
        false => String::new(),
    };
    let used = usize::from(canvas.text(area.x, area.y, cells, title, Role::Strong));
    let left = cells.saturating_sub(used + 2);
    canvas.right(area.x + used as u16 + 2, area.y, left, &more, Role::Dim);
    for (line, text) in lines.iter().skip(top).take(room).enumerate() {
        let y = area.y + 1 + line as u16;
        canvas.text(area.x, y, cells, text, Role::Text);
    }
}

fn prompt_view(model: &prompt::Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let inside = boxed(canvas, area, &model.title, 90, 7);
    if inside.height < 4 {
        return;
    }
    let cells = usize::from(inside.width) - 2;
    let x = inside.x + 1;
    typed(canvas, x, inside.y + 1, cells, "> ", &model.line);
    let (text, role) = match model.meaning(desk) {
        Ok(text) => (text, Role::Good),
        Err(text) => (text, Role::Bad),
    };
    for (line, part) in format::wrap(&text, cells).iter().take(2).enumerate() {
        canvas.text(x, inside.y + 2 + line as u16, cells, part, role);
    }
    canvas.text(x, inside.y + 4, cells, &model.hint, Role::Dim);
}
