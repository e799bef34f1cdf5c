//! The engine: reduces a book to sums per portfolio and fiscal month once, keeps them current
//! after an edit, and answers any view of any month from them. Owns what it needs, so that it can
//! be built away from the screen and outlive the snapshot it was built from.

use super::base::{self, PortfolioBase};
use super::calendar::Calendar;
use super::deal::{self, Deal, Due, Ground, Item, Names, Sums};
use super::left::{self, Noted};
use super::offer::Offers;
use super::pack::Pack;
use super::totals::{Class, Totals, class_of, classes_of};
use super::{LeftOut, ProgramError, View};
use crate::domain::ids::{ContractId, QuoteId, RenewalId};
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::rules::StageKind;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Everything a projection needs of a book.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) pack: Pack,
    pub(super) calendar: Calendar,
    pub(super) today: NaiveDate,
    pub(super) baseline_month: Option<Arc<str>>,
    pub(super) start: Result<usize, ProgramError>,
    pub(super) names: Names,
    pub(super) base: Vec<PortfolioBase>,
    pub(super) deals: HashMap<RenewalId, Counted>,
    pub(super) quotes: HashMap<QuoteId, Offers>,
    newest: HashMap<RenewalId, QuoteId>,
    pub(super) loose: HashMap<QuoteId, Vec<Item>>,
    totals: Totals,
    left_out: Arc<[LeftOut]>,
}

/// A deal with what it adds to the sums now.
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) deal: Deal,
    pub(super) due: Option<(usize, Decimal)>,
    pub(super) gains: Vec<Item>,
    notes: Vec<Noted>,
}

impl Engine {
    /// Reduces a book. `win_pct` gives the probability of a renewal in percent. Never fails: what
    /// keeps it from projecting (a month outside the calendar) is said by each projection.
    pub fn new(
        pack: &Pack,
        snapshot: &Snapshot,
        today: NaiveDate,
        win_pct: &dyn Fn(RenewalId) -> Decimal,
    ) -> Engine {
        Engine::from_month(pack, snapshot, today, win_pct, None)
    }

    /// As [`Engine::new`], starting from the assessment of `base_month` (the newest without one).
    /// A month of which the book holds no assessment starts from nothing: its projections are what
    /// the book's own deals add after it.
    pub fn from_month(
        pack: &Pack,
        snapshot: &Snapshot,
        today: NaiveDate,
        win_pct: &dyn Fn(RenewalId) -> Decimal,
        base_month: Option<&str>,
    ) -> Engine {
        let week = snapshot.settings.get("fy27_extra_week");
        let calendar = pack.calendar_for(week.map_or("", String::as_str)).clone();
        let baseline_month = base_month
            .map(Arc::from)
            .or_else(|| base::newest_month(snapshot));
        let start = start_of(&calendar, baseline_month.as_ref(), today);
        let base = base::portfolios(pack, snapshot, baseline_month.as_deref(), today);
        let names = Names::of(base.iter().map(|p| p.portfolio.clone()).collect());
        let totals = Totals::of(names.len(), calendar.months().len());
        let mut engine = Engine {
            pack: pack.clone(),
            calendar,
            today,
            baseline_month,
            start,
            names,
            base,
            deals: HashMap::with_capacity(snapshot.renewals.len()),
            quotes: HashMap::with_capacity(snapshot.quotes.len()),
            newest: HashMap::new(),
            loose: HashMap::new(),
            totals,
            left_out: Arc::from([]),
        };
        for quote in &snapshot.quotes {
            engine.take_quote(quote);
        }
        let mut lines = lines_by_renewal(snapshot, &engine.names);
        for renewal in &snapshot.renewals {
            let lines = lines.remove(&renewal.id).unwrap_or_default();
            engine.take_renewal(snapshot, renewal, lines, win_pct(renewal.id));
        }
        engine.list_left_out();
        engine
    }

    /// Brings the sums up to date after an edit of these renewals, their quotes or their lines.
    /// An import or a new assessment needs [`Engine::new`]. A day later too.
    pub fn refresh(
        &mut self,
        snapshot: &Snapshot,
        touched: &[RenewalId],
        win_pct: &dyn Fn(RenewalId) -> Decimal,
    ) {
        let mut touched: BTreeSet<RenewalId> = touched.iter().copied().collect();
        self.refresh_quotes(snapshot, &mut touched);
        for id in touched {
            let old = self.deals.remove(&id);
            if let Some(old) = &old {
                self.totals.count(old, Decimal::NEGATIVE_ONE);
            }
            let Some(renewal) = snapshot.renewals.get(id) else {
                continue;
            };
            let lines = match old {
                Some(old) => old
                    .deal
                    .lines
                    .iter()
                    .filter_map(|due| snapshot.lines.get(due.line))
                    .filter(|line| left::belongs(line, renewal))
                    .map(|line| Due::of(line, &self.names))
                    .collect(),
                None => lines_of(snapshot, renewal, &self.names),
            };
            self.take_renewal(snapshot, renewal, lines, win_pct(id));
        }
        self.list_left_out();
    }

    /// Takes in every quote that is new, changed or gone; their renewals join `touched`.
    fn refresh_quotes(&mut self, snapshot: &Snapshot, touched: &mut BTreeSet<RenewalId>) {
        let gone: Vec<QuoteId> = self
            .quotes
            .keys()
            .copied()
            .filter(|id| snapshot.quotes.get(*id).is_none())
            .collect();
        for id in gone {
            if let Some(offers) = self.quotes.remove(&id) {
                touched.extend(&offers.renewals);
            }
            self.drop_loose(id);
        }
        for quote in &snapshot.quotes {
            let loose = quote.renewals.is_empty();
            let concerned = quote.renewals.iter().any(|id| touched.contains(id));
            if concerned || loose || !self.quotes.contains_key(&quote.id) {
                touched.extend(&quote.renewals);
                self.drop_loose(quote.id);
                self.take_quote(quote);
            }
        }
        for id in touched.iter() {
            self.newest.remove(id);
        }
        let mut newest: HashMap<RenewalId, &Offers> = HashMap::new();
        for offers in self.quotes.values() {
            for id in offers.renewals.iter().filter(|id| touched.contains(id)) {
                let best = newest.entry(*id).or_insert(offers);
                if offers.order > best.order {
                    *best = offers;
                }
            }
        }
        let newest: Vec<(RenewalId, QuoteId)> = newest
            .into_iter()
            .map(|(id, offers)| (id, offers.quote))
            .collect();
        self.newest.extend(newest);
    }

    fn drop_loose(&mut self, id: QuoteId) {
        for item in self.loose.remove(&id).unwrap_or_default() {
            self.totals.add(Class::Open, &item, Decimal::NEGATIVE_ONE);
        }
    }

    fn take_quote(&mut self, quote: &Quote) {
        let known = self.quotes.get(&quote.id);
        let offers = Offers::of(quote, known, &self.names, &self.pack.rules);
        for id in &offers.renewals {
            let newer = self
                .newest
                .get(id)
                .and_then(|other| self.quotes.get(other))
                .is_none_or(|other| other.order <= offers.order);
            if newer {
                self.newest.insert(*id, offers.quote);
            }
        }
        if offers.renewals.is_empty()
            && let Some(ground) = self.ground()
        {
            let items = deal::loose_gains(&offers, &ground);
            for item in &items {
                self.totals.add(Class::Open, item, Decimal::ONE);
            }
            self.loose.insert(offers.quote, items);
        }
        self.quotes.insert(offers.quote, offers);
    }

    fn take_renewal(
        &mut self,
        snapshot: &Snapshot,
        renewal: &Renewal,
        mut lines: Vec<Due>,
        win_pct: Decimal,
    ) {
        lines.sort_unstable_by_key(|due| due.line);
        let rules = &self.pack.rules;
        let kind = rules
            .stage(&renewal.stage)
            .map_or(StageKind::Open, |stage| stage.kind);
        let reason = renewal
            .loss_reason
            .as_ref()
            .and_then(|id| rules.loss_reasons.iter().find(|reason| reason.id == *id));
        let taken_over = self.pack.otrr.takeover_removes_due
            && reason.is_some_and(|reason| &*reason.id == "takeover");
        let leaves = taken_over || reason.is_some_and(|reason| reason.leaves_atr);
        let contract = snapshot.contracts.get(renewal.contract);
        let deal = Deal {
            id: renewal.id,
            contract: contract.map_or_else(|| "".into(), |contract| Arc::clone(&contract.number)),
            account: contract.map(|contract| contract.account),
            kind,
            not_due: kind == StageKind::Lost && leaves,
            end: renewal.end,
            booked_on: renewal.booked_on.or(renewal.stage_on),
            planned_on: renewal.planned_on,
            p: win_pct / Decimal::ONE_HUNDRED,
            lines,
        };
        let counted = self.counted(deal);
        self.totals.count(&counted, Decimal::ONE);
        self.deals.insert(renewal.id, counted);
    }

    fn counted(&self, deal: Deal) -> Counted {
        let offers = self.newest.get(&deal.id).and_then(|id| self.quotes.get(id));
        let Some(ground) = self.ground() else {
            return Counted {
                deal,
                due: None,
                gains: Vec::new(),
                notes: Vec::new(),
            };
        };
        Counted {
            due: deal::value_due(&deal, &ground),
            gains: deal::gains(&deal, offers, &ground),
            notes: left::notes(&deal, offers, &ground),
            deal,
        }
    }

    pub(super) fn ground(&self) -> Option<Ground<'_>> {
        Some(Ground {
            pack: &self.pack,
            calendar: &self.calendar,
            names: &self.names,
            today: self.today,
            m0: self.start.as_ref().ok().copied()?,
        })
    }

    fn list_left_out(&mut self) {
        let mut listed: Vec<&Counted> = self
            .deals
            .values()
            .filter(|counted| !counted.notes.is_empty())
            .collect();
        listed.sort_unstable_by_key(|counted| (counted.deal.end, counted.deal.id));
        self.left_out = listed
            .iter()
            .flat_map(|counted| left::sentences(counted.deal.id, &counted.notes, &self.pack))
            .collect();
    }

    /// What is left out, with the draft's own in the place of what its renewals had.
    pub(super) fn left_out(&self, draft: Option<&Offers>) -> Arc<[LeftOut]> {
        let (Some(draft), Some(ground)) = (draft, self.ground()) else {
            return Arc::clone(&self.left_out);
        };
        let deals = || draft.renewals.iter().filter_map(|id| self.deals.get(id));
        let now: Vec<(&Counted, Vec<Noted>)> = deals()
            .map(|counted| (counted, left::notes(&counted.deal, Some(draft), &ground)))
            .collect();
        if now.iter().all(|(counted, notes)| counted.notes == *notes) {
            return Arc::clone(&self.left_out);
        }
        let others = self
            .left_out
            .iter()
            .filter(|entry| entry.renewal.is_none_or(|id| !draft.renewals.contains(&id)));
        let own = now
            .iter()
            .flat_map(|(counted, notes)| left::sentences(counted.deal.id, notes, &self.pack));
        others.cloned().chain(own).collect()
    }

    /// The sums of a portfolio over months `from..=to` in a view, with `offers` in the place of
    /// the stored quote of their renewals.
    pub(super) fn sums(&self, view: &View, offers: Option<&Offers>) -> Vec<Vec<Sums>> {
        let mut out = self.totals.of_view(view);
        let mut add = |items: &[Item], factor: Decimal| {
            for item in items {
                if let Some(sums) = out
                    .get_mut(item.portfolio)
                    .and_then(|row| row.get_mut(item.month))
                {
                    sums.add(&item.sums, factor);
                }
            }
        };
        let (Some(offers), Some(ground)) = (offers, self.ground()) else {
            return out;
        };
        let weighted = *view == View::Weighted;
        for counted in offers.renewals.iter().filter_map(|id| self.deals.get(id)) {
            let stands = class_of(counted.deal.kind);
            let factor = if weighted && stands != Some(Class::Booked) {
                counted.deal.p
            } else {
                Decimal::ONE
            };
            let in_view = stands.is_some_and(|class| {
                classes_of(view).contains(&class) || (weighted && class != Class::Booked)
            });
            if in_view {
                add(&counted.gains, -factor);
            }
            add(&deal::gains(&counted.deal, Some(offers), &ground), factor);
        }
        if offers.renewals.is_empty() && !weighted {
            if *view == View::Open
                && let Some(items) = self.loose.get(&offers.quote)
            {
                add(items, Decimal::NEGATIVE_ONE);
            }
            add(&deal::loose_gains(offers, &ground), Decimal::ONE);
        }
        out
    }

    /// Every deal that stands in a view, with the share of it that counts.
    pub(super) fn standing<'a>(
        &'a self,
        view: &'a View,
    ) -> impl Iterator<Item = (&'a Counted, Decimal)> {
        let weighted = *view == View::Weighted;
        self.deals.values().map(move |counted| {
            let factor = match class_of(counted.deal.kind) {
                None => Decimal::ZERO,
                Some(Class::Booked) => Decimal::ONE,
                Some(_) if weighted => counted.deal.p,
                Some(class) if classes_of(view).contains(&class) => Decimal::ONE,
                Some(_) => Decimal::ZERO,
            };
            (counted, factor)
        })
    }

    /// The value due by month.
    pub(super) fn due(&self) -> &[Decimal] {
        self.totals.due()
    }
}

fn start_of(
    calendar: &Calendar,
    baseline: Option<&Arc<str>>,
    today: NaiveDate,
) -> Result<usize, ProgramError> {
    match baseline {
        Some(month) => calendar
            .position(month)
            .ok_or_else(|| ProgramError::BaselineOutside(Arc::clone(month))),
        None => base::month_before(calendar, today).ok_or(ProgramError::TodayOutside(today)),
    }
}

/// The expiring lines of every renewal: those of its contract that share its end and currency.
fn lines_by_renewal(snapshot: &Snapshot, names: &Names) -> HashMap<RenewalId, Vec<Due>> {
    let mut by_end: HashMap<(ContractId, NaiveDate), Vec<&Renewal>> =
        HashMap::with_capacity(snapshot.renewals.len());
    for renewal in &snapshot.renewals {
        by_end
            .entry((renewal.contract, renewal.end))
            .or_default()
            .push(renewal);
    }
    let mut out: HashMap<RenewalId, Vec<Due>> = HashMap::with_capacity(snapshot.renewals.len());
    for line in &snapshot.lines {
        let candidates = line
            .contract
            .zip(line.end)
            .and_then(|key| by_end.get(&key))
            .map_or(&[][..], Vec::as_slice);
        let own = candidates
            .iter()
            .find(|r| r.currency == line.currency && left::belongs(line, r));
        let any = || candidates.iter().find(|r| left::belongs(line, r));
        if let Some(renewal) = own.or_else(any) {
            out.entry(renewal.id)
                .or_default()
                .push(Due::of(line, names));
        }
    }
    out
}

fn lines_of(snapshot: &Snapshot, renewal: &Renewal, names: &Names) -> Vec<Due> {
    snapshot
        .lines
        .iter()
        .filter(|line| left::belongs(line, renewal))
        .map(|line| Due::of(line, names))
        .collect()
}
