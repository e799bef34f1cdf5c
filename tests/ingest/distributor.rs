//! Ingram Micro renewals: tied to contracts of the book by number or serial, waiting otherwise, and
//! never stronger than the vendor's own figures.

use crate::support::{Desk, asked, containers, counts, day, read, says};
use renewdesk::domain::contract::{Contract, ContractKind};
use renewdesk::domain::renewal::Renewal;
use renewdesk::ingest::row::Code;

/// A record of a search: id as a number, value as a number, reference as text.
fn found(id: u32, reference: &str, user: &str, vendor: &str, ends: &str, status: &str) -> String {
    format!(
        r#"{{"renewalId":{id},"customerOrderNumber":"PO-{id}","referenceNumber":"{reference}","endUser":"{user}","vendor":"{vendor}",
        "expirationDate":"{ends}","renewalValue":1250.5,"status":"{status}","links":[{{"topic":"renewals","href":"/x","type":"GET"}}]}}"#
    )
}

fn search(records: &[String], all: usize) -> String {
    format!(
        r#"{{"recordsFound":{all},"pageSize":10,"pageNumber":1,"nextPage":"","previousPage":"","renewals":[{}]}}"#,
        records.join(",")
    )
}

/// A renewal in detail: id and value as text, the reference as an object, serials in attributes.
fn detail(id: u32, quote: &str, ends: &str, value: &str, serials: &str) -> String {
    format!(
        r#"{{"renewalId":"{id}","ingramOrderNumber":"20-RC1-11","ingramOrderDate":"2026-01-02","expirationDate":"{ends}","customerOrderNumber":"PO-{id}",
        "renewalValue":"{value}","endUser":"","vendor":"CISCO SYSTEMS","status":"Quote pending","endUserInfo":[{{"contact":"Jo","companyName":"Acme AG","countryCode":"CH","email":"jo@acme.ch"}}],
        "referenceNumber":{{"notificationId":"N-99","quoteNumber":"{quote}"}},
        "products":[{{"ingramLineNumber":"1","vendorPartNumber":"CON-SNT-C93002TE","quantity":"7","unitPrice":"1.00","isConsolidated":"No"}}],
        "additionalAttributes":[{{"attributeDescription":"Serial Number","attributeValue":"{serials}","startDate":"2026-02-01","expirationDate":"{ends}","isConsolidated":"No"}},
        {{"attributeDescription":"Colour","attributeValue":"FOC2"}}]}}"#
    )
}

const LINES: &str = "serial,pid,contract,customer name,service sku,quantity,unit list price,net price,currency,start date,end date\n\
    FOC1,C9300-24T-E,200100200,Acme AG,CON-SNT-C93002TE,1,1400,1000,USD,2026-02-01,2027-01-31\n\
    FOC2,C9300-24T-E,200100300,Beta GmbH,CON-SNT-C93002TE,1,1400,1000,USD,2026-02-01,2027-01-31\n";

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.import(LINES.as_bytes(), "lines.csv", "").unwrap();
    desk
}

fn contract(desk: &Desk, number: &str) -> Contract {
    let mut all = desk.book.contracts.iter();
    all.find(|contract| &*contract.number == number).unwrap()
}

fn renewals(desk: &Desk, number: &str) -> Vec<Renewal> {
    let id = contract(desk, number).id;
    let all = desk.book.renewals.iter();
    all.filter(|renewal| renewal.contract == id).collect()
}

#[test]
fn a_search_ties_what_it_can_and_lets_the_rest_wait() {
    let mut desk = desk();
    let lines = desk.book.lines.iter().collect::<Vec<_>>();
    let text = search(
        &[
            found(
                120201,
                "200100200",
                "Acme",
                "Cisco",
                "2027-01-31T00:00:00",
                "Quote pending",
            ),
            found(
                120202,
                "Q-77",
                "Gamma SA",
                "CISCO",
                "2027-03-31",
                "Notification sent",
            ),
            found(120203, "Q-78", "", "Cisco Meraki", "2027-04-30", "Future"),
            found(120204, "Q-79", "Delta", "Lenovo", "soon", "Future"),
            found(
                120205,
                "Q-80",
                "Delta",
                "Cisco",
                "2026-01-31",
                "Lost to competitior",
            ),
            found(
                120206,
                "200100300",
                "Beta",
                "Cisco",
                "2027-02-28",
                "Ordered",
            ),
            found(120207, "Q-81", "Delta", "Cisco", "soon", "Future"),
        ],
        9,
    );
    let report = desk.import(text.as_bytes(), "search.json", "").unwrap();
    assert_eq!(report.format, "ingram_search");
    assert_eq!(counts(&report), (7, 2, 0, 2, 2, 1));
    assert_eq!(
        (report.rejects[0].code, report.rejects[0].row),
        (Code::BadDate, 7)
    );
    assert!(says(&report, Code::Incomplete, "7 of 9 records"));
    assert!(says(&report, Code::NonCisco, "other makers"));
    assert!(says(&report, Code::Closed, "closed at the distributor"));
    assert!(says(
        &report,
        Code::Kept,
        "contract 200100300 ends on 2027-01-31 in the book, on 2027-02-28"
    ));
    assert!(says(
        &report,
        Code::Kept,
        "contract 200100200 is worth 1250.50 at the distributor, its lines come to 1000.00"
    ));
    assert!(says(
        &report,
        Code::StatusConflict,
        "\"Ordered\" at the distributor and open"
    ));
    assert!(says(
        &report,
        Code::Unmatched,
        "waits in the pipeline as INGRAM-120202"
    ));
    // Cisco's figures are as they were.
    assert_eq!(desk.book.lines.iter().collect::<Vec<_>>(), lines);
    assert_eq!(renewals(&desk, "200100300")[0].end, day("2027-01-31"));
    let waiting = contract(&desk, "INGRAM-120202");
    assert_eq!(
        (waiting.kind, waiting.end),
        (ContractKind::Quote, Some(day("2027-03-31")))
    );
    assert_eq!(waiting.program.as_deref(), Some("Ingram, value 1250.50"));
    assert_eq!(waiting.status_raw.as_deref(), Some("Notification sent"));
    let name = |number: &str| {
        let account = contract(&desk, number).account;
        desk.book.accounts.get(account).unwrap().name.to_string()
    };
    assert_eq!(name("INGRAM-120202"), "Gamma SA");
    assert_eq!(name("INGRAM-120203"), "Unassigned");
    assert_eq!(renewals(&desk, "INGRAM-120202")[0].end, day("2027-03-31"));
    let again = desk
        .import(format!("{text} ").as_bytes(), "s2.json", "")
        .unwrap();
    assert_eq!(counts(&again), (7, 0, 0, 4, 2, 1));
}

#[test]
fn a_serial_among_the_attributes_ties_and_ends_the_waiting() {
    let mut desk = desk();
    let first = search(
        &[found(
            120201,
            "Q-1",
            "Acme AG",
            "Cisco",
            "2027-01-31",
            "Future",
        )],
        1,
    );
    desk.import(first.as_bytes(), "s.json", "").unwrap();
    assert_eq!(renewals(&desk, "INGRAM-120201").len(), 1);
    let text = detail(120201, "Q-1", "2027-01-31", "1,000.00", "FOC9, foc1");
    let report = desk.import(text.as_bytes(), "d.json", "").unwrap();
    assert_eq!(report.format, "ingram_detail");
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    assert!(says(
        &report,
        Code::Unmatched,
        "INGRAM-120201 waited for its contract"
    ));
    assert!(says(&report, Code::Incomplete, "1 product lines"));
    assert!(says(
        &report,
        Code::Kept,
        "contract 200100200 has CON-SNT-C93002TE 7 times at the distributor, 1 times in the book"
    ));
    assert_eq!(
        report
            .warnings
            .iter()
            .filter(|w| w.code == Code::Kept)
            .count(),
        1
    );
    assert!(renewals(&desk, "INGRAM-120201").is_empty());
    assert_eq!(renewals(&desk, "200100200").len(), 1);
    // Work that was done on it while it waited is never dropped.
    let second = search(
        &[found(
            120202,
            "Q-2",
            "Acme AG",
            "Cisco",
            "2027-01-31",
            "Future",
        )],
        1,
    );
    desk.import(second.as_bytes(), "s2.json", "").unwrap();
    let mut worked = renewals(&desk, "INGRAM-120202")[0].clone();
    worked.next_step = Some("call".into());
    desk.book.renewals.put(worked.clone());
    let text = detail(120202, "200100300", "2027-01-31", "1000", "");
    desk.import(text.as_bytes(), "d2.json", "").unwrap();
    assert_eq!(renewals(&desk, "INGRAM-120202"), [worked]);
}

#[test]
fn a_contract_without_end_or_customer_is_filled() {
    let mut desk = Desk::new();
    let lines = "serial,pid,contract\nFOC1,C9300-24T-E,200100200\n";
    desk.import(lines.as_bytes(), "lines.csv", "").unwrap();
    assert!(desk.book.renewals.is_empty());
    let text = detail(5, "Q-1", "2027-01-31", "1000", "FOC1");
    let report = desk.import(text.as_bytes(), "d.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    let renewal = renewals(&desk, "200100200").remove(0);
    assert_eq!(renewal.end, day("2027-01-31"));
    let account = desk
        .book
        .accounts
        .get(contract(&desk, "200100200").account)
        .unwrap();
    assert_eq!(
        (&*account.name, account.country.as_deref()),
        ("Acme AG", Some("CH"))
    );
    let line = desk.book.lines.iter().next().unwrap();
    assert_eq!((line.account, line.end), (account.id, None));
    let again = desk
        .import(format!("{text} ").as_bytes(), "d2.json", "")
        .unwrap();
    assert_eq!(counts(&again), (1, 0, 0, 1, 0, 0));
}

#[test]
fn what_could_be_several_contracts_waits_and_says_so() {
    let mut desk = desk();
    let text = detail(7, "1", "2027-01-31", "1000", "FOC1;FOC2");
    let report = desk.import(text.as_bytes(), "d.json", "").unwrap();
    assert_eq!(counts(&report), (1, 1, 0, 0, 0, 0));
    assert!(says(
        &report,
        Code::Unmatched,
        "several contracts (200100200, 200100300)"
    ));
    // A renewal that closes at the distributor waits no longer.
    let closed = text.replace("Quote pending", "Void");
    let report = desk.import(closed.as_bytes(), "d2.json", "").unwrap();
    assert_eq!(counts(&report), (1, 0, 1, 0, 0, 0));
    assert!(renewals(&desk, "INGRAM-7").is_empty());
    assert_eq!(
        contract(&desk, "INGRAM-7").status_raw.as_deref(),
        Some("Void")
    );
}

#[test]
fn distributor_files_come_in_every_container() {
    let list = |id: u32| search(&[found(id, "Q-1", "A", "Cisco", "2027-01-31", "Future")], 2);
    let lone = |id: u32| found(id, "Q-1", "A", "Cisco", "2027-01-31", "Future");
    let one = |id: u32| detail(id, "Q-1", "2027-01-31", "5", "");
    for (id, a, b) in [
        ("ingram_search", list(1), list(2)),
        ("ingram_search", lone(1), lone(2)),
        ("ingram_detail", one(1), one(2)),
    ] {
        for bytes in containers(&a, &b) {
            let mut desk = Desk::new();
            let report = desk.import(&bytes, "x.json", "").unwrap();
            assert_eq!(report.format, id);
            assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0), "{id}");
            assert_eq!(desk.book.renewals.len(), 2);
        }
    }
    let error = asked("ingram_detail", list(1).as_bytes());
    assert!(error.contains("(`ingram_search`)"), "{error}");
    let error = asked("ingram_search", one(1).as_bytes());
    assert!(error.contains("(`ingram_detail`)"), "{error}");
    let error = asked("eox_v5", list(1).as_bytes());
    assert!(error.contains("Ingram Micro renewals search"), "{error}");
    let csv = b"serialNumber,productId,endDate\nFOC1,C9300-24T-E,2027-01-31\n";
    assert!(asked("ingram_search", csv).contains("not JSON"));
}

#[test]
fn a_refused_renewal_comes_back_mended() {
    let text = search(&[found(5, "200100200", "A", "Cisco", "soon", "Future")], 1);
    let mut desk = desk();
    let report = desk.import(text.as_bytes(), "s.json", "").unwrap();
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replacen("soon", "2027-01-31", 1);
    let report = desk.import(mended.as_bytes(), "r.csv", "").unwrap();
    assert!(report.format.starts_with("ingram_"), "{}", report.format);
    assert_eq!(counts(&report), (1, 0, 0, 1, 0, 0));
}

#[test]
fn hostile_and_hidden_values_of_a_distributor_cannot_harm() {
    let text = r#"{"renewals":[
        {"renewalId":"9\u001b[2J9","endUser":"Ev\u202eil","vendor":"Cisco","expirationDate":"2027-01-31","renewalValue":1e400,"status":{"a":[1]}},
        {"renewalId":"Confidential","endUser":"A","vendor":"Cisco","expirationDate":"2027-01-31"},
        {"renewalId":{"x":1},"vendor":"Cisco"},
        {"renewalId":"5","endUser":"Confidential","vendor":"Confidential","expirationDate":"Confidential","referenceNumber":[["Q"]]},
        {"renewalId":"6","vendor":"Cisco","expirationDate":"2027-01-31","renewalValue":"-12.345"},
        {"renewalId":6,"vendor":"Cisco","expirationDate":"2027-01-31","renewalValue":"-12.345"},
        {"renewalId":6,"vendor":"Cisco","expirationDate":"2028-01-31"},
        null,17,"x",[]]}"#;
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "s.json", "").unwrap();
    let counts = report.counts;
    assert_eq!((counts.new, counts.rejected), (3, 3), "{counts:?}");
    assert!(says(
        &report,
        Code::NoEnd,
        "INGRAM-5 has no expiration date"
    ));
    for account in &desk.book.accounts {
        assert!(!account.name.contains(['\u{1b}', '\u{202e}']));
    }
    for contract in &desk.book.contracts {
        assert!(!contract.number.contains('\u{1b}'), "{}", contract.number);
    }
    assert_eq!(
        contract(&desk, "INGRAM-6").program.as_deref(),
        Some("Ingram, value -12.345")
    );
    assert!(read(b"{\"renewals\":7}", "x.json", "").is_err());
}
