//! The metrics of the portfolio under a plan, or at best where the goal is out of reach: index,
//! weight and the money to the next step; those no deal moves by name.

use crate::domain::money::Currency;
use crate::program::exact;
use crate::program::goal::{Answer, Block, Outcome};
use crate::program::{Month, View};
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How many lines they take with their heads.
pub fn height(answer: &Answer, desk: &Desk) -> u16 {
    let lines = answer.blocks.len() + held(answer, desk).len() + 1;
    u16::try_from(lines).unwrap_or(u16::MAX)
}

/// Each metric's index now and with the plan (or at best), and the money to its next one.
pub fn view(answer: &Answer, desk: &Desk, canvas: &mut Canvas<'_>, body: Rect) {
    let (x, right) = (body.x + 1, body.right() - 1);
    let title = usize::from(body.width).saturating_sub(59).max(12);
    let then = match answer.outcome {
        Outcome::OutOfReach(_) => "At best",
        _ => "With it",
    };
    let heads = [(48, 7, "Weight"), (40, 6, "Index"), (33, 8, then)];
    canvas.text(x, body.y, title, "Metric", Role::Title);
    for (from, cells, head) in heads {
        canvas.right(right.saturating_sub(from), body.y, cells, head, Role::Title);
    }
    canvas.right(
        right.saturating_sub(24),
        body.y,
        24,
        "To the next step",
        Role::Title,
    );
    let mut lines: Vec<(String, [String; 3], String, bool)> = Vec::new();
    for block in &answer.blocks {
        let weight = format!("{} %", exact::text(&(&block.weight * exact::hundred()), 1));
        let index = [
            weight,
            format::whole(block.before),
            format::whole(block.index),
        ];
        lines.push((
            block.title.clone(),
            index,
            way(block, desk.pack.currency),
            true,
        ));
    }
    for (title, weight, index) in held(answer, desk) {
        lines.push((title, [weight, index.clone(), index], "held".into(), false));
    }
    for (line, (name, figures, way, moves)) in lines.iter().enumerate() {
        let y = body.y + 1 + line as u16;
        if y >= body.bottom() {
            break;
        }
        let role = if *moves { Role::Text } else { Role::Dim };
        canvas.text(x, y, title, name, role);
        for ((from, cells, _), text) in heads.into_iter().zip(figures) {
            canvas.right(right.saturating_sub(from), y, cells, text, role);
        }
        canvas.right(right.saturating_sub(24), y, 24, way, role);
    }
}

fn way(block: &Block, currency: Currency) -> String {
    match &block.next {
        Some(next) => format!(
            "{} {currency} to {}",
            format::amount(next.amount, currency),
            format::whole(next.index)
        ),
        None if block.index >= Decimal::TEN => "at the top".to_string(),
        None => "out of money's reach".to_string(),
    }
}

/// Title, weight and index of the metrics no deal moves.
fn held(answer: &Answer, desk: &Desk) -> Vec<(String, String, String)> {
    let engine = desk.engine.as_ref();
    let month = Month::Code(Arc::clone(&answer.month));
    let projection = engine.and_then(|engine| engine.project(&View::Booked, &month).ok());
    let portfolios = projection
        .map(|projection| projection.portfolios)
        .unwrap_or_default();
    let score = portfolios
        .iter()
        .find(|found| found.portfolio == answer.portfolio);
    let metrics = score.map(|score| answer.held(score)).unwrap_or_default();
    metrics
        .iter()
        .map(|metric| {
            let weight = &metric.category_weight * &metric.metric_weight * exact::hundred();
            let index = metric.index.map_or("-".into(), format::whole);
            (
                metric.title.clone(),
                format!("{} %", exact::text(&weight, 1)),
                index,
            )
        })
        .collect()
}
