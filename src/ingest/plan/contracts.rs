//! Contract headers: dates, status, programme and customer of contracts, with a renewal even where
//! no line is known yet. A missed expiry is worse than an empty row.

use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Effect, Planner, PutNew, RowStream, held, renewals};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::Line;
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, Values};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What headers of one contract must agree on.
const AGREED: [Field; 3] = [
    Field::ContractStart,
    Field::ContractEnd,
    Field::ContractStatus,
];

/// Plans all headers of a file. A contract that the book does not have is handed on at once with its
/// renewal, so that none of them is held.
///
/// # Errors
/// Those of the stream and of `put`.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let mut parties = Parties::of(planner.book);
    let mut met = RowKeys::default();
    let mut touched = Touched::default();
    planner.data(stream, |planner, record, values, masked| {
        let Some(number) = values.text(Field::ContractNumber).cloned() else {
            planner.reject(record, Code::NoKey, "no contract number".to_string());
            return Ok(());
        };
        // The collectors repeat a header for every site it bills; later ones add nothing.
        match met.meet_by(&[number.as_bytes()], values, &AGREED) {
            Met::First => planner.hold(held::MET),
            Met::Again => {
                planner.counts.skipped += 1;
                return Ok(());
            }
            Met::Against => {
                let reason = format!("contract {number} stands in this file with other dates");
                planner.reject(record, Code::DupKey, reason);
                return Ok(());
            }
        }
        if masked {
            let place = planner.place(record);
            planner.problems.note(Code::Masked, "", place, || {
                "some fields of the contract are hidden and stay unknown".to_string()
            });
        }
        let (id, effect) = one(planner, &mut parties, &number, values);
        planner.count(effect);
        settle(planner, &mut parties, &mut touched, id, put)
    })?;
    finish(planner, parties, &touched, put)
}

/// Contracts of the book that a file speaks of, with the end their header has now.
pub type Touched = BTreeMap<ContractId, Option<NaiveDate>>;

/// Hands on a contract that no later row of its file speaks of. One of the book is looked at in the
/// end, beside its lines.
fn settle<E>(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    touched: &mut Touched,
    id: ContractId,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    if planner.book.contracts.get(id).is_none() {
        return hand_on_new(planner, parties, id, put);
    }
    let end = parties
        .contract(id)
        .and_then(|own| renewals::header_end(&own));
    planner.hold(held::TOUCHED);
    touched.insert(id, end);
    parties.part_with(id, planner, put)
}

/// Hands on a contract that the book does not have and no later row of its file speaks of, with its
/// renewal.
pub fn hand_on_new<E>(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    id: ContractId,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let end = parties
        .contract(id)
        .and_then(|own| renewals::header_end(&own));
    parties.part_with(id, planner, put)?;
    match end {
        Some(end) => renewals::of_header(planner, id, end, put),
        None => Ok(()),
    }
}

/// What follows once all contracts of a file are settled.
pub fn finish<E>(
    planner: &mut Planner<'_>,
    parties: Parties<'_>,
    touched: &Touched,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let staged = lines_that_follow(planner, &parties);
    renewals::sync_contracts(planner, touched, &staged, put)?;
    parties.into_plan(planner);
    planner.plan.put_lines = staged.into_values().collect();
    Ok(())
}

fn one(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    number: &Arc<str>,
    values: &Values,
) -> (ContractId, Effect) {
    let named = parties.named_account(values, planner);
    let known = parties.contract_numbered(ContractKind::Service, number);
    let account = named
        .or_else(|| Some(parties.contract(known?)?.account))
        .unwrap_or_else(|| {
            let facts = &planner.rows.facts;
            let name = facts.customer.as_deref().unwrap_or(UNASSIGNED);
            parties.account_called(name, planner)
        });
    let id = parties.contract_of(ContractKind::Service, number, account, planner);
    let Some(contract) = parties.contract(id) else {
        return (id, Effect::Unchanged);
    };
    let mut contract = contract.into_owned();
    contract.account = account;
    complete(&mut contract, values);
    let changed = parties.put_contract(contract);
    let effect = match (known, changed) {
        (None, _) => Effect::New,
        (Some(_), true) => Effect::Changed,
        (Some(_), false) => Effect::Unchanged,
    };
    (id, effect)
}

fn complete(contract: &mut Contract, values: &Values) {
    let put = |slot: &mut Option<Arc<str>>, field| {
        if let Some(text) = values.text(field) {
            *slot = Some(text.clone());
        }
    };
    put(&mut contract.program, Field::ServiceProgram);
    put(&mut contract.service_level, Field::ServiceLevel);
    put(&mut contract.status_raw, Field::ContractStatus);
    contract.start = values.day(Field::ContractStart).or(contract.start);
    contract.end = values.day(Field::ContractEnd).or(contract.end);
}

/// Lines without a customer follow their contract to the one this file names.
fn lines_that_follow(planner: &Planner<'_>, parties: &Parties<'_>) -> BTreeMap<LineId, Line> {
    let moved = parties.moved_contracts();
    planner
        .book
        .lines
        .iter()
        .filter_map(|line| {
            let (was, now) = moved.get(&line.contract?)?;
            (line.account == *was && parties.is_unassigned(*was)).then(|| {
                let mut line = line;
                line.account = *now;
                (line.id, line)
            })
        })
        .collect()
}
