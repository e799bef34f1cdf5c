//! What the row after the one under the cursor will show, worked out once the frame is out: most of what
//! a step down the pipeline costs is the quote there and its projections. Changes nothing that is seen; a
//! step to where nothing was worked out costs what it did.

use super::Model;
use crate::domain::ids::{QuoteId, RenewalId};
use crate::ui::desk::Desk;
use std::mem::swap;
use std::sync::Arc;

/// A quote as it would be shown, and for which row.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    of: Option<(RenewalId, Option<QuoteId>)>,
    shown: Model,
}

impl Model {
    /// Works out what [`show`](Model::show) of that renewal would.
    pub fn prepare(&mut self, renewal: RenewalId, desk: &Desk) {
        let quote = desk.quote_id_of(renewal);
        let ahead = self.ahead.get_or_insert_default();
        if ahead.of == Some((renewal, quote)) {
            return;
        }
        ahead.of = Some((renewal, quote));
        ahead.shown.renewal = Some(renewal);
        ahead.shown.put_on_screen(quote, desk);
    }

    /// Nothing that was worked out holds any more: book, figures or rules may be others.
    pub fn forget_ahead(&mut self) {
        if let Some(ahead) = &mut self.ahead {
            ahead.of = None;
        }
    }

    /// Shows what was worked out for the row the cursor went to; false where nothing was.
    ///
    /// What was on screen stays behind in its place: projections are worked out from those of another quote.
    pub(super) fn take_ahead(&mut self, quote: Option<QuoteId>, desk: &Desk) -> bool {
        let renewal = self.renewal;
        let fits = |of: &(RenewalId, Option<QuoteId>)| (Some(of.0), of.1) == (renewal, quote);
        let Some(ahead) = self
            .ahead
            .as_mut()
            .filter(|a| a.of.as_ref().is_some_and(fits))
        else {
            return false;
        };
        ahead.of = None;
        let other = &mut ahead.shown;
        swap(&mut self.sheet, &mut other.sheet);
        swap(&mut self.live, &mut other.live);
        swap(&mut self.counted, &mut other.counted);
        swap(&mut self.paying, &mut other.paying);
        swap(&mut self.pays, &mut other.pays);
        if let Some(sheet) = &mut self.sheet {
            let sheet = Arc::make_mut(sheet);
            sheet.hold = self.hold;
            sheet.lay(desk, &self.grouping);
        }
        self.forget_away();
        self.block = None;
        self.adding = None;
        self.quote = quote;
        self.begin_at_the_top();
        if self.is_long(desk) && !self.is_counted(desk) {
            self.count_beside();
        }
        true
    }
}
