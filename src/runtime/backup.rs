//! Names of backups: one folder beside the book, day and time in the name.

use super::paths::Paths;
use chrono::{DateTime, Utc};
use std::io;
use std::path::{Path, PathBuf};

/// A free name for a backup of a book; makes the folder.
pub fn next_name(paths: &Paths, book: &Path, now: DateTime<Utc>) -> io::Result<PathBuf> {
    let folder = paths.backups_of(book);
    private_folder(&folder)?;
    let stem = book
        .file_stem()
        .map_or("book".into(), |s| s.to_string_lossy().into_owned());
    let at = now.format("%Y-%m-%dT%H%M%SZ");
    let mut number = 1;
    loop {
        let more = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = folder.join(format!("{stem}-{at}{more}.renewdesk"));
        if !path.exists() {
            return Ok(path);
        }
        number += 1;
    }
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
