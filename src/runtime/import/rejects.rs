//! The file of rejected rows: written in full before the book changes, named once it has changed.

use super::ImportError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Names tried before giving up.
const NAMES: u32 = 1_000;

/// Rejected rows on the disk under a passing name. Dropped without [`Waiting::keep`], they go.
#[derive(Debug)]
pub(super) struct Waiting {
    /// Where the rows are now; none when a file with these very rows stands there already.
    part: Option<PathBuf>,
    folder: PathBuf,
    stem: String,
    held: Option<PathBuf>,
}

/// Writes the rows into the first of these folders that takes them.
///
/// # Errors
/// [`ImportError::Io`] of the last folder when none does.
pub(super) fn write_waiting(
    imported: &Path,
    folders: &[PathBuf],
    csv: &[u8],
) -> Result<Waiting, ImportError> {
    let stem = imported
        .file_stem()
        .map_or("import".into(), |s| s.to_string_lossy().into_owned());
    let nowhere = io::Error::new(io::ErrorKind::NotFound, "no folder to write to");
    let mut failure = (PathBuf::from(&stem), nowhere);
    for folder in folders {
        match waiting_in(folder, &stem, csv) {
            Ok(waiting) => return Ok(waiting),
            Err(error) => failure = (folder.join(format!("{stem}.rejects.csv")), error),
        }
    }
    let (path, source) = failure;
    Err(ImportError::Io {
        path,
        action: "written",
        source,
    })
}

/// The name of a folder's n-th file of rejected rows.
fn numbered(folder: &Path, stem: &str, number: u32) -> PathBuf {
    let more = match number {
        1 => String::new(),
        _ => format!("-{number}"),
    };
    folder.join(format!("{stem}.rejects{more}.csv"))
}

fn waiting_in(folder: &Path, stem: &str, csv: &[u8]) -> io::Result<Waiting> {
    let names = (1..=NAMES).map(|number| numbered(folder, stem, number));
    for path in names.take_while(|path| path.exists()) {
        // The same rows of the same file again: they stand there already.
        if fs::read(&path).is_ok_and(|held| held == csv) {
            return Ok(Waiting {
                part: None,
                folder: folder.to_path_buf(),
                stem: stem.to_string(),
                held: Some(path),
            });
        }
    }
    let part = folder.join(format!("{stem}.rejects.csv.{}.part", std::process::id()));
    // Left by a run that was cut off under the same process number; usually there is none.
    let _ = fs::remove_file(&part);
    let mut file = private(&part)?;
    let waiting = Waiting {
        part: Some(part),
        folder: folder.to_path_buf(),
        stem: stem.to_string(),
        held: None,
    };
    file.write_all(csv)?;
    file.sync_all()?;
    Ok(waiting)
}

/// A new file only its owner can read, whatever the umask says.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

impl Waiting {
    /// Gives the rows their name, never over an existing file. Where no name can be had, they keep
    /// the passing one: they are on the disk either way.
    pub(super) fn keep(mut self) -> PathBuf {
        let Some(part) = self.part.take() else {
            return self.held.take().unwrap_or_default();
        };
        for number in 1..=NAMES {
            let path = numbered(&self.folder, &self.stem, number);
            match fs::hard_link(&part, &path) {
                Ok(()) => {
                    // A second name of the same rows; no harm if it stays.
                    let _ = fs::remove_file(&part);
                    return path;
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // A file system without links: a free name, then a rename.
                Err(_) if !path.exists() && fs::rename(&part, &path).is_ok() => return path,
                Err(_) => {}
            }
        }
        part
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // The import did not take place; nothing tells of a file that could not go.
            let _ = fs::remove_file(part);
        }
    }
}
