//! Reading an export file into the book: choose a file, watch it being read, see what would
//! change, then write it or walk away. Until the last step nothing is written, and walking away
//! leaves nothing behind. Files are read by the runtime; this screen only asks and shows.

mod columns;
mod columns_view;
pub(in crate::ui::screen) mod path;
mod settled;
mod view;

pub use columns::Choice;
pub use path::readable;
pub use view::view;

use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use crate::ui::action::{ActionId, Place};
use crate::ui::canvas::Target;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Code, Input, Key};
use crate::ui::model::Pane;
use crate::ui::msg::{Folder, Planned, Preview, Trouble, Unplanned};
use crate::ui::screen::quote::{scroll_text, step_list};
use crate::ui::widget::field::{Field, FieldEdit, field_edit};
use crate::ui::widget::list::List;
use columns::About;
use path::{joined, parent};

/// Formats a file can be said to be; the first lets the file speak for itself. A test holds the list
/// to what the reader reads.
pub const FORMATS: [&str; 23] = [
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
    "asset_list_return",
    "generic",
];
/// Folders remembered while the desk is open.
const RECENT: usize = 5;

/// The screen's state.
#[derive(Debug, Default)]
pub struct Model {
    step: Step,
    /// Path being typed or last used.
    path: Field,
    /// Path of a mapping file; empty without one.
    map: Field,
    /// Which of the two is being typed.
    typing: Option<Typing>,
    /// Place in [`FORMATS`].
    format: usize,
    folder: Option<Folder>,
    recent: Vec<String>,
    list: List,
    text: List,
    /// The file being looked at.
    about: About,
    /// Names the newest request; answers to older ones are dropped.
    ticket: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typing {
    Path,
    Map,
}

#[derive(Debug, Default)]
enum Step {
    /// Choosing a file.
    #[default]
    Choose,
    /// A file is being read: bytes so far, of all.
    Reading { done: u64, of: u64 },
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
    /// Being written.
    Writing { file: String, planned: Box<Planned> },
    /// In the book.
    Done {
        batch: Box<Batch>,
        planned: Option<Box<Planned>>,
        /// What was written, and where the rejected rows are.
        told: String,
    },
}

/// A row of the chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    /// The path field.
    Path,
    /// The format.
    Format,
    /// The mapping file.
    Map,
    /// The folder above.
    Up,
    /// A folder used before.
    Recent(String),
    /// A folder in this one.
    Folder(String),
    /// A file with an ending we read, and its bytes.
    File(String, u64),
}

impl Model {
    /// Where the keys go; `None` while a field is open and takes them all.
    pub fn place(&self) -> Option<Place> {
        if self.typing.is_some() {
            None
        } else {
            Some(Place::List)
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
        self.no_columns(action)
    }

    /// Runs an action.
    pub fn act(&mut self, action: ActionId, ctx: &mut Ctx<'_>) {
        if self.act_columns(action, ctx) {
            return;
        }
        match (action, &self.step) {
            (ActionId::Open, _) => self.enter(ctx),
            (ActionId::ImportAnyway, _) => self.ask_plan(true, ctx),
            (ActionId::Explain, _) => ctx.pass(),
            (ActionId::Copy, _) => match view::report(&self.step, &self.about) {
                Some(text) => ctx.ask(Effect::Copy(text)),
                None => ctx.say(Tone::Note, "There is nothing to copy"),
            },
            (ActionId::Back, Step::Choose) => ctx.pass(),
            (ActionId::Back, _) => self.leave(ctx),
            (_, Step::Choose) => {
                let rows = self.entries().len();
                step_list(&mut self.list, action, rows);
            }
            _ => scroll_text(&mut self.text, action),
        }
    }

    /// Takes what no action took: typed text, pasted text.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        match input {
            Input::Key(key) if self.typing.is_some() => self.type_key(*key, ctx),
            Input::Key(key) if key.is("tab") && matches!(self.step, Step::Choose) => {
                self.typing = Some(Typing::Path);
            }
            // A file dragged onto the terminal arrives as a pasted path.
            Input::Paste(text) if matches!(self.step, Step::Choose) => {
                if self.typing.is_none() {
                    self.typing = Some(Typing::Path);
                    self.path = Field::default();
                }
                let text = text.trim().trim_matches(['"', '\'']);
                self.field().apply(FieldEdit::Insert(text.to_string()));
            }
            _ => self.columns_input(input, ctx),
        }
    }

    /// A file is being read.
    pub fn progress(&mut self, ticket: u64, now: u64, all: u64) {
        if let Step::Reading { done, of } = &mut self.step
            && ticket == self.ticket
        {
            (*done, *of) = (now, all);
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
            about.seen = preview.seen;
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

    /// A folder was listed.
    pub fn folder(&mut self, folder: Folder) {
        self.list = List::default();
        if folder.error.is_none() {
            self.path = Field::new(&folder.path);
        }
        self.folder = Some(folder);
    }

    /// An import was written.
    pub fn imported(&mut self, batch: BatchId, told: &str, desk: &Desk) {
        let Some(batch) = desk.snapshot.batches.get(batch) else {
            return;
        };
        let planned = match std::mem::take(&mut self.step) {
            Step::Writing { planned, .. } => Some(planned),
            _ => None,
        };
        self.text = List::default();
        self.step = Step::Done {
            batch: Box::new(batch.whole(desk.snapshot.batches.iter())),
            planned,
            told: told.to_string(),
        };
    }

    /// A change was refused: an import that was being written is back to be looked at.
    pub fn refused(&mut self) {
        if matches!(self.step, Step::Writing { .. })
            && let Step::Writing { file, planned } = std::mem::take(&mut self.step)
        {
            self.step = Step::Look { file, planned };
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
                let again = self.list.cursor == at;
                self.list.cursor = at;
                if again {
                    self.enter(ctx);
                }
            }
            _ => {}
        }
    }

    /// The screen is shown: lists the person's folder the first time.
    pub fn shown(&mut self, effects: &mut Vec<Effect>) {
        if self.folder.is_none() {
            effects.push(Effect::ListFolder(String::new()));
        }
    }

    /// Follows a change of the desk: nothing here is computed from it.
    pub fn follow(&mut self, _desk: &Desk) {}

    fn field(&mut self) -> &mut Field {
        match self.typing {
            Some(Typing::Map) => &mut self.map,
            _ => &mut self.path,
        }
    }

    fn type_key(&mut self, key: Key, ctx: &mut Ctx<'_>) {
        match key.code {
            Code::Esc => self.typing = None,
            Code::Tab => self.complete(),
            Code::Enter => {
                let typing = self.typing.take();
                if typing == Some(Typing::Path) {
                    let path = Desk::typed(self.path.text());
                    self.take_path(&path, ctx);
                }
            }
            _ => {
                if let Some(edit) = field_edit(key) {
                    self.field().apply(edit);
                }
            }
        }
    }

    /// Completes the typed path from the entries of the listed folder.
    fn complete(&mut self) {
        let Some(folder) = &self.folder else { return };
        let text = self.path.text().to_string();
        let Some(begun) = text
            .strip_prefix(&folder.path)
            .map(|rest| rest.trim_start_matches(['/', '\\']))
        else {
            return;
        };
        let mut fitting = folder
            .entries
            .iter()
            .filter(|(name, ..)| name.starts_with(begun));
        if let (Some((name, ..)), None) = (fitting.next(), fitting.next()) {
            self.path = Field::new(&joined(&folder.path, name));
        }
    }

    fn entries(&self) -> Vec<Entry> {
        let mut out = vec![Entry::Path, Entry::Format, Entry::Map];
        let here = self.folder.as_ref().map_or("", |folder| &folder.path);
        out.extend(
            self.recent
                .iter()
                .filter(|path| *path != here)
                .cloned()
                .map(Entry::Recent),
        );
        if let Some(folder) = &self.folder {
            if parent(&folder.path).is_some() {
                out.push(Entry::Up);
            }
            let folders = folder.entries.iter().filter(|(_, is_folder, _)| *is_folder);
            out.extend(folders.map(|(name, ..)| Entry::Folder(name.clone())));
            // Others cannot be read and would only be in the way.
            let files = folder
                .entries
                .iter()
                .filter(|(name, is_folder, _)| !is_folder && readable(name));
            out.extend(files.map(|(name, _, bytes)| Entry::File(name.clone(), *bytes)));
        }
        out
    }

    /// Enter: the next step.
    fn enter(&mut self, ctx: &mut Ctx<'_>) {
        match &self.step {
            Step::Choose => self.choose(ctx),
            Step::Reading { .. } | Step::Writing { .. } | Step::Columns { .. } => {}
            // the key one presses all the time must not be a yes to this
            Step::Lost { .. } => ctx.say(Tone::Note, "y imports it anyway, Esc does not"),
            Step::Failed { .. } | Step::Done { .. } => self.leave(ctx),
            Step::Look { planned, .. } => {
                if planned.counts.new + planned.counts.changed + planned.gone == 0 {
                    let why = "The book holds all of it already: nothing to import";
                    return self.forget(why, ctx);
                }
                if let Step::Look { file, planned } = std::mem::take(&mut self.step) {
                    ctx.ask(Effect::ApplyImport {
                        ticket: self.ticket,
                        keep: self.about.keep(),
                    });
                    self.step = Step::Writing { file, planned };
                }
            }
        }
    }

    /// Esc: one step back; a plan that was not written is forgotten.
    fn leave(&mut self, ctx: &mut Ctx<'_>) {
        match &mut self.step {
            Step::Writing { .. } => {
                ctx.say(Tone::Note, "Being written; Ctrl+Z takes it back afterwards");
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

    fn choose(&mut self, ctx: &mut Ctx<'_>) {
        let Some(entry) = self.entries().get(self.list.cursor).cloned() else {
            return;
        };
        let here = self.folder.as_ref().map(|folder| folder.path.clone());
        let here = here.unwrap_or_default();
        match entry {
            Entry::Path => {
                // Selected, so that a path typed in full replaces what stands there.
                self.path.apply(FieldEdit::SelectAll);
                self.typing = Some(Typing::Path);
            }
            Entry::Map => self.typing = Some(Typing::Map),
            Entry::Format => self.format = (self.format + 1) % FORMATS.len(),
            Entry::Up => {
                if let Some(above) = parent(&here) {
                    ctx.ask(Effect::ListFolder(above.to_string()));
                }
            }
            Entry::Recent(path) => ctx.ask(Effect::ListFolder(path)),
            Entry::Folder(name) => ctx.ask(Effect::ListFolder(joined(&here, &name))),
            Entry::File(name, ..) => {
                let path = joined(&here, &name);
                self.path = Field::new(&path);
                self.read(&path, ctx);
            }
        }
    }

    /// A typed path: a file by its ending, else a folder.
    fn take_path(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        if path.is_empty() {
            ctx.ask(Effect::ListFolder(String::new()));
        } else if readable(path) {
            self.read(path, ctx);
        } else {
            ctx.ask(Effect::ListFolder(path.to_string()));
        }
    }

    fn read(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        if let Some(folder) = parent(path) {
            self.recent.retain(|known| known != folder);
            self.recent.insert(0, folder.to_string());
            self.recent.truncate(RECENT);
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
        self.step = Step::Reading { done: 0, of: 0 };
        let map = Desk::typed(self.map.text());
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
