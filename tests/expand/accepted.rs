//! What an accepted suggestion puts into a quote.

use crate::book::*;
use renewdesk::domain::line::LineKind;
use renewdesk::domain::money::Currency;
use renewdesk::domain::price_rule::{self, PriceRule, PriceRules, SellRule};
use renewdesk::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use renewdesk::expand::{Play, accept};
use renewdesk::pricing::{draft::Refusal, price_line};
use uuid::Uuid;

fn take(book: &Book, play: Play) -> Result<Vec<QuoteLine>, Refusal> {
    let suggestion = book.only(play);
    let mut n = 500u128;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    accept(
        &suggestion,
        &book.snapshot,
        &book.rules,
        &book.catalogue,
        today(),
        &mut ids,
    )
}

#[test]
fn a_gap_becomes_a_year_of_service_at_the_book_price() {
    let mut book = Book::new();
    book.line("FOC1", |_| {});
    book.bare("FOC8", "C9300-24T-E");
    let lines = take(&book, Play::CoverageGap).unwrap();
    assert_eq!(lines.len(), 1);
    let line = &lines[0];
    assert_eq!((line.start, line.end), (today(), day("2027-11-21")));
    assert_eq!(line.service_sku.as_deref(), Some("CON-SNT-C93002TE"));
    assert_eq!(line.serial.as_deref(), Some("FOC8"));
    assert_eq!((line.renews, line.number), (None, 1));
    assert_eq!(
        (line.unit_list, line.buy),
        (Some(d("200.00")), BuyDriver::DiscountPct(d("40")))
    );
    let priced = price_line(line, Currency::USD, &book.rules);
    assert_eq!(priced.extended_net, Some(d("120.00")));
}

#[test]
fn what_is_accepted_is_priced_by_the_rules_of_the_book() {
    let mut book = Book::new();
    book.line("FOC1", |_| {});
    book.bare("FOC8", "C9300-24T-E");
    let rule = PriceRule {
        name: "nbd".into(),
        product: Some("CON-SNT*".into()),
        discount_pct: Some(d("45")),
        sell: Some(SellRule::MarkupPct(d("10"))),
        ..PriceRule::default()
    };
    let rules = PriceRules {
        supplier: None,
        rules: vec![rule],
    };
    let settings = &mut book.snapshot.settings;
    settings.insert(price_rule::SETTING.into(), rules.value().unwrap());
    let line = take(&book, Play::CoverageGap).unwrap().remove(0);
    assert_eq!(line.buy, BuyDriver::DiscountPct(d("45")));
    assert_eq!(line.sell, SellDriver::MarkupPct(d("10")));
    assert_eq!(line.rule.unwrap().name(), "nbd");
}

#[test]
fn a_gap_is_cut_at_the_last_date_of_support_and_unpriced_without_a_price() {
    let mut book = Book::new();
    book.eox("C9200-24T", None, Some("2029-06-30"));
    book.bare("FOC8", "C9200-24T");
    let line = take(&book, Play::CoverageGap).unwrap().remove(0);
    assert_eq!(line.unit_list, None);
    assert_eq!(line.ldos, Some(day("2029-06-30")));
    assert!(!line.cut_at_ldos);
    assert_eq!(price_line(&line, Currency::USD, &book.rules).unit_net, None);
}

#[test]
fn a_win_back_renews_the_old_line_from_today() {
    let mut book = Book::new();
    let renewal = book.renewal("2026-06-30");
    let old = book.lapsed("FOC1", "2026-06-30");
    let line = take(&book, Play::LapsedWinBack).unwrap().remove(0);
    assert_eq!((line.renews, line.renewal), (Some(old), Some(renewal)));
    assert_eq!((line.start, line.end), (today(), day("2027-11-21")));
    assert_eq!(line.buy, BuyDriver::DiscountPct(d("40")));
}

#[test]
fn a_refresh_becomes_one_line_of_hardware_per_successor() {
    let mut book = Book::new();
    for serial in ["FOC1", "FOC2"] {
        book.line(serial, |line| line.pid = Some("WS-C2960X-48FPD-L".into()));
    }
    book.line("FOC3", |line| line.pid = Some("WS-C2960X-24TS-L".into()));
    let lines = take(&book, Play::LdosRefresh).unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        (lines[0].kind, lines[0].quantity),
        (LineKind::Asset, d("3"))
    );
    assert_eq!((lines[0].pid.as_deref(), lines[0].unit_list), (None, None));
    let words = lines[0].description.as_deref().unwrap();
    assert_eq!(
        words,
        "Catalyst 9200L, replaces WS-C2960X-24TS-L, WS-C2960X-48FPD-L"
    );
    assert_eq!(lines[0].renews, None);

    // A typed hardware price in the book is used.
    book.line("FOC7", |line| {
        line.pid = Some("C9200L-48P-4G".into());
        line.kind = LineKind::Asset;
        line.unit_list = Some(d("3100.00"));
    });
    let line = take(&book, Play::LdosRefresh).unwrap().remove(0);
    assert_eq!(line.pid.as_deref(), Some("C9200L-48P-4G"));
    assert_eq!(line.unit_list, Some(d("3100.00")));
    let priced = price_line(&line, Currency::USD, &book.rules);
    assert_eq!(priced.extended_net, Some(d("9300.00")));
}

#[test]
fn a_refresh_without_a_successor_says_so() {
    let mut book = Book::new();
    book.line("FOC1", |line| line.pid = Some("UCS-S3260-M5SRB".into()));
    book.eox("UCS-S3260-M5SRB", None, Some("2027-02-28"));
    let refusal = take(&book, Play::LdosRefresh).unwrap_err();
    assert!(refusal.sentence().contains("no successor"), "{refusal}");
}

#[test]
fn lines_that_are_gone_from_the_book_are_refused() {
    let mut book = Book::new();
    let id = book.bare("FOC8", "C9300-24T-E");
    let suggestion = book.only(Play::CoverageGap);
    book.snapshot.lines.remove(id);
    let mut ids = || Uuid::from_u128(1);
    let taken = accept(
        &suggestion,
        &book.snapshot,
        &book.rules,
        &book.catalogue,
        today(),
        &mut ids,
    );
    assert!(matches!(taken, Err(Refusal::NotRenewable { .. })));
}
