//! A large book is shown before all of it is read.

use crate::driver::{Driver, today};
use renewdesk::book::QueueRow;
use renewdesk::ui::model::Model;
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
    for row in part.rows() {
        let mut whole = desk.desk().row(row.renewal).unwrap().clone();
        // what is at stake is told once the scores are computed
        whole.at_stake = None;
        assert_eq!(*row, whole);
    }
    let last = part.rows().iter().map(|row| row.end).max().unwrap();
    let sooner = |row: &&QueueRow| row.open && row.end >= today() && row.end < last;
    for row in desk.desk().rows().iter().filter(sooner) {
        assert!(part.row(row.renewal).is_some(), "{} ends", row.end);
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
    desk.sees("The book is still being opened");
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
