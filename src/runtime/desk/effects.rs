//! What accepting each open suggestion would do to the scores: the sum over the portfolios, for the
//! whole list, worked out piece by piece after what somebody waits for.

use crate::catalogue::Catalogue;
use crate::domain::snapshot::Snapshot;
use crate::expand::Drafts;
use crate::expand::{self, Suggestion};
use crate::program::attribution::Standing;
use crate::program::board::Board;
use crate::program::{Engine, Pack};
use crate::ui::msg::Totals;
use crate::ui::screen::expansion::uncounted;
use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::Zero;
use uuid::Uuid;

/// How many are worked out between two looks at what else is wished for.
pub const AT_ONCE: usize = 250;

/// What effects are computed from.
pub struct Ground<'a> {
    /// The engine over the book.
    pub engine: &'a Engine,
    /// The month they count in.
    pub board: &'a Board,
    /// The book.
    pub snapshot: &'a Snapshot,
    /// Its draft quotes.
    pub drafts: &'a Drafts,
    /// The rules.
    pub pack: &'a Pack,
    /// What is known of products.
    pub catalogue: &'a Catalogue,
    /// The day.
    pub today: NaiveDate,
}

/// The effects of some suggestions by key, or why one cannot be told.
pub fn totals<'a>(
    ground: &Ground<'_>,
    suggestions: impl Iterator<Item = &'a Suggestion> + Clone,
) -> Totals {
    let mut count = 0u128;
    let mut ids = || {
        count += 1;
        Uuid::from_u128(count)
    };
    let (book, rules) = (ground.snapshot, &ground.pack.rules);
    let made = expand::accept_each(
        suggestions.clone(),
        book,
        rules,
        ground.catalogue,
        ground.today,
        &mut ids,
    );
    let each = suggestions.zip(made).map(|(suggestion, lines)| {
        let total = lines
            .map_err(|refusal| refusal.sentence())
            .and_then(|lines| {
                let (drafts, today) = (ground.drafts, ground.today);
                let ids = &mut ids;
                let into = expand::lines_into(suggestion, lines, None, drafts, book, today, ids);
                total(ground, &into)
            });
        (suggestion.key.clone(), total)
    });
    each.collect()
}

fn total(ground: &Ground<'_>, into: &expand::Into) -> Result<BigRational, String> {
    let with = into.with_lines();
    if let Some(why) = uncounted(&with, into.lines(), ground.pack) {
        return Err(why);
    }
    let (engine, board) = (ground.engine, ground.board);
    let state = |quote| {
        let adds = engine.adds_of_quote(quote, board);
        Standing::of(board, [adds.as_slice()])
    };
    let after = state(&with);
    let before = match into.existing() {
        Some(quote) => state(quote),
        None => Standing::of(board, []),
    };
    let change = |portfolio| {
        let from = board.score(portfolio, before.state())?;
        Some(board.score(portfolio, after.state())? - from)
    };
    let all = (0..board.portfolios.len()).filter_map(change);
    Ok(all.fold(BigRational::zero(), |sum, change| sum + change))
}
