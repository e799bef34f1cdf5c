//! A book that an import makes because there was none. Where nothing comes into it, it goes again: an
//! empty book would say that there is nothing to renew.

use crate::store::Store;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The book that will be made, and the folders that will be made for it.
pub struct Made {
    book: PathBuf,
    /// The innermost first.
    folders: Vec<PathBuf>,
}

impl Made {
    /// Before it is made; none where a book is there.
    pub fn before(book: &Path) -> Option<Made> {
        if book.exists() {
            return None;
        }
        let above = book.ancestors().skip(1);
        let missing = above.take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
        Some(Made {
            book: book.to_path_buf(),
            folders: missing.map(Path::to_path_buf).collect(),
        })
    }

    /// Takes it away with what SQLite keeps beside it, and its folders as far as nothing else is in them.
    /// Where another program has it open it stays: that one may be filling it.
    pub fn take_away(self) -> io::Result<()> {
        let Some(alone) = Store::alone(&self.book) else {
            return Ok(());
        };
        // some systems take no file away that is open
        let hold = cfg!(unix).then_some(alone);
        for beside in ["-wal", "-shm", ""] {
            let mut name = self.book.clone().into_os_string();
            name.push(beside);
            match fs::remove_file(name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        drop(hold);
        for folder in self.folders {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }
}
