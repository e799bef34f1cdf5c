//! A quote of this book that was written out with every driver and worked on in a spreadsheet. Its columns
//! are those of [`crate::export::inside`] that can be typed; figures that follow from them are not looked at.

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "quote_lines_return",
    title: "a quote of renewdesk that was worked on in a spreadsheet",
    rows: Some(RowKind::QuoteLine),
    needs: &[&["renewdeskquotelineid"], &["quoteversion"]],
    at_least: 2,
    telling: &["renewdeskquotelineid"],
    telling_at_least: 1,
    forbids: &[],
    columns: &[
        (Field::QuoteNumber, &["quote"]),
        (Field::QuoteVersion, &["quoteversion"]),
        (Field::QuoteLineId, &["renewdeskquotelineid"]),
        (Field::ServiceSku, &["servicesku"]),
        (Field::StartDate, &["start"]),
        (Field::EndDate, &["end"]),
        (Field::Quantity, &["quantity"]),
        (Field::UnitList, &["unitlist"]),
        (Field::LineDiscount, &["discountpct"]),
        (Field::UnitNet, &["unitnet"]),
        (Field::ExtendedNet, &["extendednet"]),
        (Field::MarginPct, &["marginpct"]),
        (Field::MarkupPct, &["markuppct"]),
        (Field::UnitSell, &["unitsell"]),
        (Field::ExtendedSell, &["extendedsell"]),
        (Field::Portfolio, &["portfolio"]),
        (Field::Premium, &["premium"]),
        (Field::UnderEa, &["ea"]),
        (Field::AiProduct, &["ai"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};
