//! Backups: made while the book is open, proven before they count, thinned by age; and going
//! back to one. Where they are kept and when they are made is the caller's decision.

use super::Store;
use super::error::StoreError;
use super::open::{OpenMode, log_of, make_folder, owner_only, private};
use chrono::{Datelike, NaiveDate};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Daily backups kept.
const DAILY: usize = 7;
/// Weekly backups kept.
const WEEKLY: usize = 8;
/// How long a restore waits for windows that are closing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Pages copied before other work gets a turn.
const PAGES_A_STEP: i32 = 2_000;

impl Store {
    /// Writes a backup of the open book: to a temporary file, checked, flushed, then renamed, so
    /// that the name never holds half of one.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Full`], [`StoreError::Damaged`] when the copy does not
    /// pass its check (the book itself is damaged then).
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        back_up(&self.conn, to)
    }

    /// Puts a backup in the place of a book. The backup is checked first, copied beside the book,
    /// and takes its name in one step; the replaced book is kept aside and its path returned.
    /// No window may have the book open.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] and the refusals of [`Store::open`] for the backup,
    /// [`StoreError::Busy`] when a window has the book open, [`StoreError::Io`].
    pub fn restore(from: &Path, to: &Path) -> Result<Option<PathBuf>, StoreError> {
        let source = Store::open_unchanged(from)?;
        prove(&source)?;
        make_folder_of(to)?;
        let copy = beside(to, "restoring");
        discard(&copy);
        copy_to(&source, &copy)?;
        let aside = set_aside(to)?;
        fs::rename(&copy, to).map_err(StoreError::io("put the backup in place of", to))?;
        flush_folder(to)?;
        Store::open(to, &OpenMode::ReadWrite)?;
        Ok(aside)
    }

    /// A backup opened to be copied: identified like any book, but neither upgraded nor changed.
    fn open_unchanged(path: &Path) -> Result<Connection, StoreError> {
        super::open::identify_book(path)?;
        let conn = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        Ok(conn)
    }
}

/// A backup of an open book under a name.
pub(super) fn back_up(conn: &Connection, to: &Path) -> Result<(), StoreError> {
    make_folder_of(to)?;
    let copy = beside(to, "part");
    discard(&copy);
    let done = copy_to(conn, &copy)
        .and_then(|()| fs::rename(&copy, to).map_err(StoreError::io("write", to)));
    if done.is_err() {
        discard(&copy);
    }
    done?;
    flush_folder(to)
}

/// Makes the folder a file goes to where it is missing, for its owner only.
fn make_folder_of(file: &Path) -> Result<(), StoreError> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.exists() => {
            make_folder(folder).map_err(StoreError::io("create", folder))
        }
        _ => Ok(()),
    }
}

/// Copies a book to a new file, proves the copy and flushes it.
fn copy_to(conn: &Connection, copy: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    let file = options.open(copy).map_err(StoreError::io("create", copy))?;
    owner_only(&file).map_err(StoreError::io("protect", copy))?;
    let mut target = Connection::open_with_flags(
        copy,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    {
        let backup = Backup::new(conn, &mut target)?;
        loop {
            match backup.step(PAGES_A_STEP)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(StoreError::Busy),
            }
        }
    }
    // A backup is one file: no log beside it that could be left behind when it is copied.
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    prove(&target)?;
    target.close().map_err(|(_, error)| error)?;
    File::open(copy)
        .and_then(|file| file.sync_all())
        .map_err(StoreError::io("flush", copy))
}

/// Fails unless every page and index of the file is sound.
fn prove(conn: &Connection) -> Result<(), StoreError> {
    let found: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        fault => Err(StoreError::Damaged(fault.to_owned())),
    }
}

/// Gives the replaced book another name, unless a window has it open.
fn set_aside(book: &Path) -> Result<Option<PathBuf>, StoreError> {
    if !book.exists() {
        return Ok(None);
    }
    fold_log_in(book)?;
    let aside = (1..)
        .map(|n| beside(book, &format!("replaced-{n}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| beside(book, "replaced"));
    fs::rename(book, &aside).map_err(StoreError::io("set aside", book))?;
    for (tail, log) in [("-wal", log_of(book)), ("-shm", tail(book, "-shm"))] {
        if log.exists() {
            let kept = self::tail(&aside, tail);
            fs::rename(&log, &kept).map_err(StoreError::io("set aside", &log))?;
        }
    }
    Ok(Some(aside))
}

/// Moves the write-ahead log into the file, alone with it. A damaged file keeps its log.
fn fold_log_in(book: &Path) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(conn) = Connection::open_with_flags(book, flags) else {
        return Ok(());
    };
    let alone = conn
        .busy_timeout(PATIENCE)
        .and_then(|()| conn.pragma_update(None, "locking_mode", "EXCLUSIVE"))
        .and_then(|()| conn.execute_batch("BEGIN EXCLUSIVE; COMMIT;"));
    match alone.map_err(StoreError::from) {
        Err(StoreError::Busy) => Err(StoreError::Busy),
        _ => Ok(()),
    }
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    self::tail(path, &format!(".{tail}"))
}

fn tail(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

fn discard(path: &Path) {
    for leftover in [path.to_path_buf(), tail(path, "-journal"), log_of(path)] {
        // Nothing to discard is the usual case; a file that cannot go makes `create_new` fail.
        let _ = fs::remove_file(leftover);
    }
}

/// Makes a rename in a folder last through a power cut.
fn flush_folder(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(StoreError::io("flush", folder))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// A backup that exists, by the day it was made and its order within the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// The day it was made.
    pub day: NaiveDate,
    /// Its place within the day; later ones are larger.
    pub order: u64,
    /// The file.
    pub path: PathBuf,
}

/// The backups that may go: all but the newest of each of the last 7 days that have one and the
/// newest of each of the last 8 ISO weeks that have one.
pub fn thin(backups: &[Kept]) -> Vec<Kept> {
    let mut newest_first: Vec<&Kept> = backups.iter().collect();
    newest_first.sort_by(|a, b| b.cmp(a));
    let (mut days, mut weeks) = (BTreeSet::new(), BTreeSet::new());
    let mut gone = Vec::new();
    for backup in newest_first {
        let week = (backup.day.iso_week().year(), backup.day.iso_week().week());
        let first_of_day = days.len() < DAILY && days.insert(backup.day);
        let first_of_week = weeks.len() < WEEKLY && weeks.insert(week);
        if !first_of_day && !first_of_week {
            gone.push(backup.clone());
        }
    }
    gone
}
