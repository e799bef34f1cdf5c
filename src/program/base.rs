//! Where every projection starts: the partner's own assessment of one month, joined with the
//! pack's rules. Weights of an imported sheet are used as given; without them the pack's stand in.

use super::band::{Scale, Steps};
use super::baseline::recognise;
use super::calendar::{Calendar, parse_code};
use super::exact;
use super::pack::{LinesCounted, Measure, MeasureKind, MetricRule, Pack, PortfolioRule, Quantity};
use super::reseller;
use crate::domain::baseline::BaselineRow;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How deals move a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// What adds to A.
    pub a: Quantity,
    /// What adds to B.
    pub b: Quantity,
    /// Months of the window.
    pub months: usize,
    /// B is A's own past: the same quantity in the prior window.
    pub growth: bool,
}

impl Live {
    fn of(rule: &MetricRule, measure: &Measure, services: bool) -> Option<Live> {
        let (a, b) = (measure.a?, measure.b.or(measure.a)?);
        let looks_elsewhere = measure.lines == LinesCounted::Services && !services;
        let moves = matches!(measure.kind, MeasureKind::Ratio | MeasureKind::Growth);
        (moves && !rule.hold && !looks_elsewhere).then_some(Live {
            a,
            b,
            months: rule.window_months?,
            growth: measure.kind == MeasureKind::Growth,
        })
    }

    /// True where the money that raises A raises B too.
    pub fn raises_base(self) -> bool {
        !self.growth && self.a != self.b && self.a.is_part_of(self.b)
    }

    /// How many months before the current window B is looked for.
    pub fn base_offset(self, prior_offset: usize) -> usize {
        if self.growth { prior_offset } else { 0 }
    }
}

/// A portfolio at the baseline.
#[derive(Clone, Debug)]
pub struct PortfolioBase {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// It has rows in the assessment.
    pub imported: bool,
    /// Its weights are the pack's placeholders.
    pub placeholder: bool,
    /// Its metrics.
    pub metrics: Vec<MetricBase>,
    /// What is odd about its rows, in sentences.
    pub remarks: Vec<String>,
}

/// A metric at the baseline.
#[derive(Clone, Debug)]
pub struct MetricBase {
    /// Metric id, or the measurement as written.
    pub id: Arc<str>,
    /// Title.
    pub title: String,
    /// Category id.
    pub category: Arc<str>,
    /// Fraction of one.
    pub category_weight: BigRational,
    /// Fraction of one.
    pub metric_weight: BigRational,
    /// How its value is made, where it is known.
    pub kind: Option<MeasureKind>,
    /// Imported A.
    pub a: Option<BigRational>,
    /// Imported B.
    pub b: Option<BigRational>,
    /// Imported applied index.
    pub index: Option<Decimal>,
    /// How deals move it; `None` holds it.
    pub live: Option<Live>,
    /// How an index is read.
    pub scale: Option<Scale>,
    /// How it was read in the month of the assessment, where that is another way.
    pub was: Option<Scale>,
    /// Source of the band with its confidence.
    pub band_source: Option<(Arc<str>, Arc<str>)>,
    /// File and row it was read from.
    pub origin: Option<String>,
}

impl MetricBase {
    /// True where the assessment says nothing of it.
    pub fn is_blank(&self) -> bool {
        self.a.is_none() && self.b.is_none() && self.index.is_none()
    }

    /// Category weight times metric weight.
    pub fn weight(&self) -> BigRational {
        &self.category_weight * &self.metric_weight
    }
}

/// The newest month of the assessment by fiscal year and number.
pub fn newest_month(snapshot: &Snapshot) -> Option<Arc<str>> {
    reseller::rows(snapshot)
        .filter_map(|row| parse_code(&row.month).map(|order| (order, &row.month)))
        .max_by_key(|(order, _)| *order)
        .map(|(_, month)| Arc::clone(month))
}

/// Every portfolio of the pack and of the assessment of `month`.
pub fn portfolios(
    pack: &Pack,
    snapshot: &Snapshot,
    month: Option<&str>,
    day: NaiveDate,
) -> Vec<PortfolioBase> {
    let mut titles: Vec<Portfolio> = pack
        .portfolios
        .iter()
        .map(|p| p.portfolio.clone())
        .collect();
    let rows: Vec<&BaselineRow> = reseller::rows(snapshot)
        .filter(|row| month == Some(&*row.month))
        .collect();
    for row in &rows {
        if !titles.contains(&row.portfolio) {
            titles.push(row.portfolio.clone());
        }
    }
    titles
        .into_iter()
        .map(|portfolio| {
            let mut own: Vec<&BaselineRow> = rows
                .iter()
                .copied()
                .filter(|row| row.portfolio == portfolio)
                .collect();
            own.sort_by_key(|row| (row.row, row.id));
            let context = Context {
                pack,
                snapshot,
                rule: pack.portfolio(&portfolio),
                size: size_of(pack, snapshot, &portfolio),
                day,
            };
            context.portfolio(portfolio, &own)
        })
        .collect()
}

/// The partner's size in a portfolio: the book's setting `size.<portfolio id>`, else the pack's.
fn size_of(pack: &Pack, snapshot: &Snapshot, portfolio: &Portfolio) -> Arc<str> {
    let Some(rule) = pack.portfolio(portfolio) else {
        return "*".into();
    };
    let typed = snapshot.settings.get(&format!("size.{}", rule.id));
    typed
        .and_then(|size| pack.sizes.iter().find(|s| &*s.id == size.as_str()))
        .map_or_else(|| Arc::clone(&rule.size), |size| Arc::clone(&size.id))
}

struct Context<'a> {
    pack: &'a Pack,
    snapshot: &'a Snapshot,
    rule: Option<&'a PortfolioRule>,
    size: Arc<str>,
    day: NaiveDate,
}

impl Context<'_> {
    fn portfolio(&self, portfolio: Portfolio, rows: &[&BaselineRow]) -> PortfolioBase {
        let weighted = rows
            .iter()
            .any(|row| row.category_weight_pct.is_some() && row.measurement_weight_pct.is_some());
        let mut base = PortfolioBase {
            portfolio,
            imported: !rows.is_empty(),
            placeholder: !weighted,
            metrics: Vec::new(),
            remarks: Vec::new(),
        };
        if weighted {
            self.by_sheet(&mut base, rows);
        } else {
            self.by_pack(&mut base, rows);
        }
        base
    }

    /// Metrics and weights are those of the sheet.
    fn by_sheet(&self, base: &mut PortfolioBase, rows: &[&BaselineRow]) {
        let unit = weight_unit(rows);
        for row in rows {
            let fraction = |weight: Option<Decimal>| {
                weight.map_or_else(BigRational::zero, |w| exact::of(w) / &unit)
            };
            let category_weight = fraction(row.category_weight_pct);
            let metric_weight = fraction(row.measurement_weight_pct);
            let taken = |metric: &str| base.metrics.iter().any(|m| &*m.id == metric);
            let metric = self.of_row(row, &taken, category_weight, metric_weight);
            if row.category_weight_pct.is_none() || row.measurement_weight_pct.is_none() {
                base.remarks.push(format!(
                    "{}: {} has no weight in the sheet and counts 0",
                    base.portfolio, row.measurement
                ));
            }
            base.metrics.push(metric);
        }
        let weights: Vec<BigRational> = base.metrics.iter().map(MetricBase::weight).collect();
        let off = exact::sum(&weights) - exact::one();
        let tolerance = exact::of(Decimal::new(5, 4));
        if off > tolerance || off < -tolerance {
            let percent = exact::text(&(exact::sum(&weights) * exact::hundred()), 2);
            base.remarks.push(format!(
                "{}: the sheet's weights sum to {percent} %, used as given",
                base.portfolio
            ));
        }
    }

    /// Metrics and weights are the pack's; the sheet gives indexes, A and B where it has them.
    fn by_pack(&self, base: &mut PortfolioBase, rows: &[&BaselineRow]) {
        let Some(portfolio) = self.rule else {
            let none = |_: &str| false;
            base.metrics = rows
                .iter()
                .map(|row| self.of_row(row, &none, BigRational::zero(), BigRational::zero()))
                .collect();
            return;
        };
        let rules: Vec<&MetricRule> = self
            .pack
            .metrics
            .iter()
            .filter(|rule| rule.portfolio == portfolio.id && rule.effective.on(self.day))
            .collect();
        for rule in &rules {
            let peers = || rules.iter().filter(|peer| peer.category == rule.category);
            let metric_weight = match rule.weight_pct {
                Some(weight) => exact::of_percent(weight),
                None if peers().any(|peer| peer.weight_pct.is_some()) => BigRational::zero(),
                None => {
                    let total: Decimal = peers().map(|peer| peer.share).sum();
                    if total.is_zero() {
                        BigRational::zero()
                    } else {
                        exact::of(rule.share) / exact::of(total)
                    }
                }
            };
            let row = rows.iter().find(|row| metric_of(row) == Some(&*rule.id));
            if metric_weight.is_zero() && row.is_none() {
                continue;
            }
            let category_weight = self
                .pack
                .categories
                .iter()
                .find(|c| {
                    c.portfolio == portfolio.id && c.id == rule.category && c.effective.on(self.day)
                })
                .map_or_else(BigRational::zero, |c| exact::of_percent(c.weight_pct));
            let mut metric = self.of_rule(rule, category_weight, metric_weight);
            match row {
                Some(row) => self.fill(&mut metric, row),
                None if base.imported => base.remarks.push(format!(
                    "{}: the sheet has no {}, it counts 0",
                    base.portfolio, metric.title
                )),
                None => {}
            }
            base.metrics.push(metric);
        }
        for row in rows {
            let known = metric_of(row).is_some_and(|id| rules.iter().any(|rule| &*rule.id == id));
            if !known {
                let held = |_: &str| true;
                let zero = BigRational::zero;
                base.metrics.push(self.of_row(row, &held, zero(), zero()));
            }
        }
    }

    /// A metric as a row of the sheet has it. A second row of the same metric is held.
    fn of_row(
        &self,
        row: &BaselineRow,
        taken: &dyn Fn(&str) -> bool,
        category_weight: BigRational,
        metric_weight: BigRational,
    ) -> MetricBase {
        let rule = metric_of(row).filter(|id| !taken(id)).and_then(|id| {
            self.pack.metrics.iter().find(|rule| {
                Some(&*rule.portfolio) == self.rule.map(|p| &*p.id)
                    && &*rule.id == id
                    && rule.effective.on(self.day)
            })
        });
        let mut metric = match rule {
            Some(rule) => self.of_rule(rule, category_weight, metric_weight),
            None => MetricBase {
                id: metric_of(row)
                    .filter(|id| !taken(id))
                    .map_or_else(|| Arc::clone(&row.measurement), Arc::from),
                title: row.measurement.to_string(),
                category: category_of(row).unwrap_or_else(|| "unknown".into()),
                category_weight,
                metric_weight,
                kind: None,
                a: None,
                b: None,
                index: None,
                live: None,
                scale: None,
                was: None,
                band_source: None,
                origin: None,
            },
        };
        if let Some(category) = category_of(row) {
            metric.category = category;
        }
        self.fill(&mut metric, row);
        metric
    }

    fn of_rule(
        &self,
        rule: &MetricRule,
        category_weight: BigRational,
        metric_weight: BigRational,
    ) -> MetricBase {
        let measure = self.pack.measure(&rule.id);
        let services = self.rule.is_some_and(|p| p.portfolio.is_services());
        let steps = rule.band.as_deref().and_then(|id| self.steps(id));
        let band_source = steps.as_ref().map(|steps| {
            let from = match steps {
                Steps::Band(band) => &band.provenance,
                Steps::Levels(levels) => &levels.provenance,
            };
            (Arc::clone(&from.source), Arc::clone(&from.confidence))
        });
        let scale = measure.zip(steps).map(|(measure, steps)| Scale {
            kind: measure.kind,
            steps,
            minimum: rule.minimum.clone(),
        });
        MetricBase {
            id: Arc::clone(&rule.id),
            title: measure.map_or_else(|| rule.id.to_string(), |m| m.title.clone()),
            category: Arc::clone(&rule.category),
            category_weight,
            metric_weight,
            kind: measure.map(|m| m.kind),
            a: None,
            b: None,
            index: None,
            live: measure
                .and_then(|measure| Live::of(rule, measure, services))
                .filter(|_| scale.is_some()),
            scale,
            was: None,
            band_source,
            origin: None,
        }
    }

    fn steps(&self, id: &str) -> Option<Steps> {
        let band = self.pack.band(id, &self.size, self.day).cloned();
        band.map(Steps::Band).or_else(|| {
            let levels = self.pack.level(id, self.day);
            levels.cloned().map(Steps::Levels)
        })
    }

    /// Puts the figures of a row into a metric. Career points are the sum of its three columns
    /// (decision 16).
    fn fill(&self, metric: &mut MetricBase, row: &BaselineRow) {
        let number = |n: Option<Decimal>| n.map(exact::of);
        metric.a = number(row.a);
        metric.b = number(row.b);
        if &*metric.id == "career" {
            metric.a = [row.a, row.b, row.c]
                .into_iter()
                .flatten()
                .map(exact::of)
                .reduce(|sum, points| sum + points);
            metric.b = None;
        }
        metric.index = row.applied_index.or_else(|| achieved(metric, row));
        if metric.index.is_none() {
            metric.index = unmoved(metric);
        }
        let file = row
            .batch
            .and_then(|batch| self.snapshot.batches.get(batch))
            .map(|batch| batch.file.clone());
        metric.origin = match (file, row.row) {
            _ if row.typed.is_some() => row
                .typed
                .as_ref()
                .map(|typed| format!("typed by {} on {}", typed.by, typed.on)),
            (Some(file), Some(at)) => Some(format!("{file}, row {at}")),
            (Some(file), None) => Some(file),
            (None, Some(at)) => Some(format!("row {at} of the sheet")),
            (None, None) => None,
        };
    }
}

/// The index a row achieved, as far as it applies: nothing below the minimum bookings.
fn achieved(metric: &MetricBase, row: &BaselineRow) -> Option<Decimal> {
    let index = row.achieved_index?;
    let denied = match (&metric.scale, &metric.a, &metric.b) {
        (Some(scale), Some(a), Some(b)) => !scale.meets_minimum(a, b),
        _ => false,
    };
    Some(if denied { Decimal::ZERO } else { index })
}

/// The index of a metric that deals do not move and whose A and B were given without one, where
/// the pack has a scale: nothing later would read it.
fn unmoved(metric: &MetricBase) -> Option<Decimal> {
    let (scale, a) = (metric.scale.as_ref()?, metric.a.as_ref()?);
    let zero = BigRational::zero();
    let b = match scale.kind {
        MeasureKind::Points | MeasureKind::Level => metric.b.as_ref().unwrap_or(&zero),
        MeasureKind::Ratio | MeasureKind::Growth => metric.b.as_ref()?,
    };
    metric
        .live
        .is_none()
        .then(|| Decimal::from(scale.read(a, b).index()))
}

/// The metric a row is of, as recognised on import or by its name.
pub fn metric_of(row: &BaselineRow) -> Option<&str> {
    row.metric
        .as_deref()
        .or_else(|| recognise(&row.measurement))
}

fn category_of(row: &BaselineRow) -> Option<Arc<str>> {
    let text = row.category.as_deref()?.trim().to_lowercase();
    let known = [
        ("foundation", "foundational"),
        ("capabilit", "capabilities"),
        ("perform", "performance"),
        ("engage", "engagement"),
    ];
    let id = known
        .iter()
        .find(|(part, _)| text.contains(part))
        .map_or(text.as_str(), |(_, id)| id);
    Some(id.into())
}

/// What the sheet's weights are counted in: 100 for percents, 1 where they are fractions (then a
/// portfolio's overall weights sum to about 1 as they stand).
fn weight_unit(rows: &[&BaselineRow]) -> BigRational {
    let raw: Decimal = rows
        .iter()
        .filter_map(|row| {
            row.category_weight_pct?
                .checked_mul(row.measurement_weight_pct?)
        })
        .sum();
    if raw <= Decimal::TWO {
        exact::one()
    } else {
        exact::hundred()
    }
}

/// The fiscal month before the one a day lies in: the start where nothing was imported.
pub fn month_before(calendar: &Calendar, day: NaiveDate) -> Option<usize> {
    calendar.position_of(day)?.checked_sub(1)
}
