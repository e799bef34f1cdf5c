//! Rows as a stream of text lines, from the process that reads the file to the one that plans:
//! a head line, then one line a record, then a line that says how many there were, so that a
//! reader that died half-way is noticed.

use super::error::IngestError;
use super::row::{Record, Rows};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};

/// Version of the stream; both ends are the same program, this only guards a mixed-up pair.
const STREAM: &str = "renewdesk.rows/1";

#[derive(Serialize, Deserialize)]
struct Head<R> {
    stream: String,
    result: Result<R, String>,
}

#[derive(Serialize, Deserialize)]
struct Tail {
    records: u64,
}

/// Writes the result of reading a file. An error of the reader travels too.
///
/// # Errors
/// Those of the writer.
pub fn encode(result: &Result<Rows, IngestError>, out: &mut dyn Write) -> std::io::Result<()> {
    let head = Head {
        stream: STREAM.to_string(),
        result: result.as_ref().map_err(error_text),
    };
    line(out, &head)?;
    let records: &[Record] = result.as_ref().map_or(&[], |rows| rows.records.as_slice());
    for record in records {
        line(out, record)?;
    }
    let tail = Tail {
        records: records.len() as u64,
    };
    line(out, &tail)
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// The reader's own error, or [`IngestError::BrokenStream`] when the stream ends early.
pub fn decode(input: &mut dyn BufRead) -> Result<Rows, IngestError> {
    let broken = |why: String| IngestError::BrokenStream(why);
    let mut text = String::new();
    read_line(input, &mut text)?;
    let head: Head<Rows> =
        serde_json::from_str(&text).map_err(|e| broken(format!("bad head: {e}")))?;
    if head.stream != STREAM {
        return Err(broken("it speaks another version".to_string()));
    }
    let mut rows = head.result.map_err(|text| error_from(&text))?;
    loop {
        read_line(input, &mut text)?;
        if text.starts_with("{\"records\"") {
            let tail: Tail = serde_json::from_str(&text).map_err(|e| broken(e.to_string()))?;
            if tail.records != rows.records.len() as u64 {
                return Err(broken("records are missing".to_string()));
            }
            return Ok(rows);
        }
        let record: Record = serde_json::from_str(&text).map_err(|e| broken(e.to_string()))?;
        rows.records.push(record);
    }
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn read_line(input: &mut dyn BufRead, text: &mut String) -> Result<(), IngestError> {
    text.clear();
    match input.read_line(text) {
        Ok(0) => Err(IngestError::BrokenStream("it ended early".to_string())),
        Ok(_) => Ok(()),
        Err(e) => Err(IngestError::BrokenStream(e.to_string())),
    }
}

fn error_text(error: &IngestError) -> String {
    serde_json::to_string(error).unwrap_or_else(|_| error.to_string())
}

fn error_from(text: &str) -> IngestError {
    serde_json::from_str(text).unwrap_or_else(|_| IngestError::BrokenStream(text.to_string()))
}
