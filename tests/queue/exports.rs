//! Tables that leave the desk: nothing in them runs, numbers stay numbers, cells stay cells.

use crate::fixture::*;
use proptest::prelude::*;
use renewdesk::book::QueueRow;
use renewdesk::domain::money::Currency;
use renewdesk::export::{Cell, CsvOptions, HEADERS, Table, harmless, json, pipeline};
use rust_decimal::Decimal;

fn table(cells: Vec<Cell>) -> Table {
    Table {
        headers: vec!["a".into(); cells.len()],
        rows: vec![cells],
    }
}

fn line(cells: Vec<Cell>) -> String {
    let bytes = table(cells).csv(CsvOptions::default()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().nth(1).unwrap().to_string()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

#[test]
fn text_that_looks_like_a_formula_is_neutralised_and_numbers_are_not() {
    for start in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", " =1"] {
        assert_eq!(harmless(start), format!("'{start}"));
    }
    for plain in ["", "A=B", "'=x", "Cobalt", "1-2"] {
        assert_eq!(harmless(plain), plain);
    }
    assert_eq!(
        line(vec![
            text("=cmd|' /C calc'!A0"),
            Cell::Number(dec("-147.50"))
        ]),
        "'=cmd|' /C calc'!A0,-147.50"
    );
    assert_eq!(line(vec![text("-147.50"), Cell::Blank]), "'-147.50,");
    assert_eq!(line(vec![Cell::Date(day("2026-11-22"))]), "2026-11-22");
}

#[test]
fn byte_order_mark_and_delimiter_are_choices() {
    let csv = |bom, delimiter| {
        let options = CsvOptions { bom, delimiter };
        table(vec![text("Zürich; Bahn"), text("x,y")])
            .csv(options)
            .unwrap()
    };
    assert_eq!(&csv(true, b',')[..3], [0xef, 0xbb, 0xbf]);
    let plain = String::from_utf8(csv(false, b';')).unwrap();
    assert_eq!(plain, "a;a\r\n\"Zürich; Bahn\";x,y\r\n");
}

#[test]
fn the_clipboard_gets_one_cell_for_each() {
    let table = table(vec![
        text("two\tcells\nor one"),
        text("=x"),
        Cell::Number(dec("1.50")),
    ]);
    assert_eq!(table.tsv(false), "two→cells⏎or one\t'=x\t1.50");
    assert_eq!(table.tsv(true).lines().next(), Some("a\ta\ta"));
}

#[test]
fn the_pipeline_table_has_a_cell_for_each_column() {
    let (mut book, contract, renewal, _) = single("2026-11-18");
    let account = book.snapshot.contracts.get(contract).unwrap().account;
    let mut named = book.snapshot.accounts.get(account).unwrap().clone();
    named.name = "=HYPERLINK(\"http://x\")".into();
    book.snapshot.accounts.put(named);
    book.edit(renewal, |r| r.next_step = Some("+41 call\u{1b}[2J".into()));
    let queue = book.queue("2026-11-22");
    let told = |row: &QueueRow| Some(book.told(row.renewal(), "2026-11-22").into());
    let table = pipeline(queue.rows(), &RULES, told);
    assert_eq!(table.rows[0].len(), HEADERS.len());
    let csv = String::from_utf8(table.csv(CsvOptions::default()).unwrap()).unwrap();
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
    assert!(csv.contains(",'+41 call[2J,"), "{csv}");
    assert!(
        csv.contains(",-4,'-4 d overdue,overdue,2026-12-18,"),
        "{csv}"
    );
    assert!(csv.contains(",40000.00,USD,net,Upcoming,Mara,"), "{csv}");
}

#[test]
fn figures_end_where_they_end_and_are_rounded_where_they_do_not() {
    assert_eq!(json::money(dec("38400"), Currency::USD), "38400.00");
    assert_eq!(json::money(dec("0.0455"), Currency::USD), "0.0455");
    assert_eq!(
        json::money(dec("80000.00"), "JPY".parse().unwrap()),
        "80000"
    );
    assert_eq!(json::money(dec("-0"), Currency::USD), "0.00");
    assert_eq!(json::decimal(dec("37.50")), "37.5");
    assert_eq!(json::decimal(dec("0.12345678")), "0.12345678");
    assert_eq!(json::decimal(Decimal::ONE / dec("3")), "0.333333");
    assert_eq!(json::decimal(dec("200") / dec("3")), "66.666667");
    assert_eq!(json::ratio(473, 365).as_deref(), Some("1.29589"));
    assert_eq!(json::ratio(-1, 128).as_deref(), Some("-0.0078125"));
    assert_eq!(json::ratio(-1, 9_000_000).as_deref(), Some("0"));
    assert_eq!(json::ratio(14, 7).as_deref(), Some("2"));
    assert_eq!(json::ratio(1, 0), None);
}

proptest! {
    /// Whatever text goes in, no cell of the CSV begins like a formula, and each comes back as one.
    #[test]
    fn no_cell_of_text_runs(cells in proptest::collection::vec("[=+@\\-\t\r\n a,\";'é]{0,8}", 1..5)) {
        let table = table(cells.iter().map(|c| text(c)).collect());
        let bytes = table.csv(CsvOptions::default()).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(&bytes[..]);
        // A single empty cell is an empty line, which a reader passes over.
        prop_assume!(cells.len() > 1);
        let record = reader.records().next().unwrap().unwrap();
        prop_assert_eq!(record.len(), cells.len());
        for cell in &record {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        }
    }

    /// A written number reads back as the same number.
    #[test]
    fn numbers_come_back(mantissa in -10_000_000_000i64..10_000_000_000, scale in 0u32..8) {
        let number = Decimal::new(mantissa, scale);
        prop_assert_eq!(line(vec![Cell::Number(number)]).parse::<Decimal>().unwrap(), number);
        prop_assert_eq!(json::decimal(number).parse::<Decimal>().unwrap(), number);
    }
}
