//! The planning process's end of the stream.

use super::frame::{Body, Kind, outcome, tag};
use super::{EARLY, FRAME_BYTES, REMEMBERED, REMEMBERED_BYTES, STREAM, broken};
use crate::ingest::error::IngestError;
use crate::ingest::report::Problem;
use crate::ingest::row::{Code, Field, Outcome, Record, Rows, Value, Values};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::io::{self, BufRead};
use std::sync::Arc;

/// Reads one file's rows.
pub struct Receiver<R> {
    input: R,
    body: Vec<u8>,
    records: u64,
    rows: Reader,
    problems: Option<Vec<Problem>>,
}

/// Bytes as rows again, each after the one before it.
pub(super) struct Reader {
    known: Vec<Arc<str>>,
    before: Vec<Option<Arc<str>>>,
}

impl<R: BufRead> Receiver<R> {
    /// Opens a stream and reads its head.
    ///
    /// # Errors
    /// The reader's own error, or [`IngestError::BrokenStream`].
    pub fn open(input: R) -> Result<(Rows, Receiver<R>), IngestError> {
        let mut receiver = Receiver {
            input,
            body: Vec::new(),
            records: 0,
            rows: Reader::knowing(Vec::new()),
            problems: None,
        };
        let mut version = vec![0; STREAM.len()];
        receiver.fill(&mut version)?;
        if version != STREAM {
            return Err(broken("it speaks another version"));
        }
        match receiver.frame()? {
            Kind::Head => {}
            _ => return Err(broken("it has no head")),
        }
        let head = serde_json::from_slice(&receiver.body);
        let rows = head.map_err(|e| broken(format!("bad head: {e}")))?;
        Ok((rows, receiver))
    }

    /// The next row; none after the last.
    ///
    /// # Errors
    /// The reader's own error, or [`IngestError::BrokenStream`].
    pub fn next_record(&mut self) -> Result<Option<Record>, IngestError> {
        if self.problems.is_some() {
            return Ok(None);
        }
        match self.frame()? {
            Kind::Record => {}
            Kind::Head => return Err(broken("it has two heads")),
            Kind::End | Kind::Error => return self.end().map(|()| None),
        }
        self.records += 1;
        let bytes = std::mem::take(&mut self.body);
        let mut body = Body(&bytes);
        let record = self.rows.record(&mut body);
        let whole = body.0.is_empty();
        self.body = bytes;
        match record {
            Ok(_) if !whole => Err(broken("a frame is longer than its row")),
            record => record.map(Some),
        }
    }

    /// Takes the remarks about the file; none before its end was read.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        self.problems
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    fn end(&mut self) -> Result<(), IngestError> {
        let end: Result<(u64, Vec<Problem>), _> = serde_json::from_slice(&self.body);
        let (records, problems) = end.map_err(|e| broken(e.to_string()))?;
        if records != self.records {
            return Err(broken("records are missing"));
        }
        self.problems = Some(problems);
        Ok(())
    }

    /// Reads the next frame into the body; the reader's own error ends the stream.
    fn frame(&mut self) -> Result<Kind, IngestError> {
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let [kind, a, b, c, d] = head;
        let kind = Kind::of(kind).ok_or_else(|| broken("a frame has no kind"))?;
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        if len > FRAME_BYTES {
            return Err(broken("a frame is too long"));
        }
        self.body.clear();
        // Room is made for what comes, not for what was announced.
        while self.body.len() < len {
            let came = self.input.fill_buf().map_err(cut)?;
            let wanted = came.len().min(len - self.body.len());
            if wanted == 0 {
                return Err(broken(EARLY));
            }
            self.body.extend(came.iter().take(wanted));
            self.input.consume(wanted);
        }
        if kind == Kind::Error {
            let error = serde_json::from_slice(&self.body);
            return Err(error.unwrap_or_else(|e| broken(e.to_string())));
        }
        Ok(kind)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), IngestError> {
        self.input.read_exact(bytes).map_err(cut)
    }
}

impl Reader {
    /// Nothing read yet; these texts have numbers already.
    pub fn knowing(known: Vec<Arc<str>>) -> Reader {
        Reader {
            known,
            before: vec![None; Field::ALL.len()],
        }
    }

    /// The row at the front.
    pub fn record(&mut self, body: &mut Body<'_>) -> Result<Record, IngestError> {
        let table = u16::try_from(body.count()?).map_err(|_| broken("a table is out of range"))?;
        let row = u32::try_from(body.count()?).map_err(|_| broken("a row is out of range"))?;
        let outcome = match body.byte()? {
            outcome::DATA => Outcome::Data(self.values(body)?),
            outcome::MASKED => Outcome::Masked(self.values(body)?),
            outcome::SKIPPED => Outcome::Skipped(code(body)?),
            outcome::REJECTED => Outcome::Rejected(code(body)?, body.text()?.to_string()),
            _ => return Err(broken("a row has no outcome")),
        };
        let cells = body.text()?.to_string();
        Ok(Record {
            table,
            row,
            outcome,
            cells,
        })
    }

    fn values(&mut self, body: &mut Body<'_>) -> Result<Values, IngestError> {
        let count = usize::try_from(body.count()?).unwrap_or(usize::MAX);
        let mut values = Values::with_capacity(count.min(Field::ALL.len()));
        for _ in 0..count {
            let field = Field::ALL.get(usize::from(body.byte()?)).copied();
            let field = field.ok_or_else(|| broken("a field is unknown"))?;
            let value = match body.byte()? {
                tag::DAY => day(body)?,
                tag::NUMBER => number(body)?,
                tag::NUMBER_WHOLE => Value::Number(Decimal::deserialize(body.array()?)),
                text => Value::Text(self.text(field, text, body)?),
            };
            values.set(field, value);
        }
        Ok(values)
    }

    fn text(
        &mut self,
        field: Field,
        how: u8,
        body: &mut Body<'_>,
    ) -> Result<Arc<str>, IngestError> {
        let before = self.before.get_mut(field as usize);
        let text: Arc<str> = match how {
            tag::TEXT_SAME => {
                let same = before.and_then(|before| before.clone());
                return same.ok_or_else(|| broken("a text refers to none"));
            }
            tag::TEXT => body.text()?.into(),
            tag::TEXT_KEPT if self.known.len() < REMEMBERED => {
                let text = body.text()?;
                if text.len() > REMEMBERED_BYTES {
                    return Err(broken("a text to remember is too long"));
                }
                let text: Arc<str> = text.into();
                self.known.push(text.clone());
                text
            }
            tag::TEXT_KNOWN => {
                let at = usize::try_from(body.count()?).unwrap_or(usize::MAX);
                let known = self.known.get(at).cloned();
                known.ok_or_else(|| broken("a text refers to none"))?
            }
            _ => return Err(broken("a value has no kind")),
        };
        if let Some(before) = before {
            *before = Some(text.clone());
        }
        Ok(text)
    }
}

fn cut(error: io::Error) -> IngestError {
    broken(match error.kind() {
        io::ErrorKind::UnexpectedEof => EARLY.to_string(),
        _ => error.to_string(),
    })
}

fn code(body: &mut Body<'_>) -> Result<Code, IngestError> {
    serde_json::from_str(body.text()?).map_err(|e| broken(e.to_string()))
}

fn day(body: &mut Body<'_>) -> Result<Value, IngestError> {
    let days = i32::from_le_bytes(body.array()?);
    let day = NaiveDate::from_num_days_from_ce_opt(days);
    day.map(Value::Day)
        .ok_or_else(|| broken("a day is out of range"))
}

fn number(body: &mut Body<'_>) -> Result<Value, IngestError> {
    let scale = u32::from(body.byte()?);
    let folded = body.count()?;
    let digits = ((folded >> 1) as i64) ^ -((folded & 1) as i64);
    Decimal::try_from_i128_with_scale(i128::from(digits), scale)
        .map(Value::Number)
        .map_err(|_| broken("a number is out of range"))
}
