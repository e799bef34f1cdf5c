//! What can go wrong with a book, as a sentence for the person at the desk and a next step.

use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// A refusal or failure of the store. `Display` is the sentence, [`StoreError::hint`] the next
/// step. Whatever the error, the book holds either all of a change or none of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No file there.
    #[error("there is no book at {}", .0.display())]
    NoBook(PathBuf),
    /// A file that SQLite did not write.
    #[error("{} is not a renewdesk book: it is not an SQLite file", .0.display())]
    NotSqlite(PathBuf),
    /// Somebody else's SQLite file.
    #[error("{} is an SQLite file of another program (application id {found:#010x}, a book has {known:#010x})", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its application id.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Written by a newer renewdesk.
    #[error("{} has schema version {found}, this program knows up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// Written by an older renewdesk and opened read-only, so it cannot be upgraded.
    #[error("{} has schema version {found} and must be upgraded to {known} before it can be read", path.display())]
    Older {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The version needed.
        known: u32,
    },
    /// The SQLite in this build is too old to be trusted with a book.
    #[error("SQLite {found} is too old, {needed} or newer is required")]
    OldSqlite {
        /// Version of the library.
        found: String,
        /// The least version.
        needed: &'static str,
    },
    /// The file system said no.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb: `create`, `back up to`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Somebody else changed the same fields after this edit was begun.
    #[error("{what}: {group} was changed meanwhile. Yours: {yours}. In the book: {theirs}")]
    Conflict {
        /// The row, in words.
        what: String,
        /// The fields that are edited together: stage, owner, next step, outlook, quote.
        group: &'static str,
        /// The value this edit wanted to write.
        yours: String,
        /// The value the book holds.
        theirs: String,
    },
    /// The row an edit names is not in the book.
    #[error("the book has no {what} {id}")]
    Missing {
        /// Kind of row.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// An import was planned against an older state of the book.
    #[error(
        "the import was planned when the book stood at change {planned}; it now stands at {now}"
    )]
    StalePlan {
        /// `op_seq` of the plan.
        planned: i64,
        /// `op_seq` of the book.
        now: i64,
    },
    /// What was written does not add up to what the plan says.
    #[error("control totals differ, nothing was imported. Planned: {planned}. Written: {written}")]
    Totals {
        /// Totals of the plan.
        planned: String,
        /// Totals read back from the book.
        written: String,
    },
    /// There is nothing left to undo.
    #[error("nothing to undo")]
    NothingToUndo,
    /// There is nothing to redo, or an edit came after the undo.
    #[error("nothing to redo")]
    NothingToRedo,
    /// A change that cannot be restored.
    #[error("change {seq} cannot be restored: {reason}")]
    CannotRestore {
        /// Its number.
        seq: i64,
        /// Why.
        reason: String,
    },
    /// The change does not fit the book.
    #[error("{0}")]
    Refused(String),
    /// The book was opened to be read only.
    #[error("the book is open read-only")]
    ReadOnly,
    /// The disk, or what this program may write on it, is full.
    #[error("the disk is full: the change was not saved, the book is as it was before")]
    Full,
    /// The disk did not do what it was asked to: a failing device, a quota, a missing right.
    #[error(
        "the disk did not do its work ({0}): nothing was changed, the book is as it was before"
    )]
    Disk(String),
    /// Another window holds the book.
    #[error("another window is writing to the book and did not finish in time")]
    Busy,
    /// The file is damaged, or holds what this program would never write.
    #[error("the book is damaged: {0}")]
    Damaged(String),
    /// Anything else SQLite reports.
    #[error("the book could not be read or written: {0}")]
    Sql(rusqlite::Error),
}

impl StoreError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::NoBook(_) => {
                "fill one with `renewdesk import FILE` (or `renewdesk init` for an empty one), or name another with --book"
            }
            StoreError::NotSqlite(_) | StoreError::Foreign { .. } => {
                "name the right file with --book FILE; this one was not touched"
            }
            StoreError::Newer { .. } => {
                "open it with the newer renewdesk; the file was not touched"
            }
            StoreError::Older { .. } => "open it once with write access; it is backed up first",
            StoreError::OldSqlite { .. } => "build renewdesk with its bundled SQLite",
            StoreError::Io { .. } => "check the path, its permissions and the free space",
            StoreError::Conflict { .. } => "look at the value in the book, then decide again",
            StoreError::Missing { .. } => "it may have been undone in another window; reload",
            StoreError::StalePlan { .. } => "import the file again; it is planned afresh",
            StoreError::Totals { .. } => "report this with the file; the book is unchanged",
            StoreError::NothingToUndo | StoreError::NothingToRedo => "`history` lists the changes",
            StoreError::CannotRestore { .. } => "`history` lists the changes",
            StoreError::Refused(_) => "correct the value and try again",
            StoreError::ReadOnly => "open the book with write access to change it",
            StoreError::Full => "free some space, then do it again",
            StoreError::Disk(_) => {
                "check that the disk has space and the folder can be written, then do it again"
            }
            StoreError::Busy => "wait for the other window, then do it again",
            StoreError::Damaged(_) => {
                "run `renewdesk doctor`, then `renewdesk restore` with a backup"
            }
            StoreError::Sql(_) => "run `renewdesk doctor`",
        }
    }

    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| StoreError::Io {
            action,
            path,
            source,
        }
    }

    pub(super) fn missing(what: &'static str, id: impl ToString) -> Self {
        StoreError::Missing {
            what,
            id: id.to_string(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            return StoreError::Sql(error);
        };
        match code {
            ErrorCode::DiskFull => StoreError::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StoreError::Damaged(error.to_string())
            }
            ErrorCode::ConstraintViolation => StoreError::Refused(format!(
                "the change does not fit the book ({error}): a row it names is missing or a \
                 value stands in it already"
            )),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => {
                StoreError::Disk(error.to_string())
            }
            _ => StoreError::Sql(error),
        }
    }
}
