//! Suggestions as goal seek takes them: each as a quote of its own lines, won with the confidence
//! the suggestion has.

use super::{Accepting, Scene, Suggestion, Suggestions};
use crate::domain::ids::{IdSource, QuoteId};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteLine, QuoteStatus};
use crate::program::Engine;
use crate::program::board::Board;
use crate::program::goal::{Candidate, What};
use std::ops::ControlFlow;

/// What each open suggestion would add to a board, booked today, best first; those whose lines cannot
/// be quoted or add nothing are left out. `What::Suggestion` holds the place in `suggestions`.
pub fn candidates(
    suggestions: &Suggestions,
    scene: Scene<'_>,
    ids: &mut dyn IdSource,
    engine: &Engine,
    board: &Board,
) -> Vec<Candidate> {
    let mut accepting = Accepting::new(scene, suggestions.ground());
    let mut found: Vec<(usize, Candidate)> = Vec::new();
    suggestions.each(scene, |at, suggestion| {
        if suggestion.is_open()
            && let Ok(lines) = accepting.lines(&suggestion, ids)
        {
            let quote = quote_of(&suggestion, lines, scene, ids);
            found.extend(engine.added_by(&quote, board).map(|added| {
                let candidate = Candidate {
                    what: What::Suggestion(at),
                    name: suggestion.what.as_str().into(),
                    account: Some(suggestion.account),
                    end: None,
                    booking: scene.today,
                    p: suggestion.confidence.0,
                    value: added.value,
                    discount: added.discount,
                    committed: false,
                    adds: added.adds,
                    with: None,
                };
                (at, candidate)
            }));
        }
        ControlFlow::Continue(())
    });
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn quote_of(
    suggestion: &Suggestion,
    mut lines: Vec<QuoteLine>,
    scene: Scene<'_>,
    ids: &mut dyn IdSource,
) -> Quote {
    for line in &mut lines {
        line.renewal = None;
    }
    let currency = super::into::currency(suggestion, scene.snapshot);
    Quote {
        id: QuoteId(ids.next()),
        number: "".into(),
        account: suggestion.account,
        renewals: Vec::new(),
        currency: currency.unwrap_or(Currency::USD),
        version: 1,
        status: QuoteStatus::Draft,
        created_on: scene.today,
        valid_until: None,
        sent_on: None,
        lines,
    }
}
