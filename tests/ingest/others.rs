//! The other formats: install base, SNTC families, end of life, assessment; and kinds that are
//! only recognised.

use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::domain::contract::ContractKind;
use renewdesk::domain::line::{Coverage, LineKind};
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{self, IngestError, ReadOptions};
use rust_decimal::Decimal;

const IB: [&str; 17] = [
    "Product /Offer Name",
    "Description",
    "Subscription ID/Contract Number",
    "Status",
    "Installed Base Status",
    "Start Date",
    "End Date",
    "PAK/Serial Number",
    "Instance Number",
    "Service Level/Offer Type",
    "Service SKU",
    "Quantity",
    "Total Net Price",
    "Currency",
    "Replacement Serial Number",
    "Renewed From Instance",
    "Renewed To Instance",
];

#[test]
fn install_base_lines_are_linked_over_time() {
    use C::*;
    let row = |agreement, status, start, end, serial, instance, rma, from, to| {
        vec![
            T("C9300-24T-E"),
            T("Switch"),
            T(agreement),
            T(status),
            T("Latest-INSTALLED"),
            T(start),
            T(end),
            T(serial),
            N(instance),
            T("SNT"),
            T("CON-SNT-C93002TE"),
            N(1.0),
            N(300.0),
            T("USD"),
            T(rma),
            T(from),
            T(to),
        ]
    };
    let bytes = workbook(&[(
        "Sheet1",
        false,
        vec![
            vec![T("Install base, line details")],
            IB.map(T).to_vec(),
            row(
                "200100200",
                "EXPIRED",
                "01-Jan-2025",
                "31-Dec-2025",
                "FOC1",
                500.0,
                "",
                "",
                "",
            ),
            row(
                "200100200",
                "ACTIVE",
                "01-Jan-2026",
                "31-Dec-2026",
                "FOC1",
                501.0,
                "",
                "500",
                "",
            ),
            row(
                "200100200",
                "ACTIVE",
                "01-Jan-2026",
                "31-Dec-2026",
                "FOC2",
                502.0,
                "FOC8",
                "",
                "",
            ),
            row(
                "Sub555",
                "ACTIVE",
                "01-Jan-2026",
                "31-Dec-2026",
                "FOC3",
                503.0,
                "",
                "",
                "",
            ),
        ],
    )]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "ib.xlsx", "").unwrap();
    assert_eq!(report.format, "ib_line_details");
    assert_eq!(counts(&report), (4, 4, 0, 0, 0, 0));
    let by = |instance: &str| {
        desk.book
            .lines
            .iter()
            .find(|l| l.instance.as_deref() == Some(instance))
            .unwrap()
    };
    assert_eq!(by("500").renewed_to.as_deref(), Some("501"));
    assert!(!by("500").is_open() && by("501").is_open());
    assert_eq!(by("502").replaced_by.as_deref(), Some("FOC8"));
    let kinds: Vec<ContractKind> = desk.book.contracts.iter().map(|c| c.kind).collect();
    assert!(kinds.contains(&ContractKind::Service) && kinds.contains(&ContractKind::Subscription));
    let customer = desk.book.accounts.iter().next().unwrap();
    assert_eq!(&*customer.name, "Unassigned");
    // A contract file names the customer; contract and lines leave the worklist.
    let csv = "customerId,customerName,contractNumber,contractStatus,contractStartDate,contractEndDate,serviceProgram,serviceLevel\n\
        77,Acme AG,200100200,Active,2026-01-01,2026-12-31,SMARTNET,SNT\n\
        77,Acme AG,200100299,Overdue,2025-01-01,2026-10-31,SMARTNET,SNT\n";
    let report = desk
        .import(csv.as_bytes(), "x_Contracts_Details.csv", "")
        .unwrap();
    assert_eq!(report.format, "sntc_contracts_details");
    assert_eq!(counts(&report), (2, 1, 1, 0, 0, 0));
    let acme = desk
        .book
        .accounts
        .iter()
        .find(|a| &*a.name == "Acme AG")
        .unwrap()
        .id;
    let line = desk
        .book
        .lines
        .iter()
        .find(|l| l.instance.as_deref() == Some("501"))
        .unwrap();
    assert_eq!(line.account, acme);
    let bare = desk
        .book
        .contracts
        .iter()
        .find(|c| &*c.number == "200100299")
        .unwrap();
    let renewal = desk
        .book
        .renewals
        .iter()
        .find(|r| r.contract == bare.id)
        .unwrap();
    assert_eq!((renewal.end, renewal.currency), (day("2026-10-31"), None));
    // Its lines take the empty renewal over.
    let csv = "customerId,customerName,serialNumber,productId,coverageStatus,contractInstanceNumber,coverageStartDate,coverageEndDate,contractNumber,contractEndDate,installedatSiteName,installedatCity,installedatCountry\n\
        77,Acme AG,FOC9,WS-C3850-24T-S,Active,909,2025-11-01,2026-10-31,200100299,2026-10-31,HQ,Bern,CH\n";
    let renewals = desk.book.renewals.len();
    desk.import(csv.as_bytes(), "Covered_Assets.csv", "")
        .unwrap();
    assert_eq!(desk.book.renewals.len(), renewals);
    assert_eq!(desk.book.sites.len(), 1);
    let line = desk
        .book
        .lines
        .iter()
        .find(|l| l.serial.as_deref() == Some("FOC9"))
        .unwrap();
    assert_eq!(
        (line.kind, line.coverage),
        (LineKind::Service, Coverage::Overdue)
    );
}

#[test]
fn assets_without_cover_are_gaps() {
    let csv = "customerId,customerName,contractInstanceNumber,serialNumber,productId,hwType,orderShipDate,warrantyType,warrantyStartDate,warrantyEndDate,neInstanceId,billtoPartyId\n\
        77,Acme,,FOC1,C9300-24T-E,Chassis,2024-02-29,LTD,2024-03-01,2027-03-01,9,5\n";
    let mut desk = Desk::new();
    let report = desk.import(csv.as_bytes(), "Not_Covered.csv", "").unwrap();
    assert_eq!(report.format, "sntc_not_covered_assets");
    let line = desk.book.lines.iter().next().unwrap();
    assert_eq!(
        (line.kind, line.coverage, line.contract),
        (LineKind::Asset, Coverage::NotCovered, None)
    );
    assert_eq!(line.ship_date, Some(day("2024-02-29")));
    assert!(desk.book.renewals.is_empty());
}

#[test]
fn eox_pages_in_any_case_with_nothing_announced_kept_apart() {
    let page = |index: u32, pid: &str, ldos: &str| {
        format!(
            r#"{{"paginationResponseRecord":{{"pageIndex":{index},"lastIndex":3}},
            "EoxRecord":[{{"EOLProductID":"{pid}","LastDateOfSupport":{{"value":"{ldos}","dateFormat":"YYYY-MM-DD"}},
            "EndOfSaleDate":{{"value":" "}},"EOXMigrationDetails":{{"PIDActiveFlag":"Y  ","MigrationOption":"Enter PID(s)","MigrationProductId":"C9300-24T-E "}}}}]}}"#
        )
    };
    let none = r#"{"EOXRecord":[{"EOLProductID":"","EOXInputValue":"C9500-16X ","EOXError":{"ErrorID":"SSA_ERR_026","ErrorDescription":"EOX information does not exist"}},
        {"EOLProductID":"","EOXInputValue":"X*","EOXError":{"ErrorID":"SSA_ERR_015"}}]}"#;
    let text = format!(
        "{}\n{}{none}",
        page(1, "ws-c3850-24t-s", "2025-10-31"),
        page(2, "ISR4331/K9", "2028-11-30")
    );
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "eox.json", "").unwrap();
    assert_eq!(report.format, "eox_v5");
    assert_eq!(counts(&report), (4, 3, 0, 0, 0, 1));
    let by = |pid: &str| desk.book.eox.iter().find(|e| &*e.pid == pid).unwrap();
    assert_eq!(by("WS-C3850-24T-S").ldos, Some(day("2025-10-31")));
    assert_eq!(
        by("WS-C3850-24T-S").successor.as_deref(),
        Some("C9300-24T-E")
    );
    assert_eq!(by("WS-C3850-24T-S").end_of_sale, None);
    assert!(by("C9500-16X").none_announced);
    let text = format!("[{}]", page(1, "WS-C3850-24T-S", "2025-10-31"));
    let report = desk.import(text.as_bytes(), "eox2.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
    assert!(
        report.warnings.iter().any(|w| w.code == Code::Incomplete),
        "1 of 3 pages"
    );
}

const DPV: &str = "Fiscal Month,Reseller,BE ID,Portfolio,Category,Category Weight,Measurement,Measurement Weight,Achieved Metric,Achieved Index,Applied Index,Measure A Count,Measure A Value,Measure B Count,Measure B Value,Measure C Count,Measure C Value";

#[test]
fn an_assessment_as_csv_and_as_workbook() {
    let csv = format!(
        "{DPV}\n202704,Partner,1,Networking,Performance,60%,ACV Growth,100%,12.5%,6,5.5,,\"$1,125.00\",,\"$1,000.00\",,\n\
         202704,Partner,1,Networking,Engagement,40%,Onboard %,100%,,4,4,,,,,,\n\
         202703,Partner,1,Networking,Engagement,40%,Something new,100%,,4,4,,,,,,\n"
    );
    let mut desk = Desk::new();
    let report = desk.import(csv.as_bytes(), "dpv.csv", "").unwrap();
    assert_eq!(report.format, "dpv");
    assert_eq!(counts(&report), (3, 3, 0, 0, 0, 0));
    let row = desk
        .book
        .baseline
        .iter()
        .find(|r| r.metric.as_deref() == Some("acv_growth"))
        .unwrap();
    assert_eq!(&*row.month, "FY27M4");
    assert_eq!(row.category_weight_pct, Some(Decimal::from(60)));
    assert_eq!(
        (row.a, row.b),
        (Some(Decimal::from(1125)), Some(Decimal::from(1000)))
    );
    assert_eq!(row.applied_index, Some(Decimal::new(55, 1)));
    assert_eq!(row.counts, [None, None, None]);
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.code == Code::Weights && w.text.contains("FY27M3"))
    );
    assert!(
        report
            .warnings
            .iter()
            .any(|w| w.text.contains("Something new"))
    );
    use C::*;
    let mut rows = vec![DPV.split(',').map(T).collect::<Vec<_>>()];
    rows.push(vec![
        N(202704.0),
        T("Partner"),
        T("1"),
        T("Networking"),
        T("Performance"),
        P(0.6),
        T("ACV Growth"),
        P(1.0),
        P(0.125),
        N(6.0),
        N(5.5),
        E,
        N(1125.0),
        E,
        N(1000.0),
        E,
        E,
    ]);
    rows.push(vec![
        T("1 - FY27M4"),
        T("Partner"),
        T("1"),
        T("Networking"),
        T("Engagement"),
        P(0.4),
        T("Onboard %"),
        P(1.0),
        E,
        N(4.0),
        N(4.5),
        E,
        E,
        E,
        E,
        E,
        E,
    ]);
    let report = desk
        .import(&workbook(&[("DPV", false, rows)]), "dpv.xlsx", "")
        .unwrap();
    assert_eq!(counts(&report), (2, 0, 1, 1, 0, 0));
}

#[test]
fn several_resellers_are_never_merged() {
    let csv = format!(
        "{DPV}\n202704,One,1,Networking,P,100,ACV Growth,100,,6,5,,,,,,\n202704,Two,2,Networking,P,100,ACV Growth,100,,6,7,,,,,,\n"
    );
    let mut desk = Desk::new();
    let error = desk.import(csv.as_bytes(), "dpv.csv", "").unwrap_err();
    assert!(
        matches!(&error, IngestError::NeedsAnswer { key, .. } if key == "reseller = \"One\""),
        "{error}"
    );
    let report = desk
        .import(csv.as_bytes(), "dpv.csv", "reseller = \"2\"")
        .unwrap();
    assert_eq!(counts(&report), (2, 1, 0, 0, 1, 0));
    assert_eq!(
        desk.book.baseline.iter().next().unwrap().applied_index,
        Some(Decimal::from(7))
    );
    let csv = format!("{DPV}\nNov 2026,One,1,Networking,P,100,ACV Growth,100,,6,5,,,,,,\n");
    let error = read(csv.as_bytes(), "dpv.csv", "").unwrap_err();
    assert!(error.to_string().contains("[fiscal_months]"), "{error}");
    let map = "[fiscal_months]\n\"Nov 2026\" = \"FY27M4\"";
    assert!(read(csv.as_bytes(), "dpv.csv", map).is_ok());
}

#[test]
fn kinds_that_are_not_read_are_named() {
    let named = |bytes: &[u8], name: &str| read(bytes, name, "").unwrap_err().to_string();
    assert!(named(b"%PDF-1.7", "a.xlsx").contains("PDF"));
    assert!(named(b"", "a.csv").contains("empty"));
    assert!(named(b"<html><table>", "a.xls").contains("web page"));
    assert!(named(b"name,colour\nx,red\n", "a.csv").contains("--map"));
}

#[test]
fn a_file_asked_for_as_another_kind_is_named() {
    let csv = "customerName,contractInstanceNumber,serialNumber,productId,hwType,orderShipDate,warrantyType,neInstanceId\nAcme,,FOC1,C9300-24T-E,Chassis,2024-02-29,LTD,9\n";
    let options = ReadOptions {
        format: Some("sntc_covered_assets".to_string()),
        ..ReadOptions::default()
    };
    let error = ingest::read(csv.as_bytes(), "a.csv", &options, &mut |_| {}).unwrap_err();
    assert!(
        error.to_string().contains("sntc_not_covered_assets"),
        "{error}"
    );
}
