//! What imports changed: "what changed since Friday", counted by kind, each change with the value
//! before and after, and the way to its renewal. The book's thread looks it up and hands over no
//! more rows than a person reads; this screen narrows what it was given and never waits.

mod reach;
mod view;
mod words;

pub use reach::Reach;
pub use view::view;

use crate::book::changes::{Change, Kind, Listed};
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::Overlay;
use crate::ui::screen::quote::step_list;
use crate::ui::widget::list::List;
use std::sync::Arc;

/// Changes of one kind that are handed to the screen at most; the command line has them all.
pub const MOST_OF_A_KIND: usize = 2_000;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    list: List,
    reach: Reach,
    tab: Option<Kind>,
    listed: Listed,
    /// The span `listed` is of; none before the first answer.
    of: Option<Reach>,
    /// The span that was asked for and has not come yet.
    asked: Option<Reach>,
    /// The book changed while an answer was on its way.
    again: bool,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    /// Asks for the changes of the span. One question at a time: on a large book an answer takes
    /// seconds, and pressing a key four times shall not queue four of them.
    pub fn ask(&mut self, desk: &Desk, out: &mut Vec<Effect>) {
        if self.asked.is_some() {
            self.again = true;
            return;
        }
        self.asked = Some(self.reach);
        self.again = false;
        out.push(Effect::LoadChanges {
            span: self.reach.span(desk.today),
            book: Arc::clone(&desk.snapshot),
        });
    }

    /// The changes that were asked for.
    pub fn listed(&mut self, listed: Listed, desk: &Desk, out: &mut Vec<Effect>) {
        let of = self.asked.take();
        if of == Some(self.reach) {
            if self.of != of {
                self.list = List::default();
            }
            self.listed = listed;
            self.of = of;
            if self.tab.is_some_and(|kind| self.count(kind) == 0) {
                self.tab = None;
            }
            self.list.step(0, self.len());
        }
        if self.again || of != Some(self.reach) {
            self.ask(desk, out);
        }
    }

    /// The book could not say.
    pub fn refused(&mut self) {
        self.asked = None;
    }

    fn count(&self, kind: Kind) -> usize {
        let found = self.listed.counts.iter().find(|(known, _)| *known == kind);
        found.map_or(0, |(_, n)| *n)
    }

    /// All changes there are under the tab, handed over or not.
    fn all(&self) -> usize {
        match self.tab {
            Some(kind) => self.count(kind),
            None => self.listed.counts.iter().map(|(_, n)| n).sum(),
        }
    }

    /// The rows of the tab: of one kind they lie together.
    fn rows(&self) -> &[Change] {
        let all = self.listed.changes.as_slice();
        let Some(kind) = self.tab else { return all };
        let first = all.partition_point(|change| change.kind < kind);
        let last = all.partition_point(|change| change.kind <= kind);
        all.get(first..last).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.rows().len()
    }

    fn here(&self) -> Option<&Change> {
        self.rows().get(self.list.cursor)
    }

    /// The tabs there is something under, `None` for everything.
    fn tabs(&self) -> Vec<Option<Kind>> {
        let kinds = self.listed.counts.iter().filter(|(_, n)| *n > 0);
        let kinds = kinds.map(|(kind, _)| Some(*kind));
        std::iter::once(None).chain(kinds).collect()
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, _desk: &Desk) -> Option<String> {
        let here = self.here();
        match action {
            ActionId::Open => match here {
                None => Some("no change under the cursor".into()),
                Some(change) if change.renewal.is_none() => {
                    Some("this line belongs to no renewal".into())
                }
                Some(_) => None,
            },
            ActionId::NextKind | ActionId::PreviousKind if self.tabs().len() < 2 => {
                Some("nothing has changed".into())
            }
            _ => None,
        }
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::NextKind => self.turn(1),
            ActionId::PreviousKind => self.turn(self.tabs().len().saturating_sub(1)),
            ActionId::NextSpan | ActionId::PreviousSpan => {
                self.reach = self.reach.turn(action == ActionId::NextSpan);
                let mut out = Vec::new();
                self.ask(ctx.desk, &mut out);
                out.into_iter().for_each(|effect| ctx.ask(effect));
            }
            ActionId::Open => {
                if let Some(id) = self.here().and_then(|change| change.renewal) {
                    ctx.ask(Effect::ShowRenewal(id));
                }
            }
            ActionId::Explain => match self.here() {
                Some(change) => {
                    let why = words::explain(change, &self.listed, ctx.desk);
                    ctx.open(Overlay::Explain(why));
                }
                None => ctx.pass(),
            },
            ActionId::Copy => {
                if let Some(change) = self.here() {
                    ctx.ask(Effect::Copy(copied(change, ctx.desk)));
                }
            }
            ActionId::Back if self.tab.is_some() => self.go(None),
            ActionId::Back => ctx.pass(),
            _ => {
                let len = self.len();
                step_list(&mut self.list, action, len);
            }
        }
    }

    /// So many tabs on, round and round.
    fn turn(&mut self, by: usize) {
        let tabs = self.tabs();
        let at = tabs.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let next = tabs.get((at + by) % tabs.len().max(1)).copied();
        self.go(next.flatten());
    }

    fn go(&mut self, tab: Option<Kind>) {
        self.tab = tab;
        self.list = List::default();
    }

    /// Takes what no action took.
    pub fn input(&mut self, _input: &Input, _ctx: &mut Ctx<'_>) {}

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match target {
            Target::Header(_, at) => {
                if let Some(tab) = self.tabs().get(at) {
                    self.go(*tab);
                }
            }
            Target::Row(Pane::List, at) => {
                let again = self.list.cursor == at;
                self.list.go(at, self.len());
                if again && self.disabled(ActionId::Open, ctx.desk).is_none() {
                    self.act(ActionId::Open, ctx);
                }
            }
            _ => {}
        }
    }

    /// Follows a change of the desk; the list is asked for anew by the frame.
    pub fn follow(&mut self, _desk: &Desk) {}
}

/// A row as text with tabs.
fn copied(change: &Change, desk: &Desk) -> String {
    let about = words::subject(change, desk);
    let day = change.day.to_string();
    let row = change.row.map_or_else(String::new, |row| row.to_string());
    let cells = [
        day.as_str(),
        words::kind(change.kind),
        about.customer,
        about.contract,
        about.serial,
        about.product,
        &words::change(change, about.line),
        about.file,
        &row,
    ];
    cells.map(Desk::typed).join("\t")
}
