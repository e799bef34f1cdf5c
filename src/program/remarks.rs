//! What the lists of an engine say of its deals: what is left out, and what is pulled forward.

use super::deal::Deal;
use super::engine::Engine;
use super::left;
use super::totals::{Class, class_of};
use crate::domain::ids::RenewalId;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A deal as the lists name it: when it ends, what is left out, where it is pulled forward to.
pub(super) type Remark = (
    RenewalId,
    NaiveDate,
    Vec<left::Noted>,
    Option<(Class, usize)>,
);

impl Engine {
    /// What of a deal is left out. Worked out when somebody asks: it follows from its lines and its
    /// quote.
    pub(super) fn notes_of(&self, deal: &Deal) -> Vec<left::Noted> {
        let offers = self.offers_of(deal);
        self.ground().map_or_else(Vec::new, |ground| {
            left::notes(&self.case(deal), offers.as_ref(), &ground)
        })
    }

    /// What the lists say of these deals.
    pub(super) fn remarks(&self, ids: &BTreeSet<RenewalId>) -> Vec<Remark> {
        let ground = self.ground();
        let deals = ids.iter().filter_map(|id| self.deal(*id));
        deals
            .map(|deal| {
                let pulled = ground.and_then(|ground| deal.pulled_forward(&ground));
                let notes = self.notes_of(deal);
                (deal.id, deal.end, notes, class_of(deal.kind).zip(pulled))
            })
            .collect()
    }

    /// Lists what is left out, and what is pulled forward.
    pub(super) fn list(&mut self) {
        let mut listed: Vec<&Deal> = self.deals().iter().filter(|deal| deal.noted).collect();
        listed.sort_unstable_by_key(|deal| (deal.end, deal.id));
        // thousands of deals are left out for the same reason, word for word
        let mut reasons: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut left_out = Vec::new();
        for deal in listed {
            let notes = self.notes_of(deal);
            for mut left in left::sentences(deal.id, &notes, &self.pack) {
                match reasons.get(&left.reason) {
                    Some(known) => left.reason = Arc::clone(known),
                    None => _ = reasons.insert(Arc::clone(&left.reason)),
                }
                left_out.push(left);
            }
        }
        let pulled = self.ground().map_or_else(Vec::new, |ground| {
            let deals = self.deals().iter();
            deals
                .filter_map(|deal| class_of(deal.kind).zip(deal.pulled_forward(&ground)))
                .collect()
        });
        self.left_out = left_out.into();
        self.pulled = pulled;
    }
}
