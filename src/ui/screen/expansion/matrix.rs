//! The white-space matrix: customers against portfolios, what each spends a year where, and what is
//! open to be offered where it has nothing. Amounts of different currencies are never added, nor
//! compared: rows are sorted within a currency, the commonest first.

use super::matrix_view::told;
use super::order::{Columns, known_first, turned};
use super::standing::Found;
use crate::book::whitespace::{Row, Total};
use crate::domain::ids::AccountId;
use crate::domain::money::{Currency, Money};
use crate::domain::portfolio::Portfolio;
use crate::domain::text::clean;
use crate::expand::Play;
use crate::ui::action::ActionId;
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::format;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::pane::explain;
use crate::ui::screen::quote::step_list;
use crate::ui::widget::list::List;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Columns that never scroll away: customer, and a year of everything.
pub const FROZEN: usize = 2;
/// Columns behind the portfolios: white spaces, and suggestions.
const BEHIND: usize = 2;

/// What a column shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The customer.
    Customer,
    /// A year of everything it has.
    Year,
    /// A year of one portfolio, by its place.
    Portfolio(usize),
    /// How many portfolios it has nothing in.
    Empty,
    /// How many suggestions wait.
    Plays,
}

/// The column at a place.
pub fn column(at: usize, found: &Found) -> Column {
    let portfolios = found.matrix.portfolios.len();
    match at {
        0 => Column::Customer,
        1 => Column::Year,
        _ if at < FROZEN + portfolios => Column::Portfolio(at - FROZEN),
        _ if at == FROZEN + portfolios => Column::Empty,
        _ => Column::Plays,
    }
}

/// How many columns there are.
pub fn columns(found: &Found) -> usize {
    FROZEN + found.matrix.portfolios.len() + BEHIND
}

/// Of amounts, the one in the currency most customers spend in, and how many others there are.
pub fn leading(
    yearly: &BTreeMap<Currency, Decimal>,
    totals: &[Total],
) -> Option<(usize, Money, usize)> {
    let known = |(place, total): (usize, &Total)| {
        let amount = *yearly.get(&total.currency)?;
        let currency = total.currency;
        Some((place, Money { amount, currency }, yearly.len() - 1))
    };
    totals.iter().enumerate().find_map(known)
}

/// Portfolios a customer has nothing in.
pub fn empty<'a>(row: &'a Row, found: &'a Found) -> impl Iterator<Item = &'a Portfolio> {
    let all = found.matrix.portfolios.iter();
    all.filter(|portfolio| !row.cells.contains_key(*portfolio))
}

/// The value of an open suggestion to offer a portfolio to a customer that has none of it.
pub fn offer(account: AccountId, portfolio: &Portfolio, desk: &Desk) -> Option<Option<Money>> {
    let all = &desk.suggestions;
    let own = all.of_account(account).into_iter();
    let mut own = own.filter_map(|at| all.get(at as usize));
    own.find(|brief| {
        let about = brief.play == Play::Whitespace && *brief.family == *portfolio.title();
        about && brief.is_open()
    })
    .map(|brief| brief.value)
}

/// The state of the matrix.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor among the rows in their order.
    pub rows: List,
    /// Column cursor and order.
    pub columns: Columns,
    /// Places of rows, in order.
    order: Vec<u32>,
    /// The customer under the cursor, to be found again in another order.
    on: Option<AccountId>,
}

impl Model {
    /// The row at a place in the order.
    pub fn row<'a>(&self, at: usize, found: &'a Found) -> Option<&'a Row> {
        let place = self.order.get(at)?;
        found.matrix.rows.get(*place as usize)
    }

    /// The row under the cursor.
    pub fn selected<'a>(&self, found: Option<&'a Found>) -> Option<&'a Row> {
        self.row(self.rows.cursor, found?)
    }

    /// Brings the rows in order.
    pub fn order(&mut self, found: Option<&Found>, desk: &Desk) {
        let Some(found) = found else { return };
        let rows = found.matrix.rows.len();
        self.columns.at = self.columns.at.min(columns(found) - 1);
        self.order = (0..rows as u32).collect();
        match self
            .columns
            .sort
            .map(|(at, down)| (column(at, found), down))
        {
            None | Some((Column::Customer, false)) => {}
            Some((Column::Customer, true)) => self.order.reverse(),
            Some((by, down)) => {
                let key = |at: &u32| {
                    let row = found.matrix.rows.get(*at as usize)?;
                    value(by, row, found, desk)
                };
                let mut keyed: Vec<_> = self.order.iter().map(|at| (key(at), *at)).collect();
                keyed.sort_by(|(a, _), (b, _)| {
                    known_first(a, b, |a, b| {
                        a.0.cmp(&b.0).then_with(|| turned(a.1.cmp(&b.1), down))
                    })
                });
                self.order = keyed.into_iter().map(|(_, at)| at).collect();
            }
        }
        let held = |at: &u32| found.matrix.rows.get(*at as usize).map(|row| row.account);
        let again = self
            .on
            .and_then(|on| self.order.iter().position(|at| held(at) == Some(on)));
        self.rows.go(again.unwrap_or(self.rows.cursor), rows);
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, found: &Found, ctx: &mut Ctx<'_>) {
        let all = columns(found);
        match action {
            ActionId::ColumnLeft => self.columns.step(false, all),
            ActionId::ColumnRight => self.columns.step(true, all),
            ActionId::Sort => self.sort_by(self.columns.at, found, ctx.desk),
            ActionId::Explain => self.explain(found, ctx),
            ActionId::Copy => self.copy(found, ctx),
            _ => {
                step_list(&mut self.rows, action, found.matrix.rows.len());
                self.on = self.selected(Some(found)).map(|row| row.account);
            }
        }
    }

    fn sort_by(&mut self, at: usize, found: &Found, desk: &Desk) {
        let figures = column(at, found) != Column::Customer;
        self.columns.sort_by(at, figures);
        self.order(Some(found), desk);
    }

    /// A click; true for the row that was under the cursor.
    pub fn click(&mut self, target: Target, found: &Found, desk: &Desk) -> bool {
        match target {
            Target::Header(Pane::List, at) => self.sort_by(at, found, desk),
            Target::Cell(Pane::List, at, column) => {
                let again = self.rows.cursor == at;
                self.rows.go(at, found.matrix.rows.len());
                self.columns.at = column.min(columns(found) - 1);
                self.on = self.selected(Some(found)).map(|row| row.account);
                return again;
            }
            _ => {}
        }
        false
    }

    fn explain(&self, found: &Found, ctx: &mut Ctx<'_>) {
        let Some(row) = self.selected(Some(found)) else {
            return;
        };
        let mut lines: Vec<(String, String)> = vec![(
            "rule".into(),
            "a year of the lines that run today, net from the file, list where it has no net; support of a product counts under the product's portfolio. Currencies are never added"
                .into(),
        )];
        for portfolio in &found.matrix.portfolios {
            lines.push((
                portfolio.title().into(),
                told(row, portfolio, found, ctx.desk),
            ));
        }
        for (currency, amount) in row.yearly() {
            let money = Money { amount, currency };
            lines.push((
                "together".into(),
                format!("{} a year", format::money(money)),
            ));
        }
        for total in &found.totals {
            let money = Money {
                amount: total.all,
                currency: total.currency,
            };
            let many = format::count(total.customers, "customer", "customers");
            let text = format!("{} a year, {many}", format::money(money));
            lines.push(("all customers".into(), text));
        }
        let title = format!("White space of {}", row.name);
        ctx.open(Overlay::Explain(explain::Model::new(title, lines)));
    }

    /// Copies the row as the export has it, with tabs.
    fn copy(&self, found: &Found, ctx: &mut Ctx<'_>) {
        let Some(row) = self.selected(Some(found)) else {
            return;
        };
        let mut cells = vec![clean(&row.name).into_owned()];
        for portfolio in &found.matrix.portfolios {
            let cell = row.cells.get(portfolio);
            let amounts = cell.into_iter().flat_map(|cell| &cell.yearly);
            let amounts: Vec<String> = amounts.map(|(code, sum)| format!("{sum} {code}")).collect();
            cells.push(amounts.join(" + "));
        }
        ctx.ask(Effect::Copy(cells.join("\t")));
    }
}

/// What rows are sorted by: the place of the currency, then the figure; none is unknown.
fn value(by: Column, row: &Row, found: &Found, desk: &Desk) -> Option<(usize, Decimal)> {
    let amount = |yearly: &BTreeMap<Currency, Decimal>| {
        let (place, money, _) = leading(yearly, &found.totals)?;
        Some((place, money.amount))
    };
    match by {
        Column::Customer => None,
        Column::Year => amount(&row.yearly()),
        Column::Portfolio(at) => {
            let portfolio = found.matrix.portfolios.get(at)?;
            let cell = row.cells.get(portfolio)?;
            // what has no price stands before what is not there at all
            amount(&cell.yearly).or(Some((usize::MAX, Decimal::ZERO)))
        }
        Column::Empty => Some((0, empty(row, found).count().into())),
        Column::Plays => {
            let plays = desk.suggestions.plays().get(&row.account);
            Some((0, plays.map_or(0, |plays| plays.open).into()))
        }
    }
}
