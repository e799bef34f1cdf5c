//! Blocks as spreadsheets really give them: headings, quoted cells, rows without text, moved terms, whole
//! lines that went out and come back.

use crate::driver::Driver;
use crate::quote::{line, plain, quoting, sheet, to_column};
use renewdesk::domain::quote::BuyDriver;
use renewdesk::ui::screen::quote::Column;

fn discount(desk: &Driver, row: usize) -> BuyDriver {
    line(desk, row).buy
}

fn pct(text: &str) -> BuyDriver {
    BuyDriver::DiscountPct(text.parse().unwrap())
}

/// Headings took the first line, and every value went into the line below its own.
#[test]
fn headings_are_no_values_and_move_no_row() {
    let mut desk = quoting(160, 45, plain);
    to_column(&mut desk, Column::Discount);
    desk.paste("Discount %\r\n11%\r\n12%\r\n");
    desk.sees("Paste: 2 of 2 cells are values, headings left out");
    desk.keys("enter");
    assert_eq!(discount(&desk, 0), pct("11"));
    assert_eq!(discount(&desk, 1), pct("12"));
}

/// A line break in a quoted cell moved all values after it one line down, and rows without text at the end
/// emptied list prices.
#[test]
fn a_quoted_cell_is_one_cell_and_rows_without_text_change_nothing() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).kept.clone();
    to_column(&mut desk, Column::UnitList);
    desk.paste("\"1,250.00\"\t\"31\"\r\n\"9\"\"x\r\n1\"\t32\r\n\t\r\n1300\t33\r\n\t\r\n\t\r\n");
    desk.sees("Paste: 5 of 6 cells are values").keys("enter");
    assert_eq!(line(&desk, 0).unit_list, Some("1250".parse().unwrap()));
    assert_eq!(discount(&desk, 0), pct("31"));
    assert_eq!(line(&desk, 1).unit_list, before.lines[1].unit_list);
    assert_eq!(discount(&desk, 1), pct("32"));
    assert_eq!(line(&desk, 2), before.lines[2], "a row without text");
    assert_eq!(discount(&desk, 3), pct("33"));
    assert_eq!(sheet(&desk).kept.lines[4..], before.lines[4..]);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
}

/// The start was refused because it lay behind the end that the same row moved.
#[test]
fn a_term_is_pasted_as_a_whole() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::Start);
    let row = (0..sheet(&desk).kept.lines.len()).find(|row| line(&desk, *row).ldos.is_none());
    let row = row.expect("a line without a last date of support");
    desk.keys(&"down ".repeat(row));
    desk.paste("2031-01-01\t2031-12-31\n");
    desk.sees("Paste: 2 of 2 cells are values").keys("enter");
    let line = line(&desk, row);
    assert_eq!(line.start.to_string(), "2031-01-01");
    assert_eq!(line.end.to_string(), "2031-12-31");
}

/// Whole lines are copied with headings and all columns: pasted back anywhere they went into the wrong lines
/// and columns, and the words of the item became a SKU.
#[test]
fn whole_lines_come_back_into_their_own_lines_and_columns() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).kept.clone();
    desk.keys("ctrl-home v down down ctrl-c esc");
    let copied = desk.copied.last().cloned().unwrap();
    assert!(copied.starts_with("#\tItem\t"), "{copied}");
    to_column(&mut desk, Column::Margin);
    desk.keys("down");
    desk.paste(&copied);
    desk.sees(", headings left out").keys("enter");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
    // sorted and changed in a spreadsheet
    let mut rows: Vec<String> = copied.lines().map(String::from).collect();
    rows[1..].reverse();
    let mut cells: Vec<&str> = rows[1].split('\t').collect();
    cells[Column::Discount.index()] = "44";
    rows[1] = cells.join("\t");
    desk.paste(&rows.join("\r\n"));
    desk.keys("enter");
    assert_eq!(discount(&desk, 2), pct("44"));
    assert_eq!(sheet(&desk).kept.lines[..2], before.lines[..2]);
}

#[test]
fn a_pasted_discount_leaves_a_held_price_as_typing_it_does() {
    let mut desk = quoting(160, 45, plain);
    desk.keys("K");
    desk.sees("customer's price held");
    let sell = sheet(&desk).totals.sell;
    to_column(&mut desk, Column::Discount);
    desk.paste("51\n52\n");
    desk.keys("enter");
    assert_eq!(discount(&desk, 1), pct("52"));
    assert_eq!(sheet(&desk).totals.sell, sell);
}

/// A gap in a block was told as a number that cannot be read.
#[test]
fn a_gap_in_a_block_leaves_the_cell_alone() {
    let mut desk = quoting(160, 45, plain);
    let before = sheet(&desk).kept.clone();
    to_column(&mut desk, Column::Discount);
    desk.paste("41\t\n\t77.00\n");
    desk.sees("Paste: 2 of 2 cells are values").keys("enter");
    assert_eq!(discount(&desk, 0), pct("41"));
    assert_eq!(
        discount(&desk, 1),
        BuyDriver::UnitNet("77.00".parse().unwrap())
    );
    assert_eq!(sheet(&desk).kept.lines[2..], before.lines[2..]);
}
