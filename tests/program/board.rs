//! A month cut to whole numbers gives the score that the projection gives.

use crate::book::*;
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{DemoOptions, generate};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::program::board::Class;
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
