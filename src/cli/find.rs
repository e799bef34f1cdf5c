//! From what a person types to what the book calls it: contracts, renewals, quotes.

use super::error::Failure;
use crate::domain::contract::Contract;
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

/// `NUMBER` or `NUMBER@DATE`.
fn split(text: &str) -> (&str, Option<NaiveDate>) {
    if let Some((number, date)) = text.rsplit_once('@')
        && let Ok(date) = date.trim().parse()
    {
        return (number.trim(), Some(date));
    }
    (text.trim(), None)
}

/// Contracts with that number: exactly, else ignoring case.
pub fn contracts<'a>(snapshot: &'a Snapshot, number: &str) -> Result<Vec<&'a Contract>, Failure> {
    let exact: Vec<&Contract> = snapshot
        .contracts
        .iter()
        .filter(|contract| &*contract.number == number)
        .collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let folded: Vec<&Contract> = snapshot
        .contracts
        .iter()
        .filter(|contract| contract.number.eq_ignore_ascii_case(number))
        .collect();
    if folded.is_empty() {
        return Err(
            Failure::not_found(format!("the book has no contract {number:?}"))
                .hint("`renewdesk queue` lists the contracts with open renewals"),
        );
    }
    Ok(folded)
}

/// The renewal a person means (decision 1): the earliest open one of the contract, or the one that
/// ends on the day after `@`, open or not. `closed_too` falls back to the only renewal there is.
pub fn renewal<'a>(
    snapshot: &'a Snapshot,
    rules: &Rules,
    text: &str,
    closed_too: bool,
) -> Result<&'a Renewal, Failure> {
    let (number, date) = split(text);
    let ids: Vec<_> = contracts(snapshot, number)?.iter().map(|c| c.id).collect();
    let mut all: Vec<&Renewal> = snapshot
        .renewals
        .iter()
        .filter(|renewal| ids.contains(&renewal.contract))
        .collect();
    all.sort_by_key(|renewal| (renewal.end, renewal.id));
    if let Some(date) = date {
        return all.iter().find(|r| r.end == date).copied().ok_or_else(|| {
            Failure::not_found(format!(
                "contract {number} has no renewal that ends on {date}"
            ))
            .hint(ends(&all))
        });
    }
    if let Some(open) = all.iter().find(|r| rules.is_open(&r.stage)) {
        return Ok(open);
    }
    match all.as_slice() {
        [only] if closed_too => Ok(only),
        _ => Err(
            Failure::not_found(format!("contract {number} has no open renewal")).hint(ends(&all)),
        ),
    }
}

fn ends(all: &[&Renewal]) -> String {
    if all.is_empty() {
        return "it has no renewals at all".into();
    }
    let ends: Vec<String> = all
        .iter()
        .map(|r| format!("{} ({})", r.end, r.stage))
        .collect();
    format!(
        "its renewals end on {}; name one with CONTRACT@DATE",
        ends.join(", ")
    )
}

/// A quote by id or number.
pub fn quote<'a>(snapshot: &'a Snapshot, text: &str) -> Result<&'a Quote, Failure> {
    let text = text.trim();
    let by_id = text.parse().ok().and_then(|id| snapshot.quotes.get(id));
    by_id
        .or_else(|| {
            let same = |q: &&Quote| q.number.eq_ignore_ascii_case(text);
            snapshot.quotes.iter().find(same)
        })
        .ok_or_else(|| {
            Failure::not_found(format!("the book has no quote {text:?}"))
                .hint("`renewdesk quote list` lists them")
        })
}

/// Contract numbers of the renewals a quote covers, each once, in order.
pub fn contracts_of(snapshot: &Snapshot, quote: &Quote) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    for renewal in &quote.renewals {
        let number = snapshot
            .renewals
            .get(*renewal)
            .and_then(|r| snapshot.contracts.get(r.contract))
            .map(|c| c.number.to_string());
        numbers.extend(number.filter(|n| !numbers.contains(n)));
    }
    numbers
}
