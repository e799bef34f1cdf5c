//! Random quotes.

use super::Throw;
use crate::book::{self, id};
use chrono::Days;
use renewdesk::domain::ids::*;
use renewdesk::domain::line::Line;
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::*;
use renewdesk::domain::renewal::Renewal;
use rust_decimal::Decimal;

const PRORATIONS: [Proration; 8] = [
    Proration::Cisco365Noleap,
    Proration::Day365,
    Proration::MonthUp,
    Proration::MonthPlusActual,
    Proration::Month30,
    Proration::MerakiAverage,
    Proration::CalendarMonth(5),
    Proration::CalendarMonth(31),
];

impl Throw {
    /// A quote over one or two renewals, or none.
    pub(super) fn quote(&mut self) -> Quote {
        let number = self.number();
        let all: Vec<Renewal> = self.book.renewals.iter().collect();
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
        let own = renewals.first().and_then(|renewal| renewal.currency);
        let foreign = self
            .dice
            .chance(if own == Some(Currency::USD) { 6 } else { 30 });
        let currency = match (foreign, own) {
            (false, Some(own)) => own,
            _ => self.dice.one(&["EUR", "USD", "KWD"]).parse().unwrap(),
        };
        Quote {
            id: QuoteId(id(5, number)),
            number: format!("Q-{}", 1000 + number).into(),
            account: AccountId(id(9, 1)),
            renewals: renewals.iter().map(|r| r.id).collect(),
            currency,
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
                stand_in = self.line(contract, self.today, Some(Currency::USD));
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
        // some licences whose ends were averaged since they were bought
        let length = (offer.end - offer.start).num_days();
        if offer.proration == Proration::MerakiAverage && length % 3 == 0 {
            offer.licence_days = u32::try_from(length / 2 + 30).ok();
        }
        offer.buy = match self.dice.below(4) {
            3 => BuyDriver::ExtendedNet(self.money(self.scale)),
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
            offer.ai = self.dice.flag();
        }
        offer
    }

    /// What is being typed: a stored quote with changes, or a new one.
    pub(super) fn draft(&mut self) -> Quote {
        let stored: Vec<Quote> = self.book.quotes.iter().collect();
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
