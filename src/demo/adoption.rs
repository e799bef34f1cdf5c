//! Adoption states: how far customers have come with what they bought.

use super::World;
use super::prng::Prng;
use crate::domain::adoption::{Adoption, STAGES};
use crate::domain::ids::{AdoptionId, IdSource};
use rust_decimal::Decimal;

pub(super) fn fill(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 6);
    let accounts: Vec<_> = world.customers.iter().map(|customer| customer.id).collect();
    for account in accounts {
        if !prng.chance(35) {
            continue;
        }
        let Some((offer, case)) = prng.pick(&world.words.use_cases).copied() else {
            return;
        };
        let stage = prng.pick(&STAGES).copied().unwrap_or("purchase");
        let row = Adoption {
            id: AdoptionId(world.ids.next()),
            account,
            offer: world.text(offer),
            use_case: world.text(case),
            stage: world.text(stage),
            adoption_pct: None,
            usage_pct: prng.chance(60).then(|| Decimal::from(prng.between(15, 98))),
            since: Some(world.day(-prng.between(5, 400))),
            seen: None,
            open_actions: None,
            origin: None,
        };
        world.plan.put_adoption.push(row);
    }
}
