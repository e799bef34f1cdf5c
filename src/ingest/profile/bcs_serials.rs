//! Serial coverage in the spelling of the operational-insights service: the camel-case twin of
//! SN2INFO, as records standing alone, in a list, or under `data` or `items`.

use super::Profile;
use super::sn2info::{OrderableNames, put_product};
use crate::ingest::document::{Document, Grid, Page, Tally, fewer_than, number};
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
    lists: &LISTS,
    fill,
    end: |tally, grid, problems| fewer_than(tally.total, grid, problems),
};

const LISTS: [&str; 3] = ["data", "items", "serialnumbers"];
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
    let inner = LISTS
        .into_iter()
        .map(|name| list(page, name))
        .find(|list| list.iter().any(is_record));
    inner.unwrap_or_default()
}

fn fits(page: &Json) -> bool {
    !records(page).is_empty()
}

fn fill(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, _: &mut Problems) {
    for record in page.piece().unwrap_or_else(|| records(page.json)) {
        one(record, grid);
    }
    tally.announced(number(page.json, "totalcount"));
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
