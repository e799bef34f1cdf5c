//! A quote while it is typed: priced and counted once, then kept line by line, so that a key in a
//! quote of a thousand lines costs the line it changes. Whatever it answers is what the engine makes
//! of the whole quote, to the last minor unit. It belongs to the engine that made it, as that stood.

use super::LeftOut;
use super::deal::Deal;
use super::engine::Engine;
use super::gain::{self, Gains};
use super::left;
use super::offer::{Offer, Offers};
use super::sums::Item;
use crate::domain::ids::{QuoteId, RenewalId};
use crate::domain::quote::Quote;
use std::sync::Arc;

/// A quote as it stands on screen, counted.
#[derive(Clone, Debug)]
pub struct Typed {
    offers: Offers,
    deals: Vec<TypedDeal>,
    loose: Vec<Item>,
    left_out: Arc<[LeftOut]>,
}

/// A renewal the quote covers.
#[derive(Clone, Debug)]
pub(super) struct TypedDeal {
    /// The renewal.
    pub renewal: RenewalId,
    /// What it adds with the quote as typed.
    pub gains: Gains,
    /// What it adds as the book holds it.
    pub kept: Vec<Item>,
}

impl Typed {
    /// The quote.
    pub fn quote(&self) -> QuoteId {
        self.offers.quote
    }

    /// True where both count the same, in whatever order their lines were typed.
    pub fn counts_the_same(&self, other: &Typed) -> bool {
        let same = |(a, b): (&TypedDeal, &TypedDeal)| {
            a.renewal == b.renewal && a.kept == b.kept && a.gains.adds_the_same(&b.gains)
        };
        self.offers.lines == other.offers.lines
            && self.deals.len() == other.deals.len()
            && self.deals.iter().zip(&other.deals).all(same)
            && self.loose == other.loose
            && self.left_out == other.left_out
    }

    /// The renewals it covers.
    pub(super) fn renewals(&self) -> &[RenewalId] {
        &self.offers.renewals
    }

    /// Those of them the engine knows.
    pub(super) fn deals(&self) -> &[TypedDeal] {
        &self.deals
    }

    /// What a quote of no renewal adds by itself.
    pub(super) fn loose(&self) -> &[Item] {
        &self.loose
    }

    /// What is left out with it in the place of what the book holds.
    pub(super) fn left_out(&self) -> &Arc<[LeftOut]> {
        &self.left_out
    }
}

impl Engine {
    /// Counts a quote as it stands.
    pub fn typed(&self, quote: &Quote) -> Typed {
        self.typed_of(self.offers_as(quote))
    }

    /// Counts the offers of a quote.
    pub(super) fn typed_of(&self, offers: Offers) -> Typed {
        let mut typed = Typed {
            offers,
            deals: Vec::new(),
            loose: Vec::new(),
            left_out: Arc::clone(&self.left_out),
        };
        let Some(ground) = self.ground() else {
            return typed;
        };
        if typed.offers.renewals.is_empty() {
            typed.loose = gain::loose_gains(&typed.offers, &ground);
        }
        let deals = typed.offers.renewals.iter();
        typed.deals = deals
            .filter_map(|id| {
                let case = self.case(self.deal(*id)?);
                let mut kept = Gains::default();
                let held = self.offers_of(case.deal);
                gain::gains(&case, held.as_ref(), &ground, &mut kept);
                let mut gains = Gains::default();
                gain::gains(&case, Some(&typed.offers), &ground, &mut gains);
                Some(TypedDeal {
                    renewal: *id,
                    gains,
                    kept: kept.items,
                })
            })
            .collect();
        typed.left_out = self.left_out_with(&typed.offers);
        typed
    }

    /// Takes in one changed line of the quote, by its place among the lines.
    pub fn retype(&self, typed: &mut Typed, quote: &Quote, row: usize) {
        let old = typed
            .offers
            .put(quote, row, &self.names, &self.pack.rules)
            .filter(|_| !typed.offers.renewals.is_empty());
        let (Some(old), Some(ground)) = (old, self.ground()) else {
            *typed = self.typed(quote);
            return;
        };
        let Some(new) = typed.offers.lines.get(row) else {
            return;
        };
        for typed_deal in &mut typed.deals {
            if let Some(deal) = self.deal(typed_deal.renewal) {
                let lines = (&old, new);
                gain::regain(
                    &self.case(deal),
                    &typed.offers,
                    lines,
                    &ground,
                    &mut typed_deal.gains,
                );
            }
        }
        if told_apart(&old) != told_apart(new) {
            typed.left_out = self.left_out_with(&typed.offers);
        }
    }

    /// What is left out, with the quote's own in the place of what its renewals had.
    fn left_out_with(&self, offers: &Offers) -> Arc<[LeftOut]> {
        let Some(ground) = self.ground() else {
            return Arc::clone(&self.left_out);
        };
        let deals = offers.renewals.iter().filter_map(|id| self.deal(*id));
        let now: Vec<(&Deal, Vec<left::Noted>)> = deals
            .map(|deal| (deal, left::notes(&self.case(deal), Some(offers), &ground)))
            .collect();
        if now
            .iter()
            .all(|(deal, notes)| self.notes_of(deal) == *notes)
        {
            return Arc::clone(&self.left_out);
        }
        let others = self.left_out.iter().filter(|entry| {
            entry
                .renewal
                .is_none_or(|id| !offers.renewals.contains(&id))
        });
        let own = now
            .iter()
            .flat_map(|(deal, notes)| left::sentences(deal.id, notes, &self.pack));
        others.cloned().chain(own).collect()
    }
}

/// What of a quote line decides whether it is left out.
fn told_apart(offer: &Offer) -> (bool, bool) {
    (offer.price().is_some(), offer.is_unfit())
}
