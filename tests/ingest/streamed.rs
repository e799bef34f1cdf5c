//! Sheets and texts longer than what is held of them: the same rows however they are read.

use crate::support::{C, day, read, workbook};
use renewdesk::ingest::row::{Field, Outcome, Rows};
use renewdesk::ingest::{self, IngestError, ReadOptions};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// More rows than are held of a sheet.
const MANY: usize = 700;

fn hasty(bytes: &[u8], name: &str) -> Result<Rows, IngestError> {
    let options = ReadOptions {
        hasty: true,
        ..ReadOptions::default()
    };
    ingest::read(bytes, name, &options, &mut |_| {})
}

/// A table with a date column in which the row at `late` says `other`.
fn table(late: usize, other: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![
        "Serial Number".to_string(),
        "Start Date".to_string(),
        "End Date".to_string(),
        "Qty".to_string(),
    ]];
    for at in 0..MANY {
        let start = if at == late { other } else { "2026-01-31" };
        let cells = [&format!("FOC{at:05}"), start, "2027-12-31", "2"];
        rows.push(cells.map(str::to_string).to_vec());
    }
    rows
}

fn as_text(rows: &[Vec<String>]) -> Vec<u8> {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    lines.join("\n").into_bytes()
}

fn as_sheet(rows: &[Vec<String>]) -> Vec<u8> {
    let rows = rows.iter();
    let rows = rows.map(|row| row.iter().map(|cell| C::T(cell)).collect());
    workbook(&[("Lines", false, rows.collect())])
}

fn start(rows: &Rows, at: usize) -> Option<chrono::NaiveDate> {
    match &rows.records[at].outcome {
        Outcome::Data(values) => values.day(Field::StartDate),
        other => panic!("{other:?}"),
    }
}

/// Rows with what they say; how a text or sheet says it is no part of that.
fn told(rows: &Rows) -> Vec<(u32, &Outcome, &str)> {
    let all = rows.records.iter();
    all.map(|r| (r.row, &r.outcome, r.cells.as_str())).collect()
}

#[test]
fn a_long_sheet_a_long_text_and_haste_give_the_same_rows() {
    let mut rows = table(650, "sometime");
    rows[600][2] = "never".to_string();
    rows[660] = vec![
        String::new(),
        "Total".to_string(),
        String::new(),
        "1400".to_string(),
    ];
    let text = read(&as_text(&rows), "x.csv", "").unwrap();
    assert_eq!(text.records.len(), MANY);
    assert!(matches!(text.records[599].outcome, Outcome::Rejected(..)));
    assert!(matches!(text.records[659].outcome, Outcome::Skipped(_)));
    let sheet = read(&as_sheet(&rows), "x.xlsx", "").unwrap();
    assert_eq!(told(&sheet), told(&text));
    for (bytes, name) in [(as_text(&rows), "x.csv"), (as_sheet(&rows), "x.xlsx")] {
        let thorough = read(&bytes, name, "").unwrap();
        let hasty = hasty(&bytes, name).unwrap();
        assert_eq!(told(&hasty), told(&thorough));
        assert_eq!(hasty.outline, thorough.outline);
        assert_eq!(hasty.problems.len(), thorough.problems.len());
    }
}

#[test]
fn what_only_a_late_row_tells_is_not_guessed_from_the_first_ones() {
    for (bytes, name) in [
        (as_text(&table(690, "12/31/2026")), "x.csv"),
        (as_sheet(&table(690, "12/31/2026")), "x.xlsx"),
    ] {
        let error = hasty(&bytes, name).unwrap_err();
        assert!(matches!(error, IngestError::Unsettled { .. }), "{error}");
        let rows = read(&bytes, name, "").unwrap();
        assert_eq!(start(&rows, 690), Some(day("2026-12-31")));
        assert_eq!(start(&rows, 0), Some(day("2026-01-31")));
    }
    // A question is the same question, however late it comes up.
    let mut rows = table(690, "05/06/2026");
    let ask = |rows: &[Vec<String>]| {
        let bytes = as_text(rows);
        let (soon, late) = (hasty(&bytes, "x.csv"), read(&bytes, "x.csv", ""));
        assert_eq!(soon.as_ref().err(), late.as_ref().err());
        late.unwrap_err().to_string()
    };
    assert!(ask(&rows).contains("could be day-first or month-first"));
    rows[5][1] = "31/12/2026".to_string();
    rows[600][1] = "12/31/2026".to_string();
    assert!(ask(&rows).contains("partly day-first and partly month-first"));
}

/// The workbook with the XML of its sheet, and only that, changed.
fn respelt(bytes: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        if name.ends_with("sheet1.xml") {
            let new = change(std::str::from_utf8(&text).unwrap());
            assert_ne!(new.as_bytes(), text);
            text = new.into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&text).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_says_the_same_however_its_xml_is_spelt() {
    use C::*;
    let mut rows = vec![vec![
        T("Serial Number"),
        T("End Date"),
        T("Amount"),
        T("Discount"),
        T("Customer"),
        T("Description"),
    ]];
    rows.push(vec![
        T("A1"),
        D("2026-12-31"),
        N(1240.5),
        P(0.25),
        T("B & <C> \"d\""),
        T(" é "),
    ]);
    rows.push(vec![
        T("A2"),
        T("2027-01-31"),
        N(0.1 + 0.2),
        P(0.5),
        T("_x0041_"),
        E,
    ]);
    let plain = workbook(&[("S", false, rows)]);
    let wanted = read(&plain, "x.xlsx", "").unwrap();
    assert_eq!(wanted.records.len(), 2);
    type Change = fn(&str) -> String;
    let changes: [Change; 6] = [
        |xml| xml.replace("<c ", "<c  "),
        |xml| {
            xml.replace("<c ", "<c\n\t")
                .replace("</c>", "<extLst><v>9</v></extLst></c >")
        },
        |xml| {
            xml.replace("r=\"A2\"", "r='A2' note='a>b'")
                .replace("<v>", "<!-- <v>7</v> --><v>")
        },
        |xml| {
            let prefixed = xml
                .replace("<row ", "<x:row ")
                .replace("</row>", "</x:row>");
            prefixed.replace("<c ", "<x:c ").replace("</c>", "</x:c>")
        },
        |xml| {
            xml.replace("<row r=\"2\"", "<row r=\"2\" ht='12'")
                .replace(" spans=", " sp=")
        },
        |xml| xml.replace("<sheetData>", "<sheetPr/><?pi <sheetData> ?><sheetData>\n"),
    ];
    for (at, change) in changes.iter().enumerate() {
        let other = read(&respelt(&plain, change), "x.xlsx", "").unwrap();
        assert_eq!(told(&other), told(&wanted), "{at}");
    }
    // Texts in the cells themselves, whole and in runs, are the same as shared ones.
    let inline = respelt(&plain, |xml| {
        let shared = "<c r=\"A2\" t=\"s\"><v>6</v></c>";
        assert!(xml.contains(shared), "{xml}");
        xml.replace(shared, "<c r=\"A2\" t=\"inlineStr\"><is><r><t>A</t></r><r><rPr/><t>1</t></r><rPh><t>x</t></rPh></is></c>")
    });
    assert_eq!(told(&read(&inline, "x.xlsx", "").unwrap()), told(&wanted));
}

#[test]
fn a_sheet_that_is_damaged_far_down_is_refused_with_its_name() {
    let whole = as_sheet(&table(0, "2026-01-31"));
    type Change = fn(&str) -> String;
    let changes: [(Change, &str); 5] = [
        (|xml| xml.replace("r=\"A650\"", "r=\"A3\""), "out of order"),
        (
            |xml| xml.replace("r=\"A650\"", "r=\"650\""),
            "without a place",
        ),
        (
            |xml| xml.replace("r=\"B651\" t=\"s\"><v>", "r=\"B651\" t=\"s\"><v>9999"),
            "names a text",
        ),
        (
            |xml| xml.split("<row r=\"690\"").next().unwrap().to_string(),
            "ends early",
        ),
        (
            |xml| xml.replace("r=\"C652\" t=\"s\"", "r=\"C652\" t=\"z\""),
            "unknown type",
        ),
    ];
    for (change, words) in changes {
        let bytes = respelt(&whole, change);
        for read in [read(&bytes, "x.xlsx", ""), hasty(&bytes, "x.xlsx")] {
            let error = read.unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("Lines"), "{error}");
        }
    }
}

#[test]
fn a_workbook_with_bytes_changed_is_an_error_or_read_never_a_crash() {
    use C::*;
    let rows = vec![
        vec![
            T("Serial Number"),
            T("End Date"),
            T("Amount"),
            T("Discount"),
        ],
        vec![T("A1"), D("2026-12-31"), N(1240.5), P(0.25)],
        vec![T("A2"), D("2027-12-31"), N(2.0), P(0.5)],
    ];
    let plain = workbook(&[("S", false, rows)]);
    let mut archive = zip::ZipArchive::new(Cursor::new(&plain)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut inside = Vec::new();
        part.read_to_end(&mut inside).unwrap();
        parts.push((part.name().unwrap().into_owned(), inside));
    }
    let mut seed = 7_u64;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    let mut refused = 0;
    for _ in 0..600 {
        let mut changed = parts.clone();
        let which = next(changed.len());
        let inside = &mut changed[which].1;
        for _ in 0..1 + next(3) {
            let at = next(inside.len());
            match next(3) {
                0 => inside[at] = b"<>/\"'=&;! 0"[next(11)],
                1 => inside[at] = next(256) as u8,
                _ => inside.truncate(at.max(1)),
            }
        }
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, inside) in &changed {
            out.start_file(name.as_str(), SimpleFileOptions::default())
                .unwrap();
            out.write_all(inside).unwrap();
        }
        let bytes = out.finish().unwrap().into_inner();
        let (soon, late) = (hasty(&bytes, "x.xlsx"), read(&bytes, "x.xlsx", ""));
        assert_eq!(soon, late);
        refused += usize::from(late.is_err());
    }
    assert!((1..600).contains(&refused), "{refused}");
}
