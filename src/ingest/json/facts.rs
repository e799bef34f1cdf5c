//! What the first pass over a document finds: of which kinds its pages are, and of long pages what
//! they have beside their records, wherever in the page it stands.

use super::Json;
use super::scan::{Fault, Piece, Visit, Want, take_apart};
use crate::ingest::document::{self, Marks};
use crate::ingest::source::Source;
use serde_json::Map;
use std::collections::BTreeMap;

/// Bytes of one member that are held beside the records of a long page.
const MEMBER_BYTES: usize = 256_000;
/// The same of an object: of objects beside the records only short ones are read.
const OBJECT_BYTES: usize = 16_384;
/// Bytes of all members of one page.
const PAGE_BYTES: usize = 1_000_000;
/// Bytes of all members of all pages: as trees they take up to forty times that.
const FILE_BYTES: usize = 4_000_000;
/// Bytes of a list that is held as it is.
const SHORT: usize = 4_096;
/// Lists told apart in one page.
const LISTS: usize = 64;

/// A document, after its first pass.
#[derive(Debug, Default)]
pub struct Facts {
    /// How many pages there are.
    pub pages: u64,
    /// How many of them are of any kind.
    pub known: u64,
    /// How many are of each.
    fits: [u64; Marks::ALL],
    /// The kinds in the order they were first met, each page counted for its leading one.
    pub order: Vec<usize>,
    /// The leading kind, end-of-life records left aside, of the first page that has one.
    pub first: Option<usize>,
    /// Long pages by their place.
    long: BTreeMap<u64, Long>,
    /// Some of the text was not looked into.
    pub unseen: bool,
}

/// A long page.
#[derive(Debug, Default)]
pub struct Long {
    /// Its kinds.
    pub marks: Marks,
    /// Its members. In place of a long list, and of one that may hold records, stands a list that
    /// only tells whether it is empty.
    pub frame: Json,
    lists: BTreeMap<String, List>,
    /// It has lists that are not told apart.
    more_lists: bool,
}

/// A list of a long page.
#[derive(Clone, Copy, Debug, Default)]
pub struct List {
    /// Which of the page's lists it is, from 0: of several with one name the last counts.
    pub which: usize,
    /// Of what kinds the page would be by this list.
    pub marks: Marks,
    /// It holds an object.
    pub objects: bool,
}

impl Facts {
    /// Takes a document apart for the first time.
    ///
    /// # Errors
    /// It is no JSON, or cannot be read.
    pub fn gathered(source: &dyn Source) -> Result<Facts, Fault> {
        let mut gather = Gather {
            facts: Facts::default(),
            at: 0,
            page: Building::default(),
            room: FILE_BYTES,
        };
        gather.facts.unseen = take_apart(source, &mut gather)?;
        Ok(gather.facts)
    }

    /// How many pages are of that kind.
    pub fn of(&self, kind: usize) -> u64 {
        self.fits.get(kind).copied().unwrap_or_default()
    }

    /// What was found of the long page at that place.
    pub fn long(&self, at: u64) -> Option<&Long> {
        self.long.get(&at)
    }

    fn count(&mut self, marks: Marks) {
        self.pages += 1;
        self.known += u64::from(!marks.is_none());
        for (kind, count) in self.fits.iter_mut().enumerate() {
            *count += u64::from(marks.has(kind));
        }
        if let Some(kind) = marks.leading()
            && !self.order.contains(&kind)
        {
            self.order.push(kind);
        }
        self.first = self.first.or(marks.leading_document());
    }
}

impl Long {
    /// The list of records of that kind with its name; none where the page itself is the record.
    pub fn records(&self, kind: usize) -> Option<(&str, List)> {
        let mut lists = document::lists(kind)
            .iter()
            .filter_map(|name| self.list(name));
        match document::lists(kind) {
            [_] => lists.next(),
            // Of several names the one counts under which there are records.
            _ if document::marks(&self.frame).has(kind) => None,
            _ => lists.find(|(_, list)| list.marks.has(kind)),
        }
    }

    /// The only list, if it holds an object: then its elements are records, whatever their kind.
    pub fn only_list(&self) -> Option<(&str, List)> {
        let mut lists = self.lists.iter();
        let (name, list) = lists.next()?;
        let only = lists.next().is_none() && !self.more_lists && list.objects;
        only.then_some((name.as_str(), *list))
    }

    /// The list under that name, whatever its case; `name` is lower case. Of several spellings the
    /// same counts as in a short page.
    fn list(&self, name: &str) -> Option<(&str, List)> {
        let members = self.frame.as_object()?;
        let (name, _) = members
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name))?;
        self.lists.get(name).map(|list| (name.as_str(), *list))
    }
}

/// A long page while it is looked at.
#[derive(Default)]
struct Building {
    members: Map<String, Json>,
    lists: BTreeMap<String, List>,
    more_lists: bool,
    /// Lists met, whatever their names.
    met: usize,
    /// Bytes of the members.
    bytes: usize,
    /// The list at hand.
    list: List,
    /// Its bytes, and its elements as long as they are few.
    list_bytes: usize,
    elements: Vec<Json>,
}

struct Gather {
    facts: Facts,
    at: u64,
    page: Building,
    /// Bytes of members that may still be held.
    room: usize,
}

impl Gather {
    /// Puts a member into the frame of the page; of several with one name the last counts.
    fn put(&mut self, name: String, value: Json, bytes: usize) {
        let page = &mut self.page;
        page.lists.remove(&name);
        let bytes = bytes + name.len();
        if page.bytes + bytes <= PAGE_BYTES && bytes <= self.room {
            page.bytes += bytes;
            self.room -= bytes;
            page.members.insert(name, value);
        } else if let Some(known) = page.members.get_mut(&name) {
            *known = Json::Null;
        }
    }
}

impl Visit for Gather {
    fn page(&mut self, _: u64, page: &Json) -> Result<(), Fault> {
        self.facts.count(document::marks(page));
        Ok(())
    }

    fn long(&mut self, at: u64) -> Result<(), Fault> {
        self.at = at;
        self.page = Building::default();
        Ok(())
    }

    fn want(&mut self, _: &str, list: bool) -> Want {
        if !list {
            return Want::Whole(MEMBER_BYTES);
        }
        let page = &mut self.page;
        page.list = List {
            which: page.met,
            ..List::default()
        };
        page.met += 1;
        page.list_bytes = 0;
        page.elements.clear();
        Want::Pieces
    }

    fn member(&mut self, name: String, value: Option<Json>, bytes: usize) -> Result<(), Fault> {
        // One that is too long is read from no page; that it is there may tell a kind.
        let held = value.filter(|value| !value.is_object() || bytes <= OBJECT_BYTES);
        let bytes = if held.is_none() { 0 } else { bytes };
        self.put(name, held.unwrap_or_default(), bytes);
        Ok(())
    }

    fn piece(&mut self, name: &str, piece: Piece) -> Result<(), Fault> {
        let page = &mut self.page;
        page.list.objects |= piece.elements.iter().any(Json::is_object);
        page.list_bytes += piece.bytes;
        if document::holds_records(name) {
            let only = Map::from_iter([(name.to_string(), Json::Array(piece.elements))]);
            page.list.marks |= document::marks(&Json::Object(only));
            page.elements = vec![Json::Null];
        } else if page.list_bytes <= SHORT {
            page.elements.extend(piece.elements);
        } else {
            page.elements = vec![Json::Null];
        }
        Ok(())
    }

    fn list_over(&mut self, name: &str) -> Result<(), Fault> {
        let page = &mut self.page;
        let elements = std::mem::take(&mut page.elements);
        let bytes = match document::holds_records(name) {
            true => 0,
            false => page.list_bytes.min(SHORT),
        };
        self.put(name.to_string(), Json::Array(elements), bytes);
        let page = &mut self.page;
        match page.lists.len() < LISTS {
            true => {
                page.lists.insert(name.to_string(), page.list);
            }
            false => page.more_lists = true,
        }
        Ok(())
    }

    fn long_over(&mut self) -> Result<(), Fault> {
        let page = std::mem::take(&mut self.page);
        let mut long = Long {
            marks: Marks::default(),
            frame: Json::Object(page.members),
            lists: page.lists,
            more_lists: page.more_lists,
        };
        long.marks = document::marks(&long.frame);
        for name in document::list_names() {
            if let Some((_, list)) = long.list(name) {
                long.marks |= list.marks;
            }
        }
        long.marks = long.marks.of_one_page();
        self.facts.count(long.marks);
        self.facts.long.insert(self.at, long);
        Ok(())
    }
}
