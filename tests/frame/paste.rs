//! A pasted block never runs commands, announced or not.

use crate::driver::Driver;
use renewdesk::ui::input::{Code, Key};
use renewdesk::ui::model::Screen;

const BLOCK: &str = "X y\tq\nO\tt 1\nc\t1\r\n!d\nctrl\t5,000.00\nH\tg\tr\n";

fn raw(desk: &mut Driver, text: &str) {
    for c in text.chars() {
        let code = match c {
            '\n' | '\r' => Code::Enter,
            '\t' => Code::Tab,
            c => Code::Char(c),
        };
        desk.press(Key::plain(code), 0);
    }
    desk.rest();
}

#[test]
fn a_spreadsheet_block_over_a_list_runs_nothing() {
    for screen in ["g p", "g t", "g r", "g x", "g i", "g l", "g s"] {
        let mut desk = Driver::new();
        desk.keys(screen);
        let (before, at) = (desk.changes(), desk.model.screen);
        let block = BLOCK.repeat(4);
        raw(&mut desk, &block);
        assert_eq!(desk.changes(), before, "{screen}");
        assert_eq!(desk.model.screen, at, "{screen}");
        assert!(desk.model.overlays.is_empty(), "{screen}");
        desk.paste(&block);
        assert_eq!(
            (desk.changes(), desk.model.screen),
            (before, at),
            "{screen}"
        );
    }
}

#[test]
fn over_a_list_it_says_that_nothing_was_run() {
    let mut desk = Driver::new();
    raw(&mut desk, BLOCK);
    desk.sees("nothing was run");
}

#[test]
fn in_a_popup_it_is_text_and_not_an_answer() {
    let mut desk = Driver::new();
    desk.keys("t");
    let before = desk.changes();
    raw(&mut desk, "4\n4\nlost\n");
    assert_eq!(desk.changes(), before);
    desk.keys("esc o");
    raw(&mut desk, "signed\nby CFO\n");
    assert_eq!(desk.changes(), before);
    desk.keys("enter");
    assert_eq!(desk.changes(), before + 1);
    desk.resize(200, 60).keys("w pgdn").sees("signed by CFO");
}

#[test]
fn hands_still_work_while_the_guard_watches() {
    let mut desk = Driver::new();
    desk.press(Key::parse("g").unwrap(), 30)
        .press(Key::parse("t").unwrap(), 12);
    assert_eq!(desk.model.screen, Screen::Today);
}
