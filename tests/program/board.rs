//! A month cut to whole numbers gives the score that the projection gives.

use crate::book::*;
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{DemoOptions, generate};
use renewdesk::domain::ids::RenewalId;
use renewdesk::domain::quote::BuyDriver;
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::board::{Class, DealId};
use renewdesk::program::{Engine, Month, Pack, View};

/// The demo book: all portfolios, every kind of metric, some hundred deals.
pub fn demo() -> (Snapshot, Pack) {
    let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
    let options = DemoOptions {
        lines: 1_500,
        seed: 11,
        today: day(TODAY),
        accounts: None,
    };
    let plan = generate(&options, &catalogue, &pack);
    let snapshot = Snapshot {
        accounts: plan.put_accounts.into_iter().collect(),
        contracts: plan.put_contracts.into_iter().collect(),
        lines: plan.put_lines.into_iter().collect(),
        renewals: plan.put_renewals.into_iter().collect(),
        quotes: plan.put_quotes.into_iter().collect(),
        batches: plan.batch.into_iter().collect(),
        baseline: plan.put_baseline.into_iter().collect(),
        ..Snapshot::default()
    };
    (snapshot, pack)
}

#[test]
fn the_score_of_a_view_on_the_board_is_its_projection() {
    let (snapshot, pack) = demo();
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &|_| dec("60"));
    let mut moved = 0;
    for month in [
        Month::Baseline,
        Month::Horizon,
        code("FY27M9"),
        code("FY28M2"),
    ] {
        let board = engine.board(&month).unwrap();
        assert!(board.deals.iter().any(|deal| !deal.adds.is_empty()) || month == Month::Baseline);
        for view in [View::Booked, View::Committed, View::Open] {
            let projection = engine.project(&view, &month).unwrap();
            let state = board.with(|_, deal| match view {
                View::Booked => false,
                View::Committed => deal.class == Class::Committed,
                _ => true,
            });
            for (number, score) in projection.portfolios.iter().enumerate() {
                assert_eq!(
                    board.score(number, &state),
                    score.score,
                    "{:?} {view:?} {month:?}",
                    score.portfolio
                );
                moved += usize::from(score.score.is_some());
            }
        }
    }
    assert!(moved >= 50);
}

#[test]
fn a_level_is_reached_exactly_where_its_conditions_hold() {
    let (snapshot, pack) = demo();
    let engine = Engine::new(&pack, &snapshot, day(TODAY), &|_| dec("60"));
    let board = engine.board(&Month::Horizon).unwrap();
    assert!(board.cells.len() > 5);
    for cell in &board.cells {
        for step in -40..40 {
            let a = (cell.a + cell.b * step / 61).max(0);
            let reached = cell.levels().into_iter().rev().find(|level| {
                level
                    .conditions
                    .iter()
                    .all(|condition| condition.holds(a, cell.b))
            });
            let index = reached.map_or(dec("0"), |level| level.index);
            assert_eq!(cell.index(a, cell.b), index, "{} at {a}", cell.metric);
        }
    }
}

/// A draft renews 2,000 of a deal that was booked at the 10,000 it was due: of 105,366.67 due by
/// then 51,500 are on time, 48.88 %, index 7, where the book holds 59,500, 56.47 %, index 9.
#[test]
fn a_draft_over_a_booked_renewal_counts_on_the_board_as_it_does_in_the_projection() {
    let mut book = crate::deals::otrr_book();
    let booked = book.booked("2026-12-10", "2026-11-25", &[("10000", "Services")]);
    let covered = book.renewal("2026-12-12", "quoted", &[("3000", "Services")]);
    let other = book.renewal("2026-12-14", "quoted", &[("700", "Services")]);
    let kept = book.quote(&[booked]);
    book.snapshot.quotes.put(kept);
    let month = code("FY27M5");
    let engine = book.engine();
    let stored = engine.board(&month).unwrap();
    for renewals in [vec![booked], vec![booked, covered]] {
        let mut draft = book.quote(&renewals);
        draft.lines[0].buy = BuyDriver::UnitNet(dec("2000"));
        draft.lines[0].premium = Some(true);
        let board = engine.board_with(&draft, &month).unwrap();
        let otrr = board.cells.iter().position(|cell| &*cell.metric == "otrr");
        let otrr = otrr.unwrap();
        assert_eq!(stored.index(otrr, &stored.booked()), dec("9"));
        assert_eq!(board.index(otrr, &board.booked()), dec("7"));
        // in the projection the draft counts with all it covers
        let own = renewals.iter().filter(|id| **id != booked).copied();
        let own: Vec<RenewalId> = own.collect();
        for more in [vec![], vec![other], vec![covered, other]] {
            let marked: Vec<RenewalId> = own.iter().chain(&more).copied().collect();
            let state = board.with(|_, deal| {
                let mut marked = marked.iter();
                marked.any(|id| DealId::Renewal(*id) == deal.id)
            });
            let view = View::Marked(marked.into());
            let projection = engine.project_with(&draft, &view, &month).unwrap();
            for (number, projected) in projection.portfolios.iter().enumerate() {
                let title = projected.portfolio.title();
                let score = board.score(number, &state);
                assert_eq!(score, projected.score, "{title} {view:?}");
            }
        }
    }
}
