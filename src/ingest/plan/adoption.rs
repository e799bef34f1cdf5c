//! Adoption states: one row for each use case of an offer at a customer. A later file moves the
//! stage; what no file speaks of stays.

use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Effect, NewRow, Planner, PutNew, RowStream, held};
use crate::domain::adoption::Adoption;
use crate::domain::ids::{AccountId, AdoptionId};
use crate::domain::line::Origin;
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, Record, Values};
use rust_decimal::Decimal;
use std::collections::HashMap;

type Key = (AccountId, String, String);

fn key_of(account: AccountId, offer: &str, use_case: &str) -> Key {
    let key = |text: &str| text.trim().to_lowercase();
    (account, key(offer), key(use_case))
}

/// Plans all states of a file, each as it comes.
///
/// # Errors
/// Those of the stream and of `put`.
pub fn plan<E: From<IngestError>>(
    planner: &mut Planner<'_>,
    stream: &mut dyn RowStream<E>,
    put: &mut PutNew<'_, E>,
) -> Result<(), E> {
    let mut parties = Parties::of(planner.book);
    let known: HashMap<Key, &Adoption> = planner
        .book
        .adoption
        .iter()
        .map(|row| (key_of(row.account, &row.offer, &row.use_case), row))
        .collect();
    let mut met = RowKeys::default();
    planner.data(stream, |planner, record, values, _| {
        let text = |field| values.text(field).cloned();
        let (Some(offer), Some(use_case), Some(stage)) = (
            text(Field::Offer),
            text(Field::UseCase),
            text(Field::AdoptionStage),
        ) else {
            let reason = "the record lacks its solution, use case or stage".to_string();
            planner.reject(record, Code::NoKey, reason);
            return Ok(());
        };
        let Some(account) = customer(planner, &mut parties, record, values) else {
            let reason =
                "the record names no customer (`customer = \"…\"` in a --map file names one)";
            planner.reject(record, Code::NoKey, reason.to_string());
            return Ok(());
        };
        let key = key_of(account, &offer, &use_case);
        let own = [account.0.as_bytes(), key.1.as_bytes(), key.2.as_bytes()];
        match met.meet_as(&own, values) {
            Met::First => planner.hold(held::MET),
            Met::Again => {
                planner.counts.skipped += 1;
                return Ok(());
            }
            Met::Against => {
                let reason =
                    format!("{use_case} of {offer} stands in this file with another state");
                planner.reject(record, Code::DupKey, reason);
                return Ok(());
            }
        }
        let done = share(planner, record, values);
        let stage = stage.trim().to_lowercase().into();
        let old = known.get(&key).copied();
        let read = Adoption {
            id: AdoptionId(planner.ids.next()),
            account,
            offer,
            use_case,
            stage,
            adoption_pct: done,
            usage_pct: None,
            since: None,
            seen: Some(planner.today),
            open_actions: text(Field::OpenActions),
            origin: Some(Origin {
                batch: planner.batch,
                row: record.row,
            }),
        };
        let fresh = match old {
            Some(old) => moved(old, &read),
            None => read,
        };
        let effect = match old {
            None => Effect::New,
            Some(old) if says_the_same(old, &fresh) => Effect::Unchanged,
            Some(_) => Effect::Changed,
        };
        planner.count(effect);
        // a book of before knows no day and no place of its states
        let complete = old.is_some_and(|old| old.seen.is_some() && old.origin.is_some());
        if effect == Effect::Unchanged && complete {
            return Ok(());
        }
        planner.begin(put)?;
        parties.hand_on(put)?;
        put(NewRow::Adoption(fresh))
    })?;
    parties.into_plan(planner);
    Ok(())
}

/// The state as a later file has it. A new stage has no day of its own, so the old stage's goes.
fn moved(old: &Adoption, read: &Adoption) -> Adoption {
    let same = old.stage.trim().eq_ignore_ascii_case(&read.stage);
    Adoption {
        stage: match same {
            true => old.stage.clone(),
            false => read.stage.clone(),
        },
        adoption_pct: read.adoption_pct.or(old.adoption_pct),
        since: old.since.filter(|_| same),
        seen: old.seen.filter(|_| same).or(read.seen),
        open_actions: read.open_actions.clone(),
        origin: read.origin,
        ..old.clone()
    }
}

/// True where two states differ at most in where and when they were read.
fn says_the_same(old: &Adoption, new: &Adoption) -> bool {
    let read_like_old = Adoption {
        seen: old.seen,
        origin: old.origin,
        ..new.clone()
    };
    *old == read_like_old
}

/// The adoption percentage, where it is one.
fn share(planner: &mut Planner<'_>, record: &Record, values: &Values) -> Option<Decimal> {
    let done = values.number(Field::AdoptionPct)?;
    if (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&done) {
        return Some(done);
    }
    let place = planner.place(record);
    planner
        .problems
        .note(Code::BadNumber, "adoption_pct", place, || {
            format!("an adoption percentage of {done} is none; it stays unknown")
        });
    None
}

/// The customer of a record. The service names it by its number alone: one the book does not know
/// is the customer of the map, else it stands under its number until a file names it.
fn customer(
    planner: &mut Planner<'_>,
    parties: &mut Parties<'_>,
    record: &Record,
    values: &Values,
) -> Option<AccountId> {
    if values.has(Field::CustomerName) || parties.knows_party(values) {
        return parties.named_account(values, planner);
    }
    if let Some(name) = planner.rows.facts.customer.clone() {
        let account = parties.account_called(&name, planner);
        if parties.may_be(account, values) {
            parties.complete(account, values);
            return Some(account);
        }
    }
    let number = values.text(Field::CustomerId)?;
    let place = planner.place(record);
    planner
        .problems
        .note(Code::Incomplete, "customer number", place, || {
            format!(
                "the file gives customers by number only; {number} stands under its number until \
                 a file names it (`customer = \"…\"` in a --map file does, for one customer)"
            )
        });
    parties.named_account(values, planner)
}
