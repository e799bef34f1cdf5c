//! End-of-life lists of a collector, by product. They come as single files, so each is kept by what
//! it names: a bulletin by its product, a device's milestones by theirs; the number of the notice
//! joins the two whichever comes first. An EoX file knows more than both: against it they fill what
//! is missing and overrule nothing.

use super::{Effect, Planner, RowStream, held};
use crate::catalogue::normalise_pid;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::EoxId;
use crate::ingest::error::IngestError;
use crate::ingest::profile::{eox, notice};
use crate::ingest::row::{Code, Field, Outcome, Record, Values};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What one product's rows of a file say together.
struct Draft {
    key: String,
    /// Where the first of them stands.
    place: Record,
    dates: EoxRecord,
}

/// A row without what it says.
fn place_of(record: &Record) -> Record {
    Record {
        table: record.table,
        row: record.row,
        outcome: Outcome::Skipped(Code::NotALine),
        cells: String::new(),
    }
}

/// Plans all rows of a file: first what each says of its own product, then what the notices they
/// name give to other products.
///
/// # Errors
/// Those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    let drafts = gather(planner, stream)?;
    let mut shelf = Shelf::of(planner);
    let effects: Vec<Effect> = drafts
        .iter()
        .map(|draft| shelf.fill(planner, draft))
        .collect();
    let own: HashSet<&str> = drafts.iter().map(|draft| &*draft.key).collect();
    let notices: BTreeSet<String> = drafts
        .iter()
        .filter_map(|draft| shelf.records.get(&draft.key)?.notice.clone())
        .collect();
    let mut joined: HashSet<&String> = notices
        .iter()
        .filter(|notice| shelf.join(planner, notice, &own))
        .collect();
    for (draft, effect) in drafts.iter().zip(effects) {
        let record = shelf.records.get(&draft.key);
        let notice = record.and_then(|record| record.notice.as_ref());
        let gave = notice.is_some_and(|notice| joined.remove(notice));
        planner.count(match effect {
            Effect::Unchanged if gave => Effect::Changed,
            effect => effect,
        });
    }
    let Shelf {
        changed,
        mut records,
        ..
    } = shelf;
    let changed = changed.iter().filter_map(|key| records.remove(key));
    planner.plan.put_eox.extend(changed);
    if planner.rows.format == notice::BULLETINS.id && !drafts.is_empty() {
        planner.problems.about_file(
            Code::Incomplete,
            "bulletins are kept by the product they name; Hardware_EOL of the same collection \
             joins them to products of other names"
                .to_string(),
        );
    }
    Ok(())
}

/// One draft for each product, in the order of the file. Rows of one product that say the same, or
/// something in addition, are one; one that contradicts is refused.
fn gather<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<Vec<Draft>, E> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    planner.data(stream, |planner, record, values, _| {
        let Some(fresh) = of(values, planner) else {
            let reason = "the row names no product id".to_string();
            planner.reject(record, Code::NoKey, reason);
            return Ok(());
        };
        let key = normalise_pid(&fresh.pid);
        let Some(first) = places.get(&key).and_then(|at| drafts.get_mut(*at)) else {
            places.insert(key.clone(), drafts.len());
            planner.hold(held::NOTICE);
            drafts.push(Draft {
                key,
                place: place_of(record),
                dates: fresh,
            });
            return Ok(());
        };
        let (filled, kept) = filled(&first.dates, &fresh, false);
        if kept {
            let reason = format!("{} stands in this file with other dates", fresh.pid);
            planner.reject(record, Code::DupKey, reason);
            return Ok(());
        }
        first.dates = filled;
        planner.counts.skipped += 1;
        let place = planner.place(record);
        planner.problems.note(Code::Repeated, "", place, || {
            "the list speaks of a product once for every device; it is kept once".to_string()
        });
        Ok(())
    })?;
    Ok(drafts)
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
    by_notice: HashMap<String, BTreeSet<String>>,
    /// Of which products they are not as in the book.
    changed: BTreeSet<String>,
}

impl Shelf {
    fn of(planner: &Planner<'_>) -> Shelf {
        let mut shelf = Shelf {
            records: HashMap::new(),
            by_notice: HashMap::new(),
            changed: BTreeSet::new(),
        };
        for record in &planner.book.eox {
            shelf.put(normalise_pid(&record.pid), record.clone());
        }
        shelf
    }

    fn put(&mut self, key: String, record: EoxRecord) {
        if let Some(notice) = &record.notice {
            let keys = self.by_notice.entry(notice.clone()).or_default();
            keys.insert(key.clone());
        }
        self.records.insert(key, record);
    }

    /// Products that stand under a notice now, in the order of their names.
    fn under(&self, notice: &str) -> Vec<(String, EoxRecord)> {
        let keys = self.by_notice.get(notice).into_iter().flatten();
        keys.filter_map(|key| Some((key.clone(), self.records.get(key)?.clone())))
            .filter(|(_, record)| record.notice.as_deref() == Some(notice))
            .collect()
    }

    /// What a file says of a product it names; the effect is what differs from the book.
    fn fill(&mut self, planner: &mut Planner<'_>, draft: &Draft) -> Effect {
        let Some(old) = self.records.get(&draft.key).cloned() else {
            let id = EoxId(planner.ids.next());
            let record = EoxRecord {
                id,
                ..draft.dates.clone()
            };
            self.keep(&draft.key, record);
            return Effect::New;
        };
        let overrules = overrules(planner, &old);
        let (mut record, kept) = filled(&old, &draft.dates, overrules);
        if kept {
            let place = planner.place(&draft.place);
            planner.problems.note(Code::Kept, "eol", place, || {
                format!(
                    "{} has other dates from a file that knows more; those were kept",
                    old.pid
                )
            });
        }
        // The first word of a kind of file makes the record its own, also where it says the same.
        if overrules && (record != old || from(planner, &old) != Some(&planner.rows.format)) {
            record.batch = Some(planner.batch);
        }
        if record == old {
            return Effect::Unchanged;
        }
        self.keep(&draft.key, record);
        Effect::Changed
    }

    /// Gives the dates of a notice's bulletins to the other products under it: they correct
    /// milestones, and fill what an EoX file lacks. True when that changed any.
    fn join(&mut self, planner: &Planner<'_>, notice: &str, own: &HashSet<&str>) -> bool {
        let bulletins = planner.rows.format == notice::BULLETINS.id;
        let is_bulletin = |record: &EoxRecord| from(planner, record) == Some(notice::BULLETINS.id);
        // The file's own bulletins have the say; one of an older file may be what they correct.
        let (givers, takers): (Vec<_>, Vec<_>) = self
            .under(notice)
            .into_iter()
            .partition(|(key, record)| is_bulletin(record) && (!bulletins || own.contains(&**key)));
        let mut givers = givers.into_iter().map(|(_, record)| record);
        let Some(first) = givers.next() else {
            return false;
        };
        let said = givers.fold(first, |said, next| filled(&said, &next, false).0);
        let mut changed = false;
        for (key, old) in takers {
            let known = from(planner, &old) == Some(eox::ID);
            let (mut record, _) = filled(&old, &said, !known);
            if record != old {
                if !known {
                    record.batch = said.batch;
                }
                self.keep(&key, record);
                changed = true;
            }
        }
        changed
    }

    fn keep(&mut self, key: &str, record: EoxRecord) {
        self.changed.insert(key.to_string());
        self.put(key.to_string(), record);
    }
}

/// True where this file may correct the record: never one of an EoX file, and milestones of devices
/// never a bulletin's.
fn overrules(planner: &Planner<'_>, old: &EoxRecord) -> bool {
    match from(planner, old) {
        Some(eox::ID) => false,
        Some(from) if from == notice::BULLETINS.id => planner.rows.format == notice::BULLETINS.id,
        _ => true,
    }
}

/// The format of the file a record is from.
fn from<'a>(planner: &'a Planner<'_>, record: &EoxRecord) -> Option<&'a str> {
    if record.batch == Some(planner.batch) {
        return Some(&planner.rows.format);
    }
    let batch = planner.book.batches.get(record.batch?)?;
    Some(&batch.format)
}
