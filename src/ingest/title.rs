//! What stands above the header: a quote number, a customer, a currency, as `Label: value` in one
//! cell or as a label with its value in the next filled cell of the row.

use super::check::currency_in;
use super::header::key;
use super::row::Field;
use super::table::Table;
use super::value::identifier::{self, Identifier};
use super::value::is_placeholder;
use crate::domain::money::Currency;

/// Facts of a title block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// Quote number.
    pub quote_number: Option<String>,
    /// End customer.
    pub customer: Option<String>,
    /// Currency.
    pub currency: Option<Currency>,
}

/// Reads the rows above the header at `header`.
pub fn read(table: &Table, header: usize) -> Title {
    let mut title = Title::default();
    for row in 0..header {
        let cells: Vec<&str> = table.cells(row).map(|cell| cell.text).collect();
        for (at, cell) in cells.iter().enumerate() {
            let (label, inside) = match cell.split_once(':') {
                Some((label, value)) => (label, value.trim()),
                None => (*cell, ""),
            };
            // Without a colon only a short row is a label with its value; a long one is a table.
            if inside.is_empty() && !cell.contains(':') && cells.len() > 4 {
                continue;
            }
            let value = match inside {
                "" => cells.get(at + 1).copied().unwrap_or_default().trim(),
                inside => inside,
            };
            if !is_placeholder(value) {
                take(&mut title, &key(label), value);
            }
        }
    }
    title
}

fn take(title: &mut Title, label: &str, value: &str) {
    match label {
        "quotenumber" | "quoteid" | "quote" if title.quote_number.is_none() => {
            if let Identifier::Value(number) = identifier::read(value, false) {
                title.quote_number = Some(number.into_owned());
            }
        }
        "endcustomer" | "endcustomername" | "customer" | "customername" | "enduser"
            if title.customer.is_none() =>
        {
            title.customer = Some(value.to_string());
        }
        "currency" | "pricelist" | "pricelistcurrency" if title.currency.is_none() => {
            title.currency = currency_in(value);
        }
        _ => {}
    }
}

/// A currency in the header of a price column: `Unit List Price (EUR)`.
pub fn header_currency(headers: &[String], fields: &[Option<Field>]) -> Option<Currency> {
    let price = [
        Field::UnitList,
        Field::ExtendedNet,
        Field::UnitNet,
        Field::ProratedList,
    ];
    headers
        .iter()
        .zip(fields)
        .filter(|(_, field)| field.is_some_and(|field| price.contains(&field)))
        .find_map(|(header, _)| currency_in(header))
}
