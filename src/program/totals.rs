//! The sums every view is read from, by class of deal, portfolio and fiscal month. Whole numbers
//! only: what is added and taken out again leaves exactly what was there.

use super::View;
use super::deal::{self, Case, Ground};
use super::gain::{self, Gains};
use super::offer::Offers;
use super::pack::Quantity;
use super::sums::{Item, Sums};
use super::units::CERTAIN;
use crate::domain::rules::StageKind;

/// Which deals a sum is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Booked.
    Booked,
    /// Committed by the customer.
    Committed,
    /// Open, not committed.
    Open,
    /// Committed and open, each by its probability.
    Weighted,
}

/// Sums by portfolio and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    months: usize,
    sums: Vec<Sums>,
    /// How many parts make a minor unit: one, or [`CERTAIN`] where deals count by probability.
    pub parts: i128,
}

impl Table {
    /// Nothing yet.
    pub fn of(portfolios: usize, months: usize) -> Table {
        Table {
            months,
            sums: vec![Sums::default(); portfolios * months],
            parts: 1,
        }
    }

    /// The sums of a portfolio in a month; none outside the calendar.
    pub fn at(&self, portfolio: usize, month: usize) -> Option<&Sums> {
        (month < self.months)
            .then(|| self.sums.get(portfolio * self.months + month))
            .flatten()
    }

    fn slot(&mut self, portfolio: usize, month: usize) -> Option<&mut Sums> {
        (month < self.months)
            .then(|| self.sums.get_mut(portfolio * self.months + month))
            .flatten()
    }

    /// Adds items times a factor.
    pub fn add(&mut self, items: &[Item], factor: i128) {
        for item in items {
            if let Some(sums) = self.slot(item.portfolio, item.month) {
                sums.add_all(&item.sums, factor);
            }
        }
    }

    fn add_table(&mut self, other: &Table, factor: i128) {
        for (to, from) in self.sums.iter_mut().zip(&other.sums) {
            if !from.is_nothing() {
                to.add_all(from, factor);
            }
        }
    }
}

/// Sums by class; what is due and what is history apart, since no view chooses them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    classes: [Table; 4],
    due: Table,
    past: Table,
}

impl Totals {
    /// Nothing counted yet.
    pub fn of(portfolios: usize, months: usize) -> Totals {
        let empty = || Table::of(portfolios, months);
        Totals {
            classes: [empty(), empty(), empty(), empty()],
            due: empty(),
            past: empty(),
        }
    }

    /// Adds items times a factor to a class.
    pub fn add(&mut self, class: Class, items: &[Item], factor: i128) {
        if let Some(table) = self.classes.get_mut(class as usize) {
            table.add(items, factor);
        }
    }

    /// Adds (or with −1 takes out) a deal.
    pub fn count(
        &mut self,
        case: &Case<'_>,
        offers: Option<&Offers>,
        ground: &Ground<'_>,
        gains: &mut Gains,
        sign: i128,
    ) {
        deal::due(case, ground, |portfolio, month, value| {
            let table = if month > ground.m0 {
                &mut self.due
            } else {
                &mut self.past
            };
            if let Some(sums) = table.slot(portfolio, month) {
                sums.add(Quantity::ValueDue, value * sign);
            }
        });
        let Some(class) = class_of(case.deal.kind) else {
            return;
        };
        gain::gains(case, offers, ground, gains);
        self.add(class, &gains.items, sign);
        if class != Class::Booked {
            self.add(
                Class::Weighted,
                &gains.items,
                i128::from(case.deal.expected.chance) * sign,
            );
        }
        self.past.add(&gains.past, sign);
    }

    /// What the book itself holds of a portfolio in a month up to the baseline: nothing unless
    /// history was wanted.
    pub fn past(&self, portfolio: usize, month: usize) -> Option<&Sums> {
        self.past.at(portfolio, month)
    }

    /// The sums of a view, what falls due among them.
    pub fn of_view(&self, view: &View) -> Table {
        let mut out = self.due.clone();
        let weighted = *view == View::Weighted;
        if weighted {
            for sums in &mut out.sums {
                let due = *sums;
                sums.add_all(&due, CERTAIN - 1);
            }
            out.parts = CERTAIN;
        }
        for class in classes_of(view) {
            let factor = if weighted && *class == Class::Booked {
                CERTAIN
            } else {
                1
            };
            if let Some(table) = self.classes.get(*class as usize) {
                out.add_table(table, factor);
            }
        }
        out
    }
}

/// The class of a deal; lost ones add nothing but their value due.
pub fn class_of(kind: StageKind) -> Option<Class> {
    match kind {
        StageKind::Won => Some(Class::Booked),
        StageKind::Committed => Some(Class::Committed),
        StageKind::Open => Some(Class::Open),
        StageKind::Lost => None,
    }
}

/// The classes a view stands on.
pub fn classes_of(view: &View) -> &'static [Class] {
    match view {
        View::Booked | View::Quote(_) | View::Marked(_) => &[Class::Booked],
        View::Committed => &[Class::Booked, Class::Committed],
        View::Open => &[Class::Booked, Class::Committed, Class::Open],
        View::Weighted => &[Class::Booked, Class::Weighted],
    }
}
