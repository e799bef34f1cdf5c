//! Text that drives terminals, in every field of a file of each kind: none of it comes out of any
//! command, on either stream, as a table or as JSON.

use crate::desk_side::{DAY, Side};
use assert_cmd::Command;
use renewdesk::domain::text::is_unsafe;

/// What a terminal would obey, and what hides or turns text.
const EVIL: &str = "\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{2066}\u{200b}\u{feff}\u{7f}\u{8}";

/// The same as JSON may spell it.
const EVIL_JSON: &str = "\\u001b[2J\\u009b31m\\u202e\\u2066\\u200b\\ufeff\\u007f\\b";

fn said(side: &Side, args: &[&str]) -> String {
    let output = Command::cargo_bin("renewdesk")
        .unwrap()
        .env("RENEWDESK_HOME", side.path(""))
        .env_remove("RENEWDESK_BOOK")
        .env("USER", format!("dana{EVIL}"))
        .args(["--as-of", DAY])
        .args(args)
        .output()
        .unwrap();
    let mut said = String::from_utf8(output.stdout).unwrap();
    said.push_str(&String::from_utf8(output.stderr).unwrap());
    let bad = said.chars().find(|c| is_unsafe(*c) && *c != '\n');
    assert_eq!(bad, None, "{args:?}: {said:?}");
    said
}

/// Nor as what a program that reads the JSON would turn into it: text from a file is clean.
fn said_clean(side: &Side, args: &[&str]) -> String {
    let said = said(side, args);
    let spelt = ["\\u001b", "\\u009b", "\\u202e", "\\u007f", "\\b", "\\u0007"];
    for word in spelt {
        assert!(!said.to_lowercase().contains(word), "{args:?}: {said}");
    }
    said
}

/// Everything that shows what was imported.
fn show(side: &Side) -> String {
    let mut all = String::new();
    for command in [
        "queue", "changes", "history", "suggest", "doctor", "baseline", "pvi",
    ] {
        all.push_str(&said_clean(side, &[command]));
        all.push_str(&said_clean(side, &[command, "--json"]));
    }
    all.push_str(&said_clean(side, &["contract", "200123456"]));
    all.push_str(&said_clean(side, &["contract", "200123456", "--json"]));
    all
}

#[test]
fn hostile_delimited_text_drives_no_terminal() {
    let side = Side::new();
    let columns = [
        ("customer", "Blauberg"),
        ("contract_number", "200123456"),
        ("serial", "FOC1"),
        ("instance", "1001"),
        ("pid", "C9300-24T-E"),
        ("description", "Switch"),
        ("service_sku", "CON-SNT-C93002TE"),
        ("service_level", "8x5xNBD"),
        ("site", "Nord"),
        ("country", "CH"),
        ("contract_status", "ACTIVE"),
        ("line_status", "ACTIVE"),
        ("quantity", "1"),
        ("unit_list", "10.00"),
        ("start_date", "2025-12-11"),
        ("end_date", "2026-12-10"),
        ("extended_net", "7.00"),
        ("currency", "USD"),
        ("unknown", "anything"),
    ];
    let header: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("\u{200b}{name}\u{202e}\u{7}"))
        .collect();
    let mut text = header.join(",");
    // Each row has the text in one more field than the one before: some are refused and quoted.
    for row in 0..=columns.len() {
        let cells: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, (name, value))| match (at < row, *name) {
                (false, "serial") => format!("FOC{row}"),
                (false, _) => value.to_string(),
                (true, _) => format!("{EVIL}{value}{row}{EVIL}"),
            })
            .collect();
        text.push_str(&format!("\n{}", cells.join(",")));
    }
    let file = side.file("evil.csv", &text);
    let file = file.to_str().unwrap();
    for args in [
        &["import", file, "--dry-run"][..],
        &["import", file],
        &["import", file, "--json"],
    ] {
        said(&side, args);
    }
    assert!(show(&side).contains("FOC"), "there is something to show");
    let rejects = std::fs::read_to_string(side.path("evil.rejects.csv")).unwrap();
    assert!(!rejects.chars().any(|c| is_unsafe(c) && !"\r\n".contains(c)));
}

#[test]
fn hostile_json_drives_no_terminal() {
    let side = Side::new();
    let text = format!(
        "{{\"items\":[{{\"serialNumber\":\"FOC1{EVIL_JSON}\",\"contractNumber\":\"200123456\",\
         \"customerName\":\"Blauberg{EVIL_JSON}\",\"productId\":\"C9300{EVIL_JSON}\",\
         \"coverageEndDate\":\"2026-12-10\",\"description{EVIL_JSON}\":\"x{EVIL_JSON}\"}},\
         {{\"serialNumber\":\"FOC2\",\"coverageEndDate\":\"{EVIL_JSON}\"}}]}}"
    );
    let file = side.file("evil.json", &text);
    said(&side, &["import", file.to_str().unwrap()]);
    said(&side, &["import", file.to_str().unwrap(), "--json"]);
    show(&side);
}

#[test]
fn hostile_workbooks_drive_no_terminal() {
    let side = Side::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("S\u{202e}\u{200b}x").unwrap();
    let header = [
        "Serial Number",
        "Contract Number",
        "Customer",
        "End Date",
        "Description",
    ];
    let rows = [
        [
            "FOC1",
            "200123456",
            "Blauberg",
            "2026-12-10",
            "_x001B_[2J&#x1b;",
        ],
        [
            "_x001B_FOC2",
            "200123456",
            "_x009B_31m",
            "2026-12-10",
            "\u{202e}",
        ],
        ["FOC3", "_x001B_", "\u{2066}", "_x001B_[2J", "_x0007_"],
    ];
    for (row, cells) in [header].iter().chain(&rows).enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet
                .write_string(row as u32, column as u16, *cell)
                .unwrap();
        }
    }
    let path = side.path("evil.xlsx");
    book.save(&path).unwrap();
    said(&side, &["import", path.to_str().unwrap()]);
    said(&side, &["import", path.to_str().unwrap(), "--json"]);
    assert!(show(&side).contains("FOC1"));
}

#[test]
fn the_name_of_a_file_drives_no_terminal() {
    let side = Side::new();
    let name = format!("evil{EVIL}.csv");
    let file = side.file(
        &name,
        "Serial Number,End Date\nA1,2026-12-10\nA2,nonsense\n",
    );
    let out = said(&side, &["import", file.to_str().unwrap(), "--json"]);
    let json = &out[out.find('{').unwrap()..=out.rfind('}').unwrap()];
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    let rejects = std::path::PathBuf::from(report["rejects_file"].as_str().unwrap());
    assert!(rejects.exists(), "the path is told as it is");
    said(&side, &["import", file.to_str().unwrap()]);
    let missing = side.path(&format!("missing{EVIL}.csv"));
    said(&side, &["import", missing.to_str().unwrap()]);
    said(&side, &["import", missing.to_str().unwrap(), "--json"]);
    show(&side);
}
