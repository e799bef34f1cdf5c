//! A folder that is watched for new exports.
#![cfg(unix)]

use crate::desk_side::{DAY, LINES, Side};
use assert_cmd::cargo::CommandCargoExt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// A watch that has begun, and what it says.
struct Watch {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    err: BufReader<std::process::ChildStderr>,
    /// While this is held somebody waits for it.
    _waited_for: Sender<()>,
}

/// Ends a watch that has said nothing for too long, so that its test fails instead of waiting.
fn end_when_stuck(id: u32) -> Sender<()> {
    let (waited_for, gone) = channel();
    std::thread::spawn(move || {
        let wait = gone.recv_timeout(Duration::from_secs(60));
        if wait == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").arg(id.to_string()).status();
        }
    });
    waited_for
}

impl Watch {
    fn begin(side: &Side, folder: &str, more: &[&str]) -> Watch {
        let mut child = Command::cargo_bin("renewdesk")
            .unwrap()
            .env("RENEWDESK_HOME", side.path(""))
            .env_remove("RENEWDESK_BOOK")
            .args(["--as-of", DAY, "import", "--watch", folder])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let err = BufReader::new(child.stderr.take().unwrap());
        let mut watch = Watch {
            _waited_for: end_when_stuck(child.id()),
            child,
            out,
            err,
        };
        watch.told("watching");
        watch
    }

    /// Reads what it says aside until that is said.
    fn told(&mut self, words: &str) -> String {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(
                self.err.read_line(&mut line).unwrap(),
                0,
                "never said {words:?}"
            );
        }
        line
    }

    fn says(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    fn stop(mut self) -> String {
        let id = i32::try_from(self.child.id()).unwrap();
        let stopped = Command::new("kill")
            .args(["-INT", &id.to_string()])
            .status();
        assert!(stopped.unwrap().success());
        let told = self.told("stopped");
        assert!(self.child.wait().unwrap().success());
        told
    }
}

#[test]
fn new_exports_of_a_folder_are_imported_one_after_the_other_until_it_is_stopped() {
    let side = Side::new();
    let folder = side.path("exports");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("before.csv"), LINES).unwrap();
    let mut watch = Watch::begin(&side, folder.to_str().unwrap(), &[]);
    std::fs::write(folder.join("notes.pdf"), "no export").unwrap();
    std::fs::write(folder.join("bad.csv"), "name,colour\nx,red\n").unwrap();
    watch.told("no known kind of file");
    std::fs::write(folder.join("march.csv"), LINES).unwrap();
    let said = watch.says();
    assert!(
        said.starts_with("march.csv as") && said.contains("new 3"),
        "{said}"
    );
    let told = watch.stop();
    assert!(told.contains("1 imported, 1 refused"), "{told}");
    let history = side.json(&["history"]);
    assert_eq!(history["operations"].as_array().unwrap().len(), 1);
}

#[test]
fn a_watch_that_only_looks_writes_nothing() {
    let side = Side::imported();
    let folder = side.path("exports");
    std::fs::create_dir(&folder).unwrap();
    let mut watch = Watch::begin(&side, folder.to_str().unwrap(), &["--dry-run"]);
    std::fs::write(folder.join("march.csv"), LINES).unwrap();
    let said = watch.says();
    assert!(said.contains("dry run, nothing written"), "{said}");
    assert!(watch.stop().contains("1 looked at, 0 refused"));
    let history = side.json(&["history"]);
    assert_eq!(history["operations"].as_array().unwrap().len(), 1);
}
