//! `pvi explain`: one figure worked out as on paper, with the file, row or quote of every input.

use super::context::Context;
use super::error::Failure;
use super::output;
use super::output::PackOut;
use super::pvi;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::export::json::{decimal as plain, fraction};
use crate::program::pack::nearest;
use crate::program::{Engine, Ladder, MetricScore, PortfolioScore, Projection, Share, Sources};
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::io::Write;

/// Width of the labels at most.
const LABEL: usize = 26;

/// `pvi explain`.
#[derive(Args, Debug)]
pub struct PviExplain {
    /// A portfolio (Services) or one of its metrics (services.otrr)
    #[arg(value_name = "PORTFOLIO[.METRIC]")]
    pub what: String,
    /// booked, committed, open, weighted or quote:ID
    #[arg(long, default_value = "booked")]
    pub view: String,
    /// A fiscal month (FY27M7) or `baseline`; without it the pack's horizon
    #[arg(long)]
    pub month: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    pack: PackOut,
    as_of: NaiveDate,
    view: String,
    month: String,
    baseline_month: Option<String>,
    portfolio: String,
    metric: Option<String>,
    title: String,
    score: Option<String>,
    index: Option<String>,
    basis: Option<&'static str>,
    explain: Vec<LineOut>,
    steps: Vec<StepOut>,
    deals: Vec<DealOut>,
}

/// A line of an explanation.
#[derive(Serialize)]
pub(super) struct LineOut {
    pub(super) label: String,
    pub(super) text: String,
}

#[derive(Serialize)]
struct StepOut {
    threshold: Option<String>,
    index: String,
    passed: bool,
    missing: Option<String>,
}

#[derive(Serialize)]
struct DealOut {
    renewal_id: Option<String>,
    contract: String,
    a: String,
    b: String,
    source: String,
}

/// The lines that explain a metric.
pub(super) fn lines(
    engine: &Engine,
    projection: &Projection,
    (portfolio, metric): (&Portfolio, Option<&str>),
    snapshot: &Snapshot,
) -> (String, Vec<LineOut>) {
    let told = engine.explain_from(projection, portfolio, metric, snapshot);
    let lines = told
        .lines
        .into_iter()
        .map(|(label, text)| LineOut { label, text });
    (told.title, lines.collect())
}

/// Runs the command.
pub fn run(context: &Context, args: &PviExplain, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let (view, view_name) = pvi::view(&args.view, &snapshot, &pack.rules)?;
    let month = pvi::month(args.month.as_deref())?;
    let engine = pvi::engine(context, &snapshot, &pack);
    let projection = engine
        .project(&view, &month)
        .map_err(|error| Failure::refused(error.to_string()))?;
    let (score, metric) = find(&args.what, &projection)?;
    let id = metric.map(|metric| &*metric.metric);
    let (title, lines) = lines(&engine, &projection, (&score.portfolio, id), &snapshot);
    if args.json {
        let portfolio = &score.portfolio;
        let ladder = id.and_then(|id| engine.ladder(&projection, portfolio, id));
        let shares = id.map(|id| engine.behind(&projection, portfolio, id));
        let answer = Output {
            schema: "renewdesk.pvi_explain/1",
            pack: PackOut::from(&projection.pack),
            as_of: context.today(),
            view: view_name,
            month: projection.month.to_string(),
            baseline_month: projection.baseline_month.as_deref().map(str::to_string),
            portfolio: portfolio.title().to_string(),
            metric: id.map(str::to_string),
            title,
            score: score.score.as_ref().map(fraction),
            index: metric.and_then(|metric| metric.index).map(plain),
            basis: metric.map(|metric| metric.basis.word()),
            explain: lines,
            steps: ladder.as_ref().map(steps).unwrap_or_default(),
            deals: deals(&shares.unwrap_or_default(), &snapshot),
        };
        return output::json(out, &answer);
    }
    output::watermark(&snapshot);
    writeln!(out, "{}", clean(&title))?;
    let wide = lines.iter().map(|line| line.label.chars().count()).max();
    let wide = wide.unwrap_or(0).min(LABEL);
    for line in &lines {
        let (label, text) = (clean(&line.label), clean(&line.text));
        writeln!(out, "  {label:<wide$}  {text}")?;
    }
    Ok(())
}

fn steps(ladder: &Ladder) -> Vec<StepOut> {
    ladder
        .rungs
        .iter()
        .map(|rung| StepOut {
            threshold: rung.threshold.map(plain),
            index: plain(rung.index),
            passed: rung.passed,
            missing: rung.missing.map(|missing| missing.to_string()),
        })
        .collect()
}

fn deals(shares: &[Share], snapshot: &Snapshot) -> Vec<DealOut> {
    let sources = Sources::of(shares, snapshot);
    shares
        .iter()
        .map(|share| DealOut {
            renewal_id: share.renewal.map(|id| id.to_string()),
            contract: share.name.to_string(),
            a: fraction(&share.a),
            b: fraction(&share.b),
            source: sources.words(share, snapshot),
        })
        .collect()
}

/// The portfolio, and the metric after the dot, that a text names in any case.
fn find<'a>(
    text: &str,
    projection: &'a Projection,
) -> Result<(&'a PortfolioScore, Option<&'a MetricScore>), Failure> {
    let (portfolio, metric) = match text.rsplit_once('.') {
        Some((portfolio, metric)) => (portfolio, Some(metric.trim())),
        None => (text, None),
    };
    let score = portfolio_named(portfolio, projection)?;
    let Some(wanted) = metric else {
        return Ok((score, None));
    };
    let is = |name: &str| name.eq_ignore_ascii_case(wanted);
    let found = score
        .metrics
        .iter()
        .find(|metric| is(&metric.metric) || is(&metric.title));
    match found {
        Some(metric) => Ok((score, Some(metric))),
        None => {
            let known: Vec<&str> = score.metrics.iter().map(|m| &*m.metric).collect();
            let name = score.portfolio.title();
            Err(Failure::not_found(format!(
                "{name} has no metric {wanted:?}{}",
                meant(&wanted.to_lowercase(), &known)
            ))
            .hint(match known.as_slice() {
                [] => format!("no metric of {name} is known; import the assessment"),
                known => format!("the metrics of {name} are {}", known.join(", ")),
            }))
        }
    }
}

fn portfolio_named<'a>(
    text: &str,
    projection: &'a Projection,
) -> Result<&'a PortfolioScore, Failure> {
    let wanted = Portfolio::named(text).unwrap_or_else(|| Portfolio("".into()));
    let found = projection
        .portfolios
        .iter()
        .find(|score| score.portfolio.title().eq_ignore_ascii_case(wanted.title()));
    found.ok_or_else(|| {
        let known: Vec<&str> = projection
            .portfolios
            .iter()
            .map(|score| score.portfolio.title())
            .collect();
        let meant = meant(text.trim(), &known);
        Failure::not_found(format!("there is no portfolio {:?}{meant}", text.trim()))
            .hint(format!("the portfolios are {}", known.join(", ")))
    })
}

fn meant(text: &str, known: &[&str]) -> String {
    let found = nearest(text, known.iter().copied());
    found.map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}
