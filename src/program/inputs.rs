//! The inputs behind a metric: imported figures with file and row, the window, what rolled out, the
//! deals that count, the band. Text only; nothing is computed that the projection did not.

use super::band::Steps;
use super::base::{MetricBase, PortfolioBase};
use super::deal::{self, Gains};
use super::engine::Engine;
use super::exact;
use super::pack::{CountedBy, Edge, Quantity};
use super::project::Deals;
use super::totals::Table;
use super::units;
use super::{MetricBasis, MetricScore, Projection, View};
use num_rational::BigRational;
use num_traits::Zero;
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
    let nothing = Table::of(0, 0);
    let deals_of = Deals {
        sums: &nothing,
        portfolio: number_of(engine, base).unwrap_or_default(),
        places: engine.pack.currency.minor_units(),
    };
    let Some(moves) = engine.moves(own, &deals_of, at) else {
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

/// How many parts a minor unit has in the sums of a view.
fn parts_of(view: &View) -> i128 {
    match view {
        View::Weighted => units::CERTAIN,
        _ => 1,
    }
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
    let (Some(live), Some(number), Some(ground)) = (own.live, number, engine.ground()) else {
        return;
    };
    let offset = live.base_offset(engine.pack.growth.prior_offset_months);
    let inside =
        |month: usize, offset: usize| month + offset <= at && month + offset + live.months > at;
    let (places, parts) = (
        ground.exchange.home().minor_units(),
        parts_of(&projection.view),
    );
    let mut shares: Vec<Share> = Vec::new();
    let mut gains = Gains::default();
    for (deal, factor) in engine.standing(&projection.view) {
        let case = engine.case(deal);
        let (mut a, mut b) = (0, 0);
        let mut add = |month: usize, amount: &dyn Fn(Quantity) -> i128| {
            if inside(month, 0) {
                a += amount(live.a);
            }
            if inside(month, offset) {
                b += amount(live.b);
            }
        };
        if factor != 0 {
            deal::gains(&case, engine.offers_of(deal), &ground, &mut gains);
            for item in gains.items.iter().filter(|i| i.portfolio == number) {
                add(item.month, &|quantity| item.sums.of(quantity) * factor);
            }
        }
        deal::due(&case, &ground, |portfolio, month, value| {
            if portfolio == number {
                let due = |quantity| {
                    let is_due = quantity == Quantity::ValueDue;
                    if is_due { value * parts } else { 0 }
                };
                add(month, &due);
            }
        });
        if a != 0 || b != 0 {
            let forward = deal.pulled_forward(&ground).is_some();
            let note = if forward { " (pulled forward)" } else { "" };
            shares.push(Share {
                contract: format!("{}{note}", deal.contract).into(),
                a: units::part(a, places, parts),
                b: units::part(b, places, parts),
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
