//! What a screen wants done. `update` keeps those about the desk itself; the rest goes to the
//! runtime, which answers with a message.

use super::model::{Pane, Screen};
use super::overlay::Overlay;
use super::screen::import::Choice;
use super::seen::Answers;
use super::stakes::Stakes;
use crate::domain::command::Command;
use crate::domain::ids::{AccountId, QuoteId, RenewalId};
use crate::domain::moved::Span;
use crate::domain::quote::Quote;
use crate::domain::snapshot::Snapshot;
use crate::domain::view::SavedView;
use crate::pricing::subtotals::By;
use crate::program::Engine;
use crate::program::forecast::Terms;
use chrono::NaiveDate;
use std::sync::Arc;

/// A wish.
#[derive(Debug)]
pub enum Effect {
    /// Write a change; the label is what history and undo call it. Answer: `Kept` or `Refused`.
    Apply {
        /// The change.
        command: Box<Command>,
        /// Its name for a person: `discount line 4: 16.0 → 15.0`.
        label: String,
    },
    /// Take the newest change back.
    Undo,
    /// Bring it back.
    Redo,
    /// Restore one change by its number.
    Revert(i64),
    /// Read the history. Answer: `History`.
    LoadHistory,
    /// Read the kept versions of a quote. Answer: `Versions`.
    LoadVersions(QuoteId),
    /// Gather the lines of the quote by one field more, or no longer by it; none: in no groups.
    GroupLines(Option<By>),
    /// Do this to the quote on the screen beside the desk. Stays in `update`.
    Beside(Box<super::screen::quote::away::Task>),
    /// Look up what imports changed. Answer: `Changes`.
    LoadChanges {
        /// Which imports.
        span: Span,
        /// Words each change must hold; empty for all.
        words: String,
        /// The book they are told against.
        book: Arc<Snapshot>,
    },
    /// Read a file and plan its import. Answer: `Progress`, then `Planned`.
    PlanImport {
        /// Names the plan from here on.
        ticket: u64,
        /// Path as typed.
        path: String,
        /// Profile, if not to be recognised.
        format: Option<String>,
        /// Path of a mapping file.
        map: Option<String>,
        /// The person said that a file which lost many lines is whole.
        accept_loss: bool,
        /// What was answered about the file on the screen.
        answers: Box<Answers>,
    },
    /// Write a planned import. Answer: `Kept` or `Refused`.
    ApplyImport {
        /// Names the plan.
        ticket: u64,
        /// Keep the answers for files laid out alike.
        keep: bool,
    },
    /// Forget a planned import.
    DropImport(u64),
    /// Compare files with the book, without importing them. Answer: `Compared`.
    Compare(Box<super::screen::reconcile::Question>),
    /// Work out where customers stand: white space and adoption. Answer: `Standing`.
    Standing(Box<super::screen::expansion::Question>),
    /// Write values taken from another source into the book. Answer: `Kept` or `Refused`.
    Take(Box<crate::reconcile::Taking>, String),
    /// Write a table to a new file by its path as typed. Answer: `Exported`.
    Export(String, Box<crate::export::Table>),
    /// Make a document of a quote and write it to a new file. Answer: `Exported`.
    Document(Box<super::document::Wish>),
    /// Load an incentive file by its path as typed. Answer: `Kept` or `Refused`.
    LoadIncentive(String),
    /// Read a picture by its path as typed. Answer: `Picture`.
    ReadPicture(String),
    /// Read a vendor's priced file for a quote, by its path as typed. Answer: `Offer`.
    ReadOffer(QuoteId, String),
    /// List a folder (empty: the person's own) for one of those that ask. Answer: `Folder`.
    ListFolder(super::msg::Asker, String),
    /// Tell which folders were used before and which are watched. Answer: `Folders`.
    KnownFolders,
    /// A file of this folder is read: remember the folder. Answer: `Folders`.
    UsedFolder(String),
    /// Tell of new exports in a folder from now on, or no longer. Answer: `Folders`, then
    /// `Appeared` for each.
    WatchFolder {
        /// The folder.
        folder: String,
        /// Watch it.
        on: bool,
    },
    /// Put a text on the clipboard. Answer: `Copied`.
    Copy(String),
    /// Read the book again.
    Reload,
    /// Draw everything anew.
    Redraw,
    /// Send `Tick` when the milliseconds clock reaches this moment.
    WakeAt(u64),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Do work on a long quote beside the desk. Answer: `Back`.
    Away(Box<super::screen::quote::away::Away>),
    /// Give back the memory of what nobody looks at any more: of a long quote that takes a while too.
    Spent(Box<super::screen::quote::away::Spent>),
    /// Find what a typed text means beside the desk. Answer: `Checked`.
    Check(Box<super::overlay::prompt::Asking>),
    /// Compute engine and suggestions anew. Answer: `Computed`.
    Compute {
        /// The book to compute from.
        snapshot: Arc<Snapshot>,
        /// The day.
        today: NaiveDate,
        /// Renewals whose rows are to be worked out too.
        behind: Vec<RenewalId>,
    },
    /// Draw the open deals. Answer: `Forecast`.
    Forecast {
        /// Names the answer.
        ticket: u64,
        /// What to draw on.
        engine: Arc<Engine>,
        /// How.
        terms: Terms,
        /// The quote on screen as typed, in the place of the stored one.
        draft: Option<Arc<Quote>>,
    },
    /// Split fairly what the open deals do. Answer: `Fair`.
    FairSplit(Arc<Stakes>),
    /// Look for the cheapest plan. Answers: `Sought`, each better than the one before; a newer
    /// question ends the search for the older.
    SeekGoal(Box<super::overlay::goal::Query>),
    /// Stop looking.
    DropGoal,
    /// Make a new, empty book where there is none.
    CreateBook,
    /// Hand the terminal back for a while (Unix).
    Suspend,
    /// Leave.
    Quit,
    /// Show a screen. Stays in `update`, like all below.
    Go(Screen),
    /// Show the pipeline with the cursor on a renewal.
    ShowRenewal(RenewalId),
    /// Show the pipeline with the open renewals of a customer.
    ShowCustomer(AccountId),
    /// Show the suggestions for a customer.
    ShowPlays(AccountId),
    /// Show the pipeline with these renewals marked.
    MarkRenewals(Vec<RenewalId>),
    /// Show a quote, full width.
    ShowQuote(QuoteId),
    /// The next row of the list (log and go on).
    Advance,
    /// Narrow the list shown to a filter in words.
    Filter(String),
    /// Show the pipeline by a saved view.
    UseView(Box<SavedView>),
    /// Something was chosen about the file being imported.
    Chosen(Box<Choice>),
    /// Give a pane of the pipeline the focus.
    Focus(Pane),
    /// Put a popup on top.
    Open(Box<Overlay>),
    /// Close the popup on top.
    Close,
    /// Say something in the status line.
    Say(Tone, String),
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Note,
    /// It worked.
    Done,
    /// It did not.
    Refused,
}

impl Tone {
    /// The style's role.
    pub fn role(self) -> super::theme::Role {
        match self {
            Tone::Note => super::theme::Role::Text,
            Tone::Done => super::theme::Role::Good,
            Tone::Refused => super::theme::Role::Bad,
        }
    }
}
