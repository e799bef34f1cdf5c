//! What a partner asks its vendor or distributor to price: the gear, the dates, the quantities, and
//! empty columns for the answer. Nothing in it says what the customer pays or what the partner earns.

use super::table::{Cell, Table};
use crate::domain::quote::Quote;
use crate::domain::snapshot::Snapshot;
use crate::pricing::subtotals::{By, Group};

/// Headers, in order.
pub const HEADERS: [&str; 18] = [
    "Renewdesk Quote Line ID",
    "Line",
    "Contract",
    "Site",
    "Serial",
    "Instance",
    "Product",
    "Description",
    "Service SKU",
    "Service level",
    "Start",
    "End",
    "Quantity",
    "Currency",
    "Unit list price",
    "Unit net price",
    "Vendor quote",
    "Valid until",
];
/// The ones the vendor fills in.
pub const ANSWERS: [&str; 4] = [
    "Unit list price",
    "Unit net price",
    "Vendor quote",
    "Valid until",
];

/// The request for a quote; lines with quantity 0 are not asked for.
pub fn table(snapshot: &Snapshot, quote: &Quote) -> Table {
    let group = Group { snapshot, quote };
    let asked = quote.lines.iter().filter(|line| !line.quantity.is_zero());
    let rows = asked.map(|line| {
        let renewed = line.renews.and_then(|id| snapshot.lines.get(id));
        let instance = renewed.as_ref().and_then(|line| line.instance.as_deref());
        let mut row = vec![
            Cell::Text(line.id.to_string()),
            Cell::Number(line.number.into()),
            Cell::Text(group.word(line, By::Contract)),
            Cell::Text(group.word(line, By::Site)),
            Cell::text(line.serial.as_deref()),
            Cell::text(instance),
            Cell::text(line.pid.as_deref()),
            Cell::text(line.description.as_deref()),
            Cell::text(line.service_sku.as_deref()),
            Cell::text(line.service_level.as_deref()),
            Cell::Date(line.start),
            Cell::Date(line.end),
            Cell::Number(line.quantity),
            Cell::Text(quote.currency.to_string()),
        ];
        row.extend(ANSWERS.map(|_| Cell::Blank));
        row
    });
    Table {
        headers: HEADERS.map(String::from).to_vec(),
        rows: rows.collect(),
    }
}
