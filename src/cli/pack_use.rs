//! `pack use|list`: the rule pack a book keeps as its own, and those it has used.

use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::domain::command::Command;
use crate::domain::record::PackVersion;
use crate::domain::snapshot::Snapshot;
use crate::program::pack::{self, Problem};
use crate::runtime::clock::Clock;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Serialize)]
struct Used {
    schema: &'static str,
    source: &'static str,
    source_words: String,
    name: String,
    version: Option<u32>,
    sha256: String,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Listed {
    schema: &'static str,
    source: &'static str,
    source_words: String,
    versions: Vec<VersionOut>,
}

#[derive(Serialize)]
struct VersionOut {
    version: u32,
    in_use: bool,
    id: String,
    name: String,
    as_of: NaiveDate,
    sha256: String,
    file: Option<String>,
    first_used_on: NaiveDate,
    first_used_by: String,
    projections: usize,
}

/// Keeps a file as the book's own pack, or (no file) goes back to the pack outside.
pub fn run(
    context: &Context,
    file: Option<&Path>,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let actor = context.actor(&snapshot);
    let mut problems = Vec::new();
    let (command, label) = match file {
        None => (
            Command::UsePack(None),
            "rule pack: no longer the book's own".to_string(),
        ),
        Some(path) => {
            let (version, found) = version(context, &snapshot, path, &actor)?;
            problems = found;
            let label = format!("rule pack: {}", version.name());
            (Command::UsePack(Some(Box::new(version))), label)
        }
    };
    store.apply(&command, &label, &context.clock.stamp(&actor))?;
    let snapshot = store.snapshot()?;
    let rules = context.rules_for(&snapshot)?;
    let version = rules.version(context.today(), &actor);
    let answer = Used {
        schema: "renewdesk.pack_use/1",
        source: rules.source.word(),
        source_words: rules.source.words(),
        name: rules.pack.title.clone(),
        version: pack::own_of(&snapshot).map(|own| own.number),
        sha256: version.sha256,
        problems: problems.iter().map(ToString::to_string).collect(),
    };
    if json {
        return output::json(out, &answer);
    }
    rules.remarks.iter().for_each(|remark| note(remark));
    answer.problems.iter().for_each(|problem| note(problem));
    writeln!(
        out,
        "This book is projected by {} of {}, from {}",
        answer.name, rules.pack.as_of, answer.source_words
    )?;
    Ok(())
}

/// The record of a file that passes the check.
fn version(
    context: &Context,
    snapshot: &Snapshot,
    path: &Path,
    actor: &str,
) -> Result<(PackVersion, Vec<Problem>), Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let what = format!("{} cannot be read: {error}", path.display());
        Failure::new(Exit::Failed, what)
    })?;
    // The folder says nothing on another computer.
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    let (pack, problems) = pack::load(Some((&name, &text)));
    if problems.iter().any(Problem::is_error) {
        problems
            .iter()
            .for_each(|problem| note(&problem.to_string()));
        return Err(Failure::refused(format!(
            "{name} does not pass the check, nothing was changed"
        ))
        .hint(format!(
            "`renewdesk pack check {}` lists all",
            path.display()
        )));
    }
    pack::refuse_demo(&pack, snapshot.is_demo(), &name).map_err(Failure::refused)?;
    let version = pack::version_of(&pack, Some(&(name, text)), context.today(), actor);
    Ok((version, problems))
}

/// Lists the packs the book has used.
pub fn list(context: &Context, json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let snapshot = context.open_to_look()?.snapshot()?;
    let rules = context.rules_for(&snapshot)?;
    let in_use = rules.version_id();
    let mut versions: Vec<VersionOut> = snapshot
        .packs
        .iter()
        .map(|version| VersionOut {
            version: version.number,
            in_use: version.id == in_use,
            id: version.pack.clone(),
            name: version.title.clone(),
            as_of: version.as_of,
            sha256: version.sha256.clone(),
            file: version.overlay_file.clone(),
            first_used_on: version.first_on,
            first_used_by: version.by.clone(),
            projections: snapshot
                .projections
                .iter()
                .filter(|projection| projection.pack == version.id)
                .count(),
        })
        .collect();
    versions.sort_by_key(|version| version.version);
    let listed = Listed {
        schema: "renewdesk.pack_list/1",
        source: rules.source.word(),
        source_words: rules.source.words(),
        versions,
    };
    if json {
        return output::json(out, &listed);
    }
    rules.remarks.iter().for_each(|remark| note(remark));
    writeln!(
        out,
        "In use: {} of {}, from {}",
        rules.pack.title, rules.pack.as_of, listed.source_words
    )?;
    if listed.versions.is_empty() {
        writeln!(
            out,
            "No projection was kept and no pack of its own used yet."
        )?;
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Version", Align::Right),
        ("Title", Align::Left),
        ("As of", Align::Left),
        ("File", Align::Left),
        ("First used", Align::Left),
        ("By", Align::Left),
        ("Projections", Align::Right),
        ("SHA-256", Align::Left),
        ("", Align::Left),
    ]);
    for version in &listed.versions {
        table.row([
            version.version.to_string(),
            version.name.clone(),
            version.as_of.to_string(),
            version.file.clone().unwrap_or_else(|| "(shipped)".into()),
            version.first_used_on.to_string(),
            version.first_used_by.clone(),
            version.projections.to_string(),
            version.sha256.chars().take(8).collect(),
            if version.in_use { "in use" } else { "" }.to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}
