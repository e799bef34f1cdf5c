//! The deals behind a metric: what each of them adds to A and B inside the window of a month, by
//! the view of a projection. The same sums as the projection's, deal by deal.

use super::base::{Live, MetricBase};
use super::deal;
use super::engine::Engine;
use super::exact;
use super::gain::{self, Gains};
use super::pack::Quantity;
use super::sums::Item;
use super::units;
use super::{Projection, View};
use crate::domain::ids::{QuoteId, RenewalId};
use crate::domain::portfolio::Portfolio;
use num_rational::BigRational;
use std::sync::Arc;

/// What one deal adds to a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The renewal; none for a quote that renews nothing.
    pub renewal: Option<RenewalId>,
    /// The quote it counts by; none for a renewal without one, which renews flat.
    pub quote: Option<QuoteId>,
    /// The contract's number; empty for a quote of no renewal.
    pub name: Arc<str>,
    /// It books in a month before the one it ends in.
    pub pulled_forward: bool,
    /// Added to A, in major units.
    pub a: BigRational,
    /// Added to B.
    pub b: BigRational,
}

/// The months a metric of one portfolio counts.
struct Window {
    portfolio: usize,
    live: Live,
    at: usize,
    offset: usize,
}

impl Window {
    fn inside(&self, month: usize, offset: usize) -> bool {
        month + offset <= self.at && month + offset + self.live.months > self.at
    }

    /// True where a deal that ends and books in these months may count.
    fn may_hold(&self, months: [Option<usize>; 2]) -> bool {
        let counts = |month: usize| self.inside(month, 0) || self.inside(month, self.offset);
        months.into_iter().flatten().any(counts)
    }

    /// Adds what an amount of a month counts in A and B.
    fn add(&self, month: usize, amount: impl Fn(Quantity) -> i128, (a, b): &mut (i128, i128)) {
        if self.inside(month, 0) {
            *a += amount(self.live.a);
        }
        if self.inside(month, self.offset) {
            *b += amount(self.live.b);
        }
    }

    fn items(&self, items: &[Item], factor: i128, sums: &mut (i128, i128)) {
        for item in items.iter().filter(|item| item.portfolio == self.portfolio) {
            self.add(item.month, |quantity| item.sums.of(quantity) * factor, sums);
        }
    }
}

impl Engine {
    /// The deals that count in a metric in a projection, largest first. They add up to what the
    /// projection's A and B have above what rolled on, but for a draft on screen that the book
    /// does not hold. Empty for a metric that deals do not move.
    pub fn behind(
        &self,
        projection: &Projection,
        portfolio: &Portfolio,
        metric: &str,
    ) -> Vec<Share> {
        self.base_of(portfolio, metric)
            .and_then(|base| self.shares(projection, portfolio, base))
            .unwrap_or_default()
    }

    /// The shares of a metric; none where deals do not move it.
    pub(super) fn shares(
        &self,
        projection: &Projection,
        portfolio: &Portfolio,
        base: &MetricBase,
    ) -> Option<Vec<Share>> {
        let live = base.live?;
        let window = Window {
            portfolio: self.names.number(portfolio)?,
            live,
            at: self.calendar.position(&projection.month)?,
            offset: live.base_offset(self.pack.growth.prior_offset_months),
        };
        let ground = self.ground()?;
        let places = ground.exchange.home().minor_units();
        let parts = parts_of(&projection.view);
        let mut out = Vec::new();
        let mut gains = Gains::default();
        let share = |sums: (i128, i128), renewal, quote, (name, pulled_forward)| Share {
            renewal,
            quote,
            name,
            pulled_forward,
            a: units::part(sums.0, places, parts),
            b: units::part(sums.1, places, parts),
        };
        let quoted = match &projection.view {
            View::Quote(id) => self.offers(*id),
            _ => None,
        };
        for (deal, factor) in self.standing(&projection.view) {
            let booking = ground.months.position_of(deal.booking(ground.today));
            if !window.may_hold([ground.months.position_of(deal.end), booking]) {
                continue;
            }
            let case = self.case(deal);
            let mut sums = (0, 0);
            let own = quoted.as_ref();
            let own = own.filter(|offers| offers.renewals.contains(&deal.id));
            let held = own.is_none().then(|| self.offers_of(deal)).flatten();
            let offers = own.or(held.as_ref());
            let factor = if own.is_some() { 1 } else { factor };
            if factor != 0 {
                gain::gains(&case, offers, &ground, &mut gains);
                window.items(&gains.items, factor, &mut sums);
            }
            deal::due(&case, &ground, |portfolio, month, value| {
                if portfolio == window.portfolio {
                    let due = |quantity| match quantity {
                        Quantity::ValueDue => value * parts,
                        _ => 0,
                    };
                    window.add(month, due, &mut sums);
                }
            });
            if sums != (0, 0) {
                let quote = offers.map(|offers| offers.quote);
                let forward = deal.pulled_forward(&ground).is_some();
                let name = (deal.contract.shared(), forward);
                out.push(share(sums, Some(deal.id), quote, name));
            }
        }
        for (quote, items) in self.loose_in(&projection.view) {
            let mut sums = (0, 0);
            window.items(items, 1, &mut sums);
            if sums != (0, 0) {
                out.push(share(sums, None, Some(quote), ("".into(), false)));
            }
        }
        out.sort_by(|x, y| {
            let size = |share: &Share| &share.a + &share.b;
            size(y)
                .cmp(&size(x))
                .then_with(|| x.name.cmp(&y.name))
                .then_with(|| (x.renewal, x.quote).cmp(&(y.renewal, y.quote)))
        });
        Some(out)
    }

    /// The quotes of no renewal that count in a view.
    fn loose_in<'a>(&'a self, view: &'a View) -> impl Iterator<Item = (QuoteId, &'a [Item])> {
        self.loose.iter().filter_map(move |(id, items)| {
            let counts = match view {
                View::Open => true,
                View::Quote(quote) => quote == id,
                _ => false,
            };
            counts.then_some((*id, items.as_slice()))
        })
    }
}

/// The sum of shares: what they add to A and to B.
pub(super) fn sum(shares: &[Share]) -> (BigRational, BigRational) {
    let zero = || exact::int(0);
    shares.iter().fold((zero(), zero()), |(a, b), share| {
        (a + &share.a, b + &share.b)
    })
}

/// How many parts a minor unit has in the sums of a view.
fn parts_of(view: &View) -> i128 {
    match view {
        View::Weighted => units::CERTAIN,
        _ => 1,
    }
}
