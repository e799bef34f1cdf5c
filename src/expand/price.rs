//! Prices the book itself knows: medians of what its own lines cost, by product and level, in one
//! currency. There is no other source: where the book is silent, the price is unknown. What is kept
//! is a few figures a product; the lines they come from are read once and let go.

use super::own::{Levels, Own};
use crate::catalogue::service_code;
use crate::domain::ids::LineId;
use crate::domain::line::{Coverage, Line, LineKind};
use crate::domain::money::{Currency, round_half_up};
use crate::domain::renewal::Basis;
use foldhash::{HashMap, HashMapExt};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A median with the number of prices it stands on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Median {
    pub amount: Decimal,
    pub count: usize,
}

/// The median of some prices in one currency, an even number averaged and rounded half up.
pub(super) fn median(prices: Vec<Decimal>, currency: Currency) -> Option<Median> {
    let count = prices.len();
    let (lower, upper) = middle(&prices).or_else(|| middle_as_written(prices))?;
    let amount = match lower {
        None => upper,
        Some(lower) => round_half_up((lower + upper) / Decimal::TWO, currency.minor_units()),
    };
    Some(Median { amount, count })
}

/// The middle of some figures, and of an even number the one before it. They are compared as whole numbers of
/// the smallest place any of them has: a book has millions, and decimals are compared digit by digit. None
/// where one has too many digits for that.
fn middle(figures: &[Decimal]) -> Option<(Option<Decimal>, Decimal)> {
    let scale = figures.iter().map(Decimal::scale).max()?;
    let whole = |figure: &Decimal| -> Option<i64> {
        let places = 10_i64.checked_pow(scale - figure.scale())?;
        i64::try_from(figure.mantissa()).ok()?.checked_mul(places)
    };
    let mut numbers: Vec<i64> = figures.iter().map(whole).collect::<Option<_>>()?;
    let count = numbers.len();
    let (lower, upper, _) = numbers.select_nth_unstable(count / 2);
    let lower = lower.iter().max().filter(|_| count.is_multiple_of(2));
    let figure = |number: i64| Decimal::new(number, scale).normalize();
    Some((lower.copied().map(figure), figure(*upper)))
}

/// The same of any figures.
fn middle_as_written(mut figures: Vec<Decimal>) -> Option<(Option<Decimal>, Decimal)> {
    let count = figures.len();
    if count == 0 {
        return None;
    }
    let (lower, upper, _) = figures.select_nth_unstable(count / 2);
    let lower = lower.iter().max().filter(|_| count.is_multiple_of(2));
    Some((lower.map(Decimal::normalize), upper.normalize()))
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

/// How many lines are priced in each currency.
pub(super) type Currencies = BTreeMap<Currency, u32>;

/// What is kept of the service lines of one product or family.
#[derive(Debug, Default)]
struct Known {
    commonest: Option<LineId>,
    /// Over one level, or over all.
    medians: HashMap<(Option<Arc<str>>, Currency), Scoped>,
}

/// The sister line to copy and where its price comes from, in the order they are asked.
pub(super) struct Like<'a> {
    pub line: LineId,
    same: Option<&'a Known>,
    wide: Option<&'a Known>,
}

/// Service and hardware prices of the book.
#[derive(Debug, Default)]
pub(super) struct Prices {
    products: HashMap<Arc<str>, Known>,
    families: HashMap<Arc<str>, Known>,
    hardware: HashMap<Arc<str>, BTreeMap<Currency, Median>>,
    licences: BTreeMap<Arc<str>, BTreeMap<Currency, Scoped>>,
    pub(super) currencies: Currencies,
}

impl Prices {
    /// The price of one unit a year at a level of a product; whether it is a list price.
    pub fn at_level(
        &self,
        pid: &str,
        level: &Arc<str>,
        currency: Currency,
    ) -> Option<(Median, bool)> {
        let asked = (Some(Arc::clone(level)), currency);
        let found = self.products.get(pid)?.medians.get(&asked)?;
        Some((found.yearly, found.listed))
    }

    /// True where a line of the book has a price at that level of a product.
    pub fn shows(&self, pid: &str, level: &str) -> bool {
        let known = self.products.get(pid);
        known.is_some_and(|known| {
            let mut levels = known
                .medians
                .keys()
                .filter_map(|(level, _)| level.as_deref());
            levels.any(|known| known == level)
        })
    }

    /// Licences the book has prices of, in order of name.
    pub fn licences(&self) -> impl Iterator<Item = &Arc<str>> {
        self.licences.keys()
    }

    /// The price of one unit of a licence a year, whether it is list, and the median list price.
    pub fn licence(
        &self,
        pid: &str,
        currency: Currency,
    ) -> Option<(Median, bool, Option<Decimal>)> {
        let found = self.licences.get(pid)?.get(&currency)?;
        Some((found.yearly, found.listed, found.list))
    }

    /// How many lines of the book show a licence.
    pub fn licence_lines(&self, pid: &str) -> usize {
        let known = self.licences.get(pid).into_iter().flatten();
        known.map(|(_, found)| found.yearly.count).sum()
    }

    /// Place of a currency by how many lines of the book are priced in it, from 0; ties by code.
    pub fn place_of(&self, currency: Currency) -> usize {
        let lines = |c: &Currency| self.currencies.get(c).copied().unwrap_or(0);
        let own = (std::cmp::Reverse(lines(&currency)), currency);
        let before = |c: &&Currency| (std::cmp::Reverse(lines(c)), **c) < own;
        self.currencies.keys().filter(before).count()
    }

    /// The median hardware price of a PID.
    pub fn hardware(&self, pid: &str, currency: Currency) -> Option<Median> {
        self.hardware.get(pid)?.get(&currency).copied()
    }

    /// The line a customer's service on a product is proposed after: of the same customer and PID,
    /// of the customer's same family, of the book's same PID, of the book's family, in that order.
    pub fn like(
        &self,
        own: &Own,
        pid: &Arc<str>,
        family: &Arc<str>,
        sisters: &[Arc<str>],
    ) -> Option<Like<'_>> {
        let (same, wide) = (self.products.get(pid), self.families.get(family));
        let line = own
            .at(pid)
            .or_else(|| own.at_any(sisters))
            .or_else(|| same?.commonest)
            .or_else(|| wide?.commonest)?;
        Some(Like { line, same, wide })
    }

    /// What service on a product costs at the level of a sister line. The price is the median for
    /// that PID and level, else for the PID, else for the family at that level.
    pub fn offer(
        found: &Like<'_>,
        like: Line,
        pid: &Arc<str>,
        currency: Option<Currency>,
    ) -> Offer {
        let level: Option<Arc<str>> = Some(level_of(&like).into());
        let priced = currency.and_then(|currency| {
            let scoped = |known: Option<&Known>, level: &Option<Arc<str>>, scope| {
                let asked = (level.clone(), currency);
                Some((*known?.medians.get(&asked)?, scope))
            };
            scoped(found.same, &level, "same PID and level")
                .or_else(|| scoped(found.same, &None, "same PID, other levels"))
                .or_else(|| scoped(found.wide, &level, "same family and level"))
        });
        Offer {
            same_pid: like.pid.as_ref() == Some(pid),
            like,
            yearly: priced.map(|(found, _)| found.yearly),
            listed: priced.is_some_and(|(found, _)| found.listed),
            list: priced.and_then(|(found, _)| found.list),
            scope: priced.map_or("no price of it in the book", |(_, scope)| scope),
        }
    }
}

/// Prices of service lines, net and list, of one unit a year.
#[derive(Clone, Debug, Default)]
struct Paid {
    net: Vec<Decimal>,
    list: Vec<Decimal>,
}

impl Paid {
    fn add(&mut self, line: &Line, rate: Option<(Decimal, Basis)>) {
        self.net.extend(unit_net_yearly(line, rate));
        let list = line.unit_list;
        self.list
            .extend(list.and_then(|price| price.checked_div(line.list_years)));
    }

    fn extend(&mut self, other: &Paid) {
        self.net.extend(&other.net);
        self.list.extend(&other.list);
    }

    fn scoped(self, currency: Currency) -> Option<Scoped> {
        let (net, list) = (median(self.net, currency), median(self.list, currency));
        Some(Scoped {
            yearly: net.or(list)?,
            listed: net.is_none(),
            list: list.map(|median| currency.round(median.amount)),
        })
    }
}

/// The service lines of one product while the book is read.
#[derive(Debug, Default)]
struct Samples {
    levels: Levels,
    paid: BTreeMap<(Arc<str>, Currency), Paid>,
}

impl Samples {
    fn append(&mut self, other: &Samples) {
        self.levels.extend(&other.levels);
        for (key, paid) in &other.paid {
            self.paid.entry(key.clone()).or_default().extend(paid);
        }
    }

    /// The figures kept; `all` levels together are asked of a product, not of a family.
    fn known(self, all: bool) -> Known {
        let mut known = Known {
            commonest: self.levels.commonest(),
            medians: HashMap::new(),
        };
        let mut over_all: BTreeMap<Currency, Paid> = BTreeMap::new();
        for ((level, currency), paid) in self.paid {
            if all {
                over_all.entry(currency).or_default().extend(&paid);
            }
            if let Some(scoped) = paid.scoped(currency) {
                known.medians.insert((Some(level), currency), scoped);
            }
        }
        for (currency, paid) in over_all {
            if let Some(scoped) = paid.scoped(currency) {
                known.medians.insert((None, currency), scoped);
            }
        }
        known
    }
}

/// Reads lines for their prices.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    products: HashMap<Arc<str>, Samples>,
    hardware: HashMap<Arc<str>, BTreeMap<Currency, Vec<Decimal>>>,
    licences: HashMap<Arc<str>, BTreeMap<Currency, Paid>>,
    levels: HashMap<Box<str>, Arc<str>>,
    currencies: Currencies,
}

impl Gathering {
    /// Takes in a line of the book with its yearly value.
    pub fn add(&mut self, line: &Line, rate: Option<(Decimal, Basis)>) {
        if let Some(currency) = currency_priced(line) {
            *self.currencies.entry(currency).or_default() += 1;
        }
        if let Some(pid) = service_of(line) {
            self.add_service(pid, line, rate);
        } else if line.kind == LineKind::Subscription {
            self.add_licence(line, rate);
        } else if line.kind == LineKind::Asset
            && let (Some(pid), Some(currency), Some(list)) =
                (&line.pid, line.currency, line.unit_list)
        {
            self.add_hardware(pid, currency, list);
        }
    }

    /// Takes in what another stretch of the book says.
    pub fn append(&mut self, other: Gathering) {
        for (pid, samples) in other.products {
            self.products.entry(pid).or_default().append(&samples);
        }
        for (pid, prices) in other.hardware {
            let known = self.hardware.entry(pid).or_default();
            for (currency, own) in prices {
                known.entry(currency).or_default().extend(own);
            }
        }
        for (pid, paid) in other.licences {
            let known = self.licences.entry(pid).or_default();
            for (currency, own) in &paid {
                known.entry(*currency).or_default().extend(own);
            }
        }
        for (currency, lines) in other.currencies {
            *self.currencies.entry(currency).or_default() += lines;
        }
    }

    fn add_licence(&mut self, line: &Line, rate: Option<(Decimal, Basis)>) {
        let (Some(pid), Some(currency)) = (&line.pid, line.currency) else {
            return;
        };
        let of_pid = match self.licences.get_mut(pid) {
            Some(known) => known,
            None => self.licences.entry(Arc::clone(pid)).or_default(),
        };
        of_pid.entry(currency).or_default().add(line, rate);
    }

    fn add_service(&mut self, pid: &Arc<str>, line: &Line, rate: Option<(Decimal, Basis)>) {
        let text = level_of(line);
        let level = match self.levels.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let level: Arc<str> = text.into();
                self.levels.insert(text.into(), Arc::clone(&level));
                level
            }
        };
        let samples = match self.products.get_mut(pid) {
            Some(known) => known,
            None => self.products.entry(Arc::clone(pid)).or_default(),
        };
        samples.levels.add_line(line, &level, || Arc::clone(&level));
        let Some(currency) = line.currency else {
            return;
        };
        let paid = samples.paid.entry((level, currency)).or_default();
        paid.add(line, rate);
    }

    /// Takes in a price of hardware.
    pub fn add_hardware(&mut self, pid: &Arc<str>, currency: Currency, list: Decimal) {
        let of_pid = self.hardware.entry(Arc::clone(pid)).or_default();
        of_pid.entry(currency).or_default().push(list);
    }

    /// PIDs with service or hardware in the book, and how often, in order of name.
    pub fn pids(&self) -> BTreeMap<Arc<str>, usize> {
        let mut found: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (pid, samples) in &self.products {
            *found.entry(pid.clone()).or_default() += samples.levels.lines();
        }
        for (pid, prices) in &self.hardware {
            let count: usize = prices.values().map(Vec::len).sum();
            *found.entry(pid.clone()).or_default() += count;
        }
        found
    }

    /// The figures kept, by product and by the families these belong to.
    pub fn finish(self, families: &HashMap<Arc<str>, Vec<Arc<str>>>) -> Prices {
        let mut of_families = HashMap::new();
        for (family, sisters) in families {
            let mut all = Samples::default();
            for samples in sisters.iter().filter_map(|pid| self.products.get(pid)) {
                all.append(samples);
            }
            of_families.insert(Arc::clone(family), all.known(false));
        }
        let hardware = self.hardware.into_iter().map(|(pid, prices)| {
            let medians = prices
                .into_iter()
                .filter_map(|(currency, prices)| Some((currency, median(prices, currency)?)));
            (pid, medians.collect())
        });
        let licences = self.licences.into_iter().map(|(pid, paid)| {
            let paid = paid.into_iter();
            let scoped =
                paid.filter_map(|(currency, paid)| Some((currency, paid.scoped(currency)?)));
            (pid, scoped.collect())
        });
        Prices {
            families: of_families,
            licences: licences.collect(),
            hardware: hardware.collect(),
            products: self
                .products
                .into_iter()
                .map(|(pid, samples)| (pid, samples.known(true)))
                .collect(),
            currencies: self.currencies,
        }
    }
}

/// The product of a line that shows what its service costs.
pub(super) fn service_of(line: &Line) -> Option<&Arc<str>> {
    let covered = !matches!(line.coverage, Coverage::NotCovered | Coverage::Masked);
    let pid = line.pid.as_ref()?;
    (line.kind == LineKind::Service && covered).then_some(pid)
}

pub(super) fn currency_priced(line: &Line) -> Option<Currency> {
    let priced = line.unit_list.is_some() || line.extended_net.is_some();
    line.currency.filter(|_| priced)
}

/// Net of one unit a year, where the file has a net price.
pub(super) fn unit_net_yearly(line: &Line, rate: Option<(Decimal, Basis)>) -> Option<Decimal> {
    line.extended_net?;
    let (value, basis) = rate?;
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

/// The level of a line: the code of its SKU, else its level text.
pub(super) fn level_of(line: &Line) -> &str {
    let code = line.service_sku.as_deref().and_then(service_code);
    code.or(line.service_level.as_deref()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_middle_is_the_same_however_it_is_looked_for(
            figures in proptest::collection::vec((-2_000_000..2_000_000_i64, 0..5_u32), 1..40),
        ) {
            let figures: Vec<Decimal> = figures
                .into_iter()
                .map(|(digits, scale)| Decimal::new(digits, scale))
                .collect();
            prop_assert_eq!(middle(&figures), middle_as_written(figures));
        }
    }

    #[test]
    fn figures_of_many_digits_have_a_middle_too() {
        let figures = vec![Decimal::MAX, Decimal::new(1, 28), Decimal::TWO];
        assert_eq!(middle(&figures), None);
        assert_eq!(middle_as_written(figures), Some((None, Decimal::TWO)));
        assert_eq!(middle_as_written(Vec::new()), None);
    }
}
