//! What deals add up to: an amount for each quantity a pack's metrics can be made of, in minor
//! units of the pack's currency.

use super::pack::Quantity;

impl Quantity {
    /// True where all money that adds to this quantity adds to the other too.
    pub fn is_part_of(self, other: Quantity) -> bool {
        use Quantity::{
            Acv, AiTcv, BuyingBaseTcv, EaTcv, PortfolioTcv, PremiumTcv, ServicesTcv, Tcv,
            UseCaseTcv,
        };
        match other {
            Tcv | PortfolioTcv => matches!(
                self,
                Acv | Tcv | EaTcv | BuyingBaseTcv | PremiumTcv | ServicesTcv | AiTcv | UseCaseTcv
            ),
            BuyingBaseTcv => matches!(self, EaTcv | UseCaseTcv),
            ServicesTcv => self == PremiumTcv,
            _ => self == other,
        }
    }
}

/// How many quantities there are.
const QUANTITIES: usize = Quantity::ALL.len();

/// An amount of every quantity. Sums are wide enough for four thousand million lines of the
/// longest amount, each times a probability: adding never overflows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums([i128; QUANTITIES]);

impl Sums {
    /// The amount of a quantity.
    pub fn of(&self, quantity: Quantity) -> i128 {
        self.0.get(quantity as usize).copied().unwrap_or_default()
    }

    /// Adds to a quantity.
    pub fn add(&mut self, quantity: Quantity, amount: i128) {
        if let Some(sum) = self.0.get_mut(quantity as usize) {
            *sum = sum.wrapping_add(amount);
        }
    }

    /// Adds other sums times a factor.
    pub fn add_all(&mut self, other: &Sums, factor: i128) {
        for (to, amount) in self.0.iter_mut().zip(&other.0) {
            // most quantities of a deal are nothing
            if *amount != 0 {
                *to = to.wrapping_add(amount.wrapping_mul(factor));
            }
        }
    }

    /// True where nothing was added, or as much taken out again.
    pub fn is_nothing(&self) -> bool {
        self.0.iter().all(|amount| *amount == 0)
    }
}

/// Sums with the portfolio and the fiscal month they go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Number of the portfolio.
    pub portfolio: usize,
    /// Place of the month in the calendar.
    pub month: usize,
    /// The amounts.
    pub sums: Sums,
}

/// Adds an amount to the item of a portfolio and month.
pub fn put(items: &mut Vec<Item>, portfolio: usize, month: usize, adding: impl FnOnce(&mut Sums)) {
    let known = items
        .iter_mut()
        .find(|item| item.portfolio == portfolio && item.month == month);
    match known {
        Some(item) => adding(&mut item.sums),
        None => {
            let mut sums = Sums::default();
            adding(&mut sums);
            items.push(Item {
                portfolio,
                month,
                sums,
            });
        }
    }
}
