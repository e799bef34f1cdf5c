//! A long quote: what takes longer than a key may is done beside the desk, and nobody can tell from what is
//! seen, kept or undone.

use crate::driver::Driver;
use crate::quote::{plain, quoting, sheet, to_column};
use proptest::prelude::*;
use renewdesk::book::QueueRow;
use renewdesk::domain::quote::{BuyDriver, Quote};
use renewdesk::pricing::price_quote;
use renewdesk::ui::screen::quote::Column;
use rust_decimal::Decimal;

fn many(row: &QueueRow) -> bool {
    plain(row) && row.lines() > 9
}

/// A quote whose every change of more than one line is worked out beside the desk.
fn long(columns: u16, rows: u16) -> Driver {
    let mut desk = quoting(columns, rows, many);
    desk.model.desk.as_mut().unwrap().long = 0;
    to_column(&mut desk, Column::Discount);
    desk
}

fn lacks(desk: &mut Driver, text: &str) {
    let screen = desk.screen();
    assert!(!screen.contains(text), "{text:?} on\n{screen}");
}

fn discounts(desk: &Driver) -> Vec<BuyDriver> {
    sheet(desk).kept.lines.iter().map(|line| line.buy).collect()
}

fn pct(value: i64) -> BuyDriver {
    BuyDriver::DiscountPct(Decimal::from(value))
}

#[test]
fn what_is_typed_while_a_fill_is_worked_out_waits_and_is_taken_in_order() {
    let mut desk = long(160, 45);
    desk.keys("ctrl-home '4' '1' enter ctrl-home ctrl-a");
    let before = sheet(&desk).kept.clone();
    desk.busy = true;
    desk.keys("ctrl-d");
    desk.sees("being worked out…");
    let shown = &sheet(&desk).typed.lines;
    let seen = shown.iter().filter(|line| line.buy == pct(41)).count();
    assert!(
        seen > 1,
        "the lines on the screen show it in the next frame"
    );
    assert_eq!(sheet(&desk).kept, before);
    // a digit, kept; a step; another digit, kept
    desk.keys("esc ctrl-home '1' '2' enter down '1' '3' enter");
    assert_eq!(sheet(&desk).kept, before, "all of it waits");
    desk.comes_back();
    lacks(&mut desk, "being worked out…");
    let now = discounts(&desk);
    assert_eq!((now[0], now[2]), (pct(12), pct(13)));
    let others = (0..now.len()).filter(|row| ![0, 2].contains(row));
    assert!(others.map(|row| now[row]).all(|buy| buy == pct(41)));
    let book = desk.store.snapshot().unwrap();
    assert_eq!(
        book.quotes.get(before.id).unwrap().lines,
        sheet(&desk).kept.lines
    );
    desk.keys("ctrl-z ctrl-z ctrl-z");
    assert_eq!(sheet(&desk).kept.lines, before.lines);
}

#[test]
fn an_undo_of_many_lines_lets_what_is_typed_wait_for_the_lines_it_is_typed_into() {
    let mut desk = long(120, 36);
    desk.keys("ctrl-home '4' '1' enter ctrl-home ctrl-a");
    let before = sheet(&desk).kept.clone();
    desk.keys("ctrl-d esc");
    desk.busy = true;
    desk.keys("ctrl-z");
    desk.sees("being worked out…");
    desk.keys("ctrl-home down '2' '7' enter");
    desk.comes_back();
    let now = sheet(&desk).kept.lines.clone();
    assert_eq!(now[1].buy, pct(27));
    let same = (0..now.len()).filter(|row| *row != 1);
    assert!(same.clone().count() > 5);
    assert!(same.into_iter().all(|row| now[row] == before.lines[row]));
}

#[test]
fn figures_that_follow_from_a_kept_cell_are_said_to_follow() {
    let mut desk = long(160, 45);
    desk.keys("ctrl-home");
    let before = desk.line("Total USD");
    let engine = desk.desk().engine.clone().unwrap();
    desk.slow = true;
    desk.keys("'4' '1' enter");
    let (after, id) = (desk.line("Total USD"), sheet(&desk).kept.renewals[0]);
    assert_ne!(after, before, "the quote's own figures are there at once");
    desk.sees("scores follow…");
    assert!(desk.desk().behind.contains_key(&id));
    desk.slow = false;
    desk.keys("'4' '2' enter");
    lacks(&mut desk, "scores follow…");
    assert!(desk.desk().behind.is_empty());
    assert_ne!(desk.line("Total USD"), after);
    assert!(!engine.same_sums(desk.desk().engine.as_ref().unwrap()));
}

#[test]
fn a_bulk_edit_of_many_lines_says_what_it_would_do_once_that_is_known_and_enter_waits_for_it() {
    let mut desk = long(120, 36);
    desk.keys("ctrl-home ctrl-a b right '2'");
    desk.sees(" change: net ");
    desk.busy = true;
    desk.keys("'9'");
    desk.sees("being worked out…");
    desk.keys("enter enter");
    desk.sees("being worked out…");
    assert!(discounts(&desk).iter().any(|buy| *buy != pct(29)));
    desk.comes_back();
    assert!(desk.model.overlays.is_empty());
    assert!(discounts(&desk).iter().all(|buy| *buy == pct(29)));
    let told = desk
        .asked
        .iter()
        .filter(|asked| asked.starts_with("Apply"))
        .count();
    assert_eq!(told, 1 + 1, "the quote was made and edited once");
}

#[test]
fn what_is_typed_behind_a_change_waits_until_the_book_has_it() {
    let (mut beside, mut here) = (long(140, 40), long(140, 40));
    here.model.desk.as_mut().unwrap().long = usize::MAX;
    beside.busy = true;
    for doing in ["ctrl-a b right '2' '5' enter enter", "'3' '7' enter"] {
        does(&mut beside, doing);
        does(&mut here, doing);
    }
    beside.comes_back();
    assert_eq!(quotes(&beside), quotes(&here));
    assert!(beside.model.overlays.is_empty(), "{}", beside.screen());
}

#[test]
fn a_second_edit_while_the_book_is_busy_waits_for_the_first_and_is_not_refused() {
    let mut desk = long(140, 40);
    let before = sheet(&desk).kept.clone();
    desk.late = true;
    desk.keys("ctrl-home '3' '7' enter");
    assert!(quotes(&desk).contains(&before), "the book has nothing yet");
    desk.keys("'4' '1'");
    desk.sees("41");
    desk.keys("enter ctrl-z '2' '5' enter");
    desk.comes_back();
    let lines = &sheet(&desk).kept.lines;
    assert_eq!(lines[0].buy, pct(37));
    assert_eq!(lines[1].buy, before.lines[1].buy, "undone");
    assert_eq!(lines[2].buy, pct(25));
    let kept = quotes(&desk)
        .into_iter()
        .find(|quote| quote.id == before.id);
    assert_eq!(&kept.unwrap().lines, lines);
}

#[test]
fn moving_and_leaving_do_not_wait_for_a_busy_book() {
    let mut desk = long(140, 40);
    desk.late = true;
    desk.keys("ctrl-home '3' '7' enter");
    desk.keys("g p");
    desk.sees("Pipeline");
    desk.keys("down down");
    assert!(desk.model.held.is_empty());
    desk.keys("ctrl-q");
    assert!(desk.asked.iter().any(|asked| asked.starts_with("Quit")));
}

/// What a person may do to many lines and to one.
fn doings() -> impl Strategy<Value = Vec<&'static str>> {
    let one = prop::sample::select(vec![
        "'3' '7' enter",
        "'1' '9' '.' '5' tab",
        "'5'",
        "esc",
        "ctrl-home ctrl-a ctrl-d",
        "shift-down shift-down ctrl-d",
        "ctrl-a b right '2' '5' enter enter",
        "ctrl-z",
        "ctrl-y",
        "ctrl-a delete",
        "down",
        "pgdn",
        "right",
        "end left left enter",
        "Y '3'",
        "Y '5'",
        "f",
        "F",
        "K",
        "U",
        "PASTE",
        "PASTE enter",
        "g p",
        "g q",
        "w",
    ]);
    prop::collection::vec(one, 1..14)
}

fn does(desk: &mut Driver, what: &str) {
    for part in what.split(' ') {
        match part {
            "PASTE" => drop(desk.paste("21\t22\n23\tabc\n40\t12\n7\t")),
            key => drop(desk.keys(key)),
        }
    }
}

fn quotes(desk: &Driver) -> Vec<Quote> {
    let book = desk.store.snapshot().unwrap();
    book.quotes.iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Key by key: the same screen, the same book, and totals as added up from nothing.
    #[test]
    fn a_long_quote_is_worked_on_as_a_short_one_is(what in doings()) {
        let (mut beside, mut here) = (long(140, 40), long(140, 40));
        here.model.desk.as_mut().unwrap().long = usize::MAX;
        for (at, doing) in what.iter().enumerate() {
            does(&mut beside, doing);
            does(&mut here, doing);
            prop_assert_eq!(beside.screen(), here.screen(), "after {:?}", &what[..=at]);
            if let Some(sheet) = beside.model.quote.sheet() {
                let (_, totals) = price_quote(&sheet.typed, &beside.desk().rules);
                prop_assert_eq!(&sheet.totals, &totals);
            }
        }
        prop_assert_eq!(quotes(&beside), quotes(&here));
    }

    /// However late the work comes back, and whatever is typed meanwhile: nothing is lost or taken out of
    /// turn.
    #[test]
    fn what_comes_back_late_leaves_the_same_quote(
        what in doings(),
        late in prop::collection::vec(any::<bool>(), 14),
    ) {
        let (mut beside, mut here) = (long(140, 40), long(140, 40));
        here.model.desk.as_mut().unwrap().long = usize::MAX;
        for (doing, late) in what.iter().zip(late) {
            (beside.busy, beside.late) = (true, true);
            does(&mut beside, doing);
            does(&mut here, doing);
            if !late {
                beside.comes_back();
            }
        }
        beside.comes_back();
        // a key takes away what was said before it: what is said later stands longer
        (beside.model.status, here.model.status) = (None, None);
        prop_assert_eq!(beside.screen(), here.screen(), "after {:?}", &what);
        prop_assert_eq!(quotes(&beside), quotes(&here));
    }
}
