//! The whole program killed at any moment of an import: the book is as it was or holds all of it,
//! and what is found beside it is whole.

use crate::Run;
use crate::mutation::Dice;
use renewdesk::store::{OpenMode, Store};
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rows of which every hundredth ends before it starts.
fn export(rows: usize) -> String {
    let mut text = String::from(
        "Customer,Contract Number,Serial Number,Instance,PID,Quantity,Start Date,End Date,Net Price,Currency\n",
    );
    for n in 0..rows {
        let end = if n % 100 == 99 { 2024 } else { 2026 };
        let (customer, contract) = (n / 300, 200_000_000 + n / 20);
        writeln!(
            text,
            "Kunde {customer},{contract},FOC{n:08},{},C9300-48P-A,1,2025-03-15,{end}-03-14,775.31,USD",
            100_000 + n
        )
        .unwrap();
    }
    text
}

fn program(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_renewdesk"));
    command
        .env("RENEWDESK_HOME", home)
        .env_remove("RENEWDESK_BOOK")
        .env("USER", "tester")
        .args(["--as-of", "2026-01-22"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A folder with a book of a few lines and two exports beside it.
fn desk(rows: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    // Other gear under other contracts and instances: nothing of it is changed by the large one.
    let first = export(40).replace("FOC", "FCW").replace(",2000", ",3000");
    let first = first.replace(",1000", ",9000");
    std::fs::write(dir.path().join("first.csv"), first).unwrap();
    std::fs::write(dir.path().join("large.csv"), export(rows)).unwrap();
    let done = import(dir.path(), "first.csv").wait().unwrap();
    assert!(done.success());
    dir
}

fn import(home: &Path, file: &str) -> Child {
    let book = home.join("b.renewdesk");
    let mut command = program(home);
    command
        .arg("--book")
        .arg(book)
        .arg("import")
        .arg(home.join(file));
    command.spawn().unwrap()
}

fn standing(home: &Path) -> (i64, usize) {
    let store = Store::open(&home.join("b.renewdesk"), &OpenMode::ReadWrite).unwrap();
    assert!(store.check().unwrap().is_sound());
    (
        store.op_seq().unwrap(),
        store.snapshot().unwrap().lines.len(),
    )
}

pub fn run(run: &Run) {
    let (rows, kills) = if run.long { (50_000, 200) } else { (5_000, 8) };
    let whole = desk(rows);
    let before = standing(whole.path());
    let start = Instant::now();
    assert!(import(whole.path(), "large.csv").wait().unwrap().success());
    let takes = start.elapsed();
    let after = standing(whole.path());
    assert_eq!(after, (before.0 + 1, before.1 + rows - rows / 100));

    let mut dice = Dice(run.seed);
    let mut cut_short = 0;
    for kill in 0..kills {
        let desk = desk(rows);
        let home = desk.path();
        let mut child = import(home, "large.csv");
        // The kills are spread over the whole of it, each at a moment of its own in its share.
        let at = kill as f64 + dice.below(1_000) as f64 / 1_000.0;
        let share = takes.mul_f64(2.0 * at / kills as f64);
        let started = Instant::now();
        while started.elapsed() < share {
            std::thread::yield_now();
        }
        let readers = children_of(child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        readers.iter().for_each(|reader| ends(*reader));

        let found = standing(home);
        assert!(
            found == before || found == after,
            "kill {kill} at {share:?}: {found:?}"
        );
        cut_short += usize::from(found == before);
        beside_the_book_all_is_whole(home, found == after);
        // The same file again: all of it, once.
        assert!(import(home, "large.csv").wait().unwrap().success());
        assert_eq!(standing(home).1, after.1, "kill {kill}, imported again");
    }
    assert!(cut_short > 0, "some kills fell into the import");
    println!("killed: {kills} kills of {rows} rows in {takes:?}, {cut_short} cut short");
}

/// Backups open as books; rejected rows stand under their name only with the import they are of.
fn beside_the_book_all_is_whole(home: &Path, imported: bool) {
    let mut folders = vec![home.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with("large.rejects") && name.ends_with(".csv") {
                assert!(imported, "{name} of an import that did not take place");
            } else if name.ends_with(".renewdesk") {
                let backup = Store::open(&path, &OpenMode::ReadOnly).unwrap();
                assert!(backup.check().unwrap().is_sound(), "{name}");
            }
        }
    }
}

/// The processes that a process started.
#[cfg(target_os = "linux")]
fn children_of(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    tasks
        .into_iter()
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|children| {
            let ids = children.split_whitespace().map(|id| id.parse().unwrap());
            ids.collect::<Vec<u32>>()
        })
        .collect()
}

#[cfg(not(target_os = "linux"))]
fn children_of(_: u32) -> Vec<u32> {
    Vec::new()
}

/// A reading process ends soon after the desk it reads for.
fn ends(process: u32) {
    let start = Instant::now();
    loop {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat"));
        // Ended, or only waiting for somebody to ask how.
        if state.is_err() || state.is_ok_and(|state| state.contains(") Z ")) {
            return;
        }
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "the reader lives on"
        );
        std::thread::yield_now();
    }
}
