//! The forecast against the projection: a draw's score is the score of its set of won deals.

use crate::board::demo;
use crate::book::*;
use num_rational::BigRational;
use proptest::prelude::*;
use renewdesk::domain::ids::{DecisionId, RenewalId};
use renewdesk::domain::rules::RiskLevel;
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::program::board::{Class, DealId};
use renewdesk::program::forecast::{Forecast, Odds, Outlook, Spread, Terms};
use renewdesk::program::{Engine, Month, View};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeSet;

fn terms(draws: u32, correlation: &str) -> Terms {
    Terms {
        draws,
        seed: 20_261_122,
        correlation_pct: dec(correlation),
    }
}

fn engine_with(p: &dyn Fn(RenewalId) -> Decimal) -> Engine {
    let (snapshot, pack) = demo();
    Engine::new(&pack, &snapshot, day(TODAY), p)
}

/// Chances that differ from deal to deal.
fn mixed(id: RenewalId) -> Decimal {
    Decimal::from(id.0.as_u128() % 97 + 2)
}

fn spreads_of_one_score(spread: &Spread) -> Option<&BigRational> {
    (spread.low == spread.high && spread.low == spread.median).then_some(&spread.low)
}

/// Compares a forecast with the board's score of the deals that each draw wins, in every `step`th
/// month. Answers how many months have a spread, and the forecast.
fn against_the_board(engine: &Engine, terms: &Terms, step: usize) -> (usize, Forecast) {
    let forecast = engine.forecast(terms, None).unwrap();
    let draws = forecast.terms.draws;
    let won: Vec<BTreeSet<DealId>> = (0..draws)
        .map(|draw| engine.forecast_draw(terms, draw).unwrap())
        .map(|won| won.into_iter().collect())
        .collect();
    // the nearest rank: of 64 the 7th, the 32nd, the 58th
    let rank = |percent: u32| (draws * percent).div_ceil(100) as usize - 1;
    let mut spread_out = 0;
    for (at, code) in forecast.months.iter().enumerate().step_by(step) {
        let board = engine.board(&Month::Code(code.clone())).unwrap();
        let states: Vec<_> = won
            .iter()
            .map(|won| board.with(|_, deal| won.contains(&deal.id)))
            .collect();
        for (number, portfolio) in forecast.portfolios.iter().enumerate() {
            let mut scores: Vec<BigRational> = states
                .iter()
                .filter_map(|state| board.score(number, state))
                .collect();
            let Some(spread) = portfolio.months.get(at) else {
                assert!(scores.is_empty());
                continue;
            };
            scores.sort();
            let name = &portfolio.portfolio;
            assert_eq!(spread.low, scores[rank(10)], "{code} {name:?}");
            assert_eq!(spread.median, scores[rank(50)], "{code} {name:?}");
            assert_eq!(spread.high, scores[rank(90)], "{code} {name:?}");
            for (edge, draws) in &spread.reached {
                let edge = frac(&edge.to_string());
                let expected = scores.iter().filter(|score| **score >= edge).count();
                assert_eq!(*draws as usize, expected, "{code} {edge}");
            }
            spread_out += usize::from(spread.low != spread.high);
        }
    }
    (spread_out, forecast)
}

#[test]
fn each_draw_has_the_score_of_the_deals_it_wins() {
    let engine = engine_with(&mixed);
    let (spread_out, forecast) = against_the_board(&engine, &terms(64, "30"), 4);
    assert_eq!(forecast.terms.draws, 64);
    assert_eq!(forecast.months.first().map(|m| &**m), Some("FY27M5"));
    assert_eq!(forecast.months.last().map(|m| &**m), Some("FY28M12"));
    assert!(spread_out > 5, "only {spread_out} months have any spread");
}

/// Services with on-time value and premium value, four deals of a value.
fn four_deals(value: &str) -> Book {
    let mut book = Book::new();
    for (measurement, a, b) in [
        ("On-Time Renewal", "60000", "100000"),
        ("Premium Services", "18000", "200000"),
    ] {
        book.weighted("Services", measurement, ("25", "100"), a, b, "");
    }
    for end in ["2026-12-20", "2027-01-15", "2027-03-01", "2027-06-01"] {
        book.renewal(end, "quoted", &[(value, "Services")]);
    }
    book
}

#[test]
fn draws_too_far_apart_for_half_the_width_are_read_all_the_same() {
    for value in ["7000", "70000000", "700000000000"] {
        let book = four_deals(value);
        let engine = Engine::new(&book.pack, &book.snapshot, book.today, &|_| dec("50"));
        let (spread_out, forecast) = against_the_board(&engine, &terms(192, "0"), 1);
        assert_eq!(forecast.deals, 4);
        assert!(spread_out > 3, "{value}: {spread_out}");
    }
}

#[test]
fn a_deal_is_drawn_by_the_packs_odds_of_its_stage_and_risk() {
    let mut book = four_deals("700");
    let wins = |book: &Book, win_pct: &str| {
        let outlook = Outlook {
            win_pct: dec(win_pct),
            risk: Some(RiskLevel::AtRisk),
        };
        let engine = Engine::new(&book.pack, &book.snapshot, book.today, &|_| outlook);
        let won = (0..64).map(|draw| engine.forecast_draw(&terms(64, "0"), draw).unwrap().len());
        (won.sum::<usize>(), engine)
    };
    let (some, engine) = wins(&book, "0");
    assert!((64..192).contains(&some), "45 % of 256: {some}");
    let forecast = engine.forecast(&terms(64, "0"), None).unwrap();
    assert_eq!(forecast.odds.line(), "odds: pack");
    assert_eq!(forecast.odds.expected_pct, Some(dec("40")));
    for (pct, all) in [("100", 256), ("0", 0)] {
        for rule in &mut book.pack.win {
            if &*rule.stage == "quoted" && rule.risk == RiskLevel::AtRisk {
                rule.pct = dec(pct);
            }
        }
        assert_eq!(wins(&book, "50").0, all);
    }
    // a pack without a row for it: by its own risk
    book.pack.win.clear();
    assert_eq!(wins(&book, "100").0, 256);
}

/// A book in which so many renewals of the last year were won and lost.
fn decided(won: usize, lost: usize) -> Book {
    let mut book = four_deals("700");
    for _ in 0..won {
        book.booked("2026-09-30", "2026-09-01", &[("10", "Services")]);
    }
    for _ in 0..lost {
        book.renewal("2026-06-30", "lost", &[("10", "Services")]);
    }
    book
}

fn odds(book: &Book) -> Odds {
    let outlook = Outlook {
        win_pct: dec("75"),
        risk: Some(RiskLevel::Watch),
    };
    let engine = Engine::new(&book.pack, &book.snapshot, book.today, &|_| outlook);
    engine.forecast(&terms(64, "0"), None).unwrap().odds
}

#[test]
fn the_books_decided_renewals_move_the_odds() {
    let mut book = decided(45, 5);
    let found = odds(&book);
    assert_eq!((found.won, found.decided), (45, 50));
    assert_eq!(found.since, Some(day("2025-11-23")));
    assert_eq!(found.expected_pct, Some(dec("70")));
    // (70 x 50 + 45 x 100) / (50 + 50)
    assert_eq!(found.moved_pct, Some(dec("80")));
    assert_eq!(
        found.line(),
        "odds: pack, moved by 50 decided renewals of this book"
    );
    // 3 to 1 becomes 36 to 7: times (80/20) / (70/30)
    assert_eq!(found.moved(dec("75")), dec("83.7209"));
    assert_eq!(found.moved(dec("0")), dec("0"));
    assert_eq!(found.moved(dec("100")), dec("100"));
    let told: Vec<String> = found.lines().into_iter().map(|(_, text)| text).collect();
    assert!(
        told.join("\n")
            .contains("(70 % × 50 + 45 × 100 %) / (50 + 50) = 80 %")
    );
    // neither open, older, taken elsewhere nor entered by mistake counts
    let lost = |reason: &str, end: &str, book: &mut Book| {
        let id = book.renewal(end, "lost", &[("10", "Services")]);
        book.change(id, |renewal| renewal.loss_reason = Some(reason.into()));
    };
    let reasons = book.pack.rules.loss_reasons.clone();
    let apart: Vec<&str> = reasons
        .iter()
        .filter(|reason| reason.moved || reason.leaves_atr)
        .map(|reason| &*reason.id)
        .collect();
    assert!(apart.len() > 1);
    for reason in apart {
        lost(reason, "2026-06-30", &mut book);
    }
    lost("price", "2025-11-22", &mut book);
    lost("price", TODAY, &mut book);
    book.renewal("2026-10-30", "quoted", &[("10", "Services")]);
    book.booked("2027-01-30", "2026-10-01", &[("10", "Services")]);
    assert_eq!((odds(&book).won, odds(&book).decided), (45, 50));
    lost("price", "2025-11-23", &mut book);
    assert_eq!(odds(&book).decided, 51);
}

#[test]
fn too_few_decided_renewals_move_nothing() {
    let few = odds(&decided(2, 27));
    assert_eq!((few.decided, few.moved_pct), (29, None));
    assert_eq!(few.line(), "odds: pack");
    assert_eq!(few.moved(dec("75")), dec("75"));
    let enough = odds(&decided(2, 28));
    assert_eq!(enough.moved_pct, Some(dec("46.25")));
    assert!(enough.moved(dec("75")) < dec("75"));
}

proptest! {
    #[test]
    fn moved_odds_keep_their_order_and_go_the_way_of_the_book(
        won in 0usize..60, lost in 0usize..60, pct in 1u32..99,
    ) {
        let found = odds(&decided(won, lost));
        let pct = Decimal::from(pct);
        let moved = found.moved(pct);
        prop_assert!(dec("0") < moved && moved < dec("100"));
        prop_assert!(moved < found.moved(pct + Decimal::ONE));
        let way = found.moved_pct.map_or(Ordering::Equal, |is| is.cmp(&found.expected_pct.unwrap()));
        prop_assert_eq!(moved.cmp(&pct), way);
    }
}

#[test]
fn an_accepted_suggestion_is_drawn_with_a_chance_of_its_own() {
    let mut book = four_deals("700");
    let sample = book.renewal("2027-06-01", "lost", &[("900", "Services")]);
    let mut quote = book.quote(&[sample]);
    quote.renewals.clear();
    for line in &mut quote.lines {
        (line.renewal, line.renews) = (None, None);
    }
    let suggested = DealId::Quote(quote.id);
    let wins = |book: &Book| {
        let engine = book.engine();
        let (_, forecast) = against_the_board(&engine, &terms(192, "30"), 3);
        let won = (0..192).filter(|draw| {
            let won = engine.forecast_draw(&terms(192, "30"), *draw).unwrap();
            won.contains(&suggested)
        });
        (won.count(), forecast.odds.accepted, forecast.deals)
    };
    // a quote alone has no probability
    book.snapshot.quotes.put(quote.clone());
    assert_eq!(wins(&book), (0, 0, 4));
    book.snapshot.decisions.put(Decision {
        id: DecisionId(id(8, 1)),
        key: "attach/x".into(),
        facts: String::new(),
        verdict: Verdict::Accepted { quote: quote.id },
        on: day(TODAY),
        by: "A. Meyer".into(),
    });
    let (some, accepted, deals) = wins(&book);
    assert!((30..90).contains(&some), "30 % of 192: {some}");
    assert_eq!((accepted, deals), (1, 5));
    for (pct, all) in [("100", 192), ("0", 0)] {
        book.pack.odds.accepted_pct = dec(pct);
        assert_eq!(wins(&book).0, all);
    }
    // as typed: worth nothing any more, so nothing to draw
    let mut draft = quote;
    draft.lines.clear();
    let forecast = book
        .engine()
        .forecast(&terms(64, "30"), Some(&draft))
        .unwrap();
    assert_eq!(forecast.deals, 4);
}

#[test]
fn sure_deals_are_the_open_view_and_hopeless_ones_the_booked() {
    for (p, view, class) in [("100", View::Open, true), ("0", View::Booked, false)] {
        let engine = engine_with(&|_| dec(p));
        let forecast = engine.forecast(&terms(128, "20"), None).unwrap();
        for (at, code) in forecast.months.iter().enumerate().step_by(5) {
            let month = Month::Code(code.clone());
            let board = engine.board(&month).unwrap();
            let renewals = board.with(|_, deal| {
                class && deal.class != Class::Booked && matches!(deal.id, DealId::Renewal(_))
            });
            let projection = engine.project(&view, &month).unwrap();
            for (number, portfolio) in forecast.portfolios.iter().enumerate() {
                let Some(spread) = portfolio.months.get(at) else {
                    continue;
                };
                assert_eq!(
                    spreads_of_one_score(spread).cloned(),
                    board.score(number, &renewals)
                );
                if view == View::Booked {
                    assert_eq!(
                        Some(&spread.low),
                        projection.portfolios[number].score.as_ref()
                    );
                }
            }
        }
    }
}

#[test]
fn the_on_time_rate_is_the_expected_one() {
    let engine = engine_with(&|_| dec("50"));
    let board = engine.board(&Month::Horizon).unwrap();
    let otrr = board
        .cells
        .iter()
        .position(|c| &*c.metric == "otrr")
        .unwrap();
    let cell = &board.cells[otrr];
    let open: i128 = board
        .deals
        .iter()
        .filter(|deal| matches!(deal.id, DealId::Renewal(_)))
        .flat_map(|deal| deal.adds)
        .filter(|add| add.cell == otrr)
        .map(|add| add.a)
        .sum();
    let expected = cell.value(cell.a * 2 + open, cell.b * 2).unwrap();
    let forecast = engine.forecast(&terms(2_000, "0"), None).unwrap();
    let at = forecast
        .months
        .iter()
        .position(|m| **m == *board.month)
        .unwrap();
    let spread = &forecast.portfolios[cell.portfolio].months[at];
    let seen = spread.on_time.clone().unwrap();
    let off = if seen > expected {
        &seen - &expected
    } else {
        &expected - &seen
    };
    assert!(off < frac("1.5"), "{seen} against {expected}");
}

#[test]
fn a_seed_gives_the_same_forecast_and_the_order_of_the_book_does_not_matter() {
    let (mut snapshot, pack) = demo();
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &mixed);
    let once = engine.forecast(&terms(640, "25"), None).unwrap();
    let renewals: Vec<_> = snapshot.renewals.iter().collect();
    snapshot.renewals = renewals.into_iter().rev().collect();
    let again = Engine::new(&pack, &snapshot, day(TODAY), &mixed);
    assert_eq!(again.forecast(&terms(640, "25"), None).unwrap(), once);
    let other = Terms {
        seed: 1,
        ..terms(640, "25")
    };
    assert_ne!(engine.forecast(&other, None).unwrap(), once);
}

#[test]
fn better_chances_never_lower_the_expected_on_time_rate() {
    let worse = engine_with(&|_| dec("40"))
        .forecast(&terms(1_024, "25"), None)
        .unwrap();
    let better = engine_with(&|_| dec("55"))
        .forecast(&terms(1_024, "25"), None)
        .unwrap();
    let mut compared = 0;
    for (worse, better) in worse.portfolios.iter().zip(&better.portfolios) {
        for (worse, better) in worse.months.iter().zip(&better.months) {
            assert!(worse.low <= worse.median && worse.median <= worse.high);
            if let (Some(worse), Some(better)) = (&worse.on_time, &better.on_time) {
                assert!(worse <= better);
                compared += 1;
            }
        }
    }
    assert!(compared > 10);
}
