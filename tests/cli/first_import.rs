//! The first import into an empty home: where nothing comes of it, no book is left that would say
//! that there is nothing to renew.

use crate::desk_side::Side;
use assert_cmd::Command;

/// Runs the program with a home that is not there yet.
fn in_new_home(side: &Side, args: &[&str]) -> std::process::Output {
    Command::cargo_bin("renewdesk")
        .unwrap()
        .env("RENEWDESK_HOME", side.path("new/home"))
        .env_remove("RENEWDESK_BOOK")
        .current_dir(side.path(""))
        .args(args)
        .output()
        .unwrap()
}

#[track_caller]
fn no_book(side: &Side) {
    let queue = in_new_home(side, &["queue"]);
    let said = String::from_utf8_lossy(&queue.stderr);
    assert_eq!(queue.status.code(), Some(4), "{said}");
    assert!(said.contains("there is no book"), "{said}");
    assert!(!side.path("new").exists(), "a folder is left behind");
}

#[test]
fn a_first_import_that_fails_leaves_no_empty_book_behind() {
    let side = Side::new();
    side.file("notes.csv", "to do\nring Anna\n");
    side.file(
        "open.csv",
        "Customer,Contract Number,Serial Number,End Date\nA,1,\"B,2027-01-01\n",
    );
    for file in ["notes.csv", "open.csv", "none.csv"] {
        let done = in_new_home(&side, &["import", file]);
        assert!(!done.status.success(), "{file}");
        no_book(&side);
    }
    let done = in_new_home(&side, &["import", "notes.csv", "open.csv", "--json"]);
    assert!(!done.status.success());
    no_book(&side);
}

#[test]
fn a_book_that_was_there_before_a_failed_import_stays() {
    let side = Side::imported();
    side.file("notes.csv", "to do\nring Anna\n");
    assert_ne!(side.run_raw(&["import", "notes.csv"]).code, 0);
    side.ok(&["undo"]);
    assert_ne!(side.run_raw(&["import", "notes.csv"]).code, 0);
    side.ok(&["queue"]);
}

/// Stops a first import as Ctrl+C does, once it has begun to read.
#[cfg(unix)]
#[test]
fn a_first_import_that_is_stopped_leaves_no_empty_book_behind() {
    let side = Side::new();
    let mut text = String::from("Customer,Contract Number,Serial Number,End Date\n");
    for n in 0..200_000 {
        text.push_str(&format!("Blauberg,2001,FOC{n:08},2027-12-31\n"));
    }
    let file = side.file("lines.csv", &text);
    let book = side.path("new/home/book.renewdesk");
    let mut import = std::process::Command::new(assert_cmd::cargo::cargo_bin("renewdesk"))
        .env("RENEWDESK_HOME", side.path("new/home"))
        .env_remove("RENEWDESK_BOOK")
        .arg("import")
        .arg(&file)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !book.exists() && import.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let id = import.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(sent.unwrap().success());
    assert!(!import.wait().unwrap().success());
    no_book(&side);
}
