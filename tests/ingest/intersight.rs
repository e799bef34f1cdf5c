//! Intersight contract information: devices, their contracts and their cover.

use crate::support::{Desk, asked, containers, counts, day, read, says};
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::ingest::row::Code;

/// A device: id, status, reason, contract, line status, end of the line, end of the service.
fn device(id: &str, status: [&str; 2], contract: [&str; 2], ends: [&str; 2]) -> String {
    format!(
        r#"{{"ClassId":"asset.DeviceContractInformation","ObjectType":"asset.DeviceContractInformation","Moid":"61fc","Owners":["5be4"],
        "Contract":{{"BillTo":{{"Name":"Partner","City":"Bern"}},"ContractNumber":"{}","LineStatus":"{}"}},
        "ContractStatus":"{}","ContractStatusReason":"{}","ContractUpdatedTime":"2026-11-15T22:03:14.439Z","CoveredProductLineEndDate":"{}",
        "DeviceId":"{id}","DeviceType":"CiscoUcsServer","ItemType":"CHASSIS","PlatformType":"IMCM5",
        "EndCustomer":{{"Id":"1001","Name":"Acme AG","Address":{{"Address1":"Hauptstrasse 1","City":"Bern","Country":"CH"}}}},
        "EndUserGlobalUltimate":{{"Id":"52","Name":"Acme Group"}},
        "Product":{{"Number":"UCSC-C220-M5SX","Description":"UCS C220 M5"}},"PurchaseOrderNumber":"PR5",
        "ServiceEndDate":"{}","ServiceStartDate":"0001-01-01T00:00:00Z","ServiceLevel":"SNT","ServiceSku":"","WarrantyEndDate":"0001-01-01T00:00:00Z"}}"#,
        contract[0], contract[1], status[0], status[1], ends[0], ends[1]
    )
}

fn results(records: &[String], count: usize) -> String {
    format!(
        r#"{{"ObjectType":"asset.DeviceContractInformation.List","Count":{count},"Results":[{}]}}"#,
        records.join(",")
    )
}

const NONE: &str = "0001-01-01T00:00:00Z";

fn active(id: &str) -> String {
    device(
        id,
        ["Active", ""],
        ["200100200", "ACTIVE"],
        ["2027-03-31", NONE],
    )
}

fn line(desk: &Desk, serial: &str) -> Line {
    let mut own = desk.book.lines.iter();
    own.find(|line| line.serial.as_deref() == Some(serial))
        .unwrap()
}

#[test]
fn devices_become_lines_by_their_cover() {
    let bare = device(
        "FCH3",
        ["Not Covered", ""],
        ["", "NEVER COVERED"],
        ["", NONE],
    );
    let text = results(
        &[
            active("FCH1"),
            device(
                "FCH2",
                ["Expiring Soon", ""],
                ["200100200", "ACTIVE"],
                ["", "2026-12-10T00:00:00Z"],
            ),
            bare.replace("\"ServiceLevel\":\"SNT\"", "\"ServiceLevel\":\"\""),
            device(
                "FCH4",
                ["Not Covered", "Line Item Expired"],
                ["200100300", "EXPIRED"],
                ["2024-01-31", NONE],
            ),
            device(
                "FCH5",
                ["Not Covered", "Line Item Terminated"],
                ["200100300", "TERMINATED"],
                ["2027-06-30", NONE],
            ),
            device("", ["Active", ""], ["", ""], ["", NONE]),
        ],
        6,
    );
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "intersight.json", "").unwrap();
    assert_eq!(report.format, "intersight_contract");
    assert_eq!(counts(&report), (6, 5, 0, 0, 0, 1));
    assert_eq!(report.rejects[0].code, Code::NoKey);
    let one = line(&desk, "FCH1");
    assert_eq!(
        (one.kind, one.coverage),
        (LineKind::Service, Coverage::Covered)
    );
    assert_eq!((one.start, one.end), (None, Some(day("2027-03-31"))));
    assert_eq!(one.pid.as_deref(), Some("UCSC-C220-M5SX"));
    assert_eq!(one.warranty_end, None);
    let site = desk.book.sites.get(one.site.unwrap()).unwrap();
    assert_eq!(
        (&*site.name, site.city.as_deref()),
        ("Hauptstrasse 1", Some("Bern"))
    );
    assert_eq!(line(&desk, "FCH2").end, Some(day("2026-12-10")));
    let gap = line(&desk, "FCH3");
    assert_eq!(
        (gap.kind, gap.coverage, gap.contract),
        (LineKind::Asset, Coverage::NotCovered, None)
    );
    assert_eq!(line(&desk, "FCH4").coverage, Coverage::Expired);
    // ended before its time: the date it would have run to makes it covered no more
    let ended = line(&desk, "FCH5");
    assert_eq!(
        (ended.coverage, ended.is_open()),
        (Coverage::Terminated, false)
    );
    let mut ends: Vec<String> = desk
        .book
        .renewals
        .iter()
        .map(|r| r.end.to_string())
        .collect();
    ends.sort();
    assert_eq!(ends, ["2024-01-31", "2026-12-10", "2027-03-31"]);
    assert_eq!(desk.book.accounts.len(), 1);
    let again = desk
        .import(format!("{text} ").as_bytes(), "i2.json", "")
        .unwrap();
    assert_eq!(counts(&again), (6, 0, 0, 5, 0, 1));
    // Asking for one device later loses none of the others.
    let report = desk
        .import(results(&[active("FCH1")], 1).as_bytes(), "i3.json", "")
        .unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
    assert!(desk.book.lines.iter().all(|line| line.gone_in.is_none()));
}

#[test]
fn intersight_answers_come_in_every_container_and_part_of_them_is_told() {
    for (a, b) in [
        (active("FCH1"), active("FCH2")),
        (results(&[active("FCH1")], 2), results(&[active("FCH2")], 2)),
    ] {
        for bytes in containers(&a, &b) {
            let mut desk = Desk::new();
            let report = desk.import(&bytes, "i.json", "").unwrap();
            assert_eq!(report.format, "intersight_contract");
            assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0));
        }
    }
    let mut desk = Desk::new();
    let report = desk
        .import(results(&[active("FCH1")], 7).as_bytes(), "i.json", "")
        .unwrap();
    assert!(says(&report, Code::Incomplete, "1 of 7 records"));
}

#[test]
fn hidden_contracts_and_hostile_texts_of_a_device_cannot_harm() {
    let hidden = device(
        "FCH1",
        ["Confidential", ""],
        ["Confidential", "Confidential"],
        ["Confidential", NONE],
    );
    let evil = active("FCH2")
        .replace("Acme AG", "Ac\\u202eme\\u001b[31m")
        .replace("2027-03-31", "soon");
    let group = active("FCH3").replace("\"Name\":\"Acme AG\"", "\"Name\":\" \"");
    let odd = r#"{"DeviceId":["FCH4"],"ContractStatus":{"x":1},"Contract":"none"}"#.to_string();
    let text = results(&[hidden, evil, group, odd, "7".to_string()], 5);
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "i.json", "").unwrap();
    assert_eq!(counts(&report).0, 5);
    assert_eq!(line(&desk, "FCH1").coverage, Coverage::Masked);
    assert!(says(
        &report,
        Code::Incomplete,
        "under its group \"Acme Group\""
    ));
    assert!(
        report
            .rejects
            .iter()
            .any(|r| r.code == Code::BadDate && r.reason.contains("soon"))
    );
    for account in &desk.book.accounts {
        assert!(
            !account.name.contains(['\u{1b}', '\u{202e}']),
            "{:?}",
            account.name
        );
    }
}

#[test]
fn a_refused_device_comes_back_mended() {
    let text = active("FCH2").replace("2027-03-31", "soon");
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "i.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 0, 0, 1));
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replace("soon", "2027-03-31");
    let report = desk.import(mended.as_bytes(), "r.csv", "").unwrap();
    assert_eq!(report.format, "intersight_contract");
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    let one = line(&desk, "FCH2");
    assert_eq!(
        (one.end, one.coverage),
        (Some(day("2027-03-31")), Coverage::Covered)
    );
    assert_eq!(&*desk.book.contracts.at(0).unwrap().number, "200100200");
}

#[test]
fn intersight_asked_for_as_another_kind_is_named() {
    let text = active("FCH1");
    for other in [
        "sn2info",
        "bcs_serials",
        "pxcloud_details",
        "ingram_detail",
        "sntc_covered_assets",
    ] {
        let error = asked(other, text.as_bytes());
        assert!(
            error.contains("(`intersight_contract`)"),
            "{other}: {error}"
        );
    }
    let px = r#"{"items":[{"contractNumber":"1","serialNumber":"FOC1","componentType":"x"}]}"#;
    assert!(asked("intersight_contract", px.as_bytes()).contains("(`pxcloud_details`)"));
    let csv = b"serialNumber,productId,endDate\nFOC1,C9300-24T-E,2027-01-31\n";
    assert!(asked("intersight_contract", csv).contains("not JSON"));
    let bare = br#"{"deviceid":1,"contractstatus":2}"#;
    assert!(read(bare, "x.json", "").is_err());
    assert!(asked("intersight_contract", bare).contains("none of the keys of that kind"));
}
