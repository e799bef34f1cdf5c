//! What an accepted suggestion puts into a quote.

use crate::book::*;
use renewdesk::domain::eox::EoxRecord;
use renewdesk::domain::ids::{EoxId, QuoteId, QuoteLineId};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::money::Currency;
use renewdesk::domain::price_rule::{self, PriceRule, PriceRules, SellRule};
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteLine, QuoteStatus, SellDriver};
use renewdesk::expand::{Play, accept, into_quote};
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

/// A draft had a line for the year and got a second one for the longer term: the same cover twice.
#[test]
fn an_accepted_line_takes_the_place_of_the_one_that_renews_the_same_cover() {
    let mut book = Book::new();
    book.snapshot.eox.put(EoxRecord {
        last_renewal: Some(day("2027-01-31")),
        ..notice("C9300-24T-E", "2029-06-30")
    });
    book.line("FOC1", |_| {});
    let longest = take(&book, Play::WindowClosing).unwrap().remove(0);
    let held = QuoteLine {
        id: QuoteLineId(Uuid::from_u128(900)),
        number: 4,
        end: day("2028-02-29"),
        sell: SellDriver::MarginPct(d("17")),
        premium: Some(true),
        ..longest.clone()
    };
    let draft = Quote {
        id: QuoteId(Uuid::from_u128(901)),
        number: "Q-1".into(),
        account: account(1),
        renewals: Vec::new(),
        currency: Currency::USD,
        version: 3,
        status: QuoteStatus::Draft,
        created_on: today(),
        valid_until: None,
        sent_on: None,
        lines: vec![held.clone()],
    };
    book.snapshot.quotes.put(draft);
    let suggestion = book.only(Play::WindowClosing);
    let mut ids = || Uuid::from_u128(999);
    let (snapshot, rules, catalogue) = (&book.snapshot, &book.rules, &book.catalogue);
    let into = into_quote(
        &suggestion,
        None,
        snapshot,
        rules,
        catalogue,
        today(),
        &mut ids,
    )
    .unwrap();
    let quote = into.with_lines();
    assert_eq!(quote.lines.len(), 1, "{:?}", quote.lines);
    let line = &quote.lines[0];
    assert_eq!((line.id, line.number, line.end), (held.id, 4, longest.end));
    assert_eq!((line.sell, line.premium), (held.sell, Some(true)));
}

fn notice(pid: &str, ldos: &str) -> EoxRecord {
    EoxRecord {
        id: EoxId(Uuid::from_u128(7_000)),
        pid: pid.into(),
        none_announced: false,
        bulletin: None,
        url: None,
        end_of_sale: None,
        last_attach: None,
        last_renewal: None,
        ldos: Some(day(ldos)),
        notice: None,
        successor: None,
        updated: None,
        synthetic: false,
        batch: None,
    }
}
