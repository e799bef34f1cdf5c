//! The price estimate of Cisco's ordering workspace (CCW): what new gear and services would cost.
//! Every number is text. It names no serials, so it becomes a quote and never touches the install
//! base; how its rows are told apart is in [`crate::ingest::estimate`].

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "ccw_estimate",
    title: "a CCW price estimate",
    rows: Some(RowKind::Estimate),
    needs: &[&["linenumber"], &["partnumber"]],
    at_least: 2,
    telling: &[
        "servicedurationmonths",
        "estimatedleadtimedays",
        "unitnetprice",
        "extendednetprice",
    ],
    telling_at_least: 1,
    forbids: &[
        "pakserialnumber",
        "serialnumber",
        "instancenumber",
        "renewdesklineid",
    ],
    columns: &[
        (Field::TreeLine, &["linenumber"]),
        (Field::Pid, &["partnumber"]),
        (Field::Description, &["description"]),
        (Field::TermMonths, &["servicedurationmonths"]),
        (Field::Quantity, &["qty", "quantity"]),
        (Field::UnitList, &["unitlistprice"]),
        (Field::UnitNet, &["unitnetprice"]),
        (Field::DiscountPct, &["disc", "discount"]),
        (Field::ExtendedNet, &["extendednetprice"]),
        // Only refused rows that come back have these two in columns.
        (Field::QuoteNumber, &["estimateid"]),
        (Field::Currency, &["currency"]),
    ],
    contains: false,
    workbook: true,
    customer_list: false,
    document: false,
};
