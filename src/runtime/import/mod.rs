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
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::ingest::memory::Memory;
use crate::ingest::outline::Outline;
use crate::ingest::{
    self, Against, BatchMeta, IngestError, Map, NewRow, Planned, PutNew, ReadOptions, Report, Rows,
};
use crate::store::{Applied, ImportWriter, Store, StoreError};
use chrono::SecondsFormat;
use rejects::Waiting;
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
    /// Answers a person gave on the screen; they lie over those of `map`.
    pub answers: Map,
    /// What to do with answers that were kept for files laid out alike.
    pub recall: Recall,
    /// Keep the answers for files laid out like this one, in the same step as the import.
    pub keep: bool,
}

/// What to do with answers that were kept. A map file is a whole answer: beside one nothing is
/// recalled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recall {
    /// Take those of the same layout.
    #[default]
    Same,
    /// Also those of nearly the same.
    Near,
    /// Take none.
    Nothing,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// So many rows were read.
    Reading(u64),
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
    /// Why the rejected rows could not be written anywhere.
    pub rejects_lost: Option<String>,
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
/// Rejected rows go to a CSV beside the file, else beside the book, else into the data folder,
/// never over an existing file, and are on the disk before the book changes. Where no folder takes
/// them the import still takes place and says why they are not there.
pub fn import_file(
    path: &Path,
    options: &ImportOptions,
    store: &mut Store,
    with: &Importer<'_>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Imported, ImportError> {
    let read = read_options(options, &store.rules()?)?;
    let label = format!("import {}", file_name(path));
    let stamp = with.clock.stamp(with.actor);
    child::with_rows(path, &read, progress, cancel, |head, rows| {
        let before = store.imports_of(&head.sha256)?;
        if let Some(report) = ingest::report_again(&head, &before) {
            return Ok(Imported::of(report));
        }
        let snapshot = store.snapshot()?;
        if options.dry_run {
            let planned = planned(head, rows, &snapshot, with, &mut |_| Ok(()))?;
            return Ok(Imported::of(planned.report));
        }
        let mut done = None;
        let mut rejects = None;
        let applied = store.import(&label, &stamp, |writer| {
            let book = writer.book().to_path_buf();
            let planned = planned(head, rows, &snapshot, with, &mut |row| {
                write(writer, row).map_err(ImportError::from)
            })?;
            if cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            let imported = done.insert(Imported::of(planned.report));
            rejects = rejects_of(path, &book, imported, with);
            if planned.plan.batch.is_none() {
                return Ok(None);
            }
            rows.tell(Progress::Saving);
            let backup = super::backup::next_name(with.paths, &book, with.clock.now())
                .map_err(ImportError::io(&book, "backed up"))?;
            writer.back_up_what_stood(&backup)?;
            imported.backup = Some(backup);
            let mut plan = planned.plan;
            if options.keep {
                let outline = &imported.report.outline;
                plan.put_settings.extend(to_keep(path, &read, outline));
            }
            Ok(Some(plan))
        })?;
        let nothing = || IngestError::BrokenStream("nothing was planned".into());
        let mut done = done.ok_or_else(nothing)?;
        done.applied = applied;
        done.rejects_file = rejects.map(Waiting::keep);
        Ok(done)
    })
}

/// What [`import_file`] would do to a book that holds `snapshot`. Writes nothing anywhere.
///
/// # Errors
/// As [`import_file`].
pub fn preview_file(
    path: &Path,
    options: &ImportOptions,
    snapshot: &Snapshot,
    with: &Importer<'_>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Imported, ImportError> {
    let read = read_options(options, snapshot)?;
    child::with_rows(path, &read, progress, cancel, |head, rows| {
        let planned = planned(head, rows, snapshot, with, &mut |_| Ok(()))?;
        Ok(Imported::of(planned.report))
    })
}

/// What the reader sees in a file: sheets, header rows, columns with samples. Asks nothing, so it
/// also tells of a file that cannot be imported before a question is answered.
///
/// # Errors
/// A file that cannot be opened, or is no table and no document.
pub fn look_file(
    path: &Path,
    options: &ImportOptions,
    book: &Snapshot,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Outline, ImportError> {
    let read = ReadOptions {
        look: true,
        ..read_options(options, book)?
    };
    child::with_rows(path, &read, progress, cancel, |head, _| Ok(head.outline))
}

impl Imported {
    /// Only a report so far.
    fn of(report: Report) -> Imported {
        Imported {
            report,
            applied: None,
            rejects_file: None,
            rejects_lost: None,
            backup: None,
        }
    }
}

/// Puts the rejected rows on the disk, or says in `done` why that cannot be.
fn rejects_of(
    path: &Path,
    book: &Path,
    done: &mut Imported,
    with: &Importer<'_>,
) -> Option<Waiting> {
    let csv = done.report.rejects_csv()?;
    let folder_of = |file: &Path| file.parent().map(Path::to_path_buf).unwrap_or_default();
    let folders = [folder_of(path), folder_of(book), with.paths.data.clone()];
    rejects::write_waiting(path, &folders, &csv)
        .map_err(|error| done.rejects_lost = Some(error.to_string()))
        .ok()
}

/// How to read a file that goes into `book`, whose settings hold the answers that were kept.
fn read_options(options: &ImportOptions, book: &Snapshot) -> Result<ReadOptions, ImportError> {
    let base = map_of(options)?;
    let kept = match options.recall {
        _ if options.map.is_some() => Vec::new(),
        Recall::Nothing => Vec::new(),
        Recall::Same | Recall::Near => kept(book),
    };
    Ok(ReadOptions {
        format: options.format.clone(),
        map: options.answers.clone().over(base),
        look: false,
        kept,
        near: options.recall == Recall::Near,
    })
}

/// The answers a book keeps. One that a newer version wrote is passed over.
fn kept(book: &Snapshot) -> Vec<Memory> {
    let own = book.settings.iter();
    own.filter_map(|(name, value)| Memory::of_setting(name, value))
        .collect()
}

/// The setting that keeps the answers an import was read with, if there were any to keep.
fn to_keep(path: &Path, read: &ReadOptions, outline: &Outline) -> Option<(String, String)> {
    let recalled = outline.recalled.as_ref().filter(|own| own.applied);
    let base = recalled.map_or_else(Map::default, |own| own.map.clone());
    let map = Map {
        format: read.format.clone().or(read.map.format.clone()),
        // true of this one file only
        accept_loss: false,
        contract: None,
        estimate: None,
        ..read.map.clone().over(base)
    };
    if map == Map::default() {
        return None;
    }
    let file = file_name(path);
    let layout = outline.layout()?;
    Memory { layout, map, file }.setting()
}

fn planned(
    head: Rows,
    rows: &mut child::Arriving<'_>,
    snapshot: &Snapshot,
    with: &Importer<'_>,
    put: &mut PutNew<'_, ImportError>,
) -> Result<Planned, ImportError> {
    let meta = BatchMeta {
        at: with.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
    };
    let against = Against {
        book: snapshot,
        catalogue: with.catalogue,
        rules: with.rules,
        ids: &mut ClockIds,
        meta: &meta,
        today: with.clock.today(),
    };
    ingest::plan_stream(head, rows, against, put)
}

fn write(writer: &mut ImportWriter<'_, '_>, row: NewRow<'_>) -> Result<(), StoreError> {
    match row {
        NewRow::Batch(batch) => writer.batch(batch),
        NewRow::Account(account) => writer.account(account),
        NewRow::Site(site) => writer.site(site),
        NewRow::Contract(contract) => writer.contract(contract),
        NewRow::Line(line, cells) => writer.line(line, cells),
    }
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
