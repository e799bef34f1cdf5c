//! Contracts, subscriptions, their lines, and gear without cover.

use super::prng::Prng;
use super::words::{Level, Offer, Product};
use super::{Deal, Era, World};
use crate::catalogue::EoxIndex;
use crate::domain::contract::{AutoRenew, Contract, ContractKind};
use crate::domain::day;
use crate::domain::ids::{ContractId, IdSource, RenewalId};
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::money::Currency;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

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
    let currency = if prng.chance(60) {
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

/// What differs between a service line and a subscription line.
struct Draft {
    kind: LineKind,
    pid: &'static str,
    description: &'static str,
    sku: Option<String>,
    level: Option<&'static str>,
    start: NaiveDate,
    end: NaiveDate,
    quantity: u64,
    unit_list: Decimal,
    years: u64,
    serial: bool,
    ea: bool,
    premium: bool,
}

/// How old the gear of most contracts is; old gear comes in clusters, as in real installed bases.
fn era(prng: &mut Prng) -> Era {
    match prng.below(100) {
        0..=6 => Era::Dead,
        7..=32 => Era::Ending,
        _ => Era::Current,
    }
}

/// The era of every product, from the catalogue's dates.
fn eras(world: &World<'_>) -> HashMap<&'static str, Era> {
    /// Gear with less life than this is nearing its end, in months.
    const ENDING_MONTHS: i32 = 27;
    let today = world.options.today;
    let nothing = EoxIndex::default();
    let products = world.words.products.iter();
    products
        .map(|product| {
            let ldos = world
                .catalogue
                .milestones(product.pid, &nothing)
                .ldos
                .map(|m| m.date);
            let era = match ldos {
                Some(date) if date < today => Era::Dead,
                Some(date) if date < day::add_months(today, ENDING_MONTHS) => Era::Ending,
                _ => Era::Current,
            };
            (product.pid, era)
        })
        .collect()
}

fn service_line(
    world: &World<'_>,
    prng: &mut Prng,
    norm: usize,
    era: Era,
    end: NaiveDate,
) -> Option<Draft> {
    let allowed = |p: &Product| world.eras.get(p.pid).is_none_or(|own| *own <= era);
    let product: &Product =
        prng.weighted(
            &world.words.products,
            |p| if allowed(p) { p.weight } else { 0 },
        )?;
    let levels: &[Level] = &world.words.levels;
    let level = if prng.chance(80) {
        levels.get(norm)?
    } else {
        prng.weighted(levels, |l| l.weight)?
    };
    let stub: String = product
        .pid
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    let months = if prng.chance(18) { 36 } else { 12 };
    Some(Draft {
        kind: LineKind::Service,
        pid: product.pid,
        description: product.description,
        sku: Some(format!("CON-{}-{stub}", level.code)),
        level: Some(level.level),
        start: day::add_months(day::next_day(end), -months),
        end,
        quantity: 1,
        unit_list: Currency::USD.round(product.year_list * level.price_pct / Decimal::ONE_HUNDRED),
        years: 1,
        serial: true,
        ea: false,
        premium: matches!(level.code, "SNTP" | "S2P" | "SSSNP"),
    })
}

fn subscription_line(world: &World<'_>, prng: &mut Prng, end: NaiveDate) -> Option<Draft> {
    let offer: &Offer = prng.weighted(&world.words.offers, |o| o.weight)?;
    Some(Draft {
        kind: LineKind::Subscription,
        pid: offer.pid,
        description: offer.description,
        sku: None,
        level: None,
        start: day::add_months(day::next_day(end), -(offer.years as i32) * 12),
        end,
        quantity: 1 + prng
            .below(offer.quantity_max)
            .min(prng.below(offer.quantity_max)),
        unit_list: offer.unit_list,
        years: offer.years,
        serial: false,
        ea: offer.ea,
        premium: false,
    })
}

/// Invented rates, fixed for the demo: a price list in another currency is a list of its own.
fn in_currency(usd: Decimal, currency: Currency) -> Decimal {
    let rate = match currency.code() {
        "EUR" => Decimal::new(93, 2),
        "JPY" => Decimal::from(150),
        _ => Decimal::ONE,
    };
    currency.round(usd * rate)
}

fn push_line(
    world: &mut World<'_>,
    prng: &mut Prng,
    customer: usize,
    contract: Option<ContractId>,
    currency: Currency,
    draft: Draft,
) {
    let priced = !prng.chance(1);
    let with_net = priced && !prng.chance(2);
    let states_discount = prng.chance(50);
    let unit_list = in_currency(draft.unit_list, currency);
    let years = Decimal::from(draft.years);
    let Some(owner) = world.customers.get(customer) else {
        return;
    };
    let (account, discount) = (owner.id, owner.discount_pct);
    let site = prng.pick(&owner.sites).copied();
    let days = match draft.kind {
        // A subscription of whole years costs its list price; services go by days (renewals 1).
        LineKind::Subscription => Decimal::from(365 * draft.years),
        _ => Decimal::from(day::service_days(draft.start, draft.end)),
    };
    let list = currency.round(unit_list * days / (Decimal::from(365) * years));
    let net = currency.round(list * (Decimal::ONE_HUNDRED - discount) / Decimal::ONE_HUNDRED);
    let quantity = Decimal::from(draft.quantity);
    let today = world.options.today;
    let (coverage, status) = match (today - draft.end).num_days() {
        late if late > 30 => (Coverage::Expired, "Expired"),
        late if late > 0 => (Coverage::Overdue, "Overdue"),
        _ => (Coverage::Covered, "Active"),
    };
    let age = draft
        .serial
        .then(|| draft.start - chrono::TimeDelta::days(prng.between(30, 1_600)));
    let mut line = blank(world, account, draft.kind);
    line.contract = contract;
    line.site = site;
    line.pid = Some(world.text(draft.pid));
    line.description = Some(world.text(draft.description));
    line.service_sku = draft.sku.as_deref().map(|sku| world.text(sku));
    line.service_level = draft.level.map(|level| world.text(level));
    line.start = Some(draft.start);
    line.end = Some(draft.end);
    line.quantity = quantity;
    line.unit_list = priced.then_some(unit_list);
    line.list_years = years;
    line.prorated_list = priced.then_some(list * quantity);
    line.discount_pct = (with_net && states_discount).then_some(discount);
    line.extended_net = with_net.then_some(net * quantity);
    line.currency = Some(currency);
    line.coverage = coverage;
    line.status_raw = Some(world.text(status));
    line.ea = draft.ea.then_some(true);
    line.premium = draft.premium.then_some(true);
    if let Some(shipped) = age {
        line.serial = Some(serial(prng, world.plan.put_lines.len() as u64, shipped).into());
        line.ship_date = Some(shipped);
    }
    sort_into_portfolio(world, &mut line);
    world.plan.put_lines.push(line);
}

/// A line with nothing on it yet but its identity.
fn blank(world: &mut World<'_>, account: crate::domain::ids::AccountId, kind: LineKind) -> Line {
    let row = world.plan.put_lines.len() as u64;
    Line {
        id: world.line_id(),
        contract: None,
        account,
        site: None,
        kind,
        serial: None,
        instance: Some(format!("{}", 3_100_000_000 + row * 13 + 7).into()),
        pid: None,
        description: None,
        service_sku: None,
        service_level: None,
        start: None,
        end: None,
        quantity: Decimal::ONE,
        unit_list: None,
        list_years: Decimal::ONE,
        prorated_list: None,
        discount_pct: None,
        extended_net: None,
        currency: None,
        ldos: None,
        warranty_end: None,
        ship_date: None,
        terminated: None,
        coverage: Coverage::Unknown,
        status_raw: None,
        renewed_to: None,
        replaced_by: None,
        portfolio: None,
        product_portfolio: None,
        portfolio_typed: None,
        premium: None,
        ea: None,
        gone_in: None,
        origin: Some(Origin {
            batch: world.batch,
            row: row as u32 + 1,
        }),
    }
}

fn sort_into_portfolio(world: &mut World<'_>, line: &mut Line) {
    let key: (Arc<str>, Arc<str>) = (
        line.service_sku.clone().unwrap_or_else(|| "".into()),
        line.pid.clone().unwrap_or_else(|| "".into()),
    );
    if !world.portfolios.contains_key(&key) {
        let found = world.catalogue.portfolio_of_line(
            line.service_sku.as_deref(),
            line.pid.as_deref(),
            line.kind,
        );
        world.portfolios.insert(key.clone(), found);
    }
    if let Some((own, product)) = world.portfolios.get(&key) {
        line.portfolio = own.clone();
        line.product_portfolio = product.clone();
    }
}

/// A serial in the vendor's form: site, year, week, and four characters that never repeat.
fn serial(prng: &mut Prng, row: u64, shipped: NaiveDate) -> String {
    const SITES: [&str; 6] = ["FOC", "FDO", "FCW", "JAE", "FGL", "KWC"];
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const SPAN: u64 = 36 * 36 * 36 * 36;
    let mut rest = (row * 48_271 + 11) % SPAN;
    let mut tail = String::with_capacity(4);
    for _ in 0..4 {
        tail.push(char::from(
            DIGITS.get((rest % 36) as usize).copied().unwrap_or(b'0'),
        ));
        rest /= 36;
    }
    let year = shipped.iso_week().year().saturating_sub(1996).clamp(0, 99);
    let week = shipped.iso_week().week();
    let site = prng.pick(&SITES).copied().unwrap_or("FOC");
    format!("{site}{year:02}{week:02}{tail}")
}

/// Gear seen in the install base: without cover, or with a contract the source hides.
fn loose_asset(world: &mut World<'_>, prng: &mut Prng, bare: bool) {
    // A sister box of the same customer is what makes a gap visible.
    let covered = world.plan.put_lines.len() as u64;
    let sister = world
        .plan
        .put_lines
        .get(prng.below(covered) as usize)
        .filter(|line| line.serial.is_some())
        .map(|line| {
            (
                line.account,
                line.site,
                line.pid.clone(),
                line.description.clone(),
            )
        });
    let product = prng.weighted(&world.words.products, |p| p.weight);
    let product = product.map(|p| (p.pid, p.description));
    let (account, site, pid, description) = match (sister, product) {
        (Some(found), _) => found,
        (None, Some((pid, description))) => {
            let Some(customer) = prng.pick(&world.customers) else {
                return;
            };
            let (account, site) = (customer.id, customer.sites.first().copied());
            let pid = world.text(pid);
            let description = world.text(description);
            (account, site, Some(pid), Some(description))
        }
        (None, None) => return,
    };
    let shipped = world.day(-prng.between(60, 2_000));
    let mut line = blank(world, account, LineKind::Asset);
    line.site = site;
    line.pid = pid;
    line.description = description;
    line.serial = Some(serial(prng, world.plan.put_lines.len() as u64, shipped).into());
    line.ship_date = Some(shipped);
    line.warranty_end = Some(shipped + chrono::TimeDelta::days(90));
    line.coverage = if bare {
        Coverage::NotCovered
    } else {
        Coverage::Masked
    };
    line.status_raw = Some(world.text(if bare { "Not covered" } else { "Confidential" }));
    sort_into_portfolio(world, &mut line);
    world.plan.put_lines.push(line);
}
