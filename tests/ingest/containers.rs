//! `.xls`, `.xlsb` and `.ods` say what the same sheet says as `.xlsx`, and do as little harm.

use crate::books::{Sheet, ods, xls, xlsb};
use crate::support::{C, Desk, counts, day, read, workbook};
use renewdesk::domain::text::is_unsafe;
use renewdesk::ingest::row::{Code, Field, Outcome, Record, Rows, Values};
use rust_decimal::Decimal;
use std::io::Write;

fn sheets() -> Vec<Sheet<'static>> {
    use C::*;
    let head = || {
        vec![
            T("Serial Number"),
            T("Instance"),
            T("Contract"),
            T("Customer"),
            T("End Date"),
            T("Qty"),
            T("Amount"),
            T("Discount"),
            T("Currency"),
        ]
    };
    let row = |serial, instance, customer, qty, amount, discount| {
        vec![
            T(serial),
            N(instance),
            T("200123"),
            T(customer),
            D("2027-03-31"),
            qty,
            amount,
            P(discount),
            T("EUR"),
        ]
    };
    vec![
        (
            "Übersicht",
            false,
            vec![
                vec![T("Bericht der Wartung")],
                vec![],
                head(),
                row(
                    "FOC1",
                    100_000_000_001.0,
                    "Zürich & Söhne <AG>",
                    N(2.0),
                    N(0.1 + 0.2),
                    0.42,
                ),
                row("FOC2", 7.0, "Beta", T("3"), T("1,240.50"), 0.1),
                vec![T("Total"), E, E, E, E, E, N(1240.8)],
            ],
        ),
        (
            "Alt",
            true,
            vec![head(), row("FOC3", 8.0, "Gamma", N(1.0), N(-5.25), 0.05)],
        ),
        ("Leer", false, vec![]),
    ]
}

/// The other kinds of workbook with those sheets. The library for `.xlsb` tells no percent formats.
fn others(sheets: &[Sheet<'_>]) -> [(&'static str, &'static str, Vec<u8>); 3] {
    [
        ("b.xls", "", xls::workbook(sheets, false)),
        (
            "b.xlsb",
            "percent = \"fraction\"",
            xlsb::workbook(sheets, false, &[]),
        ),
        ("b.ods", "", ods::workbook(sheets)),
    ]
}

fn values(rows: &Rows) -> Vec<&Values> {
    let data = |record: &'_ Record| matches!(record.outcome, Outcome::Data(_));
    assert!(rows.records.iter().any(data), "{:?}", rows.records);
    rows.records
        .iter()
        .filter_map(|record| match &record.outcome {
            Outcome::Data(values) => Some(values),
            _ => None,
        })
        .collect()
}

#[test]
fn every_kind_of_workbook_says_the_same() {
    let sheets = sheets();
    let xlsx = read(&workbook(&sheets), "a.xlsx", "").unwrap();
    assert_eq!(values(&xlsx).len(), 3);
    let first = values(&xlsx)[0];
    assert_eq!(first.number(Field::DiscountPct), Some(Decimal::from(42)));
    assert_eq!(first.number(Field::ExtendedNet), Some(Decimal::new(3, 1)));
    assert_eq!(first.day(Field::EndDate), Some(day("2027-03-31")));
    for (name, map, bytes) in others(&sheets) {
        let rows = read(&bytes, name, map).unwrap();
        assert_eq!(values(&rows), values(&xlsx), "{name}");
        let places = |rows: &Rows| -> Vec<(Option<String>, u32)> {
            let sheet = |table: u16| rows.tables[usize::from(table)].sheet.clone();
            rows.records
                .iter()
                .map(|r| (sheet(r.table), r.row))
                .collect()
        };
        assert_eq!(places(&rows), places(&xlsx), "{name}");
        let only = read(&bytes, name, &format!("{map}\nsheet = \"Alt\"")).unwrap();
        assert_eq!(only.records.len(), 1, "{name}");
        let error = read(&bytes, name, "sheet = \"Neu\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("Übersicht, Alt, Leer"), "{name}: {error}");
    }
    let (name, _, bytes) = &others(&sheets)[1];
    let error = read(bytes, name, "").unwrap_err().to_string();
    assert!(error.contains("percent = "), "{error}");
}

#[test]
fn a_workbook_saved_as_another_kind_changes_nothing() {
    let sheets = sheets();
    let mut desk = Desk::new();
    let report = desk.import(&workbook(&sheets), "a.xlsx", "").unwrap();
    assert_eq!(counts(&report), (4, 3, 0, 0, 1, 0));
    for (name, map, bytes) in others(&sheets) {
        let report = desk.import(&bytes, name, map).unwrap();
        assert_eq!(counts(&report), (4, 0, 0, 3, 1, 0), "{name}");
        let again = desk.import(&bytes, name, map).unwrap();
        let told = |code| again.warnings.iter().any(|w| w.code == code);
        assert!(told(Code::AlreadyImported), "{name}");
    }
}

#[test]
fn both_date_systems_in_every_kind() {
    use C::*;
    let until = |end: &'static str| -> Vec<Sheet<'static>> {
        let rows = vec![
            vec![T("Serial Number"), T("Start Date"), T("End Date")],
            vec![T("A1"), N(46053.0), D(end)],
        ];
        vec![("S", false, rows)]
    };
    let sheet = || until("2026-12-31");
    let dates = |bytes: &[u8], name: &str| {
        let rows = read(bytes, name, "").unwrap();
        let first = values(&rows)[0];
        (first.day(Field::StartDate), first.day(Field::EndDate))
    };
    let settings = "<table:calculation-settings><table:null-date table:date-value=\"1904-01-01\"/></table:calculation-settings>";
    let (start, end) = (Some(day("2026-01-31")), Some(day("2026-12-31")));
    let (later, late_end) = (Some(day("2030-02-01")), Some(day("2031-01-01")));
    let of_1904 = ods::rows(&until("2032-12-31")[0].2);
    let of_1904 = ods::document(&[("S", false, of_1904)], settings, "");
    for (name, bytes, wanted) in [
        ("s.xls", xls::workbook(&sheet(), false), (start, end)),
        ("s.xls", xls::workbook(&sheet(), true), (later, late_end)),
        ("s.xlsb", xlsb::workbook(&sheet(), false, &[]), (start, end)),
        (
            "s.xlsb",
            xlsb::workbook(&sheet(), true, &[]),
            (later, late_end),
        ),
        ("s.ods", ods::workbook(&sheet()), (start, end)),
        // A date is written out in full here; only a bare number counts from somewhere.
        ("s.ods", of_1904, (later, Some(day("2032-12-31")))),
    ] {
        assert_eq!(dates(&bytes, name), wanted, "{name}");
    }
}

fn two_lines() -> Vec<Vec<C<'static>>> {
    use C::*;
    vec![
        vec![T("Serial Number"), T("End Date"), T("Amount")],
        vec![T("FOC1"), T("2026-12-31")],
    ]
}

#[test]
fn a_formula_without_a_saved_value_is_told_in_old_workbooks_and_open_ones() {
    let sheet: Vec<Sheet<'_>> = vec![("S", false, two_lines())];
    let formula = xls::formula_without_value(1, 2);
    let old = xls::compound("Workbook", &xls::stream(&sheet, false, &[], &formula));
    let row = "<table:table-cell table:formula=\"of:=1+1\"/></table:table-row>";
    let xml = ods::rows(&two_lines());
    let at = xml.rfind("</table:table-row>").unwrap();
    let open = ods::document(&[("S", false, format!("{}{row}", &xml[..at]))], "", "");
    for (name, bytes) in [("s.xls", old), ("s.ods", open)] {
        let rows = read(&bytes, name, "").unwrap();
        let told = rows.problems.iter().find(|p| p.code == Code::NoValue);
        assert_eq!(told.and_then(|p| p.row), Some(2), "{name}");
        assert_eq!(values(&rows).len(), 1, "{name}");
    }
}

#[test]
fn what_a_cell_of_an_open_workbook_shows_is_kept() {
    let cell = |attributes: &str, inside: &str| {
        format!("<table:table-cell {attributes}>{inside}</table:table-cell>")
    };
    let text = |words: &str| {
        cell(
            "office:value-type=\"string\"",
            &format!("<text:p>{words}</text:p>"),
        )
    };
    let head = ["Serial Number", "Amount", "Customer", "End Date", "Qty"];
    let head: String = head.iter().map(|word| text(word)).collect();
    let row = [
        text("FO<text:span>C1</text:span>"),
        cell(
            "office:value-type=\"currency\" office:currency=\"CHF\" office:value=\"-12.5\"",
            "<text:p>CHF -12.50</text:p>",
        ),
        cell(
            "office:value-type=\"string\"",
            "<office:annotation><text:p>pinned note</text:p></office:annotation><text:p>A &amp; B<text:s text:c=\"2\"/>&#67;o</text:p><text:p>second</text:p>",
        ),
        cell(
            "office:value-type=\"date\" office:date-value=\"2026-12-31T23:59:00\"",
            "<text:p>31.12.26</text:p>",
        ),
        cell(
            "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
            "<text:p>#DIV/0!</text:p>",
        ),
    ]
    .concat();
    let xml = format!(
        "<table:table-row>{head}</table:table-row><table:table-row>{row}</table:table-row>"
    );
    let rows = read(&ods::document(&[("S", false, xml)], "", ""), "s.ods", "").unwrap();
    let line = values(&rows)[0];
    assert_eq!(line.text(Field::Serial).unwrap().as_ref(), "FOC1");
    assert_eq!(line.number(Field::ExtendedNet), Some(Decimal::new(-125, 1)));
    assert_eq!(line.text(Field::Currency).unwrap().as_ref(), "CHF");
    assert_eq!(
        line.text(Field::CustomerName).unwrap().as_ref(),
        "A & B  Co⏎second"
    );
    assert_eq!(line.day(Field::EndDate), Some(day("2026-12-31")));
    assert!(!line.has(Field::Quantity));
    assert!(rows.problems.iter().any(|p| p.code == Code::NoValue));
}

#[test]
fn far_cells_cost_nothing_or_are_refused_in_words() {
    let sheet: Vec<Sheet<'_>> = vec![("S", false, two_lines())];
    let mut far = xlsb::row(1_048_575);
    far.extend(xlsb::number(16_383, 0, 1.0));
    let rows = read(&xlsb::workbook(&sheet, false, &far), "s.xlsb", "").unwrap();
    assert_eq!(rows.records.len(), 2);
    let outside = [xlsb::row(5), xlsb::number(4_000_000, 0, 1.0)].concat();
    let error = read(&xlsb::workbook(&sheet, false, &outside), "s.xlsb", "").unwrap_err();
    assert!(
        error.to_string().contains("outside of any worksheet"),
        "{error}"
    );

    let fill = "<table:table-row table:number-rows-repeated=\"1048573\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let corner = "<table:table-row><table:table-cell table:number-columns-repeated=\"16383\"/><table:table-cell office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    let xml = format!("{}{fill}{corner}", ods::rows(&two_lines()));
    let rows = read(&ods::document(&[("S", false, xml)], "", ""), "s.ods", "").unwrap();
    assert_eq!(rows.records.len(), 2);
    let many = "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"500\" office:value-type=\"float\" office:value=\"1\"/></table:table-row>";
    let xml = format!("{}{many}", ods::rows(&two_lines()));
    let error = read(&ods::document(&[("S", false, xml)], "", ""), "s.ods", "").unwrap_err();
    assert!(
        error.to_string().contains("repeats filled cells"),
        "{error}"
    );

    for more in [
        xls::number(65_535, 255, 0, 1.0),
        xls::record(
            0x0200,
            &[&[0; 4][..], &[0, 0, 1, 0], &[0, 0], &[0, 1], &[0, 0]].concat(),
        ),
        xls::record(
            0x0200,
            &[&[9, 0, 0, 0][..], &[2, 0, 0, 0], &[0, 0], &[1, 0], &[0, 0]].concat(),
        ),
    ] {
        let bytes = xls::compound("Workbook", &xls::stream(&sheet, false, &[], &more));
        let error = read(&bytes, "s.xls", "").unwrap_err().to_string();
        assert!(
            error.contains("one cell far") && error.contains(".xlsx"),
            "{error}"
        );
    }
    let near = xls::number(65_535, 2, 0, 1.0);
    let bytes = xls::compound("Workbook", &xls::stream(&sheet, false, &[], &near));
    assert_eq!(read(&bytes, "s.xls", "").unwrap().records.len(), 2);
}

#[test]
fn passwords_and_false_names_are_told() {
    let sheet: Vec<Sheet<'_>> = vec![("S", false, two_lines())];
    let rows = ods::rows(&two_lines());
    // Both ways an .xls is locked: the old one has the number 0.
    let locked = |kind: u16| {
        let pass = xls::record(0x002F, &[&kind.to_le_bytes()[..], &[1, 2, 3, 4]].concat());
        xls::compound("Workbook", &xls::stream(&sheet, false, &pass, &[]))
    };
    let open = ods::document(&[("S", false, rows)], "", "<manifest:encryption-data/>");
    for (name, bytes, wanted) in [
        ("a.xls", locked(0), "password"),
        ("a.xls", locked(1), "password"),
        (
            "a.xlsx",
            xls::compound("EncryptedPackage", &[0; 5_000]),
            "password",
        ),
        ("a.ods", open, "password"),
        (
            "a.xls",
            xls::compound("WordDocument", &[0; 5_000]),
            "no workbook",
        ),
        (
            "a.xls",
            b"<html><table><tr><td>Serial</td></tr></table></html>".to_vec(),
            "web page",
        ),
        (
            "a.xls",
            xls::workbook(&sheet, false)[..600].to_vec(),
            "damaged or cut short",
        ),
    ] {
        let error = read(&bytes, name, "").unwrap_err().to_string();
        assert!(error.contains(wanted), "{name}: {error}");
    }
    // The content counts, whatever the name says.
    for (_, map, bytes) in others(&sheets()) {
        assert_eq!(values(&read(&bytes, "data.csv", map).unwrap()).len(), 3);
    }
}

#[test]
fn hostile_text_is_cleaned_in_every_kind() {
    use C::*;
    let evil = "A\u{1b}[2J\u{202e}B\u{7}\u{200b}\u{9b}31m";
    let sheet: Vec<Sheet<'_>> = vec![(
        evil,
        false,
        vec![
            vec![T("Serial Number"), T("End Date"), T("Customer"), T(evil)],
            vec![T("FOC\u{200b}1"), T("2026-12-31"), T(evil), T(evil)],
            vec![T("FOC2"), T(evil), T(evil), T(evil)],
        ],
    )];
    for (name, map, bytes) in others(&sheet) {
        let mut desk = Desk::new();
        let report = desk.import(&bytes, name, map).unwrap();
        let line = desk.book.lines.iter().next().unwrap();
        assert_eq!(line.serial.as_deref(), Some("FOC1"), "{name}");
        let mut said = format!("{report:?}");
        for account in &desk.book.accounts {
            said.push_str(&account.name);
        }
        assert!(!said.chars().any(is_unsafe), "{name}: {said:?}");
    }
}

#[test]
fn a_damaged_workbook_of_any_kind_is_an_error_or_read_never_a_crash() {
    // The reader's panics are caught; their words would only fill the output of this test.
    let words = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let raw = |bytes: &[u8]| {
        // Unpacked, so that a changed byte reaches the reader and not only a checksum.
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut parts = Vec::new();
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).unwrap();
            let mut inside = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut inside).unwrap();
            parts.push((entry.name().unwrap().into_owned(), inside));
        }
        parts
    };
    let packed = |parts: &[(String, Vec<u8>)]| {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, inside) in parts {
            let plain = zip::write::SimpleFileOptions::default();
            out.start_file(name.as_str(), plain).unwrap();
            out.write_all(inside).unwrap();
        }
        out.finish().unwrap().into_inner()
    };
    let mut refused = 0;
    let mut seed = 7_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for (name, map, bytes) in others(&sheets()) {
        for round in 0..150 {
            let spoilt = match name {
                "b.xls" => {
                    let mut spoilt = bytes.clone();
                    let at = 512 + next(spoilt.len() - 512);
                    spoilt[at] ^= 1 << next(8);
                    spoilt
                }
                _ => {
                    let mut parts = raw(&bytes);
                    let part = next(parts.len());
                    let inside = &mut parts[part].1;
                    let at = next(inside.len());
                    match round % 3 {
                        0 => inside.truncate(at),
                        _ => inside[at] ^= 1 << next(8),
                    }
                    packed(&parts)
                }
            };
            refused += u32::from(read(&spoilt, name, map).is_err());
        }
    }
    std::panic::set_hook(words);
    assert!(refused > 20, "{refused}");
}

#[test]
fn an_open_workbook_without_a_sheet_is_told() {
    let error = read(&ods::document(&[], "", ""), "s.ods", "").unwrap_err();
    assert!(error.to_string().contains("no worksheet"), "{error}");
}
