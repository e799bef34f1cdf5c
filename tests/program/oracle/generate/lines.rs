//! Random renewals and their lines.

use super::Throw;
use crate::book::{self, id};
use chrono::{Days, NaiveDate};
use renewdesk::domain::ids::{AccountId, ContractId, RenewalId};
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::domain::money::Currency;
use renewdesk::domain::renewal::{Renewal, RenewalVersions};
use rust_decimal::Decimal;

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

/// What the prices of a renewal may be in; some lines name no currency.
const CURRENCIES: [&str; 12] = [
    "USD", "USD", "USD", "USD", "USD", "USD", "USD", "USD", "USD", "EUR", "JPY", "KWD",
];

impl Throw {
    /// A contract: mostly one renewal, now and then lines that end on two days or are priced in two
    /// currencies, each a renewal of its own.
    pub(super) fn contract(&mut self) {
        let number = self.number();
        let contract = ContractId(id(2, number));
        // some ended long ago: what the months of the assessment held
        let end = match self.dice.below(4) {
            0 => self.day(700, 0),
            _ => self.day(90, 500),
        };
        let currency = self.currency();
        self.renewal(contract, end, Some(currency));
        match self.dice.below(12) {
            0 => {
                let end = end + Days::new(self.dice.span(1, 60) as u64);
                self.renewal(contract, end, Some(currency));
            }
            1 => {
                let other = match currency == Currency::USD {
                    true => self.dice.one(&["EUR", "GBP"]).parse().unwrap(),
                    false => Currency::USD,
                };
                self.renewal(contract, end, Some(other));
            }
            2 => self.renewal(contract, end, None),
            _ => {}
        }
    }

    fn currency(&mut self) -> Currency {
        self.dice.one(&CURRENCIES).parse().unwrap()
    }

    fn renewal(&mut self, contract: ContractId, end: NaiveDate, currency: Option<Currency>) {
        let number = self.number();
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
        let booked = dated(self, 92);
        let stage_on = dated(self, 50);
        let reason = *self.dice.one(&REASONS);
        self.book.renewals.put(Renewal {
            id: RenewalId(id(3, number)),
            contract,
            end,
            currency,
            stage: stage.into(),
            stage_on: stage_on.filter(|on| *on <= self.today),
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

    pub(super) fn line(
        &mut self,
        contract: ContractId,
        end: NaiveDate,
        currency: Option<Currency>,
    ) -> Line {
        let at = self.number();
        let mut line = book::line(at, contract, end, "0", "Services");
        line.extended_net = Some(self.money(self.scale));
        line.portfolio = self.portfolio();
        line.portfolio_typed = self.portfolio().filter(|_| self.dice.chance(10));
        line.currency = currency.filter(|_| !self.dice.chance(2));
        line.account = AccountId(id(9, self.dice.span(1, 2) as u128));
        line.description = self.offer_text();
        line.premium = self.dice.flag();
        line.ea = self.dice.flag();
        line.ai = self.dice.flag();
        if self.dice.chance(if self.adopts { 85 } else { 40 }) {
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
            6 => line.replaced_by = Some("78".into()),
            7 => {
                line.renewed_to = Some("77".into());
                line.replaced_by = Some("78".into());
            }
            8 => line.contract = None,
            9 => line.coverage = Coverage::Masked,
            _ => {}
        }
        line
    }
}
