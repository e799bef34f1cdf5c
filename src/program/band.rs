//! From A and B to an index: step tables read without division, minimum bookings, the money to
//! the next step, the headroom above the last one. All exact.

use super::exact;
use super::pack::{Band, Edge, LevelBand, MeasureKind, Minimum};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use rust_decimal::Decimal;

/// How a metric's index is found: its kind, step table and minimum bookings.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// How the value is made.
    pub kind: MeasureKind,
    /// The step table.
    pub steps: Steps,
    /// Bookings below which the index is 0.
    pub minimum: Option<Minimum>,
}

/// A step table.
#[derive(Clone, Debug, PartialEq)]
pub enum Steps {
    /// Thresholds.
    Band(Band),
    /// Named levels.
    Levels(LevelBand),
}

/// What the scale makes of A and B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The index.
    Index(i64),
    /// Below the minimum bookings; the index is 0.
    BelowMinimum,
    /// B is 0: the ratio is not defined; the index is 0.
    NoBase,
}

impl Reading {
    /// The index.
    pub fn index(self) -> i64 {
        match self {
            Reading::Index(index) => index,
            Reading::BelowMinimum | Reading::NoBase => 0,
        }
    }
}

impl Scale {
    /// Reads A and B. OTRR A 59,500 of B 305,000/3 is index 9 (P15); 100·A is compared with t·B,
    /// so that no division can round (P16).
    pub fn read(&self, a: &BigRational, b: &BigRational) -> Reading {
        let of_base = matches!(self.kind, MeasureKind::Ratio | MeasureKind::Growth);
        if of_base && self.kind == MeasureKind::Growth && b.is_zero() {
            return Reading::NoBase;
        }
        if !self.meets_minimum(a, b) {
            return Reading::BelowMinimum;
        }
        if of_base && b.is_zero() {
            return Reading::NoBase;
        }
        match &self.steps {
            Steps::Levels(levels) => Reading::Index(level_index(levels, a)),
            Steps::Band(band) => {
                if a.is_zero()
                    && let Some(index) = band.zero_index
                {
                    return Reading::Index(index);
                }
                let sides = self.sides(a, b);
                let passed = band
                    .thresholds
                    .iter()
                    .filter(|t| passed(**t, band.edge, &sides))
                    .count();
                Reading::Index(band.floor + i64::try_from(passed).unwrap_or(10))
            }
        }
    }

    /// Both sides of the comparison with a threshold t, as whole numbers: the value passes where
    /// `left` is above `right`·t. 100·A is held against t·B, so that no division can round.
    fn sides(&self, a: &BigRational, b: &BigRational) -> (BigInt, BigInt) {
        let hundred = BigInt::from(100u8);
        match self.kind {
            MeasureKind::Ratio => (hundred * a.numer() * b.denom(), b.numer() * a.denom()),
            MeasureKind::Growth => {
                let difference = a.numer() * b.denom() - b.numer() * a.denom();
                (hundred * difference, b.numer() * a.denom())
            }
            MeasureKind::Points | MeasureKind::Level => (a.numer().clone(), a.denom().clone()),
        }
    }

    /// The value the band is read at: percent for ratios and growth, else A itself.
    pub fn value(&self, a: &BigRational, b: &BigRational) -> Option<BigRational> {
        value(self.kind, a, b)
    }

    fn band(&self) -> Option<&Band> {
        match &self.steps {
            Steps::Band(band) => Some(band),
            Steps::Levels(_) => None,
        }
    }

    /// The next threshold not passed, and the money that passes it: the smallest amount in minor
    /// units. Where `raises_base` is set the money raises B too (premium, buying):
    /// x > (t·B − A)/(1 − t). Premium 18,000 of 200,000 needs 2,222.23 to pass 10 % (P22).
    ///
    /// `None` above the last threshold, or where no money gets there.
    pub fn next_step(
        &self,
        a: &BigRational,
        b: &BigRational,
        raises_base: bool,
        minor_units: u32,
    ) -> Option<(Decimal, Decimal)> {
        let band = self.band()?;
        let sides = self.sides(a, b);
        let threshold = *band
            .thresholds
            .iter()
            .find(|t| !passed(**t, band.edge, &sides))?;
        let missing = self.money_past(threshold, (a, b), raises_base, minor_units)?;
        Some((threshold, missing))
    }

    /// The money that passes a threshold, however far above: the smallest amount in minor units,
    /// 0 where it is passed. `None` for points and levels, and where no money gets there.
    pub fn money_past(
        &self,
        threshold: Decimal,
        (a, b): (&BigRational, &BigRational),
        raises_base: bool,
        minor_units: u32,
    ) -> Option<Decimal> {
        let band = self.band()?;
        let t = exact::of_percent(threshold);
        let target = match self.kind {
            MeasureKind::Ratio => &t * b,
            MeasureKind::Growth => (BigRational::one() + &t) * b,
            MeasureKind::Points | MeasureKind::Level => return None,
        };
        let mut gap = target - a;
        if raises_base {
            let rest = BigRational::one() - t;
            if !exact::is_positive(&rest) {
                return None;
            }
            gap /= rest;
        }
        let units = units_past(&gap, band.edge, minor_units);
        let units = units.max(self.units_to_minimum(a, b, raises_base, minor_units)?);
        exact::from_units(&units.max(BigInt::zero()), minor_units)
    }

    /// True where A and B are past a threshold of the band.
    pub fn is_past(&self, threshold: Decimal, a: &BigRational, b: &BigRational) -> bool {
        self.band()
            .is_some_and(|band| passed(threshold, band.edge, &self.sides(a, b)))
    }

    /// False where A or B is below the minimum bookings.
    pub fn meets_minimum(&self, a: &BigRational, b: &BigRational) -> bool {
        self.minimum.as_ref().is_none_or(|m| passes(m, a, b))
    }

    /// Minor units that lift A (or B) to the minimum; `None` where money in A cannot lift B.
    fn units_to_minimum(
        &self,
        a: &BigRational,
        b: &BigRational,
        raises_base: bool,
        minor_units: u32,
    ) -> Option<BigInt> {
        let Some(minimum) = &self.minimum else {
            return Some(BigInt::zero());
        };
        if passes(minimum, a, b) {
            return Some(BigInt::zero());
        }
        let tested = match (minimum.on_b, raises_base) {
            (false, _) => a,
            (true, true) => b,
            (true, false) => return None,
        };
        let gap = exact::of(minimum.amount) - tested;
        Some(units_past(&gap, minimum.edge, minor_units))
    }

    /// How much A may fall before the index does: A less the smallest A that keeps it. OTRR 61,000
    /// of 100,000 has 999.99 (P24). `None` where no threshold is passed.
    pub fn headroom(&self, a: &BigRational, b: &BigRational, minor_units: u32) -> Option<Decimal> {
        let band = self.band()?;
        let sides = self.sides(a, b);
        let threshold = *band
            .thresholds
            .iter()
            .rev()
            .find(|t| passed(**t, band.edge, &sides))?;
        let t = exact::of_percent(threshold);
        let edge_amount = match self.kind {
            MeasureKind::Ratio => t * b,
            MeasureKind::Growth => (BigRational::one() + t) * b,
            MeasureKind::Points | MeasureKind::Level => return None,
        };
        let keeps = units_past(&edge_amount, band.edge, minor_units);
        let have = exact::floor_units(a, minor_units);
        exact::from_units(&(have - keeps), minor_units)
    }
}

/// The value of a metric: percent for ratios and growth (none at B = 0), else A.
pub fn value(kind: MeasureKind, a: &BigRational, b: &BigRational) -> Option<BigRational> {
    match kind {
        MeasureKind::Points | MeasureKind::Level => Some(a.clone()),
        _ if b.is_zero() => None,
        MeasureKind::Ratio => Some(a * exact::hundred() / b),
        MeasureKind::Growth => Some((a - b) * exact::hundred() / b),
    }
}

fn passed(threshold: Decimal, edge: Edge, (left, right): &(BigInt, BigInt)) -> bool {
    let left = left * BigInt::from(10u8).pow(threshold.scale());
    let right = right * BigInt::from(threshold.mantissa());
    match edge {
        Edge::Gt => left > right,
        Edge::Ge => left >= right,
    }
}

fn passes(minimum: &Minimum, a: &BigRational, b: &BigRational) -> bool {
    let tested = if minimum.on_b { b } else { a };
    let amount = exact::of(minimum.amount);
    match minimum.edge {
        Edge::Ge => *tested >= amount,
        Edge::Gt => *tested > amount,
    }
}

/// The fewest minor units that are above the amount (or at least it, at an inclusive edge).
fn units_past(amount: &BigRational, edge: Edge, minor_units: u32) -> BigInt {
    let floor = exact::floor_units(amount, minor_units);
    let scale = BigRational::from_integer(BigInt::from(10u8).pow(minor_units));
    let on_the_unit = BigRational::from_integer(floor.clone()) == amount * scale;
    match edge {
        Edge::Ge if on_the_unit => floor,
        _ => floor + 1,
    }
}

fn level_index(levels: &LevelBand, a: &BigRational) -> i64 {
    let level = (0..=3i64)
        .rev()
        .find(|n| *a >= exact::int(*n))
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(0);
    levels.index.get(level).copied().unwrap_or(0)
}
