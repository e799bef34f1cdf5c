//! The suggestions of one customer: from the matrix, from the pipeline, or from the list itself.

use super::{Focus, Model, Seen};
use crate::domain::ids::AccountId;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::model::Screen;
use crate::ui::widget::list::List;
use std::sync::Arc;

/// The customer, and which suggestions are its own.
#[derive(Debug)]
pub struct Narrowed {
    account: AccountId,
    /// Its name.
    pub name: Arc<str>,
    /// The view it was asked for in; none where that was another screen.
    from: Option<Seen>,
    open: Vec<u32>,
    decided: Vec<u32>,
}

impl Narrowed {
    fn of(account: AccountId, from: Option<Seen>, desk: &Desk) -> Narrowed {
        let known = desk.snapshot.accounts.get(account);
        let mut narrowed = Narrowed {
            account,
            name: known.map_or_else(|| "unknown customer".into(), |known| known.name.clone()),
            from,
            open: Vec::new(),
            decided: Vec::new(),
        };
        narrowed.follow(desk);
        narrowed
    }

    /// Finds them anew.
    pub fn follow(&mut self, desk: &Desk) {
        let all = &desk.suggestions;
        let own = all.of_account(self.account).into_iter();
        (self.open, self.decided) =
            own.partition(|at| all.get(*at as usize).is_some_and(|brief| brief.is_open()));
    }
}

impl Model {
    /// The open suggestions that are listed, by place, best first.
    pub(super) fn open_ones<'a>(&'a self, desk: &'a Desk) -> &'a [u32] {
        match &self.narrowed {
            Some(narrowed) => &narrowed.open,
            None => desk.suggestions.open(),
        }
    }

    /// The decided ones that are listed.
    pub(super) fn decided_ones<'a>(&'a self, desk: &'a Desk) -> &'a [u32] {
        match &self.narrowed {
            Some(narrowed) => &narrowed.decided,
            None => desk.suggestions.decided(),
        }
    }

    /// Lists the suggestions of the customer under the cursor.
    pub(super) fn its_plays(&mut self, desk: &Desk) {
        if let Some(account) = self.customer(desk) {
            let from = match (self.seen, &self.narrowed) {
                // asked for again among them: one step back still leads to where they were asked for
                (Seen::Suggestions, Some(narrowed)) => narrowed.from,
                (seen, _) => Some(seen),
            };
            self.list_those_of(account, from, desk);
        }
    }

    /// Lists the suggestions of a customer, as another screen asks.
    pub fn narrow(&mut self, account: AccountId, before: Screen, desk: &Desk) {
        let from = (before == Screen::Expansion).then_some(self.seen);
        self.list_those_of(account, from, desk);
    }

    fn list_those_of(&mut self, account: AccountId, from: Option<Seen>, desk: &Desk) {
        self.narrowed = Some(Narrowed::of(account, from, desk));
        self.seen = Seen::Suggestions;
        self.focus = Focus::Open;
        self.open = List::default();
        self.decided = List::default();
        self.detail = List::default();
        self.follow(desk);
    }

    /// One step back: all suggestions again, where the one customer was asked for.
    pub(super) fn widen(&mut self, ctx: &mut Ctx<'_>) {
        let Some(narrowed) = self.narrowed.take() else {
            return ctx.pass();
        };
        self.open = List::default();
        self.decided = List::default();
        match narrowed.from {
            Some(seen) => self.seen = seen,
            None => ctx.pass(),
        }
        self.follow(ctx.desk);
    }
}
