//! The quote on screen follows the book: read where it is another one there, what is being typed put on top,
//! what follows from both worked out.

use super::away::Task;
use super::{Column, Model, Sheet};
use crate::domain::ids::QuoteId;
use crate::ui::desk::Desk;
use crate::ui::widget::grid::Grid;
use crate::ui::widget::list::List;
use std::sync::Arc;

impl Model {
    /// Follows a change of the desk: loaded, patched, recomputed, a new day.
    pub fn follow(&mut self, desk: &Desk) {
        if self.quote.is_none() {
            self.quote = self.renewal.and_then(|id| desk.quote_id_of(id));
        }
        self.load(desk);
    }

    /// Reads the quote from the book again: a change was refused that was taken as kept on screen,
    /// or the book was read anew.
    pub fn reload(&mut self, desk: &Desk) {
        if self.is_long(desk) || self.waits() {
            self.anew = true;
            return self.follow(desk);
        }
        let laid = self
            .sheet
            .as_ref()
            .is_some_and(|sheet| sheet.laid.is_some());
        self.reloaded = self.anchor().filter(|_| laid);
        self.sheet = None;
        self.follow(desk);
    }

    pub(super) fn put_on_screen(&mut self, quote: Option<QuoteId>, desk: &Desk) {
        self.forget_away();
        self.block = None;
        self.adding = None;
        self.quote = quote;
        self.sheet = None;
        self.load(desk);
    }

    /// Reads the quote again and puts what is being typed on top of it.
    pub(super) fn load(&mut self, desk: &Desk) {
        if self.waits() {
            // it comes back with another state, and then follows
            return;
        }
        // The same operation, or kept values on their way into the book whose answer will come:
        // nothing has to be priced again.
        let anew = self.anew;
        let own = |sheet: &Sheet| Some(sheet.kept.id) == self.quote;
        let current = |sheet: &Sheet| sheet.op_seq >= desk.snapshot.op_seq && !anew;
        let shown = self.sheet().filter(|sheet| own(sheet));
        if !shown.is_some_and(current) {
            if shown.is_some() && self.quote.is_some_and(|id| desk.is_long(id)) {
                return self.want(Task::Read);
            }
            self.read(desk);
        }
        self.begin_at_the_top();
        self.go_to_added();
        self.preview(desk);
        self.project(desk, true);
    }

    /// Another quote than before starts at its first line; where none came, none is shown.
    pub(super) fn begin_at_the_top(&mut self) {
        if self.on_screen != self.quote {
            self.on_screen = self.quote;
            self.grid = Grid::default();
            self.grid.column = Column::Discount.index();
            self.projection = List::default();
            let first = self.sheet().map_or(0, Sheet::first_line);
            self.grid.rows.go(first, usize::MAX);
        }
        if self.sheet.is_none() {
            self.quote = None;
            self.grid.cancel();
            self.block = None;
        }
    }

    /// Puts the cursor on a line that was asked for and has come.
    fn go_to_added(&mut self) {
        let Some(sheet) = self.sheet.as_deref().filter(|_| self.adding.is_some()) else {
            return;
        };
        let lines = &sheet.kept.lines;
        if let Some(row) = lines.iter().position(|l| Some(l.number) == self.adding) {
            self.adding = None;
            let place = sheet.place_of(row);
            self.grid.go(place, Column::Quantity.index(), sheet);
        }
    }

    /// Computes the cell being typed anew.
    pub(super) fn preview(&mut self, desk: &Desk) {
        let (Some(sheet), Some(open)) = (&mut self.sheet, self.grid.editing()) else {
            return;
        };
        if let Some(row) = sheet.line_at(open.row) {
            Arc::make_mut(sheet).preview(desk, row, Column::at(open.column), open.field.text());
        }
    }
}
