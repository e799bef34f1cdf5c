//! Prices the book itself knows: medians of what its own lines cost, by product and level, in one
//! currency. There is no other source: where the book is silent, the price is unknown.

use crate::catalogue::service_code;
use crate::domain::ids::{AccountId, LineId};
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::renewal::Basis;
use crate::domain::snapshot::Snapshot;
use crate::pricing::line_run_rate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A median with the number of prices it stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Median {
    pub amount: Decimal,
    pub count: usize,
}

/// The median of some prices in one currency, an even number averaged and rounded half up.
pub(super) fn median(mut prices: Vec<Decimal>, currency: Currency) -> Option<Median> {
    prices.sort_unstable();
    let count = prices.len();
    let upper = *prices.get(count / 2)?;
    let amount = match count % 2 {
        1 => upper,
        _ => {
            let lower = *prices.get(count / 2 - 1)?;
            round_half_up((lower + upper) / Decimal::TWO, currency.minor_units())
        }
    };
    Some(Median { amount, count })
}

/// A price for a level of service on a product, and the sister line it is copied from.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    /// A covered sister: its SKU and level are the ones proposed.
    pub like: Line,
    /// Whether the sister is of the same PID, so that its SKU fits.
    pub same_pid: bool,
    /// Price of one unit a year, if the book knows one in the currency.
    pub yearly: Option<Median>,
    /// The price is list, not net: no sister has a net price.
    pub listed: bool,
    /// Median list price of one unit a year, from the same lines.
    pub list: Option<Decimal>,
    /// What the price is the median of, in words.
    pub scope: &'static str,
}

/// One priced or unpriced service line of a product.
#[derive(Clone, Debug)]
struct Sample {
    line: LineId,
    account: AccountId,
    level: Arc<str>,
    has_sku: bool,
    currency: Option<Currency>,
    net: Option<Decimal>,
    list: Option<Decimal>,
}

impl Sample {
    fn of(line: &Line, levels: &mut HashSet<Arc<str>>) -> Sample {
        let yearly = |price: Decimal| price.checked_div(line.list_years);
        Sample {
            line: line.id,
            account: line.account,
            level: shared(level_of(line), levels),
            has_sku: line.service_sku.is_some(),
            currency: line.currency,
            net: unit_net_yearly(line),
            list: line.unit_list.and_then(yearly),
        }
    }
}

/// The service lines of one product or family, by customer, with what was asked of them so far:
/// thousands of groups ask the same few questions.
#[derive(Default)]
struct Pool {
    samples: Vec<Sample>,
    commonest: Option<LineId>,
    medians: HashMap<(Option<Arc<str>>, Currency), Option<Scoped>>,
}

impl Pool {
    fn of(mut samples: Vec<Sample>) -> Pool {
        samples.sort_unstable_by_key(|sample| (sample.account, sample.line));
        Pool {
            commonest: commonest(samples.iter()),
            samples,
            medians: HashMap::new(),
        }
    }

    /// The commonest level at one customer.
    fn at(&self, account: AccountId) -> Option<LineId> {
        let from = self.samples.partition_point(|s| s.account < account);
        let own = self.samples.get(from..).unwrap_or_default();
        commonest(own.iter().take_while(|s| s.account == account))
    }

    /// Medians over one level, or over all.
    fn medians(&mut self, level: Option<&Arc<str>>, currency: Currency) -> Option<Scoped> {
        let samples = &self.samples;
        let asked_for = (level.cloned(), currency);
        *self.medians.entry(asked_for).or_insert_with(|| {
            let asked = |s: &&Sample| {
                s.currency == Some(currency) && level.is_none_or(|level| s.level == *level)
            };
            medians_of(samples.iter().filter(asked), currency)
        })
    }
}

/// Service lines and hardware prices of the book.
pub(super) struct Prices<'a> {
    snapshot: &'a Snapshot,
    lines: HashMap<Arc<str>, Vec<LineId>>,
    products: HashMap<Arc<str>, Pool>,
    families: HashMap<Arc<str>, Pool>,
    hardware: HashMap<Arc<str>, BTreeMap<Currency, Vec<Decimal>>>,
    levels: HashSet<Arc<str>>,
    currencies: HashMap<AccountId, BTreeMap<Currency, u32>>,
    book_currencies: BTreeMap<Currency, u32>,
}

impl<'a> Prices<'a> {
    pub fn of(snapshot: &'a Snapshot) -> Prices<'a> {
        let mut prices = Prices {
            snapshot,
            levels: HashSet::new(),
            lines: HashMap::new(),
            products: HashMap::new(),
            families: HashMap::new(),
            hardware: HashMap::new(),
            currencies: HashMap::new(),
            book_currencies: BTreeMap::new(),
        };
        for line in &snapshot.lines {
            prices.add(&line);
        }
        for quote in &snapshot.quotes {
            for line in quote.lines.iter().filter(|l| l.kind == LineKind::Asset) {
                if let (Some(pid), Some(list)) = (&line.pid, line.unit_list) {
                    prices.add_hardware(pid, quote.currency, list);
                }
            }
        }
        prices
    }

    fn add_hardware(&mut self, pid: &Arc<str>, currency: Currency, list: Decimal) {
        let of_pid = self.hardware.entry(Arc::clone(pid)).or_default();
        of_pid.entry(currency).or_default().push(list);
    }

    fn add(&mut self, line: &Line) {
        let priced = line.unit_list.is_some() || line.extended_net.is_some();
        if let Some(currency) = line.currency.filter(|_| priced) {
            let of_account = self.currencies.entry(line.account).or_default();
            *of_account.entry(currency).or_default() += 1;
            *self.book_currencies.entry(currency).or_default() += 1;
        }
        let Some(pid) = &line.pid else {
            return;
        };
        match line.kind {
            LineKind::Service
                if matches!(line.coverage, Coverage::NotCovered | Coverage::Masked) => {}
            LineKind::Service => match self.lines.get_mut(pid) {
                Some(known) => known.push(line.id),
                None => {
                    self.lines.insert(Arc::clone(pid), vec![line.id]);
                }
            },
            LineKind::Asset => {
                if let (Some(currency), Some(list)) = (line.currency, line.unit_list) {
                    self.add_hardware(pid, currency, list);
                }
            }
            LineKind::Subscription | LineKind::Wrapper => {}
        }
    }

    /// The currency a customer's prices are in: the commonest of its lines, else the only one of
    /// the book; `None` where that leaves a choice.
    pub fn currency_of(&self, account: AccountId) -> Option<Currency> {
        let own = self.currencies.get(&account);
        let commonest = own.and_then(|of| of.iter().max_by_key(|(_, n)| **n));
        match (commonest, self.book_currencies.len()) {
            (Some((currency, _)), _) => Some(*currency),
            (None, 1) => self.book_currencies.keys().next().copied(),
            _ => None,
        }
    }

    /// Place of a currency by how many lines of the book are priced in it, from 0; ties by code.
    pub fn place_of(&self, currency: Currency) -> usize {
        let lines = |c: &Currency| self.book_currencies.get(c).copied().unwrap_or(0);
        let own = (std::cmp::Reverse(lines(&currency)), currency);
        let before = |c: &&Currency| (std::cmp::Reverse(lines(c)), **c) < own;
        self.book_currencies.keys().filter(before).count()
    }

    /// The median hardware price of a PID.
    pub fn hardware(&self, pid: &str, currency: Currency) -> Option<Median> {
        let known = self.hardware.get(pid)?.get(&currency)?;
        median(known.clone(), currency)
    }

    /// PIDs with service or hardware in the book, and how often, in order of name.
    pub fn pids(&self) -> BTreeMap<Arc<str>, usize> {
        let mut found: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (pid, lines) in &self.lines {
            *found.entry(pid.clone()).or_default() += lines.len();
        }
        for (pid, prices) in &self.hardware {
            let count: usize = prices.values().map(Vec::len).sum();
            *found.entry(pid.clone()).or_default() += count;
        }
        found
    }

    /// Reads the lines of a product and of its family, once each.
    fn gather(&mut self, pid: &Arc<str>, family: &Arc<str>, sisters: &[Arc<str>]) {
        let wanted: &[Arc<str>] = if self.families.contains_key(family) {
            &[]
        } else {
            sisters
        };
        for pid in wanted.iter().chain([pid]) {
            if let Some(lines) = self.lines.get(pid)
                && !self.products.contains_key(pid)
            {
                let lines = lines.iter().filter_map(|id| self.snapshot.lines.get(*id));
                let levels = &mut self.levels;
                let samples = lines.map(|line| Sample::of(&line, levels)).collect();
                self.products.insert(Arc::clone(pid), Pool::of(samples));
            }
        }
        if !self.families.contains_key(family) {
            let pools = sisters.iter().filter_map(|pid| self.products.get(pid));
            let all = pools.flat_map(|pool| pool.samples.iter().cloned());
            self.families
                .insert(family.clone(), Pool::of(all.collect()));
        }
    }

    /// What service on a product costs at the level its sister devices have: those of the same
    /// customer and PID, of the customer's same family, of the book's same PID, of the book's
    /// family, in that order. The price is the median for that PID and level, else for the PID,
    /// else for the family at that level.
    pub fn offer(
        &mut self,
        account: AccountId,
        pid: &Arc<str>,
        family: &Arc<str>,
        sisters: &[Arc<str>],
        currency: Option<Currency>,
    ) -> Option<Offer> {
        self.gather(pid, family, sisters);
        let (mut none, mut no_family) = (Pool::default(), Pool::default());
        let same = self.products.get_mut(pid).unwrap_or(&mut none);
        let wide = self.families.get_mut(family).unwrap_or(&mut no_family);
        let like = same
            .at(account)
            .or_else(|| wide.at(account))
            .or(same.commonest)
            .or(wide.commonest)?;
        let like = self.snapshot.lines.get(like)?;
        let level: Arc<str> = level_of(&like).into();
        let level = Some(&level);
        let priced = currency.and_then(|currency| {
            let scoped = |found: Option<Scoped>, scope| found.map(|found| (found, scope));
            scoped(same.medians(level, currency), "same PID and level")
                .or_else(|| scoped(same.medians(None, currency), "same PID, other levels"))
                .or_else(|| scoped(wide.medians(level, currency), "same family and level"))
        });
        Some(Offer {
            same_pid: like.pid.as_ref() == Some(pid),
            like,
            yearly: priced.map(|(found, _)| found.yearly),
            listed: priced.is_some_and(|(found, _)| found.listed),
            list: priced.and_then(|(found, _)| found.list),
            scope: priced.map_or("no price of it in the book", |(_, scope)| scope),
        })
    }
}

/// Net of one unit a year, where the file has a net price.
fn unit_net_yearly(line: &Line) -> Option<Decimal> {
    line.extended_net?;
    let (value, basis) = line_run_rate(line)?;
    let unit = value.checked_div(line.quantity)?;
    let places = line.currency?.minor_units();
    (basis == Basis::Net).then(|| round_half_up(unit, places))
}

/// The medians of one set of sister lines.
#[derive(Clone, Copy, Debug)]
struct Scoped {
    yearly: Median,
    listed: bool,
    list: Option<Decimal>,
}

fn medians_of<'s>(samples: impl Iterator<Item = &'s Sample>, currency: Currency) -> Option<Scoped> {
    let (mut net, mut list) = (Vec::new(), Vec::new());
    for sample in samples {
        net.extend(sample.net);
        list.extend(sample.list);
    }
    let (net, list) = (median(net, currency), median(list, currency));
    Some(Scoped {
        yearly: net.or(list)?,
        listed: net.is_none(),
        list: list.map(|median| currency.round(median.amount)),
    })
}

/// The level of a line: the code of its SKU, else its level text.
pub(super) fn level_of(line: &Line) -> &str {
    let code = line.service_sku.as_deref().and_then(service_code);
    code.or(line.service_level.as_deref()).unwrap_or("")
}

/// A line of the level most lines have; of equal ones the first by name, then by id, preferring
/// lines with a SKU.
fn commonest<'s>(samples: impl Iterator<Item = &'s Sample>) -> Option<LineId> {
    let mut levels: BTreeMap<&str, (usize, &Sample)> = BTreeMap::new();
    let order = |sample: &Sample| (!sample.has_sku, sample.line);
    for sample in samples {
        if sample.level.is_empty() {
            continue;
        }
        let known = levels.entry(&sample.level).or_insert((0, sample));
        known.0 += 1;
        if order(sample) < order(known.1) {
            known.1 = sample;
        }
    }
    let mut best: Option<(usize, &Sample)> = None;
    for (count, sample) in levels.into_values() {
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, sample));
        }
    }
    best.map(|(_, sample)| sample.line)
}

/// A text kept once.
fn shared(text: &str, known: &mut HashSet<Arc<str>>) -> Arc<str> {
    if let Some(known) = known.get(text) {
        return Arc::clone(known);
    }
    let text: Arc<str> = text.into();
    known.insert(Arc::clone(&text));
    text
}
