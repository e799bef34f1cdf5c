//! Invented incentive figures: rates of repeated digits and milestones of repeated amounts, so that
//! nobody takes them for real ones. They are marked and never count in another book.

use super::World;
use super::prng::Prng;
use crate::domain::ids::{IdSource, OfferGroupId, RateId, UseCaseId};
use crate::domain::incentive::{
    Component, Eligibility, Milestone, OfferGroup, Rate, RateColumn, UseCase,
};
use crate::domain::line::Origin;
use crate::domain::money::Currency;
use rust_decimal::Decimal;

/// Offer group of service SKUs.
const SERVICES: &str = "DEMO-SERVICES";

/// Stages that pay, with their invented amounts; `implement` pays nothing.
const STAGES: [(&str, Option<i64>); 5] = [
    ("onboard", Some(111)),
    ("implement", None),
    ("use", Some(222)),
    ("engage", Some(333)),
    ("adopt", Some(444)),
];

pub(super) fn fill(world: &mut World<'_>) {
    rates(world);
    milestones(world);
}

fn rates(world: &mut World<'_>) {
    let mut digit = 0;
    for gsp in [SERVICES, "*"] {
        for column in RateColumn::ALL {
            for component in [Component::Renew, Component::AcvGrowth] {
                digit += 1;
                let rate = Rate {
                    id: RateId(world.ids.next()),
                    component,
                    gsp: world.text(gsp),
                    region: world.text("*"),
                    column,
                    rate_pct: Decimal::new(digit * 111, 2),
                    from: Some(world.day(-600)),
                    to: None,
                    demo: true,
                    origin: Some(Origin {
                        batch: world.batch,
                        row: u32::try_from(digit).unwrap_or(0),
                    }),
                };
                world.plan.put_rates.push(rate);
            }
        }
    }
    let group = OfferGroup {
        id: OfferGroupId(world.ids.next()),
        product: world.text("CON-*"),
        gsp: world.text(SERVICES),
        from: None,
        to: None,
        demo: true,
        origin: Some(Origin {
            batch: world.batch,
            row: 9,
        }),
    };
    world.plan.put_groups.push(group);
}

/// Milestones for the use cases the demo knows a stage of.
fn milestones(world: &mut World<'_>) {
    let mut prng = Prng::new(world.options.seed, 9);
    let cases: Vec<_> = world.plan.put_adoption.to_vec();
    for case in cases {
        let reached = STAGES.iter().position(|(stage, _)| *stage == &*case.stage);
        let done = match &*case.stage {
            "purchase" => 0,
            _ => reached.unwrap_or(STAGES.len()),
        };
        let booked = world.day(-prng.between(200, 420));
        let opted = prng
            .chance(70)
            .then(|| booked + chrono::TimeDelta::days(prng.between(5, 60)));
        let mut day = booked;
        let milestones = STAGES
            .iter()
            .enumerate()
            .map(|(at, (stage, amount))| {
                day += chrono::TimeDelta::days(prng.between(10, 60));
                Milestone {
                    stage: world.text(stage),
                    amount: amount.map(Decimal::from),
                    done_on: (at < done).then_some(day.min(world.options.today)),
                }
            })
            .collect();
        let row = UseCase {
            id: UseCaseId(world.ids.next()),
            account: case.account,
            offer: case.offer,
            use_case: case.use_case,
            eligibility: Eligibility::Eligible,
            booked_on: Some(booked),
            opt_in_on: opted,
            expires_on: Some(booked + chrono::TimeDelta::days(540)),
            currency: Currency::USD,
            milestones,
            demo: true,
            origin: None,
        };
        world.plan.put_use_cases.push(row);
    }
}
