//! The program in a terminal of its own, watched from outside.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What must have come by then, or the bench fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A desk in a terminal of 200 × 60.
pub struct Seat {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    out: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

/// CPU time and wake-ups of all threads so far.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// User and system time in clock ticks (10 ms on Linux).
    pub ticks: u64,
    /// Voluntary context switches.
    pub wakes: u64,
}

impl Seat {
    /// Opens the desk on a book.
    pub fn open(book: &Path, home: &Path, day: &str) -> Seat {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_renewdesk"));
        command.args(["--book".as_ref(), book.as_os_str()]);
        command.args(["--as-of", day]);
        command.env("RENEWDESK_HOME", home);
        command.env("USER", "tester");
        Seat::run(command)
    }

    /// Starts any program in such a terminal.
    pub fn run(mut command: CommandBuilder) -> Seat {
        let size = PtySize {
            rows: 60,
            cols: 200,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (to, out) = channel();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(many @ 1..) = reader.read(&mut buffer) {
                if to.send((Instant::now(), buffer[..many].to_vec())).is_err() {
                    return;
                }
            }
        });
        Seat {
            child,
            keys,
            out,
            screen: vt100::Parser::new(side(60), side(200), 0),
            started,
            _master: pair.master,
        }
    }

    /// Time from the start to the first screen that shows at least so many renewals.
    pub fn first_rows(&mut self, least: usize) -> Duration {
        self.first(|text| text.lines().filter(|line| is_row(line)).count() >= least)
    }

    /// Time from the start to the first screen that has what is looked for.
    pub fn first(&mut self, wanted: impl Fn(&str) -> bool) -> Duration {
        loop {
            let (at, bytes) = self.out.recv_timeout(PATIENCE).expect("a screen");
            self.screen.process(&bytes);
            if wanted(&self.screen.screen().contents()) {
                return at - self.started;
            }
        }
    }

    /// Presses a key; time until the last byte of the answer, after which nothing came for so long.
    pub fn whole(&mut self, bytes: &[u8], quiet: Duration) -> (Duration, Duration) {
        let pressed = Instant::now();
        let first = self.key(bytes);
        let mut last = first;
        while let Ok((at, bytes)) = self.out.recv_timeout(quiet) {
            self.screen.process(&bytes);
            last = at - pressed;
        }
        (first, last)
    }

    /// Types keys one by one and waits until all is done.
    pub fn type_keys(&mut self, keys: &[&[u8]]) {
        for key in keys {
            self.keys.write_all(key).unwrap();
            self.settle();
        }
    }

    /// Ends a program that has no way out of its own.
    pub fn end(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until nothing was drawn and nothing computed for a second.
    pub fn settle(&mut self) {
        loop {
            let before = self.spent();
            match self.out.recv_timeout(Duration::from_secs(1)) {
                Ok((_, bytes)) => self.screen.process(&bytes),
                Err(_) if self.spent().ticks == before.ticks => return,
                Err(_) => {}
            }
        }
    }

    /// Presses a key; time until the first byte of the answer.
    pub fn key(&mut self, bytes: &[u8]) -> Duration {
        while let Ok((_, bytes)) = self.out.try_recv() {
            self.screen.process(&bytes);
        }
        let pressed = Instant::now();
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
        let (at, bytes) = self.out.recv_timeout(PATIENCE).expect("an answer");
        self.screen.process(&bytes);
        at - pressed
    }

    /// The screen as text.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// What it used since it started.
    pub fn spent(&self) -> Spent {
        let pid = self.pid();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let after = stat.rsplit(')').next().unwrap();
        let field = |at: usize| -> u64 {
            let word = after.split_whitespace().nth(at).unwrap();
            word.parse().unwrap()
        };
        let mut wakes = 0;
        for task in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
            let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap();
            wakes += number(&status, "voluntary_ctxt_switches:");
        }
        Spent {
            ticks: field(11) + field(12),
            wakes,
        }
    }

    /// Resident memory now and at its highest, in MB.
    pub fn memory(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let mb = |name| number(&status, name) / 1_024;
        (mb("VmRSS:"), mb("VmHWM:"))
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Leaves as a person would.
    pub fn quit(mut self) {
        self.keys.write_all(b"\x11").unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status:?}");
    }
}

/// Every renewal of the list has its countdown in words.
fn is_row(line: &str) -> bool {
    [" d to ", " d overdue", " d left", "today", " d lapsed"]
        .iter()
        .any(|words| line.contains(words))
}

fn side(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).unwrap()
}

fn number(status: &str, name: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with(name));
    let word = line.and_then(|line| line.split_whitespace().nth(1));
    word.unwrap().parse().unwrap()
}
