//! Files of the trade to rows of the book, in two steps. [`read`] turns bytes into [`Rows`]: it
//! meets hostile input, so it runs in a process of its own and its result travels by [`wire`].
//! [`plan`] compares those rows with the book and says what to write; it writes nothing.
//!
//! Touches no file system, no clock and no database: bytes and values come in, values go out.
//! The kinds of files are data under [`profile`]; [`map`] documents the `--map` file that answers
//! what headers cannot.

pub mod check;
pub mod column;
pub mod compared;
pub mod container;
pub mod csv;
pub mod detect;
pub mod document;
pub mod error;
pub mod extract;
pub mod header;
pub mod incentive;
pub mod json;
pub mod limits;
pub mod map;
mod plan;
pub mod profile;
pub mod quotes;
pub mod report;
pub mod row;
pub mod sheet;
pub mod table;
pub mod term;
pub mod title;
pub mod value;
pub mod wire;

pub use error::IngestError;
pub use map::Map;
pub use plan::{BatchMeta, Planned, mend, plan};
pub use report::{Problem, Reject, Report};
pub use row::Rows;

use crate::domain::text::clean;
use container::Container;
use report::Problems;
use row::{Code, FileFacts, Record, RowKind, TableInfo};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::Arc;
use table::Table;

/// How to read a file. Travels to the reading process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The format to read as; else detected.
    pub format: Option<String>,
    /// A person's answers.
    pub map: Map,
}

/// Reads a file. `progress` hears how many rows were read so far.
///
/// # Errors
/// [`IngestError`] for a file that is refused as a whole; single rows are refused in the result.
pub fn read(
    bytes: &[u8],
    file_name: &str,
    options: &ReadOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Rows, IngestError> {
    let file = clean(file_name).into_owned();
    let map = &options.map;
    let mut rows = Rows {
        sha256: fingerprint(bytes, map),
        facts: FileFacts {
            customer: map.customer.as_deref().map(|t| clean(t).trim().to_string()),
            contract: map
                .contract
                .as_deref()
                .map(|t| clean(t).trim().to_uppercase()),
            quote_number: None,
            accept_loss: map.accept_loss,
            reseller: map.reseller.clone(),
        },
        file: file.clone(),
        ..Rows::default()
    };
    let mut problems = Problems::default();
    let container = match container::sniff(bytes, &file)? {
        Container::Text if starts_json_in_utf16(bytes) => Container::Json,
        other => other,
    };
    match container {
        Container::Json => {
            let text = csv::decode(bytes, &mut problems);
            let text = text.trim_start_matches('\u{feff}');
            json::read(text, options, &mut rows, &mut problems)?;
        }
        Container::Workbook => {
            let tables = sheet::read(bytes, &file, map.sheet.as_deref(), &mut problems, progress)?;
            read_tables(&tables, options, &mut rows, &mut problems)?;
        }
        Container::Text => {
            let table = csv::read(bytes, &file, &mut problems, progress)?;
            read_tables(&[table], options, &mut rows, &mut problems)?;
        }
    }
    let mut all = problems.into_list();
    all.append(&mut rows.problems);
    rows.problems = all;
    Ok(rows)
}

/// UTF-16, with a byte-order mark or without, that begins as JSON does.
fn starts_json_in_utf16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let text = bytes.get(2 * usize::from(marked)..).unwrap_or_default();
    let head = text.get(..text.len().min(64)).unwrap_or_default();
    let ascii: Vec<u8> = head.iter().copied().filter(|b| *b != 0).collect();
    let wide = ascii.len() < head.len();
    (marked || wide) && container::looks_like_json(String::from_utf8_lossy(&ascii).trim_start())
}

fn read_tables(
    tables: &[Table],
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<(), IngestError> {
    let map = &options.map;
    let found = detect::find(tables, options.format.as_deref(), map, &rows.file)?;
    let Some(profile) = found.first().map(|(_, found)| found.profile) else {
        return Ok(());
    };
    rows.format = profile.id.to_string();
    rows.kind = profile.rows;
    rows.customer_list = profile.customer_list;
    for (at, title) in detect::others(tables, &found, map) {
        let sheet = tables.get(at).and_then(|table| table.sheet.as_deref());
        problems.about_file(
            Code::Incomplete,
            format!(
                "sheet {:?} looks like {title} and was left out; import it alone with `sheet = …`",
                sheet.unwrap_or_default()
            ),
        );
    }
    let pairs = found
        .iter()
        .filter_map(|(at, found)| Some((tables.get(*at)?, found)));
    let mut records = records_of(pairs, map, rows, problems)?;
    if profile.rows == Some(RowKind::Baseline) {
        profile::dpv::finish(&mut records, map, &rows.file, problems)?;
    }
    rows.records = records;
    Ok(())
}

/// The records of tables whose kind and header are known.
fn records_of<'a>(
    tables: impl Iterator<Item = (&'a Table, &'a detect::Found)>,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<Vec<Record>, IngestError> {
    let mut records: Vec<Record> = Vec::new();
    let mut texts = HashSet::new();
    for (table, found) in tables {
        read_table(table, found, map, rows, problems, &mut records, &mut texts)?;
    }
    Ok(records)
}

fn read_table(
    table: &Table,
    found: &detect::Found,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
    records: &mut Vec<Record>,
    texts: &mut HashSet<Arc<str>>,
) -> Result<(), IngestError> {
    for missing in &found.missing {
        problems.about_file(
            Code::Incomplete,
            format!(
                "{} has no column {missing:?}; name it under [columns] in a --map file",
                table.sheet.as_deref().unwrap_or("the file")
            ),
        );
    }
    let title = title::read(table, found.at);
    if rows.facts.quote_number.is_none() {
        rows.facts.quote_number = title.quote_number;
    }
    if rows.facts.customer.is_none() {
        rows.facts.customer = title.customer;
    }
    let place = column::Place {
        file: &rows.file,
        headers: &found.headers,
        first: found.at + 1,
        dot_source: !found.profile.customer_list,
    };
    let columns = column::decide(table, &found.fields, &place, map, problems)?;
    let mut extraction = extract::Extraction {
        table,
        index: rows.tables.len() as u16,
        found,
        columns: &columns,
        map,
        agreed: rows.facts.quote_number.is_some() || rows.facts.contract.is_some(),
        currency: title::header_currency(&found.headers, &found.fields).or(title.currency),
        texts: std::mem::take(texts),
    };
    extraction.run(problems, records);
    *texts = extraction.texts;
    rows.tables.push(TableInfo {
        sheet: table.sheet.clone(),
        header_row: table.number(found.at),
        headers: found.headers.clone(),
        fields: found.fields.clone(),
        partial: table.partial || found.headers.iter().any(|h| h == report::REJECT_COLUMNS[0]),
    });
    Ok(())
}

/// The hash that tells whether a file was imported before: of its bytes, and where a map answers
/// what they mean, of the bytes' hash with those answers. The same bytes read with another currency
/// are other rows. What only steers the import (`format`, `accept_loss`) is no part of it.
fn fingerprint(bytes: &[u8], map: &Map) -> String {
    let plain = hex(&Sha256::digest(bytes));
    let answers = Map {
        format: None,
        accept_loss: false,
        ..map.clone()
    };
    match (answers == Map::default(), serde_json::to_string(&answers)) {
        (false, Ok(answers)) => hex(&Sha256::digest(format!("{plain}\n{answers}"))),
        _ => plain,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
