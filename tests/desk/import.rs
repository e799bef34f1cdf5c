//! Importing from the desk: choosing, looking, writing, walking away.

use crate::driver::{Driver, file};
use renewdesk::domain::batch::Counts;
use renewdesk::ui::input::{Code, Key};
use renewdesk::ui::msg::{
    Arrived, Asker, Folder, Folders, Msg, Planned, Preview, Trouble, Unplanned,
};
use renewdesk::ui::seen::Seen;

fn desk() -> Driver {
    let mut desk = Driver::demo(60, 120, 36);
    desk.keys("g i");
    desk
}

fn preview(new: u64, rejected: u64) -> Preview {
    Preview {
        ticket: 0,
        file: "ccwr_lines.xlsx".into(),
        outcome: Ok(Planned {
            format: "ccwr_quote".into(),
            counts: Counts {
                read: new + rejected + 5,
                new,
                changed: 0,
                unchanged: 5,
                skipped: 0,
                rejected,
            },
            warnings: vec!["row 12: currency missing, USD taken".into()],
            rejects: vec!["row 31, column Qty: \"many\" is not a number".into()],
            repeated: false,
            gone: 0,
            changes: vec![(
                "Changed cells in 1 line: quantity 1".into(),
                vec![
                    "row 12  Cobalt Clinics  20441".into(),
                    "    quantity  20 -> 22".into(),
                ],
            )],
            facts: vec![("Sheet".into(), "Lines, header in row 4".into())],
        }),
        seen: Seen::default(),
        question: None,
    }
}

fn asked(desk: &Driver, effect: &str) -> bool {
    desk.asked.iter().any(|asked| asked.starts_with(effect))
}

#[test]
fn a_file_is_chosen_looked_at_and_written_only_then() {
    let mut desk = desk();
    desk.previews.push_back(preview(1_279, 1));
    desk.sees("/home/ana")
        .sees("ccwr_lines.xlsx")
        .sees("184 kB");
    // path, format, map, watching, folder above, Exports, then the file
    desk.keys("down down down down down down enter");
    assert!(asked(&desk, "PlanImport"));
    desk.sees("Read 1,285 = new 1,279 + changed 0 + unchanged 5 + skipped 0 + rejected 1")
        .sees("\"many\" is not a number")
        .sees("currency missing")
        .sees("Changed cells in 1 line: quantity 1")
        .sees("quantity  20 -> 22")
        .sees("nothing is written yet");
    assert!(!asked(&desk, "ApplyImport"));
    desk.keys("enter");
    assert!(asked(&desk, "ApplyImport"));
    desk.sees("Writing ccwr_lines.xlsx");
}

fn lost() -> Preview {
    Preview {
        ticket: 0,
        file: "ccwr_lines.xlsx".into(),
        outcome: Err(Unplanned::Lost(
            "40 of the 120 lines that earlier ccwr_quote files had are not in this one".into(),
        )),
        seen: Seen::default(),
        question: None,
    }
}

#[test]
fn a_file_that_lost_many_lines_is_asked_about_and_a_key_answers() {
    let mut desk = desk();
    desk.previews.push_back(lost());
    desk.keys("end up enter");
    desk.sees("Is ccwr_lines.xlsx whole?")
        .sees("40 of the 120 lines")
        .sees("y: import anyway   Esc: cancel");
    // the key of habit is no yes
    desk.keys("enter");
    desk.sees("40 of the 120 lines").sees("Esc does not");
    let planned = |desk: &Driver, accepted: bool| {
        let wanted = format!("accept_loss: {accepted}");
        let plans = desk.asked.iter().filter(|a| a.starts_with("PlanImport"));
        plans.filter(|plan| plan.contains(&wanted)).count()
    };
    assert_eq!((planned(&desk, false), planned(&desk, true)), (1, 0));
    let mut whole = preview(0, 0);
    if let Ok(planned) = &mut whole.outcome {
        planned.gone = 40;
    }
    desk.previews.push_back(whole);
    desk.keys("y");
    assert_eq!((planned(&desk, false), planned(&desk, true)), (1, 1));
    desk.sees("Enter marks 40 lines gone");
    assert!(!asked(&desk, "ApplyImport"));
    desk.keys("enter");
    assert!(asked(&desk, "ApplyImport"));
}

#[test]
fn a_partial_export_is_walked_away_from() {
    let mut desk = desk();
    desk.previews.push_back(lost());
    desk.keys("end up enter esc");
    desk.sees("Choose a file").sees("Nothing was imported");
    assert!(asked(&desk, "DropImport"));
    // nothing asks any more
    desk.keys("y");
    desk.sees("no file asks for it");
    assert!(!desk.asked.iter().any(|a| a.contains("accept_loss: true")));
}

#[test]
fn walking_away_forgets_the_plan_and_a_late_answer() {
    let mut desk = desk();
    desk.previews.push_back(preview(3, 0));
    desk.keys("end up enter");
    desk.sees("Enter imports 3 rows");
    desk.keys("esc");
    assert!(asked(&desk, "DropImport"));
    desk.sees("Nothing was imported").sees("Choose a file");
    let mut late = preview(3, 0);
    late.ticket = 1;
    desk.send(Msg::Planned(Box::new(late)));
    desk.sees("Choose a file");
}

#[test]
fn a_file_that_holds_nothing_new_is_not_written() {
    let mut desk = desk();
    desk.previews.push_back(preview(0, 0));
    desk.keys("end up enter enter");
    desk.sees("nothing to import");
    assert!(!asked(&desk, "ApplyImport"));
}

#[test]
fn progress_is_shown_and_a_failure_says_what_and_what_next() {
    let mut desk = desk();
    desk.keys("end up enter");
    desk.send(Msg::Progress {
        ticket: 1,
        rows: 512_000,
    });
    // rows, not bytes
    desk.sees("512,000 rows read");
    desk.send(Msg::Planned(Box::new(Preview {
        ticket: 1,
        file: "ccwr_lines.xlsx".into(),
        outcome: Err(Unplanned::Failed(Trouble {
            what: "ccwr_lines.xlsx, sheet Lines: two columns could be the end date".into(),
            hint: "Name it in a mapping file: end = \"End Date\"".into(),
        })),
        seen: Seen::default(),
        question: None,
    })));
    desk.sees("two columns could be the end date")
        .sees("Name it in a mapping file");
    desk.keys("enter");
    desk.sees("Choose a file");
}

#[test]
fn a_path_can_be_typed_completed_or_dragged_in() {
    let mut desk = desk();
    desk.keys("enter end");
    desk.text("/cc");
    desk.keys("tab");
    desk.sees("Path    /home/ana/ccwr_lines.xlsx");
    desk.keys("enter");
    assert!(
        desk.asked
            .iter()
            .any(|a| a.contains("/home/ana/ccwr_lines.xlsx"))
    );
    desk.keys("esc");
    desk.paste("'/tmp/other export.csv'\n");
    desk.sees("Path    /tmp/other export.csv");
    desk.keys("enter");
    assert!(
        desk.asked
            .iter()
            .any(|a| a.contains("/tmp/other export.csv"))
    );
}

#[test]
fn no_size_breaks_the_screen() {
    let mut desk = desk();
    desk.previews.push_back(lost());
    desk.previews.push_back(preview(9, 1));
    for keys in ["down", "end up enter", "a"] {
        desk.keys(keys);
        for (columns, rows) in [(80, 20), (80, 24), (120, 36), (200, 60), (300, 100), (9, 2)] {
            desk.size(columns, rows).screen();
        }
    }
}

fn known(recent: &[&str], watched: &[&str]) -> Msg {
    let texts = |all: &[&str]| all.iter().map(|path| (*path).to_string()).collect();
    Msg::Folders(Box::new(Folders {
        recent: texts(recent),
        watched: texts(watched),
        trouble: None,
    }))
}

#[test]
fn folders_used_before_are_offered_to_keys_and_mouse_in_both_pickers() {
    let mut desk = desk();
    assert!(asked(&desk, "KnownFolders"));
    desk.keys("end");
    desk.send(known(&["/mnt/exports", "/home/ana"], &[]));
    // the cursor is still on the file, and the folder on the screen is not offered as another
    desk.sees("/mnt/exports/   (used before)");
    assert!(!desk.screen().contains("/home/ana/   (used before)"));
    desk.previews.push_back(preview(1, 0));
    desk.keys("enter");
    assert!(asked(&desk, "PlanImport"));
    assert!(
        desk.asked
            .contains(&"UsedFolder(\"/home/ana\")".to_string())
    );
    desk.keys("esc home down down down down enter");
    assert!(
        desk.asked
            .contains(&"ListFolder(Import, \"/mnt/exports\")".to_string())
    );
    desk.sees("Choose a file   /mnt/exports");
    desk.keys("g d");
    desk.asked.clear();
    desk.click_on("/mnt/exports/   (used")
        .click_on("/mnt/exports/   (used");
    assert!(
        desk.asked
            .contains(&"ListFolder(Reconcile, \"/mnt/exports\")".to_string())
    );
    desk.sees("Compare the book with other lists   /mnt/exports");
}

#[test]
fn a_listing_goes_to_the_picker_that_asked_whatever_is_on_the_screen() {
    let listing = |asker, path: &str| {
        let entries = vec![file("assets.csv", 9)];
        Msg::Folder(Box::new(Folder {
            asker,
            path: path.into(),
            entries,
            error: None,
            is_file: false,
        }))
    };
    let mut desk = desk();
    desk.keys("g d");
    desk.send(listing(Asker::Import, "/mnt/slow"));
    desk.sees("Compare the book with other lists   /home/ana");
    assert!(!desk.screen().contains("/mnt/slow"));
    desk.keys("g i").sees("Choose a file   /mnt/slow");
    desk.send(listing(Asker::Reconcile, "/mnt/lists"));
    desk.sees("Choose a file   /mnt/slow");
    desk.keys("g d");
    desk.sees("Compare the book with other lists   /mnt/lists");
}

#[test]
fn a_folder_is_watched_only_when_chosen_and_no_longer_when_chosen_again() {
    let mut desk = desk();
    desk.sees("Watch   no");
    assert!(!asked(&desk, "WatchFolder"));
    desk.keys("w");
    assert!(
        desk.asked
            .iter()
            .any(|a| a.contains("/home/ana") && a.contains("on: true"))
    );
    desk.send(known(&[], &["/home/ana"]));
    desk.sees("Watch   yes").keys("g s");
    desk.sees("/home/ana   (g i, then w there, no longer)");
    desk.keys("g i")
        .click_on("Watch   yes")
        .click_on("Watch   yes");
    assert!(
        desk.asked
            .iter()
            .any(|a| a.contains("/home/ana") && a.contains("on: false"))
    );
    desk.send(known(&[], &[]));
    desk.sees("Watch   no").keys("g s").sees("no folder");
}

fn arrived(name: &str) -> Msg {
    Msg::Appeared(Box::new(Arrived {
        path: format!("/home/ana/{name}"),
        kind: Some("quote lines".into()),
    }))
}

#[test]
fn a_new_export_is_told_of_and_only_read_when_a_key_says_so() {
    let mut desk = Driver::demo(60, 120, 36);
    desk.keys("g n").sees("no new export has appeared");
    desk.keys("g p");
    desk.send(arrived("new.xlsx"));
    desk.sees("New export: new.xlsx, quote lines   g n looks at it, nothing is imported yet");
    assert!(!asked(&desk, "PlanImport"));
    desk.keys("g i")
        .sees("New     /home/ana/new.xlsx   quote lines");
    desk.previews.push_back(preview(3, 0));
    desk.keys("g p g n");
    assert!(
        desk.asked
            .iter()
            .any(|a| a.contains("PlanImport") && a.contains("new.xlsx"))
    );
    desk.sees("Enter imports 3 rows");
    assert!(!asked(&desk, "ApplyImport"));
    // a file that is being looked at is not pushed aside by the next one
    desk.send(arrived("second.xlsx"));
    desk.keys("g n").sees("a file is on the Import screen");
    // walked away from, both are still offered; what the book holds already is not
    desk.keys("esc")
        .sees("second.xlsx")
        .sees("/home/ana/new.xlsx");
    desk.previews.push_back(preview(0, 0));
    desk.keys("g n enter").sees("nothing to import");
    assert!(!desk.screen().contains("second.xlsx"));
}

#[test]
fn a_new_export_does_not_wipe_a_refusal_off_the_screen() {
    let mut desk = desk();
    desk.send(Msg::Refused(Trouble {
        what: "The disk is full".into(),
        hint: String::new(),
    }));
    desk.send(arrived("new.xlsx"));
    desk.sees("The disk is full")
        .sees("New     /home/ana/new.xlsx");
    // told once the person goes on
    desk.keys("g p").sees("New export: new.xlsx, quote lines");
}

fn refused() -> Msg {
    Msg::Refused(Trouble {
        what: "stopped; nothing was imported".into(),
        hint: String::new(),
    })
}

#[test]
fn an_import_is_stopped_while_it_is_written() {
    let mut desk = desk();
    desk.previews.push_back(preview(3, 0));
    desk.keys("end enter enter").sees("Writing ccwr_lines.xlsx");
    desk.sees("Esc stops it; nothing of it stays then");
    desk.keys("esc").sees("Stopping ccwr_lines.xlsx");
    desk.keys("esc ctrl-c");
    let dropped = desk.asked.iter().filter(|a| a.starts_with("DropImport"));
    assert_eq!(dropped.count(), 1);
    desk.send(refused());
    desk.sees("Choose a file").sees("nothing was imported");
}

#[test]
fn an_import_that_was_refused_can_be_tried_again() {
    let mut desk = desk();
    desk.previews.push_back(preview(3, 0));
    desk.keys("end enter enter").sees("Writing ccwr_lines.xlsx");
    desk.send(refused());
    desk.sees("Enter imports 3 rows").keys("enter");
    let written = desk.asked.iter().filter(|a| a.starts_with("ApplyImport"));
    assert_eq!(written.count(), 2);
    desk.sees("Writing ccwr_lines.xlsx");
}

#[test]
fn leaving_while_an_import_is_written_asks_once() {
    let mut desk = desk();
    desk.previews.push_back(preview(3, 0));
    desk.keys("end enter enter ctrl-q");
    desk.sees("An import is being written: wait for it");
    assert!(!asked(&desk, "Quit"));
    desk.keys("ctrl-q");
    assert!(asked(&desk, "Quit"));
}

#[test]
fn every_format_the_reader_has_can_be_chosen_by_its_name() {
    // `eox` was offered once, which no reader knows.
    let mut offered = renewdesk::ui::screen::import::FORMATS[1..].to_vec();
    let mut read = renewdesk::ingest::profile::readable_formats();
    offered.sort_unstable();
    read.sort_unstable();
    assert_eq!(offered, read);
}

#[test]
fn a_typed_file_of_an_unknown_ending_is_read_and_not_listed_as_a_folder() {
    let mut desk = desk();
    desk.keys("g i");
    desk.send(Msg::Folder(Box::new(Folder {
        asker: Asker::Import,
        path: "/home/ana/lines.export".into(),
        entries: Vec::new(),
        error: Some("Not a directory".into()),
        is_file: true,
    })));
    let read = desk.asked.iter().filter(|asked| {
        asked.starts_with("PlanImport") && asked.contains("/home/ana/lines.export")
    });
    assert_eq!(read.count(), 1, "{:?}", desk.asked);
}

#[test]
fn a_path_dropped_without_a_paste_mark_keeps_its_first_letters() {
    for path in [
        "/home/ana/k.csv",
        "k/g.csv",
        "C:\\exports\\hjk.csv",
        "gg.csv",
    ] {
        let mut desk = desk();
        for c in path.chars() {
            desk.burst(Key::plain(Code::Char(c)));
        }
        desk.rest();
        desk.sees(&format!("Path    {path}"));
        // the first of them began no sequence of keys
        desk.keys("esc t").sees("Choose a file");
    }
}

#[test]
fn the_picker_says_when_a_file_was_written() {
    let mut desk = Driver::demo(60, 80, 24);
    desk.keys("g i");
    let line = desk.line("ccwr_lines.xlsx");
    assert!(line.contains("20 Nov 26 10:42     184 kB"), "{line}");
}

#[test]
fn tab_types_a_path_in_reconcile_too() {
    let mut desk = Driver::demo(60, 120, 36);
    desk.keys("g d tab");
    desk.text("a.csv");
    desk.keys("enter tab");
    desk.text("b.csv");
    desk.keys("enter");
    desk.sees("a.csv").sees("b.csv");
}
