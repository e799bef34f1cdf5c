//! The reading process's end of the stream.

use super::frame::{Kind, outcome, put_bytes, put_count, tag};
use super::{REMEMBERED, REMEMBERED_BYTES, STREAM};
use crate::ingest::error::IngestError;
use crate::ingest::report::Problem;
use crate::ingest::row::{Code, Field, Outcome, Record, Rows, Value, Values};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes one file's rows.
pub struct Sender<'w> {
    out: &'w mut dyn Write,
    rows: Writer,
    records: u64,
}

/// Rows as bytes, each after the one before it.
#[derive(Default)]
pub(super) struct Writer {
    /// What was written and not taken yet.
    pub body: Vec<u8>,
    /// Remembered texts by where they lie. Each is held here, so that no other text can come to
    /// lie at the same place.
    known: HashMap<usize, u32>,
    /// Those texts by their numbers.
    pub held: Vec<Arc<str>>,
    before: Vec<Option<Arc<str>>>,
    /// Whoever reads the rows is given `held`: a remembered text is never written in full.
    beside: bool,
}

impl<'w> Sender<'w> {
    /// Begins a stream.
    ///
    /// # Errors
    /// Those of the writer, here and in every method.
    pub fn new(out: &'w mut dyn Write) -> io::Result<Sender<'w>> {
        out.write_all(STREAM)?;
        Ok(Sender {
            out,
            rows: Writer::new(false),
            records: 0,
        })
    }

    /// What is known of the file; its records and remarks follow later.
    pub fn head(&mut self, rows: &Rows) -> io::Result<()> {
        self.json(Kind::Head, rows)
    }

    /// One row.
    pub fn record(&mut self, record: &Record) -> io::Result<()> {
        self.rows.body.clear();
        self.rows.record(record)?;
        self.records += 1;
        self.frame(Kind::Record)
    }

    /// The end of a file that was read, with the remarks about it.
    pub fn end(&mut self, problems: &[Problem]) -> io::Result<()> {
        self.json(Kind::End, &(self.records, problems))
    }

    /// The end of a file that was refused.
    pub fn error(&mut self, error: &IngestError) -> io::Result<()> {
        self.json(Kind::Error, error)
    }

    fn json(&mut self, kind: Kind, value: &impl Serialize) -> io::Result<()> {
        self.rows.body.clear();
        serde_json::to_writer(&mut self.rows.body, value)?;
        self.frame(kind)
    }

    fn frame(&mut self, kind: Kind) -> io::Result<()> {
        let len = u32::try_from(self.rows.body.len()).map_err(io::Error::other)?;
        let [a, b, c, d] = len.to_le_bytes();
        self.out.write_all(&[kind as u8, a, b, c, d])?;
        self.out.write_all(&self.rows.body)
    }
}

impl Writer {
    /// Nothing written yet.
    pub fn new(beside: bool) -> Writer {
        Writer {
            before: vec![None; Field::ALL.len()],
            beside,
            ..Writer::default()
        }
    }

    /// What was written and not taken, and the remembered texts.
    pub fn into_parts(self) -> (Vec<u8>, Vec<Arc<str>>) {
        (self.body, self.held)
    }

    /// Writes a row behind what is there.
    pub fn record(&mut self, record: &Record) -> io::Result<()> {
        put_count(&mut self.body, u64::from(record.table));
        put_count(&mut self.body, u64::from(record.row));
        match &record.outcome {
            Outcome::Data(values) => {
                self.body.push(outcome::DATA);
                self.values(values);
            }
            Outcome::Masked(values) => {
                self.body.push(outcome::MASKED);
                self.values(values);
            }
            Outcome::Skipped(code) => {
                self.body.push(outcome::SKIPPED);
                self.code(*code)?;
            }
            Outcome::Rejected(code, reason) => {
                self.body.push(outcome::REJECTED);
                self.code(*code)?;
                put_bytes(&mut self.body, reason.as_bytes());
            }
        }
        put_bytes(&mut self.body, record.cells.as_bytes());
        Ok(())
    }

    fn code(&mut self, code: Code) -> io::Result<()> {
        let text = serde_json::to_vec(&code)?;
        put_bytes(&mut self.body, &text);
        Ok(())
    }

    fn values(&mut self, values: &Values) {
        put_count(&mut self.body, values.iter().len() as u64);
        for (field, value) in values.iter() {
            self.body.push(*field as u8);
            match value {
                Value::Text(text) => self.text(*field, text),
                Value::Day(day) => {
                    use chrono::Datelike;
                    self.body.push(tag::DAY);
                    let days = day.num_days_from_ce().to_le_bytes();
                    self.body.extend_from_slice(&days);
                }
                Value::Number(number) => self.number(number),
            }
        }
    }

    fn text(&mut self, field: Field, text: &Arc<str>) {
        let before = self.before.get_mut(field as usize);
        if let Some(Some(before)) = &before
            && (Arc::ptr_eq(before, text) || **before == **text)
        {
            self.body.push(tag::TEXT_SAME);
            return;
        }
        if let Some(before) = before {
            *before = Some(text.clone());
        }
        let place = text.as_ptr() as usize;
        if let Some(number) = self.known.get(&place) {
            self.body.push(tag::TEXT_KNOWN);
            put_count(&mut self.body, u64::from(*number));
            return;
        }
        // A text that nobody else holds will not be met again.
        let kept =
            field.repeats() && self.held.len() < REMEMBERED && text.len() <= REMEMBERED_BYTES;
        if kept {
            let number = self.held.len() as u32;
            self.known.insert(place, number);
            self.held.push(text.clone());
            if self.beside {
                self.body.push(tag::TEXT_KNOWN);
                return put_count(&mut self.body, u64::from(number));
            }
        }
        self.body.push(match kept {
            true => tag::TEXT_KEPT,
            false => tag::TEXT,
        });
        put_bytes(&mut self.body, text.as_bytes());
    }

    fn number(&mut self, number: &Decimal) {
        let digits = i64::try_from(number.mantissa()).ok();
        match digits.filter(|digits| *digits != 0 || number.is_sign_positive()) {
            Some(digits) => {
                self.body.push(tag::NUMBER);
                self.body.push(number.scale() as u8);
                let folded = ((digits << 1) ^ (digits >> 63)) as u64;
                put_count(&mut self.body, folded);
            }
            None => {
                self.body.push(tag::NUMBER_WHOLE);
                self.body.extend_from_slice(&number.serialize());
            }
        }
    }
}
