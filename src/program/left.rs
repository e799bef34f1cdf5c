//! Which lines a renewal counts, and what of a deal a projection has to leave out, with the
//! reason. Nothing that looks countable disappears without a word.

use super::LeftOut;
use super::deal::{Case, Ground, Marks, countable};
use super::due::Due;
use super::offer::{Offer, Offers};
use super::pack::Pack;
use crate::domain::ids::RenewalId;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::packed::Ending;
use crate::domain::rules::StageKind;
use std::collections::{BTreeMap, BTreeSet};

/// True when the line could be one of those whose end this renewal is: same contract, end and
/// currency, and due there. A line that a later one followed stays due in the renewal it belonged
/// to; one that another box replaced is due as that box's. Of several renewals it is due in the one
/// that [`owner`] names.
pub fn belongs(line: &Line, renewal: &Ending) -> bool {
    line.contract == Some(renewal.contract)
        && line.end == Some(renewal.end)
        && (line.currency.is_none()
            || renewal.currency.is_none()
            || line.currency == renewal.currency)
        && line.was_due()
}

/// The renewal a line is due in, of those of its contract and end: the one of its own currency;
/// where a currency is not known, the first by currency. A line is due once.
pub fn owner(line: &Line, renewals: impl Iterator<Item = Ending>) -> Option<Ending> {
    let own = renewals.filter(|renewal| belongs(line, renewal));
    own.min_by_key(|renewal| {
        (
            renewal.currency != line.currency,
            renewal.currency,
            renewal.id,
        )
    })
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
    /// Amounts that whole minor units cannot hold.
    Unfit(usize),
}

/// What is left out of a deal that could still count.
pub fn notes(case: &Case<'_>, offers: Option<&Offers>, ground: &Ground<'_>) -> Vec<Noted> {
    let deal = case.deal;
    let past = ground
        .months
        .position_of(deal.end)
        .is_none_or(|month| month <= ground.m0);
    let decided = matches!(deal.kind, StageKind::Lost | StageKind::Won);
    if deal.not_due || (past && decided) || case.lines.dues.is_empty() {
        return Vec::new();
    }
    let mut notes = Vec::new();
    let booking = deal.booking(ground.today);
    let counts =
        |currency| countable(currency, deal.end, ground) && countable(currency, booking, ground);
    let count = |wanted: &dyn Fn(&Due) -> bool| {
        let dues = case.lines.dues.iter();
        dues.filter(|due| wanted(due)).count()
    };
    let priced = |due: &Due| due.value().is_some() && due.currency().is_some();
    if let Some(foreign) = case
        .lines
        .dues
        .iter()
        .filter(priced)
        .find(|due| !counts(due.currency()))
        .and_then(|due| due.currency())
    {
        notes.push(Noted::Currency(foreign));
    }
    let mut note = |count: usize, note: fn(usize) -> Noted| {
        if count > 0 {
            notes.push(note(count));
        }
    };
    note(
        count(&|due| due.value().is_some() && due.currency().is_none()),
        Noted::NoCurrency,
    );
    let unfit = |marks: Marks| marks.has(Marks::UNFIT);
    note(
        count(&|due| due.value().is_none() && !unfit(due.marks())),
        Noted::NoPrice,
    );
    let offered = || offers.into_iter().flat_map(|offers| &offers.lines);
    let is_ours = |offer: &&Offer| {
        let renewal = offers.and_then(|offers| offer.renewal(offers));
        renewal == Some(deal.id)
    };
    let ours = || offered().filter(is_ours);
    note(
        count(&|due| unfit(due.marks())) + ours().filter(|offer| unfit(offer.marks)).count(),
        Noted::Unfit,
    );
    note(
        count(&|due| due.portfolio().is_none() && due.value().is_some() && counts(due.currency())),
        Noted::NoPortfolio,
    );
    if let Some(offers) = offers {
        if !countable(Some(offers.currency), booking, ground) {
            notes.push(Noted::QuoteCurrency(offers.currency));
        }
        let unpriced = ours()
            .filter(|offer| offer.price().is_none() && !unfit(offer.marks))
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
            Noted::Unfit(n) => (
                format!("{} with an amount that is too long", lines(n)),
                None,
            ),
            Noted::NoPortfolio(n) => (format!("{} in no portfolio the pack knows", lines(n)), None),
        };
        LeftOut {
            renewal: Some(renewal),
            reason: reason.into(),
            currency,
        }
    })
}

/// How many deals a list is about: a renewal and its quote are one. The entries of a renewal stand
/// together in every list the engine makes, so that counting asks for no memory: it happens with
/// every frame.
pub fn left_out_deals(left_out: &[LeftOut]) -> usize {
    let same = |a: &LeftOut, b: &LeftOut| a.renewal.is_some() && a.renewal == b.renewal;
    left_out.chunk_by(same).count()
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
                None => left.reason.to_string(),
            },
            (None, Some((_, rest))) => match rest.split_once(' ') {
                Some((_, why)) => format!("with lines {why}"),
                None => left.reason.to_string(),
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
