//! Reading a score: its tier, the next edge, how it is shown. The edge test looks at the exact
//! score unless the pack says otherwise, and the display never shows a score on the wrong side
//! of an edge.

use super::exact;
use super::pack::{Edge, Tier, Tiers};
use num_rational::BigRational;
use rust_decimal::Decimal;

/// True when the score has reached an edge by the pack's rule.
pub(super) fn reached(score: &BigRational, from: Decimal, tiers: &Tiers) -> bool {
    let tested = tiers
        .round_dp
        .and_then(|places| exact::round(score, places))
        .map_or_else(|| score.clone(), exact::of);
    let from = exact::of(from);
    match tiers.edge {
        Edge::Ge => tested >= from,
        Edge::Gt => tested > from,
    }
}

/// The tier of a score; `None` below the first edge. 7.496 is Partner, and Preferred where the
/// pack rounds to 2 decimals first (P05).
pub fn tier<'a>(score: &BigRational, tiers: &'a Tiers) -> Option<&'a Tier> {
    tiers
        .edges
        .iter()
        .rev()
        .find(|tier| reached(score, tier.from, tiers))
}

/// The next edge not reached, and the exact distance to it.
pub fn next_edge(score: &BigRational, tiers: &Tiers) -> Option<(Decimal, BigRational)> {
    tiers
        .edges
        .iter()
        .find(|tier| !reached(score, tier.from, tiers))
        .map(|tier| (tier.from, exact::of(tier.from) - score))
}

/// True within the pack's distance of an edge.
pub fn near_edge(score: &BigRational, tiers: &Tiers) -> bool {
    let within = exact::of(tiers.near_edge);
    tiers.edges.iter().any(|tier| {
        let edge = exact::of(tier.from);
        let distance = if *score < edge {
            edge - score
        } else {
            score - edge
        };
        distance <= within
    })
}

/// A score for the screen: 2 decimals, half up; where that would show it across an edge, 3
/// decimals cut off. 5.875 is `5.88`, 7.496 is `7.496` (P01, P05).
pub fn show(score: &BigRational, tiers: &Tiers) -> String {
    let Some(rounded) = exact::round(score, 2) else {
        return score.to_string();
    };
    let crosses = tiers.edges.iter().any(|tier| {
        let edge = exact::of(tier.from);
        (*score < edge) != (exact::of(rounded) < edge)
    });
    match exact::cut(score, 3) {
        Some(cut) if crosses => format!("{cut:.3}"),
        _ => format!("{rounded:.2}"),
    }
}
