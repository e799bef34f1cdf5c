//! What spreadsheets and text files do to values: dates of both systems, percent, encodings,
//! delimiters, formulas, several sheets.

use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::ingest::row::{Code, Field, Outcome, Values};
use rust_decimal::Decimal;

fn first(bytes: &[u8], name: &str, map: &str) -> Values {
    let rows = read(bytes, name, map).unwrap();
    match &rows.records[0].outcome {
        Outcome::Data(values) => values.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn text_in_any_encoding_and_with_any_delimiter() {
    let text = "Customer;Serial Number;End Date;Amount\nZürich AG;FOC1;31.12.2026;1.240,50\n";
    let utf16 = |big: bool, bom: bool| -> Vec<u8> {
        let mark = if bom { "\u{feff}" } else { "" };
        format!("{mark}{text}")
            .encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let windows: Vec<u8> = text
        .chars()
        .map(|c| if c == 'ü' { 0xFC } else { c as u8 })
        .collect();
    for (bytes, named) in [
        (text.as_bytes().to_vec(), ""),
        (format!("\u{feff}{text}").into_bytes(), ""),
        (utf16(false, true), "UTF-16LE"),
        (utf16(true, true), "UTF-16BE"),
        (utf16(false, false), "UTF-16LE"),
        (utf16(true, false), "UTF-16BE"),
        (windows, "windows-1252"),
    ] {
        let rows = read(&bytes, "x.csv", "").unwrap();
        let said = rows.problems.iter().find(|p| p.code == Code::BadEncoding);
        assert_eq!(said.is_some(), !named.is_empty(), "{named}");
        assert!(said.is_none_or(|p| p.text.contains(named)), "{said:?}");
        let values = first(&bytes, "x.csv", "");
        assert_eq!(
            values.text(Field::CustomerName).unwrap().as_ref(),
            "Zürich AG"
        );
        assert_eq!(
            values.number(Field::ExtendedNet),
            Some(Decimal::new(124_050, 2))
        );
        assert_eq!(values.day(Field::EndDate), Some(day("2026-12-31")));
    }
    for mark in [",", "\t", "|"] {
        let text = format!("Serial Number{mark}End Date\nA1{mark}2026-12-31\nA2{mark}2026-12-31\n");
        assert_eq!(
            first(text.as_bytes(), "x.csv", "").day(Field::EndDate),
            Some(day("2026-12-31"))
        );
    }
    let quoted =
        "Serial Number,Description,End Date\nA1,\"two\nlines, \"\"quoted\"\"\",2026-12-31\n";
    let values = first(quoted.as_bytes(), "x.csv", "");
    assert_eq!(
        values.text(Field::Description).unwrap().as_ref(),
        "two⏎lines, \"quoted\""
    );
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    for end in ["\n", "\r\n"] {
        let lines = [
            "Report",
            "",
            "Serial Number,Note,End Date",
            "",
            "A1,\"a",
            "b\",2026-12-31",
            "A2,,2026-12-31",
        ];
        let text = lines.join(end);
        let rows = read(text.as_bytes(), "x.csv", "").unwrap();
        let numbers: Vec<u32> = rows.records.iter().map(|r| r.row).collect();
        assert_eq!(numbers, [5, 6], "{end:?}");
        assert_eq!(rows.tables[0].header_row, 3);
    }
}

#[test]
fn dates_of_both_spreadsheet_systems() {
    use C::*;
    let rows = vec![
        vec![T("Serial Number"), T("Start Date"), T("End Date")],
        vec![T("A1"), N(46053.0), D("2026-12-31")],
    ];
    let bytes = workbook(&[("S", false, rows)]);
    let values = first(&bytes, "x.xlsx", "");
    assert_eq!(values.day(Field::StartDate), Some(day("2026-01-31")));
    assert_eq!(values.day(Field::EndDate), Some(day("2026-12-31")));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        use std::io::{Read, Write};
        let mut entry = archive.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = Vec::new();
        entry.read_to_end(&mut text).unwrap();
        if name == "xl/workbook.xml" {
            let xml = String::from_utf8(text).unwrap();
            text = xml
                .replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
                .into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        out.write_all(&text).unwrap();
    }
    let values = first(&out.finish().unwrap().into_inner(), "x.xlsx", "");
    assert_eq!(values.day(Field::StartDate), Some(day("2030-02-01")));
}

#[test]
fn percent_as_sign_as_format_and_as_a_question() {
    use C::*;
    let sheet = |cells: [C<'static>; 2]| {
        let mut rows = vec![vec![T("Serial Number"), T("End Date"), T("Discount")]];
        rows.extend(cells.map(|cell| vec![T("A1"), D("2026-12-31"), cell]));
        workbook(&[("S", false, rows)])
    };
    let discount = |bytes: &[u8], map: &str| first(bytes, "x.xlsx", map).number(Field::DiscountPct);
    assert_eq!(
        discount(&sheet([P(0.42), P(0.1)]), ""),
        Some(Decimal::from(42))
    );
    assert_eq!(
        discount(&sheet([T("42%"), T("10 %")]), ""),
        Some(Decimal::from(42))
    );
    assert_eq!(
        discount(&sheet([N(0.42), N(42.0)]), ""),
        Some(Decimal::new(42, 2))
    );
    let open = sheet([N(0.42), N(0.1)]);
    let error = read(&open, "x.xlsx", "").unwrap_err().to_string();
    assert!(error.contains("percent = "), "{error}");
    assert_eq!(
        discount(&open, "percent = \"fraction\""),
        Some(Decimal::from(42))
    );
}

#[test]
fn numbers_keep_what_a_spreadsheet_shows() {
    use C::*;
    let rows = vec![
        vec![
            T("Serial Number"),
            T("End Date"),
            T("Amount"),
            T("Instance"),
            T("Currency"),
        ],
        vec![
            T("A1"),
            D("2026-12-31"),
            N(0.1 + 0.2),
            N(123_456_789_012_345.0),
            T("EUR"),
        ],
    ];
    let values = first(&workbook(&[("S", false, rows)]), "x.xlsx", "");
    assert_eq!(values.number(Field::ExtendedNet), Some(Decimal::new(3, 1)));
    assert_eq!(
        values.text(Field::Instance).unwrap().as_ref(),
        "123456789012345"
    );
    let open = "Serial Number,End Date,Amount\nA1,2026-12-31,\"1,234\"\nA2,2026-12-31,900\n";
    let error = read(open.as_bytes(), "x.csv", "").unwrap_err().to_string();
    assert!(error.contains("decimal_mark"), "{error}");
    let values = first(open.as_bytes(), "x.csv", "decimal_mark = \".\"");
    assert_eq!(values.number(Field::ExtendedNet), Some(Decimal::from(1234)));
}

#[test]
fn sheets_with_the_same_table_are_all_read() {
    use C::*;
    let head = || vec![T("Serial Number"), T("End Date"), T("Contract")];
    let bytes = workbook(&[
        (
            "North",
            false,
            vec![head(), vec![T("A1"), D("2026-12-31"), T("1")]],
        ),
        (
            "Pivot",
            false,
            vec![vec![T("Region"), T("Count")], vec![T("North"), N(1.0)]],
        ),
        (
            "South",
            true,
            vec![
                head(),
                vec![T("A2"), D("2026-12-31"), T("1")],
                head(),
                vec![T("A1"), D("2026-12-31"), T("1")],
            ],
        ),
    ]);
    let mut desk = Desk::new();
    let report = desk.import(&bytes, "x.xlsx", "").unwrap();
    assert_eq!(counts(&report), (4, 2, 0, 0, 2, 0));
    let report = desk
        .import(
            &bytes,
            "x.xlsx",
            "sheet = \"North\"\nheader_row = 1\naccept_loss = true",
        )
        .unwrap();
    assert_eq!(report.counts.read, 1);
    let error = read(&bytes, "x.xlsx", "sheet = \"West\"")
        .unwrap_err()
        .to_string();
    assert!(error.contains("North, Pivot, South"), "{error}");
}

#[test]
fn currencies_from_the_header_the_title_and_the_map() {
    let code = |text: &str, map: &str| {
        let values = first(text.as_bytes(), "x.csv", map);
        values.text(Field::Currency).map(|t| t.to_string())
    };
    let plain = "Serial Number,End Date,List Price\nA1,2026-12-31,100.50\n";
    assert_eq!(code(plain, ""), None);
    assert_eq!(code(plain, "currency = \"CHF\"").as_deref(), Some("CHF"));
    let header = plain.replace("List Price", "List Price (GBP)");
    assert_eq!(code(&header, "").as_deref(), Some("GBP"));
    let title = format!("Price List:,Global Price List EMEA (EUR),\n{plain}");
    assert_eq!(code(&title, "").as_deref(), Some("EUR"));
}
