//! Our own figures beside those of the partner's assessment, metric by metric: what the band makes
//! of the sheet's A and B, what its ratio is, what an older assessment with the book's bookings
//! would have become, and what the book's own history adds up to. Nothing is corrected here and no
//! difference is hidden; which side is right is for a person to say.

use super::band::{Reading, Scale};
use super::base::{self, Live, MetricBase, PortfolioBase};
use super::calendar::{Calendar, parse_code};
use super::pack::{CountedBy, MeasureKind, Pack};
use super::{Engine, Month, Projection, View, band, exact, reseller};
use crate::domain::baseline::BaselineRow;
use crate::domain::ids::ContractId;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::StageKind;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The band's index of the sheet's A and B, minimum bookings included, and the applied index.
    Applied,
    /// The same without the minimum, and the achieved index.
    Achieved,
    /// The ratio, growth, points or level of A and B, and the achieved value as written.
    Value,
    /// Weights times applied indexes of a portfolio.
    Score,
    /// A that the assessment before, rolled on with the book's bookings, gives for this month.
    CarriedA,
    /// B likewise.
    CarriedB,
    /// The index likewise.
    CarriedIndex,
    /// A that the book's own history adds up to.
    BookA,
    /// B likewise.
    BookB,
}

impl Subject {
    /// Short words for a table, and the word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Applied => "applied index",
            Subject::Achieved => "achieved index",
            Subject::Value => "achieved value",
            Subject::Score => "score",
            Subject::CarriedA => "A carried on",
            Subject::CarriedB => "B carried on",
            Subject::CarriedIndex => "index carried on",
            Subject::BookA => "A of the book",
            Subject::BookB => "B of the book",
        }
    }
}

/// What comes of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Both sides are the same.
    Agrees,
    /// Amounts that rest on an estimate differ; the index does not.
    Drift,
    /// They differ.
    Differs,
    /// No public scale: the imported index is held, there is nothing of ours to compare.
    Held,
    /// One side is missing; the note says why.
    NotCompared,
}

impl Verdict {
    /// The word on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Agrees => "agrees",
            Verdict::Drift => "drift",
            Verdict::Differs => "differs",
            Verdict::Held => "held",
            Verdict::NotCompared => "not compared",
        }
    }
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Portfolio.
    pub portfolio: Portfolio,
    /// Metric id; none for a line of the whole portfolio.
    pub metric: Option<Arc<str>>,
    /// Title of the metric, or `Score`.
    pub title: String,
    /// What is compared.
    pub subject: Subject,
    /// Our figure, exact.
    pub ours: Option<BigRational>,
    /// The assessment's figure.
    pub theirs: Option<BigRational>,
    /// What comes of it.
    pub verdict: Verdict,
    /// What our figure assumes, or why there is none; may be empty.
    pub assumed: String,
}

impl Line {
    /// Ours less theirs.
    pub fn difference(&self) -> Option<BigRational> {
        Some(self.ours.as_ref()? - self.theirs.as_ref()?)
    }
}

/// All comparisons of one month of the assessment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reconciliation {
    /// The month, the newest unless another was asked for; none without an assessment.
    pub month: Option<Arc<str>>,
    /// The assessment before it, where the book has one.
    pub older: Option<Arc<str>>,
    /// The comparisons in the order of portfolios and metrics.
    pub lines: Vec<Line>,
}

impl Reconciliation {
    /// The lines of a metric.
    pub fn of<'a>(
        &'a self,
        portfolio: &'a Portfolio,
        metric: &'a str,
    ) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| {
            line.portfolio == *portfolio && line.metric.as_deref() == Some(metric)
        })
    }

    /// The weightiest verdict of a metric: differs before drift before agrees.
    pub fn verdict(&self, portfolio: &Portfolio, metric: &str) -> Option<Verdict> {
        let order = [
            Verdict::Differs,
            Verdict::Drift,
            Verdict::Held,
            Verdict::Agrees,
            Verdict::NotCompared,
        ];
        order
            .into_iter()
            .find(|verdict| self.of(portfolio, metric).any(|l| l.verdict == *verdict))
    }

    /// True where a line of the metric differs.
    pub fn differs(&self, portfolio: &Portfolio, metric: &str) -> bool {
        self.verdict(portfolio, metric) == Some(Verdict::Differs)
    }
}

/// Compares an assessment (`month`, or the newest) with everything of ours that says something
/// about it. Builds up to two engines, so it belongs on a worker for a large book.
pub fn reconcile(
    pack: &Pack,
    snapshot: &Snapshot,
    today: NaiveDate,
    month: Option<&str>,
) -> Reconciliation {
    let Some(month) = month
        .map(Arc::from)
        .or_else(|| base::newest_month(snapshot))
    else {
        return Reconciliation::default();
    };
    let ground = Ground::of(pack, snapshot, today, &month);
    let mut lines = Vec::new();
    for base in ground.bases.iter().filter(|base| base.imported) {
        for metric in &base.metrics {
            ground.of_metric(base, metric, &mut lines);
        }
        lines.push(score_line(base));
    }
    Reconciliation {
        older: ground.older.as_ref().map(|(month, _)| Arc::clone(month)),
        month: Some(month),
        lines,
    }
}

/// What all lines of one month are made from.
struct Ground<'a> {
    bases: Vec<PortfolioBase>,
    rows: Vec<&'a BaselineRow>,
    /// The assessment before, rolled on to the month with what the book booked since.
    older: Option<(Arc<str>, Option<Projection>)>,
    own: Own,
    prior_offset: usize,
}

impl<'a> Ground<'a> {
    fn of(pack: &Pack, snapshot: &'a Snapshot, today: NaiveDate, month: &Arc<str>) -> Ground<'a> {
        let certain = |_| Decimal::ONE_HUNDRED;
        let at = Month::Code(Arc::clone(month));
        let older = month_before(snapshot, month).map(|older| {
            let engine = Engine::from_month(pack, snapshot, today, &certain, Some(&older));
            (older, engine.project(&View::Booked, &at).ok())
        });
        Ground {
            bases: base::portfolios(pack, snapshot, Some(month), today),
            rows: reseller::rows(snapshot)
                .filter(|row| row.month == *month)
                .collect(),
            older,
            own: Own::of(pack, snapshot, today, month),
            prior_offset: pack.growth.prior_offset_months,
        }
    }

    fn of_metric(&self, base: &PortfolioBase, metric: &MetricBase, lines: &mut Vec<Line>) {
        let row = self.rows.iter().copied().find(|row| {
            row.portfolio == base.portfolio
                && (base::metric_of(row) == Some(&*metric.id) || row.measurement == metric.id)
        });
        let Some(row) = row else { return };
        let mut add = |subject, ours, theirs, verdict, assumed: String| {
            lines.push(Line {
                portfolio: base.portfolio.clone(),
                metric: Some(Arc::clone(&metric.id)),
                title: metric.title.clone(),
                subject,
                ours,
                theirs,
                verdict,
                assumed,
            });
        };
        of_indexes(metric, row, &mut add);
        of_value(metric, row, &mut add);
        self.carried(base, metric, &mut add);
        self.of_book(base, metric, &mut add);
    }

    /// The assessment before, rolled on to this month, beside this one.
    fn carried(&self, base: &PortfolioBase, metric: &MetricBase, add: &mut Add<'_>) {
        let Some((month, projection)) = &self.older else {
            return;
        };
        if metric.live.is_none() {
            return;
        }
        let found = projection.as_ref().and_then(|projection| {
            let found = |p: &&super::PortfolioScore| p.portfolio == base.portfolio;
            let portfolio = projection.portfolios.iter().find(found)?;
            portfolio.metrics.iter().find(|m| m.metric == metric.id)
        });
        let Some(then) = found.filter(|then| then.basis != super::MetricBasis::NoBaseline) else {
            let why = format!("the assessment of {month} has no such figure");
            let theirs = metric.index.map(exact::of);
            add(
                Subject::CarriedIndex,
                None,
                theirs,
                Verdict::NotCompared,
                why,
            );
            return;
        };
        let assumed = format!(
            "from {month}: old months roll out in even parts, only bookings of this book are added"
        );
        let (ours, theirs) = (then.index.map(exact::of), metric.index.map(exact::of));
        let same_index = ours == theirs;
        let amounts = [
            (Subject::CarriedA, &then.a, &metric.a),
            (Subject::CarriedB, &then.b, &metric.b),
        ];
        for (subject, ours, theirs) in amounts {
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                let verdict = match () {
                    () if exact::round(ours, 2) == exact::round(theirs, 2) => Verdict::Agrees,
                    () if same_index => Verdict::Drift,
                    () => Verdict::Differs,
                };
                let (ours, theirs) = (Some(ours.clone()), Some(theirs.clone()));
                add(subject, ours, theirs, verdict, assumed.clone());
            }
        }
        let verdict = judge(&ours, &theirs);
        add(Subject::CarriedIndex, ours, theirs, verdict, assumed);
    }

    /// What the book's own bookings and due dates add up to, where they reach far enough back.
    fn of_book(&self, base: &PortfolioBase, metric: &MetricBase, add: &mut Add<'_>) {
        let Some(live) = metric.live else {
            return;
        };
        let spans = live.months + live.base_offset(self.prior_offset);
        let known = self.own.months_known(&base.portfolio, live, spans);
        if known < spans {
            let why = format!("the book holds {known} of the {spans} months of the window");
            let theirs = metric.a.clone();
            add(Subject::BookA, None, theirs, Verdict::NotCompared, why);
            return;
        }
        let Some((a, b)) = self.own.figures(&base.portfolio, &metric.id) else {
            return;
        };
        let assumed = format!("the book's own deals of {spans} months, in the pack's currency");
        for (subject, ours, theirs) in [
            (Subject::BookA, a, &metric.a),
            (Subject::BookB, b, &metric.b),
        ] {
            let rounded = |n: &Option<BigRational>| n.as_ref().and_then(|n| exact::round(n, 2));
            let ours = Some(ours);
            let verdict = match theirs {
                None => Verdict::NotCompared,
                Some(_) if rounded(&ours) == rounded(theirs) => Verdict::Agrees,
                Some(_) => Verdict::Differs,
            };
            add(subject, ours, theirs.clone(), verdict, assumed.clone());
        }
    }
}

type Add<'a> = dyn FnMut(Subject, Option<BigRational>, Option<BigRational>, Verdict, String) + 'a;

fn judge(ours: &Option<BigRational>, theirs: &Option<BigRational>) -> Verdict {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours == theirs => Verdict::Agrees,
        (Some(_), Some(_)) => Verdict::Differs,
        _ => Verdict::NotCompared,
    }
}

/// The band's reading of the sheet's A and B beside both indexes of the sheet.
fn of_indexes(metric: &MetricBase, row: &BaselineRow, add: &mut Add<'_>) {
    let pairs = [
        (Subject::Applied, row.applied_index),
        (Subject::Achieved, row.achieved_index),
    ];
    for (subject, theirs) in pairs {
        let theirs = theirs.map(exact::of);
        let Some(scale) = &metric.scale else {
            if subject == Subject::Applied {
                let why = "no public scale: held at the index as given".to_string();
                add(subject, None, theirs, Verdict::Held, why);
            }
            continue;
        };
        if theirs.is_none() && subject == Subject::Achieved {
            continue;
        }
        match own_index(metric, scale, subject == Subject::Applied) {
            Ok((ours, assumed)) => {
                let ours = Some(ours);
                let verdict = judge(&ours, &theirs);
                add(subject, ours, theirs, verdict, assumed);
            }
            Err(why) => add(subject, None, theirs, Verdict::NotCompared, why),
        }
    }
}

/// The index the band gives A and B; with or without the minimum bookings.
fn own_index(
    metric: &MetricBase,
    scale: &Scale,
    minimum: bool,
) -> Result<(BigRational, String), String> {
    let needs_b = matches!(scale.kind, MeasureKind::Ratio | MeasureKind::Growth);
    let zero = BigRational::zero();
    let (a, b) = match (&metric.a, &metric.b) {
        (Some(a), Some(b)) => (a, b),
        (Some(a), None) if !needs_b => (a, &zero),
        _ => return Err("A and B are not given".into()),
    };
    let scale = Scale {
        minimum: scale.minimum.clone().filter(|_| minimum),
        ..scale.clone()
    };
    let reading = scale.read(a, b);
    let why = match (reading, &scale.minimum) {
        (Reading::BelowMinimum, Some(minimum)) => {
            let side = if minimum.on_b { "B" } else { "A" };
            format!("{side} is below the minimum of {}", minimum.amount)
        }
        (Reading::NoBase, _) => "B is 0, so there is no ratio".into(),
        _ => metric
            .band_source
            .as_ref()
            .map_or_else(String::new, |(source, confidence)| {
                format!("band of {source} ({confidence})")
            }),
    };
    Ok((exact::int(reading.index()), why))
}

/// The value of A and B beside the achieved value as written. The sheet rounds (or cuts) to some
/// places; less than one unit of its last place is agreement. A fraction of one is a percentage.
fn of_value(metric: &MetricBase, row: &BaselineRow, add: &mut Add<'_>) {
    let (Some(kind), Some(achieved)) = (metric.kind, row.achieved) else {
        return;
    };
    let zero = BigRational::zero();
    let ours = metric
        .a
        .as_ref()
        .and_then(|a| band::value(kind, a, metric.b.as_ref().unwrap_or(&zero)));
    let Some(ours) = ours else {
        let why = "A and B are not given, or B is 0".to_string();
        let theirs = Some(exact::of(achieved));
        add(Subject::Value, None, theirs, Verdict::NotCompared, why);
        return;
    };
    let unit = exact::of(Decimal::new(1, achieved.normalize().scale()));
    let near = |written: &BigRational, unit: &BigRational| (&ours - written).abs() < *unit;
    let written = exact::of(achieved);
    let percent = matches!(kind, MeasureKind::Ratio | MeasureKind::Growth);
    let hundred = exact::hundred();
    let (theirs, verdict, assumed) = if near(&written, &unit) {
        (written, Verdict::Agrees, String::new())
    } else if percent && near(&(&written * &hundred), &(&unit * &hundred)) {
        let note = "written as a fraction of one".to_string();
        (written * hundred, Verdict::Agrees, note)
    } else {
        (written, Verdict::Differs, String::new())
    };
    add(Subject::Value, Some(ours), Some(theirs), verdict, assumed);
}

/// Weights times applied indexes: what the score sums. No sheet carries a score of its own.
fn score_line(base: &PortfolioBase) -> Line {
    let points: Vec<BigRational> = base
        .metrics
        .iter()
        .filter_map(|metric| Some(metric.weight() * exact::of(metric.index?)))
        .collect();
    let mut assumed = "the sheet carries no score of its own".to_string();
    if base.placeholder {
        assumed.push_str("; weights are the pack's placeholders");
    }
    let weighted = base.metrics.iter().any(|metric| !metric.weight().is_zero());
    Line {
        portfolio: base.portfolio.clone(),
        metric: None,
        title: "Score".into(),
        subject: Subject::Score,
        ours: weighted.then(|| exact::sum(&points)),
        theirs: None,
        verdict: Verdict::NotCompared,
        assumed,
    }
}

/// The newest assessment before a month.
fn month_before(snapshot: &Snapshot, month: &str) -> Option<Arc<str>> {
    let limit = parse_code(month)?;
    reseller::rows(snapshot)
        .filter_map(|row| Some((parse_code(&row.month)?, &row.month)))
        .filter(|(order, _)| *order < limit)
        .max_by_key(|(order, _)| *order)
        .map(|(_, month)| Arc::clone(month))
}

/// What the book knows of the months before an assessment by itself.
struct Own {
    projection: Option<Projection>,
    at: Option<usize>,
    /// Portfolio and month place of every due date and of every booking.
    due: HashSet<(Portfolio, usize)>,
    booked: HashSet<(Portfolio, usize)>,
}

impl Own {
    fn of(pack: &Pack, snapshot: &Snapshot, today: NaiveDate, month: &Arc<str>) -> Own {
        let week = snapshot.settings.get("fy27_extra_week");
        let calendar = pack.calendar_for(week.map_or("", String::as_str));
        let mut own = Own {
            projection: None,
            at: calendar.position(month),
            due: HashSet::new(),
            booked: HashSet::new(),
        };
        own.learn(pack, snapshot, calendar);
        let windows = pack.metrics.iter().filter_map(|rule| rule.window_months);
        let reach = windows.max().unwrap_or(0) + pack.growth.prior_offset_months;
        // An engine that starts from nothing before every window counts the book's deals alone;
        // from nothing means from a month without an assessment.
        let held: HashSet<&str> = snapshot.baseline.iter().map(|row| &*row.month).collect();
        let start = own.at.and_then(|at| {
            let months = calendar.months().get(..=at.saturating_sub(reach))?;
            months.iter().rev().find(|m| !held.contains(&*m.code))
        });
        let reaches = (own.due.iter().chain(&own.booked)).any(|(_, at)| Some(*at) <= own.at);
        if let (Some(start), true) = (start, reaches) {
            let certain = |_| Decimal::ONE_HUNDRED;
            let engine = Engine::from_month(pack, snapshot, today, &certain, Some(&start.code));
            let at = Month::Code(Arc::clone(month));
            own.projection = engine.project(&View::Booked, &at).ok();
        }
        own
    }

    /// Notes in which months the book has due dates and bookings.
    fn learn(&mut self, pack: &Pack, snapshot: &Snapshot, calendar: &Calendar) {
        let mut renewals: HashMap<(ContractId, NaiveDate), Option<NaiveDate>> = HashMap::new();
        for renewal in &snapshot.renewals {
            let stage = pack.rules.stage(&renewal.stage);
            let won = stage.is_some_and(|stage| stage.kind == StageKind::Won);
            let booked = renewal.booked_on.or(renewal.stage_on).filter(|_| won);
            renewals.insert((renewal.contract, renewal.end), booked);
        }
        for line in &snapshot.lines {
            let key = line.contract.zip(line.end);
            let found = key.and_then(|key| Some((key.1, *renewals.get(&key)?)));
            let (Some(portfolio), Some((end, booked))) = (line.portfolio(), found) else {
                continue;
            };
            if let Some(at) = calendar.position_of(end) {
                self.due.insert((portfolio.clone(), at));
            }
            if let Some(at) = booked.and_then(|day| calendar.position_of(day)) {
                self.booked.insert((portfolio.clone(), at));
            }
        }
    }

    /// In how many of the `months` up to the assessment the book has something of the portfolio.
    fn months_known(&self, portfolio: &Portfolio, live: Live, months: usize) -> usize {
        let Some(at) = self.at else { return 0 };
        let known = match live.a.counted_by() {
            CountedBy::Due => &self.due,
            CountedBy::Booking => &self.booked,
        };
        (0..months)
            .filter_map(|back| at.checked_sub(back))
            .filter(|month| known.contains(&(portfolio.clone(), *month)))
            .count()
    }

    fn figures(&self, portfolio: &Portfolio, metric: &str) -> Option<(BigRational, BigRational)> {
        let scores = &self.projection.as_ref()?.portfolios;
        let score = scores.iter().find(|p| p.portfolio == *portfolio)?;
        let found = score.metrics.iter().find(|m| &*m.metric == metric)?;
        Some((found.a.clone()?, found.b.clone()?))
    }
}
