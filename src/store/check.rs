//! Is the book sound? Pages, indexes, references, and the chain of the history; and a hint when
//! the file lies where another program may copy it half-written.

use super::Store;
use super::chain::{Hashed, hash_change, hash_operation};
use super::error::StoreError;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Faults named in a report; more only repeat the first.
const FAULTS_NAMED: i64 = 20;

/// What a check of the book found. Empty lists are good news.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Faults of pages, indexes and cells.
    pub integrity: Vec<String>,
    /// Rows that name rows the book does not have.
    pub references: Vec<String>,
    /// Places where the history was edited after it was written. Operations cut off at its end
    /// leave no trace in the file; only an earlier backup can show them.
    pub history: Vec<String>,
    /// Operations in the history.
    pub operations: u64,
}

impl CheckReport {
    /// True when nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.integrity.is_empty() && self.references.is_empty() && self.history.is_empty()
    }
}

impl Store {
    /// The fast check for the start: pages only.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first fault.
    pub fn quick_check(&self) -> Result<(), StoreError> {
        let found: String = self
            .conn
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        match found.as_str() {
            "ok" => Ok(()),
            fault => Err(StoreError::Damaged(fault.to_owned())),
        }
    }

    /// The whole check: pages, indexes, references, history. Damage is reported, not returned as
    /// an error.
    ///
    /// # Errors
    /// Only what keeps the check itself from running, such as [`StoreError::Busy`].
    pub fn check(&self) -> Result<CheckReport, StoreError> {
        let mut report = CheckReport::default();
        let tx = self.conn.unchecked_transaction()?;
        listed(integrity(&tx), &mut report.integrity)?;
        listed(references(&tx), &mut report.references)?;
        match history(&tx, &mut report.operations) {
            Ok(faults) => report.history = faults,
            Err(error) => listed(Err(error), &mut report.history)?,
        }
        Ok(report)
    }
}

/// Damage met while checking is a finding.
fn listed(
    found: Result<Vec<String>, StoreError>,
    list: &mut Vec<String>,
) -> Result<(), StoreError> {
    match found {
        Ok(faults) => list.extend(faults),
        Err(StoreError::Damaged(fault)) => list.push(fault),
        Err(StoreError::Sql(error)) => list.push(error.to_string()),
        Err(error) => return Err(error),
    }
    Ok(())
}

fn integrity(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare("PRAGMA integrity_check(20)")?;
    let found: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|line| line != "ok").collect())
}

/// Rows that name rows the book does not have.
pub(super) fn references(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare(
        "SELECT \"table\" AS child, rowid AS place, parent FROM pragma_foreign_key_check LIMIT ?1",
    )?;
    let mut rows = statement.query([FAULTS_NAMED])?;
    let mut faults = Vec::new();
    while let Some(row) = rows.next()? {
        faults.push(format!(
            "{} row {} names a {} the book does not have",
            row.get::<_, String>("child")?,
            row.get::<_, Option<i64>>("place")?.unwrap_or_default(),
            row.get::<_, String>("parent")?,
        ));
    }
    Ok(faults)
}

/// Walks the chain from the first operation and recomputes every hash.
fn history(conn: &Connection, operations: &mut u64) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let mut previous: Vec<u8> = Vec::new();
    let mut expected = 1_i64;
    let mut statement = conn.prepare(
        "SELECT seq, id, at, today, actor, device, label, kind, reverts, rows, undo_next,
                redo_next, hash
         FROM operation ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *operations += 1;
        let seq: i64 = row.get("seq")?;
        if seq != expected {
            faults.push(format!("changes {expected} to {} are missing", seq - 1));
        }
        expected = seq + 1;
        let id: Vec<u8> = row.get("id")?;
        let text = |column: &str| row.get::<_, String>(column);
        let hash = hash_operation(
            &previous,
            &Hashed {
                seq,
                id: &id,
                at: &text("at")?,
                today: &text("today")?,
                actor: &text("actor")?,
                device: &text("device")?,
                label: &text("label")?,
                kind: &text("kind")?,
                reverts: row.get("reverts")?,
                rows: u64::try_from(row.get::<_, i64>("rows")?).unwrap_or(0),
                undo_next: row.get("undo_next")?,
                redo_next: row.get("redo_next")?,
            },
            &changes_hash(conn, seq)?,
        );
        let kept: Vec<u8> = row.get("hash")?;
        if hash != kept && faults.len() < FAULTS_NAMED as usize {
            faults.push(format!("change {seq} is not what was written"));
        }
        previous = kept;
    }
    let beyond: i64 = conn.query_row(
        "SELECT count(*) FROM change WHERE op NOT IN (SELECT seq FROM operation)",
        [],
        |row| row.get(0),
    )?;
    if beyond > 0 {
        faults.push(format!("{beyond} rows of the history belong to no change"));
    }
    Ok(faults)
}

fn changes_hash(conn: &Connection, seq: i64) -> Result<Vec<u8>, StoreError> {
    let mut hash = Sha256::new();
    let mut statement = conn.prepare_cached(
        "SELECT tbl, act, first, last, before FROM change WHERE op = ?1 ORDER BY i",
    )?;
    let mut rows = statement.query([seq])?;
    while let Some(row) = rows.next()? {
        let (table, act): (String, String) = (row.get("tbl")?, row.get("act")?);
        let before: Option<String> = row.get("before")?;
        hash_change(
            &mut hash,
            &table,
            &act,
            row.get("first")?,
            row.get("last")?,
            before.as_deref(),
        );
    }
    Ok(hash.finalize().to_vec())
}

/// A service that copies files of a folder behind the user's back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncFolder {
    /// Microsoft OneDrive.
    OneDrive,
    /// Dropbox.
    Dropbox,
    /// Apple iCloud Drive.
    ICloud,
    /// Google Drive.
    GoogleDrive,
}

impl SyncFolder {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            SyncFolder::OneDrive => "OneDrive",
            SyncFolder::Dropbox => "Dropbox",
            SyncFolder::ICloud => "iCloud Drive",
            SyncFolder::GoogleDrive => "Google Drive",
        }
    }
}

/// The synced folder a path lies in, judged by the names of the folders above it. A book there may
/// be copied between its file and its log and come back unusable.
pub fn synced_folder(path: &Path) -> Option<SyncFolder> {
    path.parent()?.components().find_map(|part| {
        let name = part.as_os_str().to_str()?.to_lowercase();
        let is = |base: &str| {
            name == base
                || name
                    .strip_prefix(base)
                    .is_some_and(|rest| rest.starts_with([' ', '-', '(']))
        };
        if is("onedrive") {
            Some(SyncFolder::OneDrive)
        } else if is("dropbox") {
            Some(SyncFolder::Dropbox)
        } else if name == "com~apple~clouddocs" || is("icloud drive") || is("iclouddrive") {
            Some(SyncFolder::ICloud)
        } else if is("google drive") || is("googledrive") {
            Some(SyncFolder::GoogleDrive)
        } else {
            None
        }
    })
}
