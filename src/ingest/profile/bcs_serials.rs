//! Serial coverage in the spelling of the operational-insights service: the camel-case twin of
//! SN2INFO, as records standing alone, in a list, or under `data` or `items`.

use super::Profile;
use super::sn2info::{OrderableNames, put_product};
use crate::ingest::document::{Document, Grid, fewer_than, number};
use crate::ingest::json::{find, list, text_of};
use crate::ingest::report::Problems;
use crate::ingest::row::{Field, RowKind};
use serde_json::Value as Json;

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "bcs_serials",
    title: "serial coverage (BCS)",
    rows: Some(RowKind::Line),
    needs: &[&["serialnumber"], &["iscovered"]],
    at_least: 2,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (Field::Serial, &["serialnumber"]),
        (Field::Pid, &["pid"]),
        (Field::CoverageStatus, &["iscovered"]),
        (
            Field::ContractNumber,
            &["servicecontractnumber", "contractnumber"],
        ),
        (
            Field::ServiceLevel,
            &["servicelinedescription", "servicelinedescr"],
        ),
        (Field::EndDate, &["coveredproductlineenddate"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
        (Field::CustomerName, &["contractsitecustomername"]),
        (
            Field::SiteName,
            &["contractsiteaddress1", "contractsiteaddress"],
        ),
        (Field::SiteCity, &["contractsitecity"]),
        (Field::SiteCountry, &["contractsitecountry"]),
        (Field::Description, &["itemdescription"]),
        (Field::ItemType, &["itemtype"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: true,
};

/// The document.
pub const DOCUMENT: Document = Document {
    profile: &PROFILE,
    fits,
    fill,
};

const BASE: [&str; 3] = ["baseproductidlist", "basepidlist", "baseproductids"];
const ORDERABLE: [&str; 2] = ["orderableproductidlist", "orderablepidlist"];
const NAMES: OrderableNames = OrderableNames {
    pid: &["orderableproductid", "orderablepid", "productid"],
    kind: &["itemtype"],
    description: &["itemdescription"],
};

fn is_record(page: &Json) -> bool {
    find(page, "serialnumber").is_some() && find(page, "iscovered").is_some()
}

fn records(page: &Json) -> &[Json] {
    if is_record(page) {
        return std::slice::from_ref(page);
    }
    let inner = ["data", "items", "serialnumbers"]
        .into_iter()
        .map(|name| list(page, name))
        .find(|list| list.iter().any(is_record));
    inner.unwrap_or_default()
}

fn fits(page: &Json) -> bool {
    !records(page).is_empty()
}

fn fill(pages: &[Json], grid: &mut Grid, problems: &mut Problems) {
    let mut total = None;
    for page in pages {
        for record in records(page) {
            one(record, grid);
        }
        total = total.max(number(page, "totalcount"));
    }
    fewer_than(total, grid, problems);
}

fn one(record: &Json, grid: &mut Grid) {
    grid.start();
    let base = BASE.into_iter().flat_map(|name| list(record, name));
    let base = base.filter_map(|item| {
        let named = ["baseproductid", "basepid"]
            .into_iter()
            .find_map(|key| find(item, key));
        text_of(named.unwrap_or(item)).map(|text| text.trim().to_string())
    });
    let orderable = ORDERABLE
        .into_iter()
        .map(|name| list(record, name))
        .find(|list| !list.is_empty());
    let orderable = orderable.unwrap_or_default();
    // Some clients write bare ids instead of objects.
    let bare = orderable
        .iter()
        .filter_map(Json::as_str)
        .map(str::to_string);
    put_product(orderable, base.chain(bare).collect(), &NAMES, grid);
    grid.object("", record);
}
