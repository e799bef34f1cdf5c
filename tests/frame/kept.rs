//! Frames drawn over the frame before, whatever was pressed: the driver compares each of them with one
//! drawn anew, cell by cell.

use crate::driver::Driver;
use proptest::prelude::*;

/// Keys that move, open, type, narrow, sort, mark, scroll and close, and all screens.
const KEYS: [&str; 40] = [
    "down",
    "down",
    "up",
    "pgdn",
    "end",
    "home",
    "left",
    "right",
    "tab",
    "shift-tab",
    "enter",
    "esc",
    "esc",
    "s",
    "space",
    "b",
    "w",
    "/",
    "f",
    "V",
    "i",
    "?",
    ":",
    "o",
    "c",
    "t",
    "O",
    "5",
    "1",
    "2",
    "0",
    "backspace",
    "g p",
    "g t",
    "g q",
    "g x",
    "g r",
    "g v",
    "g c",
    "ctrl-z",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_frame_over_the_one_before_is_the_frame_drawn_anew(
        pressed in prop::collection::vec((0..KEYS.len(), 0..40usize), 40),
        sizes in prop::collection::vec((80..220u16, 20..64u16), 3),
    ) {
        let mut desk = Driver::new();
        for (at, (key, turn)) in pressed.into_iter().enumerate() {
            desk.keys(KEYS[key]);
            if turn == 0 {
                let (columns, rows) = sizes[at % sizes.len()];
                desk.resize(columns, rows);
            }
        }
    }
}
