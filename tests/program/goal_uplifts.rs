//! What a higher price adds: above the flat price, and above what a draft asks.

use crate::book::*;
use crate::goals::number;
use num_rational::BigRational;
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::money::Currency;
use renewdesk::domain::quote::{BuyDriver, Quote, QuoteStatus};
use renewdesk::pricing::draft::raised;
use renewdesk::program::board::{Add, Board, DealId};
use renewdesk::program::goal::{Candidate, What, with_uplifts};
use renewdesk::program::{Month, View};
use rust_decimal::Decimal;

/// A renewal of 10,000.00 a year with a quote at that price, and Services to score it.
fn quoted_at(net: &str) -> (Book, RenewalId, Quote) {
    let mut book = Book::new();
    book.row("Services", "On-Time Renewal Rate", "44000", "100000", "6");
    book.row("Services", "ACV Growth", "100000", "100000", "0");
    let renewal = book.renewal("2026-12-05", "quoted", &[("10000", "Services")]);
    let mut quote = book.quote(&[renewal]);
    quote.lines[0].buy = BuyDriver::UnitNet(dec(net));
    book.snapshot.quotes.put(quote.clone());
    (book, renewal, quote)
}

fn uplift(book: &Book, percent: &str) -> Option<(Board, Candidate)> {
    let engine = book.engine();
    let board = engine.board(&Month::Horizon).unwrap();
    let all = with_uplifts(&engine, &board, &book.snapshot, dec(percent));
    let found = all
        .into_iter()
        .find(|candidate| matches!(candidate.what, What::Uplift(_)));
    found.map(|found| (board, found))
}

/// What a candidate adds to A of a metric, as an amount.
fn to(board: &Board, candidate: &Candidate, metric: &str) -> Decimal {
    let of = |add: &&Add| &*board.cells[add.cell].metric == metric;
    let add = candidate.adds.iter().find(of);
    let units = add.map_or(0, |add| add.a);
    let cell = board.cells.iter().find(|cell| &*cell.metric == metric);
    Decimal::from_i128_with_scale(units * 100 / cell.unwrap().unit, 2)
}

#[test]
fn a_draft_is_raised_above_its_own_price_and_its_credit_stays_capped() {
    let (book, renewal, _) = quoted_at("9000");
    let (board, found) = uplift(&book, "3").unwrap();
    assert_eq!(found.what, What::Uplift(renewal));
    assert_eq!(found.with, Some(What::Renew(renewal)));
    assert_eq!(found.value, dec("270"));
    // 9,270.00 of 10,000.00 due is on time
    assert_eq!(to(&board, &found, "otrr"), dec("270"));
    assert_eq!(to(&board, &found, "acv_growth"), dec("270"));

    let (book, ..) = quoted_at("9900");
    let (board, found) = uplift(&book, "3").unwrap();
    assert_eq!(found.value, dec("297"));
    // 10,197.00 counts as the 10,000.00 due
    assert_eq!(to(&board, &found, "otrr"), dec("100"));

    let (mut book, ..) = quoted_at("9900");
    book.pack.otrr.cap_at_due = false;
    let (board, found) = uplift(&book, "3").unwrap();
    assert_eq!(to(&board, &found, "otrr"), dec("297"));
}

#[test]
fn a_raised_draft_on_the_board_is_the_projection_of_that_draft() {
    for net in ["4321.07", "9000", "9999.99", "10512.34"] {
        let (book, renewal, mut quote) = quoted_at(net);
        let (board, found) = uplift(&book, "3").unwrap();
        let services = number(&board, "Services");
        let mut state = board.with(|_, deal| deal.id == DealId::Renewal(renewal));
        state.add(&found.adds);
        let rules = &book.pack.rules;
        quote.lines[0] = raised(&quote.lines[0], dec("3"), Currency::USD, rules);
        let view = View::Quote(quote.id);
        let engine = book.engine();
        let projection = engine.project_with(&quote, &view, &Month::Horizon);
        let projection = projection.unwrap();
        let score = &portfolio(&projection, "Services").score;
        assert_eq!(board.score(services, &state), *score, "{net}");
        for cell in board.cells.iter().filter(|cell| cell.portfolio == services) {
            let at = board.cells.iter().position(|c| c.metric == cell.metric);
            let (a, b) = state.of(at.unwrap());
            let found = metric(&projection, "Services", &cell.metric);
            let amount = |units: i128| BigRational::new(units.into(), cell.unit.into());
            assert_eq!(found.a, Some(amount(a)), "{net} {}", cell.metric);
            assert_eq!(found.b, Some(amount(b)), "{net} {}", cell.metric);
        }
    }
}

#[test]
fn no_uplift_passes_what_the_pack_allows() {
    // 8.15 % above what expires after the uplift, 11.24 % would be too much
    let (book, ..) = quoted_at("10500");
    assert!(uplift(&book, "3").is_some());
    let (book, ..) = quoted_at("10800");
    assert!(uplift(&book, "3").is_none());
    // an uplift asked for beyond the highest is the highest
    let (book, ..) = quoted_at("10000");
    assert_eq!(uplift(&book, "50").unwrap().1.value, dec("900"));
    // three years: the cap of terms beyond one
    let (mut book, _, mut quote) = quoted_at("30000");
    let line = &mut quote.lines[0];
    line.end = renewdesk::domain::day::term_end(line.start, 36);
    book.snapshot.quotes.put(quote.clone());
    assert_eq!(uplift(&book, "5").unwrap().1.value, dec("900"));
    // with the customer: the price stands
    quote.status = QuoteStatus::Sent;
    book.snapshot.quotes.put(quote);
    assert!(uplift(&book, "5").is_none());
}

#[test]
fn what_is_added_to_a_draft_is_not_raised() {
    let (mut book, renewal, mut quote) = quoted_at("10000");
    let mut more = quote.lines[0].clone();
    more.id = renewdesk::domain::ids::QuoteLineId(id(6, 900));
    more.renews = None;
    more.renewal = Some(renewal);
    quote.lines.push(more);
    book.snapshot.quotes.put(quote);
    let (_, found) = uplift(&book, "3").unwrap();
    assert_eq!(found.value, dec("300"));
}

#[test]
fn without_a_quote_the_flat_price_is_raised() {
    let (mut book, _, quote) = quoted_at("9000");
    book.snapshot.quotes.remove(quote.id);
    let (board, found) = uplift(&book, "3").unwrap();
    assert_eq!(found.value, dec("300"));
    assert_eq!(to(&board, &found, "otrr"), Decimal::ZERO);
}
