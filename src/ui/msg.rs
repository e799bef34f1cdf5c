//! Everything that can happen to the desk. The runtime sends these; `update` answers with effects.

use super::desk::{Desk, Loaded};
use super::input::Input;
use super::pane::exact;
use super::pane::forecast::Drawn;
use super::seen::{Question, Seen};
use super::stakes::Stakes;
use crate::book::changes::Listed;
use crate::book::conflicts::Conflict;
use crate::book::{AllAtStake, Queue};
use crate::domain::batch::Counts;
use crate::domain::command::Operation;
use crate::domain::ids::{BatchId, QuoteId};
use crate::domain::quote::{QuoteLine, QuoteVersion};
use crate::domain::snapshot::Patch;
use crate::expand::Suggestions;
use crate::program::reconcile::Reconciliation;
use crate::program::{Engine, incentive};
use chrono::{NaiveDate, NaiveDateTime};
use num_rational::BigRational;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

/// Something that happened.
pub enum Msg {
    /// Keys, mouse, paste, size; with the milliseconds of a clock that never goes back, which
    /// only the paste guard and double presses look at.
    Input(Input, u64),
    /// The same, done before the person could see what is on the screen now.
    Early(Input, u64),
    /// The renewals of a large book that end first, to be looked at until the whole is read.
    Glimpse(Box<Loaded>),
    /// The book has been read: the desk as values.
    Loaded(Box<Loaded>),
    /// There is no book at that place; one can be made there.
    NoBook(String),
    /// The book could not be read or no longer can: a sentence and what to do next.
    Fatal(Trouble),
    /// A change was written.
    Kept(Box<Kept>),
    /// A change was refused; the book is as before.
    Refused(Trouble),
    /// Engine or suggestions were computed anew.
    Computed(Box<Computed>),
    /// Work on a long quote came back.
    Back(Box<super::screen::quote::away::Back>),
    /// What a typed text means was found.
    Checked(Box<super::overlay::prompt::Answer>),
    /// The open deals were drawn.
    Forecast(Box<Drawn>),
    /// The newest assessment was compared with our own figures.
    Reconciled(Box<Reconciliation>),
    /// What accepting the open suggestions would do, with the operation of the book it is about.
    Effects(i64, Box<Totals>),
    /// The fair split that was asked for, label and text.
    Fair(Vec<(String, String)>),
    /// What the search for a plan has so far.
    Sought(Box<super::overlay::goal::Found>),
    /// The history that was asked for, newest first, each with its time of day at the desk.
    History(Vec<(Operation, NaiveDateTime)>),
    /// The kept versions of a quote, oldest first.
    Versions(QuoteId, Vec<QuoteVersion>),
    /// A vendor's priced file was read for a quote, or why not.
    Offer(
        QuoteId,
        Box<Result<super::screen::quote::vendor::Offer, String>>,
    ),
    /// What imports changed, as it was asked for, and where they and a person say different things.
    Changes(Box<Listed>, Vec<Conflict>),
    /// A file is being read.
    Progress {
        /// The effect it answers.
        ticket: u64,
        /// Rows read so far.
        rows: u64,
    },
    /// A file was read and planned; nothing is written yet.
    Planned(Box<Preview>),
    /// Files were compared with the book, or could not be.
    Compared(Box<super::screen::reconcile::Answer>),
    /// Where customers stand, as it was asked for.
    Standing(Box<super::screen::expansion::Found>),
    /// A table was written to a file, or why not: a sentence.
    Exported(Result<String, String>),
    /// The bytes of a picture, or why it could not be read.
    Picture(Result<Vec<u8>, String>),
    /// Entries of a folder.
    Folder(Box<Folder>),
    /// Which folders were used before and which are watched for new exports.
    Folders(Box<Folders>),
    /// A new export appeared in a watched folder; nothing was done with it.
    Appeared(Box<Arrived>),
    /// A text went to the clipboard, or to where it could go; the route in words.
    Copied(Result<String, String>),
    /// The civil day changed, at midnight or after sleep; `backwards` when the clock was set back.
    Day {
        /// The new day.
        today: NaiveDate,
        /// Earlier than the day before.
        backwards: bool,
    },
    /// The milliseconds clock reached a moment that was asked for (paste guard).
    Tick(u64),
}

/// A failure told to a person: what happened and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What happened.
    pub what: String,
    /// What to do next; may be empty.
    pub hint: String,
}

/// How a written change came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptHow {
    /// A command.
    Edit,
    /// An undo.
    Undo,
    /// A redo.
    Redo,
    /// One change restored from History.
    Revert,
    /// An import.
    Import,
    /// Another program wrote; the book was read again.
    Elsewhere,
    /// The desk noted something by itself; nobody needs to be told.
    Aside,
}

/// A change that is safely in the book.
pub struct Kept {
    /// How it came about.
    pub how: KeptHow,
    /// Its place in the history.
    pub seq: i64,
    /// What it was, in words.
    pub label: String,
    /// Rows as they now stand; empty where `desk` holds everything.
    pub patch: Patch,
    /// The desk anew, where so much changed that listing rows would be longer.
    pub desk: Option<Box<Desk>>,
    /// The quote it made, if one.
    pub quote: Option<QuoteId>,
    /// The import it was, if one.
    pub batch: Option<BatchId>,
    /// The time of day it was written, `10:42`.
    pub at: String,
}

/// Lines a suggestion would bring into a quote, or why it cannot, by the suggestion's key. Their
/// ids are placeholders.
pub type Offers = HashMap<String, Result<Vec<QuoteLine>, String>>;

/// What accepting each open suggestion adds to the scores, summed over the portfolios: in three
/// places, `?` where it cannot be told.
#[derive(Debug, Default)]
pub struct Totals {
    /// The list they are about.
    of: Weak<Suggestions>,
    /// One more than the number of its text; 0 for none.
    each: Vec<u32>,
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Totals {
    /// Nothing of a list yet.
    pub fn over(list: &Arc<Suggestions>) -> Totals {
        Totals {
            of: Arc::downgrade(list),
            each: vec![0; list.len()],
            texts: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// Takes in the total of the suggestion at a place.
    pub fn put(&mut self, at: usize, total: &Result<BigRational, String>) {
        let text = match total {
            Ok(total) => exact::fixed(total, 3, true),
            Err(_) => "?".to_string(),
        };
        // few texts, on many suggestions
        let number = match self.numbers.get(text.as_str()) {
            Some(known) => *known,
            None => {
                let text: Arc<str> = text.into();
                self.texts.push(Arc::clone(&text));
                let number = self.texts.len() as u32;
                self.numbers.insert(text, number);
                number
            }
        };
        if let Some(slot) = self.each.get_mut(at) {
            *slot = number;
        }
    }

    /// Of how many the total is known.
    pub fn known(&self) -> usize {
        self.each.iter().filter(|number| **number != 0).count()
    }

    /// The total at a place of a list, where it is about that list and known.
    pub fn of(&self, list: &Arc<Suggestions>, at: usize) -> Option<&Arc<str>> {
        let same = std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(list));
        let number = self.each.get(at).filter(|_| same)?.checked_sub(1)?;
        self.texts.get(number as usize)
    }
}

/// What a background computation found.
#[derive(Default)]
pub struct Computed {
    /// The operation of the book it was computed from.
    pub op_seq: i64,
    /// Rows that were asked for.
    pub rows: Option<Queue>,
    /// The program engine over the book.
    pub engine: Option<Arc<Engine>>,
    /// What each open renewal does to the scores.
    pub stakes: Option<Arc<Stakes>>,
    /// The same in short, for the rows of the pipeline.
    pub at_stake: AllAtStake,
    /// What renewals pay by the loaded rates.
    pub incentive: Option<Arc<incentive::Book>>,
    /// Suggestions, best first, decided ones included.
    pub suggestions: Arc<Suggestions>,
    /// The lines the best open ones would bring into a quote, or why none, by key.
    pub offers: Offers,
}

/// A file read and planned, before anything is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The effect it answers; also names the plan when it is applied.
    pub ticket: u64,
    /// The file, without its folder.
    pub file: String,
    /// The plan, or why there is none.
    pub outcome: Result<Planned, Unplanned>,
    /// What the reader sees in the file.
    pub seen: Seen,
    /// What has to be answered before there can be a plan.
    pub question: Option<Question>,
}

/// Why a file has no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unplanned {
    /// It could not be read, or something in it must be answered by a mapping file.
    Failed(Trouble),
    /// It lacks over a fifth of the lines its source had: the question, with the numbers.
    Lost(String),
}

/// What an import would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Profile it was read as.
    pub format: String,
    /// The counts; they add up.
    pub counts: Counts,
    /// Things worth knowing, each a sentence with its row.
    pub warnings: Vec<String>,
    /// Rejected rows, each a sentence with row, column and reason.
    pub rejects: Vec<String>,
    /// No line of it is new or changed.
    pub repeated: bool,
    /// Lines of earlier files that it lacks and that get a mark.
    pub gone: u64,
    /// What changes, under headings: changed cells, new lines, lines no longer in the file.
    pub changes: Vec<(String, Vec<String>)>,
    /// Control totals and what else the report says, label and text.
    pub facts: Vec<(String, String)>,
}

/// Folders a person uses, as this computer remembers them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Those files were read from, the last one first, and still there.
    pub recent: Vec<String>,
    /// Those watched for new exports.
    pub watched: Vec<String>,
    /// What does not work, a sentence.
    pub trouble: Option<String>,
}

/// A file that appeared in a watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its path.
    pub path: String,
    /// What it is read as, in words; none when that cannot be told.
    pub kind: Option<String>,
}

/// Who asks for a folder's entries; the answer goes to nobody else, whatever is on the screen by
/// then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asker {
    /// The picker of files to import.
    #[default]
    Import,
    /// The picker of lists to compare with.
    Reconcile,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name as text.
    pub name: String,
    /// It is a folder.
    pub is_folder: bool,
    /// Bytes of a file.
    pub bytes: u64,
    /// When it was last written, by the desk's clock on the wall.
    pub changed: Option<NaiveDateTime>,
}

/// A folder's entries: folders by name, then files, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// Who asked.
    pub asker: Asker,
    /// Its path as text.
    pub path: String,
    /// What is in it.
    pub entries: Vec<Entry>,
    /// Why it could not be read.
    pub error: Option<String>,
    /// It is no folder but a file.
    pub is_file: bool,
}
