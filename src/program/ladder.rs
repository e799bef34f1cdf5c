//! Where a metric stands inside its band: every step with its index, what is missing to each one
//! above, how far A may fall. Read from a projection; nothing is projected anew.

use super::band::{Scale, Steps};
use super::base::{Live, MetricBase};
use super::calendar::FiscalMonth;
use super::engine::Engine;
use super::exact;
use super::pack::{Edge, MeasureKind, Minimum};
use super::{MetricBasis, MetricScore, Projection};
use crate::domain::portfolio::Portfolio;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What the steps of a ladder are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LadderUnit {
    /// Percent of a ratio or of growth; what is missing is money.
    Percent,
    /// Points; what is missing is points.
    Points,
    /// Named levels.
    Level,
}

/// The steps of a metric.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// What the steps are counted in.
    pub unit: LadderUnit,
    /// A value must be above a threshold; else at it is enough.
    pub strict: bool,
    /// The steps, lowest first; the lowest one has no threshold.
    pub rungs: Vec<Rung>,
    /// The rung the metric stands on.
    pub standing: Option<usize>,
    /// The value the band is read at.
    pub value: Option<BigRational>,
    /// How much A may fall, in major units, before the index does.
    pub headroom: Option<Decimal>,
    /// Minimum bookings, and whether they are met.
    pub minimum: Option<(Minimum, bool)>,
    /// Id of the band and the partner size it is for.
    pub band: (Arc<str>, Arc<str>),
    /// Source and confidence of the band.
    pub source: (Arc<str>, Arc<str>),
    /// What the sheet's index lies above its own band: the rungs carry it (program §1).
    pub shift: Decimal,
    /// Bookings move it; what is missing is then a sum somebody can sell.
    pub moves: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// The threshold to pass; none for the lowest.
    pub threshold: Option<Decimal>,
    /// Its name, for levels.
    pub name: Option<&'static str>,
    /// The index it gives, the shift included.
    pub index: Decimal,
    /// A and B are past it.
    pub passed: bool,
    /// Money (major units) or points still missing; none where passed or where money cannot help.
    pub missing: Option<Decimal>,
}

const LEVELS: [&str; 4] = ["none", "basic", "intermediate", "advanced"];

impl Engine {
    /// The ladder of a metric in a projection; none for a metric without a band.
    ///
    /// OTRR 61,000 of 100,000 stands on the step past 60 % with 999.99 of headroom (P24).
    pub fn ladder(
        &self,
        projection: &Projection,
        portfolio: &Portfolio,
        metric: &str,
    ) -> Option<Ladder> {
        let score = projection
            .portfolios
            .iter()
            .find(|p| p.portfolio == *portfolio)?;
        let found = score.metrics.iter().find(|m| &*m.metric == metric)?;
        let base = self.base_of(portfolio, metric)?;
        let scale = base.scale.as_ref()?;
        let raises = base.live.is_some_and(Live::raises_base);
        let reader = Reader {
            scale,
            score: found,
            shift: shift(base, scale, found),
            raises,
            minor: self.pack.currency.minor_units(),
            moves: base.live.is_some(),
        };
        Some(reader.ladder())
    }

    pub(super) fn base_of(&self, portfolio: &Portfolio, metric: &str) -> Option<&MetricBase> {
        self.base
            .iter()
            .find(|p| p.portfolio == *portfolio)?
            .metrics
            .iter()
            .find(|m| &*m.id == metric)
    }

    /// The fiscal months a projection can be for, from the assessment's own to the end of the
    /// next fiscal year.
    pub fn months_ahead(&self) -> &[FiscalMonth] {
        let Ok(from) = self.start else { return &[] };
        let months = self.calendar.months();
        let last = self.last_month().max(from);
        months.get(from..=last).unwrap_or(&[])
    }
}

/// What the sheet's own index lies above the band at its own A and B, where that counts.
fn shift(base: &MetricBase, scale: &Scale, found: &MetricScore) -> Decimal {
    let (Some(a), Some(b), Some(applied)) = (&base.a, &base.b, base.index) else {
        return Decimal::ZERO;
    };
    if found.basis == MetricBasis::Held || found.basis == MetricBasis::NoBaseline {
        return Decimal::ZERO;
    }
    match scale.read(a, b) {
        super::band::Reading::Index(index) => applied - Decimal::from(index),
        _ => Decimal::ZERO,
    }
}

struct Reader<'a> {
    scale: &'a Scale,
    score: &'a MetricScore,
    shift: Decimal,
    raises: bool,
    minor: u32,
    moves: bool,
}

impl Reader<'_> {
    fn ladder(&self) -> Ladder {
        let zero = BigRational::zero();
        let sides = self
            .score
            .a
            .as_ref()
            .map(|a| (a, self.score.b.as_ref().unwrap_or(&zero)));
        let (band, size, source, strict, rungs) = match &self.scale.steps {
            Steps::Band(band) => {
                let floor = self.rung(None, band.floor, sides);
                let steps = (1..).zip(&band.thresholds);
                let rungs = steps.map(|(n, t)| self.rung(Some(*t), band.floor + n, sides));
                (
                    &band.id,
                    Arc::clone(&band.size),
                    &band.provenance,
                    band.edge == Edge::Gt,
                    std::iter::once(floor).chain(rungs).collect(),
                )
            }
            Steps::Levels(levels) => (
                &levels.id,
                "*".into(),
                &levels.provenance,
                false,
                self.levels(levels.index, sides),
            ),
        };
        let unit = match self.scale.kind {
            MeasureKind::Ratio | MeasureKind::Growth => LadderUnit::Percent,
            MeasureKind::Points => LadderUnit::Points,
            MeasureKind::Level => LadderUnit::Level,
        };
        let minimum = self.scale.minimum.clone();
        let met = |_: &Minimum| sides.is_some_and(|(a, b)| self.scale.meets_minimum(a, b));
        Ladder {
            unit,
            strict,
            standing: self.standing(&rungs, sides.is_some()),
            rungs,
            value: sides.and_then(|(a, b)| self.scale.value(a, b)),
            headroom: sides
                .filter(|_| self.moves)
                .and_then(|(a, b)| self.scale.headroom(a, b, self.minor)),
            minimum: minimum.map(|minimum| {
                let met = met(&minimum);
                (minimum, met)
            }),
            band: (Arc::clone(band), size),
            source: (Arc::clone(&source.source), Arc::clone(&source.confidence)),
            shift: self.shift,
            moves: self.moves,
        }
    }

    /// The rung A and B reach; without them the highest one whose index is not above the imported.
    fn standing(&self, rungs: &[Rung], read: bool) -> Option<usize> {
        if read {
            return rungs.iter().rposition(|rung| rung.passed);
        }
        let index = self.score.index?;
        rungs.iter().rposition(|rung| rung.index <= index)
    }

    fn rung(
        &self,
        threshold: Option<Decimal>,
        index: i64,
        sides: Option<(&BigRational, &BigRational)>,
    ) -> Rung {
        let passed = match (threshold, sides) {
            (None, _) => true,
            (Some(t), Some((a, b))) => self.scale.is_past(t, a, b),
            (Some(_), None) => false,
        };
        let missing = match (threshold, sides) {
            (Some(t), Some((a, b))) if !passed => match self.scale.kind {
                MeasureKind::Points => points_past(t, a, &self.scale.steps),
                _ if self.moves => self.scale.money_past(t, (a, b), self.raises, self.minor),
                _ => None,
            },
            _ => None,
        };
        Rung {
            threshold,
            name: None,
            index: self.shifted(index),
            passed,
            missing,
        }
    }

    fn levels(&self, indexes: [i64; 4], sides: Option<(&BigRational, &BigRational)>) -> Vec<Rung> {
        (0..)
            .zip(indexes)
            .zip(LEVELS)
            .map(|((level, index), name)| Rung {
                threshold: (level > 0).then(|| Decimal::from(level)),
                name: Some(name),
                index: self.shifted(index),
                passed: level == 0 || sides.is_some_and(|(a, _)| *a >= exact::int(level)),
                missing: None,
            })
            .collect()
    }

    fn shifted(&self, index: i64) -> Decimal {
        (Decimal::from(index) + self.shift).clamp(Decimal::ZERO, Decimal::TEN)
    }
}

/// The fewest whole points that pass a threshold.
fn points_past(threshold: Decimal, a: &BigRational, steps: &Steps) -> Option<Decimal> {
    let strict = matches!(steps, Steps::Band(band) if band.edge == Edge::Gt);
    let gap = exact::of(threshold) - a;
    let floor = exact::floor_units(&gap, 0);
    let on_it = BigRational::from_integer(floor.clone()) == gap;
    let points = if on_it && !strict {
        floor
    } else {
        floor + BigInt::from(1)
    };
    exact::from_units(&points, 0)
}
