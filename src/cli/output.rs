//! Ways to write an answer: JSON for programs, a watermark for demo books.

use super::context::note;
use super::error::Failure;
use crate::domain::snapshot::Snapshot;
use crate::domain::text::is_unsafe;
use crate::program::PackLabel;
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{Result, Write};

/// Writes a value as indented JSON with a line end. What could drive a terminal, such as in the name
/// of a file, is spelt out: it says the same to a program and nothing to a terminal.
pub fn json(out: &mut impl Write, value: &impl Serialize) -> std::result::Result<(), Failure> {
    let mut serializer = Serializer::with_formatter(&mut *out, Spelt(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    writeln!(out)?;
    Ok(())
}

/// Indented JSON whose strings hold no character that [`is_unsafe`].
struct Spelt(PrettyFormatter<'static>);

impl Formatter for Spelt {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, to: &mut W, text: &str) -> Result<()> {
        let mut plain = text;
        while let Some((at, found)) = plain.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (before, rest) = plain.split_at(at);
            self.0.write_string_fragment(to, before)?;
            for unit in found.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            plain = rest.get(found.len_utf8()..).unwrap_or_default();
        }
        self.0.write_string_fragment(to, plain)
    }

    fn begin_array<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, to: &mut W, first: bool) -> Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, to: &mut W) -> Result<()> {
        self.0.end_object_value(to)
    }
}

/// Says on standard error that the figures are invented.
pub fn watermark(snapshot: &Snapshot) {
    if snapshot.is_demo() {
        note("DEMO book: customers, prices and assessment are invented");
    }
}

/// The rule pack an answer rests on, as JSON carries it.
#[derive(Serialize)]
pub struct PackOut {
    /// Title.
    pub name: String,
    /// The day it describes.
    pub as_of: NaiveDate,
    /// Weakest confidence that matters.
    pub confidence: String,
}

impl From<&PackLabel> for PackOut {
    fn from(label: &PackLabel) -> PackOut {
        PackOut {
            name: label.name.clone(),
            as_of: label.as_of,
            confidence: label.confidence.clone(),
        }
    }
}
