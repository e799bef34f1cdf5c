//! Which line of the book a row speaks of. Never by SKU, level, date or price: those change when a
//! contract is renewed, and must read as one changed line. Dates only tell the parts of a split
//! apart.

use crate::domain::ids::ContractId;
use crate::domain::line::{Line, LineKind};
use crate::domain::snapshot::{IdHasher, Snapshot};
use crate::ingest::row::{Field, Value, Values};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// Lines of the book by their keys; values are places in `book.lines`.
pub struct LineIndex<'a> {
    lines: &'a [Line],
    by_serial: HashMap<&'a str, Vec<u32>>,
    by_instance: HashMap<&'a str, Vec<u32>>,
    by_contract: HashMap<ContractId, Vec<u32>>,
}

impl<'a> LineIndex<'a> {
    /// Indexes the book.
    pub fn of(book: &'a Snapshot) -> LineIndex<'a> {
        let lines = book.lines.as_slice();
        let mut index = LineIndex {
            lines,
            by_serial: HashMap::with_capacity(lines.len()),
            by_instance: HashMap::with_capacity(lines.len()),
            by_contract: HashMap::new(),
        };
        for (at, line) in lines.iter().enumerate() {
            let at = at as u32;
            if let Some(serial) = &line.serial {
                index.by_serial.entry(serial).or_default().push(at);
            }
            if let Some(instance) = &line.instance {
                index.by_instance.entry(instance).or_default().push(at);
            }
            if let (Some(contract), None, None) = (line.contract, &line.serial, &line.instance) {
                index.by_contract.entry(contract).or_default().push(at);
            }
        }
        index
    }

    /// True for a book without lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line at that place.
    pub fn line(&self, at: u32) -> Option<&'a Line> {
        self.lines.get(at as usize)
    }

    /// The lines a row could speak of: those of the first key of §4.1 under which the book has
    /// any. `contract` is the one the row names, if the book has it.
    pub fn candidates(&self, values: &Values, contract: Option<ContractId>) -> Vec<u32> {
        let key = Key::of(values);
        let same_serial = self.pick(&self.by_serial, key.serial, |line| {
            key.instance.is_some() && line.instance.as_deref() == key.instance
        });
        if !same_serial.is_empty() {
            return same_serial;
        }
        let same_box = self.pick(&self.by_serial, key.serial, |line| {
            (key.instance.is_none() || line.instance.is_none())
                && (key.pid.is_none() || line.pid.is_none() || line.pid.as_deref() == key.pid)
                && (contract.is_none()
                    || line.contract.is_none()
                    || line.contract == contract
                    || key.pid.is_some())
        });
        if !same_box.is_empty() {
            return same_box;
        }
        let same_instance = self.pick(&self.by_instance, key.instance, |line| {
            let one_serial = key.serial.is_none() || line.serial.is_none();
            one_serial
                && (contract.is_none()
                    || line.contract.is_none()
                    || line.contract == contract
                    || line.kind == LineKind::Subscription)
        });
        if !same_instance.is_empty() || key.serial.is_some() || key.instance.is_some() {
            return same_instance;
        }
        let own = contract.and_then(|contract| self.by_contract.get(&contract));
        own.into_iter()
            .flatten()
            .copied()
            .filter(|at| {
                self.line(*at)
                    .is_some_and(|line| line.pid.as_deref() == key.pid)
            })
            .collect()
    }

    fn pick(
        &self,
        index: &HashMap<&str, Vec<u32>>,
        key: Option<&str>,
        fits: impl Fn(&Line) -> bool,
    ) -> Vec<u32> {
        key.and_then(|key| index.get(key))
            .into_iter()
            .flatten()
            .copied()
            .filter(|at| self.line(*at).is_some_and(&fits))
            .collect()
    }
}

struct Key<'v> {
    serial: Option<&'v str>,
    instance: Option<&'v str>,
    pid: Option<&'v str>,
}

impl<'v> Key<'v> {
    fn of(values: &'v Values) -> Key<'v> {
        let text = |field| values.text(field).map(|t| &**t);
        Key {
            serial: text(Field::Serial),
            instance: text(Field::Instance),
            pid: text(Field::Pid),
        }
    }
}

/// The identity of a row within its file, with the date that tells parts of a split apart. Two
/// rows with the same key are the same row or contradict each other.
///
/// A key is the hash of its texts, since a large file has a million of them. It is 128 bits wide:
/// that two of a million different keys were the same has odds of one in 10^26.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKey(u64, u64);

impl std::hash::Hash for RowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // One half places it in a map as well as both.
        state.write(&self.0.to_ne_bytes());
    }
}

/// Rows of a file met so far, each with the hash of its values.
pub type RowKeys = HashMap<RowKey, u64, BuildHasherDefault<IdHasher>>;

impl RowKey {
    /// The key of a row.
    pub fn of(values: &Values) -> RowKey {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            salt.hash(&mut hasher);
            hash_key(values, &mut hasher);
            hasher.finish()
        };
        RowKey(half(1), half(2))
    }
}

fn hash_key(values: &Values, hasher: &mut DefaultHasher) {
    let own: &[Field] = match (values.has(Field::Serial), values.has(Field::Instance)) {
        (false, false) => &[
            Field::QuoteNumber,
            Field::ContractNumber,
            Field::SubscriptionId,
            Field::ReferenceInstance,
            Field::ReferenceSerial,
            Field::ReferenceSubscription,
            Field::Pid,
            Field::SiteName,
        ],
        (true, false) => &[Field::Serial, Field::Pid],
        (_, true) => &[Field::Serial, Field::Instance],
    };
    own.len().hash(hasher);
    for field in own {
        values.text(*field).map(|text| &**text).hash(hasher);
    }
    values
        .day(Field::StartDate)
        .or_else(|| values.day(Field::EndDate))
        .hash(hasher);
}

/// The hash of all values of a row: whether a row with the same key says the same.
pub fn hash_values(values: &Values) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (field, value) in values.iter() {
        (*field as u8).hash(&mut hasher);
        match value {
            Value::Text(text) => text.hash(&mut hasher),
            Value::Day(day) => day.hash(&mut hasher),
            Value::Number(number) => number.hash(&mut hasher),
        }
    }
    hasher.finish()
}
