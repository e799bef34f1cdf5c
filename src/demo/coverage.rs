//! Contracts and subscriptions of a demo book, and which renewals they make.

use super::gear::{era, eras, loose_asset, push_line, service_line, subscription_line};
use super::prng::Prng;
use super::{Deal, World};
use crate::domain::contract::{AutoRenew, Contract, ContractKind};
use crate::domain::ids::{ContractId, IdSource, RenewalId};
use crate::domain::money::Currency;
use chrono::NaiveDate;

/// How many of 100 contracts end how many days from today (both included). Together they keep
/// overdue, today, the next week, lapsed and every window up to three years populated.
pub(super) const ENDS: [(u64, i64, i64); 9] = [
    (3, -29, -1),
    (1, 0, 0),
    (3, 1, 7),
    (4, -160, -31),
    (9, 8, 30),
    (15, 31, 90),
    (19, 91, 180),
    (32, 181, 400),
    (14, 401, 1_000),
];

/// Share of lines that are bare gear, and of masked rows, in per mille.
const BARE_PER_MILLE: u64 = 40;
const MASKED_PER_MILLE: u64 = 15;

pub(super) fn fill(world: &mut World<'_>) {
    world.eras = eras(world);
    let mut prng = Prng::new(world.options.seed, 3);
    let total = u64::from(world.options.lines.max(1));
    let loose = total * (BARE_PER_MILLE + MASKED_PER_MILLE) / 1_000;
    let contracts = ((total - loose) / 10).max(1);
    let mut left = total - loose;
    for index in 0..contracts {
        let mean = left / (contracts - index);
        let lines = if index + 1 == contracts {
            left
        } else {
            (1 + prng.below(2 * mean)).min(left - (contracts - index - 1))
        };
        left -= lines;
        contract(world, &mut prng, index, lines);
    }
    for index in 0..loose {
        loose_asset(
            world,
            &mut prng,
            index * 1_000 < loose * BARE_PER_MILLE * 1_000 / 55,
        );
    }
}

/// The end of contract `index`: the bands are dealt like cards, so that even a small book has all.
fn end_of(world: &World<'_>, prng: &mut Prng, index: u64) -> NaiveDate {
    let mut card = (index * 37 + 4) % 100;
    for (share, low, high) in ENDS {
        if card < share {
            return world.day(prng.between(low, high));
        }
        card -= share;
    }
    world.options.today
}

fn contract(world: &mut World<'_>, prng: &mut Prng, index: u64, lines: u64) {
    // The smaller of two draws: low numbers are the large customers.
    let customers = world.customers.len() as u64;
    let customer = if index < customers {
        index
    } else {
        prng.below(customers).min(prng.below(customers))
    } as usize;
    let subscription = prng.chance(14);
    let id = ContractId(world.ids.next());
    let end = end_of(world, prng, index);
    let Some(owner) = world.customers.get(customer) else {
        return;
    };
    let (account, level) = (owner.id, owner.level);
    let currency = if prng.chance(12) {
        owner.currency
    } else {
        Currency::USD
    };
    let era = era(prng);
    let split = !subscription && lines >= 6 && prng.chance(15);
    let later = end + chrono::TimeDelta::days(prng.between(30, 200));
    let first = if split { lines * 2 / 3 } else { lines };
    let (mut start, mut ea) = (None, false);
    for (count, end) in [(first, end), (lines - first, later)] {
        if count == 0 {
            continue;
        }
        let from = world.plan.put_lines.len();
        for _ in 0..count {
            let draft = if subscription {
                subscription_line(world, prng, end)
            } else {
                service_line(world, prng, level, era, end)
            };
            let Some(draft) = draft else { continue };
            ea |= draft.ea;
            start = start.or(Some(draft.start));
            push_line(world, prng, customer, Some(id), currency, draft);
        }
        deal(world, id, account, end, from);
    }
    let number = number(world.options.seed, index, subscription);
    let header_level = world.words.levels.get(level).map(|l| l.level);
    let header_level = header_level
        .filter(|_| !subscription)
        .map(|l| world.text(l));
    let renews_itself = subscription && (ea || prng.chance(45));
    world.plan.put_contracts.push(Contract {
        id,
        account,
        number: number.into(),
        kind: if subscription {
            ContractKind::Subscription
        } else {
            ContractKind::Service
        },
        program: None,
        service_level: header_level,
        status_raw: None,
        start,
        end: Some(if split { later } else { end }),
        auto_renew: renews_itself.then_some(AutoRenew {
            term_months: 12,
            notice_days: if ea { 45 } else { 30 },
        }),
    });
}

/// Contract numbers and subscription ids: all different, not in order.
fn number(seed: u64, index: u64, subscription: bool) -> String {
    let mixed = (index * 7_919 + seed % 9_973) % 9_999_991;
    if subscription {
        format!("Sub{}", 1_000_000 + mixed)
    } else {
        format!("{}", 200_000_000 + mixed * 11 + 3)
    }
}

fn deal(
    world: &mut World<'_>,
    contract: ContractId,
    account: crate::domain::ids::AccountId,
    end: NaiveDate,
    from: usize,
) {
    let lines = from..world.plan.put_lines.len();
    let currency = world
        .plan
        .put_lines
        .get(lines.clone())
        .and_then(|rows| rows.iter().find_map(|line| line.currency));
    // Lines without a price join the renewal of the priced ones; their currency is the file's.
    let renewal = RenewalId(world.ids.next());
    world.deals.push(Deal {
        renewal,
        account,
        currency,
        lines,
    });
    world
        .plan
        .put_renewals
        .push(super::work::fresh(renewal, contract, end, currency));
}
