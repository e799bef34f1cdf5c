//! Co-term and consolidation: many contracts or end dates of one customer within a year, joined at one day.

use super::facts::Facts;
use super::group::{Pitch, Whole};
use super::whole::Made;
use super::{Evidence, Play};
use crate::domain::day::{add_months, next_day, term_end};
use crate::domain::ids::{AccountId, ContractId, LineId, QuoteId, QuoteLineId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::{Currency, Money, round_half_up};
use crate::domain::packed::Ending;
use crate::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use crate::pricing::{coterm, line_run_rate, mode_of, price_line, years_of};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// What the suggestion is about beside its customer.
const FAMILY: &str = "end dates";
/// Confidence, in hundredths: it moves money in time, and what fewer dates are worth nobody prices.
const OURS: i64 = 25;

/// Lines that share an end, a last date of support and a way of proration.
type Bunch = (NaiveDate, Option<NaiveDate>, bool);

/// What ends within the year.
#[derive(Default)]
struct Near {
    contracts: BTreeSet<ContractId>,
    ends: BTreeMap<NaiveDate, BTreeSet<ContractId>>,
    /// Yearly value and number of lines.
    bunches: BTreeMap<Bunch, (Decimal, usize)>,
    lines: Vec<LineId>,
    other_currency: usize,
    unpriced: usize,
}

/// At most one suggestion.
pub(super) fn of_account(
    facts: &mut Facts<'_>,
    account: AccountId,
    lines: &[Arc<Line>],
) -> Option<Made> {
    let until = add_months(facts.today, facts.rules.plays.coterm_months);
    let near = |renewal: &&Ending| (facts.today..=until).contains(&renewal.end);
    let renewals: BTreeSet<(NaiveDate, ContractId)> = facts
        .renewals(account)
        .open
        .iter()
        .filter(near)
        .map(|renewal| (renewal.end, renewal.contract))
        .collect();
    let contracts: BTreeSet<ContractId> = renewals.iter().map(|(_, contract)| *contract).collect();
    let ends: BTreeSet<NaiveDate> = renewals.iter().map(|(end, _)| *end).collect();
    if contracts.len().max(ends.len()) < facts.rules.plays.coterm_ends {
        return None;
    }
    facts.meet(account, lines);
    let near = gather(facts, &renewals, lines);
    if near.contracts.len().max(near.ends.len()) < facts.rules.plays.coterm_ends {
        return None;
    }
    Some(suggestion(facts, account, near))
}

fn gather(
    facts: &mut Facts<'_>,
    renewals: &BTreeSet<(NaiveDate, ContractId)>,
    lines: &[Arc<Line>],
) -> Near {
    let mut near = Near::default();
    let currency = facts.currency();
    for line in lines.iter().filter(|line| line.is_open()) {
        let Some((end, contract)) = line.end.zip(line.contract) else {
            continue;
        };
        if !renewals.contains(&(end, contract)) {
            continue;
        }
        let ldos = facts.dates(line).ldos.as_ref().map(|found| found.date);
        if ldos.is_some_and(|ldos| ldos <= end) {
            // its cover cannot move
            continue;
        }
        near.contracts.insert(contract);
        near.ends.entry(end).or_default().insert(contract);
        if facts.words {
            near.lines.push(line.id);
        }
        if line.currency != currency {
            near.other_currency += 1;
            continue;
        }
        let Some((yearly, _)) = line_run_rate(line) else {
            near.unpriced += 1;
            continue;
        };
        let bunch = (end, ldos, line.kind == LineKind::Subscription);
        let known = near.bunches.entry(bunch).or_default();
        known.0 = known.0.saturating_add(yearly);
        known.1 += 1;
    }
    near
}

/// What running everything on to the last of the ends costs more than stopping where it stops: per end the
/// yearly value of its lines x the years to that day, cut at their last date of support, rounded.
fn difference(facts: &Facts<'_>, near: &Near, currency: Currency) -> Option<Decimal> {
    let last = *near.ends.keys().next_back()?;
    let mut total = None;
    for ((end, ldos, subscription), (yearly, _)) in &near.bunches {
        let kind = if *subscription {
            LineKind::Subscription
        } else {
            LineKind::Service
        };
        let to = ldos.map_or(last, |ldos| ldos.min(last));
        let years = years_of(next_day(*end), to, mode_of(kind, facts.rules));
        let more = yearly
            .checked_mul(Decimal::from(years.numerator))?
            .checked_div(Decimal::from(years.denominator))?;
        let more = round_half_up(more, currency.minor_units());
        total = Some(total.unwrap_or(Decimal::ZERO).saturating_add(more));
    }
    total.filter(|total| !total.is_zero())
}

fn suggestion(facts: &mut Facts<'_>, account: AccountId, near: Near) -> Made {
    let currency = facts.currency();
    let value = currency.and_then(|currency| {
        let amount = difference(facts, &near, currency)?;
        Some(Money { amount, currency })
    });
    let (first, last) = (near.ends.keys().next(), near.ends.keys().next_back());
    let (contracts, ends) = (near.contracts.len(), near.ends.len());
    let rests_on = facts.held_against((Play::CoTerm, account, FAMILY), |_| {
        let mut rests_on = String::new();
        for (end, held) in &near.ends {
            // writing to a string cannot fail
            let _ = writeln!(rests_on, "{end}|{held:?}");
        }
        rests_on
    });
    let words = |day: Option<&NaiveDate>| day.map(ToString::to_string).unwrap_or_default();
    let basis = facts.say(|_| {
        let mut basis = match value {
            Some(_) => format!(
                "prorated difference to the last of the ends, {}; fewer renewals are not priced",
                words(last)
            ),
            None => "value unknown: nothing to prorate; fewer renewals are not priced".to_string(),
        };
        let left = near.other_currency + near.unpriced;
        if left > 0 {
            basis.push_str(&format!("; {left} lines without a price in that currency"));
        }
        basis
    });
    let pitch = Pitch {
        what: facts.say(|_| format!("Join {contracts} contracts with {ends} end dates")),
        why: facts.say(|_| format!(
            "{contracts} contracts end on {ends} days from {} to {}; fewer dates are fewer to miss.",
            words(first),
            words(last)
        )),
        product_evidence: facts.say(|facts| evidence(facts, &near, currency)),
        value,
        value_basis: basis,
        deadline: first.map(|day| (*day, "first of the end dates")),
        confidence: Decimal::new(OURS, 2),
        portfolio: None,
        caveat: facts.say(|_| "Moves money in time and brings none by itself, and no score; budgets may be bound to the \
                 present dates."
            .to_string()),
        renewal: facts.say(|facts| facts.renewal_for(account, currency)),
        per: "to join them",
    };
    let whole = Whole {
        facts: rests_on,
        count: Decimal::from(contracts),
        lines: near.lines,
    };
    Made::of(Play::CoTerm, account, FAMILY, whole, pitch)
}

fn evidence(facts: &Facts<'_>, near: &Near, currency: Option<Currency>) -> Vec<Evidence> {
    let mut list = Vec::new();
    let mut add = |fact: String, source: &str| {
        let (source, line) = (source.to_string(), None);
        list.push(Evidence { fact, source, line });
    };
    for (end, held) in &near.ends {
        let contracts = held
            .iter()
            .filter_map(|id| facts.snapshot.contracts.get(*id));
        let mut numbers: Vec<Arc<str>> =
            contracts.map(|contract| contract.number.clone()).collect();
        numbers.sort_unstable();
        add(
            format!("{end}: {}", numbers.join(", ")),
            "the renewals of the book",
        );
    }
    let Some(currency) = currency else {
        return list;
    };
    let quote = as_quote(facts, near, currency);
    let Some(first) = near.ends.keys().next() else {
        return list;
    };
    let year = |line: &QuoteLine| price_line(line, currency, facts.rules).extended_net;
    let years: Decimal = quote.lines.iter().filter_map(year).sum();
    for candidate in coterm::candidates(&quote, &[], facts.rules) {
        let lines: Vec<usize> = near.bunches.values().map(|(_, lines)| *lines).collect();
        let count = |gains: bool| -> usize {
            let moved = candidate.days.iter().zip(&lines);
            let moved = moved.filter(|(days, _)| if gains { **days > 0 } else { **days < 0 });
            moved.map(|(_, lines)| *lines).sum()
        };
        let more = candidate.totals.net - years;
        let sign = if more.is_sign_negative() { "" } else { "+" };
        let fact = format!(
            "all to {} ({}): {sign}{more} {currency} from {first} on, {} lines gain days, {} lose some",
            candidate.end,
            candidate.why,
            count(true),
            count(false),
        );
        add(fact, "against a year of each, by the pack's proration");
    }
    list
}

/// The renewals for a year each as a quote: a line for all that share end and support, priced by their
/// yearly value.
fn as_quote(facts: &Facts<'_>, near: &Near, currency: Currency) -> Quote {
    let lines = near.bunches.iter().zip(1u32..);
    let lines = lines.map(|(((end, ldos, subscription), (yearly, _)), number)| {
        let kind = if *subscription {
            LineKind::Subscription
        } else {
            LineKind::Service
        };
        let start = next_day(*end);
        let year = term_end(start, facts.rules.quote.term_months);
        let asked = ldos.map_or(year, |ldos| ldos.min(year));
        QuoteLine {
            id: QuoteLineId(uuid::Uuid::from_u128(u128::from(number))),
            number,
            renews: None,
            renewal: None,
            kind,
            serial: None,
            pid: None,
            description: None,
            service_sku: None,
            service_level: None,
            quantity: Decimal::ONE,
            unit_list: Some(*yearly),
            list_years: Decimal::ONE,
            start,
            end: asked,
            buy: BuyDriver::DiscountPct(Decimal::ZERO),
            sell: SellDriver::MarginPct(Decimal::ZERO),
            proration: mode_of(kind, facts.rules),
            ldos: *ldos,
            cut_at_ldos: asked < year,
            portfolio: None,
            premium: None,
            ea: None,
            ai: None,
            rule: None,
            licence_days: None,
        }
    });
    Quote {
        id: QuoteId(uuid::Uuid::nil()),
        number: "".into(),
        account: AccountId(uuid::Uuid::nil()),
        renewals: Vec::new(),
        currency,
        version: 1,
        status: QuoteStatus::Draft,
        created_on: facts.today,
        valid_until: None,
        sent_on: None,
        lines: lines.collect(),
    }
}
