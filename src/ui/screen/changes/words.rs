//! Changes in words a rep reads: kinds, fields, values, one row and its explanation.

use crate::book::changes::{Change, Differs, Kind, Listed, Value};
use crate::domain::line::Line;
use crate::domain::text::clean;
use crate::ui::desk::Desk;
use crate::ui::format;
use crate::ui::pane::explain;
use std::sync::Arc;

/// A kind on its tab and in its rows.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Gone => "gone",
        Kind::End => "end date",
        Kind::Level => "level",
        Kind::Quantity => "quantity",
        Kind::Price => "price",
        Kind::Status => "status",
        Kind::Contract => "contract",
        Kind::Masked => "masked",
        Kind::Unmasked => "unmasked",
        Kind::Other => "other",
    }
}

/// What a kind says of its line, a sentence.
fn told(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "a line the book did not have, or one that is back in its file",
        Kind::Gone => "no longer in the file of its source; marked, not deleted",
        Kind::End => "ends on another day",
        Kind::Level => "another service level or SKU",
        Kind::Quantity => "another quantity",
        Kind::Price => "another price, discount or currency",
        Kind::Status => "another status",
        Kind::Contract => "belongs to another contract or subscription",
        Kind::Masked => "the source hides the contract now: somebody else covers it",
        Kind::Unmasked => "the source no longer hides the contract",
        Kind::Other => "another customer, site, product or date",
    }
}

/// A field of a line.
pub fn field(name: &str) -> String {
    match name {
        "end" => "end".into(),
        "service_sku" => "SKU".into(),
        "service_level" => "level".into(),
        "unit_list" => "list price".into(),
        "extended_net" => "net price".into(),
        "prorated_list" => "prorated list".into(),
        "discount_pct" => "discount %".into(),
        "pid" => "product".into(),
        "last_date_of_support" => "last date of support".into(),
        other => other.replace('_', " "),
    }
}

/// A value, or a dash for none.
pub fn value(value: Option<&Value>) -> String {
    match value {
        None => "-".into(),
        Some(Value::Text(text)) => clean(text).into_owned(),
        Some(Value::Day(day)) => format::day(*day),
        Some(Value::Number(number)) => format::decimal(*number, number.scale()),
    }
}

fn differs(differs: &Differs) -> String {
    format!(
        "{} {} → {}",
        field(differs.field),
        value(differs.before.as_ref()),
        value(differs.after.as_ref())
    )
}

/// What changed, on one line.
pub fn change(change: &Change, line: Option<&Line>) -> String {
    if !change.fields.is_empty() {
        let all: Vec<String> = change.fields.iter().map(differs).collect();
        return all.join(", ");
    }
    let Some(line) = line else {
        return String::new();
    };
    let quantity = format::decimal(line.quantity, line.quantity.scale());
    match line.end {
        Some(end) => format!("quantity {quantity}, ends {}", format::day(end)),
        None => format!("quantity {quantity}"),
    }
}

/// Who and what a change is about, for its row.
pub struct Subject<'a> {
    /// The line as the book holds it.
    pub line: Option<Line>,
    /// Customer.
    pub customer: Arc<str>,
    /// Contract number.
    pub contract: Arc<str>,
    /// Serial number, else the instance.
    pub serial: Arc<str>,
    /// Product, else the service.
    pub product: Arc<str>,
    /// The file that says so.
    pub file: &'a str,
}

/// Looks a change's subject up in the book.
pub fn subject<'a>(change: &Change, desk: &'a Desk) -> Subject<'a> {
    let book = &desk.snapshot;
    let line = book.lines.get(change.line);
    let account = line
        .as_ref()
        .and_then(|line| book.accounts.get(line.account));
    let contract = change.contract.and_then(|id| book.contracts.get(id));
    let first = |texts: [&Option<Arc<str>>; 2]| texts.into_iter().flatten().next().cloned();
    let shown = line.as_ref();
    let serial = shown.and_then(|line| first([&line.serial, &line.instance]));
    let product = shown.and_then(|line| first([&line.pid, &line.service_sku]));
    Subject {
        line,
        customer: account.map(|account| account.name).unwrap_or_default(),
        contract: contract.map(|contract| contract.number).unwrap_or_default(),
        serial: serial.unwrap_or_default(),
        product: product.unwrap_or_default(),
        file: book.batches.get(change.batch).map_or("", |b| &b.file),
    }
}

/// Everything known of a change.
pub fn explain(change: &Change, listed: &Listed, desk: &Desk) -> explain::Model {
    let about = subject(change, desk);
    let mut lines: Vec<(String, String)> = vec![("what".into(), told(change.kind).into())];
    let mut put = |label: &str, text: String| {
        if !text.is_empty() {
            lines.push((label.into(), text));
        }
    };
    for differs in &change.fields {
        put(
            &field(differs.field),
            format!(
                "{} → {}",
                value(differs.before.as_ref()),
                value(differs.after.as_ref())
            ),
        );
    }
    put("customer", about.customer.to_string());
    put("contract", about.contract.to_string());
    let renewal = change.renewal.and_then(|id| desk.renewal(id));
    if let Some(renewal) = renewal {
        put("renewal", format!("ends {}", format::day(renewal.end)));
    }
    put("product", about.product.to_string());
    put("serial", about.serial.to_string());
    if let Some(line) = &about.line {
        put("line now", self::now(line));
    }
    let row = change
        .row
        .map_or_else(String::new, |row| format!(", row {row}"));
    // a line that another import touched since names that one's sheet
    let same = about.line.filter(|line| {
        line.origin
            .is_some_and(|origin| origin.batch == change.batch)
    });
    let sheet = same.and_then(|line| line.origin_sheet);
    let sheet = sheet.map_or_else(String::new, |sheet| format!(", sheet {}", clean(&sheet)));
    put("file", format!("{}{sheet}{row}", about.file));
    let import = listed.imports.iter().find(|i| i.seq == change.seq);
    if let Some(import) = import {
        let (day, by) = (format::day(import.today), &import.actor);
        put("imported", format!("{day} by {by}, change {}", import.seq));
    }
    if listed.imports.len() > 1 {
        put(
            "rule",
            "the value before the first import of the span against the one after the last; what came back is no change"
                .into(),
        );
    }
    let title = format!(
        "{} of {} {}",
        kind(change.kind),
        about.customer,
        about.serial
    );
    explain::Model::new(title, lines)
}

fn now(line: &Line) -> String {
    let quantity = format::decimal(line.quantity, line.quantity.scale());
    let level = line.service_level.as_deref().unwrap_or("no level");
    let coverage = line.coverage.word();
    let end = format::day_or_dash(line.end);
    let gone = if line.gone_in.is_some() {
        ", not in its last file"
    } else {
        ""
    };
    format!("quantity {quantity}, {level}, {coverage}, ends {end}{gone}")
}
