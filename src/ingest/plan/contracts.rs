//! Contract headers: dates, status, programme and customer of contracts, with a renewal even where
//! no line is known yet. A missed expiry is worse than an empty row.

use super::parties::Parties;
use super::{Effect, Planner, renewals};
use crate::domain::account::UNASSIGNED;
use crate::domain::contract::{Contract, ContractKind};
use crate::domain::ids::ContractId;
use crate::domain::line::Line;
use crate::ingest::row::{Code, Field, Values};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Plans all headers of a file.
pub fn plan(planner: &mut Planner<'_>) {
    let mut parties = Parties::of(planner.book);
    let mut first: HashMap<Arc<str>, Values> = HashMap::new();
    let mut touched: BTreeSet<ContractId> = BTreeSet::new();
    planner.data(|planner, record, values, masked| {
        let Some(number) = values.text(Field::ContractNumber).cloned() else {
            planner.reject(record, Code::NoKey, "no contract number".to_string());
            return;
        };
        // The collectors repeat a header for every site it bills; later ones add nothing.
        if let Some(known) = first.get(&number) {
            let same = agree(known, values);
            match same {
                true => planner.counts.skipped += 1,
                false => {
                    let reason = format!("contract {number} stands in this file with other dates");
                    planner.reject(record, Code::DupKey, reason);
                }
            }
            return;
        }
        first.insert(number.clone(), values.clone());
        if masked {
            let place = planner.place(record);
            planner.problems.note(Code::Masked, "", place, || {
                "some fields of the contract are hidden and stay unknown".to_string()
            });
        }
        let (id, effect) = one(planner, &mut parties, &number, values);
        touched.insert(id);
        planner.count(effect);
    });
    let staged = lines_that_follow(planner, &parties);
    renewals::sync_contracts(planner, &touched, &staged, &parties);
    parties.into_plan(planner);
    planner.plan.put_lines = staged.into_values().collect();
}

fn agree(a: &Values, b: &Values) -> bool {
    let dates = [Field::ContractStart, Field::ContractEnd];
    dates.into_iter().all(|field| a.day(field) == b.day(field))
        && a.text(Field::ContractStatus) == b.text(Field::ContractStatus)
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
pub fn lines_that_follow(
    planner: &Planner<'_>,
    parties: &Parties<'_>,
) -> BTreeMap<crate::domain::ids::LineId, Line> {
    let moved = parties.moved_contracts();
    planner
        .book
        .lines
        .iter()
        .filter_map(|line| {
            let (_, was, now) = moved.iter().find(|(id, ..)| line.contract == Some(*id))?;
            (line.account == *was && parties.is_unassigned(*was)).then(|| {
                let mut line = line;
                line.account = *now;
                (line.id, line)
            })
        })
        .collect()
}
