//! From A and B to an index: step tables, minimum bookings, the sheet's own index.

use super::{Number, number};
use num_traits::{Signed, Zero};
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::program::Pack;
use renewdesk::program::pack::{Edge, MeasureKind, MetricRule, Mismatch};
use rust_decimal::Decimal;

/// What a step table says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Read {
    /// An index.
    Index(i128),
    /// Too little booked to score: 0.
    TooLittle,
    /// Nothing to compare with: 0.
    NoBase,
}

impl Read {
    pub fn index(self) -> Number {
        match self {
            Read::Index(index) => Number::from_integer(index),
            Read::TooLittle | Read::NoBase => Number::zero(),
        }
    }
}

fn passes(value: Number, threshold: Number, edge: Edge) -> bool {
    match edge {
        Edge::Gt => value > threshold,
        Edge::Ge => value >= threshold,
    }
}

/// The index of A and B by the pack; none where the metric has no step table.
pub fn read(pack: &Pack, rule: &MetricRule, size: &str, a: Number, b: Number) -> Option<Read> {
    let kind = pack.measures.iter().find(|m| m.id == rule.id)?.kind;
    let band = pack.bands.iter().find(|band| {
        rule.band.as_ref() == Some(&band.id) && (&*band.size == "*" || &*band.size == size)
    })?;
    if let Some(minimum) = &rule.minimum {
        let tested = if minimum.on_b { b } else { a };
        if !passes(tested, number(minimum.amount), minimum.edge) {
            return Some(Read::TooLittle);
        }
    }
    let hundred = Number::from_integer(100);
    let (value, against) = match kind {
        MeasureKind::Ratio => (a * hundred, b),
        MeasureKind::Growth => ((a - b) * hundred, b),
        MeasureKind::Points | MeasureKind::Level => (a, Number::from_integer(1)),
    };
    if against.is_zero() {
        return Some(Read::NoBase);
    }
    if let Some(index) = band.zero_index.filter(|_| a.is_zero()) {
        return Some(Read::Index(index.into()));
    }
    let thresholds = band.thresholds.iter();
    let passed = thresholds
        .filter(|t| passes(value, number(**t) * against, band.edge))
        .count();
    Some(Read::Index(i128::from(band.floor) + passed as i128))
}

/// True where an index is read in the same way by both packs.
pub fn same(old: &Pack, was: &MetricRule, new: &Pack, is: &MetricRule, size: &str) -> bool {
    let steps = |pack: &Pack, rule: &MetricRule| {
        let bands = pack.bands.iter();
        let mut own = bands.filter(|band| rule.band.as_ref() == Some(&band.id));
        let of_size = own.find(|band| &*band.size == "*" || &*band.size == size);
        of_size.cloned()
    };
    was.minimum == is.minimum && steps(old, was) == steps(new, is)
}

/// The index a sheet gives: the applied one; else the achieved one, as far as the minimum bookings
/// let it apply.
pub fn given(
    pack: &Pack,
    rule: Option<&MetricRule>,
    size: &str,
    row: &BaselineRow,
) -> Option<Number> {
    if row.applied_index.is_some() {
        return row.applied_index.map(number);
    }
    let achieved = row.achieved_index.map(number)?;
    let (Some(rule), Some(a), Some(b)) = (rule, row.a, row.b) else {
        return Some(achieved);
    };
    match read(pack, rule, size, number(a), number(b)) {
        Some(Read::TooLittle) => Some(Number::zero()),
        _ => Some(achieved),
    }
}

/// The index of what no deal moves, where the sheet gives none: the scale's own of its A and B.
pub fn unmoved(
    pack: &Pack,
    rule: &MetricRule,
    size: &str,
    (a, b): (Option<Number>, Option<Number>),
) -> Option<Number> {
    let kind = pack.measures.iter().find(|m| m.id == rule.id)?.kind;
    let a = a?;
    if let Some(levels) = pack
        .levels
        .iter()
        .find(|level| rule.band.as_ref() == Some(&level.id))
    {
        // none, basic, intermediate, advanced
        let level = usize::try_from(a.to_integer()).ok()?;
        return Some(Number::from_integer((*levels.index.get(level)?).into()));
    }
    let b = match kind {
        MeasureKind::Points | MeasureKind::Level => b.unwrap_or(Number::zero()),
        MeasureKind::Ratio | MeasureKind::Growth => b?,
    };
    read(pack, rule, size, a, b).map(Read::index)
}

/// The index to apply, where the sheet has one: moved by as much as the step table moves.
pub fn apply(pack: &Pack, applied: Option<Number>, old: Read, new: Read) -> Number {
    let (Some(applied), Read::Index(before), Read::Index(after)) = (applied, old, new) else {
        return new.index();
    };
    if pack.mismatch == Mismatch::Band {
        return new.index();
    }
    let moved = applied + Number::from_integer(after) - Number::from_integer(before);
    if moved.is_negative() {
        return Number::zero();
    }
    moved.min(Number::from_integer(10))
}

/// Gives a sheet's row the index that its A and B have by the pack.
pub fn by_the_book(pack: &Pack, row: &mut BaselineRow) {
    let id = super::score::recognised(&row.measurement);
    let Some(portfolio) = pack
        .portfolios
        .iter()
        .find(|p| p.portfolio == row.portfolio)
    else {
        return;
    };
    let mut rules = pack
        .metrics
        .iter()
        .filter(|rule| rule.portfolio == portfolio.id);
    let rule = rules.find(|rule| *rule.id == *id && !rule.hold);
    let (Some(rule), Some(a), Some(b)) = (rule, row.a, row.b) else {
        return;
    };
    if let Some(found) = read(pack, rule, &portfolio.size, number(a), number(b)) {
        row.applied_index = Some(Decimal::from(found.index().to_integer() as i64));
    }
}
