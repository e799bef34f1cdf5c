//! Drawing the projection: scores by portfolio, what the quote moves, what it all rests on.

use super::{Live, label, mark, next_step, of, short_of, shown};
use crate::program::MetricScore;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::pane::exact;
use crate::ui::screen::quote;
use crate::ui::theme::Role;
use crate::ui::widget::list::List;
use crate::ui::widget::paint;
use num_traits::Zero;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Column widths that fit: name, three scores, step, distance. Zero leaves a column out.
struct Widths {
    name: usize,
    score: usize,
    step: usize,
    distance: usize,
}

impl Widths {
    fn of(cells: usize) -> Widths {
        let score = 6;
        let left = cells.saturating_sub(3 * score);
        let (step, distance) = match left {
            0..=23 => (0, 0),
            24..=39 => (0, 2 * EDGE),
            _ => (17, 2 * EDGE),
        };
        Widths {
            name: left.saturating_sub(step + distance),
            score,
            step,
            distance,
        }
    }
}

/// Cells of the points short of one edge; two edges are shown.
const EDGE: usize = 7;

/// The two highest edges of the pack.
fn edges(desk: &Desk) -> Vec<Decimal> {
    let all = &desk.pack.tiers.edges;
    let first = all.len().saturating_sub(2);
    all.iter().skip(first).map(|tier| tier.from).collect()
}

/// Draws it for the quote on screen.
pub fn view(quote: &quote::Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, focus: bool) {
    match quote.live() {
        Some(live) => {
            let arrow = if canvas.look().glyphs.ascii {
                "->"
            } else {
                "→"
            };
            let chance = quote.sheet().map_or_else(String::new, |sheet| {
                desk.forecasts.line(sheet.typed.id, &live.now.month, arrow)
            });
            let (edges, list) = (edges(desk), quote.projection_list());
            draw(canvas, area, (live, &edges), (list, focus), chance);
        }
        None => {
            let inside = canvas.frame(area, "Projection", focus);
            canvas.zone(area, Target::Pane(Pane::Projection));
            let cells = usize::from(inside.width);
            canvas.text(inside.x, inside.y, cells, "being computed", Role::Dim);
        }
    }
}

/// From this width on the two tables stand side by side.
const SIDE_BY_SIDE: u16 = 112;

/// Rows the pane needs at a width to show everything, its frame included.
pub fn height(live: &Live, width: u16) -> u16 {
    let inside = width.saturating_sub(2);
    let (scores, moved) = (live.now.portfolios.len(), live.moved.len());
    let tables = if inside >= SIDE_BY_SIDE {
        scores.max(moved) + 1
    } else {
        scores + moved + 2
    };
    let rows = tables + footer(live, usize::from(inside)).len() + 2;
    u16::try_from(rows).unwrap_or(u16::MAX)
}

/// Draws the pane with its frame.
fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (live, edges): (&Live, &[Decimal]),
    (list, focus): (&List, bool),
    chance: String,
) {
    let title = format!("Projection for {}  estimate (i)", live.now.month);
    let inside = canvas.frame(area, &title, focus);
    canvas.zone(area, Target::Pane(Pane::Projection));
    let cells = usize::from(inside.width);
    let mut foot = footer(live, cells);
    if !chance.is_empty() {
        foot.insert(0, (chance, Role::Strong));
    }
    let reserved = (foot.len() as u16).min(inside.height.saturating_sub(4));
    let body = Rect::new(inside.x, inside.y, inside.width, inside.height - reserved);
    let first = live.now.portfolios.len();
    if inside.width >= SIDE_BY_SIDE {
        let wide = inside.width * 11 / 20;
        let left = Rect::new(body.x, body.y, wide, body.height);
        let right = Rect::new(
            body.x + wide + 2,
            body.y,
            body.width - wide - 2,
            body.height,
        );
        header(canvas, left, live, edges);
        let under = |area: Rect| {
            Rect::new(
                area.x,
                area.y + 1,
                area.width,
                area.height.saturating_sub(1),
            )
        };
        rows(canvas, under(left), (live, edges), list, (0..first, focus));
        rows(
            canvas,
            right,
            (live, edges),
            list,
            (first..live.rows(), focus),
        );
    } else if body.height > 0 {
        header(canvas, body, live, edges);
        let under = Rect::new(body.x, body.y + 1, body.width, body.height - 1);
        let shown = list.rows(live.rows(), usize::from(under.height));
        rows(canvas, under, (live, edges), list, (shown, focus));
    }
    for (y, (text, role)) in (body.bottom()..inside.bottom()).zip(&foot) {
        canvas.text(inside.x, y, cells, text, *role);
    }
}

/// Draws rows of the pane one under the other, as many as fit.
fn rows(
    canvas: &mut Canvas<'_>,
    area: Rect,
    (live, edges): (&Live, &[Decimal]),
    list: &List,
    (shown, focus): (std::ops::Range<usize>, bool),
) {
    for (y, at) in (area.y..area.bottom()).zip(shown) {
        let row = Rect::new(area.x, y, area.width, 1);
        let ground = (focus && at == list.cursor).then_some(Role::Cursor);
        if let Some(role) = ground {
            canvas.fill(row, role);
        }
        match at.checked_sub(live.now.portfolios.len()) {
            None => portfolio_row(canvas, row, (live, edges), at, ground),
            Some(0) => moved_header(canvas, row, live),
            Some(n) => moved_row(canvas, row, live, n - 1, ground),
        }
        canvas.zone(row, Target::Row(Pane::Projection, at));
    }
}

fn header(canvas: &mut Canvas<'_>, inside: Rect, live: &Live, edges: &[Decimal]) {
    let widths = Widths::of(usize::from(inside.width));
    let mut x = inside.x;
    canvas.text(x, inside.y, widths.name, "Portfolio", Role::Dim);
    x += widths.name as u16;
    let quote = match (&live.quote, live.typing) {
        (None, _) => "-",
        (Some(_), true) => "typing",
        (Some(_), false) => "quote",
    };
    for title in ["now", quote, "all"] {
        let role = if title == "typing" {
            Role::Typing
        } else {
            Role::Dim
        };
        let cells = (widths.score - 1).max(title.len());
        canvas.right(x, inside.y, cells, title, role);
        x += widths.score as u16;
    }
    if widths.step > 0 {
        canvas.text(x + 1, inside.y, widths.step - 1, "next step", Role::Dim);
        x += widths.step as u16;
    }
    if widths.distance > 0 {
        for edge in edges {
            let title = format!("to {}", edge.normalize());
            canvas.right(x, inside.y, EDGE, &title, Role::Dim);
            x += EDGE as u16;
        }
    }
}

fn portfolio_row(
    canvas: &mut Canvas<'_>,
    row: Rect,
    (live, edges): (&Live, &[Decimal]),
    at: usize,
    ground: Option<Role>,
) {
    let Some(now) = live.now.portfolios.get(at) else {
        return;
    };
    let widths = Widths::of(usize::from(row.width));
    let name = label(&now.portfolio, widths.name.saturating_sub(1));
    let mut x = row.x;
    let mut put = |cells: usize, right: bool, text: &str, role: Role| {
        paint::put(canvas, (x, row.y), (cells, right), text, (role, ground));
        x += cells as u16;
    };
    put(widths.name, false, &name, Role::Text);
    if now.metrics.is_empty() && now.score.is_none() {
        let room = usize::from(row.width).saturating_sub(widths.name);
        return put(room, false, "  no baseline, import one (g i)", Role::Dim);
    }
    put(widths.score - 1, true, &shown(now), Role::Strong);
    put(1, false, "", Role::Text);
    let quote = live.quote.as_ref().and_then(|q| of(q, &now.portfolio));
    for then in [quote, of(&live.all, &now.portfolio)] {
        let (text, mark) =
            then.map_or(("-".to_string(), ""), |then| (shown(then), mark(now, then)));
        put(widths.score - 1, true, &text, tone(mark));
        put(1, false, mark, tone(mark));
    }
    let leading = quote.unwrap_or(now);
    if widths.step > 0 {
        put(1, false, "", Role::Text);
        put(widths.step - 1, false, &next_step(leading), Role::Text);
    }
    if widths.distance > 0 {
        for edge in edges {
            put(EDGE, true, &short_of(leading, *edge), Role::Text);
        }
    }
}

fn tone(mark: &str) -> Role {
    match mark {
        "^" | "+" => Role::Good,
        "v" | "-" => Role::Bad,
        _ => Role::Text,
    }
}

/// Widths of the moved table after the name: from, to, step, points.
const MOVED: [u16; 4] = [9, 9, 7, 8];

/// The mark behind them, where the row is at least so wide.
const MARK: (u16, u16) = (8, 62);

/// What the mark takes of a row.
fn mark_width(row: Rect) -> u16 {
    if row.width >= MARK.1 { MARK.0 } else { 0 }
}

fn moved_header(canvas: &mut Canvas<'_>, row: Rect, live: &Live) {
    let tail: u16 = MOVED.iter().sum::<u16>() + mark_width(row);
    let name = usize::from(row.width.saturating_sub(tail));
    let (text, role) = match (&live.quote, live.moved.is_empty()) {
        (None, _) => ("No quote on screen".to_string(), Role::Title),
        (Some(_), false) => ("Moved by this quote".to_string(), Role::Title),
        (Some(_), true) => match live.uncounted() {
            Some(why) => (format!("Not counted: {why}"), Role::Soon),
            None => ("This quote moves no metric".to_string(), Role::Title),
        },
    };
    canvas.text(row.x, row.y, usize::from(row.width), &text, role);
    if live.moved.is_empty() {
        return;
    }
    let mut x = row.x + name as u16;
    for (title, cells) in ["from", "to", "index", "PVI"].iter().zip(MOVED) {
        canvas.right(x, row.y, usize::from(cells), title, Role::Dim);
        x += cells;
    }
    let room = usize::from(mark_width(row)).saturating_sub(1);
    canvas.text(x + 1, row.y, room, "in all", Role::Dim);
}

fn moved_row(canvas: &mut Canvas<'_>, row: Rect, live: &Live, at: usize, ground: Option<Role>) {
    let Some(moved) = live.moved.get(at) else {
        return;
    };
    let tail: u16 = MOVED.iter().sum::<u16>() + mark_width(row);
    let name = usize::from(row.width.saturating_sub(tail));
    let text = format!(" {} {}", moved.portfolio.short(), moved.to.title);
    let value = |metric: &MetricScore| {
        metric
            .value
            .as_ref()
            .map_or_else(|| "-".to_string(), |v| exact::fixed(v, 2, false))
    };
    let index = |metric: &MetricScore| {
        metric
            .index
            .map_or("-".to_string(), |i| i.normalize().to_string())
    };
    let gain = if exact::is_gain(&moved.gain) {
        Role::Good
    } else if moved.gain.is_zero() {
        Role::Text
    } else {
        Role::Bad
    };
    let marked = live.stake.mark(&moved.portfolio, &moved.to.metric);
    let marked = marked.map_or_else(String::new, |mark| format!(" {}", mark.word()));
    let [from, to, step, points] = MOVED.map(usize::from);
    let cells = [
        (name, false, text, Role::Text),
        (from, true, value(&moved.from), Role::Text),
        (to, true, value(&moved.to), Role::Text),
        (
            step,
            true,
            format!("{}>{}", index(&moved.from), index(&moved.to)),
            gain,
        ),
        (points, true, exact::fixed(&moved.gain, 3, true), gain),
        (usize::from(mark_width(row)), false, marked, Role::Text),
    ];
    let mut x = row.x;
    for (cells, right, text, role) in cells {
        paint::put(canvas, (x, row.y), (cells, right), &text, (role, ground));
        x += cells as u16;
    }
}

/// The lines under the tables: how much is left out, the marks, the pack.
fn footer(live: &Live, cells: usize) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    if let Some(edge) = &live.stake.edge {
        lines.extend(
            format::wrap(edge, cells)
                .into_iter()
                .map(|part| (part, Role::Text)),
        );
    }
    let left_out = live.left_out;
    if left_out > 0 {
        let text = format!(
            "{} left out (i says which)",
            format::count(left_out, "deal", "deals")
        );
        lines.push((text, Role::Soon));
    }
    let mut scored = live.now.portfolios.iter().filter(|p| p.score.is_some());
    let starter = scored.any(|p| p.placeholder_weights);
    match &live.now.baseline_month {
        Some(month) if !starter => {
            lines.push((format!("weights: your assessment {month}"), Role::Dim));
        }
        _ => lines.push((
            "placeholder weights: import your assessment".to_string(),
            Role::Soon,
        )),
    }
    let crossing = live.now.portfolios.iter().find_map(|now| {
        let then = of(live.leading(), &now.portfolio)?;
        let edge = now.next_threshold.filter(|_| mark(now, then) == "^")?;
        Some(format!("^ {} crosses {edge}", now.portfolio.title()))
    });
    if let Some(text) = crossing {
        lines.push((text, Role::Good));
    }
    let all = if live.quote.is_some() {
        "all: with this quote and everything Committed or PO received"
    } else {
        "all: with everything Committed or PO received"
    };
    lines.push((all.to_string(), Role::Dim));
    let pack = &live.now.pack;
    let text = format!(
        "{} of {}, {}",
        pack.name,
        format::day(pack.as_of),
        pack.confidence
    );
    lines.push((format::clip(&text, cells, "…"), Role::Dim));
    lines
}
