//! No size of the window and no order of sizes brings the desk down.

use crate::driver::Driver;

#[test]
fn every_screen_at_every_size() {
    let mut desk = Driver::new();
    desk.keys("enter esc");
    for screen in [
        "g p", "g t", "g q", "g x", "g w", "g a", "g r", "g i", "g c", "g d", "g l", "g s",
    ] {
        desk.resize(120, 36).keys(screen);
        for columns in [
            0, 1, 2, 3, 7, 20, 40, 79, 80, 81, 99, 100, 119, 120, 159, 200, 300,
        ] {
            for rows in [0, 1, 2, 3, 5, 10, 19, 20, 21, 24, 29, 30, 36, 60, 100] {
                desk.resize(columns, rows);
            }
        }
    }
}

#[test]
fn popups_at_every_size() {
    for keys in ["?", ":", "t", "o", "f", "i", "V"] {
        let mut desk = Driver::new();
        desk.keys(keys);
        assert_eq!(desk.model.overlays.len(), 1, "{keys}");
        for (columns, rows) in [(1, 1), (80, 20), (80, 24), (100, 30), (300, 100)] {
            desk.resize(columns, rows);
        }
    }
}

#[test]
fn too_small_says_both_sizes() {
    let mut desk = Driver::new();
    desk.resize(60, 12)
        .sees("renewdesk needs 80x20; this window is 60x12");
    desk.resize(80, 20).sees("[Pipeline]");
}
