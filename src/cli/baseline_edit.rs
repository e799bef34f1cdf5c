//! `baseline set|drop|use`: what a person types of the assessment, as one step of the history.

use super::args;
use super::baseline::{RowOut, fiscal_month, month_of, rows_out};
use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::output;
use crate::domain::baseline::Typed;
use crate::domain::command::{BaselineEdit, Command};
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::pricing::typed;
use crate::program::Pack;
use crate::program::assessment::{self, Cell, FormRow};
use crate::program::pack::MeasureKind;
use crate::program::reseller::{self, Reseller};
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

#[derive(Serialize)]
struct SetOut {
    schema: &'static str,
    label: String,
    month: String,
    rows: Vec<RowOut>,
    warnings: Vec<String>,
}

/// Types or corrects one metric.
pub fn set(
    context: &Context,
    args: &args::BaselineSet,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let month = fiscal_month(&args.month)?;
    if pack.calendar.position(&month).is_none() {
        return Err(Failure::refused(format!(
            "{month} is no fiscal month of the loaded calendar; nothing was changed"
        ))
        .hint("add its fiscal_month row to your pack"));
    }
    let (portfolio, metric) = named(&args.metric, &pack, &snapshot)?;
    let mut rows = begun(args, &pack, &snapshot, &month)?;
    let at = row_at(&mut rows, &pack, &snapshot, (&portfolio, &metric), &month);
    if let Some(row) = rows.get_mut(at) {
        fill(row, args)?;
        if !row.changed() && args.size.is_none() {
            return Err(
                Failure::refused("nothing was changed: the figures stand so already")
                    .hint("`renewdesk baseline set --help` lists what can be typed"),
            );
        }
    }
    let sizes = sizes(args, &pack, &portfolio)?;
    let actor = context.actor(&snapshot);
    let typed = Typed {
        by: actor.clone(),
        on: context.today(),
    };
    let edit = assessment::edit(&rows, &sizes, &snapshot, &typed, &mut ClockIds)
        .map_err(|(_, _, why)| Failure::refused(format!("{why}; nothing was changed")))?;
    let what = rows.get(at).map_or(metric, |row| row.title.clone());
    let label = format!("typed {what} of {portfolio} in {month}");
    store.apply(
        &Command::PutBaseline(Box::new(edit)),
        &label,
        &context.clock.stamp(&actor),
    )?;
    let snapshot = store.snapshot()?;
    let now = assessment::form(&pack, &snapshot, &month, None);
    let warnings = assessment::remarks(&now);
    for warning in &warnings {
        note(warning);
    }
    let touched = now.iter().filter_map(|row| row.was.as_ref()).filter(|row| {
        rows.get(at)
            .is_some_and(|typed| typed.row.portfolio == row.portfolio && same_metric(typed, row))
    });
    let answer = SetOut {
        schema: "renewdesk.baseline_set/1",
        label: label.clone(),
        month: month.to_string(),
        rows: rows_out(&store, &snapshot, touched)?,
        warnings,
    };
    if args.json {
        return output::json(out, &answer);
    }
    writeln!(out, "{}", clean(&label))?;
    Ok(())
}

fn same_metric(typed: &FormRow, row: &crate::domain::baseline::BaselineRow) -> bool {
    typed.row.measurement == row.measurement
        || (typed.row.metric.is_some() && typed.row.metric == row.metric)
}

/// The form of the month: as it stands, or begun as the person says.
fn begun(
    args: &args::BaselineSet,
    pack: &Pack,
    snapshot: &Snapshot,
    month: &Arc<str>,
) -> Result<Vec<FormRow>, Failure> {
    let there = reseller::rows(snapshot).any(|row| row.month == *month);
    let like = match &args.like {
        Some(like) => Some(month_of(snapshot, Some(like))?),
        None => None,
    };
    if there && like.is_some() {
        return Err(Failure::usage(format!(
            "{month} has an assessment already; --like only begins a new month"
        )));
    }
    let base = assessment::kept(snapshot)
        .into_iter()
        .find(|kept| kept.base);
    if let (false, None, false, Some(base)) = (there, &like, args.alone, &base) {
        return Err(Failure::new(
            Exit::NeedsAnswer,
            format!("{month} has no assessment yet, and a month is projected from by itself"),
        )
        .hint(format!(
            "--like {} begins it with all figures of that month, --alone with none",
            base.month
        )));
    }
    let mut rows = assessment::form(pack, snapshot, month, like.as_deref());
    if like.is_none() {
        rows.retain(|row| row.was.is_some());
    } else {
        rows.retain(FormRow::says_something);
    }
    Ok(rows)
}

/// Where the row of a metric is; it is added where there is none.
fn row_at(
    rows: &mut Vec<FormRow>,
    pack: &Pack,
    snapshot: &Snapshot,
    (portfolio, metric): (&Portfolio, &str),
    month: &str,
) -> usize {
    let folded = metric.to_lowercase();
    let is = |row: &FormRow| {
        row.row.portfolio == *portfolio
            && (row.row.metric.as_deref() == Some(metric)
                || row.row.measurement.to_lowercase() == folded)
    };
    rows.iter().position(is).unwrap_or_else(|| {
        rows.push(assessment::row_for(
            pack, snapshot, portfolio, metric, month,
        ));
        rows.len() - 1
    })
}

/// Portfolio and metric of `Services.otrr`; the metric by id, title or measurement as written.
fn named(text: &str, pack: &Pack, snapshot: &Snapshot) -> Result<(Portfolio, String), Failure> {
    let wrong = || {
        Failure::usage(format!("{text:?} names no metric"))
            .hint("write portfolio and metric with a point between: Services.otrr")
    };
    let (left, right) = text.split_once('.').ok_or_else(wrong)?;
    let portfolio = Portfolio::named(left).ok_or_else(wrong)?;
    let of_pack = pack.portfolios.iter().map(|rule| &rule.portfolio);
    let of_book = snapshot.baseline.iter().map(|row| &row.portfolio);
    let mut known: Vec<&str> = of_pack.chain(of_book).map(Portfolio::title).collect();
    known.sort_unstable();
    known.dedup();
    if !known.contains(&portfolio.title()) {
        return Err(
            Failure::not_found(format!("there is no portfolio {:?}", portfolio.title()))
                .hint(format!("the portfolios are {}", known.join(", "))),
        );
    }
    let wanted = right.trim().to_lowercase();
    let measure = pack
        .measures
        .iter()
        .find(|m| *m.id == *wanted || m.title.to_lowercase() == wanted);
    if let Some(measure) = measure {
        return Ok((portfolio, measure.id.to_string()));
    }
    let written = snapshot
        .baseline
        .iter()
        .find(|row| row.portfolio == portfolio && row.measurement.to_lowercase() == wanted);
    if let Some(row) = written {
        return Ok((portfolio, row.measurement.to_string()));
    }
    let ids: Vec<&str> = pack.measures.iter().map(|m| &*m.id).collect();
    Err(
        Failure::not_found(format!("there is no metric {:?}", right.trim()))
            .hint(format!("the metrics are {}", ids.join(", "))),
    )
}

fn fill(row: &mut FormRow, args: &args::BaselineSet) -> Result<(), Failure> {
    let cells = [
        (Cell::A, &args.a),
        (Cell::B, &args.b),
        (Cell::AppliedIndex, &args.index),
        (Cell::AchievedIndex, &args.achieved),
        (Cell::Weight, &args.weight),
        (Cell::CategoryWeight, &args.category_weight),
    ];
    for (cell, text) in cells {
        if let Some(text) = text {
            row.set(cell, figure(row, cell, text)?);
        }
    }
    match row.fault() {
        Some((_, why)) => Err(Failure::refused(format!("{why}; nothing was changed"))),
        None => Ok(()),
    }
}

/// A figure as typed; `empty` is none.
fn figure(row: &FormRow, cell: Cell, text: &str) -> Result<Option<Decimal>, Failure> {
    if matches!(text.trim(), "" | "empty") {
        return Ok(None);
    }
    if cell == Cell::A && row.kind == Some(MeasureKind::Level) {
        let level = assessment::level(text).ok_or_else(|| {
            Failure::usage(format!("{text:?} is no level"))
                .hint(format!("the levels are {}", assessment::LEVELS.join(", ")))
        })?;
        return Ok(Some(level));
    }
    let number = typed::number(text)
        .map_err(|bad| Failure::usage(format!("{}: {bad}", cell.title())).hint(bad.hint))?;
    Ok(Some(number))
}

fn sizes(
    args: &args::BaselineSet,
    pack: &Pack,
    portfolio: &Portfolio,
) -> Result<BTreeMap<Arc<str>, Arc<str>>, Failure> {
    let mut sizes = BTreeMap::new();
    if let Some(text) = &args.size {
        let wanted = text.trim();
        let size = pack
            .sizes
            .iter()
            .find(|s| s.id.eq_ignore_ascii_case(wanted));
        let known: Vec<&str> = pack.sizes.iter().map(|size| &*size.id).collect();
        let size = size.ok_or_else(|| {
            Failure::usage(format!("there is no size {wanted:?}"))
                .hint(format!("the sizes are {}", known.join(", ")))
        })?;
        let rule = pack
            .portfolio(portfolio)
            .ok_or_else(|| Failure::refused(format!("the pack has no sizes for {portfolio}")))?;
        sizes.insert(Arc::clone(&rule.id), Arc::clone(&size.id));
    }
    Ok(sizes)
}

#[derive(Serialize)]
struct DoneOut {
    schema: &'static str,
    label: String,
    rows: usize,
    base_month: Option<String>,
}

fn done(
    context: &Context,
    edit: BaselineEdit,
    label: &str,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let actor = context.actor(&store.snapshot()?);
    let rows = edit.drop.len();
    store.apply(
        &Command::PutBaseline(Box::new(edit)),
        label,
        &context.clock.stamp(&actor),
    )?;
    let kept = assessment::kept(&store.snapshot()?);
    let base = kept.iter().find(|kept| kept.base);
    let answer = DoneOut {
        schema: "renewdesk.baseline_done/1",
        label: label.to_string(),
        rows,
        base_month: base.map(|kept| kept.month.to_string()),
    };
    if json {
        return output::json(out, &answer);
    }
    let base = answer.base_month.as_deref().map_or_else(
        || "the book holds no assessment any more".to_string(),
        |month| format!("projections start from {month}"),
    );
    writeln!(out, "{}; {base}", clean(label))?;
    Ok(())
}

/// Takes a month away.
pub fn drop(
    context: &Context,
    month: &str,
    whose: Option<&str>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let snapshot = context.open()?.snapshot()?;
    let month = month_of(&snapshot, Some(month))?;
    let kept = assessment::kept(&snapshot);
    let held: Vec<&Reseller> = kept
        .iter()
        .filter(|kept| kept.month == month)
        .map(|kept| &kept.reseller)
        .collect();
    let whose = match whose {
        Some(text) => resolve(text, &snapshot)?,
        None => match held.as_slice() {
            [one] => (*one).clone(),
            _ => {
                let names: Vec<String> = held.iter().map(ToString::to_string).collect();
                return Err(Failure::new(
                    Exit::NeedsAnswer,
                    format!("{month} is held of {}", names.join(" and of ")),
                )
                .hint("say whose with --reseller, by name or BE id"));
            }
        },
    };
    let edit = assessment::without(&snapshot, &month, &whose);
    let label = format!(
        "took the assessment of {month} away ({} rows)",
        edit.drop.len()
    );
    done(context, edit, &label, json, out)
}

/// Chooses whose assessment counts.
pub fn choose(
    context: &Context,
    text: &str,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let snapshot = context.open()?.snapshot()?;
    let whose = resolve(text, &snapshot)?;
    let edit = BaselineEdit {
        settings: vec![(reseller::CHOICE.to_string(), Some(whose.key().to_string()))],
        ..BaselineEdit::default()
    };
    let label = format!("project from the assessment of {whose}");
    done(context, edit, &label, json, out)
}

fn resolve(text: &str, snapshot: &Snapshot) -> Result<Reseller, Failure> {
    let mut all = reseller::all(snapshot);
    let found: Vec<usize> = (0..all.len())
        .filter(|at| all.get(*at).is_some_and(|one| one.is_named(text)))
        .collect();
    let names: Vec<String> = all.iter().map(ToString::to_string).collect();
    match found.as_slice() {
        [one] => Ok(all.swap_remove(*one)),
        [] => Err(
            Failure::not_found(format!("the book holds no assessment of {text:?}")).hint(
                match names.is_empty() {
                    true => "no row names a reseller".to_string(),
                    false => format!("it holds {}", names.join(", ")),
                },
            ),
        ),
        _ => Err(Failure::new(
            Exit::NeedsAnswer,
            format!("{text:?} names several: {}", names.join(", ")),
        )
        .hint("name it by its BE id")),
    }
}
