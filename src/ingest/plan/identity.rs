//! Which line of the book a row speaks of. Never by SKU, level, date or price: those change when a
//! contract is renewed, and must read as one changed line. Dates only tell the parts of a split
//! apart.

use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::{Line, LineKind};
use crate::domain::lines::Lines;
use crate::domain::snapshot::{IdHasher, Snapshot};
use crate::ingest::row::{Field, Value, Values};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Lines of the book by their keys. A key is the hash of its text, sorted: a book of a million lines
/// takes a few bytes for each, and the text is compared when a line is looked at.
pub struct LineIndex<'a> {
    lines: &'a Lines,
    by_serial: Keys,
    by_instance: Keys,
    by_contract: HashMap<ContractId, Vec<LineId>>,
}

/// Hashes of texts with the lines that have them.
#[derive(Default)]
struct Keys(Vec<(u32, LineId)>);

impl Keys {
    fn add(&mut self, text: Option<&str>, line: LineId) {
        self.0.extend(text.map(|text| (hash_text(text), line)));
    }

    /// Lines that may have the text, in the order of their numbers.
    fn of(&self, text: &str) -> impl Iterator<Item = LineId> {
        let hash = hash_text(text);
        let from = self.0.partition_point(|(known, _)| *known < hash);
        let rest = self.0.get(from..).unwrap_or_default().iter();
        rest.take_while(move |(known, _)| *known == hash)
            .map(|(_, line)| *line)
    }
}

fn hash_text(text: &str) -> u32 {
    let mut hasher = IdHasher::default();
    hasher.write(text.as_bytes());
    (hasher.finish() >> 32) as u32
}

impl<'a> LineIndex<'a> {
    /// Indexes the book.
    pub fn of(book: &'a Snapshot) -> LineIndex<'a> {
        let mut index = LineIndex {
            lines: &book.lines,
            by_serial: Keys::default(),
            by_instance: Keys::default(),
            by_contract: HashMap::new(),
        };
        for line in &book.lines {
            index.by_serial.add(line.serial.as_deref(), line.id);
            index.by_instance.add(line.instance.as_deref(), line.id);
            if let (Some(contract), None, None) = (line.contract, &line.serial, &line.instance) {
                index.by_contract.entry(contract).or_default().push(line.id);
            }
        }
        index.by_serial.0.sort_unstable();
        index.by_instance.0.sort_unstable();
        index
    }

    /// True for a book without lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// A line of the book.
    pub fn line(&self, id: LineId) -> Option<Line> {
        self.lines.get(id)
    }

    /// The lines a row could speak of: those of the first key of §4.1 under which the book has
    /// any. `contract` is the one the row names, if the book has it.
    pub fn candidates(&self, values: &Values, contract: Option<ContractId>) -> Vec<LineId> {
        let key = Key::of(values);
        let serial = |line: &Line| line.serial.clone();
        let instance = |line: &Line| line.instance.clone();
        let same_serial = self.pick(&self.by_serial, key.serial, serial, |line| {
            key.instance.is_some() && line.instance.as_deref() == key.instance
        });
        if !same_serial.is_empty() {
            return same_serial;
        }
        let same_box = self.pick(&self.by_serial, key.serial, serial, |line| {
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
        let same_instance = self.pick(&self.by_instance, key.instance, instance, |line| {
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
            .filter(|id| {
                self.line(*id)
                    .is_some_and(|line| line.pid.as_deref() == key.pid)
            })
            .collect()
    }

    fn pick(
        &self,
        keys: &Keys,
        key: Option<&str>,
        text: impl Fn(&Line) -> Option<Arc<str>>,
        fits: impl Fn(&Line) -> bool,
    ) -> Vec<LineId> {
        let Some(key) = key else { return Vec::new() };
        let lines = keys.of(key).filter_map(|id| self.line(id));
        lines
            .filter(|line| text(line).as_deref() == Some(key) && fits(line))
            .map(|line| line.id)
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
