//! The inputs behind a metric: imported figures with file and row, the window, what rolled out, the
//! deals that count, the band. Text only; nothing is computed that the projection did not.

use super::band::Steps;
use super::base::{Live, MetricBase, PortfolioBase};
use super::engine::Engine;
use super::exact;
use super::pack::Edge;
use super::project::picks;
use super::{MetricBasis, MetricScore, Projection};
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::sync::Arc;

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
    if let Some((live, months)) = own.live {
        if let Some((from, to)) = engine.calendar.window(&projection.month, months) {
            let by = if live == Live::Otrr {
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
    let services = base.portfolio.is_services();
    let Some(at) = engine.calendar.position(&projection.month) else {
        return;
    };
    let Some(moves) = engine.moves(own, &[], at, services) else {
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
    deals(
        lines,
        projection,
        engine,
        own,
        (at, number_of(engine, base)),
        &total,
    );
}

fn number_of(engine: &Engine, base: &PortfolioBase) -> Option<usize> {
    engine.names.number(&base.portfolio)
}

fn pair(a: &BigRational, b: &BigRational) -> String {
    format!("A {}, B {}", exact::text(a, 2), exact::text(b, 2))
}

/// What one deal adds.
struct Share {
    contract: Arc<str>,
    a: BigRational,
    b: BigRational,
}

/// The deals behind "from deals", largest first; what they do not add up to is the quote on
/// screen, as far as it differs from what the book holds, and quotes of no renewal.
fn deals(
    lines: &mut Lines,
    projection: &Projection,
    engine: &Engine,
    own: &MetricBase,
    (at, number): (usize, Option<usize>),
    total: &(BigRational, BigRational),
) {
    let (Some((live, months)), Some(number)) = (own.live, number) else {
        return;
    };
    let (pick_a, pick_b) = picks(live, engine.pack.growth.prior_offset_months);
    let inside = |month: usize, offset: usize| month + offset <= at && month + offset + months > at;
    let services = engine.names.services() == Some(number);
    let mut shares: Vec<Share> = Vec::new();
    for (counted, factor) in engine.standing(&projection.view) {
        let mut a = Decimal::ZERO;
        let mut b = Decimal::ZERO;
        for item in counted.gains.iter().filter(|i| i.portfolio == number) {
            if inside(item.month, pick_a.1) {
                a = a.saturating_add((pick_a.0)(&item.sums).saturating_mul(factor));
            }
            if inside(item.month, pick_b.1) {
                b = b.saturating_add((pick_b.0)(&item.sums).saturating_mul(factor));
            }
        }
        if let Some((month, due)) = counted.due
            && live == Live::Otrr
            && services
            && inside(month, 0)
        {
            b = b.saturating_add(due);
        }
        if !a.is_zero() || !b.is_zero() {
            shares.push(Share {
                contract: Arc::clone(&counted.deal.contract),
                a: exact::of(a),
                b: exact::of(b),
            });
        }
    }
    shares.sort_by(|x, y| {
        (&y.a + &y.b)
            .cmp(&(&x.a + &x.b))
            .then_with(|| x.contract.cmp(&y.contract))
    });
    for share in shares.iter().take(LISTED) {
        let label = format!("contract {}", share.contract);
        say(lines, &label, pair(&share.a, &share.b));
    }
    let sum = |shares: &[Share]| {
        let zero = || (BigRational::zero(), BigRational::zero());
        shares
            .iter()
            .fold(zero(), |(a, b), share| (a + &share.a, b + &share.b))
    };
    let rest = shares.get(LISTED..).unwrap_or(&[]);
    if !rest.is_empty() {
        let (a, b) = sum(rest);
        say(lines, &format!("{} more", rest.len()), pair(&a, &b));
    }
    let (a, b) = sum(&shares);
    let left = (&total.0 - a, &total.1 - b);
    if !left.0.is_zero() || !left.1.is_zero() {
        say(
            lines,
            "quote on screen, or of no renewal",
            pair(&left.0, &left.1),
        );
    }
}
