//! Files that mean harm: workbooks that lie about their size, cells far away, text that drives
//! terminals, quotes that never close.

use crate::support::{C, Desk, read, workbook};
use renewdesk::domain::text::is_unsafe;
use renewdesk::ingest;
use renewdesk::ingest::row::Code;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// A minimal workbook with that sheet XML and, if given, shared strings XML.
fn raw_workbook(sheet: &str, strings: Option<&str>) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    };
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rels = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    part(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"{rels}\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"{rels}\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
        ),
    );
    part(
        "xl/worksheets/sheet1.xml",
        &format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
    );
    if let Some(strings) = strings {
        part("xl/sharedStrings.xml", strings);
    }
    out.finish().unwrap().into_inner()
}

const TABLE: &str = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Serial Number</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>End Date</t></is></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>FOC1</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><t>2026-12-31</t></is></c></row>";

#[test]
fn a_far_cell_costs_nothing_and_one_outside_is_refused() {
    let far = format!("{TABLE}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>");
    let rows = read(&raw_workbook(&far, None), "x.xlsx", "").unwrap();
    assert_eq!(rows.records.len(), 2);
    let outside = format!("{TABLE}<row r=\"4000000\"><c r=\"A4000000\"><v>1</v></c></row>");
    assert!(read(&raw_workbook(&outside, None), "x.xlsx", "").is_err());
}

#[test]
fn a_formula_without_a_saved_value_is_told() {
    let sheet = TABLE.replace(
        "</row><row r=\"2\">",
        "<c r=\"C1\" t=\"inlineStr\"><is><t>Amount</t></is></c></row><row r=\"2\">",
    );
    let formula = "<c r=\"C2\"><f>1+1</f></c></row>";
    let at = sheet.rfind("</row>").unwrap();
    let sheet = format!("{}{formula}", &sheet[..at]);
    let rows = read(&raw_workbook(&sheet, None), "x.xlsx", "").unwrap();
    assert!(
        rows.problems.iter().any(|p| p.code == Code::NoValue),
        "{:?}",
        rows.problems
    );
}

#[test]
fn a_lying_string_count_is_refused_before_it_is_believed() {
    let strings = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"9\" uniqueCount=\"4000000000\"><si><t>x</t></si></sst>";
    let error = read(&raw_workbook(TABLE, Some(strings)), "x.xlsx", "").unwrap_err();
    assert!(error.to_string().contains("announces more"), "{error}");
}

#[test]
fn archives_that_are_no_workbooks_or_have_too_many_parts() {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..2_100 {
        out.start_file(format!("{at}"), SimpleFileOptions::default())
            .unwrap();
    }
    let many = out.finish().unwrap().into_inner();
    assert!(
        read(&many, "x.xlsx", "")
            .unwrap_err()
            .to_string()
            .contains("2,000 parts")
    );
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    out.start_file("a.txt", SimpleFileOptions::default())
        .unwrap();
    let other = out.finish().unwrap().into_inner();
    assert!(
        read(&other, "x.xlsx", "")
            .unwrap_err()
            .to_string()
            .contains("not an .xlsx")
    );
    let whole = raw_workbook(TABLE, None);
    for cut in [4, 60, whole.len() / 2, whole.len() - 5] {
        assert!(read(&whole[..cut], "x.xlsx", "").is_err(), "cut at {cut}");
    }
}

#[test]
fn nothing_that_drives_a_terminal_comes_through() {
    use C::*;
    let evil = "A\u{1b}[2J\u{202e}B\u{7}_x001B_\u{200b}\u{9b}31m";
    let bytes = workbook(&[(
        "S",
        false,
        vec![
            vec![T("Serial Number"), T("End Date"), T("Customer"), T(evil)],
            vec![T("FOC\u{200b}1"), T("2026-12-31"), T(evil), T(evil)],
            vec![T("FOC2"), T(evil), T(evil), T(evil)],
        ],
    )]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "evil\u{1b}[31m.xlsx", "").unwrap();
    let line = desk.book.lines.iter().next().unwrap();
    assert_eq!(line.serial.as_deref(), Some("FOC1"));
    let mut said = format!("{report:?}");
    for account in &desk.book.accounts {
        said.push_str(&account.name);
    }
    let csv = report.rejects_csv().unwrap();
    said.push_str(&String::from_utf8(csv).unwrap().replace(['\r', '\n'], ""));
    assert!(!said.chars().any(is_unsafe), "{said:?}");
}

#[test]
fn a_quote_that_never_closes_and_a_row_without_end() {
    let text = format!(
        "Serial Number,End Date\n\"A1,2026-12-31\n{}",
        "x".repeat(40_000)
    );
    let error = read(text.as_bytes(), "x.csv", "").unwrap_err().to_string();
    assert!(error.contains("never closed"), "{error}");
    let wide = format!("Serial Number,End Date{}\n", ",x".repeat(600));
    assert!(
        read(wide.as_bytes(), "x.csv", "")
            .unwrap_err()
            .to_string()
            .contains("512")
    );
    let deep = format!("{{\"EOXRecord\":{}", "[".repeat(100_000));
    assert!(read(deep.as_bytes(), "x.json", "").is_err());
}

#[test]
fn a_value_of_json_that_no_spreadsheet_keeps_is_refused_with_its_place() {
    let json = |serial: &str| {
        let item = |serial: &str| {
            format!(
                "{{\"serialNumber\":\"{serial}\",\"coverageEndDate\":\"2026-12-31\",\
                 \"contractNumber\":\"2001\"}}"
            )
        };
        format!("{{\"items\":[{},{}]}}", item("FOC1"), item(serial))
    };
    let error = read(json(&"x".repeat(140_000)).as_bytes(), "x.json", "").unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("too much text (32,767 characters a value at most)"),
        "{error}"
    );
    assert!(error.contains("record 2 has a value"), "{error}");
    assert!(read(json(&"x".repeat(32_000)).as_bytes(), "x.json", "").is_ok());
}

#[test]
fn a_large_file_of_which_nearly_every_row_is_refused_is_refused_as_a_whole() {
    let note = "n".repeat(30_000);
    let text = |rows: usize| {
        let mut text = String::from("Serial Number,Start Date,End Date,Note\n");
        for n in 0..rows {
            text.push_str(&format!("A{n},2025-03-15,2024-03-14,{note}\n"));
        }
        text
    };
    let mut desk = Desk::new();
    let error = desk
        .import(text(1_400).as_bytes(), "x.csv", "")
        .unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("rows were refused so far") && error.contains("row 13"),
        "{error}"
    );
    assert_eq!(
        desk.import(text(20).as_bytes(), "x.csv", "")
            .unwrap()
            .rejects
            .len(),
        20
    );
}

/// Both ends of the pipe remember texts that repeat. Long ones they do not, or a file of two
/// gigabytes could make the desk hold them all.
#[test]
fn long_texts_are_sent_anew_and_not_remembered() {
    let long = "y".repeat(3_000);
    let mut text = String::from("Serial Number,End Date,Description\n");
    for n in 0..50 {
        text.push_str(&format!("A{n},2026-12-31,{n} {long}\n"));
    }
    let rows = read(text.as_bytes(), "x.csv", "").unwrap();
    let mut sent = Vec::new();
    ingest::wire::encode(&Ok(rows.clone()), &mut sent).unwrap();
    assert_eq!(ingest::wire::decode(&mut &*sent).unwrap(), rows);
    // A text to remember has the tag 1; of those here only the short ones may have it.
    let remembered = |len: usize| {
        let mut tag = vec![1, (len as u8 & 0x7f) | 0x80, (len >> 7) as u8];
        tag.extend_from_slice(b"0 yyyy");
        sent.windows(tag.len()).any(|window| window == tag)
    };
    assert!(!remembered(long.len() + 2));
}

#[test]
fn numbers_too_large_for_exact_sums_are_remarked_not_summed() {
    let text = "Serial Number,End Date,Qty,List Price,Currency\nA1,2026-12-31,1,99999999999999999999,USD\nA2,2026-12-31,9999999999,5,USD\n";
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "x.csv", "").unwrap();
    assert_eq!(desk.book.lines.iter().next().unwrap().unit_list, None);
    assert_eq!(report.rejects.len(), 1);
}
