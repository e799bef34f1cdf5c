//! The CSV families of the Smart Net Total Care and CX Cloud collectors that are read: customers,
//! contract headers, covered assets, assets without cover, and hardware. The end-of-life lists are
//! in [`super::notice`].

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// Contract headers.
pub static CONTRACTS: Profile = Profile {
    id: "sntc_contracts_details",
    title: "SNTC Contracts_Details",
    rows: Some(RowKind::Contract),
    needs: &[
        &["contractnumber"],
        &["contractstatus"],
        &["contractenddate"],
    ],
    at_least: 3,
    telling: &[
        "contractstartdate",
        "serviceprogram",
        "billtoguname",
        "siteuseid",
        "siteusename",
        "baseproductid",
        "customerid",
    ],
    telling_at_least: 1,
    forbids: &["serialnumber", "productid"],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::ContractNumber, &["contractnumber"]),
        (Field::ContractStatus, &["contractstatus"]),
        (Field::ContractStart, &["contractstartdate"]),
        (Field::ContractEnd, &["contractenddate"]),
        (Field::ServiceProgram, &["serviceprogram"]),
        (Field::ServiceLevel, &["servicelevel"]),
        (Field::Country, &["sitecountry"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// Covered assets: the lines.
pub static COVERED: Profile = Profile {
    id: "sntc_covered_assets",
    title: "SNTC Covered_Assets",
    rows: Some(RowKind::Line),
    needs: &[
        &["serialnumber"],
        &["productid"],
        &["coverageenddate"],
        &["contractnumber"],
    ],
    at_least: 4,
    telling: &[
        "coveragestatus",
        "contractinstancenumber",
        "neinstanceid",
        "servicelinestatus",
        "serviceable",
        "slatype",
        "customerid",
        "contractenddate",
    ],
    telling_at_least: 2,
    forbids: &["hwinstanceid"],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::Serial, &["serialnumber"]),
        (Field::Pid, &["productid"]),
        (Field::CoverageStatus, &["coveragestatus"]),
        (Field::Instance, &["contractinstancenumber"]),
        (Field::ParentInstance, &["parentcontractinstanceid"]),
        (Field::ShipDate, &["ordershipdate"]),
        (Field::StartDate, &["coveragestartdate"]),
        (Field::EndDate, &["coverageenddate"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
        (Field::ContractNumber, &["contractnumber"]),
        (Field::ServiceLevel, &["servicelevel", "slatype"]),
        (Field::ServiceProgram, &["serviceprogram"]),
        (Field::ContractStart, &["contractstartdate"]),
        (Field::ContractEnd, &["contractenddate"]),
        (Field::ContractStatus, &["contractstatus"]),
        (Field::LineStatus, &["servicelinestatus"]),
        (
            Field::SiteName,
            &["installedatsitename", "installedataddressline1"],
        ),
        (Field::SiteCity, &["installedatcity"]),
        (Field::SiteCountry, &["installedatcountry"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// Assets without cover: the gaps.
pub static NOT_COVERED: Profile = Profile {
    id: "sntc_not_covered_assets",
    title: "SNTC Not_Covered_Assets",
    rows: Some(RowKind::Line),
    needs: &[
        &["serialnumber"],
        &["productid"],
        &["warrantytype", "warrantyenddate"],
    ],
    at_least: 3,
    telling: &[
        "hwtype",
        "neinstanceid",
        "billtopartyid",
        "ordershipdate",
        "contractinstancenumber",
        "customerid",
    ],
    telling_at_least: 2,
    forbids: &[
        "hwinstanceid",
        "coverageenddate",
        "contractnumber",
        "coveragestatus",
        "servicesku",
    ],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::Instance, &["contractinstancenumber"]),
        (Field::Serial, &["serialnumber"]),
        (Field::Pid, &["productid"]),
        (Field::ItemType, &["hwtype"]),
        (Field::NetworkElement, &["neinstanceid"]),
        (Field::ShipDate, &["ordershipdate"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
        (
            Field::SiteName,
            &["installedatsitename", "installedataddressline1"],
        ),
        (Field::SiteCity, &["installedatcity"]),
        (Field::SiteCountry, &["installedatcountry"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// Hardware: what a collector found, chassis and parts. `hwInstanceId` is the collector's own
/// number, never an instance of a contract.
pub static HARDWARE: Profile = Profile {
    id: "sntc_hardware",
    title: "SNTC Hardware",
    rows: Some(RowKind::Line),
    needs: &[&["hwinstanceid"], &["serialnumber"]],
    at_least: 2,
    telling: &["productid", "hwtype", "collectedserialnumber", "hwname"],
    telling_at_least: 1,
    forbids: &["hweolinstanceid", "coverageenddate"],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::Serial, &["serialnumber"]),
        (Field::CollectedSerial, &["collectedserialnumber"]),
        (Field::Pid, &["productid"]),
        (Field::Description, &["productdescription", "productname"]),
        (Field::ItemType, &["hwtype"]),
        (Field::NetworkElement, &["neinstanceid"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};

/// Customers.
pub static CUSTOMERS: Profile = Profile {
    id: "sntc_customers",
    title: "SNTC customers",
    rows: Some(RowKind::Customer),
    needs: &[&["customerid"], &["customername"], &["streetaddress1"]],
    at_least: 3,
    telling: &["theatercode", "zipcode"],
    telling_at_least: 1,
    forbids: &["serialnumber", "contractnumber"],
    columns: &[
        (Field::CustomerId, &["customerid"]),
        (Field::CustomerName, &["customername"]),
        (Field::Country, &["country"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};
