//! The rows of a worksheet of an `.xlsx`, read from the archive each time they are wanted: a sheet of
//! a million lines takes no more memory than its row at hand. Bytes of the archive, texts and styles
//! of the workbook are held once and shared.

use super::archive;
use super::cell::{Filling, Head, Type, digits};
use super::damaged;
use super::markup::{Markup, Piece, Tag};
use super::parts::{Styles, Texts};
use super::quick;
use crate::domain::text::clean;
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::table::{Cell, EachRow, too_large};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What all sheets of a workbook share.
#[derive(Debug)]
pub struct Book {
    /// The archive, packed.
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) texts: Texts,
    pub(super) styles: Styles,
    pub(super) from_1904: bool,
    pub(super) file: String,
}

/// Rows of a worksheet, read from the front each time they are wanted.
#[derive(Clone, Debug)]
pub struct SheetRows {
    pub(super) book: Arc<Book>,
    /// Name of the sheet.
    pub(super) name: String,
    /// Its place in the archive.
    pub(super) part: usize,
    /// Cells beyond the last column looked at, as far as they were met.
    pub(super) beyond: Arc<AtomicU64>,
}

/// A cell with more than its text: what the first look at a sheet asks for.
pub(super) struct Styled {
    pub row: u32,
    pub column: u32,
    pub style: usize,
}

/// Takes a row with its place among the rows, from 0; false when it was enough.
type EachPlaced<'f> = dyn FnMut(usize, u32, &[Option<Cell<'_>>]) -> Result<bool, IngestError> + 'f;

impl SheetRows {
    /// Calls `each` for every row after the first `skip`, as a table's rows are told; with the cells
    /// of the `wanted` columns only, where these are named. Rows without a value are none.
    ///
    /// # Errors
    /// Those of `each`, a damaged sheet, a limit reached.
    pub fn each(
        &self,
        skip: usize,
        wanted: Option<&[bool]>,
        each: &mut EachRow<'_>,
    ) -> Result<(), IngestError> {
        self.pass(wanted, &mut |_| {}, &mut |at, number, cells| {
            if at >= skip {
                each(number, cells)?;
            }
            Ok(true)
        })
    }

    /// Cells beyond the last column looked at, as far as they were met.
    pub fn cells_beyond(&self) -> u64 {
        self.beyond.load(Ordering::Relaxed)
    }

    /// Reads rows with their place until `each` has enough; `styled` hears of every cell with a
    /// style, also of empty ones.
    pub(super) fn pass(
        &self,
        wanted: Option<&[bool]>,
        styled: &mut dyn FnMut(Styled),
        each: &mut EachPlaced<'_>,
    ) -> Result<(), IngestError> {
        let book = &*self.book;
        let mut archive = archive::open(&book.bytes, &book.file)?;
        let part = archive
            .by_index(self.part)
            .map_err(|error| damaged(&book.file, &error.to_string()))?;
        let mut pass = Pass {
            sheet: self,
            xml: Markup::new(part),
            row: 0,
            column: 0,
            value: Vec::new(),
            to: Filling::new(self, wanted),
        };
        pass.begin()?;
        let mut at = 0;
        while pass.fill(styled)? {
            let [row, _] = &pass.to.rows;
            if at >= limits::ROWS || pass.to.cells >= limits::CELLS {
                let limit = format!("{} rows or {} cells", limits::ROWS, limits::CELLS);
                return Err(too_large(&book.file, "too many cells", limit));
            }
            if !each(at, row.number, &row.cells(&book.texts))? {
                break;
            }
            at += 1;
        }
        self.beyond.fetch_max(pass.to.beyond, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn damaged(&self, what: &str) -> IngestError {
        damaged(
            &self.book.file,
            &format!("sheet {:?} {what}", clean(&self.name)),
        )
    }
}

/// A sheet while it is read.
struct Pass<'a, R> {
    sheet: &'a SheetRows,
    xml: Markup<R>,
    row: u32,
    column: u32,
    value: Vec<u8>,
    to: Filling<'a>,
}

impl<R: Read> Pass<'_, R> {
    fn broken(&self, error: &io::Error) -> IngestError {
        self.sheet.damaged(&format!("cannot be read: {error}"))
    }

    /// Goes to where the rows begin.
    fn begin(&mut self) -> Result<(), IngestError> {
        loop {
            match self.xml.next() {
                Ok(Piece::Open(tag)) if tag.name == b"sheetData" => {
                    // One without rows is over at once.
                    self.row = if tag.empty { u32::MAX } else { 0 };
                    return Ok(());
                }
                Ok(Piece::End) => return Err(self.sheet.damaged("is no worksheet")),
                Ok(_) => {}
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    /// Fills the first row; false when there is none any more.
    fn fill(&mut self, styled: &mut dyn FnMut(Styled)) -> Result<bool, IngestError> {
        let [row, next] = &mut self.to.rows;
        std::mem::swap(row, next);
        next.clear();
        if self.row == u32::MAX {
            return Ok(row.number > 0);
        }
        loop {
            if let Some(cell) = quick::cell(self.xml.ahead(), self.row, self.column) {
                let head = &cell.head;
                tell(styled, head);
                self.column = head.column.saturating_add(1);
                let behind = self.to.take(head, cell.value, true)?;
                let len = cell.len;
                self.xml.pass_over(len);
                match behind {
                    true => return Ok(true),
                    false => continue,
                }
            }
            let piece = match self.xml.next() {
                Ok(piece) => piece,
                Err(error) => return Err(self.broken(&error)),
            };
            match piece {
                Piece::Open(tag) if tag.name == b"c" => {
                    let mut head = Head {
                        row: self.row,
                        column: self.column,
                        style: None,
                        is: Type::Unsaid,
                    };
                    let empty = tag.empty;
                    let read = head.read(tag.attributes());
                    if let Err(what) = read {
                        return Err(self.sheet.damaged(&what));
                    }
                    tell(styled, &head);
                    self.column = head.column.saturating_add(1);
                    if !empty && self.cell(&head)? {
                        return Ok(true);
                    }
                }
                Piece::Open(tag) if tag.name == b"row" => {
                    let row = row_of(&tag, self.row);
                    let row = row.ok_or_else(|| self.sheet.damaged("has a row without a number"));
                    self.row = row? + u32::from(tag.empty);
                    self.column = 0;
                }
                Piece::Close(b"row") => {
                    self.row = self.row.saturating_add(1);
                    self.column = 0;
                }
                Piece::Close(b"sheetData") => {
                    self.row = u32::MAX;
                    // What stands behind the rows is unpacked as well: the checksum covers it.
                    self.read_out()?;
                    let [row, _] = &self.to.rows;
                    return Ok(row.number > 0);
                }
                Piece::End => return Err(self.sheet.damaged("ends early")),
                _ => {}
            }
        }
    }

    fn read_out(&mut self) -> Result<(), IngestError> {
        loop {
            match self.xml.next() {
                Ok(Piece::End) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    /// Reads the inside of a cell; true when it belongs to a row behind the one being filled.
    fn cell(&mut self, head: &Head) -> Result<bool, IngestError> {
        self.value.clear();
        let (mut formula, mut valued) = (false, false);
        loop {
            let piece = match self.xml.next() {
                Ok(piece) => piece,
                Err(error) => return Err(self.broken(&error)),
            };
            let done = match piece {
                Piece::Open(tag) if tag.name == b"v" => {
                    let ignored = head.is == Type::Inline;
                    valued |= !ignored;
                    match (tag.empty, ignored) {
                        (true, _) => Ok(()),
                        (false, true) => self.xml.skip(),
                        (false, false) => self.xml.text(&mut self.value),
                    }
                }
                Piece::Open(tag) if tag.name == b"is" => {
                    valued = true;
                    match tag.empty {
                        true => Ok(()),
                        false => rich_text(&mut self.xml, &mut self.value),
                    }
                }
                Piece::Open(tag) => {
                    formula |= tag.name == b"f";
                    match tag.empty {
                        true => Ok(()),
                        false => self.xml.skip(),
                    }
                }
                Piece::Close(b"c") => break,
                Piece::End => return Err(self.sheet.damaged("ends early")),
                _ => Ok(()),
            };
            done.map_err(|error| self.broken(&error))?;
        }
        let text = matches!(head.is, Type::Text | Type::Inline);
        match valued && (text || !self.value.is_empty()) {
            true => self.to.take(head, Some(&self.value), false),
            false if formula => self.to.take_unknown(head),
            false => Ok(false),
        }
    }
}

/// The place of a row, from 0; one that does not say comes next.
fn row_of(tag: &Tag<'_>, next: u32) -> Option<u32> {
    match tag.attributes().find(|(name, _)| *name == b"r") {
        Some((_, number)) => digits(number)?.checked_sub(1),
        None => Some(next),
    }
}

fn tell(styled: &mut dyn FnMut(Styled), head: &Head) {
    if let Some(style) = head.style {
        let (row, column) = (head.row, head.column);
        styled(Styled { row, column, style });
    }
}

/// The text of an element with runs of text in it, without how it is pronounced.
pub(super) fn rich_text<R: Read>(xml: &mut Markup<R>, to: &mut Vec<u8>) -> io::Result<()> {
    let mut depth = 1_u32;
    while depth > 0 {
        match xml.next()? {
            Piece::Open(tag) if tag.empty => {}
            Piece::Open(tag) if tag.name == b"t" => {
                let kept = |(name, value): (&[u8], &[u8])| name == b"space" && value == b"preserve";
                let keep = tag.attributes().any(kept);
                let from = to.len();
                xml.text(to)?;
                if !keep {
                    trim(to, from);
                }
            }
            Piece::Open(tag) if tag.name == b"rPh" => xml.skip()?,
            Piece::Open(_) => depth += 1,
            Piece::Close(_) => depth -= 1,
            Piece::End => return Err(io::Error::other("it ends early")),
            _ => {}
        }
    }
    Ok(())
}

/// Takes white space off both ends of what was added from `from` on.
fn trim(text: &mut Vec<u8>, from: usize) {
    let added = text.get(from..).unwrap_or_default();
    let end = from + added.trim_ascii_end().len();
    let front = added.len() - added.trim_ascii_start().len();
    text.truncate(end);
    if front > 0 {
        text.drain(from..(from + front).min(text.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_text_are_one_text_without_their_pronunciation() {
        let xml = "<r><rPr><b/></rPr><t> a </t></r><r><t xml:space=\"preserve\"> b</t></r>\
                   <rPh><t>never</t></rPh><t/></is><t>after</t>";
        let mut text = Vec::new();
        rich_text(&mut Markup::new(xml.as_bytes()), &mut text).unwrap();
        assert_eq!(text, b"a b");
    }
}
