//! Laws over random answers of services and random lists of collectors: nothing panics, counts add
//! up, the stream loses nothing, and the same data once more changes nothing.

use crate::support::{Desk, read};
use proptest::prelude::*;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::ingest::{IngestError, Report, wire};

/// A value as a service may send it, the right kind more often than not.
pub fn value() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[AB][0-3]".prop_map(|text| format!("{text:?}")),
        Just("\"2027-01-31\"".to_string()),
        Just("\"2028-02-29T00:00:00Z\"".to_string()),
        Just("\"Confidential\"".to_string()),
        Just("\"Cisco\"".to_string()),
        Just("\"Onboard\"".to_string()),
        Just("\"Not Covered\"".to_string()),
        Just("\"\"".to_string()),
        Just("\"\\u001b[2J\\u202e\"".to_string()),
        "[0-9]{1,3}",
        Just("true".to_string()),
        Just("null".to_string()),
        Just("1e400".to_string()),
        Just("-0.5".to_string()),
    ];
    text.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|list| format!("[{}]", list.join(","))),
            inner.prop_map(|value| format!("{{\"value\":{value},\"name\":\"A1\"}}")),
        ]
    })
}

/// An object with these members, each of which may be missing.
pub fn object(members: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::option::weighted(0.85, value()), members.len()).prop_map(
        |values| {
            let own = members.iter().zip(values);
            let own: Vec<String> = own
                .filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)))
                .collect();
            format!("{{{}}}", own.join(","))
        },
    )
}

fn several(members: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(object(members), 0..6).prop_map(|list| list.join(","))
}

fn answer() -> impl Strategy<Value = String> {
    let stops = several(&[
        "name",
        "isComplete",
        "completionPercentage",
        "pitstopActions",
    ]);
    let life = (value(), value(), stops, value()).prop_map(|(customer, name, stops, pct)| {
        format!(
            r#"{{"customerId":{customer},"items":[{{"name":{name},"usecases":[{{"name":"A1","adoptionPercentage":{pct},"pitstops":[{stops}]}},
            {{"name":{name},"pitstops":[{stops}],"currentPitstop":{pct}}}]}}]}}"#
        )
    });
    let search = several(&[
        "renewalId",
        "customerOrderNumber",
        "referenceNumber",
        "endUser",
        "vendor",
        "expirationDate",
        "renewalValue",
        "status",
    ])
    .prop_map(|list| format!(r#"{{"recordsFound":3,"renewals":[{list}]}}"#));
    let detail = several(&[
        "renewalId",
        "expirationDate",
        "renewalValue",
        "endUserInfo",
        "referenceNumber",
        "products",
        "additionalAttributes",
    ])
    .prop_map(|list| {
        format!(
            r#"[{{"renewalId":"7","products":[]}}{}{list}]"#,
            if list.is_empty() { "" } else { "," }
        )
    });
    let devices = several(&[
        "DeviceId",
        "ContractStatus",
        "ContractStatusReason",
        "Contract",
        "CoveredProductLineEndDate",
        "ServiceEndDate",
        "EndCustomer",
        "Product",
    ])
    .prop_map(|list| {
        format!(r#"{{"ObjectType":"asset.DeviceContractInformation.List","Results":[{list}]}}"#)
    });
    prop_oneof![life, search, detail, devices]
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[AB][0-2]",
        "[AB][0-2]",
        Just("2027-01-31".to_string()),
        Just("2028-02-29".to_string()),
        Just(String::new()),
        Just("Last Date of Support".to_string()),
        Just("Chassis".to_string()),
        Just("Confidential".to_string()),
    ]
}

fn list(headers: &'static str) -> impl Strategy<Value = String> {
    let width = headers.split(',').count();
    let row = proptest::collection::vec(cell(), width).prop_map(|cells| cells.join(","));
    proptest::collection::vec(row, 0..8)
        .prop_map(move |rows| format!("{headers}\n{}\n", rows.join("\n")))
}

const EOL: &str =
    "hwInstanceId,productId,currentHwEolMilestone,currentHwEolMilestoneDate,hwEolInstanceId";
const BULLETINS: &str =
    "hwEolInstanceId,bulletinProductId,bulletinNumber,eoSaleDate,lastDateOfSupport";
const HARDWARE: &str = "customerId,customerName,neInstanceId,hwInstanceId,hwType,productId,serialNumber,collectedSerialNumber";
const CUSTOMERS: &str = "customerId,customerName,streetAddress1,country,zipCode";

fn customer() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("77,Acme"),
        Just("78,Beta"),
        Just("77,"),
        Just(",Gamma"),
        Just(","),
    ]
}

fn customers() -> impl Strategy<Value = String> {
    let row =
        (customer(), cell(), cell(), cell()).prop_map(|(a, b, c, d)| format!("{a},{b},{c},{d}"));
    lines_of(CUSTOMERS, row)
}

/// Boxes and parts; a serial is always of the same product.
fn hardware() -> impl Strategy<Value = String> {
    let kind = prop_oneof![Just("Chassis"), Just("Module"), Just("")];
    let thing = prop_oneof![
        Just("A0,S0"),
        Just("A0,S1"),
        Just("B0,S2"),
        Just(",S3"),
        Just("B0,")
    ];
    let row = (customer(), cell(), kind, thing, cell()).prop_map(
        |(customer, device, kind, thing, read)| {
            format!("{customer},{device},1,{kind},{thing},{read}")
        },
    );
    lines_of(HARDWARE, row)
}

fn lines_of(
    headers: &'static str,
    row: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    proptest::collection::vec(row, 0..8)
        .prop_map(move |rows| format!("{headers}\n{}\n", rows.join("\n")))
}

/// Everything these files can write.
fn shown(book: &Snapshot) -> Vec<String> {
    let mut rows: Vec<String> = book.accounts.iter().map(|row| format!("{row:?}")).collect();
    rows.extend(book.contracts.iter().map(|row| format!("{row:?}")));
    rows.extend(book.lines.iter().map(|row| format!("{row:?}")));
    rows.extend(book.renewals.iter().map(|row| format!("{row:?}")));
    rows.extend(book.adoption.iter().map(|row| format!("{row:?}")));
    rows.extend(book.eox.iter().map(|row| format!("{row:?}")));
    rows.sort();
    rows
}

fn import(desk: &mut Desk, text: &str, name: &str) -> Result<Report, IngestError> {
    desk.import(
        text.as_bytes(),
        name,
        "decimal_mark = \".\"\ndate_order = \"dmy\"",
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_once_more_changes_nothing(text in answer()) {
        let rows = read(text.as_bytes(), "a.json", "");
        let mut bytes = Vec::new();
        wire::encode(&rows, &mut bytes).unwrap();
        prop_assert_eq!(wire::decode(&mut bytes.as_slice()), rows);
        let mut desk = Desk::new();
        if let Ok(first) = import(&mut desk, &text, "a.json") {
            prop_assert!(first.counts.adds_up());
            prop_assert_eq!(first.counts.rejected as usize, first.rejects.len());
            let before = shown(&desk.book);
            let again = import(&mut desk, &format!("{text} "), "b.json").unwrap();
            prop_assert_eq!((again.counts.new, again.counts.changed), (0, 0), "{}", text);
            prop_assert_eq!(before, shown(&desk.book));
        }
    }

    #[test]
    fn end_of_life_lists_once_more_change_nothing_and_their_order_does_not_matter(
        eol in list(EOL), bulletins in list(BULLETINS)
    ) {
        let mut ends = Vec::new();
        for files in [[&eol, &bulletins], [&bulletins, &eol]] {
            let desk = twice(&files)?;
            let mut dates: Vec<String> = desk.book.eox.iter()
                .map(|row| format!("{} {:?} {:?}", row.pid, row.ldos, row.end_of_sale))
                .collect();
            dates.sort();
            ends.push(dates);
        }
        prop_assert_eq!(&ends[0], &ends[1]);
    }

    #[test]
    fn hardware_and_customers_once_more_change_nothing(
        hardware in hardware(), customers in customers()
    ) {
        twice(&[&customers, &hardware])?;
        twice(&[&hardware, &customers])?;
    }
}

/// A book that took the files; taking all of them once more has to change nothing.
fn twice(files: &[&String]) -> Result<Desk, TestCaseError> {
    let mut desk = Desk::new();
    for text in files {
        let report = import(&mut desk, text, "a.csv").unwrap();
        prop_assert!(report.counts.adds_up());
    }
    let before = shown(&desk.book);
    for text in files {
        let report = import(&mut desk, &format!("{text}\n"), "b.csv").unwrap();
        prop_assert_eq!(
            (report.counts.new, report.counts.changed),
            (0, 0),
            "{}",
            text
        );
    }
    prop_assert_eq!(&before, &shown(&desk.book));
    Ok(desk)
}
