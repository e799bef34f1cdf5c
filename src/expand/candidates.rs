//! Suggestions as goal seek takes them: each as a quote of its own lines, won with the confidence
//! the suggestion has.

use super::{Suggestion, accept_each};
use crate::catalogue::Catalogue;
use crate::domain::ids::{IdSource, QuoteId};
use crate::domain::money::Currency;
use crate::domain::quote::{Quote, QuoteStatus};
use crate::domain::rules::Rules;
use crate::domain::snapshot::Snapshot;
use crate::program::Engine;
use crate::program::board::Board;
use crate::program::goal::{Candidate, What};
use chrono::NaiveDate;

/// What each open suggestion would add to a board, booked today; those whose lines cannot be
/// quoted or add nothing are left out. `What::Suggestion` holds the place in `suggestions`.
pub fn candidates(
    suggestions: &[Suggestion],
    snapshot: &Snapshot,
    (rules, catalogue, today): (&Rules, &Catalogue, NaiveDate),
    ids: &mut dyn IdSource,
    engine: &Engine,
    board: &Board,
) -> Vec<Candidate> {
    let open: Vec<(usize, &Suggestion)> = suggestions
        .iter()
        .enumerate()
        .filter(|(_, suggestion)| suggestion.is_open())
        .collect();
    let each = open.iter().map(|(_, suggestion)| *suggestion);
    let lines = accept_each(each, snapshot, rules, catalogue, today, ids);
    let quoted = open.into_iter().zip(lines);
    quoted
        .filter_map(|((at, suggestion), lines)| {
            let mut lines = lines.ok()?;
            for line in &mut lines {
                line.renewal = None;
            }
            let currency = super::into::currency(suggestion, snapshot);
            let quote = Quote {
                id: QuoteId(ids.next()),
                number: "".into(),
                account: suggestion.account,
                renewals: Vec::new(),
                currency: currency.unwrap_or(Currency::USD),
                version: 1,
                status: QuoteStatus::Draft,
                created_on: today,
                valid_until: None,
                sent_on: None,
                lines,
            };
            let added = engine.added_by(&quote, board)?;
            Some(Candidate {
                what: What::Suggestion(at),
                name: suggestion.what.as_str().into(),
                account: Some(suggestion.account),
                end: None,
                booking: today,
                p: suggestion.confidence.0,
                value: added.value,
                discount: added.discount,
                committed: false,
                adds: added.adds,
                with: None,
            })
        })
        .collect()
}
