//! Where customers stand, as tables: the white-space matrix and the adoption board.

use super::table::{Cell, Table};
use crate::book::adoption_board::Entry;
use crate::book::whitespace::Whitespace;
use crate::domain::money::Currency;
use crate::domain::portfolio::Portfolio;
use std::collections::BTreeSet;

/// Customers against portfolios: a year of live lines as numbers, a column for each currency a portfolio has;
/// `-` marks a white space, and lines without a price are counted.
pub fn whitespace(matrix: &Whitespace) -> Table {
    let mut columns: Vec<(&Portfolio, Option<Currency>)> = Vec::new();
    for portfolio in &matrix.portfolios {
        let cells = matrix
            .rows
            .iter()
            .filter_map(|row| row.cells.get(portfolio));
        let found: BTreeSet<Currency> =
            cells.flat_map(|cell| cell.yearly.keys().copied()).collect();
        match found.is_empty() {
            true => columns.push((portfolio, None)),
            false => columns.extend(found.into_iter().map(|one| (portfolio, Some(one)))),
        }
    }
    let mut headers = vec!["Customer".to_string()];
    headers.extend(columns.iter().map(|(portfolio, currency)| match currency {
        Some(currency) => format!("{} {currency}", portfolio.title()),
        None => portfolio.title().to_string(),
    }));
    headers.push("White spaces".into());
    let rows = matrix.rows.iter().map(|row| {
        let mut cells = vec![Cell::Text(row.name.to_string())];
        let mut before = None;
        for (portfolio, currency) in &columns {
            let first = before.replace(*portfolio) != Some(*portfolio);
            let own = row.cells.get(*portfolio);
            let sum = own.and_then(|cell| cell.yearly.get(currency.as_ref()?));
            cells.push(match (own, sum) {
                (_, Some(sum)) => Cell::Number(*sum),
                // what is said of the portfolio stands in the first of its columns
                (None, _) if first => Cell::text(Some("-")),
                (Some(cell), _) if first && cell.yearly.is_empty() => {
                    Cell::Text(format!("{} lines, no price", cell.lines))
                }
                _ => Cell::Blank,
            });
        }
        let missing = matrix.portfolios.iter();
        let missing = missing.filter(|portfolio| !row.cells.contains_key(*portfolio));
        cells.push(Cell::Number(missing.count().into()));
        cells
    });
    Table {
        headers,
        rows: rows.collect(),
    }
}

/// The adoption board, a row a use case.
pub fn adoption(board: &[Entry]) -> Table {
    let headers = [
        "Customer",
        "Offer",
        "Use case",
        "Stage",
        "Adopted %",
        "Since",
        "Days",
        "At least",
        "Open actions",
        "Stalled",
        "Next renewal",
        "Pays until",
    ];
    let rows = board.iter().map(|entry| {
        vec![
            Cell::Text(entry.customer.to_string()),
            Cell::Text(entry.offer.to_string()),
            Cell::Text(entry.use_case.to_string()),
            Cell::Text(entry.stage.to_string()),
            Cell::number(entry.adoption_pct),
            Cell::date(entry.since),
            Cell::number(entry.days.map(Into::into)),
            Cell::text(
                entry
                    .days
                    .map(|_| if entry.at_least { "yes" } else { "no" }),
            ),
            Cell::text(entry.open_actions.as_deref()),
            Cell::text(Some(if entry.stalled { "yes" } else { "no" })),
            Cell::date(entry.renewal.map(|(_, end)| end)),
            Cell::date(entry.pays_until),
        ]
    });
    Table {
        headers: headers.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}
