//! The file of rejected rows.

use super::ImportError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Names tried before giving up.
const NAMES: u32 = 1_000;

/// Writes the rows beside the imported file, else into the current folder; a taken name gets a
/// number unless it holds these very rows, no file is ever replaced.
pub fn write_beside(imported: &Path, csv: &[u8]) -> Result<PathBuf, ImportError> {
    let stem = imported
        .file_stem()
        .map_or("import".into(), |s| s.to_string_lossy().into_owned());
    let beside = imported.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut failure = None;
    for folder in [beside, PathBuf::new()] {
        match write_numbered(&folder, &stem, csv) {
            Ok(path) => return Ok(path),
            Err(error) => failure = Some((folder.join(&stem), error)),
        }
    }
    let (path, source) = failure.unwrap_or_else(|| {
        let nowhere = io::Error::new(io::ErrorKind::NotFound, "no folder to write to");
        (PathBuf::from(&stem), nowhere)
    });
    Err(ImportError::Io {
        path,
        action: "written",
        source,
    })
}

fn write_numbered(folder: &Path, stem: &str, csv: &[u8]) -> io::Result<PathBuf> {
    for number in 1..=NAMES {
        let more = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = folder.join(format!("{stem}.rejects{more}.csv"));
        let opened = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path);
        match opened {
            Ok(mut file) => {
                file.write_all(csv)?;
                file.sync_all()?;
                return Ok(path);
            }
            // The same rows of the same file again: they stand there already.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if std::fs::read(&path).is_ok_and(|held| held == csv) {
                    return Ok(path);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "too many files of rejected rows",
    ))
}
