//! Files read to be compared with the book, never to be written into it; and the answer written to
//! a new file.

use super::clock::SystemClock;
use super::import::{self, ImportError, ImportOptions, Progress};
pub use super::save::SaveError;
use super::save::save_bytes;
use crate::export::{CsvOptions, Table};
use crate::pricing::offered::{Offered, Terms};
use crate::reconcile::{Field, Record, Source, Value};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Reads a file as a source; its day is the day it was last changed on the disk.
///
/// # Errors
/// As an import of it; [`ImportError::Ingest`] for a file that lists no assets.
pub fn read_source(
    path: &Path,
    options: &ImportOptions,
    clock: &SystemClock,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Source, ImportError> {
    read_offer(path, options, clock, progress, cancel).map(|(source, _)| source)
}

/// The same of a vendor's priced list, with what it says of its prices.
///
/// # Errors
/// As [`read_source`].
pub fn read_offer(
    path: &Path,
    options: &ImportOptions,
    clock: &SystemClock,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<(Source, Terms), ImportError> {
    let changed = fs::metadata(path).and_then(|known| known.modified()).ok();
    let day = changed.map(|at| clock.local(DateTime::<Utc>::from(at)).date());
    import::read_offer(path, options, day, progress, cancel)
}

/// The rows of a file as a vendor's offers.
pub fn offered(source: &Source) -> Vec<Offered> {
    let row = |record: &Record| {
        let text = |field| match record.get(field) {
            Some(Value::Text(text)) => Some(Arc::clone(text)),
            _ => None,
        };
        let number = |field| -> Option<Decimal> {
            match record.get(field) {
                Some(Value::Number(number)) => Some(*number),
                _ => None,
            }
        };
        let day = |field| -> Option<NaiveDate> {
            match record.get(field) {
                Some(Value::Day(day)) => Some(*day),
                _ => None,
            }
        };
        Offered {
            row: record.row.unwrap_or_default(),
            serial: text(Field::Serial),
            pid: text(Field::Pid),
            service_sku: text(Field::ServiceSku),
            quantity: number(Field::Quantity),
            unit_list: number(Field::UnitList),
            extended_net: number(Field::ExtendedNet),
            start: day(Field::Start),
            end: day(Field::End),
            currency: text(Field::Currency).and_then(|code| code.parse().ok()),
        }
    };
    source.records.iter().map(row).collect()
}

/// Writes a table to a new file by its ending, CSV (UTF-8 with a byte order mark, so that Excel
/// reads it) or XLSX. The name appears only once all of it is on the disk.
///
/// # Errors
/// [`SaveError`].
pub fn save(path: &Path, table: &Table, sheet: &str, today: NaiveDate) -> Result<(), SaveError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let format = |what: String| SaveError::Format {
        path: path.to_path_buf(),
        what,
    };
    let bytes = match ending.as_deref() {
        Some("csv") => {
            let options = CsvOptions {
                bom: true,
                ..CsvOptions::default()
            };
            table
                .csv(options)
                .map_err(|error| format(error.to_string()))?
        }
        Some("xlsx") => table
            .xlsx(sheet, today)
            .map_err(|error| format(error.to_string()))?,
        _ => return Err(SaveError::Ending(path.to_path_buf())),
    };
    save_bytes(path, &bytes)
}
