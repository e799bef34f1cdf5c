//! Customers against portfolios: what each spends a year where, and where nothing is. Live lines only;
//! amounts in different currencies are never added.

use crate::domain::ids::AccountId;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a customer has in one portfolio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Live lines.
    pub lines: usize,
    /// A year of them, by currency; nothing where none has a price.
    pub yearly: BTreeMap<Currency, Decimal>,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The customer.
    pub account: AccountId,
    /// Its name.
    pub name: Arc<str>,
    /// What it has; portfolios without anything are absent.
    pub cells: BTreeMap<Portfolio, Cell>,
}

/// Customers with live lines, by name, and the portfolios any of them has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whitespace {
    /// Columns, in order of title.
    pub portfolios: Vec<Portfolio>,
    /// Rows, in order of name.
    pub rows: Vec<Row>,
}

/// The matrix on a day, of the lines that [run on it](crate::domain::line::Line::runs_on). Support of a product counts under the product's portfolio where that is known, since a
/// white space is about products; else under its own.
pub fn whitespace(snapshot: &Snapshot, today: NaiveDate) -> Whitespace {
    let mut found: BTreeMap<AccountId, BTreeMap<Portfolio, Cell>> = BTreeMap::new();
    for line in snapshot.lines.iter() {
        let portfolio = line.product_portfolio.as_ref().or(line.portfolio());
        let (true, Some(portfolio)) = (line.runs_on(today), portfolio) else {
            continue;
        };
        let cells = found.entry(line.account).or_default();
        let cell = cells.entry(portfolio.clone()).or_default();
        cell.lines += 1;
        if let (Some((yearly, _)), Some(currency)) = (line_run_rate(&line), line.currency) {
            let sum = cell.yearly.entry(currency).or_default();
            *sum = sum.saturating_add(yearly);
        }
    }
    let mut portfolios: Vec<Portfolio> = found
        .values()
        .flat_map(|cells| cells.keys().cloned())
        .collect();
    portfolios.sort_by(|a, b| a.title().cmp(b.title()));
    portfolios.dedup();
    let name = |account: AccountId| {
        let known = snapshot.accounts.get(account);
        known.map_or_else(|| "".into(), |account| account.name.clone())
    };
    let mut rows: Vec<Row> = found
        .into_iter()
        .map(|(account, cells)| Row {
            account,
            name: name(account),
            cells,
        })
        .collect();
    rows.sort_by(|a, b| (&a.name, a.account).cmp(&(&b.name, b.account)));
    Whitespace { portfolios, rows }
}

/// What all customers spend a year in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The currency.
    pub currency: Currency,
    /// How many customers spend in it.
    pub customers: usize,
    /// By portfolio; those without anything are absent.
    pub cells: BTreeMap<Portfolio, Decimal>,
    /// Of all portfolios.
    pub all: Decimal,
}

impl Row {
    /// A year of everything it has, by currency.
    pub fn yearly(&self) -> BTreeMap<Currency, Decimal> {
        let mut sums: BTreeMap<Currency, Decimal> = BTreeMap::new();
        for (currency, amount) in self.cells.values().flat_map(|cell| &cell.yearly) {
            let sum = sums.entry(*currency).or_default();
            *sum = sum.saturating_add(*amount);
        }
        sums
    }
}

impl Whitespace {
    /// A total for each currency: first the one most customers spend in, of equal ones by code.
    pub fn totals(&self) -> Vec<Total> {
        let mut totals: BTreeMap<Currency, Total> = BTreeMap::new();
        for row in &self.rows {
            for (portfolio, cell) in &row.cells {
                for (currency, amount) in &cell.yearly {
                    let total = total_of(&mut totals, *currency);
                    let sum = total.cells.entry(portfolio.clone()).or_default();
                    *sum = sum.saturating_add(*amount);
                    total.all = total.all.saturating_add(*amount);
                }
            }
            for currency in row.yearly().keys() {
                total_of(&mut totals, *currency).customers += 1;
            }
        }
        let mut totals: Vec<Total> = totals.into_values().collect();
        totals.sort_by_key(|total| (Reverse(total.customers), total.currency));
        totals
    }

    /// How many customers have something in each portfolio, in the order of the columns.
    pub fn holders(&self) -> Vec<usize> {
        let holds = |portfolio: &Portfolio| {
            let rows = self.rows.iter();
            rows.filter(|row| row.cells.contains_key(portfolio)).count()
        };
        self.portfolios.iter().map(holds).collect()
    }
}

fn total_of(totals: &mut BTreeMap<Currency, Total>, currency: Currency) -> &mut Total {
    totals.entry(currency).or_insert_with(|| Total {
        currency,
        customers: 0,
        cells: BTreeMap::new(),
        all: Decimal::ZERO,
    })
}
