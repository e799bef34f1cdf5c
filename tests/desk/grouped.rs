//! The quote's grid in groups, and blocks of cells in it.

use crate::driver::Driver;
use crate::quote::{plain, quoting, sheet, to_column};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use renewdesk::book::QueueRow;
use renewdesk::domain::quote::{BuyDriver, QuoteLine, SellDriver};
use renewdesk::ui::format;
use renewdesk::ui::screen::quote::Column;
use renewdesk::ui::widget::grid::Cells;
use rust_decimal::Decimal;
use std::cell::RefCell;

/// A renewal whose quote has several levels and many lines.
fn wide(row: &QueueRow) -> bool {
    plain(row) && row.lines() > 7
}

/// Gathers the lines by a field of the list.
fn group(desk: &mut Driver, field: &str) {
    desk.keys("Y");
    desk.text(field);
    desk.keys("enter");
}

/// The rows of the screen: a line's row in the quote, or none for a subtotal.
fn places(desk: &Driver) -> Vec<Option<usize>> {
    let sheet = sheet(desk);
    (0..sheet.rows())
        .map(|place| sheet.line_at(place))
        .collect()
}

fn seen(desk: &Driver) -> Vec<usize> {
    places(desk).into_iter().flatten().collect()
}

fn nets(desk: &Driver) -> (Decimal, usize) {
    let sheet = sheet(desk);
    let heads = (0..sheet.rows()).filter_map(|place| sheet.head_at(place));
    let outer = heads.filter(|head| head.path.len() == 1);
    let sums = outer.map(|head| (head.sums.totals(sheet.kept.currency).net, head.sums.lines()));
    sums.fold((Decimal::ZERO, 0), |all, one| {
        (all.0 + one.0, all.1 + one.1)
    })
}

/// Puts the cursor on a line by its place among the lines seen.
fn to_line(desk: &mut Driver, nth: usize) {
    let places = places(desk);
    let lines = places.iter().enumerate().filter(|(_, row)| row.is_some());
    let place = lines.map(|(place, _)| place).nth(nth).unwrap();
    desk.keys("ctrl-home");
    for _ in 0..place {
        desk.keys("down");
    }
}

#[test]
fn lines_are_gathered_in_the_grid_with_subtotals_that_add_up() {
    let mut desk = quoting(160, 45, wide);
    let before = sheet(&desk).kept.clone();
    group(&mut desk, "product");
    desk.sees("by product").sees(" lines, USD");
    let lines = before.lines.len();
    assert_eq!(nets(&desk), (sheet(&desk).totals.net, lines));
    assert_eq!(sheet(&desk).kept, before, "no line is moved or changed");
    let heads = places(&desk).len() - lines;
    assert!(heads > 1);
    desk.keys("F");
    assert_eq!(places(&desk).len(), heads, "the subtotals alone");
    let total = format::amount(sheet(&desk).totals.net, before.currency);
    desk.sees(&total);
    desk.keys("F Y");
    desk.text("level");
    desk.keys("enter");
    desk.sees("by product, service level");
    assert!(
        places(&desk).len() > heads + lines,
        "a level within each product"
    );
    assert_eq!(nets(&desk), (sheet(&desk).totals.net, lines));
    desk.keys("Y");
    desk.sees("By product, service level, and then by")
        .sees("level 1: takes it out");
    desk.text("no groups");
    desk.keys("enter");
    let own: Vec<usize> = (0..lines).collect();
    assert_eq!(seen(&desk), own);
    assert_eq!(places(&desk).len(), lines);
}

#[test]
fn a_key_in_a_grouped_grid_changes_the_line_on_screen_and_its_subtotal() {
    let mut desk = quoting(160, 45, wide);
    group(&mut desk, "product");
    to_column(&mut desk, Column::Discount);
    let order = seen(&desk);
    let (at, row) = order
        .iter()
        .copied()
        .enumerate()
        .find(|(at, row)| at != row)
        .unwrap();
    to_line(&mut desk, at);
    let before = sheet(&desk).kept.clone();
    let number = before.lines[row].number;
    desk.keys("'3' '3'");
    desk.sees(&format!("Typing discount 33: line {number} "));
    let typing = sheet(&desk).totals.net;
    assert_eq!(nets(&desk).0, typing, "the subtotals follow the key");
    assert_eq!(sheet(&desk).kept, before);
    desk.keys("esc");
    assert_eq!(nets(&desk).0, sheet(&desk).kept_totals.net);
    desk.keys("'3' '3' enter");
    for (line, old) in sheet(&desk).kept.lines.iter().zip(&before.lines) {
        match line.number == number {
            true => assert_eq!(line.buy, BuyDriver::DiscountPct(33.into())),
            false => assert_eq!(line, old),
        }
    }
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
    assert_eq!(seen(&desk), order);
}

#[test]
fn a_line_whose_field_is_typed_goes_to_its_group_once_it_is_kept() {
    let mut desk = quoting(160, 45, wide);
    to_column(&mut desk, Column::End);
    group(&mut desk, "end date");
    to_line(&mut desk, 0);
    let row = seen(&desk)[0];
    let places_before = places(&desk);
    desk.keys("'+' '3' 'd'");
    assert_eq!(places(&desk), places_before, "it stays while it is typed");
    assert_eq!(nets(&desk).0, sheet(&desk).totals.net);
    let next = seen(&desk)[1];
    desk.keys("enter");
    assert_ne!(places(&desk), places_before);
    assert_eq!(nets(&desk).0, sheet(&desk).totals.net);
    let (number, next) = (row + 1, next + 1);
    desk.sees(&format!("line {next} of "))
        .sees(&format!("end line {number}: "));
    desk.keys("ctrl-z");
    assert_eq!(places(&desk), places_before);
}

#[test]
fn a_paste_down_goes_to_the_lines_as_they_are_seen() {
    let mut desk = quoting(160, 45, wide);
    to_column(&mut desk, Column::Discount);
    group(&mut desk, "product");
    let places_before = places(&desk);
    // from the last line of the first group over the next subtotal
    let second = (1..places_before.len())
        .find(|at| places_before[*at].is_none())
        .unwrap();
    desk.keys("ctrl-home");
    for _ in 1..second {
        desk.keys("down");
    }
    let (one, two) = (
        places_before[second - 1].unwrap(),
        places_before[second + 1].unwrap(),
    );
    let before = sheet(&desk).kept.clone();
    desk.paste("21\n22\n");
    desk.sees("Paste: 2 of 2 cells are values");
    desk.keys("enter");
    for (row, line) in sheet(&desk).kept.lines.iter().enumerate() {
        let wanted = match row {
            _ if row == one => BuyDriver::DiscountPct(21.into()),
            _ if row == two => BuyDriver::DiscountPct(22.into()),
            _ => before.lines[row].buy,
        };
        assert_eq!(line.buy, wanted, "row {row}");
    }
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
}

#[test]
fn a_folded_group_is_edited_as_a_whole_and_passed_over_by_cells() {
    let mut desk = quoting(200, 45, wide);
    to_column(&mut desk, Column::Discount);
    group(&mut desk, "product");
    let rows = seen(&desk);
    let first = places(&desk)
        .iter()
        .skip(1)
        .take_while(|row| row.is_some())
        .count();
    desk.keys("ctrl-home enter");
    desk.sees("Enter shows its lines");
    assert_eq!(seen(&desk), rows[first..], "folded");
    desk.keys("'5'");
    desk.sees("A subtotal follows from its lines");
    desk.keys("b ctrl-a");
    desk.text("qty 9");
    let lines = format::count(first, "line", "lines");
    desk.sees(&format!("Edit {lines} of Q-"));
    desk.keys("enter enter");
    let nine = |line: &QuoteLine| line.quantity == 9.into();
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(nine(&sheet(&desk).kept.lines[*row]), at < first);
    }
    let before = sheet(&desk).kept.clone();
    desk.paste("7\n8\n");
    desk.keys("enter");
    let buy = |desk: &Driver, at: usize| sheet(desk).kept.lines[rows[at]].buy;
    assert_eq!(
        buy(&desk, 0),
        before.lines[rows[0]].buy,
        "not seen, not pasted into"
    );
    assert_eq!(buy(&desk, first), BuyDriver::DiscountPct(7.into()));
    desk.keys("f");
    assert_eq!(seen(&desk), rows);
}

#[test]
fn fill_down_over_groups_fills_the_marked_lines_alone() {
    let mut desk = quoting(160, 45, wide);
    to_column(&mut desk, Column::Margin);
    group(&mut desk, "product");
    to_line(&mut desk, 0);
    desk.keys("'7' ctrl-s v ctrl-end D");
    let rows = sheet(&desk).kept.lines.len();
    desk.sees(&format!("margin of {} lines", rows - 1));
    let first = sheet(&desk).kept.lines[seen(&desk)[0]].sell;
    assert_eq!(first, SellDriver::MarginPct(7.into()));
    assert!(
        sheet(&desk)
            .kept
            .lines
            .iter()
            .all(|line| line.sell == first)
    );
    desk.sees(&format!("{rows} marked"));
}

#[test]
fn a_block_is_copied_filled_emptied_and_undone_as_one() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::Quantity);
    desk.keys("'4' tab '9' '0' '0' tab '3' '5' enter ctrl-home");
    to_column(&mut desk, Column::Quantity);
    desk.keys("shift-right shift-right shift-down shift-down");
    desk.sees("3 × 3 cells marked");
    let before = sheet(&desk).kept.clone();
    desk.keys("ctrl-c");
    let copied = desk.copied.last().cloned().unwrap();
    let rows: Vec<&str> = copied.lines().collect();
    assert_eq!((rows.len(), rows[0]), (3, "4\t900\t35"));
    desk.keys("ctrl-d");
    let after = &sheet(&desk).kept;
    for line in after.lines.iter().take(3) {
        assert_eq!(line.quantity, 4.into());
        assert_eq!(line.unit_list, Some(900.into()));
        assert_eq!(line.buy, BuyDriver::DiscountPct(35.into()));
    }
    assert_eq!(after.lines[3..], before.lines[3..]);
    assert_eq!(after.version, before.version + 1, "one step");
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
    // a block of list prices may be empty
    desk.keys("esc ctrl-home");
    to_column(&mut desk, Column::UnitList);
    desk.keys("V down down V delete");
    assert!(
        sheet(&desk).kept.lines[..3]
            .iter()
            .all(|line| line.unit_list.is_none())
    );
    assert!(sheet(&desk).kept.lines[3..] == before.lines[3..]);
    desk.keys("ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
}

#[test]
fn a_block_that_went_through_a_spreadsheet_changes_only_what_was_changed_there() {
    let mut desk = quoting(200, 45, plain);
    to_column(&mut desk, Column::Discount);
    desk.keys("shift-right shift-right shift-down ctrl-c");
    let copied = desk.copied.last().cloned().unwrap();
    let before = sheet(&desk).kept.clone();
    let (own, rest) = copied.split_once('\t').unwrap();
    desk.paste(&copied);
    desk.sees("Paste: 6 of 6 cells are values")
        .sees("stays")
        .keys("enter");
    assert_eq!(
        sheet(&desk).kept.lines,
        before.lines,
        "pasted back as it was: {own}"
    );
    desk.paste(&format!("41\t{rest}"));
    desk.keys("enter");
    let after = &sheet(&desk).kept.lines;
    assert_eq!(after[0].buy, BuyDriver::DiscountPct(41.into()));
    assert_eq!(after[1..], before.lines[1..]);
}

/// The rows of the grid on the screen, without its frame.
fn grid_rows(desk: &mut Driver) -> Vec<String> {
    let screen = desk.screen();
    let lines = screen.lines().skip_while(|line| !line.contains(" Item "));
    let grid = lines.skip(1).take_while(|line| !line.contains("Total USD"));
    grid.map(|line| line.trim_start_matches(['║', '│']).trim_end().to_string())
        .collect()
}

#[test]
fn the_subtotal_of_the_group_one_is_in_stays_in_sight_and_a_click_goes_to_it() {
    let mut desk = quoting(120, 20, wide);
    group(&mut desk, "portfolio");
    group(&mut desk, "service level");
    desk.keys("ctrl-home");
    let name = |row: &str| row.trim_start_matches(['-', '^', ' ']).to_string();
    let before = grid_rows(&mut desk);
    assert!(
        before[0].starts_with("- ") && before[1].starts_with("  - "),
        "{before:?}"
    );
    let outer = name(&before[0]);
    let outer = outer.split("  ").next().unwrap();
    desk.keys("ctrl-end");
    for _ in 0..sheet(&desk).rows() - 2 {
        let at = desk.model.quote.sheet().unwrap().rows();
        let rows = grid_rows(&mut desk);
        assert!(rows.len() < at, "it is longer than the window");
        desk.keys("up");
        let title = desk.line(" v1 draft");
        if let Some((_, number)) = title.split_once("  line ") {
            // the line of the cursor is never the one that is covered
            let number = number.split(' ').next().unwrap();
            let row: usize = number.parse().unwrap();
            let number = sheet(&desk).kept.lines[row - 1].number.to_string();
            let rows = grid_rows(&mut desk);
            let is = |line: &String| line.split_whitespace().next() == Some(&number);
            assert!(rows.iter().any(is), "line {number} in {rows:#?}");
        }
    }
    desk.keys("ctrl-end");
    let rows = grid_rows(&mut desk);
    assert!(rows[0].starts_with(&format!("^ {outer} > ")), "{rows:#?}");
    assert!(rows[1..].iter().all(|row| !row.starts_with('^')));
    let words = rows[0].split_once(" > ").unwrap().1;
    // a long name is cut
    let cut = words.split("  ").next().unwrap().trim_end_matches('…');
    let (place, head) = (0..sheet(&desk).rows())
        .filter_map(|place| Some((place, sheet(&desk).head_at(place)?)))
        .find(|(_, head)| head.path.len() == 2 && head.path[1].starts_with(cut))
        .unwrap();
    let word = head.path[1].to_string();
    let currency = sheet(&desk).kept.currency;
    let net = format::amount(head.sums.totals(currency).net, currency);
    let lines = format!("{} lines, USD", head.sums.lines());
    assert!(
        rows[0].contains(&net) && rows[0].contains(&lines),
        "{rows:#?}"
    );
    let before = places(&desk);
    desk.click_on(&format!("^ {outer} > "));
    desk.sees(&format!("{word}: {lines}  Enter folds them"));
    assert_eq!(places(&desk), before, "it goes there and does not fold");
    desk.keys("down");
    let first = before[place + 1].unwrap();
    desk.sees(&format!("line {} of ", first + 1));
}

/// Whatever block is pasted wherever in a grouped grid, one undo brings every line back as it was.
#[test]
fn paste_then_undo_is_identity_in_a_grouped_grid() {
    let cells = vec![
        "1",
        "40",
        "0",
        "abc",
        "",
        "+1y",
        "=2*3",
        "2028-12-31",
        "yes",
        "CON-SNT-X",
    ];
    let cell = prop::sample::select(cells);
    let block = prop::collection::vec(prop::collection::vec(cell, 1..6), 2..6);
    let desk = RefCell::new(quoting(100, 30, wide));
    group(&mut desk.borrow_mut(), "product");
    group(&mut desk.borrow_mut(), "end date");
    let whole = sheet(&desk.borrow()).kept.clone();
    let order = places(&desk.borrow());
    let changed = RefCell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(12));
    let law = |(block, right, down, wide): (Vec<Vec<&str>>, usize, usize, usize)| {
        let mut desk = desk.borrow_mut();
        let before = sheet(&desk).kept.clone();
        desk.keys("ctrl-home home");
        desk.keys(&"right ".repeat(right));
        desk.keys(&"down ".repeat(down));
        desk.keys(&"shift-right ".repeat(wide));
        let rows: Vec<String> = block.iter().map(|row| row.join("\t")).collect();
        desk.paste(&rows.join("\n"));
        desk.sees("Paste: ").keys("enter");
        prop_assert_eq!(nets(&desk).0, sheet(&desk).totals.net);
        if sheet(&desk).kept != before {
            *changed.borrow_mut() += 1;
            desk.keys("ctrl-z");
        }
        prop_assert_eq!(&sheet(&desk).kept.lines, &whole.lines);
        prop_assert_eq!(&places(&desk), &order);
        Ok(())
    };
    runner
        .run(&(block, 0usize..18, 0usize..12, 0usize..3), law)
        .unwrap();
    assert!(*changed.borrow() > 2, "some blocks hold values");
}
