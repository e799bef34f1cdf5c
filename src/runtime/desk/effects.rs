//! What accepting each open suggestion would do to the scores: the sum over the portfolios, for the
//! whole list, worked out piece by piece after what somebody waits for.

use crate::expand::{self, Accepting, Drafts, Scene, Suggestions};
use crate::program::board::Board;
use crate::program::{Engine, Pack};
use crate::ui::msg::Totals;
use crate::ui::screen::expansion::uncounted;
use num_rational::BigRational;
use std::ops::ControlFlow;
use std::sync::Arc;
use uuid::Uuid;

/// How many are worked out between two looks at what else is wished for.
const AT_ONCE: usize = 250;

/// What effects are computed from.
pub struct Ground<'a> {
    /// The engine over the book.
    pub engine: &'a Engine,
    /// The month they count in.
    pub board: &'a Board,
    /// The draft quotes of the book.
    pub drafts: &'a Drafts,
    /// The rules.
    pub pack: &'a Pack,
    /// What the suggestions are made from.
    pub scene: Scene<'a>,
}

/// The effects of the open suggestions; `over` is asked now and then whether nobody wants them any
/// more.
pub fn totals(
    ground: &Ground<'_>,
    suggestions: &Arc<Suggestions>,
    mut over: impl FnMut() -> bool,
) -> Totals {
    let mut totals = Totals::over(suggestions);
    let mut count = 0u128;
    let mut ids = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let mut accepting = Accepting::new(ground.scene, suggestions.ground());
    let mut left = AT_ONCE;
    suggestions.each(ground.scene, |at, suggestion| {
        if suggestion.play.is_task() && suggestion.is_open() {
            // it brings no quote line and moves nothing by itself
            totals.put(at, &Ok(BigRational::from_integer(0.into())));
        } else if suggestion.is_open() {
            let lines = accepting.lines(&suggestion, &mut ids);
            let total = lines
                .map_err(|refusal| refusal.sentence())
                .and_then(|lines| {
                    let (book, today) = (ground.scene.snapshot, ground.scene.today);
                    let (drafts, ids) = (ground.drafts, &mut ids);
                    let into =
                        expand::lines_into(&suggestion, lines, None, drafts, book, today, ids);
                    total(ground, &into)
                });
            totals.put(at, &total);
        }
        left -= 1;
        if left == 0 {
            left = AT_ONCE;
            if over() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    });
    totals
}

fn total(ground: &Ground<'_>, into: &expand::Into) -> Result<BigRational, String> {
    let with = into.with_lines();
    if let Some(why) = uncounted(&with, into.lines(), ground.pack) {
        return Err(why);
    }
    let (engine, board) = (ground.engine, ground.board);
    let state = |quote| {
        let mut state = board.booked();
        state.add(&engine.adds_of_quote(quote, board));
        state
    };
    let after = state(&with);
    let before = into.existing().map_or_else(|| board.booked(), state);
    Ok(board.change(&before, &after))
}
