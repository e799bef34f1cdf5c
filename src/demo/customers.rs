//! Invented customers and their sites.

use super::prng::Prng;
use super::{Customer, World};
use crate::domain::account::{Account, Site};
use crate::domain::ids::{AccountId, IdSource, SiteId};
use crate::domain::money::Currency;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Discounts partners of the demo get from list, percent. Invented.
const DISCOUNTS_PCT: [i64; 8] = [18, 22, 25, 28, 30, 32, 35, 42];

pub(super) fn fill(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 2);
    for index in 0..world.options.account_count() {
        let (name, country) = name(world, &mut prng, u64::from(index));
        let place = world
            .words
            .places
            .iter()
            .position(|p| Some(p.country) == country)
            .unwrap_or(prng.below(world.words.places.len() as u64) as usize);
        let (place_country, place_currency) = world
            .words
            .places
            .get(place)
            .map_or(("", "USD"), |p| (p.country, p.currency));
        let id = AccountId(world.ids.next());
        world.plan.put_accounts.push(Account {
            id,
            name: name.clone(),
            party_id: Some(format!(
                "{}",
                700_000_000 + u64::from(index) * 7 + prng.below(7)
            )),
            country: Some(country.unwrap_or(place_country).to_string()),
        });
        let sites = sites(world, &mut prng, id, place);
        let discount = prng.pick(&DISCOUNTS_PCT).copied().unwrap_or(30);
        let levels = &world.words.levels;
        let level = prng
            .weighted(levels, |l| l.weight)
            .and_then(|l| levels.iter().position(|other| other.code == l.code));
        world.customers.push(Customer {
            id,
            sites,
            currency: place_currency.parse().unwrap_or(Currency::USD),
            discount_pct: Decimal::from(discount),
            level: level.unwrap_or_default(),
        });
    }
}

/// Every twentieth name is in another script; the rest are two invented words, with a city where
/// the words are used up.
fn name(world: &World<'_>, prng: &mut Prng, index: u64) -> (Arc<str>, Option<&'static str>) {
    let words = &world.words;
    if index % 20 == 13 {
        let round = index / 20;
        if let Some((name, country)) = words.world.get(round as usize) {
            return ((*name).into(), Some(country));
        }
    }
    let heads = words.heads.len().max(1) as u64;
    let pairs = heads * words.tails.len().max(1) as u64;
    // A step without a common divisor walks through all pairs before one comes again.
    let at = (index * 2_621 + world.options.seed % pairs) % pairs;
    let head = words.heads.get((at % heads) as usize).copied();
    let tail = words.tails.get((at / heads) as usize).copied();
    let mut name = format!("{} {}", head.unwrap_or("Demo"), tail.unwrap_or("Works"));
    let round = index / pairs;
    if round > 0 {
        let city = words
            .places
            .get((round - 1) as usize % words.places.len().max(1));
        name = format!("{name} {}", city.map_or("", |p| p.city));
        if round as usize > words.places.len() {
            name = format!("{name} {round}");
        }
    }
    prng.word();
    (name.into(), None)
}

fn sites(world: &mut World<'_>, prng: &mut Prng, account: AccountId, home: usize) -> Vec<SiteId> {
    const NAMES: [&str; 6] = [
        "HQ",
        "Data centre",
        "Plant 1",
        "Branch North",
        "Warehouse",
        "Campus B",
    ];
    let count = prng.between(1, 4) as usize;
    let mut sites = Vec::with_capacity(count);
    for name in NAMES.iter().take(count) {
        let id = SiteId(world.ids.next());
        let place = world.words.places.get(home);
        world.plan.put_sites.push(Site {
            id,
            account,
            name: (*name).into(),
            city: place.map(|p| p.city.to_string()),
            country: place.map(|p| p.country.to_string()),
        });
        sites.push(id);
    }
    sites
}
