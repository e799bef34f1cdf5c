//! What every play asks of the book, looked up once: products, open renewals, currencies, imports.

use super::price::{Offer, Prices, level_of};
use crate::catalogue::{Catalogue, EoxIndex, MilestoneCache, Milestones, Successor, is_licence};
use crate::domain::ids::{AccountId, BatchId, DecisionId, RenewalId};
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::packed::Ending;
use crate::domain::portfolio::Portfolio;
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::{Decision, Verdict};
use chrono::NaiveDate;
use regex::Regex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What the catalogue says of one PID.
#[derive(Clone, Debug)]
pub(super) struct Product {
    pub family: Arc<str>,
    pub portfolio: Option<Portfolio>,
    pub licence: bool,
    pub module: bool,
}

/// The book as the plays see it on one day.
pub(super) struct Facts<'a> {
    pub snapshot: &'a Snapshot,
    pub rules: &'a Rules,
    pub catalogue: &'a Catalogue,
    pub today: NaiveDate,
    pub prices: Prices<'a>,
    eox: EoxIndex,
    dates: MilestoneCache,
    products: HashMap<Arc<str>, Arc<Product>>,
    batch_days: HashMap<BatchId, NaiveDate>,
    open_renewals: HashMap<AccountId, Vec<Ending>>,
    decisions: HashMap<&'a str, &'a Decision>,
    sold: BTreeMap<Arc<str>, usize>,
    families: HashMap<Arc<str>, Vec<Arc<str>>>,
    successors: HashMap<Arc<str>, Option<Arc<str>>>,
    caveats: HashMap<Arc<str>, Option<String>>,
}

impl<'a> Facts<'a> {
    pub fn new(
        snapshot: &'a Snapshot,
        rules: &'a Rules,
        catalogue: &'a Catalogue,
        today: NaiveDate,
    ) -> Facts<'a> {
        let batch_days = snapshot
            .batches
            .iter()
            .filter_map(|batch| Some((batch.id, batch.at.get(..10)?.parse().ok()?)))
            .collect();
        let prices = Prices::of(snapshot);
        let sold = prices.pids();
        let mut families: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
        for pid in sold.keys() {
            if let Some(family) = catalogue.family_of(pid) {
                families.entry(family.into()).or_default().push(pid.clone());
            }
        }
        Facts {
            snapshot,
            rules,
            catalogue,
            today,
            prices,
            sold,
            families,
            successors: HashMap::new(),
            caveats: HashMap::new(),
            eox: EoxIndex::of(snapshot),
            dates: MilestoneCache::new(),
            products: HashMap::new(),
            batch_days,
            open_renewals: open_renewals(snapshot, rules),
            decisions: newest_decisions(snapshot),
        }
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
        });
        self.products.insert(pid.clone(), found.clone());
        found
    }

    /// The dates of a line's product.
    pub fn dates(&mut self, line: &Line) -> Arc<Milestones> {
        self.dates.of_line(line, self.catalogue, &self.eox)
    }

    /// The dates of a PID.
    pub fn dates_of_pid(&mut self, pid: &Arc<str>) -> Arc<Milestones> {
        self.dates.of_pid(pid, self.catalogue, &self.eox)
    }

    /// What service on a product costs at its sisters' level.
    pub fn offer(&mut self, account: AccountId, pid: &Arc<str>) -> Option<Offer> {
        let family = self.product(pid).family.clone();
        let sisters = self.families.get(&family).map_or(&[][..], Vec::as_slice);
        let currency = self.prices.currency_of(account);
        self.prices.offer(account, pid, &family, sisters, currency)
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
            for (pid, count) in &self.sold {
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
        self.batch_days.get(&origin.batch).copied()
    }

    /// Where a line stands, in words: file and row.
    pub fn source(&self, line: &Line) -> String {
        let Some(origin) = line.origin else {
            return "entered in the book".to_string();
        };
        match self.snapshot.batches.get(origin.batch) {
            Some(batch) => origin.words(&batch.file, line.origin_sheet.as_deref()),
            None => format!("row {} of an import that was undone", origin.row),
        }
    }

    /// The open renewal of a customer that ends next, or last of all where none is ahead; one in
    /// `currency` before others.
    pub fn renewal_for(&self, account: AccountId, currency: Option<Currency>) -> Option<RenewalId> {
        let open = self.open_renewals.get(&account)?;
        let rank = |renewal: &&Ending| {
            let other_currency = currency.is_some() && renewal.currency != currency;
            let days = (renewal.end - self.today).num_days();
            (other_currency, days < 0, days.abs(), renewal.id)
        };
        open.iter().min_by_key(rank).map(|renewal| renewal.id)
    }

    /// The open renewal of an expired line itself.
    pub fn renewal_of(&self, line: &Line) -> Option<RenewalId> {
        let open = self.open_renewals.get(&line.account)?;
        open.iter()
            .find(|r| Some(r.contract) == line.contract && Some(r.end) == line.end)
            .map(|renewal| renewal.id)
    }

    /// The newest decision on a suggestion, if it still holds: dismissed and accepted while the
    /// facts are the same, snoozed until its day.
    pub fn decision(&self, key: &str, fingerprint: &str) -> Option<Decision> {
        let decision = *self.decisions.get(key)?;
        let holds = match decision.verdict {
            Verdict::Snoozed { until } => until > self.today,
            Verdict::Dismissed { .. } | Verdict::Accepted { .. } => decision.facts == fingerprint,
        };
        holds.then(|| decision.clone())
    }
}

fn open_renewals(snapshot: &Snapshot, rules: &Rules) -> HashMap<AccountId, Vec<Ending>> {
    let mut open: HashMap<AccountId, Vec<Ending>> = HashMap::new();
    for renewal in snapshot.renewals.iter().filter(|r| rules.is_open(&r.stage)) {
        if let Some(contract) = snapshot.contracts.get(renewal.contract) {
            let of_account = open.entry(contract.account).or_default();
            of_account.push(Ending::from(&renewal));
        }
    }
    open
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
