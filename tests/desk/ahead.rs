//! What the next row shows is worked out before anybody goes there: no frame may look otherwise for it.

use crate::driver::Driver;
use renewdesk::pricing::hold::Hold;

fn desk(prepares: bool) -> Driver {
    let mut desk = Driver::demo(600, 200, 60);
    desk.prepares = prepares;
    desk
}

/// Steps both ways, with everything between them that makes another quote of one or puts others beside it.
const WALK: [&str; 16] = [
    "down down down",
    "up up down",
    // the row below gets another stage while it stands ready
    "up",
    "t down enter",
    "down down down down",
    // a discount of the quote that was worked out for the next row, kept and taken back
    "w w 4 0 enter",
    "w w down",
    "up ctrl-z",
    "down down",
    // another order, other neighbours
    "s down down",
    "right right s down up up",
    "b down down down",
    "b down",
    "/ b enter down down",
    "esc down up",
    "pgdn down down home down",
];

#[test]
fn what_is_worked_out_before_a_step_is_what_the_step_works_out() {
    let (mut with, mut without) = (desk(true), desk(false));
    let mut quotes = 0;
    for keys in WALK {
        for key in keys.split(' ') {
            let (a, b) = (with.keys(key).screen(), without.keys(key).screen());
            assert_eq!(a, b, "after {key} of {keys}");
            quotes += usize::from(a.contains("PVI") && with.model.quote.sheet().is_some());
        }
    }
    assert!(quotes > 20, "{quotes} frames with a quote");
}

#[test]
fn a_quote_that_was_worked_out_before_takes_the_lock_mode_that_is_on() {
    let mut desk = desk(true);
    while desk.model.quote.sheet().is_none() {
        desk.keys("down");
    }
    desk.keys("w w K");
    let hold = desk.model.quote.sheet().unwrap().hold;
    assert_ne!(hold, Hold::default());
    desk.keys("w w");
    for _ in 0..12 {
        desk.keys("down");
        if let Some(sheet) = desk.model.quote.sheet() {
            assert_eq!(sheet.hold, hold);
        }
    }
}
