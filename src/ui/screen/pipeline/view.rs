//! How the pipeline looks: panes by the size of the window, the table with its frozen columns.

use super::Model;
use super::columns::{self, COLUMNS};
use super::rows::{Entry, told};
use crate::book::QueueRow;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model;
use crate::ui::model::Pane;
use crate::ui::overlay::typed;
use crate::ui::pane::{detail, projection};
use crate::ui::screen::quote;
use crate::ui::theme::Role;
use ratatui::layout::Rect;

/// From this width the list has the detail beside it.
const WIDE: u16 = 120;
/// From this width there is room for quote and projection side by side.
const MIDDLE: u16 = 100;
/// From this height of the body there is room for two rows of panes.
const TALL: u16 = 26;

/// Draws it.
pub fn view(model: &model::Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let pipeline = &model.pipeline;
    let top = Rect::new(area.x, area.y, area.width, 1);
    headline(pipeline, desk, canvas, top);
    let body = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
    let focus = pipeline.focus;
    if model.zoomed || body.width < MIDDLE || body.height < TALL {
        let alone = model.zoomed || focus != Pane::List;
        if alone && focus == Pane::Grid {
            // what the edit moves stays in sight
            let grid = Rect::new(body.x, body.y, body.width, body.height - 1);
            pane(model, desk, canvas, grid, focus);
            let text = quote::summary(&model.quote, desk);
            let cells = usize::from(body.width).saturating_sub(2);
            canvas.text(body.x + 1, grid.bottom(), cells, &text, Role::Text);
            return;
        }
        if alone {
            return pane(model, desk, canvas, body, focus);
        }
        let list = Rect::new(body.x, body.y, body.width, body.height - 2);
        pane(model, desk, canvas, list, Pane::List);
        let lines = Rect::new(body.x, list.bottom(), body.width, 2);
        return summary(model, desk, canvas, lines);
    }
    let lower = below(model, desk, body);
    let upper = body.height - lower;
    let up = Rect::new(body.x, body.y, body.width, upper);
    let down = Rect::new(body.x, body.y + upper, body.width, lower);
    if body.width >= WIDE {
        let side = (body.width * 3 / 10).clamp(42, 64);
        let (left, right) = split(up, up.width - side);
        pane(model, desk, canvas, left, Pane::List);
        pane(model, desk, canvas, right, Pane::Detail);
    } else {
        pane(model, desk, canvas, up, Pane::List);
    }
    let (left, right) = split(down, down.width * 4 / 7);
    pane(model, desk, canvas, left, Pane::Grid);
    let beside = if body.width < WIDE && focus == Pane::Detail {
        Pane::Detail
    } else {
        Pane::Projection
    };
    pane(model, desk, canvas, right, beside);
}

/// Rows for the quote and its projection: what they have to show, at most half of all.
fn below(model: &model::Model, desk: &Desk, body: Rect) -> u16 {
    /// Portfolios, what the quote moved, and the frame.
    const PROJECTION: usize = 20;
    /// Column titles, totals and the frame.
    const AROUND: usize = 6;
    let quote = model.quote.current();
    let held = quote.and_then(|id| desk.snapshot.quotes.head(id));
    let lines = held.map_or(0, |quote| quote.lines + AROUND);
    let wanted = u16::try_from(lines.max(PROJECTION)).unwrap_or(u16::MAX);
    wanted.min(body.height / 2)
}

fn split(area: Rect, at: u16) -> (Rect, Rect) {
    (
        Rect::new(area.x, area.y, at, area.height),
        Rect::new(area.x + at, area.y, area.width - at, area.height),
    )
}

fn pane(model: &model::Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, pane: Pane) {
    let pipeline = &model.pipeline;
    let focus = pipeline.focus == pane && model.overlays.is_empty();
    canvas.zone(area, Target::Pane(pane));
    match pane {
        Pane::List => list(pipeline, desk, canvas, area, focus),
        Pane::Detail => {
            let row = pipeline.selected(desk).and_then(|id| desk.row(id));
            let text = (&pipeline.detail, &pipeline.comments);
            detail::view(row, text, desk, canvas, area, focus);
        }
        Pane::Grid => quote::grid_view(&model.quote, desk, canvas, area, focus),
        Pane::Projection => projection::view(&model.quote, desk, canvas, area, focus),
    }
}

/// View, filter, search, how many, their value. A sum is shown whole or not at all.
fn headline(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let wide = usize::from(area.width).saturating_sub(2);
    let many = format::whole((model.sum.rows as u64).into());
    let all = format::whole((desk.rows().len() as u64).into());
    let value = told(&model.sum);
    let right = [
        format!("{many} of {all} renewals   ATR {value}"),
        format!("{many} of {all}   ATR {value}"),
        format!(
            "{many} of {all}   ATR in {} currencies",
            model.sum.atr.len()
        ),
    ]
    .into_iter()
    .find(|text| format::width(text) + 24 <= wide)
    .unwrap_or_default();
    // the figures of a part would be taken for those of the book
    let right = if model.part {
        "reading the book…".to_string()
    } else if !model.summed {
        "searching…".to_string()
    } else {
        right
    };
    canvas.right(area.x + 1, area.y, wide, &right, Role::Strong);
    let room = wide.saturating_sub(format::width(&right) + 2);
    if model.searching {
        return typed(canvas, area.x + 1, area.y, room, "find: ", &model.search);
    }
    let mut parts = Vec::new();
    if !model.search.text().is_empty() {
        parts.push(format!("Find: {} (Esc clears)", model.search.text()));
    }
    if let Some(name) = &model.view_name {
        parts.push(format!("View: {name} (V)"));
    }
    let words = if model.words.is_empty() {
        "none, all shown"
    } else {
        &model.words
    };
    parts.push(format!("Filter: {words} (f)"));
    canvas.text(area.x + 1, area.y, room, &parts.join("   "), Role::Dim);
}

fn list(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    let (by, down) = model.order();
    let sorted = COLUMNS.iter().find(|col| col.by == by);
    let title = match (model.search.text().trim().is_empty(), sorted) {
        (false, _) => match model.preparing() {
            Some(told) => format!("Pipeline   {told}"),
            None => "Pipeline   best match first".to_string(),
        },
        (true, _) if model.part => "Pipeline   those that end first, the rest follows".to_string(),
        (true, Some(_)) if model.sort.is_none() => {
            "Pipeline   by next clock, lapsed ones last".to_string()
        }
        (true, Some(col)) => format!(
            "Pipeline   sorted: {} {}",
            col.title,
            canvas.look().glyphs.sort(down)
        ),
        (true, None) => "Pipeline".to_string(),
    };
    let inside = canvas.frame(area, &title, focus);
    if inside.height < 2 || inside.width < 10 {
        return;
    }
    let cells = usize::from(inside.width).saturating_sub(2);
    let (shown, first) = columns::layout(cells, model.column, model.first_column.get());
    model.first_column.set(first);
    header(model, &shown, canvas, inside);
    if model.entries.is_empty() {
        return empty(model, desk, canvas, inside);
    }
    let height = usize::from(inside.height) - 1;
    let rows = model.list.rows(model.entries.len(), height);
    for (line, at) in rows.enumerate() {
        let Some(entry) = model.entries.get(at) else {
            break;
        };
        let row = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        canvas.zone(row, Target::Row(Pane::List, at));
        let here = at == model.list.cursor;
        match entry {
            Entry::Group(at) => {
                let Some(group) = model.entries.group(at) else {
                    continue;
                };
                let (customer, sums) = (&group.customer, &group.sums);
                let text = format!(
                    "{}   {}   {}",
                    customer,
                    format::count(sums.rows, "renewal", "renewals"),
                    told(sums)
                );
                canvas.text(
                    row.x + 1,
                    row.y,
                    usize::from(row.width) - 2,
                    &text,
                    Role::Title,
                );
            }
            Entry::Row(place) => {
                if let Some(found) = desk.rows().get(place as usize) {
                    one(model, desk, canvas, row, &found, &shown, here && focus);
                }
            }
        }
        if here {
            let role = if focus {
                Role::Cursor
            } else {
                Role::CursorAway
            };
            paint_cursor(model, &shown, canvas, row, role, focus);
        }
    }
}

fn header(model: &Model, shown: &[(usize, usize)], canvas: &mut Canvas<'_>, inside: Rect) {
    let (by, down) = model.order();
    let mut x = inside.x + 2;
    for (at, width) in shown {
        let Some(col) = COLUMNS.get(*at) else {
            continue;
        };
        let sorted = if col.by == by && model.sort.is_some() {
            format!("{}{}", col.title, canvas.look().glyphs.sort(down))
        } else {
            col.title.to_string()
        };
        let role = if *at == model.column {
            Role::Key
        } else {
            Role::Title
        };
        if col.right {
            canvas.right(x, inside.y, *width, &sorted, role);
        } else {
            canvas.text(x, inside.y, *width, &sorted, role);
        }
        let zone = Rect::new(x, inside.y, *width as u16, 1);
        canvas.zone(zone, Target::Header(Pane::List, *at));
        x += *width as u16 + 1;
    }
    let hidden = shown.last().is_some_and(|(at, _)| at + 1 < COLUMNS.len());
    if hidden {
        canvas.text(inside.right() - 1, inside.y, 1, ">", Role::Key);
    }
}

fn one(
    model: &Model,
    desk: &Desk,
    canvas: &mut Canvas<'_>,
    area: Rect,
    row: &QueueRow,
    shown: &[(usize, usize)],
    here: bool,
) {
    let marked = model.marks.contains(&row.renewal());
    let sign = match (here, marked) {
        (true, true) => "»",
        (true, false) => ">",
        (false, true) => "*",
        (false, false) => " ",
    };
    let sign = if canvas.look().glyphs.ascii && sign == "»" {
        "*"
    } else {
        sign
    };
    canvas.text(area.x, area.y, 1, sign, Role::Key);
    let mut x = area.x + 2;
    for (at, width) in shown {
        let Some(col) = COLUMNS.get(*at) else {
            continue;
        };
        let (text, role) = columns::fitted(col.by, row, desk, *width);
        let role = if marked && role == Role::Text {
            Role::Marked
        } else {
            role
        };
        if col.right {
            canvas.figure(x, area.y, *width, &text, role);
        } else {
            canvas.text(x, area.y, *width, &text, role);
        }
        x += *width as u16 + 1;
    }
}

/// The cursor line keeps the colours of its signs and only changes what lies under them.
fn paint_cursor(
    model: &Model,
    shown: &[(usize, usize)],
    canvas: &mut Canvas<'_>,
    row: Rect,
    role: Role,
    focus: bool,
) {
    canvas.ground(row, role);
    let mut x = row.x + 2;
    for (at, width) in shown {
        if focus && *at == model.column {
            canvas.ground(Rect::new(x, row.y, *width as u16, 1), Role::Cell);
        }
        x += *width as u16 + 1;
    }
}

fn empty(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    if desk.rows().is_empty() {
        let area = Rect::new(inside.x, inside.y + 1, inside.width, inside.height - 1);
        let at = format!(
            "The book \"{}\" is new and holds no renewals yet.",
            desk.book
        );
        let who = format!("You are {}; g s, then Enter, changes the name.", desk.user);
        let lines = [
            at.as_str(),
            "g i  reads an export file into it (Excel or CSV).",
            "To look around first: Ctrl+Q, then `renewdesk demo` opens a sample book.",
            who.as_str(),
        ];
        return crate::ui::layout::paragraph(canvas, area, &lines, Role::Text);
    }
    let text = if !model.search.text().is_empty() {
        "Nothing matches what is looked for. Esc clears the search"
    } else {
        "No renewal passes the filter. Esc goes back to the open ones, f changes it"
    };
    let area = Rect::new(inside.x, inside.y + 1, inside.width, inside.height - 1);
    crate::ui::layout::paragraph(canvas, area, &[text], Role::Dim);
}

/// Two lines under the list where nothing else has room: the row's clocks, the quote's effect.
fn summary(model: &model::Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let cells = usize::from(area.width).saturating_sub(2);
    let row = model.pipeline.selected(desk).and_then(|id| desk.row(id));
    if let Some(row) = row {
        let text = detail::one_line(&row, desk);
        canvas.text(area.x + 1, area.y, cells, &text, Role::Text);
    }
    let text = quote::summary(&model.quote, desk);
    canvas.text(area.x + 1, area.y + 1, cells, &text, Role::Text);
}
