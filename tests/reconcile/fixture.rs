//! Sources made of short words: `serial=FOC1 end=2027-01-31 qty=2`.

use renewdesk::catalogue::Catalogue;
use renewdesk::domain::rules::Rules;
use renewdesk::program::Pack;
use renewdesk::reconcile::{Field, Rank, Record, Source, Value};
use std::sync::{Arc, LazyLock};

/// Rules and catalogue, read once for all tests.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| Pack::shipped().rules);
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);

pub fn field(id: &str) -> Field {
    let found = Field::ALL.iter().find(|field| field.id() == id);
    *found.unwrap_or_else(|| panic!("no field {id}"))
}

pub fn value(field: Field, text: &str) -> Value {
    match field {
        Field::Start | Field::End | Field::Ldos => Value::Day(text.parse().unwrap()),
        Field::Quantity | Field::ExtendedNet | Field::UnitList => {
            Value::Number(text.parse().unwrap())
        }
        _ => Value::Text(text.replace('_', " ").into()),
    }
}

/// A record from `field=value` words; `masked` by itself hides the contract.
pub fn record(words: &str) -> Record {
    let mut record = Record::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some((id, text)) => record.set(field(id), Some(value(field(id), text))),
            None => record.masked = true,
        }
    }
    record
}

pub fn source(name: &str, rank: Rank, rows: &[&str]) -> Arc<Source> {
    let records = rows.iter().enumerate().map(|(at, words)| {
        let mut record = record(words);
        record.file = name.into();
        record.row = Some(at as u32 + 2);
        record
    });
    Arc::new(Source {
        name: name.into(),
        rank,
        format: "generic".into(),
        day: Some("2026-11-01".parse().unwrap()),
        records: records.collect(),
        left_out: Vec::new(),
    })
}
