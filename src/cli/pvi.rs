//! `pvi`: the projected index of every portfolio.

use super::args::{self, PviQuestion};
use super::attribute;
use super::context::{Context, note};
use super::error::Failure;
use super::output::PackOut;
use super::pvi_explain::{self, LineOut};
use super::table::{Align, Table, terminal_width};
use super::{find, output, pvi_complete, pvi_goal, pvi_history};
use crate::book::Queue;
use crate::domain::ids::RenewalId;
use crate::domain::quote::Quote;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::export::json::{decimal as plain, fixed, fraction};
use crate::program::forecast::Outlook;
use crate::program::{Engine, Month, PortfolioScore, Projection, View};
use crate::ui::desk::outlook;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    pack: PackOut,
    as_of: NaiveDate,
    view: String,
    month: String,
    baseline_month: Option<String>,
    portfolios: Vec<PortfolioOut>,
    left_out: Vec<LeftOutOut>,
    assumptions: Vec<String>,
}

#[derive(Serialize)]
struct PortfolioOut {
    portfolio: String,
    score: Option<String>,
    next_threshold: Option<String>,
    missing: Option<String>,
    placeholder_weights: bool,
    metrics: Vec<MetricOut>,
}

#[derive(Serialize)]
struct MetricOut {
    metric: String,
    title: String,
    category: String,
    a: Option<String>,
    b: Option<String>,
    value: Option<String>,
    index: Option<String>,
    category_weight: String,
    metric_weight: String,
    points: Option<String>,
    basis: &'static str,
    explain: Vec<LineOut>,
}

#[derive(Serialize)]
struct LeftOutOut {
    renewal_id: Option<String>,
    reason: String,
}

pub(super) fn view(
    text: &str,
    snapshot: &Snapshot,
    rules: &Rules,
) -> Result<(View, String), Failure> {
    let folded = text.trim().to_lowercase();
    let view = match folded.as_str() {
        "booked" => View::Booked,
        "committed" => View::Committed,
        "open" => View::Open,
        "weighted" => View::Weighted,
        _ => match text.trim().split_once(':') {
            Some((word, id)) if word.eq_ignore_ascii_case("quote") => {
                let quote = find::quote(snapshot, id)?;
                return Ok((View::Quote(quote.id), format!("quote:{}", quote.id)));
            }
            Some((word, contracts)) if word.eq_ignore_ascii_case("marked") => {
                return marked(contracts, snapshot, rules);
            }
            _ => {
                return Err(Failure::usage(format!("there is no view {text:?}")).hint(
                    "the views are booked, committed, open, weighted, quote:ID and \
                     marked:CONTRACT[,CONTRACT…]",
                ));
            }
        },
    };
    Ok((view, folded))
}

/// The renewals of a list of contracts.
fn marked(contracts: &str, snapshot: &Snapshot, rules: &Rules) -> Result<(View, String), Failure> {
    let mut ids = Vec::new();
    for contract in contracts
        .split(',')
        .map(str::trim)
        .filter(|c| !c.is_empty())
    {
        ids.push(find::renewal(snapshot, rules, contract, false)?.id);
    }
    if ids.is_empty() {
        return Err(Failure::usage("no contract is marked")
            .hint("name one or more: marked:2009876543,2009876544"));
    }
    Ok((
        View::Marked(ids.into()),
        format!("marked:{}", contracts.trim()),
    ))
}

pub(super) fn month(text: Option<&str>) -> Result<Month, Failure> {
    let Some(text) = text else {
        return Ok(Month::Horizon);
    };
    if text.eq_ignore_ascii_case("baseline") {
        return Ok(Month::Baseline);
    }
    match crate::program::calendar::parse_month(text) {
        Some(code) => Ok(Month::Code(code)),
        None => Err(Failure::usage(format!("{text:?} is no fiscal month"))
            .hint("write it like FY27M7, or `baseline`")),
    }
}

/// An engine over the book, with each renewal's probability from its risk.
pub(super) fn engine(
    context: &Context,
    snapshot: &Snapshot,
    pack: &crate::program::Pack,
) -> Engine {
    let today = context.today();
    let queue = Queue::build(snapshot, &pack.rules, &context.catalogue(), today);
    engine_of(&queue, snapshot, pack, today)
}

/// The same over a queue that is there already.
pub(super) fn engine_of(
    queue: &Queue,
    snapshot: &Snapshot,
    pack: &crate::program::Pack,
    today: NaiveDate,
) -> Engine {
    let outlooks: HashMap<RenewalId, Outlook> = queue
        .rows()
        .iter()
        .map(|row| (row.renewal(), outlook(&row)))
        .collect();
    Engine::new(pack, snapshot, today, &|id| {
        outlooks.get(&id).copied().unwrap_or_default()
    })
}

/// The score of each portfolio at the horizon with a quote as it is passed, three decimals; portfolios
/// without a score are left out.
pub(super) fn scores(engine: &Engine, quote: &Quote) -> BTreeMap<String, String> {
    let projected = engine.project_with(quote, &View::Quote(quote.id), &Month::Horizon);
    let portfolios = projected.map(|p| p.portfolios).unwrap_or_default();
    let scored = portfolios.into_iter().filter_map(|score| {
        let title = score.portfolio.title().to_string();
        Some((title, fixed(score.score.as_ref()?, 3)))
    });
    scored.collect()
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Pvi, out: &mut impl Write) -> Result<(), Failure> {
    match &args.question {
        None => show(context, args, out),
        Some(PviQuestion::Explain(args)) => pvi_explain::run(context, args, out),
        Some(PviQuestion::Forecast(args)) => super::forecast::run(context, args, out),
        Some(PviQuestion::Attribute(args)) => attribute::run(context, args, out),
        Some(PviQuestion::Keep(args)) => pvi_history::keep(context, args, out),
        Some(PviQuestion::Goal(args)) => pvi_goal::run(context, args, out),
        Some(PviQuestion::History(args)) => pvi_history::list(context, args, out),
        Some(PviQuestion::Complete(args)) => pvi_complete::run(context, args, out),
    }
}

fn show(context: &Context, args: &args::Pvi, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let (view, view_name) = view(&args.view, &snapshot, &pack.rules)?;
    let month = month(args.month.as_deref())?;
    let engine = engine(context, &snapshot, &pack);
    let projection = engine
        .project(&view, &month)
        .map_err(|error| Failure::refused(error.to_string()))?;
    if args.json {
        return output::json(
            out,
            &answer(context, view_name, &projection, (&engine, &snapshot)),
        );
    }
    output::watermark(&snapshot);
    print(&snapshot, &view_name, &projection, out)
}

fn answer(
    context: &Context,
    view: String,
    projection: &Projection,
    from: (&Engine, &Snapshot),
) -> Output {
    Output {
        schema: "renewdesk.pvi/1",
        pack: PackOut::from(&projection.pack),
        as_of: context.today(),
        view,
        month: projection.month.to_string(),
        baseline_month: projection.baseline_month.as_deref().map(str::to_string),
        portfolios: projection
            .portfolios
            .iter()
            .map(|score| portfolio(score, projection, from))
            .collect(),
        left_out: projection
            .left_out
            .iter()
            .map(|deal| LeftOutOut {
                renewal_id: deal.renewal.map(|id| id.to_string()),
                reason: deal.reason.to_string(),
            })
            .collect(),
        assumptions: projection.assumptions.to_vec(),
    }
}

fn portfolio(
    score: &PortfolioScore,
    projection: &Projection,
    (engine, snapshot): (&Engine, &Snapshot),
) -> PortfolioOut {
    let explain = |metric: &str| {
        let what = (&score.portfolio, Some(metric));
        pvi_explain::lines(engine, projection, what, snapshot).1
    };
    PortfolioOut {
        portfolio: score.portfolio.title().to_string(),
        score: score.score.as_ref().map(fraction),
        next_threshold: score.next_threshold.map(|t| t.to_string()),
        missing: score.missing.as_ref().map(fraction),
        placeholder_weights: score.placeholder_weights,
        metrics: score
            .metrics
            .iter()
            .map(|metric| MetricOut {
                metric: metric.metric.to_string(),
                title: metric.title.clone(),
                category: metric.category.to_string(),
                a: metric.a.as_ref().map(fraction),
                b: metric.b.as_ref().map(fraction),
                value: metric.value.as_ref().map(fraction),
                index: metric.index.map(plain),
                category_weight: fraction(&metric.category_weight),
                metric_weight: fraction(&metric.metric_weight),
                points: metric.points.as_ref().map(fraction),
                basis: metric.basis.word(),
                explain: explain(&metric.metric),
            })
            .collect(),
    }
}

fn print(
    snapshot: &Snapshot,
    view: &str,
    projection: &Projection,
    out: &mut impl Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "Projected PVI, {view}, {}. Estimate by {} of {} ({}); the vendor's portal is official.",
        projection.month, projection.pack.name, projection.pack.as_of, projection.pack.confidence
    )?;
    let mut table = Table::new(&[
        ("Portfolio", Align::Left),
        ("Score", Align::Right),
        ("Next", Align::Right),
        ("Missing", Align::Right),
        ("Metric", Align::Left),
        ("Value %", Align::Right),
        ("Index", Align::Right),
        ("Points", Align::Right),
        ("Basis", Align::Left),
    ]);
    for score in &projection.portfolios {
        table.row([
            score.portfolio.title().to_string(),
            score
                .score
                .as_ref()
                .map_or("no baseline".into(), |s| fixed(s, 2)),
            score.next_threshold.map_or("-".into(), |t| t.to_string()),
            score.missing.as_ref().map_or("-".into(), |m| fixed(m, 2)),
        ]);
        for metric in &score.metrics {
            table.row([
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                metric.title.clone(),
                metric.value.as_ref().map_or("-".into(), |v| fixed(v, 2)),
                metric.index.map_or("-".into(), plain),
                metric.points.as_ref().map_or("-".into(), |p| fixed(p, 2)),
                metric.basis.word().to_string(),
            ]);
        }
    }
    table.write(out, terminal_width())?;
    for deal in projection.left_out.iter().take(5) {
        let contract = deal
            .renewal
            .and_then(|id| snapshot.renewals.get(id))
            .and_then(|renewal| snapshot.contracts.get(renewal.contract));
        let name = contract
            .as_ref()
            .map_or("a quote", |contract| &contract.number);
        note(&format!("left out: {name}: {}", deal.reason));
    }
    if projection.left_out.len() > 5 {
        note(&format!(
            "{} deals are left out in all",
            projection.left_out.len()
        ));
    }
    Ok(())
}
