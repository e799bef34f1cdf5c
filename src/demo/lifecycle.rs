//! End-of-life records: the catalogue's real dates, and invented ones (marked synthetic) for the
//! last day to attach and the last day to renew, which public tables do not hold.

use super::World;
use super::prng::Prng;
use crate::catalogue::EoxIndex;
use crate::domain::day;
use crate::domain::eox::EoxRecord;
use crate::domain::ids::{EoxId, IdSource};
use std::sync::Arc;

pub(super) fn fill(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 7);
    let nothing = EoxIndex::default();
    let pids: Vec<&'static str> = world.words.products.iter().map(|p| p.pid).collect();
    for pid in pids {
        let known = world.catalogue.milestones(pid, &nothing);
        let ldos = known.ldos.as_ref().map(|m| m.date);
        let end_of_sale = known.end_of_sale.as_ref().map(|m| m.date);
        // A third of the products has no record of its own: "not checked" is a state to show.
        if ldos.is_none() && prng.chance(35) {
            continue;
        }
        let last_renewal = ldos.map(|date| day::add_months(date, -(prng.between(2, 10) as i32)));
        let last_attach = end_of_sale
            .map(|date| day::add_months(date, 12))
            .or_else(|| ldos.map(|date| day::add_months(date, -36)));
        let id = EoxId(world.ids.next());
        world.plan.put_eox.push(EoxRecord {
            id,
            pid: world.catalogue.normalise_pid(pid).into(),
            none_announced: ldos.is_none(),
            bulletin: None,
            url: None,
            end_of_sale,
            last_attach,
            last_renewal,
            ldos,
            notice: None,
            successor: None,
            updated: Some(world.day(-20)),
            synthetic: true,
            batch: Some(world.batch),
        });
        if ldos.is_some() {
            dates_in_the_file(world, &mut prng, pid, ldos);
        }
    }
}

/// Some files give the last date of support on the line itself; those lines carry it.
fn dates_in_the_file(
    world: &mut World<'_>,
    prng: &mut Prng,
    pid: &str,
    ldos: Option<chrono::NaiveDate>,
) {
    let same: Vec<Arc<str>> = vec![pid.into()];
    for line in &mut world.plan.put_lines {
        if line.pid.as_ref() == same.first() && prng.chance(20) {
            line.ldos = ldos;
        }
    }
}
