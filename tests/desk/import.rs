//! Importing from the desk: choosing, looking, writing, walking away.

use crate::driver::Driver;
use renewdesk::domain::batch::Counts;
use renewdesk::ui::msg::{Msg, Planned, Preview, Trouble, Unplanned};
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
    // path, format, map, folder above, Exports, then the file
    desk.keys("down down down down down enter");
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
        done: 512_000,
        of: 2_048_000,
    });
    desk.sees("25 %, 512 kB of 2.0 MB");
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

#[test]
fn every_format_the_reader_has_can_be_chosen_by_its_name() {
    // `eox` was offered once, which no reader knows.
    let mut offered = renewdesk::ui::screen::import::FORMATS[1..].to_vec();
    let mut read = renewdesk::ingest::profile::readable_formats();
    offered.sort_unstable();
    read.sort_unstable();
    assert_eq!(offered, read);
}
