//! A large book is shown before all of it is read.

use crate::driver::{Driver, today};
use renewdesk::book::QueueRow;
use renewdesk::ui::input::{Input, Key};
use renewdesk::ui::model::{Model, Screen};
use renewdesk::ui::msg::Msg;
use renewdesk::ui::theme::{Look, ThemeName};

/// A desk that has only the part of its book that is read first.
fn opening() -> Driver {
    let mut desk = Driver::demo(1_500, 140, 40);
    let ids = Box::new(uuid::Uuid::max);
    desk.model = Model::new(Look::new(ThemeName::Dark, false), ids);
    let part = desk.store.first_to_end(today()).unwrap();
    let part = desk.load(part);
    desk.send(Msg::Glimpse(Box::new(part)));
    desk
}

#[test]
fn rows_of_the_part_are_those_of_the_whole() {
    let desk = Driver::demo(3_000, 140, 40);
    let part = desk.load(desk.store.first_to_end(today()).unwrap());
    assert_eq!(part.rows().len(), 120);
    assert!(part.snapshot.lines.len() < desk.desk().snapshot.lines.len());
    // a desk that was told of nothing computed either
    let whole = desk.load(desk.store.snapshot().unwrap());
    for row in part.rows() {
        assert_eq!(Some(row), whole.row(row.renewal()));
    }
    let last = part.rows().iter().map(|row| row.end()).max().unwrap();
    let sooner = |row: &QueueRow<'_>| row.open() && row.end() >= today() && row.end() < last;
    for row in desk.desk().rows().iter().filter(sooner) {
        assert!(part.row(row.renewal()).is_some(), "{} ends", row.end());
    }
}

#[test]
fn a_part_is_shown_as_one_and_cannot_be_worked_with() {
    let mut desk = opening();
    desk.sees("reading the book…").sees("those that end first");
    let before = desk.store.op_seq().unwrap();
    for key in ["c", "t", "O", "enter", "d", "f", "g", "q", "esc", "/"] {
        desk.keys(key);
    }
    // Esc forgot all but the last
    desk.sees("Waiting for the book: /   Esc forgets it");
    desk.keys("esc");
    assert!(desk.model.overlays.is_empty());
    assert_eq!(desk.store.op_seq().unwrap(), before);
    let whole = desk.load(desk.store.snapshot().unwrap());
    let many = whole.rows().len();
    desk.send(Msg::Loaded(Box::new(whole)));
    let screen = desk.screen();
    assert!(!screen.contains("reading the book"), "{screen}");
    desk.sees(&format!("of {many}")).sees("by next clock");
    assert!(desk.model.glimpse.is_none());
}

/// The whole book arrives.
fn arrives(desk: &mut Driver) {
    let whole = desk.load(desk.store.snapshot().unwrap());
    desk.send(Msg::Loaded(Box::new(whole)));
    desk.draw();
}

#[test]
fn keys_typed_early_go_where_they_were_meant_and_enter_makes_no_quote() {
    let mut desk = opening();
    desk.keys("g i enter");
    desk.sees("Waiting for the book: g i Enter   Esc forgets them");
    let before = desk.store.op_seq().unwrap();
    arrives(&mut desk);
    desk.sees("Choose a file").sees("Not done: Enter");
    assert_eq!(desk.model.screen, Screen::Import);
    assert_eq!(desk.store.op_seq().unwrap(), before);
    // typed again, now that it is on the screen, it acts
    desk.keys("enter").sees("EDIT");
}

#[test]
fn nothing_typed_early_acts_on_a_row_nobody_saw() {
    for keys in [
        "enter", "c", "t", "j enter", "space", "g q 5", "g e", "ctrl-z",
    ] {
        let mut desk = opening();
        let before = desk.store.op_seq().unwrap();
        desk.keys(keys).sees("Waiting for the book");
        arrives(&mut desk);
        desk.sees("Not done:")
            .sees("typed before this was on the screen");
        assert!(desk.model.overlays.is_empty(), "{keys}");
        assert_eq!(desk.store.op_seq().unwrap(), before, "{keys}");
        assert!(!desk.asked.iter().any(|a| a == "Undo"), "{keys}");
    }
}

#[test]
fn words_looked_for_early_are_looked_for_and_the_rest_is_dropped_together() {
    let mut desk = opening();
    desk.keys("/ 'cobalt'");
    arrives(&mut desk);
    desk.sees("cobalt").sees("EDIT");
    let mut desk = opening();
    // the note's words would be commands
    desk.keys("o 'g' 'i'");
    arrives(&mut desk);
    desk.sees("Not done: o g i");
    assert_eq!(desk.model.screen, Screen::Pipeline);
}

#[test]
fn a_key_that_waits_for_a_paste_is_held_too_when_the_book_arrives() {
    let mut desk = opening();
    let before = desk.store.op_seq().unwrap();
    desk.burst(Key::parse("enter").unwrap());
    arrives(&mut desk);
    desk.rest();
    desk.sees("Not done: Enter");
    assert_eq!(desk.store.op_seq().unwrap(), before);
}

#[test]
fn a_key_on_its_way_while_the_list_is_exchanged_does_not_act_on_the_new_one() {
    let mut desk = opening();
    arrives(&mut desk);
    let before = desk.store.op_seq().unwrap();
    for key in ["down", "enter"] {
        let key = Input::Key(Key::parse(key).unwrap());
        desk.send(Msg::Early(key, 5_000));
    }
    desk.draw();
    desk.sees("Not done: Enter");
    assert_eq!(desk.store.op_seq().unwrap(), before);
}

#[test]
fn a_click_on_a_tab_is_held_and_one_on_a_row_is_not() {
    let mut desk = opening();
    desk.draw();
    desk.click_on("Import");
    desk.sees("Waiting for the book: Import");
    arrives(&mut desk);
    desk.sees("Choose a file");
    let mut desk = opening();
    desk.draw();
    desk.click_on("those that end first");
    desk.sees("The book is still being read");
}

#[test]
fn a_key_typed_into_the_dark_makes_no_book() {
    let mut desk = opening();
    desk.model = Model::new(Look::new(ThemeName::Dark, false), Box::new(uuid::Uuid::max));
    desk.send(Msg::Input(Input::Resize(120, 36), 0));
    desk.keys("enter").sees("Waiting for the book: Enter");
    desk.send(Msg::NoBook("/home/ana/book".into()));
    desk.sees("Enter makes a new, empty book there.");
    assert!(!desk.asked.iter().any(|a| a == "CreateBook"));
    desk.keys("enter");
    assert!(desk.asked.iter().any(|a| a == "CreateBook"));
}
