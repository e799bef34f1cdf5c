//! The book beside other lists, and the quality of its data.

use crate::desk_side::{LINES, Side};
use serde_json::Value;

/// The customer's own list: one end differs, one box stands under another contract, one is new,
/// one stands twice, one of the book's is not there.
const LIST: &str = "\
Customer,Contract,Serial,Product,Site,End Date
Blütental Water,200123456,foc2329x0ab,C9300-24T-E,Hall 1,2026-12-10
Blütental Water,200123456,FOC2329X0AC,C9300-48P=,Hall 1,2027-01-31
Blütental Water,200999999,FOC2329X0AD,C9300-48P,,2026-03-14
Blütental Water,200123456,FOC2329X0ZZ,C9300-48P,Hall 2,2026-12-10
Blütental Water,200123456,FOC2329X0ZZ,C9300-48P,Hall 2,2026-12-10
";

/// A book of the worked lines and one more under the second contract.
fn imported() -> Side {
    let side = Side::new();
    let more = "Blütental Water,200123457,FOC2329X0AE,1004,C9300-48P,CON-SNT-C930048P,8x5xNBD,1,1000.00,2025-03-15,2026-03-14,800.00,USD\n";
    let file = side.file("lines.csv", &format!("{LINES}{more}"));
    side.ok(&["import", file.to_str().unwrap()]);
    side
}

fn findings<'a>(answer: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = answer["findings"].as_array().unwrap().iter();
    all.filter(|finding| finding["kind"] == kind).collect()
}

fn serials(findings: &[&Value]) -> Vec<String> {
    let each = findings.iter();
    each.map(|f| f["serial"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn a_customers_list_is_compared_and_the_book_stays_as_it_is() {
    let side = imported();
    let list = side.file("list.csv", LIST);
    let before = side.json(&["history"]);
    let told = side.json(&["reconcile", list.to_str().unwrap()]);
    assert_eq!(told["schema"], "renewdesk.reconcile/1");
    assert_eq!(told["sources"][0]["rank"], "book");
    assert_eq!(told["sources"][1]["name"], "list.csv");
    assert_eq!(told["sources"][1]["rank"], "customer list");
    assert!(told["sources"][1]["day"].is_string());
    let moved = findings(&told, "moved");
    assert_eq!(serials(&moved), ["FOC2329X0AD"]);
    assert_eq!(moved[0]["fields"][0]["field"], "contract");
    assert_eq!(moved[0]["fields"][0]["values"][1]["value"], "200999999");
    let disagree = findings(&told, "disagree");
    assert_eq!(serials(&disagree), ["FOC2329X0AC"]);
    let end = disagree[0]["fields"].as_array().unwrap().iter();
    let end: Vec<&Value> = end.filter(|field| field["field"] == "end").collect();
    assert_eq!(end[0]["values"][0]["value"], "2026-12-10");
    assert_eq!(end[0]["values"][1]["value"], "2027-01-31");
    assert_eq!(disagree[0]["records"][1]["row"], 3);
    let only = findings(&told, "only_here");
    assert!(serials(&only).contains(&"FOC2329X0ZZ".to_string()));
    assert!(
        serials(&only).contains(&"FOC2329X0AE".to_string()),
        "{only:?}"
    );
    let twice = findings(&told, "duplicate");
    assert_eq!(serials(&twice), ["FOC2329X0ZZ"]);
    assert_eq!(twice[0]["repeats"]["row"], 5);
    assert_eq!(side.json(&["history"]), before, "nothing was written");
}

#[test]
fn the_answer_can_be_narrowed_and_is_told_in_words() {
    let side = imported();
    let list = side.file("list.csv", LIST);
    let list = list.to_str().unwrap();
    let told = side.ok(&["reconcile", list, "--kind", "moved"]).out;
    assert!(
        told.contains("contract: the book 200123457, list.csv 200999999"),
        "{told}"
    );
    assert!(!told.contains("FOC2329X0AC"), "{told}");
    assert_eq!(side.run(&["reconcile", list, "--kind", "odd"]).code, 2);
    assert_eq!(
        side.run(&["reconcile", list, "--customer", "Nobody"]).code,
        4
    );
    assert_eq!(side.run(&["reconcile", "missing.csv"]).code, 1);
    let none = side.json(&["reconcile", list, "--against", "ccwr_quote"]);
    assert_eq!(none["sources"][0]["records"], 0);
}

#[test]
fn a_file_beside_its_own_import_matches_whole() {
    let side = imported();
    let file = side.path("lines.csv");
    let told = side.json(&["reconcile", file.to_str().unwrap(), "--whole"]);
    assert_eq!(told["findings"], Value::Array(Vec::new()), "{told}");
    assert_eq!(told["counts"]["matched"], told["sources"][0]["records"]);
    // a list with prices is a distributor's
    assert_eq!(told["sources"][1]["rank"], "distributor list");
}

#[test]
fn the_export_runs_no_formula_and_replaces_no_file() {
    let side = imported();
    let text = LIST.replace("Hall 2", "=HYPERLINK(\"http://x\")");
    let list = side.file(
        "list.csv",
        &text.replace("=HYPERLINK(\"http://x\")", "\"=HYPERLINK(1)\""),
    );
    let list = list.to_str().unwrap();
    let to = side.path("out.csv");
    let to = to.to_str().unwrap();
    side.ok(&["reconcile", list, "--export", to]);
    let written = std::fs::read_to_string(to).unwrap();
    assert!(written.contains("'=HYPERLINK(1)"), "{written}");
    assert!(!written.contains(",=HYPERLINK"), "{written}");
    assert!(written.contains("end date"), "{written}");
    assert_eq!(side.run(&["reconcile", list, "--export", to]).code, 5);
    assert_eq!(std::fs::read_to_string(to).unwrap(), written);
    assert_eq!(
        side.run(&["reconcile", list, "--export", "out.pdf"]).code,
        2
    );
    let book = side.path("out.xlsx");
    side.ok(&["reconcile", list, "--export", book.to_str().unwrap()]);
    let bytes = std::fs::read(&book).unwrap();
    assert!(bytes.starts_with(b"PK"));
    let sheet = zip_text(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "a formula: {sheet}");
    assert!(zip_text(&bytes, "xl/sharedStrings.xml").contains("=HYPERLINK(1)"));
}

fn zip_text(bytes: &[u8], name: &str) -> String {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn quality_names_faults_lines_and_money() {
    let side = imported();
    let told = side.json(&["quality"]);
    assert_eq!(told["schema"], "renewdesk.quality/1");
    assert_eq!(told["book"]["lines"], 4);
    let faults = told["book"]["deductions"].as_array().unwrap();
    let owner = faults
        .iter()
        .find(|fault| fault["fault"] == "no_owner")
        .unwrap();
    assert_eq!(owner["points"], "5");
    assert_eq!(owner["at_stake"][0]["currency"], "USD");
    assert_eq!(told["customers"][0]["customer"], "Blütental Water");
    assert!(told.get("lines").is_none());
    let own = side.json(&["quality", "--customer", "blütental"]);
    assert_eq!(own["lines"].as_array().unwrap().len(), 4);
    assert_eq!(side.run(&["quality", "--customer", "Nobody"]).code, 4);
    let words = side.ok(&["quality"]).out;
    assert!(words.contains("the book: 95 of 100, 4 lines"), "{words}");
    assert!(words.contains("renewal without owner"), "{words}");
}

#[test]
fn a_finding_is_settled_from_a_script_and_undone_like_any_change() {
    let side = imported();
    let list = side.file("list.csv", LIST);
    let list = list.to_str().unwrap();
    let told = side.json(&["reconcile", list]);
    let key = |kind| {
        findings(&told, kind)[0]["key"]
            .as_str()
            .unwrap()
            .to_string()
    };
    let (disagree, moved) = (key("disagree"), key("moved"));
    let take = format!("{}=take", &disagree[..10]);
    let keep = format!("{moved}=keep");
    let done = side.json(&["reconcile", list, "--settle", &take, "--settle", &keep]);
    assert_eq!(done["schema"], "renewdesk.reconcile.settle/1");
    assert_eq!(done["settled"][0]["how"], "theirs taken");
    let after = side.json(&["reconcile", list]);
    assert!(findings(&after, "disagree").is_empty(), "{after}");
    assert!(findings(&after, "moved").is_empty(), "{after}");
    assert_eq!(after["settled"], 2);
    let all = side.json(&["reconcile", list, "--all"]);
    assert_eq!(findings(&all, "moved")[0]["decision"]["how"], "keep");
    side.ok(&["undo"]);
    side.ok(&["undo"]);
    assert_eq!(side.json(&["reconcile", list]), told);
    assert_eq!(
        side.run(&["reconcile", list, "--settle", "ffff=odd"]).code,
        2
    );
    assert_eq!(
        side.run(&["reconcile", list, "--settle", "zz=keep"]).code,
        4
    );
    let only = findings(&told, "only_here");
    let own = only
        .iter()
        .find(|f| f["records"][0]["source"] == 0)
        .unwrap();
    let nothing = format!("{}=take", own["key"].as_str().unwrap());
    assert_eq!(side.run(&["reconcile", list, "--settle", &nothing]).code, 6);
}

#[test]
fn a_files_name_is_no_formula_in_a_header() {
    let side = imported();
    side.file("=1+1.csv", LIST);
    side.ok(&["reconcile", "=1+1.csv", "--export", "out.csv"]);
    let written = std::fs::read_to_string(side.path("out.csv")).unwrap();
    assert!(written.contains(",'=1+1.csv,"), "{written}");
    assert!(!written.contains(",=1+1"), "{written}");
}

#[test]
fn a_file_that_lists_no_assets_is_named_as_such() {
    let side = imported();
    let notices = r#"{"EOXRecord":[{"EOLProductID":"C9300-48P","LastDateOfSupport":{"value":"2030-01-31","dateFormat":"YYYY-MM-DD"}}]}"#;
    let file = side.file("eox.json", notices);
    let said = side.fails(1, &["reconcile", file.to_str().unwrap()]);
    assert!(said.contains("lists no assets"), "{said}");
}
