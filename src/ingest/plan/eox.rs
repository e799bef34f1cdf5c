//! End-of-life records by product: the newest file wins, with its date shown where it is used.

use super::{Effect, Planner};
use crate::catalogue::normalise_pid;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::EoxId;
use crate::ingest::row::{Code, Field, Values};
use std::collections::HashMap;
use std::sync::Arc;

/// Plans all records of a file.
pub fn plan(planner: &mut Planner<'_>) {
    let mut known: HashMap<String, EoxRecord> = planner
        .book
        .eox
        .iter()
        .map(|record| (normalise_pid(&record.pid), record.clone()))
        .collect();
    let mut seen: HashMap<String, EoxRecord> = HashMap::new();
    planner.data(|planner, record, values, _| {
        let Some(pid) = values.text(Field::Pid) else {
            planner.reject(
                record,
                Code::NoKey,
                "the record names no product id".to_string(),
            );
            return;
        };
        let key = normalise_pid(pid);
        let fresh = of(values, pid.clone(), planner);
        if let Some(first) = seen.get(&key) {
            match same(first, &fresh) {
                true => planner.counts.skipped += 1,
                false => {
                    let reason = format!("{pid} stands in this file with other dates");
                    planner.reject(record, Code::DupKey, reason);
                }
            }
            return;
        }
        seen.insert(key.clone(), fresh.clone());
        let effect = match known.get(&key) {
            Some(old) if same(old, &fresh) && is_own(planner, old) => Effect::Unchanged,
            Some(_) => Effect::Changed,
            None => Effect::New,
        };
        planner.count(effect);
        if effect != Effect::Unchanged {
            let (id, notice) = match known.get(&key) {
                Some(old) => (old.id, old.notice.clone()),
                None => (EoxId(planner.ids.next()), None),
            };
            let row = EoxRecord {
                id,
                notice,
                ..fresh
            };
            known.insert(key, row.clone());
            planner.plan.put_eox.push(row);
        }
    });
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
