//! The engine and the oracle, side by side.

use super::dice::Dice;
use super::generate::{self, Case};
use super::{MetricAnswer, Number, PortfolioAnswer, Question, Standing, number, score};
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};
use renewdesk::program::pack::Horizon;
use renewdesk::program::{Engine, MetricBasis, Month, Pack, Projection, View};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where the two differ, in words.
fn differences(theirs: &Projection, ours: &[PortfolioAnswer]) -> Vec<String> {
    let mut out = Vec::new();
    let names: Vec<&str> = theirs
        .portfolios
        .iter()
        .map(|p| p.portfolio.title())
        .collect();
    let expected: Vec<&str> = ours.iter().map(|p| p.title.as_str()).collect();
    if names != expected {
        return vec![format!("portfolios {names:?}, oracle {expected:?}")];
    }
    for (theirs, ours) in theirs.portfolios.iter().zip(ours) {
        let title = &ours.title;
        if small(&theirs.score) != ours.score {
            let scores = (text(&small(&theirs.score)), text(&ours.score));
            out.push(format!("{title}: score {} | {}", scores.0, scores.1));
        }
        let named = |metric: &str| ours.metrics.iter().find(|m| m.metric == metric);
        let of: Vec<Option<&MetricAnswer>> = theirs
            .metrics
            .iter()
            .map(|m| named(&m.metric).or_else(|| named(&score::recognised(&m.metric))))
            .collect();
        if of.len() != ours.metrics.len() || of.iter().any(Option::is_none) {
            let ids: Vec<&str> = theirs.metrics.iter().map(|m| &*m.metric).collect();
            let expected: Vec<&str> = ours.metrics.iter().map(|m| m.metric.as_str()).collect();
            out.push(format!("{title}: metrics {ids:?} | {expected:?}"));
            continue;
        }
        for (metric, of) in theirs.metrics.iter().zip(of.into_iter().flatten()) {
            // a measurement that weighs nothing and moves nothing is shown as the sheet writes it
            let as_written = metric.basis == MetricBasis::Held || *metric.metric != *of.metric;
            if of.weight.is_zero() && as_written {
                continue;
            }
            let told = [small(&metric.a), small(&metric.b), metric.index.map(number)];
            let weight = small(&Some(metric.category_weight.clone()))
                .zip(small(&Some(metric.metric_weight.clone())))
                .map(|(category, metric)| category * metric);
            let expected = [of.a, of.b, of.index];
            if told != expected || weight != Some(of.weight) {
                let pair = |at: usize| format!("{} | {}", text(&told[at]), text(&expected[at]));
                out.push(format!(
                    "{title}.{} ({}): A {} B {} index {} weight {} | {}",
                    metric.metric,
                    metric.basis.word(),
                    pair(0),
                    pair(1),
                    pair(2),
                    text(&weight),
                    of.weight
                ));
            }
        }
    }
    out
}

/// The engine's number as the oracle writes it.
pub fn small(number: &Option<BigRational>) -> Option<Number> {
    let number = number.as_ref()?;
    let fits = "amounts of small books fit into 128 bits";
    let part = |part: &num_bigint::BigInt| part.to_i128().expect(fits);
    Some(Number::new_raw(part(number.numer()), part(number.denom())))
}

pub fn text(number: &Option<Number>) -> String {
    number.map_or("none".to_string(), |number| number.to_string())
}

/// How many answers were compared, and how they differ.
#[derive(Default)]
struct Tally {
    compared: usize,
    bases: BTreeMap<&'static str, usize>,
    indexes: BTreeMap<i64, usize>,
    found: Vec<String>,
}

impl Tally {
    fn take(&mut self, what: String, theirs: &Projection, ours: &[PortfolioAnswer]) {
        self.compared += 1;
        for metric in theirs.portfolios.iter().flat_map(|p| &p.metrics) {
            *self.bases.entry(metric.basis.word()).or_default() += 1;
            if let (MetricBasis::Projected, Some(index)) = (metric.basis, metric.index) {
                *self.indexes.entry(index.mantissa() as i64).or_default() += 1;
            }
        }
        let found = differences(theirs, ours);
        self.found
            .extend(found.into_iter().map(|d| format!("{what}: {d}")));
    }

    /// Asks both about some views and months of a case.
    fn compare(&mut self, seed: u64) {
        let case = generate::case(seed, &SHIPPED);
        let engine = Engine::new(&case.pack, &case.book, case.today, &|id| case.p[&id]);
        let mut dice = Dice::new(seed ^ 0x5eed);
        let quotes: Vec<View> = case.book.quotes.iter().map(|q| View::Quote(q.id)).collect();
        let views = [View::Booked, View::Committed, View::Open, View::Weighted];
        let renewals = case.book.renewals.iter().map(|renewal| renewal.id);
        let marked = View::Marked(renewals.filter(|_| dice.chance(50)).collect());
        for view in views.iter().chain(quotes.first()).chain([&marked]) {
            let (asked, month) = month(&case, &mut dice);
            let theirs = engine.project(view, &asked).unwrap();
            assert_eq!(*theirs.month, *month, "seed {seed} {asked:?}");
            let ours = ask(&case, view, &month, false);
            self.take(format!("seed {seed} {view:?} {month}"), &theirs, &ours);
        }
        let Some(draft) = &case.draft else { return };
        for view in [View::Quote(draft.id), dice.one(&views[1..]).clone()] {
            let (asked, month) = month(&case, &mut dice);
            let theirs = engine.project_with(draft, &view, &asked).unwrap();
            let ours = ask(&case, &view, &month, true);
            self.take(
                format!("seed {seed} typing, {view:?} {month}"),
                &theirs,
                &ours,
            );
        }
    }
}

/// A month of the case: by code, or by the words for the baseline and for the horizon.
pub fn month(case: &Case, dice: &mut Dice) -> (Month, String) {
    let code = |at: usize| case.calendar.0[at].0.clone();
    match dice.below(8) {
        0 => (Month::Baseline, code(case.months.0)),
        1 if case.pack.horizon == Horizon::CurrentMonth => (Month::Horizon, code(case.now)),
        1 => (Month::Horizon, code(case.calendar.quarter_end(case.now))),
        _ => {
            let ahead = *dice.one(&[4, 12, 24]);
            let last = case.months.1.min(case.months.0 + ahead);
            let at = dice.span(case.months.0 as i64, last as i64) as usize;
            (crate::book::code(&code(at)), code(at))
        }
    }
}

fn ask(case: &Case, view: &View, month: &str, typing: bool) -> Vec<PortfolioAnswer> {
    score::answer(&Question {
        book: &case.book,
        pack: &case.pack,
        months: &case.calendar,
        today: case.today,
        standing: match view {
            View::Booked => Standing::Booked,
            View::Quote(id) => Standing::Quote(*id),
            View::Committed => Standing::Committed,
            View::Open => Standing::Open,
            View::Weighted => Standing::Weighted,
            View::Marked(ids) => Standing::Picked(ids.to_vec(), Vec::new()),
        },
        month: month.to_string(),
        p: &case.p,
        draft: case.draft.as_ref().filter(|_| typing),
    })
}

pub static SHIPPED: LazyLock<Pack> = LazyLock::new(Pack::shipped);

/// Books of a range of seeds; `ORACLE_BOOKS` asks for more of them, `ORACLE_SEED` for one.
fn agree(first: u64) {
    let number = |name| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let many = number("ORACLE_BOOKS").unwrap_or(BOOKS);
    let seeds = match number("ORACLE_SEED") {
        Some(seed) => seed..seed + 1,
        None => first * 1_000_000..first * 1_000_000 + many,
    };
    let mut tally = Tally::default();
    for seed in seeds {
        tally.compare(seed);
    }
    println!("{} projections of {many} books compared", tally.compared);
    println!(
        "by basis {:?}; projected by index {:?}",
        tally.bases, tally.indexes
    );
    let found = &tally.found;
    let shown = found
        .iter()
        .take(40)
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    assert!(found.is_empty(), "{} differences\n{shown}", found.len());
}

/// Books to a test; with 6 to 8 projections each, four tests compare more than 10,000.
const BOOKS: u64 = 400;

#[test]
fn the_engine_and_the_oracle_agree_on_the_first_quarter_of_10_000_cases() {
    agree(0);
}

#[test]
fn the_engine_and_the_oracle_agree_on_the_second_quarter_of_10_000_cases() {
    agree(1);
}

#[test]
fn the_engine_and_the_oracle_agree_on_the_third_quarter_of_10_000_cases() {
    agree(2);
}

#[test]
fn the_engine_and_the_oracle_agree_on_the_last_quarter_of_10_000_cases() {
    agree(3);
}
