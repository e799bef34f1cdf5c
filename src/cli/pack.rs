//! `pack check|show`: what is wrong with a rule pack, and what the one in use holds.

use super::args;
use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::table::{Align, Table, terminal_width};
use super::{output, pack_use};
use crate::export::json as figures;
use crate::program::pack;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Checked {
    schema: &'static str,
    file: String,
    ok: bool,
    problems: Vec<String>,
    faults: Vec<FaultOut>,
}

#[derive(Serialize)]
struct FaultOut {
    file: String,
    line: usize,
    column: usize,
    severity: &'static str,
    message: String,
    nearest: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    schema: &'static str,
    id: String,
    name: String,
    as_of: chrono::NaiveDate,
    confidence: String,
    demo: bool,
    file: Option<String>,
    source: &'static str,
    source_words: String,
    sha256: String,
    currency: String,
    thresholds: Vec<String>,
    portfolios: Vec<PortfolioOut>,
    stages: Vec<String>,
    loss_reasons: Vec<String>,
}

#[derive(Serialize)]
struct PortfolioOut {
    id: String,
    portfolio: String,
    size: String,
    metrics: Vec<MetricOut>,
}

#[derive(Serialize)]
struct MetricOut {
    metric: String,
    category: String,
    share: String,
    weight_pct: Option<String>,
    held: bool,
    confidence: String,
    source: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &args::Pack, out: &mut impl Write) -> Result<(), Failure> {
    match args {
        args::Pack::Check { file, json } => check(context, file.as_deref(), *json, out),
        args::Pack::Show(args) => show(context, args.json, out),
        args::Pack::Use { file, json, .. } => pack_use::run(context, file.as_deref(), *json, out),
        args::Pack::List(args) => pack_use::list(context, args.json, out),
    }
}

fn check(
    context: &Context,
    file: Option<&Path>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let named = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(
                    Exit::Failed,
                    format!("{} cannot be read: {error}", path.display()),
                )
            })?;
            Some((path.display().to_string(), text))
        }
        // As it stands, whether it passes or not.
        None => context.named_pack()?,
    };
    let (name, problems) = match named {
        Some((name, text)) => {
            let problems = pack::check(&name, &text);
            (name, problems)
        }
        None => ("the shipped pack".to_string(), pack::check_shipped()),
    };
    let ok = !problems.iter().any(pack::Problem::is_error);
    let faults = problems.iter().map(fault).collect();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if json {
        output::json(
            out,
            &Checked {
                schema: "renewdesk.pack_check/1",
                file: name.clone(),
                ok,
                problems: problems.clone(),
                faults,
            },
        )?;
    } else {
        for problem in &problems {
            writeln!(out, "{}", crate::domain::text::clean(problem))?;
        }
        if problems.is_empty() {
            writeln!(out, "{name}: nothing to complain about")?;
        }
    }
    if ok {
        Ok(())
    } else {
        Err(Failure::refused(format!(
            "{name} has errors and would not be used"
        )))
    }
}

fn fault(problem: &pack::Problem) -> FaultOut {
    FaultOut {
        file: problem.place.file.to_string(),
        line: problem.place.line,
        column: problem.place.column,
        severity: match problem.is_error() {
            true => "error",
            false => "warning",
        },
        message: problem.message.clone(),
        nearest: problem.nearest.clone(),
    }
}

fn show(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let rules = context.rules()?;
    rules.remarks.iter().for_each(|remark| note(remark));
    let file = rules.overlay.as_ref().map(|(name, _)| name.clone());
    let version = rules.version(context.today(), "");
    let pack = rules.pack;
    let shown = Shown {
        schema: "renewdesk.pack/1",
        id: pack.id.clone(),
        name: pack.title.clone(),
        as_of: pack.as_of,
        confidence: pack.confidence.clone(),
        demo: pack.demo,
        file,
        source: rules.source.word(),
        source_words: rules.source.words(),
        sha256: version.sha256,
        currency: pack.currency.to_string(),
        thresholds: pack
            .tiers
            .edges
            .iter()
            .map(|t| t.from.to_string())
            .collect(),
        portfolios: pack
            .portfolios
            .iter()
            .map(|p| portfolio(&pack, p))
            .collect(),
        stages: pack.rules.stages.iter().map(|s| s.title.clone()).collect(),
        loss_reasons: pack
            .rules
            .loss_reasons
            .iter()
            .map(|r| r.id.to_string())
            .collect(),
    };
    if json {
        return output::json(out, &shown);
    }
    writeln!(
        out,
        "{} of {}, confidence {}, from {}",
        shown.name, shown.as_of, shown.confidence, shown.source_words
    )?;
    writeln!(out, "SHA-256 {}", shown.sha256)?;
    writeln!(out, "Stages: {}", shown.stages.join(" → "))?;
    writeln!(out, "Loss reasons: {}", shown.loss_reasons.join(", "))?;
    writeln!(out, "Thresholds: {}", shown.thresholds.join(", "))?;
    let mut table = Table::new(&[
        ("Portfolio", Align::Left),
        ("Size", Align::Left),
        ("Category", Align::Left),
        ("Metric", Align::Left),
        ("Share", Align::Right),
        ("Held", Align::Left),
        ("Confidence", Align::Left),
    ]);
    for portfolio in &shown.portfolios {
        for metric in &portfolio.metrics {
            table.row([
                portfolio.portfolio.as_str(),
                &portfolio.size,
                &metric.category,
                &metric.metric,
                &metric.share,
                if metric.held { "held" } else { "" },
                &metric.confidence,
            ]);
        }
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn portfolio(pack: &pack::Pack, rule: &pack::PortfolioRule) -> PortfolioOut {
    let metrics = pack
        .metrics
        .iter()
        .filter(|metric| metric.portfolio == rule.id)
        .map(|metric| MetricOut {
            metric: metric.id.to_string(),
            category: metric.category.to_string(),
            share: figures::decimal(metric.share),
            weight_pct: metric.weight_pct.map(figures::decimal),
            held: metric.hold,
            confidence: metric.provenance.confidence.to_string(),
            source: metric.provenance.source.to_string(),
        })
        .collect();
    PortfolioOut {
        id: rule.id.to_string(),
        portfolio: rule.portfolio.title().to_string(),
        size: rule.size.to_string(),
        metrics,
    }
}
