//! The install-base export with line details. Names no customer; one serial can stand on several
//! rows over time, linked by the renewed-from and renewed-to instances.

use super::Profile;
use crate::ingest::row::{Field, RowKind};

/// The profile.
pub static PROFILE: Profile = Profile {
    id: "ib_line_details",
    title: "an install-base line details export",
    rows: Some(RowKind::Line),
    needs: &[
        &["pakserialnumber"],
        &["instancenumber"],
        &["servicesku"],
        &["status"],
    ],
    at_least: 4,
    telling: &[
        "productoffername",
        "subscriptionidcontractnumber",
        "installedbasestatus",
        "replacementserialnumber",
    ],
    telling_at_least: 1,
    forbids: &[],
    columns: &[
        (Field::Serial, &["pakserialnumber"]),
        (Field::Instance, &["instancenumber"]),
        (Field::Pid, &["productoffername"]),
        (Field::Description, &["description"]),
        (Field::AgreementNumber, &["subscriptionidcontractnumber"]),
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
        (Field::LineStatus, &["status"]),
        (Field::StartDate, &["startdate"]),
        (Field::EndDate, &["enddate"]),
        (Field::TerminationDate, &["terminationdate"]),
        (Field::ParentInstance, &["parentinstancenumber"]),
        (Field::ServiceLevel, &["serviceleveloffertype"]),
        (Field::ServiceSku, &["servicesku"]),
        (Field::Quantity, &["quantity", "qty"]),
        (Field::ExtendedNet, &["totalnetprice"]),
        (Field::UnitList, &["unitlistprice"]),
        (Field::Currency, &["currency"]),
        (Field::PriceList, &["pricelist"]),
        (Field::ReplacementSerial, &["replacementserialnumber"]),
        (Field::ReplacementInstance, &["replacementinstancenumber"]),
        (
            Field::RenewedFrom,
            &["renewedfrominstance", "renewedfrominstancenumber"],
        ),
        (
            Field::RenewedTo,
            &["renewedtoinstance", "renewedtoinstancenumber"],
        ),
        (Field::ItemType, &["itemtype"]),
        (Field::Ldos, &["lastdateofsupport"]),
        (Field::WarrantyEnd, &["warrantyenddate"]),
    ],
    contains: false,
    workbook: false,
    customer_list: false,
    document: false,
};
