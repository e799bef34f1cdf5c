//! One line as a person wants it after comparing sources: the values go where an import would put
//! them, and contract, customer, site and renewals follow as they do for a file's row.

use super::identity::LineIndex;
use super::merge::{self, Portfolios, Source};
use super::parties::Parties;
use super::renewals::NewLines;
use super::settled::Closed;
use super::{Planner, remarks, renewals, settled};
use crate::catalogue::Catalogue;
use crate::domain::account::UNASSIGNED;
use crate::domain::batch::Counts;
use crate::domain::command::ImportPlan;
use crate::domain::contract::ContractKind;
use crate::domain::ids::{AccountId, BatchId, ContractId, IdSource, LineId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::ingest::changes::Changes;
use crate::ingest::compared::COLUMNS;
use crate::ingest::report::Problems;
use crate::ingest::row::{Field, Outcome, Record, Rows, Value, Values};
use crate::reconcile::{self, Field as Compared, Taking};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What to write so that the book says what was taken. A line that left the book and is taken
/// again comes back as itself. Has no batch: it is no import.
///
/// # Errors
/// A sentence when the line is no longer in the book, or the record names no asset.
pub fn mend(
    taking: &Taking,
    book: &Snapshot,
    catalogue: &Catalogue,
    rules: &Rules,
    ids: &mut dyn IdSource,
    today: NaiveDate,
) -> Result<ImportPlan, String> {
    let record = Record {
        table: 0,
        row: taking.record.row.unwrap_or_default(),
        outcome: Outcome::Data(values_of(taking)),
        cells: String::new(),
    };
    let Outcome::Data(values) = &record.outcome else {
        return Err("there is nothing to take".into());
    };
    let rows = Rows::default();
    let mut planner = Planner {
        book,
        catalogue,
        rules,
        batch: BatchId(ids.next()),
        ids,
        next_line: book.lines.next_id(),
        today,
        at: "",
        rows: &rows,
        beside: Vec::new(),
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
            put_settings: taking.settings.clone(),
            ..ImportPlan::default()
        },
    };
    let mut parties = Parties::of(book);
    let known = known(taking, values, &parties, book)?;
    let known = known.as_ref();
    let (contract, account) = home(&mut planner, &mut parties, taking, values, known);
    let site = parties.site(account, values, &mut planner);
    let source = Source {
        values,
        masked: false,
        kind: merge::kind(values, ""),
        contract,
        account,
        site,
        format: "",
        weak: false,
    };
    let id = known.map_or_else(|| planner.new_line(), |line| line.id);
    let mut portfolios = Portfolios::of(catalogue);
    let mut line = merge::merge(known, id, &source, &mut portfolios).line;
    if let Some(known) = known.filter(|known| known.kind != LineKind::Asset) {
        line.kind = known.kind;
        portfolios.set(&mut line);
    }
    if matches!(line.coverage, Coverage::Expired | Coverage::Overdue) {
        line.coverage = Coverage::Covered;
    }
    remarks::status_conflict(&mut planner, &record, &mut line);
    let mut staged: BTreeMap<LineId, Line> = BTreeMap::new();
    let closed = Closed::of(book, rules);
    if let Some(known) = known.filter(|known| closed.are_followed(known, &line)) {
        line.id = planner.new_line();
        staged.insert(known.id, settled::followed(known, &line));
    }
    staged.insert(line.id, line);
    renewals::sync(&mut planner, &staged, &NewLines::default(), &parties);
    parties.into_plan(&mut planner);
    planner.plan.put_lines = staged.into_values().collect();
    Ok(planner.plan)
}

/// The line of the book that is meant.
fn known(
    taking: &Taking,
    values: &Values,
    parties: &Parties<'_>,
    book: &Snapshot,
) -> Result<Option<Line>, String> {
    if let Some(id) = taking.line {
        let line = book.lines.get(id);
        return line.map(Some).ok_or_else(|| {
            "the line is no longer in the book; compare again to see what there is now".into()
        });
    }
    let keyed = [Compared::Serial, Compared::Instance, Compared::Contract];
    if !keyed
        .iter()
        .any(|field| taking.record.get(*field).is_some())
    {
        return Err("the row names no serial, instance or contract: no asset to add".into());
    }
    let contract = [
        (ContractKind::Service, Field::ContractNumber),
        (ContractKind::Subscription, Field::SubscriptionId),
    ]
    .into_iter()
    .find_map(|(kind, field)| parties.contract_numbered(kind, values.text(field)?));
    let index = LineIndex::of(book);
    let at = index.candidates(values, contract);
    // Lines that still stand were compared and belong to other rows; among those that left the book
    // the one that ended last was in force.
    let lines = at.into_iter().filter_map(|at| index.line(at));
    Ok(lines
        .filter(|line| line.gone_in.is_some() && line.renewed_to.is_none())
        .max_by_key(|line| (line.end, line.start, line.id)))
}

/// The taken values under the columns an import knows them by.
fn values_of(taking: &Taking) -> Values {
    let record = &taking.record;
    let mut values = Values::default();
    let mut put = |column, value: &reconcile::Value| {
        let value = match value {
            reconcile::Value::Text(text) => Value::Text(text.clone()),
            reconcile::Value::Day(day) => Value::Day(*day),
            reconcile::Value::Number(number) => Value::Number(*number),
        };
        values.set(column, value);
    };
    for (field, column) in COLUMNS {
        if let Some(value) = record.get(field) {
            put(column, value);
        }
    }
    if let Some(contract) = record.get(Compared::Contract) {
        let column = match record.subscription {
            true => Field::SubscriptionId,
            false => Field::ContractNumber,
        };
        put(column, contract);
    }
    if let Some(customer) = record.get(Compared::Customer) {
        put(Field::CustomerName, customer);
    }
    values
}

/// Contract and customer as an import finds them: what is named, else the line's own, else those of
/// the contract. A line stays with its own customer though its contract has another.
fn home(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    taking: &Taking,
    values: &Values,
    known: Option<&Line>,
) -> (Option<ContractId>, AccountId) {
    let kind = match taking.record.subscription {
        true => ContractKind::Subscription,
        false => ContractKind::Service,
    };
    let number: Option<Arc<str>> = [Field::SubscriptionId, Field::ContractNumber]
        .into_iter()
        .find_map(|field| values.text(field).cloned());
    let account = parties.named_account(values, planner).or_else(|| {
        let own = known.map(|line| line.account);
        let contract = number
            .as_ref()
            .and_then(|number| parties.contract_numbered(kind, number));
        let of_contract = contract.and_then(|id| parties.contract(id));
        own.filter(|account| !parties.is_unassigned(*account))
            .or(of_contract.map(|contract| contract.account))
            .or(own)
    });
    let account = match account {
        Some(account) => account,
        None => parties.account_called(UNASSIGNED, planner),
    };
    let contract = match number {
        Some(number) => Some(parties.contract_of(kind, &number, account, planner)),
        None => known.and_then(|line| line.contract),
    };
    (contract, account)
}
