//! `reconcile --settle`: what the desk does with one key, for scripts. Every settlement is a step of
//! its own in the history; the first that cannot be done ends the command, those before it stand.

use super::context::Context;
use super::error::Failure;
use super::output;
use crate::domain::command::Command;
use crate::reconcile::{Decision, Finding, How, PREFIX, Report, Taking};
use crate::runtime::clock::Clock;
use crate::runtime::take;
use serde::Serialize;
use std::io::Write;

/// A key, or its beginning, and what shall become of the finding; `None` asks again.
pub type Wanted = (String, Option<How>);

/// `renewdesk.reconcile.settle/1`.
#[derive(Serialize)]
struct Output {
    schema: &'static str,
    settled: Vec<SettledOut>,
}

#[derive(Serialize)]
struct SettledOut {
    key: String,
    how: &'static str,
    /// The step of the history.
    seq: i64,
    label: String,
}

/// Reads `KEY=HOW` words.
///
/// # Errors
/// A usage failure that names the word.
pub fn wanted(words: &[String]) -> Result<Vec<Wanted>, Failure> {
    let one = |word: &String| {
        let wrong = || {
            Failure::usage(format!(
                "{word:?} is no KEY=HOW; HOW is take, keep, ignore, later or ask"
            ))
        };
        let (key, how) = word.split_once('=').ok_or_else(wrong)?;
        let how = match how {
            "take" => Some(How::Take),
            "keep" => Some(How::Keep),
            "ignore" => Some(How::Ignore),
            "later" => Some(How::Later),
            "ask" => None,
            _ => return Err(wrong()),
        };
        match key.trim() {
            "" => Err(wrong()),
            key => Ok((key.to_lowercase(), how)),
        }
    };
    words.iter().map(one).collect()
}

/// Settles findings of a comparison.
pub fn run(
    context: &Context,
    report: &Report,
    wanted: &[Wanted],
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    for (key, how) in wanted {
        found.push((find(report, key)?, *how));
    }
    let mut settled = Vec::new();
    for (finding, how) in found {
        let done = settle(context, report, finding, how)?;
        if !json {
            writeln!(out, "{}", done.label)?;
        }
        settled.push(done);
    }
    match json {
        false => Ok(()),
        true => output::json(
            out,
            &Output {
                schema: "renewdesk.reconcile.settle/1",
                settled,
            },
        ),
    }
}

/// The finding of that key, or the only one whose key begins so.
fn find<'a>(report: &'a Report, key: &str) -> Result<&'a Finding, Failure> {
    let fits = report.findings.iter().filter(|f| f.key.starts_with(key));
    let mut all: Vec<&Finding> = fits.collect();
    all.dedup_by(|a, b| a.key == b.key);
    match all.as_slice() {
        [one] => Ok(one),
        [] => Err(
            Failure::not_found(format!("no finding {key} in this comparison")).hint(
                "--json lists the findings with their keys; --all those that were settled too",
            ),
        ),
        many => Err(Failure::not_found(format!(
            "{key} begins the keys of {} findings",
            many.len()
        ))
        .hint("write more of the key")),
    }
}

fn settle(
    context: &Context,
    report: &Report,
    finding: &Finding,
    how: Option<How>,
) -> Result<SettledOut, Failure> {
    let mut store = context.open()?.without_patches();
    let book = store.snapshot()?;
    let today = context.today();
    let by = context.actor(&book);
    let name = report.name(finding);
    let set = |decision: Option<Decision>| match decision {
        Some(decision) => {
            let (key, value) = decision.setting(finding);
            let value = Some(value);
            Command::Set { key, value }
        }
        None => Command::Set {
            key: format!("{PREFIX}{}", finding.key),
            value: None,
        },
    };
    let (command, label) = match how {
        None => (set(None), format!("reconcile {name}: asked again")),
        Some(How::Take) => {
            let taking = Taking::of(report, finding, today, &by).ok_or_else(|| {
                Failure::refused(format!(
                    "{name}: there is nothing to take, no other source gives another value"
                ))
                .hint("keep or ignore settles it")
            })?;
            let rules = context.rules_for(&book)?;
            let rules = &rules.pack.rules;
            let catalogue = context.catalogue();
            let plan = take::plan(&taking, &book, &store, &catalogue, rules, today)
                .map_err(|trouble| Failure::refused(trouble.what).hint(trouble.hint))?;
            (Command::Import(Box::new(plan)), taking.label(&name))
        }
        Some(how) => {
            let decision = Decision::of(finding, how, today, &by);
            let label = format!("reconcile {name}: {}", how.word());
            (set(Some(decision)), label)
        }
    };
    let applied = store.apply(&command, &label, &context.clock.stamp(&by))?;
    Ok(SettledOut {
        key: finding.key.clone(),
        how: how.map_or("asked again", How::word),
        seq: applied.seq,
        label,
    })
}
