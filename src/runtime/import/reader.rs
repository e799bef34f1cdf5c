//! The desk's side of the reading process: this program is started again with limits, and rows are
//! taken from its pipe as they are asked for. Whatever that process does, this one goes on.

use super::child::{PROGRESS_MARK, SIGN_OF_LIFE};
use super::limits::{self, Allowance};
use super::pump::{Bytes, Signs, Why};
use super::{ImportError, Progress, file_name};
use crate::domain::text::clean;
use crate::ingest::row::Record;
use crate::ingest::{IngestError, Problem, ReadOptions, RowStream, Rows, wire};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the parent looks at progress and at the stop flag.
pub(super) const LOOK: Duration = Duration::from_millis(50);

/// Hundredths of a second that a child has to end by itself once its stream broke.
const GRACE: u32 = 100;

/// Most bytes kept of a line of the child's standard error.
const LINE_BYTES: u64 = 4_096;

/// Most characters repeated of the child's last words.
const LAST_WORDS: usize = 300;

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
    /// This program again, to read a file within limits.
    pub fn of_file(path: &Path, options: ReadOptions) -> Result<Reader, ImportError> {
        let unread = |error| ImportError::io(path, "read")(error);
        let about = std::fs::metadata(path).map_err(unread)?;
        if !about.is_file() {
            return Err(no_file(path, about.is_dir()).into());
        }
        let allowance = Allowance::of(about.len());
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
            let (pump, bytes) = Bytes::pumped(self.patience, &signs, path, cancel);
            scope.spawn(move || pump.run(out));
            let mut tell = |step: Option<Progress>| {
                progress(step.unwrap_or(Progress::Reading(signs.rows())));
            };
            let opened = Arriving::open(bytes, &mut || tell(None));
            let done = opened.and_then(|(head, mut rows)| work(head, &mut rows, &mut tell));
            // Nobody listens any more: a child that is still reading has nobody to read for.
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
    receiver: wire::Receiver<Bytes<'a>>,
    why: Why,
}

impl<'a> Arriving<'a> {
    /// Waits for the first rows and takes the head; `waiting` is called now and then until then.
    fn open(
        mut bytes: Bytes<'a>,
        waiting: &mut dyn FnMut(),
    ) -> Result<(Rows, Arriving<'a>), ImportError> {
        let why = bytes.why();
        bytes.hear(waiting)?;
        match wire::Receiver::open(bytes) {
            Ok((head, receiver)) => Ok((head, Arriving { receiver, why })),
            Err(error) => Err(why.or(error)),
        }
    }
}

impl RowStream<ImportError> for Arriving<'_> {
    fn next(&mut self) -> Result<Option<Record>, ImportError> {
        let next = self.receiver.next_record();
        next.map_err(|error| self.why.or(error))
    }

    fn problems(&mut self) -> Vec<Problem> {
        self.receiver.take_problems()
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
        signs.add_line();
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        let rows = text.strip_prefix(PROGRESS_MARK).map(str::parse);
        match rows {
            Some(Ok(rows)) => signs.set_rows(rows),
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
