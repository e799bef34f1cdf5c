//! What a customer ticked becomes an edit of the line it stands beside. Lines are found by id, what
//! the row shows of them is compared, and nothing of them changes but the answer and its words. Drafts that
//! renew such a line follow: what is not wanted is dropped there, as it is in a new quote.

use super::identity::{Met, RowKeys};
use super::{Effect, Planner, RowStream, held, quote_lines};
use crate::domain::ids::{AccountId, LineId, QuoteId};
use crate::domain::line::Line;
use crate::domain::quote::QuoteStatus;
use crate::export::asset_list::{Column, answer, header};
use crate::ingest::changes::{self, Changed};
use crate::ingest::error::IngestError;
use crate::ingest::header::key;
use crate::ingest::row::{Code, Field, Record, Values};
use crate::pricing::edit;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

/// Plans all answers.
///
/// # Errors
/// Those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    let mut met = RowKeys::default();
    let mut staged: BTreeMap<LineId, Line> = BTreeMap::new();
    let mut answers: BTreeMap<LineId, Line> = BTreeMap::new();
    planner.data(stream, |planner, record, values, _| {
        let line = match line_of(planner, record, values) {
            Ok(line) => line,
            Err((code, reason)) => {
                planner.reject(record, code, reason);
                return Ok(());
            }
        };
        match met.meet_as(&[&line.id.0.to_le_bytes()], values) {
            Met::First => planner.hold(held::MET),
            Met::Again => {
                planner.counts.skipped += 1;
                return Ok(());
            }
            Met::Against => {
                let reason = "another row of this file answers for the same line, but otherwise";
                planner.reject(record, Code::DupKey, reason.to_string());
                return Ok(());
            }
        }
        match answered(&line, values) {
            Err(reason) => planner.reject(record, Code::BadAnswer, reason),
            Ok(next) if next == line => planner.count(Effect::Unchanged),
            Ok(next) => {
                planner.count(Effect::Changed);
                planner.hold(held::LINE);
                if next.customer_renew != line.customer_renew {
                    answers.insert(next.id, next.clone());
                }
                staged.insert(next.id, next);
            }
        }
        Ok(())
    })?;
    planner.plan.put_lines = staged.into_values().collect();
    into_drafts(planner, &answers);
    Ok(())
}

/// Takes new answers into the customers' drafts: a line that is not wanted any more is dropped and stays in
/// sight, one that is wanted after all comes back. What was sent is not changed.
fn into_drafts(planner: &mut Planner<'_>, answers: &BTreeMap<LineId, Line>) {
    let accounts: BTreeSet<AccountId> = answers.values().map(|line| line.account).collect();
    let book = planner.book;
    let heads = accounts.iter().flat_map(|id| book.quotes.heads_of(*id));
    let drafts = heads.filter(|head| head.status == QuoteStatus::Draft);
    let drafts: Vec<QuoteId> = drafts.map(|head| head.id).collect();
    for held in drafts.into_iter().filter_map(|id| book.quotes.get(id)) {
        let mut next = held.clone();
        for line in &mut next.lines {
            let Some(answer) = line.renews.and_then(|id| answers.get(&id)) else {
                continue;
            };
            let before = line.quantity;
            let after = match (answer.customer_renew, before.is_zero()) {
                (Some(false), false) => Decimal::ZERO,
                (Some(true), true) => answer.quantity,
                _ => continue,
            };
            edit::set_quantity(line, after);
            planner.changes.add_edited(Changed {
                row: None,
                line: quote_lines::name(&held, line),
                cells: vec![changes::Cell {
                    field: edit::Field::Quantity.title(),
                    before: before.normalize().to_string(),
                    after: after.normalize().to_string(),
                }],
            });
        }
        if next != held {
            next.version = held.version.saturating_add(1);
            planner.plan.put_quotes.push(next);
        }
    }
}

/// The line of the book that a row answers for.
fn line_of(
    planner: &Planner<'_>,
    record: &Record,
    values: &Values,
) -> Result<Line, (Code, String)> {
    let id = values.text(Field::LineId).map_or("", |text| text);
    let id = id.trim_matches(['\'', '{', '}', ' ']);
    if id.is_empty() {
        return Err((Code::NoKey, "the row has no Renewdesk Line ID".to_string()));
    }
    let found = LineId::from_str(id).ok();
    let Some(line) = found.and_then(|id| planner.book.lines.get(id)) else {
        let reason =
            format!("no line of this book has the id {id:?}; the list may be of another book");
        return Err((Code::WrongLine, reason));
    };
    let shown = shown(planner, record, Column::Serial);
    match (&shown, &line.serial) {
        (Some(shown), Some(own)) if bare(shown) != bare(own) => {
            let reason = format!(
                "the id is of serial {own}, the row shows {shown}: the rows of the list were mixed up"
            );
            Err((Code::WrongLine, reason))
        }
        (Some(_), Some(_)) => Ok(line),
        _ => alike(planner, record, &line).map(|()| line),
    }
}

/// A line without a serial is told by its product, and its contract or customer: a number alone is
/// some line of any other book too.
fn alike(planner: &Planner<'_>, record: &Record, line: &Line) -> Result<(), (Code, String)> {
    let differs = |column, own: Option<&Arc<str>>| {
        let shown = shown(planner, record, column)?;
        (bare(&shown) != bare(own?)).then_some(shown)
    };
    let book = planner.book;
    let contract = line.contract.and_then(|id| book.contracts.get(id));
    let customer = book.accounts.get(line.account).map(|account| account.name);
    let product = differs(
        Column::Product,
        line.pid.as_ref().or(line.service_sku.as_ref()),
    );
    let elsewhere = differs(
        Column::Contract,
        contract.as_ref().map(|contract| &contract.number),
    )
    .filter(|_| differs(Column::Customer, customer.as_ref()).is_some());
    match product.or(elsewhere) {
        None => Ok(()),
        Some(shown) => {
            let reason = format!(
                "line {} of this book is another one than the row shows ({shown}): the list may be of \
                 another book, or its rows were mixed up",
                line.id
            );
            Err((Code::WrongLine, reason))
        }
    }
}

/// What a row shows in a column, unless a spreadsheet has spoilt it.
fn shown(planner: &Planner<'_>, record: &Record, column: Column) -> Option<String> {
    let wanted = key(header(column));
    let table = planner.table(record)?;
    let at = table.headers.iter().position(|name| key(name) == wanted)?;
    let shown = record.cell_texts().nth(at)?.trim();
    let spoilt = shown.is_empty() || shown.contains("E+") || shown.contains('.');
    (!spoilt).then(|| shown.to_string())
}

/// A serial without what a spreadsheet may have put on or taken off it.
fn bare(serial: &str) -> String {
    let bare: String = serial.chars().filter(|c| c.is_alphanumeric()).collect();
    bare.trim_start_matches('0').to_uppercase()
}

/// The line with the answer on it; an empty cell says nothing and changes nothing.
fn answered(line: &Line, values: &Values) -> Result<Line, String> {
    let mut next = line.clone();
    if let Some(text) = values.text(Field::Renew) {
        match answer(text) {
            None => {}
            Some(Some(renew)) => next.customer_renew = Some(renew),
            Some(None) => return Err(format!("{text:?} is neither yes nor no; write Y or N")),
        }
    }
    if let Some(comment) = values.text(Field::CustomerComment) {
        next.customer_comment = Some(Arc::clone(comment));
    }
    Ok(next)
}
