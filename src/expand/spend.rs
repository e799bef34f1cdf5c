//! What customers spend a year in each portfolio, and what those of like size do: the white space.

use super::by_customer::ByCustomer;
use super::price::median;
use crate::domain::ids::AccountId;
use crate::domain::line::Line;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::renewal::Basis;
use crate::domain::rules::PlayRules;
use chrono::NaiveDate;
use foldhash::HashMap;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Steps of size at most.
const STEPS: usize = 512;

/// Yearly spend by portfolio and currency, while the book is read.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    portfolios: Vec<Portfolio>,
    of: HashMap<AccountId, Vec<(u16, Currency, Decimal)>>,
}

impl Gathered {
    /// Takes in a line with its yearly value: what [runs](Line::runs_on) counts in the portfolio of the
    /// product it is on, else in its own.
    pub fn add(&mut self, line: &Line, rate: Option<(Decimal, Basis)>, today: NaiveDate) {
        let (Some((value, _)), Some(currency)) = (rate, line.currency) else {
            return;
        };
        let portfolio = line.product_portfolio.as_ref().or(line.portfolio());
        let Some(portfolio) = portfolio.filter(|_| line.runs_on(today) && !value.is_zero()) else {
            return;
        };
        let at = self.number(portfolio);
        self.put(line.account, (at, currency, value));
    }

    fn number(&mut self, portfolio: &Portfolio) -> u16 {
        let known = self.portfolios.iter().position(|known| known == portfolio);
        let at = known.unwrap_or_else(|| {
            self.portfolios.push(portfolio.clone());
            self.portfolios.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    fn put(&mut self, account: AccountId, (at, currency, value): (u16, Currency, Decimal)) {
        let own = self.of.entry(account).or_default();
        match own.iter_mut().find(|(p, c, _)| (*p, *c) == (at, currency)) {
            Some((_, _, sum)) => *sum = sum.saturating_add(value),
            None => own.push((at, currency, value)),
        }
    }

    /// Takes in what another stretch of the book says.
    pub fn append(&mut self, other: Gathered) {
        let numbers = other.portfolios.iter();
        let numbers: Vec<u16> = numbers.map(|portfolio| self.number(portfolio)).collect();
        for (account, own) in other.of {
            for (at, currency, value) in own {
                let at = numbers.get(usize::from(at)).copied().unwrap_or(u16::MAX);
                self.put(account, (at, currency, value));
            }
        }
    }

    /// Classes of like-sized customers: those of one step of size and of so many steps to either side.
    pub fn finish(self, rules: &PlayRules) -> Spend {
        let feet = feet(rules.size_step);
        let mut steps: BTreeMap<(Currency, usize), Step> = BTreeMap::new();
        for own in self.of.values() {
            for (currency, total) in totals(own) {
                let step = steps.entry((currency, step_of(total, &feet))).or_default();
                step.customers += 1;
                for (at, _, amount) in own.iter().filter(|(_, c, _)| *c == currency) {
                    step.held.entry(*at).or_default().push(*amount);
                }
            }
        }
        let near = |at: usize| {
            let reach = rules.size_reach;
            at.saturating_sub(reach)..=at.saturating_add(reach)
        };
        let classes = steps.keys().map(|(currency, at)| {
            let (first, last) = near(*at).into_inner();
            let mut class = Class::default();
            let mut held: BTreeMap<u16, Vec<Decimal>> = BTreeMap::new();
            for (_, step) in steps.range((*currency, first)..=(*currency, last)) {
                class.customers += step.customers;
                for (portfolio, amounts) in &step.held {
                    held.entry(*portfolio).or_default().extend(amounts);
                }
            }
            let held = held.into_iter();
            let held = held.filter_map(|(at, amounts)| Some((at, range(amounts, *currency)?)));
            class.held = held.collect();
            ((*currency, *at), class)
        });
        let classes = classes.collect();
        let of = self.of.into_iter();
        let of = of.flat_map(|(account, own)| own.into_iter().map(move |sum| (account, sum)));
        Spend {
            portfolios: self.portfolios,
            of: ByCustomer::of(of.collect()),
            classes,
            feet,
        }
    }
}

/// Spend of the whole book.
#[derive(Debug, Default)]
pub(super) struct Spend {
    portfolios: Vec<Portfolio>,
    of: ByCustomer<(u16, Currency, Decimal)>,
    classes: HashMap<(Currency, usize), Class>,
    /// Where each step of size begins.
    feet: Vec<Decimal>,
}

/// Customers of one step of size.
#[derive(Debug, Default)]
struct Step {
    customers: usize,
    held: BTreeMap<u16, Vec<Decimal>>,
}

/// Customers of like size.
#[derive(Debug, Default)]
struct Class {
    customers: usize,
    /// How many hold a portfolio, and the quartiles of what they spend in it.
    held: BTreeMap<u16, (usize, [Decimal; 3])>,
}

fn range(mut amounts: Vec<Decimal>, currency: Currency) -> Option<(usize, [Decimal; 3])> {
    amounts.sort_unstable();
    let quartile = |n: usize| {
        amounts
            .get(amounts.len().saturating_sub(1) * n / 4)
            .copied()
    };
    let (low, high) = (quartile(1)?, quartile(3)?);
    let holders = amounts.len();
    Some((holders, [low, median(amounts, currency)?.amount, high]))
}

/// What like-sized customers do in one portfolio.
#[derive(Clone, Debug)]
pub(super) struct Peers {
    /// The portfolio.
    pub portfolio: Portfolio,
    /// How many hold it.
    pub holders: usize,
    /// Of how many, the customer itself not counted.
    pub customers: usize,
    /// First quartile, median and third quartile of what holders spend a year.
    pub range: [Decimal; 3],
}

impl Spend {
    /// What a customer spends by portfolio in a currency, in order of name.
    pub fn of(&self, account: AccountId, currency: Currency) -> Vec<(&Portfolio, Decimal)> {
        let own = self.of.get(account).iter();
        let own = own.filter(|(_, c, _)| *c == currency);
        let mut found: Vec<(&Portfolio, Decimal)> = own
            .filter_map(|(at, _, sum)| Some((self.portfolios.get(usize::from(*at))?, *sum)))
            .collect();
        found.sort();
        found
    }

    /// What like-sized customers hold, in order of name.
    pub fn peers(&self, account: AccountId, currency: Currency) -> Vec<Peers> {
        let own = self.of.get(account);
        let total = totals(own).into_iter().find(|(c, _)| *c == currency);
        let class = total.map(|(currency, total)| (currency, step_of(total, &self.feet)));
        let Some(class) = class.and_then(|class| self.classes.get(&class)) else {
            return Vec::new();
        };
        let held = class.held.iter().filter_map(|(at, (holders, range))| {
            Some(Peers {
                portfolio: self.portfolios.get(usize::from(*at))?.clone(),
                holders: *holders,
                customers: class.customers.saturating_sub(1),
                range: *range,
            })
        });
        let mut found: Vec<Peers> = held.collect();
        found.sort_by(|a, b| a.portfolio.cmp(&b.portfolio));
        found
    }
}

fn totals(own: &[(u16, Currency, Decimal)]) -> BTreeMap<Currency, Decimal> {
    let mut totals = BTreeMap::new();
    for (_, currency, sum) in own {
        let total: &mut Decimal = totals.entry(*currency).or_default();
        *total = total.saturating_add(*sum);
    }
    totals
}

/// Where the steps of size begin: 1, then each so many times the one before.
fn feet(step: Decimal) -> Vec<Decimal> {
    let next = |foot: &Decimal| foot.checked_mul(step);
    std::iter::successors(Some(Decimal::ONE), next)
        .take(STEPS)
        .collect()
}

/// The step of a spend: 0 below the first foot.
fn step_of(total: Decimal, feet: &[Decimal]) -> usize {
    feet.partition_point(|foot| *foot <= total)
}
