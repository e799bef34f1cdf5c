//! Coverage lines: rows are paired with lines of the book, merged into them, and what the file no
//! longer has is marked.

use super::gone;
use super::identity::{LineIndex, key_in_file};
use super::merge::{self, Portfolios, Source};
use super::parties::Parties;
use super::{Effect, Planner, RawCells, remarks, renewals, settled};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::ContractKind;
use crate::domain::ids::{AccountId, ContractId, LineId};
use crate::domain::line::{Line, LineKind, Origin};
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, FileFacts, Record, Values};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// One row on its way to a line.
struct Paired<'a> {
    record: &'a Record,
    values: &'a Values,
    masked: bool,
    wrapper: bool,
    line: Option<u32>,
}

/// Plans all lines of a file.
///
/// # Errors
/// Too many lines of the source are gone.
pub fn plan(planner: &mut Planner<'_>, again: bool) -> Result<(), IngestError> {
    let mut parties = Parties::of(planner.book);
    let index = LineIndex::of(planner.book);
    let mut rows = distinct_rows(planner);
    pair(&mut rows, &index, &parties, &planner.rows.facts);
    let mut staged: BTreeMap<LineId, Line> = BTreeMap::new();
    let mut raw = RawCells::new();
    let mut seen: HashSet<LineId> = HashSet::new();
    let mut scope = gone::Scope::of_rejected(planner.rows);
    let mut links = Vec::new();
    let mut portfolios = Portfolios::of(planner.catalogue);
    for row in &rows {
        let known = row.line.and_then(|at| index.line(at));
        let (line, effect) = one(planner, &mut parties, &mut portfolios, row, known);
        scope.add(&line);
        seen.insert(line.id);
        if let Some(old) = known.filter(|old| old.id != line.id) {
            seen.insert(old.id);
            staged.insert(old.id, settled::followed(old, &line));
        }
        if let Some(from) = row.values.text(Field::RenewedFrom) {
            links.push((from.clone(), line.id, line.start));
        }
        match row.wrapper {
            true => {
                planner.counts.skipped += 1;
                let place = planner.place(row.record);
                planner.problems.note(Code::Wrapper, "", place, || {
                    "zero-price renewal wrappers were kept but count as no line".to_string()
                });
            }
            false => planner.count(effect),
        }
        if effect != Effect::Unchanged {
            if let Some(cells) = planner.raw(row.record) {
                raw.insert(line.id, cells);
            }
            staged.insert(line.id, line);
        }
    }
    merge::link_renewed(planner.book, &links, &mut staged);
    follow_contracts(planner, &parties, &mut staged);
    // An answer about serials holds those that were asked for, never all there are.
    let partial = planner.rows.tables.iter().any(|table| table.partial)
        || merge::answers_for_serials(&planner.rows.format);
    if !again && !partial {
        gone::mark(planner, &scope, &seen, &mut staged)?;
    }
    renewals::sync(planner, &staged, &parties);
    parties.into_plan(planner);
    planner.plan.put_lines = staged.into_values().collect();
    let mut raw: Vec<(LineId, String)> = raw.into_iter().collect();
    raw.sort();
    planner.plan.raw = raw;
    Ok(())
}

/// Rows that are data, without repeats. A repeat with other values contradicts and is refused.
fn distinct_rows<'a>(planner: &mut Planner<'a>) -> Vec<Paired<'a>> {
    let mut first: HashMap<String, &'a Values> = HashMap::new();
    let mut rows = Vec::with_capacity(planner.rows.records.len());
    planner.data(|planner, record, values, masked| {
        match first.entry(key_in_file(values)) {
            std::collections::hash_map::Entry::Occupied(known) if *known.get() == values => {
                planner.counts.skipped += 1;
                let place = planner.place(record);
                planner.problems.note(Code::Repeated, "", place, || {
                    "the same row stands in the file more than once; one was taken".to_string()
                });
                return;
            }
            std::collections::hash_map::Entry::Occupied(_) => {
                let reason = "another row of this file has the same identity and start, \
                              but other values"
                    .to_string();
                planner.reject(record, Code::DupKey, reason);
                return;
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(values);
            }
        }
        if masked {
            let place = planner.place(record);
            planner.problems.note(Code::Masked, "", place, || {
                "the contract is hidden: somebody else covers it; loaded as a lead".to_string()
            });
        }
        rows.push(Paired {
            record,
            values,
            masked,
            wrapper: merge::kind(values, &planner.rows.format) == LineKind::Wrapper,
            line: None,
        });
    });
    rows
}

/// Gives each row its line: same dates first, then the same start, then what is left in the order
/// of closeness. No line is given twice.
fn pair(rows: &mut [Paired<'_>], index: &LineIndex<'_>, parties: &Parties<'_>, facts: &FileFacts) {
    let candidates: Vec<Vec<u32>> = rows
        .iter()
        .map(|row| index.candidates(row.values, named_contract(row.values, parties, facts)))
        .collect();
    let mut taken: HashSet<u32> = HashSet::new();
    for pass in 0..3 {
        for (row, candidates) in rows.iter_mut().zip(&candidates) {
            if row.line.is_some() {
                continue;
            }
            let start = row.values.day(Field::StartDate);
            let end = row.values.day(Field::EndDate);
            let distance = |at: u32| {
                let line = index.line(at)?;
                let days = |a: Option<chrono::NaiveDate>, b: Option<chrono::NaiveDate>| {
                    a.zip(b).map_or(0, |(a, b)| (a - b).num_days().abs())
                };
                match pass {
                    0 => (line.start == start && line.end == end).then_some((0, 0)),
                    1 => (line.start == start).then_some((0, days(line.end, end))),
                    _ => Some((days(line.start, start), days(line.end, end))),
                }
            };
            row.line = candidates
                .iter()
                .copied()
                .filter(|at| !taken.contains(at))
                .filter_map(|at| Some((distance(at)?, at)))
                .min()
                .map(|(_, at)| at);
            taken.extend(row.line);
        }
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

/// Merges one row into its line.
fn one(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    portfolios: &mut Portfolios<'_>,
    row: &Paired<'_>,
    known: Option<&Line>,
) -> (Line, Effect) {
    let customer = parties.named_account(row.values, planner);
    let (contract, account) = home(planner, parties, row, known, customer);
    let site = parties.site(account, row.values, planner);
    let source = Source {
        values: row.values,
        masked: row.masked,
        contract,
        account,
        site,
        format: &planner.rows.format,
        weak: planner.rows.customer_list && known.is_some_and(|line| vendor_line(planner, line)),
    };
    let id = match known {
        Some(line) => line.id,
        None => LineId(planner.ids.next()),
    };
    let merged = merge::merge(known, id, &source, portfolios);
    if merged.kept > 0 {
        let place = planner.place(row.record);
        planner.problems.note(Code::Kept, "", place, || {
            "a value of a vendor file was kept against this list's".to_string()
        });
    }
    let mut line = merged.line;
    if known.is_some_and(|known| settled::follows(planner, known, &line)) {
        line.id = LineId(planner.ids.next());
    }
    remarks::status_conflict(planner, row.record, &mut line);
    remarks::unknown_sku(planner, row.record, &line);
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
            .table(row.record)
            .and_then(|table| table.sheet.as_deref())
            .filter(|_| several)
            .map(Into::into);
    }
    (line, effect)
}

/// True when the line was last read from a vendor's file, which a customer list never beats.
fn vendor_line(planner: &Planner<'_>, line: &Line) -> bool {
    line.origin
        .and_then(|origin| planner.book.batches.get(origin.batch))
        .is_some_and(|batch| batch.format != crate::ingest::profile::generic::PROFILE.id)
}

/// Contract and customer of a row (decision 3): what it names, else what its line in the book has,
/// else its quote, else what the map or the title says, else the worklist.
fn home(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    row: &Paired<'_>,
    known: Option<&Line>,
    customer: Option<AccountId>,
) -> (Option<ContractId>, AccountId) {
    let rows = planner.rows;
    let facts = &rows.facts;
    let uncovered = row.masked || merge::is_gap_list(&rows.format);
    let named = match uncovered {
        true => None,
        false => named_agreement(row.values, merge::kind(row.values, &rows.format)),
    };
    let of_line = known.and_then(|line| line.contract);
    let given = || {
        let number = facts.contract.as_deref()?;
        Some((ContractKind::Service, Arc::from(number)))
    };
    let alone = uncovered || merge::is_inventory(&rows.format);
    let quote = match named.is_some() || of_line.is_some() || alone {
        true => None,
        false => given().or_else(|| quote_of(planner, row.values)),
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
    if let Some(contract) = contract.and_then(|id| parties.contract(id)) {
        let mut contract = contract.clone();
        if parties.is_unassigned(contract.account) {
            contract.account = account;
        } else if customer.is_some_and(|customer| customer != contract.account) {
            remarks::two_customers(planner, parties, row.record, &contract, account);
        }
        merge::complete_contract(&mut contract, row.values);
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
    let file = &planner.rows.file;
    let name: Arc<str> = file
        .rsplit_once('.')
        .map_or(file.as_str(), |(stem, _)| stem)
        .into();
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
        let Some((_, was, now)) = moved.iter().find(|(id, ..)| line.contract == Some(*id)) else {
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
