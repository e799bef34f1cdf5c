//! The reading process's side: reads one file and writes its rows. How far it is goes over standard
//! error. It ends when the desk that started it is gone.

use super::file_name;
use crate::ingest::row::Record;
use crate::ingest::source::{Hashing, Source, unreadable};
use crate::ingest::{self, IngestError, ReadOptions, Rows, TakeRows, wire};
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::SystemTime;

/// Begins a line of standard error that says how many rows were read.
pub const PROGRESS_MARK: &str = "rows ";

/// A line of standard error that only says that bytes keep coming.
pub(super) const SIGN_OF_LIFE: &str = "reading";

/// Bytes of the file between two signs of life.
const SIGN_EVERY: u64 = 16 << 20;

/// Reads a file: options come as the first line of standard input, rows go to `out`, progress to
/// standard error. Standard input stays open as long as there is somebody to read for.
///
/// # Errors
/// Those of the streams.
pub fn read_file(path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let mut first = String::new();
    io::stdin().lock().read_line(&mut first)?;
    let options: ReadOptions = serde_json::from_str(&first)?;
    thread::Builder::new().spawn(end_with_the_desk)?;
    let mut told = 0;
    let mut progress = |rows: u64| {
        if rows >= told + 1_000 {
            told = rows;
            tell(format_args!("{PROGRESS_MARK}{rows}"));
        }
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut sender = wire::Sender::new(&mut out)?;
    let file = Arc::new(OnDisk::at(path));
    let name = file_name(path);
    let read = ingest::read_into(
        file.clone(),
        &name,
        &options,
        &mut progress,
        &mut Sent(&mut sender),
    );
    let read = read.and_then(|problems| match file.still_stands() {
        Ok(()) => Ok(problems),
        Err(error) => Err(unreadable(&name, &error)),
    });
    match read {
        Ok(problems) => sender.end(&problems)?,
        Err(error) => sender.error(&error)?,
    }
    out.flush()
}

/// A line on standard error, which may be gone: not `eprintln!`, which panics there.
fn tell(words: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// Waits until standard input ends: then the desk ended, however it did, and nobody wants the rows.
fn end_with_the_desk() {
    let mut rest = [0; 64];
    loop {
        match io::stdin().read(&mut rest) {
            Ok(0) => process::exit(1),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => process::exit(1),
            _ => {}
        }
    }
}

/// A file, opened anew each time it is read. It is read more than once, so it must stay as it is:
/// rows of one state under the fingerprint of another would be worse than none.
#[derive(Debug)]
struct OnDisk {
    path: PathBuf,
    stood: OnceLock<(u64, Option<SystemTime>)>,
}

impl OnDisk {
    fn at(path: &Path) -> OnDisk {
        OnDisk {
            path: path.to_path_buf(),
            stood: OnceLock::new(),
        }
    }

    fn check(&self, now: &Metadata) -> io::Result<()> {
        let now = (now.len(), now.modified().ok());
        match *self.stood.get_or_init(|| now) == now {
            true => Ok(()),
            false => Err(io::Error::other(
                "it was changed while it was read; wait until it is written in full, then import it again",
            )),
        }
    }

    /// Fails when the file is no longer as it was first opened.
    fn still_stands(&self) -> io::Result<()> {
        self.check(&std::fs::metadata(&self.path)?)
    }
}

impl Source for OnDisk {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        let file = File::open(&self.path)?;
        self.check(&file.metadata()?)?;
        Ok(Box::new(Heard { file, bytes: 0 }))
    }

    fn hash_beside(&self) -> Option<Hashing> {
        let mut file = File::open(&self.path).ok()?;
        self.check(&file.metadata().ok()?).ok()?;
        let hashing = thread::Builder::new().spawn(move || {
            let mut hash = Sha256::new();
            let mut chunk = vec![0; 1 << 18];
            loop {
                match file.read(&mut chunk) {
                    Ok(0) => return Ok(hash.finalize().into()),
                    Ok(len) => hash.update(chunk.get(..len).unwrap_or_default()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        });
        let hashing = hashing.ok()?;
        let lost = |_| io::Error::other("its hash was not worked out");
        Some(Box::new(move || hashing.join().map_err(lost)?))
    }
}

/// Says now and then that bytes come, so that a slow network folder is not taken for a reader that
/// hangs.
struct Heard {
    file: File,
    bytes: u64,
}

impl Read for Heard {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(into)?;
        let before = self.bytes / SIGN_EVERY;
        self.bytes += len as u64;
        if self.bytes / SIGN_EVERY > before {
            tell(format_args!("{SIGN_OF_LIFE}"));
        }
        Ok(len)
    }
}

/// Sends rows on as they are read.
struct Sent<'s, 'w>(&'s mut wire::Sender<'w>);

impl TakeRows for Sent<'_, '_> {
    fn head(&mut self, head: &Rows) -> Result<(), IngestError> {
        self.0.head(head).map_err(unsent)
    }

    fn record(&mut self, record: Record) -> Result<(), IngestError> {
        self.0.record(&record).map_err(unsent)
    }
}

fn unsent(error: io::Error) -> IngestError {
    IngestError::BrokenStream(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_while_it_is_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("growing.csv");
        std::fs::write(&path, "Serial Number,End Date\nA1,2026-12-31\n").unwrap();
        let file = OnDisk::at(&path);
        assert!(file.open().is_ok() && file.open().is_ok() && file.still_stands().is_ok());
        let mut more = File::options().append(true).open(&path).unwrap();
        more.write_all(b"A2,2026-12-31\n").unwrap();
        drop(more);
        let error = file.open().err().unwrap().to_string();
        assert!(error.contains("changed while it was read"), "{error}");
        assert!(file.still_stands().is_err());
    }
}
