//! Scores by month: the months ahead of the portfolio under the cursor as a strip; every portfolio
//! as a sparkline of the months assessed and one of the months ahead; the projections kept.

use super::Model;
use crate::program::{PortfolioScore, Projection};
use crate::ui::canvas::{Canvas, Target};
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::pane::{exact, projection};
use crate::ui::theme::Role;
use crate::ui::widget::spark;
use num_rational::BigRational;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Cells of a month in the strip.
const MONTH: u16 = 6;
/// Cells of a portfolio's name, and of a score.
const NAME: usize = 11;
const SCORE: usize = 5;
/// Months of the past drawn at most.
const PAST: usize = 12;

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

/// Every portfolio: the months assessed, the months ahead, then the projections kept.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let months = model.figures.months();
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return;
    };
    let past = model.figures.past();
    let past = past.get(past.len().saturating_sub(PAST)..).unwrap_or(past);
    let figures = 2 * (SCORE + 1);
    let room = usize::from(inside.width).saturating_sub(NAME + figures + 5);
    let before = past.len().max(8).min(room / 3);
    let ahead = months.len().min(room.saturating_sub(before));
    let x = inside.x + 1;
    let second = x + (NAME + before + SCORE + 3) as u16;
    let told = match (past.first(), past.last()) {
        (Some(one), Some(two)) if one.month == two.month => one.month.to_string(),
        (Some(one), Some(two)) => format!("{} to {}", one.month, two.month),
        _ => "none".to_string(),
    };
    let cells = usize::from(second - x).saturating_sub(1);
    canvas.text(x, inside.y, cells, &format!("assessed {told}"), Role::Dim);
    let cells = usize::from(inside.right().saturating_sub(second));
    let told = format!("to {}, {}", last.month, model.counted.words());
    canvas.text(second, inside.y, cells, &told, Role::Dim);
    let glyphs = canvas.look().glyphs;
    let mut y = inside.y + 1;
    for score in &first.portfolios {
        if y >= inside.bottom() {
            return;
        }
        let portfolio = &score.portfolio;
        canvas.text(
            x,
            y,
            NAME - 1,
            &projection::label(portfolio, NAME - 1),
            Role::Text,
        );
        let values: Vec<_> = past
            .iter()
            .map(|month| month.of(portfolio).cloned())
            .collect();
        let at = x + NAME as u16;
        canvas.text(
            at,
            y,
            before,
            &spark::line(&values, before, glyphs),
            Role::Text,
        );
        let now = values.last().and_then(|value| value.as_ref());
        let now = now.map_or("-".to_string(), |score| exact::fixed(score, 2, false));
        canvas.figure(at + before as u16 + 1, y, SCORE, &now, Role::Text);
        let found = |month: &Projection| {
            let found = month.portfolios.iter().find(|p| p.portfolio == *portfolio);
            found.and_then(|p| p.score.clone())
        };
        let values: Vec<Option<BigRational>> = months.iter().map(found).collect();
        canvas.text(
            second,
            y,
            ahead,
            &spark::line(&values, ahead, glyphs),
            Role::Key,
        );
        let then = last.portfolios.iter().find(|p| p.portfolio == *portfolio);
        let then = then.map_or("-".to_string(), projection::shown);
        canvas.figure(second + ahead as u16 + 1, y, SCORE, &then, Role::Strong);
        y += 1;
    }
    kept(model, desk, canvas, (x, y + 1), inside);
}

/// The projections kept of the portfolio under the cursor, newest first.
fn kept(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, (x, y): (u16, u16), inside: Rect) {
    let Some(portfolio) = model.portfolio() else {
        return;
    };
    let mut rows: Vec<_> = desk.snapshot.projections.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.on, row.id)));
    let cells = usize::from(inside.width).saturating_sub(2);
    if y < inside.bottom() && !rows.is_empty() {
        let text = format!("kept projections of {portfolio}");
        canvas.text(x, y, cells, &text, Role::Dim);
    }
    for (y, row) in (y + 1..inside.bottom()).zip(rows) {
        let found = row.scores.iter().find(|score| score.portfolio == portfolio);
        let score = found.and_then(|found| fraction(found.score.as_deref()?));
        let score = score.map_or("-".to_string(), |score| exact::fixed(&score, 2, false));
        let text = format!(
            "{}  {} {}  {score:>5}  {}",
            format::day(row.on),
            row.month,
            row.view,
            row.pack_name
        );
        canvas.text(x, y, cells, &text, Role::Text);
    }
}

/// A stored fraction: `143/24`, or a whole number.
fn fraction(text: &str) -> Option<BigRational> {
    match text.split_once('/') {
        Some((over, under)) => {
            let under: num_bigint::BigInt = under.parse().ok()?;
            (under != num_bigint::BigInt::from(0)).then_some(())?;
            Some(BigRational::new(over.parse().ok()?, under))
        }
        None => {
            let number: Decimal = text.parse().ok()?;
            let unit = 10i128.checked_pow(number.scale())?;
            Some(BigRational::new(number.mantissa().into(), unit.into()))
        }
    }
}
