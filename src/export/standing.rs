//! Where customers stand, as tables: the white-space matrix and the adoption board.

use super::table::{Cell, Table};
use crate::book::adoption_board::Entry;
use crate::book::whitespace::Whitespace;

/// Customers against portfolios: a year of live lines, with its currency where there are several;
/// `-` marks a white space.
pub fn whitespace(matrix: &Whitespace) -> Table {
    let mut headers = vec!["Customer".to_string()];
    headers.extend(
        matrix
            .portfolios
            .iter()
            .map(|portfolio| portfolio.title().to_string()),
    );
    headers.push("White spaces".into());
    let rows = matrix.rows.iter().map(|row| {
        let mut cells = vec![Cell::Text(row.name.to_string())];
        let mut empty = 0u32;
        for portfolio in &matrix.portfolios {
            let Some(cell) = row.cells.get(portfolio) else {
                empty += 1;
                cells.push(Cell::text(Some("-")));
                continue;
            };
            let amounts = cell.yearly.iter();
            let amounts: Vec<String> = amounts
                .map(|(currency, sum)| format!("{sum} {currency}"))
                .collect();
            cells.push(Cell::Text(match amounts.is_empty() {
                true => format!("{} lines, no price", cell.lines),
                false => amounts.join(" + "),
            }));
        }
        cells.push(Cell::Number(empty.into()));
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
