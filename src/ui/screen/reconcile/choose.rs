//! Which files are compared with the book: typed, pasted, dropped, or picked from a folder.

use super::ask::File;
use crate::reconcile::Scope;
use crate::ui::action::ActionId;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Code, Input, Key};
use crate::ui::msg::{Asker, Folder, Folders};
use crate::ui::widget::field::Field;
use crate::ui::widget::picker::{Head, Picked, Picker, pasted, path};

/// Files compared at once.
const FILES: usize = 2;
/// The choices, below a path and a mapping file for each.
const SCOPE: usize = 2 * FILES;
const COMPARE: usize = SCOPE + 1;

/// The chooser's state.
#[derive(Debug)]
pub(super) struct Choose {
    picker: Picker,
    /// All lines of the book, not only those of the customers the files speak of.
    whole: bool,
    chosen: Vec<File>,
}

impl Default for Choose {
    fn default() -> Choose {
        let line = |label, empty| Head::Line {
            label,
            empty,
            field: Field::default(),
        };
        let map = || line("  map    ", "(a mapping file, if the list needs one)");
        let heads = vec![
            line("List 1   ", "(Enter: type a path, or pick a file below)"),
            map(),
            line("List 2   ", "(a second list, if there is one)"),
            map(),
            Head::Choice(scope_row(false)),
            Head::Choice("Compare  (Enter, or c from anywhere here)".into()),
        ];
        Choose {
            picker: Picker::new(Asker::Reconcile, heads, false),
            whole: false,
            chosen: Vec::new(),
        }
    }
}

fn scope_row(whole: bool) -> String {
    let text = match whole {
        true => "every line",
        false => "the customers the lists speak of",
    };
    format!("Book     {text}   (Enter: other)")
}

impl Choose {
    /// True while a field takes all keys.
    pub fn is_typing(&self) -> bool {
        self.picker.is_typing()
    }

    /// The rows as they are drawn.
    pub fn picker(&self) -> &Picker {
        &self.picker
    }

    /// The files as they are typed now.
    pub fn files(&self) -> Vec<File> {
        let files = (0..FILES).map(|at| File {
            path: Desk::typed(self.picker.text(2 * at)),
            map: Desk::typed(self.picker.text(2 * at + 1)),
        });
        files.filter(|file| !file.path.is_empty()).collect()
    }

    /// Keeps the files as typed for the comparison, and their folders for the next time; false
    /// without any.
    pub fn choose(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.chosen = self.files();
        for file in self.chosen.iter().rev() {
            if let Some(folder) = path::parent(&file.path) {
                ctx.ask(Effect::UsedFolder(folder.to_string()));
            }
        }
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

    /// Moves the cursor.
    pub fn step(&mut self, action: ActionId) {
        self.picker.step(action);
    }

    /// Asks for the person's folder the first time.
    pub fn shown(&self, effects: &mut Vec<Effect>) {
        self.picker.shown(effects);
    }

    /// A folder was listed.
    pub fn folder(&mut self, folder: Folder) {
        self.picker.listed(folder);
    }

    /// Which folders were used before.
    pub fn known(&mut self, folders: Folders) {
        self.picker.known(folders);
    }

    /// Enter on the row under the cursor; true when the files shall be compared.
    pub fn enter(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let picked = self.picker.enter(ctx);
        self.picked(picked, ctx)
    }

    /// A click; true when the files shall be compared.
    pub fn click(&mut self, at: usize, ctx: &mut Ctx<'_>) -> bool {
        let picked = self.picker.click(at, ctx);
        self.picked(picked, ctx)
    }

    fn picked(&mut self, picked: Picked, ctx: &mut Ctx<'_>) -> bool {
        match picked {
            Picked::Choice(SCOPE) => {
                self.whole = !self.whole;
                self.picker.set_choice(SCOPE, scope_row(self.whole));
            }
            Picked::Choice(COMPARE) => return true,
            Picked::File(path) => self.put(&path, ctx),
            Picked::Choice(_) | Picked::Nothing => {}
        }
        false
    }

    /// Puts a file into the first free place, else into the last one.
    fn put(&mut self, path: &str, ctx: &mut Ctx<'_>) {
        let at = self.next_free();
        self.picker.set_text(2 * at, path);
        ctx.say(Tone::Note, format!("List {} chosen; c compares", at + 1));
    }

    /// The first list that is not chosen, else the last one.
    fn next_free(&self) -> usize {
        let mut places = 0..FILES;
        let free = places.find(|at| self.picker.text(2 * at).trim().is_empty());
        free.unwrap_or(FILES - 1)
    }

    /// Takes typed and pasted text.
    pub fn input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        match input {
            Input::Key(key) if self.is_typing() => self.type_key(*key),
            Input::Key(key) if key.is("tab") => self.picker.type_into(2 * self.next_free()),
            Input::Paste(text) if !self.picker.paste(text) => self.put(&pasted(text), ctx),
            _ => {}
        }
    }

    /// After Enter the next row is at hand.
    fn type_key(&mut self, key: Key) {
        if self.picker.key(key).is_some() && key.code == Code::Enter {
            self.picker.step(ActionId::RowDown);
        }
    }
}
