//! `incentive load` and `incentive region`.

use super::super::args;
use super::super::context::{Context, note};
use super::super::error::{Exit, Failure};
use super::super::output;
use crate::domain::command::Command;
use crate::domain::text::clean;
use crate::program::incentive::Terms;
use crate::runtime::clock::Clock as _;
use crate::runtime::incentive::{LoadError, LoadOptions, Loaded, label, load as load_file};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct LoadOut {
    schema: &'static str,
    file: String,
    dry_run: bool,
    batch_id: Option<String>,
    rates: usize,
    offer_groups: usize,
    use_cases: usize,
    new: u64,
    changed: u64,
    unchanged: u64,
    dropped: usize,
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Io { .. } => Failure::new(Exit::Failed, error.to_string()),
            LoadError::Faults(faults) => {
                for fault in &faults {
                    note(&fault.to_string());
                }
                let count = faults.len();
                let what = if count == 1 {
                    "1 fault".into()
                } else {
                    format!("{count} faults")
                };
                Failure::refused(format!("{what}; nothing was loaded"))
                    .hint("mend the rows named above and load the file again")
            }
        }
    }
}

/// Loads a file.
pub fn load(
    context: &Context,
    args: &args::IncentiveLoad,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let pack = context.pack()?;
    let actor = context.actor(&store.snapshot()?);
    let options = LoadOptions {
        dry_run: args.dry_run,
        replace: args.replace,
        currency: pack.currency,
    };
    let Loaded { planned, applied } =
        load_file(&args.file, options, &mut store, &context.clock, &actor)?;
    let [rates, offer_groups, use_cases] = planned.rows;
    let counts = planned.load.batch.counts;
    if args.json {
        let batch = applied.as_ref().and_then(|applied| applied.batch);
        return output::json(
            out,
            &LoadOut {
                schema: "renewdesk.incentive_load/1",
                file: planned.load.batch.file.clone(),
                dry_run: args.dry_run,
                batch_id: batch.map(|id| id.to_string()),
                rates,
                offer_groups,
                use_cases,
                new: counts.new,
                changed: counts.changed,
                unchanged: counts.unchanged,
                dropped: planned.dropped,
            },
        );
    }
    output::watermark(&store.snapshot()?);
    if planned.changes_nothing() {
        writeln!(
            out,
            "{}: the book holds all of it already",
            clean(&planned.load.batch.file)
        )?;
        return Ok(());
    }
    let done = if args.dry_run {
        "would load "
    } else {
        "loaded "
    };
    writeln!(out, "{done}{}", clean(&label(&planned)))?;
    Ok(())
}

#[derive(Serialize)]
struct RegionOut {
    schema: &'static str,
    region: Option<String>,
    loaded: Vec<String>,
}

/// Shows or chooses the region whose rates count.
pub fn region(
    context: &Context,
    name: Option<&str>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let pack = context.pack()?;
    let terms = Terms::of(&pack, &store.snapshot()?, Vec::new());
    let loaded: Vec<String> = terms.regions().iter().map(ToString::to_string).collect();
    let mut chosen = terms.region.as_deref().map(str::to_string);
    if let Some(name) = name {
        let wanted = name.trim().to_uppercase();
        if !loaded.contains(&wanted) && !loaded.iter().any(|region| region == "*") {
            return Err(
                Failure::usage(format!("no rate is loaded for region {name:?}")).hint(match loaded
                    .as_slice()
                {
                    [] => "rates not loaded: `renewdesk incentive load FILE` reads yours".into(),
                    known => format!("the loaded regions are {}", known.join(", ")),
                }),
            );
        }
        let actor = context.actor(&store.snapshot()?);
        let command = Command::Set {
            key: "incentive_region".into(),
            value: Some(wanted.clone()),
        };
        let stamp = context.clock.stamp(&actor);
        store.apply(&command, &format!("incentive region {wanted}"), &stamp)?;
        chosen = Some(wanted);
    }
    if json {
        return output::json(
            out,
            &RegionOut {
                schema: "renewdesk.incentive_region/1",
                region: chosen,
                loaded,
            },
        );
    }
    let shown = chosen.unwrap_or_else(|| "not chosen".into());
    writeln!(
        out,
        "region: {} (loaded: {})",
        clean(&shown),
        clean(&loaded.join(", "))
    )?;
    Ok(())
}
