//! Sums of what lines are worth, in the customer's currency, with what they stand on.

use super::facts::Facts;
use crate::domain::line::Line;
use crate::domain::money::{Currency, Money, round_half_up};
use crate::domain::quote::Proration;
use crate::domain::renewal::Basis;
use crate::pricing::{line_run_rate, mode_of, years_of};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A sum while it grows.
pub(super) struct Sum {
    currency: Option<Currency>,
    services: Proration,
    subscription: Proration,
    total: Option<Decimal>,
    priced: usize,
    lines: usize,
    listed: bool,
}

impl Sum {
    /// In the currency of the customer met.
    pub fn of(facts: &Facts<'_>) -> Sum {
        Sum {
            currency: facts.currency(),
            services: mode_of(crate::domain::line::LineKind::Service, facts.rules),
            subscription: mode_of(crate::domain::line::LineKind::Subscription, facts.rules),
            total: None,
            priced: 0,
            lines: 0,
            listed: false,
        }
    }

    /// A line for a year.
    pub fn add_year(&mut self, line: &Line) {
        self.add(line, Some);
    }

    /// A line for a term: its yearly value times the term in years, rounded: 1,200.00 for 18 months of 365
    /// days a year is 1,800.00.
    pub fn add_term(&mut self, line: &Line, start: NaiveDate, end: NaiveDate) {
        let mode = match line.kind {
            crate::domain::line::LineKind::Subscription => self.subscription,
            _ => self.services,
        };
        let years = years_of(start, end, mode);
        let places = self.currency.map_or(2, |currency| currency.minor_units());
        self.add(line, |yearly| {
            let term = yearly.checked_mul(Decimal::from(years.numerator))?;
            let term = term.checked_div(Decimal::from(years.denominator))?;
            Some(round_half_up(term, places))
        });
    }

    fn add(&mut self, line: &Line, of: impl FnOnce(Decimal) -> Option<Decimal>) {
        self.lines += 1;
        if line.currency != self.currency {
            return;
        }
        let Some((yearly, basis)) = line_run_rate(line) else {
            return;
        };
        if let Some(value) = of(yearly) {
            self.total = Some(self.total.unwrap_or_default().saturating_add(value));
            self.priced += 1;
            self.listed |= basis == Basis::List;
        }
    }

    /// The sum; `None` where nothing had a price.
    pub fn value(&self) -> Option<Money> {
        let (amount, currency) = self.total.zip(self.currency)?;
        Some(Money { amount, currency })
    }

    /// What it stands on, in words; `unknown` where nothing had a price.
    pub fn basis(&self, what: &str, unknown: &str) -> String {
        if self.value().is_none() {
            return unknown.to_string();
        }
        let price = if self.listed {
            "partly list price"
        } else {
            "net"
        };
        format!("{what}, {} of {} lines, {price}", self.priced, self.lines)
    }
}
