//! The Changes screen: what imports changed, narrowed by kind and time, and the way to the renewal.

use crate::driver::{Driver, today};
use renewdesk::book::changes::{Kind, listed};
use renewdesk::domain::command::ImportPlan;
use renewdesk::domain::moved::Span;
use renewdesk::ui::model::Screen;

pub const HEAD: &str = "customer,contract_number,serial,instance,pid,service_sku,service_level,\
                    quantity,unit_list,start_date,end_date,extended_net,currency";

/// A file of lines of the worked example, each with quantity, level, list price and end.
pub fn file(lines: &[(&str, &str, &str, &str, &str)]) -> String {
    let mut text = HEAD.to_string();
    for (serial, quantity, level, list, end) in lines {
        let contract = if serial.ends_with('D') {
            "200123457"
        } else {
            "200123456"
        };
        text += &format!(
            "\nBlütental Water,{contract},{serial},,C9300-24T-E,CON-SNT-C93002TE,{level},{quantity},{list},2025-12-11,{end},,USD"
        );
    }
    text + "\n"
}

pub const FIRST: [(&str, &str, &str, &str, &str); 3] = [
    ("FOC2329X0AB", "12", "8x5xNBD", "1240.00", "2026-12-10"),
    ("FOC2329X0AC", "1", "24x7x4", "1000.00", "2026-12-10"),
    ("FOC2329X0AD", "1", "8x5xNBD", "1000.00", "2027-03-14"),
];

/// Three imports: the first lines; quantity, level, price and a new line; an end date.
pub fn desk(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::with(ImportPlan::default(), columns, rows);
    desk.import("2026-11-02", "first.csv", &file(&FIRST));
    let mut second = FIRST.to_vec();
    second[0] = ("FOC2329X0AB", "14", "24x7x4", "1300.00", "2026-12-10");
    second.push(("FOC2329X0AE", "2", "8x5xNBD", "1000.00", "2027-01-31"));
    desk.import("2026-11-20", "friday.csv", &file(&second));
    second[1].4 = "2027-01-31";
    desk.import("2026-11-21", "saturday.csv", &file(&second));
    desk
}

#[test]
fn the_last_import_is_told_first_and_v_looks_further_back() {
    let mut desk = desk(120, 36);
    desk.keys("g c");
    desk.sees("the last import: saturday.csv, 21 Nov 26")
        .sees("end 10 Dec 26 → 31 Jan 27");
    assert!(!desk.screen().contains("quantity 12"));
    desk.keys("v");
    desk.sees("since yesterday, 21 Nov 26");
    desk.keys("v");
    desk.sees("since Friday, 20 Nov 26   2 imports")
        .sees("quantity 12 → 14")
        .sees("list price 1,240.00 → 1,300.00")
        .sees("[all 5]");
    desk.keys("v");
    desk.sees("30 days, since 23 Oct 26   3 imports")
        .sees("[all 4]");
    desk.keys("v");
    desk.sees("all imports");
    desk.keys("V V");
    desk.sees("since Friday");
}

#[test]
fn kinds_are_counted_and_narrow_the_list() {
    let mut desk = desk(120, 36);
    desk.keys("g c v v");
    let counts = "[all 5]   new 1    end date 1    level 1    quantity 1    price 1";
    desk.sees(counts);
    desk.keys("f");
    desk.sees("[new 1]").sees("quantity 2, ends 31 Jan 27");
    assert!(!desk.screen().contains("12 → 14"));
    desk.keys("F F");
    desk.sees("[price 1]").sees("1,240.00 → 1,300.00");
    desk.keys("esc");
    desk.sees(counts);
}

#[test]
fn words_narrow_every_kind_and_escape_shows_all_again() {
    let mut desk = desk(120, 36);
    desk.keys("g c v v /");
    desk.text("blutental x0ab");
    desk.keys("enter");
    desk.sees("2 imports   with blutental x0ab").sees("[all 3]");
    assert!(!desk.screen().contains("31 Jan 27"), "{}", desk.screen());
    desk.keys("/");
    desk.text("nobody");
    desk.keys("enter");
    desk.sees("No change holds these words");
    desk.keys("esc");
    desk.sees("[all 5]");
}

#[test]
fn enter_goes_to_the_renewal_and_i_says_where_it_comes_from() {
    let mut desk = desk(120, 36);
    desk.keys("g c i");
    desk.sees("ends on another day")
        .sees("saturday.csv, row 3")
        .sees("21 Nov 26 by A. Meyer");
    desk.keys("esc enter");
    assert_eq!(desk.model.screen, Screen::Pipeline);
    desk.sees("[Pipeline]").line("31 Jan 27");
    desk.keys("esc");
    assert_eq!(desk.model.screen, Screen::Changes);
}

#[test]
fn an_import_that_is_taken_back_leaves_the_screen_at_once() {
    let mut desk = desk(120, 36);
    desk.keys("g c ctrl-z");
    desk.sees("the last import: friday.csv")
        .sees("quantity 12 → 14");
    desk.keys("ctrl-y");
    desk.sees("the last import: saturday.csv");
}

#[test]
fn a_large_import_is_counted_whole_and_shown_in_part() {
    let mut desk = Driver::with(ImportPlan::default(), 120, 36);
    desk.most_changes = 10;
    let serials: Vec<String> = (0..64).map(|n| format!("FOC{n:04}X")).collect();
    let lines: Vec<_> = serials
        .iter()
        .map(|serial| (serial.as_str(), "1", "8x5xNBD", "1000.00", "2026-12-10"))
        .collect();
    desk.import("2026-11-20", "large.csv", &file(&lines));
    desk.keys("g c");
    desk.sees("[all 64]").sees("and 54 more");
    desk.keys("f end");
    desk.sees("[new 64]").sees("and 54 more");
    desk.keys("ctrl-c");
    assert!(desk.copied[0].contains("large.csv"), "{:?}", desk.copied);
}

#[test]
fn counts_are_those_of_the_rows_whatever_is_handed_over() {
    let desk = desk(80, 24);
    let book = desk.store.snapshot().unwrap();
    let all = || {
        desk.store
            .imports(Span::Since(today() - chrono::Days::new(2)))
            .unwrap()
    };
    let whole = listed(all(), &book, "", usize::MAX);
    for most in [0, 1, 2, 100] {
        let part = listed(all(), &book, "", most);
        assert_eq!(part.counts, whole.counts);
        for (kind, n) in part.counts.clone() {
            let of = |list: &renewdesk::book::changes::Listed| {
                list.changes.iter().filter(|c| c.kind == kind).count()
            };
            assert_eq!(of(&whole), n);
            assert_eq!(of(&part), n.min(most));
        }
    }
    assert!(whole.counts.contains(&(Kind::End, 1)));
}

#[test]
fn a_key_held_down_asks_one_question_at_a_time() {
    let mut desk = desk(120, 36);
    desk.keys("g c");
    let asked = |desk: &Driver| {
        let questions = desk.asked.iter().filter(|a| a.starts_with("LoadChanges"));
        questions.count()
    };
    let before = asked(&desk);
    desk.deaf = true;
    desk.keys("v v");
    desk.sees("since Friday, 20 Nov 26   looking…");
    assert_eq!(asked(&desk), before + 1);
    desk.deaf = false;
    desk.answer_changes(Span::Newest(1));
    assert_eq!(asked(&desk), before + 2);
    desk.sees("since Friday, 20 Nov 26   2 imports");
}

/// A quote over the first contract whose first quantity a rep typed, then a file with another one,
/// and another end of the second line.
fn conflicting(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::with(ImportPlan::default(), columns, rows);
    desk.import("2026-11-02", "first.csv", &file(&FIRST));
    // the renewal that ends first gets a quote; its first cell is the quantity of the first line
    desk.keys("enter");
    crate::quote::to_column(&mut desk, renewdesk::ui::screen::quote::Column::Quantity);
    desk.keys("'1' '0' enter");
    let mut second = FIRST.to_vec();
    second[0].1 = "14";
    second[1].4 = "2027-01-31";
    desk.import("2026-11-23", "monday.csv", &file(&second));
    desk
}

/// A workbook with the same lines on two sheets, each with its own ends.
fn workbook(ends: [&str; 2]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (at, (name, end)) in ["North", "South"].iter().zip(ends).enumerate() {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        let serial = format!("FOC2329X0A{at}");
        let line = (serial.as_str(), "1", "8x5xNBD", "1000.00", end);
        for (row, text) in file(&[line]).lines().enumerate() {
            for (column, cell) in text.split(',').enumerate() {
                sheet.write(row as u32, column as u16, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn the_sheet_a_change_comes_from_is_named_beside_file_and_row() {
    let mut desk = Driver::with(ImportPlan::default(), 120, 36);
    let first = workbook(["2026-12-10", "2026-12-11"]);
    desk.import_bytes("2026-11-20", "ib.xlsx", &first, "");
    let second = workbook(["2026-12-10", "2027-01-31"]);
    desk.import_bytes("2026-11-21", "ib.xlsx", &second, "");
    desk.keys("g c i");
    desk.sees("ib.xlsx, sheet South, row 2");
}

fn quantity(desk: &Driver) -> String {
    let book = &desk.desk().snapshot;
    let quote = book.quotes.iter().next().unwrap();
    quote.lines[0].quantity.normalize().to_string()
}

#[test]
fn an_edit_that_a_file_speaks_against_is_listed_with_both_values() {
    let mut desk = conflicting(120, 36);
    assert_eq!(quantity(&desk), "10");
    desk.keys("g c");
    desk.sees(" conflicts 2 ");
    desk.keys("f");
    desk.sees("[conflicts 2]")
        .sees("10 (A. Meyer, 22 Nov 26)")
        .sees("14 (23 Nov 26, monday.csv)");
    desk.keys("i");
    desk.sees("10, typed by A. Meyer on 22 Nov 26")
        .sees("14, monday.csv, row 2, imported on 23 Nov 26")
        .sees("file before")
        .sees("an import never writes into a quote");
    desk.keys("esc enter");
    assert_eq!(desk.model.screen, Screen::Quote);
}

#[test]
fn a_conflict_is_kept_taken_or_put_off_by_one_key_and_undo_opens_it_again() {
    let mut desk = conflicting(120, 36);
    desk.keys("g c f t");
    desk.sees("14 taken from the file").sees("[conflicts 1]");
    assert_eq!(quantity(&desk), "14");
    desk.keys("ctrl-z");
    desk.sees("[conflicts 2]");
    assert_eq!(quantity(&desk), "10");
    desk.keys("m");
    desk.sees("10 kept, not 14").sees("[conflicts 1]");
    assert_eq!(quantity(&desk), "10");
    desk.keys("ctrl-z l");
    desk.sees("[conflicts 2]").sees("later: 10");
    desk.keys("end l");
    assert!(!desk.screen().contains("later: "), "{}", desk.screen());
}

#[test]
fn an_import_that_is_taken_back_takes_its_conflicts_along() {
    let mut desk = conflicting(120, 36);
    desk.keys("g c f");
    desk.sees("[conflicts 2]");
    desk.keys("ctrl-z");
    assert!(!desk.screen().contains("conflicts"), "{}", desk.screen());
    desk.keys("ctrl-y");
    desk.sees(" conflicts 2 ");
}

#[test]
fn away_from_the_conflicts_their_keys_say_so_and_write_nothing() {
    let mut desk = conflicting(120, 36);
    let before = desk.store.op_seq().unwrap();
    desk.keys("g c");
    for key in ["m", "t", "l"] {
        desk.keys(key);
        desk.sees("settled on the list of conflicts");
    }
    assert_eq!(desk.store.op_seq().unwrap(), before);
}

#[test]
fn the_conflicts_at_three_sizes() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = conflicting(columns, rows);
        desk.keys("g c f l down");
        insta::assert_snapshot!(format!("conflicts_{columns}x{rows}"), desk.styled());
    }
}

#[test]
fn no_size_breaks_the_lists() {
    let mut desk = conflicting(120, 36);
    for keys in ["g c", "f", "f", "i"] {
        desk.keys(keys);
        for (columns, rows) in [(80, 20), (80, 24), (111, 30), (156, 40), (300, 100), (9, 2)] {
            desk.size(columns, rows).screen();
        }
    }
}

#[test]
fn the_screen_at_three_sizes() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let mut desk = desk(columns, rows);
        desk.keys("g c v v down");
        insta::assert_snapshot!(format!("changes_{columns}x{rows}"), desk.styled());
    }
}

#[test]
fn an_empty_book_says_what_to_do() {
    let mut desk = Driver::with(ImportPlan::default(), 80, 24);
    desk.keys("g c");
    desk.sees("No import in this time")
        .sees("g i imports a file");
    desk.keys("enter");
    desk.sees("no change under the cursor");
}
