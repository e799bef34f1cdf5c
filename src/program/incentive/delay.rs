//! What waiting costs. A payout as a function of the booking day is flat but for few days: the day
//! after the last one on time (the renew part is lost), days on which rates change, and the day
//! after the last one on which the renewal is possible at all.

use super::deal::{Dates, Piece, cells};
use super::pay::Payout;
use super::rates::Terms;
use crate::domain::money::Currency;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// A day on which the payout is another than on the day before.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The day.
    pub on: NaiveDate,
    /// Paid for a booking on the day before.
    pub before: Decimal,
    /// Paid for one on the day.
    pub after: Decimal,
    /// Why.
    pub why: &'static str,
}

/// What waiting costs, from today on.
#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    /// Paid when it books today.
    pub today: Option<Decimal>,
    /// Last day on time, where that is still ahead or today.
    pub on_time_until: Option<NaiveDate>,
    /// What is lost on the day after.
    pub cliff: Option<Decimal>,
    /// Every day on which the payout changes, to the day after the last one to renew.
    pub changes: Vec<Change>,
    /// Last day to renew.
    pub last_day: NaiveDate,
    /// What is at stake today over the days left to renew; none where none is left.
    pub per_day: Option<Decimal>,
}

impl Delay {
    /// Compares each day with the one before, where anything can change.
    pub fn of(pieces: &[Piece], currency: Currency, dates: &Dates, terms: &Terms) -> Delay {
        let paid = |day: NaiveDate| {
            if day > dates.last_day {
                return None;
            }
            let cells = cells(pieces, currency, dates, day, terms);
            Payout::of(&cells, terms).paid
        };
        let today = paid(dates.today);
        let next = |day: NaiveDate| day.succ_opt().unwrap_or(day);
        let late = next(dates.last_on_time);
        let over = next(dates.last_day);
        let mut days: BTreeSet<NaiveDate> = terms.turns();
        days.extend([late, over]);
        let mut changes = Vec::new();
        let mut before = today;
        if today.is_some() {
            for day in days.range(next(dates.today)..=over).copied() {
                let after = if day == over {
                    Some(Decimal::ZERO)
                } else {
                    paid(day)
                };
                if let (Some(from), Some(to)) = (before, after)
                    && from != to
                {
                    let why = match day {
                        day if day == over => "can no longer be renewed",
                        day if day == late => "late: the renew part is lost",
                        _ => "other rates",
                    };
                    changes.push(Change {
                        on: day,
                        before: from,
                        after: to,
                        why,
                    });
                }
                before = after;
            }
        }
        let ahead = dates.last_on_time >= dates.today;
        let cliff = changes.iter().find(|change| ahead && change.on == late);
        let left = (over - dates.today).num_days();
        Delay {
            today,
            on_time_until: ahead.then_some(dates.last_on_time),
            cliff: cliff.map(|change| change.before - change.after),
            last_day: dates.last_day,
            per_day: today
                .filter(|_| left > 0)
                .and_then(|amount| amount.checked_div(Decimal::from(left)))
                .map(|amount| currency.round(amount)),
            changes,
        }
    }
}
