//! Both ends of the reading process: the parent starts this program again and reads rows from its
//! pipe; the child reads one file and writes them. How far the child is goes over standard error.

use super::{ImportError, Progress, file_name, limits};
use crate::ingest::{self, IngestError, ReadOptions, Rows, wire};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Begins a line of the child's standard error that says how many rows it has read.
pub const PROGRESS_MARK: &str = "rows ";

/// How often the parent looks at progress and at the stop flag.
const LOOK: Duration = Duration::from_millis(50);

/// The rows of a file, read by a process of its own.
pub(super) fn rows_of(
    path: &Path,
    options: &ReadOptions,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Rows, ImportError> {
    let size = std::fs::metadata(path)
        .map_err(ImportError::io(path, "read"))?
        .len();
    let mut child = start(path, options, size)?;
    let out = child.stdout.take();
    let err = child.stderr.take();
    let read = AtomicU64::new(0);
    let (rows, last_words) = thread::scope(|scope| {
        let heard = scope.spawn(|| listen(err, &read));
        let decoded = scope.spawn(move || match out {
            Some(out) => wire::decode(&mut BufReader::with_capacity(1 << 16, out)),
            None => Err(IngestError::BrokenStream("it has no pipe".into())),
        });
        while !decoded.is_finished() {
            if cancel.load(Ordering::Relaxed) {
                // A child that has just ended needs no killing.
                let _ = child.kill();
            }
            progress(Progress::Reading(read.load(Ordering::Relaxed)));
            thread::park_timeout(LOOK);
        }
        (decoded.join(), heard.join().unwrap_or_default())
    });
    let status = child.wait().map_err(ImportError::io(path, "read"))?;
    if cancel.load(Ordering::Relaxed) {
        return Err(ImportError::Cancelled);
    }
    let rows = rows.unwrap_or_else(|_| Err(IngestError::BrokenStream("it was garbled".into())));
    match rows {
        Err(IngestError::BrokenStream(_)) if !status.success() => Err(ImportError::ReaderStopped {
            path: path.to_path_buf(),
            how: ending(status, &last_words),
        }),
        other => Ok(other?),
    }
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
    let name = file_name(path);
    let result = match std::fs::read(path) {
        Ok(bytes) => ingest::read(&bytes, &name, &options, &mut progress),
        Err(error) => Err(IngestError::Unreadable {
            file: name,
            what: error.to_string(),
            next: "Check the path and its permissions".into(),
        }),
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    wire::encode(&result, &mut out)?;
    out.flush()
}
