//! Ingram Micro renewals: what the distributor says of a renewal, as a list (search) or one by one
//! (detail). Both become the same columns. They name renewals and never lines: numbers of orders and
//! quotes, and serials among further attributes, tell which contract of the book is meant.

use super::Profile;
use crate::ingest::check::is_foreign;
use crate::ingest::document::{Document, Grid, Page, Tally, fewer_than, number};
use crate::ingest::extract::Draft;
use crate::ingest::json::{find, list, list_or_self, text_of};
use crate::ingest::report::Problems;
use crate::ingest::row::{Code, Field, Outcome, RowKind};
use crate::ingest::value::is_placeholder;
use serde_json::Value as Json;

/// Stands between several numbers in one cell.
pub const BETWEEN: char = ';';

const COLUMNS: &[(Field, &[&str])] = &[
    (Field::RenewalId, &["renewalid"]),
    (Field::CustomerName, &["enduser"]),
    (Field::Country, &["countrycode"]),
    (Field::Vendor, &["vendor"]),
    (Field::EndDate, &["expirationdate"]),
    (Field::RenewalValue, &["renewalvalue"]),
    (Field::LineStatus, &["status"]),
    (Field::References, &["references"]),
    (Field::Serials, &["serials"]),
    (Field::ContractNumbers, &["contractnumbers"]),
    (Field::Products, &["products"]),
];

const fn profile(id: &'static str, title: &'static str) -> Profile {
    Profile {
        id,
        title,
        rows: Some(RowKind::Renewal),
        needs: &[&["renewalid"], &["expirationdate", "references"]],
        at_least: 2,
        telling: &[],
        telling_at_least: 0,
        forbids: &[],
        columns: COLUMNS,
        contains: false,
        workbook: false,
        customer_list: false,
        document: true,
    }
}

/// A list of renewals.
pub static SEARCH: Profile = profile("ingram_search", "an Ingram Micro renewals search");

/// Renewals in detail.
pub static DETAIL: Profile = profile("ingram_detail", "an Ingram Micro renewal");

/// The list's document.
pub const SEARCH_DOCUMENT: Document = Document {
    profile: &SEARCH,
    fits: is_search,
    lists: &["renewals"],
    fill: search,
    end: |tally, grid, problems| fewer_than(tally.total, grid, problems),
};

/// The detail's document.
pub const DETAIL_DOCUMENT: Document = Document {
    profile: &DETAIL,
    fits: is_detail,
    lists: &[],
    fill: detail,
    end: details_end,
};

fn is_search(page: &Json) -> bool {
    find(page, "renewals").is_some_and(Json::is_array)
        || (find(page, "renewalid").is_some() && !is_detail(page))
}

fn is_detail(page: &Json) -> bool {
    let inner = ["products", "additionalattributes", "enduserinfo"];
    find(page, "renewalid").is_some() && inner.iter().any(|key| find(page, key).is_some())
}

fn search(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, _: &mut Problems) {
    if !page.fits {
        return;
    }
    for record in list_or_self(page.json, "renewals") {
        one(record, grid);
    }
    tally.announced(number(page.json, "recordsfound"));
}

fn detail(page: &Page<'_>, grid: &mut Grid, tally: &mut Tally, _: &mut Problems) {
    if page.fits {
        one(page.json, grid);
        tally.products += several(page.json, "products").len();
    }
}

fn details_end(tally: &Tally, _: &mut Grid, problems: &mut Problems) {
    let products = tally.products;
    if products > 0 {
        problems.about_file(
            Code::Incomplete,
            format!(
                "{products} product lines of the distributor make no lines of the book, which come \
                 from the vendor's files: quantities are compared, unit prices (of a term the file \
                 does not name) and contact persons were passed over"
            ),
        );
    }
}

fn one(record: &Json, grid: &mut Grid) {
    grid.start();
    for (key, name) in [
        ("renewalid", "renewalId"),
        ("enduser", "endUser"),
        ("vendor", "vendor"),
        ("expirationdate", "expirationDate"),
        ("renewalvalue", "renewalValue"),
        ("status", "status"),
    ] {
        if let Some(value) = find(record, key) {
            grid.value(name, value);
        }
    }
    for info in several(record, "enduserinfo") {
        for key in ["companyname", "name1"] {
            grid.put("endUser", &text(info, key));
        }
        grid.put("countryCode", &text(info, "countrycode"));
    }
    grid.put("references", &references(record));
    grid.put("products", &product_list(record));
    grid.put("serials", &attributes(record, &["serial"]));
    grid.put(
        "contractNumbers",
        &attributes(record, &["contract", "subscription"]),
    );
}

/// The numbers of orders and quotes.
fn references(record: &Json) -> String {
    let mut found: Vec<String> = [
        "customerordernumber",
        "ingramordernumber",
        "ingrampurchaseordernumber",
        "endcustomerordernumber",
        "referencenumber",
    ]
    .into_iter()
    .map(|key| text(record, key))
    .collect();
    for reference in several(record, "referencenumber") {
        found.push(text(reference, "quotenumber"));
        found.push(text(reference, "notificationid"));
    }
    joined(found.iter().map(String::as_str))
}

/// What stands between a part number and its quantity.
pub const TIMES: &str = " x ";

/// The part numbers with their quantities.
fn product_list(record: &Json) -> String {
    let parts = several(record, "products").iter().filter_map(|product| {
        let part = ["vendorpartnumber", "manufacturerpartnumber"]
            .into_iter()
            .map(|key| text(product, key))
            .find(|part| !is_placeholder(part))?;
        let quantity = text(product, "quantity");
        (!is_placeholder(&quantity)).then(|| format!("{part}{TIMES}{quantity}"))
    });
    parts.collect::<Vec<String>>().join(&BETWEEN.to_string())
}

/// The values of the further attributes whose description has one of the words.
fn attributes(record: &Json, words: &[&str]) -> String {
    let mut found: Vec<String> = Vec::new();
    for attribute in list(record, "additionalattributes") {
        let what = text(attribute, "attributedescription").to_lowercase();
        if words.iter().any(|word| what.contains(word)) {
            found.push(text(attribute, "attributevalue"));
        }
    }
    joined(
        found
            .iter()
            .flat_map(|text| text.split([BETWEEN, ',', '|'])),
    )
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut all: Vec<&str> = Vec::new();
    for text in texts.map(str::trim) {
        if !is_placeholder(text) && !all.contains(&text) {
            all.push(text);
        }
    }
    all.join(&BETWEEN.to_string())
}

fn text(object: &Json, key: &str) -> String {
    let text = find(object, key).and_then(text_of);
    text.map(|text| text.trim().to_string()).unwrap_or_default()
}

/// A member that is an object in one client and a list in another.
fn several<'a>(object: &'a Json, key: &str) -> &'a [Json] {
    match find(object, key) {
        Some(Json::Array(list)) => list,
        Some(one @ Json::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

/// A renewal of the distributor; those of other makers are passed over.
pub fn finish(draft: Draft) -> Outcome {
    if is_foreign(&draft.values) {
        return Outcome::Skipped(Code::NonCisco);
    }
    if let Some((code, reason)) = draft.refusal {
        return Outcome::Rejected(code, reason);
    }
    if !draft.values.has(Field::RenewalId) {
        let reason = "the record has no renewal id".to_string();
        return Outcome::Rejected(Code::NoKey, reason);
    }
    Outcome::Data(draft.values)
}
