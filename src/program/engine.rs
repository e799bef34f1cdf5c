//! The engine: reduces a book to sums per portfolio and fiscal month once, keeps them current
//! after an edit, and answers any view of any month from them. Owns what it needs, so that it can
//! be built away from the screen and outlive the snapshot it was built from.

use super::base::{self, PortfolioBase};
use super::calendar::Calendar;
use super::columns::{Columns, Span, lines_of};
use super::dated::Dated;
use super::deal::{Case, Deal, Expected, Ground};
use super::due::Due;
use super::edited::{Edited, is_due_in};
use super::exchange::Exchange;
use super::forecast::odds::{Outlook, accepted};
use super::gain::{self, Gains};
use super::history::History;
use super::milestones::{self, Milestone};
use super::months::Months;
use super::names::Names;
use super::offer::{Kept, Offers};
use super::pack::Pack;
use super::roster::Roster;
use super::sums::Item;
use super::totals::{Class, Totals};
use super::units;
use super::{LeftOut, ProgramError};
use crate::domain::ids::{LineId, QuoteId, RenewalId};
use crate::domain::packed::Numbered;
use crate::domain::quote::Quote;
use crate::domain::renewal::Renewal;
use crate::domain::rules::StageKind;
use crate::domain::snapshot::{IdHasher, Snapshot};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

type ById<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

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
    dated: Dated,
    quotes: ById<QuoteId, Kept>,
    pub(super) loose: ById<QuoteId, Vec<Item>>,
    /// Quotes that suggestions were accepted into.
    pub(super) accepted: BTreeSet<QuoteId>,
    deals: Roster,
    columns: Columns,
    pub(super) history: History,
    pub(super) milestones: Vec<Milestone>,
    months: Months,
    pub(super) exchange: Exchange,
    pub(super) totals: Totals,
    pub(super) left_out: Arc<[LeftOut]>,
    /// Deals that book in an earlier month than they end: class and month of booking.
    pub(super) pulled: Vec<(Class, usize)>,
    /// Another one after every change.
    pub(super) stamp: Arc<()>,
}

impl Engine {
    /// Reduces a book. `outlook` gives the probability of a renewal in percent, alone or with its
    /// risk. Never fails: what keeps it from projecting (a month outside the calendar) is said by
    /// each projection.
    pub fn new<O: Into<Outlook>>(
        pack: &Pack,
        snapshot: &Snapshot,
        today: NaiveDate,
        outlook: &dyn Fn(RenewalId) -> O,
    ) -> Engine {
        Engine::from_month(pack, snapshot, today, outlook, None)
    }

    /// As [`Engine::new`], starting from the assessment of `base_month` (the newest without one).
    /// A month of which the book holds no assessment starts from nothing: its projections are what
    /// the book's own deals add after it.
    pub fn from_month<O: Into<Outlook>>(
        pack: &Pack,
        snapshot: &Snapshot,
        today: NaiveDate,
        outlook: &dyn Fn(RenewalId) -> O,
        base_month: Option<&str>,
    ) -> Engine {
        let week = snapshot.settings.get("fy27_extra_week");
        let calendar = pack.calendar_for(week.map_or("", String::as_str)).clone();
        let baseline_month = base_month
            .map(Arc::from)
            .or_else(|| base::newest_month(snapshot));
        let start = start_of(&calendar, baseline_month.as_ref(), today);
        let first = start.as_ref().ok().and_then(|at| calendar.at(*at));
        let first = first.map_or(today, |month| month.end);
        let dated = Dated::of(pack, snapshot, baseline_month.as_deref(), first);
        let base = dated.on(today).to_vec();
        let names = Names::of(base.iter().map(|p| p.portfolio.clone()).collect());
        let totals = Totals::of(names.len(), calendar.months().len());
        let (columns, spans) = Columns::of(snapshot, &names);
        let milestones = start.as_ref().map_or_else(
            |_| Vec::new(),
            |m0| {
                let (calendar, names, m0) = (&calendar, &names, *m0);
                let ground = milestones::Ground {
                    pack,
                    calendar,
                    names,
                    m0,
                    today,
                };
                milestones::completed_since(snapshot, snapshot.lines.iter(), &ground)
            },
        );
        let mut engine = Engine {
            pack: pack.clone(),
            months: Months::of(&calendar),
            history: History::of(pack, snapshot, &calendar),
            milestones,
            calendar,
            today,
            baseline_month,
            start,
            names,
            base,
            dated,
            deals: Roster::with_capacity(snapshot.renewals.len()),
            quotes: ById::default(),
            loose: ById::default(),
            accepted: accepted(snapshot),
            columns,
            exchange: Exchange::of(pack),
            totals,
            left_out: Arc::from([]),
            pulled: Vec::new(),
            stamp: Arc::new(()),
        };
        for quote in &snapshot.quotes {
            engine.take_offers(&quote);
        }
        let newest = engine.newest_of(None);
        for (renewal, span) in snapshot.renewals.iter().zip(spans) {
            let outlook = outlook(renewal.id).into();
            let mut deal = engine.deal_of(snapshot, &renewal, span, outlook);
            deal.quote = newest.get(&renewal.id).copied();
            deal.noted = !engine.notes_of(&deal).is_empty();
            engine.deals.put(deal);
        }
        engine.recompute();
        engine.list();
        engine
    }

    /// Counts every deal and every quote again from the columns: exact, and the same to the last
    /// digit as the sums that edits have kept current.
    pub fn recompute(&mut self) {
        self.stamp = Arc::new(());
        let mut totals = Totals::of(self.names.len(), self.calendar.months().len());
        let mut gains = Gains::default();
        if let Some(ground) = self.ground() {
            for deal in self.deals.all() {
                let offers = self.offers_of(deal);
                totals.count(&self.case(deal), offers.as_ref(), &ground, &mut gains, 1);
            }
        }
        for items in self.loose.values() {
            totals.add(Class::Open, items, 1);
        }
        self.totals = totals;
    }

    /// True where another engine holds the same sums, to the last minor unit.
    pub fn same_sums(&self, other: &Engine) -> bool {
        self.totals == other.totals
    }

    /// Brings the sums up to date after an edit of these renewals, their quotes or their lines. A
    /// line that moves from one renewal to another, or comes back to one, or goes to another
    /// portfolio, is to be named itself.
    /// An import, a new assessment and new adoption rows need [`Engine::new`]. A day later too.
    pub fn refresh<'a, O: Into<Outlook>>(
        &mut self,
        snapshot: &Snapshot,
        edited: impl Into<Edited<'a>>,
        outlook: &dyn Fn(RenewalId) -> O,
    ) {
        self.stamp = Arc::new(());
        self.accepted = accepted(snapshot);
        let edited = edited.into();
        let mut touched: BTreeSet<RenewalId> = edited.renewals.iter().copied().collect();
        let arrived = self.arrived(snapshot, edited.lines, &mut touched);
        self.take_milestones(snapshot, edited.lines);
        let (gone, changed) = self.changed_quotes(snapshot, &mut touched);
        let mut gains = Gains::default();
        self.count_each(&touched, &mut gains, -1);
        let listed = self.remarks(&touched);
        for id in gone {
            self.quotes.remove(&id);
            self.drop_loose(id);
        }
        for quote in changed {
            self.drop_loose(quote.id);
            self.take_offers(&quote);
        }
        let newest = self.newest_of(Some(&touched));
        for id in &touched {
            match snapshot.renewals.get(*id) {
                Some(renewal) => {
                    let quote = newest.get(id).copied();
                    let outlook = outlook(*id).into();
                    self.take_renewal(snapshot, (&renewal, arrived.get(id)), quote, outlook);
                }
                None => self.drop_deal(*id),
            }
        }
        self.columns
            .close(self.deals.all_mut().map(|deal| &mut deal.lines));
        self.count_each(&touched, &mut gains, 1);
        if self.remarks(&touched) != listed {
            self.list();
        }
    }

    /// Quotes that are gone, and those that are new or may have changed; their renewals, before and
    /// after, join `touched`.
    fn changed_quotes(
        &self,
        snapshot: &Snapshot,
        touched: &mut BTreeSet<RenewalId>,
    ) -> (Vec<QuoteId>, Vec<Quote>) {
        let kept = |id: &QuoteId| snapshot.quotes.contains(*id);
        let gone: Vec<QuoteId> = self.quotes.keys().filter(|id| !kept(id)).copied().collect();
        let was = |id: &QuoteId| self.quotes.get(id).map(Kept::renewals);
        for id in &gone {
            touched.extend(was(id).into_iter().flatten());
        }
        let mut changed = Vec::new();
        for quote in snapshot.quotes.heads() {
            let loose = quote.renewals.is_empty();
            let concerned = quote.renewals.iter().any(|id| touched.contains(id))
                || was(&quote.id).is_none_or(|mut ids| ids.any(|id| touched.contains(&id)));
            let whole = (concerned || loose).then(|| snapshot.quotes.get(quote.id));
            if let Some(quote) = whole.flatten() {
                touched.extend(&quote.renewals);
                touched.extend(quote.lines.iter().filter_map(|line| line.renewal));
                touched.extend(was(&quote.id).into_iter().flatten());
                changed.push(quote);
            }
        }
        (gone, changed)
    }

    /// Adds (or with −1 takes out) what these deals add now.
    fn count_each(&mut self, ids: &BTreeSet<RenewalId>, gains: &mut Gains, sign: i128) {
        let mut totals = std::mem::replace(&mut self.totals, Totals::of(0, 0));
        if let Some(ground) = self.ground() {
            for deal in ids.iter().filter_map(|id| self.deal(*id)) {
                let offers = self.offers_of(deal);
                totals.count(&self.case(deal), offers.as_ref(), &ground, gains, sign);
            }
        }
        self.totals = totals;
    }

    fn drop_loose(&mut self, id: QuoteId) {
        if let Some(items) = self.loose.remove(&id) {
            self.totals.add(Class::Open, &items, -1);
        }
    }

    /// Prices a quote; one without any renewal counts by itself.
    fn take_offers(&mut self, quote: &Quote) {
        let offers = self.offers_as(quote);
        if offers.renewals.is_empty()
            && let Some(ground) = self.ground()
        {
            let items = gain::loose_gains(&offers, &ground);
            self.totals.add(Class::Open, &items, 1);
            self.loose.insert(offers.quote, items);
        }
        self.quotes.insert(offers.quote, Kept::of(&offers));
    }

    /// The newest quote of every renewal, or of some.
    fn newest_of(&self, of: Option<&BTreeSet<RenewalId>>) -> ById<RenewalId, QuoteId> {
        let mut newest: ById<RenewalId, (NaiveDate, u64, QuoteId)> = ById::default();
        for (quote, kept) in &self.quotes {
            let wanted = |id: &RenewalId| of.is_none_or(|of| of.contains(id));
            for id in kept.renewals().filter(wanted) {
                let Some(order) = kept.order(*quote) else {
                    continue;
                };
                let best = newest.entry(id).or_insert(order);
                *best = order.max(*best);
            }
        }
        let ids = newest.into_iter().map(|(id, (_, _, quote))| (id, quote));
        ids.collect()
    }

    fn take_renewal(
        &mut self,
        snapshot: &Snapshot,
        (renewal, arrived): (&Renewal, Option<&BTreeSet<LineId>>),
        quote: Option<QuoteId>,
        outlook: Outlook,
    ) {
        let old = self.deal(renewal.id).map(|old| old.lines);
        let lines: Vec<(LineId, Due)> = match old {
            Some(span) => {
                let held = self.columns.lines(span);
                let new = arrived.into_iter().flatten();
                let new = new.filter(|id| held.find(**id).is_none());
                let ids = held.ids.iter().chain(new.copied());
                ids.filter_map(|id| snapshot.lines.get(id))
                    .filter(|line| is_due_in(line, renewal, snapshot))
                    .map(|line| (line.id, Due::of(&line, &self.names)))
                    .collect()
            }
            None => lines_of(snapshot, renewal, &self.names),
        };
        let span = self.columns.put(old, &lines);
        let mut deal = self.deal_of(snapshot, renewal, span, outlook);
        deal.quote = quote;
        deal.noted = !self.notes_of(&deal).is_empty();
        self.deals.put(deal);
    }

    fn drop_deal(&mut self, id: RenewalId) {
        if let Some(gone) = self.deals.remove(id) {
            self.columns.drop(gone.lines);
        }
    }

    fn deal_of(
        &self,
        snapshot: &Snapshot,
        renewal: &Renewal,
        lines: Span,
        outlook: Outlook,
    ) -> Deal {
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
        Deal {
            id: renewal.id,
            account: contract.as_ref().map(|contract| contract.account),
            contract: Numbered::of(contract.as_ref().map_or("", |contract| &contract.number)),
            kind,
            not_due: kind == StageKind::Lost && leaves,
            end: renewal.end,
            booked_on: renewal.booked_on.or(renewal.stage_on),
            planned_on: renewal.planned_on,
            moved: reason.is_some_and(|reason| reason.moved),
            expected: Arc::new(Expected {
                p: outlook.win_pct / Decimal::ONE_HUNDRED,
                chance: units::chance(outlook.win_pct),
                risk: outlook.risk,
                odds_pct: outlook
                    .risk
                    .and_then(|risk| self.pack.win_pct(&renewal.stage, risk))
                    .unwrap_or(outlook.win_pct),
            }),
            quote: None,
            lines,
            noted: false,
        }
    }

    /// The portfolios by the rules of the last day of the month at a place.
    pub(super) fn base_at(&self, at: usize) -> &[PortfolioBase] {
        let month = self.calendar.at(at);
        self.dated.on(month.map_or(self.today, |month| month.end))
    }

    pub(super) fn ground(&self) -> Option<Ground<'_>> {
        Some(Ground {
            pack: &self.pack,
            months: &self.months,
            names: &self.names,
            exchange: &self.exchange,
            today: self.today,
            m0: self.start.as_ref().ok().copied()?,
            history: self.history.is_wanted(),
        })
    }

    /// A deal with its lines.
    pub(super) fn case<'a>(&'a self, deal: &'a Deal) -> Case<'a> {
        Case {
            deal,
            lines: self.columns.lines(deal.lines),
        }
    }

    /// The deal of a renewal.
    pub(super) fn deal(&self, id: RenewalId) -> Option<&Deal> {
        self.deals.get(id)
    }

    /// Every deal.
    pub(super) fn deals(&self) -> &[Deal] {
        self.deals.all()
    }

    /// The newest quote of a deal.
    pub(super) fn offers_of(&self, deal: &Deal) -> Option<Offers> {
        self.offers(deal.quote?)
    }

    /// A quote as the book holds it.
    pub(super) fn offers(&self, id: QuoteId) -> Option<Offers> {
        self.quotes.get(&id)?.offers(id)
    }

    /// A quote as it is handed in; lines that the book holds alike are not priced again.
    pub(super) fn offers_as(&self, quote: &Quote) -> Offers {
        let known = self.offers(quote.id);
        Offers::of(quote, known.as_ref(), &self.names, &self.pack.rules)
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
