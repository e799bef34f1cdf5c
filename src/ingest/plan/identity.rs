//! Which line of the book a row speaks of. Never by SKU, level, date or price: those change when a
//! contract is renewed, and must read as one changed line. Dates only tell the parts of a split
//! apart.

use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::{Line, LineKind};
use crate::domain::lines::Lines;
use crate::domain::snapshot::{IdHasher, Snapshot};
use crate::ingest::keyed::Point;
use crate::ingest::row::{Field, Value, Values};
use chrono::Datelike;
use rust_decimal::Decimal;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
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
/// A key is two hashes of its texts, since a large file has a million of them. Their points are
/// drawn anew for each file, so that the odds hold whatever stands in it: two keys of up to 140
/// bytes that differ meet at one point in 10^17 and at both in 10^34, and of a million rows any two
/// in 10^22.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKey(u64, u64);

impl std::hash::Hash for RowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // One half places it in a map as well as both.
        state.write_u64(self.0);
    }
}

/// Keys of texts, drawn anew for each file.
#[derive(Default)]
pub struct Hashed(Point, Point);

impl Hashed {
    /// The key of some texts in their order.
    pub fn of(&self, texts: &[&[u8]]) -> RowKey {
        let (mut first, mut second) = (self.0.begin(), self.1.begin());
        for text in texts {
            first.text(0, text);
            second.text(0, text);
        }
        RowKey(first.value(), second.value())
    }
}

/// A set of keys.
pub type KeySet = HashSet<RowKey, BuildHasherDefault<IdHasher>>;

/// How a row stands to those of its file before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// None has its key.
    First,
    /// One says the same.
    Again,
    /// One has the same key and says something else.
    Against,
}

/// Rows of a file met so far: their keys, each with the hash of its values.
#[derive(Default)]
pub struct RowKeys {
    points: (Point, Point, Point),
    rows: HashMap<RowKey, u64, BuildHasherDefault<IdHasher>>,
}

impl RowKeys {
    /// Notes a row.
    pub fn meet(&mut self, values: &Values) -> Met {
        let said = self.said(values.iter());
        self.met(self.key(values), said)
    }

    /// Notes a row whose kind has another key.
    pub fn meet_as(&mut self, key: &[&[u8]], values: &Values) -> Met {
        let said = self.said(values.iter());
        self.met(self.key_of(key), said)
    }

    /// Notes a row with another key, of which only these fields can speak against another.
    pub fn meet_by(&mut self, key: &[&[u8]], values: &Values, fields: &[Field]) -> Met {
        let own = values.iter().filter(|(field, _)| fields.contains(field));
        let mut own: Vec<(&Field, &Value)> = own.collect();
        own.sort_by_key(|(field, _)| **field);
        let said = self.said(own.into_iter());
        self.met(self.key_of(key), said)
    }

    fn met(&mut self, key: RowKey, said: u64) -> Met {
        match self.rows.entry(key) {
            Entry::Vacant(free) => {
                free.insert(said);
                Met::First
            }
            Entry::Occupied(known) if *known.get() == said => Met::Again,
            Entry::Occupied(_) => Met::Against,
        }
    }

    fn key_of(&self, key: &[&[u8]]) -> RowKey {
        Hashed(self.points.0, self.points.1).of(key)
    }

    fn key(&self, values: &Values) -> RowKey {
        let (mut first, mut second) = (self.points.0.begin(), self.points.1.begin());
        let mut both = |tag: u32, text: &[u8]| {
            first.text(tag, text);
            second.text(tag, text);
        };
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
        for field in own {
            if let Some(text) = values.text(*field) {
                both(*field as u32, text.as_bytes());
            }
        }
        let day = values.day(Field::StartDate);
        if let Some(day) = day.or_else(|| values.day(Field::EndDate)) {
            both(DAY, &day.num_days_from_ce().to_le_bytes());
        }
        RowKey(first.value(), second.value())
    }

    /// The hash of all values of a row: whether a row with the same key says the same.
    fn said<'v>(&self, values: impl Iterator<Item = (&'v Field, &'v Value)>) -> u64 {
        let mut sum = self.points.2.begin();
        for (field, value) in values {
            let field = *field as u32;
            match value {
                Value::Text(text) => sum.text(field, text.as_bytes()),
                Value::Day(day) => {
                    sum.word(u64::from(DAY + field) << 32);
                    sum.word(u64::from(day.num_days_from_ce() as u32));
                }
                Value::Number(number) => {
                    let (scale, digits) = plain_number(*number);
                    sum.word(u64::from(NUMBER + field) << 32 | u64::from(scale));
                    sum.word(digits as u64 & HALF);
                    sum.word((digits >> 56) as u64 & HALF);
                }
            }
        }
        sum.value()
    }
}

/// Beside every number of a field; tells a day from a text.
const DAY: u32 = 1 << 8;
/// The same of a number.
const NUMBER: u32 = 1 << 9;
/// Digits of a number told at once.
const HALF: u64 = (1 << 56) - 1;

/// Scale and digits of a number without zeros at its end: 1240.00 is 1240.
fn plain_number(number: Decimal) -> (u32, i128) {
    let (mut scale, digits) = (number.scale(), number.mantissa());
    let Ok(mut short) = i64::try_from(digits) else {
        let plain = number.normalize();
        return (plain.scale(), plain.mantissa());
    };
    while scale > 0 && short % 10 == 0 {
        (scale, short) = (scale - 1, short / 10);
    }
    (scale, short.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn row(fields: &[(Field, &str)]) -> Values {
        let mut values = Values::default();
        for (field, text) in fields {
            let value = match Decimal::from_str(text)
                .ok()
                .filter(|_| *field == Field::UnitList)
            {
                Some(number) => Value::Number(number),
                None => Value::Text((*text).into()),
            };
            values.set(*field, value);
        }
        values
    }

    #[test]
    fn the_same_price_written_otherwise_says_the_same() {
        let with = |price| row(&[(Field::Serial, "A"), (Field::UnitList, price)]);
        for (one, other, met) in [
            ("1240", "1240.00", Met::Again),
            ("-0.50", "-0.5", Met::Again),
            ("0.00", "0", Met::Again),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950335",
                Met::Again,
            ),
            (
                "7922816251426433759354395033.0",
                "7922816251426433759354395033",
                Met::Again,
            ),
            ("1240", "124.0", Met::Against),
            ("1240", "-1240", Met::Against),
            (
                "79228162514264337593543950335",
                "79228162514264337593543950334",
                Met::Against,
            ),
        ] {
            let mut keys = RowKeys::default();
            assert_eq!(keys.meet(&with(one)), Met::First);
            assert_eq!(keys.meet(&with(other)), met, "{one} {other}");
        }
    }

    #[test]
    fn a_product_is_not_taken_for_an_instance() {
        let mut keys = RowKeys::default();
        assert_eq!(
            keys.meet(&row(&[(Field::Serial, "A"), (Field::Pid, "7")])),
            Met::First
        );
        assert_eq!(
            keys.meet(&row(&[(Field::Serial, "A"), (Field::Instance, "7")])),
            Met::First
        );
        assert_eq!(
            keys.meet(&row(&[(Field::Serial, "A"), (Field::Instance, "7")])),
            Met::Again
        );
    }
}
