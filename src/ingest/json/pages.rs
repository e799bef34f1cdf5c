//! The pages of a document, read from the front each time they are wanted. A long page comes in
//! pieces: its members with some of its records, as if it had been several pages.

use super::Json;
use super::check;
use super::facts::{Facts, Long};
use super::scan::{Fault, Piece, VALUE_BYTES, Visit, Want, take_apart};
use crate::ingest::document::{self, Document, Page};
use crate::ingest::error::IngestError;
use crate::ingest::source::{Source, unreadable};
use crate::ingest::table::too_large;
use std::sync::Arc;

/// A document that was looked at once.
#[derive(Clone, Debug)]
pub struct Pages {
    source: Arc<dyn Source>,
    file: String,
    facts: Arc<Facts>,
}

/// What pages are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The kind of that number. `part` leaves out pages of which another kind leads.
    Kind {
        /// Its number.
        kind: usize,
        /// Only the pages that it leads.
        part: bool,
    },
    /// A table of objects, whatever kind they are.
    Table,
}

impl Of {
    /// The kind of document; none of end-of-life records and of tables.
    pub fn document(self) -> Option<&'static Document> {
        match self {
            Of::Kind { kind, .. } => document::kind(kind),
            Of::Table => None,
        }
    }
}

/// Takes pages; [`Fault::Enough`] ends it.
pub type EachPage<'f> = dyn FnMut(&Page<'_>) -> Result<(), Fault> + 'f;

impl Pages {
    /// Looks at a document: all of it is JSON then.
    ///
    /// # Errors
    /// It is not, with line and column, or cannot be read.
    pub fn open(source: Arc<dyn Source>, file: &str) -> Result<Pages, IngestError> {
        let mut pages = Pages {
            source,
            file: file.to_string(),
            facts: Arc::default(),
        };
        let facts = Facts::gathered(&*pages.source).map_err(|fault| pages.refused(fault))?;
        if facts.unseen {
            check::check(&*pages.source, file)?;
        }
        pages.facts = Arc::new(facts);
        Ok(pages)
    }

    /// What was found.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Calls `each` for every page, those that are not of the kind read among them.
    ///
    /// # Errors
    /// Those of `each`, a record too long to be held, a source that cannot be read any more.
    pub fn each(&self, of: Of, each: &mut EachPage<'_>) -> Result<(), IngestError> {
        let mut telling = Telling {
            pages: self,
            of,
            each,
            take: Take::Nothing,
            page: Json::Null,
            begins: true,
            met: 0,
            bytes: 0,
        };
        match take_apart(&*self.source, &mut telling) {
            Ok(_) | Err(Fault::Enough) => Ok(()),
            Err(fault) => Err(self.refused(fault)),
        }
    }

    fn refused(&self, fault: Fault) -> IngestError {
        match fault {
            Fault::Refused(error) => error,
            Fault::Unread(error) => unreadable(&self.file, &error),
            Fault::Malformed | Fault::Enough => match check::check(&*self.source, &self.file) {
                Err(error) => error,
                Ok(()) => check::wrong(&self.file, "its brackets do not match"),
            },
        }
    }
}

/// What is taken of a long page.
enum Take {
    Nothing,
    /// What it has beside its records: it is of another kind.
    Frame,
    /// All of it: it is a record.
    Whole,
    /// The same, but it is too long for one.
    TooLong,
    /// Its records, in that list.
    Pieces {
        name: String,
        which: usize,
    },
}

struct Telling<'p, 'e, 'f> {
    pages: &'p Pages,
    of: Of,
    each: &'e mut EachPage<'f>,
    take: Take,
    /// The long page at hand.
    page: Json,
    /// No piece of it was told yet.
    begins: bool,
    /// Lists met in it.
    met: usize,
    bytes: usize,
}

impl Telling<'_, '_, '_> {
    fn take_of(&self, long: &Long) -> Take {
        let list = match self.of {
            Of::Kind { kind, part: true } if long.marks.leading() != Some(kind) => {
                return Take::Nothing;
            }
            Of::Kind { kind, .. } if !long.marks.has(kind) => return Take::Frame,
            Of::Kind { kind, .. } => long.records(kind),
            Of::Table => long.only_list(),
        };
        match list {
            Some((name, list)) => Take::Pieces {
                name: name.to_string(),
                which: list.which,
            },
            None => Take::Whole,
        }
    }

    /// Tells the page at hand, or a piece of it.
    fn tell(&mut self, fits: bool) -> Result<(), Fault> {
        let list = match &self.take {
            Take::Pieces { name, .. } => Some(name.as_str()),
            _ => None,
        };
        let page = Page {
            json: &self.page,
            fits,
            begins: std::mem::take(&mut self.begins),
            list,
        };
        (self.each)(&page)
    }

    /// Puts a member into the page at hand.
    fn put(&mut self, name: &str, value: Json) {
        if let Some(members) = self.page.as_object_mut() {
            members.insert(name.to_string(), value);
        }
    }

    fn too_long(&self) -> Fault {
        let megabytes = VALUE_BYTES / 1_000_000;
        let what = format!("a record of the document has more than {megabytes} MB");
        too_large(&self.pages.file, &what, format!("{megabytes} MB a record")).into()
    }
}

impl Visit for Telling<'_, '_, '_> {
    fn page(&mut self, _: u64, page: &Json) -> Result<(), Fault> {
        let fits = match self.of {
            Of::Table => true,
            Of::Kind { kind, part: true } => {
                if document::marks(page).leading() != Some(kind) {
                    return Ok(());
                }
                true
            }
            Of::Kind { kind, .. } => document::fits(kind, page),
        };
        (self.each)(&Page {
            json: page,
            fits,
            begins: true,
            list: None,
        })
    }

    fn long(&mut self, at: u64) -> Result<(), Fault> {
        let facts = self.pages.facts.clone();
        let long = facts.long(at).ok_or(Fault::Malformed)?;
        self.take = self.take_of(long);
        self.page = match self.take {
            Take::Frame | Take::Pieces { .. } => long.frame.clone(),
            _ => Json::Object(serde_json::Map::new()),
        };
        (self.begins, self.met, self.bytes) = (true, 0, 0);
        Ok(())
    }

    fn want(&mut self, name: &str, list: bool) -> Want {
        let met = self.met;
        self.met += usize::from(list);
        match &self.take {
            Take::Pieces { name: own, which } if list && own == name && *which == met => {
                Want::Pieces
            }
            Take::Whole => Want::Whole(VALUE_BYTES.saturating_sub(self.bytes)),
            _ => Want::Skip,
        }
    }

    fn member(&mut self, name: String, value: Option<Json>, bytes: usize) -> Result<(), Fault> {
        self.bytes += bytes + name.len();
        match value {
            Some(value) => self.put(&name, value),
            None => self.take = Take::TooLong,
        }
        Ok(())
    }

    fn piece(&mut self, name: &str, piece: Piece) -> Result<(), Fault> {
        if piece.cut > 0 {
            return Err(self.too_long());
        }
        self.put(name, Json::Array(piece.elements));
        self.tell(true)
    }

    fn list_over(&mut self, name: &str) -> Result<(), Fault> {
        if self.begins {
            self.put(name, Json::Array(Vec::new()));
            self.tell(true)?;
        }
        Ok(())
    }

    fn long_over(&mut self) -> Result<(), Fault> {
        match self.take {
            Take::Nothing | Take::Pieces { .. } => Ok(()),
            Take::Frame => self.tell(false),
            Take::Whole => self.tell(true),
            Take::TooLong => Err(self.too_long()),
        }
    }
}
