//! Importing one file into the book: read in a process of its own, planned against the book,
//! backed up, applied in one transaction. Command line and desk share it.

mod child;
mod limits;
mod rejects;

pub use child::{PROGRESS_MARK, read_file};

use super::clock::Clock;
use super::ids::ClockIds;
use super::paths::Paths;
use crate::catalogue::Catalogue;
use crate::domain::command::Command;
use crate::domain::rules::Rules;
use crate::domain::text::clean;
use crate::ingest::{self, BatchMeta, IngestError, Map, ReadOptions, Report};
use crate::store::{Applied, Store, StoreError};
use chrono::SecondsFormat;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What to import and how.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Read as this format instead of recognising it.
    pub format: Option<String>,
    /// A file with answers to what the export leaves open.
    pub map: Option<PathBuf>,
    /// Report only.
    pub dry_run: bool,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many rows were read.
    Reading(u64),
    /// Compared with the book.
    Planning,
    /// Written to the book.
    Saving,
}

/// What an import did.
#[derive(Debug)]
pub struct Imported {
    /// Counts, warnings, rejected rows.
    pub report: Report,
    /// What the book says of it; none of a dry run or when nothing changed.
    pub applied: Option<Applied>,
    /// Where the rejected rows were written.
    pub rejects_file: Option<PathBuf>,
    /// The backup made before.
    pub backup: Option<PathBuf>,
}

/// Why an import did not take place. The book is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file could not be read or written.
    #[error("{} cannot be {action}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// `read`, `written`.
        action: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The reading process ended in another way than its own.
    #[error("{}: the reader was stopped ({how}); nothing was imported. The file needs more memory or time than any export should, or is damaged", path.display())]
    ReaderStopped {
        /// The file.
        path: PathBuf,
        /// Exit status in words.
        how: String,
    },
    /// The reader refused the file.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The book refused the import.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The person stopped it.
    #[error("stopped; nothing was imported")]
    Cancelled,
}

impl ImportError {
    fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> ImportError {
        let path = path.to_path_buf();
        move |source| ImportError::Io {
            path,
            action,
            source,
        }
    }
}

/// Everything an import needs beside the file.
pub struct Importer<'a> {
    /// Where backups go.
    pub paths: &'a Paths,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The rules of the pack in use.
    pub rules: &'a Rules,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Who imports.
    pub actor: &'a str,
}

/// Imports one file. `progress` hears how far it is; raising `cancel` stops it until the moment
/// the book is written, and the book is then as it was.
///
/// Rejected rows go to a CSV beside the file (or into the current folder where that cannot be
/// written), never over an existing file.
pub fn import_file(
    path: &Path,
    options: &ImportOptions,
    store: &mut Store,
    with: &Importer<'_>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Imported, ImportError> {
    let read = ReadOptions {
        format: options.format.clone(),
        map: map_of(options)?,
    };
    let rows = child::rows_of(path, &read, progress, cancel)?;
    progress(Progress::Planning);
    let snapshot = store.snapshot()?;
    let meta = BatchMeta {
        at: with.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    let today = with.clock.today();
    let planned = ingest::plan(
        rows,
        &snapshot,
        with.catalogue,
        with.rules,
        &mut ClockIds,
        &meta,
        today,
    )?;
    drop(snapshot);
    let mut done = Imported {
        report: planned.report,
        applied: None,
        rejects_file: None,
        backup: None,
    };
    if cancel.load(Ordering::Relaxed) {
        return Err(ImportError::Cancelled);
    }
    if options.dry_run {
        return Ok(done);
    }
    if planned.plan.batch.is_some() {
        progress(Progress::Saving);
        let backup = super::backup::next_name(with.paths, store.path(), with.clock.now())
            .map_err(ImportError::io(store.path(), "backed up"))?;
        store.backup(&backup)?;
        done.backup = Some(backup);
        let label = format!("import {}", file_name(path));
        let stamp = with.clock.stamp(with.actor);
        let command = Command::Import(Box::new(planned.plan));
        done.applied = Some(store.apply(&command, &label, &stamp)?);
    }
    if let Some(csv) = done.report.rejects_csv() {
        done.rejects_file = Some(rejects::write_beside(path, &csv)?);
    }
    Ok(done)
}

fn map_of(options: &ImportOptions) -> Result<Map, ImportError> {
    let Some(path) = &options.map else {
        return Ok(Map::default());
    };
    let text = std::fs::read_to_string(path).map_err(ImportError::io(path, "read"))?;
    Ok(Map::parse(&text, &file_name(path))?)
}

/// The name without its folder, cleaned.
pub fn file_name(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    clean(&name.unwrap_or_else(|| path.display().to_string())).into_owned()
}
