//! Suggestions: what to offer, why, what it is worth, what it does to the projection; accepted
//! into a quote, put away with a reason, or asked again later. What was decided stays in sight. Two
//! further views show where customers stand: white space and adoption.

mod board;
mod board_view;
mod decide;
mod detail;
mod effect;
mod matrix;
mod matrix_view;
mod narrowed;
mod order;
mod standing;
mod view;

pub use decide::accept;
pub use standing::{Found, Question};
pub use view::view;

use crate::domain::ids::AccountId;
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
use narrowed::Narrowed;
use standing::Standing;
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
    /// What the screen shows.
    seen: Seen,
    /// The one customer whose suggestions are listed.
    narrowed: Option<Narrowed>,
    /// Where customers stand.
    standing: Standing,
    matrix: matrix::Model,
    board: board::Model,
}

/// The views of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    Suggestions,
    Whitespace,
    Adoption,
}

impl Seen {
    const ALL: [Seen; 3] = [Seen::Suggestions, Seen::Whitespace, Seen::Adoption];

    fn title(self) -> &'static str {
        match self {
            Seen::Suggestions => "1 Suggestions",
            Seen::Whitespace => "2 White space",
            Seen::Adoption => "3 Adoption",
        }
    }
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

    /// What the status line says at rest: what the marks of the view mean.
    pub fn told(&self) -> String {
        match self.seen {
            Seen::Suggestions => String::new(),
            Seen::Whitespace => matrix_view::LEGEND.into(),
            Seen::Adoption => board_view::LEGEND.into(),
        }
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        let found = self.standing.found();
        match (self.seen, action) {
            (_, ActionId::ItsPlays | ActionId::ItsRenewals) => {
                let none = self.customer(desk).is_none();
                return none.then(|| "there is no customer under the cursor".into());
            }
            (Seen::Suggestions, ActionId::SeeSuggestions) if self.narrowed.is_none() => {
                return Some("they are shown".into());
            }
            (Seen::Whitespace, ActionId::SeeWhitespace)
            | (Seen::Adoption, ActionId::SeeAdoption) => {
                return Some("it is shown".into());
            }
            (Seen::Suggestions, ActionId::Sort | ActionId::ColumnLeft | ActionId::ColumnRight) => {
                return Some("the best ones come first; 2 and 3 are sorted by a column".into());
            }
            (Seen::Suggestions, _) => {}
            (_, ActionId::Accept | ActionId::Dismiss | ActionId::Later) => {
                return Some("suggestions are decided on in 1 Suggestions; e lists them".into());
            }
            (_, ActionId::NextPane | ActionId::PreviousPane) => {
                return Some("this view has one pane".into());
            }
            (Seen::Whitespace, ActionId::Open | ActionId::Explain | ActionId::Copy) => {
                let none = self.matrix.selected(found).is_none();
                return none.then(|| "there is no customer under the cursor".into());
            }
            (Seen::Adoption, ActionId::Open | ActionId::Explain | ActionId::Copy) => {
                let none = self.board.selected(found).is_none();
                return none.then(|| "there is no use case under the cursor".into());
            }
            _ => return None,
        }
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
            ActionId::SeeSuggestions => return self.see(Seen::Suggestions, ctx.desk),
            ActionId::SeeWhitespace => return self.see(Seen::Whitespace, ctx.desk),
            ActionId::SeeAdoption => return self.see(Seen::Adoption, ctx.desk),
            ActionId::ItsPlays => return self.its_plays(ctx.desk),
            ActionId::ItsRenewals => {
                if let Some(account) = self.customer(ctx.desk) {
                    ctx.ask(Effect::ShowCustomer(account));
                }
                return;
            }
            ActionId::Back if self.seen != Seen::Suggestions => {
                return self.see(Seen::Suggestions, ctx.desk);
            }
            _ => {}
        }
        match self.seen {
            Seen::Suggestions => self.act_on_suggestions(action, ctx),
            Seen::Whitespace => match (action, self.standing.found()) {
                (ActionId::Open, _) => self.its_plays(ctx.desk),
                (action, Some(found)) => self.matrix.act(action, found, ctx),
                _ => {}
            },
            Seen::Adoption => {
                if let Some(found) = self.standing.found() {
                    self.board.act(action, found, ctx);
                }
            }
        }
    }

    fn act_on_suggestions(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
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
            ActionId::Back => self.widen(ctx),
            _ => self.travel(action, ctx.desk),
        }
        self.warm(ctx.desk);
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        if let Target::Header(Pane::Detail, at) = target {
            let seen = Seen::ALL.get(at).copied();
            return self.see(seen.unwrap_or_default(), ctx.desk);
        }
        let again = match (self.seen, self.standing.found()) {
            (Seen::Suggestions, _) => return self.click_on_suggestions(target, ctx),
            (Seen::Whitespace, Some(found)) => self.matrix.click(target, found, ctx.desk),
            (Seen::Adoption, Some(found)) => self.board.click(target, found),
            (_, None) => false,
        };
        if again && self.disabled(ActionId::Open, ctx.desk).is_none() {
            self.act(ActionId::Open, ctx);
        }
    }

    fn click_on_suggestions(&mut self, target: Target, ctx: &mut Ctx<'_>) {
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
        if let Some(narrowed) = &mut self.narrowed {
            narrowed.follow(desk);
        }
        self.open.go(self.open.cursor, self.open_ones(desk).len());
        let decided = self.decided_ones(desk).len();
        self.decided.go(self.decided.cursor, decided);
        self.matrix.order(self.standing.found(), desk);
        if self.seen == Seen::Suggestions {
            self.warm(desk);
        }
    }

    /// Asks where customers stand, where that is looked at.
    pub fn ask(&mut self, desk: &Desk) -> Option<Effect> {
        match self.seen {
            Seen::Suggestions => None,
            Seen::Whitespace | Seen::Adoption => self.standing.ask(desk),
        }
    }

    /// Takes where customers stand.
    pub fn answered(&mut self, found: Found, desk: &Desk) {
        self.standing.answered(found);
        self.matrix.order(self.standing.found(), desk);
        self.board.order(self.standing.found());
    }

    fn see(&mut self, seen: Seen, desk: &Desk) {
        self.seen = seen;
        if seen == Seen::Suggestions {
            self.narrowed = None;
            self.follow(desk);
        }
    }

    /// The customer under the cursor.
    fn customer(&self, desk: &Desk) -> Option<AccountId> {
        let found = self.standing.found();
        match self.seen {
            Seen::Suggestions => {
                let place = self.place_on(desk)?;
                desk.suggestions
                    .get(place as usize)
                    .map(|brief| brief.account)
            }
            Seen::Whitespace => self.matrix.selected(found).map(|row| row.account),
            Seen::Adoption => self.board.selected(found).map(|entry| entry.account),
        }
    }

    /// The suggestion the cursor is on.
    fn selected(&self, desk: &Desk) -> Option<Arc<Suggestion>> {
        desk.suggestion(self.place_on(desk)?)
    }

    /// The place of that suggestion in the desk's list.
    fn place_on(&self, desk: &Desk) -> Option<u32> {
        match self.focus {
            Focus::Decided => self.decided_ones(desk).get(self.decided.cursor).copied(),
            Focus::Open | Focus::Detail => self.open_ones(desk).get(self.open.cursor).copied(),
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
                let len = self.open_ones(desk).len();
                step_list(&mut self.open, action, len);
                self.detail = List::default();
            }
            Focus::Decided => {
                let len = self.decided_ones(desk).len();
                step_list(&mut self.decided, action, len);
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
        let open = self.open_ones(desk);
        let page = self.open.page().max(AHEAD);
        let near = open
            .iter()
            .skip(self.open.cursor.saturating_sub(page))
            .take(2 * page);
        let near: Vec<_> = near
            .filter_map(|at| desk.suggestion(*at))
            .filter(|s| desk.offers.contains_key(&s.key) && !self.effects.knows(s))
            .take(page)
            .collect();
        for suggestion in near {
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
