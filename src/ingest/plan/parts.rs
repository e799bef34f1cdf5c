//! Chassis and parts. A collector lists modules, power supplies and fans beside the box they are in;
//! counted as boxes they would make gaps and offers that are none, so they stand with their chassis.

use super::Planner;
use super::identity::LineIndex;
use crate::ingest::profile::sntc;
use crate::ingest::row::{Code, Field, Outcome, Rows, Values};
use std::collections::HashSet;

/// Fields that place a part and that no line keeps; their cells stay with the raw ones.
pub const FIELDS: [Field; 3] = [
    Field::NetworkElement,
    Field::CollectedSerial,
    Field::ItemType,
];

/// The devices of a file whose chassis is in it.
#[derive(Default)]
pub struct Chassis {
    devices: HashSet<(String, String)>,
    /// Serials that stand in a row of their own, as no part.
    boxes: HashSet<String>,
}

impl Chassis {
    /// Of a list of hardware with or without cover; none in other files, where every row is a line
    /// of a contract or quote.
    pub fn of(rows: &Rows) -> Chassis {
        let mut chassis = Chassis::default();
        if !are_in(&rows.format) {
            return chassis;
        }
        let data = || {
            rows.records
                .iter()
                .filter_map(|record| match &record.outcome {
                    Outcome::Data(values) | Outcome::Masked(values) => Some(values),
                    _ => None,
                })
        };
        let known = data().filter(|values| is_chassis(values));
        chassis.devices = known.filter_map(device).collect();
        let alone = data().filter(|values| !chassis.is_part(values));
        chassis.boxes = alone.filter_map(serial).collect();
        chassis
    }

    fn is_part(&self, values: &Values) -> bool {
        !self.devices.is_empty()
            && values.has(Field::ItemType)
            && !is_chassis(values)
            && device(values).is_some_and(|device| self.devices.contains(&device))
    }

    /// True for a part that is no line: the book knows it from no other file, or the file itself
    /// has its serial on a box.
    pub fn holds(&self, values: &Values, index: &LineIndex<'_>) -> bool {
        self.is_part(values)
            && (serial(values).is_some_and(|serial| self.boxes.contains(&serial))
                || index.candidates(values, None).is_empty())
    }
}

/// True for lists in which parts stand beside their boxes: which is which the whole file tells, so
/// all its rows are held.
pub fn are_in(format: &str) -> bool {
    [sntc::HARDWARE.id, sntc::NOT_COVERED.id].contains(&format)
}

fn serial(values: &Values) -> Option<String> {
    values.text(Field::Serial).map(|serial| serial.to_string())
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
                .note(Code::Kept, "serial", place, || {
                    format!("the device answers with serial {read:?}, the list says {serial}; the list's counts")
                });
        }
    }
}
