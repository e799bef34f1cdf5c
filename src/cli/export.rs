//! `export`: what the desk shows as a new file.

use super::context::{Context, note};
use super::document_args::{Export, ExportCalendar};
use super::error::{Exit, Failure};
use super::find;
use super::output;
use crate::book::adoption_board::adoption_board;
use crate::book::whitespace::whitespace;
use crate::book::{Queue, QueueRow};
use crate::catalogue::{EoxIndex, MilestoneCache};
use crate::domain::snapshot::Snapshot;
use crate::expand;
use crate::export::{self, asset_list, calendar};
use crate::program::Pack;
use crate::runtime::compare::save;
use crate::runtime::save::save_bytes;
use chrono::Days;
use std::io::Write;
use std::path::Path;

/// Runs the command. What was written is said on standard error.
pub fn run(context: &Context, args: &Export, _: &mut impl Write) -> Result<(), Failure> {
    let store = context.open_to_look()?;
    let pack = context.pack()?;
    let snapshot = store.snapshot()?;
    output::watermark(&snapshot);
    let (file, what) = match args {
        Export::Queue(args) => (&args.file, queue(context, &snapshot, &pack, &args.file)?),
        Export::Suggestions(args) => {
            let told = suggestions(context, &snapshot, &pack, &args.file)?;
            (&args.file, told)
        }
        Export::Whitespace(args) => {
            let matrix = whitespace(&snapshot, context.today());
            let table = export::standing::whitespace(&matrix);
            save(&args.file, &table, "White space", context.today())?;
            (&args.file, format!("{} customers", table.rows.len()))
        }
        Export::Adoption(args) => {
            let board = adoption_board(&snapshot, &pack.rules, context.today());
            let table = export::standing::adoption(&board);
            save(&args.file, &table, "Adoption", context.today())?;
            (&args.file, format!("{} use cases", table.rows.len()))
        }
        Export::Calendar(args) => (&args.file, days(context, &snapshot, &pack, args)?),
        Export::Assets { contract, file } => {
            (file, assets(context, &snapshot, &pack, contract, file)?)
        }
    };
    note(&format!("{what} written to {}", file.display()));
    Ok(())
}

fn built(context: &Context, snapshot: &Snapshot, pack: &Pack) -> Queue {
    Queue::build(snapshot, &pack.rules, &context.catalogue(), context.today())
}

fn queue(
    context: &Context,
    snapshot: &Snapshot,
    pack: &Pack,
    file: &Path,
) -> Result<String, Failure> {
    let queue = built(context, snapshot, pack);
    let mut rows: Vec<_> = queue.rows().iter().filter(|row| row.open()).collect();
    rows.sort_by_key(|row| (row.end(), row.contract_number(), row.renewal()));
    let catalogue = context.catalogue();
    let told = |row: &QueueRow| queue.told(row.renewal(), snapshot, &pack.rules, &catalogue);
    let table = export::pipeline(rows, &pack.rules, told);
    save(file, &table, "Renewals", context.today())?;
    Ok(format!("{} renewals", table.rows.len()))
}

fn suggestions(
    context: &Context,
    snapshot: &Snapshot,
    pack: &Pack,
    file: &Path,
) -> Result<String, Failure> {
    let today = context.today();
    let all = expand::suggest(snapshot, &pack.rules, &context.catalogue(), today);
    let table = export::suggestions(&all);
    save(file, &table, "Suggestions", today)?;
    Ok(format!("{} suggestions", table.rows.len()))
}

fn days(
    context: &Context,
    snapshot: &Snapshot,
    pack: &Pack,
    args: &ExportCalendar,
) -> Result<String, Failure> {
    let ending = args.file.extension().unwrap_or_default();
    if !ending.eq_ignore_ascii_case("ics") {
        let path = args.file.display();
        return Err(Failure::usage(format!(
            "{path}: name a file that ends in .ics"
        )));
    }
    let today = context.today();
    let until = today.checked_add_days(Days::new(args.within.unsigned_abs()));
    let queue = built(context, snapshot, pack);
    let mine = queue.rows().iter().filter(|row| match &args.owner {
        None => true,
        Some(owner) => row.owner().is_some_and(|o| o.eq_ignore_ascii_case(owner)),
    });
    let entries = calendar::of_renewals(mine, today, until.unwrap_or(today));
    let text = calendar::calendar(&entries, today);
    save_bytes(&args.file, text.as_bytes())?;
    Ok(format!("{} days", entries.len()))
}

fn assets(
    context: &Context,
    snapshot: &Snapshot,
    pack: &Pack,
    contract: &str,
    file: &Path,
) -> Result<String, Failure> {
    let renewal = find::renewal(snapshot, &pack.rules, contract, false)?.id;
    let queue = built(context, snapshot, pack);
    let catalogue = context.catalogue();
    let (eox, mut dates) = (EoxIndex::of(snapshot), MilestoneCache::new());
    let lines = queue.lines_of(renewal).iter();
    let lines = lines.filter_map(|id| snapshot.lines.get(id));
    let table = asset_list::table(snapshot, lines, &mut |line| {
        let known = dates.of_line(line, &catalogue, &eox);
        known.ldos.as_ref().map(|milestone| milestone.date)
    });
    if table.rows.is_empty() {
        return Err(Failure::new(
            Exit::Refused,
            format!("{contract} has no open line"),
        ));
    }
    save(file, &table, "Assets", context.today())?;
    Ok(format!("{} lines", table.rows.len()))
}
