//! Cross-portfolio whitespace: a portfolio that most customers of like size hold and this one does not.

use super::facts::Facts;
use super::group::{Pitch, Whole};
use super::spend::Peers;
use super::whole::Made;
use super::{Evidence, Play};
use crate::domain::ids::AccountId;
use crate::domain::money::{Currency, Money};
use crate::domain::portfolio::Portfolio;
use rust_decimal::Decimal;

/// Confidence, in hundredths: what others buy is only a hint.
const HINT: i64 = 25;

/// One suggestion a portfolio.
pub(super) fn of_account(facts: &mut Facts<'_>, account: AccountId) -> Vec<Made> {
    let Some(currency) = facts.currency() else {
        return Vec::new();
    };
    let ground = facts.ground;
    let own = ground.spend.of(account, currency);
    if own.len() < facts.rules.plays.white_portfolios {
        return Vec::new();
    }
    let missing = ground
        .spend
        .peers(account, currency)
        .into_iter()
        .filter(|peers| {
            let holds = own.iter().any(|(held, _)| **held == peers.portfolio);
            !holds && most(peers, facts)
        });
    let made: Vec<Peers> = missing.collect();
    made.into_iter()
        .map(|peers| suggestion(facts, account, currency, &own, peers))
        .collect()
}

/// True where enough customers of like size are known and more than the share of them holds it.
fn most(peers: &Peers, facts: &Facts<'_>) -> bool {
    let rules = &facts.rules.plays;
    let share = Decimal::from(peers.holders) * Decimal::ONE_HUNDRED;
    peers.customers >= rules.peers && share > Decimal::from(peers.customers) * rules.peer_pct
}

fn suggestion(
    facts: &mut Facts<'_>,
    account: AccountId,
    currency: Currency,
    own: &[(&Portfolio, Decimal)],
    peers: Peers,
) -> Made {
    let [low, middle, high] = peers.range;
    let title = peers.portfolio.title().to_string();
    let held: Vec<&str> = own.iter().map(|(held, _)| held.title()).collect();
    let pitch = Pitch {
        what: facts.say(|_| format!("Offer {title}, where they hold none")),
        why: facts.say(|_| format!(
            "{} of {} customers of like size hold {title}; this one has {} and none of it.",
            peers.holders,
            peers.customers,
            held.join(", ")
        )),
        product_evidence: facts.say(|_| {
            let spends = own.iter().map(|(held, sum)| Evidence {
                fact: format!("{}: {sum} {currency} a year", held.title()),
                source: "the live lines of the book".to_string(),
                line: None,
            });
            let like = Evidence {
                fact: format!(
                    "{title}: {} of {} like-sized customers, {low} to {high} {currency} a year, median {middle}",
                    peers.holders, peers.customers
                ),
                source: "the live lines of the book".to_string(),
                line: None,
            };
            spends.chain([like]).collect()
        }),
        value: Some(Money {
            amount: low,
            currency,
        }),
        value_basis: facts.say(|_| format!(
            "the low end of what half of those holders spend a year: {low} to {high}, median {middle}"
        )),
        deadline: None,
        confidence: Decimal::new(HINT, 2),
        portfolio: Some(peers.portfolio.clone()),
        caveat: facts.say(|_| "They may buy it elsewhere or need none. Near a minimum-bookings edge a first sale can switch \
                 a metric on."
            .to_string()),
        renewal: facts.say(|facts| facts.renewal_for(account, Some(currency))),
        per: "the first year",
    };
    let whole = Whole {
        // how many peers hold it moves with every import and is no reason to ask again
        facts: facts.held_against((Play::Whitespace, account, &title), |_| {
            format!("{title}|{}", held.join("|"))
        }),
        count: Decimal::ONE,
        lines: Vec::new(),
    };
    Made::of(Play::Whitespace, account, &title, whole, pitch)
}
