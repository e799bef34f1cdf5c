//! Reading processes that misbehave in every way a process can: the desk says so in time, in plain
//! words, and the book is as it was.

use super::*;
use crate::catalogue::Catalogue;
use crate::domain::text::is_unsafe;
use crate::program::Pack;
use crate::runtime::clock::SystemClock;
use crate::runtime::import::{ImportOptions, Importer, import_from};
use crate::runtime::paths::Paths;
use crate::store::{OpenMode, Store};
use std::fs::File;

const FILE: &str = "Customer,Contract Number,Serial Number,End Date\n\
    Blauberg,2001,A1,2026-12-31\nBlauberg,2001,A2,2026-12-31\nBlauberg,2001,A3,2026-12-31\n";

/// What the desk says of a reader that is this shell script, with the stream of a good file at `$1`.
/// A second of processor time is all it gets.
fn said_of(script: &str) -> String {
    said_with(script, ReadOptions::default(), 60)
}

fn said_with(script: &str, options: ReadOptions, silence: u64) -> String {
    let dir = tempfile::tempdir().unwrap();
    let stream = dir.path().join("stream");
    let rows = crate::ingest::read(FILE.as_bytes(), "f.csv", &options, &mut |_| {});
    wire::encode(&rows, &mut File::create(&stream).unwrap()).unwrap();
    let path = dir.path().join("f.csv");
    let mut command = Command::new("sh");
    command.args(["-c", script, "reader"]).arg(&stream);
    let allowance = Allowance {
        memory: 256 << 20,
        seconds: 1,
        silence,
    };
    let reader = Reader::new(&path, options, command, allowance);
    let paths = Paths::under(dir.path().to_path_buf());
    let mut store = Store::open(&dir.path().join("b.renewdesk"), &OpenMode::Create).unwrap();
    let before = store.op_seq().unwrap();
    let with = Importer {
        paths: &paths,
        catalogue: &Catalogue::shipped(),
        rules: &Pack::shipped().rules,
        clock: &SystemClock::default(),
        actor: "tester",
    };
    let never = AtomicBool::new(false);
    let done = import_from(
        reader,
        &path,
        &ImportOptions::default(),
        &mut store,
        &with,
        &mut |_| {},
        &never,
    );
    assert_eq!(store.op_seq().unwrap() > before, done.is_ok());
    let lines = store.snapshot().unwrap().lines.len();
    assert!(store.check().unwrap().is_sound());
    match done {
        Ok(_) => {
            assert_eq!(lines, 3);
            "imported".to_string()
        }
        Err(error) => {
            assert_eq!(lines, 0, "the book is as it was");
            let left = std::fs::read_dir(dir.path()).unwrap();
            let names = left.map(|file| file.unwrap().file_name().into_string().unwrap());
            let odd = |name: &String| name.contains("rejects") || name.contains("backup");
            assert_eq!(names.filter(odd).count(), 0);
            let said = error.to_string();
            assert!(!said.chars().any(is_unsafe), "{said:?}");
            said
        }
    }
}

fn expect(script: &str, words: &str) {
    let said = said_of(script);
    assert!(said.contains(words), "{script}: {said}");
}

#[test]
fn a_reader_that_does_its_work_is_believed() {
    expect("cat \"$1\"", "imported");
}

#[test]
fn a_reader_that_eats_memory_is_ended() {
    let said = said_of("exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'");
    assert!(said.contains("the reader was stopped"), "{said}");
}

#[test]
fn a_reader_that_loops_is_ended() {
    expect(
        "while :; do :; done",
        "more than 1 seconds of the processor",
    );
    expect(
        "exec awk 'BEGIN { while (1) printf \"\\033[2J\\377x\" > \"/dev/stderr\" }'",
        "more than 1 seconds of the processor",
    );
}

#[test]
fn a_reader_that_dies_is_said_to_have() {
    expect("kill -SEGV $$", "out of memory");
    expect("kill -ABRT $$", "out of memory");
    expect("kill -KILL $$", "the system ended it");
    expect("head -c 400 \"$1\"; kill -KILL $$", "the system ended it");
    expect("exit 3", "3");
    expect("printf '\\033[2Jboo\\n' >&2; exit 3", "boo");
}

#[test]
fn a_reader_that_writes_garbage_or_half_of_a_frame_is_not_believed() {
    expect("exec yes garbage", "another version");
    expect("cat \"$1\" \"$1\" | tr e f", "another version");
    expect(
        "printf 'renewdesk.rows/2\\n\\001\\377\\377\\0\\0{'",
        "ended early",
    );
    expect("head -c 400 \"$1\"", "ended early");
    expect(
        "printf 'renewdesk.rows/2\\n\\001\\377\\377\\377\\377'",
        "too long",
    );
}

#[test]
fn a_reader_that_says_nothing_is_not_waited_for() {
    // It closes its pipe and stays, or stays and never writes; what it waits for never comes.
    expect("exec >&-; read x; read y", "ended early");
    for script in ["read x; read y", "head -c 400 \"$1\"; read x; read y"] {
        let said = said_with(script, ReadOptions::default(), 1);
        assert!(said.contains("said nothing for 1s"), "{said}");
    }
    // Nor does it listen: what it is told fills the pipe to it.
    let mut options = ReadOptions::default();
    options.map.customer = Some("x".repeat(1_000_000));
    let said = said_with("exec sleep 1000", options, 1);
    assert!(said.contains("said nothing for 1s"), "{said}");
}
