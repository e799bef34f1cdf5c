//! Random books, packs and days: small, but with every oddity the rules speak of.

mod known;
mod lines;
mod quotes;
mod sheet;

use super::calendar::{self, Months};
use super::dice::Dice;
use chrono::{Days, NaiveDate};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::Quote;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::Pack;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A case: a book on a day with its rules.
pub struct Case {
    pub book: Snapshot,
    pub pack: Pack,
    pub today: NaiveDate,
    pub p: BTreeMap<RenewalId, Decimal>,
    /// Today's month.
    pub now: usize,
    /// First month that can be asked for, and last.
    pub months: (usize, usize),
    pub calendar: Months,
    pub draft: Option<Quote>,
}

const PORTFOLIOS: [&str; 9] = [
    "Services",
    "Services",
    "Services",
    "Networking",
    "Networking",
    "Security",
    "Cloud & AI Infrastructure",
    "Cloud & AI Infrastructure",
    "Collaboration",
];
/// The book of a seed.
pub fn case(seed: u64, shipped: &Pack) -> Case {
    let mut dice = Dice::new(seed);
    let pack = super::rules::pack(&mut dice, shipped);
    let mut book = Snapshot::default();
    let mut week = pack.extra_week.clone();
    if dice.chance(20) {
        week = dice.one(&["m9", "m12"]).to_string();
        book.settings.insert("fy27_extra_week".into(), week.clone());
    }
    let calendar = calendar::months(&week);
    let now = match dice.below(8) {
        0 => dice.span(3, 45),
        _ => dice.span(20, 35),
    } as usize;
    let base = now - dice.below(3) as usize;
    let (_, start, end) = calendar.0[now].clone();
    let length = (end - start).num_days() as u64;
    let today = start + Days::new(*dice.one(&[0, 1, 9, length - 1, length]));
    let scale = *dice.one(&[2_000, 10_000, 60_000]);
    let adopts = dice.chance(30);
    let mut thrown = Throw {
        adopts,
        dice,
        book,
        calendar,
        today,
        next: 0,
        base,
        scale,
    };
    if thrown.dice.chance(96) {
        thrown.sheet(&pack);
        if thrown.dice.chance(8) {
            thrown.resellers();
        }
    }
    thrown.sizes(&pack);
    for _ in 0..thrown.dice.span(1, 5) {
        thrown.contract();
    }
    thrown.history();
    for _ in 0..thrown.dice.below(4) {
        let quote = thrown.quote();
        thrown.book.quotes.put(quote);
    }
    thrown.adoption();
    let draft = thrown.dice.chance(30).then(|| thrown.draft());
    let Throw {
        mut dice,
        book,
        calendar,
        ..
    } = thrown;
    let rows = super::sheets::chosen(&book);
    let newest = rows
        .iter()
        .filter_map(|row| calendar.named(&row.month))
        .max();
    let base = newest.unwrap_or(now - 1);
    let p = book
        .renewals
        .iter()
        .map(|r| (r.id, Decimal::new(dice.span(5_000_000, 98_000_000), 6)))
        .collect();
    let last = (now / 12 * 12 + 23).min(calendar.0.len() - 1);
    Case {
        book,
        pack,
        today,
        p,
        now,
        months: (base, last),
        calendar,
        draft,
    }
}

struct Throw {
    dice: Dice,
    book: Snapshot,
    calendar: Months,
    today: NaiveDate,
    next: u128,
    base: usize,
    scale: i64,
    /// Subscriptions whose adoption is known.
    adopts: bool,
}

impl Throw {
    fn number(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    fn money(&mut self, most: i64) -> Decimal {
        match self.dice.below(4) {
            0 => Decimal::from(self.dice.span(0, most)),
            1 => Decimal::from(self.dice.span(0, most / 1000) * 1000),
            _ => Decimal::new(self.dice.span(1, most * 100), 2),
        }
    }

    /// A day near today, often on the edge of a fiscal month.
    fn day(&mut self, back: i64, ahead: i64) -> NaiveDate {
        let day = self.today + chrono::Duration::days(self.dice.span(-back, ahead));
        match (self.dice.below(4), self.calendar.of(day)) {
            (0, Some(month)) => self.calendar.0[month].1,
            (1, Some(month)) => self.calendar.0[month].2,
            _ => day,
        }
    }

    fn portfolio(&mut self) -> Option<Portfolio> {
        if self.dice.chance(4) {
            return None;
        }
        let title = *self.dice.one(&PORTFOLIOS);
        Portfolio::named(title)
    }
}
