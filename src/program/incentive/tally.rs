//! The sum of the cells of a deal, from which a cell can be taken out again: what is left is what
//! would be there had it never come.

use super::gate::Opening;
use super::pay::{Cell, Missing, Payout};
use super::rates::Terms;
use rust_decimal::Decimal;

/// A sum of amounts of which some may be unknown, and how many are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    sum: Decimal,
    amounts: usize,
}

impl Known {
    fn add(&mut self, amount: Option<Decimal>) {
        if let Some(amount) = amount {
            self.sum = self.sum.saturating_add(amount);
            self.amounts += 1;
        }
    }

    fn take(&mut self, amount: Option<Decimal>) {
        if let Some(amount) = amount {
            self.sum = self.sum.saturating_sub(amount);
            self.amounts = self.amounts.saturating_sub(1);
        }
    }

    fn get(self) -> Option<Decimal> {
        (self.amounts > 0).then_some(self.sum)
    }
}

/// Cells added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    cells: usize,
    closed: usize,
    renew: Known,
    growth: Known,
    lost_late: Known,
    missing: Vec<(Missing, usize)>,
}

impl Tally {
    /// Adds a cell.
    pub fn add(&mut self, cell: &Cell) {
        self.cells += 1;
        self.closed += usize::from(cell.opening == Opening::Closed);
        self.renew.add(cell.renew.paid);
        self.growth.add(cell.growth.paid);
        self.lost_late.add(cell.lost_late);
        for reason in &cell.missing {
            match self.missing.iter_mut().find(|(known, _)| known == reason) {
                Some((_, count)) => *count += 1,
                None => self.missing.push((reason.clone(), 1)),
            }
        }
    }

    /// Takes a cell out that was added.
    pub fn take(&mut self, cell: &Cell) {
        self.cells = self.cells.saturating_sub(1);
        let closed = usize::from(cell.opening == Opening::Closed);
        self.closed = self.closed.saturating_sub(closed);
        self.renew.take(cell.renew.paid);
        self.growth.take(cell.growth.paid);
        self.lost_late.take(cell.lost_late);
        for reason in &cell.missing {
            if let Some((_, count)) = self.missing.iter_mut().find(|(known, _)| known == reason) {
                *count = count.saturating_sub(1);
            }
        }
        self.missing.retain(|(_, count)| *count > 0);
    }

    /// What they pay together, within the pack's minimum and cap.
    pub fn payout(&self, terms: &Terms) -> Payout {
        let (renew, growth) = (self.renew.get(), self.growth.get());
        let mut paid = super::pay::add(renew, growth);
        if let (Some(sum), Some(minimum)) = (paid, terms.policy.minimum)
            && sum < minimum
        {
            paid = Some(Decimal::ZERO);
        }
        if let (Some(sum), Some(cap)) = (paid, terms.policy.cap) {
            paid = Some(sum.min(cap));
        }
        Payout {
            renew,
            growth,
            paid,
            lost_late: self.lost_late.get(),
            closed: self.cells > 0 && self.closed == self.cells,
            missing: self.missing.clone(),
        }
    }
}
