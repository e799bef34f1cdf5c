//! A popup for one line of text: while it is typed it says what it would mean or why it cannot be
//! kept; `Enter` keeps it, `Esc` forgets it.

use crate::ui::desk::{Ctx, Desk};
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::{Field, FieldEdit};
use chrono::NaiveDate;
use std::cell::RefCell;

/// Says what a text would mean, or why it will not do.
pub type Check = Box<dyn Fn(&str, &Desk) -> Result<String, String>>;
/// A text, the state of the desk, and what it meant there.
type Known = (String, (i64, u64, NaiveDate), Result<String, String>);
/// What happens with the text.
pub type Then = Box<dyn FnOnce(&str, &mut Ctx<'_>)>;

/// The popup.
pub struct Model {
    /// Title.
    pub title: String,
    /// What may be typed.
    pub hint: String,
    /// The text.
    pub line: Field,
    check: Check,
    /// What the text meant when it was last asked, and of which state of the book: a popup is drawn more
    /// often than it changes.
    known: RefCell<Option<Known>>,
    then: Option<Then>,
}

impl Model {
    /// A question with a text to start from.
    pub fn new(
        title: impl Into<String>,
        hint: impl Into<String>,
        text: &str,
        check: impl Fn(&str, &Desk) -> Result<String, String> + 'static,
        then: impl FnOnce(&str, &mut Ctx<'_>) + 'static,
    ) -> Model {
        // Selected as a whole: typing replaces it, an arrow key keeps it.
        let mut line = Field::new(text);
        line.apply(FieldEdit::SelectAll);
        Model {
            title: title.into(),
            hint: hint.into(),
            line,
            check: Box::new(check),
            known: RefCell::default(),
            then: Some(Box::new(then)),
        }
    }

    /// What the text means as it stands.
    pub fn meaning(&self, desk: &Desk) -> Result<String, String> {
        let state = (desk.snapshot.op_seq, desk.scored, desk.today);
        let text = self.line.text();
        let mut known = self.known.borrow_mut();
        match &*known {
            Some((of, at, meaning)) if of == text && *at == state => meaning.clone(),
            _ => {
                let meaning = (self.check)(text, desk);
                *known = Some((text.to_string(), state, meaning.clone()));
                meaning
            }
        }
    }

    /// Takes a key; true when the popup is done.
    pub fn key(&mut self, key: Key, ctx: &mut Ctx<'_>) -> bool {
        match key.code {
            Code::Esc => true,
            Code::Enter => {
                if self.meaning(ctx.desk).is_err() {
                    return false;
                }
                if let Some(then) = self.then.take() {
                    then(self.line.text(), ctx);
                }
                true
            }
            _ => {
                self.line.key(key);
                false
            }
        }
    }
}
