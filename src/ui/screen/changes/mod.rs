//! What imports changed: "what changed since Friday", counted by kind, each change with the value
//! before and after, and the way to its renewal. The book's thread looks it up and hands over no
//! more rows than a person reads; this screen narrows what it was given and never waits. Conflicts
//! stand under a tab of their own, whatever the time: there one key keeps, takes or puts off.

mod conflict;
mod reach;
mod view;
mod words;

pub use reach::Reach;
pub use view::view;

use crate::book::changes::{Change, Kind, Listed};
use crate::book::conflicts::{About, Conflict, Verdict, settle};
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::Input;
use crate::ui::model::Pane;
use crate::ui::overlay::{Overlay, prompt};
use crate::ui::screen::quote::step_list;
use crate::ui::widget::list::List;
use std::sync::Arc;

/// Changes of one kind that are handed to the screen at most; the command line has them all.
pub const MOST_OF_A_KIND: usize = 2_000;

/// What the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// Changes of every kind.
    #[default]
    All,
    /// Where a person and a file say different things.
    Conflicts,
    /// Changes of one kind.
    Of(Kind),
}

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    list: List,
    reach: Reach,
    /// Words each change must hold.
    words: String,
    tab: Tab,
    listed: Listed,
    conflicts: Vec<Conflict>,
    /// The span and words `listed` is of; none before the first answer.
    of: Option<(Reach, String)>,
    /// Those that were asked for and have not come yet.
    asked: Option<(Reach, String)>,
    /// The book changed while an answer was on its way.
    again: bool,
}

impl Model {
    /// Where the keys go.
    pub fn place(&self) -> Option<Place> {
        Some(Place::List)
    }

    fn wanted(&self) -> (Reach, String) {
        (self.reach, self.words.clone())
    }

    /// What is shown is not what was asked for last.
    fn looking(&self) -> bool {
        self.asked.is_some() && self.of.as_ref() != Some(&self.wanted())
    }

    /// Narrows the changes to words; empty shows all.
    pub fn set_words(&mut self, words: String, desk: &Desk, out: &mut Vec<Effect>) {
        self.words = words;
        self.ask(desk, out);
    }

    /// Asks for the changes of the span. One question at a time: on a large book an answer takes
    /// seconds, and pressing a key four times shall not queue four of them.
    pub fn ask(&mut self, desk: &Desk, out: &mut Vec<Effect>) {
        if self.asked.is_some() {
            self.again = true;
            return;
        }
        self.asked = Some(self.wanted());
        self.again = false;
        out.push(Effect::LoadChanges {
            span: self.reach.span(desk.today),
            words: self.words.clone(),
            book: Arc::clone(&desk.snapshot),
        });
    }

    /// The changes that were asked for.
    pub fn listed(
        &mut self,
        listed: Listed,
        conflicts: Vec<Conflict>,
        desk: &Desk,
        out: &mut Vec<Effect>,
    ) {
        let of = self.asked.take();
        self.conflicts = conflicts;
        let right = of.as_ref() == Some(&self.wanted());
        if right {
            if self.of != of {
                self.list = List::default();
            }
            self.listed = listed;
            self.of = of;
        }
        if !self.tabs().contains(&self.tab) {
            self.go(Tab::All);
        }
        self.list.step(0, self.len());
        if self.again || !right {
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

    /// All there is under a tab, handed over or not.
    fn all(&self, tab: Tab) -> usize {
        match tab {
            Tab::All => self.listed.counts.iter().map(|(_, n)| n).sum(),
            Tab::Conflicts => self.conflicts.len(),
            Tab::Of(kind) => self.count(kind),
        }
    }

    /// The changes of the tab: those of one kind lie together.
    fn rows(&self) -> &[Change] {
        let all = self.listed.changes.as_slice();
        let kind = match self.tab {
            Tab::All => return all,
            Tab::Conflicts => return &[],
            Tab::Of(kind) => kind,
        };
        let first = all.partition_point(|change| change.kind < kind);
        let last = all.partition_point(|change| change.kind <= kind);
        all.get(first..last).unwrap_or_default()
    }

    fn len(&self) -> usize {
        match self.tab {
            Tab::Conflicts => self.conflicts.len(),
            _ => self.rows().len(),
        }
    }

    fn here(&self) -> Option<&Change> {
        self.rows().get(self.list.cursor)
    }

    /// The conflict under the cursor.
    fn conflict(&self) -> Option<&Conflict> {
        let here = self.conflicts.get(self.list.cursor);
        here.filter(|_| self.tab == Tab::Conflicts)
    }

    /// The tabs there is something under, and always the one for everything.
    fn tabs(&self) -> Vec<Tab> {
        let kinds = self.listed.counts.iter().filter(|(_, n)| *n > 0);
        let kinds = kinds.map(|(kind, _)| Tab::Of(*kind));
        let conflicts = (!self.conflicts.is_empty()).then_some(Tab::Conflicts);
        std::iter::once(Tab::All)
            .chain(conflicts)
            .chain(kinds)
            .collect()
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        use ActionId::*;
        let why = match (action, self.conflict()) {
            (Open, Some(_)) => return None,
            (Open, None) => match self.here() {
                None => "no change under the cursor",
                Some(change) if change.renewal.is_none() => "this line belongs to no renewal",
                Some(_) => return None,
            },
            (KeepMine | TakeFile | SettleLater, None) => {
                "a conflict is settled on the list of conflicts, and there is none under the cursor"
            }
            (KeepMine | TakeFile | SettleLater, Some(_)) if desk.read_only => {
                "the book is open read-only"
            }
            (NextKind | PreviousKind, _) if self.tabs().len() < 2 => "nothing has changed",
            _ => return None,
        };
        Some(why.into())
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        match action {
            ActionId::NextKind => self.turn(1),
            ActionId::PreviousKind => self.turn(self.tabs().len().saturating_sub(1)),
            ActionId::NextSpan | ActionId::PreviousSpan => {
                self.reach = self.reach.turn(action == ActionId::NextSpan);
                self.ask(ctx.desk, &mut ctx.effects);
            }
            ActionId::FindChanges => self.ask_words(ctx),
            ActionId::KeepMine => self.settle(Verdict::Keep, ctx),
            ActionId::TakeFile => self.settle(Verdict::Take, ctx),
            ActionId::SettleLater => self.settle(Verdict::Later, ctx),
            ActionId::Open => self.open(ctx),
            ActionId::Explain => self.explain(ctx),
            ActionId::Copy => self.copy(ctx),
            ActionId::Back if self.tab != Tab::All => self.go(Tab::All),
            ActionId::Back if !self.words.is_empty() => {
                self.set_words(String::new(), ctx.desk, &mut ctx.effects);
            }
            ActionId::Back => ctx.pass(),
            _ => {
                let len = self.len();
                step_list(&mut self.list, action, len);
            }
        }
    }

    fn ask_words(&self, ctx: &mut Ctx<'_>) {
        let popup = prompt::Model::new(
            "Find among the changes",
            "customer, contract, serial, product or file; empty shows all",
            &self.words,
            |words, _| match words.trim() {
                "" => Ok("all changes".into()),
                words => Ok(format!("changes that hold {words}")),
            },
            |words, ctx| ctx.ask(Effect::Filter(Desk::typed(words))),
        );
        ctx.open(Overlay::Prompt(popup));
    }

    /// Enter: the quote of a conflict, the renewal of a change.
    fn open(&self, ctx: &mut Ctx<'_>) {
        match (self.conflict().map(|conflict| &conflict.about), self.here()) {
            (Some(About::Quote { quote, .. }), _) => ctx.ask(Effect::ShowQuote(*quote)),
            (Some(About::Assessment { .. }), _) => {
                ctx.say(Tone::Note, "B lists the months of the assessment");
            }
            (None, Some(change)) => {
                if let Some(id) = change.renewal {
                    ctx.ask(Effect::ShowRenewal(id));
                }
            }
            (None, None) => {}
        }
    }

    fn explain(&self, ctx: &mut Ctx<'_>) {
        let why = match (self.conflict(), self.here()) {
            (Some(conflict), _) => conflict::explain(conflict, ctx.desk),
            (None, Some(change)) => words::explain(change, &self.listed, ctx.desk),
            (None, None) => return ctx.pass(),
        };
        ctx.open(Overlay::Explain(why));
    }

    fn copy(&self, ctx: &mut Ctx<'_>) {
        let text = match (self.conflict(), self.here()) {
            (Some(conflict), _) => conflict::copied(conflict, ctx.desk),
            (None, Some(change)) => copied(change, ctx.desk),
            (None, None) => return,
        };
        ctx.ask(Effect::Copy(text));
    }

    /// Writes the answer, or says why it cannot be written.
    fn settle(&self, verdict: Verdict, ctx: &mut Ctx<'_>) {
        let Some(conflict) = self.conflict() else {
            return;
        };
        match settle(conflict, verdict, &ctx.desk.snapshot, &ctx.desk.rules) {
            Ok((command, label)) => ctx.apply(command, label),
            Err(why) => ctx.say(Tone::Refused, why),
        }
    }

    /// So many tabs on, round and round.
    fn turn(&mut self, by: usize) {
        let tabs = self.tabs();
        let at = tabs.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let next = tabs.get((at + by) % tabs.len().max(1)).copied();
        self.go(next.unwrap_or_default());
    }

    fn go(&mut self, tab: Tab) {
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
        &*about.customer,
        &*about.contract,
        &about.serial,
        &about.product,
        &words::change(change, about.line.as_ref()),
        about.file,
        &row,
    ];
    cells.map(Desk::typed).join("\t")
}
