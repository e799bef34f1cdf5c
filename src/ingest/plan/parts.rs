//! Chassis and parts. A collector lists modules, power supplies and fans beside the box they are in;
//! counted as boxes they would make gaps and offers that are none, so they stand with their chassis.

use super::identity::{Hashed, KeySet, LineIndex, RowKey};
use super::{Planner, held};
use crate::ingest::error::IngestError;
use crate::ingest::profile::sntc;
use crate::ingest::row::{Code, Field, Outcome, Record, Values};
use crate::ingest::wire::Packed;

/// Fields that place a part and that no line keeps; their cells stay with the raw ones.
pub const FIELDS: [Field; 3] = [
    Field::NetworkElement,
    Field::CollectedSerial,
    Field::ItemType,
];

/// The devices of a file whose chassis is in it, by the hashes of their names.
#[derive(Default)]
pub struct Chassis {
    keys: Hashed,
    devices: KeySet,
    /// Serials that stand in a row of their own, as no part.
    boxes: KeySet,
}

impl Chassis {
    /// Of the rows of a list of hardware; in other files every row is a line of a contract or quote.
    ///
    /// # Errors
    /// Those of unpacking.
    pub fn of(rows: &Packed) -> Result<Chassis, IngestError> {
        let mut chassis = Chassis::default();
        let mut pass = rows.pass();
        while let Some(record) = pass.next_record()? {
            if let Some(values) = data(&record)
                && is_chassis(values)
            {
                let device = chassis.device(values);
                chassis.devices.extend(device);
            }
        }
        let mut pass = rows.pass();
        while let Some(record) = pass.next_record()? {
            if let Some(values) = data(&record)
                && !chassis.is_part(values)
            {
                let serial = chassis.serial(values);
                chassis.boxes.extend(serial);
            }
        }
        Ok(chassis)
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        (self.devices.len() + self.boxes.len()) * held::MET
    }

    fn is_part(&self, values: &Values) -> bool {
        !self.devices.is_empty()
            && values.has(Field::ItemType)
            && !is_chassis(values)
            && self
                .device(values)
                .is_some_and(|device| self.devices.contains(&device))
    }

    /// True for a part that is no line: the book knows it from no other file, or the file itself
    /// has its serial on a box.
    pub fn holds(&self, values: &Values, index: &LineIndex<'_>) -> bool {
        self.is_part(values)
            && (self
                .serial(values)
                .is_some_and(|serial| self.boxes.contains(&serial))
                || index.candidates(values, None).is_empty())
    }

    fn serial(&self, values: &Values) -> Option<RowKey> {
        let serial = values.text(Field::Serial)?;
        Some(self.keys.of(&[serial.as_bytes()]))
    }

    fn device(&self, values: &Values) -> Option<RowKey> {
        let customer = values
            .text(Field::CustomerId)
            .or_else(|| values.text(Field::CustomerName));
        let customer = customer.map_or("", |text| text);
        let device = values.text(Field::NetworkElement)?;
        Some(self.keys.of(&[customer.as_bytes(), device.as_bytes()]))
    }
}

fn data(record: &Record) -> Option<&Values> {
    match &record.outcome {
        Outcome::Data(values) | Outcome::Masked(values) => Some(values),
        _ => None,
    }
}

/// True for lists in which parts stand beside their boxes: which is which the whole file tells, so
/// all its rows are held.
pub fn are_in(format: &str) -> bool {
    [sntc::HARDWARE.id, sntc::NOT_COVERED.id].contains(&format)
}

fn is_chassis(values: &Values) -> bool {
    let kind = values.text(Field::ItemType);
    kind.is_some_and(|kind| kind.to_lowercase().contains("chassis"))
}

/// Says where a collector read another serial than the vendor knows; the vendor's counts.
///
/// # Errors
/// Those of unpacking.
pub fn compare_serials(planner: &mut Planner<'_>, rows: &Packed) -> Result<(), IngestError> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_uppercase).collect()
    };
    let mut pass = rows.pass();
    while let Some(record) = pass.next_record()? {
        let Some(values) = data(&record) else {
            continue;
        };
        let (Some(serial), Some(read)) = (
            values.text(Field::Serial),
            values.text(Field::CollectedSerial),
        ) else {
            continue;
        };
        if letters(serial) != letters(read) {
            let place = planner.place(&record);
            planner
                .problems
                .note(Code::Kept, "serial", place, || {
                    format!("the device answers with serial {read:?}, the list says {serial}; the list's counts")
                });
        }
    }
    Ok(())
}
