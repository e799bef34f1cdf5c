//! The sum of a metric written out as a person would: the ratio with its figures in it, the two
//! edges of the step it falls between, the shift where sheet and band differ, the minimum. Text
//! only; every figure is the projection's.

use super::band::Reading;
use super::base::MetricBase;
use super::engine::Engine;
use super::exact;
use super::inputs::{Lines, say};
use super::ladder::{Ladder, LadderUnit};
use super::pack::MeasureKind;
use super::{MetricBasis, MetricScore};
use num_rational::BigRational;

/// The lines between A and B and the index.
pub fn worked(
    lines: &mut Lines,
    engine: &Engine,
    base: &MetricBase,
    metric: &MetricScore,
    ladder: Option<&Ladder>,
) {
    if let Some(value) = &metric.value {
        say(lines, "value", value_words(base.kind, metric, value));
    }
    let Some(ladder) = ladder else {
        let text = "no public scale: the imported index is held";
        return say(lines, "band", text);
    };
    let (band, size) = &ladder.band;
    let (source, confidence) = &ladder.source;
    let size = match &**size {
        "*" => "any size".to_string(),
        size => format!("size {size}"),
    };
    say(
        lines,
        "band",
        format!("{band}, {size}: {source} ({confidence})"),
    );
    if metric.a.is_some() {
        hit(lines, ladder);
    }
    minimum(lines, engine, ladder);
    shift(lines, base, metric, ladder);
    if metric.basis == MetricBasis::Held {
        let text = "the imported index stands; the band is shown for what it would say";
        say(lines, "held", text);
    }
    if let Some(headroom) = ladder.headroom {
        let text = format!("A may fall by {headroom} before the index does");
        say(lines, "headroom", text);
    }
}

fn value_words(kind: Option<MeasureKind>, metric: &MetricScore, value: &BigRational) -> String {
    let side = |side: &Option<BigRational>| {
        let text = side.as_ref().map(|side| exact::text(side, 2));
        text.unwrap_or_else(|| "0.00".into())
    };
    let (a, b) = (side(&metric.a), side(&metric.b));
    let result = exact::text(value, 4);
    match kind {
        Some(MeasureKind::Ratio) => format!("{result} % = 100 x {a} / {b}"),
        Some(MeasureKind::Growth) => format!("{result} % = 100 x ({a} - {b}) / {b}"),
        _ => result,
    }
}

/// The step the value falls on, with the edge below and the edge above.
fn hit(lines: &mut Lines, ladder: &Ladder) {
    let Some(at) = ladder.standing else { return };
    let unit = match ladder.unit {
        LadderUnit::Percent => " %",
        LadderUnit::Points => " points",
        LadderUnit::Level => "",
    };
    let (over, under) = if ladder.strict {
        ("above", "not above")
    } else {
        ("at or above", "below")
    };
    let edge = |at: usize| {
        let rung = ladder.rungs.get(at)?;
        let named = |t: rust_decimal::Decimal| format!("{}{unit}", t.normalize());
        rung.name
            .map(str::to_string)
            .or_else(|| rung.threshold.map(named))
    };
    let mut parts = Vec::new();
    if let Some(low) = edge(at) {
        parts.push(format!("{over} {low}"));
    }
    if let Some(high) = edge(at + 1) {
        parts.push(format!("{under} {high}"));
    }
    let index = ladder.rungs.get(at).map(|rung| rung.index.normalize());
    let index = index.map_or_else(String::new, |index| format!(": index {index}"));
    let of = ladder.rungs.len().saturating_sub(1);
    let text = format!("{}, step {at} of {of}{index}", parts.join(" and "));
    say(lines, "band hit", text);
}

fn minimum(lines: &mut Lines, engine: &Engine, ladder: &Ladder) {
    let Some((minimum, met)) = &ladder.minimum else {
        return;
    };
    let side = if minimum.on_b { "B" } else { "A" };
    let met = if *met { "met" } else { "not met: index 0" };
    let text = format!("{side} {} {}, {met}", minimum.amount, engine.pack.currency);
    say(lines, "minimum", text);
}

/// What the sheet's index differs from its own band, and that it is carried along.
fn shift(lines: &mut Lines, base: &MetricBase, metric: &MetricScore, ladder: &Ladder) {
    if ladder.shift.is_zero() {
        return;
    }
    let (Some(scale), Some(a), Some(b)) = (&base.scale, &base.a, &base.b) else {
        return;
    };
    let (Reading::Index(own), Some(applied)) = (scale.read(a, b), base.index) else {
        return;
    };
    let carried = match metric.basis {
        MetricBasis::Shifted => "carried along, held within 0 and 10",
        _ => "carried along once A or B moves",
    };
    let text = format!(
        "the sheet applies {}, its band says {own} for its A and B: {:+} {carried}",
        applied.normalize(),
        ladder.shift.normalize()
    );
    say(lines, "band differs", text);
}
