//! Rows of a file as records to be laid beside the book: nothing is planned and nothing merged.

use super::error::IngestError;
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
/// [`IngestError::Unreadable`] for files whose rows are no lines: headers, assessments, notices.
pub fn source(rows: &Rows, day: Option<NaiveDate>) -> Result<Source, IngestError> {
    if rows.kind.unwrap_or(RowKind::Line) != RowKind::Line {
        return Err(IngestError::Unreadable {
            file: rows.file.clone(),
            what: format!("it was read as `{}`, which lists no assets", rows.format),
            next: "Compare a file of contract lines, coverage or devices".into(),
        });
    }
    let file: Arc<str> = rows.file.as_str().into();
    let mut records = Vec::with_capacity(rows.records.len());
    let mut left_out = Vec::new();
    for row in &rows.records {
        match &row.outcome {
            Outcome::Data(values) => {
                if merge::kind(values, &rows.format) != LineKind::Wrapper {
                    records.push(record(rows, row, values, false, &file, day));
                }
            }
            Outcome::Masked(values) => {
                records.push(record(rows, row, values, true, &file, day));
            }
            Outcome::Skipped(_) => {}
            Outcome::Rejected(_, why) => left_out.push(format!("row {}: {why}", row.row)),
        }
    }
    Ok(Source {
        name: file,
        rank: rank(rows, &records),
        format: rows.format.as_str().into(),
        day,
        records,
        left_out,
    })
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
