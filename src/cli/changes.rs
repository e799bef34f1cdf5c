//! `changes`: what imports changed, from the book's own history.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::book::changes::{self, Change, Differs, Kind};
use crate::domain::moved::{Imported, Span};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::runtime::import::conflicts_told;
use chrono::{NaiveDate, SecondsFormat};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::io::Write;

/// Rows of a table that a person still reads.
const MOST_ROWS: usize = 200;

#[derive(Serialize)]
struct Output<'a> {
    schema: &'static str,
    since: Option<NaiveDate>,
    imports: Vec<Import>,
    counts: BTreeMap<&'static str, usize>,
    left_off: usize,
    changes: Entries<'a>,
}

/// The changes as they are written: one after the other, for an import can bring a million.
struct Entries<'a> {
    shown: &'a [&'a Change],
    book: &'a Snapshot,
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.shown.iter().map(|change| entry(change, self.book)))
    }
}

#[derive(Serialize)]
struct Import {
    seq: i64,
    at: String,
    day: NaiveDate,
    actor: String,
    file: String,
    format: String,
}

#[derive(Serialize)]
struct Entry {
    kind: &'static str,
    customer: Option<String>,
    contract: Option<String>,
    renewal: Option<String>,
    line: String,
    serial: Option<String>,
    pid: Option<String>,
    quantity: Option<String>,
    end: Option<NaiveDate>,
    fields: Vec<Field>,
    file: Option<String>,
    row: Option<u32>,
    seq: i64,
    day: NaiveDate,
}

#[derive(Serialize)]
struct Field {
    field: &'static str,
    before: Option<String>,
    after: Option<String>,
}

/// Lists what the newest import changed, or all imports of a time together.
pub fn run(context: &Context, args: &args::Changes, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let snapshot = store.snapshot()?;
    let span = args.since.map_or(Span::Newest(1), Span::Since);
    let found = store.imports(span)?;
    let mut all = changes::together(found.moved, &snapshot);
    changes::narrow(
        &mut all,
        &snapshot,
        args.find.as_deref().unwrap_or_default(),
    );
    let counts = changes::counts(&all);
    let kind = args.kind.as_deref().map(kind_of).transpose()?;
    let mut shown: Vec<&Change> = all
        .iter()
        .filter(|change| kind.is_none_or(|kind| change.kind == kind))
        .collect();
    let most = args.limit.or((!args.json).then_some(MOST_ROWS));
    let left_off = most.map_or(0, |most| shown.len().saturating_sub(most));
    shown.truncate(shown.len() - left_off);
    output::watermark(&snapshot);
    if args.json {
        let output = Output {
            schema: "renewdesk.changes/1",
            since: args.since,
            imports: found.imports.iter().map(import).collect(),
            counts: counts.iter().map(|(kind, n)| (kind.id(), *n)).collect(),
            left_off,
            changes: Entries {
                shown: &shown,
                book: &snapshot,
            },
        };
        return output::json(out, &output);
    }
    match found.imports.as_slice() {
        [] => writeln!(out, "no import to tell of")?,
        [one] => writeln!(out, "{}, imported {}", clean(&one.batch.file), one.today)?,
        [newest, .., oldest] => writeln!(
            out,
            "{} imports, {} to {}",
            found.imports.len(),
            oldest.today,
            newest.today
        )?,
    }
    let told: Vec<String> = counts
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{} {n}", kind.id()))
        .collect();
    if !told.is_empty() {
        writeln!(out, "{}", told.join("   "))?;
    }
    table(&shown, &snapshot, out)?;
    if left_off > 0 {
        writeln!(
            out,
            "and {left_off} more: --kind or --since narrows them, --limit shows more, --json all"
        )?;
    }
    let open = super::conflict::open(context, &store, &snapshot)?;
    if let Some(told) = conflicts_told(open, "renewdesk changes --conflicts") {
        writeln!(out, "{told}")?;
    }
    Ok(())
}

fn kind_of(id: &str) -> Result<Kind, Failure> {
    Kind::named(id).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::id).join(", ");
        Failure::usage(format!("no kind {id:?}; there are {known}"))
    })
}

fn table(shown: &[&Change], book: &Snapshot, out: &mut impl Write) -> Result<(), Failure> {
    if shown.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Kind", Align::Left),
        ("Customer", Align::Left),
        ("Contract", Align::Left),
        ("Serial", Align::Left),
        ("Product", Align::Left),
        ("Change", Align::Left),
    ]);
    for change in shown {
        let entry = entry(change, book);
        let says = match (entry.fields.as_slice(), entry.end) {
            ([], end) => {
                let quantity = entry.quantity.unwrap_or_default();
                let end = end.map_or_else(String::new, |end| format!(", ends {end}"));
                format!("quantity {quantity}{end}")
            }
            _ => change
                .fields
                .iter()
                .map(said)
                .collect::<Vec<_>>()
                .join(", "),
        };
        table.row([
            entry.kind.to_string(),
            entry.customer.unwrap_or_default(),
            entry.contract.unwrap_or_default(),
            entry.serial.unwrap_or_default(),
            entry.pid.unwrap_or_default(),
            says,
        ]);
    }
    table.write(out, terminal_width())?;
    Ok(())
}

fn said(differs: &Differs) -> String {
    let value = |value: &Option<changes::Value>| match value {
        Some(value) => value.to_string(),
        None => "-".to_string(),
    };
    let name = differs.field.replace('_', " ");
    format!(
        "{name} {} → {}",
        value(&differs.before),
        value(&differs.after)
    )
}

fn import(import: &Imported) -> Import {
    Import {
        seq: import.seq,
        at: import.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        day: import.today,
        actor: import.actor.clone(),
        file: import.batch.file.clone(),
        format: import.batch.format.clone(),
    }
}

fn entry(change: &Change, book: &Snapshot) -> Entry {
    let line = book.lines.get(change.line);
    let line = line.as_ref();
    let customer = line.and_then(|line| book.accounts.get(line.account));
    let contract = change.contract.and_then(|id| book.contracts.get(id));
    let text = |text: Option<&std::sync::Arc<str>>| text.map(|text| text.to_string());
    Entry {
        kind: change.kind.id(),
        customer: customer.map(|account| account.name.to_string()),
        contract: text(contract.as_ref().map(|contract| &contract.number)),
        renewal: change.renewal.map(|id| id.to_string()),
        line: change.line.to_string(),
        serial: text(line.and_then(|line| line.serial.as_ref())),
        pid: text(line.and_then(|line| line.pid.as_ref())),
        quantity: line.map(|line| line.quantity.to_string()),
        end: line.and_then(|line| line.end),
        fields: change
            .fields
            .iter()
            .map(|differs| Field {
                field: differs.field,
                before: differs.before.as_ref().map(ToString::to_string),
                after: differs.after.as_ref().map(ToString::to_string),
            })
            .collect(),
        file: book.batches.get(change.batch).map(|b| b.file.clone()),
        row: change.row,
        seq: change.seq,
        day: change.day,
    }
}
