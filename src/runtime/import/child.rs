//! Both ends of the reading process: the parent starts this program again and reads rows from its
//! pipe; the child reads one file and writes them. How far the child is goes over standard error.

use super::{ImportError, Progress, file_name, limits};
use crate::ingest::row::Record;
use crate::ingest::source::Source;
use crate::ingest::{self, IngestError, Problem, ReadOptions, RowStream, Rows, TakeRows, wire};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Begins a line of the child's standard error that says how many rows it has read.
pub const PROGRESS_MARK: &str = "rows ";

/// How often the parent looks at progress and at the stop flag.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// Rows sent from the thread that decodes to the one that plans at once.
const BATCH: usize = 512;

/// What the decoding thread says.
enum Heard {
    Head(Box<Rows>),
    Rows(Vec<Record>),
    End(Vec<Problem>),
    Broken(IngestError),
}

/// Calls `work` with the rows of a file, read by a process of its own as they are asked for, and with
/// what tells the person how far it is: a step, or how many rows were read.
pub(super) fn with_rows<T>(
    path: &Path,
    options: &ReadOptions,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
    work: impl FnOnce(Rows, &mut Arriving<'_>, &mut Tell<'_>) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let size = std::fs::metadata(path)
        .map_err(ImportError::io(path, "read"))?
        .len();
    let mut child = start(path, options, size)?;
    let out = child.stdout.take();
    let err = child.stderr.take();
    let read = AtomicU64::new(0);
    let (done, last_words) = thread::scope(|scope| {
        let heard = scope.spawn(|| listen(err, &read));
        let (to, from) = sync_channel(8);
        scope.spawn(move || decode(out, &to));
        let mut rows = Arriving {
            from,
            waiting: Vec::new().into_iter(),
            problems: Vec::new(),
            ended: false,
            cancel,
        };
        let head = rows.head(&mut || progress(Progress::Reading(read.load(Ordering::Relaxed))));
        let done = head.and_then(|head| {
            let mut told = |step: Option<Progress>| {
                progress(step.unwrap_or(Progress::Reading(read.load(Ordering::Relaxed))));
            };
            work(head, &mut rows, &mut told)
        });
        // Nobody listens any more: a child that is still reading has nobody to read for.
        drop(rows);
        let _ = child.kill();
        (done, heard.join().unwrap_or_default())
    });
    let status = child.wait().map_err(ImportError::io(path, "read"))?;
    match done {
        Err(_) if cancel.load(Ordering::Relaxed) => Err(ImportError::Cancelled),
        Err(ImportError::Ingest(IngestError::BrokenStream(_))) if !status.success() => {
            Err(ImportError::ReaderStopped {
                path: path.to_path_buf(),
                how: ending(status, &last_words),
            })
        }
        done => done,
    }
}

/// Tells the person a step, or without one how many rows were read.
pub(super) type Tell<'t> = dyn FnMut(Option<Progress>) + 't;

/// Rows as they arrive from the reading process.
pub(super) struct Arriving<'a> {
    from: Receiver<Heard>,
    waiting: std::vec::IntoIter<Record>,
    problems: Vec<Problem>,
    ended: bool,
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
        loop {
            if self.cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            match self.from.recv_timeout(LOOK) {
                Ok(Heard::Broken(error)) => return Err(error.into()),
                Ok(heard) => return Ok(heard),
                Err(RecvTimeoutError::Timeout) => waiting(),
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
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(record) = receiver.next_record()? {
        batch.push(record);
        if batch.len() == BATCH {
            let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
            to.send(Heard::Rows(full)).map_err(unheard)?;
        }
    }
    to.send(Heard::Rows(batch)).map_err(unheard)?;
    to.send(Heard::End(receiver.into_problems()))
        .map_err(unheard)
}

fn start(path: &Path, options: &ReadOptions, size: u64) -> Result<Child, ImportError> {
    let program = std::env::current_exe().map_err(ImportError::io(path, "read"))?;
    let mut command = Command::new(program);
    command
        .arg("read-file")
        .arg("--")
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    limits::lay_on(&mut command, size);
    let mut child = command.spawn().map_err(ImportError::io(path, "read"))?;
    if let Some(mut to_child) = child.stdin.take() {
        let sent = serde_json::to_writer(&mut to_child, options).map_err(io::Error::from);
        sent.map_err(ImportError::io(path, "read"))?;
    }
    Ok(child)
}

/// Counts rows from progress lines; anything else is kept as the child's last words.
fn listen(err: Option<impl Read>, read: &AtomicU64) -> String {
    let mut last = String::new();
    let Some(err) = err else { return last };
    for line in BufReader::new(err).lines().map_while(Result::ok) {
        match line
            .strip_prefix(PROGRESS_MARK)
            .and_then(|n| n.parse().ok())
        {
            Some(rows) => read.store(rows, Ordering::Relaxed),
            None => last = line,
        }
    }
    last
}

fn ending(status: ExitStatus, last_words: &str) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        match status.signal() {
            Some(libc::SIGXCPU | libc::SIGKILL) => return "out of time or memory".into(),
            Some(libc::SIGABRT | libc::SIGSEGV) => return "out of memory".into(),
            _ => {}
        }
    }
    if last_words.is_empty() {
        status.to_string()
    } else {
        format!("{status}: {last_words}")
    }
}

/// The child's side: options from standard input, rows to `out`, progress to standard error.
pub fn read_file(path: &Path, out: &mut dyn Write) -> io::Result<()> {
    let options: ReadOptions = serde_json::from_reader(io::stdin().lock())?;
    let mut told = 0;
    let mut progress = |rows: u64| {
        if rows >= told + 1_000 {
            told = rows;
            eprintln!("{PROGRESS_MARK}{rows}");
        }
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut sender = wire::Sender::new(&mut out)?;
    let source = Arc::new(OnDisk(path.to_path_buf()));
    let read = ingest::read_into(
        source,
        &file_name(path),
        &options,
        &mut progress,
        &mut Sent(&mut sender),
    );
    match read {
        Ok(problems) => sender.end(&problems)?,
        Err(error) => sender.error(&error)?,
    }
    out.flush()
}

/// A file, opened anew each time it is read.
#[derive(Debug)]
struct OnDisk(PathBuf);

impl Source for OnDisk {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(File::open(&self.0)?))
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
