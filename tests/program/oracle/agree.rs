//! The engine and the oracle, side by side.

use super::generate::{self, Case};
use super::{PortfolioAnswer, Question, Standing, big, score};
use crate::book::code;
use num_traits::Zero;
use renewdesk::program::{Engine, MetricBasis, Month, Pack, Projection, View, exact};
use rust_decimal::Decimal;

/// Where the two differ, in words.
fn differences(theirs: &Projection, ours: &[PortfolioAnswer]) -> Vec<String> {
    let mut out = Vec::new();
    let names: Vec<&str> = theirs.portfolios.iter().map(|p| p.portfolio.title()).collect();
    let expected: Vec<&str> = ours.iter().map(|p| p.title.as_str()).collect();
    if names != expected {
        return vec![format!("portfolios {names:?}, oracle {expected:?}")];
    }
    for (theirs, ours) in theirs.portfolios.iter().zip(ours) {
        let title = &ours.title;
        let told = ours.score.as_ref().map(big);
        if theirs.score != told {
            out.push(format!("{title}: score {:?}, oracle {told:?}", theirs.score));
        }
        let ids: Vec<String> = theirs.metrics.iter().map(|m| score::recognised(&m.metric)).collect();
        let expected: Vec<String> = ours.metrics.iter().map(|m| m.metric.clone()).collect();
        if sorted(ids.clone()) != sorted(expected.clone()) {
            out.push(format!("{title}: metrics {ids:?}, oracle {expected:?}"));
            continue;
        }
        for metric in &theirs.metrics {
            let of = ours.metrics.iter().find(|m| m.metric == score::recognised(&metric.metric)).unwrap();
            let (a, b) = (of.a.as_ref().map(big), of.b.as_ref().map(big));
            let index = of.index.as_ref().map(big);
            let weight = &metric.category_weight * &metric.metric_weight;
            // a measurement that weighs nothing and moves nothing is shown as the sheet writes it
            if of.weight.is_zero() && metric.basis == MetricBasis::Held {
                continue;
            }
            let same = (metric.a.as_ref(), metric.b.as_ref()) == (a.as_ref(), b.as_ref())
                && metric.index.map(exact::of) == index
                && weight == big(&of.weight);
            if !same {
                out.push(format!(
                    "{title}.{} ({}): A {} | {} B {} | {} index {:?} | {} weight {} | {}",
                    metric.metric, metric.basis.word(), text(&metric.a), text(&a), text(&metric.b), text(&b), metric.index, text(&index), weight, of.weight
                ));
            }
        }
    }
    out
}

fn text(number: &Option<num_rational::BigRational>) -> String {
    number.as_ref().map_or("none".to_string(), |number| number.to_string())
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort_unstable();
    ids
}

/// Asks both about some views and months of a case; how many answers were compared.
fn compare(seed: u64, shipped: &Pack) -> (usize, Vec<String>) {
    let case = generate::case(seed, shipped);
    let engine = Engine::new(&case.pack, &case.book, case.today, &|id| case.p[&id]);
    let mut views = vec![View::Booked, View::Committed, View::Open, View::Weighted];
    views.extend(case.book.quotes.iter().map(|quote| View::Quote(quote.id)));
    let mut out = Vec::new();
    for (at, view) in views.iter().enumerate() {
        let month = month(&case, seed.wrapping_add(at as u64));
        let theirs = engine.project(view, &code(&month)).unwrap();
        let ours = ask(&case, view, &month, false);
        out.extend(differences(&theirs, &ours).into_iter().map(|d| format!("seed {seed} {view:?} {month}: {d}")));
    }
    let mut count = views.len();
    if let Some(draft) = &case.draft {
        views.push(View::Quote(draft.id));
        for view in &views[1..] {
            let month = month(&case, seed);
            let view = match view {
                View::Quote(_) => &View::Quote(draft.id),
                view => view,
            };
            let theirs = engine.project_with(draft, view, &code(&month)).unwrap();
            let ours = ask(&case, view, &month, true);
            count += 1;
            out.extend(differences(&theirs, &ours).into_iter().map(|d| format!("seed {seed} typing {view:?} {month}: {d}")));
        }
    }
    (count, out)
}

fn month(case: &Case, seed: u64) -> String {
    let (first, last) = case.months;
    let span = (last - first + 1) as u64;
    let at = first + (super::dice::Dice::new(seed).below(span)) as usize;
    case.calendar.0[at].0.clone()
}

fn ask(case: &Case, view: &View, month: &str, typing: bool) -> Vec<PortfolioAnswer> {
    score::answer(&Question {
        book: &case.book,
        pack: &case.pack,
        today: case.today,
        standing: match view {
            View::Booked => Standing::Booked,
            View::Quote(id) => Standing::Quote(*id),
            View::Committed => Standing::Committed,
            View::Open => Standing::Open,
            View::Weighted => Standing::Weighted,
        },
        month: month.to_string(),
        p: &case.p,
        draft: case.draft.as_ref().filter(|_| typing),
    })
}

#[test]
fn the_engine_and_the_oracle_agree() {
    let shipped = Pack::shipped();
    let mut compared = 0;
    let mut all = Vec::new();
    let from: u64 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let many: u64 = std::env::var("MANY").ok().and_then(|s| s.parse().ok()).unwrap_or(300);
    for seed in from..from + many {
        let (count, found) = compare(seed, &shipped);
        compared += count;
        all.extend(found);
    }
    println!("{compared} projections compared, {} differences", all.len());
    for line in all.iter().take(40) {
        println!("{line}");
    }
    let _ = (Decimal::ZERO, Month::Horizon, super::Number::zero());
    assert!(all.is_empty());
}
