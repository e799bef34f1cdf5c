//! A projection: the baseline rolled to a month, the deals of a view on top, read with the pack's
//! bands and weights. One way for every view, so that views can be subtracted.

use super::band::Reading;
use super::base::{Live, MetricBase, PortfolioBase};
use super::engine::Engine;
use super::exact;
use super::pack::{Horizon, Mismatch, Quantity};
use super::score;
use super::totals::{Table, classes_of};
use super::typed::Typed;
use super::units;
use super::{
    LeftOut, MetricBasis, MetricScore, Month, NextStep, PackLabel, PortfolioScore, ProgramError,
    Projection, View,
};
use crate::domain::quote::Quote;
use num_rational::BigRational;
use num_traits::Zero;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What deals add to A and B of a metric in parts of a minor unit; none where they move neither.
type Added = Option<(i128, i128)>;

/// What a projection was made of: while it is the same, so is the projection.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// The state of the engine; none for a projection that was changed afterwards.
    stamp: Option<Arc<()>>,
    at: usize,
    parts: i128,
    /// By portfolio and metric.
    added: Vec<Vec<Added>>,
}

impl Made {
    fn new(stamp: &Arc<()>, at: usize, parts: i128) -> Made {
        Made {
            stamp: Some(Arc::clone(stamp)),
            at,
            parts,
            added: Vec::new(),
        }
    }

    /// The projection says something else now.
    pub(super) fn changed(&mut self) {
        self.stamp = None;
    }

    fn is_of(&self, stamp: &Arc<()>, at: usize, parts: i128) -> bool {
        let own = self.stamp.as_ref();
        own.is_some_and(|own| Arc::ptr_eq(own, stamp)) && (self.at, self.parts) == (at, parts)
    }

    fn of(&self, portfolio: usize) -> Option<&[Added]> {
        self.added.get(portfolio).map(Vec::as_slice)
    }
}

/// A and B of a metric at a month, and whether anything moved them.
#[derive(Clone, Debug)]
pub(super) struct Moves {
    /// A carried over from the baseline.
    pub rolled_a: BigRational,
    /// B carried over.
    pub rolled_b: BigRational,
    /// What deals add to A.
    pub deals_a: BigRational,
    /// What deals add to B.
    pub deals_b: BigRational,
}

impl Moves {
    pub(super) fn a(&self) -> BigRational {
        &self.rolled_a + &self.deals_a
    }

    pub(super) fn b(&self) -> BigRational {
        &self.rolled_b + &self.deals_b
    }
}

impl Engine {
    /// Projects a view of a month. `View::Quote` counts the quote as the book holds it.
    ///
    /// # Errors
    /// A month that cannot be projected, or a quote the book does not hold.
    pub fn project(&self, view: &View, month: &Month) -> Result<Projection, ProgramError> {
        let typed = self.typed_in(view)?;
        self.projection(view, month, (typed.as_ref(), &self.left_out), None)
    }

    /// The quote of a view, as the book holds it.
    fn typed_in(&self, view: &View) -> Result<Option<Typed>, ProgramError> {
        let View::Quote(id) = view else {
            return Ok(None);
        };
        let offers = self.offers(*id).ok_or(ProgramError::UnknownQuote)?;
        Ok(Some(self.typed_of(offers)))
    }

    /// Projects a view with a draft in the place of the stored quote of its renewals; the draft
    /// counts as booked on its planned date in every view but `Booked` (nothing typed is booked)
    /// and `Weighted` (where it counts by its probability).
    ///
    /// # Errors
    /// A month that cannot be projected.
    pub fn project_with(
        &self,
        draft: &Quote,
        view: &View,
        month: &Month,
    ) -> Result<Projection, ProgramError> {
        self.project_typed(&self.typed(draft), view, month)
    }

    /// As [`Engine::project_with`], with the draft as it is counted already.
    ///
    /// # Errors
    /// A month that cannot be projected.
    pub fn project_typed(
        &self,
        typed: &Typed,
        view: &View,
        month: &Month,
    ) -> Result<Projection, ProgramError> {
        self.project_like(Some(typed), view, month, None)
    }

    /// As [`Engine::project_typed`], or without a quote. Metrics to which deals add what they add in `like` are taken
    /// from there: most of them, while a quote is typed. A projection that this engine did not
    /// make as it stands, or of another month, is left aside.
    ///
    /// # Errors
    /// A month that cannot be projected.
    pub fn project_like(
        &self,
        typed: Option<&Typed>,
        view: &View,
        month: &Month,
        like: Option<&Projection>,
    ) -> Result<Projection, ProgramError> {
        match typed.filter(|_| *view != View::Booked) {
            None => self.projection(view, month, (None, &self.left_out), like),
            Some(typed) => self.projection(view, month, (Some(typed), typed.left_out()), like),
        }
    }

    /// True for a projection this engine made as it stands: without a quote it would be the same again.
    pub fn made(&self, projection: &Projection) -> bool {
        let stamp = projection.made.stamp.as_ref();
        stamp.is_some_and(|stamp| Arc::ptr_eq(stamp, &self.stamp))
    }

    fn projection(
        &self,
        view: &View,
        month: &Month,
        (typed, left_out): (Option<&Typed>, &Arc<[LeftOut]>),
        like: Option<&Projection>,
    ) -> Result<Projection, ProgramError> {
        let at = self.month_at(month)?;
        let sums = self.sums(view, typed);
        Ok(self.projection_of(view, at, &sums, left_out, like))
    }

    /// Projects a view of every month that can be projected, in order: what deals add is summed
    /// once for all of them.
    ///
    /// # Errors
    /// Where nothing can be projected, or a quote the book does not hold.
    pub fn project_months(&self, view: &View) -> Result<Vec<Projection>, ProgramError> {
        let first = self.start.clone()?;
        let sums = self.sums(view, self.typed_in(view)?.as_ref());
        let months = first..=self.last_month().max(first);
        Ok(months
            .map(|at| self.projection_of(view, at, &sums, &self.left_out, None))
            .collect())
    }

    fn projection_of(
        &self,
        view: &View,
        at: usize,
        sums: &Table,
        left_out: &Arc<[LeftOut]>,
        like: Option<&Projection>,
    ) -> Projection {
        let like = like.filter(|like| like.made.is_of(&self.stamp, at, sums.parts));
        let mut portfolios = Vec::new();
        let mut made = Made::new(&self.stamp, at, sums.parts);
        for (number, base) in self.base_at(at).iter().enumerate() {
            let deals = Deals {
                sums,
                portfolio: number,
                places: self.pack.currency.minor_units(),
            };
            let like = like.and_then(|like| like.portfolios.get(number).zip(like.made.of(number)));
            let added = base.metrics.iter().map(|m| self.added(m, &deals, at));
            let added: Vec<Added> = added.collect();
            portfolios.push(self.portfolio(base, &deals, at, (&added, like)));
            made.added.push(added);
        }
        let code = self.calendar.at(at).map(|month| Arc::clone(&month.code));
        Projection {
            pack: self.label(),
            view: view.clone(),
            month: code.unwrap_or_else(|| "".into()),
            baseline_month: self.baseline_month.clone(),
            portfolios,
            left_out: Arc::clone(left_out),
            assumptions: match like.filter(|like| like.view == *view) {
                Some(like) => like.assumptions.clone(),
                None => self.assumptions(view, at),
            },
            made,
        }
    }

    /// The place of the month asked for; never before the baseline.
    pub(super) fn month_at(&self, month: &Month) -> Result<usize, ProgramError> {
        let m0 = self.start.clone()?;
        let code = |at: usize| {
            let found = self.calendar.at(at);
            found.map_or_else(|| "".into(), |m| Arc::clone(&m.code))
        };
        match month {
            Month::Baseline => Ok(m0),
            Month::Horizon => {
                let horizon = match self.pack.horizon {
                    Horizon::QuarterEnd => self.calendar.quarter_end(self.today),
                    Horizon::CurrentMonth => self.calendar.month_of(self.today),
                };
                let at = horizon.and_then(|m| self.calendar.position(&m.code));
                Ok(at.ok_or(ProgramError::TodayOutside(self.today))?.max(m0))
            }
            Month::Code(wanted) => {
                let at = self.calendar.position(wanted).ok_or_else(|| {
                    let last = self.calendar.months().len().saturating_sub(1);
                    ProgramError::UnknownMonth(Arc::clone(wanted), code(0), code(last))
                })?;
                if at < m0 {
                    return Err(ProgramError::BeforeBaseline(Arc::clone(wanted), code(m0)));
                }
                let last = self.last_month().max(m0);
                if at > last {
                    return Err(ProgramError::BeyondHorizon(Arc::clone(wanted), code(last)));
                }
                Ok(at)
            }
        }
    }

    /// The month of [`Month::Horizon`], by code.
    ///
    /// # Errors
    /// Where today's month cannot be projected.
    pub fn horizon(&self) -> Result<Arc<str>, ProgramError> {
        let at = self.month_at(&Month::Horizon)?;
        let month = self.calendar.at(at);
        Ok(month.map_or_else(|| "".into(), |month| Arc::clone(&month.code)))
    }

    /// The months that can be projected, by code: from the baseline to the end of the next fiscal
    /// year, as far as the calendar goes. None where nothing can be.
    pub fn months(&self) -> Vec<Arc<str>> {
        let months = self.months_ahead().iter();
        months.map(|month| Arc::clone(&month.code)).collect()
    }

    /// The place of the last month of the fiscal year after today's; of the calendar's last month
    /// where today lies outside it.
    pub(super) fn last_month(&self) -> usize {
        let months = self.calendar.months();
        let year = self.calendar.month_of(self.today).map(|month| month.year);
        let last = months
            .iter()
            .rposition(|month| year.is_none_or(|year| month.year <= year + 1));
        last.unwrap_or_default()
    }

    pub(super) fn label(&self) -> PackLabel {
        // the weights matter only where they make a score
        let scored = |p: &PortfolioBase| p.metrics.iter().any(|m| !m.weight().is_zero());
        let placeholder = self.baseline_month.is_none()
            || self
                .base
                .iter()
                .any(|p| p.imported && p.placeholder && scored(p));
        let bands = self
            .base
            .iter()
            .filter(|p| p.imported)
            .flat_map(|p| &p.metrics)
            .filter(|metric| metric.live.is_some() && !metric.weight().is_zero())
            .filter_map(|metric| metric.band_source.as_ref().map(|(_, c)| &**c));
        let weakest = bands.chain(std::iter::once("tool")).max_by_key(|word| {
            let order = ["documented", "tool", "inferred", "unknown", "placeholder"];
            order.iter().position(|known| known == word)
        });
        let confidence = if placeholder {
            self.pack.confidence.clone()
        } else {
            weakest.unwrap_or("unknown").to_string()
        };
        let name = if placeholder {
            &self.pack.title
        } else {
            self.pack.plain_title()
        };
        PackLabel {
            name: name.to_string(),
            as_of: self.pack.as_of,
            confidence,
        }
    }

    fn portfolio(
        &self,
        base: &PortfolioBase,
        deals: &Deals<'_>,
        at: usize,
        (added, like): (&[Added], Option<(&PortfolioScore, &[Added])>),
    ) -> PortfolioScore {
        if let Some((score, _)) = like.filter(|(_, before)| *before == added) {
            return score.clone();
        }
        let metrics: Vec<MetricScore> = base
            .metrics
            .iter()
            .enumerate()
            .map(|(number, metric)| {
                let same = like.and_then(|(score, before)| {
                    (before.get(number)? == added.get(number)?)
                        .then(|| score.metrics.get(number))
                        .flatten()
                });
                same.cloned()
                    .unwrap_or_else(|| self.metric(base, metric, deals, at))
            })
            .collect();
        let weighted = base.metrics.iter().any(|metric| !metric.weight().is_zero());
        let points = metrics.iter().filter_map(|metric| metric.points.as_ref());
        let score = (base.imported && weighted).then(|| exact::sum(points));
        let next = score
            .as_ref()
            .and_then(|score| score::next_edge(score, &self.pack.tiers));
        PortfolioScore {
            portfolio: base.portfolio.clone(),
            score,
            next_threshold: next.as_ref().map(|(edge, _)| *edge),
            missing: next.map(|(_, missing)| missing),
            placeholder_weights: base.placeholder,
            metrics,
        }
    }

    fn metric(
        &self,
        portfolio: &PortfolioBase,
        base: &MetricBase,
        deals: &Deals<'_>,
        at: usize,
    ) -> MetricScore {
        let moves = self.moves(base, deals, at);
        let mut out = MetricScore {
            metric: Arc::clone(&base.id),
            title: base.title.clone(),
            category: Arc::clone(&base.category),
            a: base.a.clone(),
            b: base.b.clone(),
            value: None,
            index: base.index,
            category_weight: base.category_weight.clone(),
            metric_weight: base.metric_weight.clone(),
            points: None,
            basis: MetricBasis::Held,
            next_step: None,
        };
        match moves {
            _ if !portfolio.imported || base.is_blank() => {
                out.basis = MetricBasis::NoBaseline;
                out.index = None;
                out.a = moves.as_ref().map(|moves| moves.deals_a.clone());
                out.b = moves.as_ref().map(|moves| moves.deals_b.clone());
            }
            Some(moves) => self.read(base, &moves, &mut out),
            None if base.index.is_none() => out.basis = MetricBasis::NoBaseline,
            None => {}
        }
        if portfolio.imported
            && let (Some(kind), Some(a)) = (base.kind, &out.a)
        {
            let zero = BigRational::zero();
            out.value = super::band::value(kind, a, out.b.as_ref().unwrap_or(&zero));
        }
        out.points = out.index.map(|index| base.weight() * exact::of(index));
        out
    }

    /// The index of projected A and B, and the money to the next.
    fn read(&self, base: &MetricBase, moves: &Moves, out: &mut MetricScore) {
        let (a, b) = (moves.a(), moves.b());
        let (index, basis) = self.index_at(base, &a, &b);
        let now = index.unwrap_or_default();
        out.index = index;
        out.basis = basis;
        if let (Some(scale), Some(live)) = (&base.scale, base.live) {
            let units = self.pack.currency.minor_units();
            let raises = live.raises_base();
            out.next_step =
                scale
                    .next_step(&a, &b, raises, units)
                    .and_then(|(threshold, missing)| {
                        let more = exact::of(missing);
                        let raised = if raises { &b + &more } else { b.clone() };
                        let then = self.index_at(base, &(&a + &more), &raised).0?;
                        let gain = base.weight() * exact::of(then - now);
                        exact::is_positive(&gain).then_some(NextStep {
                            threshold,
                            missing,
                            gain,
                        })
                    });
        }
        out.a = Some(a);
        out.b = Some(b);
    }

    /// The index at A and B: the imported one while they stand as imported; else the band's, moved
    /// by what the sheet's own index differs from its band (program §1, baseline shift).
    pub(super) fn index_at(
        &self,
        base: &MetricBase,
        a: &BigRational,
        b: &BigRational,
    ) -> (Option<Decimal>, MetricBasis) {
        let (Some(scale), Some(a0), Some(b0)) = (&base.scale, &base.a, &base.b) else {
            return (base.index, MetricBasis::Held);
        };
        if (a, b) == (a0, b0) && base.index.is_some() && base.was.is_none() {
            return (base.index, MetricBasis::Imported);
        }
        let new = match scale.read(a, b) {
            Reading::Index(index) => Decimal::from(index),
            Reading::BelowMinimum => return (Some(Decimal::ZERO), MetricBasis::BelowMinimum),
            Reading::NoBase => return (Some(Decimal::ZERO), MetricBasis::NoBaseline),
        };
        let Some(applied) = base.index else {
            return (Some(new), MetricBasis::Projected);
        };
        match base.was.as_ref().unwrap_or(scale).read(a0, b0) {
            Reading::Index(old)
                if Decimal::from(old) != applied && self.pack.mismatch == Mismatch::Shift =>
            {
                let shifted = applied + new - Decimal::from(old);
                let ten = Decimal::TEN;
                let clamped = shifted.clamp(Decimal::ZERO, ten);
                (Some(clamped), MetricBasis::Shifted)
            }
            _ => (Some(new), MetricBasis::Projected),
        }
    }

    /// What rolls and what deals add; `None` for a metric that deals do not move, or whose A or B
    /// the sheet does not give.
    pub(super) fn moves(&self, base: &MetricBase, deals: &Deals<'_>, at: usize) -> Option<Moves> {
        let live = base.live?;
        let m0 = *self.start.as_ref().ok()?;
        let k = at.checked_sub(m0)?;
        match (&base.a, &base.b) {
            (Some(_), Some(_)) => {}
            (None, None) if base.index.is_none() => {}
            _ => return None,
        }
        let months = live.months;
        let offset = live.base_offset(self.pack.growth.prior_offset_months);
        let window = |quantity, offset| deals.window(quantity, at, months, offset);
        let rolled = self.rolled(base, deals.portfolio, live, k);
        Some(Moves {
            rolled_a: rolled.a,
            rolled_b: rolled.b,
            deals_a: window(live.a, 0) + self.completed(live, deals, at),
            deals_b: window(live.b, offset),
        })
    }

    /// What deals add to A and B of a metric, in parts of a minor unit.
    fn added(&self, base: &MetricBase, deals: &Deals<'_>, at: usize) -> Added {
        let live = base.live?;
        let offset = live.base_offset(self.pack.growth.prior_offset_months);
        Some((
            deals.units(live.a, at, live.months, 0),
            deals.units(live.b, at, live.months, offset),
        ))
    }

    /// What adoption stages completed since the assessment add to A.
    fn completed(&self, live: Live, deals: &Deals<'_>, at: usize) -> BigRational {
        let stages = self.milestones.iter();
        let total = stages
            .map(|stage| stage.adds(live.a, deals.portfolio, at, live.months))
            .sum();
        units::fraction(total, deals.places)
    }

    fn assumptions(&self, view: &View, at: usize) -> Vec<String> {
        let mut out = Vec::new();
        let m0 = self.start.as_ref().ok().copied().unwrap_or(at);
        if self.baseline_month.is_none() {
            out.push(
                "no assessment is imported: there is no score, only what deals add".to_string(),
            );
        } else if at > m0 {
            out.extend(self.roll_out_words(at - m0));
        }
        if self.base.iter().any(|p| p.imported && p.placeholder) {
            out.push("weights are the pack's placeholders, not the partner's own".to_string());
        }
        if !self.deals().is_empty() {
            out.push("lines without a premium, EA or AI mark count as none of them".to_string());
        }
        for currency in self.exchange.currencies() {
            out.push(format!(
                "amounts in {currency} count at the pack's rate of the booking day, what is due at \
                 that of the end day, rounded half up line by line"
            ));
        }
        let counted = classes_of(view);
        let pulled = self
            .pulled
            .iter()
            .filter(|(class, month)| counted.contains(class) && *month > m0 && *month <= at)
            .count();
        if pulled > 0 {
            let books = if pulled == 1 {
                "deal books"
            } else {
                "deals book"
            };
            out.push(format!(
                "{pulled} {books} before the fiscal month of their end (pulled forward): two \
                 bookings of a contract may stand in one window, and a gap follows"
            ));
        }
        for base in self.base.iter().filter(|p| !p.imported) {
            if self.baseline_month.is_some() {
                out.push(format!("{}: no baseline", base.portfolio));
            }
        }
        out.extend(self.base.iter().flat_map(|p| p.remarks.iter().cloned()));
        out
    }
}

/// What the deals of a view add to one portfolio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deals<'a> {
    /// The view's sums.
    pub sums: &'a Table,
    /// Number of the portfolio.
    pub portfolio: usize,
    /// Decimal places of the currency.
    pub places: u32,
}

impl Deals<'_> {
    /// The sum of a quantity over the window of `months` that ends `offset` months before `at`.
    fn window(&self, quantity: Quantity, at: usize, months: usize, offset: usize) -> BigRational {
        let total = self.units(quantity, at, months, offset);
        units::part(total, self.places, self.sums.parts)
    }

    /// The same in parts of a minor unit.
    fn units(&self, quantity: Quantity, at: usize, months: usize, offset: usize) -> i128 {
        let Some(last) = at.checked_sub(offset) else {
            return 0;
        };
        let first = (last + 1).saturating_sub(months);
        (first..=last)
            .filter_map(|month| self.sums.at(self.portfolio, month))
            .map(|sums| sums.of(quantity))
            .sum()
    }
}
