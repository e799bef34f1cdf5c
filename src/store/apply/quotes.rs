//! Quotes: new ones, their lines, their header, the versions that are kept.

use crate::domain::command::Stamp;
use crate::domain::ids::{QuoteId, QuoteLineId, RenewalId};
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, QuoteVersion, SellDriver};
use crate::store::Made;
use crate::store::edit::Edit;
use crate::store::error::StoreError;
use crate::store::load;
use crate::store::rows::{QuoteLineRow, QuoteVersionId, QuoteVersionRow};
use crate::store::table::{Entity, Single, read_where};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// The number before the first quote of a book: the first is `Q-1001`.
const NUMBER_BEFORE_FIRST: i64 = 1000;

/// Writes a new quote with its lines.
pub(super) fn new_quote(edit: &mut Edit<'_>, quote: &Quote) -> Result<Made, StoreError> {
    if load::by_id::<Quote>(edit.conn, quote.id.cell())?.is_some() {
        return Err(StoreError::Refused(format!(
            "the quote {} is in the book already",
            quote.id
        )));
    }
    let mut row = quote.clone();
    row.lines = Vec::new();
    row.version = quote.version.max(1);
    if row.number.trim().is_empty() {
        row.number = next_number(edit)?.into();
    } else {
        number_is_free(edit, &row)?;
    }
    edit.put(&row)?;
    write_lines(edit, quote.id, &quote.lines)?;
    Ok(Made {
        quote: Some(quote.id),
        ..Made::default()
    })
}

/// The next number people will use for a quote. Numbers of undone quotes are not given again.
fn next_number(edit: &Edit<'_>) -> Result<String, StoreError> {
    let highest: i64 = edit
        .conn
        .prepare_cached(
            "SELECT coalesce(max(CAST(substr(number, 3) AS INTEGER)), 0) FROM quote
             WHERE number GLOB 'Q-[0-9]*' AND length(number) <= 14",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(format!("Q-{}", highest.max(NUMBER_BEFORE_FIRST) + 1))
}

fn number_is_free(edit: &Edit<'_>, quote: &Quote) -> Result<(), StoreError> {
    let holders = read_where::<Quote>(edit.conn, "number = ?1", &quote.number)?;
    match holders.iter().find(|holder| holder.id != quote.id) {
        Some(_) => Err(StoreError::Refused(format!(
            "the number {} belongs to another quote",
            quote.number
        ))),
        None => Ok(()),
    }
}

/// Writes lines of a quote; each must be new or already belong to it.
pub(super) fn write_lines(
    edit: &mut Edit<'_>,
    quote: QuoteId,
    lines: &[QuoteLine],
) -> Result<(), StoreError> {
    let mut numbers = HashSet::new();
    for line in lines {
        if !numbers.insert(line.number) {
            return Err(StoreError::Refused(format!(
                "two lines of the quote have the number {}",
                line.number
            )));
        }
        let held: Option<QuoteLineRow> = load::by_id(edit.conn, line.id.cell())?;
        if held.is_some_and(|held| held.quote != quote) {
            return Err(StoreError::Refused(format!(
                "line {} belongs to another quote",
                line.number
            )));
        }
    }
    let rows: Vec<QuoteLineRow> = lines
        .iter()
        .map(|line| QuoteLineRow {
            line: line.clone(),
            quote,
        })
        .collect();
    edit.put_all(rows.iter(), |_, _, _| Ok(()))
}

/// The quote as it stands, if its version is the one that was seen. What went out stays readable: one that is
/// out and was not kept as it was sent, in a book of before or out of a file, is kept now.
fn seen(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    yours: impl FnOnce(&Quote) -> (String, String),
) -> Result<Quote, StoreError> {
    let quote = load::quote(edit.conn, id)?.ok_or_else(|| StoreError::missing("quote", id))?;
    if quote.version == version {
        if quote.status == QuoteStatus::Sent {
            let known = versions(edit.conn, id)?;
            if !known.iter().any(|kept| kept.version == version) {
                let on = quote.sent_on.unwrap_or(quote.created_on);
                keep(edit, &quote, &format!("sent {on}"), on)?;
            }
        }
        return Ok(quote);
    }
    let (yours, theirs) = yours(&quote);
    Err(StoreError::Conflict {
        what: format!("quote {}", quote.number),
        group: "the quote",
        yours,
        theirs,
    })
}

/// Writes the quote's own row, one version further.
fn write_header(edit: &mut Edit<'_>, mut quote: Quote) -> Result<(), StoreError> {
    quote.lines = Vec::new();
    quote.version = quote.version.saturating_add(1);
    edit.put(&quote)
}

/// Writes the row of a quote whose lines changed. What the customer holds is no longer what the
/// book holds, so a sent quote is a draft again; the day it went out stays on it.
fn write_changed(edit: &mut Edit<'_>, mut quote: Quote) -> Result<(), StoreError> {
    quote.status = QuoteStatus::Draft;
    write_header(edit, quote)
}

/// Changed and added lines; lines not named stay.
pub(super) fn put_lines(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    lines: &[QuoteLine],
    add_renewals: &[RenewalId],
) -> Result<(), StoreError> {
    let quote = with_lines(edit, id, version, lines, add_renewals)?;
    write_changed(edit, quote)
}

/// A vendor's prices, and until when they hold.
pub(super) fn take_offer(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    lines: &[QuoteLine],
    valid_until: Option<NaiveDate>,
) -> Result<(), StoreError> {
    let mut quote = with_lines(edit, id, version, lines, &[])?;
    quote.valid_until = valid_until.or(quote.valid_until);
    write_changed(edit, quote)
}

/// Writes changed and added lines; the quote as it stands with them, its own row still to be written.
fn with_lines(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    lines: &[QuoteLine],
    add_renewals: &[RenewalId],
) -> Result<Quote, StoreError> {
    let mut quote = seen(edit, id, version, |quote| describe(quote, lines))?;
    let held = quote.lines.iter();
    let held: HashSet<(u32, QuoteLineId)> = held.map(|held| (held.number, held.id)).collect();
    let taken: HashSet<u32> = held.iter().map(|(number, _)| *number).collect();
    for line in lines {
        // numbers are unique in a quote
        if taken.contains(&line.number) && !held.contains(&(line.number, line.id)) {
            return Err(StoreError::Refused(format!(
                "quote {} has a line {} already",
                quote.number, line.number
            )));
        }
    }
    for renewal in add_renewals {
        if !quote.renewals.contains(renewal) {
            quote.renewals.push(*renewal);
        }
    }
    write_lines(edit, id, lines)?;
    Ok(quote)
}

/// All lines of a quote; those not named go out.
pub(super) fn replace_lines(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    lines: &[QuoteLine],
) -> Result<(), StoreError> {
    let quote = seen(edit, id, version, |quote| describe(quote, lines))?;
    let stay: HashSet<QuoteLineId> = lines.iter().map(|line| line.id).collect();
    for held in quote.lines.iter().filter(|held| !stay.contains(&held.id)) {
        edit.hide(&QuoteLineRow::TABLE, &held.id.cell())?;
    }
    write_lines(edit, id, lines)?;
    write_changed(edit, quote)
}

/// The lines that differ, as both sides of a conflict.
fn describe(quote: &Quote, lines: &[QuoteLine]) -> (String, String) {
    let words = |line: &QuoteLine| {
        let buy = match line.buy {
            BuyDriver::DiscountPct(pct) => format!("discount {}%", pct.normalize()),
            BuyDriver::UnitNet(net) => format!("unit net {}", net.normalize()),
            BuyDriver::ExtendedNet(net) => format!("extended net {}", net.normalize()),
        };
        let sell = match line.sell {
            SellDriver::MarginPct(pct) => format!("margin {}%", pct.normalize()),
            SellDriver::MarkupPct(pct) => format!("markup {}%", pct.normalize()),
            SellDriver::UnitSell(sell) => format!("unit sell {}", sell.normalize()),
            SellDriver::ExtendedSell(sell) => format!("extended sell {}", sell.normalize()),
        };
        let (start, end) = (line.start, line.end);
        format!(
            "line {}: quantity {}, {start} to {end}, {buy}, {sell}",
            line.number,
            line.quantity.normalize()
        )
    };
    let held: HashMap<QuoteLineId, &QuoteLine> =
        quote.lines.iter().map(|held| (held.id, held)).collect();
    let theirs: Vec<String> = lines
        .iter()
        .filter_map(|line| held.get(&line.id).copied())
        .map(words)
        .collect();
    let yours: Vec<String> = lines.iter().map(words).collect();
    (yours.join("; "), theirs.join("; "))
}

/// Takes lines out.
pub(super) fn remove_lines(
    edit: &mut Edit<'_>,
    id: QuoteId,
    version: u32,
    lines: &[QuoteLineId],
) -> Result<(), StoreError> {
    let quote = seen(edit, id, version, |quote| {
        (
            format!("{} lines removed", lines.len()),
            format!("{} lines", quote.lines.len()),
        )
    })?;
    let held: HashSet<QuoteLineId> = quote.lines.iter().map(|held| held.id).collect();
    for line in lines {
        if !held.contains(line) {
            return Err(StoreError::missing("quote line", line));
        }
        edit.hide(&QuoteLineRow::TABLE, &line.cell())?;
    }
    write_changed(edit, quote)
}

/// Validity, status and sent date. A quote that goes out is kept as it was sent.
pub(super) fn set_header(
    edit: &mut Edit<'_>,
    header: &Quote,
    version: u32,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let words = |quote: &Quote| {
        let day =
            |day: Option<NaiveDate>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
        format!(
            "{}, valid until {}, sent on {}",
            match quote.status {
                QuoteStatus::Draft => "draft",
                QuoteStatus::Sent => "sent",
            },
            day(quote.valid_until),
            day(quote.sent_on)
        )
    };
    let mut quote = seen(edit, header.id, version, |held| {
        (words(header), words(held))
    })?;
    let goes_out = quote.status == QuoteStatus::Draft && header.status == QuoteStatus::Sent;
    quote.status = header.status;
    quote.valid_until = header.valid_until;
    quote.sent_on = header.sent_on;
    write_header(edit, quote)?;
    if goes_out {
        let on = header.sent_on.unwrap_or(stamp.today);
        keep_version(edit, header.id, &format!("sent {on}"), stamp)?;
    }
    Ok(())
}

/// Keeps the quote as it stands under a name.
pub(super) fn keep_version(
    edit: &mut Edit<'_>,
    id: QuoteId,
    name: &str,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    super::not_blank("the name of the version", name)?;
    let quote = load::quote(edit.conn, id)?.ok_or_else(|| StoreError::missing("quote", id))?;
    keep(edit, &quote, name, stamp.today)
}

fn keep(edit: &mut Edit<'_>, quote: &Quote, name: &str, on: NaiveDate) -> Result<(), StoreError> {
    let content = serde_json::to_string(quote)
        .map_err(|error| StoreError::Refused(format!("the quote cannot be kept: {error}")))?;
    edit.put(&QuoteVersionRow {
        id: version_id(quote.id, edit.seq),
        quote: quote.id,
        version: quote.version,
        name: name.to_owned(),
        on,
        content,
    })
}

/// The versions of a quote that were kept, oldest first.
pub(in crate::store) fn versions(
    conn: &rusqlite::Connection,
    quote: QuoteId,
) -> Result<Vec<QuoteVersion>, StoreError> {
    let rows = read_where::<QuoteVersionRow>(conn, "quote = ?1", &quote.cell())?;
    rows.into_iter()
        .map(|row| {
            let quote = serde_json::from_str(&row.content);
            Ok(QuoteVersion {
                name: row.name.into(),
                on: row.on,
                version: row.version,
                quote: quote.map_err(|error| {
                    StoreError::Refused(format!("a kept version cannot be read: {error}"))
                })?,
            })
        })
        .collect()
}

/// Identity of a kept version: it follows from the quote and the operation that keeps it.
fn version_id(quote: QuoteId, seq: i64) -> QuoteVersionId {
    let digest = Sha256::new()
        .chain_update(quote.0.as_bytes())
        .chain_update(seq.to_be_bytes())
        .finalize();
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    QuoteVersionId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
