//! The rows of a worksheet of an `.xlsx`, read from the archive each time they are wanted: a sheet of
//! a million lines takes no more memory than its row at hand. Bytes of the archive, texts and styles
//! of the workbook are held once and shared.

use super::archive;
use super::damaged;
use super::markup::{Markup, Piece, unescape_units};
use super::parts::{Format, Styles, Texts};
use crate::domain::text::clean;
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::table::{Cell, CellKind, EachRow, too_large};
use crate::ingest::value::date::from_serial;
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

impl SheetRows {
    /// Calls `each` for every row after the first `skip`, as a table's rows are told. Rows without a
    /// value are none.
    ///
    /// # Errors
    /// Those of `each`, a damaged sheet, a limit reached.
    pub fn each(&self, skip: usize, each: &mut EachRow<'_>) -> Result<(), IngestError> {
        self.pass(&mut |_| {}, &mut |at, number, cells| {
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
        styled: &mut dyn FnMut(Styled),
        each: &mut dyn FnMut(usize, u32, &[Option<Cell<'_>>]) -> Result<bool, IngestError>,
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
            rows: [RowTexts::default(), RowTexts::default()],
            cells: 0,
            beyond: 0,
        };
        pass.begin()?;
        let mut at = 0;
        while pass.fill(styled)? {
            let [row, _] = &pass.rows;
            if at >= limits::ROWS || pass.cells >= limits::CELLS {
                let limit = format!("{} rows or {} cells", limits::ROWS, limits::CELLS);
                return Err(too_large(&book.file, "too many cells", limit));
            }
            if !each(at, row.number, &row.cells(&book.texts))? {
                break;
            }
            at += 1;
        }
        self.beyond.fetch_max(pass.beyond, Ordering::Relaxed);
        Ok(())
    }

    fn damaged(&self, what: &str) -> IngestError {
        damaged(
            &self.book.file,
            &format!("sheet {:?} {what}", clean(&self.name)),
        )
    }
}

/// Where the text of a cell lies.
#[derive(Clone, Copy)]
enum Text {
    /// In the texts of its row.
    Own { from: u32, to: u32 },
    /// Among the texts of the workbook.
    Shared(u32),
}

/// The cells of one row, cleaned.
#[derive(Default)]
struct RowTexts {
    /// As a spreadsheet shows it; 0 while there is none.
    number: u32,
    text: String,
    slots: Vec<(u16, CellKind, Text)>,
}

impl RowTexts {
    fn clear(&mut self) {
        self.number = 0;
        self.text.clear();
        self.slots.clear();
    }

    fn cells<'a>(&'a self, texts: &'a Texts) -> Vec<Option<Cell<'a>>> {
        let width = self.slots.last().map_or(0, |(column, ..)| *column + 1);
        let mut cells = vec![None; usize::from(width)];
        for (column, kind, text) in &self.slots {
            let text = match *text {
                Text::Own { from, to } => self.text.get(from as usize..to as usize),
                Text::Shared(at) => texts.get(at),
            };
            let column = usize::from(*column);
            if cells.len() <= column {
                cells.resize(column + 1, None);
            }
            if let Some(slot) = cells.get_mut(column) {
                *slot = Some(Cell {
                    column,
                    kind: *kind,
                    text: text.unwrap_or_default(),
                });
            }
        }
        cells
    }
}

/// What a cell says its value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Unsaid,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
}

impl Type {
    fn of(name: &[u8]) -> Option<Type> {
        Some(match name {
            b"n" => Type::Number,
            b"s" => Type::Shared,
            b"str" | b"d" => Type::Text,
            b"inlineStr" | b"is" => Type::Inline,
            b"b" => Type::Bool,
            b"e" => Type::Error,
            _ => return None,
        })
    }
}

/// The first tag of a cell.
struct Head {
    row: u32,
    column: u32,
    style: Option<usize>,
    is: Type,
    empty: bool,
}

/// A sheet while it is read: the row to hand on, and the next one, whose first cell tells that the
/// other is over.
struct Pass<'a, R> {
    sheet: &'a SheetRows,
    xml: Markup<R>,
    row: u32,
    column: u32,
    value: Vec<u8>,
    rows: [RowTexts; 2],
    cells: usize,
    beyond: u64,
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
        let [row, next] = &mut self.rows;
        std::mem::swap(row, next);
        next.clear();
        if self.row == u32::MAX {
            return Ok(row.number > 0);
        }
        loop {
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
                        empty: tag.empty,
                    };
                    let read = head.read(tag.attributes());
                    if let Err(what) = read {
                        return Err(self.sheet.damaged(&what));
                    }
                    if let Some(style) = head.style {
                        let (row, column) = (head.row, head.column);
                        styled(Styled { row, column, style });
                    }
                    self.column = head.column.saturating_add(1);
                    if !head.empty && self.cell(&head)? {
                        return Ok(true);
                    }
                }
                Piece::Open(tag) if tag.name == b"row" => {
                    let number = tag.attributes().find(|(name, _)| *name == b"r");
                    if let Some((_, number)) = number {
                        let number = digits(number).filter(|number| *number > 0);
                        let row = number
                            .ok_or_else(|| self.sheet.damaged("has a row without a number"))?;
                        self.row = row - 1;
                    }
                    if tag.empty {
                        self.row += 1;
                    }
                    self.column = 0;
                }
                Piece::Close(b"row") => {
                    self.row = self.row.saturating_add(1);
                    self.column = 0;
                }
                Piece::Close(b"sheetData") => {
                    self.row = u32::MAX;
                    // What stands behind the rows is unpacked as well: the checksum covers it.
                    self.to_the_end()?;
                    let [row, _] = &self.rows;
                    return Ok(row.number > 0);
                }
                Piece::End => return Err(self.sheet.damaged("ends early")),
                _ => {}
            }
        }
    }

    fn to_the_end(&mut self) -> Result<(), IngestError> {
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
        // A text may be empty; anything else is not there then.
        let says = match head.is {
            Type::Text | Type::Inline => valued,
            _ => !self.value.is_empty(),
        };
        match (says, formula) {
            (true, _) => self.put(head),
            (false, true) => self.put_text(head, CellKind::NoValue, ""),
            (false, false) => Ok(false),
        }
    }

    fn put(&mut self, head: &Head) -> Result<bool, IngestError> {
        let value = std::mem::take(&mut self.value);
        let behind = self.put_value(head, &value);
        self.value = value;
        behind
    }

    fn put_value(&mut self, head: &Head, value: &[u8]) -> Result<bool, IngestError> {
        let text = std::str::from_utf8(value)
            .map_err(|_| self.sheet.damaged("has text that is not UTF-8"))?;
        match head.is {
            Type::Shared => {
                let book = &*self.sheet.book;
                let at = digits(value).filter(|at| book.texts.get(*at).is_some());
                let at = at.ok_or_else(|| self.sheet.damaged("names a text the workbook lacks"))?;
                self.put_shared(head, at)
            }
            Type::Text | Type::Inline => self.put_text(head, CellKind::Text, &unescape_units(text)),
            Type::Error => self.put_text(head, CellKind::Error, text),
            Type::Bool => {
                let text = match text.trim() {
                    "1" | "true" => "TRUE",
                    "0" | "false" => "FALSE",
                    _ => return Err(self.sheet.damaged("has a truth value that is none")),
                };
                self.put_text(head, CellKind::Text, text)
            }
            Type::Number | Type::Unsaid => self.put_number(head, text),
        }
    }

    fn put_number(&mut self, head: &Head, text: &str) -> Result<bool, IngestError> {
        let book = &*self.sheet.book;
        let format = book.styles.format(head.style);
        if format == Format::Other
            && let Some(plain) = plain_number(text)
        {
            return self.put_text(head, CellKind::Number, plain);
        }
        let Ok(number) = text.parse::<f64>() else {
            return match head.is {
                Type::Unsaid => self.put_text(head, CellKind::Text, text),
                _ => Err(self
                    .sheet
                    .damaged(&format!("has a number that is none: {text:?}"))),
            };
        };
        let (kind, text) = match format {
            Format::Span => (CellKind::Text, number.to_string()),
            // The whole part is the day; the fraction is a time of day and is dropped.
            Format::Date => match from_serial(number.floor() as i64, book.from_1904) {
                Some(day) => (CellKind::Date, day.to_string()),
                None => (CellKind::Text, number.to_string()),
            },
            Format::Other => match super::decimal(number) {
                Some(number) => (CellKind::Number, number.normalize().to_string()),
                None => (CellKind::Text, format!("{number:e}")),
            },
        };
        self.put_text(head, kind, &text)
    }

    fn put_text(&mut self, head: &Head, kind: CellKind, text: &str) -> Result<bool, IngestError> {
        self.check(head, text.len())?;
        let (behind, row) = self.place(head)?;
        if usize::from(u16::MAX).min(limits::COLUMNS) <= head.column as usize {
            self.beyond += 1;
            return Ok(behind);
        }
        let cleaned = clean(text);
        let text = cleaned.trim();
        if text.is_empty() && kind != CellKind::NoValue {
            return Ok(behind);
        }
        let from = row.text.len() as u32;
        row.text.push_str(text);
        let to = row.text.len() as u32;
        row.slots
            .push((head.column as u16, kind, Text::Own { from, to }));
        self.cells += 1;
        Ok(behind)
    }

    fn put_shared(&mut self, head: &Head, at: u32) -> Result<bool, IngestError> {
        let len = self.sheet.book.texts.get(at).map_or(0, str::len);
        self.check(head, len)?;
        let (behind, row) = self.place(head)?;
        if head.column as usize >= limits::COLUMNS {
            self.beyond += 1;
            return Ok(behind);
        }
        if len > 0 {
            row.slots
                .push((head.column as u16, CellKind::Text, Text::Shared(at)));
            self.cells += 1;
        }
        Ok(behind)
    }

    fn check(&self, head: &Head, len: usize) -> Result<(), IngestError> {
        if head.row >= limits::SHEET_ROWS || head.column >= limits::SHEET_COLUMNS {
            return Err(self.sheet.damaged("has a cell outside of any worksheet"));
        }
        if len > limits::CELL_BYTES {
            return Err(self.sheet.damaged(&format!(
                "holds more text in a cell of row {} than a cell can",
                head.row + 1
            )));
        }
        Ok(())
    }

    /// The row a cell belongs to; true where that is the one behind the row being filled.
    fn place(&mut self, head: &Head) -> Result<(bool, &mut RowTexts), IngestError> {
        let number = head.row + 1;
        let [row, next] = &mut self.rows;
        if row.number > number {
            let what = format!("has rows out of order at row {number}");
            return Err(self.sheet.damaged(&what));
        }
        let behind = row.number > 0 && row.number < number;
        let own = if behind { next } else { row };
        own.number = number;
        Ok((behind, own))
    }
}

impl Head {
    fn read(&mut self, attributes: super::markup::Attributes<'_>) -> Result<(), String> {
        for (name, value) in attributes {
            match name {
                b"r" => {
                    let place = place(value);
                    (self.row, self.column) =
                        place.ok_or_else(|| "has a cell without a place".to_string())?;
                }
                b"s" => self.style = digits(value).map(|style| style as usize),
                b"t" => {
                    let is = Type::of(value);
                    self.is = is.ok_or_else(|| "has a cell of an unknown type".to_string())?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Row and column of `AB12`, from 0.
fn place(text: &[u8]) -> Option<(u32, u32)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let letters = letters.count();
    let (column, row) = text.split_at_checked(letters)?;
    if !(1..=6).contains(&letters) {
        return None;
    }
    let number =
        |sum: u32, letter: &u8| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = column.iter().fold(0, number);
    Some((digits(row)?.checked_sub(1)?, column - 1))
}

fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 9 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(
        text.iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')),
    )
}

/// A number that stands as a person sees it and needs no reckoning: at most 15 digits, none of them
/// for nothing in front. Zeros at its end go.
fn plain_number(text: &str) -> Option<&str> {
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let leading = whole.starts_with('0') && whole.len() > 1;
    let zero = whole == "0" && part.bytes().all(|byte| byte == b'0');
    if whole.is_empty()
        || leading
        || whole.len() + part.len() > 15
        || !digits(whole)
        || !digits(part)
        || (zero && text != "0")
        || bare.ends_with('.')
    {
        return None;
    }
    Some(match part.is_empty() {
        true => text,
        false => text.trim_end_matches('0').trim_end_matches('.'),
    })
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
    fn places_and_numbers_are_read_as_written() {
        assert_eq!(place(b"A1"), Some((0, 0)));
        assert_eq!(place(b"XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(place(b"aa10"), Some((9, 26)));
        for wrong in [
            &b""[..],
            b"A",
            b"1",
            b"A0",
            b"A-1",
            b"ABCDEFG1",
            b"A99999999999",
        ] {
            assert_eq!(place(wrong), None);
        }
    }

    #[test]
    fn a_plain_number_is_what_a_reckoned_one_would_be() {
        let texts = [
            "0",
            "-0",
            "0.0",
            "00",
            "7",
            "-7",
            "1240.00",
            "0.5",
            "-12.340",
            "123456789012345",
            "1234567890123456",
            "0.30000000000000004",
            "1e5",
            "",
            ".5",
            "5.",
            "1.2.3",
            "+3",
            " 3",
        ];
        let mut plain = 0;
        for text in texts {
            let Some(own) = plain_number(text) else {
                continue;
            };
            let number = super::super::decimal(text.parse().unwrap()).unwrap();
            assert_eq!(own, number.normalize().to_string(), "{text}");
            plain += 1;
        }
        assert_eq!(plain, 7);
    }

    #[test]
    fn runs_of_text_are_one_text_without_their_pronunciation() {
        let xml = "<r><rPr><b/></rPr><t> a </t></r><r><t xml:space=\"preserve\"> b</t></r>\
                   <rPh><t>never</t></rPh><t/></is><t>after</t>";
        let mut text = Vec::new();
        rich_text(&mut Markup::new(xml.as_bytes()), &mut text).unwrap();
        assert_eq!(text, b"a b");
    }
}
