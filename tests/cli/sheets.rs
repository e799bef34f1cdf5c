//! Files of the newer kinds through the whole program: read in the child, written, undone.

use crate::desk_side::Side;
use std::io::Write;

const ESTIMATE: &str = "Estimate ID:,AB1234\nDeal ID:,71234567\nPrice List:,Global Price List (USD)\nDate: 12-Oct-2026\nCustomer:,Blütental Water\n\nLine Number,Part Number,Description,Service Duration (Months),Estimated Lead Time (Days),Unit List Price,Qty,Unit Net Price,Disc(%),Extended Net Price\n1.0,C9300-48P-A,Catalyst 9300,-,21,\"12,402.00\",2,\"6,821.10\",45.00,\"13,642.20\"\n1.0.1,CON-SNT-C93004PA,SNTC,36,-,\"3,600.00\",2,\"2,700.00\",25.00,\"5,400.00\"\n,,,,,,,Total Price:,,\"19,042.20\"\n";

#[test]
fn an_estimate_is_a_quote_that_undo_takes_away_and_the_file_brings_back() {
    let side = Side::new();
    let file = side.file("estimate.csv", ESTIMATE);
    let file = file.to_str().unwrap();
    let report = side.json(&["import", file]);
    assert_eq!(report["format"], "ccw_estimate");
    assert_eq!((&report["new"], &report["skipped"]), (&2.into(), &1.into()));
    let quote = side.json(&["quote", "show", "AB1234"]);
    assert_eq!(quote["lines"].as_array().unwrap().len(), 2);
    assert_eq!(quote["totals"]["net"], "19042.20");
    let listed = side.json(&["quote", "list"]);
    assert_eq!(listed["quotes"][0]["customer"], "Blütental Water");
    side.ok(&["quote", "set", "AB1234", "2", "quantity=3"]);
    let again = side.json(&["import", file]);
    assert_eq!(
        (&again["unchanged"], &again["changed"]),
        (&2.into(), &0.into())
    );
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert!(
        side.json(&["quote", "list"])["quotes"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let back = side.json(&["import", file]);
    assert_eq!(back["new"], 2);
    let quote = side.json(&["quote", "show", "AB1234"]);
    assert_eq!(quote["totals"]["net"], "19042.20");
}

#[test]
fn a_customers_no_is_an_edit_that_quotes_mind_and_undo_takes_back() {
    let side = Side::imported();
    let lines = side.json(&["contract", "200123456"]);
    let line = &lines["contracts"][0]["lines"][0];
    let list = format!(
        "Renewdesk Line ID,Renew (Y/N),Customer comment\n{},N,replaced in spring\n",
        line["line_id"].as_str().unwrap()
    );
    let file = side.file("back.csv", &list);
    let report = side.json(&["import", file.to_str().unwrap()]);
    assert_eq!(
        (&report["format"], &report["changed"]),
        (&"asset_list_return".into(), &1.into())
    );
    let now = side.json(&["contract", "200123456"])["contracts"][0]["lines"][0].clone();
    assert_eq!(now["customer_renew"], false);
    let told = side.ok(&["contract", "200123456"]).out;
    assert!(told.contains("do not renew  replaced in spring"), "{told}");
    side.ok(&["quote", "new", "200123456"]);
    let quote = side.json(&["quote", "show", "Q-1001"]);
    let own = quote["lines"].as_array().unwrap().iter();
    let own = own
        .filter(|l| l["serial"] == line["serial"])
        .collect::<Vec<_>>();
    assert_eq!(own[0]["quantity"], "0");
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    let back = side.json(&["contract", "200123456"])["contracts"][0]["lines"][0].clone();
    assert_eq!(back, *line);
}

/// A minimal open workbook around rows given as XML.
fn open_workbook(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Lines\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", content.as_str()),
    ] {
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn an_open_workbook_under_a_false_name_is_imported_and_undone() {
    let side = Side::new();
    let row = |cells: [&str; 3]| {
        let cell = |text: &str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        format!(
            "<table:table-row>{}</table:table-row>",
            cells.map(cell).concat()
        )
    };
    let rows = [
        row(["Serial Number", "Contract", "End Date"]),
        row(["FOC1", "300000001", "2027-03-31"]),
        "<table:table-row table:number-rows-repeated=\"1048574\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>".to_string(),
    ]
    .concat();
    let path = side.path("export.xls");
    std::fs::write(&path, open_workbook(&rows)).unwrap();
    let file = path.to_str().unwrap();
    let report = side.json(&["import", file]);
    assert_eq!((&report["read"], &report["new"]), (&1.into(), &1.into()));
    assert_eq!(side.json(&["import", file])["unchanged"], 1);
    side.ok(&["undo"]);
    assert!(side.json(&["queue"])["rows"].as_array().unwrap().is_empty());
    assert_eq!(side.json(&["import", file])["new"], 1);
    std::fs::write(
        &path,
        "<style>td{}</style><table><tr><td>x</td></tr></table>",
    )
    .unwrap();
    let message = side.fails(1, &["import", file]);
    assert!(
        message.contains("web page") && message.contains(".xlsx"),
        "{message}"
    );
}

#[test]
fn a_text_whose_dates_a_late_row_tells_is_read_again_and_taken_once() {
    let side = Side::new();
    let mut text = "Serial Number,Start Date,End Date,Contract\n".to_string();
    for at in 0..500 {
        let start = if at == 480 {
            "12/31/2025"
        } else {
            "2026-01-31"
        };
        text += &format!("FOC{at:05},{start},2027-12-31,200100200\n");
    }
    let file = side.file("late.csv", &text);
    let file = file.to_str().unwrap();
    let seen = side.json(&["import", "--dry-run", file]);
    let done = side.json(&["import", file]);
    assert_eq!((&seen["new"], &done["new"]), (&500.into(), &500.into()));
    let lines = side.json(&["contract", "200100200"])["contracts"][0]["lines"].clone();
    let lines = lines.as_array().unwrap();
    assert_eq!(lines.len(), 500);
    let late = lines.iter().find(|line| line["serial"] == "FOC00480");
    assert_eq!(late.unwrap()["start"], "2025-12-31");
}
