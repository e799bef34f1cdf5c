//! JSON text taken apart while it is read. What a document is made of, its pages, is handed on one
//! by one; a page too long for that in pieces: its members, and a list among them by some elements at
//! a time. So no more is held than a piece, however long the document is.
//!
//! Every piece goes through the JSON library, which says what is wrong with it; here only commas,
//! colons and brackets between the pieces are looked at, and how deep they lie.

use super::Json;
use crate::ingest::error::IngestError;
use crate::ingest::source::Source;
use crate::ingest::split::BYTE_ORDER_MARK;
use crate::ingest::survey::read_some;
use memchr::memchr2;
use std::io::{self, Read};

/// Bytes looked ahead: a page that ends within them is short.
const WINDOW: usize = 1 << 18;
/// Elements of a list handed on at once.
const ELEMENTS: usize = 512;
/// Bytes of elements handed on at once, about.
const PIECE_BYTES: usize = 1 << 16;
/// Most bytes of a value that is held whole (4 MB): as a tree it takes up to forty times that.
pub const VALUE_BYTES: usize = 4_000_000;
/// Brackets that may be open at once: one more the JSON library refuses.
const DEPTH: usize = 127;

/// Why taking apart ended early.
#[derive(Debug)]
pub enum Fault {
    /// It is no JSON, or breaks off; the JSON library says where.
    Malformed,
    /// It could not be read.
    Unread(io::Error),
    /// The visitor refused it.
    Refused(IngestError),
    /// The visitor has seen enough.
    Enough,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Unread(error)
    }
}

impl From<IngestError> for Fault {
    fn from(error: IngestError) -> Fault {
        Fault::Refused(error)
    }
}

/// How a member of a long page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Not at all.
    Skip,
    /// Whole, if it has no more bytes than that.
    Whole(usize),
    /// A list, by pieces.
    Pieces,
}

/// Some elements of a list.
#[derive(Debug, Default)]
pub struct Piece {
    /// The elements; null in place of one that is too long to be held.
    pub elements: Vec<Json>,
    /// How many are too long.
    pub cut: usize,
    /// Their bytes in the file.
    pub bytes: usize,
}

/// Takes pages as they are met.
pub trait Visit {
    /// A page, by its place among all.
    fn page(&mut self, at: u64, page: &Json) -> Result<(), Fault>;
    /// A long page begins, an object.
    fn long(&mut self, at: u64) -> Result<(), Fault>;
    /// How its member of that name is wanted, which is a list or not.
    fn want(&mut self, name: &str, list: bool) -> Want;
    /// A member wanted whole, with its bytes in the file; without a value it has too many.
    fn member(&mut self, name: String, value: Option<Json>, bytes: usize) -> Result<(), Fault>;
    /// Some elements of the list wanted by pieces.
    fn piece(&mut self, name: &str, piece: Piece) -> Result<(), Fault>;
    /// That list ends.
    fn list_over(&mut self, name: &str) -> Result<(), Fault>;
    /// The long page ends.
    fn long_over(&mut self) -> Result<(), Fault>;
}

/// Takes the text of a source apart. True where some of it was passed over without a look inside.
///
/// # Errors
/// It is no JSON, cannot be read, or the visitor ended it.
pub fn take_apart(source: &dyn Source, visit: &mut dyn Visit) -> Result<bool, Fault> {
    let mut scanner = Scanner {
        from: source.open()?,
        room: vec![0; 2 * WINDOW],
        start: 0,
        end: 0,
        over: false,
        open: 0,
        pages: 0,
        unseen: false,
    };
    scanner.pages(visit)?;
    Ok(scanner.unseen)
}

struct Scanner<'s> {
    from: Box<dyn Read + 's>,
    room: Vec<u8>,
    start: usize,
    end: usize,
    /// Nothing comes after what is in the room.
    over: bool,
    /// Brackets open around the value at hand.
    open: usize,
    pages: u64,
    unseen: bool,
}

impl Scanner<'_> {
    fn pages(&mut self, visit: &mut dyn Visit) -> Result<(), Fault> {
        self.fill()?;
        while self.rest().starts_with(BYTE_ORDER_MARK) {
            self.start += BYTE_ORDER_MARK.len();
        }
        while let Some(byte) = self.peek()? {
            match byte {
                b'[' => self.glued(false, visit)?,
                _ => self.page(visit)?,
            }
        }
        Ok(())
    }

    /// A list at the top is taken apart, and lists in it: pages that were each a list, glued into
    /// one.
    fn glued(&mut self, inner: bool, visit: &mut dyn Visit) -> Result<(), Fault> {
        if self.opens(b'[', b']')? {
            return Ok(());
        }
        loop {
            match self.peek()? {
                Some(b'[') if !inner => self.glued(true, visit)?,
                _ => self.page(visit)?,
            }
            if !self.goes_on(b']')? {
                return Ok(());
            }
        }
    }

    fn page(&mut self, visit: &mut dyn Visit) -> Result<(), Fault> {
        let at = self.pages;
        self.pages += 1;
        let object = self.peek()? == Some(b'{');
        let page = match self.whole()? {
            Some(len) => self.short(len, VALUE_BYTES)?,
            None if object => return self.object(at, visit),
            None => self.long(VALUE_BYTES)?.0,
        };
        visit.page(at, &page.unwrap_or_default())
    }

    fn object(&mut self, at: u64, visit: &mut dyn Visit) -> Result<(), Fault> {
        visit.long(at)?;
        if self.opens(b'{', b'}')? {
            return visit.long_over();
        }
        loop {
            if self.peek()? != Some(b'"') {
                return Err(Fault::Malformed);
            }
            let name = match self.value(VALUE_BYTES)?.0 {
                Some(Json::String(name)) => name,
                // A name that long is nobody's.
                _ => String::new(),
            };
            self.pass_over(b':')?;
            let list = self.peek()? == Some(b'[');
            match visit.want(&name, list) {
                Want::Pieces if list => {
                    self.list(&name, visit)?;
                    visit.list_over(&name)?;
                }
                Want::Whole(most) => {
                    let (value, bytes) = self.value(most)?;
                    visit.member(name, value, bytes)?;
                }
                Want::Skip | Want::Pieces => {
                    self.value(0)?;
                }
            }
            if !self.goes_on(b'}')? {
                return visit.long_over();
            }
        }
    }

    fn list(&mut self, name: &str, visit: &mut dyn Visit) -> Result<(), Fault> {
        if self.opens(b'[', b']')? {
            return Ok(());
        }
        let mut piece = Piece::default();
        loop {
            let (element, bytes) = self.value(VALUE_BYTES)?;
            piece.cut += usize::from(element.is_none());
            piece.elements.push(element.unwrap_or_default());
            piece.bytes += bytes;
            let more = self.goes_on(b']')?;
            if !more || piece.elements.len() >= ELEMENTS || piece.bytes >= PIECE_BYTES {
                visit.piece(name, std::mem::take(&mut piece))?;
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Takes the bracket that opens; true where the one that closes follows at once.
    fn opens(&mut self, bracket: u8, closing: u8) -> Result<bool, Fault> {
        self.pass_over(bracket)?;
        let empty = self.peek()? == Some(closing);
        match empty {
            true => self.start += 1,
            false => self.open += 1,
        }
        Ok(empty)
    }

    /// Takes a comma, or the bracket that closes: then nothing goes on.
    fn goes_on(&mut self, closing: u8) -> Result<bool, Fault> {
        let byte = self.peek()?;
        self.start += 1;
        match byte {
            Some(b',') => Ok(true),
            Some(byte) if byte == closing => {
                self.open -= 1;
                Ok(false)
            }
            _ => Err(Fault::Malformed),
        }
    }

    /// Passes over the next byte, which has to be this one.
    fn pass_over(&mut self, wanted: u8) -> Result<(), Fault> {
        match self.peek()? == Some(wanted) {
            true => {
                self.start += 1;
                Ok(())
            }
            false => Err(Fault::Malformed),
        }
    }

    /// The next byte that is not blank.
    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
            self.start += self.rest().iter().take_while(blank).count();
            match self.rest().first() {
                Some(byte) => return Ok(Some(*byte)),
                None if self.over => return Ok(None),
                None => self.fill()?,
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.room.get(self.start..self.end).unwrap_or_default()
    }

    /// Sees to it that as much is ahead as is looked ahead, or all there is.
    fn fill(&mut self) -> Result<(), Fault> {
        if self.over || self.end - self.start >= WINDOW {
            return Ok(());
        }
        self.room.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let room = self.room.get_mut(self.end..).unwrap_or_default();
        let len = read_some(&mut *self.from, room)?;
        self.over = len < room.len();
        self.end += len;
        Ok(())
    }

    /// The length of the value ahead; none where it does not end in sight.
    fn whole(&mut self) -> Result<Option<usize>, Fault> {
        self.fill()?;
        let mut walk = Walk::under(self.open);
        let found = walk.go(self.rest())?;
        match found {
            None if self.over => walk.ends_here().then_some(Some(self.rest().len())),
            found => Some(found),
        }
        .ok_or(Fault::Malformed)
    }

    /// The next value with its length; none in its place where it has more bytes than `most`.
    fn value(&mut self, most: usize) -> Result<(Option<Json>, usize), Fault> {
        self.peek()?;
        match self.whole()? {
            Some(len) => Ok((self.short(len, most)?, len)),
            None => self.long(most),
        }
    }

    /// The value ahead, of that length.
    fn short(&mut self, len: usize, most: usize) -> Result<Option<Json>, Fault> {
        let value = match len <= most {
            true => Some(parsed(self.rest().get(..len).unwrap_or_default())?),
            false => None,
        };
        self.start += len;
        self.unseen |= value.is_none();
        Ok(value)
    }

    /// A value that does not end in sight.
    fn long(&mut self, most: usize) -> Result<(Option<Json>, usize), Fault> {
        let mut held = Vec::new();
        let mut walk = Walk::under(self.open);
        let mut len = 0;
        loop {
            let found = walk.go(self.rest())?;
            let piece = self.rest();
            let piece = piece
                .get(..found.unwrap_or(piece.len()))
                .unwrap_or_default();
            len += piece.len();
            if len <= most {
                held.extend_from_slice(piece);
            }
            self.start += piece.len();
            if found.is_some() {
                break;
            }
            if self.over {
                match walk.ends_here() {
                    true => break,
                    false => return Err(Fault::Malformed),
                }
            }
            self.fill()?;
        }
        let value = match len <= most {
            true => Some(parsed(&held)?),
            false => None,
        };
        self.unseen |= value.is_none();
        Ok((value, len))
    }
}

fn parsed(bytes: &[u8]) -> Result<Json, Fault> {
    serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)
}

/// Looks for the end of one value, in pieces as they come.
struct Walk {
    inside: Inside,
    open: usize,
    above: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Brackets,
    Text,
    Escape,
    Scalar,
}

impl Walk {
    fn under(above: usize) -> Walk {
        Walk {
            inside: Inside::Nothing,
            open: 0,
            above,
        }
    }

    /// True for a number or word, which ends where the text does.
    fn ends_here(&self) -> bool {
        self.inside == Inside::Scalar
    }

    /// Goes on over these bytes: how many of them belong to the value, where it ends among them.
    fn go(&mut self, bytes: &[u8]) -> Result<Option<usize>, Fault> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            match self.inside {
                Inside::Nothing => {
                    self.inside = match rest.first() {
                        Some(b'"') => {
                            at += 1;
                            Inside::Text
                        }
                        Some(b'{' | b'[') => Inside::Brackets,
                        Some(byte) if !ends_scalar(byte) => Inside::Scalar,
                        _ => return Err(Fault::Malformed),
                    }
                }
                Inside::Scalar => {
                    return Ok(rest.iter().position(ends_scalar).map(|end| at + end));
                }
                Inside::Escape => {
                    at += 1;
                    self.inside = Inside::Text;
                }
                Inside::Text => {
                    let Some(found) = memchr2(b'"', b'\\', rest) else {
                        return Ok(None);
                    };
                    at += found + 1;
                    self.inside = match rest.get(found) {
                        Some(b'\\') => Inside::Escape,
                        _ if self.open == 0 => return Ok(Some(at)),
                        _ => Inside::Brackets,
                    };
                }
                Inside::Brackets => {
                    let told = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
                    let Some(found) = rest.iter().position(told) else {
                        return Ok(None);
                    };
                    at += found + 1;
                    match rest.get(found) {
                        Some(b'"') => self.inside = Inside::Text,
                        Some(b'{' | b'[') => self.opens()?,
                        _ => self.open = self.open.saturating_sub(1),
                    }
                    if self.open == 0 {
                        return Ok(Some(at));
                    }
                }
            }
        }
        Ok(None)
    }

    fn opens(&mut self) -> Result<(), Fault> {
        self.open += 1;
        match self.open + self.above > DEPTH {
            true => Err(Fault::Malformed),
            false => Ok(()),
        }
    }
}

/// What cannot stand in a number or word.
fn ends_scalar(byte: &u8) -> bool {
    matches!(
        byte,
        b' ' | b'\n' | b'\t' | b'\r' | b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"'
    )
}
