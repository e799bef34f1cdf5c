//! Look-ups over the snapshot that the queue keeps beside its rows: which lines, quotes, contacts
//! and adoption states belong to which renewal.

use super::Queue;
use crate::domain::activity::Activity;
use crate::domain::adoption::Adoption;
use crate::domain::ids::{
    AccountId, ActivityId, AdoptionId, ContractId, LineId, QuoteId, RenewalId, UseCaseId,
};
use crate::domain::incentive::UseCase;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::packed::Packed;
use crate::domain::quote::Quote;
use crate::domain::renewal::{Renewal, choose};
use crate::domain::snapshot::{Rows, Snapshot};
use chrono::NaiveDate;
use std::collections::HashMap;

/// The open lines of every renewal, in the order of the renewals.
pub(super) struct LineGroups {
    pub(super) lines: Vec<Vec<LineId>>,
}

/// The renewals of one contract and end date: the first one in place, others (further currencies,
/// rare) in a list.
type Slot = Vec<(Option<Currency>, usize)>;

/// A renewal that was booked or lost keeps the lines that were due, also once later cover follows.
fn is_settled(renewal: &Renewal) -> bool {
    renewal.booked_on.is_some() || renewal.loss_reason.is_some()
}

impl LineGroups {
    pub(super) fn of(snapshot: &Snapshot) -> LineGroups {
        let mut slots: HashMap<(ContractId, NaiveDate), Slot> =
            HashMap::with_capacity(snapshot.renewals.len());
        let mut settled = Vec::with_capacity(snapshot.renewals.len());
        for (at, renewal) in snapshot.renewals.iter().enumerate() {
            settled.push(is_settled(&renewal));
            slots
                .entry((renewal.contract, renewal.end))
                .or_default()
                .push((renewal.currency, at));
        }
        let mut lines: Vec<Vec<LineId>> = vec![Vec::new(); snapshot.renewals.len()];
        // Lines of a contract mostly stand together: the last answer often is the next one.
        let mut last = None;
        for line in &snapshot.lines {
            let (Some(contract), Some(end)) = (line.contract, line.end) else {
                continue;
            };
            if !line.was_due() {
                continue;
            }
            let bare = line.currency.is_none() && line.has_price();
            let key = (contract, end, line.currency, bare);
            let place = match last {
                Some((known, place)) if known == key => place,
                _ => slots
                    .get(&(contract, end))
                    .and_then(|slot| choose(slot, &line)),
            };
            last = Some((key, place));
            let past = !line.is_open();
            let place = place.filter(|at| !past || settled.get(*at).copied().unwrap_or_default());
            let own = place.and_then(|at| lines.get_mut(at));
            if let Some(own) = own {
                own.push(line.id);
            }
        }
        LineGroups { lines }
    }

    /// The lines of one renewal alone.
    pub(super) fn only(snapshot: &Snapshot, renewal: &Renewal) -> Vec<Line> {
        let rows = || snapshot.renewals.endings().enumerate();
        let slot: Slot = rows()
            .filter(|(_, r)| r.contract == renewal.contract && r.end == renewal.end)
            .map(|(at, r)| (r.currency, at))
            .collect();
        let mine = rows()
            .filter(|(_, r)| r.id == renewal.id)
            .map(|(at, _)| at)
            .next();
        let lines = snapshot.lines.iter().filter(|line| {
            line.contract == Some(renewal.contract)
                && line.end == Some(renewal.end)
                && line.was_due()
                && (line.is_open() || is_settled(renewal))
        });
        lines.filter(|line| choose(&slot, line) == mine).collect()
    }
}

/// Every renewal with its open lines, in the order of the book; lines as rows have them.
pub fn lines_of_each(snapshot: &Snapshot) -> impl Iterator<Item = (Renewal, Vec<LineId>)> {
    let groups = LineGroups::of(snapshot);
    snapshot.renewals.iter().zip(groups.lines)
}

/// The newest quote over each renewal: made last, and of those made on one day the later id.
pub(super) struct NewestQuotes {
    by_renewal: HashMap<RenewalId, QuoteId>,
}

impl NewestQuotes {
    pub(super) fn of(quotes: &Packed<Quote>) -> NewestQuotes {
        NewestQuotes::filtered(quotes, |_| true)
    }

    pub(super) fn over(quotes: &Packed<Quote>, touched: &[RenewalId]) -> NewestQuotes {
        NewestQuotes::filtered(quotes, |renewal| touched.contains(&renewal))
    }

    fn filtered(quotes: &Packed<Quote>, wanted: impl Fn(RenewalId) -> bool) -> NewestQuotes {
        let mut newest: HashMap<RenewalId, (NaiveDate, QuoteId)> = HashMap::new();
        for quote in quotes.heads() {
            let order = (quote.created_on, quote.id);
            for &renewal in quote.renewals.iter().filter(|r| wanted(**r)) {
                let held = newest.entry(renewal).or_insert(order);
                *held = order.max(*held);
            }
        }
        let newest = newest.into_iter().map(|(renewal, (_, id))| (renewal, id));
        NewestQuotes {
            by_renewal: newest.collect(),
        }
    }

    pub(super) fn of_renewal(&self, renewal: RenewalId, snapshot: &Snapshot) -> Option<Quote> {
        self.by_renewal
            .get(&renewal)
            .and_then(|&id| snapshot.quotes.get(id))
    }
}

/// Activities by renewal, kept current without reading them all on every edit.
#[derive(Clone, Debug, Default)]
pub(super) struct ContactIndex {
    /// Places of the activities, a renewal's after another's, in the order of the book.
    places: Vec<(RenewalId, u32)>,
    seen: usize,
    last: Option<ActivityId>,
}

impl ContactIndex {
    pub(super) fn of(activities: &Packed<Activity>) -> ContactIndex {
        let mut index = ContactIndex::default();
        index.take(activities, 0);
        index
    }

    /// Reads what was added. Rows are added at the end and a removal puts the last one into the
    /// hole, so an unchanged last place means that nothing but additions happened; anything else
    /// reads all anew.
    pub(super) fn sync(&mut self, activities: &Packed<Activity>) {
        let place = self.seen.checked_sub(1);
        let there = place.and_then(|at| activities.ids().get(at)).copied();
        if there == self.last {
            self.take(activities, self.seen);
        } else {
            *self = ContactIndex::of(activities);
        }
    }

    fn take(&mut self, activities: &Packed<Activity>, from: usize) {
        if from >= activities.len() {
            return;
        }
        // what was seen is skipped packed: unpacking it would cost all activities on every edit
        let new = activities.iter().skip(from);
        let places = u32::try_from(from).unwrap_or(u32::MAX)..;
        let new = places.zip(new);
        self.places
            .extend(new.map(|(at, activity)| (activity.renewal, at)));
        // those from before are in order: few are to be moved
        self.places.sort();
        self.seen = activities.len();
        self.last = activities.ids().last().copied();
    }

    pub(super) fn of_renewal<'a>(
        &'a self,
        renewal: RenewalId,
        activities: &'a Packed<Activity>,
    ) -> impl Iterator<Item = Activity> + use<'a> {
        let from = self.places.partition_point(|(id, _)| *id < renewal);
        let own = self.places.iter().skip(from);
        own.take_while(move |(id, _)| *id == renewal)
            .filter_map(|(_, at)| activities.at(*at as usize))
            .filter(move |activity| activity.renewal == renewal)
    }
}

/// Use cases by customer: a book may hold many, and a frame is about one customer.
#[derive(Clone, Debug, Default)]
pub(super) struct CaseIndex {
    by_account: HashMap<AccountId, Vec<UseCaseId>>,
}

impl CaseIndex {
    pub(super) fn of(cases: &Rows<UseCaseId, UseCase>) -> CaseIndex {
        let mut index = CaseIndex::default();
        for case in cases {
            index
                .by_account
                .entry(case.account)
                .or_default()
                .push(case.id);
        }
        index
    }

    pub(super) fn of_account<'a>(
        &'a self,
        account: AccountId,
        cases: &'a Rows<UseCaseId, UseCase>,
    ) -> impl Iterator<Item = &'a UseCase> {
        let own = self.by_account.get(&account).into_iter().flatten();
        own.filter_map(|&id| cases.get(id))
    }
}

impl Queue {
    /// What happened on a renewal, in the order of the book, by the index the rows were made with.
    pub fn activities_of<'a>(
        &'a self,
        renewal: RenewalId,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = Activity> + use<'a> {
        self.contacts.of_renewal(renewal, &snapshot.activities)
    }

    /// The use cases of a customer, in the order of the book.
    pub fn cases_of<'a>(
        &'a self,
        account: AccountId,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = &'a UseCase> {
        self.cases.of_account(account, &snapshot.use_cases)
    }

    /// Use cases came, went or changed their customer: no row depends on them.
    pub fn follow_cases(&mut self, snapshot: &Snapshot) {
        self.cases = CaseIndex::of(&snapshot.use_cases);
    }
}

/// The weakest adoption facts of each customer: lowest use, earliest stage.
#[derive(Clone, Debug, Default)]
pub(super) struct AdoptionIndex {
    by_account: HashMap<AccountId, (Option<AdoptionId>, Option<AdoptionId>)>,
}

impl AdoptionIndex {
    pub(super) fn of(adoption: &Rows<AdoptionId, Adoption>) -> AdoptionIndex {
        let mut index = AdoptionIndex::default();
        for state in adoption {
            let (usage, stage) = index.by_account.entry(state.account).or_default();
            if let Some(used) = state.usage_pct {
                let lowest = usage.and_then(|id| adoption.get(id)?.usage_pct);
                if lowest.is_none_or(|lowest| used < lowest) {
                    *usage = Some(state.id);
                }
            }
            if let Some(phase) = super::risk::adoption_phase(&state.stage) {
                let earliest = stage
                    .and_then(|id| adoption.get(id))
                    .and_then(|s| super::risk::adoption_phase(&s.stage));
                if earliest.is_none_or(|earliest| phase < earliest) {
                    *stage = Some(state.id);
                }
            }
        }
        index
    }

    pub(super) fn of_account<'a>(
        &self,
        account: AccountId,
        adoption: &'a Rows<AdoptionId, Adoption>,
    ) -> (Option<&'a Adoption>, Option<&'a Adoption>) {
        let (usage, stage) = self.by_account.get(&account).copied().unwrap_or_default();
        (
            usage.and_then(|id| adoption.get(id)),
            stage.and_then(|id| adoption.get(id)),
        )
    }
}
