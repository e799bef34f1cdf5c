//! End-of-life records by product: the newest file wins, with its date shown where it is used.

use super::identity::{Met, RowKeys};
use super::{Effect, NewRow, Planner, PutNew, RowStream, held};
use crate::catalogue::normalise_pid;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::EoxId;
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, Values};
use std::collections::HashMap;
use std::sync::Arc;

/// Fields in which two records of one product may differ.
const SAID: [Field; 9] = [
    Field::NoneAnnounced,
    Field::Bulletin,
    Field::BulletinUrl,
    Field::EndOfSale,
    Field::LastAttach,
    Field::LastRenewal,
    Field::Ldos,
    Field::Successor,
    Field::Updated,
];

/// Plans all records of a file, each as it comes.
///
/// # Errors
/// Those of the stream and of `put`.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let book = planner.book;
    let known: HashMap<String, &EoxRecord> = book
        .eox
        .iter()
        .map(|record| (normalise_pid(&record.pid), record))
        .collect();
    let mut met = RowKeys::default();
    planner.data(stream, |planner, record, values, _| {
        let Some(pid) = values.text(Field::Pid) else {
            planner.reject(
                record,
                Code::NoKey,
                "the record names no product id".to_string(),
            );
            return Ok(());
        };
        let key = normalise_pid(pid);
        match met.meet_by(&[key.as_bytes()], values, &SAID) {
            Met::First => planner.hold(held::MET),
            Met::Again => {
                planner.counts.skipped += 1;
                return Ok(());
            }
            Met::Against => {
                let reason = format!("{pid} stands in this file with other dates");
                planner.reject(record, Code::DupKey, reason);
                return Ok(());
            }
        }
        let fresh = of(values, pid.clone(), planner);
        let old = known.get(&key);
        let effect = match old {
            Some(old) if same(old, &fresh) && is_own(planner, old) => Effect::Unchanged,
            Some(_) => Effect::Changed,
            None => Effect::New,
        };
        planner.count(effect);
        if effect == Effect::Unchanged {
            return Ok(());
        }
        let (id, notice) = match old {
            Some(old) => (old.id, old.notice.clone()),
            None => (EoxId(planner.ids.next()), None),
        };
        let row = EoxRecord {
            id,
            notice,
            ..fresh
        };
        planner.hand(NewRow::Eox(row), put)
    })
}

fn of(values: &Values, pid: Arc<str>, planner: &Planner<'_>) -> EoxRecord {
    let text = |field| values.text(field).map(|t| t.to_string());
    EoxRecord {
        id: EoxId(uuid::Uuid::nil()),
        pid,
        none_announced: values.has(Field::NoneAnnounced),
        bulletin: text(Field::Bulletin),
        url: text(Field::BulletinUrl),
        end_of_sale: values.day(Field::EndOfSale),
        last_attach: values.day(Field::LastAttach),
        last_renewal: values.day(Field::LastRenewal),
        ldos: values.day(Field::Ldos),
        successor: text(Field::Successor),
        notice: None,
        updated: values.day(Field::Updated),
        synthetic: false,
        batch: Some(planner.batch),
    }
}

/// True for a record that a file of this kind brought; a collector's list that says the same may be
/// corrected by the next one, this file's word not.
fn is_own(planner: &Planner<'_>, old: &EoxRecord) -> bool {
    let batch = old.batch.and_then(|batch| planner.book.batches.get(batch));
    batch.is_none_or(|batch| batch.format == planner.rows.format)
}

fn same(a: &EoxRecord, b: &EoxRecord) -> bool {
    let plain = |record: &EoxRecord| EoxRecord {
        id: EoxId(uuid::Uuid::nil()),
        batch: None,
        notice: None,
        pid: normalise_pid(&record.pid).into(),
        ..record.clone()
    };
    plain(a) == plain(b)
}
