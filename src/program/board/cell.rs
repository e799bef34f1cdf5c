//! One metric of a board: A and B in whole units, and the index they give. The comparison with a
//! threshold is the band's own, multiplied out, so that nothing is divided.

use crate::program::band::{Reading, Scale, Steps};
use crate::program::pack::{Edge, MeasureKind};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A metric that deals move.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Number of its portfolio on the board.
    pub portfolio: usize,
    /// Metric id, `otrr`.
    pub metric: Arc<str>,
    /// Title for the screen.
    pub title: String,
    /// Category weight times metric weight, a fraction of one.
    pub weight: BigRational,
    /// The same to [`ROUGH_PLACES`](super::ROUGH_PLACES) decimals, where effects only rank.
    pub rough_weight: Decimal,
    /// What A counts, for a sentence: `on-time value`.
    pub counts: &'static str,
    /// The money that raises A raises B too.
    pub raises_base: bool,
    /// How many units are 1.00 of the pack's currency.
    pub unit: i128,
    /// A with everything booked, in units.
    pub a: i128,
    /// B with everything booked and due, in units.
    pub b: i128,
    pub(super) scale: Scale,
    pub(super) imported: Option<Imported>,
    pub(super) shift: Option<Decimal>,
    pub(super) conditions: Vec<Condition>,
    pub(super) guards: Vec<Condition>,
    pub(super) floor: i64,
    pub(super) at_zero: Option<i64>,
}

/// The index of the sheet, which stands while A and B do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Imported {
    pub(super) a: i128,
    pub(super) b: i128,
    pub(super) index: Decimal,
}

/// A comparison that A and B pass or not: `a·A + b·B ≥ least`, in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Factor of A.
    pub a: i128,
    /// Factor of B.
    pub b: i128,
    /// What the sum must reach.
    pub least: i128,
}

impl Condition {
    /// How far a state is above (or, negative, below) the line; `None` where it does not fit.
    pub fn slack(&self, a: i128, b: i128) -> Option<i128> {
        let left = self.a.checked_mul(a)?;
        let right = self.b.checked_mul(b)?;
        left.checked_add(right)?.checked_sub(self.least)
    }

    /// True where A and B pass.
    pub fn holds(&self, a: i128, b: i128) -> bool {
        self.slack(a, b).map_or_else(
            || {
                let sum = BigInt::from(self.a) * a + BigInt::from(self.b) * b;
                sum >= BigInt::from(self.least)
            },
            |slack| slack >= 0,
        )
    }
}

/// Which case of a metric's rule A and B fall into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// So many thresholds passed.
    Step(u8),
    /// A is 0 and the band has an index of its own for that.
    Zero,
    /// As the sheet has it: its index stands.
    Imported,
    /// Below the minimum bookings, or no base: index 0.
    Nothing,
}

/// An index a cell can reach, and everything that A and B must pass for at least that index.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The index.
    pub index: Decimal,
    /// The threshold in percent that opens it; none for the lowest.
    pub threshold: Option<Decimal>,
    /// All of these hold.
    pub conditions: Vec<Condition>,
}

impl Cell {
    /// The index at A and B in units, by the pack's band, minimum and shift.
    pub fn index(&self, a: i128, b: i128) -> Decimal {
        self.index_of(self.outcome(a, b))
    }

    /// What A and B lead to.
    pub fn outcome(&self, a: i128, b: i128) -> Outcome {
        if let Some(imported) = self.imported
            && (imported.a, imported.b) == (a, b)
        {
            return Outcome::Imported;
        }
        self.by_band(a, b)
    }

    /// What A and B lead to when the sheet's own index is left aside.
    fn by_band(&self, a: i128, b: i128) -> Outcome {
        if b == 0 || !self.guards.iter().all(|guard| guard.holds(a, b)) {
            return Outcome::Nothing;
        }
        if a == 0 && self.at_zero.is_some() {
            return Outcome::Zero;
        }
        let passed = self.conditions.iter().filter(|step| step.holds(a, b));
        Outcome::Step(u8::try_from(passed.count()).unwrap_or(u8::MAX))
    }

    /// The index of an outcome.
    pub fn index_of(&self, outcome: Outcome) -> Decimal {
        match outcome {
            Outcome::Imported => self.imported.map_or(Decimal::ZERO, |found| found.index),
            Outcome::Nothing => Decimal::ZERO,
            Outcome::Zero => self.shifted(self.at_zero.unwrap_or(self.floor)),
            Outcome::Step(passed) => self.shifted(self.floor + i64::from(passed)),
        }
    }

    /// The band's thresholds.
    pub(in crate::program) fn steps(&self) -> &[Condition] {
        &self.conditions
    }

    /// What must hold before the band is read.
    pub(in crate::program) fn guards(&self) -> &[Condition] {
        &self.guards
    }

    /// The sheet's A and B, while which its index stands.
    pub(in crate::program) fn imported_figures(&self) -> Option<(i128, i128)> {
        self.imported.map(|imported| (imported.a, imported.b))
    }

    /// True where the band has an index of its own at A = 0.
    pub(in crate::program) fn has_zero(&self) -> bool {
        self.at_zero.is_some()
    }

    fn shifted(&self, band: i64) -> Decimal {
        let band = Decimal::from(band);
        match self.shift {
            Some(shift) => (band + shift).clamp(Decimal::ZERO, Decimal::TEN),
            None => band,
        }
    }

    /// Every index from the lowest up with what A and B must pass for it. The imported index that
    /// stands while nothing moves is not among them, nor is an index at A = 0 of its own.
    pub fn levels(&self) -> Vec<Level> {
        let mut conditions = self.guards.clone();
        conditions.push(Condition {
            a: 0,
            b: 1,
            least: 1,
        });
        if self.at_zero.is_some() {
            conditions.push(Condition {
                a: 1,
                b: 0,
                least: 1,
            });
        }
        let mut levels = vec![Level {
            index: self.shifted(self.floor),
            threshold: None,
            conditions: conditions.clone(),
        }];
        let thresholds = match &self.scale.steps {
            Steps::Band(band) => band.thresholds.as_slice(),
            Steps::Levels(_) => &[],
        };
        for ((threshold, step), index) in thresholds
            .iter()
            .zip(&self.conditions)
            .zip(self.floor + 1..)
        {
            conditions.push(*step);
            levels.push(Level {
                index: self.shifted(index),
                threshold: Some(*threshold),
                conditions: conditions.clone(),
            });
            // the higher step holds the lower one with it
            conditions.pop();
        }
        levels
    }

    /// Indexes that stand apart from [`Cell::levels`] for a metric that begins at A and B, where they
    /// are worth more than the level there: the sheet's own while A and B are untouched, the band's
    /// own at A = 0. Once they have moved, coming back to the sheet's figures to the last minor
    /// unit would be a coincidence of amounts and is no way to an index.
    pub fn apart(&self, a: i128, b: i128) -> Vec<Level> {
        let at = |a: i128, b: i128, index: Decimal, conditions: Vec<Condition>| {
            let level = self.index_of(self.by_band(a, b));
            (index > level || a == 0).then_some(Level {
                index,
                threshold: None,
                conditions,
            })
        };
        let pin = |a: i128, b: i128, amount: i128| {
            let below = Condition {
                a: -a,
                b: -b,
                least: -amount,
            };
            [
                Condition {
                    a,
                    b,
                    least: amount,
                },
                below,
            ]
        };
        let untouched = self.imported.filter(|sheet| (sheet.a, sheet.b) == (a, b));
        let sheet = untouched.and_then(|imported| {
            let mut pins = pin(1, 0, imported.a).to_vec();
            pins.extend(pin(0, 1, imported.b));
            at(imported.a, imported.b, imported.index, pins)
        });
        let zero = self.at_zero.and_then(|index| {
            let mut conditions = self.guards.clone();
            conditions.extend(pin(1, 0, 0));
            conditions.push(Condition {
                a: 0,
                b: 1,
                least: 1,
            });
            at(0, 1, self.shifted(index), conditions)
        });
        sheet.into_iter().chain(zero).collect()
    }

    /// True where the sheet's own index, which stands while A and B do, is below what the band
    /// gives them: any deal that touches the metric lifts it.
    pub fn rises_when_touched(&self) -> bool {
        self.imported.is_some_and(|imported| {
            let level = self.by_band(imported.a, imported.b);
            self.index_of(level) > imported.index
        })
    }

    /// The value the band is read at, in percent; none at B = 0.
    pub fn value(&self, a: i128, b: i128) -> Option<BigRational> {
        let whole = |n: i128| BigRational::from_integer(BigInt::from(n));
        self.scale.value(&whole(a), &whole(b))
    }

    /// Units as money.
    pub fn money(&self, units: i128) -> BigRational {
        BigRational::new(BigInt::from(units), BigInt::from(self.unit))
    }
}

fn past(edge: Edge) -> i128 {
    match edge {
        Edge::Gt => 1,
        Edge::Ge => 0,
    }
}

/// The band's thresholds as comparisons of whole units: 100·A against t·B, for growth 100·(A − B).
pub(super) fn conditions(scale: &Scale) -> Vec<Condition> {
    let Steps::Band(band) = &scale.steps else {
        return Vec::new();
    };
    band.thresholds
        .iter()
        .map(|threshold| {
            let hundred = 100 * 10i128.pow(threshold.scale());
            let base = match scale.kind {
                MeasureKind::Growth => hundred,
                _ => 0,
            };
            Condition {
                a: hundred,
                b: -threshold.mantissa() - base,
                least: past(band.edge),
            }
        })
        .collect()
}

/// What must hold before the band is read at all: the minimum bookings.
pub(super) fn guards(scale: &Scale, unit: i128) -> Vec<Condition> {
    let Some(minimum) = &scale.minimum else {
        return Vec::new();
    };
    let factor = 10i128.pow(minimum.amount.scale());
    let (a, b) = if minimum.on_b {
        (0, factor)
    } else {
        (factor, 0)
    };
    let amount = minimum.amount.mantissa().saturating_mul(unit);
    vec![Condition {
        a,
        b,
        least: amount.saturating_add(past(minimum.edge)),
    }]
}

/// The floor of the band and its own index at A = 0.
pub(super) fn lowest(scale: &Scale) -> (i64, Option<i64>) {
    match &scale.steps {
        Steps::Band(band) => (band.floor, band.zero_index),
        Steps::Levels(_) => (0, None),
    }
}

/// What the sheet's index differs from the band's reading of its A and B, where the pack shifts.
pub(super) fn shift_of(reading: Reading, applied: Decimal, shifts: bool) -> Option<Decimal> {
    match reading {
        Reading::Index(old) if shifts && Decimal::from(old) != applied => {
            Some(applied - Decimal::from(old))
        }
        _ => None,
    }
}

/// A fraction in units, exact; `None` where the unit does not divide it or it does not fit.
pub(super) fn in_units(amount: &BigRational, unit: i128) -> Option<i128> {
    let parts = amount.denom().to_i128()?;
    (unit % parts == 0).then_some(())?;
    amount.numer().to_i128()?.checked_mul(unit / parts)
}
