//! Random switches of the pack.

use super::dice::Dice;
use renewdesk::program::Pack;
use renewdesk::program::pack::{
    BuyingBase, CurrencyRate, Edge, Horizon, LinesCounted, Mismatch, Quantity, RollOut,
};
use rust_decimal::Decimal;

/// The shipped pack with some of its switches turned.
pub fn pack(dice: &mut Dice, shipped: &Pack) -> Pack {
    let mut pack = shipped.clone();
    if dice.chance(80) {
        let kept = [
            "services",
            "networking",
            *dice.one(&["security", "cloud_ai", "collaboration"]),
        ];
        pack.portfolios.retain(|p| kept.contains(&&*p.id));
    }
    if dice.chance(40) {
        return pack;
    }
    pack.otrr.grace_days = *dice.one(&[0, 0, 30, 7]);
    pack.otrr.cap_at_due = dice.chance(75);
    pack.otrr.ea_counts = dice.chance(50);
    pack.otrr.takeover_removes_due = dice.chance(50);
    pack.growth.renewals_count = dice.chance(75);
    pack.growth.prior_offset_months = *dice.one(&[12, 12, 12, 12, 12, 6, 15]);
    pack.rollout = *dice.one(&[
        RollOut::HistoryThenEven,
        RollOut::HistoryThenEven,
        RollOut::Even,
    ]);
    pack.buying_base = *dice.one(&[BuyingBase::SubscriptionSoftware, BuyingBase::All]);
    pack.mismatch = *dice.one(&[Mismatch::Shift, Mismatch::Band]);
    pack.horizon = *dice.one(&[Horizon::QuarterEnd, Horizon::CurrentMonth]);
    pack.tiers.round_dp = *dice.one(&[None, Some(1), Some(2)]);
    if dice.chance(30) {
        let (m9, m12) = (pack.calendar.clone(), pack.calendar_other.clone());
        (pack.calendar, pack.calendar_other) = (m12, m9);
        pack.extra_week = "m12".into();
    }
    pack.engagement.renewal_reenters = dice.chance(50);
    for metric in &mut pack.metrics {
        let moves = ["ai_pen", "onboard", "adopt", "managed_pen"].contains(&&*metric.id);
        if moves && metric.share > Decimal::ZERO && dice.chance(50) {
            metric.hold = false;
        }
    }
    if dice.chance(30) {
        // a ratio that the shipped pack does not work
        for measure in pack.measures.iter_mut().filter(|m| &*m.id == "managed_pen") {
            measure.a = Some(*dice.one(&Quantity::ALL[2..11]));
            measure.b = Some(*dice.one(&Quantity::ALL[2..11]));
            measure.lines = *dice.one(&[LinesCounted::All, LinesCounted::Services]);
        }
        for metric in pack.metrics.iter_mut().filter(|m| &*m.id == "managed_pen") {
            metric.share = Decimal::ONE;
            metric.hold = false;
            metric.band = Some("tenths".into());
            metric.window_months = Some(*dice.one(&[6, 12, 18]));
        }
    }
    for portfolio in &mut pack.portfolios {
        portfolio.size = (*dice.one(&["XS", "S", "M", "L", "XL"])).into();
    }
    for band in &mut pack.bands {
        if dice.chance(30) {
            band.edge = *dice.one(&[Edge::Gt, Edge::Ge]);
        }
        if dice.chance(5) {
            band.zero_index = Some(dice.span(0, 3));
        }
        if dice.chance(10) {
            let step = Decimal::new(dice.span(1, 40), 1);
            let mut at = Decimal::from(dice.span(-2, 5));
            for threshold in &mut band.thresholds {
                *threshold = at;
                at += step;
            }
        }
    }
    if dice.chance(10) {
        pack.currency = dice.one(&["EUR", "JPY"]).parse().unwrap();
    }
    rates(dice, &mut pack);
    if dice.chance(15) {
        turn(dice, &mut pack);
    }
    if dice.chance(20) {
        // a pack with weights of its own for a category
        let category = dice.one(&["performance", "engagement"]);
        for metric in pack
            .metrics
            .iter_mut()
            .filter(|m| m.category.as_ref() == *category)
        {
            metric.weight_pct = Some(Decimal::from(dice.span(1, 40)));
        }
    }
    for metric in &mut pack.metrics {
        if dice.chance(10) {
            metric.minimum = None;
        } else if let Some(minimum) = &mut metric.minimum {
            minimum.edge = *dice.one(&[Edge::Gt, Edge::Ge]);
        }
        if dice.chance(5) && metric.window_months == Some(12) {
            metric.window_months = Some(6);
        }
    }
    pack
}

/// Dated rates: none, one, or one after another with a gap.
fn rates(dice: &mut Dice, pack: &mut Pack) {
    let provenance = pack.bands[0].provenance.clone();
    for _ in 0..*dice.one(&[0, 0, 1, 3, 6]) {
        let on: chrono::NaiveDate = "2024-10-01".parse().unwrap();
        let on = on + chrono::Days::new(dice.below(1_300));
        if pack.currency_rates.iter().any(|rate| rate.on == on) {
            continue;
        }
        pack.currency_rates.push(CurrencyRate {
            from: dice.one(&["EUR", "USD", "KWD", "JPY"]).parse().unwrap(),
            to: pack.currency,
            rate: Decimal::new(dice.span(1, 20_000), 4),
            on,
            until: dice
                .chance(30)
                .then(|| on + chrono::Days::new(dice.below(300))),
            provenance: provenance.clone(),
        });
    }
}

/// Rows that hold until a day, others from the day after on.
fn turn(dice: &mut Dice, pack: &mut Pack) {
    let on: chrono::NaiveDate = "2026-03-01".parse().unwrap();
    let last = on + chrono::Days::new(dice.below(900));
    let next = last + chrono::Days::new(1);
    for band in pack.bands.clone() {
        if !dice.chance(40) {
            continue;
        }
        let mut later = band.clone();
        later.effective.from = Some(next);
        for threshold in &mut later.thresholds {
            *threshold += Decimal::new(dice.span(0, 30), 1);
        }
        later.thresholds.sort();
        for known in pack.bands.iter_mut().filter(|known| **known == band) {
            known.effective.to = Some(last);
        }
        pack.bands.push(later);
    }
    for metric in pack.metrics.clone() {
        if !dice.chance(30) {
            continue;
        }
        let mut later = metric.clone();
        later.effective.from = Some(next);
        later.share = Decimal::from(dice.below(3));
        if dice.chance(30) {
            later.minimum = None;
        }
        for known in pack.metrics.iter_mut().filter(|known| **known == metric) {
            known.effective.to = Some(last);
        }
        pack.metrics.push(later);
    }
    for category in pack.categories.clone() {
        if !dice.chance(30) {
            continue;
        }
        let mut later = category.clone();
        later.effective.from = Some(next);
        later.weight_pct = Decimal::from(dice.span(0, 25));
        for known in pack
            .categories
            .iter_mut()
            .filter(|known| **known == category)
        {
            known.effective.to = Some(last);
        }
        pack.categories.push(later);
    }
}

/// The pack with the rows that hold on a day.
pub fn on(pack: &Pack, day: chrono::NaiveDate) -> Pack {
    let mut pack = pack.clone();
    pack.bands.retain(|row| row.effective.on(day));
    pack.levels.retain(|row| row.effective.on(day));
    pack.metrics.retain(|row| row.effective.on(day));
    pack.categories.retain(|row| row.effective.on(day));
    pack
}
