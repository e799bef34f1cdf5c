//! Files with tables of several kinds: all of them come in as one step, each told for itself.

use crate::desk_side::Side;
use rust_xlsxwriter::Workbook;
use serde_json::Value;
use std::path::PathBuf;

type Sheet<'a> = (&'a str, &'a [&'a [&'a str]]);

const ASSETS: Sheet<'_> = (
    "Assets",
    &[
        &[
            "customerId",
            "customerName",
            "serialNumber",
            "productId",
            "coverageStatus",
            "coverageStartDate",
            "coverageEndDate",
            "contractNumber",
            "serviceLevel",
            "slaType",
        ],
        &[
            "77",
            "Acme AG",
            "FOC1",
            "C9300-24T-E",
            "COVERED",
            "2026-02-01",
            "2027-01-31",
            "200100200",
            "SNT",
            "8x5xNBD",
        ],
        &[
            "77",
            "Acme AG",
            "FOC2",
            "C9300-24T-E",
            "COVERED",
            "2026-02-01",
            "2027-01-31",
            "200100200",
            "SNT",
            "8x5xNBD",
        ],
        &[
            "77",
            "Acme AG",
            "FOC3",
            "C9300-24T-E",
            "COVERED",
            "2026-02-01",
            "sometime",
            "200100200",
            "SNT",
            "8x5xNBD",
        ],
    ],
);
const CONTRACTS: Sheet<'_> = (
    "Contracts",
    &[
        &[
            "customerId",
            "customerName",
            "contractNumber",
            "contractStatus",
            "contractStartDate",
            "contractEndDate",
            "serviceProgram",
        ],
        &[
            "77",
            "Acme AG",
            "200100200",
            "ACTIVE",
            "2026-02-01",
            "2027-01-31",
            "SNTC",
        ],
        &[
            "77",
            "Acme AG",
            "200100300",
            "ACTIVE",
            "2026-05-01",
            "2027-04-30",
            "SNTC",
        ],
    ],
);
const SOFTWARE: Sheet<'_> = (
    "Software",
    &[
        &["swType", "swVersion", "swCategory", "swName"],
        &["IOS", "17.9", "OS", "IOS-XE"],
    ],
);
const COLOURS: Sheet<'_> = ("Colours", &[&["Region", "Colour"], &["North", "blue"]]);
const COVER: Sheet<'_> = ("Cover", &[&["Report of November"]]);

fn workbook(side: &Side, name: &str, sheets: &[Sheet<'_>]) -> PathBuf {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet
                    .write_string(row as u32, column as u16, *cell)
                    .unwrap();
            }
        }
    }
    let path = side.path(name);
    book.save(&path).unwrap();
    path
}

fn counts(of: &Value) -> Vec<u64> {
    let names = ["read", "new", "changed", "unchanged", "skipped", "rejected"];
    names
        .iter()
        .map(|name| of[*name].as_u64().unwrap())
        .collect()
}

fn contract(side: &Side, number: &str) -> Value {
    side.json(&["contract", number])["contracts"][0].clone()
}

#[test]
fn contracts_and_assets_of_one_workbook_are_one_step() {
    let side = Side::new();
    // The lines stand before the contracts they name, and before what is no use.
    let sheets = [COVER, ASSETS, SOFTWARE, COLOURS, CONTRACTS];
    let path = workbook(&side, "all.xlsx", &sheets);
    let file = path.to_str().unwrap();

    let seen = side.json(&["import", "--dry-run", file]);
    let tables = &seen["files"][0]["tables"];
    assert_eq!(tables[0]["format"], "sntc_contracts_details");
    assert_eq!(tables[0]["sheets"][0], "Contracts");
    assert_eq!(counts(&tables[0]), [2, 2, 0, 0, 0, 0]);
    assert_eq!(tables[1]["format"], "sntc_covered_assets");
    assert_eq!(counts(&tables[1]), [3, 2, 0, 0, 0, 1]);
    assert_eq!(counts(&seen), [5, 4, 0, 0, 0, 1]);
    let outline = seen["files"][0]["outline"]["sheets"].as_array().unwrap();
    let taken = outline.iter().filter(|sheet| sheet["taken"] == true);
    assert_eq!(taken.count(), 2);
    let told = seen["warnings"].to_string();
    let colours = "sheet \\\\\\\"Colours\\\\\\\" is of no known kind";
    assert!(told.replace("\\\"", "\\\\\\\"").contains(colours), "{told}");
    assert!(told.contains("SNTC Software"), "{told}");
    assert!(!told.contains("Cover\\"), "{told}");

    let told = side.ok(&["import", "--dry-run", file]).out;
    let line = "sheet Contracts (SNTC Contracts_Details): read 2 = new 2";
    assert!(told.contains(line), "{told}");
    assert!(
        told.contains("sheet Assets (SNTC Covered_Assets): read 3 = new 2"),
        "{told}"
    );

    let done = side.json(&["import", file]);
    assert_eq!(counts(&done), counts(&seen));
    assert_eq!(
        done["format"],
        "sntc_contracts_details + sntc_covered_assets"
    );
    let own = contract(&side, "200100200");
    assert_eq!(own["lines"].as_array().unwrap().len(), 2);
    assert_eq!(
        contract(&side, "200100300")["lines"]
            .as_array()
            .unwrap()
            .len(),
        0
    );

    let again = side.json(&["import", file]);
    assert_eq!(counts(&again), [5, 0, 0, 4, 0, 1]);

    side.ok(&["undo"]);
    let queue = side.json(&["queue", "--within", "9999"]);
    assert_eq!(queue["rows"].as_array().unwrap().len(), 0, "{queue}");
    side.ok(&["redo"]);
    assert_eq!(contract(&side, "200100200")["lines"], own["lines"]);
}

#[test]
fn parts_of_a_file_add_up_to_the_same_book_as_files_of_their_own() {
    let (whole, alone) = (Side::new(), Side::new());
    let path = workbook(&whole, "all.xlsx", &[ASSETS, CONTRACTS]);
    whole.ok(&["import", path.to_str().unwrap()]);
    for sheet in [CONTRACTS, ASSETS] {
        let path = workbook(&alone, &format!("{}.xlsx", sheet.0), &[sheet]);
        alone.ok(&["import", path.to_str().unwrap()]);
    }
    let told = |side: &Side| {
        let lines = contract(side, "200100200")["lines"].clone();
        let lines = lines.as_array().unwrap().iter();
        let serials: Vec<String> = lines.map(|l| l["serial"].to_string()).collect();
        let queue = side.json(&["queue", "--within", "9999"]);
        let renewals = queue["rows"].as_array().unwrap().len();
        (
            serials,
            renewals,
            contract(side, "200100300")["end"].clone(),
        )
    };
    assert_eq!(told(&whole), told(&alone));
    assert_eq!(told(&whole).1, 2);
}

#[test]
fn one_kind_can_still_be_asked_for_alone() {
    let side = Side::new();
    let path = workbook(&side, "all.xlsx", &[ASSETS, CONTRACTS]);
    let file = path.to_str().unwrap();
    let done = side.json(&["import", "--format", "sntc_covered_assets", file]);
    assert_eq!(done["format"], "sntc_covered_assets");
    assert_eq!(counts(&done), [3, 2, 0, 0, 0, 1]);
    assert!(
        done["warnings"]
            .to_string()
            .contains("SNTC Contracts_Details")
    );
    // What was not asked for then is brought in now, and the rest is known.
    let rest = side.json(&["import", file]);
    assert_eq!(counts(&rest)[1..4], [1, 1, 2]);
}

#[test]
fn a_search_and_a_detail_glued_together_are_both_brought_in() {
    let side = Side::imported();
    let search = r#"{"recordsFound":1,"pageSize":10,"pageNumber":1,"renewals":[{"renewalId":11,"customerOrderNumber":"PO-11","referenceNumber":"200123456","endUser":"Acme","vendor":"CISCO","expirationDate":"2027-01-31","renewalValue":1250.5,"status":"Open"}]}"#;
    let detail = r#"{"renewalId":"12","expirationDate":"2027-01-31","renewalValue":"90","endUser":"Acme","vendor":"CISCO SYSTEMS","status":"Open","referenceNumber":{"quoteNumber":"200123456"},"products":[{"ingramLineNumber":"1","vendorPartNumber":"CON-SNT-C93002TE","quantity":"7"}]}"#;
    let file = side.file("both.json", &format!("{search}\n{detail}\n{{\"a\":1}}"));
    let file = file.to_str().unwrap();
    let seen = side.json(&["import", "--dry-run", file]);
    let tables = seen["files"][0]["tables"].as_array().unwrap();
    let formats: Vec<&str> = tables
        .iter()
        .map(|t| t["format"].as_str().unwrap())
        .collect();
    assert_eq!(formats, ["ingram_search", "ingram_detail"]);
    assert_eq!(seen["read"], 2);
    assert!(
        seen["warnings"]
            .to_string()
            .contains("1 of the glued documents")
    );
    let done = side.json(&["import", file]);
    assert_eq!(counts(&done), counts(&seen));
    side.ok(&["undo"]);
    let again = side.json(&["import", file]);
    assert_eq!(counts(&again), counts(&seen));
}
