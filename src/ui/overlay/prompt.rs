//! A popup for one line of text: while it is typed it says what it would mean or why it cannot be
//! kept; `Enter` keeps it, `Esc` forgets it.

use crate::ui::desk::{Ctx, Desk};
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::{Field, FieldEdit};
use chrono::NaiveDate;
use std::cell::RefCell;
use std::sync::Arc;

/// Says what a text would mean, or why it will not do.
pub type Check = Box<dyn Fn(&str, &Desk) -> Result<String, String>>;
/// The same, asked beside the desk because it takes longer than a key may.
pub type Slow = Arc<dyn Fn(&str, &Desk) -> Result<String, String> + Send + Sync>;
/// The state of the desk.
type State = (i64, u64, NaiveDate);
/// A text, the state of the desk, and what it meant there.
type Known = (String, State, Result<String, String>);
/// What happens with the text.
pub type Then = Box<dyn FnOnce(&str, &mut Ctx<'_>)>;

/// Who says what a text means.
enum Checks {
    Here(Check),
    Beside(Slow),
}

/// A text whose meaning is to be found beside the desk.
pub struct Asking {
    text: String,
    state: State,
    check: Slow,
    desk: Desk,
}

/// What was found, and by whom.
pub struct Answer(Known, Slow);

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Asking {:?}", self.text)
    }
}

impl Asking {
    /// Finds it.
    pub fn work(self) -> Answer {
        let meaning = (self.check)(&self.text, &self.desk);
        Answer((self.text, self.state, meaning), self.check)
    }
}

/// The popup.
pub struct Model {
    /// Title.
    pub title: String,
    /// What may be typed.
    pub hint: String,
    /// The text.
    pub line: Field,
    check: Checks,
    /// The text that is being asked about beside the desk.
    asked: Option<(String, State)>,
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
        let check = Checks::Here(Box::new(check));
        Model::asking((title.into(), hint.into()), text, check, Box::new(then))
    }

    /// A question whose answer takes long to check: that is done beside the desk, and Enter waits for it.
    pub fn beside(
        title: impl Into<String>,
        hint: impl Into<String>,
        text: &str,
        check: Slow,
        then: impl FnOnce(&str, &mut Ctx<'_>) + 'static,
    ) -> Model {
        let check = Checks::Beside(check);
        Model::asking((title.into(), hint.into()), text, check, Box::new(then))
    }

    fn asking((title, hint): (String, String), text: &str, check: Checks, then: Then) -> Model {
        // Selected as a whole: typing replaces it, an arrow key keeps it.
        let mut line = Field::new(text);
        line.apply(FieldEdit::SelectAll);
        Model {
            title,
            hint,
            line,
            check,
            asked: None,
            known: RefCell::default(),
            then: Some(then),
        }
    }

    /// What the text means as it stands.
    pub fn meaning(&self, desk: &Desk) -> Result<String, String> {
        let state = state(desk);
        let text = self.line.text();
        let mut known = self.known.borrow_mut();
        match (&*known, &self.check) {
            (Some((of, at, meaning)), _) if of == text && *at == state => meaning.clone(),
            (_, Checks::Here(check)) => {
                let meaning = check(text, desk);
                *known = Some((text.to_string(), state, meaning.clone()));
                meaning
            }
            (_, Checks::Beside(_)) => Ok("being worked out…".into()),
        }
    }

    /// True where what the text means is still to be told from beside the desk: Enter waits for it.
    pub fn waits(&self, desk: &Desk) -> bool {
        let known = self.known.borrow();
        let is = |(of, at, _): &Known| of == self.line.text() && *at == state(desk);
        matches!(self.check, Checks::Beside(_)) && !known.as_ref().is_some_and(is)
    }

    /// What is to be asked beside the desk now: one text at a time, the newest next.
    pub fn ask(&mut self, desk: &Desk) -> Option<Asking> {
        let Checks::Beside(check) = &self.check else {
            return None;
        };
        if self.asked.is_some() || !self.waits(desk) {
            return None;
        }
        let (text, state) = (self.line.text().to_string(), state(desk));
        self.asked = Some((text.clone(), state));
        Some(Asking {
            text,
            state,
            check: Arc::clone(check),
            desk: desk.beside(&[]),
        })
    }

    /// Takes in what was asked beside the desk; nothing where another popup asked it.
    pub fn told(&mut self, Answer((text, state, meaning), by): Answer) {
        let own = |own: &Slow| std::ptr::addr_eq(Arc::as_ptr(own), Arc::as_ptr(&by));
        if matches!(&self.check, Checks::Beside(check) if own(check)) {
            self.asked = None;
            *self.known.get_mut() = Some((text, state, meaning));
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

fn state(desk: &Desk) -> State {
    (desk.snapshot.op_seq, desk.scored, desk.today)
}
