//! A terminal of our own around the program.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than this nothing may take, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Desk {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    raw: Vec<u8>,
    reader: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    folder: TempDir,
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).unwrap()
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_renewdesk"))
}

impl Desk {
    /// The desk on a small demo book of its own.
    pub fn start() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book.renewdesk");
        let made = Command::new(program())
            .args(["demo", "--lines", "200", "--into"])
            .arg(&book)
            .env("RENEWDESK_HOME", folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        Desk::open(folder, &["--book", &book.display().to_string()])
    }

    /// The desk on a book of its own that is no demo: an assessment was imported into it.
    pub fn start_assessed(sheet: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sheet.csv");
        std::fs::write(&file, sheet).unwrap();
        let book = folder.path().join("book.renewdesk").display().to_string();
        let made = Command::new(program())
            .args(["--book", &book, "--as-of", "2026-11-22", "import"])
            .arg(&file)
            .env("RENEWDESK_HOME", folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        Desk::open(folder, &["--book", &book, "--as-of", "2026-11-22"])
    }

    fn open(folder: TempDir, args: &[&str]) -> Desk {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program());
        command.args(args);
        command.env("RENEWDESK_HOME", folder.path());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (to, output) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(count) = reader.read(&mut buffer) {
                let stop = stopped.load(Ordering::SeqCst);
                if count == 0 || stop || to.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Desk {
            master: Some(pair.master),
            writer: Some(writer),
            child,
            output,
            screen: vt100::Parser::new(cells(24), cells(80), 0),
            raw: Vec::new(),
            reader: Some(reader),
            stop,
            folder,
        }
    }

    fn take(&mut self, wait: Duration) -> bool {
        match self.output.recv_timeout(wait) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                self.raw.extend(bytes);
                true
            }
            Err(_) => false,
        }
    }

    #[track_caller]
    pub fn waits_for(&mut self, text: &str) -> &mut Desk {
        let start = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            let left = PATIENCE.saturating_sub(start.elapsed());
            assert!(
                !left.is_zero(),
                "no {text:?} on\n{}",
                self.screen.screen().contents()
            );
            self.take(left.min(Duration::from_millis(200)));
        }
        self
    }

    pub fn types(&mut self, text: &str) -> &mut Desk {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        writer.flush().unwrap();
        self
    }

    /// Pastes, as a terminal that announces it.
    pub fn pastes(&mut self, text: &str) -> &mut Desk {
        self.types(&format!("\x1b[200~{text}\x1b[201~"))
    }

    /// The folder that holds everything of this desk.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// How many processes the program has started and not yet done with.
    fn children(&self) -> usize {
        let id = self.child.process_id().unwrap().to_string();
        let found = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &id])
            .output();
        String::from_utf8(found.unwrap().stdout)
            .unwrap()
            .lines()
            .count()
    }

    #[track_caller]
    pub fn waits_for_children(&mut self, there: bool) -> &mut Desk {
        let start = Instant::now();
        while (self.children() > 0) != there {
            assert!(start.elapsed() < PATIENCE, "a reader there: not {there}");
            self.take(Duration::from_millis(50));
        }
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self.screen
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        while self.take(Duration::from_millis(100)) {}
    }

    pub fn signal(&mut self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let sent = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Until the program has been silent for a while.
    pub fn rests(&mut self) -> &mut Desk {
        while self.take(Duration::from_millis(500)) {}
        self
    }

    /// Closes our side for good; the reading thread holds a way in too and goes with the next
    /// output.
    pub fn close_terminal(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        self.types("j");
        self.reader.take().unwrap().join().unwrap();
        self.writer = None;
        self.master = None;
    }

    /// Waits for its end; gives the exit code.
    #[track_caller]
    pub fn ends(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            self.take(Duration::from_millis(20));
            if let Some(status) = self.child.try_wait().unwrap() {
                while self.take(Duration::from_millis(100)) {}
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
        }
    }

    fn wrote(&self, sequence: &str) -> bool {
        self.last(sequence).is_some()
    }

    fn last(&self, sequence: &str) -> Option<usize> {
        let bytes = sequence.as_bytes();
        self.raw
            .windows(bytes.len())
            .rposition(|window| window == bytes)
    }

    /// Other screen, mouse, paste marks: asked for.
    pub fn modes_taken(&self) -> bool {
        self.wrote("\x1b[?1049h") && self.wrote("\x1b[?1000h") && self.wrote("\x1b[?2004h")
    }

    /// And given back after that, the cursor too.
    #[track_caller]
    pub fn terminal_is_back(&self) {
        for mode in ["?1049", "?1000", "?1002", "?1003", "?1006", "?2004"] {
            let on = self.last(&format!("\x1b[{mode}h"));
            let off = self.last(&format!("\x1b[{mode}l"));
            assert!(on < off, "{mode} was left on");
        }
        assert!(self.last("\x1b[?25l") < self.last("\x1b[?25h"), "no cursor");
        assert!(!self.screen.screen().alternate_screen());
        assert!(!self.screen.screen().hide_cursor());
    }

    /// How many changes the book has seen, by the command line.
    pub fn history(&self) -> usize {
        self.asks(&["history", "--json"]).matches("\"seq\"").count()
    }

    /// What the command line answers about the book.
    pub fn asks(&self, args: &[&str]) -> String {
        let done = Command::new(program())
            .arg("--book")
            .arg(self.folder.path().join("book.renewdesk"))
            .args(args)
            .env("RENEWDESK_HOME", self.folder.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Waits until the book has seen so many changes.
    #[track_caller]
    pub fn waits_for_changes(&mut self, count: usize) -> &mut Desk {
        let start = Instant::now();
        while self.history() < count {
            assert!(start.elapsed() < PATIENCE, "no change {count}");
            self.take(Duration::from_millis(50));
        }
        self
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}
