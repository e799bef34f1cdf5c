//! Rows as a stream of frames, from the process that reads the file to the one that plans: a head
//! with what is known of the file, one frame a record, and an end that says how many there were, so
//! that a reader that died half-way is noticed. An error takes the place of any frame.
//!
//! The receiving end trusts nothing: every length is bounded and every reference checked, since the
//! reader is the process that met the hostile file.

mod frame;
mod packed;
mod receive;
mod send;

pub use packed::{Packed, Pass};
pub use receive::Receiver;
pub use send::Sender;

use super::error::IngestError;
use super::row::Rows;
use std::io::{BufRead, Write};

/// Version of the stream; both ends are the same program, this only guards a mixed-up pair.
const STREAM: &[u8] = b"renewdesk.rows/2\n";

/// Texts that both ends remember, so that a repeated one travels as a number.
const REMEMBERED: usize = 200_000;

/// The longest text that is remembered: 50 MB at most are held on either end, whatever a file says.
const REMEMBERED_BYTES: usize = 256;

/// The largest frame: a row of 512 columns of 32 KB each, written twice.
const FRAME_BYTES: usize = 64_000_000;

/// What is said of a stream that has no end: whoever wrote it has mostly died.
pub const EARLY: &str = "it ended early";

/// Writes the result of reading a file. An error of the reader travels too.
///
/// # Errors
/// Those of the writer.
pub fn encode(result: &Result<Rows, IngestError>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut sender = Sender::new(out)?;
    match result {
        Ok(rows) => {
            sender.head(rows)?;
            for record in &rows.records {
                sender.record(record)?;
            }
            sender.end(&rows.problems)
        }
        Err(error) => sender.error(error),
    }
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// The reader's own error, or [`IngestError::BrokenStream`] when the stream ends early.
pub fn decode(input: &mut dyn BufRead) -> Result<Rows, IngestError> {
    let (mut rows, mut receiver) = Receiver::open(input)?;
    while let Some(record) = receiver.next_record()? {
        rows.records.push(record);
    }
    rows.problems = receiver.take_problems();
    Ok(rows)
}

fn broken(why: impl Into<String>) -> IngestError {
    IngestError::BrokenStream(why.into())
}
