//! Files read to be compared with the book, never to be written into it; and the answer written to
//! a new file.

use super::clock::SystemClock;
use super::import::{ImportError, ImportOptions, Progress, read_rows};
use crate::export::{CsvOptions, Table};
use crate::ingest::compared;
use crate::reconcile::Source;
use chrono::{DateTime, NaiveDate, Utc};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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

/// Why a table could not be written to a file. No file was changed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The ending names no format.
    #[error("{}: name a file that ends in .csv or .xlsx", .0.display())]
    Ending(PathBuf),
    /// Something stands there already.
    #[error("{} exists; an export never replaces a file", .0.display())]
    Exists(PathBuf),
    /// The table does not fit the format.
    #[error("{} cannot be made: {what}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What the writer says.
        what: String,
    },
    /// The disk says no.
    #[error("{} cannot be written: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
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
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::Exists(path.to_path_buf()));
    }
    write_new(path, &bytes).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists(path.to_path_buf()),
        _ => SaveError::Io {
            path: path.to_path_buf(),
            source,
        },
    })
}

/// A new file only its owner can read: written beside its place, then given its name.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let done = options.open(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        // A link never replaces; a file system without links gets a rename.
        match fs::hard_link(&part, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) => fs::rename(&part, path),
            Ok(()) => Ok(()),
        }
    });
    // After a rename there is nothing left; after a link it is a second name.
    let _ = fs::remove_file(&part);
    done
}
