//! Rows and the book to a plan: what is new, what changed, what the file no longer has. Pure; the
//! store writes the plan in one transaction, or refuses it when the book has moved on.

mod adoption;
mod answers;
mod baseline;
mod beside;
mod contracts;
mod customers;
mod distributor;
mod eox;
mod estimate;
mod gone;
mod held;
mod identity;
mod lately;
mod lines;
mod mend;
pub(in crate::ingest) mod merge;
mod notices;
mod parties;
mod parts;
mod quote_lines;
mod remarks;
mod renewals;
mod settled;
mod waiting;

pub use mend::mend;

use beside::Beside;

use super::changes::Changes;
use super::error::IngestError;
use super::limits;
use super::report::{Problem, Problems, Refused, Reject, Report};
use super::row::{Code, Outcome, Record, RowKind, Rows, TableInfo, Values};
use super::wire::{Packed, Pass};
use crate::catalogue::Catalogue;
use crate::domain::account::{Account, Site};
use crate::domain::adoption::Adoption;
use crate::domain::batch::{Batch, Counts};
use crate::domain::command::ImportPlan;
use crate::domain::contract::Contract;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::{BatchId, IdSource, LineId};
use crate::domain::line::Line;
use crate::domain::renewal::Renewal;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::Arc;

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

/// What is told of a file that was imported before.
const BEFORE: &str =
    "this very file was imported before, with the same answers; nothing was written";

/// The report of a file whose very bytes, read the same way, are in the book: what that import
/// counted, told without reading the rows again. None where rows were refused then, since they are
/// to be listed again.
pub fn report_again(head: &Rows, imports: &[Batch]) -> Option<Report> {
    let before = imports
        .iter()
        .find(|batch| batch.sha256 == head.sha256 && batch.format == head.format)?;
    let counts = before.counts;
    if counts.rejected > 0 {
        return None;
    }
    let mut problems = Problems::default();
    problems.about_file(Code::AlreadyImported, BEFORE.to_string());
    Some(Report {
        format: head.format.clone(),
        file: head.file.clone(),
        counts: Counts {
            new: 0,
            changed: 0,
            unchanged: counts.unchanged + counts.new + counts.changed,
            ..counts
        },
        warnings: problems.into_list(),
        rejects: Vec::new(),
        gone: 0,
        changes: Changes::default(),
        outline: head.outline.clone(),
        parts: Vec::new(),
    })
}

/// The state of planning one file.
struct Planner<'a> {
    book: &'a Snapshot,
    catalogue: &'a Catalogue,
    rules: &'a Rules,
    ids: &'a mut dyn IdSource,
    next_line: LineId,
    today: NaiveDate,
    batch: BatchId,
    at: &'a str,
    rows: &'a Rows,
    beside: Vec<Beside>,
    problems: Problems,
    counts: Counts,
    rejects: Vec<Reject>,
    gone: u64,
    /// Bytes those rows take, about.
    rejected: usize,
    /// What they have in common, by their tables.
    refused: HashMap<u16, Arc<Refused>>,
    /// Bytes of what is held until the file ends, about.
    held: usize,
    /// Something was handed on.
    begun: bool,
    changes: Changes,
    plan: ImportPlan,
}

/// What rows are planned against.
pub struct Against<'a> {
    /// The book as it stands.
    pub book: &'a Snapshot,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The rules of the pack in use.
    pub rules: &'a Rules,
    /// Where new ids come from.
    pub ids: &'a mut dyn IdSource,
    /// When the import was asked for.
    pub meta: &'a BatchMeta,
    /// The desk's day.
    pub today: NaiveDate,
}

/// Rows that come one after the other, from another process or from where they are held.
pub trait RowStream<E> {
    /// The next row; none after the last.
    ///
    /// # Errors
    /// Why there is no next one although there should be.
    fn next(&mut self) -> Result<Option<Record>, E>;

    /// What to tell about the file; known after its last row.
    fn problems(&mut self) -> Vec<Problem>;
}

/// Something the book does not have yet. What a line names comes before the line.
#[derive(Clone, Debug)]
pub enum NewRow {
    /// The import itself; its counts come with the plan.
    Batch(Batch),
    /// A customer.
    Account(Account),
    /// A site.
    Site(Site),
    /// A contract or subscription.
    Contract(Contract),
    /// A line, and the cells of its row that no column holds.
    Line(Line, Option<String>),
    /// A renewal, new or moved.
    Renewal(Renewal),
    /// An adoption state.
    Adoption(Adoption),
    /// An end-of-life record.
    Eox(EoxRecord),
}

/// Takes new rows one by one.
pub type PutNew<'p, E> = dyn FnMut(NewRow) -> Result<(), E> + 'p;

/// Rows that are held.
struct Held {
    records: std::vec::IntoIter<Record>,
    problems: Vec<Problem>,
}

impl RowStream<IngestError> for Held {
    fn next(&mut self) -> Result<Option<Record>, IngestError> {
        Ok(self.records.next())
    }

    fn problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }
}

impl<E: From<IngestError>> RowStream<E> for Pass<'_> {
    fn next(&mut self) -> Result<Option<Record>, E> {
        Ok(self.next_record()?)
    }

    /// Of the stream they came by.
    fn problems(&mut self) -> Vec<Problem> {
        Vec::new()
    }
}

/// Compares rows with the book.
///
/// # Errors
/// [`IngestError::NeedsAnswer`] when the file lacks over a fifth of the lines its source had.
pub fn plan(
    mut rows: Rows,
    book: &Snapshot,
    catalogue: &Catalogue,
    rules: &Rules,
    ids: &mut dyn IdSource,
    meta: &BatchMeta,
    today: NaiveDate,
) -> Result<Planned, IngestError> {
    let mut held = Held {
        records: std::mem::take(&mut rows.records).into_iter(),
        problems: std::mem::take(&mut rows.problems),
    };
    let against = Against {
        book,
        catalogue,
        rules,
        ids,
        meta,
        today,
    };
    let mut new = ImportPlan::default();
    let mut planned = plan_stream(rows, &mut held, against, &mut |row| {
        match row {
            NewRow::Batch(_) => {}
            NewRow::Account(account) => new.put_accounts.push(account),
            NewRow::Site(site) => new.put_sites.push(site),
            NewRow::Contract(contract) => new.put_contracts.push(contract),
            NewRow::Line(line, cells) => {
                new.raw.extend(cells.map(|cells| (line.id, cells)));
                new.put_lines.push(line);
            }
            NewRow::Renewal(renewal) => new.put_renewals.push(renewal),
            NewRow::Adoption(state) => new.put_adoption.push(state),
            NewRow::Eox(record) => new.put_eox.push(record),
        }
        Ok(())
    })?;
    let plan = &mut planned.plan;
    join(new.put_accounts, &mut plan.put_accounts, |row| row.id);
    join(new.put_sites, &mut plan.put_sites, |row| row.id);
    join(new.put_contracts, &mut plan.put_contracts, |row| row.id);
    join(new.put_lines, &mut plan.put_lines, |row| row.id);
    join(new.put_renewals, &mut plan.put_renewals, |row| row.id);
    join(new.put_adoption, &mut plan.put_adoption, |row| row.id);
    join(new.put_eox, &mut plan.put_eox, |row| row.id);
    plan.raw.append(&mut new.raw);
    plan.raw.sort();
    Ok(planned)
}

/// Rows that were handed on, then those of the plan, which are how one of them stands in the end.
pub(in crate::ingest) fn join<T, K: Copy + Eq + std::hash::Hash>(
    mut new: Vec<T>,
    planned: &mut Vec<T>,
    id: impl Fn(&T) -> K,
) {
    let later: std::collections::HashSet<K> = planned.iter().map(&id).collect();
    new.retain(|row| !later.contains(&id(row)));
    new.append(planned);
    *planned = new;
}

/// Compares rows with the book as they come. What the book does not have yet goes to `put` one by
/// one and is in no plan, so that a file of a million new lines is never held; what the plan says
/// has to be written after them, in the same transaction.
///
/// # Errors
/// As [`plan`], and those of the stream and of `put`.
pub fn plan_stream<E: From<IngestError>>(
    head: Rows,
    stream: &mut dyn RowStream<E>,
    against: Against<'_>,
    put: &mut PutNew<'_, E>,
) -> Result<Planned, E> {
    let rows = head;
    let batch = BatchId(against.ids.next());
    let book = against.book;
    let again = book
        .batches
        .iter()
        .any(|known| known.sha256 == rows.sha256 && known.format == rows.format);
    let mut planner = Planner {
        book,
        catalogue: against.catalogue,
        rules: against.rules,
        ids: against.ids,
        next_line: book.lines.next_id(),
        today: against.today,
        batch,
        at: &against.meta.at,
        rows: &rows,
        beside: rows.tables.iter().map(Beside::of).collect(),
        problems: Problems::default(),
        counts: Counts::default(),
        rejects: Vec::new(),
        gone: 0,
        rejected: 0,
        refused: HashMap::new(),
        held: 0,
        begun: false,
        changes: Changes::default(),
        plan: ImportPlan {
            op_seq: book.op_seq,
            ..ImportPlan::default()
        },
    };
    // Of a file that was imported before nothing is written.
    let nothing: &mut PutNew<'_, E> = &mut |_| Ok(());
    let put = if again { nothing } else { put };
    match rows.kind.unwrap_or(RowKind::Line) {
        RowKind::Line => lines::plan(&mut planner, again, stream, put)?,
        RowKind::Contract => contracts::plan(&mut planner, stream, put)?,
        RowKind::Eox => eox::plan(&mut planner, stream, put)?,
        RowKind::Baseline => baseline::plan(&mut planner, stream)?,
        RowKind::Adoption => adoption::plan(&mut planner, stream, put)?,
        RowKind::Renewal => distributor::plan(&mut planner, stream, put)?,
        RowKind::Customer => customers::plan(&mut planner, stream)?,
        RowKind::Notice => notices::plan(&mut planner, stream)?,
        RowKind::Answer => answers::plan(&mut planner, stream)?,
        RowKind::QuoteLine => quote_lines::plan(&mut planner, stream)?,
        RowKind::Estimate => estimate::plan(&mut planner, stream)?,
    }
    Ok(planner.finish(again, stream.problems()))
}

impl<'a> Planner<'a> {
    /// The number of a line that is new to the book.
    fn new_line(&mut self) -> LineId {
        let id = self.next_line;
        self.next_line = LineId(id.0.saturating_add(1));
        id
    }

    /// Calls `each` for every row with data as it comes, and counts the others.
    fn data<E: From<IngestError>>(
        &mut self,
        stream: &mut dyn RowStream<E>,
        mut each: impl FnMut(&mut Self, &Record, &Values, bool) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(record) = stream.next()? {
            self.counts.read += 1;
            match &record.outcome {
                Outcome::Data(values) => each(self, &record, values, false)?,
                Outcome::Masked(values) => each(self, &record, values, true)?,
                Outcome::Skipped(code) => self.skip(&record, *code),
                Outcome::Rejected(code, reason) => self.reject(&record, *code, reason.clone()),
            }
            self.check()?;
        }
        Ok(())
    }

    /// Takes all rows of a file whose plan needs several looks at them.
    fn packed<E: From<IngestError>>(&mut self, stream: &mut dyn RowStream<E>) -> Result<Packed, E> {
        let mut packed = Packed::default();
        while let Some(record) = stream.next()? {
            packed.push(&record)?;
            if packed.bytes() > limits::HELD_BYTES {
                self.counts.read = packed.rows();
                return Err(self.too_much().into());
            }
        }
        self.hold(packed.bytes());
        Ok(packed)
    }

    /// Hands the import on before anything that is of it.
    fn begin<E>(&mut self, put: &mut PutNew<'_, E>) -> Result<(), E> {
        match std::mem::replace(&mut self.begun, true) {
            true => Ok(()),
            false => put(NewRow::Batch(self.import())),
        }
    }

    /// Hands a row on.
    fn hand<E>(&mut self, row: NewRow, put: &mut PutNew<'_, E>) -> Result<(), E> {
        self.begin(put)?;
        put(row)
    }

    /// Takes bytes into account that stay until the file ends.
    fn hold(&mut self, bytes: usize) {
        self.held = self.held.saturating_add(bytes);
    }

    /// Takes into account that they went.
    fn let_go(&mut self, bytes: usize) {
        self.held = self.held.saturating_sub(bytes);
    }

    fn skip(&mut self, record: &Record, code: Code) {
        self.counts.skipped += 1;
        let why = match code {
            Code::NotALine => "titles, totals, notes and blank rows were passed over",
            Code::NonCisco => "rows of other makers were passed over",
            Code::Masked => "headers with a hidden number were passed over",
            Code::Wrapper => {
                "zero-price renewal wrappers of no box or subscription were passed over"
            }
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

    /// Counts a zero-price wrapper, which is kept but is no line.
    fn keep_wrapper(&mut self, record: &Record) {
        self.counts.skipped += 1;
        let place = self.place(record);
        self.problems.note(Code::Wrapper, "", place, || {
            "zero-price renewal wrappers were kept but count as no line".to_string()
        });
    }

    fn reject(&mut self, record: &Record, code: Code, reason: String) {
        self.counts.rejected += 1;
        self.rejected += record.cells.len() + reason.len() + held::REJECT;
        let table = self.table(record);
        let of = self.refused.entry(record.table);
        let of = of.or_insert_with(|| Arc::new(table.map(Refused::of).unwrap_or_default()));
        self.rejects.push(Reject {
            code,
            reason,
            of: Arc::clone(of),
            row: record.row,
            cells: record.cells.clone(),
        });
    }

    /// Refuses a file of which too much is held.
    fn check(&self) -> Result<(), IngestError> {
        if self.held > limits::HELD_BYTES {
            return Err(self.too_much());
        }
        self.check_rejects()
    }

    fn too_much(&self) -> IngestError {
        held::too_much(self.rows, self.counts.read)
    }

    /// Refused rows are held until they can be written beside the file. Where they are most of a
    /// large one, it is another file than it was taken for.
    fn check_rejects(&self) -> Result<(), IngestError> {
        let (true, Some(last)) = (self.rejected > limits::REJECTED_BYTES, self.rejects.last())
        else {
            return Ok(());
        };
        Err(IngestError::Unreadable {
            file: self.rows.file.clone(),
            what: format!(
                "{} of {} rows were refused so far, too many to be kept for correction; the last in row {}: {}",
                self.counts.rejected, self.counts.read, last.row, last.reason
            ),
            next:
                "Correct the file, or name its columns in a --map FILE.toml; nothing was imported"
                    .to_string(),
        })
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
        let own = self.beside.get(usize::from(record.table))?;
        own.in_row(&record.cells)
    }

    /// The import as far as it has come.
    fn import(&self) -> Batch {
        Batch {
            id: self.batch,
            file: self.rows.file.clone(),
            sha256: self.rows.sha256.clone(),
            format: self.rows.format.clone(),
            at: self.at.to_string(),
            counts: self.counts,
        }
    }

    fn finish(mut self, again: bool, of_file: Vec<Problem>) -> Planned {
        if again {
            self.counts.unchanged += self.counts.new + self.counts.changed;
            self.counts.new = 0;
            self.counts.changed = 0;
            self.gone = 0;
            self.plan = ImportPlan {
                op_seq: self.book.op_seq,
                ..ImportPlan::default()
            };
            self.problems
                .about_file(Code::AlreadyImported, BEFORE.to_string());
        } else {
            self.plan.batch = Some(self.import());
        }
        self.changes.compare(&self.plan, self.book);
        let mut warnings = of_file;
        warnings.extend(self.problems.into_list());
        Planned {
            plan: self.plan,
            report: Report {
                format: self.rows.format.clone(),
                file: self.rows.file.clone(),
                counts: self.counts,
                warnings,
                rejects: self.rejects,
                gone: self.gone,
                changes: self.changes,
                outline: self.rows.outline.clone(),
                parts: Vec::new(),
            },
        }
    }
}

/// Raw cells by line, so that a later row of the same line replaces an earlier one.
type RawCells = HashMap<LineId, String>;
