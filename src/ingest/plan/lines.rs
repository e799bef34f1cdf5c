//! Coverage lines: rows are paired with lines of the book, merged into them, and what the file no
//! longer has is marked.
//!
//! A row that speaks of no line of the book is settled at once and its line handed on. From the
//! first row on that could speak of one, rows wait for the end of the file: which of them gets
//! which line is decided between them all.

use super::gone;
use super::identity::{LineIndex, Met, RowKeys};
use super::merge::{self, Portfolios, Source};
use super::parties::Parties;
use super::parts::{self, Chassis};
use super::renewals::{self, NewLines};
use super::settled::{self, Closed};
use super::waiting::{Waited, Waiting};
use super::{Effect, NewRow, Planner, PutNew, RawCells, RowStream, remarks};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::ContractKind;
use crate::domain::ids::{AccountId, ContractId, LineId};
use crate::domain::line::{Line, LineKind, Origin};
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, FileFacts, Outcome, Record, Values};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// One row on its way to a line.
struct Row {
    record: Record,
    values: Values,
    masked: bool,
    kind: LineKind,
    line: Option<LineId>,
}

impl Row {
    /// Of a row with data.
    fn of(record: Record, kind: LineKind, line: Option<LineId>) -> Option<Row> {
        let (values, masked) = match record.outcome {
            Outcome::Data(values) => (values, false),
            Outcome::Masked(values) => (values, true),
            _ => return None,
        };
        Some(Row {
            record: Record {
                outcome: Outcome::Skipped(Code::NotALine),
                ..record
            },
            values,
            masked,
            kind,
            line,
        })
    }
}

/// Plans all lines of a file.
///
/// # Errors
/// Too many lines of the source are gone; those of the stream and of `put`.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    again: bool,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    if !parts::are_in(&planner.rows.format) {
        return all(planner, Chassis::default(), again, stream, put);
    }
    let rows = planner.packed(stream)?;
    parts::compare_serials(planner, &rows)?;
    let chassis = Chassis::of(&rows)?;
    planner.hold(chassis.bytes());
    all(planner, chassis, again, &mut rows.last_pass(), put)
}

fn all<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    chassis: Chassis,
    again: bool,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let mut file = FileLines::of(planner, chassis);
    while let Some(record) = stream.next()? {
        planner.counts.read += 1;
        if let Some(row) = file.take(planner, record, again)? {
            file.settle(planner, row, put)?;
        }
        planner.check()?;
    }
    file.finish(planner, again, put)
}

/// What is known of a file's lines while its rows come.
struct FileLines<'a> {
    chassis: Chassis,
    parties: Parties<'a>,
    index: LineIndex<'a>,
    closed: Closed,
    portfolios: Portfolios<'a>,
    keys: RowKeys,
    staged: BTreeMap<LineId, Line>,
    new: NewLines,
    raw: RawCells,
    seen: HashSet<LineId>,
    scope: gone::Scope,
    /// True where rows say what they renewed: a later one can then close an earlier one's line, so
    /// none is handed on before the end.
    linked: bool,
    links: Vec<(Arc<str>, LineId, Option<NaiveDate>)>,
    waiting: Waiting,
}

impl<'a> FileLines<'a> {
    fn of(planner: &Planner<'a>, chassis: Chassis) -> FileLines<'a> {
        let links = |field: &Option<Field>| *field == Some(Field::RenewedFrom);
        FileLines {
            chassis,
            parties: Parties::of(planner.book),
            index: LineIndex::of(planner.book),
            closed: Closed::of(planner.book, planner.rules),
            portfolios: Portfolios::of(planner.catalogue),
            keys: RowKeys::default(),
            staged: BTreeMap::new(),
            new: NewLines::default(),
            raw: RawCells::new(),
            seen: HashSet::new(),
            scope: gone::Scope::default(),
            linked: planner
                .rows
                .tables
                .iter()
                .any(|table| table.fields.iter().any(links)),
            links: Vec::new(),
            waiting: Waiting::default(),
        }
    }

    /// Takes a record; the row to settle now, if it is one.
    fn take(
        &mut self,
        planner: &mut Planner<'_>,
        record: Record,
        again: bool,
    ) -> Result<Option<Row>, IngestError> {
        let values = match &record.outcome {
            Outcome::Skipped(code) => {
                planner.skip(&record, *code);
                return Ok(None);
            }
            Outcome::Rejected(code, reason) => {
                self.scope.add_rejected(&record, &planner.rows.tables);
                planner.reject(&record, *code, reason.clone());
                return Ok(None);
            }
            Outcome::Data(values) | Outcome::Masked(values) => values,
        };
        if self.is_part(planner, &record, values) || !self.is_first(planner, &record, values) {
            return Ok(None);
        }
        let kind = merge::kind(values, &planner.rows.format);
        if again {
            match kind == LineKind::Wrapper {
                true => planner.keep_wrapper(&record),
                false => planner.count(Effect::Unchanged),
            }
            return Ok(None);
        }
        let candidates = match self.index.is_empty() {
            true => Vec::new(),
            false => {
                // One that an earlier row of this file made is no contract of any line yet.
                let contract = named_contract(values, &self.parties, &planner.rows.facts)
                    .filter(|id| planner.book.contracts.get(*id).is_some());
                self.index.candidates(values, contract)
            }
        };
        if self.waiting.is_empty() && candidates.is_empty() {
            return Ok(Row::of(record, kind, None));
        }
        self.waiting.add(&record, kind, &candidates)?;
        Ok(None)
    }

    /// True for a part that stands with its chassis.
    fn is_part(&self, planner: &mut Planner<'_>, record: &Record, values: &Values) -> bool {
        let part = self.chassis.holds(values, &self.index);
        if part {
            planner.counts.skipped += 1;
            let place = planner.place(record);
            planner.problems.note(Code::Part, "", place, || {
                "modules, power supplies and the like stand with the chassis they are in and are \
                 no lines of their own"
                    .to_string()
            });
        }
        part
    }

    /// False for a repeat. One with other values contradicts the first and is refused.
    fn is_first(&mut self, planner: &mut Planner<'_>, record: &Record, values: &Values) -> bool {
        match self.keys.meet(values) {
            Met::First => return true,
            Met::Again => {
                planner.counts.skipped += 1;
                let place = planner.place(record);
                planner.problems.note(Code::Repeated, "", place, || {
                    "the same row stands in the file more than once; one was taken".to_string()
                });
            }
            Met::Against => {
                let reason = "another row of this file has the same identity and start, \
                              but other values"
                    .to_string();
                planner.reject(record, Code::DupKey, reason);
            }
        }
        false
    }

    /// Merges a row into its line, and hands a line the book does not have on.
    fn settle<E>(
        &mut self,
        planner: &mut Planner<'_>,
        row: Row,
        put: &mut PutNew<'_, E>,
    ) -> Result<(), E> {
        let known = row.line.and_then(|at| self.index.line(at));
        let known = known.as_ref();
        if row.masked {
            tell_masked(planner, &row.record, known);
        }
        let (line, effect) = self.one(planner, &row, known);
        self.scope.add(&line);
        if let Some(old) = known {
            self.seen.insert(old.id);
            if old.id != line.id {
                self.seen.insert(line.id);
                self.staged.insert(old.id, settled::followed(old, &line));
            }
        }
        if let Some(from) = row.values.text(Field::RenewedFrom) {
            self.links.push((from.clone(), line.id, line.start));
        }
        match row.kind == LineKind::Wrapper {
            true => planner.keep_wrapper(&row.record),
            false => planner.count(effect),
        }
        if effect == Effect::Unchanged {
            return Ok(());
        }
        let cells = planner.raw(&row.record);
        if known.is_none() && !self.linked {
            self.new.add(&line);
            planner.changes.add_new(&line);
            planner.begin(put)?;
            self.parties.hand_on(put)?;
            return put(NewRow::Line(line, cells));
        }
        if let Some(cells) = cells {
            self.raw.insert(line.id, cells);
        }
        self.staged.insert(line.id, line);
        Ok(())
    }

    /// Settles the rows that waited, and what only the whole file tells.
    fn finish<E: From<IngestError>>(
        mut self,
        planner: &mut Planner<'_>,
        again: bool,
        put: &mut PutNew<'_, E>,
    ) -> Result<(), E> {
        self.keys = RowKeys::default();
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.pair(&self.index);
        for waited in waiting.into_rows() {
            let Waited { record, kind, line } = waited?;
            if let Some(row) = Row::of(record, kind, line) {
                self.settle(planner, row, put)?;
            }
        }
        let mut staged = self.staged;
        merge::link_renewed(planner.book, &self.links, &mut staged);
        follow_contracts(planner, &self.parties, &mut staged);
        // An answer about serials holds those that were asked for, never all there are.
        let partial = planner.rows.tables.iter().any(|table| table.partial)
            || merge::answers_for_serials(&planner.rows.format);
        if !again && !partial {
            gone::mark(planner, &self.scope, &self.seen, &mut staged)?;
        }
        renewals::sync(planner, &staged, &self.new, &self.parties);
        self.parties.into_plan(planner);
        planner.plan.put_lines = staged.into_values().collect();
        let mut raw: Vec<(LineId, String)> = self.raw.into_iter().collect();
        raw.sort();
        planner.plan.raw = raw;
        Ok(())
    }

    /// Merges one row into its line.
    fn one(
        &mut self,
        planner: &mut Planner<'_>,
        row: &Row,
        known: Option<&Line>,
    ) -> (Line, Effect) {
        let parties = &mut self.parties;
        let customer = parties.named_account(&row.values, planner);
        let (contract, account) = home(planner, parties, row, known, customer);
        let site = parties.site(account, &row.values, planner);
        let source = Source {
            values: &row.values,
            masked: row.masked,
            kind: row.kind,
            contract,
            account,
            site,
            format: &planner.rows.format,
            weak: known.is_some_and(|line| is_weak(planner, line)),
        };
        let id = match known {
            Some(line) => line.id,
            None => planner.new_line(),
        };
        let merged = merge::merge(known, id, &source, &mut self.portfolios);
        if merged.kept > 0 {
            let place = planner.place(&row.record);
            planner.problems.note(Code::Kept, "", place, || {
                "a value of a vendor file was kept against this list's".to_string()
            });
        }
        let mut line = merged.line;
        if known.is_some_and(|known| self.closed.are_followed(known, &line)) {
            line.id = planner.new_line();
        }
        remarks::status_conflict(planner, &row.record, &mut line);
        remarks::unknown_sku(planner, &row.record, &line, &mut self.portfolios);
        let effect = match known {
            None => Effect::New,
            Some(known) if *known == line => return (line, Effect::Unchanged),
            Some(_) => Effect::Changed,
        };
        if !source.weak {
            line.origin = Some(Origin {
                batch: planner.batch,
                row: row.record.row,
            });
            let several = planner.rows.tables.len() > 1;
            line.origin_sheet = planner
                .table(&row.record)
                .and_then(|table| table.sheet.as_deref())
                .filter(|_| several)
                .map(Into::into);
        }
        (line, effect)
    }
}

/// The contract of the book that a row names by number. A row without a key of its own also takes
/// the number the file gives for all rows: nothing else tells it from other files' rows.
fn named_contract(values: &Values, parties: &Parties<'_>, facts: &FileFacts) -> Option<ContractId> {
    let by = |kind, field| {
        values
            .text(field)
            .and_then(|number| parties.contract_numbered(kind, number))
    };
    let keyed = values.has(Field::Serial) || values.has(Field::Instance);
    let of_file = |kind, number: &Option<String>| {
        let number: Arc<str> = number.as_deref().filter(|_| !keyed)?.into();
        parties.contract_numbered(kind, &number)
    };
    by(ContractKind::Service, Field::ContractNumber)
        .or_else(|| by(ContractKind::Subscription, Field::SubscriptionId))
        .or_else(|| of_file(ContractKind::Service, &facts.contract))
        .or_else(|| by(ContractKind::Quote, Field::QuoteNumber))
        .or_else(|| of_file(ContractKind::Quote, &facts.quote_number))
}

/// True where the file only fills gaps of the line: a customer's own list beside a vendor's file,
/// and what a collector found beside a file that knows the cover.
fn is_weak(planner: &Planner<'_>, line: &Line) -> bool {
    let batch = line
        .origin
        .and_then(|origin| planner.book.batches.get(origin.batch));
    let from = batch.map(|batch| batch.format.as_str());
    if planner.rows.customer_list {
        from.is_some_and(|from| from != crate::ingest::profile::generic::PROFILE.id)
    } else {
        merge::is_found_only(&planner.rows.format)
            && from.is_some_and(|from| from != planner.rows.format)
    }
}

/// Says what became of a row whose contract is hidden.
fn tell_masked(planner: &mut Planner<'_>, record: &Record, known: Option<&Line>) {
    let (which, text) = match known.is_some_and(|line| line.contract.is_some()) {
        true => (
            "held",
            "the file hides a contract that the book knows: it may have gone to somebody else; the \
             line keeps what was known of it, and Changes lists it as masked",
        ),
        false => (
            "",
            "the contract is hidden: somebody else covers it; loaded as a lead",
        ),
    };
    let place = planner.place(record);
    let text = || text.to_string();
    planner.problems.note(Code::Masked, which, place, text);
}

/// Contract and customer of a row (decision 3): what it names, else what its line in the book has,
/// else its quote, else what the map or the title says, else the worklist.
fn home(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    row: &Row,
    known: Option<&Line>,
    customer: Option<AccountId>,
) -> (Option<ContractId>, AccountId) {
    let rows = planner.rows;
    let facts = &rows.facts;
    let uncovered = row.masked || merge::is_gap_list(&rows.format);
    let named = match uncovered {
        true => None,
        false => named_agreement(&row.values, row.kind),
    };
    let of_line = known.and_then(|line| line.contract);
    let given = || {
        let number = facts.contract.as_deref()?;
        Some((ContractKind::Service, Arc::from(number)))
    };
    let alone = uncovered || merge::is_inventory(&rows.format);
    let quote = match named.is_some() || of_line.is_some() || alone {
        true => None,
        false => given().or_else(|| quote_of(planner, &row.values)),
    };
    let by_contract = named
        .as_ref()
        .and_then(|(kind, number)| parties.contract_numbered(*kind, number))
        .or(of_line)
        .and_then(|id| parties.contract(id))
        .map(|contract| contract.account)
        .filter(|account| !parties.is_unassigned(*account));
    let by_line = known
        .map(|line| line.account)
        .filter(|account| !parties.is_unassigned(*account));
    let account = match customer.or(by_line).or(by_contract) {
        Some(account) => account,
        None => {
            let name = facts.customer.as_deref().unwrap_or(UNASSIGNED);
            parties.account_called(name, planner)
        }
    };
    let contract = match named.or(quote) {
        Some((kind, number)) => Some(parties.contract_of(kind, &number, account, planner)),
        None => of_line,
    };
    if let Some(contract) = contract.and_then(|id| parties.contract(id))
        && (merge::completes_contract(&row.values)
            || contract.account != account
            || parties.is_unassigned(account))
    {
        let mut contract = contract.into_owned();
        if parties.is_unassigned(contract.account) {
            contract.account = account;
        } else if customer.is_some_and(|customer| customer != contract.account) {
            remarks::two_customers(planner, parties, &row.record, &contract, account);
        }
        merge::complete_contract(&mut contract, &row.values);
        parties.put_contract(contract);
    }
    (contract, account)
}

type Agreement = (ContractKind, Arc<str>);

fn named_agreement(values: &Values, kind: LineKind) -> Option<Agreement> {
    let contract = values
        .text(Field::ContractNumber)
        .map(|number| (ContractKind::Service, number.clone()));
    let subscription = values
        .text(Field::SubscriptionId)
        .map(|number| (ContractKind::Subscription, number.clone()));
    match kind {
        LineKind::Subscription => subscription.or(contract),
        _ => contract.or(subscription),
    }
}

/// The name of a file without its ending. Rejected rows that come back belong to the file they were
/// refused from: `lines.rejects-2.csv` is `lines`.
fn own_name(file: &str) -> &str {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    match stem.rsplit_once(".rejects") {
        Some((own, more)) if more.chars().all(|c| c == '-' || c.is_ascii_digit()) => own,
        _ => stem,
    }
}

/// The quote a line came with; a file without any quote number lends its own name.
fn quote_of(planner: &mut Planner<'_>, values: &Values) -> Option<Agreement> {
    let facts = &planner.rows.facts;
    let number = values
        .text(Field::QuoteNumber)
        .cloned()
        .or_else(|| facts.quote_number.as_deref().map(Arc::from));
    if let Some(number) = number {
        return Some((ContractKind::Quote, number));
    }
    values.day(Field::EndDate)?;
    let name: Arc<str> = own_name(&planner.rows.file).into();
    planner
        .problems
        .note(Code::Incomplete, "contract", (None, None), || {
            format!(
                "lines without contract, subscription or quote number stand under {name:?} \
             (`contract = \"…\"` in a --map file names one)"
            )
        });
    Some((ContractKind::Quote, name))
}

/// Lines nobody was named for follow their contract to the customer a file has found for it.
fn follow_contracts(
    planner: &Planner<'_>,
    parties: &Parties<'_>,
    staged: &mut BTreeMap<LineId, Line>,
) {
    let moved = parties.moved_contracts();
    if moved.is_empty() {
        return;
    }
    for line in &planner.book.lines {
        let Some((was, now)) = line.contract.and_then(|id| moved.get(&id)) else {
            continue;
        };
        if line.account == *was && parties.is_unassigned(*was) {
            let line = staged.entry(line.id).or_insert_with(|| line.clone());
            if line.account == *was {
                line.account = *now;
            }
        }
    }
}
