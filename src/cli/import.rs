//! `import`: files into the book, each in one transaction.

use super::args;
use super::context::{Context, note};
use super::error::{Exit, Failure};
use super::output;
use crate::domain::batch::Counts;
use crate::ingest::IngestError;
use crate::runtime::import::{
    ImportError, ImportOptions, Imported, Importer, Progress, file_name, import_file,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;

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

#[derive(Serialize)]
struct FileOut {
    file: String,
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
    backup: Option<String>,
}

fn file_out(done: &Imported) -> FileOut {
    let counts = done.report.counts;
    let shown = |path: &Option<std::path::PathBuf>| path.as_ref().map(|p| p.display().to_string());
    FileOut {
        file: done.report.file.clone(),
        format: done.report.format.clone(),
        batch_id: done
            .applied
            .as_ref()
            .and_then(|a| a.batch)
            .map(|id| id.to_string()),
        read: counts.read,
        new: counts.new,
        changed: counts.changed,
        unchanged: counts.unchanged,
        skipped: counts.skipped,
        rejected: counts.rejected,
        warnings: done
            .report
            .warnings
            .iter()
            .map(ToString::to_string)
            .collect(),
        rejects_file: shown(&done.rejects_file),
        backup: shown(&done.backup),
    }
}

fn output(files: Vec<FileOut>, dry_run: bool) -> Output {
    let sum = |pick: fn(&FileOut) -> u64| files.iter().map(pick).sum();
    let last = files.last();
    let same_format = files.windows(2).all(|pair| match pair {
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
        warnings: files.iter().flat_map(|f| f.warnings.clone()).collect(),
        rejects_file: files.iter().find_map(|f| f.rejects_file.clone()),
        files,
    }
}

/// Runs the command. A file that fails stops it; the files before it are imported.
pub fn run(context: &Context, args: &args::Import, out: &mut impl Write) -> Result<(), Failure> {
    let mut store = context.open_or_create()?;
    let (pack, catalogue) = (context.pack()?, context.catalogue());
    let actor = context.actor(&store.snapshot()?);
    let options = ImportOptions {
        format: args.format.clone(),
        map: args.map.clone(),
        dry_run: args.dry_run,
    };
    let with = Importer {
        paths: &context.paths,
        catalogue: &catalogue,
        rules: &pack.rules,
        clock: &context.clock,
        actor: &actor,
    };
    let never = AtomicBool::new(false);
    let mut files = Vec::new();
    for path in &args.files {
        let bar = bar(path);
        let mut progress = |step: Progress| match step {
            Progress::Reading(rows) => bar.set_message(format!("{rows} rows read")),
            Progress::Planning => bar.set_message("comparing with the book"),
            Progress::Saving => bar.set_message("saving"),
        };
        let done = import_file(path, &options, &mut store, &with, &mut progress, &never);
        bar.finish_and_clear();
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                if !files.is_empty() {
                    note(&format!(
                        "{} of {} files are imported",
                        files.len(),
                        args.files.len()
                    ));
                }
                return Err(error.into());
            }
        };
        let file = file_out(&done);
        if !args.json {
            tell(&file, done.report.counts, args.dry_run, out)?;
        }
        files.push(file);
    }
    if args.json {
        return output::json(out, &output(files, args.dry_run));
    }
    Ok(())
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

fn tell(file: &FileOut, counts: Counts, dry: bool, out: &mut impl Write) -> Result<(), Failure> {
    let word = if dry {
        " (dry run, nothing written)"
    } else {
        ""
    };
    writeln!(
        out,
        "{} as {}{word}: read {} = new {} + changed {} + unchanged {} + skipped {} + rejected {}",
        file.file,
        file.format,
        counts.read,
        counts.new,
        counts.changed,
        counts.unchanged,
        counts.skipped,
        counts.rejected
    )?;
    for warning in &file.warnings {
        note(warning);
    }
    if let Some(path) = &file.rejects_file {
        note(&format!("rejected rows with their reasons: {path}"));
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
