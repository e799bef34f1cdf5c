//! Reading the shipped tables: text in, checked rows out. A row that cannot be read is an error
//! with its table and line, never a silent gap.

use super::Catalogue;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use std::sync::Arc;

/// The text of every table.
pub(super) struct Tables {
    pub pids: &'static str,
    pub portfolios: &'static str,
    pub eol: &'static str,
    pub families: &'static str,
    pub codes: &'static str,
}

/// The tables built into the program.
pub(super) const SHIPPED: Tables = Tables {
    pids: include_str!("../../assets/catalogue/pids.csv"),
    portfolios: include_str!("../../assets/catalogue/pid_portfolio.csv"),
    eol: include_str!("../../assets/catalogue/eol.csv"),
    families: include_str!("../../assets/catalogue/families.csv"),
    codes: include_str!("../../assets/catalogue/service_codes.csv"),
};

/// A row of a table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("catalogue table {table}, row {row}: {problem}")]
pub struct CatalogueError {
    /// File name of the table.
    pub table: &'static str,
    /// Row as a spreadsheet counts it, the header being 1; 0 for the table as a whole.
    pub row: usize,
    /// What is wrong.
    pub problem: String,
}

/// A part of the part table.
#[derive(Clone, Debug)]
pub(super) struct PidRow {
    pub model: Arc<str>,
    pub portfolio: Option<Portfolio>,
    pub module: bool,
}

/// A portfolio pattern; no portfolio means "look at the product after the prefix".
#[derive(Clone, Debug)]
pub(super) struct PortfolioRow {
    pub portfolio: Option<Portfolio>,
}

/// An end-of-life row.
#[derive(Clone, Debug)]
pub(super) struct EolRow {
    pub family: Arc<str>,
    pub end_of_sale: Option<NaiveDate>,
    pub ldos: Option<NaiveDate>,
    pub successor: Option<Arc<str>>,
    pub successor_pattern: Option<Arc<str>>,
    pub successor_confidence: Arc<str>,
    pub url: Arc<str>,
    pub confidence: Arc<str>,
}

/// What a service code stands for. The three axes are separate: response, onsite and drive
/// retention, programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceLevel {
    /// The code, e.g. `SNTP`.
    pub code: Arc<str>,
    /// Programme, e.g. `Smart Net Total Care`.
    pub programme: Arc<str>,
    /// Response, e.g. `24x7x4`; empty where the public sources do not say.
    pub response: Arc<str>,
    /// An engineer comes on site.
    pub onsite: bool,
    /// Drives stay with the customer.
    pub drive_retention: bool,
    /// A: vendor document, B: one source, C: inference.
    pub confidence: Arc<str>,
}

/// Rows of one table as trimmed fields.
struct Reader {
    table: &'static str,
    rows: Vec<(usize, csv::StringRecord)>,
}

impl Reader {
    fn new(table: &'static str, text: &str) -> Result<Reader, CatalogueError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for (at, record) in reader.records().enumerate() {
            let row = at + 2;
            let record = record.map_err(|e| CatalogueError {
                table,
                row,
                problem: e.to_string(),
            })?;
            rows.push((row, record));
        }
        Ok(Reader { table, rows })
    }

    fn error(&self, row: usize, problem: String) -> CatalogueError {
        CatalogueError {
            table: self.table,
            row,
            problem,
        }
    }

    fn date(&self, row: usize, text: &str) -> Result<Option<NaiveDate>, CatalogueError> {
        if text.is_empty() {
            return Ok(None);
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Some)
            .map_err(|e| self.error(row, format!("{text:?} is no date: {e}")))
    }

    fn set(&self) -> Result<RegexSet, CatalogueError> {
        let patterns = self.rows.iter().map(|(_, r)| r.get(self.pattern_column()));
        RegexSetBuilder::new(patterns.map(Option::unwrap_or_default))
            .unicode(false)
            .build()
            .map_err(|e| self.error(0, e.to_string()))
    }

    /// Patterns stand first, except in the end-of-life table where the family does.
    fn pattern_column(&self) -> usize {
        usize::from(self.table == "eol.csv")
    }
}

fn field(record: &csv::StringRecord, at: usize) -> &str {
    record.get(at).unwrap_or_default()
}

fn filled(record: &csv::StringRecord, at: usize) -> Option<Arc<str>> {
    record.get(at).filter(|t| !t.is_empty()).map(Arc::from)
}

impl Catalogue {
    /// Builds the catalogue from the text of its tables.
    pub(super) fn parse(tables: &Tables) -> Result<Catalogue, CatalogueError> {
        let mut made = Catalogue::empty();
        let pids = Reader::new("pids.csv", tables.pids)?;
        for (_, r) in &pids.rows {
            let row = PidRow {
                model: field(r, 1).into(),
                portfolio: Portfolio::named(field(r, 2)),
                module: field(r, 3) == "module",
            };
            made.pids.insert(field(r, 0).to_uppercase().into(), row);
        }
        let portfolios = Reader::new("pid_portfolio.csv", tables.portfolios)?;
        made.portfolio_patterns = portfolios.set()?;
        for (_, r) in &portfolios.rows {
            let named = Some(field(r, 2)).filter(|title| *title != "inherit");
            made.portfolios.push(PortfolioRow {
                portfolio: named.and_then(Portfolio::named),
            });
        }
        let families = Reader::new("families.csv", tables.families)?;
        made.family_patterns = families.set()?;
        made.families = families
            .rows
            .iter()
            .map(|(_, r)| field(r, 1).into())
            .collect();
        made.read_eol(tables.eol)?;
        made.read_codes(tables.codes)?;
        Ok(made)
    }

    fn read_eol(&mut self, text: &str) -> Result<(), CatalogueError> {
        let table = Reader::new("eol.csv", text)?;
        self.eol_patterns = table.set()?;
        for (row, r) in &table.rows {
            self.eol_single.push(single(&table, *row, field(r, 1))?);
            self.eol.push(EolRow {
                family: field(r, 0).into(),
                end_of_sale: table.date(*row, field(r, 3))?,
                ldos: table.date(*row, field(r, 4))?,
                successor: filled(r, 5),
                successor_pattern: filled(r, 6),
                url: field(r, 7).into(),
                confidence: field(r, 8).into(),
                successor_confidence: field(r, 9).into(),
            });
        }
        Ok(())
    }

    fn read_codes(&mut self, text: &str) -> Result<(), CatalogueError> {
        let table = Reader::new("service_codes.csv", text)?;
        for (_, r) in &table.rows {
            let code: Arc<str> = field(r, 0).into();
            let level = ServiceLevel {
                code: code.clone(),
                programme: field(r, 1).into(),
                response: field(r, 2).into(),
                onsite: field(r, 3) == "yes",
                drive_retention: field(r, 4) == "yes",
                confidence: field(r, 5).into(),
            };
            self.levels.insert(code, level);
        }
        Ok(())
    }
}

fn single(table: &Reader, row: usize, pattern: &str) -> Result<Regex, CatalogueError> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .map_err(|e| table.error(row, e.to_string()))
}
