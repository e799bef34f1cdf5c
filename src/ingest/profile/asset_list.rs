//! The asset list a customer sent back: which lines shall be renewed, and what they wrote beside
//! them. Its columns are those of [`crate::export::asset_list`]; the others are not even looked at,
//! so that a cell the customer changed by mistake changes nothing.

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "asset_list_return",
    title: "an asset list that came back from a customer",
    rows: Some(RowKind::Answer),
    needs: &[&["renewdesklineid"], &["renewyn", "renew"]],
    at_least: 1,
    telling: &["renewdesklineid"],
    telling_at_least: 1,
    forbids: &[],
    columns: &[
        (Field::LineId, &["renewdesklineid"]),
        (Field::Renew, &["renewyn", "renew"]),
        (Field::CustomerComment, &["customercomment"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};
