//! `quote coterm`: one end for all lines, the candidates side by side.

use super::context::{Context, note};
use super::error::Failure;
use super::quote_args::Coterm;
use super::table::{Align, Table, terminal_width};
use super::{find, output, pvi};
use crate::domain::command::Command;
use crate::domain::line::LineKind;
use crate::domain::quote::{Quote, QuoteLine};
use crate::domain::snapshot::Snapshot;
use crate::export::json::{decimal, money};
use crate::pricing::average::{self, Average, NoAverage};
use crate::pricing::coterm::{self, Candidate, Moved};
use crate::pricing::with_lines;
use crate::program::{Engine, Pack};
use crate::runtime::clock::Clock;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    currency: String,
    written: bool,
    candidates: Vec<CandidateOut>,
    /// Evenly apart; only with `--curve`.
    curve: Vec<CandidateOut>,
    gaps: Vec<GapOut>,
    /// The average of the ends of licences that share one; none without such.
    average: Option<AverageOut>,
}

#[derive(Serialize)]
struct AverageOut {
    end: Option<NaiveDate>,
    /// Days are counted from here.
    from: Option<NaiveDate>,
    /// The days all share, exact: weighted days over weight.
    days: Option<String>,
    lines: Vec<MovedOut>,
    steps: Vec<StepOut>,
    /// Why there is none, with the other fields empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

#[derive(Serialize)]
struct StepOut {
    name: String,
    formula: String,
    result: String,
    rule: String,
}

#[derive(Serialize)]
struct CandidateOut {
    end: NaiveDate,
    why: String,
    net: String,
    sell: String,
    tcv: String,
    acv: String,
    days_gained: i64,
    days_lost: i64,
    /// Days against now by line number; lines without a change are left out.
    days: BTreeMap<u32, i64>,
    /// The lines that move or cannot, the most lost first; absent on the curve.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<MovedOut>,
    cut_at_ldos: Vec<u32>,
    kept: Vec<u32>,
    /// Score of each portfolio at the horizon with the quote ended there; absent on the curve.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    scores: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct MovedOut {
    line: u32,
    serial: Option<String>,
    product: Option<String>,
    from: NaiveDate,
    to: NaiveDate,
    days: i64,
    /// What the net price changes by.
    net: Option<String>,
    cut_at_ldos: bool,
    kept: bool,
}

#[derive(Serialize)]
struct GapOut {
    line: u32,
    days: i64,
    net: Option<String>,
}

/// Runs the command.
pub fn run(context: &Context, args: &Coterm, out: &mut impl Write) -> Result<(), Failure> {
    let asks = args.to.is_some() || args.average;
    if args.dry_run && !asks {
        return Err(Failure::usage("--dry-run shows what a day would do")
            .hint("name it with --to DATE, or --average"));
    }
    let writes = asks && !args.dry_run;
    let mut store = match writes {
        true => context.open()?,
        false => context.open_to_look()?,
    };
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    let engine = pvi::engine(context, &snapshot, &pack);
    let average = average::has_licences(quote) || args.average;
    let average = average.then(|| average::average(quote, &pack.rules));
    let (found, lines) = ends(args, quote, average.as_ref(), &pack)?;
    let end = found.first().map(|there| there.end).filter(|_| writes);
    let written = end.is_some() && !lines.is_empty();
    match end {
        Some(_) if lines.is_empty() => note("every line that can ends there already"),
        Some(day) => {
            let words = match args.average {
                true => format!("{} licences averaged to {day}", quote.number),
                false => format!("{} co-termed to {day}", quote.number),
            };
            let command = Command::PutQuoteLines {
                quote: quote.id,
                version: quote.version,
                lines,
                add_renewals: Vec::new(),
            };
            let stamp = context.clock.stamp(&context.actor(&snapshot));
            store.apply(&command, &words, &stamp)?;
        }
        None => {}
    }
    let span = found.first().zip(found.last()).map(|(a, b)| (a.end, b.end));
    let curve = match (args.curve, span) {
        (Some(points), Some(span)) => coterm::curve(quote, span, points.into(), &pack.rules),
        _ => Vec::new(),
    };
    let told = Output {
        schema: "renewdesk.quote_coterm/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        currency: quote.currency.to_string(),
        written,
        candidates: found
            .iter()
            .map(|candidate| match (&average, args.average) {
                (Some(Ok(average)), true) => CandidateOut {
                    lines: averaged(quote, average, &pack).lines,
                    ..shown(quote, candidate, scores_of(&engine, quote, &average.lines))
                },
                _ => CandidateOut {
                    lines: moved_out(quote, coterm::moved(quote, candidate.end, &pack.rules)),
                    ..shown(quote, candidate, scores(&engine, quote, candidate))
                },
            })
            .collect(),
        curve: curve
            .iter()
            .map(|candidate| shown(quote, candidate, BTreeMap::new()))
            .collect(),
        gaps: gaps(&snapshot, quote, &pack),
        average: (average.as_ref()).map(|found| average_out(quote, found, &pack)),
    };
    if args.json {
        return output::json(out, &told);
    }
    output::watermark(&snapshot);
    print(&told, out)
}

/// The ends to show, and the lines that would be written: of the one that is asked for, else none.
fn ends(
    args: &Coterm,
    quote: &Quote,
    average: Option<&Result<Average, NoAverage>>,
    pack: &Pack,
) -> Result<(Vec<Candidate>, Vec<QuoteLine>), Failure> {
    Ok(match (args.to, average) {
        (Some(day), _) => (
            vec![chosen(quote, day, pack)?],
            coterm::lines_at(quote, day),
        ),
        (None, Some(Ok(average))) if args.average => {
            let there = average::candidate(quote, average, &pack.rules);
            (vec![there], average.lines.clone())
        }
        (None, Some(Err(why))) if args.average => {
            return Err(Failure::refused(format!("{}: {why}", quote.number)));
        }
        (None, _) => {
            let ends = coterm::span(quote).map(|(from, to)| pack.calendar.quarter_ends(from, to));
            let found = coterm::candidates(quote, &ends.unwrap_or_default(), &pack.rules);
            (found, Vec::new())
        }
    })
}

/// The average of licences as an answer, or why there is none.
fn average_out(quote: &Quote, found: &Result<Average, NoAverage>, pack: &Pack) -> AverageOut {
    match found {
        Ok(average) => averaged(quote, average, pack),
        Err(why) => AverageOut {
            end: None,
            from: None,
            days: None,
            lines: Vec::new(),
            steps: Vec::new(),
            refused: Some(why.to_string()),
        },
    }
}

fn chosen(quote: &Quote, day: NaiveDate, pack: &Pack) -> Result<Candidate, Failure> {
    let candidate = coterm::at(quote, day, "typed", &pack.rules);
    let terms = quote
        .lines
        .iter()
        .filter(|line| line.kind != LineKind::Asset);
    if candidate.kept.len() == terms.count() {
        return Err(Failure::refused(format!(
            "no line of {} can end on {day}: all start later or stop before",
            quote.number
        ))
        .hint("`renewdesk quote coterm ID` lists the days there are"));
    }
    Ok(candidate)
}

fn scores(engine: &Engine, quote: &Quote, candidate: &Candidate) -> BTreeMap<String, String> {
    scores_of(engine, quote, &coterm::lines_at(quote, candidate.end))
}

fn scores_of(engine: &Engine, quote: &Quote, lines: &[QuoteLine]) -> BTreeMap<String, String> {
    pvi::scores(engine, &with_lines(quote, lines))
}

fn averaged(quote: &Quote, average: &Average, pack: &Pack) -> AverageOut {
    let moved = coterm::moved_to(quote, &average.lines, average.end, &pack.rules);
    let steps = average.steps.iter().map(|step| StepOut {
        name: step.name.clone(),
        formula: step.formula.clone(),
        result: step.result.clone(),
        rule: step.rule.clone(),
    });
    let (above, below) = average.days;
    AverageOut {
        end: Some(average.end),
        from: Some(average.from),
        days: above.checked_div(below).map(decimal),
        lines: moved_out(quote, moved),
        steps: steps.collect(),
        refused: None,
    }
}

fn gaps(snapshot: &Snapshot, quote: &Quote, pack: &Pack) -> Vec<GapOut> {
    let lines = quote.lines.iter().filter_map(|line| {
        let old = line.renews.and_then(|id| snapshot.lines.get(id))?;
        let (days, net) = coterm::gap(line, old.end, quote, &pack.rules)?;
        Some(GapOut {
            line: line.number,
            days,
            net: net.map(|net| money(net, quote.currency)),
        })
    });
    lines.collect()
}

/// What an end does to each line, the most lost first.
fn moved_out(quote: &Quote, found: Vec<Moved>) -> Vec<MovedOut> {
    let found = found.into_iter().filter_map(|moved| {
        let line = quote.lines.iter().find(|line| line.number == moved.line)?;
        let product = line.pid.as_deref().or(line.service_sku.as_deref());
        Some(MovedOut {
            line: moved.line,
            serial: line.serial.as_deref().map(str::to_string),
            product: product.map(str::to_string),
            from: moved.from,
            to: moved.to,
            days: moved.days,
            net: moved.net.map(|net| money(net, quote.currency)),
            cut_at_ldos: moved.cut,
            kept: moved.kept,
        })
    });
    found.collect()
}

fn shown(quote: &Quote, candidate: &Candidate, scores: BTreeMap<String, String>) -> CandidateOut {
    let amount = |value| money(value, quote.currency);
    let changed = quote.lines.iter().zip(&candidate.days);
    let changed = changed.filter(|(_, days)| **days != 0);
    CandidateOut {
        end: candidate.end,
        why: candidate.why.clone(),
        net: amount(candidate.totals.net),
        sell: amount(candidate.totals.sell),
        tcv: amount(candidate.totals.tcv),
        acv: amount(candidate.totals.acv),
        days_gained: candidate.gained(),
        days_lost: candidate.lost(),
        days: changed.map(|(line, days)| (line.number, *days)).collect(),
        lines: Vec::new(),
        cut_at_ldos: candidate.cut.clone(),
        kept: candidate.kept.clone(),
        scores,
    }
}

/// What the one end that was asked about does to each line.
fn by_line(one: &CandidateOut, out: &mut impl Write) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Line", Align::Right),
        ("Product", Align::Left),
        ("Serial", Align::Left),
        ("Days", Align::Right),
        ("From", Align::Left),
        ("To", Align::Left),
        ("Net", Align::Right),
        ("", Align::Left),
    ]);
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    for line in &one.lines {
        let why = match (line.kept, line.cut_at_ldos) {
            (true, _) => "starts later, keeps its end",
            (_, true) => "cut at the last date of support",
            _ => "",
        };
        table.row([
            line.line.to_string(),
            known(&line.product),
            known(&line.serial),
            format!("{:+}", line.days),
            line.from.to_string(),
            line.to.to_string(),
            known(&line.net),
            why.to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

/// The average end in one line; with its arithmetic where one end was asked about.
fn arithmetic(average: &AverageOut, whole: bool, out: &mut impl Write) -> Result<(), Failure> {
    let (Some(days), Some(end), Some(from)) = (&average.days, average.end, average.from) else {
        let why = average.refused.as_deref().unwrap_or_default();
        writeln!(out, "No licence average: {why}")?;
        return Ok(());
    };
    writeln!(
        out,
        "Licence average: {end}, {days} days from {from}; the end moves, the price does not (--average takes it)"
    )?;
    for step in average.steps.iter().filter(|_| whole) {
        let name = crate::domain::text::clean(&step.name).into_owned();
        writeln!(out, "  {name}: {} = {}", step.formula, step.result)?;
    }
    Ok(())
}

fn print(told: &Output, out: &mut impl Write) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("End", Align::Left),
        ("Why", Align::Left),
        ("Net", Align::Right),
        ("Sell", Align::Right),
        ("", Align::Left),
        ("Days +", Align::Right),
        ("Days -", Align::Right),
        ("Cut at LDoS", Align::Left),
        ("Scores", Align::Left),
    ]);
    for candidate in &told.candidates {
        let numbers: Vec<String> = candidate.cut_at_ldos.iter().map(u32::to_string).collect();
        let kept = match candidate.kept.len() {
            0 => String::new(),
            n => format!(" ({n} keep their end)"),
        };
        let scores = candidate.scores.iter();
        let scores: Vec<String> = scores
            .map(|(name, score)| format!("{name} {score}"))
            .collect();
        table.row([
            candidate.end.to_string(),
            format!("{}{kept}", candidate.why),
            candidate.net.clone(),
            candidate.sell.clone(),
            told.currency.clone(),
            candidate.days_gained.to_string(),
            candidate.days_lost.to_string(),
            numbers.join(", "),
            scores.join("  "),
        ]);
    }
    table.write(out, terminal_width())?;
    if let [one] = told.candidates.as_slice() {
        by_line(one, out)?;
    }
    if let Some(average) = &told.average {
        arithmetic(average, told.candidates.len() == 1, out)?;
    }
    for gap in &told.gaps {
        let cost = gap.net.as_deref().unwrap_or("an unknown amount");
        let (line, days, currency) = (gap.line, gap.days, &told.currency);
        writeln!(
            out,
            "Line {line}: {days} days without cover before it starts; covered they would cost {cost} {currency} net"
        )?;
    }
    Ok(())
}
