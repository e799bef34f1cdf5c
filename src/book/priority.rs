//! Rank of a renewal: value due × probability to lose it × urgency, with its factors kept so that
//! a screen can show them.

use super::{CountdownState, Priority};
use crate::domain::rules::{Rules, UrgencyRule};
use rust_decimal::Decimal;

/// The urgency factor of a renewal ending in `days_left` days: the first rule that holds. Lapsed
/// renewals have a rule of their own. Without any rule the factor is 1.
pub fn urgency(rules: &[UrgencyRule], days_left: i64, lapsed: bool) -> Decimal {
    rules
        .iter()
        .find(|rule| {
            rule.lapsed == lapsed
                && (lapsed
                    || (rule.from_days.is_none_or(|from| days_left >= from)
                        && rule.to_days.is_none_or(|to| days_left <= to)))
        })
        .map_or(Decimal::ONE, |rule| rule.factor)
}

/// The probability to lose a renewal, a fraction of 1.
pub fn loss(win_pct: Decimal) -> Decimal {
    Decimal::ONE - win_pct / Decimal::ONE_HUNDRED
}

/// The rank with its factors. An unknown amount ranks as zero.
///
/// 40,000 at 75 % with 45 days left: 40,000 × 0.25 × 0.8 = 8,000 (golden case R40).
pub fn priority(
    amount: Option<Decimal>,
    win_pct: Decimal,
    state: CountdownState,
    days_left: i64,
    rules: &Rules,
) -> Priority {
    by_urgency(amount, win_pct, state, days_left, &rules.urgency)
}

/// The same by the rules of urgency alone.
pub(super) fn by_urgency(
    amount: Option<Decimal>,
    win_pct: Decimal,
    state: CountdownState,
    days_left: i64,
    rules: &[UrgencyRule],
) -> Priority {
    let amount = amount.unwrap_or_default();
    let loss = loss(win_pct);
    let urgency = match state {
        CountdownState::Done => Decimal::ZERO,
        state => urgency(rules, days_left, state == CountdownState::Lapsed),
    };
    Priority {
        amount,
        loss,
        urgency,
        score: amount.saturating_mul(loss).saturating_mul(urgency),
    }
}
