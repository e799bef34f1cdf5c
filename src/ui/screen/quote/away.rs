//! Work on a long quote that takes longer than a key may: it is done beside the desk, by the same code and on
//! a copy of the screen's state, and the answer takes that state's place. Work somebody asked for lets
//! what is typed meanwhile wait, in order; what only follows from the book is taken in whenever it comes.

use super::{Model, bulk, edit};
use crate::domain::command::Command;
use crate::domain::ids::RenewalId;
use crate::pricing::edit::Field;
use crate::pricing::subtotals::By;
use crate::program::Engine;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::Key;
use crate::ui::widget::grid::GridEvent;
use std::mem::swap;
use std::sync::Arc;

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Task {
    /// What follows from the book and its figures as they now stand; nobody waits for it.
    Follow,
    /// The quote is another one in the book: it is read again.
    Read,
    /// What a request to the grid asks of many cells.
    Grid(GridEvent),
    /// A pasted block.
    Paste(String),
    /// A key answers the pasted block.
    Block(Key),
    /// The lines gathered by one field more, or no longer by it; none: in no groups.
    Group(Option<By>),
    /// Every cell of a bulk edit, to be looked at.
    Bulk(Arc<bulk::Asked>, String),
}

impl Task {
    /// True where what is typed meanwhile has to wait.
    fn holds(&self) -> bool {
        !matches!(self, Task::Follow)
    }
}

/// Work on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gone {
    ticket: u64,
    holds: bool,
}

/// A task with all it needs.
pub struct Away {
    ticket: u64,
    task: Task,
    model: Model,
    desk: Desk,
}

/// What came of it.
pub struct Back {
    ticket: u64,
    model: Model,
    /// Tells which reading of the quote it was done on.
    born: Option<Arc<()>>,
    scored: u64,
    said: Vec<Said>,
}

/// A state that another one took the place of.
pub struct Spent(#[expect(dead_code, reason = "it is only given back")] Model);

impl std::fmt::Debug for Spent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spent")
    }
}

/// What the task asks of the desk.
enum Said {
    Apply(Box<Command>, String),
    Say(Tone, String),
    Preview(Box<bulk::Preview>),
}

impl std::fmt::Debug for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // in words it would be the whole quote
        write!(f, "Away {}", self.ticket)
    }
}

impl Away {
    /// Does it.
    pub fn work(self) -> Back {
        let Away {
            ticket,
            task,
            mut model,
            desk,
        } = self;
        // none of this makes anything new
        let mut ids = uuid::Uuid::nil;
        let mut ctx = Ctx::new(&desk, &mut ids);
        let mut said = Vec::new();
        let follows = !task.holds();
        match task {
            Task::Follow | Task::Read => model.load(&desk),
            Task::Grid(event) => model.answer(event, &mut ctx),
            Task::Paste(text) => model.paste(&text, &mut ctx),
            Task::Block(key) => model.answer_block(key, &mut ctx),
            Task::Group(by) => model.group_by(by, &desk),
            Task::Bulk(asked, text) => match bulk::preview(&asked, &text, &desk) {
                Ok(preview) => said.push(Said::Preview(Box::new(preview))),
                Err(why) => said.push(Said::Say(Tone::Refused, why)),
            },
        }
        said.extend(ctx.effects.into_iter().filter_map(|effect| match effect {
            Effect::Apply { command, label } => Some(Said::Apply(command, label)),
            Effect::Say(tone, text) => Some(Said::Say(tone, text)),
            _ => None,
        }));
        let born = model.sheet.as_ref().map(|sheet| Arc::clone(&sheet.born));
        if follows {
            // the desk has it, and changes it in place once nobody else does
            model.sheet = None;
        }
        Back {
            ticket,
            model,
            born,
            scored: desk.scored,
            said,
        }
    }
}

impl Model {
    /// True while what is typed has to wait for work beside the desk.
    pub fn waits(&self) -> bool {
        self.gone.is_some_and(|gone| gone.holds)
    }

    /// Wishes for work beside the desk.
    pub fn want(&mut self, task: Task) {
        if task.holds() || self.wanted.is_none() {
            self.wanted = Some(task);
        }
    }

    /// True where so many cells of the quote on screen are better done beside the desk.
    pub(super) fn is_much(&self, rows: usize, desk: &Desk) -> bool {
        self.is_long(desk) && rows > desk.long / 32
    }

    /// True for a long quote on screen.
    pub(super) fn is_long(&self, desk: &Desk) -> bool {
        let lines = self.sheet.as_ref().map(|sheet| sheet.kept.lines.len());
        lines.is_some_and(|lines| lines >= desk.long)
    }

    /// The scores are other ones now: what was counted of a long quote holds by those before until it is
    /// counted anew.
    pub fn outlive(&mut self, engine: Option<Arc<Engine>>, desk: &Desk) {
        let counted = self.counted.as_ref();
        let by_it = counted.is_some_and(|counted| counted.scored == desk.scored);
        if by_it && self.behind.is_none() && self.is_long(desk) {
            self.behind = engine;
        }
    }

    /// What is to be done beside the desk now.
    pub fn leave(&mut self, desk: &Desk) -> Option<Away> {
        let holds = self.wanted.as_ref()?.holds();
        // one after the other; what a person asks for comes before what follows from the book
        if self.gone.is_some_and(|gone| gone.holds || !holds) {
            return None;
        }
        let task = self.wanted.take()?;
        self.tickets += 1;
        let ticket = self.tickets;
        self.gone = Some(Gone { ticket, holds });
        Some(Away {
            ticket,
            desk: desk.beside(&self.covered(desk)),
            model: self.taken_along(&task),
            task,
        })
    }

    /// The renewals of the quote, on screen and in the book.
    fn covered(&self, desk: &Desk) -> Vec<RenewalId> {
        let shown = self.sheet.as_ref().map(|sheet| sheet.kept.renewals.clone());
        let mut all = shown.unwrap_or_default();
        let head = self.quote.and_then(|id| desk.snapshot.quotes.head(id));
        all.extend(head.into_iter().flat_map(|head| head.renewals));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The state a task works on. Figures that only it needs go along with it.
    fn taken_along(&mut self, task: &Task) -> Model {
        let holds = task.holds();
        let same = holds && self.behind.is_none();
        if let Some(sheet) = self.sheet.as_mut().filter(|_| !holds) {
            Arc::make_mut(sheet).since.clear();
        }
        let block = match task {
            Task::Block(_) => self.block.take(),
            _ => self.block.clone(),
        };
        Model {
            renewal: self.renewal,
            quote: self.quote,
            on_screen: self.on_screen,
            sheet: self.sheet.clone(),
            live: self.live.clone(),
            counted: self.counted.take_if(|_| same),
            paying: self.paying.take_if(|_| same),
            pays: self.pays.clone(),
            grid: self.grid.clone(),
            block,
            grouping: self.grouping.clone(),
            hold: self.hold,
            locked: self.locked.clone(),
            reloaded: self.reloaded.take(),
            adding: self.adding,
            projection: self.projection.clone(),
            list: self.list.clone(),
            focus: self.focus,
            full_width: self.full_width,
            ahead: None,
            anew: std::mem::take(&mut self.anew),
            wanted: None,
            gone: None,
            tickets: 0,
            behind: None,
        }
    }

    /// Takes in what came of work beside the desk; gives what it asks of the desk.
    pub fn came_back(&mut self, back: Back, desk: &Desk) -> Vec<Effect> {
        let gone = self.gone.filter(|gone| gone.ticket == back.ticket);
        let spent = match gone {
            Some(Gone { holds: true, .. }) => {
                let mut before = std::mem::replace(self, back.model);
                self.ahead = before.ahead.take();
                self.anew |= before.anew;
                self.tickets = before.tickets;
                (self.focus, self.full_width) = (before.focus, before.full_width);
                before
            }
            Some(Gone { holds: false, .. }) => {
                self.gone = None;
                self.adopt(back.model, (back.born, back.scored), desk)
            }
            // another quote is on the screen since; what was asked for is done all the same
            None => back.model,
        };
        let said = back.said.into_iter().map(|said| match said {
            Said::Apply(command, label) => Effect::Apply { command, label },
            Said::Say(tone, text) => Effect::Say(tone, text),
            Said::Preview(preview) => Effect::Open(Box::new(preview.popup())),
        });
        let spent = Effect::Spent(Box::new(Spent(spent)));
        said.chain([spent]).collect()
    }

    /// What was counted beside the desk, with the rows that changed meanwhile; gives what it was before.
    fn adopt(
        &mut self,
        mut model: Model,
        (born, scored): (Option<Arc<()>>, u64),
        desk: &Desk,
    ) -> Model {
        let Some(sheet) = self.sheet.as_mut() else {
            return model;
        };
        let same = born.is_some_and(|born| Arc::ptr_eq(&born, &sheet.born));
        let rows = sheet.since.len();
        if scored != desk.scored || !same || rows > super::project::MANY {
            self.want(Task::Follow);
            return model;
        }
        let sheet = Arc::make_mut(sheet);
        let rows = std::mem::take(&mut sheet.since);
        sheet.changed.extend(rows);
        swap(&mut self.counted, &mut model.counted);
        swap(&mut self.paying, &mut model.paying);
        model.behind = self.behind.take();
        if self.live.is_none() {
            self.live = model.live.take();
        }
        self.project(desk, true);
        model
    }

    /// Forgets work on a quote that is not on the screen any more.
    pub(super) fn forget_away(&mut self) {
        self.gone = None;
        self.wanted = None;
        self.behind = None;
        self.anew = false;
    }

    /// Shows what a fill makes of the lines on the screen; all of them follow from beside the desk.
    pub(super) fn glance(&mut self, event: &GridEvent, desk: &Desk) {
        let GridEvent::Fill {
            from,
            into,
            columns,
        } = event
        else {
            return;
        };
        let places = *from..into.end;
        let Ok((rows, texts)) = self.copies(places, &edit::columns_in(columns.clone())) else {
            return;
        };
        let edits: Vec<(Field, &str)> = texts.iter().map(|(f, text)| (*f, &**text)).collect();
        let seen = self.grid.rows.seen();
        let Some(sheet) = self.sheet.as_mut().map(Arc::make_mut) else {
            return;
        };
        for row in rows {
            if seen.contains(&sheet.place_of(row))
                && let Some(Ok(line)) = sheet.with(desk, row, &edits)
            {
                sheet.put(desk, row, line);
            }
        }
    }
}
