//! What holds for the values of one line together: which number is which, whether there is an
//! identity, whether dates and quantity make sense. Says why a row is refused.

use super::column::Column;
use super::extract::Draft;
use super::profile::generic;
use super::report::Problems;
use super::row::{Code, Field, Outcome, Value, Values};
use super::table::Cell;
use super::value::number;
use crate::domain::line::LineKind;
use crate::domain::money::Currency;
use rust_decimal::Decimal;
use std::str::FromStr;

/// A quantity beyond this is no quantity.
const LARGEST_QUANTITY: i64 = 1_000_000_000;

/// The currency a cell of a currency column names.
pub fn currency_of(text: &str) -> Option<Currency> {
    let text = text.trim();
    match text {
        "€" => return Currency::from_str("EUR").ok(),
        "£" => return Currency::from_str("GBP").ok(),
        _ => {}
    }
    let upper = text.to_ascii_uppercase();
    match number::is_currency_code(&upper) {
        true => Currency::from_str(&upper).ok(),
        false => currency_in(text),
    }
}

/// A currency code standing as a word of its own: `Global Price List (EUR)`.
pub fn currency_in(text: &str) -> Option<Currency> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| number::is_currency_code(word))
        .and_then(|code| Currency::from_str(code).ok())
}

/// `Subscription ID/Contract Number` in one column: digits only is a contract.
pub fn split_agreement(values: &mut Values) {
    if let Some(Value::Text(number)) = values.remove(Field::AgreementNumber) {
        let field = match number.bytes().all(|b| b.is_ascii_digit()) {
            true => Field::ContractNumber,
            false => Field::SubscriptionId,
        };
        if !values.has(field) {
            values.set(field, Value::Text(number));
        }
    }
}

/// True for the product of another maker.
pub fn is_foreign(values: &Values) -> bool {
    const OWN: [&str; 3] = ["cisco", "meraki", "splunk"];
    values.text(Field::Vendor).is_some_and(|vendor| {
        let vendor = vendor.to_lowercase();
        !OWN.iter().any(|own| vendor.contains(own))
    })
}

/// In a customer's own list a column `SKU` often holds the product, not the service.
pub fn misplaced_pid(values: &mut Values, customer_list: bool) {
    if !customer_list || values.has(Field::Pid) {
        return;
    }
    if let Some(sku) = values.text(Field::ServiceSku).cloned()
        && !crate::catalogue::is_service_sku(&sku)
    {
        values.remove(Field::ServiceSku);
        values.set(Field::Pid, Value::Text(sku));
    }
}

/// An identity of §4.1: serial, instance, subscription, what the line refers to, or a contract
/// with a product or an end.
pub fn has_key(values: &Values) -> bool {
    let own = [
        Field::Serial,
        Field::Instance,
        Field::SubscriptionId,
        Field::ReferenceInstance,
        Field::ReferenceSerial,
        Field::ReferenceSubscription,
    ];
    own.into_iter().any(|field| values.has(field))
        || (values.has(Field::ContractNumber)
            && (values.has(Field::Pid) || values.has(Field::EndDate)))
}

/// True for a subscription line that names its product but neither serial, instance nor
/// subscription: with a quote or contract number (`agreed` where the file gives one for all rows) it
/// is kept under that and its product, until a later file says more.
pub fn is_unresolved(values: &Values, agreed: bool) -> bool {
    let text = |field| values.text(field).map(|t| &**t);
    let own = [Field::Serial, Field::Instance, Field::SubscriptionId];
    let is_subscription = || {
        let kind = crate::catalogue::kind_of(
            text(Field::ServiceSku),
            text(Field::ServiceType),
            None,
            text(Field::Pid),
        );
        kind == LineKind::Subscription
    };
    values.has(Field::Pid)
        && !own.into_iter().any(|field| values.has(field))
        && (agreed || values.has(Field::ContractNumber) || values.has(Field::QuoteNumber))
        && is_subscription()
}

/// What the identity columns held, for the reject.
pub fn no_key(cells: &[Option<Cell<'_>>], columns: &[Column], headers: &[String]) -> String {
    let found: Vec<String> = columns
        .iter()
        .filter(|column| generic::IDENTITY.contains(&column.field))
        .map(|column| {
            let text = cells
                .get(column.at)
                .copied()
                .flatten()
                .map_or("", |c| c.text);
            let header = headers.get(column.at).map_or("", String::as_str);
            format!("{header} {text:?}")
        })
        .collect();
    format!("no usable identity: {}", found.join(", "))
}

/// Checks what belongs together in one line; `Err` refuses it.
pub fn check(
    values: &mut Values,
    place: (Option<&str>, Option<u32>),
    problems: &mut Problems,
) -> Result<(), (Code, String)> {
    if let Some(quantity) = values.number(Field::Quantity)
        && (quantity < Decimal::ZERO || quantity > Decimal::from(LARGEST_QUANTITY))
    {
        return Err((
            Code::BadQty,
            format!("the quantity {quantity} is out of range"),
        ));
    }
    super::term::complete(values, place, problems);
    let (start, end) = (values.day(Field::StartDate), values.day(Field::EndDate));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        return Err((
            Code::EndBeforeStart,
            format!("the end {end} comes before the start {start}"),
        ));
    }
    if let (Some(end), Some(ldos)) = (end, values.day(Field::Ldos))
        && end > ldos
    {
        problems.note(Code::PastLdos, "", place, || {
            format!("covered to {end}, past the last date of support {ldos}; kept as given")
        });
    }
    super::term::compare_proration(values, place, problems);
    Ok(())
}

/// The dates that bound a term; one that is given and cannot be used is worth a remark.
pub fn is_term(field: Field) -> bool {
    matches!(
        field,
        Field::StartDate | Field::EndDate | Field::ContractStart | Field::ContractEnd
    )
}

/// Remarks a line under an agreement without an end: nobody will be reminded of it.
pub fn no_end(
    values: &Values,
    format: &str,
    place: (Option<&str>, Option<u32>),
    problems: &mut Problems,
) {
    let agreed = values.has(Field::ContractNumber) || values.has(Field::SubscriptionId);
    if agreed && !values.has(Field::EndDate) && format != super::profile::sntc::NOT_COVERED.id {
        problems.note(Code::NoEnd, "", place, || {
            "a line under a contract has no end date; it belongs to no renewal until a file gives one"
                .to_string()
        });
    }
}

/// The first word of a line that sums up others.
pub fn is_total(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "total",
        "totals",
        "subtotal",
        "grand",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "somme",
    ];
    // Every cell of a file is asked, and nearly none begins so.
    if !text.starts_with(['T', 't', 'S', 's', 'G', 'g']) {
        return false;
    }
    let first = text.split(|c: char| !c.is_alphanumeric()).next();
    first.is_some_and(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// A contract header from its row.
pub fn finish_contract(draft: Draft, cells: &[Option<Cell<'_>>], columns: &[Column]) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    if !draft.values.has(Field::ContractNumber) {
        if draft.masked {
            return Outcome::Skipped(Code::Masked);
        }
        let text = columns
            .iter()
            .find(|column| column.field == Field::ContractNumber)
            .and_then(|column| cells.get(column.at).copied().flatten())
            .map_or("", |cell| cell.text);
        return Outcome::Rejected(
            Code::NoKey,
            format!("no usable contract number (found {text:?})"),
        );
    }
    match draft.masked {
        true => Outcome::Masked(draft.values),
        false => Outcome::Data(draft.values),
    }
}

/// A customer: its number, its name, or both.
pub fn finish_customer(draft: Draft) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    let values = draft.values;
    if !values.has(Field::CustomerId) && !values.has(Field::CustomerName) {
        let reason = "the row names no customer, neither by number nor by name";
        return Outcome::Rejected(Code::NoKey, reason.to_string());
    }
    Outcome::Data(values)
}

/// An adoption state.
pub fn finish_adoption(draft: Draft) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    for (field, word) in [
        (Field::Offer, "solution"),
        (Field::UseCase, "use case"),
        (Field::AdoptionStage, "stage"),
    ] {
        if !draft.values.has(field) {
            let verb = if draft.masked {
                "hides or lacks"
            } else {
                "lacks"
            };
            return Outcome::Rejected(Code::NoKey, format!("the record {verb} its {word}"));
        }
    }
    Outcome::Data(draft.values)
}

/// A row of an asset list that came back; one without an id and without an answer is a note.
pub fn finish_answer(draft: Draft) -> Outcome {
    let said = [Field::LineId, Field::Renew, Field::CustomerComment];
    match said.into_iter().any(|field| draft.values.has(field)) {
        true => Outcome::Data(draft.values),
        false => Outcome::Skipped(Code::NotALine),
    }
}

/// In a quote that came back an empty cell is one that was emptied, if it held anything, and what cannot be
/// read is no cell that was left alone.
pub fn hear_emptied(
    columns: &[Column],
    cells: &[Option<Cell<'_>>],
    header: impl Fn(&Column) -> String,
    draft: &mut Draft,
) {
    for column in columns {
        if draft.values.has(column.field) {
            continue;
        }
        let cell = cells.get(column.at).copied().flatten();
        match cell.filter(|cell| !cell.text.trim().is_empty()) {
            None => draft.values.set(column.field, Value::Text("".into())),
            Some(cell) => {
                let what = format!(
                    "{} holds {:?}, which cannot be read",
                    header(column),
                    cell.text
                );
                draft.refusal.get_or_insert((Code::Refused, what));
            }
        }
    }
}

/// A line of a quote; rows that name none are totals or notes somebody wrote below.
pub fn finish_quote_line(draft: Draft) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    let named = draft.values.text(Field::QuoteLineId);
    match named.is_some_and(|id| !id.is_empty()) {
        true => Outcome::Data(draft.values),
        false => Outcome::Skipped(Code::NotALine),
    }
}

/// A row of an assessment.
pub fn finish_baseline(draft: Draft, columns: &[Column]) -> Outcome {
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    for (field, word) in [
        (Field::Portfolio, "portfolio"),
        (Field::Measurement, "measurement"),
        (Field::FiscalMonth, "fiscal month"),
    ] {
        // A sheet without any month is of one month; the plan says which.
        let one_month =
            field == Field::FiscalMonth && !columns.iter().any(|column| column.field == field);
        if !draft.values.has(field) && !one_month {
            return Outcome::Rejected(Code::NoKey, format!("the row names no {word}"));
        }
    }
    Outcome::Data(draft.values)
}
