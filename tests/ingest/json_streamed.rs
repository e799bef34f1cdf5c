//! JSON documents longer than what is held of them: the same rows, remarks and refusals however the
//! records lie in the file, and whatever is wrong with it.

use crate::json_laws::{object, value};
use crate::support::{asked, read};
use proptest::prelude::*;
use renewdesk::ingest::{self, IngestError, ReadOptions, Rows};

/// Blanks that make a page longer than what is looked ahead, so that it is read in pieces.
fn blanks() -> String {
    " ".repeat(600_000)
}

/// A kind of page: the list with its records, the members of a record, and those beside them.
struct Shape {
    list: &'static str,
    record: &'static [&'static str],
    beside: &'static [&'static str],
}

const SHAPES: [Shape; 9] = [
    Shape {
        list: "items",
        record: &[
            "contractNumber",
            "serialNumber",
            "productId",
            "coverageEndDate",
            "componentType",
        ],
        beside: &["totalCount", "customerId", "extra"],
    },
    Shape {
        list: "items",
        record: &[
            "contractNumber",
            "contractStatus",
            "coverageEndDate",
            "customerDetails",
            "contractValue",
        ],
        beside: &["totalCount"],
    },
    Shape {
        list: "items",
        record: &["name", "usecases", "solutionId", "cxLevel"],
        beside: &["customerId", "customerName", "buId", "cavId"],
    },
    Shape {
        list: "serial_numbers",
        record: &[
            "sr_no",
            "is_covered",
            "service_contract_number",
            "orderable_pid_list",
        ],
        beside: &["pagination_response_record"],
    },
    Shape {
        list: "Items",
        record: &[
            "serialNumber",
            "isCovered",
            "serviceContractNumber",
            "basePIDList",
        ],
        beside: &["totalCount", "data"],
    },
    Shape {
        list: "Results",
        record: &[
            "DeviceId",
            "ContractStatus",
            "Contract",
            "ServiceEndDate",
            "EndCustomer",
        ],
        beside: &["ObjectType", "Count"],
    },
    Shape {
        list: "renewals",
        record: &[
            "renewalId",
            "endUser",
            "expirationDate",
            "renewalValue",
            "vendor",
        ],
        beside: &["recordsFound", "renewalId"],
    },
    Shape {
        list: "EOXRecord",
        record: &[
            "EOLProductID",
            "LastDateOfSupport",
            "EOXError",
            "EOXMigrationDetails",
        ],
        beside: &["EOXInputValue"],
    },
    Shape {
        list: "rows",
        record: &["Serial Number", "End Date", "Product", "Quantity"],
        beside: &["about"],
    },
];

/// Records of one kind and what stands beside them.
#[derive(Clone, Debug)]
struct Pages {
    list: &'static str,
    records: Vec<String>,
    beside: Vec<String>,
}

impl Pages {
    /// A page with these records; what stands beside them stands before as far as `cut`.
    fn page(&self, records: &[String], cut: usize, pad: &str) -> String {
        let list = format!("\"{}\":[{}]", self.list, records.join(","));
        let (before, after) = self.beside.split_at(cut.min(self.beside.len()));
        let members: Vec<&str> = before
            .iter()
            .chain([&list])
            .chain(after)
            .map(String::as_str)
            .collect();
        format!("{{{pad}{}}}", members.join(","))
    }

    fn whole(&self, cut: usize, pad: &str) -> String {
        self.page(&self.records, cut, pad)
    }
}

fn pages(many: usize) -> impl Strategy<Value = Pages> {
    (0..SHAPES.len()).prop_flat_map(move |shape| {
        let Shape {
            list,
            record,
            beside,
        } = &SHAPES[shape];
        let records = proptest::collection::vec(object(record), 1..many);
        let beside = beside.iter().map(|name| {
            let value = prop_oneof![
                value(),
                "[0-9]{1,2}",
                Just("[1,\"A1\"]".to_string()),
                Just("\"asset.DeviceContractInformation.List\"".to_string()),
                Just("{\"total_records\":9,\"x\":[]}".to_string()),
            ];
            value.prop_map(move |value| format!("\"{name}\":{value}"))
        });
        let beside = beside.collect::<Vec<_>>();
        (records, beside).prop_map(|(records, beside)| Pages {
            list,
            records,
            beside,
        })
    })
}

const MAP: &str = "decimal_mark = \".\"\ndate_order = \"dmy\"\npercent = \"percent\"";

/// What reading a document gives; the file's fingerprint is no part of it.
fn told(text: &str) -> Result<Rows, IngestError> {
    let rows = read(text.as_bytes(), "a.json", MAP).map(|rows| Rows {
        sha256: String::new(),
        ..rows
    });
    rows.map_err(without_place)
}

/// What is wrong with a text, wherever in it.
fn without_place(error: IngestError) -> IngestError {
    match error {
        IngestError::Unreadable { file, what, next } => IngestError::Unreadable {
            file,
            what: what
                .split(" at line")
                .next()
                .unwrap_or_default()
                .to_string(),
            next,
        },
        error => error,
    }
}

/// The parts of a document that has several kinds.
fn parts(text: &str) -> Result<Rows, IngestError> {
    let options = ReadOptions {
        several: true,
        hasty: true,
        ..ReadOptions::default()
    };
    let rows = ingest::read(text.as_bytes(), "a.json", &options, &mut |_| {});
    let mut rows = rows.map_err(without_place)?;
    rows.sha256.clear();
    Ok(rows)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_in_pieces_is_the_page(pages in pages(6), cut in 0..4_usize) {
        let short = told(&pages.whole(0, ""));
        let long = told(&pages.whole(cut, &blanks()));
        prop_assert_eq!(&long, &short, "{:?}", pages);
    }

    #[test]
    fn pages_glued_in_any_way_are_the_same_records(
        pages in pages(12), at in 0..12_usize, cut in 0..4_usize, how in 0..5_usize, long in any::<bool>()
    ) {
        let at = at.min(pages.records.len());
        let (one, other) = pages.records.split_at(at);
        let pad = if long { blanks() } else { String::new() };
        let (one, other) = (pages.page(one, cut, &pad), pages.page(other, 0, ""));
        let plain = told(&format!("{}\n{}", pages.page(&pages.records[..at], 0, ""), other));
        let glued = match how {
            0 => format!("{one}{other}"),
            1 => format!("{one}\n\n{other}\n"),
            2 => format!("[{one},{other}]"),
            3 => format!("[[{one}],[{other}]]"),
            _ => format!("[{one}] [[{other}]]"),
        };
        prop_assert_eq!(told(&glued), plain);
    }

    #[test]
    fn several_kinds_in_one_document_are_told_apart_in_pieces(
        a in pages(4), b in pages(4), c in pages(4)
    ) {
        let page = |own: &Pages, pad: &str| own.whole(1, pad);
        let short = format!("{}{}{}", page(&a, ""), page(&b, ""), page(&c, ""));
        let long = format!("{}{}{}", page(&a, &blanks()), page(&b, ""), page(&c, &blanks()));
        prop_assert_eq!(told(&long), told(&short));
        let of_short = parts(&short);
        prop_assert_eq!(&parts(&long), &of_short);
        for part in of_short.map(|rows| rows.parts).unwrap_or_default() {
            let options = ReadOptions {
                part: Some(part.format),
                ..ReadOptions::default()
            };
            let of = |text: &str| {
                let rows = ingest::read(text.as_bytes(), "a.json", &options, &mut |_| {});
                rows.map(|rows| Rows { sha256: String::new(), ..rows })
            };
            prop_assert_eq!(of(&long), of(&short));
        }
    }

    #[test]
    fn a_document_broken_anywhere_is_refused_as_the_library_refuses_it(
        pages in pages(4), at in 2..100_000_usize, what in 0..8_usize, long in any::<bool>()
    ) {
        let pad = if long { blanks() } else { String::new() };
        // The damage is in what is written, mostly, and not in the blanks.
        let (head, body) = (format!("{{\"a\":1,{pad}"), pages.whole(1, ""));
        let body = format!("{}\n{}", &body[1..], pages.whole(0, ""));
        let mut bytes = body.into_bytes();
        let at = at % bytes.len();
        match what {
            0 | 1 => bytes.truncate(at),
            2 => { bytes.remove(at); }
            3 => bytes[at] = b'"',
            4 => bytes[at] = b'}',
            5 => bytes.insert(at, b'['),
            6 => bytes.insert(at, b','),
            _ => bytes[at] = b'\\',
        }
        let Ok(body) = String::from_utf8(bytes) else { return Ok(()) };
        let text = format!("{head}{body}");
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
        let wrong = documents.filter_map(Result::err).next();
        let said = read(text.as_bytes(), "a.json", MAP).err();
        let said = said.map(|error| error.to_string());
        let broken = said.clone().filter(|said| said.contains("breaks off"));
        match wrong {
            Some(wrong) => {
                let said = said.unwrap_or_default();
                prop_assert!(said.contains(&format!("wrong: {wrong}.")), "{wrong}: {said}");
            }
            None => prop_assert_eq!(broken, None),
        }
    }
}

fn detail(at: usize) -> String {
    format!(
        "{{\"contractNumber\":\"{}\",\"serialNumber\":\"FOC{at:06}\",\"productId\":\"C9300-24T\",\
         \"coverageEndDate\":\"2027-03-31\",\"componentType\":\"CHASSIS\",\"installationQuantity\":{}}}",
        200_000_000 + at % 7,
        at % 3
    )
}

#[test]
fn one_long_list_is_read_like_many_short_pages() {
    let records: Vec<String> = (0..3_000).map(detail).collect();
    let glued = records
        .chunks(100)
        .map(|page| format!("{{\"totalCount\":3001,\"items\":[{}]}}\n", page.join(",")))
        .collect::<String>();
    let before = format!("{{\"totalCount\":3001,\"items\":[{}]}}", records.join(","));
    let after = format!(
        "{{\"items\":[{}],\"totalCount\":3001}}",
        records.join(",\n ")
    );
    let rows = told(&glued).unwrap();
    assert_eq!(rows.records.len(), 3_000);
    assert!(
        rows.problems
            .iter()
            .any(|own| own.text.contains("3000 of 3001"))
    );
    assert_eq!(told(&before).unwrap(), rows);
    assert_eq!(told(&after).unwrap(), rows);
    let options = ReadOptions {
        hasty: true,
        ..ReadOptions::default()
    };
    let hasty = ingest::read(after.as_bytes(), "a.json", &options, &mut |_| {}).unwrap();
    assert_eq!(hasty.records, rows.records);
}

#[test]
fn a_list_of_which_only_the_end_tells_the_kind_is_read_from_its_beginning() {
    let bare = "{\"contractNumber\":\"2001\",\"coverageEndDate\":\"2027-03-31\"}";
    let mut records = vec![bare.to_string(); 2_000];
    records.push(detail(1));
    let text = format!("{{\"items\":[{}]}}", records.join(","));
    let rows = told(&text).unwrap();
    assert_eq!(
        (rows.format.as_str(), rows.records.len()),
        ("pxcloud_details", 2_001)
    );
}

#[test]
fn of_members_with_one_name_the_last_counts_in_pieces_too() {
    let many = |from: usize| {
        (from..from + 4_000)
            .map(detail)
            .collect::<Vec<_>>()
            .join(",")
    };
    let text = |first: &str, last: &str| {
        format!("{{\"items\":{first},\"totalCount\":1,\"items\":{last},\"totalCount\":4000}}")
    };
    let (one, other) = (format!("[{}]", many(0)), format!("[{}]", many(50_000)));
    let own = told(&format!("{{\"items\":{other},\"totalCount\":4000}}")).unwrap();
    assert_eq!(told(&text(&one, &other)).unwrap(), own);
    assert_eq!(told(&text("[]", &other)).unwrap(), own);
    assert_eq!(told(&text("7", &other)).unwrap(), own);
    let none = told(&text(&other, "7"));
    assert_eq!(none, told("{\"items\":7,\"totalCount\":4000}"));
}

#[test]
fn a_long_record_of_its_own_is_no_list_of_records() {
    let product = "{\"vendorPartNumber\":\"CON-SNT-C9300\",\"quantity\":1}";
    let products = vec![product; 9_000].join(",");
    let text = format!(
        "{{\"renewalId\":\"7\",\"products\":[{products}],\"expirationDate\":\"2027-01-31\"}}"
    );
    let error = told(&text).unwrap_err().to_string();
    assert!(
        error.contains("record 1 has a value with too much text"),
        "{error}"
    );
    let product = "{\"quantity\":1}";
    let products = vec![product; 40_000].join(",");
    let text = format!(
        "{{\"renewalId\":\"7\",\"products\":[{products}],\"expirationDate\":\"2027-01-31\"}}"
    );
    let rows = told(&text).unwrap();
    assert_eq!(
        (rows.format.as_str(), rows.records.len()),
        ("ingram_detail", 1)
    );
    assert!(
        rows.problems
            .iter()
            .any(|own| own.text.starts_with("40000 product lines"))
    );
}

#[test]
fn a_record_too_long_to_be_held_is_refused_with_what_to_do() {
    let long = format!("{{\"serialNumber\":\"{}\"}}", "x".repeat(5_000_000));
    let text = format!("{{\"items\":[{},{long}]}}", detail(1));
    let error = told(&text).unwrap_err().to_string();
    assert!(
        error.contains("a record of the document has more than 4 MB"),
        "{error}"
    );
    assert!(error.contains("Split the file"), "{error}");
    // Beside the records nobody reads it.
    let text = format!(
        "{{\"items\":[{}],\"note\":\"{}\"}}",
        detail(1),
        "x".repeat(5_000_000)
    );
    assert_eq!(told(&text).unwrap().records.len(), 1);
    // And it is looked into although it is not held.
    let text = format!(
        "{{\"items\":[{}],\"note\":[\"{}\",\"\\ud800\"]}}",
        detail(1),
        "x".repeat(5_000_000)
    );
    let error = told(&text).unwrap_err().to_string();
    assert!(error.contains("hex escape"), "{error}");
}

#[test]
fn depth_is_counted_from_the_top_in_pieces_too() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for pad in [String::new(), blanks()] {
        let text = |depth| {
            format!(
                "{{{pad}\"items\":[{}],\"note\":{}}}",
                detail(1),
                nested(depth)
            )
        };
        assert!(told(&text(126)).is_ok());
        let error = told(&text(127)).unwrap_err().to_string();
        assert!(error.contains("recursion limit"), "{error}");
    }
}

#[test]
fn a_long_document_in_another_encoding_is_the_same() {
    let records: Vec<String> = (0..2_000).map(detail).collect();
    let text = format!(
        "{{\"totalCount\":2000,\"items\":[{}],\"note\":\"Zürich 東京\"}}",
        records.join(",")
    );
    let rows = told(&text).unwrap();
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    let other = read(&wide, "a.json", MAP).unwrap();
    assert_eq!(other.records, rows.records);
    assert!(
        other
            .problems
            .iter()
            .any(|own| own.text.contains("UTF-16LE"))
    );
    assert_eq!(read(&marked, "a.json", MAP).unwrap().records, rows.records);
    assert!(asked("eox_v5", &wide).contains("it holds PX Cloud contract details"));
}
