//! Any other table: columns by the names people give them, or by a map file. Needs one identity
//! (serial, instance, contract or subscription) and one of end date or product.

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile. Never detected by required headers, only when no other kind fits.
pub static PROFILE: Profile = Profile {
    id: "generic",
    title: "a table with common headers",
    rows: Some(RowKind::Line),
    needs: &[],
    at_least: 0,
    telling: &[],
    telling_at_least: 0,
    forbids: &[],
    columns: &[
        (
            Field::Serial,
            &[
                "serialnumber",
                "serialno",
                "serial",
                "sn",
                "srno",
                "pakserialnumber",
                "serialnum",
            ],
        ),
        (
            Field::Pid,
            &[
                "productid",
                "pid",
                "productnumber",
                "partnumber",
                "model",
                "vendorpartnumber",
                "manufacturerpartnumber",
                "product",
                "productcode",
            ],
        ),
        (
            Field::Instance,
            &["instancenumber", "instanceid", "instance"],
        ),
        (
            Field::ContractNumber,
            &[
                "contractnumber",
                "contractno",
                "contract",
                "agreementnumber",
                "contractid",
            ],
        ),
        (
            Field::SubscriptionId,
            &["subscriptionid", "subid", "subscription"],
        ),
        (Field::QuoteNumber, &["quotenumber", "quoteid"]),
        (
            Field::ServiceSku,
            &["servicesku", "servicepartnumber", "sku"],
        ),
        (
            Field::ServiceLevel,
            &["servicelevel", "sla", "slatype", "coverage", "supportlevel"],
        ),
        (Field::ServiceType, &["servicetype"]),
        (
            Field::StartDate,
            &[
                "startdate",
                "coveragestartdate",
                "from",
                "start",
                "contractstartdate",
            ],
        ),
        (
            Field::EndDate,
            &[
                "enddate",
                "coverageenddate",
                "expirationdate",
                "expirydate",
                "expiry",
                "renewaldate",
                "coveredproductlineenddate",
                "end",
                "contractenddate",
            ],
        ),
        (
            Field::TermMonths,
            &[
                "termmonths",
                "term",
                "durationmonths",
                "servicedurationmonths",
            ],
        ),
        (
            Field::Quantity,
            &["quantity", "qty", "installationquantity"],
        ),
        (Field::UnitList, &["listprice", "unitlistprice", "unitlist"]),
        (Field::ListYears, &["listyears"]),
        (Field::UnitNet, &["unitnetprice", "unitnet"]),
        (
            Field::ExtendedNet,
            &[
                "netprice",
                "extendednetprice",
                "renewalvalue",
                "amount",
                "total",
                "extendednet",
                "totalnetprice",
            ],
        ),
        (
            Field::DiscountPct,
            &["disc", "discount", "discountpct", "discountpercent"],
        ),
        (Field::Currency, &["currency", "currencycode", "curr"]),
        (
            Field::CustomerName,
            &[
                "customername",
                "enduser",
                "endcustomer",
                "endusername",
                "company",
                "account",
                "customer",
                "endcustomername",
                "accountname",
            ],
        ),
        (Field::CustomerId, &["customerid", "partyid"]),
        (Field::Country, &["country"]),
        (
            Field::SiteName,
            &["site", "sitename", "installsite", "location"],
        ),
        (Field::SiteCity, &["city"]),
        (Field::Description, &["description", "productdescription"]),
        (
            Field::LineStatus,
            &["status", "linestatus", "contractstatus", "coveragestatus"],
        ),
        (Field::Ldos, &["lastdateofsupport", "ldos"]),
        (Field::WarrantyEnd, &["warrantyenddate", "warrantyend"]),
        (Field::ShipDate, &["shipdate", "ordershipdate"]),
        (Field::Vendor, &["vendor", "manufacturer"]),
        (Field::RenewedTo, &["renewedtoinstance"]),
        (
            Field::RenewedFrom,
            &["renewedfrominstance", "previousinstancenumber"],
        ),
    ],
    contains: false,
    workbook: false,
    customer_list: true,
    document: false,
};

/// The fields of which one makes an identity.
pub const IDENTITY: [Field; 5] = [
    Field::Serial,
    Field::Instance,
    Field::ContractNumber,
    Field::SubscriptionId,
    Field::AgreementNumber,
];
