//! `quote vendor`: a vendor's priced quote laid beside the lines it was asked for.

use super::context::{Context, note};
use super::error::Failure;
use super::quote_args::Vendor;
use super::table::{Align, Table, terminal_width};
use super::{find, output};
use crate::domain::command::Command;
use crate::domain::text::clean;
use crate::pricing::offered::{Beside, Terms, beside};
use crate::reconcile::Source;
use crate::runtime::clock::Clock;
use crate::runtime::compare::{offered, read_offer};
use crate::runtime::import::ImportOptions;
use chrono::NaiveDate;
use serde::Serialize;
use std::io::Write;
use std::sync::atomic::AtomicBool;

#[derive(Serialize)]
struct Output {
    schema: &'static str,
    quote_id: String,
    number: String,
    file: String,
    /// Lines whose prices were taken over.
    taken: Vec<u32>,
    /// The vendor's numbers of its quote.
    vendor_quotes: Vec<String>,
    /// The last day the vendor's prices hold.
    valid_until: Option<NaiveDate>,
    /// It is now the quote's.
    valid_until_taken: bool,
    #[serde(skip)]
    today: NaiveDate,
    linked: Vec<LinkedOut>,
    unanswered: Vec<u32>,
    unasked_rows: Vec<u32>,
    /// Rows that could not be read, each with the reason.
    not_read: Vec<String>,
}

#[derive(Serialize)]
struct LinkedOut {
    line: u32,
    row: u32,
    differs: Vec<DiffersOut>,
    /// The row has a net price.
    priced: bool,
    can_be_taken: bool,
}

#[derive(Serialize)]
struct DiffersOut {
    field: &'static str,
    ours: String,
    theirs: String,
}

/// Runs the command. Only `--take` writes, and only prices of the same units and term.
pub fn run(context: &Context, args: &Vendor, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = match args.take {
        true => context.open()?,
        false => context.open_to_look()?,
    };
    let (pack, snapshot) = (context.pack()?, store.snapshot()?);
    let quote = &find::quote(&snapshot, &args.id)?;
    let options = ImportOptions {
        map: args.map.clone(),
        format: args.format.clone(),
        dry_run: true,
        ..ImportOptions::default()
    };
    let never = AtomicBool::new(false);
    let (source, terms) = read_offer(&args.file, &options, &context.clock, &mut |_| {}, &never)?;
    let rows = offered(&source);
    let found = beside(quote, &rows, &pack.rules);
    let lines = found
        .linked
        .iter()
        .filter_map(|linked| linked.taken.clone());
    let changed: Vec<_> = lines.filter(|line| !quote.lines.contains(line)).collect();
    let mut taken = Vec::new();
    let today = context.today();
    let until = terms.taken_until(quote, today).filter(|_| args.take);
    if args.take && !(changed.is_empty() && until.is_none()) {
        taken = changed.iter().map(|line| line.number).collect();
        let stamp = context.clock.stamp(&context.actor(&snapshot));
        let command = Command::TakeOffer {
            quote: quote.id,
            version: quote.version,
            lines: changed,
            valid_until: until,
        };
        let label = format!("{} prices of {}", quote.number, source.name);
        store.apply(&command, &label, &stamp)?;
    }
    let told = answer(quote, (&source, terms), &found, (taken, until, today));
    if args.json {
        return output::json(out, &told);
    }
    print(&told, args.take, out)
}

fn answer(
    quote: &crate::domain::quote::Quote,
    (source, terms): (&Source, Terms),
    found: &Beside,
    (taken, until, today): (Vec<u32>, Option<NaiveDate>, NaiveDate),
) -> Output {
    let linked = found.linked.iter().map(|linked| LinkedOut {
        line: linked.line,
        row: linked.row,
        priced: linked.priced,
        can_be_taken: linked.taken.is_some(),
        differs: linked
            .differs
            .iter()
            .map(|differs| DiffersOut {
                field: differs.field,
                ours: differs.ours.clone(),
                theirs: differs.theirs.clone(),
            })
            .collect(),
    });
    Output {
        schema: "renewdesk.quote_vendor/1",
        quote_id: quote.id.to_string(),
        number: quote.number.to_string(),
        file: source.name.to_string(),
        taken,
        vendor_quotes: terms.numbers,
        valid_until: terms.valid_until,
        valid_until_taken: until.is_some(),
        today,
        linked: linked.collect(),
        unanswered: found.unanswered.clone(),
        unasked_rows: found.unasked.clone(),
        not_read: source
            .left_out
            .iter()
            .chain(&terms.unread)
            .cloned()
            .collect(),
    }
}

fn print(told: &Output, take: bool, out: &mut impl Write) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("Line", Align::Right),
        ("Row", Align::Right),
        ("Field", Align::Left),
        ("Quote", Align::Right),
        ("Vendor", Align::Right),
    ]);
    for linked in &told.linked {
        for differs in &linked.differs {
            table.row([
                linked.line.to_string(),
                linked.row.to_string(),
                differs.field.to_string(),
                differs.ours.clone(),
                differs.theirs.clone(),
            ]);
        }
    }
    table.write(out, terminal_width())?;
    let numbers = |numbers: &[u32]| {
        let texts: Vec<String> = numbers.iter().map(u32::to_string).collect();
        texts.join(", ")
    };
    if !told.unanswered.is_empty() {
        note(&format!(
            "not answered: lines {}",
            numbers(&told.unanswered)
        ));
    }
    let bare = told.linked.iter().filter(|linked| !linked.priced);
    let bare: Vec<u32> = bare.map(|linked| linked.line).collect();
    if !bare.is_empty() {
        note(&format!(
            "answered without a price: lines {}",
            numbers(&bare)
        ));
    }
    if !told.unasked_rows.is_empty() {
        note(&format!(
            "answer no line: rows {}",
            numbers(&told.unasked_rows)
        ));
    }
    if !told.vendor_quotes.is_empty() {
        let numbers = told.vendor_quotes.join(", ");
        note(&format!("vendor's quote: {}", clean(&numbers)));
    }
    if let Some(day) = told.valid_until {
        let taken = match (told.valid_until_taken, day < told.today) {
            (true, _) => "; now the quote's",
            (_, true) => "; that is past, ask for them again",
            _ => "",
        };
        note(&format!("the vendor's prices hold to {day}{taken}"));
    }
    for why in &told.not_read {
        note(&format!("not read: {}", clean(why)));
    }
    match (take, told.taken.is_empty()) {
        (true, true) => note("no price was taken: none differs for the same units and term"),
        (true, false) => note(&format!("prices taken into lines {}", numbers(&told.taken))),
        (false, _) => {
            note("nothing was written; --take takes the prices of the same units and term")
        }
    }
    Ok(())
}
