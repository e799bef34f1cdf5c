//! The part below the table: steps, deals or months of the cell under the cursor.

use super::{Focus, Model, Tab, history, ladder, tiers, words};
use crate::program::Share;
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::pane::{exact, forecast, incentive};
use crate::ui::theme::Role;
use ratatui::layout::Rect;

/// Draws one tab in a frame; the one the keys go to has the focus.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, area: Rect, tab: Tab) {
    let focus = model.focus == Focus::Detail && model.tab == tab;
    let inside = canvas.frame(area, &title(model, tab), focus);
    canvas.zone(area, Target::Pane(Pane::Detail));
    if inside.height == 0 {
        return;
    }
    match tab {
        Tab::Steps if model.column == 0 => tiers::view(model, desk, canvas, inside),
        Tab::Steps => ladder::view(model, desk, canvas, inside),
        Tab::Deals => deals(model, desk, canvas, inside),
        Tab::History => history::view(model, desk, canvas, inside),
        Tab::Forecast => fan(model, desk, canvas, inside),
        Tab::Incentive => incentive::view(canvas, inside, desk),
    }
}

fn title(model: &Model, tab: Tab) -> String {
    let Some(score) = model.score() else {
        return tab.title().to_string();
    };
    let name = score.portfolio.title();
    match (tab, model.metric(), model.column) {
        (Tab::Incentive, ..) => tab.title().to_string(),
        (Tab::History | Tab::Forecast, ..) => format!("{}  {name}", tab.title()),
        (_, Some(metric), _) => format!("{}  {name}: {}", tab.title(), metric.title),
        (_, None, 0) => format!("{}  {name}: score", tab.title()),
        _ => format!("{}  {name}", tab.title()),
    }
}

/// How sure the score of the portfolio under the cursor is, month by month.
fn fan(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    if let (Some(portfolio), Some(shown)) = (model.portfolio(), model.figures.shown()) {
        forecast::view(desk, canvas, inside, &portfolio, &shown.month);
    }
}

/// The deals that count in the metric under the cursor.
fn deals(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let Some(metric) = model.metric() else {
        let text = "Put the cursor on a metric (Left, Right) to see the deals that count in it.";
        return lines(canvas, inside, text);
    };
    let shares = model.figures.deals();
    if shares.is_empty() {
        let text = match metric.basis {
            crate::program::MetricBasis::Held => {
                "Held: bookings do not move this metric here; the imported index stands."
            }
            _ => "No deal counts in this metric by this month.",
        };
        return lines(canvas, inside, text);
    }
    let figure = 14;
    let name = usize::from(inside.width).saturating_sub(2 * figure + 3);
    let y = inside.y;
    let count = format::count(shares.len(), "deal", "deals");
    canvas.text(inside.x + 1, y, name, &count, Role::Dim);
    for (at, title) in ["adds to A", "adds to B"].iter().enumerate() {
        let x = inside.x + (1 + name + at * (figure + 1)) as u16;
        canvas.right(x, y, figure, title, Role::Dim);
    }
    let body = Rect::new(inside.x, y + 1, inside.width, inside.height - 1);
    for (y, at) in (body.y..).zip(model.below.rows(shares.len(), usize::from(body.height))) {
        let Some(share) = shares.get(at) else { break };
        let row = Rect::new(body.x, y, body.width, 1);
        let here = at == model.below.cursor && model.focus == Focus::Detail;
        canvas.text(row.x + 1, y, name, &named(share, desk), Role::Text);
        for (at, part) in [&share.a, &share.b].into_iter().enumerate() {
            let x = row.x + (1 + name + at * (figure + 1)) as u16;
            let text = exact::decimal(part).map_or("?".into(), |d| format::decimal(d, 2));
            canvas.figure(x, y, figure, &text, Role::Text);
        }
        canvas.zone(row, Target::Row(Pane::Detail, at));
        if here {
            canvas.ground(row, Role::Cursor);
        }
    }
}

/// Customer and contract of a deal, or its quote.
fn named(share: &Share, desk: &Desk) -> String {
    let row = share.renewal.and_then(|id| desk.row(id));
    match (
        row,
        share.quote.and_then(|id| desk.snapshot.quotes.head(id)),
    ) {
        (Some(row), _) => format!("{}  {}", row.customer(), row.contract_number()),
        (None, Some(quote)) => format!("quote {} (expansion)", quote.number),
        (None, None) => share.name.to_string(),
    }
}

/// A text over as many lines as it takes.
pub fn lines(canvas: &mut Canvas<'_>, inside: Rect, text: &str) {
    let cells = usize::from(inside.width).saturating_sub(2);
    for (y, line) in (inside.y..inside.bottom()).zip(format::wrap(text, cells)) {
        canvas.text(inside.x + 1, y, cells, &line, Role::Dim);
    }
}

/// What the index of a metric weighs in the score.
pub fn weight(metric: &crate::program::MetricScore) -> String {
    let percent = |part: &num_rational::BigRational| {
        let hundred = num_rational::BigRational::from_integer(100.into());
        let text = exact::fixed(&(part * hundred), 2, false);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    let one = &metric.category_weight * &metric.metric_weight;
    let points = metric
        .points
        .as_ref()
        .map_or("-".to_string(), |p| exact::fixed(p, 3, false));
    format!(
        "{} % x {} % x index {} = {points} points; one index {}",
        percent(&metric.category_weight),
        percent(&metric.metric_weight),
        words::index(metric),
        exact::fixed(&one, 3, true)
    )
}
