//! What follows from the quote on screen with every key: projections, what it is to the steps, what
//! it pays. The whole quote is counted once; a key brings the lines it changed.

use super::away::Task;
use super::{Model, Sheet};
use crate::program::{self, Engine, Month, Typed, View};
use crate::ui::desk::Desk;
use crate::ui::pane::incentive;
use crate::ui::pane::projection::Live;
use crate::ui::stakes::QuoteStake;
use std::sync::Arc;

/// The quote as an engine counts it, and which state of the engine that was.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) scored: u64,
    typed: Typed,
}

/// From this many changed rows on, and where they are more than a few of the quote, all of it is counted
/// anew: what finds a row's place in the count takes longer the farther down it stands.
pub(super) const MANY: usize = 64;

impl Model {
    /// Computes what follows from the quote; the parts that do not depend on what is typed only when
    /// `all`.
    pub(super) fn project(&mut self, desk: &Desk, all: bool) {
        let rows: Vec<usize> = match &mut self.sheet {
            Some(sheet) if !sheet.changed.is_empty() => {
                let changed = std::mem::take(&mut Arc::make_mut(sheet).changed);
                changed.into_iter().collect()
            }
            _ => Vec::new(),
        };
        let lines = self.sheet.as_ref().map_or(0, |sheet| sheet.priced.len());
        if rows.len() > MANY.max(lines / 16) {
            self.counted = None;
            self.paying = None;
        }
        let Some(engine) = &desk.engine else {
            self.counted = None;
            self.live = None;
            return self.pay(desk, &rows);
        };
        if self.is_long(desk) && !self.is_counted(desk) {
            return self.count_beside();
        }
        self.pay(desk, &rows);
        // by the engine that it was counted by
        let late = self.behind.clone();
        let engine = late.as_ref().unwrap_or(engine);
        if late.is_some() {
            self.want(Task::Follow);
        }
        self.count(desk, engine, &rows);
        let month = Month::Horizon;
        // what was projected for another quote is still most of what is projected for this one
        let before = self.live.take();
        let booked = before.as_ref().map(|live| &live.now);
        let now = match booked.filter(|now| !all || engine.made(now)) {
            Some(now) => Ok(Arc::clone(now)),
            None => {
                let like = booked.map(|now| &**now);
                let now = engine.project_like(None, &View::Booked, &month, like);
                now.map(Arc::new)
            }
        };
        let Ok(now) = now else {
            return;
        };
        let typed = self.counted.as_ref().map(|counted| &counted.typed);
        let quote = typed.and_then(|typed| {
            let view = View::Quote(typed.quote());
            let like = before.as_ref().and_then(|live| live.quote.as_ref());
            let like = like.unwrap_or(&now);
            let like = Some(like);
            engine.project_like(Some(typed), &view, &month, like).ok()
        });
        let like = before.as_ref().map(|live| &live.all);
        // of one row without a quote after another it stays what it was
        let alone = before.as_ref().is_some_and(|live| live.quote.is_none());
        let held = like.filter(|all| alone && typed.is_none() && engine.made(all));
        let committed = match held.filter(|all| all.view == View::Committed) {
            Some(all) => Ok(Arc::clone(all)),
            None => {
                let like = like.map(|all| &**all);
                let all = engine.project_like(typed, &View::Committed, &month, like);
                all.map(Arc::new)
            }
        };
        let moved = quote.as_ref().map(|quote| program::moved(&now, quote));
        let stake = match (&desk.stakes, typed) {
            (Some(stakes), Some(typed)) => stakes.of_typed(engine, typed),
            _ => QuoteStake::default(),
        };
        let leads = &quote.as_ref().unwrap_or(&now).left_out;
        let same = |live: &&Live| Arc::ptr_eq(&live.leading().left_out, leads);
        let left_out = match before.as_ref().filter(same) {
            Some(live) => live.left_out,
            None => program::left_out_deals(leads),
        };
        let sheet = self.sheet();
        let renewals = sheet.map(|sheet| sheet.typed.renewals.clone());
        self.live = Some(Live {
            all: committed.unwrap_or_else(|_| now.clone()),
            now,
            quote,
            moved: moved.unwrap_or_default(),
            stake,
            renewals: renewals.unwrap_or_default(),
            typing: sheet.is_some_and(Sheet::typing),
            left_out,
        });
    }

    /// All of a long quote is counted beside the desk; what was shown of it stays until then.
    pub(super) fn count_beside(&mut self) {
        self.counted = None;
        self.paying = None;
        self.behind = None;
        let id = self.sheet().map(|sheet| sheet.typed.id);
        let shown = self.live.as_ref().and_then(|live| live.quote.as_ref());
        if shown.map(|shown| &shown.view) != id.map(View::Quote).as_ref() {
            // another quote's
            self.live = None;
            self.pays = None;
        }
        self.want(Task::Follow);
    }

    /// True where the quote on screen is counted, by the desk's engine or by the one before, and what it pays
    /// is known by the same terms.
    pub(super) fn is_counted(&self, desk: &Desk) -> bool {
        let Some((sheet, counted)) = self.sheet.as_ref().zip(self.counted.as_ref()) else {
            return false;
        };
        let late = self.behind.is_some();
        let pays = self.paying.as_ref();
        counted.typed.quote() == sheet.typed.id
            && (late || counted.scored == desk.scored)
            && (late || pays.map_or(incentive::Typed::none(desk), |pays| pays.is_of(desk)))
    }

    /// Counts the changed rows, or the whole quote where it was not counted by this engine.
    fn count(&mut self, desk: &Desk, engine: &Engine, rows: &[usize]) {
        let Some(sheet) = self.sheet.as_deref() else {
            self.counted = None;
            return;
        };
        let late = self.behind.is_some();
        let same = |counted: &&mut Counted| {
            (late || counted.scored == desk.scored) && counted.typed.quote() == sheet.typed.id
        };
        match self.counted.as_mut().filter(same) {
            Some(counted) => {
                for row in rows {
                    engine.retype(&mut counted.typed, &sheet.typed, *row);
                }
            }
            None => {
                self.counted = Some(Counted {
                    scored: desk.scored,
                    typed: engine.typed(&sheet.typed),
                });
            }
        }
    }

    /// What the quote pays, with the changed rows.
    fn pay(&mut self, desk: &Desk, rows: &[usize]) {
        let Some(sheet) = self.sheet.as_deref() else {
            self.paying = None;
            self.pays = None;
            return;
        };
        let (quote, priced) = (&sheet.typed, sheet.priced.as_slice());
        let late = self.behind.is_some();
        let kept = self.paying.take().and_then(|mut paying| {
            paying
                .retype(quote, priced, rows, (desk, late))
                .then_some(paying)
        });
        self.paying = kept.or_else(|| incentive::Typed::of(quote, priced, desk));
        self.pays = self
            .paying
            .as_ref()
            .and_then(|paying| paying.line(quote, desk));
    }
}
