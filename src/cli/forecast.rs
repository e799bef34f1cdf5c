//! `pvi forecast`: how sure the score is, by portfolio and fiscal month.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output::PackOut;
use super::pvi::engine;
use super::pvi_explain::LineOut;
use super::table::{Align, Table, terminal_width};
use super::{find, output};
use crate::domain::portfolio::Portfolio;
use crate::export::json::{decimal, fixed, fraction};
use crate::program::forecast::{Forecast, Odds, PortfolioForecast, Spread, Terms};
use crate::program::pack::nearest;
use num_rational::BigRational;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    pack: PackOut,
    as_of: chrono::NaiveDate,
    quote: Option<String>,
    draws: u32,
    seed: u64,
    correlation_pct: String,
    deals: usize,
    odds: OddsOut,
    portfolios: Vec<PortfolioOut>,
    assumptions: Vec<String>,
}

#[derive(Serialize)]
struct OddsOut {
    text: String,
    decided: u32,
    won: u32,
    since: Option<chrono::NaiveDate>,
    min_decided: u32,
    prior_deals: u32,
    expected_pct: Option<String>,
    moved_pct: Option<String>,
    accepted_suggestions: usize,
    accepted_pct: String,
    explain: Vec<LineOut>,
}

#[derive(Serialize)]
struct PortfolioOut {
    portfolio: String,
    months: Vec<MonthOut>,
}

#[derive(Serialize)]
struct MonthOut {
    month: String,
    low: String,
    median: String,
    high: String,
    reached: Vec<ReachedOut>,
    on_time_pct: Option<String>,
}

#[derive(Serialize)]
struct ReachedOut {
    score: String,
    draws: u32,
    probability_pct: String,
}

/// Runs the command.
pub fn run(
    context: &Context,
    args: &args::PviForecast,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    let quote = match &args.quote {
        Some(id) => Some(find::quote(&snapshot, id)?),
        None => None,
    };
    let terms = Terms {
        draws: args.draws.unwrap_or(pack.forecast.draws),
        seed: args.seed.unwrap_or(pack.forecast.seed),
        correlation_pct: pack.forecast.correlation_pct,
    };
    let engine = engine(context, &snapshot, &pack);
    let mut forecast = engine
        .forecast(&terms, quote.as_ref())
        .map_err(|error| Failure::refused(error.to_string()))?;
    if let Some(name) = &args.portfolio {
        keep_only(&mut forecast, name)?;
    }
    if args.json {
        return output::json(
            out,
            &answer(context, &forecast, quote.as_ref().map(|q| &*q.number)),
        );
    }
    output::watermark(&snapshot);
    print(&forecast, out)
}

fn keep_only(forecast: &mut Forecast, name: &str) -> Result<(), Failure> {
    let titles = || forecast.portfolios.iter().map(|p| p.portfolio.title());
    let wanted = Portfolio::named(name);
    let known = forecast
        .portfolios
        .iter()
        .any(|found| Some(&found.portfolio) == wanted.as_ref());
    if !known {
        let hint = match nearest(name, titles()) {
            Some(title) => format!("did you mean {title}?"),
            None => format!(
                "the portfolios are {}",
                titles().collect::<Vec<_>>().join(", ")
            ),
        };
        return Err(Failure::usage(format!("there is no portfolio {name:?}")).hint(hint));
    }
    forecast
        .portfolios
        .retain(|found| Some(&found.portfolio) == wanted.as_ref());
    Ok(())
}

fn percent(draws: u32, of: u32) -> BigRational {
    BigRational::new((u64::from(draws) * 100).into(), u64::from(of.max(1)).into())
}

fn answer(context: &Context, forecast: &Forecast, quote: Option<&str>) -> Output {
    let month = |code: &str, spread: &Spread| MonthOut {
        month: code.to_string(),
        low: fraction(&spread.low),
        median: fraction(&spread.median),
        high: fraction(&spread.high),
        reached: spread
            .reached
            .iter()
            .map(|(score, draws)| ReachedOut {
                score: score.to_string(),
                draws: *draws,
                probability_pct: fraction(&percent(*draws, forecast.terms.draws)),
            })
            .collect(),
        on_time_pct: spread.on_time.as_ref().map(fraction),
    };
    let portfolio = |found: &PortfolioForecast| PortfolioOut {
        portfolio: found.portfolio.title().to_string(),
        months: forecast
            .months
            .iter()
            .zip(&found.months)
            .map(|(code, spread)| month(code, spread))
            .collect(),
    };
    Output {
        schema: "renewdesk.pvi_forecast/1",
        pack: PackOut::from(&forecast.pack),
        as_of: context.today(),
        quote: quote.map(str::to_string),
        draws: forecast.terms.draws,
        seed: forecast.terms.seed,
        correlation_pct: forecast.terms.correlation_pct.normalize().to_string(),
        deals: forecast.deals,
        odds: odds(&forecast.odds),
        portfolios: forecast.portfolios.iter().map(portfolio).collect(),
        assumptions: forecast.assumptions.clone(),
    }
}

fn odds(odds: &Odds) -> OddsOut {
    let lines = odds.lines().into_iter();
    OddsOut {
        text: odds.line(),
        decided: odds.decided,
        won: odds.won,
        since: odds.since,
        min_decided: odds.min_decided,
        prior_deals: odds.prior_deals,
        expected_pct: odds.expected_pct.map(decimal),
        moved_pct: odds.moved_pct.map(decimal),
        accepted_suggestions: odds.accepted,
        accepted_pct: decimal(odds.accepted_pct),
        explain: lines.map(|(label, text)| LineOut { label, text }).collect(),
    }
}

/// Begins with a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn print(forecast: &Forecast, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{} draws of {} open deals, seed {}. Estimate by {} of {} ({}); the vendor's portal is official.",
        forecast.terms.draws,
        forecast.deals,
        forecast.terms.seed,
        forecast.pack.name,
        forecast.pack.as_of,
        forecast.pack.confidence
    )?;
    writeln!(out, "{}.", sentence(&forecast.odds.line()))?;
    let edges: Vec<_> = forecast
        .portfolios
        .iter()
        .flat_map(|found| found.months.first())
        .flat_map(|spread| spread.reached.iter().map(|(edge, _)| *edge))
        .collect();
    let mut edges = edges;
    edges.dedup();
    edges.sort_unstable();
    edges.dedup();
    let titles: Vec<String> = edges.iter().map(|edge| format!("≥ {edge} %")).collect();
    let mut columns = vec![
        ("Portfolio", Align::Left),
        ("Month", Align::Left),
        ("10 %", Align::Right),
        ("Median", Align::Right),
        ("90 %", Align::Right),
    ];
    columns.extend(titles.iter().map(|title| (title.as_str(), Align::Right)));
    columns.push(("On time %", Align::Right));
    let mut table = Table::new(&columns);
    for found in &forecast.portfolios {
        if found.months.is_empty() {
            table.row([found.portfolio.title().to_string(), "no baseline".into()]);
        }
        for (number, (code, spread)) in forecast.months.iter().zip(&found.months).enumerate() {
            let title = if number == 0 {
                found.portfolio.title()
            } else {
                ""
            };
            let mut row = vec![
                title.to_string(),
                code.to_string(),
                fixed(&spread.low, 2),
                fixed(&spread.median, 2),
                fixed(&spread.high, 2),
            ];
            row.extend(
                spread
                    .reached
                    .iter()
                    .map(|(_, draws)| fixed(&percent(*draws, forecast.terms.draws), 1)),
            );
            row.push(
                spread
                    .on_time
                    .as_ref()
                    .map_or("-".into(), |rate| fixed(rate, 1)),
            );
            table.row(row);
        }
    }
    table.write(out, terminal_width())?;
    for sentence in &forecast.assumptions {
        super::context::note(&format!("assumed: {sentence}"));
    }
    Ok(())
}
