//! An import written: planned against the book as it stands, backed up, applied in one transaction,
//! with its rejected rows on the disk before that.

use super::reader::Tell;
use super::rejects::{self, Waiting};
use super::{ImportError, ImportOptions, Imported, Importer, Progress, file_name};
use crate::book::conflicts::{Conflict, conflicts};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::ingest::memory::Memory;
use crate::ingest::outline::Outline;
use crate::ingest::{IngestError, Map, NewRow, Planned, PutNew, ReadOptions};
use crate::store::{Applied, ImportWriter, Store, StoreError};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// An import whose rows are known how to be had.
pub(super) struct Job<'a> {
    pub path: &'a Path,
    pub options: &'a ImportOptions,
    pub read: &'a ReadOptions,
    pub with: &'a Importer<'a>,
    pub cancel: &'a AtomicBool,
}

impl Job<'_> {
    /// Plans it with `plan`, which hands new rows on as they come, and writes all of it as one step.
    pub fn done(
        &self,
        store: &mut Store,
        tell: &mut Tell<'_>,
        plan: impl FnOnce(
            Snapshot,
            &mut Tell<'_>,
            &mut PutNew<'_, ImportError>,
        ) -> Result<(Snapshot, Planned), ImportError>,
    ) -> Result<Imported, ImportError> {
        let snapshot = store.snapshot()?;
        if self.options.dry_run {
            let (_, planned) = plan(snapshot, tell, &mut |_| Ok(()))?;
            return Ok(Imported::of(planned.report));
        }
        let label = format!("import {}", file_name(self.path));
        let stamp = self.with.clock.stamp(self.with.actor);
        let mut done = None;
        let mut rejects = None;
        let mut speaks = None;
        let applied = store.import(&label, &stamp, |writer| {
            let book = writer.book().to_path_buf();
            let mut put = |row| write(writer, row).map_err(ImportError::from);
            let (after, planned) = plan(snapshot, tell, &mut put)?;
            if self.cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            let imported = done.insert(Imported::of(planned.report));
            rejects = rejects_of(self.path, &book, imported, self.with);
            let mut plan = planned.plan;
            if plan.batch.is_none() {
                return Ok(None);
            }
            tell(Some(Progress::Saving));
            let backup =
                crate::runtime::backup::next_name(self.with.paths, &book, self.with.clock.now())
                    .map_err(ImportError::io(&book, "backed up"))?;
            imported.backup = writer.back_up_what_stood(&backup)?.then_some(backup);
            // New rows speak against nothing that anybody wrote.
            let says = !plan.put_lines.is_empty() || !plan.put_baseline.is_empty();
            speaks = says.then_some(after);
            if self.options.keep {
                let outline = &imported.report.outline;
                let kept = to_keep(self.path, self.read, outline);
                plan.put_settings.extend(kept);
            }
            Ok(Some(plan))
        })?;
        let nothing = || IngestError::BrokenStream("nothing was planned".into());
        let mut done = done.ok_or_else(nothing)?;
        if let (Some(applied), Some(book)) = (&applied, speaks) {
            done.conflicts = opened(store, applied, book, self.with.rules);
        }
        done.applied = applied;
        done.rejects_file = rejects.map(Waiting::keep);
        Ok(done)
    }
}

/// How many conflicts an import opened. It is written by then: what cannot be read of the history
/// is told where somebody looks at it.
fn opened(store: &Store, applied: &Applied, mut book: Snapshot, rules: &Rules) -> usize {
    if book.quotes.is_empty() && book.baseline.is_empty() {
        return 0;
    }
    let Ok(rivals) = store.rivals() else {
        return 0;
    };
    let found = match &applied.patch.full {
        Some(full) => conflicts(&rivals, full, rules),
        // A caller without patches keeps no book either.
        None if applied.patch.rows.is_empty() => match store.snapshot() {
            Ok(book) => conflicts(&rivals, &book, rules),
            Err(_) => return 0,
        },
        None => {
            book.apply(applied.patch.clone());
            conflicts(&rivals, &book, rules)
        }
    };
    let own = |conflict: &&Conflict| conflict.file.seq == applied.seq;
    found.iter().filter(own).count()
}

/// Puts the rejected rows on the disk, or says in `done` why that cannot be.
fn rejects_of(
    path: &Path,
    book: &Path,
    done: &mut Imported,
    with: &Importer<'_>,
) -> Option<Waiting> {
    let csv = done.report.rejects_csv()?;
    let folder_of = |file: &Path| file.parent().map(Path::to_path_buf).unwrap_or_default();
    let folders = [folder_of(path), folder_of(book), with.paths.data.clone()];
    rejects::write_waiting(path, &folders, &csv)
        .map_err(|error| done.rejects_lost = Some(error.to_string()))
        .ok()
}

/// The setting that keeps the answers an import was read with, if there were any to keep.
fn to_keep(path: &Path, read: &ReadOptions, outline: &Outline) -> Option<(String, String)> {
    let recalled = outline.recalled.as_ref().filter(|own| own.applied);
    let base = recalled.map_or_else(Map::default, |own| own.map.clone());
    let map = Map {
        format: read.format.clone().or(read.map.format.clone()),
        // true of this one file only
        accept_loss: false,
        contract: None,
        estimate: None,
        ..read.map.clone().over(base)
    };
    if map == Map::default() {
        return None;
    }
    let file = file_name(path);
    let layout = outline.layout()?;
    Memory { layout, map, file }.setting()
}

fn write(writer: &mut ImportWriter<'_, '_>, row: NewRow) -> Result<(), StoreError> {
    match row {
        NewRow::Batch(batch) => writer.batch(&batch),
        NewRow::Account(account) => writer.account(&account),
        NewRow::Site(site) => writer.site(&site),
        NewRow::Contract(contract) => writer.contract(&contract),
        NewRow::Line(line, cells) => writer.line(&line, cells),
        NewRow::Renewal(renewal) => writer.renewal(&renewal),
        NewRow::Adoption(state) => writer.adoption(&state),
        NewRow::Eox(record) => writer.eox(&record),
    }
}
