//! The layout: what the figures rest on, the heat table, the months of the portfolio under the
//! cursor, and below them what stands behind the cell. Each size has its own arrangement.

use super::{Focus, Model, Tab, detail, heat, history};
use crate::program;
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::layout;
use crate::ui::theme::Role;
use crate::ui::widget::paint;
use ratatui::layout::Rect;

/// From this width on the steps stand beside the deals.
const BESIDE: u16 = 110;
/// From this width on the months stand beside both.
const THREE: u16 = 180;
/// From this height on the months of the portfolio stand under the table.
const TALL: u16 = 26;

/// Draws it; `zoomed` leaves the part with the focus alone.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, zoomed: bool) {
    if let Some(trouble) = model.figures.trouble() {
        return layout::paragraph(canvas, area, &[trouble], Role::Bad);
    }
    if model.figures.shown().is_none() {
        return layout::paragraph(canvas, area, &["computing the scores…"], Role::Dim);
    }
    let area = header(model, desk, canvas, area);
    if zoomed && model.focus == Focus::Detail {
        return below(model, desk, canvas, area);
    }
    if zoomed {
        return heat::view(model, desk, canvas, area);
    }
    let tall = area.height >= TALL;
    let rows = (model.figures.rows() as u16).min(if tall { 14 } else { 8 });
    let table = Rect::new(area.x, area.y, area.width, rows + 4);
    heat::view(model, desk, canvas, table);
    let mut rest = Rect::new(
        area.x,
        table.bottom(),
        area.width,
        area.height.saturating_sub(table.height),
    );
    if tall {
        let strip = Rect::new(rest.x, rest.y, rest.width, 4);
        history::strip(model, canvas, strip);
        rest = Rect::new(rest.x, strip.bottom(), rest.width, rest.height - 4);
    }
    below(model, desk, canvas, rest);
}

/// The part below the table: one tab, or several side by side where there is room.
fn below(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) {
    let part = |from: u16, to: u16| Rect::new(area.x + from, area.y, to - from, area.height);
    if area.width < BESIDE {
        return detail::view(model, desk, canvas, area, model.tab);
    }
    let beside = if model.tab == Tab::Steps {
        Tab::Deals
    } else {
        model.tab
    };
    let left = if area.width >= THREE {
        area.width * 3 / 10
    } else {
        area.width / 2
    };
    detail::view(model, desk, canvas, part(0, left), Tab::Steps);
    if area.width < THREE {
        return detail::view(model, desk, canvas, part(left, area.width), beside);
    }
    let middle = area.width * 2 / 3;
    let (second, third) = if beside == Tab::History {
        (Tab::Deals, Tab::History)
    } else {
        (beside, Tab::History)
    };
    detail::view(model, desk, canvas, part(left, middle), second);
    detail::view(model, desk, canvas, part(middle, area.width), third);
}

/// What the figures are and rest on; gives the area left.
fn header(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let cells = usize::from(area.width).saturating_sub(2);
    let lines = paint::flow(&facts(model, desk), cells);
    let taken = lines.len().min(3) as u16;
    for (y, line) in (area.y..area.y + taken).zip(&lines) {
        let mut x = area.x + 1;
        for (text, role) in line {
            x += canvas.text(x, y, cells, text, *role) + 2;
        }
    }
    Rect::new(
        area.x,
        area.y + taken,
        area.width,
        area.height.saturating_sub(taken),
    )
}

fn facts(model: &Model, desk: &Desk) -> Vec<(String, Role)> {
    let Some(shown) = model.figures.shown() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let end = desk
        .engine
        .as_ref()
        .and_then(|engine| engine.months_ahead().get(model.figures.at()).cloned());
    let month = match end {
        Some(month) => format!("{}, to {}", shown.month, format::day(month.end)),
        None => shown.month.to_string(),
    };
    out.push((month, Role::Strong));
    out.push((model.counted.words().to_string(), Role::Strong));
    let supposed = model.supposed_words();
    if !supposed.is_empty() {
        out.push((format!("* WHAT IF {}", supposed.join(", ")), Role::Typing));
    }
    match &shown.baseline_month {
        Some(month) => out.push((format!("assessment {month}"), Role::Dim)),
        None => out.push(("no assessment: import one (g i)".into(), Role::Soon)),
    }
    let mut scored = shown.portfolios.iter().filter(|p| p.score.is_some());
    if shown.baseline_month.is_none() || scored.any(|p| p.placeholder_weights) {
        out.push(("placeholder weights".into(), Role::Soon));
    }
    let left_out = program::left_out_deals(&shown.left_out);
    if left_out > 0 {
        let deals = format::count(left_out, "deal", "deals");
        out.push((format!("{deals} left out (i)"), Role::Soon));
    }
    let pack = &shown.pack;
    let text = format!(
        "{} of {}, {}",
        pack.name,
        format::day(pack.as_of),
        pack.confidence
    );
    out.push((text, Role::Dim));
    out.push(("estimate".into(), Role::Dim));
    out
}
