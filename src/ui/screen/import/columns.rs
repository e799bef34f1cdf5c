//! The step where a person says what the reader cannot know: which column is which field, which row
//! the header is, which sheet counts, and the questions a file leaves open. Answers are gathered
//! here; the file is read again with them, and nothing is written.

use super::{Model, Step, settled};
use crate::ui::action::ActionId;
use crate::ui::desk::{Ctx, Desk};
use crate::ui::effect::{Effect, Tone};
use crate::ui::input::{Input, Key};
use crate::ui::overlay::{Overlay, pick, prompt};
use crate::ui::screen::quote::step_list;
use crate::ui::seen::{Answers, Column, Question, Recall, Seen, Sheet};
use crate::ui::widget::list::List;

/// The file being looked at, and what was answered about it.
#[derive(Debug, Default)]
pub struct About {
    /// Its path.
    pub path: String,
    /// What the reader sees in it.
    pub seen: Seen,
    /// Every sheet that was seen in it, with its kind: one that was chosen is read alone, and the
    /// others are still there to be chosen.
    pub sheets: Vec<(String, String)>,
    /// What is asked.
    pub question: Option<Question>,
    /// What was answered.
    pub answers: Answers,
    /// The answers are not to be kept for files laid out alike.
    pub once: bool,
    /// The list of columns.
    pub list: List,
    /// Come back to the columns when it was read again.
    pub stay: bool,
    /// Something was answered since it was read.
    pub changed: bool,
}

/// Something a person chose about the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A column, by its header, fills a field; none leaves it unread.
    Field {
        /// The header.
        header: String,
        /// Id of the field; empty: unread.
        field: String,
    },
    /// The row of the header.
    HeaderRow(u32),
    /// The only sheet to read; none: every one that fits.
    Sheet(Option<String>),
    /// A question to be asked, by the key of its answer.
    Ask(String),
    /// The answer to a question.
    Answer {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
}

impl About {
    /// What the reader sees in it now.
    pub fn sees(&mut self, seen: Seen) {
        for sheet in &seen.sheets {
            let kind = if sheet.taken {
                "read"
            } else {
                sheet.kind.as_str()
            };
            match self.sheets.iter_mut().find(|(name, _)| *name == sheet.name) {
                Some((_, known)) => *known = kind.to_string(),
                None => self.sheets.push((sheet.name.clone(), kind.to_string())),
            }
        }
        for (name, kind) in &mut self.sheets {
            if kind == "read" && !seen.sheets.iter().any(|sheet| sheet.name == *name) {
                kind.clear();
            }
        }
        self.seen = seen;
    }

    /// The sheet whose columns are shown: the first that is read.
    pub fn sheet(&self) -> Option<&Sheet> {
        let sheets = &self.seen.sheets;
        sheets.iter().find(|sheet| sheet.taken).or(sheets.first())
    }

    /// Id of the field a column fills, as answered, else as read.
    pub fn field<'a>(&'a self, column: &'a Column) -> &'a str {
        if let Some(field) = self.answers.columns.get(&column.header) {
            return field;
        }
        // A field that another column was given is no longer this one's.
        let given = self.answers.columns.values().any(|f| *f == column.field);
        if given { "" } else { &column.field }
    }

    /// A field in words.
    pub fn words<'a>(&'a self, field: &'a str) -> &'a str {
        let known = self.seen.fields.iter().find(|(id, _)| id == field);
        known.map_or(field, |(_, words)| words.as_str())
    }

    /// True where there is something to keep for files laid out alike.
    pub fn keepable(&self) -> bool {
        self.seen.keeps && (!self.answers.is_empty() || self.answers.recall == Recall::Near)
    }

    /// True where the answers are kept with the import.
    pub fn keep(&self) -> bool {
        self.keepable() && !self.once
    }

    fn recalled(&self, applied: bool) -> bool {
        let own = self.seen.recalled.as_ref();
        own.is_some_and(|own| own.applied == applied)
    }

    fn columns(&self) -> &[Column] {
        self.sheet().map_or(&[], |sheet| &sheet.columns)
    }
}

impl Model {
    /// True where a file was read or tried, and can be talked about.
    pub(super) fn looks(&self) -> bool {
        matches!(self.step, Step::Look { .. } | Step::Columns { .. })
    }

    /// Why an action of this step cannot run now.
    pub(super) fn no_columns(&self, action: ActionId) -> Option<String> {
        let about = &self.about;
        let here = matches!(self.step, Step::Columns { .. });
        let why = match action {
            ActionId::FileColumns if here => "they are on the screen",
            ActionId::FileColumns if !self.looks() || about.sheet().is_none() => {
                "no file with columns was read"
            }
            ActionId::HeaderRow | ActionId::OnlySheet | ActionId::PreviewAgain if !here => {
                "the columns of a file have to be shown (c)"
            }
            ActionId::OnlySheet if about.sheets.len() < 2 => "the file has one table",
            ActionId::AnswerQuestion if !here => "the columns of a file have to be shown (c)",
            ActionId::UseKept if !self.looks() || !about.recalled(false) => {
                "no answers are kept for a file like this"
            }
            ActionId::ForgetAnswers
                if !self.looks() || (about.answers.is_empty() && !about.recalled(true)) =>
            {
                "nothing was answered"
            }
            ActionId::KeepAnswers if !self.looks() || !about.keepable() => {
                "there are no answers to keep"
            }
            _ => return None,
        };
        Some(why.to_string())
    }

    /// Runs an action of this step; false when it is none.
    pub(super) fn act_columns(&mut self, action: ActionId, ctx: &mut Ctx<'_>) -> bool {
        let about = &mut self.about;
        match action {
            ActionId::FileColumns => {
                if let Step::Look { file, planned } = std::mem::take(&mut self.step) {
                    self.step = Step::Columns {
                        file,
                        trouble: None,
                        planned: Some(planned),
                    };
                }
            }
            ActionId::HeaderRow => ask_header(about, ctx),
            ActionId::OnlySheet => ask_sheet(about, ctx),
            ActionId::PreviewAgain => self.read_again(false, ctx),
            ActionId::AnswerQuestion => match about.question.clone() {
                Some(question) => ask_answer(question, ctx),
                None => settled::ask(&about.answers, ctx),
            },
            ActionId::UseKept => {
                about.answers.recall = Recall::Near;
                self.read_again(false, ctx);
            }
            ActionId::ForgetAnswers => {
                about.answers = Answers {
                    recall: Recall::Nothing,
                    ..Answers::default()
                };
                self.read_again(true, ctx);
                ctx.say(Tone::Note, "Read without any answers");
            }
            ActionId::KeepAnswers => about.once = !about.once,
            _ if !matches!(self.step, Step::Columns { .. }) => return false,
            ActionId::Open => ask_field(about, ctx),
            ActionId::Copy | ActionId::Explain | ActionId::Back => return false,
            _ => {
                let rows = about.columns().len();
                step_list(&mut about.list, action, rows);
            }
        }
        true
    }

    /// A digit answers the question on the screen.
    pub(super) fn columns_input(&mut self, input: &Input, ctx: &mut Ctx<'_>) {
        if let (Input::Key(key), Step::Columns { .. }) = (input, &self.step) {
            let digit = Key::text(key).and_then(|c| c.to_digit(10));
            if let Some(at) = digit.and_then(|digit| (digit as usize).checked_sub(1)) {
                self.choose_answer(at, ctx);
            }
        }
    }

    /// Takes one of the answers on the screen by its place.
    pub(super) fn choose_answer(&mut self, at: usize, ctx: &mut Ctx<'_>) {
        let chosen = self.about.question.as_ref().and_then(|question| {
            let (_, value) = question.choices.get(at)?;
            Some((question.key.clone(), value.clone()))
        });
        if let Some((key, value)) = chosen {
            self.chosen(Choice::Answer { key, value }, ctx);
        }
    }

    /// Something was chosen in a popup.
    pub fn chosen(&mut self, choice: Choice, ctx: &mut Ctx<'_>) {
        if !self.looks() {
            return;
        }
        let answers = &mut self.about.answers;
        match choice {
            Choice::Field { header, field } => {
                // A field has one column: the one named last.
                if !field.is_empty() {
                    answers.columns.retain(|_, own| *own != field);
                }
                answers.columns.insert(header, field);
                self.about.changed = true;
            }
            Choice::HeaderRow(row) => {
                // What was said of the columns was said of other headers.
                answers.columns.clear();
                answers.keys.insert("header_row".into(), row.to_string());
                self.read_again(true, ctx);
            }
            Choice::Sheet(name) => {
                answers.keys.remove("header_row");
                answers.columns.clear();
                match name {
                    Some(name) => answers.keys.insert("sheet".into(), name),
                    None => answers.keys.remove("sheet"),
                };
                self.read_again(true, ctx);
            }
            Choice::Ask(key) => {
                if let Some(question) = settled::question(&key) {
                    ask_answer(question, ctx);
                }
            }
            Choice::Answer { key, value } => {
                // What the file asked stood between it and the preview.
                let asked = self.about.question.as_ref().is_some_and(|q| q.key == key);
                answers.keys.insert(key, value);
                self.read_again(!asked, ctx);
            }
        }
    }
}

fn ask_field(about: &About, ctx: &mut Ctx<'_>) {
    let Some(column) = about.columns().get(about.list.cursor) else {
        return;
    };
    let header = column.header.clone();
    let mut items = vec![("(leave this column unread)".to_string(), String::new())];
    let taken = |field: &str| {
        let columns = about.columns().iter();
        let mut own = columns.filter(|column| about.field(column) == field);
        own.next()
            .map_or(String::new(), |column| column.header.clone())
    };
    let fields = &about.seen.fields;
    items.extend(fields.iter().map(|(id, words)| (words.clone(), taken(id))));
    let now = about.field(column);
    let at = fields.iter().position(|(id, _)| id == now);
    let ids: Vec<String> = fields.iter().map(|(id, _)| id.clone()).collect();
    // as a map file spells them, which headers often resemble
    let spelled = ids.iter().map(|id| id.replace('_', " "));
    let spelled = std::iter::once(String::new()).chain(spelled).collect();
    let title = format!("What is {header}?");
    let popup = pick::Model::new(
        title,
        items,
        at.map_or(0, |at| at + 1),
        move |index, ctx| {
            let field = index.checked_sub(1).and_then(|at| ids.get(at).cloned());
            let choice = Choice::Field {
                header,
                field: field.unwrap_or_default(),
            };
            ctx.ask(Effect::Chosen(Box::new(choice)));
        },
    );
    ctx.open(Overlay::Pick(popup.found_by(spelled)));
}

fn ask_header(about: &About, ctx: &mut Ctx<'_>) {
    let Some(sheet) = about.sheet().filter(|sheet| !sheet.top.is_empty()) else {
        return ctx.say(Tone::Note, "The file has no rows to choose from");
    };
    let rows: Vec<u32> = sheet.top.iter().map(|(row, _)| *row).collect();
    let items = sheet.top.iter();
    let items = items.map(|(row, text)| (format!("{row:>3}  {text}"), String::new()));
    let at = rows.iter().position(|row| *row == sheet.header_row);
    let title = "Which row holds the headers?";
    let popup = pick::Model::new(
        title,
        items.collect(),
        at.unwrap_or(0),
        move |index, ctx| {
            if let Some(row) = rows.get(index) {
                ctx.ask(Effect::Chosen(Box::new(Choice::HeaderRow(*row))));
            }
        },
    );
    ctx.open(Overlay::Pick(popup));
}

fn ask_sheet(about: &About, ctx: &mut Ctx<'_>) {
    let names: Vec<String> = about.sheets.iter().map(|(name, _)| name.clone()).collect();
    let mut items = vec![("every sheet that fits".to_string(), String::new())];
    items.extend(about.sheets.iter().cloned());
    let popup = pick::Model::new("Which sheet counts?", items, 0, move |index, ctx| {
        let name = index.checked_sub(1).and_then(|at| names.get(at).cloned());
        ctx.ask(Effect::Chosen(Box::new(Choice::Sheet(name))));
    });
    ctx.open(Overlay::Pick(popup));
}

fn ask_answer(question: Question, ctx: &mut Ctx<'_>) {
    let key = question.key;
    match question.sample {
        None => {
            let values: Vec<String> = question.choices.iter().map(|(_, v)| v.clone()).collect();
            let items = question.choices.into_iter();
            let items = items.map(|(words, _)| (words, String::new())).collect();
            let popup = pick::Model::new("Your answer", items, 0, move |index, ctx| {
                if let Some(value) = values.get(index).cloned() {
                    ctx.ask(Effect::Chosen(Box::new(Choice::Answer { key, value })));
                }
            });
            ctx.open(Overlay::Pick(popup));
        }
        Some(sample) => {
            let popup = prompt::Model::new(
                "Your answer",
                format!("such as {sample}"),
                "",
                |text, _| match Desk::typed(text).as_str() {
                    "" => Err("Type an answer, or Esc".into()),
                    text => Ok(format!("the file is read again with {text}")),
                },
                move |text, ctx| {
                    let value = Desk::typed(text);
                    ctx.ask(Effect::Chosen(Box::new(Choice::Answer { key, value })));
                },
            );
            ctx.open(Overlay::Prompt(popup));
        }
    }
}
