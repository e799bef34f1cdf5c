//! The heat table: a row a portfolio, first its score, the next edge and the cheapest step, then
//! an index for every metric. The figure tells; shade and colour only repeat it.

use super::columns::Column;
use super::{Focus, Model, sign, words};
use crate::program::{MetricScore, PortfolioScore};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::pane::{exact, projection};
use crate::ui::theme::{Heat, Role};
use crate::ui::widget::paint;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Widths before the metrics, and of one metric.
struct Widths {
    name: usize,
    score: usize,
    edge: usize,
    step: usize,
    cell: usize,
    /// Metrics that fit.
    fit: usize,
}

impl Widths {
    fn of(cells: usize, metrics: usize) -> Widths {
        let (name, step) = match cells {
            0..=99 => (11, 0),
            100..=139 => (16, 19),
            _ => (26, 20),
        };
        let (score, edge) = (7, 12);
        let rest = cells.saturating_sub(name + score + edge + step + 1);
        let cell = (rest / metrics.max(1)).clamp(3, 10);
        Widths {
            name,
            score,
            edge,
            step,
            cell,
            fit: rest / cell,
        }
    }

    fn head(&self) -> u16 {
        (self.name + self.score + self.edge + self.step + 1) as u16
    }
}

/// Draws the table with its frame.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(shown) = model.figures.shown() else {
        return;
    };
    let title = format!(
        "Program  {}  index 0-10 by metric (i why, P goal seek)",
        shown.month
    );
    let inside = canvas.frame(area, &title, model.focus == Focus::Table);
    canvas.zone(area, Target::Pane(Pane::List));
    if inside.height < 3 {
        return;
    }
    let columns = model.figures.columns();
    let widths = Widths::of(usize::from(inside.width), columns.len());
    let first = first_column(model, &widths, columns.len());
    let seen: Vec<(usize, &Column)> = columns
        .iter()
        .enumerate()
        .skip(first)
        .take(widths.fit)
        .collect();
    header(canvas, inside, &widths, &seen, columns.len());
    let body = Rect::new(inside.x, inside.y + 2, inside.width, inside.height - 2);
    let rows = model
        .rows
        .rows(shown.portfolios.len(), usize::from(body.height));
    for (y, at) in (body.y..).zip(rows) {
        let Some(score) = shown.portfolios.get(at) else {
            break;
        };
        let row = Rect::new(body.x, y, body.width, 1);
        draw_row((model, desk), canvas, row, (at, score), &widths, &seen);
    }
}

/// The first metric shown, so that the one under the cursor is seen.
fn first_column(model: &Model, widths: &Widths, all: usize) -> usize {
    let at = model.column.saturating_sub(1);
    let most = all.saturating_sub(widths.fit);
    (at + 1).saturating_sub(widths.fit).min(most)
}

fn header(
    canvas: &mut Canvas<'_>,
    inside: Rect,
    widths: &Widths,
    seen: &[(usize, &Column)],
    all: usize,
) {
    let (x, y) = (inside.x, inside.y + 1);
    canvas.text(x, y, widths.name, "Portfolio", Role::Title);
    let mut x = x + widths.name as u16;
    canvas.right(x, y, widths.score - 2, "PVI", Role::Title);
    x += widths.score as u16;
    canvas.text(x, y, widths.edge, "next edge", Role::Title);
    x += widths.edge as u16;
    if widths.step > 0 {
        canvas.text(x, y, widths.step, "cheapest step", Role::Title);
    }
    if seen.len() < all {
        let text = format!("{} of {all} metrics", seen.len());
        canvas.text(inside.x, inside.y, widths.name + 20, &text, Role::Dim);
    }
    let mut x = inside.x + widths.head();
    let mut last = "";
    for (at, (_, column)) in seen.iter().enumerate() {
        if &*column.category != last {
            let same = |c: &&(usize, &Column)| c.1.category == column.category;
            let span = seen.iter().skip(at).take_while(same).count() * widths.cell;
            let name = words::category(&column.category, span.saturating_sub(1));
            canvas.text(x, inside.y, span, &name, Role::Dim);
            last = &column.category;
        }
        let name = words::short(&column.id, &column.title, widths.cell - 1);
        let cells = widths.cell - 1;
        if widths.cell < 8 {
            canvas.right(x, y, cells.min(3), &name, Role::Title);
        } else {
            canvas.text(x, y, cells, &name, Role::Title);
        }
        x += widths.cell as u16;
    }
}

fn draw_row(
    (model, desk): (&Model, &Desk),
    canvas: &mut Canvas<'_>,
    row: Rect,
    (at, score): (usize, &PortfolioScore),
    widths: &Widths,
    seen: &[(usize, &Column)],
) {
    let here = at == model.rows.cursor;
    let ground = here.then_some(Role::CursorAway);
    if let Some(role) = ground {
        let head = Rect::new(row.x, row.y, widths.head(), 1);
        canvas.ground(head, role);
    }
    canvas.zone(
        Rect::new(row.x, row.y, widths.head(), 1),
        Target::Cell(Pane::List, at, 0),
    );
    head(model, canvas, row, (at, score), widths);
    if score.score.is_none() && score.metrics.iter().all(|m| m.index.is_none()) {
        let x = row.x + widths.head();
        let room = usize::from(row.right().saturating_sub(x));
        let text = "no baseline: import your assessment (g i)";
        canvas.text(x, row.y, room, text, Role::Dim);
    }
    let mut x = row.x + widths.head();
    for (number, column) in seen {
        let found = score.metrics.iter().find(|m| m.metric == column.id);
        let cursor = here && model.column == number + 1;
        let cell = Rect::new(x, row.y, widths.cell as u16, 1);
        if let Some(metric) = found {
            let drift = desk
                .reconciliation
                .differs(&score.portfolio, &metric.metric);
            let mark = sign(metric.basis, drift);
            draw_cell(canvas, cell, (metric, mark), cursor);
        } else if cursor {
            canvas.ground(cell, Role::Cell);
        }
        canvas.zone(cell, Target::Cell(Pane::List, at, number + 1));
        x += widths.cell as u16;
    }
}

fn head(
    model: &Model,
    canvas: &mut Canvas<'_>,
    row: Rect,
    (at, score): (usize, &PortfolioScore),
    widths: &Widths,
) {
    let here = at == model.rows.cursor;
    let sign = if here { ">" } else { " " };
    canvas.text(row.x, row.y, 1, sign, Role::Key);
    let name = projection::label(&score.portfolio, widths.name - 2);
    canvas.text(row.x + 1, row.y, widths.name - 2, &name, Role::Text);
    let mut x = row.x + widths.name as u16;
    let supposed = model
        .supposed
        .iter()
        .any(|one| one.portfolio == score.portfolio);
    let role = match (supposed, here && model.column == 0) {
        (_, true) => Role::Cell,
        (true, _) => Role::Typing,
        _ => Role::Strong,
    };
    let mark = if supposed { "*" } else { " " };
    let text = format!("{}{mark}", projection::shown(score));
    canvas.figure(x, row.y, widths.score - 1, &text, role);
    x += widths.score as u16;
    let role = near(score);
    canvas.text(
        x,
        row.y,
        widths.edge - 1,
        &projection::distance(score),
        role,
    );
    x += widths.edge as u16;
    if widths.step > 0 {
        let text = projection::next_step(score);
        canvas.text(x, row.y, widths.step - 1, &text, Role::Text);
    }
}

/// An edge within half a point is worth a look.
fn near(score: &PortfolioScore) -> Role {
    let half = Decimal::new(5, 1);
    match score.missing.as_ref().and_then(exact::decimal) {
        Some(missing) if missing <= half => Role::Good,
        _ => Role::Text,
    }
}

/// The shade of an index.
pub fn shade(index: Decimal) -> Heat {
    let under = |edge: i64| index < Decimal::from(edge);
    match index {
        _ if under(3) => Heat::Low,
        _ if under(5) => Heat::Below,
        _ if under(8) => Heat::Fair,
        _ => Heat::High,
    }
}

fn draw_cell(
    canvas: &mut Canvas<'_>,
    cell: Rect,
    (metric, mark): (&MetricScore, char),
    cursor: bool,
) {
    // the narrowest cells touch: figure and mark come before the gap
    let cells = usize::from(cell.width).saturating_sub(1).max(3);
    let index = words::index(metric);
    let heat = metric.index.map(shade);
    let glyph = heat.map_or(' ', |heat| canvas.look().glyphs.heat(heat));
    let text = match cells {
        0..=3 => format!("{index:>2}{mark}"),
        4 => format!("{index:>2}{glyph}{mark}"),
        _ => {
            let value = words::value(metric);
            format!("{index:>2}{glyph}{mark}{value:>0$}", cells - 4)
        }
    };
    let text = format::fit(&text, cells, false, "");
    let role = match (cursor, heat) {
        (true, _) => Role::Cell,
        (false, Some(heat)) => Role::Heat(heat),
        (false, None) => Role::Dim,
    };
    let style = paint::over(canvas, role, Some(role));
    canvas.styled(cell.x, cell.y, cells, &text, style);
}
