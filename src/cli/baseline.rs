//! `baseline list|show|check`: the partner's assessment as the book holds it, and our own figures
//! beside it. What changes it is in `baseline_edit`.

use super::args;
use super::baseline_edit;
use super::context::Context;
use super::error::Failure;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::domain::baseline::BaselineRow;
use crate::domain::command::Operation;
use crate::domain::snapshot::Snapshot;
use crate::export::json::{decimal as plain, fixed, fraction};
use crate::program::assessment::{self, source_of};
use crate::program::calendar::parse_month;
use crate::program::reconcile::{Line, Reconciliation, reconcile};
use crate::program::reseller;
use crate::store::Store;
use num_rational::BigRational;
use rust_decimal::Decimal;
use serde::Serialize;
use std::io::Write;
use std::sync::Arc;

/// Runs the command.
pub fn run(context: &Context, args: &args::Baseline, out: &mut impl Write) -> Result<(), Failure> {
    match args {
        args::Baseline::List(args) => list(context, args.json, out),
        args::Baseline::Show { month, json } => show(context, month.as_deref(), *json, out),
        args::Baseline::Check { month, json } => check(context, month.as_deref(), *json, out),
        args::Baseline::Set(args) => baseline_edit::set(context, args, out),
        args::Baseline::Drop {
            month,
            reseller,
            json,
        } => baseline_edit::drop(context, month, reseller.as_deref(), *json, out),
        args::Baseline::Use { reseller, json } => {
            baseline_edit::choose(context, reseller, *json, out)
        }
    }
}

#[derive(Serialize)]
struct ListOut {
    schema: &'static str,
    reseller: Option<String>,
    base_month: Option<String>,
    months: Vec<MonthOut>,
}

#[derive(Serialize)]
struct MonthOut {
    month: String,
    reseller: Option<String>,
    counts: bool,
    base: bool,
    rows: usize,
    typed: usize,
    portfolios: usize,
    sources: Vec<String>,
}

fn list(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let snapshot = context.open_to_look()?.snapshot()?;
    let kept = assessment::kept(&snapshot);
    let name = |one: &reseller::Reseller| (!one.is_blank()).then(|| one.to_string());
    let answer = ListOut {
        schema: "renewdesk.baseline_list/1",
        reseller: reseller::chosen(&snapshot).map(|one| one.to_string()),
        base_month: kept.iter().find(|k| k.base).map(|k| k.month.to_string()),
        months: kept
            .iter()
            .map(|kept| MonthOut {
                month: kept.month.to_string(),
                reseller: name(&kept.reseller),
                counts: kept.counts,
                base: kept.base,
                rows: kept.rows,
                typed: kept.typed,
                portfolios: kept.portfolios,
                sources: kept.sources.clone(),
            })
            .collect(),
    };
    if json {
        return output::json(out, &answer);
    }
    output::watermark(&snapshot);
    if answer.months.is_empty() {
        writeln!(
            out,
            "The book holds no assessment. `renewdesk import SHEET` reads the partner's sheet, \
             `renewdesk baseline set` types one."
        )?;
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Month", Align::Left),
        ("", Align::Left),
        ("Reseller", Align::Left),
        ("Rows", Align::Right),
        ("Typed", Align::Right),
        ("Portfolios", Align::Right),
        ("Source", Align::Left),
    ]);
    for month in &answer.months {
        let mark = match (month.base, month.counts) {
            (true, _) => "projections start here",
            (false, true) => "",
            (false, false) => "does not count",
        };
        table.row([
            month.month.as_str(),
            mark,
            month.reseller.as_deref().unwrap_or("-"),
            &month.rows.to_string(),
            &month.typed.to_string(),
            &month.portfolios.to_string(),
            &month.sources.join("; "),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

/// The month asked for, else the newest; it must be there.
pub(super) fn month_of(snapshot: &Snapshot, asked: Option<&str>) -> Result<Arc<str>, Failure> {
    let kept = assessment::kept(snapshot);
    let Some(asked) = asked else {
        let base = kept.iter().find(|kept| kept.base);
        return base.map(|kept| Arc::clone(&kept.month)).ok_or_else(|| {
            Failure::not_found("the book holds no assessment")
                .hint("import the partner's sheet, or type one with `renewdesk baseline set`")
        });
    };
    let code = fiscal_month(asked)?;
    if kept.iter().any(|kept| kept.month == code) {
        return Ok(code);
    }
    let held: Vec<&str> = kept.iter().map(|kept| &*kept.month).collect();
    Err(
        Failure::not_found(format!("the book holds no assessment of {code}")).hint(
            match held.is_empty() {
                true => "it holds none at all".to_string(),
                false => format!("it holds {}", held.join(", ")),
            },
        ),
    )
}

/// A fiscal month as typed.
pub(super) fn fiscal_month(text: &str) -> Result<Arc<str>, Failure> {
    parse_month(text).ok_or_else(|| {
        Failure::usage(format!("{text:?} is no fiscal month")).hint("write it like FY27M4")
    })
}

#[derive(Serialize)]
struct ShowOut {
    schema: &'static str,
    month: String,
    reseller: Option<String>,
    rows: Vec<RowOut>,
}

#[derive(Serialize)]
pub(super) struct RowOut {
    portfolio: String,
    metric: Option<String>,
    measurement: String,
    category: Option<String>,
    category_weight_pct: Option<String>,
    weight_pct: Option<String>,
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    achieved: Option<String>,
    achieved_index: Option<String>,
    applied_index: Option<String>,
    source: String,
    typed_by: Option<String>,
    typed_on: Option<chrono::NaiveDate>,
    earlier: Vec<EarlierOut>,
}

#[derive(Serialize)]
struct EarlierOut {
    /// The change that replaced it.
    until: i64,
    by: Option<String>,
    a: Option<String>,
    b: Option<String>,
    achieved_index: Option<String>,
    applied_index: Option<String>,
    source: String,
}

/// Rows with what they were before.
pub(super) fn rows_out<'a>(
    store: &Store,
    snapshot: &Snapshot,
    rows: impl Iterator<Item = &'a BaselineRow>,
) -> Result<Vec<RowOut>, Failure> {
    let operations = store.history(usize::MAX)?;
    rows.map(|row| row_out(store, snapshot, &operations, row))
        .collect()
}

fn row_out(
    store: &Store,
    snapshot: &Snapshot,
    operations: &[Operation],
    row: &BaselineRow,
) -> Result<RowOut, Failure> {
    let text = |n: Option<Decimal>| n.map(plain);
    let mut earlier = Vec::new();
    for (seq, old) in store.earlier_baseline(row.id)? {
        let operation = operations.iter().find(|operation| operation.seq == seq);
        earlier.push(EarlierOut {
            until: seq,
            by: operation.map(|operation| operation.actor.clone()),
            a: text(old.a),
            b: text(old.b),
            achieved_index: text(old.achieved_index),
            applied_index: text(old.applied_index),
            source: source_of(&old, snapshot),
        });
    }
    Ok(RowOut {
        portfolio: row.portfolio.title().to_string(),
        metric: row.metric.as_deref().map(str::to_string),
        measurement: row.measurement.to_string(),
        category: row.category.as_deref().map(str::to_string),
        category_weight_pct: text(row.category_weight_pct),
        weight_pct: text(row.measurement_weight_pct),
        a: text(row.a),
        b: text(row.b),
        c: text(row.c),
        achieved: text(row.achieved),
        achieved_index: text(row.achieved_index),
        applied_index: text(row.applied_index),
        source: source_of(row, snapshot),
        typed_by: row.typed.as_ref().map(|typed| typed.by.clone()),
        typed_on: row.typed.as_ref().map(|typed| typed.on),
        earlier,
    })
}

fn show(
    context: &Context,
    month: Option<&str>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let month = month_of(&snapshot, month)?;
    let form = assessment::form(&pack, &snapshot, &month, None);
    let held = form.iter().filter_map(|row| row.was.as_ref());
    let rows = rows_out(&store, &snapshot, held)?;
    let answer = ShowOut {
        schema: "renewdesk.baseline/1",
        month: month.to_string(),
        reseller: reseller::chosen(&snapshot).map(|one| one.to_string()),
        rows,
    };
    if json {
        return output::json(out, &answer);
    }
    output::watermark(&snapshot);
    let whose = answer.reseller.as_deref().unwrap_or("the partner");
    writeln!(out, "Assessment of {whose}, {month}")?;
    let mut table = Table::new(&[
        ("Portfolio", Align::Left),
        ("Metric", Align::Left),
        ("Weight %", Align::Right),
        ("A", Align::Right),
        ("B", Align::Right),
        ("Achieved", Align::Right),
        ("Applied", Align::Right),
        ("Before", Align::Left),
        ("Source", Align::Left),
    ]);
    for row in &answer.rows {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        let weight = match (&row.category_weight_pct, &row.weight_pct) {
            (Some(category), Some(own)) => format!("{category} x {own}"),
            _ => "-".into(),
        };
        let before = row.earlier.first().map_or_else(String::new, |old| {
            format!(
                "A {} B {} index {} ({})",
                shown(&old.a),
                shown(&old.b),
                shown(&old.applied_index),
                old.source
            )
        });
        table.row([
            row.portfolio.clone(),
            row.measurement.clone(),
            weight,
            shown(&row.a),
            shown(&row.b),
            shown(&row.achieved_index),
            shown(&row.applied_index),
            before,
            row.source.clone(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

#[derive(Serialize)]
struct CheckOut {
    schema: &'static str,
    month: Option<String>,
    older_month: Option<String>,
    differs: usize,
    lines: Vec<LineOut>,
}

#[derive(Serialize)]
struct LineOut {
    portfolio: String,
    metric: Option<String>,
    title: String,
    what: &'static str,
    ours: Option<String>,
    theirs: Option<String>,
    difference: Option<String>,
    verdict: &'static str,
    assumed: String,
}

fn line_out(line: &Line) -> LineOut {
    LineOut {
        portfolio: line.portfolio.title().to_string(),
        metric: line.metric.as_deref().map(str::to_string),
        title: line.title.clone(),
        what: line.subject.word(),
        ours: line.ours.as_ref().map(fraction),
        theirs: line.theirs.as_ref().map(fraction),
        difference: line.difference().as_ref().map(fraction),
        verdict: line.verdict.word(),
        assumed: line.assumed.clone(),
    }
}

fn check(
    context: &Context,
    month: Option<&str>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let (pack, snapshot) = (context.pack()?, context.open_to_look()?.snapshot()?);
    let month = month_of(&snapshot, month)?;
    let found = reconcile(&pack, &snapshot, context.today(), Some(&month));
    let differs = |line: &&Line| line.verdict == crate::program::reconcile::Verdict::Differs;
    if json {
        let answer = CheckOut {
            schema: "renewdesk.baseline_check/1",
            month: found.month.as_deref().map(str::to_string),
            older_month: found.older.as_deref().map(str::to_string),
            differs: found.lines.iter().filter(differs).count(),
            lines: found.lines.iter().map(line_out).collect(),
        };
        return output::json(out, &answer);
    }
    output::watermark(&snapshot);
    print_check(&found, out)
}

fn print_check(found: &Reconciliation, out: &mut impl Write) -> Result<(), Failure> {
    let month = found.month.as_deref().unwrap_or_default();
    match &found.older {
        Some(older) => writeln!(
            out,
            "Our figures beside the assessment of {month}; carried on from {older}"
        )?,
        None => writeln!(out, "Our figures beside the assessment of {month}")?,
    }
    let mut table = Table::new(&[
        ("Portfolio", Align::Left),
        ("Metric", Align::Left),
        ("What", Align::Left),
        ("Ours", Align::Right),
        ("Theirs", Align::Right),
        ("Difference", Align::Right),
        ("Verdict", Align::Left),
        ("Assumed", Align::Left),
    ]);
    for line in &found.lines {
        let figure = |n: Option<&BigRational>| {
            let places = match n {
                Some(n) if n.is_integer() => 0,
                _ => 2,
            };
            n.map_or_else(|| "-".to_string(), |n| fixed(n, places))
        };
        table.row([
            line.portfolio.title(),
            line.title.as_str(),
            line.subject.word(),
            &figure(line.ours.as_ref()),
            &figure(line.theirs.as_ref()),
            &figure(line.difference().as_ref()),
            line.verdict.word(),
            &line.assumed,
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
