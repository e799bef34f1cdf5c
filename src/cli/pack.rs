//! `pack check|show`.

use super::args;
use super::context::Context;
use super::error::{Exit, Failure};
use super::output;
use super::table::{Align, Table, terminal_width};
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
        None => context.pack_file()?,
    };
    let (name, problems) = match named {
        Some((name, text)) => {
            let problems = pack::check(&name, &text);
            (name, problems)
        }
        None => ("the shipped pack".to_string(), pack::check_shipped()),
    };
    let ok = !problems.iter().any(pack::Problem::is_error);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    if json {
        output::json(
            out,
            &Checked {
                schema: "renewdesk.pack_check/1",
                file: name.clone(),
                ok,
                problems: problems.clone(),
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

fn show(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let pack = context.pack()?;
    let file = context.pack_file()?.map(|(name, _)| name);
    let shown = Shown {
        schema: "renewdesk.pack/1",
        id: pack.id.clone(),
        name: pack.title.clone(),
        as_of: pack.as_of,
        confidence: pack.confidence.clone(),
        demo: pack.demo,
        file,
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
        shown.name,
        shown.as_of,
        shown.confidence,
        shown.file.as_deref().unwrap_or("the program")
    )?;
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
