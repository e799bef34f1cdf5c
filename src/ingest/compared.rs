//! Rows of a file as records to be laid beside the book: nothing is planned and nothing merged.

use super::error::IngestError;
use super::limits;
use super::plan::merge;
use super::row::{Field as Column, Outcome, Record as Row, RowKind, Rows, Values};
use crate::domain::line::LineKind;
use crate::reconcile::{Field, Rank, Record, Source, Value};
use chrono::NaiveDate;
use std::sync::Arc;

/// What each field of a record is read from.
pub(in crate::ingest) const COLUMNS: [(Field, Column); 13] = [
    (Field::Serial, Column::Serial),
    (Field::Instance, Column::Instance),
    (Field::Pid, Column::Pid),
    (Field::ServiceSku, Column::ServiceSku),
    (Field::ServiceLevel, Column::ServiceLevel),
    (Field::Start, Column::StartDate),
    (Field::End, Column::EndDate),
    (Field::Quantity, Column::Quantity),
    (Field::UnitList, Column::UnitList),
    (Field::ExtendedNet, Column::ExtendedNet),
    (Field::Currency, Column::Currency),
    (Field::Ldos, Column::Ldos),
    (Field::Site, Column::SiteName),
];

/// A file's rows as a source; `day` is the day the file is of, as far as known.
///
/// # Errors
/// As [`Comparing::of`] and [`Comparing::add`].
pub fn source(rows: &Rows, day: Option<NaiveDate>) -> Result<Source, IngestError> {
    let mut comparing = Comparing::of(rows, day)?;
    for row in &rows.records {
        comparing.add(rows, row)?;
    }
    Ok(comparing.done(rows))
}

/// A source while the rows of its file come.
pub struct Comparing {
    file: Arc<str>,
    day: Option<NaiveDate>,
    records: Vec<Record>,
    left_out: Vec<String>,
    bytes: usize,
}

impl Comparing {
    /// Of a file with that head.
    ///
    /// # Errors
    /// [`IngestError::Unreadable`] for files whose rows are no lines: headers, assessments, notices.
    pub fn of(head: &Rows, day: Option<NaiveDate>) -> Result<Comparing, IngestError> {
        if head.kind.unwrap_or(RowKind::Line) != RowKind::Line {
            return Err(IngestError::Unreadable {
                file: head.file.clone(),
                what: format!("it was read as `{}`, which lists no assets", head.format),
                next: "Compare a file of contract lines, coverage or devices".into(),
            });
        }
        Ok(Comparing {
            file: head.file.as_str().into(),
            day,
            records: Vec::new(),
            left_out: Vec::new(),
            bytes: 0,
        })
    }

    /// Takes a row.
    ///
    /// # Errors
    /// [`IngestError::TooLarge`] for more of them than are laid beside a book at once.
    pub fn add(&mut self, head: &Rows, row: &Row) -> Result<(), IngestError> {
        let (values, masked) = match &row.outcome {
            Outcome::Data(values) => {
                if merge::kind(values, &head.format) == LineKind::Wrapper {
                    return Ok(());
                }
                (values, false)
            }
            Outcome::Masked(values) => (values, true),
            Outcome::Skipped(_) => return Ok(()),
            Outcome::Rejected(_, why) => {
                let why = format!("row {}: {why}", row.row);
                self.bytes += why.len() + size_of::<String>();
                self.left_out.push(why);
                return self.check(head);
            }
        };
        let mut record = record(head, row, values, masked, &self.file, self.day);
        self.bytes += record.bytes();
        self.records.push(record);
        self.check(head)
    }

    fn check(&self, head: &Rows) -> Result<(), IngestError> {
        if self.bytes <= limits::COMPARED_BYTES {
            return Ok(());
        }
        Err(IngestError::TooLarge {
            file: head.file.clone(),
            what: format!(
                "more rows than are compared at once: {} of them take {} MB",
                self.records.len(),
                self.bytes / 1_000_000
            ),
            limit: format!("{} MB", limits::COMPARED_BYTES / 1_000_000),
        })
    }

    /// The source of all rows that were taken.
    pub fn done(self, head: &Rows) -> Source {
        Source {
            name: self.file,
            rank: rank(head, &self.records),
            format: head.format.as_str().into(),
            day: self.day,
            records: self.records,
            left_out: self.left_out,
        }
    }
}

/// Whose word it is. Among lists that people keep, one with prices is a distributor's: customers
/// write down what they have, not what it costs to renew.
fn rank(rows: &Rows, records: &[Record]) -> Rank {
    let priced = |record: &Record| {
        let prices = [Field::ExtendedNet, Field::UnitList];
        prices.iter().any(|field| record.get(*field).is_some())
    };
    match rows.customer_list {
        false => Rank::Vendor,
        true if records.iter().any(priced) => Rank::Distributor,
        true => Rank::Customer,
    }
}

fn record(
    rows: &Rows,
    row: &Row,
    values: &Values,
    masked: bool,
    file: &Arc<str>,
    day: Option<NaiveDate>,
) -> Record {
    let kind = merge::kind(values, &rows.format);
    let mut record = Record::default();
    record.masked = masked;
    record.subscription = kind == LineKind::Subscription;
    record.file = file.clone();
    record.row = Some(row.row);
    record.day = day;
    for (field, column) in COLUMNS {
        let text = || values.text(column).cloned().map(Value::Text);
        let number = || values.number(column).map(Value::Number);
        let day = || values.day(column).map(Value::Day);
        record.set(field, text().or_else(number).or_else(day));
    }
    if record.get(Field::ExtendedNet).is_none() {
        let quantity = values.number(Column::Quantity).unwrap_or(1.into());
        let unit = values.number(Column::UnitNet);
        let net = unit.and_then(|unit| unit.checked_mul(quantity));
        record.set(Field::ExtendedNet, net.map(Value::Number));
    }
    let text = |column| values.text(column).cloned();
    let (service, subscription) = (Column::ContractNumber, Column::SubscriptionId);
    let contract = match record.subscription {
        true => text(subscription).or_else(|| text(service)),
        false => text(service).or_else(|| text(subscription)),
    };
    let of_file = |fact: &Option<String>| fact.as_deref().map(Arc::from);
    let contract = contract.or_else(|| of_file(&rows.facts.contract).filter(|_| !masked));
    record.set(Field::Contract, contract.map(Value::Text));
    let customer = text(Column::CustomerName).or_else(|| of_file(&rows.facts.customer));
    record.set(Field::Customer, customer.map(Value::Text));
    record
}
