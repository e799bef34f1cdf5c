//! Price estimates: every trap of the sheet, and a quote that takes what the file changes and keeps
//! what the rep has edited.

use crate::books::{ods, xls};
use crate::support::{C, Desk, counts, day, read, today, workbook};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::domain::text::is_unsafe;
use renewdesk::ingest::row::Code;
use renewdesk::ingest::{Planned, Report};
use renewdesk::pricing::price_line;
use renewdesk::program::Pack;
use rust_decimal::Decimal;

const HEAD: [&str; 12] = [
    "Line Number",
    "Part Number",
    "Smart Account Mandatory",
    "Description",
    "Service Duration (Months)",
    "Estimated Lead Time (Days)",
    "Pricing Term",
    "Unit List Price",
    "Qty",
    "Unit Net Price",
    "Disc(%)",
    "Extended Net Price",
];

type Rows = Vec<Vec<C<'static>>>;

fn texts(cells: &[&'static str]) -> Vec<C<'static>> {
    let cell = |text: &&'static str| if text.is_empty() { C::E } else { C::T(text) };
    cells.iter().map(cell).collect()
}

/// The head of the sheet, 20 rows, as its labels stand in it.
fn head(id: &'static str) -> Rows {
    let mut rows: Rows = vec![Vec::new(); 20];
    let at = |column: usize, text: &'static str| {
        let mut row = vec![C::E; column];
        row.push(C::T(text));
        row
    };
    let labelled = |label: &'static str, value: &'static str| {
        let mut row = at(9, label);
        row.extend([C::E, C::T(value)]);
        row
    };
    rows[0] = at(0, "Price Estimate");
    rows[2] = {
        let mut row = at(0, "Partner GmbH");
        row.resize(10, C::E);
        row.push(C::T("Blütental Water"));
        row
    };
    rows[3] = at(10, "12 Well Street");
    rows[5] = labelled("Estimate ID:", id);
    rows[6] = labelled("Deal ID:", "71234567");
    rows[7] = labelled("Price List:", "Global Price List EMEA (EUR)");
    rows[8] = at(0, "Date: 12-Oct-2026");
    rows[12] = at(0, "All prices are estimates");
    rows.push(texts(&HEAD));
    rows
}

fn lines() -> Rows {
    [
        &["1.0", "C9300-48P-A", "-", "Catalyst 9300", "---", "21", "---", "12,402.00", "2", "6,821.10", "45.00", "13,642.20"][..],
        &["1.0.1", "CON-SNT-C93004PA", "-", "SNTC-8X5XNBD", "36", "N/A", "---", "3,600.00", "2", "2,700.00", "25.00", "5,400.00"],
        &["1.1", "PWR-CORD", "-", "Power cord", "-", "-", "-", "0.00", "2", "0.00", "0.00", "0.00"],
        &["2.0", "C9300-DNA-A-48-3Y", "Yes", "DNA Advantage", "-", "-", "Prepaid Term", "1,500.00", "4", "900.00", "40.00", "3,600.00"],
        &["", "Initial Term - 36 Months | Auto Renewal Term - 12 Months | Billing Model - Prepaid Term | Requested Start Date - 01-Apr-2027 | Requested End Date - 31-Mar-2030"],
    ]
    .iter()
    .map(|cells| texts(cells))
    .collect()
}

fn foot(total: &'static str) -> Rows {
    let row = |own: &'static str, label: &'static str, value: &'static str| {
        let mut row = texts(&[own]);
        row.resize(9, C::E);
        row.extend(texts(&[label, "", value]));
        row
    };
    vec![
        row("Valid through: 11-Nov-2026", "Product Total", "13,642.20"),
        row("FOB Point: origin", "Service Total :", "5,400.00"),
        row("", "Subscription Total", "3,600.00"),
        row("", "Total Price:", total),
    ]
}

fn sheet(lines: Rows, total: &'static str) -> Rows {
    [head("AB12345678CD"), lines, foot(total)].concat()
}

fn bytes(rows: Rows) -> Vec<u8> {
    workbook(&[("Price Estimate", false, rows)])
}

fn estimate() -> Vec<u8> {
    bytes(sheet(lines(), "22,642.20"))
}

fn quote(desk: &Desk) -> Quote {
    let mut quotes = desk.book.quotes.iter();
    let quote = quotes.next().expect("a quote").clone();
    assert!(quotes.next().is_none(), "one quote only");
    quote
}

fn told(report: &Report, code: Code) -> Vec<String> {
    let own = report.warnings.iter().filter(|w| w.code == code);
    own.map(|w| w.text.clone()).collect()
}

fn net(quote: &Quote, line: &QuoteLine) -> Decimal {
    let rules = Pack::shipped().rules;
    price_line(line, quote.currency, &rules)
        .extended_net
        .unwrap()
}

#[test]
fn an_estimate_becomes_a_draft_quote_named_after_it() {
    let mut desk = Desk::new();
    let report = desk.import(&estimate(), "quote.xlsx", "").unwrap();
    assert_eq!(report.format, "ccw_estimate");
    assert_eq!(counts(&report), (9, 4, 0, 0, 5, 0));
    assert!(
        told(&report, Code::Totals).is_empty(),
        "{:?}",
        report.warnings
    );
    let words = told(&report, Code::NewQuote).join("");
    assert!(
        words.contains("71234567") && words.contains("AB12345678CD"),
        "{words}"
    );
    let quote = quote(&desk);
    assert_eq!(
        (&*quote.number, quote.currency.code()),
        ("AB12345678CD", "EUR")
    );
    assert_eq!(quote.status, QuoteStatus::Draft);
    assert_eq!(quote.created_on, day("2026-10-12"));
    assert_eq!(quote.valid_until, Some(day("2026-11-11")));
    let account = desk.book.accounts.get(quote.account).unwrap();
    assert_eq!(&*account.name, "Blütental Water");
    assert!(desk.book.lines.is_empty() && desk.book.renewals.is_empty());
    let numbers: Vec<u32> = quote.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let [box_, service, cord, dna] = quote.lines.as_slice() else {
        panic!("{:?}", quote.lines)
    };
    assert_eq!((box_.kind, box_.quantity), (LineKind::Asset, Decimal::TWO));
    assert_eq!(box_.unit_list, Some(Decimal::new(1_240_200, 2)));
    assert_eq!(box_.buy, BuyDriver::UnitNet(Decimal::new(682_110, 2)));
    // The service names its SKU and covers the box above it.
    assert_eq!(service.service_sku.as_deref(), Some("CON-SNT-C93004PA"));
    assert_eq!(service.pid.as_deref(), Some("C9300-48P-A"));
    assert_eq!(service.kind, LineKind::Service);
    assert_eq!(
        (service.start, service.end),
        (day("2026-10-12"), day("2029-10-11"))
    );
    assert_eq!(cord.unit_list, Some(Decimal::ZERO));
    // The note below it says when; the part number says the same term.
    assert_eq!(dna.kind, LineKind::Subscription);
    assert_eq!((dna.start, dna.end), (day("2027-04-01"), day("2030-03-31")));
    let nets: Vec<Decimal> = quote.lines.iter().map(|line| net(&quote, line)).collect();
    let expected = [1_364_220, 540_000, 0, 360_000].map(|cents| Decimal::new(cents, 2));
    assert_eq!(nets, expected);
    // List and net of a three-year service are both for the whole term; a year of it is shown.
    assert_eq!(service.unit_list, Some(Decimal::from(1200)));
    let rules = Pack::shipped().rules;
    let priced = price_line(service, quote.currency, &rules);
    assert_eq!(priced.prorated_list, Some(Decimal::new(360_000, 2)));
    assert_eq!(priced.discount_pct, Some(Decimal::from(25)));
}

#[test]
fn the_same_estimate_again_changes_nothing_in_any_container() {
    let mut desk = Desk::new();
    desk.import(&estimate(), "quote.xlsx", "").unwrap();
    let before = desk.book.clone();
    let again = desk.import(&estimate(), "quote.xlsx", "").unwrap();
    assert_eq!(counts(&again), (9, 0, 0, 4, 5, 0));
    let sheets = [("Price Estimate", false, sheet(lines(), "22,642.20"))];
    for (name, other) in [
        ("q.xls", xls::workbook(&sheets, false)),
        ("q.ods", ods::workbook(&sheets)),
    ] {
        let report = desk.import(&other, name, "").unwrap();
        assert_eq!(counts(&report), (9, 0, 0, 4, 5, 0), "{name}");
        assert!(told(&report, Code::NewQuote).is_empty());
    }
    let quotes = |book: &Snapshot| book.quotes.iter().collect::<Vec<_>>();
    assert_eq!(quotes(&desk.book), quotes(&before));
    assert_eq!(desk.book.settings, before.settings);
    assert_eq!(desk.book.accounts.iter().count(), 1);
}

#[test]
fn a_later_estimate_is_a_diff_that_keeps_the_reps_edits() {
    let mut desk = Desk::new();
    // Two workbooks of the same cells differ where the writer's clock has moved on.
    let first = estimate();
    desk.import(&first, "quote.xlsx", "").unwrap();
    let mut edited = quote(&desk);
    edited.lines[0].quantity = Decimal::from(5);
    edited.lines[1].sell = SellDriver::MarginPct(Decimal::from(20));
    edited.lines[3].buy = BuyDriver::UnitNet(Decimal::from(890));
    edited.status = QuoteStatus::Sent;
    edited.sent_on = Some(today());
    desk.book.quotes.put(edited.clone());
    // The file has another quantity for line 1.0, another price for 1.0.1 and 2.0, no 1.1, and 3.0.
    let mut later = lines();
    later[0][8] = C::T("3");
    later[1][9] = C::T("2,500.00");
    later[1][11] = C::T("5,000.00");
    later.remove(2);
    later.push(texts(&[
        "3.0",
        "C9300-24P-A",
        "-",
        "Catalyst",
        "-",
        "-",
        "-",
        "8,000.00",
        "1",
        "4,000.00",
        "50.00",
        "4,000.00",
    ]));
    let report = desk
        .import(&bytes(sheet(later.clone(), "33,073.30")), "quote.xlsx", "")
        .unwrap();
    assert_eq!(counts(&report), (9, 1, 1, 2, 5, 0));
    let now = quote(&desk);
    assert_eq!(now.id, edited.id);
    assert_eq!(
        (now.version, now.status, now.sent_on),
        (2, QuoteStatus::Draft, Some(today()))
    );
    assert_eq!(now.lines[0].quantity, Decimal::from(5));
    assert!(
        told(&report, Code::Kept)[0].contains("quantity"),
        "{report:?}"
    );
    assert_eq!(now.lines[1].buy, BuyDriver::UnitNet(Decimal::from(2500)));
    assert_eq!(now.lines[1].sell, SellDriver::MarginPct(Decimal::from(20)));
    assert_eq!(now.lines[2].quantity, Decimal::ZERO);
    assert!(told(&report, Code::Gone)[0].contains("1.1"));
    assert_eq!(now.lines[3].buy, BuyDriver::UnitNet(Decimal::from(890)));
    assert_eq!(
        (now.lines[4].number, now.lines[4].pid.as_deref()),
        (5, Some("C9300-24P-A"))
    );
    // A line that comes back counts again; one the rep took out stays out.
    let mut without = now.clone();
    without.lines.retain(|line| line.number != 5);
    desk.book.quotes.put(without);
    let report = desk.import(&first, "quote2.xlsx", "").unwrap();
    assert_eq!(report.counts.changed, 0, "these bytes are known");
    let mut back = lines();
    back.push(later[4].clone());
    let report = desk
        .import(&bytes(sheet(back, "26,642.20")), "quote.xlsx", "")
        .unwrap();
    let now = quote(&desk);
    assert_eq!(now.lines[2].quantity, Decimal::TWO);
    assert_eq!(now.lines.len(), 4);
    assert_eq!(report.counts.new, 0);
}

#[test]
fn totals_are_control_figures_told_with_both_sides() {
    let mut desk = Desk::new();
    let mut off = lines();
    off[0][11] = C::T("13,642.21");
    let report = desk
        .import(&bytes(sheet(off, "99,999.00")), "q.xlsx", "")
        .unwrap();
    let told = told(&report, Code::Totals);
    let has = |a: &str, b: &str| told.iter().any(|t| t.contains(a) && t.contains(b));
    assert!(has("99999.00", "22642.21"), "{told:?}");
    assert!(has("Product Total", "13642.21"), "{told:?}");
    assert!(has("13642.21", "13642.20"), "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn what_an_estimate_cannot_do_without_is_asked_for_by_key() {
    let ask = |rows: Rows, map: &str| read(&bytes(rows), "q.xlsx", map).unwrap_err().to_string();
    let mut nameless = sheet(lines(), "22,642.20");
    nameless[5] = Vec::new();
    assert!(ask(nameless.clone(), "").contains("estimate = "));
    let mut desk = Desk::new();
    desk.import(&bytes(nameless), "q.xlsx", "estimate = \"ab12345678cd\"")
        .unwrap();
    assert_eq!(&*quote(&desk).number, "AB12345678CD");
    let mut moneyless = sheet(lines(), "22,642.20");
    moneyless[7] = Vec::new();
    assert!(ask(moneyless.clone(), "").contains("currency = "));
    let mut desk = Desk::new();
    desk.import(
        &bytes(moneyless),
        "q.xlsx",
        "currency = \"USD\"\ncustomer = \"Acme\"",
    )
    .unwrap();
    let quote = quote(&desk);
    assert_eq!(quote.currency.code(), "USD");
    assert_eq!(
        &*desk.book.accounts.get(quote.account).unwrap().name,
        "Acme"
    );
    let error = read(&estimate(), "q.xlsx", "format = \"ccwr_quote\"").unwrap_err();
    assert!(
        error.to_string().contains("a CCW price estimate"),
        "{error}"
    );
}

#[test]
fn refused_rows_come_back_by_themselves_and_others_are_never_lost() {
    let mut bad = lines();
    bad[1][8] = C::T("two");
    bad[2][0] = C::E;
    bad.push(texts(&[
        "4.0", "-", "-", "nothing", "-", "-", "-", "1.00", "1", "1.00", "-", "1.00",
    ]));
    // A title between rows does not end the table for the row after it.
    bad.push(texts(&["Section: more"]));
    bad.push(texts(&[
        "5.0",
        "C9300-24P-A",
        "-",
        "Catalyst",
        "-",
        "-",
        "-",
        "8,000.00",
        "1",
        "4,000.00",
        "50.00",
        "4,000.00",
    ]));
    bad.push(texts(&[
        "5.0",
        "C9300-24P-A",
        "-",
        "Catalyst",
        "-",
        "-",
        "-",
        "8,000.00",
        "2",
        "4,000.00",
        "50.00",
        "8,000.00",
    ]));
    let mut desk = Desk::new();
    let report = desk
        .import(&bytes(sheet(bad, "1.00")), "q.xlsx", "")
        .unwrap();
    let codes: Vec<Code> = report.rejects.iter().map(|r| r.code).collect();
    assert_eq!(
        codes,
        [Code::BadQty, Code::NoKey, Code::NoKey, Code::DupKey]
    );
    assert_eq!(counts(&report), (13, 3, 0, 0, 6, 4));
    let csv = String::from_utf8(report.rejects_csv().unwrap()).unwrap();
    let mended = csv.replace(",two,", ",2,");
    let report = desk.import(mended.as_bytes(), "q.rejects.csv", "").unwrap();
    assert_eq!(report.format, "ccw_estimate");
    assert_eq!(report.counts.new, 1, "{report:?}");
    assert!(told(&report, Code::Gone).is_empty());
    let quote = quote(&desk);
    assert!(quote.lines.iter().all(|line| !line.quantity.is_zero()));
    let service = quote
        .lines
        .iter()
        .find(|line| line.service_sku.is_some())
        .unwrap();
    assert_eq!(service.buy, BuyDriver::UnitNet(Decimal::from(2700)));
}

#[test]
fn two_estimates_in_one_workbook_are_two_quotes() {
    let other = [head("ZZ999"), lines()].concat();
    let both = workbook(&[
        ("Price Estimate", false, sheet(lines(), "22,642.20")),
        ("Other", true, other),
    ]);
    let mut desk = Desk::new();
    let report = desk.import(&both, "q.xlsx", "").unwrap();
    assert_eq!(report.counts.new, 8);
    let numbers: Vec<String> = desk
        .book
        .quotes
        .iter()
        .map(|q| q.number.to_string())
        .collect();
    assert_eq!(numbers, ["AB12345678CD", "ZZ999"]);
}

#[test]
fn hostile_text_in_an_estimate_is_cleaned() {
    let mut evil = sheet(lines(), "22,642.20");
    let bad = "Acme\u{1b}[2J\u{202e}\u{7}";
    evil[2][10] = C::T(bad);
    evil[6][11] = C::T(bad);
    evil[21][3] = C::T(bad);
    evil[25][1] = C::T("Initial Term - \u{1b}36 Months | \u{202e}x");
    let mut desk = Desk::new();
    let Planned { plan, report } = desk
        .plan(read(&bytes(evil), "q.xlsx", "").unwrap())
        .unwrap();
    let said = format!("{plan:?} {report:?}");
    let own: String = said.chars().filter(|c| is_unsafe(*c)).collect();
    assert_eq!(own, "");
}

#[test]
fn an_estimate_of_endless_rows_is_refused() {
    let mut text = String::from(
        "Estimate ID:,X1\nLine Number,Part Number,Unit Net Price,Extended Net Price\n",
    );
    for n in 1..=10_001 {
        text.push_str(&format!("{n}.0,C9300-24T,,\n"));
    }
    let error = read(text.as_bytes(), "q.csv", "").unwrap_err().to_string();
    assert!(error.contains("10000 rows"), "{error}");
}
