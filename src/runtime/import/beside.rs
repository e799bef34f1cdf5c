//! Planning beside writing: rows are compared with the book on a thread of their own while the
//! caller, who holds the database, writes those that are new.

use super::reader::{Arriving, LOOK, Tell};
use super::{ImportError, Importer};
use crate::domain::snapshot::Snapshot;
use crate::ingest::{self, Against, BatchMeta, IngestError, NewRow, Planned, PutNew, Rows};
use crate::runtime::ids::ClockIds;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;

/// Rows handed over at once.
const BATCH: usize = 256;

/// Plans the rows of a file and hands new ones to `put` on the thread of the caller.
///
/// # Errors
/// Those of the plan, of the rows and of `put`, whichever comes first.
pub(super) fn planned(
    head: Rows,
    rows: &mut Arriving<'_>,
    snapshot: &Snapshot,
    with: &Importer<'_>,
    meta: &BatchMeta,
    tell: &mut Tell<'_>,
    put: &mut PutNew<'_, ImportError>,
) -> Result<Planned, ImportError> {
    let (catalogue, rules, today) = (with.catalogue, with.rules, with.clock.today());
    thread::scope(|scope| {
        let (to, from) = sync_channel(8);
        let (give, room) = channel();
        let planner = scope.spawn(|| {
            let against = Against {
                book: snapshot,
                catalogue,
                rules,
                ids: &mut ClockIds,
                meta,
                today,
            };
            plan(head, rows, against, (to, room))
        });
        let written = loop {
            match from.recv_timeout(LOOK) {
                Ok(batch) => {
                    let mut batch: Vec<NewRow> = batch;
                    if let Err(error) = batch.drain(..).try_for_each(&mut *put) {
                        break Err(error);
                    }
                    // One that has ended needs no room.
                    let _ = give.send(batch);
                    tell(None);
                }
                Err(RecvTimeoutError::Timeout) => tell(None),
                Err(RecvTimeoutError::Disconnected) => break Ok(()),
            }
        };
        // A planner that nobody listens to any more ends by itself.
        drop(from);
        let planned = planner.join().unwrap_or_else(|_| Err(unheard().into()));
        written?;
        planned
    })
}

fn plan(
    head: Rows,
    rows: &mut Arriving<'_>,
    against: Against<'_>,
    (to, room): (SyncSender<Vec<NewRow>>, Receiver<Vec<NewRow>>),
) -> Result<Planned, ImportError> {
    let mut batch = Vec::with_capacity(BATCH);
    let planned = ingest::plan_stream(head, rows, against, &mut |row| {
        batch.push(row);
        if batch.len() < BATCH {
            return Ok(());
        }
        let empty = room.try_recv();
        let empty = empty.unwrap_or_else(|_| Vec::with_capacity(BATCH));
        let full = std::mem::replace(&mut batch, empty);
        to.send(full).map_err(|_| ImportError::from(unheard()))
    })?;
    to.send(batch).map_err(|_| unheard())?;
    Ok(planned)
}

fn unheard() -> IngestError {
    IngestError::BrokenStream("the import ended".into())
}
