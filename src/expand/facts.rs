//! What every play asks of the book, looked up once: products, open renewals, currencies, imports.

use super::ground::Ground;
use super::hosts::Proposed;
use super::ladder::{Norm, norm};
use super::own::Own;
use super::price::{Offer, Prices, level_of};
use super::renewals::Renewals;
use super::{Play, Scene, key_of};
use crate::catalogue::{Catalogue, MilestoneCache, Milestones, Successor, is_licence};
use crate::domain::ids::{AccountId, DecisionId, RenewalId, SiteId};
use crate::domain::line::{Line, Origin};
use crate::domain::lines::{Lines, Named};
use crate::domain::money::Currency;
use crate::domain::packed::Ending;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::{Decision, Verdict};
use chrono::NaiveDate;
use foldhash::{HashMap, HashMapExt};
use regex::Regex;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Lines of a customer from which on what they say of prices is kept, once read.
const MANY: usize = 1_000;

/// What the catalogue says of one PID.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub family: Arc<str>,
    pub portfolio: Option<Portfolio>,
    pub licence: bool,
    pub module: bool,
    /// What licences of the book name it by, where it takes one of them.
    pub host: Option<Arc<str>>,
    /// The host a licence is for.
    pub licence_of: Option<Arc<str>>,
}

/// The book as the plays see it on one day, one customer at a time.
pub(super) struct Facts<'a> {
    pub snapshot: &'a Snapshot,
    lines: Cow<'a, Lines>,
    pub rules: &'a Rules,
    pub catalogue: &'a Catalogue,
    pub today: NaiveDate,
    pub ground: &'a Ground,
    /// False where only what a list is sorted and found by is wanted.
    pub words: bool,
    pub own: Arc<Own>,
    family_norms: HashMap<Arc<str>, Option<Norm>>,
    site_norms: HashMap<SiteId, Option<Norm>>,
    large: HashMap<AccountId, Arc<Own>>,
    dates: MilestoneCache,
    products: HashMap<Arc<str>, Arc<Product>>,
    decisions: HashMap<&'a str, &'a Decision>,
    successors: HashMap<Arc<str>, Option<Arc<str>>>,
    caveats: HashMap<Arc<str>, Option<String>>,
    renewals: RefCell<Option<Rc<Renewals>>>,
}

impl<'a> Facts<'a> {
    pub fn new(scene: Scene<'a>, ground: &'a Ground) -> Facts<'a> {
        Facts {
            lines: Cow::Borrowed(&scene.snapshot.lines),
            snapshot: scene.snapshot,
            rules: scene.rules,
            catalogue: scene.catalogue,
            today: scene.today,
            ground,
            words: true,
            own: Arc::default(),
            family_norms: HashMap::new(),
            site_norms: HashMap::new(),
            large: HashMap::new(),
            dates: MilestoneCache::new(),
            products: HashMap::new(),
            decisions: newest_decisions(scene.snapshot),
            successors: HashMap::new(),
            caveats: HashMap::new(),
            renewals: RefCell::default(),
        }
    }

    /// The same for a thread that reads very many lines while others do.
    pub fn apart(scene: Scene<'a>, ground: &'a Ground) -> Facts<'a> {
        Facts {
            lines: Cow::Owned(scene.snapshot.lines.apart()),
            ..Facts::new(scene, ground)
        }
    }

    /// What is only wanted in words: nothing where they are not.
    pub fn say<T: Default>(&self, make: impl FnOnce(&Self) -> T) -> T {
        if self.words { make(self) } else { T::default() }
    }

    /// What a decision on a suggestion is held against: nothing where none was made and no words are wanted.
    pub fn held_against(
        &self,
        (play, account, family): (Play, AccountId, &str),
        make: impl FnOnce(&Self) -> String,
    ) -> String {
        let decided = || self.is_decided(&key_of(play, account, family));
        match self.words || (!self.decisions.is_empty() && decided()) {
            true => make(self),
            false => String::new(),
        }
    }

    /// Turns to a customer whose lines are at hand.
    pub fn meet(&mut self, account: AccountId, lines: &[Arc<Line>]) {
        if self.own.account != Some(account) {
            self.own = Arc::new(Own::of(account, lines.to_vec(), &self.ground.prices));
            self.forget_norms();
        }
    }

    /// Turns to a customer.
    pub fn turn_to(&mut self, account: AccountId) {
        if self.own.account == Some(account) {
            return;
        }
        if let Some(known) = self.large.get(&account) {
            self.own = Arc::clone(known);
            self.forget_norms();
            return;
        }
        let lines = self.lines_of(account);
        self.meet(account, &lines);
        if lines.len() >= MANY {
            self.own = Arc::new(self.own.settled());
            self.large.insert(account, Arc::clone(&self.own));
        }
    }

    fn forget_norms(&mut self) {
        self.family_norms.clear();
        self.site_norms.clear();
    }

    /// The level most of the customer's lines of a family have.
    pub fn family_norm(&mut self, family: &Arc<str>) -> Option<Norm> {
        if let Some(known) = self.family_norms.get(family) {
            return known.clone();
        }
        let tally = self.own.family(self.sisters(family));
        let found = norm(&tally, self.rules);
        self.family_norms.insert(Arc::clone(family), found.clone());
        found
    }

    /// The level most of the customer's lines at a site have.
    pub fn site_norm(&mut self, site: SiteId) -> Option<Norm> {
        if let Some(known) = self.site_norms.get(&site) {
            return known.clone();
        }
        let found = norm(&self.own.site(site), self.rules);
        self.site_norms.insert(site, found.clone());
        found
    }

    /// All lines of a customer, in order; what of them is only told to a person only where words are wanted.
    pub fn lines_of(&self, account: AccountId) -> Vec<Arc<Line>> {
        let lines = self.ground.lines_of(account);
        let lines = lines.filter_map(|id| match self.words {
            true => self.lines.get(id),
            false => self.lines.get_as::<Named>(id),
        });
        lines
            .filter(|line| line.account == account)
            .map(Arc::new)
            .collect()
    }

    /// The currency of the customer's prices.
    pub fn currency(&self) -> Option<Currency> {
        self.own.currency
    }

    /// The product of a PID.
    pub fn product(&mut self, pid: &Arc<str>) -> Arc<Product> {
        if let Some(known) = self.products.get(pid) {
            return known.clone();
        }
        let found = Arc::new(Product {
            family: self.catalogue.family_of(pid).unwrap_or(pid).into(),
            portfolio: self.catalogue.portfolio_of_product(pid),
            licence: is_licence(pid),
            module: self.catalogue.is_module(pid),
            host: self.ground.hosts.of_device(pid),
            licence_of: self.ground.hosts.of_licence(pid),
        });
        self.products.insert(pid.clone(), found.clone());
        found
    }

    /// The dates of a line's product.
    pub fn dates(&mut self, line: &Line) -> Arc<Milestones> {
        self.dates.of_line(line, self.catalogue, &self.ground.eox)
    }

    /// The dates of a PID.
    pub fn dates_of_pid(&mut self, pid: &Arc<str>) -> Arc<Milestones> {
        self.dates.of_pid(pid, self.catalogue, &self.ground.eox)
    }

    /// What service on a product costs the customer at its sisters' level.
    pub fn offer(&mut self, pid: &Arc<str>) -> Option<Offer> {
        let family = self.product(pid).family.clone();
        let ground = self.ground;
        let sisters = self.sisters(&family);
        let found = ground.prices.like(&self.own, pid, &family, sisters)?;
        let like = self.lines.get(found.line)?;
        Some(Prices::offer(&found, like, pid, self.own.currency))
    }

    /// The products of a family that the book sells service on, in order of name.
    pub fn sisters(&self, family: &str) -> &'a [Arc<str>] {
        let ground = self.ground;
        ground.families.get(family).map_or(&[][..], Vec::as_slice)
    }

    /// The licence to propose for a device.
    pub fn licence(&mut self, device: &Arc<str>) -> Option<Proposed> {
        let host = self.product(device).host.clone()?;
        let own = self.own.licences();
        let (prices, currency) = (&self.ground.prices, self.own.currency);
        self.ground
            .hosts
            .propose(&host, device, own, prices, currency)
    }

    /// The level of a line in words: `24x7x4 (SNTP)`, the bare code or text where the table does not
    /// know it; `None` where the line says nothing.
    pub fn level_words(&self, line: &Line) -> Option<String> {
        let level = Some(level_of(line)).filter(|level| !level.is_empty())?;
        let known = line
            .service_sku
            .as_deref()
            .and_then(|sku| self.catalogue.service_level(sku))
            .filter(|known| !known.response.is_empty());
        Some(match known {
            Some(known) => format!("{} ({level})", known.response),
            None => level.to_string(),
        })
    }

    /// The PID that stands for a successor: the one named, else the commonest box of the book that
    /// its pattern takes (the first by name among equals); `None` where the book has none.
    pub fn successor_pid(&mut self, successor: &Successor) -> Option<Arc<str>> {
        let Some(pattern) = &successor.pattern else {
            return Some(successor.name.clone());
        };
        if let Some(known) = self.successors.get(pattern) {
            return known.clone();
        }
        let mut best: Option<(&Arc<str>, usize)> = None;
        if let Ok(takes) = Regex::new(pattern) {
            for (pid, count) in &self.ground.sold {
                let better = best.is_none_or(|(_, most)| *count > most);
                if better
                    && takes.is_match(pid)
                    && !is_licence(pid)
                    && !self.catalogue.is_module(pid)
                {
                    best = Some((pid, *count));
                }
            }
        }
        let found = best.map(|(pid, _)| pid.clone());
        self.successors.insert(pattern.clone(), found.clone());
        found
    }

    /// What the table says against a successor, looked up once.
    pub fn caveat(&mut self, successor: &Successor) -> Option<String> {
        if let Some(known) = self.caveats.get(&successor.name) {
            return known.clone();
        }
        let found = self.catalogue.successor_caveat(successor, self.today);
        self.caveats.insert(successor.name.clone(), found.clone());
        found
    }

    /// The day a line was last read from a file.
    pub fn seen_on(&self, line: &Line) -> Option<NaiveDate> {
        let origin = line.origin?;
        self.ground.batch_days.get(&origin.batch).copied()
    }

    /// Where a line stands, in words: file and row.
    pub fn source(&self, line: &Line) -> String {
        self.source_of(line.origin, line.origin_sheet.as_deref())
    }

    /// The same of whatever was read there.
    pub fn source_of(&self, origin: Option<Origin>, sheet: Option<&str>) -> String {
        let Some(origin) = origin else {
            return "entered in the book".to_string();
        };
        match self.snapshot.batches.get(origin.batch) {
            Some(batch) => origin.words(&batch.file, sheet),
            None => format!("row {} of an import that was undone", origin.row),
        }
    }

    /// The renewals of a customer. Its lines ask for them one after another.
    pub fn renewals(&self, account: AccountId) -> Rc<Renewals> {
        let mut last = self.renewals.borrow_mut();
        if let Some(known) = last.as_ref().filter(|known| known.account == account) {
            return Rc::clone(known);
        }
        let own = self.ground.renewals_of(account).iter();
        let own = own.filter_map(|id| self.snapshot.renewals.get(*id));
        let own = own.map(|renewal| (Ending::from(&renewal), self.rules.is_open(&renewal.stage)));
        let found = Rc::new(Renewals::of(account, own));
        *last = Some(Rc::clone(&found));
        found
    }

    /// The open renewal of a customer that ends next, or last of all where none is ahead; one in
    /// `currency` before others.
    pub fn renewal_for(&self, account: AccountId, currency: Option<Currency>) -> Option<RenewalId> {
        let rank = |renewal: &Ending| {
            let other_currency = currency.is_some() && renewal.currency != currency;
            let days = (renewal.end - self.today).num_days();
            (other_currency, days < 0, days.abs(), renewal.id)
        };
        let all = self.renewals(account);
        let next = all.open.iter().min_by_key(|renewal| rank(renewal));
        next.map(|renewal| renewal.id)
    }

    /// The open renewal that has the line, by the rule the queue goes by.
    pub fn renewal_of(&self, line: &Line) -> Option<RenewalId> {
        self.renewals(line.account).open_of(line)
    }

    /// True where anything was ever decided on a suggestion.
    pub fn is_decided(&self, key: &str) -> bool {
        self.decisions.contains_key(key)
    }

    /// The newest decision on a suggestion, if it still holds: dismissed and accepted while the
    /// facts are the same, snoozed until its day.
    pub fn decision(&self, key: &str, fingerprint: &str) -> Option<Decision> {
        let decision = *self.decisions.get(key)?;
        let holds = match decision.verdict {
            Verdict::Snoozed { until } => until > self.today,
            Verdict::Dismissed { .. } | Verdict::Accepted { .. } | Verdict::Planned { .. } => {
                decision.facts == fingerprint
            }
        };
        holds.then(|| decision.clone())
    }
}

fn newest_decisions(snapshot: &Snapshot) -> HashMap<&str, &Decision> {
    let mut newest: HashMap<&str, &Decision> = HashMap::new();
    let order = |d: &Decision| -> (NaiveDate, DecisionId) { (d.on, d.id) };
    for decision in &snapshot.decisions {
        let known = newest.entry(&decision.key).or_insert(decision);
        if order(decision) > order(known) {
            *known = decision;
        }
    }
    newest
}
