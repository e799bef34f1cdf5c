//! Drawing the suggestions: the open ones, the selected one in full, the decided ones.

use super::{Focus, Model, Seen, board_view, detail, matrix_view};
use crate::expand::Suggestion;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::layout::paragraph;
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use crate::ui::widget::paint;
use ratatui::layout::Rect;

/// From this width on the detail stands beside the list.
const BESIDE: u16 = 110;

/// Draws it; `zoomed` leaves the part with the focus alone.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, zoomed: bool) {
    tabs(model, desk, canvas, area);
    let area = Rect::new(
        area.x,
        area.y + 1,
        area.width,
        area.height.saturating_sub(1),
    );
    match (model.seen, model.standing.found()) {
        (Seen::Suggestions, _) => suggestions(model, desk, canvas, area, zoomed),
        (_, None) => paragraph(canvas, area, &["reading where customers stand…"], Role::Dim),
        (Seen::Whitespace, Some(found)) => {
            matrix_view::view(&model.matrix, found, desk, canvas, area);
        }
        (Seen::Adoption, Some(found)) => board_view::view(&model.board, found, desk, canvas, area),
    }
}

/// The views, the one shown in brackets; to the right whether it is of the book as it stands.
fn tabs(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let mut x = area.x + 1;
    for (at, seen) in Seen::ALL.into_iter().enumerate() {
        let here = seen == model.seen;
        let (text, role) = match here {
            true => (format!("[{}]", seen.title()), Role::Tab),
            false => (format!(" {} ", seen.title()), Role::TabAway),
        };
        let room = usize::from(area.right().saturating_sub(x));
        let wide = canvas.text(x, area.y, room, &text, role);
        let zone = Rect::new(x, area.y, wide, 1);
        canvas.zone(zone, Target::Header(Pane::Detail, at));
        x += wide + 1;
    }
    if model.seen != Seen::Suggestions && model.standing.is_old(desk) {
        let room = usize::from(area.right().saturating_sub(x + 2));
        canvas.text(x + 1, area.y, room, "being worked out anew…", Role::Dim);
    }
}

fn suggestions(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, zoomed: bool) {
    if zoomed {
        return match model.focus {
            Focus::Open => draw_open(model, desk, canvas, area),
            Focus::Detail => draw_detail(model, desk, canvas, area),
            Focus::Decided => draw_decided(model, desk, canvas, area),
        };
    }
    let (lists, beside) = if area.width >= BESIDE {
        // who and what must be readable beside the figures
        let part = if area.width < 150 { 14 } else { 12 };
        let wide = (area.width * part / 20).max(BESIDE / 2);
        let left = Rect::new(area.x, area.y, wide, area.height);
        let right = Rect::new(area.x + wide, area.y, area.width - wide, area.height);
        (left, Some(right))
    } else {
        (area, None)
    };
    match beside {
        Some(right) => {
            draw_lists(model, desk, canvas, lists);
            draw_detail(model, desk, canvas, right);
        }
        None if model.focus == Focus::Detail => draw_detail(model, desk, canvas, area),
        None if area.height >= 15 => {
            let low = area.height * 2 / 5;
            let top = Rect::new(area.x, area.y, area.width, area.height - low);
            let under = Rect::new(area.x, top.bottom(), area.width, low);
            match model.focus {
                Focus::Decided => draw_decided(model, desk, canvas, top),
                _ => draw_open(model, desk, canvas, top),
            }
            draw_detail(model, desk, canvas, under);
        }
        None => draw_open(model, desk, canvas, area),
    }
}

fn draw_lists(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let decided = model.decided_ones(desk).len() as u16;
    let low = (decided + 2).clamp(4, (area.height / 3).max(4));
    let top = Rect::new(area.x, area.y, area.width, area.height.saturating_sub(low));
    let under = Rect::new(area.x, top.bottom(), area.width, area.height - top.height);
    draw_open(model, desk, canvas, top);
    draw_decided(model, desk, canvas, under);
}

/// Widths of the figures behind the text: value, effect, deadline.
const FIGURES: [usize; 3] = [13, 7, 9];

fn draw_open(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.open_ones(desk);
    let at = (model.open.cursor + 1).min(rows.len());
    let title = match &model.narrowed {
        Some(only) => format!(
            "{}: {at} of {} suggestions   Esc back",
            only.name,
            rows.len()
        ),
        None => format!(
            "Suggestions  {at} of {}  by value x confidence x closeness",
            rows.len()
        ),
    };
    let inside = canvas.frame(area, &title, model.focus == Focus::Open);
    let cells = usize::from(inside.width);
    if rows.is_empty() {
        let text = if model.narrowed.is_some() {
            "Nothing waits for this customer; what was decided on is under Decided (w). Esc goes back."
        } else if desk.snapshot.lines.is_empty() {
            "No suggestions: import an install base first (g i)."
        } else if desk.engine.is_none() {
            "The suggestions are being worked out."
        } else {
            "No suggestions: nothing to cover, renew, raise, licence, join or replace was found."
        };
        for (y, line) in (inside.y..inside.bottom()).zip(format::wrap(text, cells)) {
            canvas.text(inside.x, y, cells, &line, Role::Dim);
        }
        return;
    }
    let (customer, what) = text_widths(cells);
    let mut x = inside.x;
    for (title, wide) in [("  Account", customer), ("Suggestion", what)] {
        canvas.text(x, inside.y, wide, title, Role::Dim);
        x += wide as u16 + 1;
    }
    for (title, wide) in ["Value", "PVI", "Deadline"].iter().zip(FIGURES) {
        canvas.right(x, inside.y, wide, title, Role::Dim);
        x += wide as u16 + 1;
    }
    let room = usize::from(inside.height.saturating_sub(1));
    for (line, at) in model.open.rows(rows.len(), room).enumerate() {
        let Some(place) = rows.get(at) else { break };
        let Some(suggestion) = desk.suggestion(*place) else {
            break;
        };
        let row = Rect::new(inside.x, inside.y + 1 + line as u16, inside.width, 1);
        let ground = ground(at, &model.open, model.focus == Focus::Open, canvas, row);
        let short = model.effects.short(&suggestion, *place, desk);
        draw_row(&suggestion, short, desk, canvas, row, ground);
        canvas.zone(row, Target::Row(Pane::List, at));
    }
}

/// Customer and text share what the figures leave.
fn text_widths(cells: usize) -> (usize, usize) {
    let figures: usize = FIGURES.iter().map(|wide| wide + 1).sum();
    let rest = cells.saturating_sub(figures + 1);
    let customer = (rest * 2 / 5).min(28);
    (customer, rest.saturating_sub(customer + 1))
}

fn ground(at: usize, list: &List, focus: bool, canvas: &mut Canvas<'_>, row: Rect) -> Option<Role> {
    if at != list.cursor {
        return None;
    }
    let role = if focus {
        Role::Cursor
    } else {
        Role::CursorAway
    };
    canvas.fill(row, role);
    Some(role)
}

fn draw_row(
    suggestion: &Suggestion,
    short: String,
    desk: &Desk,
    canvas: &mut Canvas<'_>,
    row: Rect,
    ground: Option<Role>,
) {
    let (customer, what) = text_widths(usize::from(row.width));
    let value = suggestion.value.map_or_else(
        || "unknown".to_string(),
        |value| format!("{} {}", value.currency, format::whole(value.amount)),
    );
    let tone = match short.chars().next() {
        Some('+') if short != "+0.000" => Role::Good,
        Some('-') => Role::Bad,
        _ => Role::Dim,
    };
    let days = suggestion.deadline.map(|day| (day - desk.today).num_days());
    let late = match days {
        Some(days) if days <= 30 => Role::Critical,
        Some(days) if days <= 90 => Role::Soon,
        _ => Role::Text,
    };
    let day = suggestion.deadline.map_or_else(
        || "-".to_string(),
        |day| match day < desk.today {
            true => "past".to_string(),
            false => format::day(day),
        },
    );
    let cursor = if ground.is_some() { "> " } else { "  " };
    let known = if suggestion.value.is_some() {
        Role::Strong
    } else {
        Role::Dim
    };
    let cells = [
        (
            format!("{cursor}{}", suggestion.customer),
            customer,
            false,
            Role::Text,
        ),
        (suggestion.what.clone(), what, false, Role::Text),
        (value, FIGURES[0], true, known),
        (short, FIGURES[1], true, tone),
        (day, FIGURES[2], true, late),
    ];
    let mut x = row.x;
    for (text, wide, right, role) in cells {
        paint::put(canvas, (x, row.y), (wide, right), &text, (role, ground));
        x += wide as u16 + 1;
    }
}

fn draw_detail(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let focus = model.focus == Focus::Detail;
    let Some(suggestion) = model.selected(desk) else {
        canvas.frame(area, "Suggestion", focus);
        return;
    };
    let title = format!("{}: {}", suggestion.customer, suggestion.play.title());
    let inside = canvas.frame(area, &title, focus);
    canvas.zone(area, Target::Pane(Pane::Detail));
    let label = 11;
    let room = usize::from(inside.width).saturating_sub(label + 1);
    let mut rows: Vec<(String, String)> = Vec::new();
    for (name, text) in detail::lines(&suggestion, model.effects.of(&suggestion), desk) {
        for (at, line) in format::wrap(&text, room).into_iter().enumerate() {
            rows.push((if at == 0 { name.clone() } else { String::new() }, line));
        }
    }
    let keys = "a accept   Delete or X dismiss   d later   Enter renewal";
    let height = usize::from(inside.height.saturating_sub(1));
    let shown = model.detail.part(rows.len(), height);
    let places = inside.y..inside.bottom().saturating_sub(1);
    for (y, (name, text)) in places.zip(rows.iter().skip(shown.start)) {
        canvas.text(inside.x, y, label, name, Role::Title);
        let role = if name == "Caveat" || name == "Left out" {
            Role::Soon
        } else {
            Role::Text
        };
        canvas.text(inside.x + label as u16 + 1, y, room, text, role);
    }
    if inside.height > 0 {
        let hidden = rows.len().saturating_sub(shown.end);
        let text = if hidden > 0 {
            format!("... {hidden} more lines (w, Down)   {keys}")
        } else {
            keys.to_string()
        };
        let cells = usize::from(inside.width);
        canvas.text(inside.x, inside.bottom() - 1, cells, &text, Role::Key);
    }
}

fn draw_decided(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let rows = model.decided_ones(desk);
    let focus = model.focus == Focus::Decided;
    let title = format!("Decided  {}  (w, then X brings one back)", rows.len());
    let inside = canvas.frame(area, &title, focus);
    let cells = usize::from(inside.width);
    if rows.is_empty() {
        canvas.text(
            inside.x,
            inside.y,
            cells,
            "Nothing accepted, dismissed or put off",
            Role::Dim,
        );
        return;
    }
    for (line, at) in model
        .decided
        .rows(rows.len(), usize::from(inside.height))
        .enumerate()
    {
        let Some(suggestion) = rows.get(at).and_then(|place| desk.suggestion(*place)) else {
            break;
        };
        let row = Rect::new(inside.x, inside.y + line as u16, inside.width, 1);
        let ground = match focus {
            true => ground(at, &model.decided, true, canvas, row),
            false => None,
        };
        let told = suggestion
            .decision
            .as_ref()
            .map(|decision| detail::verdict(&decision.verdict, desk))
            .unwrap_or_default();
        let wide = cells / 2;
        paint::put(
            canvas,
            (row.x, row.y),
            (wide, false),
            &told,
            (Role::Strong, ground),
        );
        let text = format!(" {}: {}", suggestion.customer, suggestion.what);
        let rest = (row.x + wide as u16, row.y);
        paint::put(
            canvas,
            rest,
            (cells - wide, false),
            &text,
            (Role::Text, ground),
        );
        canvas.zone(row, Target::Row(Pane::Grid, at));
    }
}
