//! Popups: they lie on top, take every key and give a result back. `Esc` closes the one on top
//! and nothing else happens.

pub mod assessment;
pub mod goal;
pub mod help;
pub mod palette;
pub mod pick;
pub mod prompt;
mod view;

pub use view::{typed, view};

use super::action::{Action, ActionId};
use super::desk::Ctx;
use super::input::Key;
use super::pane::explain;

/// A popup.
pub enum Overlay {
    /// What works here.
    Help(help::Model),
    /// Any action by name.
    Palette(palette::Model),
    /// One of a list.
    Pick(pick::Model),
    /// A line of text, checked while typed.
    Prompt(prompt::Model),
    /// How a figure was computed.
    Explain(explain::Model),
    /// The months of the partner's assessment.
    Months(assessment::months::Model),
    /// Goal seek.
    Goal(Box<goal::Model>),
    /// A month of it as a form.
    Form(Box<assessment::Model>),
}

/// What a popup did with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It stays.
    Stay,
    /// It is done.
    Close,
    /// It is done and an action shall run.
    Run(ActionId),
}

impl Step {
    /// Done or not.
    pub fn done(done: bool) -> Step {
        if done { Step::Close } else { Step::Stay }
    }
}

/// An action that belongs to where the focus is.
#[derive(Clone, Debug)]
pub struct Runnable {
    /// Its row of the table.
    pub action: &'static Action,
    /// Why it cannot run now.
    pub disabled: Option<String>,
}

impl Overlay {
    /// Takes a key.
    pub fn key(&mut self, key: Key, actions: &[Runnable], ctx: &mut Ctx<'_>) -> Step {
        match self {
            Overlay::Help(model) => model.key(key, actions, ctx),
            Overlay::Palette(model) => model.key(key, actions, ctx),
            Overlay::Pick(model) => Step::done(model.key(key, ctx)),
            Overlay::Prompt(model) => Step::done(model.key(key, ctx)),
            Overlay::Explain(model) => Step::done(model.key(key, ctx)),
            Overlay::Months(model) => Step::done(model.key(key, ctx)),
            Overlay::Goal(model) => Step::done(model.key(key, ctx)),
            Overlay::Form(model) => Step::done(model.key(key, ctx)),
        }
    }

    /// An entry was clicked, counted among those shown.
    pub fn choose(&mut self, at: usize, actions: &[Runnable], ctx: &mut Ctx<'_>) -> Step {
        match self {
            Overlay::Help(model) => model.choose(at, actions, ctx),
            Overlay::Palette(model) => model.choose(at, actions, ctx),
            Overlay::Pick(model) => Step::done(model.click(at, ctx)),
            Overlay::Prompt(_) | Overlay::Explain(_) => Step::Stay,
            Overlay::Months(model) => Step::done(model.choose(at, ctx)),
            Overlay::Goal(model) => Step::done(model.choose(at, ctx)),
            Overlay::Form(model) => {
                model.choose(at);
                Step::Stay
            }
        }
    }

    /// True when a key only types or moves here; a digit that chooses at once does more.
    pub fn harmless(&self, key: Key) -> bool {
        match self {
            Overlay::Pick(model) => model.harmless(key),
            // letters are commands there
            Overlay::Months(_) | Overlay::Goal(_) => key.types() && key.text().is_none(),
            Overlay::Form(model) => model.harmless(key),
            _ => key.types(),
        }
    }

    /// Pasted text goes into the popup's line, on one line.
    pub fn paste(&mut self, text: &str) {
        let flat = text.trim_end().replace(['\n', '\t', '\r'], " ");
        match self {
            Overlay::Help(model) => model.search.insert(&flat),
            Overlay::Palette(model) => model.search.insert(&flat),
            Overlay::Pick(model) if model.preview => {}
            Overlay::Pick(model) => model.search.insert(&flat),
            Overlay::Prompt(model) => model.line.insert(&flat),
            Overlay::Explain(_) | Overlay::Months(_) | Overlay::Goal(_) => {}
            Overlay::Form(model) => model.paste(&flat),
        }
    }

    /// Its keys, for the foot of the screen.
    pub fn keys(&self) -> &'static str {
        match self {
            Overlay::Form(_) => {
                " FORM  arrows Tab move   PgUp PgDn portfolio   type or Enter edits   Ctrl+S keep all   Esc close"
            }
            Overlay::Goal(_) => {
                " GOAL  p g m c s x change the question   t type a score   Up Down move   Enter open   Esc close"
            }
            Overlay::Pick(model) if model.preview => {
                " PREVIEW  Up Down look   Enter do all of it   Esc close, nothing done"
            }
            Overlay::Pick(model) if !model.detail.is_empty() => {
                " POPUP  Up Down move   PgDn its lines   Enter choose   Esc close, nothing done"
            }
            _ => " POPUP  Up Down move   Enter choose   Esc close, nothing done",
        }
    }

    /// What is typed here and not yet kept, in words.
    pub fn busy(&self) -> Option<String> {
        match self {
            Overlay::Form(model) => model.busy(),
            _ => None,
        }
    }

    /// True for a popup that was waiting for its change to be written, which it now is.
    pub fn is_written(&self) -> bool {
        matches!(self, Overlay::Form(model) if model.saving())
    }

    /// The change it asked for was refused: what was typed stays.
    pub fn refused(&mut self) {
        if let Overlay::Form(model) = self {
            model.refused();
        }
    }
}

impl std::fmt::Debug for Overlay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Overlay::Help(_) => "Help",
            Overlay::Palette(_) => "Palette",
            Overlay::Pick(_) => "Pick",
            Overlay::Prompt(_) => "Prompt",
            Overlay::Explain(_) => "Explain",
            Overlay::Months(_) => "Months",
            Overlay::Goal(_) => "Goal",
            Overlay::Form(_) => "Form",
        })
    }
}
