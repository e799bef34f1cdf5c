//! PX Cloud answers: contract headers and contract details, of version 1 and 2. Pages hold 10 to 100
//! records under `items`, with the number of all in `totalCount`.

use super::Profile;
use crate::ingest::document::{Document, Grid, Page, Tally, fewer_than, number};
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
    lists: &["items"],
    fill: contracts,
    end: contracts_end,
};

/// The details' document.
pub const DETAILS_DOCUMENT: Document = Document {
    profile: &DETAILS,
    fits: is_details,
    lists: &["items"],
    fill: details,
    end: |tally, grid, problems| fewer_than(tally.total, grid, problems),
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

fn details(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, _: &mut Problems) {
    tally.announced(number(page.json, "totalcount"));
    if !page.fits {
        return;
    }
    for item in records(page.json) {
        grid.start();
        grid.object("", item);
    }
}

fn contracts(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, problems: &mut Problems) {
    tally.announced(number(page.json, "totalcount"));
    if !page.fits {
        return;
    }
    for item in records(page.json) {
        grid.start();
        grid.object_without("", item, &["customerdetails"]);
        tally.unkept |= ["contractvalue", "onboardedstatus"]
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
}

fn contracts_end(tally: &Tally, grid: &mut Grid, problems: &mut Problems) {
    if tally.unkept {
        problems.about_file(
            Code::Incomplete,
            "contract values and onboarding states are shown by PX Cloud only; the book prices \
             renewals from their lines and keeps neither"
                .to_string(),
        );
    }
    fewer_than(tally.total, grid, problems);
}
