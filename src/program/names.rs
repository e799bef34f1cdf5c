//! Portfolios by number, so that sums are kept in plain lists. Numbers are those of the projection's
//! order; nothing else is known of a portfolio here.

use crate::domain::portfolio::Portfolio;

/// The portfolios of a projection in their order.
#[derive(Clone, Debug)]
pub struct Names {
    all: Vec<Portfolio>,
    services: Option<usize>,
}

impl Names {
    /// The portfolios in their order.
    pub fn of(all: Vec<Portfolio>) -> Names {
        let services = all.iter().position(Portfolio::is_services);
        Names { all, services }
    }

    /// The number of a portfolio.
    pub fn number(&self, portfolio: &Portfolio) -> Option<usize> {
        self.all.iter().position(|p| p == portfolio)
    }

    /// The number of Services.
    pub fn services(&self) -> Option<usize> {
        self.services
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }
}
