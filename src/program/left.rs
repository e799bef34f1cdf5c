//! Which lines a renewal counts, and what of a deal a projection has to leave out, with the
//! reason. Nothing that looks countable disappears without a word.

use super::LeftOut;
use super::deal::{Deal, Ground, in_currency};
use super::offer::Offers;
use super::pack::Pack;
use crate::domain::ids::RenewalId;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::Currency;
use crate::domain::renewal::Renewal;
use crate::domain::rules::StageKind;
use std::collections::{BTreeMap, BTreeSet};

/// True when the line is one of those whose end this renewal is: same contract, end and currency,
/// and still renewable. A line that a later one followed stays due in the renewal it belonged to.
pub fn belongs(line: &Line, renewal: &Renewal) -> bool {
    let renewable = line.is_open()
        || (line.renewed_to.is_some()
            && line.terminated.is_none()
            && matches!(line.kind, LineKind::Service | LineKind::Subscription)
            && !matches!(
                line.coverage,
                Coverage::Terminated | Coverage::Masked | Coverage::NotCovered
            ));
    line.contract == Some(renewal.contract)
        && line.end == Some(renewal.end)
        && (line.currency.is_none()
            || renewal.currency.is_none()
            || line.currency == renewal.currency)
        && renewable
}

/// Why something of a deal is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// Its expiring lines are in another currency.
    Currency(Currency),
    /// Its quote is in another currency.
    QuoteCurrency(Currency),
    /// Prices without a currency.
    NoCurrency(usize),
    /// Expiring lines without a price.
    NoPrice(usize),
    /// Quote lines without a price.
    NoQuotePrice(usize),
    /// Lines in no portfolio of the pack.
    NoPortfolio(usize),
}

/// What is left out of a deal that could still count.
pub fn notes(deal: &Deal, offers: Option<&Offers>, ground: &Ground<'_>) -> Vec<Noted> {
    let past = ground
        .calendar
        .position_of(deal.end)
        .is_none_or(|month| month <= ground.m0);
    if deal.not_due || (past && deal.kind == StageKind::Lost) || deal.lines.is_empty() {
        return Vec::new();
    }
    if past && deal.kind == StageKind::Won {
        return Vec::new();
    }
    let mut notes = Vec::new();
    let count = |wanted: &dyn Fn(&&super::deal::Due) -> bool| {
        deal.lines.iter().filter(|due| wanted(due)).count()
    };
    if let Some(foreign) = deal
        .lines
        .iter()
        .filter(|due| due.value.is_some())
        .filter_map(|due| due.currency)
        .find(|currency| *currency != ground.pack.currency)
    {
        notes.push(Noted::Currency(foreign));
    }
    let mut note = |count: usize, note: fn(usize) -> Noted| {
        if count > 0 {
            notes.push(note(count));
        }
    };
    note(
        count(&|due| due.value.is_some() && due.currency.is_none()),
        Noted::NoCurrency,
    );
    note(count(&|due| due.value.is_none()), Noted::NoPrice);
    note(
        count(&|due| {
            due.portfolio.is_none() && due.value.is_some() && in_currency(due.currency, ground)
        }),
        Noted::NoPortfolio,
    );
    if let Some(offers) = offers {
        if offers.currency != ground.pack.currency {
            notes.push(Noted::QuoteCurrency(offers.currency));
        }
        let unpriced = offers
            .lines
            .iter()
            .filter(|offer| offer.price.is_none() && offer.renewal == Some(deal.id))
            .count();
        if unpriced > 0 {
            notes.push(Noted::NoQuotePrice(unpriced));
        }
    }
    notes
}

/// The notes of a renewal as entries of the list.
pub fn sentences<'a>(
    renewal: RenewalId,
    notes: &'a [Noted],
    pack: &'a Pack,
) -> impl Iterator<Item = LeftOut> + 'a {
    notes.iter().map(move |note| {
        let lines = |n: &usize| {
            if *n == 1 {
                "1 line".to_string()
            } else {
                format!("{n} lines")
            }
        };
        let (reason, currency) = match note {
            Noted::Currency(code) => (
                format!("in {code}, no rate to {} is loaded", pack.currency),
                Some(*code),
            ),
            Noted::QuoteCurrency(code) => (
                format!(
                    "its quote is in {code}, no rate to {} is loaded",
                    pack.currency
                ),
                Some(*code),
            ),
            Noted::NoCurrency(n) => (format!("{} priced without a currency", lines(n)), None),
            Noted::NoPrice(n) => (format!("{} without a price", lines(n)), None),
            Noted::NoQuotePrice(n) => (format!("{} of its quote without a price", lines(n)), None),
            Noted::NoPortfolio(n) => (format!("{} in no portfolio the pack knows", lines(n)), None),
        };
        LeftOut {
            renewal: Some(renewal),
            reason,
            currency,
        }
    })
}

/// How many deals a list is about: a renewal and its quote are one.
pub fn left_out_deals(left_out: &[LeftOut]) -> usize {
    let renewals: BTreeSet<RenewalId> = left_out.iter().filter_map(|l| l.renewal).collect();
    renewals.len() + left_out.iter().filter(|l| l.renewal.is_none()).count()
}

/// The list by reason, most deals first: `57 in EUR: no rate to USD is loaded`. A renewal in a
/// currency without a rate is told once, whatever its quote says.
pub fn left_out_groups(left_out: &[LeftOut]) -> Vec<String> {
    let mut groups: BTreeMap<String, BTreeSet<Option<RenewalId>>> = BTreeMap::new();
    let mut foreign: BTreeSet<(RenewalId, Currency)> = BTreeSet::new();
    for left in left_out {
        if let (Some(renewal), Some(currency)) = (left.renewal, left.currency)
            && !foreign.insert((renewal, currency))
        {
            continue;
        }
        // the number of lines differs from deal to deal, the reason does not
        let counted = left
            .reason
            .split_once(' ')
            .filter(|(count, _)| !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit()));
        let reason = match (left.currency, counted) {
            (Some(code), _) => match left.reason.split_once(", ") {
                Some((_, why)) => format!("in {code}: {why}"),
                None => left.reason.clone(),
            },
            (None, Some((_, rest))) => match rest.split_once(' ') {
                Some((_, why)) => format!("with lines {why}"),
                None => left.reason.clone(),
            },
            (None, None) => format!("left out: {}", left.reason),
        };
        groups.entry(reason).or_default().insert(left.renewal);
    }
    let mut groups: Vec<(usize, String)> = groups
        .into_iter()
        .map(|(reason, deals)| (deals.len(), reason))
        .collect();
    groups.sort_by_key(|(deals, _)| std::cmp::Reverse(*deals));
    groups
        .into_iter()
        .map(|(deals, reason)| format!("{deals} {reason}"))
        .collect()
}
