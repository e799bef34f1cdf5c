//! Windows, metrics, weights, scores.

use super::bands;
use super::deals::{self, Event, What};
use super::past::{self, Past};
use super::rules;
use super::sheets;
use super::stages::{self, Stage};
use super::{MetricAnswer, Number, PortfolioAnswer, Question, number};
use num_traits::{One, Zero};
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::program::Pack;
use renewdesk::program::pack::{LinesCounted, MeasureKind, MetricRule, Quantity};

/// The answer, portfolio by portfolio: those of the pack, then those only the sheet knows.
pub fn answer(question: &Question<'_>) -> Vec<PortfolioAnswer> {
    let months = question.months;
    let rows = sheets::chosen(question.book);
    let newest = rows.iter().filter_map(|row| months.named(&row.month)).max();
    // without a sheet everything up to the month before today is taken for known
    let today = months.of(question.today).expect("today in the calendar");
    let base = newest.unwrap_or(today - 1);
    let rows: Vec<&BaselineRow> = rows
        .into_iter()
        .filter(|row| months.named(&row.month) == Some(base))
        .collect();
    let mut names: Vec<&Portfolio> = question
        .pack
        .portfolios
        .iter()
        .map(|p| &p.portfolio)
        .collect();
    for row in &rows {
        if !names.contains(&&row.portfolio) {
            names.push(&row.portfolio);
        }
    }
    let month = months
        .named(&question.month)
        .expect("a month of the calendar");
    let events = deals::events(question);
    // a month goes by the rules of its last day, the sheet by those of its own
    let then = rules::on(question.pack, months.0[month].2);
    let view = Sight {
        question,
        pack: &then,
        before: rules::on(question.pack, months.0[base].2),
        rows,
        events,
        past: Past::of(question, base),
        stages: stages::completed(question, base),
        base,
        month,
    };
    names.into_iter().map(|name| view.portfolio(name)).collect()
}

struct Sight<'a> {
    question: &'a Question<'a>,
    /// The rules of the month.
    pack: &'a Pack,
    /// The rules of the month of the assessment.
    before: Pack,
    rows: Vec<&'a BaselineRow>,
    events: Vec<Event>,
    past: Past,
    stages: Vec<Stage>,
    base: usize,
    month: usize,
}

fn meant(row: &BaselineRow) -> String {
    match &row.metric {
        Some(metric) => metric.to_string(),
        None => recognised(&row.measurement),
    }
}

/// The metric a measurement means, by the words in its name, in the order of the rules; the name
/// itself where nobody knows it.
pub fn recognised(measurement: &str) -> String {
    let name = measurement.to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |text: &str| name.contains(text);
    let found = if has("customer success") {
        "cs_maturity"
    } else if has("managed services") && !has("penetration") {
        "ms_maturity"
    } else if has("black belt") {
        "black_belt"
    } else if has("career cert") || has("certification maturity") {
        "career"
    } else if has("growth") || has("yoy") {
        if has("tcv") {
            "tcv_growth"
        } else {
            "acv_growth"
        }
    } else if has("renewal") {
        "otrr"
    } else if has("premium") || has("prem svcs") {
        "premium"
    } else if has("buying") {
        "buying"
    } else if words.contains(&"ai") {
        "ai_pen"
    } else if has("managed") && has("penetration") {
        "managed_pen"
    } else if has("onboard") {
        "onboard"
    } else if has("adoption") || has("deployment") {
        "adopt"
    } else {
        measurement
    };
    found.to_string()
}

impl Sight<'_> {
    fn portfolio(&self, name: &Portfolio) -> PortfolioAnswer {
        let pack = self.pack;
        let known = pack.portfolios.iter().find(|p| p.portfolio == *name);
        let rules: Vec<&MetricRule> = match known {
            Some(known) => pack
                .metrics
                .iter()
                .filter(|m| m.portfolio == known.id)
                .collect(),
            None => Vec::new(),
        };
        let rows: Vec<&BaselineRow> = self
            .rows
            .iter()
            .copied()
            .filter(|row| row.portfolio == *name)
            .collect();
        let typed = known.and_then(|known| {
            let settings = &self.question.book.settings;
            settings
                .get(&format!("size.{}", known.id))
                .map(String::as_str)
        });
        // a size nobody knows is none
        let typed = typed.filter(|size| ["XS", "S", "M", "L", "XL"].contains(size));
        let size = typed.or(known.map(|known| &*known.size)).unwrap_or("");
        let mut metrics = Vec::new();
        for rule in &rules {
            let row = rows.iter().copied().find(|row| meant(row) == *rule.id);
            let off = rule.weight_pct.unwrap_or(rule.share).is_zero();
            if row.is_none() && (off || weighed(&rows)) {
                continue;
            }
            let weight = weight(self.pack, &rules, rule, row, &rows);
            metrics.push(self.metric(name, rule, size, row, weight));
        }
        for row in &rows {
            let id = meant(row);
            if rules.iter().all(|rule| *rule.id != *id) {
                let (a, b) = counted(row);
                metrics.push(MetricAnswer {
                    metric: id,
                    a,
                    b,
                    index: bands::given(self.pack, None, size, row),
                    weight: imported(row, &rows),
                });
            }
        }
        let points = metrics.iter().filter_map(|m| Some(m.index? * m.weight));
        let score = points.fold(Number::zero(), |sum, points| sum + points);
        // no starter metrics and no weights in the sheet: nothing to make a score of
        let weightless = metrics.iter().all(|metric| metric.weight.is_zero());
        PortfolioAnswer {
            title: name.title().to_string(),
            score: (!rows.is_empty() && !weightless).then_some(score),
            metrics,
        }
    }

    fn metric(
        &self,
        name: &Portfolio,
        rule: &MetricRule,
        size: &str,
        row: Option<&BaselineRow>,
        weight: Number,
    ) -> MetricAnswer {
        let applied = row.and_then(|row| bands::given(self.pack, Some(rule), size, row));
        let sheet = row.map_or((None, None), counted);
        // a row that says nothing is as good as none
        let row = row.filter(|_| applied.is_some() || sheet != (None, None));
        let as_imported = MetricAnswer {
            metric: rule.id.to_string(),
            a: sheet.0,
            b: sheet.1,
            index: applied,
            weight,
        };
        // held: by the pack, for want of a scale, or since nothing that happens here moves it
        let measure = self.pack.measures.iter().find(|m| m.id == rule.id);
        let moves = measure.is_some_and(|measure| {
            let elsewhere = measure.lines == LinesCounted::Services && !name.is_services();
            measure.a.is_some() && measure.b.is_some() && !elsewhere
        });
        if rule.hold || rule.band.is_none() || !moves {
            let index = applied.or_else(|| bands::unmoved(self.pack, rule, size, sheet));
            return MetricAnswer {
                index,
                ..as_imported
            };
        }
        let zero = Number::zero();
        let (a0, b0) = match (row, sheet) {
            (Some(_), (Some(a0), Some(b0))) => (a0, b0),
            (Some(_), _) => return as_imported,
            (None, _) => (zero, zero),
        };
        let (a, b) = match row {
            Some(_) => self.sums(name, rule, Some((a0, b0))),
            // no assessment, no months of it that roll out: what the deals add
            None => self.sums(name, rule, None),
        };
        let before = self.before.metrics.iter();
        let mut before = before.filter(|m| m.portfolio == rule.portfolio && m.id == rule.id);
        let before = before.next().unwrap_or(rule);
        let same = bands::same(&self.before, before, self.pack, rule, size);
        let index = match row {
            None => None,
            Some(_) if (a, b) == (a0, b0) && applied.is_some() && same => applied,
            Some(_) => {
                let old = bands::read(&self.before, before, size, a0, b0);
                match (old, bands::read(self.pack, rule, size, a, b)) {
                    (Some(old), Some(new)) => Some(bands::apply(self.pack, applied, old, new)),
                    _ => applied,
                }
            }
        };
        MetricAnswer {
            a: Some(a),
            b: Some(b),
            index,
            ..as_imported
        }
    }

    /// A and B at the month: what is left of the sheet's, and every event in the windows.
    fn sums(
        &self,
        name: &Portfolio,
        rule: &MetricRule,
        assessed: Option<(Number, Number)>,
    ) -> (Number, Number) {
        let (a0, b0) = assessed.unwrap_or((Number::zero(), Number::zero()));
        let pack = self.pack;
        let measure = pack
            .measures
            .iter()
            .find(|m| m.id == rule.id)
            .expect("a measure");
        let (Some(of_a), Some(of_b)) = (measure.a, measure.b.or(measure.a)) else {
            return (a0, b0);
        };
        let window = rule.window_months.unwrap_or(12) as i64;
        let growth = measure.kind == MeasureKind::Growth;
        let offset = if growth {
            pack.growth.prior_offset_months as i64
        } else {
            0
        };
        let (base, at) = (self.base as i64, self.month as i64);
        let sheet = |quantity, amount, month| {
            if assessed.is_none() {
                return Number::zero();
            }
            let months = window as usize;
            self.past
                .month((name, quantity), amount, months, month, self.question)
        };
        let (mut a_gone, mut b_gone) = (Number::zero(), Number::zero());
        for back in (0..window).filter(|back| base - back <= at - window) {
            a_gone += sheet(of_a, a0, base - back);
            b_gone += sheet(of_b, b0, base - offset - back);
        }
        let nothing = at - base >= window;
        let left = |amount, gone| {
            if nothing {
                Number::zero()
            } else {
                past::left(amount, gone)
            }
        };
        let (mut a, mut b) = (left(a0, a_gone), left(b0, b_gone));
        for back in 0..window {
            a += self.deals(name, of_a, at - back) + self.stages(name, of_a, at - back);
            let prior = at - offset - back;
            b += self.deals(name, of_b, prior);
            // months of the sheet that were current then and have become the year before
            if growth && prior > base - offset && prior <= base && prior > base - window {
                b += sheet(of_a, a0, prior);
            }
        }
        (a, b)
    }

    /// What stages completed by the month add of use cases booked in one month of the window.
    fn stages(&self, name: &Portfolio, quantity: Quantity, booked: i64) -> Number {
        let stages = self.stages.iter().filter(|stage| {
            stage.quantity == quantity
                && stage.portfolio == name.title()
                && stage.booked as i64 == booked
                && stage.done <= self.month
        });
        stages.fold(Number::zero(), |sum, stage| sum + stage.amount)
    }

    /// What the deals add to a quantity in one month.
    fn deals(&self, name: &Portfolio, quantity: Quantity, month: i64) -> Number {
        let services = name.is_services();
        let here = self.events.iter().filter(|event| {
            event.month as i64 == month && event.portfolio == name.title() && self.is_new(event)
        });
        here.fold(Number::zero(), |sum, event| {
            sum + event.what.adds(quantity, services, self.pack) * event.share
        })
    }

    /// True for what the sheet does not hold yet.
    fn is_new(&self, event: &Event) -> bool {
        let booked = event.booked > self.base && event.booked != usize::MAX;
        match event.what {
            What::Due(_) => event.month > self.base,
            What::OnTime(_) => event.month > self.base || booked,
            What::Booking(_) => booked,
        }
    }
}

/// A and B of a sheet's row; certificates are points of three kinds, added up.
fn counted(row: &BaselineRow) -> (Option<Number>, Option<Number>) {
    if meant(row) != "career" {
        return (row.a.map(number), row.b.map(number));
    }
    let points: Vec<Number> = [row.a, row.b, row.c]
        .into_iter()
        .flatten()
        .map(number)
        .collect();
    let sum = points
        .iter()
        .fold(Number::zero(), |sum, points| sum + points);
    ((!points.is_empty()).then_some(sum), None)
}

/// Category weight times metric weight.
fn weight(
    pack: &Pack,
    rules: &[&MetricRule],
    rule: &MetricRule,
    row: Option<&BaselineRow>,
    rows: &[&BaselineRow],
) -> Number {
    if weighed(rows) {
        return row.map_or(Number::zero(), |row| imported(row, rows));
    }
    let hundred = Number::from_integer(100);
    let category = pack
        .categories
        .iter()
        .find(|c| c.portfolio == rule.portfolio && c.id == rule.category)
        .map_or(Number::zero(), |c| number(c.weight_pct) / hundred);
    let share = match rule.weight_pct {
        Some(weight) => number(weight) / hundred,
        None => {
            let peers = rules.iter().filter(|peer| peer.category == rule.category);
            let all = peers.fold(Number::zero(), |sum, peer| sum + number(peer.share));
            if all.is_zero() {
                all
            } else {
                number(rule.share) / all
            }
        }
    };
    category * share
}

/// The sheet brings its own weights.
fn weighed(rows: &[&BaselineRow]) -> bool {
    rows.iter()
        .any(|row| row.category_weight_pct.is_some() || row.measurement_weight_pct.is_some())
}

/// The weight a sheet gives: in percent, or in fractions if those sum to one.
fn imported(row: &BaselineRow, rows: &[&BaselineRow]) -> Number {
    let product = |row: &BaselineRow| {
        let of = |weight: Option<rust_decimal::Decimal>| weight.map_or(Number::zero(), number);
        of(row.category_weight_pct) * of(row.measurement_weight_pct)
    };
    let sum = rows
        .iter()
        .fold(Number::zero(), |sum, row| sum + product(row));
    if sum.is_one() {
        product(row)
    } else {
        product(row) / Number::from_integer(10_000)
    }
}
