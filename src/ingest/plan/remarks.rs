//! What is odd about a line once it stands beside the book: loaded, and listed with its first place.

use super::Planner;
use super::merge::Portfolios;
use super::parties::Parties;
use crate::domain::contract::Contract;
use crate::domain::ids::AccountId;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::ingest::row::{Code, Record};
use chrono::Days;

/// Where status and dates disagree, the dates win. A line that has ended is overdue within grace and
/// expired after that, called active or not; one under a contract that still runs is covered.
pub fn status_conflict(planner: &mut Planner<'_>, record: &Record, line: &mut Line) {
    let Some(end) = line.end else { return };
    let denied = line.coverage == Coverage::NotCovered && line.contract.is_some();
    if !denied && line.coverage != Coverage::Covered {
        return;
    }
    if end >= planner.today {
        if denied {
            line.coverage = Coverage::Covered;
            let place = planner.place(record);
            let what =
                || format!("called not covered, but its contract runs to {end}; the date counts");
            planner
                .problems
                .note(Code::StatusConflict, "denied", place, what);
        }
        return;
    }
    let lapse = &planner.rules.lapse;
    let grace = match line.kind {
        LineKind::Subscription => lapse.subscription_grace_days,
        _ => lapse.grace_days,
    };
    let last = end.checked_add_days(Days::new(u64::try_from(grace).unwrap_or(0)));
    line.coverage = match last.is_some_and(|last| planner.today <= last) {
        true => Coverage::Overdue,
        false => Coverage::Expired,
    };
    if denied {
        return;
    }
    let place = planner.place(record);
    planner.problems.note(Code::StatusConflict, "", place, || {
        format!("called active, but it ended on {end}; the date counts")
    });
}

/// A support SKU with a code the catalogue does not have: its service level is for a person to say.
pub fn unknown_sku(
    planner: &mut Planner<'_>,
    record: &Record,
    line: &Line,
    portfolios: &mut Portfolios<'_>,
) {
    let Some(sku) = &line.service_sku else { return };
    if !portfolios.is_unknown_service(sku) {
        return;
    }
    let place = planner.place(record);
    planner.problems.note(Code::UnknownSku, "", place, || {
        format!("the catalogue does not know the service code of {sku}; loaded without a level of its own")
    });
}

/// One contract number on rows of two customers: often a typing mistake, sometimes a shared
/// contract. Each line stays with its own customer, the contract with the first.
pub fn two_customers(
    planner: &mut Planner<'_>,
    parties: &Parties<'_>,
    record: &Record,
    contract: &Contract,
    account: AccountId,
) {
    let name = |id| {
        let account = parties.account(id);
        account.map_or_else(|| "".into(), |account| account.name.clone())
    };
    let place = planner.place(record);
    planner.problems.note(Code::TwoCustomers, "", place, || {
        format!(
            "contract {} belongs to {:?}, this row names {:?}; each line keeps its own customer, the contract the first",
            contract.number,
            name(contract.account),
            name(account)
        )
    });
}
