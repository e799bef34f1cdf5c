//! What of a book is attributed: the deals of a view, of a quote, of one line of it. The engine
//! says what each adds; nothing is computed from rules here.

use super::{beyond, together};
use crate::domain::ids::QuoteLineId;
use crate::domain::quote::Quote;
use crate::program::board::{Add, Board, BoardDeal, Class, DealId};
use crate::program::{Engine, View};

/// The deals of a view that are not booked; `quote` are those of the quote a view is about. `None`
/// for the weighted view, where no deal stands as a whole.
pub fn chosen_by(view: &View, quote: &[DealId]) -> Option<impl Fn(usize, &BoardDeal) -> bool> {
    let (committed, open) = match view {
        View::Booked | View::Quote(_) => (false, false),
        View::Committed => (true, false),
        View::Open => (true, true),
        View::Marked(_) => (false, false),
        View::Weighted => return None,
    };
    let mut named = quote.to_vec();
    if let View::Marked(renewals) = view {
        named.extend(renewals.iter().map(|id| DealId::Renewal(*id)));
    }
    Some(move |_, deal: &BoardDeal| {
        let by_class = match deal.class {
            Class::Committed => committed,
            _ => open,
        };
        by_class || named.contains(&deal.id)
    })
}

impl Engine {
    /// What the lines of a quote that no other may replace add: the whole quote, all its deals
    /// together.
    pub fn adds_of_quote(&self, quote: &Quote, board: &Board) -> Vec<Add> {
        let deals = self.adds_of(quote, board);
        together(deals.iter().map(|(_, adds)| adds.as_slice()))
    }

    /// What every line of a quote adds to the rest of it: the quote less the quote without that
    /// line. The renewal's other lines stay, and so does what is due.
    pub fn adds_of_lines(&self, quote: &Quote, board: &Board) -> Vec<(QuoteLineId, Vec<Add>)> {
        let whole = self.adds_of_quote(quote, board);
        let mut rest = quote.clone();
        // a renewal stays covered when its last line goes
        let named = quote.lines.iter().filter_map(|line| line.renewal);
        for renewal in named {
            if !rest.renewals.contains(&renewal) {
                rest.renewals.push(renewal);
            }
        }
        let each = (0..quote.lines.len()).map(|at| {
            let line = rest.lines.remove(at);
            let without = self.adds_of_quote(&rest, board);
            let id = line.id;
            rest.lines.insert(at, line);
            (id, beyond(&whole, &without))
        });
        each.collect()
    }
}
