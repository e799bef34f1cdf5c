//! How a figure came about, as a person would work it on paper; and what moved between two
//! projections.

use super::arithmetic;
use super::engine::Engine;
use super::exact;
use super::inputs::{Lines, Told, say};
use super::{Explanation, MetricBasis, MetricScore, Moved, PortfolioScore, Projection, View};
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use num_rational::BigRational;
use num_traits::Zero;

/// What moved: every metric whose A, B or index differs, in the pack's order. The gains of a
/// portfolio add up to the change of its score.
pub fn moved(before: &Projection, after: &Projection) -> Vec<Moved> {
    let mut out = Vec::new();
    for to in &after.portfolios {
        let Some(from) = before
            .portfolios
            .iter()
            .find(|p| p.portfolio == to.portfolio)
        else {
            continue;
        };
        for (before, after) in from.metrics.iter().zip(&to.metrics) {
            let differs = before.a != after.a || before.b != after.b || before.index != after.index;
            if before.metric != after.metric || !differs {
                continue;
            }
            let points =
                |metric: &MetricScore| metric.points.clone().unwrap_or_else(BigRational::zero);
            out.push(Moved {
                portfolio: to.portfolio.clone(),
                gain: points(after) - points(before),
                from: before.clone(),
                to: after.clone(),
            });
        }
    }
    out
}

/// Explains a portfolio's score, or one of its metrics, from the projection alone.
pub fn explain(
    projection: &Projection,
    portfolio: &Portfolio,
    metric: Option<&str>,
) -> Explanation {
    explanation(projection, portfolio, metric, None, None)
}

impl Engine {
    /// Explains a portfolio's score, or one of its metrics, down to the file and row its figures
    /// were read from.
    pub fn explain(
        &self,
        projection: &Projection,
        portfolio: &Portfolio,
        metric: Option<&str>,
    ) -> Explanation {
        explanation(projection, portfolio, metric, Some(self), None)
    }

    /// The same with the source of every deal listed: its quote, or the file and rows it renews.
    pub fn explain_from(
        &self,
        projection: &Projection,
        portfolio: &Portfolio,
        metric: Option<&str>,
        book: &Snapshot,
    ) -> Explanation {
        explanation(projection, portfolio, metric, Some(self), Some(book))
    }
}

fn explanation(
    projection: &Projection,
    portfolio: &Portfolio,
    metric: Option<&str>,
    engine: Option<&Engine>,
    book: Option<&Snapshot>,
) -> Explanation {
    let mut lines = Vec::new();
    let score = projection
        .portfolios
        .iter()
        .find(|p| p.portfolio == *portfolio);
    let title = match (score, metric) {
        (None, _) => {
            say(&mut lines, "score", "the loaded pack has no such portfolio");
            portfolio.to_string()
        }
        (Some(score), None) => {
            of_score(&mut lines, score, engine);
            format!("{portfolio}: projected index")
        }
        (Some(score), Some(id)) => match score.metrics.iter().find(|m| &*m.metric == id) {
            None => {
                say(
                    &mut lines,
                    "metric",
                    format!("{portfolio} has no metric {id}"),
                );
                format!("{portfolio}: {id}")
            }
            Some(metric) => {
                of_metric(&mut lines, projection, (score, metric), engine, book);
                format!("{portfolio}: {}", metric.title)
            }
        },
    };
    close(&mut lines, projection, score);
    Explanation { title, lines }
}

/// What every explanation ends with: view, month, pack, assumptions.
fn close(lines: &mut Lines, projection: &Projection, score: Option<&PortfolioScore>) {
    let view = match &projection.view {
        View::Booked => "booked only",
        View::Quote(_) => "booked and this quote",
        View::Committed => "booked, this quote and everything committed",
        View::Open => "all open, each on its planned date",
        View::Weighted => "all open, by probability (expected ratio)",
        View::Marked(_) => "booked and the renewals marked, each on its planned date",
    };
    let since = projection.baseline_month.as_ref().map_or_else(
        || "no assessment imported".to_string(),
        |month| format!("assessment of {month}"),
    );
    say(
        lines,
        "view",
        format!("{view}, as at {}; {since}", projection.month),
    );
    let pack = &projection.pack;
    say(
        lines,
        "pack",
        format!(
            "{}, as of {}, confidence {}; an estimate, the vendor's portal is official",
            pack.name, pack.as_of, pack.confidence
        ),
    );
    if score.is_some_and(|score| score.placeholder_weights) {
        say(
            lines,
            "weights",
            "placeholders until an assessment is imported",
        );
    }
    for assumption in &projection.assumptions {
        say(lines, "assumed", assumption.clone());
    }
    if !projection.left_out.is_empty() {
        let n = projection.left_out.len();
        say(
            lines,
            "left out",
            format!("{n} parts of deals, listed with their reasons"),
        );
    }
}

fn of_score(lines: &mut Lines, score: &PortfolioScore, engine: Option<&Engine>) {
    let Some(total) = &score.score else {
        say(lines, "score", "no baseline: import the assessment sheet");
        return;
    };
    for metric in &score.metrics {
        let Some(points) = &metric.points else {
            say(lines, &metric.title, "no index, counts 0");
            continue;
        };
        say(
            lines,
            &metric.title,
            format!(
                "{} % x {} % x index {} = {} ({})",
                percent(&metric.category_weight),
                percent(&metric.metric_weight),
                metric.index.unwrap_or_default().normalize(),
                exact::text(points, 4),
                metric.basis.word()
            ),
        );
    }
    let shown = engine.map_or_else(
        || exact::text(total, 2),
        |engine| super::score::show(total, &engine.pack.tiers),
    );
    say(
        lines,
        "sum",
        format!("{} shown as {shown}", exact::text(total, 6)),
    );
    if let Some(engine) = engine {
        let tiers = &engine.pack.tiers;
        let tier = super::score::tier(total, tiers);
        let (title, opens) =
            tier.map_or((&tiers.below.0, &tiers.below.1), |t| (&t.title, &t.opens));
        say(lines, "tier", format!("{title}: {opens}"));
        if super::score::near_edge(total, tiers) {
            let within = tiers.near_edge.normalize();
            say(
                lines,
                "near edge",
                format!("within {within} of a threshold"),
            );
        }
    }
    match (&score.next_threshold, &score.missing) {
        (Some(edge), Some(missing)) => say(
            lines,
            "next threshold",
            format!("{edge}, missing {}", exact::text(missing, 4)),
        ),
        _ => say(lines, "next threshold", "none above"),
    }
}

fn percent(fraction: &BigRational) -> String {
    let text = exact::text(&(fraction * exact::hundred()), 4);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.to_string()
}

fn of_metric(
    lines: &mut Lines,
    projection: &Projection,
    (score, metric): (&PortfolioScore, &MetricScore),
    engine: Option<&Engine>,
    book: Option<&Snapshot>,
) {
    let found = engine.and_then(|engine| {
        let at = engine.calendar.position(&projection.month)?;
        let base = engine
            .base_at(at)
            .iter()
            .find(|p| p.portfolio == score.portfolio)?;
        let own = base.metrics.iter().find(|m| m.id == metric.metric)?;
        Some(Told {
            projection,
            engine,
            book,
            base,
            own,
            metric,
        })
    });
    if let Some(told) = &found {
        told.list(lines);
    }
    if metric.basis == MetricBasis::WhatIf {
        let text = "index, or A and B, are supposed on the screen and stored nowhere";
        say(lines, "what if", text);
    }
    if let Some(a) = &metric.a {
        say(lines, "A", exact::text(a, 2));
    }
    if let Some(b) = &metric.b {
        say(lines, "B", exact::text(b, 2));
    }
    match &found {
        Some(told) => {
            let engine = told.engine;
            let ladder = engine.ladder(projection, &score.portfolio, &metric.metric);
            arithmetic::worked(lines, engine, told.own, metric, ladder.as_ref());
        }
        None => {
            if let Some(value) = &metric.value {
                say(lines, "value", exact::text(value, 4));
            }
        }
    }
    let index = metric
        .index
        .map_or_else(|| "none".to_string(), |i| i.normalize().to_string());
    say(lines, "index", format!("{index} ({})", metric.basis.word()));
    if let Some(points) = &metric.points {
        say(
            lines,
            "points",
            format!(
                "category {} % x metric {} % x index {index} = {}",
                percent(&metric.category_weight),
                percent(&metric.metric_weight),
                exact::text(points, 4)
            ),
        );
    }
    if let Some(step) = &metric.next_step {
        say(
            lines,
            "next step",
            format!(
                "{} more passes {} %, worth {}",
                step.missing,
                step.threshold.normalize(),
                exact::text(&step.gain, 4)
            ),
        );
    }
}
