//! Documents and exports from the command line.

use crate::desk_side::Side;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

fn quote(side: &Side) -> String {
    let quotes = side.json(&["quote", "list"]);
    quotes["quotes"][0]["number"].as_str().unwrap().to_string()
}

#[test]
fn a_quote_becomes_a_pdf_once_and_no_file_is_replaced() {
    let side = demo();
    let (number, file) = (quote(&side), side.path("offer.pdf"));
    let file = file.to_str().unwrap();
    let told = side.json(&["quote", "export", &number, "--to", file]);
    assert_eq!(told["schema"], "renewdesk.quote_export/1");
    let bytes = std::fs::read(file).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(told["bytes"], bytes.len());
    side.fails(5, &["quote", "export", &number, "--to", file]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

#[test]
fn an_ending_that_no_document_has_and_a_kind_that_is_none_are_named() {
    let side = demo();
    let (number, file) = (quote(&side), side.path("offer.docx"));
    let told = side.fails(
        2,
        &["quote", "export", &number, "--to", file.to_str().unwrap()],
    );
    assert!(told.contains(".pdf or .xlsx"), "{told}");
    let told = side.fails(2, &["quote", "export", &number, "--as", "poem"]);
    assert!(told.contains("customer, mail, assets"), "{told}");
    let told = side.fails(2, &["quote", "export", &number, "--summary", "colour"]);
    assert!(told.contains("contract, site"), "{told}");
}

#[test]
fn a_ticked_asset_list_comes_back_as_edits_of_its_lines() {
    let side = demo();
    let rows = side.json(&["queue", "--limit", "400"]);
    let row =
        rows["rows"].as_array().unwrap().iter().find(|row| {
            row["open"] == true && row["lines"].as_u64().is_some_and(|lines| lines > 1)
        });
    let contract = row.unwrap()["contract"].as_str().unwrap().to_string();
    let file = side.path("assets.csv");
    side.ok(&["export", "assets", &contract, file.to_str().unwrap()]);
    let text = std::fs::read_to_string(&file).unwrap();
    // the last two cells of every row are the answer and the customer's words
    let ticked: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => line.to_string(),
            _ => format!("{}N,scrapped", line.strip_suffix(",").unwrap()),
        })
        .collect();
    let back = side.path("back.csv");
    std::fs::write(&back, ticked.join("\r\n")).unwrap();
    let made = side.json(&["quote", "new", &contract]);
    let number = made["number"].as_str().unwrap().to_string();
    let shown = || side.json(&["quote", "show", &number]);
    let drafted = shown();
    let told = side.json(&["import", back.to_str().unwrap()]);
    assert_eq!(told["format"], "asset_list_return", "{told}");
    assert_eq!(told["changed"], ticked.len() - 1, "{told}");
    // the draft that renews the lines stood as it was, and went out with what nobody wanted
    let after = shown();
    let lines = after["lines"].as_array().unwrap();
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line["quantity"] == "0"),
        "{after}"
    );
    assert_eq!(after["totals"]["net"], "0.00", "{after}");
    side.ok(&["undo"]);
    assert_eq!(
        shown()["lines"],
        drafted["lines"],
        "one undo for lines and draft"
    );
}

#[test]
fn a_calendar_has_an_id_a_day_and_the_queue_and_suggestions_become_tables() {
    let side = demo();
    let ics = side.path("days.ics");
    side.ok(&[
        "export",
        "calendar",
        ics.to_str().unwrap(),
        "--within",
        "90",
    ]);
    let text = std::fs::read_to_string(&ics).unwrap();
    let count = |what: &str| text.lines().filter(|line| line.starts_with(what)).count();
    assert!(count("BEGIN:VEVENT") > 3);
    assert_eq!(count("BEGIN:VEVENT"), count("UID:renewal-"));
    side.fails(
        2,
        &[
            "export",
            "calendar",
            side.path("days.txt").to_str().unwrap(),
        ],
    );
    for (what, file) in [
        ("queue", "q.xlsx"),
        ("suggestions", "s.csv"),
        ("whitespace", "w.csv"),
        ("adoption", "a.csv"),
    ] {
        let path = side.path(file);
        side.ok(&["export", what, path.to_str().unwrap()]);
        assert!(std::fs::metadata(&path).unwrap().len() > 500);
    }
}

#[test]
fn a_letterhead_is_kept_shown_and_undone() {
    let side = demo();
    let told = side.json(&[
        "letterhead",
        "--name",
        "Netze AG",
        "--tax",
        "VAT 8.1",
        "--address",
        "Weg 1",
    ]);
    assert_eq!(told["name"], "Netze AG");
    assert_eq!(told["tax"]["percent"], "8.1");
    side.fails(2, &["letterhead", "--tax", "much"]);
    let broken = side.path("logo.png");
    std::fs::write(&broken, "no picture").unwrap();
    side.fails(6, &["letterhead", "--logo", broken.to_str().unwrap()]);
    assert_eq!(side.json(&["letterhead"])["name"], "Netze AG");
    side.ok(&["undo"]);
    assert_eq!(side.json(&["letterhead"])["name"], "");
}
