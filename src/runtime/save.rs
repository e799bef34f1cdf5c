//! New files: written beside their place, then given their name, for their owner only. No file is ever
//! replaced.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that may not grow any further (`ulimit -f`) ends a program by a signal unless it says that
/// it would rather be told: then the write fails as on a full disk, and is told of in words.
pub fn outlive_file_limits() {
    #[cfg(unix)]
    {
        let reached = std::sync::Arc::default();
        // Where that fails the limit ends the program as before, and the book is as it was.
        let _ = signal_hook::flag::register(libc::SIGXFSZ, reached);
    }
}

/// Why something could not be written to a file. No file was changed.
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

/// Writes bytes to a new file. The name appears only once all of it is on the disk.
///
/// # Errors
/// [`SaveError::Exists`] and [`SaveError::Io`].
pub fn save_bytes(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    if path.symlink_metadata().is_ok() {
        return Err(SaveError::Exists(path.to_path_buf()));
    }
    write_new(path, bytes).map_err(|source| match source.kind() {
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
