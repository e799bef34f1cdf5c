//! Adoption states: one row for each use case of an offer at a customer. A later file moves the
//! stage; what no file speaks of stays.

use super::identity::{Met, RowKeys};
use super::parties::Parties;
use super::{Effect, NewRow, Planner, PutNew, RowStream, held};
use crate::domain::adoption::Adoption;
use crate::domain::ids::{AccountId, AdoptionId};
use crate::ingest::error::IngestError;
use crate::ingest::row::{Code, Field, Record, Values};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

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
        let fresh = match old {
            Some(old) => moved(old, stage, done),
            None => Adoption {
                id: AdoptionId(planner.ids.next()),
                account,
                offer,
                use_case,
                stage,
                adoption_pct: done,
                usage_pct: None,
                since: None,
            },
        };
        let effect = match old {
            None => Effect::New,
            Some(old) if *old == fresh => Effect::Unchanged,
            Some(_) => Effect::Changed,
        };
        planner.count(effect);
        if effect == Effect::Unchanged {
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
fn moved(old: &Adoption, stage: Arc<str>, done: Option<Decimal>) -> Adoption {
    let same = old.stage.trim().eq_ignore_ascii_case(&stage);
    Adoption {
        stage: if same { old.stage.clone() } else { stage },
        adoption_pct: done.or(old.adoption_pct),
        since: old.since.filter(|_| same),
        ..old.clone()
    }
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
