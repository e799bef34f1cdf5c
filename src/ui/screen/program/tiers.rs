//! Behind a score: the edges it has passed and the next ones with what they open, then what each
//! category brings and could bring.

use super::{Model, words};
use crate::program::{MetricScore, PortfolioScore};
use crate::ui::canvas::Canvas;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::exact;
use crate::ui::theme::Role;
use num_rational::BigRational;
use num_traits::Zero;
use ratatui::layout::Rect;
use rust_decimal::Decimal;

/// Draws it for the portfolio under the cursor.
pub fn view(model: &Model, desk: &Desk, canvas: &mut Canvas<'_>, inside: Rect) {
    let Some(score) = model.score() else { return };
    let mut lines = edges(score, desk);
    lines.extend(categories(score));
    let cells = usize::from(inside.width).saturating_sub(2);
    let short = usize::from(inside.height) < 8;
    let lines = lines.iter().flat_map(|(text, role)| {
        // in a small pane a line each; else nothing is cut
        let parts = if short {
            vec![text.clone()]
        } else {
            format::wrap(text, cells)
        };
        parts.into_iter().map(|part| (part, *role))
    });
    for (y, (text, role)) in (inside.y..inside.bottom()).zip(lines) {
        canvas.text(inside.x + 1, y, cells, &text, role);
    }
}

/// The edges from the top down.
fn edges(score: &PortfolioScore, desk: &Desk) -> Vec<(String, Role)> {
    let Some(total) = &score.score else {
        let text = "no baseline: import your assessment (g i) to see a score".to_string();
        return vec![(text, Role::Soon)];
    };
    let tiers = &desk.pack.tiers.edges;
    let next = score.next_threshold;
    tiers
        .iter()
        .rev()
        .map(|tier| {
            let reached = next.is_none_or(|next| tier.from < next);
            let ratio = BigRational::new(
                tier.from.mantissa().into(),
                10i128.pow(tier.from.scale()).into(),
            );
            let state = if reached {
                format!("met by {},", exact::fixed(&(total - &ratio), 2, false))
            } else {
                format!("{} short,", exact::fixed(&(&ratio - total), 2, false))
            };
            let role = match (reached, next == Some(tier.from)) {
                (true, _) => Role::Good,
                (_, true) => Role::Strong,
                _ => Role::Text,
            };
            let from = tier.from.normalize();
            let text = format!("{from:>4}  {state:<11} {}: {}", tier.title, tier.opens);
            (text, role)
        })
        .collect()
}

/// What each category brings, of what it could.
fn categories(score: &PortfolioScore) -> Vec<(String, Role)> {
    let mut out: Vec<(String, Role)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for metric in &score.metrics {
        if seen.contains(&&*metric.category) {
            continue;
        }
        seen.push(&metric.category);
        let own: Vec<&MetricScore> = score
            .metrics
            .iter()
            .filter(|m| m.category == metric.category)
            .collect();
        let points = own
            .iter()
            .filter_map(|m| m.points.as_ref())
            .fold(BigRational::zero(), |sum, points| sum + points);
        let most = own
            .iter()
            .map(|m| &m.category_weight * &m.metric_weight)
            .fold(BigRational::zero(), |sum, weight| sum + weight)
            * BigRational::from_integer(10.into());
        let parts: Vec<String> = own
            .iter()
            .map(|m| {
                let name = words::short(&m.metric, &m.title, 7);
                format!("{name} {}", words::index(m))
            })
            .collect();
        let text = format!(
            "{:<12} {} of {}: {}",
            words::category(&metric.category, 12),
            exact::fixed(&points, 2, false),
            exact::fixed(&most, 2, false),
            parts.join(", ")
        );
        out.push((text, Role::Text));
    }
    let cheapest = cheapest(score);
    if !cheapest.is_empty() {
        out.push(("cheapest steps".into(), Role::Title));
        out.extend(cheapest);
    }
    out
}

/// The steps money can buy, cheapest point first.
fn cheapest(score: &PortfolioScore) -> Vec<(String, Role)> {
    let mut steps: Vec<(&MetricScore, Decimal, Decimal)> = score
        .metrics
        .iter()
        .filter_map(|metric| {
            let step = metric.next_step.as_ref()?;
            let gain = exact::decimal(&step.gain)?;
            (gain > Decimal::ZERO).then_some((metric, step.missing, gain))
        })
        .collect();
    steps.sort_by(|x, y| {
        let price = |(_, missing, gain): &(&MetricScore, Decimal, Decimal)| {
            missing.checked_div(*gain).unwrap_or(Decimal::MAX)
        };
        price(x).cmp(&price(y))
    });
    steps
        .into_iter()
        .map(|(metric, missing, gain)| {
            let text = format!(
                "  {:<28} {:>12} more: {}",
                format::clip(&metric.title, 28, "…"),
                format::decimal(missing, 2),
                format::change(gain.round_dp(3), 3)
            );
            (text, Role::Text)
        })
        .collect()
}
