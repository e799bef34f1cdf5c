//! Scores by month: the months ahead of the portfolio under the cursor as a strip, and every
//! portfolio as a sparkline with its figures.

use super::Model;
use crate::program::{PortfolioScore, Projection};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::model::Pane;
use crate::ui::pane::projection;
use crate::ui::theme::Role;
use crate::ui::widget::spark;
use num_rational::BigRational;
use ratatui::layout::Rect;

/// Cells of a month in the strip.
const MONTH: u16 = 6;

/// The months ahead of the portfolio under the cursor: a strip to walk along.
pub fn strip(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let name = model.score().map_or("", |score| score.portfolio.title());
    let title = format!("{name} by month  (< >)");
    let inside = canvas.frame(area, &title, false);
    let months = model.figures.months();
    let fit = usize::from(inside.width / MONTH);
    let at = model.figures.at();
    let most = months.len().saturating_sub(fit);
    let first = (at + 1).saturating_sub(fit).min(most);
    let mut x = inside.x;
    for (number, month) in months.iter().enumerate().skip(first).take(fit) {
        let here = number == at;
        let (name, score) = if here {
            (Role::Tab, Role::Cell)
        } else {
            (Role::Dim, Role::Text)
        };
        let cells = usize::from(MONTH) - 1;
        let short = month.month.get(2..).unwrap_or(&month.month);
        canvas.right(x, inside.y, cells, short, name);
        let value = entry(model, month).map_or("-".to_string(), projection::shown);
        canvas.figure(x, inside.y + 1, cells, &value, score);
        let zone = Rect::new(x, inside.y, MONTH, 2);
        canvas.zone(zone, Target::Header(Pane::List, number));
        x += MONTH;
    }
}

fn entry<'a>(model: &Model, month: &'a Projection) -> Option<&'a PortfolioScore> {
    let portfolio = &model.score()?.portfolio;
    month.portfolios.iter().find(|p| p.portfolio == *portfolio)
}

/// Every portfolio over the months ahead.
pub fn view(model: &Model, canvas: &mut Canvas<'_>, inside: Rect) {
    let months = model.figures.months();
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return;
    };
    let name = 12;
    let ends = 6;
    let wide = usize::from(inside.width).saturating_sub(name + 2 * ends + 4);
    let head = format!(
        "{} to {}, {}",
        first.month,
        last.month,
        model.counted.words()
    );
    canvas.text(
        inside.x + 1,
        inside.y,
        usize::from(inside.width) - 2,
        &head,
        Role::Dim,
    );
    for (y, score) in (inside.y + 1..inside.bottom()).zip(&first.portfolios) {
        let label = projection::label(&score.portfolio, name - 1);
        canvas.text(inside.x + 1, y, name - 1, &label, Role::Text);
        let values: Vec<Option<BigRational>> = months
            .iter()
            .map(|month| {
                let found = month
                    .portfolios
                    .iter()
                    .find(|p| p.portfolio == score.portfolio);
                found.and_then(|p| p.score.clone())
            })
            .collect();
        let x = inside.x + 1 + name as u16;
        canvas.figure(x, y, ends - 1, &projection::shown(score), Role::Dim);
        let line = spark::line(&values, wide, canvas.look().glyphs);
        canvas.text(x + ends as u16, y, wide, &line, Role::Key);
        let then = last
            .portfolios
            .iter()
            .find(|p| p.portfolio == score.portfolio);
        let text = then.map_or("-".to_string(), projection::shown);
        let x = x + (ends + line.chars().count() + 1) as u16;
        canvas.figure(x, y, ends - 1, &text, Role::Strong);
    }
}
