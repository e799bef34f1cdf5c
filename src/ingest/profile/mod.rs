//! The kinds of files: how each is recognised by its headers or JSON keys, and which column fills
//! which field. A profile is data; what is special about one kind lives in its own module.

pub mod asset_list;
pub mod bcs_serials;
pub mod ccw_estimate;
pub mod ccwr_quote;
pub mod dpv;
pub mod eox;
pub mod generic;
pub mod ib_line_details;
pub mod ingram;
pub mod intersight;
pub mod known;
pub mod lifecycle;
pub mod notice;
pub mod pxcloud;
pub mod quote_lines;
pub mod sn2info;
pub mod sntc;

use super::row::{Field, RowKind};

/// One kind of table.
#[derive(Debug)]
pub struct Profile {
    /// Id, as `--format` takes it.
    pub id: &'static str,
    /// In words, for messages.
    pub title: &'static str,
    /// What its rows are; `None` for kinds that are only recognised.
    pub rows: Option<RowKind>,
    /// Required headers: each entry lists keys of which one must be there.
    pub needs: &'static [&'static [&'static str]],
    /// How many of them at least.
    pub at_least: usize,
    /// Headers that tell it from its neighbours.
    pub telling: &'static [&'static str],
    /// How many of them at least.
    pub telling_at_least: usize,
    /// Headers that rule it out.
    pub forbids: &'static [&'static str],
    /// Fields and the header keys that fill them, best first.
    pub columns: &'static [(Field, &'static [&'static str])],
    /// A header that merely contains a key counts where no header equals it.
    pub contains: bool,
    /// It comes as a workbook; in a text file one more telling header must be there.
    pub workbook: bool,
    /// True for lists that people keep themselves.
    pub customer_list: bool,
    /// It comes as JSON; as a table only when its own rejects come back.
    pub document: bool,
}

/// Every kind of table, those only recognised included; the generic one stands apart.
pub fn tables() -> impl Iterator<Item = &'static Profile> {
    [
        &ccwr_quote::PROFILE,
        &ib_line_details::PROFILE,
        &ccw_estimate::PROFILE,
        &asset_list::PROFILE,
        &quote_lines::PROFILE,
        &sntc::CONTRACTS,
        &sntc::COVERED,
        &sntc::NOT_COVERED,
        &sntc::HARDWARE,
        &sntc::CUSTOMERS,
        &notice::HARDWARE_EOL,
        &notice::BULLETINS,
        &dpv::PROFILE,
    ]
    .into_iter()
    .chain(known::TABLES.iter())
    .chain(super::document::profiles())
}

/// The ids `--format` accepts.
pub fn readable_formats() -> Vec<&'static str> {
    tables()
        .filter(|profile| profile.rows.is_some())
        .map(|profile| profile.id)
        .chain([eox::ID, generic::PROFILE.id])
        .collect()
}
