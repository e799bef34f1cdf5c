//! The columns of a file: what is asked, another field, another header row, answers that are kept.

use crate::driver::Driver;
use renewdesk::domain::batch::Counts;
use renewdesk::ui::input::{Input, Mouse, MouseKind};
use renewdesk::ui::msg::{Msg, Planned, Preview, Trouble, Unplanned};
use renewdesk::ui::seen::{Column, Question, Recalled, Seen, Sheet};

fn column(header: &str, field: &str, sample: &str) -> Column {
    Column {
        header: header.into(),
        field: field.into(),
        sure: if field.is_empty() {
            ""
        } else {
            "another name for it"
        }
        .into(),
        key: field == "serial",
        read_as: String::new(),
        samples: vec![sample.into()],
    }
}

fn seen() -> Seen {
    let field = |id: &str, words: &str| (id.to_string(), words.to_string());
    Seen {
        sheets: vec![Sheet {
            name: String::new(),
            taken: true,
            kind: "a table with common headers".into(),
            header_row: 2,
            columns: vec![
                column("Serial", "serial", "FCW1234A0B1"),
                column("Expiration", "end_date", "03/04/2027"),
                column("Remark", "", "spare"),
            ],
            top: vec![
                (1, "Stock list".into()),
                (2, "Serial | Expiration | Remark".into()),
            ],
        }],
        recalled: None,
        fields: vec![
            field("serial", "Serial number"),
            field("end_date", "Last covered day"),
            field("description", "Product description"),
        ],
        keeps: true,
    }
}

fn planned(new: u64) -> Preview {
    let counts = Counts {
        read: new,
        new,
        changed: 0,
        unchanged: 0,
        skipped: 0,
        rejected: 0,
    };
    Preview {
        ticket: 0,
        file: "ccwr_lines.xlsx".into(),
        outcome: Ok(Planned {
            format: "generic".into(),
            counts,
            warnings: Vec::new(),
            rejects: Vec::new(),
            repeated: false,
            changes: Vec::new(),
            gone: 0,
            facts: Vec::new(),
        }),
        seen: seen(),
        question: None,
    }
}

fn asking() -> Preview {
    let choice = |words: &str, value: &str| (words.to_string(), value.to_string());
    Preview {
        outcome: Err(Unplanned::Failed(Trouble {
            what: "ccwr_lines.xlsx: the dates in column \"Expiration\" could be either.".into(),
            hint: String::new(),
        })),
        question: Some(Question {
            key: "date_order".into(),
            choices: vec![
                choice("day first: 31/12/2026", "dmy"),
                choice("month first: 12/31/2026", "mdy"),
            ],
            sample: None,
        }),
        ..planned(0)
    }
}

/// A desk where the file of the listed folder was chosen, with those answers of the reader.
fn desk(previews: impl IntoIterator<Item = Preview>) -> Driver {
    let mut desk = Driver::demo(60, 120, 36);
    desk.previews.extend(previews);
    desk.keys("g i end up enter");
    desk
}

fn last(desk: &Driver, effect: &str) -> String {
    let asked = desk
        .asked
        .iter()
        .rev()
        .find(|asked| asked.starts_with(effect));
    asked.cloned().unwrap_or_default()
}

#[test]
fn a_question_is_answered_by_a_digit_and_the_file_read_again() {
    let mut desk = desk([asking(), planned(3)]);
    desk.sees("could be either")
        .sees("2  month first: 12/31/2026")
        .sees("03/04/2027");
    desk.keys("2");
    assert!(last(&desk, "PlanImport").contains("\"date_order\": \"mdy\""));
    desk.sees("Enter imports 3 rows")
        .sees("will be kept for files laid out alike");
    desk.keys("enter");
    assert!(last(&desk, "ApplyImport").contains("keep: true"));
}

#[test]
fn a_column_is_given_another_field_by_typing_its_name() {
    let mut desk = desk([planned(3), planned(4)]);
    desk.keys("c")
        .sees("Last covered day")
        .sees("Serial number (key)");
    desk.keys("down down enter").sees("What is Remark?");
    // its name in a map file finds it too
    desk.text("end date");
    desk.sees("Last covered day");
    desk.keys("backspace backspace backspace backspace backspace backspace backspace backspace");
    desk.text("descr");
    desk.keys("enter")
        .sees("Product description")
        .sees("you said so");
    assert!(
        !last(&desk, "PlanImport").contains("description"),
        "not before it is asked for"
    );
    desk.keys("v");
    assert!(last(&desk, "PlanImport").contains("\"Remark\": \"description\""));
    desk.sees("Enter imports 4 rows");
    desk.keys("m enter");
    assert!(last(&desk, "ApplyImport").contains("keep: false"));
}

#[test]
fn a_field_moves_with_the_column_it_was_given() {
    let mut desk = desk([planned(3), planned(3)]);
    desk.keys("c down down enter");
    desk.text("last covered");
    desk.keys("enter v");
    let asked = last(&desk, "PlanImport");
    assert!(asked.contains("\"Remark\": \"end_date\""), "{asked}");
    // taking a column out of the reading is an answer too
    desk.keys("c home enter up enter v");
    let asked = last(&desk, "PlanImport");
    assert!(asked.contains("\"Serial\": \"\""), "{asked}");
}

#[test]
fn another_header_row_reads_again_and_comes_back_to_the_columns() {
    let mut desk = desk([planned(3), planned(3)]);
    desk.keys("c h")
        .sees("Which row holds the headers?")
        .sees("Stock list");
    desk.keys("up enter");
    assert!(last(&desk, "PlanImport").contains("\"header_row\": \"1\""));
    desk.sees("First values");
    desk.keys("esc").sees("Enter imports 3 rows");
}

#[test]
fn what_nobody_asked_can_be_said_too() {
    let mut desk = desk([planned(3), planned(3)]);
    desk.keys("c a").sees("Currency of prices without one");
    desk.keys("1").sees("such as EUR");
    desk.text("chf");
    desk.keys("enter");
    assert!(last(&desk, "PlanImport").contains("\"currency\": \"chf\""));
    desk.sees("First values");
}

#[test]
fn esc_at_any_step_forgets_the_file() {
    let mut asked = desk([asking()]);
    asked
        .keys("esc")
        .sees("Nothing was imported")
        .sees("Choose a file");
    assert!(!last(&asked, "DropImport").is_empty());

    let mut changed = desk([planned(3)]);
    changed.keys("c down down enter enter esc");
    changed.sees("Nothing was imported");
    assert!(last(&changed, "ApplyImport").is_empty());
}

#[test]
fn kept_answers_are_told_can_be_dropped_and_near_ones_are_only_offered() {
    let with = |applied| {
        let mut preview = planned(3);
        preview.seen.recalled = Some(Recalled {
            file: "march.xlsx".into(),
            applied,
            differ: vec!["notes".into()],
        });
        preview
    };
    let mut same = desk([with(true), planned(3)]);
    same.sees("Read with the answers kept from march.xlsx");
    same.keys("x");
    assert!(last(&same, "PlanImport").contains("recall: Nothing"));

    let mut near = desk([with(false), with(true)]);
    near.sees("Laid out almost like march.xlsx (notes differ)");
    assert!(last(&near, "PlanImport").contains("recall: Same"));
    near.keys("u");
    assert!(last(&near, "PlanImport").contains("recall: Near"));
}

#[test]
fn the_columns_hold_at_every_size_and_take_the_mouse() {
    let mut desk = desk([asking(), planned(3)]);
    for (columns, rows) in [(80, 24), (120, 36), (200, 60), (300, 100), (20, 6), (9, 2)] {
        desk.size(columns, rows).screen();
    }
    desk.size(80, 24).sees("1  day first").sees("FCW1234A0B1");
    let screen = desk.screen();
    let y = screen
        .lines()
        .position(|line| line.contains("1  day first"))
        .unwrap();
    let click = Mouse {
        kind: MouseKind::Click,
        x: 10,
        y: y as u16,
    };
    desk.send(Msg::Input(Input::Mouse(click), 100_000));
    assert!(last(&desk, "PlanImport").contains("\"date_order\": \"dmy\""));
}

#[test]
fn after_the_wrong_sheet_the_others_can_still_be_chosen() {
    let named = |name: &str, taken: bool| Sheet {
        name: name.into(),
        taken,
        ..seen().sheets.remove(0)
    };
    let with = |sheets: Vec<Sheet>| Preview {
        seen: Seen { sheets, ..seen() },
        ..planned(3)
    };
    let both = || with(vec![named("Notes", false), named("Lines", true)]);
    let one = || with(vec![named("Notes", true)]);
    let mut desk = desk([both(), one(), both()]);
    desk.keys("c s down enter");
    assert!(last(&desk, "PlanImport").contains("\"sheet\": \"Notes\""));
    desk.sees("sheet Notes of 2");
    desk.keys("s").sees("Which sheet counts?").sees("Lines");
    desk.keys("up up up enter");
    assert!(!last(&desk, "PlanImport").contains("\"sheet\""));
    desk.sees("sheet Lines of 2");
}

#[test]
fn the_line_that_says_enter_can_be_clicked() {
    let mut desk = desk([planned(3)]);
    desk.click_on("Enter imports 3 rows");
    assert!(!last(&desk, "ApplyImport").is_empty());
}
