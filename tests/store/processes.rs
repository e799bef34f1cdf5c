//! Several processes on one book, and processes that are killed or starved of disk while they
//! write. The children are this test binary, started again with a job in its environment.

use crate::fixture::*;
use renewdesk::domain::command::{Command, ImportPlan};
use renewdesk::domain::ids::*;
use renewdesk::store::{OpenMode, Store, StoreError};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

const JOB: &str = "RENEWDESK_TEST_JOB";
const BOOK: &str = "RENEWDESK_TEST_BOOK";

/// A child that does a job on a book; what it has to say comes over its standard output.
fn child(job: &str, book: &Path) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::the_job_of_a_child", "--nocapture"])
        .env(JOB, job)
        .env(BOOK, book)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Where children begin; without a job it has nothing to show but that it has none.
#[test]
fn the_job_of_a_child() {
    let Ok(job) = std::env::var(JOB) else {
        assert!(std::env::var_os(BOOK).is_none());
        return;
    };
    let path = std::path::PathBuf::from(std::env::var_os(BOOK).unwrap());
    let mut store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    match job.as_str() {
        "edit" => edit_for_ever(&mut store),
        "import" => {
            let plan = Command::Import(Box::new(big_plan()));
            say("ready");
            store.apply(&plan, "import", &stamp()).unwrap();
            say("done");
        }
        "count" => count_up(&mut store, 60),
        other => panic!("no job {other}"),
    }
}

fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nchild {word}").unwrap();
    out.flush().unwrap();
}

/// What children said, line by line.
fn said(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let out = child.stdout.take().unwrap();
    BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("child ").map(str::to_owned))
}

/// One setting after the other, each acknowledged when it is kept.
fn edit_for_ever(store: &mut Store) {
    let mut n = store.snapshot().unwrap().settings.len();
    loop {
        let edit = Command::Set {
            key: format!("k{n:06}"),
            value: Some("x".repeat(n * 37 % 600)),
        };
        match store.apply(&edit, "edit", &stamp()) {
            Ok(_) => say(&format!("kept {n}")),
            Err(error) => {
                say(&format!("failed {error} / {}", error.hint()));
                return;
            }
        }
        n += 1;
    }
}

fn big_plan() -> ImportPlan {
    plan(3_000, 0)
}

/// Raises a renewal's owner version again and again, from whatever value it has.
fn count_up(store: &mut Store, times: usize) {
    let id = RenewalId(id(5, 0));
    let mut done = 0;
    let mut live = store.snapshot().unwrap();
    while done < times {
        let version = live.renewals.get(id).unwrap().versions.owner;
        let next = Command::SetOwner {
            renewals: vec![(id, version)],
            owner: Some(format!("{}", version + 1).into()),
        };
        match store.apply(&next, "count", &stamp()) {
            Ok(applied) => {
                live.apply(applied.patch);
                done += 1;
            }
            Err(StoreError::Conflict { theirs, .. }) => {
                assert_ne!(theirs, "none", "the value of the faster window");
                live.apply(store.refresh().unwrap().unwrap());
            }
            Err(error) => panic!("{error}"),
        }
    }
    say("counted");
}

/// A small generator with a fixed seed: where the kills fall must vary, not surprise.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }
}

fn spin(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[test]
fn no_acknowledged_edit_is_lost_when_the_desk_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 30));
    let mut dice = Dice(7);
    let mut kept = 0;
    for _ in 0..50 {
        let mut child = child("edit", &path);
        let mut said = said(&mut child);
        for word in said.by_ref().take(1 + dice.below(12) as usize) {
            kept = word
                .strip_prefix("kept ")
                .unwrap()
                .parse::<usize>()
                .unwrap()
                + 1;
        }
        spin(Duration::from_micros(dice.below(1_500)));
        child.kill().unwrap();
        for word in said {
            kept = word
                .strip_prefix("kept ")
                .unwrap()
                .parse::<usize>()
                .unwrap()
                + 1;
        }
        child.wait().unwrap();

        let store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
        let book = store.snapshot().unwrap();
        let held = book.settings.len();
        assert!(
            held == kept || held == kept + 1,
            "{kept} acknowledged, {held} kept"
        );
        assert_eq!(
            book.op_seq as usize,
            held + 1,
            "history and rows tell the same"
        );
        for (n, (key, value)) in book.settings.iter().enumerate() {
            assert_eq!(
                (key.as_str(), value.len()),
                (format!("k{n:06}").as_str(), n * 37 % 600)
            );
        }
        kept = held;
    }
    assert!(kept > 100, "the children did work");
    let store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    assert!(store.check().unwrap().is_sound());
}

#[test]
fn an_import_that_is_killed_is_all_there_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("whole.db");
    let mut store = create(&path);
    let plan = Command::Import(Box::new(big_plan()));
    let start = Instant::now();
    store.apply(&plan, "import", &stamp()).unwrap();
    let takes = start.elapsed();
    let mut dice = Dice(11);
    let mut cut_short = 0;
    for round in 0..20 {
        let path = dir.path().join(format!("book{round}.db"));
        drop(create(&path));
        let mut child = child("import", &path);
        let mut said = said(&mut child);
        assert_eq!(said.next().as_deref(), Some("ready"));
        spin(takes.mul_f64(dice.below(1_200) as f64 / 1_000.0));
        child.kill().unwrap();
        let done = said.next().is_some();
        child.wait().unwrap();

        let mut store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
        let lines = store.snapshot().unwrap().lines.len();
        assert!(
            lines == 3_000 || (lines == 0 && !done),
            "{lines} lines, told done: {done}"
        );
        assert!(store.check().unwrap().is_sound());
        if lines == 0 {
            cut_short += 1;
            store.apply(&plan, "import", &stamp()).unwrap();
        }
    }
    assert!(cut_short > 0, "some kills fell into the import");
}

#[test]
fn processes_that_edit_the_same_field_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    let store = filled(&path, 10);
    let mut children: Vec<Child> = (0..3).map(|_| child("count", &path)).collect();
    for child in &mut children {
        assert_eq!(said(child).last().as_deref(), Some("counted"));
        assert!(child.wait().unwrap().success());
    }
    let book = store.snapshot().unwrap();
    let renewal = book.renewals.get(RenewalId(id(5, 0))).unwrap();
    assert_eq!(renewal.versions.owner, 180);
    assert_eq!(renewal.owner.as_deref(), Some("180"));
    assert_eq!(book.op_seq, 181);
    assert!(store.check().unwrap().is_sound());
}

/// A limit on file size stands in for a full disk: the write fails in the middle of the work.
#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_told_and_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("book.db");
    drop(filled(&path, 30));
    let mut child = Process::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 900; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "processes::the_job_of_a_child", "--nocapture"])
        .env(JOB, "edit")
        .env(BOOK, &path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let words: Vec<String> = said(&mut child).collect();
    assert!(child.wait().unwrap().success(), "no panic");
    let (last, kept) = words.split_last().unwrap();
    assert!(
        last.contains("book is as it was") && last.contains("space"),
        "{last}"
    );
    let store = Store::open(&path, &OpenMode::ReadWrite).unwrap();
    assert_eq!(store.snapshot().unwrap().settings.len(), kept.len());
    assert!(store.check().unwrap().is_sound());
}
