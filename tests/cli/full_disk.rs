//! A disk that takes no more in the middle of an import. A limit on the size of files stands in for
//! it: wherever it falls, the desk says so and nothing is lost or left half written.
#![cfg(unix)]

use crate::desk_side::{Answer, DAY, LINES, Side};
use renewdesk::store::{OpenMode, Store};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Good rows, and some that end before they start.
fn export(rows: usize) -> String {
    let mut text = LINES.lines().next().unwrap().to_string();
    for n in 0..rows {
        let end = if n % 10 == 9 { 2024 } else { 2026 };
        write!(
            text,
            "\nKunde {},20077{:04},FCH{n:07},{n},C9300-48P,CON-SNT-X,8x5xNBD,1,1.00,2025-03-15,{end}-03-14,1.00,USD",
            n / 50,
            n / 10
        )
        .unwrap();
    }
    text
}

/// Runs the program where no file may grow beyond so many blocks of 512 or 1,024 bytes.
fn run_within(blocks: u32, side: &Side, args: &[&str]) -> Answer {
    let output = std::process::Command::new("sh")
        .args(["-c", "ulimit -f \"$0\"; exec \"$@\""])
        .arg(blocks.to_string())
        .arg(assert_cmd::cargo::cargo_bin("renewdesk"))
        .args(["--as-of", DAY])
        .args(args)
        .env("RENEWDESK_HOME", side.path(""))
        .env_remove("RENEWDESK_BOOK")
        .env("USER", "tester")
        .output()
        .unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .partition(|path| path.is_dir());
    for folder in folders {
        files.extend(files_under(&folder));
    }
    files
}

fn lines_of(book: &Path) -> usize {
    let store = Store::open(book, &OpenMode::ReadOnly).unwrap();
    assert!(store.check().unwrap().is_sound(), "{}", book.display());
    store.snapshot().unwrap().lines.len()
}

#[test]
fn a_disk_that_is_full_anywhere_in_an_import_is_told_and_nothing_is_lost() {
    let (mut told, mut imported) = (0, 0);
    // From less than the book has already to more than it will ever need.
    for blocks in [
        1, 60, 300, 450, 600, 700, 850, 1_000, 1_300, 1_600, 2_000, 20_000,
    ] {
        let side = Side::imported();
        let file = side.file("large.csv", &export(1_000));
        let book = side.path("default.renewdesk");
        let books: Vec<_> = files_under(&side.path(""));
        let book = match book.exists() {
            true => book,
            false => books.into_iter().find(|path| is_book(path)).unwrap(),
        };
        let answer = run_within(blocks, &side, &["import", file.to_str().unwrap(), "--json"]);
        let said = format!("{blocks} blocks, exit {}: {}", answer.code, answer.err);
        assert!(!answer.err.contains("panicked"), "{said}");
        let left = files_under(&side.path(""));
        let names: Vec<_> = left.iter().map(|path| path.to_string_lossy()).collect();
        assert!(
            !names
                .iter()
                .any(|name| name.ends_with(".part") || name.ends_with("-journal")),
            "{said}: {names:?}"
        );
        let rejects = side.path("large.rejects.csv");
        match answer.code {
            0 => {
                imported += 1;
                assert_eq!(lines_of(&book), 903, "{said}");
                let rows = std::fs::read_to_string(&rejects).unwrap();
                assert_eq!(rows.lines().count(), 101, "{said}");
            }
            _ => {
                told += 1;
                assert_eq!(answer.code, 1, "{said}");
                assert!(
                    answer.err.contains("disk") || answer.err.contains("space"),
                    "{said}"
                );
                assert!(
                    answer.err.contains("hint:") || answer.err.contains("then"),
                    "{said}"
                );
                assert_eq!(lines_of(&book), 3, "{said}");
                assert!(!rejects.exists(), "{said}");
            }
        }
        for backup in left.iter().filter(|path| is_book(path)) {
            lines_of(backup);
        }
        // With room again the same file comes in, once.
        if answer.code != 0 {
            side.ok(&["import", file.to_str().unwrap()]);
            assert_eq!(lines_of(&book), 903, "{said}");
        }
    }
    assert!(
        told >= 4 && imported >= 1,
        "{told} told, {imported} imported"
    );
}

fn is_book(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "renewdesk")
}
