//! End-of-life lists of a collector, by product. They come as single files, so each is kept by what
//! it names: a bulletin by its product, a device's milestones by theirs; the number of the notice
//! joins the two whichever comes first. An EoX file knows more than both: against it they fill what
//! is missing and overrule nothing.

use super::{Effect, Planner};
use crate::catalogue::normalise_pid;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::EoxId;
use crate::ingest::profile::{eox, notice};
use crate::ingest::row::{Code, Field, Record, Values};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one product's rows of a file say together.
struct Draft<'a> {
    key: String,
    record: &'a Record,
    dates: EoxRecord,
}

/// Plans all rows of a file.
pub fn plan(planner: &mut Planner<'_>) {
    let drafts = gather(planner);
    let mut shelf = Shelf::of(planner);
    let own: HashSet<String> = drafts.iter().map(|draft| draft.key.clone()).collect();
    for draft in &drafts {
        let mut effect = shelf.fill(planner, draft.record, &draft.key, &draft.dates, true);
        for (key, pid) in shelf.sharing(&draft.dates, &draft.key) {
            let told = match own.contains(&key) {
                true => continue,
                false => EoxRecord {
                    pid,
                    ..draft.dates.clone()
                },
            };
            let joined = shelf.fill(planner, draft.record, &key, &told, true);
            if effect == Effect::Unchanged && joined != Effect::Unchanged {
                effect = Effect::Changed;
            }
        }
        if let Some(shared) = shelf.notice(&draft.dates, &draft.key) {
            let told = EoxRecord {
                pid: draft.dates.pid.clone(),
                ..shared
            };
            let joined = shelf.fill(planner, draft.record, &draft.key, &told, false);
            if effect == Effect::Unchanged {
                effect = joined;
            }
        }
        planner.count(effect);
    }
    let changed = shelf.changed;
    planner.plan.put_eox.extend(changed.into_values());
    if planner.rows.format == notice::BULLETINS.id && !drafts.is_empty() {
        planner.problems.about_file(
            Code::Incomplete,
            "bulletins are kept by the product they name; Hardware_EOL of the same collection \
             joins them to products of other names"
                .to_string(),
        );
    }
}

/// One draft for each product, in the order of the file. Rows of one product that say the same, or
/// something in addition, are one; one that contradicts is refused.
fn gather<'a>(planner: &mut Planner<'a>) -> Vec<Draft<'a>> {
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    planner.data(|planner, record, values, _| {
        let Some(fresh) = of(values, planner) else {
            let reason = "the row names no product id".to_string();
            planner.reject(record, Code::NoKey, reason);
            return;
        };
        let key = normalise_pid(&fresh.pid);
        let Some(first) = places.get(&key).and_then(|at| drafts.get_mut(*at)) else {
            places.insert(key.clone(), drafts.len());
            drafts.push(Draft {
                key,
                record,
                dates: fresh,
            });
            return;
        };
        let (filled, kept) = filled(&first.dates, &fresh, false);
        if kept {
            let reason = format!("{} stands in this file with other dates", fresh.pid);
            planner.reject(record, Code::DupKey, reason);
            return;
        }
        first.dates = filled;
        planner.counts.skipped += 1;
        let place = planner.place(record);
        planner.problems.note(Code::Repeated, "", place, || {
            "the list speaks of a product once for every device; it is kept once".to_string()
        });
    });
    drafts
}

fn of(values: &Values, planner: &Planner<'_>) -> Option<EoxRecord> {
    let text = |field| values.text(field).map(|t| t.to_string());
    Some(EoxRecord {
        id: EoxId(uuid::Uuid::nil()),
        pid: values.text(Field::Pid)?.clone(),
        none_announced: false,
        bulletin: text(Field::Bulletin),
        url: text(Field::BulletinUrl),
        end_of_sale: values.day(Field::EndOfSale),
        last_attach: values.day(Field::LastAttach),
        last_renewal: values.day(Field::LastRenewal),
        ldos: values.day(Field::Ldos),
        successor: None,
        notice: text(Field::EolNotice),
        updated: None,
        synthetic: false,
        batch: Some(planner.batch),
    })
}

/// A record with what another says: gaps are filled; what differs is taken where `overrules`, else
/// kept, which the second answer tells.
fn filled(old: &EoxRecord, fresh: &EoxRecord, overrules: bool) -> (EoxRecord, bool) {
    let mut record = old.clone();
    let mut kept = false;
    fn put<T: Clone + PartialEq>(
        slot: &mut Option<T>,
        new: &Option<T>,
        overrules: bool,
        kept: &mut bool,
    ) {
        match (slot.as_ref(), new) {
            (Some(old), Some(new)) if old != new && !overrules => *kept = true,
            (_, Some(new)) => *slot = Some(new.clone()),
            (_, None) => {}
        }
    }
    let dated = [
        fresh.end_of_sale,
        fresh.last_attach,
        fresh.last_renewal,
        fresh.ldos,
    ];
    if old.none_announced && !overrules {
        return (record, dated.iter().any(Option::is_some));
    }
    let dates = [
        (&mut record.end_of_sale, &fresh.end_of_sale),
        (&mut record.last_attach, &fresh.last_attach),
        (&mut record.last_renewal, &fresh.last_renewal),
        (&mut record.ldos, &fresh.ldos),
    ];
    for (slot, new) in dates {
        put(slot, new, overrules, &mut kept);
    }
    // Number and address say where dates are from; others of them are no contradiction.
    let mut words = false;
    put(&mut record.bulletin, &fresh.bulletin, overrules, &mut words);
    put(&mut record.url, &fresh.url, overrules, &mut words);
    put(&mut record.notice, &fresh.notice, overrules, &mut words);
    if overrules {
        record.none_announced &= dated.iter().all(Option::is_none);
        record.synthetic = false;
    }
    (record, kept)
}

/// The records of the book as they stand while the file is planned.
struct Shelf {
    records: HashMap<String, EoxRecord>,
    by_notice: HashMap<String, Vec<String>>,
    changed: BTreeMap<String, EoxRecord>,
}

impl Shelf {
    fn of(planner: &Planner<'_>) -> Shelf {
        let mut shelf = Shelf {
            records: HashMap::new(),
            by_notice: HashMap::new(),
            changed: BTreeMap::new(),
        };
        for record in &planner.book.eox {
            shelf.put(normalise_pid(&record.pid), record.clone());
        }
        shelf
    }

    fn put(&mut self, key: String, record: EoxRecord) {
        if let Some(notice) = &record.notice {
            let keys = self.by_notice.entry(notice.clone()).or_default();
            if !keys.contains(&key) {
                keys.push(key.clone());
            }
        }
        self.records.insert(key, record);
    }

    /// Other products under the same notice: their keys and names.
    fn sharing(&self, of: &EoxRecord, own: &str) -> Vec<(String, std::sync::Arc<str>)> {
        let keys = of.notice.as_ref().and_then(|n| self.by_notice.get(n));
        keys.into_iter()
            .flatten()
            .filter(|key| *key != own)
            .filter_map(|key| Some((key.clone(), self.records.get(key)?.pid.clone())))
            .collect()
    }

    /// What the book knows of the same notice from another product, the bulletin's first.
    fn notice(&self, of: &EoxRecord, own: &str) -> Option<EoxRecord> {
        let others = self.sharing(of, own);
        let records = others.iter().filter_map(|(key, _)| self.records.get(key));
        records
            .min_by_key(|record| (record.bulletin.is_none(), record.pid.clone()))
            .cloned()
    }

    /// Fills the record of a product; `own` where the file names that product itself.
    fn fill(
        &mut self,
        planner: &mut Planner<'_>,
        row: &Record,
        key: &str,
        fresh: &EoxRecord,
        own: bool,
    ) -> Effect {
        let Some(old) = self.records.get(key).cloned() else {
            let id = EoxId(planner.ids.next());
            let batch = Some(planner.batch);
            let record = EoxRecord {
                id,
                batch,
                ..fresh.clone()
            };
            self.keep(key, record);
            return Effect::New;
        };
        let overrules = own && overrules(planner, &old);
        let (mut record, kept) = filled(&old, fresh, overrules);
        if kept && own {
            let place = planner.place(row);
            planner.problems.note(Code::Kept, "eol", place, || {
                format!(
                    "{} has other dates from a file that knows more; those were kept",
                    old.pid
                )
            });
        }
        if record == old {
            return Effect::Unchanged;
        }
        if overrules {
            record.batch = Some(planner.batch);
        }
        self.keep(key, record);
        Effect::Changed
    }

    fn keep(&mut self, key: &str, record: EoxRecord) {
        self.changed.insert(key.to_string(), record.clone());
        self.put(key.to_string(), record);
    }
}

/// True where this file may correct the record: never one of an EoX file, and milestones of devices
/// never a bulletin's.
fn overrules(planner: &Planner<'_>, old: &EoxRecord) -> bool {
    let batch = old.batch.and_then(|batch| planner.book.batches.get(batch));
    let from = batch.map(|batch| batch.format.as_str());
    match from {
        Some(eox::ID) => false,
        Some(from) if from == notice::BULLETINS.id => planner.rows.format == notice::BULLETINS.id,
        _ => true,
    }
}
