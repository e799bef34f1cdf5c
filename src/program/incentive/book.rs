//! What the open renewals of a book pay, summed for each portfolio: made once beside the keys, looked
//! at with every frame. What a single renewal pays is worked out when somebody looks at it.

use super::deal::{Dates, DealPay};
use super::delay::Delay;
use super::pay::{Payout, add};
use super::rates::Terms;
use crate::domain::ids::RenewalId;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
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

/// Lines of a renewal from which on it is kept worked out: fewer are worked out anew within a frame.
const MANY: usize = 256;

/// What the renewals of a book pay.
#[derive(Clone, Debug)]
pub struct Book {
    /// Rates and gates.
    pub terms: Arc<Terms>,
    /// The day it was made for.
    pub today: NaiveDate,
    /// Renewals of very many lines.
    large: HashMap<RenewalId, Subject>,
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
    /// From the payouts of its renewals, taken one after the other.
    pub fn of(
        terms: Arc<Terms>,
        today: NaiveDate,
        deals: impl IntoIterator<Item = (RenewalId, DealPay)>,
    ) -> Book {
        let mut book = Book {
            terms,
            today,
            large: HashMap::new(),
            sums: BTreeMap::new(),
        };
        for (id, deal) in deals {
            if !deal.dates.booked {
                book.add(&deal);
            }
            if deal.cells.len() >= MANY {
                book.large.insert(id, deal.subject(id, &book.terms));
            }
        }
        book
    }

    fn add(&mut self, deal: &DealPay) {
        let ahead = deal.dates.booked_on <= deal.dates.last_on_time;
        for (portfolio, payout) in deal.by_portfolio(&self.terms) {
            let sum = self.sums.entry((portfolio, deal.currency)).or_default();
            sum.deals += 1;
            sum.paid = add(sum.paid, payout.paid);
            sum.unpaid += usize::from(payout.paid.is_none());
            sum.cliff = add(sum.cliff, payout.renew.filter(|_| ahead));
        }
    }

    /// A renewal, where it is kept worked out; others are to be asked for ([`DealPay::subject`]).
    pub fn kept(&self, renewal: RenewalId) -> Option<&Subject> {
        self.large.get(&renewal)
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
