//! From what a person types to what the book calls it: contracts, renewals, quotes.

use super::error::Failure;
use crate::domain::account::Account;
use crate::domain::contract::Contract;
use crate::domain::money::Currency;
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

/// What a person types for a renewal: `NUMBER`, `NUMBER@DATE` or `NUMBER@DATE@CUR`.
struct Named<'a> {
    number: &'a str,
    date: Option<NaiveDate>,
    currency: Option<Currency>,
}

fn named(text: &str) -> Named<'_> {
    let plain = |number| Named {
        number,
        date: None,
        currency: None,
    };
    let Some((before, last)) = text.rsplit_once('@') else {
        return plain(text.trim());
    };
    if let Ok(date) = last.trim().parse() {
        return Named {
            date: Some(date),
            ..plain(before.trim())
        };
    }
    // A number may hold an `@` itself: only a day before it makes a currency of the last part.
    match (
        named(before),
        last.trim().to_uppercase().parse::<Currency>().ok(),
    ) {
        (found, Some(currency)) if found.date.is_some() && found.currency.is_none() => Named {
            currency: Some(currency),
            ..found
        },
        _ => plain(text.trim()),
    }
}

/// Contracts with that number: exactly, else ignoring case.
pub fn contracts(snapshot: &Snapshot, number: &str) -> Result<Vec<Contract>, Failure> {
    let exact: Vec<Contract> = snapshot
        .contracts
        .iter()
        .filter(|contract| &*contract.number == number)
        .collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let folded: Vec<Contract> = snapshot
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
/// ends on the day after `@`, open or not, or the one with that renewal id. `closed_too` falls back
/// to the only renewal there is. Where two currencies end on one day the open one is meant; with
/// both open, only a person can say.
pub fn renewal(
    snapshot: &Snapshot,
    rules: &Rules,
    text: &str,
    closed_too: bool,
) -> Result<Renewal, Failure> {
    let by_id = text
        .trim()
        .parse()
        .ok()
        .and_then(|id| snapshot.renewals.get(id));
    if let Some(renewal) = by_id {
        return Ok(renewal);
    }
    let named = named(text);
    let number = named.number;
    let ids: Vec<_> = contracts(snapshot, number)?.iter().map(|c| c.id).collect();
    let all = snapshot.renewals.endings();
    let all = all.filter(|renewal| ids.contains(&renewal.contract));
    let mut all: Vec<Renewal> = all
        .filter_map(|renewal| snapshot.renewals.get(renewal.id))
        .collect();
    all.sort_by_key(|renewal| (renewal.end, renewal.id));
    let all: Vec<&Renewal> = all.iter().collect();
    let open = |r: &&&Renewal| rules.is_open(&r.stage);
    if let Some(date) = named.date {
        let asked = |r: &&&Renewal| {
            let currency_fits = named.currency.is_none() || r.currency == named.currency;
            r.end == date && currency_fits
        };
        let there: Vec<&Renewal> = all.iter().filter(asked).copied().collect();
        let still_open: Vec<&Renewal> = there.iter().filter(open).copied().collect();
        let meant = if still_open.is_empty() {
            there
        } else {
            still_open
        };
        return match meant.as_slice() {
            [one] => Ok(Renewal::clone(one)),
            [] => Err(Failure::not_found(format!(
                "contract {number} has no renewal that ends on {date}"
            ))
            .hint(ends(&all))),
            several => Err(ambiguous(number, several)),
        };
    }
    if let Some(first) = all.iter().find(open) {
        let same = |r: &&&Renewal| open(r) && r.end == first.end;
        let several: Vec<&Renewal> = all.iter().filter(same).copied().collect();
        return match several.len() {
            1 => Ok(Renewal::clone(first)),
            _ => Err(ambiguous(number, &several)),
        };
    }
    match all.as_slice() {
        [only] if closed_too => Ok(Renewal::clone(only)),
        _ => Err(
            Failure::not_found(format!("contract {number} has no open renewal")).hint(ends(&all)),
        ),
    }
}

/// Several renewals answer to the name: each with the words that mean only it.
fn ambiguous(number: &str, several: &[&Renewal]) -> Failure {
    let each: Vec<String> = several
        .iter()
        .map(|r| match r.currency {
            Some(currency) => format!("{number}@{}@{currency} (renewal {})", r.end, r.id),
            None => format!("renewal {} (no currency)", r.id),
        })
        .collect();
    Failure::usage(format!(
        "contract {number} has {} renewals that this may mean",
        several.len()
    ))
    .hint(format!("name one: {}", each.join(", ")))
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
pub fn quote(snapshot: &Snapshot, text: &str) -> Result<Quote, Failure> {
    let text = text.trim();
    let by_id = text.parse().ok().and_then(|id| snapshot.quotes.get(id));
    by_id
        .or_else(|| {
            let mut heads = snapshot.quotes.heads();
            let same = heads.find(|q| q.number.eq_ignore_ascii_case(text))?;
            snapshot.quotes.get(same.id)
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

/// The customer of that name: exactly, else ignoring case, else the only one whose name holds it.
///
/// # Errors
/// [`super::error::Exit::NotFound`] when there is none; the message lists several that fit.
pub fn customer(snapshot: &Snapshot, name: &str) -> Result<Account, Failure> {
    let wanted = name.trim().to_lowercase();
    let fits = |test: &dyn Fn(&Account) -> bool| -> Vec<Account> {
        let all = snapshot.accounts.iter();
        all.filter(|account| test(account)).collect()
    };
    let mut found = fits(&|account| *account.name == *name);
    if found.is_empty() {
        found = fits(&|account| account.name.to_lowercase() == wanted);
    }
    if found.is_empty() && !wanted.is_empty() {
        found = fits(&|account| account.name.to_lowercase().contains(&wanted));
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(
            Failure::not_found(format!("no customer {name:?} in the book"))
                .hint("renewdesk quality lists the customers"),
        ),
        many => {
            let mut names: Vec<&str> = many.iter().map(|account| &*account.name).collect();
            names.sort_unstable();
            names.truncate(10);
            Err(Failure::not_found(format!(
                "{name:?} fits {} customers: {}",
                many.len(),
                names.join(", ")
            ))
            .hint("name one of them in full"))
        }
    }
}
