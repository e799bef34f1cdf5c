//! Adoption stalled: use cases that are not past Onboard or stand in one stage for long, while a renewal
//! comes near. What it is worth is the renewal at risk, no new money.

use super::facts::Facts;
use super::group::{Pitch, Whole};
use super::sum::Sum;
use super::whole::Made;
use super::{Evidence, Play};
use crate::domain::adoption::Adoption;
use crate::domain::day::{add_days, add_months};
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::line::{Line, LineKind};
use crate::domain::packed::Ending;
use crate::domain::portfolio::Portfolio;
use foldhash::{HashMap, HashSet, HashSetExt};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Confidence where the renewal names the offer, in hundredths.
const NAMED: i64 = 70;
/// Confidence where it is only known that the customer has subscriptions due.
const SAME_CUSTOMER: i64 = 40;

/// A renewal that is near, with its lines.
struct Due<'l> {
    renewal: Ending,
    lines: Vec<&'l Arc<Line>>,
    /// Holds a subscription.
    subscribed: bool,
    /// What an offer may be named in, in lower case: products, descriptions, the programme.
    texts: HashSet<String>,
}

impl Due<'_> {
    fn names(&self, offer: &str) -> bool {
        let offer = offer.trim().to_lowercase();
        !offer.is_empty() && self.texts.iter().any(|text| text.contains(&offer))
    }
}

/// One suggestion an offer.
pub(super) fn of_account(
    facts: &mut Facts<'_>,
    account: AccountId,
    lines: &[Arc<Line>],
) -> Vec<Made> {
    let mut offers: BTreeMap<Arc<str>, Vec<&Adoption>> = BTreeMap::new();
    for id in facts.ground.adoption_of(account) {
        let Some(state) = facts.snapshot.adoption.get(*id) else {
            continue;
        };
        if state.stalls(&facts.rules.plays, facts.today) {
            offers.entry(state.offer.clone()).or_default().push(state);
        }
    }
    if offers.is_empty() {
        return Vec::new();
    }
    facts.meet(account, lines);
    let near = near(facts, account, lines);
    let made = offers.into_iter().filter_map(|(offer, mut states)| {
        states.sort_by(|a, b| a.use_case.cmp(&b.use_case).then(a.id.cmp(&b.id)));
        suggestion(facts, account, &offer, &states, &near)
    });
    made.collect()
}

/// The open renewals near enough, in order of end, each with the lines it has by the rule of the queue: read
/// once, however many offers ask.
fn near<'l>(facts: &Facts<'_>, account: AccountId, lines: &'l [Arc<Line>]) -> Vec<Due<'l>> {
    let until = add_months(facts.today, facts.rules.plays.stalled_months);
    let from = add_days(facts.today, -facts.rules.lapse.grace_days);
    let all = facts.renewals(account);
    let near = all.open.iter();
    let near = near.filter(|renewal| (from..=until).contains(&renewal.end));
    let program = |renewal: &Ending| {
        let contract = facts.snapshot.contracts.get(renewal.contract)?;
        contract.program.as_deref().map(str::to_lowercase)
    };
    let mut near: Vec<Due<'l>> = near
        .map(|renewal| Due {
            renewal: *renewal,
            lines: Vec::new(),
            subscribed: false,
            texts: program(renewal).into_iter().collect(),
        })
        .collect();
    near.sort_by_key(|due| (due.renewal.end, due.renewal.id));
    let places = near.iter().enumerate();
    let places: HashMap<RenewalId, usize> = places.map(|(at, due)| (due.renewal.id, at)).collect();
    let mut read = HashSet::new();
    for line in lines.iter().filter(|line| line.is_open()) {
        let place = all.open_of(line).and_then(|id| places.get(&id));
        let Some(due) = place.and_then(|at| near.get_mut(*at)) else {
            continue;
        };
        due.lines.push(line);
        due.subscribed |= line.kind == LineKind::Subscription;
        for text in [&line.description, &line.pid].into_iter().flatten() {
            if read.insert((due.renewal.id, text)) {
                due.texts.insert(text.to_lowercase());
            }
        }
    }
    near
}

/// Those that name the offer, else those that hold subscriptions at all; whether the offer is named.
fn due<'d, 'l>(near: &'d [Due<'l>], offer: &str) -> (Vec<&'d Due<'l>>, bool) {
    let named: Vec<&Due<'_>> = near.iter().filter(|due| due.names(offer)).collect();
    match named.is_empty() {
        true => (near.iter().filter(|due| due.subscribed).collect(), false),
        false => (named, true),
    }
}

fn suggestion(
    facts: &mut Facts<'_>,
    account: AccountId,
    offer: &str,
    states: &[&Adoption],
    near: &[Due<'_>],
) -> Option<Made> {
    let (due, named) = due(near, offer);
    let first = due.first()?;
    let mut sum = Sum::of(facts);
    for line in due.iter().flat_map(|due| &due.lines) {
        sum.add_year(line);
    }
    let rests_on = facts.held_against((Play::AdoptionStalled, account, offer), |_| {
        let mut rests_on = String::new();
        for state in states {
            let since = state.since.map(|day| day.to_string()).unwrap_or_default();
            // writing to a string cannot fail
            let _ = writeln!(rests_on, "{}|{}|{since}", state.use_case, state.stage);
        }
        for due in &due {
            let _ = writeln!(rests_on, "{}", due.renewal.end);
        }
        rests_on
    });
    let hundredths = if named { NAMED } else { SAME_CUSTOMER };
    let count = states.len();
    let portfolio = portfolio(&due, offer);
    let pitch = Pitch {
        what: facts.say(|_| format!("Move {offer} on before its renewal")),
        why: facts.say(|facts| format!(
            "{count} use case{} not past Onboard or without a step for {} days; the renewal ends {}.",
            if count == 1 { "" } else { "s" },
            facts.rules.plays.stalled_days,
            first.renewal.end
        )),
        product_evidence: facts.say(|facts| evidence(facts, states, &due)),
        value: sum.value(),
        value_basis: facts.say(|_| sum.basis(
            "renewal value at risk, no new money",
            "value unknown: the renewal has no price",
        )),
        deadline: Some((first.renewal.end, "the renewal it puts at risk")),
        confidence: Decimal::new(hundredths, 2),
        portfolio,
        caveat: facts.say(|_| match named {
            true => "Stages may be behind what the customer really does.".to_string(),
            false => "No renewal names the offer: those of the customer with subscriptions are taken. Stages \
                      may be behind what the customer really does."
                .to_string(),
        }),
        renewal: Some::<RenewalId>(first.renewal.id),
        per: "at risk",
    };
    let own = facts.say(|_| {
        let of_due = due.iter().flat_map(|due| &due.lines);
        let mut own: Vec<LineId> = of_due.map(|line| line.id).collect();
        own.sort_unstable();
        own
    });
    let whole = Whole {
        facts: rests_on,
        count: Decimal::from(count),
        lines: own,
    };
    Some(Made::of(
        Play::AdoptionStalled,
        account,
        offer,
        whole,
        pitch,
    ))
}

/// The portfolio the offer counts in: that of the lines which name it, else of all there are. None where they
/// are of several: a use case moves one of them, and nothing says which.
fn portfolio(due: &[&Due<'_>], offer: &str) -> Option<Portfolio> {
    let offer = offer.trim().to_lowercase();
    let names = |line: &Line| {
        let texts = [&line.description, &line.pid];
        let mut texts = texts.into_iter().flatten();
        texts.any(|text| text.to_lowercase().contains(&offer))
    };
    let all = || due.iter().flat_map(|due| &due.lines);
    let of = |named: bool| -> BTreeSet<&Portfolio> {
        let lines = all().filter(|line| !named || names(line));
        lines.filter_map(|line| line.portfolio()).collect()
    };
    let named = of(true);
    let found = if named.is_empty() { of(false) } else { named };
    match found.len() {
        1 => found.into_iter().next().cloned(),
        _ => None,
    }
}

fn evidence(facts: &Facts<'_>, states: &[&Adoption], due: &[&Due<'_>]) -> Vec<Evidence> {
    let mut list = Vec::new();
    for state in states {
        let days = |day: chrono::NaiveDate| (facts.today - day).num_days();
        let since = match (state.since, state.seen) {
            (Some(day), _) => format!(" since {day}, {} days", days(day)),
            (None, Some(day)) => format!(" since {day} at the latest, {} days", days(day)),
            (None, None) => String::new(),
        };
        let open = state.open_actions.as_deref();
        let done = state
            .adoption_pct
            .map(|pct| format!(", {}% done", pct.normalize()));
        list.push(Evidence {
            fact: format!(
                "{}: stage {}{since}{}{}",
                state.use_case,
                state.stage,
                done.unwrap_or_default(),
                open.map_or(String::new(), |open| format!(", open: {open}"))
            ),
            source: match state.origin {
                Some(origin) => facts.source_of(Some(origin), None),
                None => "adoption as imported".to_string(),
            },
            line: None,
        });
    }
    for due in due {
        let contract = facts.snapshot.contracts.get(due.renewal.contract);
        let number = contract.map_or_else(|| "unknown".into(), |contract| contract.number.clone());
        let first = due.lines.first();
        list.push(Evidence {
            fact: format!(
                "renewal {number} ends {}, {} lines",
                due.renewal.end,
                due.lines.len()
            ),
            source: first.map_or_else(String::new, |line| facts.source(line)),
            line: first.map(|line| line.id),
        });
    }
    list
}
