//! `history`, `undo`, `redo`.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::domain::command::Operation;
use crate::domain::text::clean;
use crate::runtime::clock::Clock;
use chrono::{NaiveDate, SecondsFormat};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    operations: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    seq: i64,
    at: String,
    day: NaiveDate,
    actor: String,
    label: String,
    reverts: Option<i64>,
    undone: bool,
    rows: u64,
}

fn entry(operation: &Operation) -> Entry {
    Entry {
        seq: operation.seq,
        at: operation.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        day: operation.today,
        actor: operation.actor.clone(),
        label: operation.label.clone(),
        reverts: operation.reverts,
        undone: operation.undone,
        rows: operation.rows,
    }
}

/// Lists the history, newest first.
pub fn run(context: &Context, args: &args::History, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let operations: Vec<Entry> = store.history(args.limit)?.iter().map(entry).collect();
    if args.json {
        return output::json(
            out,
            &Output {
                schema: "renewdesk.history/1",
                operations,
            },
        );
    }
    let mut table = Table::new(&[
        ("#", Align::Right),
        ("When (UTC)", Align::Left),
        ("Who", Align::Left),
        ("What", Align::Left),
        ("Rows", Align::Right),
        ("", Align::Left),
    ]);
    for entry in operations {
        let mark = match (entry.undone, entry.reverts) {
            (true, _) => "undone".to_string(),
            (false, Some(seq)) => format!("reverts {seq}"),
            (false, None) => String::new(),
        };
        table.row([
            entry.seq.to_string(),
            entry.at,
            entry.actor,
            entry.label,
            entry.rows.to_string(),
            mark,
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Take the newest change back.
    Undo,
    /// Bring it back.
    Redo,
}

#[derive(Serialize)]
struct Turned {
    schema: &'static str,
    seq: i64,
    label: String,
}

/// Undoes or redoes one change.
pub fn turn(
    context: &Context,
    way: Way,
    args: args::JsonOnly,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let stamp = context.clock.stamp(&context.actor(&store.snapshot()?));
    let (applied, word, schema) = match way {
        Way::Undo => (store.undo(&stamp)?, "undone", "renewdesk.undo/1"),
        Way::Redo => (store.redo(&stamp)?, "redone", "renewdesk.redo/1"),
    };
    if args.json {
        return output::json(
            out,
            &Turned {
                schema,
                seq: applied.seq,
                label: applied.label,
            },
        );
    }
    writeln!(out, "{word}: {}", clean(&applied.label))?;
    Ok(())
}
