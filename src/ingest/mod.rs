//! Files of the trade to rows of the book, in two steps. [`read`] turns bytes into [`Rows`]: it
//! meets hostile input, so it runs in a process of its own and its result travels by [`wire`].
//! [`plan`] compares those rows with the book and says what to write; it writes nothing.
//!
//! Touches no file system, no clock and no database: bytes and values come in, values go out.
//! The kinds of files are data under [`profile`]; [`map`] documents the `--map` file that answers
//! what headers cannot.

pub mod changes;
pub mod check;
pub mod column;
pub mod compared;
pub mod container;
pub mod csv;
pub mod detect;
pub mod document;
pub mod error;
pub mod estimate;
pub mod extract;
mod guess;
pub mod header;
pub mod incentive;
pub mod json;
mod keyed;
pub mod limits;
pub mod map;
pub mod memory;
pub mod offer;
pub mod outline;
mod plan;
pub mod profile;
pub mod quotes;
pub mod report;
pub mod row;
mod settle;
pub mod several;
pub mod source;
pub mod split;
pub mod survey;
pub mod table;
pub mod term;
pub mod text;
pub mod title;
pub mod value;
pub mod wire;
pub mod workbook;

pub use error::IngestError;
pub use map::Map;
pub use plan::{
    Against, BatchMeta, NewRow, Planned, PutNew, RowStream, mend, plan, plan_stream, report_again,
};
pub use report::{Problem, Reject, Report};
pub use row::Rows;

use crate::domain::text::clean;
use container::Container;
use report::Problems;
use row::{FileFacts, Record, RowKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use source::Source;
use std::sync::Arc;
use table::Table;

/// How to read a file. Travels to the reading process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The format to read as; else detected.
    pub format: Option<String>,
    /// A person's answers.
    pub map: Map,
    /// Only say what is seen in the file: no row is taken, and no question asked.
    #[serde(default)]
    pub look: bool,
    /// Answers of earlier files, taken where this one is laid out as they were; those of `map` lie
    /// over them.
    #[serde(default)]
    pub kept: Vec<memory::Memory>,
    /// Kept answers are also taken where the layout differs a little: a person said so.
    #[serde(default)]
    pub near: bool,
    /// A file with tables of several kinds names them in [`Rows::parts`] and gives no rows, instead
    /// of being read as its leading kind.
    #[serde(default)]
    pub several: bool,
    /// Rows are handed on before all of them were seen, where the first ones settle how columns are
    /// read; [`IngestError::Unsettled`] tells when later ones say otherwise.
    #[serde(default)]
    pub hasty: bool,
    /// Read the tables of this kind, and no others.
    #[serde(default)]
    pub part: Option<String>,
}

/// Takes the rows of a file as they are read, so that nobody has to hold them all.
pub trait TakeRows {
    /// What is known of the file before its first row. Its rows and remarks come later.
    ///
    /// # Errors
    /// What keeps the taker from going on; it ends the reading.
    fn head(&mut self, head: &Rows) -> Result<(), IngestError>;

    /// One row.
    ///
    /// # Errors
    /// As [`TakeRows::head`].
    fn record(&mut self, record: Record) -> Result<(), IngestError>;
}

/// Holds all rows.
#[derive(Default)]
struct Held(Rows);

impl TakeRows for Held {
    fn head(&mut self, head: &Rows) -> Result<(), IngestError> {
        self.0 = head.clone();
        Ok(())
    }

    fn record(&mut self, record: Record) -> Result<(), IngestError> {
        self.0.records.push(record);
        Ok(())
    }
}

/// Reads a file whole. `progress` hears how many rows were read so far.
///
/// # Errors
/// [`IngestError`] for a file that is refused as a whole; single rows are refused in the result.
pub fn read(
    bytes: &[u8],
    file_name: &str,
    options: &ReadOptions,
    progress: &mut dyn FnMut(u64),
) -> Result<Rows, IngestError> {
    let mut held = Held::default();
    let source = Arc::new(bytes.to_vec());
    let problems = read_into(source, file_name, options, progress, &mut held)?;
    held.0.problems = problems;
    Ok(held.0)
}

/// Reads a file and hands its rows on one by one. The result is what to tell about the file.
///
/// # Errors
/// As [`read`], and those of `rows`.
pub fn read_into(
    source: Arc<dyn Source>,
    file_name: &str,
    options: &ReadOptions,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<Vec<Problem>, IngestError> {
    let file = clean(file_name).into_owned();
    let map = &options.map;
    let survey = survey::survey(&*source, &file)?;
    let mut rows = Rows {
        sha256: fingerprint(&survey.sha256, map),
        facts: answered(map),
        file: file.clone(),
        ..Rows::default()
    };
    let mut problems = Problems::default();
    // What an archive is stands at its end.
    let archive = match container::is_archive(&survey.head) {
        true => Some(Arc::new(source::whole(&*source, &file)?)),
        false => None,
    };
    let sniffed = archive.as_deref().unwrap_or(&survey.head);
    let container = match container::sniff(sniffed, &file)? {
        Container::Text if starts_json_in_utf16(&survey.head) => Container::Json,
        other => other,
    };
    let handed_on = match container {
        Container::Json => {
            let text = text::open(source, &survey, &file, &mut problems)?;
            json::read(text, options, &mut rows, &mut problems, progress, to)?
        }
        Container::Workbook(kind) => {
            let bytes = archive.unwrap_or_default();
            let tables = workbook::read(kind, &bytes, &file, map, progress)?;
            drop(bytes);
            let options = &*memory::answer(&tables, "workbook", options, &survey.sha256, &mut rows);
            let handed = read_tables(&tables, options, &mut rows, &mut problems, progress, to)?;
            workbook::tell_beyond(&tables, &mut problems);
            handed
        }
        Container::Text => {
            let head = map.header_row.map_or(0, |row| row as usize);
            let head = head.max(limits::HEADER_SEARCH);
            let table = csv::open(source, &survey, &file, head, &mut problems)?;
            let table = &[table];
            let options = &*memory::answer(table, "text", options, &survey.sha256, &mut rows);
            read_tables(table, options, &mut rows, &mut problems, progress, to)?
        }
    };
    let mut all = problems.into_list();
    all.append(&mut rows.problems);
    if !handed_on {
        let mut records = std::mem::take(&mut rows.records);
        if options.look {
            records.clear();
        }
        to.head(&rows)?;
        for record in records {
            to.record(record)?;
        }
    }
    Ok(all)
}

/// What a map says of the file as a whole.
fn answered(map: &Map) -> FileFacts {
    let contract = map.contract.as_deref();
    FileFacts {
        customer: map.customer.as_deref().map(|t| clean(t).trim().to_string()),
        contract: contract.map(|t| clean(t).trim().to_uppercase()),
        quote_number: None,
        accept_loss: map.accept_loss,
        reseller: map.reseller.clone(),
    }
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

/// Reads the tables of a file. True when head and rows were handed on; otherwise `rows` holds them.
fn read_tables(
    tables: &[Table],
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let map = &options.map;
    if options.look {
        let format = options.format.as_deref();
        rows.outline.sheets = outline::look(tables, format, map, &rows.file);
        return Ok(false);
    }
    let asked = options.format.is_some() || map.format.is_some();
    if options.several && !asked {
        rows.parts = several::of_tables(tables, map);
        if !rows.parts.is_empty() {
            let is_read = |at| {
                let sheet = tables
                    .get(at)
                    .and_then(|table: &Table| table.sheet.as_ref());
                sheet.is_some_and(|own| rows.parts.iter().any(|part| part.sheets.contains(own)))
            };
            several::tell_left_out(tables, is_read, map, problems);
            return Ok(false);
        }
    }
    let found = match &options.part {
        Some(part) => detect::of_kind(tables, part, map),
        None => detect::find(tables, options.format.as_deref(), map, &rows.file)?,
    };
    let Some(profile) = found.first().map(|(_, found)| found.profile) else {
        return Ok(false);
    };
    rows.outline.sheets = outline::of_file(tables, &found, map);
    rows.format = profile.id.to_string();
    rows.kind = profile.rows;
    rows.customer_list = profile.customer_list;
    if options.part.is_none() {
        let is_read = |at| found.iter().any(|(known, _)| *known == at);
        several::tell_left_out(tables, is_read, map, problems);
    }
    let pairs = found
        .iter()
        .filter_map(|(at, found)| Some((tables.get(*at)?, found)));
    if profile.rows == Some(RowKind::Estimate) {
        rows.records = read_estimates(pairs, map, rows, problems)?;
        return Ok(false);
    }
    if profile.rows == Some(RowKind::Baseline) {
        let mut records = records_of(pairs, map, rows, problems)?;
        profile::dpv::finish(&mut records, map, &rows.file, problems)?;
        rows.records = records;
        return Ok(false);
    }
    take_settled(pairs, options, rows, problems, progress, to)
}

/// Settles tables whose kind and header are known, and hands their rows on. False where rows are
/// only looked at: then nothing was.
fn take_settled<'a>(
    tables: impl Iterator<Item = (&'a Table, &'a detect::Found)>,
    options: &ReadOptions,
    rows: &mut Rows,
    problems: &mut Problems,
    progress: &mut dyn FnMut(u64),
    to: &mut dyn TakeRows,
) -> Result<bool, IngestError> {
    let map = &options.map;
    let settled = settle::all(tables, options.hasty, map, rows, problems)?;
    if !options.look {
        to.head(rows)?;
    }
    let mut read = 0;
    settle::take_all(&settled, map, rows, problems, &mut |record| {
        read += 1;
        if read % 4_096 == 0 {
            progress(read);
        }
        match options.look {
            true => Ok(()),
            false => to.record(record),
        }
    })?;
    progress(read);
    Ok(!options.look)
}

/// The records of tables whose kind and header are known.
fn records_of<'a>(
    tables: impl Iterator<Item = (&'a Table, &'a detect::Found)>,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<Vec<Record>, IngestError> {
    let settled = settle::all(tables, false, map, rows, problems)?;
    let mut records = Vec::new();
    settle::take_all(&settled, map, rows, problems, &mut |record| {
        records.push(record);
        Ok(())
    })?;
    Ok(records)
}

/// The records of price estimates. What stands around the lines of one is read with them.
fn read_estimates<'a>(
    tables: impl Iterator<Item = (&'a Table, &'a detect::Found)>,
    map: &Map,
    rows: &mut Rows,
    problems: &mut Problems,
) -> Result<Vec<Record>, IngestError> {
    let mut records = Vec::new();
    let mut texts = extract::Texts::default();
    for (table, found) in tables {
        let table = table.whole(&rows.file)?;
        let settled = settle::one(&table, found, false, map, rows, problems)?;
        let index = rows.tables.len() - 1;
        let mut extraction = settle::extraction(&settled, index, map, rows, &mut texts);
        let head = estimate::read(&mut extraction, map, &rows.file, problems, &mut records)?;
        if let Some(table) = rows.tables.get_mut(index) {
            table.estimate = Some(head);
        }
    }
    Ok(records)
}

/// The hash that tells whether a file was imported before: of its bytes, and where a map answers
/// what they mean, of the bytes' hash with those answers. The same bytes read with another currency
/// are other rows. What only steers the import (`format`, `accept_loss`) is no part of it.
pub fn fingerprint(sha256: &[u8; 32], map: &Map) -> String {
    let plain = hex(sha256);
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
