//! Files that hold tables of several kinds: which of them there are, in which order they are brought
//! in, and how the plan of each is laid over the one before, so that they are one step to undo.

use super::changes::Changes;
use super::detect;
use super::map::Map;
use super::outline::Outline;
use super::plan::{self, NewRow, Planned};
use super::profile::known;
use super::report::{Problem, Problems, Report};
use super::row::{Code, RowKind};
use super::table::Table;
use crate::domain::batch::Counts;
use crate::domain::command::ImportPlan;
use crate::domain::snapshot::{Keyed, Snapshot};
use crate::export::document::{EFFECTS_SHEET, TOTALS_SHEET};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Remarks told of tables that are left out, at most.
const LEFT_OUT: usize = 20;

/// The tables of one kind in a file that has several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The kind, an id of [`super::profile`].
    pub format: String,
    /// The kind in words.
    pub title: String,
    /// The sheets they stand in; none for JSON.
    pub sheets: Vec<String>,
    /// What their rows are.
    pub kind: RowKind,
}

/// What one kind of table brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Brought {
    /// The tables.
    pub part: Part,
    /// Their own counts; they add up.
    pub counts: Counts,
}

impl fmt::Display for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Brought { part, counts } = self;
        match part.sheets.is_empty() {
            true => write!(f, "{}: {counts}", part.title),
            false => write!(f, "{} ({}): {counts}", part.place(), part.title),
        }
    }
}

impl Part {
    /// The sheets in words: `sheets Contracts, Assets`; what is no workbook has none.
    pub fn place(&self) -> String {
        match self.sheets.as_slice() {
            [] => self.title.clone(),
            [one] => format!("sheet {one}"),
            many => format!("sheets {}", many.join(", ")),
        }
    }

    /// Customers and contracts before the lines that name them, lines before what is said of them.
    fn rank(&self) -> u8 {
        match self.kind {
            RowKind::Customer => 0,
            RowKind::Contract => 1,
            RowKind::Line => 2,
            RowKind::Renewal => 3,
            RowKind::Notice => 4,
            RowKind::Eox => 5,
            RowKind::Adoption => 6,
            RowKind::Answer => 7,
            RowKind::Estimate => 8,
            RowKind::Baseline => 9,
            RowKind::QuoteLine => 10,
        }
    }
}

/// Parts in the order they are brought in.
pub fn ordered(mut parts: Vec<Part>) -> Vec<Part> {
    parts.sort_by_key(Part::rank);
    parts
}

/// The kinds of a file's tables that are read, in the order they are brought in; none where all its
/// tables are of one kind, or of none.
pub fn of_tables(tables: &[Table], map: &Map) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut best: Option<(u32, bool)> = None;
    for table in tables {
        let Some(found) = detect::detect(table, map) else {
            continue;
        };
        let profile = found.profile;
        let read = profile
            .rows
            .filter(|_| known::of_no_use(profile.id).is_none());
        if best.is_none_or(|(score, _)| found.score > score) {
            best = Some((found.score, read.is_some()));
        }
        let Some(kind) = read else { continue };
        let sheet = table.sheet.clone();
        match parts.iter_mut().find(|part| part.format == profile.id) {
            Some(part) => part.sheets.extend(sheet),
            None => parts.push(Part {
                format: profile.id.to_string(),
                title: profile.title.to_string(),
                sheets: sheet.into_iter().collect(),
                kind,
            }),
        }
    }
    // What the file mostly is may be of no use; what it has beside it need not be.
    let leads = best.is_some_and(|(_, read)| read);
    match parts.len() > 1 || !leads {
        true => ordered(parts),
        false => Vec::new(),
    }
}

/// Names the tables of a workbook that are not among those read, and why.
pub fn tell_left_out(
    tables: &[Table],
    is_read: impl Fn(usize) -> bool,
    map: &Map,
    problems: &mut Problems,
) {
    let of_quote = |(at, table): (usize, &Table)| {
        let rows = detect::detect(table, map).and_then(|found| found.profile.rows);
        is_read(at) && rows == Some(RowKind::QuoteLine)
    };
    let beside_quote = tables.iter().enumerate().any(of_quote);
    // what the desk wrote beside the lines of a quote follows from them
    let follows = |table: &Table| {
        let sheet = table.sheet.as_deref();
        beside_quote && [Some(TOTALS_SHEET), Some(EFFECTS_SHEET)].contains(&sheet)
    };
    let others = tables
        .iter()
        .enumerate()
        .filter(|(at, table)| !is_read(*at) && !follows(table));
    let told = others.filter_map(|(_, table)| {
        let sheet = table.sheet.as_deref()?;
        let Some(found) = detect::detect(table, map) else {
            return detect::is_laid_out(table).then(|| {
                let alone = match detect::is_generic(table, map) {
                    true => "; its columns can be read: import it alone with `sheet = …`",
                    false => "",
                };
                format!("sheet {sheet:?} is of no known kind and was left out{alone}")
            });
        };
        let profile = found.profile;
        let title = profile.title;
        Some(match (known::of_no_use(profile.id), profile.rows) {
            (Some((why, _)), _) => {
                format!("sheet {sheet:?} looks like {title} and was left out: {why}")
            }
            (None, None) => {
                format!("sheet {sheet:?} looks like {title}, which is not read yet, and was left out")
            }
            (None, Some(_)) => format!(
                "sheet {sheet:?} looks like {title} and was left out; import it alone with `sheet = …`"
            ),
        })
    });
    for text in told.take(LEFT_OUT).collect::<Vec<_>>() {
        problems.about_file(Code::Incomplete, text);
    }
}

/// What the plan of a part hands on, for the parts after it.
#[derive(Default)]
pub struct HandedOn {
    /// Rows that are written at once, packed as a book has them.
    book: Snapshot,
    /// Rows that a later part may still take back: they belong to the plan.
    later: ImportPlan,
}

impl HandedOn {
    /// Takes a row. It comes back where it is to be written at once; `keep` is said where a later
    /// part may speak of it.
    pub fn take(&mut self, row: NewRow, keep: bool) -> Option<NewRow> {
        match &row {
            NewRow::Account(own) if keep => self.book.accounts.put(own.clone()),
            NewRow::Site(own) if keep => self.book.sites.put(own.clone()),
            NewRow::Contract(own) if keep => self.book.contracts.put(own.clone()),
            NewRow::Line(own, _) if keep => self.book.lines.put(own.clone()),
            _ => {}
        }
        match row {
            NewRow::Renewal(row) => self.later.put_renewals.push(row),
            NewRow::Adoption(row) => self.later.put_adoption.push(row),
            NewRow::Eox(row) => self.later.put_eox.push(row),
            now => return Some(now),
        }
        None
    }

    /// Moves what a later part may take back into the plan of this one.
    pub fn settle(&mut self, plan: &mut ImportPlan) {
        let later = std::mem::take(&mut self.later);
        plan.put_renewals.splice(0..0, later.put_renewals);
        plan.put_adoption.splice(0..0, later.put_adoption);
        plan.put_eox.splice(0..0, later.put_eox);
    }
}

/// The parts of one file as they are planned, one after the other.
pub struct Several {
    book: Snapshot,
    plan: ImportPlan,
    report: Option<Report>,
}

impl Several {
    /// Nothing planned yet against that book.
    pub fn of(book: Snapshot) -> Several {
        Several {
            plan: ImportPlan {
                op_seq: book.op_seq,
                ..ImportPlan::default()
            },
            book,
            report: None,
        }
    }

    /// The book as it is with all parts planned so far.
    pub fn book(&self) -> &Snapshot {
        &self.book
    }

    /// Lays the plan of a part, and the new rows that were handed on beside it, over those before.
    /// What comes back is to be handed on at once: later parts may name it.
    pub fn add(&mut self, part: Part, handed_on: HandedOn, planned: Planned) -> Vec<NewRow> {
        let Planned { plan, report } = planned;
        let mut first: Vec<NewRow> = Vec::new();
        first.extend(plan.batch.iter().cloned().map(NewRow::Batch));
        first.extend(plan.put_accounts.iter().cloned().map(NewRow::Account));
        first.extend(plan.put_sites.iter().cloned().map(NewRow::Site));
        first.extend(plan.put_contracts.iter().cloned().map(NewRow::Contract));
        let new = handed_on.book;
        (&new.accounts)
            .into_iter()
            .for_each(|row| self.book.accounts.put(row));
        (&new.sites)
            .into_iter()
            .for_each(|row| self.book.sites.put(row));
        (&new.contracts)
            .into_iter()
            .for_each(|row| self.book.contracts.put(row));
        new.lines.iter().for_each(|row| self.book.lines.put(row));
        lay_into(&mut self.book, &plan);
        self.plan = over(std::mem::take(&mut self.plan), plan);
        let part = Brought {
            part,
            counts: report.counts,
        };
        match &mut self.report {
            Some(whole) => join(whole, report, part),
            None => {
                self.report = Some(Report {
                    parts: vec![part],
                    ..report
                });
            }
        }
        first
    }

    /// The book with all parts, the plan of them all, and what to tell; `of_file` are remarks about
    /// the file as a whole. None where nothing was added.
    pub fn finish(self, of_file: Vec<Problem>) -> Option<(Snapshot, Planned)> {
        let mut report = self.report?;
        report.warnings.splice(0..0, of_file);
        let plan = self.plan;
        Some((self.book, Planned { plan, report }))
    }
}

fn lay_into(book: &mut Snapshot, plan: &ImportPlan) {
    macro_rules! put {
        ($($list:ident $rows:ident),+) => {
            $(plan.$list.iter().for_each(|row| book.$rows.put(row.clone()));)+
        };
    }
    put!(
        put_accounts accounts, put_sites sites, put_contracts contracts, put_lines lines,
        put_renewals renewals, put_adoption adoption, put_baseline baseline, put_eox eox,
        put_quotes quotes, put_activities activities, put_decisions decisions, put_rates rates,
        put_groups offer_groups, put_use_cases use_cases
    );
    book.settings.extend(plan.put_settings.iter().cloned());
    for id in &plan.drop_renewals {
        book.renewals.remove(*id);
    }
    plan.batch
        .iter()
        .for_each(|row| book.batches.put(row.clone()));
}

/// One plan over an earlier one: what both speak of is as the later one has it.
fn over(mut before: ImportPlan, mut plan: ImportPlan) -> ImportPlan {
    let dropped = |id| plan.drop_renewals.contains(&id);
    before.put_renewals.retain(|row| !dropped(row.id));
    let put = |id| plan.put_renewals.iter().any(|row| row.id == id);
    before.drop_renewals.retain(|id| !put(*id));
    before.drop_renewals.append(&mut plan.drop_renewals);
    plan.drop_renewals = before.drop_renewals;
    macro_rules! join {
        ($($list:ident),+) => {
            $(plan::join(before.$list, &mut plan.$list, Keyed::key);)+
        };
    }
    join!(
        put_accounts,
        put_sites,
        put_contracts,
        put_lines,
        put_renewals,
        put_adoption,
        put_baseline,
        put_eox,
        put_quotes,
        put_activities,
        put_decisions,
        put_rates,
        put_groups,
        put_use_cases
    );
    plan::join(before.raw, &mut plan.raw, |(id, _)| *id);
    before.put_settings.append(&mut plan.put_settings);
    plan.put_settings = before.put_settings;
    plan.batch = plan.batch.or(before.batch);
    plan
}

fn join(whole: &mut Report, mut more: Report, part: Brought) {
    if !whole.format.split(" + ").any(|own| own == more.format) {
        whole.format = format!("{} + {}", whole.format, more.format);
    }
    whole.counts += more.counts;
    whole.gone += more.gone;
    let told = |own: &Problem| whole.warnings.contains(own);
    more.warnings.retain(|own| !told(own));
    whole.warnings.append(&mut more.warnings);
    whole.rejects.append(&mut more.rejects);
    join_changes(&mut whole.changes, more.changes);
    join_outline(&mut whole.outline, more.outline);
    whole.parts.push(part);
}

fn join_changes(whole: &mut Changes, more: Changes) {
    whole.changed_lines += more.changed_lines;
    whole.gone_lines += more.gone_lines;
    whole.lines.extend(more.lines);
    whole.new.extend(more.new);
    whole.gone.extend(more.gone);
    whole.cut();
    for (field, count) in more.cells {
        match whole.cells.iter_mut().find(|(own, _)| *own == field) {
            Some((_, sum)) => *sum += count,
            None => whole.cells.push((field, count)),
        }
    }
}

fn join_outline(whole: &mut Outline, more: Outline) {
    for sheet in more.sheets.into_iter().filter(|sheet| sheet.taken) {
        whole.put(sheet);
    }
}
