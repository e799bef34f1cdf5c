//! The book on disk: the only user of SQLite, one door for every change.
//!
//! [`Store::apply`] takes a command into one transaction: it checks that what the command saw is
//! still so, writes the rows, keeps what they held before, appends one operation to the history
//! and says which rows now stand how. Undo, redo and restoring one change are operations like any
//! other. Nothing here decides about money, rules or screens, and nothing here asks a clock.

mod apply;
mod backup;
mod cells;
mod chain;
mod change;
mod check;
mod columns;
mod earlier;
mod edit;
mod error;
mod first;
mod form;
mod history;
mod line;
mod lines_packed;
mod load;
mod migrate;
mod moved;
mod names;
mod open;
mod rewind;
mod rivals;
mod rows;
mod table;

pub use apply::ImportWriter;
pub use backup::{Kept, thin};
pub use check::{CheckReport, SyncFolder, synced_folder};
pub use error::StoreError;
pub use history::Restored;
pub use migrate::{APPLICATION_ID, CURRENT as SCHEMA_VERSION};
pub use open::OpenMode;

use crate::domain::baseline::BaselineRow;
use crate::domain::batch::Batch;
use crate::domain::command::{Command, ImportPlan, Operation, Stamp};
use crate::domain::ids::{BaselineId, BatchId, LineId, QuoteId};
use crate::domain::line::Line;
use crate::domain::moved::{Imports, Span};
use crate::domain::quote::QuoteVersion;
use crate::domain::rival::Rivals;
use crate::domain::snapshot::{Patch, Snapshot};
use change::Kind;
use chrono::NaiveDate;
use edit::{Edit, Entry, Head};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use table::{Entity, Single};

/// An open book.
pub struct Store {
    conn: Connection,
    path: PathBuf,
    mode: OpenMode,
    device: String,
    patches: bool,
    /// The last operation the caller has been told of, by snapshot or patch.
    seen: Cell<i64>,
}

/// What a change did.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Number of the operation.
    pub seq: i64,
    /// Its label; for an undo or redo, the label of what was taken or brought back.
    pub label: String,
    /// The rows as they now stand, of this operation and of any other window's operations since
    /// the last snapshot or patch.
    pub patch: Patch,
    /// The quote that was made, if one was.
    pub quote: Option<QuoteId>,
    /// The import, if it was one.
    pub batch: Option<BatchId>,
}

/// When it is asked whether rows name others that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum References {
    /// By SQLite, as each is written.
    RowByRow,
    /// By whoever writes, before the change counts.
    InTheEnd,
}

/// What a command made that its caller wants to name.
#[derive(Default)]
pub(crate) struct Made {
    quote: Option<QuoteId>,
    batch: Option<BatchId>,
}

impl Store {
    /// Opens a book. An older schema is backed up beside the book and upgraded; a newer one, and
    /// any file that is not a book, is refused without being touched.
    ///
    /// # Errors
    /// [`StoreError::NoBook`], [`StoreError::NotSqlite`], [`StoreError::Foreign`],
    /// [`StoreError::Newer`], [`StoreError::Older`] (read-only), [`StoreError::OldSqlite`], and
    /// what the file system or SQLite report.
    pub fn open(path: &Path, mode: &OpenMode) -> Result<Store, StoreError> {
        let conn = open::open(path, *mode)?;
        let seen = Cell::new(Head::read(&conn, None)?.seq);
        Ok(Store {
            conn,
            path: path.to_path_buf(),
            mode: *mode,
            device: "local".to_owned(),
            patches: true,
            seen,
        })
    }

    /// Version of the SQLite in this program, e.g. `3.51.3`.
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }

    /// Names the device in the history from now on; `local` until then.
    #[must_use]
    pub fn on_device(mut self, device: &str) -> Store {
        device.clone_into(&mut self.device);
        self
    }

    /// For callers that keep no snapshot (a command that imports and ends): changes come back
    /// with an empty patch, which saves reading a large book anew.
    #[must_use]
    pub fn without_patches(mut self) -> Store {
        self.patches = false;
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True where a book, or some other file, is at a path. What a first import has only begun is none:
    /// nothing is in it, and nobody would miss it.
    pub fn is_there(path: &Path) -> bool {
        open::is_there(path)
    }

    /// A hold on a book that nothing ever came into and nobody else has open, for as long as it is kept;
    /// none otherwise.
    pub fn alone(path: &Path) -> Option<impl Sized + use<>> {
        open::alone(path)
    }

    /// Number of the newest operation, also of other windows.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn op_seq(&self) -> Result<i64, StoreError> {
        Ok(Head::read(&self.conn, None)?.seq)
    }

    /// The whole book as values, of one moment.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names table and column of a cell that holds no value of its kind.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let tx = self.conn.unchecked_transaction()?;
        let snapshot = load::snapshot_of_file(&tx, &self.path)?;
        self.seen.set(snapshot.op_seq);
        drop(tx);
        // every page was read once and is not asked for again
        self.conn.execute_batch("PRAGMA shrink_memory")?;
        Ok(snapshot)
    }

    /// True when reading the whole book takes longer than a person cares to wait.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn is_large(&self) -> Result<bool, StoreError> {
        first::is_large(&self.conn)
    }

    /// The first renewals to end from a day on, of those not closed, with what their rows are
    /// computed from: something to look at while the whole is still being read. Lines of other
    /// renewals are not in it, so it must never be worked with.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn first_to_end(&self, from: NaiveDate) -> Result<Snapshot, StoreError> {
        let tx = self.conn.unchecked_transaction()?;
        first::to_end(&tx, from)
    }

    /// The book's settings and rule packs and nothing else: by which rules it is worked with can
    /// be known long before a large book is read.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn rules(&self) -> Result<Snapshot, StoreError> {
        load::rules(&self.conn)
    }

    /// The standing imports of files with that hash.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn imports_of(&self, sha256: &str) -> Result<Vec<Batch>, StoreError> {
        table::read_where(&self.conn, "sha256 = ?1", &sha256)
    }

    /// What other windows changed since the last snapshot or patch; `None` when nothing did.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn refresh(&self) -> Result<Option<Patch>, StoreError> {
        let tx = self.conn.unchecked_transaction()?;
        let patch = load::patch_since(&tx, self.seen.get())?;
        if let Some(patch) = &patch {
            self.seen.set(patch.op_seq);
        }
        Ok(patch)
    }

    /// Applies a command in one transaction. When this returns, the change is on the disk; when it
    /// fails, the book is as it was.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else was faster, [`StoreError::StalePlan`] and
    /// [`StoreError::Totals`] for imports, [`StoreError::Missing`], [`StoreError::Refused`],
    /// [`StoreError::Full`], [`StoreError::Busy`].
    pub fn apply(
        &mut self,
        command: &Command,
        label: &str,
        stamp: &Stamp,
    ) -> Result<Applied, StoreError> {
        let device = self.device.clone();
        self.write(|tx| {
            let mut edit = Edit::begin(tx)?;
            let made = apply::apply(&mut edit, command, stamp)?;
            let (undo_next, redo_next) = match command.is_automatic() {
                true => (edit.head.undo_next, edit.head.redo_next),
                false => (Some(edit.seq), None),
            };
            let entry = Entry {
                kind: Kind::Edit,
                label,
                device: &device,
                reverts: None,
                undo_next,
                redo_next,
            };
            let seq = edit.finish(&entry, stamp)?;
            Ok((seq, label.to_owned(), made))
        })
    }

    /// Writes an import in one transaction whose lines come one by one: `work` hands them to the
    /// writer and returns the plan that belongs to them, or nothing when the book is to stay as it
    /// is. When this returns, the import is on the disk; when it fails, nothing of it is.
    ///
    /// # Errors
    /// Those of `work`, and as [`Store::apply`].
    pub fn import<E: From<StoreError>>(
        &mut self,
        label: &str,
        stamp: &Stamp,
        work: impl FnOnce(&mut ImportWriter<'_, '_>) -> Result<Option<ImportPlan>, E>,
    ) -> Result<Option<Applied>, E> {
        let device = self.device.clone();
        let book = self.path.clone();
        // A book without lines has next to nothing but what the import writes.
        let first = table::last_place(&self.conn, &Line::TABLE)? == 0;
        let references = match first {
            true => References::InTheEnd,
            false => References::RowByRow,
        };
        self.write_if(references, |tx| {
            let mut edit = Edit::begin(tx)?;
            let mut writer = ImportWriter::of(&mut edit, &book, first)?;
            let Some(plan) = work(&mut writer)? else {
                return Ok(None);
            };
            let made = writer.finish(&plan)?;
            let entry = Entry {
                kind: Kind::Edit,
                label,
                device: &device,
                reverts: None,
                undo_next: Some(edit.seq),
                redo_next: None,
            };
            let seq = edit.finish(&entry, stamp)?;
            if first {
                apply::check_others(tx)?;
            }
            Ok(Some((seq, label.to_owned(), made)))
        })
    }

    /// Takes the newest standing change back, whichever window made it.
    ///
    /// # Errors
    /// [`StoreError::NothingToUndo`], and as [`Store::apply`].
    pub fn undo(&mut self, stamp: &Stamp) -> Result<Applied, StoreError> {
        let device = self.device.clone();
        self.write(|tx| history::undo(tx, &device, stamp))
    }

    /// Brings back what was undone last, unless an edit came after.
    ///
    /// # Errors
    /// [`StoreError::NothingToRedo`], and as [`Store::apply`].
    pub fn redo(&mut self, stamp: &Stamp) -> Result<Applied, StoreError> {
        let device = self.device.clone();
        self.write(|tx| history::redo(tx, &device, stamp))
    }

    /// Takes one older change back, leaving alone the rows edited since; they are listed.
    ///
    /// # Errors
    /// [`StoreError::CannotRestore`], and as [`Store::apply`].
    pub fn revert(&mut self, seq: i64, stamp: &Stamp) -> Result<(Applied, Restored), StoreError> {
        let device = self.device.clone();
        let mut restored = Restored::default();
        let applied = self.write(|tx| {
            let (done, list) = history::revert(tx, seq, &device, stamp)?;
            restored = list;
            Ok(done)
        })?;
        Ok((applied, restored))
    }

    /// The newest operations, newest first.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn history(&self, limit: usize) -> Result<Vec<Operation>, StoreError> {
        history::list(&self.conn, limit)
    }

    /// The versions of a quote that were kept, oldest first: scenarios by their names, and the quote
    /// each time it went out.
    ///
    /// # Errors
    /// What SQLite reports, and a kept version that cannot be read.
    pub fn quote_versions(&self, quote: QuoteId) -> Result<Vec<QuoteVersion>, StoreError> {
        apply::versions(&self.conn, quote)
    }

    /// The cells of a line's file that no column holds, as they were imported.
    ///
    /// # Errors
    /// What SQLite reports.
    pub fn cells_of(&self, line: LineId) -> Result<Option<String>, StoreError> {
        load::cells_of(&self.conn, line)
    }

    /// What a row of the assessment held before, with the number of the operation that replaced
    /// it, newest first.
    ///
    /// # Errors
    /// What SQLite reports, and damage of the history.
    pub fn earlier_baseline(&self, id: BaselineId) -> Result<Vec<(i64, BaselineRow)>, StoreError> {
        earlier::earlier(&self.conn, &id.cell())
    }

    /// What the imports of a span did to lines: each line before and after, newest import first.
    /// Imports that were taken back are left out.
    ///
    /// # Errors
    /// What SQLite reports, and damage of the history.
    pub fn imports(&self, span: Span) -> Result<Imports, StoreError> {
        let tx = self.conn.unchecked_transaction()?;
        moved::imports(&tx, span)
    }

    /// Where people and imports wrote side by side: quote lines and the lines they renew, typed
    /// rows of the assessment and the sheets that came after. Changes that were taken back are left
    /// out.
    ///
    /// # Errors
    /// What SQLite reports, and damage of the history.
    pub fn rivals(&self) -> Result<Rivals, StoreError> {
        let tx = self.conn.unchecked_transaction()?;
        rivals::rivals(&tx)
    }

    fn write(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<(i64, String, Made), StoreError>,
    ) -> Result<Applied, StoreError> {
        self.write_if(References::RowByRow, |tx| work(tx).map(Some))?
            .ok_or_else(|| StoreError::Refused("there was nothing to write".into()))
    }

    /// Writes what `work` does, unless it says that there was nothing to do.
    fn write_if<E: From<StoreError>>(
        &mut self,
        references: References,
        work: impl FnOnce(&Transaction<'_>) -> Result<Option<(i64, String, Made)>, E>,
    ) -> Result<Option<Applied>, E> {
        if self.mode == OpenMode::ReadOnly {
            return Err(StoreError::ReadOnly.into());
        }
        let seen = self.seen.get();
        // Said anew for each change, so that none is written unchecked because another one was.
        self.conn
            .set_db_config(
                DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
                references == References::RowByRow,
            )
            .map_err(StoreError::from)?;
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let Some((seq, label, made)) = work(&tx)? else {
            return Ok(None);
        };
        let patch = match self.patches {
            true => load::patch_since(&tx, seen)?.unwrap_or_default(),
            false => Patch {
                op_seq: seq,
                ..Patch::default()
            },
        };
        tx.commit().map_err(StoreError::from)?;
        self.seen.set(patch.op_seq);
        Ok(Some(Applied {
            seq,
            label,
            patch,
            quote: made.quote,
            batch: made.batch,
        }))
    }
}
