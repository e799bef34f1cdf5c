//! A file picker: rows to type into or to switch on top, then folders used before, and the entries
//! of a folder. It asks for listings and says what was picked; the screen around it knows what for.

pub mod path;
mod view;

pub use view::view;

use crate::ui::action::ActionId;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::Effect;
use crate::ui::input::{Code, Key};
use crate::ui::msg::{Arrived, Asker, Entry, Folder, Folders};
use crate::ui::screen::quote::step_list;
use crate::ui::widget::field::{Field, FieldEdit, field_edit};
use crate::ui::widget::list::List;
use path::{joined, parent, readable};

/// New exports offered at most.
const ARRIVED: usize = 9;

/// A row on top.
#[derive(Clone, Debug)]
pub enum Head {
    /// A line to type into.
    Line {
        /// Its name, padded.
        label: &'static str,
        /// What it says while it is empty.
        empty: &'static str,
        /// What is typed.
        field: Field,
    },
    /// Something Enter does or switches; the text says how it stands.
    Choice(String),
}

/// What was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// A choice on top, by its place.
    Choice(usize),
    /// A file, by its path.
    File(String),
    /// Nothing that the screen has to know of.
    Nothing,
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Row {
    /// One on top.
    Head(usize),
    /// A file that appeared in a watched folder, by its place.
    Arrived(usize),
    /// Whether this folder is watched.
    Watch,
    /// A folder used before.
    Recent(String),
    /// The folder above.
    Up,
    /// A folder in this one.
    Folder(String),
    /// A file with an ending we read.
    File(Entry),
}

/// The picker's state.
#[derive(Debug, Default)]
pub struct Picker {
    asker: Asker,
    heads: Vec<Head>,
    /// The line being typed into.
    typing: Option<usize>,
    folder: Option<Folder>,
    folders: Folders,
    /// New exports, the newest first.
    arrived: Vec<Arrived>,
    /// New exports are offered, and folders can be watched for them.
    offers: bool,
    list: List,
}

impl Picker {
    /// A picker with these rows on top.
    pub fn new(asker: Asker, heads: Vec<Head>, offers: bool) -> Picker {
        Picker {
            asker,
            heads,
            offers,
            ..Picker::default()
        }
    }

    /// True while a line takes all keys.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// What stands in a line.
    pub fn text(&self, at: usize) -> &str {
        match self.heads.get(at) {
            Some(Head::Line { field, .. }) => field.text(),
            _ => "",
        }
    }

    /// Puts a text into a line.
    pub fn set_text(&mut self, at: usize, text: &str) {
        if let Some(field) = self.line(at) {
            *field = Field::new(text);
        }
    }

    /// Says how a choice stands.
    pub fn set_choice(&mut self, at: usize, text: String) {
        if let Some(Head::Choice(own)) = self.heads.get_mut(at) {
            *own = text;
        }
    }

    /// Path of the folder shown; empty before one was listed.
    pub fn here(&self) -> &str {
        self.folder.as_ref().map_or("", |folder| &folder.path)
    }

    /// The folder on the screen is watched.
    pub fn watched(&self) -> bool {
        self.folders.watched.iter().any(|path| path == self.here())
    }

    /// Folders watched for new exports.
    pub fn watches(&self) -> &[String] {
        &self.folders.watched
    }

    /// The newest export that appeared and was not read yet.
    pub fn newest(&self) -> Option<&Arrived> {
        self.arrived.first()
    }

    /// The screen is shown: lists the person's folder the first time, and which were used before.
    pub fn shown(&self, effects: &mut Vec<Effect>) {
        if self.folder.is_none() {
            effects.push(Effect::ListFolder(self.asker, String::new()));
        }
        effects.push(Effect::KnownFolders);
    }

    /// A folder was listed.
    pub fn listed(&mut self, folder: Folder) {
        let same = self.here() == folder.path;
        self.folder = Some(folder);
        if same {
            self.list.step(0, self.rows().len());
        } else {
            self.list = List::default();
        }
    }

    /// Which folders were used before and which are watched; the cursor stays on its row.
    pub fn known(&mut self, folders: Folders) {
        self.keep_place(|picker| picker.folders = folders);
    }

    /// A new export appeared, once for each file.
    pub fn appeared(&mut self, arrived: Arrived) {
        self.keep_place(|picker| {
            picker.arrived.retain(|known| known.path != arrived.path);
            picker.arrived.insert(0, arrived);
            picker.arrived.truncate(ARRIVED);
        });
    }

    /// A file is done with.
    pub fn done_with(&mut self, path: &str) {
        self.keep_place(|picker| picker.arrived.retain(|known| known.path != path));
    }

    fn keep_place(&mut self, change: impl FnOnce(&mut Picker)) {
        let here = self.rows().get(self.list.cursor).cloned();
        change(self);
        let rows = self.rows();
        let at = rows.iter().position(|row| Some(row) == here.as_ref());
        self.list.go(at.unwrap_or(self.list.cursor), rows.len());
    }

    fn line(&mut self, at: usize) -> Option<&mut Field> {
        match self.heads.get_mut(at) {
            Some(Head::Line { field, .. }) => Some(field),
            _ => None,
        }
    }

    fn rows(&self) -> Vec<Row> {
        let mut out: Vec<Row> = (0..self.heads.len()).map(Row::Head).collect();
        if self.offers {
            out.extend((0..self.arrived.len()).map(Row::Arrived));
        }
        let Some(folder) = &self.folder else {
            return out;
        };
        if self.offers {
            out.push(Row::Watch);
        }
        let recent = self.folders.recent.iter();
        out.extend(
            recent
                .filter(|path| **path != folder.path)
                .cloned()
                .map(Row::Recent),
        );
        if parent(&folder.path).is_some() {
            out.push(Row::Up);
        }
        let folders = folder.entries.iter().filter(|entry| entry.is_folder);
        out.extend(folders.map(|entry| Row::Folder(entry.name.clone())));
        // Others cannot be read and would only be in the way.
        let files = folder.entries.iter();
        let files = files.filter(|entry| !entry.is_folder && readable(&entry.name));
        out.extend(files.cloned().map(Row::File));
        out
    }

    /// Moves the cursor.
    pub fn step(&mut self, action: ActionId) {
        let rows = self.rows().len();
        step_list(&mut self.list, action, rows);
    }

    /// Enter on the row under the cursor.
    pub fn enter(&mut self, ctx: &mut Ctx<'_>) -> Picked {
        let Some(row) = self.rows().get(self.list.cursor).cloned() else {
            return Picked::Nothing;
        };
        let here = self.here().to_string();
        match row {
            Row::Head(at) => match self.line(at) {
                Some(field) => {
                    // Selected, so that a path typed in full replaces what stands there.
                    field.apply(FieldEdit::SelectAll);
                    self.typing = Some(at);
                }
                None => return Picked::Choice(at),
            },
            Row::Arrived(at) => {
                if let Some(arrived) = self.arrived.get(at) {
                    return Picked::File(arrived.path.clone());
                }
            }
            Row::Watch => self.watch(ctx),
            Row::Up => {
                if let Some(above) = parent(&here) {
                    ctx.ask(Effect::ListFolder(self.asker, above.to_string()));
                }
            }
            Row::Recent(path) => ctx.ask(Effect::ListFolder(self.asker, path)),
            Row::Folder(name) => ctx.ask(Effect::ListFolder(self.asker, joined(&here, &name))),
            Row::File(file) => return Picked::File(joined(&here, &file.name)),
        }
        Picked::Nothing
    }

    /// Watches the folder on the screen for new exports, or no longer.
    pub fn watch(&self, ctx: &mut Ctx<'_>) {
        if !self.here().is_empty() {
            let (folder, on) = (self.here().to_string(), !self.watched());
            ctx.ask(Effect::WatchFolder { folder, on });
        }
    }

    /// A click on a row; a second one is Enter.
    pub fn click(&mut self, at: usize, ctx: &mut Ctx<'_>) -> Picked {
        let again = self.list.cursor == at;
        self.list.go(at, self.rows().len());
        match again {
            true => self.enter(ctx),
            false => Picked::Nothing,
        }
    }

    /// Begins to type into a line.
    pub fn type_into(&mut self, at: usize) {
        self.typing = Some(at);
    }

    /// Takes a key while a line is open; gives the line that Enter kept.
    pub fn key(&mut self, key: Key) -> Option<usize> {
        match key.code {
            Code::Esc => self.typing = None,
            Code::Enter => return self.typing.take(),
            Code::Tab => self.complete(),
            _ => {
                if let (Some(edit), Some(field)) = (field_edit(key), self.open_line()) {
                    field.apply(edit);
                }
            }
        }
        None
    }

    /// Puts pasted text into the open line; false when none is open. A file dragged onto the
    /// terminal arrives as a pasted path.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = text.trim().trim_matches(['"', '\'']).to_string();
        match self.open_line() {
            Some(field) => field.apply(FieldEdit::Insert(text)),
            None => return false,
        };
        true
    }

    fn open_line(&mut self) -> Option<&mut Field> {
        self.line(self.typing?)
    }

    /// Completes the typed path from the entries of the listed folder.
    fn complete(&mut self) {
        let (Some(folder), Some(at)) = (&self.folder, self.typing) else {
            return;
        };
        let begun = self.text(at).strip_prefix(&folder.path);
        let Some(begun) = begun.map(|rest| rest.trim_start_matches(['/', '\\'])) else {
            return;
        };
        let entries = folder.entries.iter();
        let mut fitting = entries.filter(|entry| entry.name.starts_with(begun));
        if let (Some(entry), None) = (fitting.next(), fitting.next()) {
            let path = joined(&folder.path, &entry.name);
            self.set_text(at, &path);
        }
    }
}

/// A pasted path as one line of text.
pub fn pasted(text: &str) -> String {
    Desk::typed(text.trim().trim_matches(['"', '\'']))
}
