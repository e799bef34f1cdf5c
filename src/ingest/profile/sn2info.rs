//! Serial coverage (SN2INFO): what the vendor answers when asked for the cover of serials. A serial
//! alone is not unique, so the product is chosen with care; a covered serial without a contract
//! number is under warranty.

use super::Profile;
use crate::ingest::document::{Document, Grid, Page, Tally, fewer_than, number};
use crate::ingest::json::{find, list, text_of};
use crate::ingest::report::Problems;
use crate::ingest::row::{Field, RowKind};
use serde_json::Value as Json;

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "sn2info",
    title: "serial coverage (SN2INFO)",
    rows: Some(RowKind::Line),
    needs: &[&["srno"], &["iscovered"]],
    at_least: 2,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (Field::Serial, &["srno"]),
        (Field::Pid, &["pid"]),
        (Field::CoverageStatus, &["iscovered"]),
        (Field::ContractNumber, &["servicecontractnumber"]),
        (Field::ServiceLevel, &["servicelinedescr"]),
        (Field::EndDate, &["coveredproductlineenddate"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
        (Field::CustomerName, &["contractsitecustomername"]),
        (Field::SiteName, &["contractsiteaddress1"]),
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
    lists: &["serial_numbers"],
    fill,
    end: |tally, grid, problems| fewer_than(tally.total, grid, problems),
};

fn fits(page: &Json) -> bool {
    find(page, "serial_numbers").is_some()
        || (find(page, "sr_no").is_some() && find(page, "is_covered").is_some())
}

fn fill(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, _: &mut Problems) {
    let records = match find(page.json, "serial_numbers") {
        Some(Json::Array(list)) => list.as_slice(),
        None if page.fits => std::slice::from_ref(page.json),
        _ => &[],
    };
    for record in records {
        one(record, grid);
    }
    let info = find(page.json, "pagination_response_record");
    tally.announced(info.and_then(|info| number(info, "total_records")));
}

fn one(record: &Json, grid: &mut Grid) {
    grid.start();
    let base = list(record, "base_pid_list")
        .iter()
        .filter_map(|base| find(base, "base_pid").and_then(text_of));
    let names = OrderableNames {
        pid: &["orderable_pid"],
        kind: &["item_type"],
        description: &["item_description"],
    };
    put_product(
        list(record, "orderable_pid_list"),
        base.map(|pid| pid.trim().to_string()).collect(),
        &names,
        grid,
    );
    grid.object("", record);
}

/// What the members of an orderable product are called.
pub struct OrderableNames {
    /// Product id.
    pub pid: &'static [&'static str],
    /// Kind of item.
    pub kind: &'static [&'static str],
    /// Description.
    pub description: &'static [&'static str],
}

/// Names the product of a serial: its only orderable one, of several the chassis, else the base
/// product, else the first. The description and kind of item are the chosen one's.
pub fn put_product(orderable: &[Json], base: Vec<String>, names: &OrderableNames, grid: &mut Grid) {
    let text = |item: &Json, keys: &[&str]| {
        let found = keys
            .iter()
            .find_map(|key| find(item, key).and_then(text_of));
        found
            .map(|text| text.trim().to_string())
            .unwrap_or_default()
    };
    let named: Vec<&Json> = orderable
        .iter()
        .filter(|item| !crate::ingest::value::is_placeholder(&text(item, names.pid)))
        .collect();
    let chassis = named
        .iter()
        .find(|item| text(item, names.kind).to_lowercase().contains("chassis"));
    let base = base
        .into_iter()
        .find(|pid| !crate::ingest::value::is_placeholder(pid));
    let chosen = match (named.as_slice(), chassis, &base) {
        ([only], ..) => Some(*only),
        (_, Some(chassis), _) => Some(*chassis),
        (_, None, Some(_)) => None,
        (several, None, None) => several.first().copied(),
    };
    match chosen {
        Some(item) => {
            grid.put("pid", &text(item, names.pid));
            grid.put("item_type", &text(item, names.kind));
            grid.put("item_description", &text(item, names.description));
        }
        None => grid.put("pid", &base.unwrap_or_default()),
    }
}
