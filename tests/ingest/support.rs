//! A book in memory that takes plans, and files made on the spot.

use chrono::NaiveDate;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{
    self, BatchMeta, IngestError, Map, Planned, ReadOptions, Report, Rows, wire,
};
use renewdesk::program::Pack;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::sync::LazyLock;
use uuid::Uuid;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn today() -> NaiveDate {
    day("2026-11-22")
}

pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::shipped);
pub static PACK: LazyLock<Pack> = LazyLock::new(Pack::shipped);

/// The book and what an import needs beside it.
pub struct Desk {
    pub book: Snapshot,
    /// The day of its imports.
    pub today: NaiveDate,
    next: u128,
}

impl Desk {
    pub fn new() -> Desk {
        Desk {
            book: Snapshot::default(),
            today: today(),
            next: 1,
        }
    }

    /// Plans rows as they were read; packed and unpacked again they must give the same plan.
    pub fn plan(&mut self, rows: Rows) -> Result<Planned, IngestError> {
        let next = self.next;
        let again = self.plan_once(unpacked(&rows));
        self.next = next;
        let planned = self.plan_once(rows);
        assert_eq!(planned, again);
        planned
    }

    /// Plans rows as they were read.
    pub fn plan_once(&mut self, rows: Rows) -> Result<Planned, IngestError> {
        let next = &mut self.next;
        let mut ids = || {
            *next += 1;
            Uuid::from_u128(*next)
        };
        let meta = BatchMeta {
            at: "2026-11-22T10:00:00Z".to_string(),
        };
        ingest::plan(
            rows,
            &self.book,
            &CATALOGUE,
            &PACK.rules,
            &mut ids,
            &meta,
            self.today,
        )
    }

    /// Reads, plans and takes the plan into the book.
    pub fn import(&mut self, bytes: &[u8], name: &str, map: &str) -> Result<Report, IngestError> {
        let rows = read(bytes, name, map)?;
        let planned = self.plan(rows)?;
        assert!(
            planned.report.counts.adds_up(),
            "{:?}",
            planned.report.counts
        );
        self.take(planned.plan);
        Ok(planned.report)
    }

    pub fn take(&mut self, plan: ImportPlan) {
        let book = &mut self.book;
        plan.put_accounts
            .into_iter()
            .for_each(|row| book.accounts.put(row));
        plan.put_sites
            .into_iter()
            .for_each(|row| book.sites.put(row));
        plan.put_contracts
            .into_iter()
            .for_each(|row| book.contracts.put(row));
        plan.put_lines
            .into_iter()
            .for_each(|row| book.lines.put(row));
        plan.put_renewals
            .into_iter()
            .for_each(|row| book.renewals.put(row));
        plan.put_adoption
            .into_iter()
            .for_each(|row| book.adoption.put(row));
        plan.put_baseline
            .into_iter()
            .for_each(|row| book.baseline.put(row));
        plan.put_eox.into_iter().for_each(|row| book.eox.put(row));
        plan.put_quotes
            .into_iter()
            .for_each(|row| book.quotes.put(row));
        book.settings.extend(plan.put_settings);
        for id in plan.drop_renewals {
            book.renewals.remove(id);
        }
        plan.batch.into_iter().for_each(|row| book.batches.put(row));
        book.op_seq += 1;
    }
}

/// The same file with rows that were packed.
pub fn unpacked(rows: &Rows) -> Rows {
    let mut packed = wire::Packed::default();
    for record in &rows.records {
        packed.push(record).unwrap();
    }
    assert_eq!(packed.rows(), rows.records.len() as u64);
    let mut again = Rows {
        records: Vec::new(),
        ..rows.clone()
    };
    let mut pass = packed.last_pass();
    while let Some(record) = pass.next_record().unwrap() {
        again.records.push(record);
    }
    again
}

pub fn read(bytes: &[u8], name: &str, map: &str) -> Result<Rows, IngestError> {
    let options = ReadOptions {
        format: None,
        map: Map::parse(map, "map.toml")?,
        ..ReadOptions::default()
    };
    ingest::read(bytes, name, &options, &mut |_| {})
}

/// What is said when a file is asked for as a format it has not.
pub fn asked(format: &str, bytes: &[u8]) -> String {
    let options = ReadOptions {
        format: Some(format.to_string()),
        ..ReadOptions::default()
    };
    let error = ingest::read(bytes, "x", &options, &mut |_| {}).unwrap_err();
    error.to_string()
}

/// True where a remark of that kind has those words.
pub fn says(report: &Report, code: Code, words: &str) -> bool {
    let fits = |w: &&ingest::Problem| w.code == code && w.text.contains(words);
    report.warnings.iter().any(|w| fits(&w))
}

/// Two documents in everything they may come in: a list, lists in a list, glued, JSON Lines, with
/// keys in capitals, in UTF-8 and UTF-16 with a mark.
pub fn containers(a: &str, b: &str) -> Vec<Vec<u8>> {
    let line = |text: &str| text.replace('\n', " ");
    let list = format!("[{a},{b}]");
    let mut wide = vec![0xFE, 0xFF];
    wide.extend(list.encode_utf16().flat_map(u16::to_be_bytes));
    vec![
        format!("[[{a}],[{b}]]").into_bytes(),
        format!("{a}{b}").into_bytes(),
        format!("{}\n{}\n", line(a), line(b)).into_bytes(),
        format!("\u{feff}{list}").into_bytes(),
        shouted(&list).into_bytes(),
        wide,
        list.into_bytes(),
    ]
}

/// The JSON with the names of its members in capitals.
fn shouted(text: &str) -> String {
    let parts: Vec<&str> = text.split('"').collect();
    let loud = parts.iter().enumerate().map(|(at, part)| {
        let named = at % 2 == 1 && parts.get(at + 1).is_some_and(|next| next.starts_with(':'));
        if named {
            part.to_uppercase()
        } else {
            part.to_string()
        }
    });
    loud.collect::<Vec<_>>().join("\"")
}

/// Counts as (read, new, changed, unchanged, skipped, rejected).
pub fn counts(report: &Report) -> (u64, u64, u64, u64, u64, u64) {
    let c = report.counts;
    (c.read, c.new, c.changed, c.unchanged, c.skipped, c.rejected)
}

/// A cell to write: text, a number, a date serial, a fraction shown as percent.
#[derive(Clone, Copy)]
pub enum C<'a> {
    E,
    T(&'a str),
    N(f64),
    D(&'a str),
    P(f64),
}

/// A workbook of sheets, each a name, whether it is hidden, and rows from row 1.
pub fn workbook(sheets: &[(&str, bool, Vec<Vec<C<'_>>>)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let percent = Format::new().set_num_format("0.0%");
    for (name, hidden, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        sheet.set_hidden(*hidden);
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (row as u32, column as u16);
                match cell {
                    C::E => {}
                    C::T(text) => drop(sheet.write_string(row, column, *text).unwrap()),
                    C::N(number) => drop(sheet.write_number(row, column, *number).unwrap()),
                    C::P(number) => drop(
                        sheet
                            .write_number_with_format(row, column, *number, &percent)
                            .unwrap(),
                    ),
                    C::D(text) => drop(
                        sheet
                            .write_datetime_with_format(
                                row,
                                column,
                                ExcelDateTime::parse_from_str(text).unwrap(),
                                &date,
                            )
                            .unwrap(),
                    ),
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}
