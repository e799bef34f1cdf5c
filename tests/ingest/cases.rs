//! One table of cases: how real exports differ in encoding, delimiter, layout and spelling while they
//! say the same.

use crate::books::{Sheet, ods, xls, xlsb};
use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::ingest::row::{Code, Field, Outcome, Rows, Values};
use rust_decimal::Decimal;

fn data(rows: &Rows) -> Vec<&Values> {
    rows.records
        .iter()
        .filter_map(|record| match &record.outcome {
            Outcome::Data(values) => Some(values),
            _ => None,
        })
        .collect()
}

/// Digits and decimal places.
type Exact = (i64, u32);

/// Bytes of a text in an encoding.
fn bytes(text: &str, encoding: &str) -> Vec<u8> {
    let utf16 = |mark: &str, unit: fn(u16) -> [u8; 2]| {
        let all = format!("{mark}{text}");
        all.encode_utf16().flat_map(unit).collect()
    };
    let single = |encoding: &'static encoding_rs::Encoding| encoding.encode(text).0.into_owned();
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8 marked" => format!("\u{feff}{text}").into_bytes(),
        "utf-16le" => utf16("", u16::to_le_bytes),
        "utf-16le marked" => utf16("\u{feff}", u16::to_le_bytes),
        "utf-16be" => utf16("", u16::to_be_bytes),
        "utf-16be marked" => utf16("\u{feff}", u16::to_be_bytes),
        "windows-1252" => single(encoding_rs::WINDOWS_1252),
        "windows-1250" => single(encoding_rs::WINDOWS_1250),
        "windows-1251" => single(encoding_rs::WINDOWS_1251),
        "shift_jis" => single(encoding_rs::SHIFT_JIS),
        other => panic!("{other}"),
    }
}

#[test]
fn every_encoding_with_every_delimiter_and_line_end() {
    let encodings = [
        "utf-8",
        "utf-8 marked",
        "utf-16le",
        "utf-16le marked",
        "utf-16be",
        "utf-16be marked",
        "windows-1252",
    ];
    for encoding in encodings {
        for delimiter in [",", ";", "\t", "|"] {
            for end in ["\n", "\r\n", "\r"] {
                let lines = [
                    ["Kunde", "Serial Number", "End Date", "Amount", "Currency"],
                    [
                        "Zürich \"A;G\", 1|2",
                        "FOC1",
                        "31-Dec-2026",
                        "1.240,50",
                        "EUR",
                    ],
                    ["Köln – Süd", "FOC2", "31-Dec-2026", "7,25", "EUR"],
                ];
                let line = |cells: &[&str; 5]| {
                    let cell = |text: &&str| format!("\"{}\"", text.replace('"', "\"\""));
                    cells.iter().map(cell).collect::<Vec<_>>().join(delimiter)
                };
                let text: String = lines.iter().map(|cells| line(cells) + end).collect();
                let map = "[columns]\ncustomer_name = \"Kunde\"";
                let place = format!("{encoding} {delimiter:?} {end:?}");
                let rows = read(&bytes(&text, encoding), "x.csv", map)
                    .unwrap_or_else(|e| panic!("{place}: {e}"));
                let found = data(&rows);
                assert_eq!(found.len(), 2, "{place}");
                let names = found.iter().map(|v| v.text(Field::CustomerName).unwrap());
                let names: Vec<&str> = names.map(|name| &**name).collect();
                assert_eq!(names, ["Zürich \"A;G\", 1|2", "Köln – Süd"], "{place}");
                let amount = found[0].number(Field::ExtendedNet);
                assert_eq!(amount, Some(Decimal::new(124_050, 2)), "{place}");
                let said = rows.problems.iter().find(|p| p.code == Code::BadEncoding);
                let plain = encoding.starts_with("utf-8");
                assert_eq!(said.is_none(), plain, "{place}");
                let named = encoding.split(' ').next().unwrap_or_default();
                let told = said.is_none_or(|p| p.text.to_lowercase().contains(named));
                assert!(told, "{place}: {said:?}");
                let guessed = encoding == "windows-1252";
                assert_eq!(said.is_some_and(|p| p.text.contains("guess")), guessed);
            }
        }
    }
}

#[test]
fn other_code_pages_are_guessed_and_named() {
    for (encoding, name) in [
        ("windows-1250", "Łódź Żółw Spółka Główna Ćmielów"),
        ("windows-1251", "Общество Водоканал Санкт-Петербург"),
        ("shift_jis", "東京水道株式会社 ネットワーク部門"),
    ] {
        let mut text = String::from("Customer,Serial Number,End Date\n");
        for n in 0..20 {
            text.push_str(&format!("{name},FOC{n},2026-12-31\n"));
        }
        let rows = read(&bytes(&text, encoding), "x.csv", "").unwrap();
        let first = data(&rows)[0].text(Field::CustomerName).unwrap();
        assert_eq!(&**first, name, "{encoding}");
        let said = rows.problems.iter().find(|p| p.code == Code::BadEncoding);
        assert!(
            said.is_some_and(|p| p.text.to_lowercase().contains(encoding)),
            "{said:?}"
        );
    }
}

/// How a column of dates is read, or which key answers it.
#[test]
fn the_order_of_dates_is_decided_column_by_column() {
    let cases: [(&str, &[&str], Result<&str, &str>); 12] = [
        ("", &["13/04/2026", "03/04/2026"], Ok("2026-04-03")),
        ("", &["04/13/2026", "03/04/2026"], Ok("2026-03-04")),
        ("", &["03/04/2026", "05/06/2026"], Err("date_order = ")),
        (
            "date_order = \"dmy\"",
            &["03/04/2026", "05/06/2026"],
            Ok("2026-06-05"),
        ),
        (
            "date_order = \"mdy\"",
            &["03/04/2026", "05/06/2026"],
            Ok("2026-05-06"),
        ),
        ("", &["13/04/2026", "04/13/2026"], Err("date_order = ")),
        ("", &["2026-04-13", "2026-04-03"], Ok("2026-04-03")),
        ("", &["13-Apr-2026", "3 April 2026"], Ok("2026-04-03")),
        ("", &["April 13, 2026", "Apr 3, 2026"], Ok("2026-04-03")),
        ("", &["13.04.2026", "03.04.2026"], Ok("2026-04-03")),
        (
            "",
            &["2026-04-13T10:00:00Z", "2026-04-03 23:59:59"],
            Ok("2026-04-03"),
        ),
        ("", &["46125", "46115"], Ok("2026-04-03")),
    ];
    for (map, dates, wanted) in cases {
        let mut text = String::from("Serial Number,End Date,Start Date\n");
        for (n, date) in dates.iter().enumerate() {
            // The other column is clear, and says nothing about this one.
            text.push_str(&format!("A{n},\"{date}\",31/01/2020\n"));
        }
        let read = read(text.as_bytes(), "x.csv", map);
        match (read, wanted) {
            (Ok(rows), Ok(wanted)) => {
                let last = data(&rows).last().and_then(|v| v.day(Field::EndDate));
                assert_eq!(last, Some(day(wanted)), "{dates:?}");
            }
            (Err(error), Err(key)) => {
                let error = error.to_string();
                assert!(error.contains(key) && error.contains("End Date"), "{error}");
            }
            (read, wanted) => panic!("{dates:?}: {wanted:?}, but {read:?}"),
        }
    }
}

#[test]
fn numbers_written_as_text_in_any_country() {
    type Case = (&'static [&'static str], Option<Exact>, Option<&'static str>);
    let cases: [Case; 11] = [
        (&["1,240.50", "7.00"], Some((124_050, 2)), None),
        (&["1.240,50", "7,00"], Some((124_050, 2)), None),
        (&["1'240.50", "7.00"], Some((124_050, 2)), None),
        (&["1 240,50", "7,00"], Some((124_050, 2)), None),
        (
            &["1\u{a0}240,50 €", "7,00 €"],
            Some((124_050, 2)),
            Some("EUR"),
        ),
        (
            &["USD 1,240.50", "USD 7.00"],
            Some((124_050, 2)),
            Some("USD"),
        ),
        (&["(1,240.50)", "7.00"], Some((-124_050, 2)), None),
        (&["1,240.50-", "7.00"], Some((-124_050, 2)), None),
        (&["---", "7.00"], None, None),
        (&["12,34,567.50", "7.00"], Some((123_456_750, 2)), None),
        (&["about 7", "7.00"], None, None),
    ];
    for (amounts, wanted, currency) in cases {
        let mut text = String::from("Serial Number;End Date;Amount\n");
        for (n, amount) in amounts.iter().enumerate() {
            text.push_str(&format!("A{n};2026-12-31;{amount}\n"));
        }
        let rows = read(text.as_bytes(), "x.csv", "").unwrap();
        let first = data(&rows)[0];
        let wanted = wanted.map(|(digits, places)| Decimal::new(digits, places));
        assert_eq!(first.number(Field::ExtendedNet), wanted, "{amounts:?}");
        let code = first.text(Field::Currency).map(|code| &**code);
        assert_eq!(code, currency, "{amounts:?}");
        let told = rows.problems.iter().any(|p| p.code == Code::BadNumber);
        assert_eq!(told, amounts[0] == "about 7", "{amounts:?}");
    }
}

fn texts(cells: &[&'static str]) -> Vec<C<'static>> {
    let cell = |text: &&'static str| if text.is_empty() { C::E } else { C::T(text) };
    cells.iter().map(cell).collect()
}

#[test]
fn titles_totals_repeated_headers_and_merged_ones() {
    let head = ["Serial Number", "End Date", "Note", "Note", "", "Qty"];
    let sheet: Vec<Sheet<'_>> = vec![(
        "S",
        false,
        vec![
            texts(&["Renewal report for Acme"]),
            texts(&["Created:", "2026-11-01"]),
            vec![],
            texts(&head),
            texts(&["FOC1", "2026-12-31", "a", "b", "c", "2"]),
            texts(&["Subtotal", "", "", "", "", "2"]),
            texts(&head),
            texts(&["FOC2", "2026-12-31", "", "d", "", "3"]),
            texts(&["", "", "", "", "", ""]),
            texts(&["Grand Total", "", "", "", "", "5"]),
            texts(&["* prices are without tax"]),
        ],
    )];
    let rows = read(&workbook(&sheet), "x.xlsx", "").unwrap();
    assert_eq!(data(&rows).len(), 2);
    let headers = [
        "Serial Number",
        "End Date",
        "Note",
        "Note (2)",
        "column 5",
        "Qty",
    ];
    assert_eq!(rows.tables[0].headers, headers);
    assert_eq!(rows.tables[0].header_row, 4);
    let cells: Vec<&str> = rows.records[0].cell_texts().collect();
    assert_eq!(cells, ["FOC1", "2026-12-31", "a", "b", "c", "2"]);
    // A header of two rows: the upper one merged over the columns below it, or down to them.
    let merged: Vec<Sheet<'_>> = vec![(
        "S",
        false,
        vec![
            texts(&["Asset", "", "Coverage", "", "Customer"]),
            texts(&["Serial Number", "Product ID", "Start Date", "End Date", ""]),
            texts(&["FOC1", "C9300-24T", "2026-01-01", "2026-12-31", "Acme"]),
            texts(&["FOC2", "C9300-24T", "2026-01-01", "2026-12-31", "Beta"]),
        ],
    )];
    let rows = read(&workbook(&merged), "x.xlsx", "").unwrap();
    let found = data(&rows);
    assert_eq!(found.len(), 2);
    let names = found
        .iter()
        .map(|v| v.text(Field::CustomerName).map(|t| &**t));
    assert_eq!(names.collect::<Vec<_>>(), [Some("Acme"), Some("Beta")]);
    assert_eq!(found[0].day(Field::StartDate), Some(day("2026-01-01")));
}

#[test]
fn sheets_of_one_kind_are_all_imported_and_their_names_told() {
    let table = |serial: &'static str, end: &'static str| {
        vec![
            texts(&["Serial Number", "End Date", "Contract"]),
            texts(&[serial, end, "1"]),
        ]
    };
    let sheets: Vec<Sheet<'_>> = vec![
        ("Nord", false, table("FOC1", "2026-12-31")),
        ("Deckblatt", false, vec![texts(&["Bericht"])]),
        ("Süd", true, table("FOC2", "sometime")),
        ("West", false, table("FOC3", "2027-01-31")),
    ];
    let mut desk = Desk::new();
    let report = desk.import(&workbook(&sheets), "x.xlsx", "").unwrap();
    assert_eq!(counts(&report), (3, 2, 0, 0, 0, 1));
    let tags = desk
        .book
        .lines
        .iter()
        .map(|line| line.origin_sheet.unwrap());
    assert_eq!(tags.collect::<Vec<_>>(), ["Nord".into(), "West".into()]);
    let reject = &report.rejects[0];
    assert_eq!((reject.of.sheet.as_deref(), reject.row), (Some("Süd"), 2));
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    assert!(csv.contains("Süd,2"), "{csv}");
}

#[test]
fn a_fraction_and_a_percentage_are_never_taken_for_each_other() {
    type Case = (
        &'static str,
        &'static [&'static str],
        Result<Exact, &'static str>,
    );
    let cases: [Case; 9] = [
        ("Discount", &["42%", "10%"], Ok((42, 0))),
        ("Discount", &["0.5%", "10%"], Ok((5, 1))),
        ("Discount", &["42", "0.5"], Ok((42, 0))),
        ("Discount", &["0.42", "0.1"], Err("percent = ")),
        ("Discount %", &["0.42", "0.1"], Err("percent = ")),
        ("Disc(%)", &["0.42", "0.1"], Err("percent = ")),
        ("Discount pct", &["0.42", "0.1"], Err("percent = ")),
        ("Disc(%)", &["42", "0.5"], Ok((42, 0))),
        ("Discount", &["0", "0"], Ok((0, 0))),
    ];
    for (header, values, wanted) in cases {
        let mut text = format!("Serial Number,End Date,{header}\n");
        for (n, value) in values.iter().enumerate() {
            text.push_str(&format!("A{n},2026-12-31,{value}\n"));
        }
        let map = format!("[columns]\ndiscount_pct = \"{header}\"");
        match (read(text.as_bytes(), "x.csv", &map), wanted) {
            (Ok(rows), Ok((digits, places))) => {
                let first = data(&rows)[0].number(Field::DiscountPct);
                assert_eq!(
                    first,
                    Some(Decimal::new(digits, places)),
                    "{header} {values:?}"
                );
            }
            (Err(error), Err(key)) => assert!(error.to_string().contains(key), "{error}"),
            (read, wanted) => panic!("{header} {values:?}: {wanted:?}, but {read:?}"),
        }
    }
}

#[test]
fn two_columns_of_one_name_that_differ_are_told_of() {
    let told = |text: &str, map: &str| {
        let mut desk = Desk::new();
        let report = desk.import(text.as_bytes(), "x.csv", map).unwrap();
        let own = report.warnings.iter().map(|w| w.to_string());
        own.filter(|text| text.contains("two columns")).count()
    };
    let head = "Serial Number,End Date,Net Price,Qty,Net Price,Currency\n";
    let other = format!("{head}A1,2026-12-31,7.5,1,600.25,EUR\n");
    let same = format!("{head}A1,2026-12-31,7.5,1,7.5,EUR\n");
    assert_eq!(told(&other, ""), 1);
    assert_eq!(told(&same, ""), 0);
    let map = "[columns]\nextended_net = \"Net Price (2)\"";
    assert_eq!(told(&other, map), 0);
}

#[test]
fn rows_of_a_hidden_sheet_are_read_and_the_sheet_named() {
    use C::*;
    let rows = |serial| {
        vec![
            vec![T("Serial Number"), T("End Date")],
            vec![T(serial), D("2026-12-31")],
        ]
    };
    let sheets = [("Data", false, rows("A1")), ("Old", true, rows("A2"))];
    let files = [
        ("x.xlsx", workbook(&sheets)),
        ("x.xls", xls::workbook(&sheets, false)),
        ("x.xlsb", xlsb::workbook(&sheets, false, &[])),
        ("x.ods", ods::workbook(&sheets)),
    ];
    for (name, bytes) in files {
        let mut desk = Desk::new();
        let report = desk.import(&bytes, name, "").unwrap();
        assert_eq!(counts(&report), (2, 2, 0, 0, 0, 0), "{name}");
        let hidden = report.warnings.iter();
        let hidden: Vec<_> = hidden.filter(|w| w.code == Code::HiddenSheet).collect();
        assert_eq!(hidden.len(), 1, "{name}");
        assert!(hidden[0].text.contains("\"Old\""), "{}", hidden[0].text);
    }
}

#[test]
fn a_picture_or_a_film_is_no_table_with_an_open_quote() {
    let mut film = b"\0\0\0\x20ftypisom\0\0\x02\0".to_vec();
    let mut state = 7_u32;
    film.extend((0..5_000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    }));
    let picture = [&b"\xff\xd8\xff\xe0\0\x10JFIF\0"[..], &[0; 100]].concat();
    for (name, bytes) in [("a.mp4", film), ("b.jpg", picture)] {
        let error = read(&bytes, name, "").unwrap_err().to_string();
        assert!(error.contains("picture"), "{name}: {error}");
    }
    // letters of other scripts in UTF-16 are made of such bytes
    let mut text = vec![0xFF, 0xFE];
    let words = "Серийный номер;Дата\nА1;2026-12-31\n";
    text.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
    let error = read(&text, "c.csv", "").unwrap_err().to_string();
    assert!(!error.contains("picture"), "{error}");
}

#[test]
fn a_header_that_the_map_misspells_is_told_of() {
    let text = "Serial Number,End Date\nA1,2026-12-31\n";
    let mut desk = Desk::new();
    let map = "[columns]\nserial = \"Serail Number\"\nend_date = \"end date\"";
    let report = desk.import(text.as_bytes(), "x.csv", map).unwrap();
    let told: Vec<_> = report.warnings.iter().map(|w| &w.text).collect();
    let of = |word: &str| told.iter().filter(|text| text.contains(word)).count();
    assert_eq!((of("Serail Number"), of("end date")), (1, 0), "{told:?}");
}

#[test]
fn mended_rejects_stand_under_the_file_they_came_from() {
    let text = "Serial Number,End Date,Qty\nA1,2026-12-31,1\nA2,2026-12-31,x\n";
    let mut desk = Desk::new();
    let report = desk.import(text.as_bytes(), "lines.csv", "").unwrap();
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replace(",x,", ",2,");
    desk.import(mended.as_bytes(), "lines.rejects-2.csv", "")
        .unwrap();
    let contracts = desk.book.contracts.iter();
    let numbers: Vec<_> = contracts.map(|c| c.number.to_string()).collect();
    assert_eq!(numbers, ["lines"]);
    assert_eq!(desk.book.lines.len(), 2);
}
