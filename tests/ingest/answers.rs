//! Asset lists that come back from customers: ticks and words become edits, nothing else does.

use crate::books::{ods, xls, xlsb};
use crate::support::{C, Desk, counts, read, workbook};
use renewdesk::domain::line::Line;
use renewdesk::domain::text::is_unsafe;
use renewdesk::export::asset_list::{COLUMNS, Column, NO, YES, answer, header};
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{header, profile};

const LINES: &str = "Customer,Contract,Serial Number,Product ID,End Date,Qty\nAcme,200123,FOC1,C9300-24T,2027-03-31,1\nAcme,200123,FOC2,C9300-24T,2027-03-31,2\nAcme,200123,0042,C9300-48P,2027-03-31,1\n";

/// A book with three lines, and the ids by serial.
fn book() -> Desk {
    let mut desk = Desk::new();
    desk.import(LINES.as_bytes(), "lines.csv", "").unwrap();
    desk
}

fn line(desk: &Desk, serial: &str) -> Line {
    let mut lines = desk.book.lines.iter();
    lines.find(|l| l.serial.as_deref() == Some(serial)).unwrap()
}

fn id(desk: &Desk, serial: &str) -> String {
    line(desk, serial).id.to_string()
}

/// A list as the desk would write it, with the customer's answers.
fn list(desk: &Desk, answers: &[(&str, &str, &str)]) -> Vec<Vec<String>> {
    let head: Vec<String> = COLUMNS
        .iter()
        .map(|(_, title)| (*title).to_string())
        .collect();
    let rows = answers.iter().map(|(serial, renew, comment)| {
        let own = line(desk, serial);
        let cell = |column: Column| match column {
            Column::LineId => own.id.to_string(),
            Column::Customer => "Acme".to_string(),
            Column::Serial => (*serial).to_string(),
            Column::Product => own.pid.as_deref().unwrap().to_string(),
            // What a spreadsheet may make of a day; the list does not read it.
            Column::EndDate => "03/04/2027".to_string(),
            Column::Renew => (*renew).to_string(),
            Column::Comment => (*comment).to_string(),
            _ => String::new(),
        };
        COLUMNS.iter().map(|(column, _)| cell(*column)).collect()
    });
    std::iter::once(head).chain(rows).collect()
}

fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows {
        out.write_record(row).unwrap();
    }
    out.into_inner().unwrap()
}

/// The line without its answer.
fn unanswered(line: &Line) -> Line {
    Line {
        customer_renew: None,
        customer_comment: None,
        ..line.clone()
    }
}

#[test]
fn the_reader_knows_the_writers_columns() {
    let known: Vec<&str> = profile::asset_list::PROFILE
        .columns
        .iter()
        .flat_map(|(_, keys)| keys.iter().copied())
        .collect();
    for column in [Column::LineId, Column::Renew, Column::Comment] {
        assert!(
            known.contains(&header::key(header(column)).as_str()),
            "{column:?}"
        );
    }
    assert_eq!(
        (answer(YES), answer(NO)),
        (Some(Some(true)), Some(Some(false)))
    );
    assert_eq!((answer("n/a"), answer("later")), (None, Some(None)));
}

#[test]
fn ticks_and_words_become_edits_and_nothing_else_changes() {
    let mut desk = book();
    let before = ["FOC1", "FOC2", "0042"].map(|serial| line(&desk, serial));
    let answers = [
        ("FOC1", "Y", "keep until 2028"),
        ("FOC2", "nein", "Total refresh planned"),
        ("0042", "", "Confidential"),
    ];
    let rows = list(&desk, &answers);
    let report = desk.import(&csv(&rows), "back.csv", "").unwrap();
    assert_eq!(report.format, "asset_list_return");
    assert_eq!(counts(&report), (3, 0, 3, 0, 0, 0));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let after = ["FOC1", "FOC2", "0042"].map(|serial| line(&desk, serial));
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(unanswered(new), *old);
    }
    let said = after.map(|l| (l.customer_renew, l.customer_comment.unwrap().to_string()));
    let expected = [
        (Some(true), "keep until 2028".to_string()),
        (Some(false), "Total refresh planned".to_string()),
        (None, "Confidential".to_string()),
    ];
    assert_eq!(said, expected);
    // The same answers from any container, and again, change nothing; empty cells take nothing back.
    let blank = list(&desk, &[("FOC1", "", ""), ("FOC2", "-", "")]);
    let report = desk.import(&csv(&blank), "blank.csv", "").unwrap();
    assert_eq!(counts(&report), (2, 0, 0, 2, 0, 0));
    let cells: Vec<Vec<C<'_>>> = rows
        .iter()
        .map(|row| row.iter().map(|text| C::T(text)).collect())
        .collect();
    let sheet = [("Assets", false, cells)];
    for (name, bytes) in [
        ("a.xlsx", workbook(&sheet)),
        ("a.xls", xls::workbook(&sheet, false)),
        ("a.xlsb", xlsb::workbook(&sheet, false, &[])),
        ("a.ods", ods::workbook(&sheet)),
    ] {
        let report = desk.import(&bytes, name, "").unwrap();
        assert_eq!(counts(&report), (3, 0, 0, 3, 0, 0), "{name}");
    }
    // A later import of the install base keeps the answers.
    let later = LINES.replace("2027-03-31,2", "2027-03-31,3");
    desk.import(later.as_bytes(), "lines.csv", "").unwrap();
    assert_eq!(line(&desk, "FOC2").customer_renew, Some(false));
}

#[test]
fn rows_that_answer_for_no_line_are_refused_with_the_reason() {
    let mut desk = book();
    let (one, two, three) = (id(&desk, "FOC1"), id(&desk, "FOC2"), id(&desk, "0042"));
    let text = format!(
        "Renewdesk Line ID,Serial,Renew,Customer comment\n\
         {one},FOC2,Y,\n\
         018f0000-0000-7000-8000-000000000000,FOC9,Y,\n\
         not an id,FOC9,Y,\n\
         ,FOC9,Y,\n\
         {two},FOC2,maybe,\n\
         {three},42,Y,\n\
         {three},42,Y,\n\
         {three},42,N,\n\
         ,,,\n"
    );
    let report = desk.import(text.as_bytes(), "back.csv", "").unwrap();
    let codes: Vec<Code> = report.rejects.iter().map(|r| r.code).collect();
    use Code::*;
    assert_eq!(
        codes,
        [WrongLine, WrongLine, WrongLine, NoKey, BadAnswer, DupKey]
    );
    assert!(report.rejects[0].reason.contains("mixed up"));
    assert_eq!(report.rejects[4].row, 6);
    assert_eq!(line(&desk, "FOC1").customer_renew, None);
    assert_eq!(line(&desk, "0042").customer_renew, Some(true));
    assert!(report.counts.adds_up());
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replace(",maybe,", ",no,");
    let report = desk.import(mended.as_bytes(), "mended.csv", "").unwrap();
    // The row that contradicted another now stands alone, so it counts.
    assert_eq!((report.counts.changed, report.rejects.len()), (2, 4));
    assert_eq!(line(&desk, "FOC2").customer_renew, Some(false));
}

#[test]
fn a_column_under_another_name_is_mapped_and_other_kinds_are_named() {
    let mut desk = book();
    let one = id(&desk, "FOC1");
    let text = format!("Renewdesk Line ID,Verlängern?\n{one},ja\n");
    let report = desk.import(text.as_bytes(), "a.csv", "").unwrap();
    assert!(report.warnings.iter().any(|w| w.code == Code::Incomplete));
    let map = "[columns]\nrenew = \"Verlängern?\"";
    desk.import(text.as_bytes(), "a.csv", map).unwrap();
    assert_eq!(line(&desk, "FOC1").customer_renew, Some(true));
    let error = read(LINES.as_bytes(), "a.csv", "format = \"asset_list_return\"").unwrap_err();
    assert!(error.to_string().contains("renewdesklineid"), "{error}");
    let error = read(text.as_bytes(), "a.csv", "format = \"ccw_estimate\"").unwrap_err();
    assert!(error.to_string().contains("asset list"), "{error}");
}

#[test]
fn hostile_words_of_a_customer_are_cleaned() {
    let mut desk = book();
    let evil = "=HYPERLINK(\"http://x\")\u{1b}[2J\u{202e}";
    let rows = list(&desk, &[("FOC1", evil, "fine"), ("FOC2", "Y", evil)]);
    let report = desk.import(&csv(&rows), "a.csv", "").unwrap();
    assert_eq!(report.rejects[0].code, Code::BadAnswer);
    let said = format!("{report:?}{:?}", line(&desk, "FOC2"));
    assert!(!said.chars().any(is_unsafe), "{said}");
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    assert!(csv.contains("'=HYPERLINK"), "{csv}");
}

/// The number of a line is a small one, and every book has a line of that number.
#[test]
fn a_line_without_a_serial_is_not_taken_for_that_of_another_book() {
    let mut desk = Desk::new();
    let lines = "Customer,Contract,Serial Number,Product ID,End Date,Qty\n\
                 Acme,200123,,C9300-24T,2027-03-31,1\n\
                 Acme,200123,,C9300-48P,2027-03-31,1\n";
    desk.import(lines.as_bytes(), "lines.csv", "").unwrap();
    let of = |desk: &Desk, pid: &str| {
        let mut lines = desk.book.lines.iter();
        lines.find(|l| l.pid.as_deref() == Some(pid)).unwrap()
    };
    let (one, two) = (of(&desk, "C9300-24T").id, of(&desk, "C9300-48P").id);
    let text = format!(
        "Renewdesk Line ID,Customer,Serial,Product,Contract,Renew,Customer comment\n\
         {one},Acme,,C9300-48P,200123,Y,\n\
         {two},Birch,,C9300-48P,200999,Y,\n\
         {two},Acme,,C9300-48P,200999,N,the contract has a new number\n"
    );
    let report = desk.import(text.as_bytes(), "back.csv", "").unwrap();
    let codes: Vec<Code> = report.rejects.iter().map(|r| r.code).collect();
    assert_eq!(codes, [Code::WrongLine, Code::WrongLine]);
    assert!(report.rejects[1].reason.contains("another book"));
    assert_eq!(of(&desk, "C9300-24T").customer_renew, None);
    assert_eq!(of(&desk, "C9300-48P").customer_renew, Some(false));
}
