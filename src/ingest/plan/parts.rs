//! Chassis and parts. A collector lists modules, power supplies and fans beside the box they are in;
//! counted as boxes they would make gaps and offers that are none, so they stand with their chassis.

use super::Planner;
use crate::ingest::profile::sntc;
use crate::ingest::row::{Field, Outcome, Rows, Values};
use std::collections::HashSet;

/// Fields that place a part and that no line keeps; their cells stay with the raw ones.
pub const FIELDS: [Field; 3] = [
    Field::NetworkElement,
    Field::CollectedSerial,
    Field::ItemType,
];

/// The devices of a file whose chassis is in it.
pub struct Chassis(HashSet<(String, String)>);

impl Chassis {
    /// Of a list of hardware with or without cover; none in other files, where every row is a line
    /// of a contract or quote.
    pub fn of(rows: &Rows) -> Chassis {
        let lists = [sntc::HARDWARE.id, sntc::NOT_COVERED.id];
        if !lists.contains(&rows.format.as_str()) {
            return Chassis(HashSet::new());
        }
        let known = rows.records.iter().filter_map(|record| {
            let (Outcome::Data(values) | Outcome::Masked(values)) = &record.outcome else {
                return None;
            };
            is_chassis(values).then(|| device(values)).flatten()
        });
        Chassis(known.collect())
    }

    /// True for a part of one of these devices.
    pub fn holds(&self, values: &Values) -> bool {
        !self.0.is_empty()
            && values.has(Field::ItemType)
            && !is_chassis(values)
            && device(values).is_some_and(|device| self.0.contains(&device))
    }
}

fn is_chassis(values: &Values) -> bool {
    let kind = values.text(Field::ItemType);
    kind.is_some_and(|kind| kind.to_lowercase().contains("chassis"))
}

fn device(values: &Values) -> Option<(String, String)> {
    let customer = values
        .text(Field::CustomerId)
        .or_else(|| values.text(Field::CustomerName));
    let customer = customer.map(|text| text.to_string()).unwrap_or_default();
    Some((customer, values.text(Field::NetworkElement)?.to_string()))
}

/// Says where a collector read another serial than the vendor knows; the vendor's counts.
pub fn compare_serials(planner: &mut Planner<'_>) {
    let rows = planner.rows;
    for record in &rows.records {
        let (Outcome::Data(values) | Outcome::Masked(values)) = &record.outcome else {
            continue;
        };
        let (Some(serial), Some(read)) = (
            values.text(Field::Serial),
            values.text(Field::CollectedSerial),
        ) else {
            continue;
        };
        let letters = |text: &str| -> String {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_uppercase).collect()
        };
        if letters(serial) != letters(read) {
            let place = planner.place(record);
            planner
                .problems
                .note(crate::ingest::row::Code::Kept, "serial", place, || {
                    format!("the device answers with serial {read:?}, the list says {serial}; the list's counts")
                });
        }
    }
}
