//! Folders that may not be written: the answer still comes, and the book is never half changed.
#![cfg(unix)]

use crate::desk_side::{LINES, Side};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Three good rows and one that ends before it starts.
fn one_bad_row() -> String {
    let bad = "Blütental Water,200123458,FOC1,1004,C9300-48P,CON-SNT-X,8x5xNBD,1,1.00,2026-03-15,2025-03-14,1.00,USD\n";
    format!("{LINES}{bad}")
}

/// A folder of its own with the file in it.
fn source(side: &Side, name: &str) -> PathBuf {
    let folder = side.path("exports");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join(name), one_bad_row()).unwrap();
    folder.join(name)
}

#[test]
fn an_import_from_a_read_only_folder_puts_its_rejects_beside_the_book() {
    let side = Side::new();
    let file = source(&side, "lines.csv");
    let books = side.path("books");
    std::fs::create_dir(&books).unwrap();
    side.hand_over(&books);
    mode(&side.path("exports"), 0o555);
    let book = books.join("b.renewdesk");
    let (book, file) = (book.to_str().unwrap(), file.to_str().unwrap());
    let answer = side.run_held(&["--book", book, "import", file, "--json"]);
    mode(&side.path("exports"), 0o755);
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let report = answer.json();
    assert_eq!(
        (&report["new"], &report["rejected"]),
        (&3.into(), &1.into())
    );
    let rejects = PathBuf::from(report["rejects_file"].as_str().unwrap());
    assert_eq!(rejects, books.join("lines.rejects.csv"));
    let permissions = std::fs::metadata(&rejects).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    let names = std::fs::read_dir(&books).unwrap();
    let left = names.filter(|n| {
        n.as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|e| e == "part")
    });
    assert_eq!(left.count(), 0);
}

#[test]
fn rejects_that_fit_nowhere_are_told_and_the_import_counts() {
    let side = Side::new();
    // With `.rejects.csv` behind it the name is longer than any file system takes.
    let file = source(&side, &format!("{}.csv", "n".repeat(250)));
    let answer = side.ok(&["import", file.to_str().unwrap()]);
    assert!(answer.out.contains("new 3") && answer.out.contains("rejected 1"));
    assert!(answer.err.contains("in no file"), "{}", answer.err);
    assert!(answer.err.contains("row 5: "), "{}", answer.err);
}

#[test]
fn a_book_in_a_read_only_folder_answers_every_question() {
    let side = Side::imported();
    side.ok(&["quote", "new", "200123456"]);
    let books = side.path("read only?");
    std::fs::create_dir(&books).unwrap();
    let book = books.join("b.renewdesk");
    side.ok(&["backup", book.to_str().unwrap()]);
    side.hand_over(&books);
    mode(&book, 0o444);
    mode(&books, 0o555);
    let name = book.to_str().unwrap();
    for question in [
        &["queue"][..],
        &["contract", "200123456"],
        &["quote", "show", "Q-1001"],
        &["quote", "list"],
        &["pvi"],
        &["suggest"],
        &["history"],
        &["doctor"],
    ] {
        let mut args = vec!["--book", name];
        args.extend(question);
        args.push("--json");
        let answer = side.run_held(&args);
        assert_eq!(answer.code, 0, "{question:?}: {}{}", answer.out, answer.err);
        assert!(answer.json().is_object());
    }
    let moved = side.run_held(&["--book", name, "stage", "200123456", "Quoted"]);
    assert_ne!(moved.code, 0);
    assert!(!moved.err.contains("restore"), "{}", moved.err);
    assert_eq!(std::fs::read_dir(&books).unwrap().count(), 1);
    mode(&books, 0o755);
}

#[test]
fn a_dry_run_without_a_book_makes_none_and_says_why_rows_are_refused() {
    let side = Side::new();
    let file = source(&side, "lines.csv");
    let report = side.json(&["import", file.to_str().unwrap(), "--dry-run"]);
    assert_eq!(
        (&report["new"], &report["rejected"]),
        (&3.into(), &1.into())
    );
    let refused = &report["files"][0]["rejects"][0];
    assert_eq!(refused["row"], 5);
    assert!(refused["code"].is_string() && refused["reason"].is_string());
    assert!(!side.path("book.renewdesk").exists());
    assert!(!side.path("exports/lines.rejects.csv").exists());
}

#[test]
fn a_file_that_fails_loses_neither_the_report_before_it_nor_the_file_after_it() {
    let side = Side::new();
    let first = side.file("a.csv", LINES);
    let missing = side.path("b.csv");
    let last = side.file("c.csv", LINES);
    let paths = [&first, &missing, &last].map(|p| p.to_str().unwrap().to_string());
    let answer = side.run(&["import", &paths[0], &paths[1], &paths[2], "--json"]);
    assert_eq!(answer.code, 1, "{}", answer.err);
    let report = answer.json();
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 3);
    assert_eq!(
        (&files[0]["new"], &files[0]["read"]),
        (&3.into(), &3.into())
    );
    assert!(
        files[1]["error"]["message"]
            .as_str()
            .unwrap()
            .contains("b.csv")
    );
    assert_eq!(files[1]["error"]["exit"], 1);
    assert_eq!(files[2]["unchanged"], 3);
    assert_eq!(report["read"], 6);
}
