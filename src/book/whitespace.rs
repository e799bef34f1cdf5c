//! Customers against portfolios: what each spends a year where, and where nothing is. Live lines only;
//! amounts in different currencies are never added.

use crate::domain::ids::AccountId;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use crate::domain::snapshot::Snapshot;
use crate::pricing::line_run_rate;
use chrono::NaiveDate;
use rust_decimal::Decimal;
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
