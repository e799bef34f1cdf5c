//! A quote that was worked on in a spreadsheet becomes edits of its lines. Only what differs from what was
//! written out is taken: what the file says as the book does, to the digits a spreadsheet keeps, stays as it
//! was typed, so that a file nobody touched changes nothing.

use super::identity::{Met, RowKeys};
use super::{Effect, Planner, RowStream, held};
use crate::domain::ids::{QuoteId, QuoteLineId};
use crate::domain::portfolio::Portfolio;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::export::Cell;
use crate::export::inside::shown;
use crate::ingest::changes::{self, Changed};
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, Value, Values};
use crate::pricing::edit::{self, apply_all};
use crate::pricing::{PricedLine, price_quote};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

/// Columns with the fields of a line they set.
const COLUMNS: [(Field, edit::Field); 16] = [
    (Field::ServiceSku, edit::Field::ServiceSku),
    (Field::StartDate, edit::Field::Start),
    (Field::EndDate, edit::Field::End),
    (Field::Quantity, edit::Field::Quantity),
    (Field::UnitList, edit::Field::UnitList),
    (Field::LineDiscount, edit::Field::DiscountPct),
    (Field::UnitNet, edit::Field::UnitNet),
    (Field::ExtendedNet, edit::Field::ExtendedNet),
    (Field::MarginPct, edit::Field::MarginPct),
    (Field::MarkupPct, edit::Field::MarkupPct),
    (Field::UnitSell, edit::Field::UnitSell),
    (Field::ExtendedSell, edit::Field::ExtendedSell),
    (Field::Portfolio, edit::Field::Portfolio),
    (Field::Premium, edit::Field::Premium),
    (Field::UnderEa, edit::Field::Ea),
    (Field::AiProduct, edit::Field::Ai),
];

/// Fields of which one follows from the other: of each side one may be changed.
const SIDES: [&[edit::Field]; 2] = [
    &[
        edit::Field::DiscountPct,
        edit::Field::UnitNet,
        edit::Field::ExtendedNet,
    ],
    &[
        edit::Field::MarginPct,
        edit::Field::MarkupPct,
        edit::Field::UnitSell,
        edit::Field::ExtendedSell,
    ],
];

/// A quote while its rows come.
struct Open {
    held: Quote,
    priced: Vec<PricedLine>,
    next: Quote,
    /// Where its lines stand.
    places: HashMap<QuoteLineId, usize>,
    rows: usize,
}

/// The quotes of the book by the number people use, and those whose rows came already.
struct Quotes {
    numbered: HashMap<Arc<str>, QuoteId>,
    open: BTreeMap<QuoteId, Open>,
}

type Refusal = (Code, String);

/// Plans the edits of all quotes in the file.
///
/// # Errors
/// Those of the stream.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
) -> Result<(), E> {
    let mut met = RowKeys::default();
    let heads = planner.book.quotes.heads();
    let mut quotes = Quotes {
        numbered: heads.map(|head| (head.number.clone(), head.id)).collect(),
        open: BTreeMap::new(),
    };
    planner.data(stream, |planner, record, values, _| {
        let (quote, at) = match line_of(planner, &mut quotes, values) {
            Ok(found) => found,
            Err((code, reason)) => {
                planner.reject(record, code, reason);
                return Ok(());
            }
        };
        let Some(quote) = quotes.open.get_mut(&quote) else {
            return Ok(());
        };
        let (Some(line), Some(priced)) = (quote.held.lines.get(at), quote.priced.get(at)) else {
            return Ok(());
        };
        match met.meet_as(&[line.id.0.as_bytes()], values) {
            Met::First => planner.hold(held::MET),
            Met::Again => {
                planner.counts.skipped += 1;
                return Ok(());
            }
            Met::Against => {
                let reason = "another row of this file is of the same line, but says otherwise";
                planner.reject(record, Code::DupKey, reason.to_string());
                return Ok(());
            }
        }
        quote.rows += 1;
        match edited(planner, line, priced, values) {
            Err(reason) => planner.reject(record, Code::Refused, reason),
            Ok((next, _)) if next == *line => planner.count(Effect::Unchanged),
            Ok((next, cells)) => {
                planner.count(Effect::Changed);
                planner.changes.add_edited(Changed {
                    row: Some(record.row),
                    line: name(&quote.held, line),
                    cells,
                });
                if let Some(slot) = quote.next.lines.get_mut(at) {
                    *slot = next;
                }
            }
        }
        Ok(())
    })?;
    for quote in quotes.open.into_values() {
        let missing = quote.held.lines.len().saturating_sub(quote.rows);
        if missing > 0 {
            planner.problems.about_file(
                Code::Kept,
                format!(
                    "lines of {} that were not taken from the file and stay as they were: {missing}",
                    quote.held.number
                ),
            );
        }
        if quote.next != quote.held {
            let version = quote.held.version.saturating_add(1);
            planner.plan.put_quotes.push(Quote {
                version,
                ..quote.next
            });
        }
    }
    Ok(())
}

/// The quote of a row, opened, and the place of its line.
fn line_of(
    planner: &Planner<'_>,
    quotes: &mut Quotes,
    values: &Values,
) -> Result<(QuoteId, usize), Refusal> {
    let number = values.text(Field::QuoteNumber).map_or("", |text| text);
    let id = quotes.numbered.get(number).copied().ok_or_else(|| {
        let reason = format!("this book has no quote {number:?}; the file may be of another book");
        (Code::WrongLine, reason)
    })?;
    if let std::collections::btree_map::Entry::Vacant(slot) = quotes.open.entry(id)
        && let Some(held) = planner.book.quotes.get(id)
    {
        let (priced, _) = price_quote(&held, planner.rules);
        let lines = held.lines.iter().enumerate();
        slot.insert(Open {
            places: lines.map(|(at, line)| (line.id, at)).collect(),
            next: held.clone(),
            priced,
            held,
            rows: 0,
        });
    }
    let gone = || (Code::WrongLine, format!("{number} could not be read"));
    let open = quotes.open.get(&id).ok_or_else(gone)?;
    let quote = &open.held;
    if quote.status == QuoteStatus::Sent {
        let reason = format!(
            "{number} was sent, and what was sent is not changed; edit it on the desk first"
        );
        return Err((Code::Outdated, reason));
    }
    let version = values.number(Field::QuoteVersion);
    if version != Some(Decimal::from(quote.version)) {
        let of = version.map_or_else(
            || "no version".into(),
            |n| format!("version {}", n.normalize()),
        );
        let reason = format!(
            "the file has {of} of {number}, the book version {}: write it out again and carry over what you changed",
            quote.version
        );
        return Err((Code::Outdated, reason));
    }
    let text = values.text(Field::QuoteLineId).map_or("", |text| text);
    let line = QuoteLineId::from_str(text.trim_matches(['\'', ' '])).ok();
    let place = line.and_then(|line| open.places.get(&line).copied());
    place.map(|at| (id, at)).ok_or_else(|| {
        let reason = format!("{number} has no line with the id {text:?}");
        (Code::WrongLine, reason)
    })
}

/// A line in a few words: quote, number, product and serial number.
pub(super) fn name(quote: &Quote, line: &QuoteLine) -> String {
    let named = [&line.pid, &line.serial].into_iter().flatten();
    let named: Vec<&str> = named.map(|text| &**text).collect();
    format!(
        "{} line {}  {}",
        quote.number,
        line.number,
        named.join("  ")
    )
}

/// The line with what the row changed, and the cells that say so.
fn edited(
    planner: &Planner<'_>,
    line: &QuoteLine,
    priced: &PricedLine,
    values: &Values,
) -> Result<(QuoteLine, Vec<changes::Cell>), String> {
    let mut edits: Vec<(edit::Field, String)> = Vec::new();
    for (column, field) in COLUMNS {
        if let Some(text) = changed(values, column, &shown(line, priced, field)) {
            edits.push((field, text));
        }
    }
    for side in SIDES {
        let typed =
            |(field, text): &(edit::Field, String)| side.contains(field) && !text.is_empty();
        let mut both = edits.iter().filter(|edit| typed(edit));
        if let (Some((one, _)), Some((other, _))) = (both.next(), both.next()) {
            return Err(format!(
                "{} and {} were both changed, and one follows from the other; change one of them",
                one.id(),
                other.id()
            ));
        }
        // the one that was emptied makes room for the one that was typed
        if edits.iter().any(typed) {
            edits.retain(|edit| !side.contains(&edit.0) || typed(edit));
        }
    }
    for (field, text) in &edits {
        sound(planner, *field, text, &shown(line, priced, *field))?;
    }
    let cells = edits.iter().map(|(field, text)| changes::Cell {
        field: field.title(),
        before: written(&shown(line, priced, *field)),
        after: text.clone(),
    });
    let cells = cells.collect();
    let edits: Vec<(edit::Field, &str)> = edits.iter().map(|(f, text)| (*f, &**text)).collect();
    apply_all(line, &edits, planner.today, planner.rules)
        .map(|next| (next, cells))
        .map_err(|error| format!("{error} {}", error.hint()))
}

/// What an edit would take and a spreadsheet gets wrong: `40%` is 0.4 in its cell, and a portfolio nobody knows
/// would be scored nowhere.
fn sound(planner: &Planner<'_>, field: edit::Field, text: &str, was: &Cell) -> Result<(), String> {
    let percent = [
        edit::Field::DiscountPct,
        edit::Field::MarginPct,
        edit::Field::MarkupPct,
    ];
    let now = text.parse::<Decimal>().ok();
    let part = |now: Decimal| Decimal::ZERO < now && now < Decimal::ONE;
    if percent.contains(&field)
        && let (Some(now), Cell::Number(was)) = (now.filter(|now| part(*now)), was)
        && *was >= Decimal::ONE
    {
        return Err(format!(
            "{} went from {} to {}: if {} % is meant, type {} into a cell that is no percentage; less than 1 % is typed on the desk",
            field.id(),
            was.round_dp(2).normalize(),
            now.normalize(),
            (now * Decimal::ONE_HUNDRED).normalize(),
            (now * Decimal::ONE_HUNDRED).normalize(),
        ));
    }
    let wanted = Portfolio::named(text).filter(|_| field == edit::Field::Portfolio);
    let Some(wanted) = wanted.filter(|wanted| !wanted.title().eq_ignore_ascii_case("unknown"))
    else {
        return Ok(());
    };
    let parts = planner.catalogue.parts();
    let mut of_products = parts.iter().filter_map(|(_, _, portfolio, _)| *portfolio);
    let mut of_sheet = planner.book.baseline.iter();
    let known = wanted == Portfolio::services()
        || of_products.any(|known| *known == wanted)
        || of_sheet.any(|row| row.portfolio == wanted);
    match known {
        true => Ok(()),
        false => Err(format!(
            "{text:?} is no portfolio of the catalogue or of your assessment"
        )),
    }
}

/// A cell as it was written out, to a millionth: a margin has more digits than anybody reads.
fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.round_dp(6).normalize().to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Blank => String::new(),
    }
}

/// What a column says now, as an edit reads it; none where it says what was written out, or nothing.
fn changed(values: &Values, column: Field, shown: &Cell) -> Option<String> {
    let (_, value) = values.iter().find(|(field, _)| **field == column)?;
    let same = match (value, shown) {
        (Value::Number(now), Cell::Number(was)) => near(*now, *was),
        (Value::Day(now), Cell::Date(was)) => now == was,
        (Value::Text(now), Cell::Text(was)) => now.trim().eq_ignore_ascii_case(was.trim()),
        (Value::Text(now), Cell::Blank) => now.trim().is_empty(),
        _ => false,
    };
    (!same).then(|| match value {
        Value::Number(number) => number.normalize().to_string(),
        Value::Day(day) => day.to_string(),
        Value::Text(text) => text.to_string(),
    })
}

/// A spreadsheet keeps 15 digits and the reader 12 decimals: 33.3333333333333333 comes back as 33.333333333333.
fn near(now: Decimal, was: Decimal) -> bool {
    let relative = was.abs().checked_mul(Decimal::new(1, 13));
    let most = relative.map(|most| most.max(Decimal::new(1, 12)));
    let apart = now.checked_sub(was).map(|apart| apart.abs());
    now == was || most.zip(apart).is_some_and(|(most, apart)| apart <= most)
}
