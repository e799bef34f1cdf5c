//! JSON answers of services: serial coverage and PX Cloud, in every container, with their traps.

use crate::support::{Desk, asked, counts, day, read, says};
use renewdesk::domain::contract::ContractKind;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::ingest::row::Code;
use rust_decimal::Decimal;

fn line(desk: &Desk, serial: &str) -> Line {
    let mut own = desk
        .book
        .lines
        .iter()
        .filter(|line| line.serial.as_deref() == Some(serial));
    let found = own.next().unwrap();
    assert!(own.next().is_none(), "{serial} stands twice");
    found
}

fn sn(serial: &str, rest: &str) -> String {
    format!(
        r#"{{"sr_no":"{serial}","parent_sr_no":"","contract_site_customer_name":"Acme AG",
        "contract_site_address1":"Hauptstrasse 1","contract_site_city":"Bern","contract_site_country":"CH","id":"1",{rest}}}"#
    )
}

fn sn_page(records: &[String], total: u32) -> String {
    format!(
        r#"{{"pagination_response_record":{{"last_index":1,"page_index":1,"page_records":{total},"total_records":{total}}},"serial_numbers":[{}]}}"#,
        records.join(",")
    )
}

const COVERED: &str = r#""is_covered":"YES","service_contract_number":"200100200","service_line_descr":"SNTC-8X5XNBD",
    "covered_product_line_end_date":"2027-03-31","warranty_end_date":"","base_pid_list":[{"base_pid":"C9300-24T"}],
    "orderable_pid_list":[{"orderable_pid":"C9300-24T-E","item_description":"Catalyst 9300","item_position":"","item_type":"CHASSIS","pillar_code":""}]"#;

#[test]
fn serial_coverage_becomes_lines_gaps_and_warranties() {
    let modules = r#""is_covered":"YES","service_contract_number":"200100200","service_line_descr":"SNTC-8X5XNBD",
        "covered_product_line_end_date":"2027-03-31","base_pid_list":[{"base_pid":"C9407"}],
        "orderable_pid_list":[{"orderable_pid":"C9400-PWR","item_type":"POWER SUPPLY"},{"orderable_pid":"C9407R","item_type":"Chassis"}]"#;
    let several = r#""is_covered":"NO","service_contract_number":"","covered_product_line_end_date":"",
        "base_pid_list":[{"base_pid":"AIR-AP3802I"}],
        "orderable_pid_list":[{"orderable_pid":"AIR-AP3802I-A-K9","item_type":""},{"orderable_pid":"AIR-AP3802I-B-K9","item_type":""}]"#;
    let warranty = r#""is_covered":"YES","service_contract_number":"","service_line_descr":"","covered_product_line_end_date":"2027-01-31",
        "warranty_type":"WARR-LTD","warranty_end_date":"2027-01-31","base_pid_list":[{"base_pid":"C9200L-24T-4G"}],"orderable_pid_list":[{"orderable_pid":" "}]"#;
    let page = sn_page(
        &[
            sn("FOC1", COVERED),
            sn("FOC2", modules),
            sn("FOC3", several),
            sn("FOC4", warranty),
            sn(" ", r#""is_covered":"NO","service_contract_number":"""#),
        ],
        5,
    );
    let mut desk = Desk::new();
    let report = desk.import(page.as_bytes(), "sn.json", "").unwrap();
    assert_eq!(report.format, "sn2info");
    assert_eq!(counts(&report), (5, 4, 0, 0, 0, 1));
    assert_eq!(report.rejects[0].row, 5);
    assert_eq!(report.rejects[0].code, Code::NoKey);
    let one = line(&desk, "FOC1");
    assert_eq!(one.pid.as_deref(), Some("C9300-24T-E"));
    assert_eq!(one.description.as_deref(), Some("Catalyst 9300"));
    assert_eq!(
        (one.kind, one.coverage),
        (LineKind::Service, Coverage::Covered)
    );
    assert_eq!(one.end, Some(day("2027-03-31")));
    assert_eq!(line(&desk, "FOC2").pid.as_deref(), Some("C9407R"));
    let gap = line(&desk, "FOC3");
    assert_eq!(gap.pid.as_deref(), Some("AIR-AP3802I"));
    assert_eq!((gap.coverage, gap.contract), (Coverage::NotCovered, None));
    // Warranty is cover without a contract, and no renewal.
    let warranty = line(&desk, "FOC4");
    assert_eq!(
        (warranty.coverage, warranty.contract),
        (Coverage::Covered, None)
    );
    assert_eq!(warranty.pid.as_deref(), Some("C9200L-24T-4G"));
    assert_eq!(warranty.warranty_end, Some(day("2027-01-31")));
    assert_eq!(desk.book.renewals.len(), 1);
    assert_eq!(desk.book.contracts.len(), 1);
    assert_eq!(&*desk.book.accounts.iter().next().unwrap().name, "Acme AG");
    // Asking about one serial later does not lose the others.
    let again = sn_page(&[sn("FOC1", COVERED)], 1);
    let report = desk.import(again.as_bytes(), "sn2.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
    assert!(desk.book.lines.iter().all(|line| line.gone_in.is_none()));
}

#[test]
fn dates_win_over_a_no() {
    let record = |serial: &str, end: &str| {
        let rest = COVERED
            .replace("\"YES\"", "\"NO\"")
            .replace("2027-03-31", end);
        sn(serial, &rest)
    };
    let page = sn_page(
        &[
            record("RUNS", "2027-03-31"),
            record("GRACE", "2026-11-12"),
            record("LONGAGO", "2024-01-31"),
        ],
        3,
    );
    let mut desk = Desk::new();
    let report = desk.import(page.as_bytes(), "sn.json", "").unwrap();
    let coverage = |serial| line(&desk, serial).coverage;
    assert_eq!(coverage("RUNS"), Coverage::Covered);
    assert_eq!(coverage("GRACE"), Coverage::Overdue);
    assert_eq!(coverage("LONGAGO"), Coverage::Expired);
    assert!(says(&report, Code::StatusConflict, "runs to 2027-03-31"));
}

#[test]
fn every_json_container_gives_the_same_rows() {
    let (a, b) = (sn("FOC1", COVERED), sn("FOC2", COVERED));
    let (a, b) = (a.replace('\n', " "), b.replace('\n', " "));
    let page = |record: &String| sn_page(std::slice::from_ref(record), 2);
    let upper = sn_page(&[a.clone(), b.clone()], 2)
        .replace("serial_numbers", "Serial_Numbers")
        .replace("sr_no", "SR_NO")
        .replace("is_covered", "Is_Covered");
    let wide: Vec<u8> = format!("[{},{}]", page(&a), page(&b))
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let mut marked = vec![0xFE, 0xFF];
    marked.extend(&wide);
    let forms: Vec<Vec<u8>> = vec![
        sn_page(&[a.clone(), b.clone()], 2).into_bytes(),
        format!("[{},{}]", page(&a), page(&b)).into_bytes(),
        format!("[[{a}],[{b}]]").into_bytes(),
        format!("{}{}", page(&a), page(&b)).into_bytes(),
        format!("{a}\n{b}\n").into_bytes(),
        format!("[{a},{b}]").into_bytes(),
        format!("\u{feff}{}", sn_page(&[a.clone(), b.clone()], 2)).into_bytes(),
        upper.into_bytes(),
        marked,
        wide,
    ];
    for bytes in &forms {
        let mut desk = Desk::new();
        let shown = String::from_utf8_lossy(bytes).into_owned();
        let report = desk.import(bytes, "sn.json", "").unwrap();
        assert_eq!(report.format, "sn2info", "{shown}");
        assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0), "{shown}");
        assert_eq!(line(&desk, "FOC2").pid.as_deref(), Some("C9300-24T-E"));
    }
    let mut desk = Desk::new();
    let report = desk.import(page(&a).as_bytes(), "sn.json", "").unwrap();
    assert!(says(&report, Code::Incomplete, "1 of 2 records"));
}

#[test]
fn the_camel_case_twin_is_read_alike() {
    let text = r#"{"serialNumber":"FOC1","isCovered":"YES","coveredProductLineEndDate":"2027-03-31T00:00:00Z",
        "serviceContractNumber":200100200,"contractSiteCustomerName":"Acme AG","contractSiteCity":"Bern","parentSerialNumber":"",
        "orderableProductIdList":[{"orderableProductId":"C9300-24T-E","itemType":"CHASSIS","itemDescription":"Switch"}]}
    {"serialNumber":"FOC2","isCovered":"NO","orderableProductIdList":["AIR-AP3802I-B-K9"]}"#;
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "bcs.json", "").unwrap();
    assert_eq!(report.format, "bcs_serials");
    assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0));
    assert_eq!(line(&desk, "FOC1").end, Some(day("2027-03-31")));
    assert_eq!(
        &*desk.book.contracts.iter().next().unwrap().number,
        "200100200"
    );
    assert_eq!(line(&desk, "FOC2").pid.as_deref(), Some("AIR-AP3802I-B-K9"));
}

#[test]
fn px_cloud_details_of_both_versions_are_lines() {
    let v1 = r#"{"items":[
        {"customerName":"Acme AG","customerId":"77","customerGUName":"Acme Group","customerHQName":"Acme HQ","contractNumber":"200100200",
         "successTrackId":["38396885"],"productId":"C9300-24T-E","serialNumber":"FOC1","contractStatus":"ACTIVE","componentType":"CHASSIS",
         "serviceLevel":"SNTC-8X5XNBD","coverageStartDate":"2026-04-01","coverageEndDate":"2027-03-31T23:59:59","installationQuantity":1,"instanceNumber":4510001234567},
        {"customerName":"Acme AG","customerId":"77","contractNumber":"Confidential","productId":"ISR4331/K9","serialNumber":"FOC7","contractStatus":"Confidential",
         "componentType":"CHASSIS","coverageEndDate":"Confidential","installationQuantity":1,"instanceNumber":4510001234569.0},
        {"customerName":"Acme AG","customerId":"77","contractNumber":"200100200","productId":"ISR4331/K9","serialNumber":"FOC8","contractStatus":"ACTIVE",
         "componentType":"CHASSIS","coverageEndDate":"soon","installationQuantity":1}
        ],"totalCount":9}"#;
    let mut desk = Desk::new();
    let report = desk.import(v1.as_bytes(), "details.json", "").unwrap();
    assert_eq!(report.format, "pxcloud_details");
    assert_eq!(counts(&report), (3, 2, 0, 0, 0, 1));
    assert_eq!(
        (report.rejects[0].row, report.rejects[0].code),
        (3, Code::BadDate)
    );
    assert!(says(&report, Code::Incomplete, "3 of 9"));
    let one = line(&desk, "FOC1");
    assert_eq!(one.instance.as_deref(), Some("4510001234567"));
    assert_eq!(
        (one.quantity, one.end),
        (Decimal::ONE, Some(day("2027-03-31")))
    );
    let hidden = line(&desk, "FOC7");
    assert_eq!((hidden.coverage, hidden.contract), (Coverage::Masked, None));
    assert_eq!(hidden.instance.as_deref(), Some("4510001234569"));
    let account = desk.book.accounts.iter().next().unwrap();
    assert_eq!(account.party_id.as_deref(), Some("77"));
    // Another page, in the newer spelling: what it lacks is not gone, for it announces more.
    let v2 = r#"{"items":[{"customerName":"Acme AG","customerId":"77","contractNumber":"200100200","successTrackIds":[1,2],"productId":"C9300-48T-E",
        "serialNumber":"FOC9","contractStatus":"Overdue","contractLineItemType":"SERVICE","coverageEndDate":"2026-11-01","installationQuantity":2}],"totalCount":9}"#;
    let report = desk.import(v2.as_bytes(), "details2.json", "").unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert_eq!(line(&desk, "FOC9").coverage, Coverage::Overdue);
    assert!(desk.book.lines.iter().all(|line| line.gone_in.is_none()));
}

#[test]
fn refused_records_come_back_as_a_table() {
    let text = r#"{"items":[{"customerName":"Acme AG","contractNumber":"200100200","productId":"ISR4331/K9","serialNumber":"FOC8",
        "contractLineItemType":"SERVICE","coverageEndDate":"soon","installationQuantity":1}],"totalCount":1}"#;
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "d.json", "").unwrap();
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replacen("soon", "2027-01-31", 1);
    let report = desk.import(mended.as_bytes(), "d-rejects.csv", "").unwrap();
    assert_eq!(report.format, "pxcloud_details");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert_eq!(line(&desk, "FOC8").end, Some(day("2027-01-31")));
}

#[test]
fn px_cloud_contracts_of_both_versions_are_headers() {
    let v1 = r#"{"items":[{"contractNumber":200100200,"cuid":5,"cavid":6,"contractStatus":"Active","contractValue":125000,"customerName":"Acme AG",
        "currency":"USD","currencySymbol":"$","serviceLevel":"SNTC","startDate":"2026-01-01","endDate":"2026-12-31","onboardedstatus":1}],"totalCount":1}"#;
    let mut desk = Desk::new();
    let report = desk.import(v1.as_bytes(), "c.json", "").unwrap();
    assert_eq!(report.format, "pxcloud_contracts");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert!(says(&report, Code::Incomplete, "keeps neither"));
    let contract = desk.book.contracts.iter().next().unwrap();
    assert_eq!(
        (contract.kind, contract.end),
        (ContractKind::Service, Some(day("2026-12-31")))
    );
    assert_eq!(desk.book.renewals.len(), 1);
    let v2 = r#"[{"items":[{"contractNumber":"200100200","contractStatus":"Active","coverageStartDate":"2026-01-01","coverageEndDate":"2027-12-31",
        "customerDetails":[{"customerName":"Acme AG","customerId":"77","customerGUName":"G"},{"customerName":"Other","customerId":"78"}],
        "serviceLevel":"SNTC","successTrackIds":[1],"onboardedStatus":0},
        {"contractStatus":"Active","customerDetails":[]}],"totalCount":2},{"items":[],"totalCount":2}]"#;
    let report = desk.import(v2.as_bytes(), "c2.json", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 1, 0, 0, 1));
    assert!(says(&report, Code::TwoCustomers, "under the first"));
    let account = desk.book.accounts.iter().next().unwrap();
    assert_eq!(account.party_id.as_deref(), Some("77"));
    assert_eq!(
        desk.book.renewals.iter().next().unwrap().end,
        day("2027-12-31")
    );
}

#[test]
fn one_kind_asked_for_as_another_is_named() {
    let text = sn_page(&[sn("FOC1", COVERED)], 1);
    let error = asked("eox_v5", text.as_bytes());
    assert!(
        error.contains("serial coverage (SN2INFO) (`sn2info`)"),
        "{error}"
    );
    assert!(asked("sntc_covered_assets", text.as_bytes()).contains("sn2info"));
    let csv = b"serialNumber,productId,endDate\nFOC1,C9300-24T-E,2027-01-31\n";
    assert!(asked("sn2info", csv).contains("it is a table, not JSON"));
    assert!(asked("nonsense", csv).contains("pxcloud_details"));
}

#[test]
fn a_list_of_plain_objects_is_read_like_a_table() {
    let text = r#"{"reportName":"Assets","items":[{"serialNumber":"FOC1","productId":"C9300-24T-E","coverageEndDate":"2027-01-31","customerName":"Acme AG"}]}"#;
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "bulk.json", "").unwrap();
    assert_eq!(report.format, "generic");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    let error = read(br#"{"colour":"red"}"#, "x.json", "").unwrap_err();
    assert!(error.to_string().contains("none of the keys"), "{error}");
}
