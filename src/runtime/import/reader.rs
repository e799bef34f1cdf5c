//! The desk's side of the reading process: this program is started again with limits, and rows are
//! taken from its pipe as they are asked for. Whatever that process does, this one goes on.

use super::child::{PROGRESS_MARK, SIGN_OF_LIFE};
use super::limits::{self, Allowance};
use super::{ImportError, Progress, file_name};
use crate::domain::text::clean;
use crate::ingest::row::Record;
use crate::ingest::{IngestError, Problem, ReadOptions, RowStream, Rows, wire};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How often the parent looks at progress and at the stop flag.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// Rows sent from the thread that decodes to the one that plans at once, unless they are long.
const BATCH: usize = 512;

/// Bytes of rows sent at once; one row may have more.
const BATCH_BYTES: usize = 1 << 20;

/// Batches that may wait to be planned; each may be one row of 30 MB.
const CHANNEL: usize = 2;

/// Hundredths of a second that a child has to end by itself once its stream broke.
const GRACE: u32 = 100;

/// Most bytes kept of a line of the child's standard error.
const LINE_BYTES: u64 = 4_096;

/// Most characters repeated of the child's last words.
const LAST_WORDS: usize = 300;

/// What the decoding thread says.
enum Heard {
    Head(Box<Rows>),
    Rows(Vec<Record>),
    End(Vec<Problem>),
    Broken(IngestError),
}

/// A process that will read a file, not yet started.
pub(super) struct Reader {
    path: PathBuf,
    options: ReadOptions,
    command: Command,
    /// Looks at nothing new before it is given up.
    patience: u32,
    seconds: u64,
}

impl Reader {
    /// This program again, to read a file within limits that follow from its size and kind.
    pub fn of_file(path: &Path, options: ReadOptions) -> Result<Reader, ImportError> {
        let unread = |error| ImportError::io(path, "read")(error);
        let about = std::fs::metadata(path).map_err(unread)?;
        if !about.is_file() {
            return Err(no_file(path, about.is_dir()).into());
        }
        let head = head_of(path).map_err(unread)?;
        let allowance = Allowance::of(about.len(), &head);
        let program = std::env::current_exe().map_err(unread)?;
        let mut command = Command::new(program);
        command.arg("read-file").arg("--").arg(path);
        Ok(Reader::new(path, options, command, allowance))
    }

    /// How the file will be read.
    pub fn options(&self) -> &ReadOptions {
        &self.options
    }

    fn new(
        path: &Path,
        options: ReadOptions,
        mut command: Command,
        allowance: Allowance,
    ) -> Reader {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        limits::lay_on(&mut command, allowance);
        Reader {
            path: path.to_path_buf(),
            options,
            command,
            patience: looks_in(allowance.silence),
            seconds: allowance.seconds,
        }
    }

    /// Calls `work` with the rows of the file, read by the process as they are asked for, and with
    /// what tells the person how far it is.
    pub fn with_rows<T>(
        mut self,
        progress: &mut dyn FnMut(Progress),
        cancel: &AtomicBool,
        work: impl FnOnce(Rows, &mut Arriving<'_>, &mut Tell<'_>) -> Result<T, ImportError>,
    ) -> Result<T, ImportError> {
        let path = &self.path;
        let asked = serde_json::to_string(&self.options).map_err(io::Error::from);
        let asked = asked.map_err(ImportError::io(path, "read"))?;
        let mut child = self
            .command
            .spawn()
            .map_err(ImportError::io(path, "read"))?;
        let (to, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let signs = Signs::default();
        let (done, ended, last_words) = thread::scope(|scope| {
            let told = scope.spawn(|| hand_over(to, &asked));
            let heard = scope.spawn(|| listen(err, &signs));
            let (sender, from) = sync_channel(CHANNEL);
            scope.spawn(move || decode(out, &sender));
            let mut rows = Arriving {
                from,
                waiting: Vec::new().into_iter(),
                problems: Vec::new(),
                ended: false,
                signs: &signs,
                patience: self.patience,
                path,
                cancel,
            };
            let mut tell = |step: Option<Progress>| {
                progress(step.unwrap_or(Progress::Reading(signs.rows())));
            };
            let head = rows.head(&mut || tell(None));
            let done = head.and_then(|head| work(head, &mut rows, &mut tell));
            // Nobody listens any more: a child that is still reading has nobody to read for.
            drop(rows);
            let ended = match is_cut_short(&done) {
                true => ends_by_itself(&mut child),
                false => None,
            };
            let _ = child.kill();
            // The child's standard input stays open until here: its end is the child's.
            drop(told.join());
            (done, ended, heard.join().unwrap_or_default())
        });
        child.wait().map_err(ImportError::io(path, "read"))?;
        match (done, ended) {
            (Err(_), _) if cancel.load(Ordering::Relaxed) => Err(ImportError::Cancelled),
            (Err(ImportError::Ingest(IngestError::BrokenStream(_))), Some(status))
                if !status.success() =>
            {
                Err(ImportError::ReaderStopped {
                    path: path.clone(),
                    how: ending(status, self.seconds, &last_words),
                })
            }
            (done, _) => done,
        }
    }
}

/// What of a file that is no file in the way meant here.
fn no_file(path: &Path, folder: bool) -> IngestError {
    let (what, next) = match folder {
        true => ("this is a folder", "Name the file in it"),
        false => (
            "this is a pipe or a device",
            "A file is read more than once: save it first, then import what was saved",
        ),
    };
    IngestError::Unreadable {
        file: file_name(path),
        what: what.to_string(),
        next: next.to_string(),
    }
}

/// The first bytes, which tell how much room reading takes.
fn head_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(64).read_to_end(&mut head)?;
    Ok(head)
}

fn looks_in(seconds: u64) -> u32 {
    let looks = Duration::from_secs(seconds).as_millis() / LOOK.as_millis();
    u32::try_from(looks).unwrap_or(u32::MAX)
}

/// True for a stream without an end. One that is garbled tells more than how its writer fared since.
fn is_cut_short<T>(done: &Result<T, ImportError>) -> bool {
    matches!(done, Err(ImportError::Ingest(IngestError::BrokenStream(how))) if how == wire::EARLY)
}

/// How a child ended whose stream broke; none when it did not end, though it was given a moment.
fn ends_by_itself(child: &mut Child) -> Option<ExitStatus> {
    for _ in 0..GRACE {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Tells the child how to read. What is returned is its standard input, to be kept open.
fn hand_over(to: Option<ChildStdin>, asked: &str) -> Option<ChildStdin> {
    let mut to = to?;
    // A child that does not listen has ended or will be ended; its stream tells.
    let _ = writeln!(to, "{asked}");
    Some(to)
}

/// Tells the person a step, or without one how many rows were read.
pub(super) type Tell<'t> = dyn FnMut(Option<Progress>) + 't;

/// Rows as they arrive from the reading process.
pub(super) struct Arriving<'a> {
    from: Receiver<Heard>,
    waiting: std::vec::IntoIter<Record>,
    problems: Vec<Problem>,
    ended: bool,
    signs: &'a Signs,
    patience: u32,
    path: &'a Path,
    cancel: &'a AtomicBool,
}

impl Arriving<'_> {
    fn head(&mut self, waiting: &mut dyn FnMut()) -> Result<Rows, ImportError> {
        match self.hear(waiting)? {
            Heard::Head(rows) => Ok(*rows),
            _ => Err(IngestError::BrokenStream("it has no head".into()).into()),
        }
    }

    /// The next thing the reader says; looks at the stop flag while it waits.
    fn hear(&mut self, waiting: &mut dyn FnMut()) -> Result<Heard, ImportError> {
        let (mut quiet, mut signs) = (0, self.signs.count());
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            match self.from.recv_timeout(LOOK) {
                Ok(Heard::Broken(error)) => return Err(error.into()),
                Ok(heard) => return Ok(heard),
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
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(IngestError::BrokenStream("it was garbled".into()).into());
                }
            }
        }
    }
}

impl RowStream<ImportError> for Arriving<'_> {
    fn next(&mut self) -> Result<Option<Record>, ImportError> {
        loop {
            if let Some(record) = self.waiting.next() {
                return Ok(Some(record));
            }
            if self.ended {
                return Ok(None);
            }
            match self.hear(&mut || {})? {
                Heard::Rows(rows) => self.waiting = rows.into_iter(),
                Heard::End(problems) => {
                    self.problems = problems;
                    self.ended = true;
                }
                _ => return Err(IngestError::BrokenStream("it has two heads".into()).into()),
            }
        }
    }

    fn problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }
}

/// Decodes what the child writes until it ends or nobody listens.
fn decode(out: Option<impl Read>, to: &SyncSender<Heard>) {
    let Some(out) = out else {
        let _ = to.send(Heard::Broken(IngestError::BrokenStream(
            "it has no pipe".into(),
        )));
        return;
    };
    let mut input = BufReader::with_capacity(1 << 16, out);
    if let Err(error) = decode_all(&mut input, to) {
        // Where nobody listens any more, nobody wants to know why either.
        let _ = to.send(Heard::Broken(error));
    }
}

fn decode_all(input: &mut dyn BufRead, to: &SyncSender<Heard>) -> Result<(), IngestError> {
    let unheard = |_| IngestError::BrokenStream("nobody listens".into());
    let (head, mut receiver) = wire::Receiver::open(input)?;
    to.send(Heard::Head(Box::new(head))).map_err(unheard)?;
    let (mut batch, mut bytes) = (Vec::with_capacity(BATCH), 0);
    while let Some(record) = receiver.next_record()? {
        batch.push(record);
        bytes += receiver.frame_bytes();
        if batch.len() == BATCH || bytes >= BATCH_BYTES {
            bytes = 0;
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            to.send(Heard::Rows(full)).map_err(unheard)?;
        }
    }
    to.send(Heard::Rows(batch)).map_err(unheard)?;
    to.send(Heard::End(receiver.into_problems()))
        .map_err(unheard)
}

/// What the child says beside its rows.
#[derive(Default)]
struct Signs {
    rows: AtomicU64,
    lines: AtomicU64,
}

impl Signs {
    /// Rows read, as it says.
    fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// How often it said anything.
    fn count(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }
}

/// Counts signs of life and rows from progress lines; anything else is kept as the child's last
/// words. They may quote the file: they are cut and cleaned like it.
fn listen(err: Option<impl Read>, signs: &Signs) -> String {
    let mut last = String::new();
    let Some(err) = err else { return last };
    let mut err = BufReader::new(err);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut err).take(LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) => return last,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return last,
            _ => {}
        }
        signs.lines.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        let rows = text.strip_prefix(PROGRESS_MARK).map(str::parse);
        match rows {
            Some(Ok(rows)) => signs.rows.store(rows, Ordering::Relaxed),
            _ if text == SIGN_OF_LIFE || text.is_empty() => {}
            _ => last = clean(text).chars().take(LAST_WORDS).collect(),
        }
    }
}

fn ending(status: ExitStatus, seconds: u64, last_words: &str) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        match status.signal() {
            Some(libc::SIGXCPU) => {
                return format!("it used more than {seconds} seconds of the processor");
            }
            Some(libc::SIGKILL) => return "the system ended it, out of time or memory".into(),
            Some(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => return "out of memory".into(),
            _ => {}
        }
    }
    #[cfg(not(unix))]
    let _ = seconds;
    match last_words.is_empty() {
        true => status.to_string(),
        false => format!("{status}: {last_words}"),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod hostile;
