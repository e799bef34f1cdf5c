//! `pvi keep|history`: projections in the book, each with the rule pack behind it.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output;
use super::pvi::engine;
use super::table::{Align, Table, terminal_width};
use crate::domain::command::Command;
use crate::domain::record::StoredProjection;
use crate::domain::snapshot::Snapshot;
use crate::export::json::{fixed, fraction};
use crate::program::record::{self, KEPT_VIEWS, Occasion};
use crate::runtime::clock::Clock;
use crate::runtime::ids::ClockIds;
use chrono::NaiveDate;
use num_rational::BigRational;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    projections: Vec<ProjectionOut>,
}

#[derive(Serialize)]
struct ProjectionOut {
    on: NaiveDate,
    month: String,
    view: String,
    pack: PackOut,
    baseline_month: Option<String>,
    note: Option<String>,
    automatic: bool,
    portfolios: Vec<ScoreOut>,
}

#[derive(Serialize)]
struct PackOut {
    name: String,
    /// Number in this book; none where the use of the pack was undone.
    version: Option<u32>,
    as_of: Option<NaiveDate>,
    sha256: Option<String>,
}

#[derive(Serialize)]
struct ScoreOut {
    portfolio: String,
    score: Option<String>,
    exact: Option<String>,
    metrics: Vec<MetricOut>,
}

#[derive(Serialize)]
struct MetricOut {
    metric: String,
    index: Option<String>,
}

/// Keeps the projections of the horizon month.
pub fn keep(context: &Context, args: &args::PviKeep, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let rules = context.rules_for(&snapshot)?;
    rules.remarks.iter().for_each(|r| super::context::note(r));
    let engine = engine(context, &snapshot, &rules.pack);
    let actor = context.actor(&snapshot);
    let note = args.note.as_deref().map(crate::domain::text::clean);
    let occasion = Occasion {
        on: context.today(),
        by: &actor,
        note: note.as_deref().map(str::trim).filter(|n| !n.is_empty()),
        automatic: false,
    };
    let made = record::projections(&engine).map_err(|e| Failure::refused(e.to_string()))?;
    if !record::has_score(&made) {
        return Err(
            Failure::refused("no portfolio has a score yet, nothing was kept")
                .hint("import the partner's assessment or type one with `renewdesk baseline set`"),
        );
    }
    let command = record::keep(&made, &rules, occasion, &mut ClockIds);
    let Command::KeepProjections { projections, .. } = &command else {
        return Ok(());
    };
    let month = projections.first().map_or("", |p| &*p.month).to_string();
    let label = format!("projection for {month} kept");
    let kept: Vec<_> = projections.iter().map(|p| p.id).collect();
    store.apply(&command, &label, &context.clock.stamp(&actor))?;
    let snapshot = store.snapshot()?;
    let made: Vec<&StoredProjection> = kept
        .iter()
        .filter_map(|id| snapshot.projections.get(*id))
        .collect();
    show(&snapshot, &made, "renewdesk.pvi_keep/1", args.json, out)
}

/// Lists what was kept, newest first.
pub fn list(
    context: &Context,
    args: &args::PviHistory,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let view = args.view.as_deref().map(str::trim).map(str::to_lowercase);
    if let Some(view) = &view
        && !KEPT_VIEWS.iter().any(|(word, _)| word == view)
    {
        return Err(
            Failure::usage(format!("no projection is kept for {view:?}"))
                .hint("the views kept are booked, committed and open"),
        );
    }
    let snapshot = context.open_to_look()?.snapshot()?;
    let mut kept: Vec<&StoredProjection> = snapshot
        .projections
        .iter()
        .filter(|p| view.as_deref().is_none_or(|view| &*p.view == view))
        .collect();
    // By the order of keeping within a day.
    kept.sort_by_key(|p| p.on);
    kept.reverse();
    kept.truncate(args.limit.unwrap_or(usize::MAX));
    show(&snapshot, &kept, "renewdesk.pvi_history/1", args.json, out)
}

fn show(
    snapshot: &Snapshot,
    kept: &[&StoredProjection],
    schema: &'static str,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    if json {
        let projections = kept.iter().map(|p| shown(snapshot, p)).collect();
        return output::json(
            out,
            &Output {
                schema,
                projections,
            },
        );
    }
    output::watermark(snapshot);
    if kept.is_empty() {
        writeln!(
            out,
            "No projection is kept yet; `renewdesk pvi keep` keeps one."
        )?;
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Day", Align::Left),
        ("Month", Align::Left),
        ("View", Align::Left),
        ("Scores", Align::Left),
        ("Rule pack", Align::Left),
        ("Note", Align::Left),
    ]);
    for projection in kept {
        let scores: Vec<String> = projection
            .scores
            .iter()
            .filter_map(|s| Some(format!("{} {}", s.portfolio.short(), fixed(&exact(s)?, 2))))
            .collect();
        let version = snapshot.packs.get(projection.pack);
        table.row([
            projection.on.to_string(),
            projection.month.to_string(),
            projection.view.to_string(),
            scores.join(", "),
            match version {
                Some(version) => format!("{}: {}", version.number, projection.pack_name),
                None => projection.pack_name.clone(),
            },
            match (&projection.note, projection.automatic) {
                (Some(note), _) => note.clone(),
                (None, true) => "by the desk".into(),
                (None, false) => String::new(),
            },
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn exact(score: &crate::domain::record::StoredScore) -> Option<BigRational> {
    score.score.as_ref()?.parse().ok()
}

fn shown(snapshot: &Snapshot, projection: &StoredProjection) -> ProjectionOut {
    let version = snapshot.packs.get(projection.pack);
    ProjectionOut {
        on: projection.on,
        month: projection.month.to_string(),
        view: projection.view.to_string(),
        pack: PackOut {
            name: projection.pack_name.clone(),
            version: version.map(|v| v.number),
            as_of: version.map(|v| v.as_of),
            sha256: version.map(|v| v.sha256.clone()),
        },
        baseline_month: projection.baseline_month.as_deref().map(str::to_string),
        note: projection.note.clone(),
        automatic: projection.automatic,
        portfolios: projection
            .scores
            .iter()
            .map(|score| ScoreOut {
                portfolio: score.portfolio.title().to_string(),
                score: exact(score).as_ref().map(fraction),
                exact: score.score.clone(),
                metrics: score
                    .metrics
                    .iter()
                    .map(|(metric, index)| MetricOut {
                        metric: metric.to_string(),
                        index: index.clone(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
