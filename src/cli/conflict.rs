//! `changes --conflicts` and `conflict`: where a person and a file say different things, and settling
//! it.

use super::args;
use super::context::Context;
use super::error::Failure;
use super::find;
use super::output;
use super::table::{Align, Table, terminal_width};
use crate::book::changes::Value;
use crate::book::conflicts::{self, About, Conflict, Verdict};
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::runtime::clock::Clock;
use crate::store::Store;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    open: usize,
    later: usize,
    conflicts: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    state: &'static str,
    field: &'static str,
    /// Whose value counts now: `mine` or `file`.
    counts: &'static str,
    customer: Option<String>,
    contracts: Vec<String>,
    quote: Option<String>,
    line: Option<u32>,
    portfolio: Option<String>,
    measurement: Option<String>,
    month: Option<String>,
    mine: Mine,
    file: Theirs,
}

#[derive(Serialize)]
struct Mine {
    value: Option<String>,
    /// False where it was taken over from the files of its time.
    typed: bool,
    by: String,
    day: NaiveDate,
}

#[derive(Serialize)]
struct Theirs {
    value: Option<String>,
    before: Option<String>,
    file: Option<String>,
    row: Option<u32>,
    by: String,
    day: NaiveDate,
    seq: i64,
}

/// Lists what is not settled.
pub fn list(context: &Context, args: &args::Changes, out: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let snapshot = store.snapshot()?;
    let mut found = all(context, &store, &snapshot)?;
    let later = found.iter().filter(|conflict| conflict.later).count();
    let open = found.len() - later;
    let left_off = found.len().saturating_sub(args.limit.unwrap_or(usize::MAX));
    found.truncate(found.len() - left_off);
    let entries: Vec<Entry> = found.iter().map(|c| entry(c, &snapshot)).collect();
    output::watermark(&snapshot);
    if args.json {
        let output = Output {
            schema: "renewdesk.conflicts/1",
            open,
            later,
            conflicts: entries,
        };
        return output::json(out, &output);
    }
    if open + later == 0 {
        writeln!(out, "no conflict: no import speaks against what you wrote")?;
        return Ok(());
    }
    let mut table = Table::new(&[
        ("Conflict", Align::Left),
        ("Customer", Align::Left),
        ("Yours", Align::Left),
        ("By", Align::Left),
        ("File", Align::Left),
        ("From", Align::Left),
        ("", Align::Left),
    ]);
    for entry in entries {
        table.row([
            entry.id,
            entry.customer.unwrap_or_default(),
            entry.mine.value.unwrap_or_default(),
            match entry.mine.typed {
                true => format!("{} {}", entry.mine.by, entry.mine.day),
                false => format!("quoted {}", entry.mine.day),
            },
            entry.file.value.unwrap_or_default(),
            format!("{} {}", entry.file.file.unwrap_or_default(), entry.file.day),
            entry.state.to_string(),
        ]);
    }
    table.write(out, terminal_width())?;
    if left_off > 0 {
        writeln!(out, "and {left_off} more")?;
    }
    writeln!(
        out,
        "settle one with: renewdesk conflict ID keep | take | later"
    )?;
    Ok(())
}

#[derive(Serialize)]
struct Settled {
    schema: &'static str,
    id: String,
    answer: &'static str,
    seq: i64,
    label: String,
}

/// Settles one.
pub fn settle(
    context: &Context,
    args: &args::Conflict,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut store = context.open()?;
    let snapshot = store.snapshot()?;
    let found = all(context, &store, &snapshot)?;
    let wanted = args.id.trim();
    let conflict = found.iter().find(|c| c.id.eq_ignore_ascii_case(wanted));
    let conflict = conflict.ok_or_else(|| {
        Failure::not_found(format!("there is no conflict {wanted:?}"))
            .hint("`renewdesk changes --conflicts` lists those that are not settled")
    })?;
    let verdict = Verdict::named(&args.answer)
        .ok_or_else(|| Failure::usage("a conflict is settled by keep, take or later"))?;
    let rules = context.pack()?.rules;
    let (command, label) = conflicts::settle(conflict, verdict, &snapshot, &rules)
        .map_err(|why| Failure::refused(format!("{why}. Nothing was changed.")))?;
    let stamp = context.clock.stamp(&context.actor(&snapshot));
    let applied = store.apply(&command, &label, &stamp)?;
    if args.json {
        let settled = Settled {
            schema: "renewdesk.conflict/1",
            id: conflict.id.clone(),
            answer: verdict.id(),
            seq: applied.seq,
            label,
        };
        return output::json(out, &settled);
    }
    writeln!(out, "{}", clean(&label))?;
    Ok(())
}

/// How many wait for an answer.
pub fn open(context: &Context, store: &Store, book: &Snapshot) -> Result<usize, Failure> {
    let found = all(context, store, book)?;
    Ok(found.iter().filter(|conflict| !conflict.later).count())
}

fn all(context: &Context, store: &Store, book: &Snapshot) -> Result<Vec<Conflict>, Failure> {
    let rules = context.rules_for(book)?;
    Ok(conflicts::conflicts(
        &store.rivals()?,
        book,
        &rules.pack.rules,
    ))
}

fn entry(conflict: &Conflict, book: &Snapshot) -> Entry {
    let Conflict { mine, file, .. } = conflict;
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    let mut made = Entry {
        id: conflict.id.clone(),
        state: if conflict.later { "later" } else { "open" },
        field: conflict.about.field(),
        counts: "file",
        customer: None,
        contracts: Vec::new(),
        quote: None,
        line: None,
        portfolio: None,
        measurement: None,
        month: None,
        mine: Mine {
            value: text(&mine.value),
            typed: mine.typed,
            by: mine.by.clone(),
            day: mine.day,
        },
        file: Theirs {
            value: text(&file.value),
            before: text(&file.before),
            file: book.batches.get(file.batch).map(|b| b.file.clone()),
            row: file.row,
            by: file.by.clone(),
            day: file.day,
            seq: file.seq,
        },
    };
    match &conflict.about {
        About::Quote { quote, line, .. } => {
            let Some(quote) = book.quotes.get(*quote) else {
                return made;
            };
            let held = quote.lines.iter().find(|held| held.id == *line);
            let account = book.accounts.get(quote.account);
            made.counts = "mine";
            made.customer = account.map(|account| account.name.to_string());
            made.contracts = find::contracts_of(book, &quote);
            made.quote = Some(quote.number.to_string());
            made.line = held.map(|line| line.number);
        }
        About::Assessment { typed, .. } => {
            made.portfolio = Some(typed.portfolio.to_string());
            made.measurement = Some(typed.measurement.to_string());
            made.month = Some(typed.month.to_string());
        }
    }
    made
}
