//! The whole state of the desk: one sub-model per screen, the popups, the status line. Plain
//! values; `update` changes it, `view` draws it.

use super::canvas::{Target, Zone};
use super::desk::Desk;
use super::effect::Tone;
use super::input::{Input, Key};
use super::msg::Trouble;
use super::overlay::Overlay;
use super::paste::Guard;
use super::screen::{
    changes, expansion, history, import, pipeline, program, quote, reconcile, risk, settings, today,
};
use super::theme::Look;
use crate::domain::ids::IdSource;
use std::collections::VecDeque;

/// The screens, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Overdue, today, next seven days.
    Today,
    /// The table of renewals.
    Pipeline,
    /// A quote at full width.
    Quote,
    /// Suggestions.
    Expansion,
    /// What may be lost.
    Risk,
    /// The score of every portfolio, metric by metric.
    Program,
    /// Reading files.
    Import,
    /// What imports changed.
    Changes,
    /// The book beside other lists.
    Reconcile,
    /// Every change.
    History,
    /// Look, book, rules.
    Settings,
}

impl Screen {
    /// Every screen in tab order.
    pub const ALL: [Screen; 11] = [
        Screen::Today,
        Screen::Pipeline,
        Screen::Quote,
        Screen::Expansion,
        Screen::Risk,
        Screen::Program,
        Screen::Import,
        Screen::Changes,
        Screen::Reconcile,
        Screen::History,
        Screen::Settings,
    ];

    /// Title on its tab.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Today => "Today",
            Screen::Pipeline => "Pipeline",
            Screen::Quote => "Quote",
            Screen::Expansion => "Expansion",
            Screen::Risk => "Risk",
            Screen::Program => "Program",
            Screen::Import => "Import",
            Screen::Changes => "Changes",
            Screen::Reconcile => "Reconcile",
            Screen::History => "History",
            Screen::Settings => "Settings",
        }
    }
}

/// A pane of a screen, for focus and clicks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The screen's own list.
    #[default]
    List,
    /// The row in full.
    Detail,
    /// The quote's grid.
    Grid,
    /// The projection.
    Projection,
}

/// A line said to the person, until the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How it is said.
    pub tone: Tone,
    /// What.
    pub text: String,
}

/// Something a person did before the book was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Early {
    /// A key.
    Key(Key),
    /// A click on something that leads somewhere.
    Click(Target),
}

/// The state of the desk.
pub struct Model {
    /// The screen shown.
    pub screen: Screen,
    /// What the desk knows; none until the book is read.
    pub desk: Option<Desk>,
    /// The first rows of a book that is still being read: only to be drawn.
    pub glimpse: Option<Desk>,
    /// Why there is no desk and will be none.
    pub fatal: Option<Trouble>,
    /// Where there is no book yet and one can be made.
    pub no_book: Option<String>,
    /// Today.
    pub today: today::Model,
    /// Pipeline.
    pub pipeline: pipeline::Model,
    /// The quote on screen, in the pipeline's grid or at full width.
    pub quote: quote::Model,
    /// Expansion.
    pub expansion: expansion::Model,
    /// Risk.
    pub risk: risk::Model,
    /// Program.
    pub program: program::Model,
    /// Import.
    pub import: import::Model,
    /// Changes.
    pub changes: changes::Model,
    /// Reconcile.
    pub reconcile: reconcile::Model,
    /// History.
    pub history: history::Model,
    /// Settings.
    pub settings: settings::Model,
    /// Popups, the last one on top.
    pub overlays: Vec<Overlay>,
    /// What was last said.
    pub status: Option<Status>,
    /// An offer that waits for the line to be free.
    pub unsaid: Option<String>,
    /// First key of a sequence.
    pub prefix: Option<Key>,
    /// What waits until the book is there, in order.
    pub early: Vec<Early>,
    /// What was done while work beside the desk has to be waited for, in order, with its moment.
    pub held: VecDeque<(Input, u64)>,
    /// Changes that were sent to the book and that it has not answered yet.
    pub unanswered: usize,
    /// Theme and glyphs.
    pub look: Look,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Clickable places of the last frame.
    pub zones: Vec<Zone>,
    /// The pane with the focus fills the screen.
    pub zoomed: bool,
    /// The mouse is ours (else the terminal selects text with it).
    pub mouse: bool,
    /// When `Ctrl+C` was last pressed, in milliseconds.
    pub last_copy_ms: Option<u64>,
    /// Screens left, the last one on top.
    pub before: Vec<Screen>,
    /// Quitting was asked for while a field was open.
    pub leaving: bool,
    /// Tells paste from typing.
    pub guard: Guard,
    /// New ids.
    pub ids: Box<dyn IdSource + Send>,
}

impl Model {
    /// A desk before its book is read.
    pub fn new(look: Look, ids: Box<dyn IdSource + Send>) -> Model {
        Model {
            screen: Screen::Pipeline,
            desk: None,
            glimpse: None,
            fatal: None,
            no_book: None,
            today: today::Model::default(),
            pipeline: pipeline::Model::default(),
            quote: quote::Model::default(),
            expansion: expansion::Model::default(),
            risk: risk::Model::default(),
            program: program::Model::default(),
            import: import::Model::default(),
            changes: changes::Model::default(),
            reconcile: reconcile::Model::default(),
            history: history::Model::default(),
            settings: settings::Model::default(),
            overlays: Vec::new(),
            status: None,
            unsaid: None,
            prefix: None,
            early: Vec::new(),
            held: VecDeque::new(),
            unanswered: 0,
            look,
            size: (0, 0),
            zones: Vec::new(),
            zoomed: false,
            mouse: true,
            last_copy_ms: None,
            before: Vec::new(),
            leaving: false,
            guard: Guard::default(),
            ids,
        }
    }
}
