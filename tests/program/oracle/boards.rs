//! Any set of deals on a board scores what the oracle makes of that set.

use super::agree::{SHIPPED, month, small, text};
use super::dice::Dice;
use super::generate;
use super::{Question, Standing, score};
use num_rational::BigRational;
use renewdesk::program::Engine;
use renewdesk::program::board::{BoardDeal, DealId};

/// Compares one month of a case; what differs.
fn compare(seed: u64) -> Vec<String> {
    let case = generate::case(seed, &SHIPPED);
    let engine = Engine::new(&case.pack, &case.book, case.today, &|id| case.p[&id]);
    let mut dice = Dice::new(seed ^ 0xb0a2d);
    let (asked, month) = month(&case, &mut dice);
    let draft = case.draft.as_ref().filter(|_| dice.chance(60));
    let board = match draft {
        Some(draft) => engine.board_with(draft, &asked),
        None => engine.board(&asked),
    };
    let board = board.unwrap();
    let mut out = Vec::new();
    for percent in [0, 30, 70, 100] {
        let chosen: Vec<bool> = board.deals.iter().map(|_| dice.chance(percent)).collect();
        let state = board.with(|at, _: &BoardDeal| chosen[at]);
        let (mut renewals, mut quotes) = (Vec::new(), Vec::new());
        for (deal, _) in board
            .deals
            .iter()
            .zip(&chosen)
            .filter(|(_, chosen)| **chosen)
        {
            match deal.id {
                DealId::Renewal(id) => renewals.push(id),
                DealId::Quote(id) => quotes.push(id),
                DealId::Extra(_) => {}
            }
        }
        let ours = score::answer(&Question {
            book: &case.book,
            pack: &case.pack,
            months: &case.calendar,
            today: case.today,
            standing: Standing::Picked(renewals, quotes),
            month: month.clone(),
            p: &case.p,
            draft,
        });
        for (at, ours) in ours.iter().enumerate() {
            let theirs = small(&board.score(at, &state));
            if theirs != ours.score {
                out.push(format!(
                    "seed {seed} {month} {percent} % of {} deals, typing {}: {} {} | {}",
                    board.deals.len(),
                    draft.is_some(),
                    ours.title,
                    text(&theirs),
                    text(&ours.score)
                ));
            }
        }
        let booked = board.booked();
        let points = |state| -> BigRational {
            (0..ours.len())
                .filter_map(|at| board.score(at, state))
                .sum()
        };
        let between = points(&state) - points(&booked);
        if board.change(&booked, &state) != between {
            out.push(format!(
                "seed {seed} {month}: the scores differ by {between}, the change says other"
            ));
        }
    }
    out
}

#[test]
fn a_board_scores_every_set_of_deals_as_the_oracle_does() {
    let found: Vec<String> = (7_000_000..7_000_150).flat_map(compare).collect();
    let shown = found
        .iter()
        .take(20)
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    assert!(found.is_empty(), "{} differences\n{shown}", found.len());
}
