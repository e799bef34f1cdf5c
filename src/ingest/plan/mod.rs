//! Rows and the book to a plan: what is new, what changed, what the file no longer has. Pure; the
//! store writes the plan in one transaction, or refuses it when the book has moved on.

mod baseline;
mod contracts;
mod eox;
mod gone;
mod identity;
mod lines;
mod mend;
pub(in crate::ingest) mod merge;
mod parties;
mod remarks;
mod renewals;
mod settled;

pub use mend::mend;

use super::error::IngestError;
use super::report::{Problems, Reject, Report};
use super::row::{Code, Outcome, Record, RowKind, Rows, TableInfo, Values};
use crate::catalogue::Catalogue;
use crate::domain::batch::{Batch, Counts};
use crate::domain::command::ImportPlan;
use crate::domain::ids::{BatchId, IdSource, LineId};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::HashMap;

/// What the plan cannot know by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMeta {
    /// When the import was asked for: UTC, ISO 8601.
    pub at: String,
}

/// A plan with its report.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// What to write; its `batch` is `None` when there is nothing to write.
    pub plan: ImportPlan,
    /// What to tell.
    pub report: Report,
}

/// What a row did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    New,
    Changed,
    Unchanged,
}

/// The state of planning one file.
struct Planner<'a> {
    book: &'a Snapshot,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    ids: &'a mut dyn IdSource,
    today: NaiveDate,
    batch: BatchId,
    rows: &'a Rows,
    problems: Problems,
    counts: Counts,
    rejects: Vec<Reject>,
    plan: ImportPlan,
}

/// Compares rows with the book.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] when the file lacks over a fifth of the lines its source had.
pub fn plan(
    rows: Rows,
    book: &Snapshot,
    catalogue: &Catalogue,
    rules: &Rules,
    ids: &mut dyn IdSource,
    meta: &BatchMeta,
    today: NaiveDate,
) -> Result<Planned, IngestError> {
    let batch = BatchId(ids.next());
    let again = book
        .batches
        .iter()
        .any(|known| known.sha256 == rows.sha256 && known.format == rows.format);
    let mut planner = Planner {
        book,
        catalogue,
        rules,
        ids,
        today,
        batch,
        rows: &rows,
        problems: Problems::default(),
        counts: Counts {
            read: rows.records.len() as u64,
            ..Counts::default()
        },
        rejects: Vec::new(),
        plan: ImportPlan {
            op_seq: book.op_seq,
            ..ImportPlan::default()
        },
    };
    match rows.kind.unwrap_or(RowKind::Line) {
        RowKind::Line => lines::plan(&mut planner, again)?,
        RowKind::Contract => contracts::plan(&mut planner),
        RowKind::Eox => eox::plan(&mut planner),
        RowKind::Baseline => baseline::plan(&mut planner)?,
    }
    Ok(planner.finish(meta, again))
}

impl<'a> Planner<'a> {
    /// Calls `each` for every row with data, and counts the others.
    fn data(&mut self, mut each: impl FnMut(&mut Self, &'a Record, &'a Values, bool)) {
        let rows = self.rows;
        for record in &rows.records {
            match &record.outcome {
                Outcome::Data(values) => each(self, record, values, false),
                Outcome::Masked(values) => each(self, record, values, true),
                Outcome::Skipped(code) => {
                    self.counts.skipped += 1;
                    self.tell_skipped(record, *code);
                }
                Outcome::Rejected(code, reason) => self.reject(record, *code, reason.clone()),
            }
        }
    }

    fn tell_skipped(&mut self, record: &Record, code: Code) {
        let why = match code {
            Code::NotALine => "titles, totals, notes and blank rows were passed over",
            Code::NonCisco => "rows of other makers were passed over",
            Code::Masked => "headers with a hidden number were passed over",
            _ => return,
        };
        let place = self.place(record);
        self.problems.note(code, "", place, || why.to_string());
    }

    fn count(&mut self, effect: Effect) {
        match effect {
            Effect::New => self.counts.new += 1,
            Effect::Changed => self.counts.changed += 1,
            Effect::Unchanged => self.counts.unchanged += 1,
        }
    }

    fn reject(&mut self, record: &Record, code: Code, reason: String) {
        self.counts.rejected += 1;
        let table = self.table(record);
        let headers = table.map(|t| t.headers.as_slice()).unwrap_or_default();
        let cells: Vec<&str> = record.cell_texts().collect();
        let cells = headers
            .iter()
            .enumerate()
            .filter(|(_, header)| !super::report::REJECT_COLUMNS.contains(&header.as_str()))
            .map(|(at, header)| {
                let text = cells.get(at).copied().unwrap_or_default();
                (header.clone(), text.to_string())
            })
            .collect();
        self.rejects.push(Reject {
            code,
            reason,
            sheet: table.and_then(|t| t.sheet.clone()),
            row: record.row,
            cells,
        });
    }

    fn table(&self, record: &Record) -> Option<&'a TableInfo> {
        self.rows.tables.get(usize::from(record.table))
    }

    fn place(&self, record: &Record) -> (Option<&'a str>, Option<u32>) {
        let sheet = self.table(record).and_then(|t| t.sheet.as_deref());
        (sheet, Some(record.row))
    }

    /// The cells no field takes, as a JSON object under their headers; `None` without any.
    fn raw(&self, record: &Record) -> Option<String> {
        let table = self.table(record)?;
        let mut raw = serde_json::Map::new();
        for (at, text) in record.cell_texts().enumerate() {
            let header = table.headers.get(at);
            let ours = header.is_some_and(|h| super::report::REJECT_COLUMNS.contains(&h.as_str()));
            let mapped = table.fields.get(at).copied().flatten().is_some();
            if !text.is_empty() && !mapped && !ours {
                let name = header
                    .cloned()
                    .unwrap_or_else(|| format!("column {}", at + 1));
                raw.insert(name, text.into());
            }
        }
        (!raw.is_empty()).then(|| serde_json::Value::Object(raw).to_string())
    }

    fn finish(mut self, meta: &BatchMeta, again: bool) -> Planned {
        if again {
            self.counts.unchanged += self.counts.new + self.counts.changed;
            self.counts.new = 0;
            self.counts.changed = 0;
            self.plan = ImportPlan {
                op_seq: self.book.op_seq,
                ..ImportPlan::default()
            };
            self.problems.about_file(
                Code::AlreadyImported,
                "this very file was imported before, with the same answers; nothing was written"
                    .to_string(),
            );
        } else {
            self.plan.batch = Some(Batch {
                id: self.batch,
                file: self.rows.file.clone(),
                sha256: self.rows.sha256.clone(),
                format: self.rows.format.clone(),
                at: meta.at.clone(),
                counts: self.counts,
            });
        }
        let mut warnings = self.rows.problems.clone();
        warnings.extend(self.problems.into_list());
        Planned {
            plan: self.plan,
            report: Report {
                format: self.rows.format.clone(),
                file: self.rows.file.clone(),
                counts: self.counts,
                warnings,
                rejects: self.rejects,
            },
        }
    }
}

/// Raw cells by line, so that a later row of the same line replaces an earlier one.
type RawCells = HashMap<LineId, String>;
