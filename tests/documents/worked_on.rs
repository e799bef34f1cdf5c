//! A quote with every driver goes to a spreadsheet and comes back: untouched it is equal, changed cells
//! become edits, and nothing is taken into a quote that moved on meanwhile.

use crate::fixture::{Book, dec, today};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::export::document::{Form, Kind};
use renewdesk::export::{Cell, inside};
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{self, BatchMeta, Planned, ReadOptions};
use renewdesk::pricing::price_quote;
use rust_decimal::Decimal;
use std::cell::RefCell;
use uuid::Uuid;

fn planned(book: &Book, bytes: &[u8], name: &str) -> Planned {
    let rows = ingest::read(bytes, name, &ReadOptions::default(), &mut |_| {}).unwrap();
    assert_eq!(rows.format, "quote_lines_return");
    let mut ids = Uuid::nil;
    let meta = BatchMeta {
        at: "2026-11-22T10:00:00Z".to_string(),
    };
    let (rules, catalogue) = (&book.pack.rules, &book.catalogue);
    ingest::plan(
        rows,
        &book.snapshot,
        catalogue,
        rules,
        &mut ids,
        &meta,
        today(),
    )
    .unwrap()
}

/// The plan holds nothing but quotes.
fn quotes(plan: ImportPlan) -> Vec<Quote> {
    let rest = ImportPlan {
        batch: None,
        op_seq: 0,
        put_quotes: Vec::new(),
        ..plan.clone()
    };
    assert_eq!(rest, ImportPlan::default());
    plan.put_quotes
}

/// The lines of the internal quote as text, cells changed.
fn changed(book: &Book, edits: &[(usize, &str, &str)]) -> Vec<u8> {
    let quote = book.quote();
    let (priced, _) = price_quote(&quote, &book.pack.rules);
    let mut table = inside::lines(&book.snapshot, &quote, &priced);
    for (line, column, value) in edits {
        let at = table
            .headers
            .iter()
            .position(|name| name == column)
            .unwrap();
        table.rows[*line][at] = Cell::Text((*value).to_string());
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&table.headers).unwrap();
    for row in &table.rows {
        let texts = row.iter().map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Date(day) => day.to_string(),
            Cell::Blank => String::new(),
        });
        out.write_record(texts).unwrap();
    }
    out.into_inner().unwrap()
}

/// A book whose quote has so many lines with other drivers each.
fn mixed() -> Book {
    let mut book = Book::new();
    book.change(|quote| {
        quote.lines.truncate(4);
        let drivers = [
            (
                BuyDriver::DiscountPct(dec("33.3333333333333333")),
                SellDriver::MarginPct(dec("12.5")),
            ),
            (
                BuyDriver::UnitNet(dec("54321.98")),
                SellDriver::MarkupPct(dec("7.0000001")),
            ),
            (
                BuyDriver::ExtendedNet(dec("100000.01")),
                SellDriver::ExtendedSell(dec("123456.78")),
            ),
            (
                BuyDriver::DiscountPct(dec("0.5")),
                SellDriver::UnitSell(dec("76543.21")),
            ),
        ];
        for (line, (buy, sell)) in quote.lines.iter_mut().zip(drivers) {
            line.quantity = dec("3");
            (line.buy, line.sell) = (buy, sell);
        }
    });
    book
}

fn only(book: &Book, edits: &[(usize, &str, &str)]) -> Quote {
    let planned = planned(book, &changed(book, edits), "quote.csv");
    let refused: Vec<&str> = planned.report.rejects.iter().map(|r| &*r.reason).collect();
    assert!(refused.is_empty(), "{refused:?}");
    quotes(planned.plan).remove(0)
}

fn refused(book: &Book, edits: &[(usize, &str, &str)]) -> (Code, String) {
    let planned = planned(book, &changed(book, edits), "quote.csv");
    let reject = &planned.report.rejects[0];
    let out = (reject.code, reject.reason.clone());
    assert!(quotes(planned.plan).is_empty(), "nothing else was changed");
    out
}

#[test]
fn a_quote_nobody_touched_comes_back_equal_from_a_workbook_and_from_text() {
    let book = mixed();
    let sheet = book.make(Kind::Internal, Form::Xlsx).unwrap();
    for (bytes, name) in [(sheet, "quote.xlsx"), (changed(&book, &[]), "quote.csv")] {
        let planned = planned(&book, &bytes, name);
        assert_eq!(
            planned.report.counts.unchanged, 4,
            "{name}: {:?}",
            planned.report
        );
        assert!(quotes(planned.plan).is_empty(), "{name}");
    }
}

#[test]
fn changed_cells_become_edits_and_the_drivers_of_the_others_stay() {
    let book = mixed();
    let held = book.quote();
    let edits = [
        (0, "quantity", "5"),
        (1, "discount_pct", "40"),
        (2, "extended_sell", "130000"),
        (2, "premium", "yes"),
        (3, "unit_net", "50000.00"),
    ];
    let next = only(&book, &edits);
    assert_eq!(next.version, held.version + 1);
    let with = |at: usize, change: &dyn Fn(&mut QuoteLine)| {
        let mut line = held.lines[at].clone();
        change(&mut line);
        line
    };
    let wanted = [
        with(0, &|line| line.quantity = dec("5")),
        with(1, &|line| line.buy = BuyDriver::DiscountPct(dec("40"))),
        with(2, &|line| {
            line.sell = SellDriver::ExtendedSell(dec("130000"));
            line.premium = Some(true);
        }),
        with(3, &|line| line.buy = BuyDriver::UnitNet(dec("50000"))),
    ];
    assert_eq!(next.lines, wanted);
}

#[test]
fn every_cell_a_person_changed_is_told_before_it_is_taken() {
    let book = mixed();
    let edits = [
        (0, "quantity", "5"),
        (1, "discount_pct", "40"),
        (1, "quantity", "4"),
    ];
    let planned = planned(&book, &changed(&book, &edits), "quote.csv");
    let changes = &planned.report.changes;
    assert_eq!(changes.changed_lines, 2);
    assert_eq!(changes.cells, [("quantity", 2), ("discount", 1)]);
    let told: Vec<_> = changes
        .lines
        .iter()
        .map(|changed| {
            let cells = changed
                .cells
                .iter()
                .map(|cell| format!("{} {} > {}", cell.field, cell.before, cell.after));
            (
                changed.row,
                changed.line.clone(),
                cells.collect::<Vec<_>>().join(", "),
            )
        })
        .collect();
    let name = |at: usize| {
        let (quote, line) = (book.quote(), book.quote().lines[at].clone());
        format!(
            "{} line {}  {}",
            quote.number,
            line.number,
            line.pid.unwrap()
        )
    };
    assert_eq!(told[0].0, Some(2));
    assert!(told[0].1.starts_with(&name(0)), "{}", told[0].1);
    assert_eq!(told[0].2, "quantity 3 > 5");
    assert_eq!(
        (told[1].0, told[1].2.contains("quantity 3 > 4")),
        (Some(3), true)
    );
    // the discount that follows from the unit price, to a millionth
    assert!(
        told[1].2.contains("discount ") && told[1].2.contains(" > 40"),
        "{}",
        told[1].2
    );
}

#[test]
fn what_no_line_can_take_is_refused_with_its_reason() {
    let mut book = mixed();
    let (code, reason) = refused(&book, &[(0, "discount_pct", "40"), (0, "unit_net", "1")]);
    assert_eq!(code, Code::Refused);
    assert!(
        reason.contains("discount_pct and unit_net were both changed"),
        "{reason}"
    );
    let (code, reason) = refused(&book, &[(0, "end", "2001-01-01")]);
    assert_eq!(code, Code::Refused);
    assert!(reason.contains("before the start"), "{reason}");
    let (code, reason) = refused(&book, &[(0, "Quote version", "999")]);
    assert_eq!(code, Code::Outdated);
    assert!(reason.contains("version 999"), "{reason}");
    let (code, _) = refused(&book, &[(0, "Renewdesk Quote Line ID", "none of ours")]);
    assert_eq!(code, Code::WrongLine);
    let before = changed(&book, &[(0, "quantity", "7")]);
    book.change(|quote| quote.status = QuoteStatus::Sent);
    let planned = planned(&book, &before, "quote.csv");
    assert_eq!(
        planned.report.rejects.len(),
        4,
        "what was sent is never changed"
    );
    assert!(quotes(planned.plan).is_empty());
}

#[test]
fn emptied_cells_unknown_flags_and_percent_cells_are_not_passed_over() {
    let mut book = mixed();
    book.change(|quote| quote.lines[1].premium = Some(true));
    let next = only(
        &book,
        &[
            (0, "unit_list", ""),
            (0, "service_sku", ""),
            (1, "premium", "unknown"),
            (2, "portfolio", "unknown"),
            // emptied to make room for the one that is meant
            (3, "discount_pct", ""),
            (3, "unit_net", "50000"),
        ],
    );
    assert_eq!(
        (next.lines[0].unit_list, next.lines[0].service_sku.clone()),
        (None, None)
    );
    assert_eq!(next.lines[1].premium, None);
    assert_eq!(next.lines[2].portfolio, None);
    assert_eq!(next.lines[3].buy, BuyDriver::UnitNet(dec("50000")));
    for (column, value, words) in [
        ("discount_pct", "0.4", "if 40 % is meant"),
        ("margin_pct", "0.15", "if 15 % is meant"),
        ("portfolio", "Servces", "no portfolio"),
        ("quantity", "", "quantity"),
        ("start", "soon", "cannot be read"),
        ("unit_net", "a lot", "cannot be read"),
    ] {
        let (code, reason) = refused(&book, &[(0, column, value)]);
        assert_eq!(code, Code::Refused, "{column}: {reason}");
        assert!(reason.contains(words), "{column}: {reason}");
    }
}

#[test]
fn rows_that_were_taken_out_leave_their_lines_alone_and_that_is_said() {
    let book = mixed();
    let csv = String::from_utf8(changed(&book, &[(0, "quantity", "5")])).unwrap();
    let short: String = csv
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    let planned = planned(&book, short.as_bytes(), "quote.csv");
    let said = planned
        .report
        .warnings
        .iter()
        .any(|w| w.text.ends_with("stay as they were: 2"));
    assert!(said, "{:?}", planned.report.warnings);
    assert_eq!(quotes(planned.plan)[0].lines.len(), 4);
}

fn money() -> impl Strategy<Value = Decimal> {
    (0i64..=9_999_999_999, 0u32..=4).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn percent() -> impl Strategy<Value = Decimal> {
    (0i64..=99_999_999, 6u32..=18).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn buy() -> impl Strategy<Value = BuyDriver> {
    prop_oneof![
        percent().prop_map(BuyDriver::DiscountPct),
        money().prop_map(BuyDriver::UnitNet),
        money().prop_map(BuyDriver::ExtendedNet),
    ]
}

fn sell() -> impl Strategy<Value = SellDriver> {
    prop_oneof![
        percent().prop_map(SellDriver::MarginPct),
        percent().prop_map(SellDriver::MarkupPct),
        money().prop_map(SellDriver::UnitSell),
        money().prop_map(SellDriver::ExtendedSell),
    ]
}

#[test]
fn a_quote_exported_to_a_workbook_and_imported_again_is_equal() {
    let flags = prop::option::of(any::<bool>());
    let line = (buy(), sell(), 0i64..2_000, prop::option::of(money()), flags);
    let book = RefCell::new(Book::new());
    let whole = book.borrow().quote().lines;
    let mut runner = TestRunner::new(ProptestConfig::with_cases(64));
    let law = |lines: Vec<_>| {
        let mut book = book.borrow_mut();
        book.change(|quote| {
            quote.lines = whole.iter().take(lines.len()).cloned().collect();
            for (line, (buy, sell, quantity, list, flag)) in quote.lines.iter_mut().zip(lines) {
                (line.buy, line.sell) = (buy, sell);
                line.quantity = Decimal::new(quantity, 1);
                line.unit_list = list;
                (line.premium, line.ai) = (flag, flag);
            }
        });
        let sheet = book.make(Kind::Internal, Form::Xlsx).unwrap();
        let planned = planned(&book, &sheet, "quote.xlsx");
        prop_assert!(
            planned.report.rejects.is_empty(),
            "{:?}",
            planned.report.rejects
        );
        prop_assert_eq!(quotes(planned.plan), vec![]);
        Ok(())
    };
    runner.run(&prop::collection::vec(line, 1..6), law).unwrap();
}
