//! Intersight contract information: whether each device of a UCS or network estate is covered. The
//! device id is its serial; a device without a contract number has none.

use super::Profile;
use crate::ingest::document::{Document, Grid, Page, Tally, fewer_than, number};
use crate::ingest::json::{find, text_of};
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, RowKind};
use crate::ingest::value::is_placeholder;
use serde_json::Value as Json;

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "intersight_contract",
    title: "Intersight contract information",
    rows: Some(RowKind::Line),
    needs: &[&["deviceid"], &["coverage", "contractstatus"]],
    at_least: 2,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (Field::Serial, &["deviceid"]),
        (Field::Pid, &["productnumber"]),
        (
            Field::Description,
            &["productdescription", "servicedescription"],
        ),
        (Field::ItemType, &["itemtype"]),
        (Field::CoverageStatus, &["coverage", "contractstatus"]),
        (Field::LineStatus, &["contractlinestatus"]),
        (Field::ContractNumber, &["contractcontractnumber"]),
        (Field::ServiceSku, &["servicesku"]),
        (Field::ServiceLevel, &["servicelevel"]),
        (Field::StartDate, &["startdate"]),
        (Field::EndDate, &["enddate"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
        (Field::CustomerName, &["customer"]),
        (Field::SiteName, &["endcustomeraddressaddress1"]),
        (Field::SiteCity, &["endcustomeraddresscity"]),
        (Field::SiteCountry, &["endcustomeraddresscountry"]),
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
    lists: &["results"],
    fill,
    end: |tally, grid, problems| fewer_than(tally.total, grid, problems),
};

/// Members that name objects of the service itself and say nothing of the device.
const OWN: [&str; 17] = [
    "accountmoid",
    "ancestors",
    "classid",
    "displaynames",
    "domaingroupmoid",
    "moid",
    "objecttype",
    "managed_objecttype",
    "owners",
    "parent",
    "permissionresources",
    "registereddevice",
    "servicestartdate",
    "sharedscope",
    "source",
    "tags",
    "versioncontext",
];

fn is_record(page: &Json) -> bool {
    let telling = ["contract", "contractstatusreason", "contractupdatedtime"];
    find(page, "deviceid").is_some()
        && find(page, "contractstatus").is_some()
        && telling.iter().any(|key| find(page, key).is_some())
}

/// The records of a page of results, or a record standing alone.
fn records(page: &Json) -> &[Json] {
    match find(page, "results") {
        Some(Json::Array(results)) => results,
        _ if is_record(page) => std::slice::from_ref(page),
        _ => &[],
    }
}

fn fits(page: &Json) -> bool {
    let kind = text(page, "objecttype").to_lowercase();
    kind.starts_with("asset.devicecontractinformation") || records(page).iter().any(is_record)
}

fn fill(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, problems: &mut Problems) {
    if !page.fits {
        return;
    }
    for record in records(page.json) {
        one(record, grid, problems);
    }
    tally.announced(number(page.json, "count"));
}

fn one(record: &Json, grid: &mut Grid, problems: &mut Problems) {
    grid.start();
    let ends = ["coveredproductlineenddate", "serviceenddate"];
    if let Some(end) = ends.iter().find_map(|key| day(record, key)) {
        grid.put("endDate", &end);
    }
    if let Some(start) = day(record, "servicestartdate") {
        grid.put("startDate", &start);
    }
    // "Not Covered" for the reason of a termination: no later date makes it covered again.
    let ended_early = text(record, "contractstatusreason")
        .to_lowercase()
        .contains("terminated");
    match ended_early {
        true => grid.put("coverage", "Terminated"),
        false => grid.put("coverage", &text(record, "contractstatus")),
    }
    customer(record, grid, problems);
    grid.object_without("", record, &OWN);
}

/// The end customer, else the group it belongs to.
fn customer(record: &Json, grid: &mut Grid, problems: &mut Problems) {
    let name = |key| {
        let name = find(record, key).map(|party| text(party, "name"));
        name.filter(|name| !is_placeholder(name))
    };
    if let Some(customer) = name("endcustomer") {
        grid.put("customer", &customer);
    } else if let Some(group) = name("enduserglobalultimate") {
        grid.put("customer", &group);
        let row = u32::try_from(grid.len()).ok();
        problems.note(Code::Incomplete, "customer", (None, row), || {
            format!("a device names no end customer; it stands under its group {group:?}")
        });
    }
}

/// A date; the year 1 stands for none.
fn day(record: &Json, key: &str) -> Option<String> {
    let text = text(record, key);
    (!is_placeholder(&text) && !text.starts_with("0001-")).then_some(text)
}

fn text(object: &Json, key: &str) -> String {
    let text = find(object, key).and_then(text_of);
    text.map(|text| text.trim().to_string()).unwrap_or_default()
}
