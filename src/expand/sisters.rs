//! What devices without cover of ours are worth: the median of what the book pays for their sisters.

use super::facts::Facts;
use super::price::Offer;
use crate::domain::money::{Currency, Money};
use rust_decimal::Decimal;

/// A sum of medians while it grows, with what it stands on.
#[derive(Debug)]
pub(super) struct Sisters {
    total: Option<Decimal>,
    /// One of each product; none where no words are wanted.
    words: Option<Vec<String>>,
    unknown: Decimal,
}

impl Sisters {
    /// Nothing yet.
    pub fn none(facts: &Facts<'_>) -> Sisters {
        Sisters {
            total: None,
            words: facts.words.then(Vec::new),
            unknown: Decimal::ZERO,
        }
    }

    /// Devices of a product at what is offered for one, or without a price.
    pub fn add(
        &mut self,
        product: &str,
        count: Decimal,
        offer: Option<&Offer>,
        currency: Option<Currency>,
    ) {
        let yearly = offer.and_then(|offer| Some((offer, offer.yearly.as_ref()?)));
        let priced = yearly
            .zip(currency)
            .and_then(|((offer, median), currency)| {
                Some((median.amount.checked_mul(count)?, offer, median, currency))
            });
        let Some((all, offer, median, currency)) = priced else {
            self.unknown = self.unknown.saturating_add(count);
            return;
        };
        self.total = Some(self.total.unwrap_or_default().saturating_add(all));
        if let Some(words) = &mut self.words {
            words.push(format!(
                "{product}: {} × {} {currency} a year (median of {}, {}{})",
                count.normalize(),
                median.amount,
                median.count,
                offer.scope,
                if offer.listed { ", list price" } else { "" },
            ));
        }
    }

    /// The sum; `None` where no device had a price.
    pub fn value(&self, currency: Option<Currency>) -> Option<Money> {
        let (amount, currency) = self.total.zip(currency)?;
        Some(Money { amount, currency })
    }

    /// What it stands on, in words.
    pub fn basis(&self) -> String {
        if self.total.is_none() {
            return "value unknown: the book has no price of such a device's service".to_string();
        }
        let mut basis = self.words.as_deref().unwrap_or_default().join("; ");
        if !self.unknown.is_zero() {
            basis.push_str(&format!(
                "; {} devices without a price",
                self.unknown.normalize()
            ));
        }
        basis
    }
}
