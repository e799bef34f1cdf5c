//! Which deals stand in a view, and the sums that makes: the classes of the view, the renewals
//! marked, and the quote on screen in the place of what the book holds for its renewals.

use super::View;
use super::deal::Deal;
use super::engine::Engine;
use super::gain::{self, Gains};
use super::offer::Offers;
use super::totals::{Class, Table, class_of, classes_of};
use super::typed::Typed;
use super::units::CERTAIN;
use crate::domain::ids::RenewalId;
use std::collections::BTreeSet;

impl Engine {
    /// The sums of a view, with a quote as typed in the place of what the book holds for its
    /// renewals.
    pub(super) fn sums(&self, view: &View, typed: Option<&Typed>) -> Table {
        let mut out = self.totals.of_view(view);
        let Some(ground) = self.ground() else {
            return out;
        };
        if let View::Marked(marked) = view {
            let mut gains = Gains::default();
            let once: BTreeSet<RenewalId> = marked.iter().copied().collect();
            let taken = |id: &RenewalId| typed.is_none_or(|typed| !typed.renewals().contains(id));
            for deal in once
                .iter()
                .filter(|id| taken(id))
                .filter_map(|id| self.deal(*id))
            {
                if class_of(deal.kind).is_some_and(|class| class != Class::Booked) {
                    let offers = self.offers_of(deal);
                    gain::gains(&self.case(deal), offers.as_ref(), &ground, &mut gains);
                    out.add(&gains.items, 1);
                }
            }
        }
        let Some(typed) = typed else {
            return out;
        };
        let weighted = *view == View::Weighted;
        for own in typed.deals() {
            let Some(deal) = self.deal(own.renewal) else {
                continue;
            };
            let share = share(deal, view);
            out.add(&own.kept, -share.unwrap_or_default());
            let unknown = if weighted {
                deal.expected.chance.into()
            } else {
                1
            };
            out.add(&own.gains.items, share.unwrap_or(unknown));
        }
        if typed.renewals().is_empty() && !weighted {
            if *view == View::Open
                && let Some(items) = self.loose.get(&typed.quote())
            {
                out.add(items, -1);
            }
            out.add(typed.loose(), 1);
        }
        out
    }

    /// The sums of what is booked, with a draft in the place of the quotes that deals were booked
    /// by. What it makes of deals that are not booked is left to the caller, who may count them
    /// or not.
    pub(super) fn booked_sums(&self, draft: Option<&Offers>) -> Table {
        let mut out = self.sums(&View::Booked, None);
        let (Some(draft), Some(ground)) = (draft, self.ground()) else {
            return out;
        };
        let mut gains = Gains::default();
        let covered = draft.renewals.iter().filter_map(|id| self.deal(*id));
        for deal in covered.filter(|deal| class_of(deal.kind) == Some(Class::Booked)) {
            let held = self.offers_of(deal);
            for (offers, sign) in [(held.as_ref(), -1), (Some(draft), 1)] {
                gain::gains(&self.case(deal), offers, &ground, &mut gains);
                out.add(&gains.items, sign);
            }
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
        (View::Weighted, _) => Some(deal.expected.chance.into()),
        _ => classes_of(view).contains(&class).then_some(1),
    }
}
