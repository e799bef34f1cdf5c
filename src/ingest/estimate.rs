//! The sheet of a price estimate: a head of labels, rows that form a tree, notes that belong to the
//! row above them, and totals at the foot. Rows of the tree become records; notes are read into the
//! record above; the totals are compared with what the rows add up to and become nothing.

use super::check::{check, currency_in};
use super::error::IngestError;
use super::extract::Extraction;
use super::header::key;
use super::limits;
use super::map::Map;
use super::report::Problems;
use super::row::{CELL_SEPARATOR, Code, Field, Outcome, Record, Value, Values};
use super::table::{Cell, CellKind, Table};
use super::term;
use super::title::header_currency;
use super::value::date::{self, Reading as DateReading};
use super::value::is_placeholder;
use super::value::number::{self, DecimalMark, Reading as NumberReading};
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Column of the customer's address above the table.
const CUSTOMER_COLUMN: usize = 10;

/// What stands above and below the rows of an estimate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// Estimate id.
    pub number: Option<String>,
    /// Deal id.
    pub deal: Option<String>,
    /// Price list, as written.
    pub price_list: Option<String>,
    /// Currency of every price.
    pub currency: Option<Currency>,
    /// The day it was made.
    pub dated: Option<NaiveDate>,
    /// The last day its prices hold.
    pub valid_until: Option<NaiveDate>,
    /// The customer.
    pub customer: Option<String>,
    /// Totals at the foot: label and amount, in the estimate's currency.
    pub totals: Vec<(String, Decimal)>,
}

/// Reads the rows under the header.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] where no estimate id or no currency is to be found,
/// [`IngestError::TooLarge`] for more rows than a quote holds.
pub fn read(
    extraction: &mut Extraction<'_>,
    map: &Map,
    file: &str,
    problems: &mut Problems,
    records: &mut Vec<Record>,
) -> Result<Head, IngestError> {
    let table = extraction.table;
    let header = extraction.found.at;
    if table.len().saturating_sub(header) > limits::ESTIMATE_ROWS {
        return Err(IngestError::TooLarge {
            file: file.to_string(),
            what: "the price estimate has more rows than one quote can hold".to_string(),
            limit: format!("{} rows", limits::ESTIMATE_ROWS),
        });
    }
    let mut head = Head::default();
    for row in 0..header {
        labels(table, row, map, &mut head);
    }
    let mut rows = Vec::with_capacity(table.len().saturating_sub(header));
    let mut cells: Vec<Option<Cell<'_>>> = Vec::new();
    let mut above: Option<usize> = None;
    for at in header + 1..table.len() {
        table.by_column(at, &mut cells);
        let mut record = Record {
            table: extraction.index,
            row: table.number(at),
            outcome: Outcome::Skipped(Code::NotALine),
            cells: super::extract::joined(&cells),
        };
        match Row::of(extraction, &cells) {
            Row::Line(number) => {
                record.outcome = line(extraction, &cells, record.row, number, problems);
                above = Some(rows.len());
            }
            Row::Unnumbered => {
                let reason = "a row with a quantity has no line number".to_string();
                record.outcome = Outcome::Rejected(Code::NoKey, reason);
            }
            Row::Note(text) => {
                if let Some(above) = above.and_then(|above| rows.get_mut(above)) {
                    note(above, text, extraction.found.headers.len());
                }
            }
            Row::Foot => labels(table, at, map, &mut head),
            Row::Header => {}
        }
        rows.push(record);
    }
    settle(&mut head, extraction, map, &rows);
    answered(&head, file, &rows)?;
    finish(&mut rows, table, problems);
    verify(&head, table, &rows, problems);
    records.append(&mut rows);
    Ok(head)
}

/// What a row under the header is.
enum Row<'a> {
    /// A row of the tree, with its number.
    Line(String),
    /// It has a quantity or price, but no number.
    Unnumbered,
    /// A note on the row above.
    Note(&'a str),
    /// A total or another label.
    Foot,
    /// The header once more.
    Header,
}

impl<'a> Row<'a> {
    fn of(extraction: &Extraction<'_>, cells: &[Option<Cell<'a>>]) -> Row<'a> {
        let cell = |field| {
            let column = extraction.columns.iter().find(|c| c.field == field)?;
            let cell = cells.get(column.at).copied().flatten()?;
            (!is_placeholder(cell.text)).then_some(cell)
        };
        if extraction.repeats_header(cells) {
            return Row::Header;
        }
        if let Some(number) = cell(Field::TreeLine).and_then(|cell| tree_number(cell.text)) {
            return Row::Line(number);
        }
        let amounts = [Field::Quantity, Field::UnitList, Field::UnitNet];
        match cell(Field::Pid) {
            Some(_) if amounts.into_iter().any(|field| cell(field).is_some()) => Row::Unnumbered,
            Some(part) if cell(Field::TreeLine).is_none() && !part.text.ends_with(':') => {
                Row::Note(part.text)
            }
            _ => Row::Foot,
        }
    }
}

/// `1.0`, `1.0.1`, `12.3`; a spreadsheet that made a number of `1.0` left `1`.
fn tree_number(text: &str) -> Option<String> {
    let digits =
        |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    match text.split('.').all(digits) {
        true if text.contains('.') => Some(text.to_string()),
        true => Some(format!("{text}.0")),
        false => None,
    }
}

/// Labels with their values: in the same cell behind a colon, else in the next filled cell.
fn labels(table: &Table, row: usize, map: &Map, head: &mut Head) {
    let cells: Vec<Cell<'_>> = table.cells(row).collect();
    let mut labelled = false;
    for (at, cell) in cells.iter().enumerate() {
        let (label, inside) = match cell.text.split_once(':') {
            Some((label, value)) => (label, value.trim()),
            None => (cell.text, ""),
        };
        let value = match inside {
            "" => cells.get(at + 1).map_or("", |next| next.text),
            inside => inside,
        };
        labelled |= cell.text.contains(':');
        if !is_placeholder(value) && !value.ends_with(':') {
            take(head, label.trim(), value, map);
        }
    }
    let block = cells.iter().find(|cell| cell.column == CUSTOMER_COLUMN);
    if let Some(cell) = block.filter(|_| !labelled && head.customer.is_none())
        && cell.kind == CellKind::Text
        && cell.text.chars().any(char::is_alphabetic)
    {
        head.customer = Some(cell.text.to_string());
    }
}

fn take(head: &mut Head, label: &str, value: &str, map: &Map) {
    let text = |slot: &mut Option<String>| {
        slot.get_or_insert_with(|| value.to_string());
    };
    match key(label).as_str() {
        "estimateid" => {
            let id: String = value.split_whitespace().collect();
            head.number.get_or_insert(id.to_uppercase());
        }
        "dealid" => text(&mut head.deal),
        "pricelist" => text(&mut head.price_list),
        "endcustomer" | "endcustomername" | "customer" | "customername" => {
            text(&mut head.customer);
        }
        "date" | "estimatedate" => head.dated = head.dated.or(day(value, map)),
        "validthrough" | "validuntil" => head.valid_until = head.valid_until.or(day(value, map)),
        total if total.ends_with("total") || total == "totalprice" => {
            if let Some(amount) = amount(value) {
                head.totals.push((label.to_string(), amount));
            }
        }
        _ => {}
    }
}

fn day(text: &str, map: &Map) -> Option<NaiveDate> {
    match date::read(text, false) {
        DateReading::Day(day) => Some(day),
        DateReading::Numbers(a, b, year) => date::in_order(a, b, year, map.date_order?),
        _ => None,
    }
}

fn amount(text: &str) -> Option<Decimal> {
    match number::read(text) {
        NumberReading::Number(number) => number.value(DecimalMark::Dot),
        _ => None,
    }
}

/// A row of the tree as values.
fn line(
    extraction: &mut Extraction<'_>,
    cells: &[Option<Cell<'_>>],
    row: u32,
    number: String,
    problems: &mut Problems,
) -> Outcome {
    let draft = extraction.draft(cells, row, problems);
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    let mut values = draft.values;
    let Some(part) = values.text(Field::Pid).cloned() else {
        let reason = format!("line {number} names no part number");
        return Outcome::Rejected(Code::NoKey, reason);
    };
    values.set(Field::TreeLine, Value::Text(number.as_str().into()));
    if crate::catalogue::is_service_sku(&part) {
        values.remove(Field::Pid);
        values.set(Field::ServiceSku, Value::Text(part));
    }
    let place = (extraction.table.sheet.as_deref(), Some(row));
    match check(&mut values, place, problems) {
        Ok(()) => Outcome::Data(values),
        Err((code, reason)) => Outcome::Rejected(code, reason),
    }
}

/// `Initial Term - 36 Months | Requested Start Date - 01-Apr-2027 | …` on the row above.
/// The text itself is kept behind the last column.
fn note(above: &mut Record, text: &str, columns: usize) {
    for _ in above.cell_texts().count()..=columns {
        above.cells.push(CELL_SEPARATOR);
    }
    above.cells.push_str(text);
    let Outcome::Data(values) = &mut above.outcome else {
        return;
    };
    for part in text.split('|') {
        let Some((label, value)) = part.split_once(" - ") else {
            continue;
        };
        let field = match key(label).as_str() {
            "initialterm" => Field::TermMonths,
            "requestedstartdate" => Field::StartDate,
            "requestedenddate" => Field::EndDate,
            _ => continue,
        };
        let read = match field {
            Field::TermMonths => value
                .split_whitespace()
                .next()
                .and_then(amount)
                .map(Value::Number),
            _ => match date::read(value.trim(), false) {
                DateReading::Day(day) => Some(Value::Day(day)),
                _ => None,
            },
        };
        if let Some(read) = read.filter(|_| !values.has(field)) {
            values.set(field, read);
        }
    }
}

/// Facts of the head that other places may give: the map, columns of returned rows, price headers.
fn settle(head: &mut Head, extraction: &Extraction<'_>, map: &Map, rows: &[Record]) {
    let of_rows = |field| {
        rows.iter().find_map(|record| match &record.outcome {
            Outcome::Data(values) => values.text(field).map(|text| text.to_string()),
            _ => None,
        })
    };
    head.number = head
        .number
        .take()
        .or_else(|| of_rows(Field::QuoteNumber))
        .or_else(|| map.estimate.as_deref().map(|id| id.trim().to_uppercase()));
    let found = extraction.found;
    head.currency = head
        .price_list
        .as_deref()
        .and_then(currency_in)
        .or_else(|| header_currency(&found.headers, &found.fields))
        .or_else(|| of_rows(Field::Currency).and_then(|text| currency_in(&text)))
        .or(map.currency);
}

/// What an estimate cannot do without.
fn answered(head: &Head, file: &str, rows: &[Record]) -> Result<(), IngestError> {
    let ask = |question: &str, key: &str| {
        Err(IngestError::NeedsAnswer {
            file: file.to_string(),
            question: question.to_string(),
            key: key.to_string(),
        })
    };
    let priced = |values: &Values| {
        let prices = [Field::UnitList, Field::UnitNet, Field::ExtendedNet];
        prices.into_iter().any(|field| values.has(field))
    };
    if head.number.is_none() {
        return ask(
            "no cell above the table says `Estimate ID:`, by which the quote is named and found again.",
            "estimate = \"…\"",
        );
    }
    if head.currency.is_none() && lines(rows).any(priced) {
        return ask(
            "neither the price list nor a header names the currency of the prices.",
            "currency = \"USD\"",
        );
    }
    Ok(())
}

fn lines(rows: &[Record]) -> impl Iterator<Item = &Values> {
    rows.iter().filter_map(|record| match &record.outcome {
        Outcome::Data(values) => Some(values),
        _ => None,
    })
}

/// Terms that only the part number tells, and ends that follow from them.
fn finish(rows: &mut [Record], table: &Table, problems: &mut Problems) {
    for record in rows {
        let place = (table.sheet.as_deref(), Some(record.row));
        let Outcome::Data(values) = &mut record.outcome else {
            continue;
        };
        let told = values.text(Field::Pid).and_then(|pid| term::of_part(pid));
        match (values.number(Field::TermMonths), told) {
            (None, Some(months)) => {
                values.set(Field::TermMonths, Value::Number(Decimal::from(months)));
            }
            (Some(said), Some(months)) if (said - Decimal::from(months)).abs() > Decimal::ONE => {
                problems.note(Code::TermConflict, "part", place, || {
                    format!("the part number says {months} months, the row {said}; the row counts")
                });
            }
            _ => {}
        }
        term::complete(values, place, problems);
    }
}

/// What is sold on a row, as its part number tells.
pub fn kind_of(values: &Values) -> LineKind {
    let text = |field| values.text(field).map(|text| &**text);
    crate::catalogue::kind_of(text(Field::ServiceSku), None, None, text(Field::Pid))
}

/// Compares rows with themselves and with the totals at the foot; both figures are told.
fn verify(head: &Head, table: &Table, rows: &[Record], problems: &mut Problems) {
    let sheet = table.sheet.as_deref();
    let (mut all, mut sums) = (Decimal::ZERO, [Decimal::ZERO; 3]);
    for record in rows {
        let Outcome::Data(values) = &record.outcome else {
            continue;
        };
        let quantity = values.number(Field::Quantity).unwrap_or(Decimal::ONE);
        let product = values
            .number(Field::UnitNet)
            .and_then(|net| net.checked_mul(quantity));
        let stated = values.number(Field::ExtendedNet);
        if let (Some(product), Some(stated)) = (product, stated)
            && product != stated
        {
            problems.note(Code::Totals, "line", (sheet, Some(record.row)), || {
                format!(
                    "the extended net price is {stated}, unit net × quantity is {product}; the quote counts the unit net"
                )
            });
        }
        let net = stated.or(product).unwrap_or_default();
        all = all.saturating_add(net);
        let place = match kind_of(values) {
            LineKind::Service => 1,
            LineKind::Subscription => 2,
            LineKind::Asset | LineKind::Wrapper => 0,
        };
        if let Some(sum) = sums.get_mut(place) {
            *sum = sum.saturating_add(net);
        }
    }
    let [products, services, subscriptions] = sums;
    for (label, amount) in &head.totals {
        let sum = match key(label).as_str() {
            "totalprice" | "grandtotal" | "total" => all,
            "producttotal" => products,
            "servicetotal" => services,
            "subscriptiontotal" => subscriptions,
            _ => continue,
        };
        if sum != *amount {
            problems.note(Code::Totals, label, (sheet, None), || {
                format!("{label} in the file is {amount}, its lines add up to {sum}")
            });
        }
    }
}
