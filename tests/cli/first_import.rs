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

/// Begins a first import of many lines, and returns once `begun` says so.
#[cfg(unix)]
fn begin(side: &Side, begun: impl Fn(&Side) -> bool) -> std::process::Child {
    let mut text = String::from("Customer,Contract Number,Serial Number,End Date\n");
    for n in 0..200_000 {
        text.push_str(&format!("Blauberg,2001,FOC{n:08},2027-12-31\n"));
    }
    let file = side.file("lines.csv", &text);
    let mut import = std::process::Command::new(assert_cmd::cargo::cargo_bin("renewdesk"))
        .env("RENEWDESK_HOME", side.path("new/home"))
        .env_remove("RENEWDESK_BOOK")
        .arg("import")
        .arg(&file)
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !begun(side) && import.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    import
}

/// Begins a first import of many lines, and ends it by a signal once `begun` says so.
#[cfg(unix)]
fn signalled(side: &Side, signal: &str, begun: impl Fn(&Side) -> bool) {
    let mut import = begin(side, begun);
    let id = import.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([signal, &id])
        .status();
    assert!(sent.unwrap().success());
    assert!(!import.wait().unwrap().success());
}

/// Stops it as Ctrl+C does, once it has begun to read.
#[cfg(unix)]
#[test]
fn a_first_import_that_is_stopped_leaves_no_empty_book_behind() {
    let side = Side::new();
    signalled(&side, "-INT", |side| {
        side.path("new/home/book.renewdesk").exists()
    });
    no_book(&side);
}

#[cfg(unix)]
#[test]
fn a_first_import_that_is_killed_leaves_nothing_that_passes_for_a_book() {
    let there = |side: &Side| side.path("new/home/book.renewdesk").exists();
    let writes = |side: &Side| {
        let log = std::fs::metadata(side.path("new/home/book.renewdesk-wal"));
        log.is_ok_and(|log| log.len() > 1 << 20)
    };
    let moments: [fn(&Side) -> bool; 2] = [there, writes];
    for moment in moments {
        let side = Side::new();
        signalled(&side, "-KILL", moment);
        for command in [&["queue"][..], &["changes"], &["undo"], &["backup"]] {
            let said = in_new_home(&side, command);
            let words = String::from_utf8_lossy(&said.stderr);
            assert_eq!(said.status.code(), Some(4), "{command:?}: {words}");
            assert!(words.contains("there is no book"), "{command:?}: {words}");
        }
        side.file(
            "few.csv",
            "Customer,Contract Number,Serial Number,End Date\nA,1,FOC1,2027-01-01\n",
        );
        for import in [
            &["import", "few.csv", "--dry-run"][..],
            &["import", "few.csv"],
        ] {
            let done = in_new_home(&side, import);
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
        }
        let queue = in_new_home(&side, &["queue", "--json"]);
        let queue: serde_json::Value = serde_json::from_slice(&queue.stdout).unwrap();
        assert_eq!(queue["rows"].as_array().map(Vec::len), Some(1), "{queue}");
        let checked = in_new_home(&side, &["doctor"]);
        assert!(
            checked.status.success(),
            "{}",
            String::from_utf8_lossy(&checked.stdout)
        );
    }
}

#[cfg(unix)]
#[test]
fn an_empty_book_can_be_made_where_a_first_import_was_killed() {
    let side = Side::new();
    signalled(&side, "-KILL", |side| {
        side.path("new/home/book.renewdesk").exists()
    });
    assert!(in_new_home(&side, &["init"]).status.success());
    assert!(
        in_new_home(&side, &["queue"]).status.success(),
        "made on purpose, it is one"
    );
    assert!(!in_new_home(&side, &["init"]).status.success());
}

#[cfg(unix)]
#[test]
fn a_second_import_that_fails_does_not_take_the_book_away_that_the_first_is_filling() {
    let side = Side::new();
    let there = |side: &Side| side.path("new/home/book.renewdesk").exists();
    let mut first = begin(&side, there);
    side.file("notes.csv", "to do\nring Anna\n");
    for file in ["none.csv", "notes.csv"] {
        assert!(
            !in_new_home(&side, &["import", file]).status.success(),
            "{file}"
        );
    }
    assert!(first.wait().unwrap().success());
    let quality = in_new_home(&side, &["queue", "--json"]);
    let queue: serde_json::Value = serde_json::from_slice(&quality.stdout).unwrap();
    assert_eq!(queue["rows"].as_array().map(Vec::len), Some(1));
}
