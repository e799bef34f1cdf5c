//! The lines of a demo book: covered gear, subscriptions, and gear without cover.

use super::prng::Prng;
use super::words::{Level, Offer, Product};
use super::{Era, World};
use crate::catalogue::EoxIndex;
use crate::domain::day;
use crate::domain::ids::ContractId;
use crate::domain::line::{Coverage, Line, LineKind, Origin};
use crate::domain::money::Currency;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// What differs between a service line and a subscription line.
pub(super) struct Draft {
    kind: LineKind,
    pid: &'static str,
    description: &'static str,
    sku: Option<String>,
    level: Option<&'static str>,
    pub(super) start: NaiveDate,
    end: NaiveDate,
    quantity: u64,
    unit_list: Decimal,
    years: u64,
    serial: bool,
    pub(super) ea: bool,
    premium: bool,
}

/// How old the gear of most contracts is; old gear comes in clusters, as in real installed bases.
pub(super) fn era(prng: &mut Prng) -> Era {
    match prng.below(100) {
        0..=6 => Era::Dead,
        7..=32 => Era::Ending,
        _ => Era::Current,
    }
}

/// The era of every product, from the catalogue's dates.
pub(super) fn eras(world: &World<'_>) -> HashMap<&'static str, Era> {
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

pub(super) fn service_line(
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

pub(super) fn subscription_line(
    world: &World<'_>,
    prng: &mut Prng,
    end: NaiveDate,
) -> Option<Draft> {
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

pub(super) fn push_line(
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
        kind,
        instance: Some(format!("{}", 3_100_000_000 + row * 13 + 7).into()),
        origin: Some(Origin {
            batch: world.batch,
            row: row as u32 + 1,
        }),
        ..Line::bare(world.line_id(), account)
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
pub(super) fn loose_asset(world: &mut World<'_>, prng: &mut Prng, bare: bool) {
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
