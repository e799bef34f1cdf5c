//! Kinds that are recognised, so that a person is told what the file is, but not read yet.

use super::Profile;

const fn known(
    id: &'static str,
    title: &'static str,
    needs: &'static [&'static [&'static str]],
    telling: &'static [&'static str],
    telling_at_least: usize,
) -> Profile {
    Profile {
        id,
        title,
        rows: None,
        needs,
        at_least: needs.len(),
        telling,
        telling_at_least,
        forbids: &[],
        columns: &[],
        contains: false,
        workbook: false,
        customer_list: false,
        document: false,
    }
}

/// Tables by their headers.
pub static TABLES: [Profile; 9] = [
    known(
        "sntc_hardware_eol",
        "SNTC Hardware_EOL",
        &[&["hwinstanceid"], &["hweolinstanceid"]],
        &[],
        0,
    ),
    known(
        "sntc_hardware_bulletins",
        "SNTC Hardware_Bulletins",
        &[&["hweolinstanceid"], &["lastdateofsupport"]],
        &[],
        0,
    ),
    known(
        "sntc_hardware",
        "SNTC Hardware",
        &[&["hwinstanceid"], &["serialnumber"]],
        &[],
        0,
    ),
    known(
        "sntc_software",
        "SNTC Software",
        &[&["swtype"], &["swversion"]],
        &["swmajorversion", "swcategory", "swname"],
        1,
    ),
    known(
        "sntc_software_eol",
        "SNTC Software end of life",
        &[&["sweolinstanceid"]],
        &[],
        0,
    ),
    known(
        "sntc_assets",
        "SNTC Assets (network elements)",
        &[&["neinstanceid"], &["managedneinstanceid"]],
        &["netype", "nesubtype", "sysname"],
        1,
    ),
    known(
        "sntc_asset_groups",
        "SNTC Asset_Groups",
        &[&["inventoryid"], &["inventoryname"]],
        &[],
        0,
    ),
    known(
        "sntc_advisories",
        "SNTC field notices or security advisories",
        &[&["bulletinnumber"], &["vulnerabilitystatus"]],
        &[],
        0,
    ),
    known(
        "sntc_customers",
        "SNTC customers",
        &[&["customerid"], &["streetaddress1"]],
        &["theatercode", "zipcode"],
        1,
    ),
];

/// JSON documents by their keys, lower case: all keys of a row must be there.
pub static DOCUMENTS: [(&str, &[&str]); 4] = [
    ("a PX Cloud lifecycle list", &["items", "customerid"]),
    ("an Ingram Micro renewals search", &["renewals"]),
    ("an Ingram Micro renewal", &["renewalid", "products"]),
    (
        "Intersight contract information",
        &["contractstatus", "deviceid"],
    ),
];
