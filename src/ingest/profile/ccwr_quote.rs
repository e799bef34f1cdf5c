//! The renewal quote of Cisco's renewal workspace (CCW-R): one row per line. Has no contract
//! column and no customer; its dates are the coverage as it stands (decision 3).

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "ccwr_quote",
    title: "a CCW-R renewal quote",
    rows: Some(RowKind::Line),
    needs: &[
        &["pakserialnumber", "serialnumber"],
        &["instancenumber"],
        &["sku", "servicesku"],
        &["startdate"],
        &["enddate"],
        &["quantity", "qty"],
        &["unitlistprice"],
    ],
    at_least: 5,
    telling: &[
        "unitlistprice",
        "servicetype",
        "proratedlistprice",
        "extendednetprice",
        "quotenumber",
    ],
    telling_at_least: 1,
    forbids: &["productoffername", "installedbasestatus", "renewdesklineid"],
    columns: &[
        (Field::Serial, &["pakserialnumber", "serialnumber"]),
        (Field::Instance, &["instancenumber"]),
        (Field::ServiceSku, &["servicesku", "sku"]),
        (Field::StartDate, &["startdate"]),
        (Field::EndDate, &["enddate"]),
        (Field::Quantity, &["quantity", "qty"]),
        (Field::UnitList, &["unitlistprice"]),
        (Field::QuoteName, &["quotename"]),
        (Field::QuoteNumber, &["quotenumber", "quoteid"]),
        (
            Field::ContractNumber,
            &[
                "contractnumber",
                "contractno",
                "contract",
                "agreementnumber",
            ],
        ),
        (
            Field::CustomerName,
            &[
                "customername",
                "endcustomer",
                "endcustomername",
                "enduser",
                "endusername",
                "customer",
                "company",
                "account",
                "accountname",
            ],
        ),
        (Field::Pid, &["productnumber", "productid", "pid"]),
        (Field::Description, &["productdescription"]),
        (Field::Ldos, &["lastdateofsupport", "ldos"]),
        (
            Field::ServiceLevel,
            &["servicelevel", "serviceleveldescription"],
        ),
        (Field::ServiceType, &["servicetype"]),
        (Field::ParentInstance, &["parentinstancenumber"]),
        (Field::ItemType, &["majorminor"]),
        (Field::ProratedList, &["proratedlistprice"]),
        (Field::ExtendedNet, &["extendednetprice"]),
        (Field::UnitNet, &["unitnetprice"]),
        (
            Field::DiscountPct,
            &["disc", "discount", "discountpct", "discountpercent"],
        ),
        (Field::Currency, &["currency", "currencycode"]),
        (Field::PriceList, &["pricelist"]),
        (Field::LineStatus, &["status", "linestatus"]),
        (Field::SubscriptionId, &["subscriptionid"]),
        (Field::RenewedFrom, &["previousinstancenumber"]),
        (Field::ReferenceSerial, &["referenceserialnumber"]),
        (Field::ReferenceInstance, &["referenceinstancenumber"]),
        (Field::ReferenceSubscription, &["referencesubscriptionid"]),
    ],
    contains: false,
    workbook: true,
    customer_list: false,
    document: false,
};
