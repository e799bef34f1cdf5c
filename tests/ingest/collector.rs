//! The CSV families of the SNTC and CX Cloud collectors: customers, hardware, end-of-life lists, and
//! those the book has no use for.

use crate::support::{Desk, asked, counts, day, read, says};
use renewdesk::domain::eox::EoxRecord;
use renewdesk::domain::line::{Coverage, Line, LineKind};
use renewdesk::ingest::row::Code;

fn customers(rows: &[&str]) -> String {
    format!(
        "customerId,customerName,streetAddress1,streetAddress2,streetAddress3,streetAddress4,city,state,country,zipCode,theaterCode\n{}\n",
        rows.join("\n")
    )
}

const HARDWARE: &str = "customerid,customername,neInstanceId,managedNeInstanceId,inventoryName,hwInstanceId,hwName,hwType,productSubtype,slot,productFamily,productId,productType,swVersion,serialNumber,serialNumberStatus,hwRevision,collectedSerialNumber,collectedProductId,productName,baseProductId,productReleaseDate,productDescription";

/// A row of Hardware: device, the collector's number, kind, product, serial, serial as collected.
fn hw(device: &str, id: &str, kind: &str, pid: &str, serial: &str, collected: &str) -> String {
    format!(
        "77,Acme,{device},1,Main,{id},sw1,{kind},,1,Catalyst,{pid},,17.9,{serial},Valid,A0,{collected},{pid},{pid},{pid},,Found {pid}"
    )
}

fn hardware(rows: &[String]) -> String {
    format!("{HARDWARE}\n{}\n", rows.join("\n"))
}

fn eol(rows: &[&str]) -> String {
    format!(
        "customerId,customerName,neInstanceId,managedNeInstanceId,hwType,currentHwEolMilestone,nextHwEolMilestone,hwInstanceId,productId,currentHwEolMilestoneDate,nextHwEolMilestoneDate,hwEolInstanceId\n{}\n",
        rows.join("\n")
    )
}

fn bulletins(rows: &[&str]) -> String {
    format!(
        "customerId,customerName,hwEolInstanceId,bulletinProductId,bulletinNumber,bulletinTitle,eoLifeAnnouncementDate,eoSaleDate,lastShipDate,eoSwMaintenanceReleasesDate,eoRoutineFailureAnalysisDate,eoNewServiceAttachmentDate,eoServiceContractRenewalDate,lastDateOfSupport,eoVulnerabilitySecuritySupport,url\n{}\n",
        rows.join("\n")
    )
}

const BULLETIN: &str = "77,Acme,900,WS-C3850-24T,EOL13120,\"End, of sale\",2019-10-31,2020-10-30,,,,2021-10-30,2025-01-25,2025-10-31,,https://www.cisco.com/eol";

fn line(desk: &Desk, serial: &str) -> Line {
    let mut own = desk.book.lines.iter();
    own.find(|line| line.serial.as_deref() == Some(serial))
        .unwrap()
}

fn dates<'a>(desk: &'a Desk, pid: &str) -> &'a EoxRecord {
    let mut own = desk.book.eox.iter().filter(|record| &*record.pid == pid);
    let found = own.next().unwrap();
    assert!(own.next().is_none(), "{pid} stands twice");
    found
}

#[test]
fn customers_are_kept_by_number_with_their_newest_name() {
    let mut desk = Desk::new();
    let first = customers(&[
        "77,Acme,Street 1,,,,Bern,BE,CH,3000,EMEA",
        "78,Total Energies,,,,,,,,,",
        "77,Acme,Street 1,,,,Bern,BE,CH,3000,EMEA",
        "77,Acme AG,Street 1,,,,Bern,BE,CH,3000,EMEA",
        ",,Street 9,,,,Bern,BE,CH,3000,EMEA",
        "79,,Street 9,,,,Bern,BE,CH,3000,EMEA",
    ]);
    let report = desk.import(first.as_bytes(), "customers.csv", "").unwrap();
    assert_eq!(report.format, "sntc_customers");
    assert_eq!(counts(&report), (6, 3, 0, 0, 1, 2));
    let codes: Vec<Code> = report.rejects.iter().map(|reject| reject.code).collect();
    assert!(
        codes.contains(&Code::DupKey) && codes.contains(&Code::NoKey),
        "{codes:?}"
    );
    assert!(says(&report, Code::Incomplete, "streets and theatres"));
    let second = customers(&[
        "77,Acme Holding AG,Street 1,,,,Bern,BE,CH,3000,EMEA",
        "78,Total Energies,,,,,,,,,",
        "79,Muster GmbH,Street 9,,,,Bern,BE,CH,3000,EMEA",
    ]);
    let report = desk.import(second.as_bytes(), "customers.csv", "").unwrap();
    assert_eq!(counts(&report), (3, 0, 2, 1, 0, 0));
    let names = desk.book.accounts.iter().map(|a| a.name.to_string());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(names, ["Acme Holding AG", "Muster GmbH", "Total Energies"]);
    let again = format!("{second}\n");
    let report = desk.import(again.as_bytes(), "customers.csv", "").unwrap();
    assert_eq!(counts(&report), (3, 0, 0, 3, 0, 0));
}

#[test]
fn a_customer_that_had_no_number_takes_it_from_the_list() {
    let mut desk = Desk::new();
    let list =
        "serial,pid,end_date,customer name,contract\nFOC1,C9300-24T-E,2027-01-31,ACME,200100200\n";
    desk.import(list.as_bytes(), "list.csv", "").unwrap();
    let text = customers(&["77,Acme,Street 1,,,,Bern,BE,CH,3000,EMEA"]);
    let report = desk.import(text.as_bytes(), "customers.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let account = &desk.book.accounts.at(0).unwrap();
    assert_eq!(
        (
            &*account.name,
            account.party_id.as_deref(),
            account.country.as_deref()
        ),
        ("Acme", Some("77"), Some("CH"))
    );
}

#[test]
fn hardware_brings_boxes_and_leaves_parts_with_their_chassis() {
    let rows = [
        hw("10", "1", "Chassis", "C9407R", "FOC1", "FOC1"),
        hw("10", "2", "Module", "C9400-LC-48T", "MOD1", "MOD1"),
        hw("10", "3", "Power Supply", "C9400-PWR-2100AC", "PWR1", ""),
        hw("10", "4", "Chassis", "C9407R", "FOC2", " foc-2 "),
        hw("11", "5", "Module", "NIM-2T", "MOD2", "MOD9"),
        hw("12", "6", "Chassis", "ISR4331/K9", "", "FOC6"),
        hw("13", "7", "Chassis", "ISR4331/K9", "1.23E+11", "FOC7"),
    ];
    let mut desk = Desk::new();
    let text = hardware(&rows);
    let report = desk.import(text.as_bytes(), "77_Hardware.csv", "").unwrap();
    assert_eq!(report.format, "sntc_hardware");
    assert_eq!(counts(&report), (7, 3, 0, 0, 2, 2));
    assert!(says(&report, Code::Part, "stand with the chassis"));
    assert!(says(
        &report,
        Code::Kept,
        "answers with serial \"MOD9\", the list says MOD2"
    ));
    assert_eq!(
        report
            .warnings
            .iter()
            .filter(|w| w.code == Code::Kept)
            .count(),
        1
    );
    let one = line(&desk, "FOC1");
    assert_eq!(
        (one.kind, one.coverage),
        (LineKind::Asset, Coverage::Unknown)
    );
    // the collector's own numbers are no instances
    assert_eq!((&one.instance, one.contract), (&None, None));
    assert_eq!(one.description.as_deref(), Some("Found C9407R"));
    assert!(desk.book.renewals.is_empty());
    let again = desk
        .import(format!("{text}\n").as_bytes(), "h.csv", "")
        .unwrap();
    assert_eq!(counts(&again), (7, 0, 0, 3, 2, 2));
    // Two of three boxes missing is asked about, not believed.
    let short = hardware(&rows[..1]);
    let error = desk.import(short.as_bytes(), "h.csv", "").unwrap_err();
    assert!(error.to_string().contains("accept_loss"), "{error}");
}

#[test]
fn hardware_fills_a_covered_line_and_overrules_nothing_of_it() {
    let covered = "customerId,customerName,serialNumber,productId,coverageStatus,contractInstanceNumber,coverageStartDate,coverageEndDate,contractNumber,serviceLevel,serviceable,neInstanceId\n\
        77,Acme,FOC1,C9407R,ACTIVE,4510,2026-04-01,2027-03-31,200100200,SNTC-8X5XNBD,Y,10\n\
        77,Acme,MOD1,C9400-LC-48T,ACTIVE,4511,2026-04-01,2027-03-31,200100200,SNTC-8X5XNBD,Y,10\n";
    let mut desk = Desk::new();
    desk.import(covered.as_bytes(), "Covered_Assets.csv", "")
        .unwrap();
    let before = line(&desk, "FOC1").clone();
    let text = hardware(&[
        hw("10", "1", "Chassis", "C9407R", "FOC1", "FOC1"),
        hw("10", "2", "Module", "C9400-LC-48T", "MOD1", "MOD1"),
    ]);
    let report = desk.import(text.as_bytes(), "h.csv", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 2, 0, 0, 0));
    let after = line(&desk, "FOC1");
    assert_eq!(after.description.as_deref(), Some("Found C9407R"));
    let mut same = after.clone();
    same.description = None;
    assert_eq!(same, before);
    assert_eq!(desk.book.lines.len(), 2);
    let again = desk
        .import(format!("{text}\n").as_bytes(), "h.csv", "")
        .unwrap();
    assert_eq!(counts(&again), (2, 0, 0, 2, 0, 0));
}

#[test]
fn parts_of_an_uncovered_chassis_are_no_gaps_of_their_own() {
    let csv = "customerId,customerName,contractInstanceNumber,serialNumber,productId,hwType,orderShipDate,warrantyType,warrantyEndDate,neInstanceId,billtoPartyId\n\
        77,Acme,,FOC1,C9407R,Chassis,2024-02-29,LTD,2027-03-01,9,5\n\
        77,Acme,,MOD1,C9400-LC-48T,Module,2024-02-29,LTD,2027-03-01,9,5\n\
        78,Beta,,MOD2,C9400-LC-48T,Module,2024-02-29,LTD,2027-03-01,9,5\n";
    let mut desk = Desk::new();
    let report = desk
        .import(csv.as_bytes(), "Not_Covered_Assets.csv", "")
        .unwrap();
    assert_eq!(counts(&report), (3, 2, 0, 0, 1, 0));
    assert!(says(&report, Code::Part, "stand with the chassis"));
}

#[test]
fn milestones_and_bulletins_join_by_their_notice_whichever_comes_first() {
    let eol = eol(&[
        "77,Acme,10,1,Chassis,End of Sale Date,Last Date of Support,1,WS-C3850-24T-S,2020-10-30,2025-10-31,900",
        "77,Acme,11,1,Chassis,End of Sale Date,Last Date of Support,2,WS-C3850-24T-S,2020-10-30,2025-10-31,900",
        "77,Acme,12,1,Chassis,End of SW Maintenance Releases Date,,3,ISR4331/K9,2026-11-30,,901",
        "77,Acme,12,1,Chassis,,,4,,,,901",
    ]);
    let bulletins = bulletins(&[BULLETIN]);
    let mut ends = Vec::new();
    for files in [[&eol, &bulletins], [&bulletins, &eol]] {
        let mut desk = Desk::new();
        for text in files {
            let report = desk.import(text.as_bytes(), "x.csv", "").unwrap();
            if report.format == "sntc_hardware_eol" {
                assert_eq!(counts(&report), (4, 2, 0, 0, 1, 1));
                assert!(says(&report, Code::Repeated, "once for every device"));
                assert!(says(&report, Code::Incomplete, "End of SW Maintenance"));
            } else {
                assert_eq!(report.format, "sntc_hardware_bulletins");
                assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
                assert!(says(
                    &report,
                    Code::Incomplete,
                    "kept by the product they name"
                ));
            }
        }
        let own = dates(&desk, "WS-C3850-24T");
        let joined = dates(&desk, "WS-C3850-24T-S");
        for record in [own, joined] {
            assert_eq!(record.ldos, Some(day("2025-10-31")));
            assert_eq!(record.last_renewal, Some(day("2025-01-25")));
            assert_eq!(record.last_attach, Some(day("2021-10-30")));
            assert_eq!(record.bulletin.as_deref(), Some("EOL13120"));
        }
        assert_eq!(dates(&desk, "ISR4331/K9").ldos, None);
        for text in files {
            let report = desk
                .import(format!("{text}\n").as_bytes(), "y.csv", "")
                .unwrap();
            let counts = report.counts;
            assert_eq!((counts.new, counts.changed), (0, 0), "{}", report.format);
        }
        let mut rows: Vec<String> = desk
            .book
            .eox
            .iter()
            .map(|r| format!("{} {:?} {:?} {:?}", r.pid, r.ldos, r.last_renewal, r.notice))
            .collect();
        rows.sort();
        ends.push(rows);
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn an_eox_file_beats_a_bulletin_that_came_before_or_after() {
    let eox = r#"{"EOXRecord":[{"EOLProductID":"WS-C3850-24T","LastDateOfSupport":{"value":"2026-01-31"},"EndOfSaleDate":{"value":"2020-10-30"},"EOXMigrationDetails":{"MigrationOption":"Enter PID(s)","MigrationProductId":"C9300-24T-E"}},
        {"EOLProductID":"","EOXInputValue":"C9500-16X","EOXError":{"ErrorID":"SSA_ERR_026"}}]}"#;
    let none = "77,Acme,901,C9500-16X,EOL1,x,,,,,,,,2030-01-31,,";
    let text = bulletins(&[BULLETIN, none]);
    let mut desk = Desk::new();
    desk.import(eox.as_bytes(), "eox.json", "").unwrap();
    let report = desk.import(text.as_bytes(), "b.csv", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 1, 1, 0, 0));
    assert!(says(&report, Code::Kept, "from a file that knows more"));
    let record = dates(&desk, "WS-C3850-24T");
    assert_eq!(record.ldos, Some(day("2026-01-31")));
    assert_eq!(record.last_renewal, Some(day("2025-01-25")), "gap filled");
    assert_eq!(record.successor.as_deref(), Some("C9300-24T-E"));
    let none = dates(&desk, "C9500-16X");
    assert_eq!((none.none_announced, none.ldos), (true, None));
    // The other way round the later EoX file takes the record over and keeps the notice's number.
    let mut desk = Desk::new();
    desk.import(text.as_bytes(), "b.csv", "").unwrap();
    let report = desk.import(eox.as_bytes(), "eox.json", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 2, 0, 0, 0));
    let record = dates(&desk, "WS-C3850-24T");
    assert_eq!(
        (record.ldos, record.last_renewal),
        (Some(day("2026-01-31")), None)
    );
    assert_eq!(record.notice.as_deref(), Some("900"));
    // A newer bulletin corrects an older one, never the EoX file.
    let moved = bulletins(&[&BULLETIN.replace("2025-10-31", "2027-10-31")]);
    desk.import(moved.as_bytes(), "b2.csv", "").unwrap();
    assert_eq!(dates(&desk, "WS-C3850-24T").ldos, Some(day("2026-01-31")));
    let mut desk = Desk::new();
    desk.import(text.as_bytes(), "b.csv", "").unwrap();
    let report = desk.import(moved.as_bytes(), "b2.csv", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    assert_eq!(dates(&desk, "WS-C3850-24T").ldos, Some(day("2027-10-31")));
}

#[test]
fn two_bulletins_that_contradict_are_told_and_hostile_cells_cannot_harm() {
    let text = bulletins(&[
        BULLETIN,
        &BULLETIN.replace("2025-10-31", "2029-10-31"),
        "77,Acme,902,\u{202e}ISR\u{1b}[31m4331/K9,EOL\u{7}2,t,,soon,,,,,,2099-99-99,,javascript:x",
        "77,Acme,903,Confidential,EOL3,t,,2020-10-30,,,,,,2025-10-31,,",
    ]);
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "b.csv", "").unwrap();
    assert_eq!(counts(&report), (4, 2, 0, 0, 0, 2));
    assert_eq!(report.rejects[0].code, Code::DupKey);
    assert_eq!(dates(&desk, "WS-C3850-24T").ldos, Some(day("2025-10-31")));
    assert!(says(&report, Code::BadDate, "soon"));
    let unsafe_text = |text: &str| text.contains(['\u{1b}', '\u{202e}', '\u{7}']);
    for record in &desk.book.eox {
        assert!(
            !unsafe_text(&record.pid) && !unsafe_text(record.bulletin.as_deref().unwrap_or(""))
        );
    }
}

#[test]
fn lists_of_no_use_are_named_with_what_to_import_instead() {
    let cases = [
        (
            "managedNeInstanceId,inventoryName,swType,swVersion,swMajorVersion,swCategory,swStatus,swName",
            "SNTC Software:",
        ),
        (
            "neInstanceId,managedNeInstanceId,swType,currentSwEolMilestone,nextSwEolMilestone,swVersion,currentSwEolMilestoneDate,nextSwEolMilestoneDate,swEolInstanceId",
            "SNTC Software_EOL",
        ),
        (
            "swEolInstanceId,bulletinNumber,bulletinTitle,swMajorVersion,swType,eoSaleDate,lastDateOfSupport,url",
            "SNTC Software_Bulletins",
        ),
        (
            "neInstanceId,managedNeInstanceId,vulnerabilityStatus,vulnerabilityReason,hwInstanceId,bulletinNumber",
            "SNTC Field_Notices",
        ),
        (
            "bulletinFirstPublished,bulletinNumber,fieldNoticeType,bulletinTitle,bulletinLastUpdated,url,bulletinSummary",
            "SNTC Field_Notice_Bulletins",
        ),
        (
            "neInstanceId,managedNeInstanceId,hwInstanceId,vulnerabilityStatus,vulnerabilityReason,securityAdvisoryInstanceId",
            "SNTC Security_Advisories",
        ),
        (
            "securityAdvisoryInstanceId,url,bulletinVersion,advisoryId,bulletinTitle,securityImpactRating,cveId",
            "SNTC Security_Advisory_Bulletins",
        ),
        (
            "neInstanceId,managedNeInstanceId,inventoryName,managementAddress,neSubtype,ipAddress,hostname,sysName,productFamily,productId,productType,swType,swVersion,neType,macAddress",
            "SNTC Assets",
        ),
        ("inventoryId,inventoryName", "SNTC Asset_Groups"),
    ];
    for (headers, title) in cases {
        let row = vec!["x"; headers.split(',').count()].join(",");
        let text = format!("customerid,customername,{headers}\n77,Acme,{row}\n");
        let error = read(text.as_bytes(), "list.csv", "")
            .unwrap_err()
            .to_string();
        assert!(error.contains(title), "{title}: {error}");
        assert!(error.contains("Nothing was imported. "), "{error}");
    }
}

#[test]
fn one_list_asked_for_as_another_is_named() {
    let all = [
        (
            "sntc_customers",
            customers(&["77,Acme,S,,,,Bern,BE,CH,3000,EMEA"]),
        ),
        (
            "sntc_hardware",
            hardware(&[hw("10", "1", "Chassis", "C9407R", "FOC1", "FOC1")]),
        ),
        (
            "sntc_hardware_eol",
            eol(&["77,Acme,10,1,Chassis,a,b,1,P,2020-10-30,2025-10-31,900"]),
        ),
        ("sntc_hardware_bulletins", bulletins(&[BULLETIN])),
    ];
    for (id, text) in &all {
        assert_eq!(read(text.as_bytes(), "x.csv", "").unwrap().format, *id);
        for (other, _) in all.iter().filter(|(other, _)| other != id) {
            let error = asked(other, text.as_bytes());
            assert!(
                error.contains(&format!("(`{id}`)")),
                "{id} as {other}: {error}"
            );
        }
        let error = asked("pxcloud_lifecycle", text.as_bytes());
        assert!(error.contains("not JSON"), "{error}");
    }
}
