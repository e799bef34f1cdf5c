//! The real program in a real terminal: it starts, it answers, and whatever ends it, the terminal
//! is as it was.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod importing;
mod terminal;

use terminal::Desk;

#[test]
fn it_starts_and_control_q_gives_the_terminal_back() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    assert!(desk.modes_taken());
    desk.types("\x11");
    assert_eq!(desk.ends(), 0);
    desk.terminal_is_back();
}

#[test]
fn signals_end_it_and_the_terminal_is_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let mut desk = Desk::start();
        desk.waits_for("Pipeline   by next clock");
        desk.signal(signal);
        assert_eq!(desk.ends(), code, "{signal}");
        desk.terminal_is_back();
    }
}

#[test]
fn control_c_and_escape_do_not_end_it() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    desk.types("\x03").waits_for("clipboard");
    desk.types("\x1b")
        .types("\x03")
        .types("\x03")
        .waits_for("Ctrl+Q quits");
    desk.types("\x11");
    assert_eq!(desk.ends(), 0);
}

#[test]
fn a_block_without_paste_marks_runs_nothing() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    let before = desk.history();
    desk.types(&"X y\tq\rt 1\rc\t1\rO\r".repeat(300));
    desk.waits_for("nothing was run").rests().types("\x11");
    assert_eq!(desk.ends(), 0);
    assert_eq!(desk.history(), before);
}

#[test]
fn an_edit_is_in_the_book_when_the_screen_says_saved() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    let before = desk.history();
    desk.types("o").waits_for("Note on").types("budget");
    desk.waits_for("> budget")
        .types("\r")
        .waits_for("Saved: note on");
    desk.signal("KILL");
    desk.ends();
    assert_eq!(desk.history(), before + 1);
}

#[test]
fn a_closed_terminal_ends_it() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    desk.close_terminal();
    // a panic would be 101; the hang-up of a closed terminal is 128 + 1
    let code = desk.ends();
    assert!(matches!(code, 0 | 1 | 129), "{code}");
}

#[test]
fn resizing_redraws_and_too_small_says_so() {
    let mut desk = Desk::start();
    desk.waits_for("Pipeline   by next clock");
    for (columns, rows) in [(200, 60), (1, 1), (300, 100), (40, 10)] {
        desk.resize(columns, rows);
    }
    desk.waits_for("renewdesk needs 80x20");
    desk.resize(100, 30);
    desk.waits_for("Pipeline   by next clock").types("\x11");
    assert_eq!(desk.ends(), 0);
}

/// Metrics of one portfolio, so that there is a score to keep.
const SHEET: &str = "\
Fiscal Month,Reseller,BE ID,Portfolio,Category,Measurement,Achieved Metric,Achieved Index,Applied Index,Measure A Value,Measure B Value
FY27M4,One,1,Services,Foundational,Customer Success Maturity,3,10,7,3,
";

#[test]
fn the_desk_keeps_one_projection_a_day_and_undo_passes_over_it() {
    let mut desk = Desk::start_assessed(SHEET);
    desk.waits_for_changes(2).types("\x11");
    assert_eq!(desk.ends(), 0);
    let kept = desk.asks(&["pvi", "history", "--json"]);
    assert_eq!(kept.matches("\"automatic\": true").count(), 3, "{kept}");
    let undone = desk.asks(&["undo"]);
    assert!(undone.contains("sheet.csv"), "{undone}");
    assert_eq!(desk.asks(&["pvi", "history", "--json"]), kept);
}
