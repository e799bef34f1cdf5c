//! Files read to be compared with the book, never to be written into it; and the answer written to
//! a new file.

use super::clock::SystemClock;
use super::import::{ImportError, ImportOptions, Progress, read_rows};
pub use super::save::SaveError;
use super::save::save_bytes;
use crate::export::{CsvOptions, Table};
use crate::ingest::compared;
use crate::reconcile::Source;
use chrono::{DateTime, NaiveDate, Utc};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Reads a file as a source; its day is the day it was last changed on the disk.
///
/// # Errors
/// As an import of it; [`ImportError::Ingest`] for a file that lists no assets.
pub fn read_source(
    path: &Path,
    options: &ImportOptions,
    clock: &SystemClock,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Source, ImportError> {
    let rows = read_rows(path, options, progress, cancel)?;
    let changed = fs::metadata(path).and_then(|known| known.modified()).ok();
    let day = changed.map(|at| clock.local(DateTime::<Utc>::from(at)).date());
    Ok(compared::source(&rows, day)?)
}

/// Writes a table to a new file by its ending, CSV (UTF-8 with a byte order mark, so that Excel
/// reads it) or XLSX. The name appears only once all of it is on the disk.
///
/// # Errors
/// [`SaveError`].
pub fn save(path: &Path, table: &Table, sheet: &str, today: NaiveDate) -> Result<(), SaveError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let format = |what: String| SaveError::Format {
        path: path.to_path_buf(),
        what,
    };
    let bytes = match ending.as_deref() {
        Some("csv") => {
            let options = CsvOptions {
                bom: true,
                ..CsvOptions::default()
            };
            table
                .csv(options)
                .map_err(|error| format(error.to_string()))?
        }
        Some("xlsx") => table
            .xlsx(sheet, today)
            .map_err(|error| format(error.to_string()))?,
        _ => return Err(SaveError::Ending(path.to_path_buf())),
    };
    save_bytes(path, &bytes)
}
