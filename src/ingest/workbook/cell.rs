//! A cell's value into the row it belongs to: text as it is, numbers as the decimals a person sees,
//! days as days.

use super::markup::{Attributes, unescape, unescape_units};
use super::parts::{Format, Texts};
use super::sheet::SheetRows;
use crate::domain::text::clean;
use crate::ingest::error::IngestError;
use crate::ingest::limits;
use crate::ingest::table::{Cell, CellKind};
use crate::ingest::value::date::from_serial;
use memchr::memchr;

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
pub(super) struct RowTexts {
    /// As a spreadsheet shows it; 0 while there is none.
    pub number: u32,
    text: String,
    slots: Vec<(u16, CellKind, Text)>,
}

impl RowTexts {
    pub fn clear(&mut self) {
        self.number = 0;
        self.text.clear();
        self.slots.clear();
    }

    pub fn cells<'a>(&'a self, texts: &'a Texts) -> Vec<Option<Cell<'a>>> {
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
pub(super) enum Type {
    Number,
    Unsaid,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
}

impl Type {
    pub fn of(name: &[u8]) -> Option<Type> {
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
pub(super) struct Head {
    pub row: u32,
    pub column: u32,
    pub style: Option<usize>,
    pub is: Type,
}

/// The row to hand on, and the next one, whose first cell tells that the other is over.
pub(super) struct Filling<'a> {
    pub sheet: &'a SheetRows,
    /// The columns that are asked for; all where none are named.
    pub wanted: Option<&'a [bool]>,
    pub rows: [RowTexts; 2],
    /// Cells with a value, and those beyond the last column looked at.
    pub cells: usize,
    pub beyond: u64,
    plain: Vec<u8>,
}

impl<'a> Filling<'a> {
    pub fn new(sheet: &'a SheetRows, wanted: Option<&'a [bool]>) -> Filling<'a> {
        Filling {
            sheet,
            wanted,
            rows: Default::default(),
            cells: 0,
            beyond: 0,
            plain: Vec::new(),
        }
    }

    /// Takes a cell with its value, if it has one; true when it belongs to the row behind the one
    /// being filled. `raw` says that entities are as they are written.
    #[inline]
    pub fn take(
        &mut self,
        head: &Head,
        value: Option<&[u8]>,
        raw: bool,
    ) -> Result<bool, IngestError> {
        // A text may be empty; anything else is not there then.
        let text = matches!(head.is, Type::Text | Type::Inline);
        let Some(value) = value.filter(|value| text || !value.is_empty()) else {
            return Ok(false);
        };
        let asked = self.wanted.is_none_or(|wanted| {
            let column = wanted.get(head.column as usize);
            column
                .copied()
                .unwrap_or(head.column as usize >= limits::COLUMNS)
        });
        if !asked {
            self.cells += 1;
            return self.place(head).map(|(behind, _)| behind);
        }
        if !raw || memchr(b'&', value).is_none() {
            return self.put_value(head, value);
        }
        let mut plain = std::mem::take(&mut self.plain);
        plain.clear();
        unescape(value, &mut plain);
        let behind = self.put_value(head, &plain);
        self.plain = plain;
        behind
    }

    /// Takes a cell with a formula of which no value was saved.
    pub fn take_unknown(&mut self, head: &Head) -> Result<bool, IngestError> {
        self.put_text(head, CellKind::NoValue, "")
    }

    /// Puts a value into its row; true when that is the one behind the row being filled.
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
        if head.column as usize >= limits::COLUMNS {
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
    /// Takes what the first tag of the cell says.
    pub fn read(&mut self, attributes: Attributes<'_>) -> Result<(), String> {
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

pub(super) fn digits(text: &[u8]) -> Option<u32> {
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
}
