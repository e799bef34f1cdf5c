//! Bytes of the reading process on their way to whoever decodes them: a thread takes them from the
//! pipe as they come, so that the reader goes on while its rows wait. Decoding is left to the
//! thread that uses the rows, since memory is given back where it was taken.

use super::ImportError;
use super::reader::LOOK;
use crate::ingest::IngestError;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};

/// Bytes taken at once; a pipe holds no more.
const PIECE: usize = 1 << 16;

/// Pieces that may wait.
const PIECES: usize = 16;

/// What the child says beside its rows.
#[derive(Default)]
pub(super) struct Signs {
    rows: AtomicU64,
    lines: AtomicU64,
}

impl Signs {
    /// Rows read, as it says.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// It says that so many rows were read.
    pub fn set_rows(&self, rows: u64) {
        self.rows.store(rows, Ordering::Relaxed);
    }

    /// It said something.
    pub fn add_line(&self) {
        self.lines.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it said anything.
    fn count(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }
}

/// Takes bytes from the pipe until it ends or nobody listens.
pub(super) struct Pump {
    to: SyncSender<io::Result<Vec<u8>>>,
    used: Receiver<Vec<u8>>,
}

impl Pump {
    /// Runs it, on a thread of its own.
    pub fn run(self, out: Option<impl Read>) {
        let Some(mut out) = out else {
            let _ = self.to.send(Err(io::Error::other("it has no pipe")));
            return;
        };
        loop {
            let mut piece = self.used.try_recv().unwrap_or_default();
            piece.resize(PIECE, 0);
            let sent = match out.read(&mut piece) {
                Ok(0) => return,
                Ok(len) => {
                    piece.truncate(len);
                    self.to.send(Ok(piece))
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
                Err(error) => {
                    let _ = self.to.send(Err(error));
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    }
}

/// Bytes as they arrive.
pub(super) struct Bytes<'a> {
    from: Receiver<io::Result<Vec<u8>>>,
    used: Sender<Vec<u8>>,
    piece: Vec<u8>,
    at: usize,
    signs: &'a Signs,
    patience: u32,
    path: &'a Path,
    cancel: &'a AtomicBool,
    why: Why,
}

/// Why no more bytes came, where it was not the end of the pipe. Whoever decodes them only learns
/// that they did not come.
#[derive(Clone, Default)]
pub(super) struct Why(Arc<Mutex<Option<ImportError>>>);

impl Why {
    fn is(&self, why: ImportError) {
        if let Ok(mut slot) = self.0.lock() {
            *slot = Some(why);
        }
    }

    /// The reason, else what the decoder says.
    pub fn or(&self, error: IngestError) -> ImportError {
        let why = self.0.lock().ok().and_then(|mut slot| slot.take());
        why.unwrap_or_else(|| error.into())
    }
}

impl<'a> Bytes<'a> {
    /// The pump and what it fills. `patience` is how often nothing new may be seen.
    pub fn pumped(
        patience: u32,
        signs: &'a Signs,
        path: &'a Path,
        cancel: &'a AtomicBool,
    ) -> (Pump, Bytes<'a>) {
        let (to, from) = sync_channel(PIECES);
        let (give, used) = channel();
        let bytes = Bytes {
            from,
            used: give,
            piece: Vec::new(),
            at: 0,
            signs,
            patience,
            path,
            cancel,
            why: Why::default(),
        };
        (Pump { to, used }, bytes)
    }

    /// What tells why no more came.
    pub fn why(&self) -> Why {
        self.why.clone()
    }

    /// Waits for the next piece, none at the end; looks at the stop flag while it waits.
    pub fn hear(&mut self, waiting: &mut dyn FnMut()) -> Result<(), ImportError> {
        let spent = std::mem::take(&mut self.piece);
        self.at = 0;
        // A pump that has ended needs no room.
        let _ = self.used.send(spent);
        let (mut quiet, mut signs) = (0, self.signs.count());
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            match self.from.recv_timeout(LOOK) {
                Ok(piece) => {
                    self.piece = piece.map_err(ImportError::io(self.path, "read"))?;
                    return Ok(());
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    waiting();
                    let now = self.signs.count();
                    quiet = if now == signs { quiet + 1 } else { 0 };
                    signs = now;
                    if quiet >= self.patience {
                        return Err(ImportError::ReaderStopped {
                            path: self.path.to_path_buf(),
                            how: format!("it said nothing for {:?}", LOOK * quiet),
                        });
                    }
                }
            }
        }
    }
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let came = self.fill_buf()?;
        let len = came.len().min(into.len());
        for (to, from) in into.iter_mut().zip(came) {
            *to = *from;
        }
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Bytes<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.piece.len()
            && let Err(why) = self.hear(&mut || {})
        {
            self.why.is(why);
            return Err(io::Error::other("its rows are not waited for"));
        }
        Ok(self.piece.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, len: usize) {
        self.at = self.at.saturating_add(len).min(self.piece.len());
    }
}
