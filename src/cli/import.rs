//! `import`: files into the book, each in one transaction.

mod made;
mod watch;

use super::args;
use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::output;
use crate::domain::batch::Counts;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::ingest::IngestError;
use crate::ingest::changes::Changes;
use crate::ingest::outline::Outline;
use crate::ingest::several::Brought;
use crate::runtime::import::{
    ImportError, ImportOptions, Imported, Importer, Progress, conflicts_told, file_name,
    import_file, look_file, preview_file,
};
use crate::store::Store;
use indicatif::{ProgressBar, ProgressStyle};
use made::Made;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use watch::stopped_by_signals;

/// `renewdesk.import/1`: the sums of all files, and each file for itself.
#[derive(Serialize)]
struct Output {
    schema: &'static str,
    dry_run: bool,
    batch_id: Option<String>,
    format: Option<String>,
    files: Vec<FileOut>,
    read: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    skipped: u64,
    rejected: u64,
    warnings: Vec<String>,
    rejects_file: Option<String>,
}

/// One file: what it held, or why it was not imported.
#[derive(Serialize)]
struct FileOut {
    file: String,
    #[serde(flatten)]
    done: Option<DoneOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorOut>,
    /// What the reader sees in the file; told by a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    outline: Option<Outline>,
    /// What would change, cell by cell; told by a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Changes>,
}

#[derive(Serialize)]
struct ErrorOut {
    message: String,
    hint: Option<String>,
    exit: u8,
}

#[derive(Serialize)]
struct DoneOut {
    format: String,
    batch_id: Option<String>,
    read: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    skipped: u64,
    rejected: u64,
    warnings: Vec<String>,
    rejects_file: Option<String>,
    /// How many conflicts it opened with what people wrote.
    conflicts: usize,
    /// What each kind of table brought, where the file has several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableOut>,
    /// The rows that stand in no file: those of a dry run, or where none could be written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rejects: Vec<RejectOut>,
    backup: Option<String>,
}

/// The tables of one kind in a file with several, with their own counts.
#[derive(Serialize)]
struct TableOut {
    format: String,
    sheets: Vec<String>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct RejectOut {
    sheet: Option<String>,
    row: u32,
    code: &'static str,
    reason: String,
}

fn done_out(done: &Imported) -> DoneOut {
    let counts = done.report.counts;
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|p| p.display().to_string());
    let batch = done.applied.as_ref().and_then(|a| a.batch);
    let mut warnings: Vec<String> = done.report.warnings.iter().map(|w| w.to_string()).collect();
    let recalled = done.report.outline.recalled.as_ref();
    warnings.extend(recalled.map(ToString::to_string));
    let lost = done.rejects_lost.as_ref();
    warnings.extend(lost.map(|why| format!("the rejected rows are in no file: {why}")));
    let in_no_file = done.rejects_file.is_none();
    let rejects = done.report.rejects.iter().filter(|_| in_no_file);
    DoneOut {
        format: done.report.format.clone(),
        batch_id: batch.map(|id| id.to_string()),
        read: counts.read,
        new: counts.new,
        changed: counts.changed,
        unchanged: counts.unchanged,
        skipped: counts.skipped,
        rejected: counts.rejected,
        warnings,
        rejects_file: shown(&done.rejects_file),
        conflicts: done.conflicts,
        tables: done.report.parts.iter().map(table_out).collect(),
        rejects: rejects
            .map(|reject| RejectOut {
                sheet: reject.of.sheet.clone(),
                row: reject.row,
                code: reject.code.text(),
                reason: reject.reason.clone(),
            })
            .collect(),
        backup: shown(&done.backup),
    }
}

fn table_out(brought: &Brought) -> TableOut {
    TableOut {
        format: brought.part.format.clone(),
        sheets: brought.part.sheets.clone(),
        counts: brought.counts,
    }
}

fn output(files: Vec<FileOut>, dry_run: bool) -> Output {
    let done: Vec<&DoneOut> = files.iter().filter_map(|f| f.done.as_ref()).collect();
    let sum = |pick: fn(&DoneOut) -> u64| done.iter().map(|f| pick(f)).sum();
    let last = done.last();
    let same_format = done.windows(2).all(|pair| match pair {
        [a, b] => a.format == b.format,
        _ => true,
    });
    Output {
        schema: "renewdesk.import/1",
        dry_run,
        batch_id: last.and_then(|f| f.batch_id.clone()),
        format: last.filter(|_| same_format).map(|f| f.format.clone()),
        read: sum(|f| f.read),
        new: sum(|f| f.new),
        changed: sum(|f| f.changed),
        unchanged: sum(|f| f.unchanged),
        skipped: sum(|f| f.skipped),
        rejected: sum(|f| f.rejected),
        warnings: done.iter().flat_map(|f| f.warnings.clone()).collect(),
        rejects_file: done.iter().find_map(|f| f.rejects_file.clone()),
        files,
    }
}

/// The book to import into; a dry run only looks at it, and does without one.
fn target(context: &Context, dry_run: bool) -> Result<Option<Store>, Failure> {
    match dry_run {
        false => Ok(Some(context.open_or_begin()?.without_patches())),
        true if Store::is_there(&context.book_path()) => context.open_to_look().map(Some),
        true => Ok(None),
    }
}

/// Runs the command, and leaves no book behind that was made for it and that nothing came into.
pub fn run(context: &Context, args: &args::Import, out: &mut impl Write) -> Result<(), Failure> {
    let made = match args.dry_run {
        false => Made::before(&context.book_path()),
        true => None,
    };
    let stop = match made {
        // Ended without a word, it could not be taken away again.
        Some(_) => stopped_by_signals().map_err(|error| {
            Failure::new(Exit::Failed, format!("signals cannot be heard: {error}"))
        })?,
        None => Arc::default(),
    };
    let mut store = target(context, args.dry_run)?;
    let done = run_in(context, args, &mut store, &stop, out);
    let Some(made) = made else { return done };
    let empty = store
        .as_ref()
        .is_some_and(|store| store.op_seq().ok() == Some(0));
    drop(store);
    if empty {
        made.take_away()
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    }
    done
}

/// A file that fails leaves the others alone: those before it are imported, those after it are
/// tried, and the command ends with the code of the first failure.
fn run_in(
    context: &Context,
    args: &args::Import,
    store: &mut Option<Store>,
    stop: &AtomicBool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let (pack, catalogue) = (context.pack()?, context.catalogue());
    let start = match &*store {
        // An import reads the book itself; only who works with it has to be known before.
        Some(store) if !args.dry_run => store.rules()?,
        Some(store) => store.snapshot()?,
        None => Snapshot::default(),
    };
    let actor = context.actor(&start);
    let with = Importer {
        paths: &context.paths,
        catalogue: &catalogue,
        rules: &pack.rules,
        clock: &context.clock,
        actor: &actor,
    };
    let mut files = Vec::new();
    let mut failed: Option<Failure> = None;
    if let Some(folder) = &args.watch {
        return watch::run(folder, args, store, &with, out);
    }
    for path in &args.files {
        let target = store.as_mut().filter(|_| !args.dry_run);
        let (file, failure) = one(path, args, target, &start, &with, stop, out)?;
        files.push(file);
        match failed {
            None => failed = failure,
            Some(_) => failure.iter().for_each(|f| note(&f.to_string())),
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    if args.files.len() > 1 && failed.is_some() {
        let done = files.iter().filter(|f| f.done.is_some()).count();
        note(&format!("{done} of {} files are imported", files.len()));
    }
    if args.json {
        output::json(out, &output(files, args.dry_run))?;
    }
    failed.map_or(Ok(()), Err)
}

/// One file, told as text where that is asked for, and why it was not imported.
fn one(
    path: &Path,
    args: &args::Import,
    target: Option<&mut Store>,
    start: &Snapshot,
    with: &Importer<'_>,
    stop: &AtomicBool,
    out: &mut impl Write,
) -> Result<(FileOut, Option<Failure>), Failure> {
    let mut file = FileOut {
        file: file_name(path),
        done: None,
        error: None,
        outline: None,
        changes: None,
    };
    match import(path, args, target, start, with, stop) {
        Ok(mut done) => {
            if !args.json {
                tell(path, &done, args.dry_run, out)?;
            }
            file.done = Some(done_out(&done));
            let seen = std::mem::take(&mut done.report.outline);
            file.outline = Some(seen).filter(|seen| args.dry_run && !seen.sheets.is_empty());
            file.changes = Some(done.report.changes).filter(|_| args.dry_run);
            Ok((file, None))
        }
        Err(error) => {
            file.outline = seen(path, args, start);
            let failure = Failure::from(error);
            file.error = Some(ErrorOut {
                message: clean(&failure.message).into_owned(),
                hint: failure.hint.clone(),
                exit: failure.exit as u8,
            });
            Ok((file, Some(failure)))
        }
    }
}

/// What can be seen in a file that was not read; a dry run tells it as JSON, for a map to be
/// written by.
fn seen(path: &Path, args: &args::Import, book: &Snapshot) -> Option<Outline> {
    if !(args.json && args.dry_run) {
        return None;
    }
    let never = AtomicBool::new(false);
    look_file(path, &options(args), book, &mut |_| {}, &never).ok()
}

fn options(args: &args::Import) -> ImportOptions {
    ImportOptions {
        format: args.format.clone(),
        map: args.map.clone(),
        dry_run: args.dry_run,
        keep: args.remember,
        ..ImportOptions::default()
    }
}

/// One file, with a sign of life on the terminal.
fn import(
    path: &Path,
    args: &args::Import,
    target: Option<&mut Store>,
    start: &Snapshot,
    with: &Importer<'_>,
    stop: &AtomicBool,
) -> Result<Imported, ImportError> {
    let options = options(args);
    let bar = bar(path);
    let mut progress = |step: Progress| match step {
        Progress::Reading(rows) => bar.set_message(format!("{rows} rows read")),
        Progress::Saving => bar.set_message("saving"),
    };
    let done = match target {
        Some(store) => import_file(path, &options, store, with, &mut progress, stop),
        None => preview_file(path, &options, start, with, &mut progress, stop),
    };
    bar.finish_and_clear();
    done
}

fn bar(path: &Path) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_prefix(file_name(path));
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn tell(path: &Path, done: &Imported, dry: bool, out: &mut impl Write) -> Result<(), Failure> {
    let word = if dry {
        " (dry run, nothing written)"
    } else {
        ""
    };
    let Imported { report, .. } = done;
    writeln!(
        out,
        "{} as {}{word}: {}",
        file_name(path),
        report.format,
        report.counts
    )?;
    for brought in &report.parts {
        writeln!(out, "  {}", clean(&brought.to_string()))?;
    }
    if dry {
        tell_changes(&report.changes, out)?;
    }
    if let Some(recalled) = &report.outline.recalled {
        note(&recalled.to_string());
    }
    for warning in &report.warnings {
        note(&warning.to_string());
    }
    if let Some(told) = conflicts_told(done.conflicts, "renewdesk changes --conflicts") {
        note(&told);
    }
    if let Some(path) = &done.rejects_file {
        note(&format!(
            "rejected rows with their reasons: {}",
            path.display()
        ));
        return Ok(());
    }
    if let Some(why) = &done.rejects_lost {
        note(&format!(
            "the rejected rows are in no file: {why}; the reasons are"
        ));
    }
    for reject in &report.rejects {
        let code = reject.code.text();
        note(&format!("row {}: {code}: {}", reject.row, reject.reason));
    }
    Ok(())
}

/// The changed cells, so that a dry run can be checked by eye.
fn tell_changes(changes: &Changes, out: &mut impl Write) -> Result<(), Failure> {
    for changed in &changes.lines {
        let row = changed
            .row
            .map_or(String::new(), |row| format!("row {row}  "));
        writeln!(out, "  {row}{}", changed.line)?;
        for cell in &changed.cells {
            let shown = |text: &str| if text.is_empty() { "-" } else { text }.to_string();
            let (before, after) = (shown(&cell.before), shown(&cell.after));
            writeln!(out, "    {}: {before} -> {after}", cell.field)?;
        }
    }
    let more = changes
        .changed_lines
        .saturating_sub(changes.lines.len() as u64);
    if more > 0 {
        writeln!(out, "  and {more} changed lines more")?;
    }
    Ok(())
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => error.into(),
            ImportError::Ingest(error @ IngestError::NeedsAnswer { .. }) => {
                Failure::new(Exit::NeedsAnswer, error.to_string())
            }
            other => Failure::new(Exit::Failed, other.to_string()),
        }
    }
}
