//! A file with tables of several kinds: each kind is read by a process of its own and planned over
//! the ones before, and all of it is written as one step.

use super::beside::planned;
use super::reader::{Reader, Tell};
use super::{ImportError, Importer};
use crate::domain::snapshot::Snapshot;
use crate::ingest::several::{HandedOn, Part, Several};
use crate::ingest::{IngestError, Planned, Problem, PutNew, ReadOptions};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// What was told of a file with several kinds of tables before any of them was read.
pub(super) struct Announced {
    pub parts: Vec<Part>,
    pub sha256: String,
    /// Remarks about the file as a whole.
    pub problems: Vec<Problem>,
}

/// Plans the parts of a file in their order; new rows go to `put` as they come. The book comes back
/// with all of them in it.
///
/// # Errors
/// Those of reading, planning and `put`.
pub(super) fn plan_all(
    path: &Path,
    read: &ReadOptions,
    announced: Announced,
    book: Snapshot,
    with: &Importer<'_>,
    (tell, cancel): (&mut Tell<'_>, &AtomicBool),
    put: &mut PutNew<'_, ImportError>,
) -> Result<(Snapshot, Planned), ImportError> {
    let (mut all, meta) = (Several::of(book), super::meta_of(with));
    let last = announced.parts.len().saturating_sub(1);
    for (at, part) in announced.parts.into_iter().enumerate() {
        let options = ReadOptions {
            part: Some(part.format.clone()),
            several: false,
            ..read.clone()
        };
        let reader = Reader::of_file(path, options)?;
        let mut progress = |step| tell(Some(step));
        let (new, planned) = reader.with_rows(&mut progress, cancel, |head, rows, tell| {
            if head.sha256 != announced.sha256 {
                return Err(changed().into());
            }
            // What later parts may speak of is held for them; of the last part nothing is.
            let mut new = HandedOn::default();
            let mut planned =
                planned(
                    head,
                    rows,
                    all.book(),
                    with,
                    &meta,
                    tell,
                    &mut |row| match new.take(row, at < last) {
                        Some(now) => put(now),
                        None => Ok(()),
                    },
                )?;
            new.settle(&mut planned.plan);
            Ok((new, planned))
        })?;
        let named = all.add(part, new, planned);
        if at < last {
            named.into_iter().try_for_each(&mut *put)?;
        }
    }
    all.finish(announced.problems)
        .ok_or_else(|| IngestError::BrokenStream("nothing was planned".into()).into())
}

fn changed() -> IngestError {
    IngestError::BrokenStream("the file was changed while it was read".into())
}
