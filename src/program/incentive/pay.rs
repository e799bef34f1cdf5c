//! The arithmetic of one line: flat part and growth part, each by its own rate, each rounded.
//!
//! `pay = gate × [on time × round(min(new, prior) × renew) + round(max(0, new − prior) × growth)]`

use super::gate::Opening;
use super::rates::{RateRow, Terms};
use super::tally::Tally;
use crate::domain::incentive::{Component, RateColumn};
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Why an amount cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// No rates in the book or the pack.
    NoRates,
    /// Rates of several regions and none chosen.
    NoRegion,
    /// The line counts in no portfolio.
    NoPortfolio,
    /// No assessment gives a score for it.
    NoScore(Portfolio),
    /// No row for it.
    NoRate {
        /// Component.
        component: Component,
        /// Offer group; none where the product has none.
        gsp: Option<Arc<str>>,
        /// Product.
        product: Arc<str>,
        /// Column.
        column: RateColumn,
    },
    /// The line has no price.
    NoPrice,
    /// The quote is in another currency than what expires.
    Currency(Currency),
}

impl Missing {
    /// As a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Missing::NoRates => "rates not loaded".into(),
            Missing::NoRegion => {
                "rates of several regions are loaded; choose yours with `incentive region NAME`"
                    .into()
            }
            Missing::NoPortfolio => "the line counts in no portfolio".into(),
            Missing::NoScore(portfolio) => {
                format!("no assessment is loaded for {}", portfolio.title())
            }
            Missing::NoRate {
                component,
                gsp: Some(gsp),
                column,
                ..
            } => format!("no {} rate for {gsp}, {}", component.word(), column.word()),
            Missing::NoRate {
                gsp: None, product, ..
            } => format!("{product} is in no loaded offer group"),
            Missing::NoPrice => "no price in the file".into(),
            Missing::Currency(code) => format!("what expires is in {code}"),
        }
    }
}

/// One part of a payout.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What the rate is taken of.
    pub base: Decimal,
    /// The row; none where none is loaded for it or nothing is to be paid.
    pub rate: Option<Arc<RateRow>>,
    /// What it pays: none without a row.
    pub paid: Option<Decimal>,
}

impl Part {
    fn nothing(base: Decimal) -> Part {
        Part {
            base,
            rate: None,
            paid: None,
        }
    }
}

/// A payout for one prior value and what renews it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What the gate lets through.
    pub opening: Opening,
    /// The flat part.
    pub renew: Part,
    /// What the renew part would pay on time, where it is late.
    pub lost_late: Option<Decimal>,
    /// The growth part.
    pub growth: Part,
    /// Both together as far as a row is loaded; none where neither has one.
    pub paid: Option<Decimal>,
    /// What is missing for the rest.
    pub missing: Vec<Missing>,
}

/// A sum of cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Payout {
    /// Renew parts.
    pub renew: Option<Decimal>,
    /// Growth parts.
    pub growth: Option<Decimal>,
    /// Together, after the pack's cap and minimum.
    pub paid: Option<Decimal>,
    /// Renew parts that are not paid because the booking is late.
    pub lost_late: Option<Decimal>,
    /// Every cell stands behind a closed gate.
    pub closed: bool,
    /// What is missing, with how many lines.
    pub missing: Vec<(Missing, usize)>,
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<'a> {
    /// Portfolio of the line.
    pub portfolio: Option<&'a Portfolio>,
    /// Product, for the sentence.
    pub product: &'a Arc<str>,
    /// Its offer group.
    pub gsp: Option<&'a str>,
    /// Value that expires, a year.
    pub prior: Decimal,
    /// Value of the renewal, a year.
    pub new: Decimal,
    /// Currency of both.
    pub currency: Currency,
    /// The day it books.
    pub booked_on: NaiveDate,
    /// Whether that is on time.
    pub on_time: bool,
}

/// Pays one line. 40,000 renewed at 46,000 with 11.11 % and 22.22 %: 4,444.00 + 1,333.20 =
/// 5,777.20 on time, 1,333.20 late, 0.00 below the gate (P27).
pub fn pay(asked: &Asked<'_>, terms: &Terms) -> Cell {
    let flat = asked.new.min(asked.prior).max(Decimal::ZERO);
    let over = (asked.new - asked.prior).max(Decimal::ZERO);
    let mut cell = Cell {
        opening: Opening::Unknown,
        renew: Part::nothing(flat),
        lost_late: None,
        growth: Part::nothing(over),
        paid: None,
        missing: Vec::new(),
    };
    if let Some(reason) = barred(asked, terms) {
        cell.missing.push(reason);
        return cell;
    }
    if let Some(portfolio) = asked.portfolio {
        cell.opening = terms.opening(portfolio, asked.booked_on);
    }
    let Some((column, gate)) = (match cell.opening {
        Opening::Column(column) => Some((column, Decimal::ONE)),
        // what a closed gate shuts out is still a rate that has to be there
        Opening::Closed => Some((RateColumn::Partner, Decimal::ZERO)),
        Opening::Unknown => None,
    }) else {
        return cell;
    };
    let mut part = |component: Component, base: Decimal| -> Part {
        let row = terms.rate(component, column, asked.gsp, asked.booked_on);
        match row {
            Some(row) => Part {
                base,
                rate: Some(Arc::clone(row)),
                paid: Some(share(base, row.rate_pct, asked.currency) * gate),
            },
            None => {
                cell.missing.push(Missing::NoRate {
                    component,
                    gsp: asked.gsp.map(Arc::from),
                    product: Arc::clone(asked.product),
                    column,
                });
                Part::nothing(base)
            }
        }
    };
    let mut renew = Part::nothing(flat);
    if !asked.prior.is_zero() {
        renew = part(Component::Renew, flat);
    }
    let mut growth = Part::nothing(over);
    if !over.is_zero() || asked.prior.is_zero() {
        growth = part(Component::AcvGrowth, over);
    }
    if !asked.on_time && !terms.policy.late_renew_pays {
        cell.lost_late = renew.paid;
        renew.paid = renew.paid.map(|_| Decimal::ZERO);
    }
    cell.paid = add(renew.paid, growth.paid);
    cell.renew = renew;
    cell.growth = growth;
    cell
}

/// What keeps a line from being paid at all.
fn barred(asked: &Asked<'_>, terms: &Terms) -> Option<Missing> {
    if terms.is_empty() {
        return Some(Missing::NoRates);
    }
    if terms.region.is_none() {
        return Some(Missing::NoRegion);
    }
    let Some(portfolio) = asked.portfolio else {
        return Some(Missing::NoPortfolio);
    };
    if terms.opening(portfolio, asked.booked_on) == Opening::Unknown {
        return Some(Missing::NoScore(portfolio.clone()));
    }
    None
}

/// A percentage of an amount, half up to the currency's minor unit.
fn share(base: Decimal, rate_pct: Decimal, currency: Currency) -> Decimal {
    let product = base.checked_mul(rate_pct).unwrap_or(Decimal::MAX);
    let whole = product
        .checked_div(Decimal::ONE_HUNDRED)
        .unwrap_or_default();
    let mut rounded = currency.round(whole);
    rounded.rescale(currency.minor_units());
    rounded
}

/// Two amounts of which one may be unknown.
pub fn add(a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}

impl Payout {
    /// The cells together. Cap and minimum of the pack hold for the sum.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a Cell>, terms: &Terms) -> Payout {
        let mut tally = Tally::default();
        for cell in cells {
            tally.add(cell);
        }
        tally.payout(terms)
    }

    /// Adds the payout of another deal in the same currency.
    pub fn join(&mut self, other: &Payout) {
        let empty = *self == Payout::default();
        self.renew = add(self.renew, other.renew);
        self.growth = add(self.growth, other.growth);
        self.paid = add(self.paid, other.paid);
        self.lost_late = add(self.lost_late, other.lost_late);
        self.closed = other.closed && (empty || self.closed);
        for (reason, lines) in &other.missing {
            match self.missing.iter_mut().find(|(known, _)| known == reason) {
                Some((_, count)) => *count += lines,
                None => self.missing.push((reason.clone(), *lines)),
            }
        }
    }

    /// The reason to show where no amount can be shown.
    pub fn why_not(&self) -> Option<String> {
        let (first, _) = self.missing.first()?;
        self.paid.is_none().then(|| first.sentence())
    }
}

impl Cell {
    /// A cell that cannot be paid.
    pub fn unpaid(reason: Missing) -> Cell {
        Cell {
            opening: Opening::Unknown,
            renew: Part::nothing(Decimal::ZERO),
            lost_late: None,
            growth: Part::nothing(Decimal::ZERO),
            paid: None,
            missing: vec![reason],
        }
    }
}
