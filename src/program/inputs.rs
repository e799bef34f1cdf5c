//! The inputs behind a metric: imported figures with file and row, the window, what rolled out, the
//! deals that count, the band. Text only; nothing is computed that the projection did not.

use super::band::Steps;
use super::base::{MetricBase, PortfolioBase};
use super::behind;
use super::engine::Engine;
use super::exact;
use super::pack::{CountedBy, Edge};
use super::{MetricBasis, MetricScore, Projection};
use num_rational::BigRational;
use num_traits::Zero;

/// Most deals listed one by one.
const LISTED: usize = 8;

/// Lines of an explanation: label and text.
pub type Lines = Vec<(String, String)>;

/// Adds a line.
pub fn say(lines: &mut Lines, label: &str, text: impl Into<String>) {
    lines.push((label.to_string(), text.into()));
}

/// Imported figures with file and row, the window, what rolled out, what deals added, the band.
pub fn list(
    lines: &mut Lines,
    projection: &Projection,
    engine: &Engine,
    base: &PortfolioBase,
    own: &MetricBase,
    metric: &MetricScore,
) {
    let origin = own.origin.as_deref().unwrap_or("not imported");
    let number = |n: &Option<BigRational>| {
        n.as_ref()
            .map_or_else(|| "not given".to_string(), |n| exact::text(n, 2))
    };
    let index = own
        .index
        .map_or_else(|| "not given".to_string(), |i| i.normalize().to_string());
    say(
        lines,
        "imported",
        format!(
            "A {}, B {}, applied index {index} ({origin})",
            number(&own.a),
            number(&own.b)
        ),
    );
    if let Some(live) = own.live {
        let months = live.months;
        if let Some((from, to)) = engine.calendar.window(&projection.month, months) {
            let by = if live.a.counted_by() == CountedBy::Due {
                "by end date"
            } else {
                "by booking date"
            };
            say(
                lines,
                "window",
                format!("{months} months, {from} to {to}, {by}"),
            );
        }
        rolled(lines, projection, engine, base, own, metric);
    }
    let Some(scale) = &own.scale else { return };
    if let Steps::Band(band) = &scale.steps {
        let thresholds: Vec<String> = band
            .thresholds
            .iter()
            .map(|t| t.normalize().to_string())
            .collect();
        let edge = match band.edge {
            Edge::Gt => "above",
            Edge::Ge => "at or above",
        };
        say(
            lines,
            "band",
            format!(
                "{} from {}, one up {edge} each of {} (size {}; {}, {})",
                band.id,
                band.floor,
                thresholds.join(", "),
                band.size,
                band.provenance.source,
                band.provenance.confidence
            ),
        );
    }
    if let Some(minimum) = &scale.minimum {
        let side = if minimum.on_b { "B" } else { "A" };
        say(
            lines,
            "minimum",
            format!("{side} {} {}", minimum.amount, engine.pack.currency),
        );
    }
    if let (Some(a), Some(b), true) = (&metric.a, &metric.b, metric.basis != MetricBasis::Held) {
        let units = engine.pack.currency.minor_units();
        if let Some(headroom) = scale.headroom(a, b, units) {
            say(
                lines,
                "headroom",
                format!("A may fall by {headroom} before the index does"),
            );
        }
    }
}

fn rolled(
    lines: &mut Lines,
    projection: &Projection,
    engine: &Engine,
    base: &PortfolioBase,
    own: &MetricBase,
    metric: &MetricScore,
) {
    let Some(at) = engine.calendar.position(&projection.month) else {
        return;
    };
    let Some(moves) = engine.moves(own, None, at) else {
        return;
    };
    let part = |total: &Option<BigRational>, rolled: &BigRational| {
        total
            .as_ref()
            .map_or_else(BigRational::zero, |total| total - rolled)
    };
    if base.imported {
        let (a, b) = (&moves.rolled_a, &moves.rolled_b);
        say(lines, "rolled on", pair(a, b));
    }
    let total = (
        part(&metric.a, &moves.rolled_a),
        part(&metric.b, &moves.rolled_b),
    );
    say(lines, "from deals", pair(&total.0, &total.1));
    deals(lines, projection, engine, (base, own), &total);
}

fn pair(a: &BigRational, b: &BigRational) -> String {
    format!("A {}, B {}", exact::text(a, 2), exact::text(b, 2))
}

/// The deals behind "from deals", largest first; what they do not add up to is the quote on
/// screen, as far as it differs from what the book holds.
fn deals(
    lines: &mut Lines,
    projection: &Projection,
    engine: &Engine,
    (base, own): (&PortfolioBase, &MetricBase),
    total: &(BigRational, BigRational),
) {
    let Some(shares) = engine.shares(projection, &base.portfolio, own) else {
        return;
    };
    for share in shares.iter().take(LISTED) {
        let label = match &*share.name {
            "" => "quote of no renewal".to_string(),
            name => format!("contract {name}"),
        };
        say(lines, &label, pair(&share.a, &share.b));
    }
    let rest = shares.get(LISTED..).unwrap_or(&[]);
    if !rest.is_empty() {
        let (a, b) = behind::sum(rest);
        say(lines, &format!("{} more", rest.len()), pair(&a, &b));
    }
    let (a, b) = behind::sum(&shares);
    let left = (&total.0 - a, &total.1 - b);
    if !left.0.is_zero() || !left.1.is_zero() {
        say(lines, "quote on screen", pair(&left.0, &left.1));
    }
}
