//! Random books, packs and days: small, but with every oddity the rules speak of.

use super::bands;
use super::calendar::{self, Months};
use super::dice::Dice;
use crate::book::{self, id};
use chrono::{Days, NaiveDate};
use renewdesk::domain::baseline::BaselineRow;
use renewdesk::domain::ids::*;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::portfolio::Portfolio;
use renewdesk::domain::quote::*;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
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

const PORTFOLIOS: [&str; 8] = [
    "Services",
    "Services",
    "Services",
    "Networking",
    "Networking",
    "Security",
    "Cloud & AI Infrastructure",
    "Collaboration",
];
const STAGES: [&str; 8] = [
    "upcoming",
    "quoted",
    "customer_review",
    "committed",
    "po_received",
    "booked",
    "booked",
    "lost",
];
const REASONS: [&str; 5] = ["price", "takeover", "data_error", "moved", "retired"];
const PRORATIONS: [Proration; 5] = [
    Proration::Cisco365Noleap,
    Proration::Day365,
    Proration::MonthUp,
    Proration::MonthPlusActual,
    Proration::Month30,
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
    let now = dice.span(20, 35) as usize;
    let base = now - dice.below(3) as usize;
    let (_, start, end) = calendar.0[now].clone();
    let length = (end - start).num_days() as u64;
    let today = start + Days::new(*dice.one(&[0, 1, 9, length - 1, length]));
    let scale = *dice.one(&[2_000, 10_000, 60_000]);
    let mut thrown = Throw {
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
    }
    for _ in 0..thrown.dice.span(1, 5) {
        thrown.renewal();
    }
    for _ in 0..thrown.dice.below(4) {
        let quote = thrown.quote();
        thrown.book.quotes.put(quote);
    }
    let draft = thrown.dice.chance(30).then(|| thrown.draft());
    let Throw {
        mut dice,
        book,
        calendar,
        ..
    } = thrown;
    let base = if book.baseline.is_empty() {
        now - 1
    } else {
        base
    };
    let p = book
        .renewals
        .iter()
        .map(|r| (r.id, Decimal::from(dice.span(5, 98))))
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

    fn sheet(&mut self, pack: &Pack) {
        let month = self.calendar.0[self.base].0.clone();
        let older = self.calendar.0[self.base - 1].0.clone();
        let held = [
            ("Services", 95),
            ("Networking", 75),
            ("Security", 40),
            ("Collaboration", 30),
            ("Cloud & AI Infrastructure", 30),
            ("Splunk", 15),
        ];
        for (portfolio, percent) in held {
            if !self.dice.chance(percent) {
                continue;
            }
            let weighed = self.dice.below(3);
            let names = [
                "Customer Success",
                "Black Belt Points",
                "Career Certification",
                "ACV Growth %",
                "TCV Growth %",
                "Prem Svcs Penetration",
                "Buying Program Penetration",
                "On-Time Renewal Rate",
                "Onboard",
                "AI Penetration",
                "Managed Services Penetration",
                "Something New",
            ];
            let mut rows = Vec::new();
            for name in names {
                if self.dice.chance(25) {
                    continue;
                }
                rows.push(self.row(portfolio, name, &month, weighed));
                if self.dice.chance(5) {
                    let row = self.row(portfolio, name, &older, weighed);
                    self.book.baseline.put(row);
                }
            }
            if weighed == 2 {
                self.in_fractions(&mut rows);
            }
            for mut row in rows {
                if self.dice.chance(50) {
                    bands::by_the_book(pack, &mut row);
                }
                self.book.baseline.put(row);
            }
        }
    }

    /// Weights as fractions of one that sum to one.
    fn in_fractions(&mut self, rows: &mut [BaselineRow]) {
        let mut left = 1_000;
        let last = rows.len().saturating_sub(1);
        for (at, row) in rows.iter_mut().enumerate() {
            let part = if at == last {
                left
            } else {
                self.dice.span(0, left / 3)
            };
            left -= part;
            row.category_weight_pct = Some(Decimal::ONE);
            row.measurement_weight_pct = Some(Decimal::new(part, 3));
        }
    }

    fn row(&mut self, portfolio: &str, name: &str, month: &str, weighed: u64) -> BaselineRow {
        let at = self.number();
        let points = matches!(name, "Customer Success" | "Black Belt Points");
        let most = *self.dice.one(&[2_000, 60_000, 300_000, 900_000, 900_000]);
        let near = if name.contains("Growth") {
            (950, 1_250)
        } else {
            (0, 700)
        };
        let money = |throw: &mut Throw| match throw.dice.below(12) {
            0 => None,
            1 => Some(Decimal::ZERO),
            2 => Some(Decimal::from(
                *throw.dice.one(&[10_000, 25_000, 50_000, 100_000]),
            )),
            _ => Some(throw.money(most)),
        };
        let b = money(self);
        let a = match (self.dice.below(3), b) {
            (0, _) | (_, None) => money(self),
            (_, Some(b)) => {
                let percent = Decimal::new(self.dice.span(near.0, near.1), 1);
                Some((b * percent / Decimal::ONE_HUNDRED).round_dp(2))
            }
        };
        let weight = |throw: &mut Throw| match weighed {
            0 => None,
            _ => Some(Decimal::from(throw.dice.span(5, 50))),
        };
        let index = match self.dice.below(10) {
            0 => Decimal::new(self.dice.span(0, 100), 1),
            _ => Decimal::from(self.dice.span(0, 10)),
        };
        let (category, measurement) = (weight(self), weight(self));
        BaselineRow {
            id: BaselineId(id(1, at)),
            reseller: None,
            be_id: None,
            portfolio: Portfolio::named(portfolio).unwrap(),
            category: None,
            category_weight_pct: category,
            measurement: name.into(),
            metric: None,
            measurement_weight_pct: measurement,
            month: month.into(),
            achieved: None,
            achieved_index: None,
            applied_index: Some(index),
            a: if points { Some(Decimal::ONE) } else { a },
            b: if points { None } else { b },
            c: None,
            counts: [None; 3],
            batch: None,
            row: Some(at as u32),
            typed: None,
        }
    }

    fn renewal(&mut self) {
        let number = self.number();
        let contract = ContractId(id(2, number));
        let end = self.day(90, 500);
        let currency = if self.dice.chance(8) { "EUR" } else { "USD" }
            .parse()
            .unwrap();
        for _ in 0..self.dice.span(1, 3) {
            let line = self.line(contract, end, currency);
            self.book.lines.put(line);
        }
        let stage = *self.dice.one(&STAGES);
        let dated = |throw: &mut Throw, percent| match throw.dice.below(100) < percent {
            true => Some(match throw.dice.below(3) {
                0 => end + chrono::Duration::days(throw.dice.span(-1, 1)),
                1 => end + chrono::Duration::days(throw.dice.span(-40, 40)),
                _ => throw.day(80, 300),
            }),
            false => None,
        };
        let planned = dated(self, 50);
        let booked = dated(self, 100);
        let reason = *self.dice.one(&REASONS);
        self.book.renewals.put(Renewal {
            id: RenewalId(id(3, number)),
            contract,
            end,
            currency: Some(currency),
            stage: stage.into(),
            stage_on: None,
            owner: None,
            next_step: None,
            next_date: None,
            snoozed_until: None,
            planned_on: planned,
            forecast: None,
            at_risk: None,
            signals: Vec::new(),
            po_number: None,
            order_number: None,
            booked_on: booked.filter(|_| stage == "booked"),
            loss_reason: (stage == "lost").then(|| reason.into()),
            reviewed: None,
            versions: RenewalVersions::default(),
        });
    }

    fn line(&mut self, contract: ContractId, end: NaiveDate, currency: Currency) -> Line {
        let at = self.number();
        let mut line = book::line(at, contract, end, "0", "Services");
        line.extended_net = Some(self.money(self.scale));
        line.portfolio = self.portfolio();
        line.portfolio_typed = self.portfolio().filter(|_| self.dice.chance(10));
        line.currency = Some(currency);
        line.premium = self.dice.flag();
        line.ea = self.dice.flag();
        if self.dice.chance(40) {
            line.kind = LineKind::Subscription;
        }
        if self.dice.chance(30) {
            line.start = Some(end - Days::new(self.dice.span(30, 1_500) as u64));
        }
        if self.dice.chance(15) {
            line.unit_list = Some(self.money(9_000));
            line.quantity = Decimal::from(self.dice.span(0, 5));
            line.list_years = Decimal::from(self.dice.span(1, 3));
            line.extended_net = line.extended_net.filter(|_| self.dice.chance(40));
            line.start = line.start.filter(|_| self.dice.chance(60));
        }
        match self.dice.below(40) {
            0 => line.extended_net = None,
            1 => line.coverage = Coverage::Terminated,
            2 => line.terminated = Some(end),
            3 => line.renewed_to = Some("77".into()),
            4 => line.kind = LineKind::Wrapper,
            5 => line.end = Some(end + Days::new(1)),
            _ => {}
        }
        line
    }

    /// A quote over one or two renewals, or none.
    fn quote(&mut self) -> Quote {
        let number = self.number();
        let all: Vec<Renewal> = self.book.renewals.iter().cloned().collect();
        let mut renewals = Vec::new();
        for _ in 0..self.dice.below(3) {
            let one = self.dice.one(&all);
            if !renewals.contains(one) {
                renewals.push(one.clone());
            }
        }
        let mut lines = Vec::new();
        for renewal in &renewals {
            self.offers(renewal, &mut lines);
        }
        for _ in 0..self.dice.below(2) {
            let of = renewals.first().map(|r| r.id);
            let line = self.offer(of, None);
            lines.push(line);
        }
        let foreign = renewals.iter().any(|r| r.currency != Some(Currency::USD));
        let foreign = self.dice.chance(if foreign { 50 } else { 6 });
        let currency = if foreign { "EUR" } else { "USD" };
        Quote {
            id: QuoteId(id(5, number)),
            number: format!("Q-{}", 1000 + number).into(),
            account: AccountId(id(9, 1)),
            renewals: renewals.iter().map(|r| r.id).collect(),
            currency: currency.parse().unwrap(),
            version: 1,
            status: QuoteStatus::Draft,
            created_on: self.today - Days::new(self.dice.below(3)),
            valid_until: None,
            sent_on: None,
            lines,
        }
    }

    fn offers(&mut self, renewal: &Renewal, to: &mut Vec<QuoteLine>) {
        let lines: Vec<Line> = self
            .book
            .lines
            .iter()
            .filter(|line| line.contract == Some(renewal.contract))
            .cloned()
            .collect();
        for line in &lines {
            for _ in 0..*self.dice.one(&[1, 1, 1, 1, 2, 0]) {
                let offer = self.offer(Some(renewal.id), Some(line));
                to.push(offer);
            }
        }
        if self.dice.chance(25) {
            let expansion = self.offer(Some(renewal.id), None);
            to.push(expansion);
        }
    }

    fn offer(&mut self, renewal: Option<RenewalId>, line: Option<&Line>) -> QuoteLine {
        let at = self.number();
        let stand_in;
        let of = match line {
            Some(line) => line,
            None => {
                let contract = ContractId(id(2, 9_999));
                stand_in = self.line(contract, self.today, Currency::USD);
                &stand_in
            }
        };
        let mut offer = book::quote_line(
            at,
            renewal,
            &Line {
                end: of.end.or(Some(self.today)),
                extended_net: Some(Decimal::ONE),
                ..of.clone()
            },
        );
        offer.renews = line.map(|line| line.id);
        offer.number = at as u32;
        offer.renewal = renewal.filter(|_| !self.dice.chance(8));
        offer.unit_list = Some(self.money(self.scale)).filter(|_| !self.dice.chance(5));
        offer.list_years = Decimal::from(*self.dice.one(&[1, 1, 1, 3]));
        offer.quantity = Decimal::from(*self.dice.one(&[1, 1, 1, 2, 3, 7, 0]));
        offer.proration = *self.dice.one(&PRORATIONS);
        let months = *self.dice.one(&[12, 12, 12, 36, 60, 7, 13]);
        offer.end = renewdesk::domain::day::term_end(offer.start, months);
        if self.dice.chance(25) {
            offer.end = offer.start + Days::new(self.dice.span(20, 900) as u64);
        }
        offer.buy = match self.dice.below(3) {
            0 => BuyDriver::DiscountPct(Decimal::new(self.dice.span(0, 1_000), 1)),
            1 => BuyDriver::UnitNet(self.money(self.scale)),
            _ => BuyDriver::UnitNet(of.extended_net.unwrap_or(Decimal::TEN)),
        };
        if self.dice.chance(20) {
            offer.portfolio = self.portfolio().filter(|_| !self.dice.chance(20));
        }
        if self.dice.chance(30) {
            offer.ea = self.dice.flag();
            offer.premium = self.dice.flag();
        }
        offer
    }

    /// What is being typed: a stored quote with changes, or a new one.
    fn draft(&mut self) -> Quote {
        let stored: Vec<Quote> = self.book.quotes.iter().cloned().collect();
        if stored.is_empty() || self.dice.chance(30) {
            return self.quote();
        }
        let mut draft = self.dice.one(&stored).clone();
        let quantity = Decimal::from(self.dice.below(6));
        if let Some(line) = draft.lines.first_mut() {
            line.quantity = quantity;
        }
        draft
    }
}
