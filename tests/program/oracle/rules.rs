//! Random switches of the pack.

use super::dice::Dice;
use renewdesk::program::Pack;
use renewdesk::program::pack::{BuyingBase, Edge, Horizon, Mismatch};
use rust_decimal::Decimal;

/// The shipped pack with some of its switches turned.
pub fn pack(dice: &mut Dice, shipped: &Pack) -> Pack {
    let mut pack = shipped.clone();
    if dice.chance(80) {
        let kept = ["services", "networking", *dice.one(&["security", "cloud_ai", "collaboration"])];
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
    pack.buying_base = *dice.one(&[BuyingBase::SubscriptionSoftware, BuyingBase::All]);
    pack.mismatch = *dice.one(&[Mismatch::Shift, Mismatch::Band]);
    pack.horizon = *dice.one(&[Horizon::QuarterEnd, Horizon::CurrentMonth]);
    pack.tiers.round_dp = *dice.one(&[None, Some(1), Some(2)]);
    if dice.chance(30) {
        let (m9, m12) = (pack.calendar.clone(), pack.calendar_other.clone());
        (pack.calendar, pack.calendar_other) = (m12, m9);
        pack.extra_week = "m12".into();
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
    if dice.chance(20) {
        // a pack with weights of its own for a category
        let category = dice.one(&["performance", "engagement"]);
        for metric in pack.metrics.iter_mut().filter(|m| m.category.as_ref() == *category) {
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
