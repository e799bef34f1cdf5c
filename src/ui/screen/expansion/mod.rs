//! Suggestions: what to offer, why, what it is worth, what it does to the projection; accepted
//! into a quote, put away with a reason, or asked again later. What was decided stays in sight.

mod decide;
mod detail;
mod effect;
mod view;

pub use decide::accept;
pub use view::view;

use crate::expand::Suggestion;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::pane::explain;
use crate::ui::screen::quote::{scroll_text, step_list};
use crate::ui::widget::list::List;
use effect::Effects;
pub use effect::uncounted;
use std::sync::Arc;

/// How many further suggestions get their projection computed with a key before the list was
/// drawn; afterwards it is every row in sight, each once for a state of the book.
const AHEAD: usize = 6;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor among the open ones.
    open: List,
    /// Cursor among the decided ones.
    decided: List,
    /// Which list, or the detail, has the focus.
    focus: Focus,
    /// Where the detail is scrolled to.
    detail: List,
    /// What accepting would do to the scores, for those looked at.
    effects: Effects,
}

/// The parts of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Focus {
    #[default]
    Open,
    Detail,
    Decided,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        let decides = matches!(
            action,
            ActionId::Accept | ActionId::Dismiss | ActionId::Later
        );
        if decides && desk.read_only {
            return Some("the book is open for reading only".into());
        }
        let looks = matches!(action, ActionId::Explain | ActionId::Open | ActionId::Mark);
        if (decides || looks) && self.place_on(desk).is_none() {
            return Some("there is no suggestion under the cursor".into());
        }
        None
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::NextPane => self.turn(1),
            ActionId::PreviousPane => self.turn(2),
            ActionId::Accept => decide::accept(self.selected(ctx.desk).as_deref(), ctx),
            ActionId::Dismiss if self.focus == Focus::Decided => {
                decide::bring_back(self.selected(ctx.desk).as_deref(), ctx);
            }
            ActionId::Dismiss => decide::ask_reason(self.selected(ctx.desk).as_deref(), ctx),
            ActionId::Later => decide::ask_day(self.selected(ctx.desk).as_deref(), ctx),
            ActionId::Open => self.go_to_renewal(ctx),
            ActionId::Explain => self.explain(ctx),
            ActionId::Copy => self.copy(ctx),
            ActionId::Back if self.focus != Focus::Open => self.focus = Focus::Open,
            ActionId::Back => ctx.pass(),
            _ => self.travel(action, ctx.desk),
        }
        self.warm(ctx.desk);
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match target {
            Target::Row(Pane::List, at) => {
                self.focus = Focus::Open;
                self.open.cursor = at;
                self.detail = List::default();
            }
            Target::Row(_, at) => {
                self.focus = Focus::Decided;
                self.decided.cursor = at;
                self.detail = List::default();
            }
            Target::Pane(Pane::Detail) => self.focus = Focus::Detail,
            _ => {}
        }
        self.warm(ctx.desk);
    }

    /// Follows a change of the desk: loaded, patched, recomputed, a new day.
    pub fn follow(&mut self, desk: &Desk) {
        self.effects.forget_older(desk);
        self.open
            .go(self.open.cursor, desk.suggestions.open().len());
        self.decided
            .go(self.decided.cursor, desk.suggestions.decided().len());
        self.warm(desk);
    }

    /// The suggestion the cursor is on.
    fn selected(&self, desk: &Desk) -> Option<Arc<Suggestion>> {
        desk.suggestion(self.place_on(desk)?)
    }

    /// The place of that suggestion in the desk's list.
    fn place_on(&self, desk: &Desk) -> Option<u32> {
        let all = &desk.suggestions;
        match self.focus {
            Focus::Decided => all.decided().get(self.decided.cursor).copied(),
            Focus::Open | Focus::Detail => all.open().get(self.open.cursor).copied(),
        }
    }

    fn turn(&mut self, by: usize) {
        let order = [Focus::Open, Focus::Detail, Focus::Decided];
        let at = order.iter().position(|f| *f == self.focus).unwrap_or(0);
        self.focus = order
            .get((at + by) % order.len())
            .copied()
            .unwrap_or_default();
    }

    fn travel(&mut self, action: ActionId, desk: &Desk) {
        match self.focus {
            Focus::Open => {
                step_list(&mut self.open, action, desk.suggestions.open().len());
                self.detail = List::default();
            }
            Focus::Decided => {
                step_list(&mut self.decided, action, desk.suggestions.decided().len());
                self.detail = List::default();
            }
            Focus::Detail => scroll_text(&mut self.detail, action),
        }
    }

    /// Computes what accepting the selected suggestion, and a few after it, would do.
    fn warm(&mut self, desk: &Desk) {
        if let Some(suggestion) = self.selected(desk) {
            self.effects.compute(&suggestion, desk);
        }
        let open = desk.suggestions.open();
        let page = self.open.page().max(AHEAD);
        let near = open
            .iter()
            .skip(self.open.cursor.saturating_sub(page))
            .take(2 * page);
        for suggestion in near
            .filter_map(|at| desk.suggestion(*at))
            .filter(|s| desk.offers.contains_key(&s.key) && !self.effects.knows(s))
            .take(page)
            .collect::<Vec<_>>()
        {
            self.effects.compute(&suggestion, desk);
        }
    }

    fn go_to_renewal(&mut self, ctx: &mut Ctx<'_>) {
        match self.selected(ctx.desk).and_then(|s| s.renewal) {
            Some(renewal) => ctx.ask(Effect::ShowRenewal(renewal)),
            None => self.explain(ctx),
        }
    }

    /// Copies the suggestion in full, a line each, label and text apart by a tab.
    fn copy(&self, ctx: &mut Ctx<'_>) {
        let Some(suggestion) = self.selected(ctx.desk) else {
            return ctx.say(Tone::Note, "There is nothing to copy");
        };
        let lines = detail::lines(&suggestion, self.effects.of(&suggestion), ctx.desk);
        let lines: Vec<String> = std::iter::once(("Customer", &*suggestion.customer))
            .chain(
                lines
                    .iter()
                    .map(|(label, text)| (label.as_str(), text.as_str())),
            )
            .map(|(label, text)| format!("{label}\t{text}"))
            .collect();
        ctx.ask(Effect::Copy(lines.join("\n")));
    }

    fn explain(&self, ctx: &mut Ctx<'_>) {
        if let Some(suggestion) = self.selected(ctx.desk) {
            let lines = detail::lines(&suggestion, self.effects.of(&suggestion), ctx.desk);
            let title = format!("Why: {}", suggestion.what);
            ctx.open(Overlay::Explain(explain::Model::new(title, lines)));
        }
    }
}
