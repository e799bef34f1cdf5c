//! A popup for one line of text: while it is typed it says what it would mean or why it cannot be
//! kept; `Enter` keeps it, `Esc` forgets it.

use crate::ui::desk::{Ctx, Desk};
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::{Field, FieldEdit};

/// Says what a text would mean, or why it will not do.
pub type Check = Box<dyn Fn(&str, &Desk) -> Result<String, String>>;
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
            then: Some(Box::new(then)),
        }
    }

    /// What the text means as it stands.
    pub fn meaning(&self, desk: &Desk) -> Result<String, String> {
        (self.check)(self.line.text(), desk)
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
