//! PX Cloud answers: contract headers and contract details, of version 1 and 2. Pages hold 10 to 100
//! records under `items`, with the number of all in `totalCount`.

use super::Profile;
use crate::ingest::document::{Document, Grid, fewer_than, number};
use crate::ingest::json::{find, list};
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, RowKind};
use serde_json::Value as Json;

/// Contract headers.
pub static CONTRACTS: Profile = Profile {
    id: "pxcloud_contracts",
    title: "PX Cloud contracts",
    rows: Some(RowKind::Contract),
    needs: &[&["contractnumber"], &["onboardedstatus", "contractvalue"]],
    at_least: 2,
    telling: &[],
    telling_at_least: 0,
    forbids: &["serialnumber"],
    columns: &[
        (Field::ContractNumber, &["contractnumber"]),
        (Field::ContractStatus, &["contractstatus"]),
        (Field::ContractStart, &["coveragestartdate", "startdate"]),
        (Field::ContractEnd, &["coverageenddate", "enddate"]),
        (Field::ServiceProgram, &["serviceprogram"]),
        (Field::ServiceLevel, &["servicelevel"]),
        (
            Field::CustomerName,
            &["customerdetailscustomername", "customername"],
        ),
        (
            Field::CustomerId,
            &["customerdetailscustomerid", "customerid"],
        ),
        (Field::Country, &["country"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: true,
};

/// Contract details: the lines.
pub static DETAILS: Profile = Profile {
    id: "pxcloud_details",
    title: "PX Cloud contract details",
    rows: Some(RowKind::Line),
    needs: &[
        &["contractnumber"],
        &["serialnumber"],
        &["componenttype", "contractlineitemtype"],
    ],
    at_least: 3,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (Field::Serial, &["serialnumber"]),
        (Field::Instance, &["instancenumber"]),
        (Field::Pid, &["productid"]),
        (Field::ContractNumber, &["contractnumber"]),
        (Field::ContractStatus, &["contractstatus"]),
        (Field::ServiceLevel, &["servicelevel"]),
        (Field::StartDate, &["coveragestartdate"]),
        (Field::EndDate, &["coverageenddate"]),
        (Field::Quantity, &["installationquantity"]),
        (Field::ItemType, &["contractlineitemtype", "componenttype"]),
        (Field::CustomerName, &["customername"]),
        (Field::CustomerId, &["customerid"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: true,
};

/// The headers' document.
pub const CONTRACTS_DOCUMENT: Document = Document {
    profile: &CONTRACTS,
    fits: is_contracts,
    fill: contracts,
};

/// The details' document.
pub const DETAILS_DOCUMENT: Document = Document {
    profile: &DETAILS,
    fits: is_details,
    fill: details,
};

/// The records of a page, or a record standing alone.
pub fn records(page: &Json) -> &[Json] {
    match find(page, "items") {
        Some(Json::Array(items)) => items,
        Some(_) => &[],
        None => std::slice::from_ref(page),
    }
}

fn is_details(page: &Json) -> bool {
    let telling = [
        "componenttype",
        "contractlineitemtype",
        "installationquantity",
    ];
    records(page).iter().any(|item| {
        find(item, "contractnumber").is_some()
            && find(item, "serialnumber").is_some()
            && (find(page, "items").is_some() || telling.iter().any(|k| find(item, k).is_some()))
    })
}

fn is_contracts(page: &Json) -> bool {
    let telling = ["onboardedstatus", "contractvalue", "customerdetails"];
    !is_details(page)
        && records(page).iter().any(|item| {
            find(item, "contractnumber").is_some()
                && (find(page, "items").is_some()
                    || telling.iter().any(|k| find(item, k).is_some()))
        })
}

/// The largest number of records any page announces.
pub fn total(pages: &[Json]) -> Option<u64> {
    pages
        .iter()
        .filter_map(|page| number(page, "totalcount"))
        .max()
}

fn details(pages: &[Json], grid: &mut Grid, problems: &mut Problems) {
    for item in pages
        .iter()
        .filter(|page| is_details(page))
        .flat_map(records)
    {
        grid.start();
        grid.object("", item);
    }
    fewer_than(total(pages), grid, problems);
}

fn contracts(pages: &[Json], grid: &mut Grid, problems: &mut Problems) {
    let mut unkept = false;
    let own = pages.iter().filter(|page| is_contracts(page));
    for item in own.flat_map(records) {
        grid.start();
        grid.object_without("", item, &["customerdetails"]);
        unkept |= ["contractvalue", "onboardedstatus"]
            .into_iter()
            .any(|name| find(item, name).is_some());
        let customers = list(item, "customerdetails");
        if let Some(first) = customers.first() {
            grid.object("customerDetails", first);
        }
        if customers.len() > 1 {
            let row = u32::try_from(grid.len()).ok();
            problems.note(Code::TwoCustomers, "", (None, row), || {
                "a contract names several customers; it is kept under the first".to_string()
            });
        }
    }
    if unkept {
        problems.about_file(
            Code::Incomplete,
            "contract values and onboarding states are shown by PX Cloud only; the book prices \
             renewals from their lines and keeps neither"
                .to_string(),
        );
    }
    fewer_than(total(pages), grid, problems);
}
