//! Importing one file into the book: read in a process of its own, planned against the book,
//! backed up, applied in one transaction. Command line and desk share it.

mod beside;
mod child;
mod limits;
mod pump;
mod reader;
mod rejects;
mod several;
mod written;

pub use child::{PROGRESS_MARK, read_file};

use super::clock::Clock;
use super::paths::Paths;
use crate::catalogue::Catalogue;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::clean;
use crate::ingest::compared::Comparing;
use crate::ingest::memory::Memory;
use crate::ingest::offer;
use crate::ingest::outline::Outline;
use crate::ingest::{
    self, BatchMeta, IngestError, Map, PutNew, ReadOptions, Report, RowStream, Rows,
};
use crate::pricing::offered::Terms;
use crate::reconcile::Source;
use crate::store::{Applied, Store, StoreError};
use chrono::{NaiveDate, SecondsFormat};
use reader::{Arriving, Reader, Tell};
use several::Announced;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use written::Job;

/// What to import and how.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Read as this format instead of recognising it.
    pub format: Option<String>,
    /// A file with answers to what the export leaves open.
    pub map: Option<PathBuf>,
    /// The person was asked and said that the file is whole, however many lines it lacks.
    pub accept_loss: bool,
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
    /// Conflicts it opened with what people wrote.
    pub conflicts: usize,
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
    #[error("{}: the reader was stopped ({how}); nothing was imported. Split the file, or export it as .csv and import that; if it is small, it is damaged: export it again", path.display())]
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
    in_haste(read, |read| {
        let reader = Reader::of_file(path, read)?;
        import_from(reader, path, options, store, with, progress, cancel)
    })
}

/// Reads hastily first, and thoroughly where a file turns out not to be what its first rows were.
/// Nothing was written then.
fn in_haste<T>(
    read: ReadOptions,
    mut work: impl FnMut(ReadOptions) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let hasty = ReadOptions {
        hasty: true,
        ..read.clone()
    };
    match work(hasty) {
        Err(ImportError::Ingest(IngestError::Unsettled { .. })) => work(read),
        done => done,
    }
}

fn import_from(
    reader: Reader,
    path: &Path,
    options: &ImportOptions,
    store: &mut Store,
    with: &Importer<'_>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Imported, ImportError> {
    let read = reader.options().clone();
    let announced = reader.with_rows(progress, cancel, |head, rows, tell| {
        if let Some(announced) = announced(&head, rows)? {
            return Ok(Err(announced));
        }
        let before = store.imports_of(&head.sha256)?;
        if let Some(report) = ingest::report_again(&head, &before) {
            return Ok(Ok(Imported::of(report)));
        }
        let job = Job {
            path,
            options,
            read: &read,
            with,
            cancel,
        };
        let plan = |book: Snapshot, tell: &mut Tell<'_>, put: &mut PutNew<'_, ImportError>| {
            let planned = beside::planned(head, rows, &book, with, &meta_of(with), tell, put)?;
            Ok((book, planned))
        };
        job.done(store, tell, plan).map(Ok)
    })?;
    let announced = match announced {
        Ok(done) => return Ok(done),
        Err(announced) => announced,
    };
    let job = Job {
        path,
        options,
        read: &read,
        with,
        cancel,
    };
    let mut tell = |step: Option<Progress>| step.into_iter().for_each(&mut *progress);
    job.done(store, &mut tell, |book, tell, put| {
        several::plan_all(path, &read, announced, book, with, (tell, cancel), put)
    })
}

/// When an import was asked for.
fn meta_of(with: &Importer<'_>) -> BatchMeta {
    BatchMeta {
        at: with.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
    }
}

/// What a file with several kinds of tables says of them; none of any other.
fn announced(head: &Rows, rows: &mut Arriving<'_>) -> Result<Option<Announced>, ImportError> {
    if head.parts.is_empty() {
        return Ok(None);
    }
    while rows.next()?.is_some() {}
    Ok(Some(Announced {
        parts: head.parts.clone(),
        sha256: head.sha256.clone(),
        problems: rows.problems(),
    }))
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
    in_haste(read_options(options, snapshot)?, |read| {
        preview_from(read, path, snapshot, with, progress, cancel)
    })
}

fn preview_from(
    read: ReadOptions,
    path: &Path,
    snapshot: &Snapshot,
    with: &Importer<'_>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Imported, ImportError> {
    let reader = Reader::of_file(path, read.clone())?;
    let done = reader.with_rows(progress, cancel, |head, rows, tell| {
        if let Some(announced) = announced(&head, rows)? {
            return Ok(Err(announced));
        }
        let planned = beside::planned(
            head,
            rows,
            snapshot,
            with,
            &meta_of(with),
            tell,
            &mut |_| Ok(()),
        )?;
        Ok(Ok(Imported::of(planned.report)))
    })?;
    let announced = match done {
        Ok(done) => return Ok(done),
        Err(announced) => announced,
    };
    let mut tell = |step: Option<Progress>| step.into_iter().for_each(&mut *progress);
    let (book, tell) = (snapshot.clone(), (&mut tell as &mut Tell<'_>, cancel));
    let all = several::plan_all(path, &read, announced, book, with, tell, &mut |_| Ok(()))?;
    Ok(Imported::of(all.1.report))
}

/// In words, with where to settle them; `None` without any.
pub fn conflicts_told(n: usize, place: &str) -> Option<String> {
    let many = if n == 1 { "conflict" } else { "conflicts" };
    (n > 0).then(|| format!("{n} {many} with what you wrote: {place}"))
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
    let reader = Reader::of_file(path, read)?;
    reader.with_rows(progress, cancel, |head, _, _| Ok(head.outline))
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
            conflicts: 0,
        }
    }
}

/// The rows of a file as a source to compare, with what it says of its prices, read by a process of its
/// own; nothing is compared yet. `day` is the day the file is of.
///
/// # Errors
/// As [`import_file`], and [`ImportError::Ingest`] for a file that lists no assets.
pub fn read_offer(
    path: &Path,
    options: &ImportOptions,
    day: Option<NaiveDate>,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<(Source, Terms), ImportError> {
    // A list that is laid beside the book is one list: of several the leading one.
    let read = ReadOptions {
        several: false,
        ..read_options(options, &Snapshot::default())?
    };
    let reader = Reader::of_file(path, read)?;
    reader.with_rows(progress, cancel, |head, rows, _| {
        let mut comparing = Comparing::of(&head, day)?;
        let mut terms = offer::Reading::default();
        while let Some(record) = rows.next()? {
            comparing.add(&head, &record)?;
            terms.add(&head, &record);
        }
        Ok((comparing.done(&head), terms.done()))
    })
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
        several: true,
        part: None,
        hasty: false,
    })
}

/// The answers a book keeps. One that a newer version wrote is passed over.
fn kept(book: &Snapshot) -> Vec<Memory> {
    let own = book.settings.iter();
    own.filter_map(|(name, value)| Memory::of_setting(name, value))
        .collect()
}

fn map_of(options: &ImportOptions) -> Result<Map, ImportError> {
    let mut map = match &options.map {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(ImportError::io(path, "read"))?;
            Map::parse(&text, &file_name(path))?
        }
        None => Map::default(),
    };
    map.accept_loss |= options.accept_loss;
    Ok(map)
}

/// The name without its folder, cleaned.
pub fn file_name(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    clean(&name.unwrap_or_else(|| path.display().to_string())).into_owned()
}
