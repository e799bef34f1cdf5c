//! The forecast against the projection: a draw's score is the score of its set of won deals.

use crate::board::demo;
use crate::book::*;
use num_rational::BigRational;
use renewdesk::domain::ids::RenewalId;
use renewdesk::program::board::{Class, DealId};
use renewdesk::program::forecast::{Spread, Terms};
use renewdesk::program::{Engine, Month, View};
use rust_decimal::Decimal;
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

#[test]
fn each_draw_has_the_score_of_the_deals_it_wins() {
    let engine = engine_with(&mixed);
    let terms = terms(64, "30");
    let forecast = engine.forecast(&terms, None).unwrap();
    assert_eq!(forecast.terms.draws, 64);
    assert_eq!(forecast.months.first().map(|m| &**m), Some("FY27M5"));
    assert_eq!(forecast.months.last().map(|m| &**m), Some("FY28M12"));
    let won: Vec<BTreeSet<RenewalId>> = (0..64)
        .map(|draw| {
            engine
                .forecast_draw(&terms, draw)
                .unwrap()
                .into_iter()
                .collect()
        })
        .collect();
    let mut spread_out = 0;
    for (at, code) in forecast.months.iter().enumerate().step_by(4) {
        let board = engine.board(&Month::Code(code.clone())).unwrap();
        let states: Vec<_> = won
            .iter()
            .map(|won| {
                board.with(|_, deal| matches!(deal.id, DealId::Renewal(id) if won.contains(&id)))
            })
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
            // nearest rank of 64: the 7th, the 32nd, the 58th
            assert_eq!(spread.low, scores[6], "{code} {:?}", portfolio.portfolio);
            assert_eq!(spread.median, scores[31]);
            assert_eq!(spread.high, scores[57]);
            for (edge, draws) in &spread.reached {
                let edge = frac(&edge.to_string());
                let expected = scores.iter().filter(|score| **score >= edge).count();
                assert_eq!(*draws as usize, expected, "{code} {edge}");
            }
            spread_out += usize::from(spread.low != spread.high);
        }
    }
    assert!(spread_out > 5, "only {spread_out} months have any spread");
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
        .flat_map(|deal| &deal.adds)
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
    let renewals: Vec<_> = snapshot.renewals.iter().cloned().collect();
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
