//! Reading an export file into the book: choose a file, watch it being read, see what would
//! change, then write it or walk away. Until the last step nothing is written, and walking away
//! leaves nothing behind. Files are read by the runtime; this screen only asks and shows.

mod columns;
mod columns_view;
mod folders;
mod settled;
mod view;

pub use columns::Choice;
pub use view::view;

use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Input, Key};
use crate::ui::model::Pane;
use crate::ui::msg::{Asker, Planned, Preview, Trouble, Unplanned};
use crate::ui::screen::quote::scroll_text;
use crate::ui::widget::field::Field;
use crate::ui::widget::list::List;
use crate::ui::widget::picker::{Head, Picked, Picker, pasted, path};
use columns::About;

/// Formats a file can be said to be; the first lets the file speak for itself. A test holds the list
/// to what the reader reads.
pub const FORMATS: [&str; 24] = [
    "recognised from the file",
    "ccwr_quote",
    "ib_line_details",
    "sntc_contracts_details",
    "sntc_covered_assets",
    "sntc_not_covered_assets",
    "sntc_hardware",
    "sntc_customers",
    "sntc_hardware_eol",
    "sntc_hardware_bulletins",
    "sn2info",
    "bcs_serials",
    "intersight_contract",
    "pxcloud_contracts",
    "pxcloud_details",
    "pxcloud_lifecycle",
    "ingram_search",
    "ingram_detail",
    "eox_v5",
    "dpv",
    "ccw_estimate",
    "quote_lines_return",
    "asset_list_return",
    "generic",
];
/// The picker's rows on top.
const PATH: usize = 0;
const FORMAT: usize = 1;
const MAP: usize = 2;

/// The screen's state.
#[derive(Debug)]
pub struct Model {
    step: Step,
    /// Which file, as which format, with which mapping file.
    picker: Picker,
    /// Place in [`FORMATS`].
    format: usize,
    text: List,
    /// The file being looked at.
    about: About,
    /// Names the newest request; answers to older ones are dropped.
    ticket: u64,
}

impl Default for Model {
    fn default() -> Model {
        let line = |label| Head::Line {
            label,
            empty: "(Enter: type it)",
            field: Field::default(),
        };
        let format = Head::Choice(format_row(0));
        Model {
            step: Step::default(),
            picker: Picker::new(
                Asker::Import,
                vec![line("Path    "), format, line("Map     ")],
                true,
            ),
            format: 0,
            text: List::default(),
            about: About::default(),
            ticket: 0,
        }
    }
}

fn format_row(at: usize) -> String {
    let format = FORMATS.get(at).copied().unwrap_or_default();
    format!("Format  {format}   (Enter: next)")
}

#[derive(Debug, Default)]
enum Step {
    /// Choosing a file.
    #[default]
    Choose,
    /// A file is being read: rows so far.
    Reading { rows: u64 },
    /// Read and planned; waits for a yes.
    Look { file: String, planned: Box<Planned> },
    /// Its columns are shown, and what is asked about it.
    Columns {
        file: String,
        trouble: Option<Trouble>,
        planned: Option<Box<Planned>>,
    },
    /// It could not be read or planned.
    Failed { file: String, trouble: Trouble },
    /// It lacks many lines of the files before it: is it whole?
    Lost { file: String, question: String },
    /// Being written, or on the way back because the person stopped it.
    Writing {
        file: String,
        planned: Box<Planned>,
        stopping: bool,
    },
    /// In the book.
    Done {
        batch: Box<Batch>,
        planned: Option<Box<Planned>>,
        /// What was written, and where the rejected rows are.
        told: String,
    },
}

impl Model {
    /// Where the keys go; `None` while a field is open and takes them all.
    pub fn place(&self) -> Option<Place> {
        match self.picker.is_typing() {
            true => None,
            false => Some(Place::List),
        }
    }

    /// Why an action cannot run now.
    pub fn disabled(&self, action: ActionId, desk: &Desk) -> Option<String> {
        if desk.read_only && action == ActionId::Open && matches!(self.step, Step::Look { .. }) {
            return Some("the book is open for reading only".into());
        }
        let asks = matches!(self.step, Step::Lost { .. });
        if action == ActionId::ImportAnyway && !asks {
            return Some("no file asks for it".into());
        }
        if action == ActionId::WatchFolder && !matches!(self.step, Step::Choose) {
            return Some("only while a file is being chosen".into());
        }
        self.no_columns(action)
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        if self.act_columns(action, ctx) {
            return;
        }
        match (action, &self.step) {
            (ActionId::Open, _) => self.enter(ctx),
            (ActionId::WatchFolder, _) => self.picker.watch(ctx),
            (ActionId::ImportAnyway, _) => self.ask_plan(true, ctx),
            (ActionId::Explain, _) => ctx.pass(),
            (ActionId::Copy, _) => match view::report(&self.step, &self.about) {
                Some(text) => ctx.ask(Effect::Copy(text)),
                None => ctx.say(Tone::Note, "There is nothing to copy"),
            },
            (ActionId::Back, Step::Choose) => ctx.pass(),
            (ActionId::Back, _) => self.leave(ctx),
            (_, Step::Choose) => self.picker.step(action),
            _ => scroll_text(&mut self.text, action),
        }
    }

    /// Takes what no action took: typed text, pasted text.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        match input {
            Input::Key(key) if self.picker.is_typing() => self.type_key(*key, ctx),
            Input::Key(key) if key.is("tab") && matches!(self.step, Step::Choose) => {
                self.picker.type_into(PATH);
            }
            // A file dragged onto the terminal arrives as a pasted path.
            Input::Paste(text) if matches!(self.step, Step::Choose) => {
                if !self.picker.paste(text) {
                    self.picker.set_text(PATH, &pasted(text));
                    self.picker.type_into(PATH);
                }
            }
            _ => self.columns_input(input, ctx),
        }
    }

    /// A file is being read.
    pub fn progress(&mut self, ticket: u64, now: u64) {
        if let Step::Reading { rows } = &mut self.step
            && ticket == self.ticket
        {
            *rows = now;
        }
    }

    /// A file was read and planned.
    pub fn planned(&mut self, preview: Preview, ctx: &mut Ctx<'_>) {
        if preview.ticket != self.ticket || !matches!(self.step, Step::Reading { .. }) {
            ctx.ask(Effect::DropImport(preview.ticket));
            return;
        }
        self.text = List::default();
        let file = preview.file;
        let about = &mut self.about;
        // An answer that was none was never read with: what was seen before still stands.
        if !preview.seen.sheets.is_empty() || about.answers.is_empty() {
            about.sees(preview.seen);
        }
        about.question = preview.question;
        about.changed = false;
        let stay = std::mem::take(&mut about.stay);
        self.step = match preview.outcome {
            Ok(planned) if stay => Step::Columns {
                file,
                trouble: None,
                planned: Some(Box::new(planned)),
            },
            Ok(planned) => Step::Look {
                file,
                planned: Box::new(planned),
            },
            Err(Unplanned::Lost(question)) => Step::Lost { file, question },
            Err(Unplanned::Failed(trouble)) if !about.seen.sheets.is_empty() => Step::Columns {
                file,
                trouble: Some(trouble),
                planned: None,
            },
            Err(Unplanned::Failed(trouble)) => Step::Failed { file, trouble },
        };
    }

    /// An import is being written that leaving the desk would stop.
    pub fn writes(&self) -> bool {
        matches!(
            self.step,
            Step::Writing {
                stopping: false,
                ..
            }
        )
    }

    /// An import was written.
    pub fn imported(&mut self, batch: BatchId, told: &str, desk: &Desk) {
        let Some(batch) = desk.snapshot.batches.get(batch) else {
            return;
        };
        let (planned, late) = match std::mem::take(&mut self.step) {
            Step::Writing {
                planned, stopping, ..
            } => (Some(planned), stopping),
            _ => (None, false),
        };
        let late = match late {
            true => "It was in the book before it could be stopped; Ctrl+Z takes it back. ",
            false => "",
        };
        self.picker.done_with(&self.about.path);
        self.text = List::default();
        self.step = Step::Done {
            batch: Box::new(batch.whole(desk.snapshot.batches.iter())),
            planned,
            told: format!("{late}{told}"),
        };
    }

    /// A change was refused: an import that was being written is back to be looked at, or was
    /// stopped as wanted.
    pub fn refused(&mut self) {
        if matches!(self.step, Step::Writing { .. })
            && let Step::Writing {
                file,
                planned,
                stopping,
            } = std::mem::take(&mut self.step)
        {
            match stopping {
                true => self.ticket += 1,
                false => self.step = Step::Look { file, planned },
            }
        }
    }

    /// A click on one of its zones.
    pub fn click(&mut self, target: Target, ctx: &mut Ctx<'_>) {
        match (target, &self.step) {
            (Target::Row(Pane::Detail, at), Step::Columns { .. }) => self.choose_answer(at, ctx),
            (Target::Row(_, at), Step::Columns { .. }) => {
                let again = self.about.list.cursor == at;
                self.about.list.cursor = at;
                if again {
                    self.act_columns(ActionId::Open, ctx);
                }
            }
            (Target::Row(_, at), Step::Choose) => {
                let picked = self.picker.click(at, ctx);
                self.picked(picked, ctx);
            }
            _ => {}
        }
    }

    /// The screen is shown: lists the person's folder the first time.
    pub fn shown(&mut self, effects: &mut Vec<Effect>) {
        self.picker.shown(effects);
    }

    /// Follows a change of the desk: nothing here is computed from it.
    pub fn follow(&mut self, _desk: &Desk) {}

    fn type_key(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        if self.picker.key(key) == Some(PATH) {
            let path = Desk::typed(self.picker.text(PATH));
            self.take_path(&path, ctx);
        }
    }

    /// Enter: the next step.
    fn enter(&mut self, ctx: &mut Ctx<'_>) {
        match &self.step {
            Step::Choose => {
                let picked = self.picker.enter(ctx);
                self.picked(picked, ctx);
            }
            Step::Reading { .. } | Step::Writing { .. } | Step::Columns { .. } => {}
            // the key one presses all the time must not be a yes to this
            Step::Lost { .. } => ctx.say(Tone::Note, "y imports it anyway, Esc does not"),
            Step::Failed { .. } | Step::Done { .. } => self.leave(ctx),
            Step::Look { planned, .. } => {
                if planned.counts.new + planned.counts.changed + planned.gone == 0 {
                    let why = "The book holds all of it already: nothing to import";
                    let path = self.about.path.clone();
                    self.picker.done_with(&path);
                    return self.forget(why, ctx);
                }
                if let Step::Look { file, planned } = std::mem::take(&mut self.step) {
                    ctx.ask(Effect::ApplyImport {
                        ticket: self.ticket,
                        keep: self.about.keep(),
                    });
                    self.step = Step::Writing {
                        file,
                        planned,
                        stopping: false,
                    };
                }
            }
        }
    }

    /// Esc: one step back; a plan that was not written is forgotten.
    fn leave(&mut self, ctx: &mut Ctx<'_>) {
        match &mut self.step {
            Step::Writing { stopping, .. } => {
                if !std::mem::replace(stopping, true) {
                    ctx.ask(Effect::DropImport(self.ticket));
                    ctx.say(Tone::Note, "Stopping the import");
                }
            }
            Step::Columns {
                file,
                planned: planned @ Some(_),
                ..
            } if !self.about.changed => {
                let (file, planned) = (file.clone(), planned.take());
                if let Some(planned) = planned {
                    self.step = Step::Look { file, planned };
                }
            }
            Step::Reading { .. } | Step::Look { .. } | Step::Columns { .. } | Step::Lost { .. } => {
                self.forget("Nothing was imported", ctx);
            }
            _ => self.step = Step::Choose,
        }
        self.text = List::default();
    }

    /// Drops the plan and goes back to choosing; answers still on their way are not waited for.
    fn forget(&mut self, why: &str, ctx: &mut Ctx<'_>) {
        ctx.ask(Effect::DropImport(self.ticket));
        ctx.say(Tone::Note, why);
        self.ticket += 1;
        self.step = Step::Choose;
        self.text = List::default();
    }

    fn picked(&mut self, picked: Picked, ctx: &mut Ctx<'_>) {
        match picked {
            Picked::Choice(FORMAT) => {
                self.format = (self.format + 1) % FORMATS.len();
                self.picker.set_choice(FORMAT, format_row(self.format));
            }
            Picked::File(path) => {
                self.picker.set_text(PATH, &path);
                self.read(&path, ctx);
            }
            Picked::Choice(_) | Picked::Nothing => {}
        }
    }

    /// A typed path: a file by its ending, else a folder.
    fn take_path(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        if path::readable(path) {
            self.read(path, ctx);
        } else {
            ctx.ask(Effect::ListFolder(Asker::Import, path.to_string()));
        }
    }

    fn read(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        if let Some(folder) = path::parent(path) {
            ctx.ask(Effect::UsedFolder(folder.to_string()));
        }
        self.about = About {
            path: path.to_string(),
            ..About::default()
        };
        self.read_again(false, ctx);
    }

    /// Reads the file with what was answered about it; `stay` comes back to its columns.
    fn read_again(&mut self, stay: bool, ctx: &mut Ctx<'_>) {
        self.about.stay = stay;
        self.ask_plan(false, ctx);
    }

    /// Asks for a plan of the file, by the answers given so far.
    fn ask_plan(&mut self, accept_loss: bool, ctx: &mut Ctx<'_>) {
        self.ticket += 1;
        self.step = Step::Reading { rows: 0 };
        let map = Desk::typed(self.picker.text(MAP));
        ctx.ask(Effect::PlanImport {
            ticket: self.ticket,
            path: self.about.path.clone(),
            format: FORMATS
                .get(self.format)
                .filter(|_| self.format > 0)
                .map(|format| (*format).to_string()),
            map: Some(map).filter(|map| !map.is_empty()),
            accept_loss,
            answers: Box::new(self.about.answers.clone()),
        });
    }
}
