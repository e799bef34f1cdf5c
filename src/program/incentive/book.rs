//! Every open and booked renewal of a book with what it pays, and the sums of each portfolio: made
//! once beside the keys, looked at with every frame.

use super::deal::{Dates, DealPay};
use super::delay::Delay;
use super::pay::{Payout, add};
use super::rates::Terms;
use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A renewal of a book with what is at stake.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The renewal.
    pub renewal: RenewalId,
    /// Currency.
    pub currency: Currency,
    /// Days.
    pub dates: Dates,
    /// Paid when it books as planned.
    pub planned: Payout,
    /// The same by portfolio.
    pub by_portfolio: Vec<(Portfolio, Payout)>,
    /// What waiting costs; none once booked.
    pub delay: Option<Delay>,
}

/// What the open renewals of a book pay in one portfolio and currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortfolioSum {
    /// How many renewals.
    pub deals: usize,
    /// Paid when all book as planned.
    pub paid: Option<Decimal>,
    /// What of it is lost once they are late.
    pub cliff: Option<Decimal>,
    /// How many of them have no amount.
    pub unpaid: usize,
}

/// Every open and booked renewal of a book with what is at stake.
#[derive(Clone, Debug)]
pub struct Book {
    /// Rates and gates.
    pub terms: Arc<Terms>,
    deals: HashMap<RenewalId, Subject>,
    sums: BTreeMap<(Portfolio, Currency), PortfolioSum>,
}

impl DealPay {
    /// As a row of the book.
    pub fn subject(&self, renewal: RenewalId, terms: &Terms) -> Subject {
        Subject {
            renewal,
            currency: self.currency,
            dates: self.dates,
            planned: self.sum.clone(),
            by_portfolio: self.by_portfolio(terms),
            delay: self.delay(terms),
        }
    }
}

impl Book {
    /// From the payouts of its renewals.
    pub fn of(terms: Arc<Terms>, deals: impl IntoIterator<Item = (RenewalId, DealPay)>) -> Book {
        let deals: HashMap<RenewalId, Subject> = deals
            .into_iter()
            .map(|(id, deal)| (id, deal.subject(id, &terms)))
            .collect();
        let mut sums: BTreeMap<(Portfolio, Currency), PortfolioSum> = BTreeMap::new();
        for subject in deals.values().filter(|subject| !subject.dates.booked) {
            let ahead = subject.dates.booked_on <= subject.dates.last_on_time;
            for (portfolio, payout) in &subject.by_portfolio {
                let sum = sums
                    .entry((portfolio.clone(), subject.currency))
                    .or_default();
                sum.deals += 1;
                sum.paid = add(sum.paid, payout.paid);
                sum.unpaid += usize::from(payout.paid.is_none());
                sum.cliff = add(sum.cliff, payout.renew.filter(|_| ahead));
            }
        }
        Book { terms, deals, sums }
    }

    /// A renewal.
    pub fn get(&self, renewal: RenewalId) -> Option<&Subject> {
        self.deals.get(&renewal)
    }

    /// All of them, in no order that matters.
    pub fn iter(&self) -> impl Iterator<Item = &Subject> {
        self.deals.values()
    }

    /// The sums of a portfolio's open renewals, by currency.
    pub fn sums<'a>(
        &'a self,
        portfolio: &'a Portfolio,
    ) -> impl Iterator<Item = (Currency, &'a PortfolioSum)> {
        let own = self
            .sums
            .iter()
            .filter(move |((name, _), _)| name == portfolio);
        own.map(|((_, currency), sum)| (*currency, sum))
    }
}
