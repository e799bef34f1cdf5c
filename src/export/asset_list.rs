//! The asset list a customer ticks: its columns, in order, for whoever writes one and for the import
//! that takes it back. Nothing in it is a price.

use super::table::{Cell, Table};
use crate::domain::line::Line;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;

/// A column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The line's own id, by which an answer finds it.
    LineId,
    /// End customer.
    Customer,
    /// Where the gear stands.
    Site,
    /// Serial number.
    Serial,
    /// Product id, else service SKU.
    Product,
    /// Description.
    Description,
    /// Contract or subscription number.
    Contract,
    /// Service level.
    ServiceLevel,
    /// Last covered day.
    EndDate,
    /// Last date of support.
    Ldos,
    /// The customer's tick: one of [`YES`], [`NO`], or nothing.
    Renew,
    /// The customer's own words.
    Comment,
}

/// All columns with their headers, in the order of the list.
pub const COLUMNS: [(Column, &str); 12] = [
    (Column::LineId, "Renewdesk Line ID"),
    (Column::Customer, "Customer"),
    (Column::Site, "Site"),
    (Column::Serial, "Serial"),
    (Column::Product, "Product"),
    (Column::Description, "Description"),
    (Column::Contract, "Contract"),
    (Column::ServiceLevel, "Service level"),
    (Column::EndDate, "End date"),
    (Column::Ldos, "Last date of support"),
    (Column::Renew, "Renew (Y/N)"),
    (Column::Comment, "Customer comment"),
];

/// As a list says that a line shall be renewed.
pub const YES: &str = "Y";
/// As a list says that it shall not.
pub const NO: &str = "N";

/// The header of a column.
pub fn header(column: Column) -> &'static str {
    COLUMNS
        .iter()
        .find(|(known, _)| *known == column)
        .map_or("", |(_, header)| header)
}

/// What a tick says: `None` for nothing said, `Some(None)` for words that are neither yes nor no.
///
/// `Y`, `ja`, `oui`, `x`, `✓`, `TRUE` and `1` are yes; `n`, `nein`, `non`, `FALSE` and `0` are no;
/// empty, `-`, `?` and `n/a` say nothing.
pub fn answer(text: &str) -> Option<Option<bool>> {
    const YES: [&str; 16] = [
        "y", "yes", "ja", "j", "oui", "o", "si", "sí", "sì", "s", "x", "✓", "✔", "☑", "true", "1",
    ];
    const NO: [&str; 9] = ["n", "no", "nein", "non", "nee", "✗", "✘", "false", "0"];
    let word = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    if matches!(word.as_str(), "" | "-" | "--" | "?" | "n/a" | "na" | "☐") {
        return None;
    }
    let is = |words: &[&str]| words.contains(&word.as_str());
    Some(match (is(&YES), is(&NO)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    })
}

/// The list for a customer: lines with their facts, the answer columns empty. `ldos` gives the last
/// date of support as the desk knows it.
pub fn table(
    snapshot: &Snapshot,
    lines: impl IntoIterator<Item = Line>,
    ldos: &mut dyn FnMut(&Line) -> Option<NaiveDate>,
) -> Table {
    let mut rows = Vec::new();
    for line in lines {
        let account = &snapshot.accounts.get(line.account);
        let site = &line.site.and_then(|id| snapshot.sites.get(id));
        let contract = &line.contract.and_then(|id| snapshot.contracts.get(id));
        let last = ldos(&line);
        let cell = |column: Column| match column {
            Column::LineId => Cell::Text(line.id.to_string()),
            Column::Customer => Cell::text(account.as_ref().map(|account| &*account.name)),
            Column::Site => Cell::text(site.as_ref().map(|site| &*site.name)),
            Column::Serial => Cell::text(line.serial.as_deref()),
            Column::Product => Cell::text(line.pid.as_deref().or(line.service_sku.as_deref())),
            Column::Description => Cell::text(line.description.as_deref()),
            Column::Contract => Cell::text(contract.as_ref().map(|contract| &*contract.number)),
            Column::ServiceLevel => Cell::text(line.service_level.as_deref()),
            Column::EndDate => Cell::date(line.end),
            Column::Ldos => Cell::date(last),
            Column::Renew => Cell::text(line.customer_renew.map(|yes| if yes { YES } else { NO })),
            Column::Comment => Cell::text(line.customer_comment.as_deref()),
        };
        rows.push(COLUMNS.iter().map(|(column, _)| cell(*column)).collect());
    }
    Table {
        headers: COLUMNS
            .iter()
            .map(|(_, header)| header.to_string())
            .collect(),
        rows,
    }
}
