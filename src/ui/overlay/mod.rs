//! Popups: they lie on top, take every key and give a result back. One stack; `Esc` closes the
//! one on top and nothing else happens.

pub mod help;
pub mod palette;
pub mod pick;
pub mod prompt;

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
}

impl std::fmt::Debug for Overlay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Overlay::Help(_) => "Help",
            Overlay::Palette(_) => "Palette",
            Overlay::Pick(_) => "Pick",
            Overlay::Prompt(_) => "Prompt",
            Overlay::Explain(_) => "Explain",
        })
    }
}
