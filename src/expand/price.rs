//! Prices the book itself knows: medians of what its own lines cost, by product and level, in one
//! currency. There is no other source: where the book is silent, the price is unknown.

use crate::catalogue::service_code;
use crate::domain::ids::AccountId;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::renewal::Basis;
use crate::domain::snapshot::Snapshot;
use crate::pricing::line_run_rate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};

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
pub(super) struct Offer<'a> {
    /// A covered sister: its SKU and level are the ones proposed.
    pub like: &'a Line,
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
#[derive(Clone, Copy, Debug)]
struct Sample<'a> {
    line: &'a Line,
    yearly: Option<(Decimal, Basis)>,
}

/// Service lines and hardware prices of the book.
pub(super) struct Prices<'a> {
    lines: HashMap<&'a str, Vec<&'a Line>>,
    samples: HashMap<&'a str, Vec<Sample<'a>>>,
    hardware: HashMap<(&'a str, Currency), Vec<Decimal>>,
    currencies: HashMap<AccountId, BTreeMap<Currency, u32>>,
    book_currencies: BTreeMap<Currency, u32>,
}

impl<'a> Prices<'a> {
    pub fn of(snapshot: &'a Snapshot) -> Prices<'a> {
        let mut prices = Prices {
            lines: HashMap::new(),
            samples: HashMap::new(),
            hardware: HashMap::new(),
            currencies: HashMap::new(),
            book_currencies: BTreeMap::new(),
        };
        for line in &snapshot.lines {
            prices.add(line);
        }
        for quote in &snapshot.quotes {
            for line in quote.lines.iter().filter(|l| l.kind == LineKind::Asset) {
                if let (Some(pid), Some(list)) = (&line.pid, line.unit_list) {
                    let key = (&**pid, quote.currency);
                    prices.hardware.entry(key).or_default().push(list);
                }
            }
        }
        prices
    }

    fn add(&mut self, line: &'a Line) {
        let priced = line.unit_list.is_some() || line.extended_net.is_some();
        if let Some(currency) = line.currency.filter(|_| priced) {
            let of_account = self.currencies.entry(line.account).or_default();
            *of_account.entry(currency).or_default() += 1;
            *self.book_currencies.entry(currency).or_default() += 1;
        }
        let Some(pid) = line.pid.as_deref() else {
            return;
        };
        match line.kind {
            LineKind::Service
                if matches!(line.coverage, Coverage::NotCovered | Coverage::Masked) => {}
            LineKind::Service => self.lines.entry(pid).or_default().push(line),
            LineKind::Asset => {
                if let (Some(currency), Some(list)) = (line.currency, line.unit_list) {
                    let key = (pid, currency);
                    self.hardware.entry(key).or_default().push(list);
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
        let known = self.hardware.get(&(pid, currency))?;
        median(known.clone(), currency)
    }

    /// PIDs with service or hardware in the book, and how often, in order of name.
    pub fn pids(&self) -> BTreeMap<&'a str, usize> {
        let mut found: BTreeMap<&str, usize> = BTreeMap::new();
        for (pid, lines) in &self.lines {
            *found.entry(pid).or_default() += lines.len();
        }
        for ((pid, _), prices) in &self.hardware {
            *found.entry(pid).or_default() += prices.len();
        }
        found
    }

    fn samples(&mut self, pid: &str) -> &[Sample<'a>] {
        let Some((&key, lines)) = self.lines.get_key_value(pid) else {
            return &[];
        };
        self.samples.entry(key).or_insert_with(|| {
            let sample = |line: &&'a Line| Sample {
                line,
                yearly: unit_yearly(line),
            };
            lines.iter().map(sample).collect()
        })
    }

    /// What service on a product costs at the level its sister devices have: those of the same
    /// customer and PID, of the customer's same family, or of the book's same PID, in that order.
    /// The price is the median for that PID and level, else for the PID, else for the family at
    /// that level.
    pub fn offer(
        &mut self,
        account: AccountId,
        pid: &str,
        family: &[&str],
        currency: Option<Currency>,
    ) -> Option<Offer<'a>> {
        let same: Vec<Sample<'a>> = self.samples(pid).to_vec();
        let mut wide: Vec<Sample<'a>> = Vec::new();
        for sister in family.iter().filter(|sister| **sister != pid) {
            wide.extend_from_slice(self.samples(sister));
        }
        let own = |s: &&Sample<'a>| s.line.account == account;
        let like = commonest(same.iter().filter(own))
            .map(|like| (like, true))
            .or_else(|| commonest(wide.iter().filter(own)).map(|like| (like, false)))
            .or_else(|| commonest(same.iter()).map(|like| (like, true)))
            .or_else(|| commonest(wide.iter()).map(|like| (like, false)))?;
        let (like, same_pid) = like;
        let level = level_of(like);
        let at_level = |s: &&Sample<'a>| level_of(s.line) == level;
        let priced = currency.and_then(|currency| {
            priced_by(same.iter().filter(at_level), currency, "same PID and level")
                .or_else(|| priced_by(same.iter(), currency, "same PID, other levels"))
                .or_else(|| {
                    priced_by(
                        wide.iter().filter(at_level),
                        currency,
                        "same family and level",
                    )
                })
        });
        let unpriced = Scoped {
            yearly: None,
            listed: false,
            list: None,
            scope: "no price of it in the book",
        };
        let priced = priced.unwrap_or(unpriced);
        Some(Offer {
            like,
            same_pid,
            yearly: priced.yearly,
            listed: priced.listed,
            list: priced.list,
            scope: priced.scope,
        })
    }
}

/// Yearly price of one unit.
fn unit_yearly(line: &Line) -> Option<(Decimal, Basis)> {
    let (value, basis) = line_run_rate(line)?;
    let unit = value.checked_div(line.quantity)?;
    let places = line.currency?.minor_units();
    Some((round_half_up(unit, places), basis))
}

/// The medians of one set of sister lines.
struct Scoped {
    yearly: Option<Median>,
    listed: bool,
    list: Option<Decimal>,
    scope: &'static str,
}

fn priced_by<'a, 's>(
    samples: impl Iterator<Item = &'s Sample<'a>>,
    currency: Currency,
    scope: &'static str,
) -> Option<Scoped>
where
    'a: 's,
{
    let (mut net, mut list) = (Vec::new(), Vec::new());
    for sample in samples.filter(|s| s.line.currency == Some(currency)) {
        if let Some((price, Basis::Net)) = sample.yearly {
            net.push(price);
        }
        let years = sample.line.list_years;
        list.extend(
            sample
                .line
                .unit_list
                .and_then(|price| price.checked_div(years)),
        );
    }
    let (net, list) = (median(net, currency), median(list, currency));
    Some(Scoped {
        yearly: Some(net.or(list)?),
        listed: net.is_none(),
        list: list.map(|median| currency.round(median.amount)),
        scope,
    })
}

/// The level of a line: the code of its SKU, else its level text.
pub(super) fn level_of(line: &Line) -> &str {
    let code = line.service_sku.as_deref().and_then(service_code);
    code.or(line.service_level.as_deref()).unwrap_or("")
}

/// A line of the level most lines have; of equal ones the first by name, then by id, preferring
/// lines with a SKU.
fn commonest<'a, 's>(samples: impl Iterator<Item = &'s Sample<'a>>) -> Option<&'a Line>
where
    'a: 's,
{
    let mut levels: BTreeMap<&str, (usize, &'a Line)> = BTreeMap::new();
    let order = |line: &Line| (line.service_sku.is_none(), line.id);
    for sample in samples {
        let level = level_of(sample.line);
        if level.is_empty() {
            continue;
        }
        let known = levels.entry(level).or_insert((0, sample.line));
        known.0 += 1;
        if order(sample.line) < order(known.1) {
            known.1 = sample.line;
        }
    }
    let mut best: Option<(usize, &'a Line)> = None;
    for (count, line) in levels.into_values() {
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, line));
        }
    }
    best.map(|(_, line)| line)
}
