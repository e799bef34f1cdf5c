//! What a file holds, as the import screen shows it, and what a person answers about it: plain
//! words that the runtime translates from and to the reader's own.

use std::collections::BTreeMap;

/// What the reader sees in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its sheets; empty where nothing could be made out.
    pub sheets: Vec<Sheet>,
    /// Answers of an earlier file that were taken, or could be.
    pub recalled: Option<Recalled>,
    /// The fields a column can fill: id and words, the likely ones first.
    pub fields: Vec<(String, String)>,
    /// Answers about it can be kept for files laid out alike.
    pub keeps: bool,
}

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name; empty for text.
    pub name: String,
    /// Its rows are taken.
    pub taken: bool,
    /// What it is read as, in words; empty where nothing fits.
    pub kind: String,
    /// Row of its header, as a spreadsheet numbers it.
    pub header_row: u32,
    /// Its columns, in file order.
    pub columns: Vec<Column>,
    /// The first rows: number and text.
    pub top: Vec<(u32, String)>,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Id of the field it fills; empty without one.
    pub field: String,
    /// How sure that is, in words.
    pub sure: String,
    /// It tells lines apart.
    pub key: bool,
    /// How its values are read; empty where there is nothing to decide.
    pub read_as: String,
    /// First values.
    pub samples: Vec<String>,
}

/// Answers that were kept for a layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recalled {
    /// The file they were given for.
    pub file: String,
    /// They were taken; else they are only offered.
    pub applied: bool,
    /// What differs between the layouts.
    pub differ: Vec<String>,
}

/// A question only a person can answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The key of the answer.
    pub key: String,
    /// The choices in words, each with its value.
    pub choices: Vec<(String, String)>,
    /// An answer can also be typed; a sample of one.
    pub sample: Option<String>,
}

/// What a person answered about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Values by the key of the answer.
    pub keys: BTreeMap<String, String>,
    /// Fields by header; an empty one leaves the column unread.
    pub columns: BTreeMap<String, String>,
    /// What to do with answers that were kept.
    pub recall: Recall,
}

/// What to do with answers that were kept for a layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recall {
    /// Take those of the same layout.
    #[default]
    Same,
    /// Also those of nearly the same.
    Near,
    /// Take none.
    Nothing,
}

impl Answers {
    /// Nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.columns.is_empty()
    }
}
