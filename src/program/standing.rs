//! Which deals stand in a view, and the sums that makes: the classes of the view, the renewals
//! marked, and the quote on screen in the place of what the book holds for its renewals.

use super::deal::{self, Deal, Gains};
use super::engine::Engine;
use super::left;
use super::offer::Offers;
use super::totals::{Class, Table, class_of, classes_of};
use super::units::CERTAIN;
use super::{LeftOut, View};
use crate::domain::ids::RenewalId;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Engine {
    /// What is left out, with the draft's own in the place of what its renewals had.
    pub(super) fn left_out(&self, draft: Option<&Offers>) -> Arc<[LeftOut]> {
        let (Some(draft), Some(ground)) = (draft, self.ground()) else {
            return Arc::clone(&self.left_out);
        };
        let deals = || draft.renewals.iter().filter_map(|id| self.deal(*id));
        let now: Vec<(&Deal, Vec<left::Noted>)> = deals()
            .map(|deal| (deal, left::notes(&self.case(deal), Some(draft), &ground)))
            .collect();
        if now.iter().all(|(deal, notes)| deal.notes == *notes) {
            return Arc::clone(&self.left_out);
        }
        let others = self
            .left_out
            .iter()
            .filter(|entry| entry.renewal.is_none_or(|id| !draft.renewals.contains(&id)));
        let own = now
            .iter()
            .flat_map(|(deal, notes)| left::sentences(deal.id, notes, &self.pack));
        others.cloned().chain(own).collect()
    }

    /// The sums of a view, with `offers` in the place of the stored quote of their renewals.
    pub(super) fn sums(&self, view: &View, offers: Option<&Offers>) -> Table {
        let mut out = self.totals.of_view(view);
        let Some(ground) = self.ground() else {
            return out;
        };
        let mut gains = Gains::default();
        if let View::Marked(marked) = view {
            let once: BTreeSet<RenewalId> = marked.iter().copied().collect();
            let taken = |id: &RenewalId| offers.is_none_or(|offers| !offers.renewals.contains(id));
            for deal in once
                .iter()
                .filter(|id| taken(id))
                .filter_map(|id| self.deal(*id))
            {
                if class_of(deal.kind).is_some_and(|class| class != Class::Booked) {
                    deal::gains(&self.case(deal), self.offers_of(deal), &ground, &mut gains);
                    out.add(&gains.items, 1);
                }
            }
        }
        let Some(offers) = offers else {
            return out;
        };
        let weighted = *view == View::Weighted;
        for deal in offers.renewals.iter().filter_map(|id| self.deal(*id)) {
            let case = self.case(deal);
            let share = share(deal, view);
            if let Some(share) = share {
                deal::gains(&case, self.offers_of(deal), &ground, &mut gains);
                out.add(&gains.items, -share);
            }
            let unknown = if weighted { deal.chance } else { 1 };
            let factor = share.unwrap_or(unknown);
            deal::gains(&case, Some(offers), &ground, &mut gains);
            out.add(&gains.items, factor);
        }
        if offers.renewals.is_empty() && !weighted {
            if *view == View::Open
                && let Some(items) = self.loose.get(&offers.quote)
            {
                out.add(items, -1);
            }
            out.add(&deal::loose_gains(offers, &ground), 1);
        }
        out
    }

    /// Every deal that stands in a view, with the share of it that counts in parts of the view's
    /// sums.
    pub(super) fn standing<'a>(&'a self, view: &'a View) -> impl Iterator<Item = (&'a Deal, i128)> {
        let marked = |deal: &Deal| match view {
            View::Marked(ids) if class_of(deal.kind).is_some() => ids.contains(&deal.id),
            _ => false,
        };
        self.deals().iter().map(move |deal| {
            let marked = marked(deal).then_some(1);
            (deal, share(deal, view).or(marked).unwrap_or_default())
        })
    }
}

/// The share of a deal that stands in the sums of a view's classes, in parts of them.
fn share(deal: &Deal, view: &View) -> Option<i128> {
    let class = class_of(deal.kind)?;
    match (view, class) {
        (View::Weighted, Class::Booked) => Some(CERTAIN),
        (View::Weighted, _) => Some(deal.chance),
        _ => classes_of(view).contains(&class).then_some(1),
    }
}
