//! An import that a person stops, by key or by signal: the book, the folder and the answers that
//! were kept are as before, and no process is left behind.

use crate::terminal::Desk;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Lines enough that reading and writing them takes a while.
const LINES: usize = 30_000;

/// The open book, what Ctrl+C copied, and the list of folders used: none of the import's doing.
const OWN: [&str; 3] = ["book.renewdesk", "copied.tsv", "folders.toml"];
/// Two readings of each date: the file asks.
const UNCLEAR: &str = "03/04/2027";

fn export(lines: usize, end: &str) -> String {
    let mut text = "Serial Number,Contract Number,Product,End Date,Quantity\n".to_string();
    for line in 0..lines {
        let contract = 200_000_000 + line / 50;
        writeln!(text, "FOC{line:08},{contract},C9300-24T-E,{end},1").unwrap();
    }
    text
}

/// Every file in the desk's folder that an import could leave.
fn folder(desk: &Desk) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    let mut todo = vec![desk.folder().to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if path.is_dir() {
                todo.push(path);
            } else if !OWN.iter().any(|own| name.contains(own)) {
                let mut hash = DefaultHasher::new();
                fs::read(&path).unwrap().hash(&mut hash);
                found.insert(name, hash.finish());
            }
        }
    }
    found
}

/// The import screen with the path of the export typed.
fn begun(end: &str) -> Desk {
    let mut desk = Desk::start();
    fs::write(desk.folder().join("big.csv"), export(LINES, end)).unwrap();
    let path = desk.folder().join("big.csv").display().to_string();
    desk.waits_for("Pipeline   by next clock").types("g");
    desk.waits_for("g -").types("i").waits_for("Choose a file");
    desk.types("\r").waits_for("EDIT");
    desk.pastes(&path).waits_for("big.csv");
    desk
}

/// As the desk and the command line find the book.
fn state(desk: &Desk) -> (usize, String, BTreeMap<String, u64>) {
    let settings = desk.asks(&["history", "--json"]);
    (desk.history(), settings, folder(desk))
}

#[test]
fn a_file_that_is_being_read_is_left_without_a_trace() {
    let mut desk = begun("2027-04-03");
    let before = state(&desk);
    desk.types("\r").waits_for("Esc stops; nothing is written");
    // a process of its own reads
    desk.waits_for_children(true);
    desk.types("\x03")
        .types("\x1b")
        .waits_for("Nothing was imported");
    desk.waits_for_children(false);
    assert_eq!(state(&desk), before);
    desk.types("\x11");
    assert_eq!(desk.ends(), 0);
    assert_eq!(state(&desk), before);
}

#[test]
fn an_import_that_is_being_written_is_stopped_and_nothing_of_it_stays() {
    let mut desk = begun(UNCLEAR);
    let before = state(&desk);
    desk.types("\r").waits_for("day first");
    desk.types("1").waits_for("new 30,000");
    desk.types("\x03").waits_for("clipboard");
    desk.types("\r").waits_for("Being written");
    desk.types("\x1b").waits_for("nothing was imported");
    desk.waits_for("Choose a file").waits_for_children(false);
    // the answer was to be kept with the import: it went with it
    assert_eq!(state(&desk), before);
    desk.types("\r").waits_for("EDIT").types("\r");
    desk.waits_for("day first").types("\x1b");
    desk.waits_for("Nothing was imported").types("\x11");
    assert_eq!(desk.ends(), 0);
    assert_eq!(state(&desk), before);
}

#[test]
fn a_signal_at_any_step_leaves_the_book_as_it_was() {
    for step in ["reading", "asked", "looked at", "written"] {
        let mut desk = begun(UNCLEAR);
        let before = state(&desk);
        desk.types("\r").waits_for("Esc stops; nothing is written");
        if step != "reading" {
            desk.waits_for("day first");
        }
        if matches!(step, "looked at" | "written") {
            desk.types("1").waits_for("new 30,000");
        }
        if step == "written" {
            desk.types("\r").waits_for("Being written");
        }
        desk.signal("INT");
        assert_eq!(desk.ends(), 130, "{step}");
        assert_eq!(state(&desk), before, "{step}");
    }
}

#[test]
fn a_new_export_in_a_chosen_folder_is_offered_and_not_imported() {
    let mut desk = Desk::start();
    let before = desk.history();
    desk.waits_for("Pipeline   by next clock").types("g");
    desk.waits_for("g -").types("i").waits_for("Choose a file");
    let here = desk.folder().join("exports");
    fs::create_dir(&here).unwrap();
    desk.types("\r").waits_for("EDIT");
    desk.pastes(&here.display().to_string())
        .waits_for("exports");
    desk.types("\r").waits_for("exports ═").types("w");
    desk.waits_for("Watch   yes");
    // the other folder is not watched
    fs::write(desk.folder().join("aside.csv"), export(2, UNCLEAR)).unwrap();
    fs::write(here.join("fresh.csv"), export(2, UNCLEAR)).unwrap();
    desk.waits_for("New export: fresh.csv, ");
    assert_eq!(desk.history(), before);
    desk.types("g").waits_for("g -").types("n");
    desk.waits_for("day first");
    assert_eq!(desk.history(), before);
    // the choice is kept, and taken back
    desk.types("\x1b").waits_for("Watch   yes").types("\x11");
    assert_eq!(desk.ends(), 0);
    let kept = fs::read_to_string(desk.folder().join("folders.toml")).unwrap();
    assert!(
        kept.contains("watched") && kept.contains("exports"),
        "{kept}"
    );
    assert!(!kept.contains("aside"), "{kept}");
}
