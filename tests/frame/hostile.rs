//! Text from files cannot drive the terminal, whatever it holds and wherever it is shown.

use crate::driver::Driver;
use crate::fixture::{ROWS, Row, plan};
use renewdesk::domain::text::is_unsafe;

const EVIL: &str = "A\u{1b}[2J\u{1b}]52;c;QQ==\u{7}\u{9b}31m\u{202e}gnp\u{200b}\u{feff}\u{0}B\r\n\tC\u{7f}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}";

#[track_caller]
fn clean(desk: &Driver, at: &str) {
    for cell in &desk.frame().content {
        let symbol = cell.symbol();
        assert!(!symbol.chars().any(is_unsafe), "{at}: {symbol:?}");
        let marks = symbol.chars().filter(|c| *c == '\u{300}').count();
        assert!(marks <= 8, "{at}: {symbol:?}");
    }
}

#[test]
fn hostile_names_on_every_screen_and_popup() {
    let rows: Vec<Row> = ROWS
        .iter()
        .map(|row| (EVIL, EVIL, row.2, row.3, EVIL, row.5, row.6))
        .collect();
    let mut plan = plan(&rows);
    for line in &mut plan.put_lines {
        for field in [
            &mut line.pid,
            &mut line.serial,
            &mut line.description,
            &mut line.service_sku,
            &mut line.service_level,
        ] {
            *field = Some(EVIL.into());
        }
    }
    for renewal in &mut plan.put_renewals {
        renewal.next_step = Some(EVIL.into());
        renewal.at_risk = Some(EVIL.into());
    }
    let mut desk = Driver::with_plan(plan);
    desk.resize(200, 60).keys("o");
    desk.paste(EVIL).keys("enter");
    for screen in [
        "g p", "enter", "g t", "g q", "g x", "g r", "g i", "g l", "g s",
    ] {
        desk.keys(screen);
        clean(&desk, screen);
    }
    desk.keys("g p");
    for popup in ["i", "O", "t", "c", "V", "f", "H", "b", "?", ":"] {
        desk.keys(popup);
        clean(&desk, popup);
        desk.keys("esc esc");
    }
}
