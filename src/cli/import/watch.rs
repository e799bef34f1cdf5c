//! `import --watch`: exports of a folder, one after the other as they appear, until a person stops
//! it. A file that fails is told and the watch goes on; one that is being read when it is stopped
//! leaves the book as it was.

use super::{one, output};
use crate::cli::args;
use crate::cli::context::note;
use crate::cli::error::{Exit, Failure};
use crate::cli::output::json;
use crate::domain::snapshot::Snapshot;
use crate::runtime::import::Importer;
use crate::runtime::watch::FolderWatch;
use crate::store::Store;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Watches until it is stopped; as JSON every file is a document of its own.
pub fn run(
    folder: &Path,
    args: &args::Import,
    store: &mut Option<Store>,
    with: &Importer<'_>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let what = format!("{} cannot be watched: {error}", folder.display());
        Failure::new(Exit::Failed, what)
    };
    let stop = stopped_by_signals().map_err(failed)?;
    let mut watch = FolderWatch::open(folder).map_err(failed)?;
    note(&format!(
        "watching {} for new exports; Ctrl+C stops",
        folder.display()
    ));
    let (mut done, mut refused) = (0, 0);
    while let Some(path) = watch.next(&stop).map_err(failed)? {
        let start = match store.as_ref().filter(|_| args.dry_run) {
            Some(store) => store.snapshot()?,
            None => Snapshot::default(),
        };
        let target = store.as_mut().filter(|_| !args.dry_run);
        let (file, failure) = one(&path, args, target, &start, with, &stop, out)?;
        // what was stopped half-way was not tried
        if stop.load(Ordering::Relaxed) && failure.is_some() {
            break;
        }
        match &failure {
            None => done += 1,
            Some(failure) => {
                refused += 1;
                note(&failure.to_string());
            }
        }
        if args.json {
            json(out, &output(vec![file], args.dry_run))?;
        }
        out.flush().map_err(failed)?;
    }
    let word = if args.dry_run {
        "looked at"
    } else {
        "imported"
    };
    note(&format!("stopped: {done} {word}, {refused} refused"));
    Ok(())
}

/// A flag that Ctrl+C and a polite end raise.
#[cfg(unix)]
pub(super) fn stopped_by_signals() -> io::Result<Arc<AtomicBool>> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
}

/// Where there are no signals the program ends at once; an import that was not finished is undone
/// by the book itself.
#[cfg(not(unix))]
pub(super) fn stopped_by_signals() -> io::Result<Arc<AtomicBool>> {
    Ok(Arc::new(AtomicBool::new(false)))
}
