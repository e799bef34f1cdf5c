//! Which files are compared with the book: typed, pasted, dropped, or picked from a folder.

use super::ask::File;
use crate::reconcile::Scope;
use crate::ui::action::ActionId;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Code, Input, Key};
use crate::ui::msg::Folder;
use crate::ui::screen::import::path::{joined, parent, readable};
use crate::ui::screen::quote::step_list;
use crate::ui::widget::field::{Field, FieldEdit, field_edit};
use crate::ui::widget::list::List;

/// Files compared at once.
const FILES: usize = 2;

/// A row of the chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The path of the n-th file.
    Path(usize),
    /// The mapping file of the n-th file.
    Map(usize),
    /// How much of the book is compared.
    Scope,
    /// Reads and compares.
    Compare,
    /// The folder above.
    Up,
    /// A folder in this one.
    Folder(String),
    /// A file we read.
    File(String),
}

/// The chooser's state.
#[derive(Debug, Default)]
pub(super) struct Choose {
    paths: [Field; FILES],
    maps: [Field; FILES],
    /// What is being typed.
    typing: Option<Entry>,
    /// All lines of the book, not only those of the customers the files speak of.
    pub whole: bool,
    pub folder: Option<Folder>,
    pub list: List,
    chosen: Vec<File>,
}

impl Choose {
    /// True while a field takes all keys.
    pub fn is_typing(&self) -> bool {
        self.typing.is_some()
    }

    /// True while that row is being typed.
    pub fn types(&self, entry: &Entry) -> bool {
        self.typing.as_ref() == Some(entry)
    }

    /// The field of a row.
    pub fn field(&self, entry: &Entry) -> Option<&Field> {
        match entry {
            Entry::Path(at) => self.paths.get(*at),
            Entry::Map(at) => self.maps.get(*at),
            _ => None,
        }
    }

    fn typed(&mut self) -> Option<&mut Field> {
        match self.typing {
            Some(Entry::Path(at)) => self.paths.get_mut(at),
            Some(Entry::Map(at)) => self.maps.get_mut(at),
            _ => None,
        }
    }

    /// The files as they are typed now.
    pub fn files(&self) -> Vec<File> {
        let files = self.paths.iter().zip(&self.maps).map(|(path, map)| File {
            path: Desk::typed(path.text()),
            map: Desk::typed(map.text()),
        });
        files.filter(|file| !file.path.is_empty()).collect()
    }

    /// Keeps the files as typed for the comparison; false without any.
    pub fn choose(&mut self) -> bool {
        self.chosen = self.files();
        !self.chosen.is_empty()
    }

    /// The files of the comparison.
    pub fn chosen(&self) -> &[File] {
        &self.chosen
    }

    /// Which lines of the book are compared.
    pub fn scope(&self) -> Scope {
        Scope {
            whole: self.whole,
            ..Scope::default()
        }
    }

    /// Every row there is.
    pub fn entries(&self) -> Vec<Entry> {
        let mut out = Vec::new();
        for at in 0..FILES {
            out.extend([Entry::Path(at), Entry::Map(at)]);
        }
        out.extend([Entry::Scope, Entry::Compare]);
        let Some(folder) = &self.folder else {
            return out;
        };
        if parent(&folder.path).is_some() {
            out.push(Entry::Up);
        }
        let folders = folder.entries.iter().filter(|(_, is_folder, _)| *is_folder);
        out.extend(folders.map(|(name, ..)| Entry::Folder(name.clone())));
        let files = folder.entries.iter();
        let files = files.filter(|(name, is_folder, _)| !is_folder && readable(name));
        out.extend(files.map(|(name, ..)| Entry::File(name.clone())));
        out
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.entries().len()
    }

    /// Moves the cursor.
    pub fn step(&mut self, action: ActionId) {
        let rows = self.rows();
        step_list(&mut self.list, action, rows);
    }

    /// Asks for the person's folder the first time.
    pub fn shown(&self, effects: &mut Vec<Effect>) {
        if self.folder.is_none() {
            effects.push(Effect::ListFolder(String::new()));
        }
    }

    /// A folder was listed.
    pub fn folder(&mut self, folder: Folder) {
        self.folder = Some(folder);
        let rows = self.rows();
        self.list.step(0, rows);
    }

    /// Enter on the row under the cursor; true when the files shall be compared.
    pub fn enter(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(entry) = self.entries().get(self.list.cursor).cloned() else {
            return false;
        };
        let here = self.folder.as_ref().map(|folder| folder.path.clone());
        let here = here.unwrap_or_default();
        match entry {
            Entry::Path(_) | Entry::Map(_) => {
                self.typing = Some(entry);
                if let Some(field) = self.typed() {
                    // Selected, so that a path typed in full replaces what stands there.
                    field.apply(FieldEdit::SelectAll);
                }
            }
            Entry::Scope => self.whole = !self.whole,
            Entry::Compare => return true,
            Entry::Up => {
                if let Some(above) = parent(&here) {
                    ctx.ask(Effect::ListFolder(above.to_string()));
                }
            }
            Entry::Folder(name) => ctx.ask(Effect::ListFolder(joined(&here, &name))),
            Entry::File(name) => self.put(&joined(&here, &name), ctx),
        }
        false
    }

    /// A click; true when the files shall be compared.
    pub fn click(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        let again = self.list.cursor == at;
        let rows = self.rows();
        self.list.go(at, rows);
        again && self.enter(ctx)
    }

    /// Puts a file into the first free place, else into the last one.
    fn put(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        let free = self
            .paths
            .iter()
            .position(|field| field.text().trim().is_empty());
        let at = free.unwrap_or(FILES - 1);
        if let Some(field) = self.paths.get_mut(at) {
            *field = Field::new(path);
        }
        ctx.say(Tone::Note, format!("List {} chosen; c compares", at + 1));
    }

    /// Takes typed and pasted text; true when the files shall be compared.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) -> bool {
        match input {
            Input::Key(key) if self.is_typing() => self.type_key(*key),
            // A file dragged onto the terminal arrives as a pasted path.
            Input::Paste(text) => {
                let text = text.trim().trim_matches(['"', '\'']);
                match self.typed() {
                    Some(field) => {
                        field.apply(FieldEdit::Insert(text.to_string()));
                    }
                    None => self.put(&Desk::typed(text), ctx),
                }
            }
            _ => {}
        }
        false
    }

    fn type_key(&mut self, key: Key) {
        match key.code {
            Code::Esc | Code::Enter => {
                self.typing = None;
                if key.code == Code::Enter {
                    let rows = self.rows();
                    self.list.step(1, rows);
                }
            }
            _ => {
                if let (Some(edit), Some(field)) = (field_edit(key), self.typed()) {
                    field.apply(edit);
                }
            }
        }
    }
}
