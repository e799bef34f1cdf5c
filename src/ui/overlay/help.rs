//! What works here, from the action table, with the reason where something does not work now;
//! typing searches, `Enter` runs the choice.

use super::{Runnable, Step};
use crate::ui::desk::Ctx;
use crate::ui::effect::Tone;
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::Field;
use crate::ui::widget::list::List;

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor and window.
    pub list: List,
    /// Narrowing text.
    pub search: Field,
}

impl Model {
    /// The actions shown: those whose name, sentence or key holds the text.
    pub fn shown<'a>(&self, actions: &'a [Runnable]) -> Vec<&'a Runnable> {
        let wanted = self.search.text().to_lowercase();
        actions
            .iter()
            .filter(|entry| {
                wanted.is_empty()
                    || entry.action.name.to_lowercase().contains(&wanted)
                    || entry.action.doc.to_lowercase().contains(&wanted)
                    || entry.action.all_keys().to_lowercase().contains(&wanted)
            })
            .collect()
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key, actions: &[Runnable], ctx: &mut Ctx<'_>) -> Step {
        let len = self.shown(actions).len();
        match key.code {
            Code::Esc => return Step::Close,
            Code::F(1) => return Step::Close,
            Code::Up => self.list.step(-1, len),
            Code::Down => self.list.step(1, len),
            Code::PageUp => self.list.turn(-1, len),
            Code::PageDown => self.list.turn(1, len),
            Code::Enter => return self.choose(self.list.cursor, actions, ctx),
            _ => {
                if self.search.key(key) {
                    self.list.cursor = 0;
                }
            }
        }
        Step::Stay
    }

    /// Runs an entry.
    pub fn choose(&mut self, at: usize, actions: &[Runnable], ctx: &mut Ctx<'_>) -> Step {
        match self.shown(actions).get(at) {
            Some(entry) => match &entry.disabled {
                None => Step::Run(entry.action.id),
                Some(why) => {
                    ctx.say(Tone::Refused, format!("{}: {why}", entry.action.name));
                    Step::Stay
                }
            },
            None => Step::Stay,
        }
    }
}
