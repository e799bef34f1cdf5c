//! What the lines of one customer say of prices and levels. Worked out when somebody asks: most
//! customers of a book have no suggestion that does.

use super::price::{Currencies, Prices, currency_priced, level_of, service_of};
use crate::domain::ids::{AccountId, LineId, SiteId};
use crate::domain::line::{Line, LineKind};
use crate::domain::money::Currency;
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The service lines of one product by level: how many, and the best of them to copy.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels(BTreeMap<Arc<str>, (usize, Best)>);

/// A line to copy: those with a SKU come first, then the lowest number.
type Best = (bool, LineId);

impl Levels {
    /// `made` is the level as it is to be kept, where it is new: most lines name one that is known.
    fn add(&mut self, level: &str, made: impl FnOnce() -> Arc<str>, (count, best): (usize, Best)) {
        let known = match self.0.get_mut(level) {
            Some(known) => known,
            None => self.0.entry(made()).or_insert((0, best)),
        };
        known.0 += count;
        known.1 = known.1.min(best);
    }

    pub fn add_line(&mut self, line: &Line, level: &str, made: impl FnOnce() -> Arc<str>) {
        self.add(level, made, (1, (line.service_sku.is_none(), line.id)));
    }

    pub fn extend(&mut self, other: &Levels) {
        for (level, found) in &other.0 {
            self.add(level, || Arc::clone(level), *found);
        }
    }

    /// A line of the level most lines have; of equal ones the first by name.
    pub fn commonest(&self) -> Option<LineId> {
        let mut best: Option<(usize, LineId)> = None;
        for (_, (count, (_, line))) in self.0.iter().filter(|(level, _)| !level.is_empty()) {
            if best.is_none_or(|(most, _)| *count > most) {
                best = Some((*count, *line));
            }
        }
        best.map(|(_, line)| line)
    }
}

/// Lines by level: how many, and the best to copy.
pub(super) type Tally = BTreeMap<Arc<str>, (usize, LineId)>;

impl Levels {
    /// Every level with its lines.
    pub fn into_tally(self, to: &mut Tally) {
        for (level, (count, (_, line))) in self.0 {
            let known = to.entry(level).or_insert((0, line));
            known.0 += count;
            known.1 = known.1.min(line);
        }
    }

    /// How many lines.
    pub fn lines(&self) -> usize {
        self.0.values().map(|(count, _)| count).sum()
    }

    /// The best line of a level to copy.
    pub fn at(&self, level: &str) -> Option<LineId> {
        self.0.get(level).map(|(_, (_, line))| *line)
    }
}

#[derive(Debug, Default)]
struct Tallied {
    products: HashMap<Arc<str>, Levels>,
    sites: HashMap<SiteId, Levels>,
    licences: BTreeMap<Arc<str>, (usize, LineId)>,
}

/// One customer.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// The customer.
    pub account: Option<AccountId>,
    /// The currency its prices are in: the commonest of its lines, else the only one of the book;
    /// `None` where that leaves a choice.
    pub currency: Option<Currency>,
    lines: Vec<Arc<Line>>,
    tallied: OnceLock<Tallied>,
}

impl Own {
    /// Of all its lines.
    pub fn of(account: AccountId, lines: Vec<Arc<Line>>, prices: &Prices) -> Own {
        let mut currencies = Currencies::new();
        for currency in lines.iter().filter_map(|line| currency_priced(line)) {
            *currencies.entry(currency).or_default() += 1;
        }
        let commonest = currencies.iter().max_by_key(|(_, lines)| **lines);
        let mut all = prices.currencies.keys().copied();
        let only = all.next().filter(|_| all.next().is_none());
        Own {
            account: Some(account),
            currency: commonest.map(|(currency, _)| *currency).or(only),
            lines,
            tallied: OnceLock::new(),
        }
    }

    /// The same with its lines let go.
    pub fn settled(&self) -> Own {
        let tallied = OnceLock::new();
        // a lock that nobody else has seen takes the value
        let _ = tallied.set(self.tally());
        Own {
            account: self.account,
            currency: self.currency,
            lines: Vec::new(),
            tallied,
        }
    }

    fn tallied(&self) -> &Tallied {
        self.tallied.get_or_init(|| self.tally())
    }

    fn tally(&self) -> Tallied {
        let mut found = Tallied::default();
        for line in &self.lines {
            if let Some(pid) = service_of(line) {
                let level = level_of(line);
                let of_pid = match found.products.get_mut(pid) {
                    Some(known) => known,
                    None => found.products.entry(Arc::clone(pid)).or_default(),
                };
                of_pid.add_line(line, level, || level.into());
                if let Some(site) = line.site {
                    let of_site = found.sites.entry(site).or_default();
                    of_site.add_line(line, level, || level.into());
                }
            } else if let (LineKind::Subscription, Some(pid)) = (line.kind, &line.pid) {
                let known = found
                    .licences
                    .entry(Arc::clone(pid))
                    .or_insert((0, line.id));
                known.0 += 1;
            }
        }
        found
    }

    /// A line of the level most lines of a product have.
    pub fn at(&self, pid: &Arc<str>) -> Option<LineId> {
        self.tallied().products.get(pid)?.commonest()
    }

    /// As [`at`](Self::at) over several products.
    pub fn at_any(&self, sisters: &[Arc<str>]) -> Option<LineId> {
        let mut all = Levels::default();
        for own in self.of_products(sisters) {
            all.extend(own);
        }
        all.commonest()
    }

    /// Those of some products, sorted by name. A family has tens of products in a book and a customer a
    /// few: whichever are fewer are looked for among the others.
    fn of_products(&self, sisters: &[Arc<str>]) -> impl Iterator<Item = &Levels> {
        let all = &self.tallied().products;
        let few = all.len() < sisters.len();
        let own = few.then_some(all).into_iter().flatten();
        let own = own.filter(|(pid, _)| sisters.binary_search(pid).is_ok());
        let sisters = if few { &[] } else { sisters };
        let asked = sisters.iter().filter_map(|pid| all.get(pid));
        own.map(|(_, levels)| levels).chain(asked)
    }

    /// The levels of a product's lines.
    pub fn levels(&self, pid: &Arc<str>) -> Option<&Levels> {
        self.tallied().products.get(pid)
    }

    /// Lines by level over a family.
    pub fn family(&self, sisters: &[Arc<str>]) -> Tally {
        let mut all = Levels::default();
        for own in self.of_products(sisters) {
            all.extend(own);
        }
        let mut tally = Tally::new();
        all.into_tally(&mut tally);
        tally
    }

    /// Lines by level at a site.
    pub fn site(&self, site: SiteId) -> Tally {
        let mut tally = Tally::new();
        if let Some(levels) = self.tallied().sites.get(&site) {
            levels.clone().into_tally(&mut tally);
        }
        tally
    }

    /// Its licences, how many lines each has and the first of them.
    pub fn licences(&self) -> &BTreeMap<Arc<str>, (usize, LineId)> {
        &self.tallied().licences
    }
}
