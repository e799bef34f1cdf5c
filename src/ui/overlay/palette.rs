//! Any action by name, best match first: the palette also reaches what has no key.

use super::{Runnable, Step};
use crate::ui::desk::Ctx;
use crate::ui::effect::Tone;
use crate::ui::input::{Code, Key};
use crate::ui::widget::field::Field;
use crate::ui::widget::list::List;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// The popup.
#[derive(Debug, Default)]
pub struct Model {
    /// Cursor and window.
    pub list: List,
    /// What is looked for.
    pub search: Field,
}

impl Model {
    /// The actions shown, best first, each with the places in its name that matched.
    pub fn shown<'a>(&self, actions: &'a [Runnable]) -> Vec<(&'a Runnable, Vec<usize>)> {
        let wanted = self.search.text().trim();
        if wanted.is_empty() {
            return actions.iter().map(|entry| (entry, Vec::new())).collect();
        }
        let matcher = SkimMatcherV2::default().ignore_case();
        let mut found: Vec<(i64, &Runnable, Vec<usize>)> = actions
            .iter()
            .filter_map(|entry| {
                let (score, places) = matcher.fuzzy_indices(entry.action.name, wanted)?;
                Some((score, entry, places))
            })
            .collect();
        found.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
        found
            .into_iter()
            .map(|(_, entry, places)| (entry, places))
            .collect()
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key, actions: &[Runnable], ctx: &mut Ctx<'_>) -> Step {
        let len = self.shown(actions).len();
        match key.code {
            Code::Esc => return Step::Close,
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
            Some((entry, _)) => match &entry.disabled {
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
