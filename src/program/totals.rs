//! The sums every view is read from, by class of deal, portfolio and fiscal month.

use super::View;
use super::deal::{Item, Sums};
use super::engine::Counted;
use crate::domain::rules::StageKind;
use rust_decimal::Decimal;

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

/// Sums by class, portfolio and month; the value due by month alone.
#[derive(Clone, Debug)]
pub struct Totals {
    portfolios: usize,
    months: usize,
    classes: [Vec<Sums>; 4],
    due: Vec<Decimal>,
}

impl Totals {
    /// Nothing counted yet.
    pub fn of(portfolios: usize, months: usize) -> Totals {
        let empty = || vec![Sums::default(); portfolios * months];
        Totals {
            portfolios,
            months,
            classes: [empty(), empty(), empty(), empty()],
            due: vec![Decimal::ZERO; months],
        }
    }

    /// Adds an item times a factor to a class.
    pub fn add(&mut self, class: Class, item: &Item, factor: Decimal) {
        let at = item.portfolio * self.months + item.month;
        if let Some(sums) = self
            .classes
            .get_mut(class as usize)
            .and_then(|sums| sums.get_mut(at))
        {
            sums.add(&item.sums, factor);
        }
    }

    /// Adds (or with −1 takes out) a counted deal.
    pub fn count(&mut self, counted: &Counted, sign: Decimal) {
        if let Some((month, value)) = counted.due
            && let Some(due) = self.due.get_mut(month)
        {
            *due = due.saturating_add(value.saturating_mul(sign));
        }
        let Some(class) = class_of(counted.deal.kind) else {
            return;
        };
        for item in &counted.gains {
            self.add(class, item, sign);
            if class != Class::Booked {
                self.add(Class::Weighted, item, counted.deal.p * sign);
            }
        }
    }

    /// The sums of a view, by portfolio and month.
    pub fn of_view(&self, view: &View) -> Vec<Vec<Sums>> {
        let mut out = vec![vec![Sums::default(); self.months]; self.portfolios];
        for class in classes_of(view) {
            let Some(sums) = self.classes.get(*class as usize) else {
                continue;
            };
            for (row, sums) in out.iter_mut().zip(sums.chunks(self.months.max(1))) {
                for (to, from) in row.iter_mut().zip(sums) {
                    to.add(from, Decimal::ONE);
                }
            }
        }
        out
    }

    /// The value due by month.
    pub fn due(&self) -> &[Decimal] {
        &self.due
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
        View::Booked | View::Quote(_) => &[Class::Booked],
        View::Committed => &[Class::Booked, Class::Committed],
        View::Open => &[Class::Booked, Class::Committed, Class::Open],
        View::Weighted => &[Class::Booked, Class::Weighted],
    }
}
