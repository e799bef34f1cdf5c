//! Every action the table lists for a screen does something there.

use crate::driver::Driver;
use renewdesk::ui::action::{ACTIONS, ActionId};
use renewdesk::ui::model::Screen;
use renewdesk::ui::update::{disabled, place};

const SCREENS: [(Screen, &str); 8] = [
    (Screen::Today, "g t"),
    (Screen::Pipeline, "g p"),
    (Screen::Quote, "g q"),
    (Screen::Expansion, "g x"),
    (Screen::Risk, "g r"),
    (Screen::Import, "g i"),
    (Screen::History, "g l"),
    (Screen::Settings, "g s"),
];

fn on(keys: &str) -> Driver {
    let mut desk = Driver::new();
    // a quote, a few changes, and a cursor in the middle of a list
    desk.keys("j enter esc esc o").types("note").keys("enter");
    desk.keys(keys).keys("j");
    desk
}

#[test]
fn every_listed_key_works_on_its_screen() {
    for (screen, keys) in SCREENS {
        let shown = on(keys);
        assert_eq!(shown.model.screen, screen);
        let here = place(&shown.model).unwrap();
        for action in ACTIONS.iter().filter(|a| a.works(screen, here)) {
            for sequence in action.keys {
                let mut desk = on(keys);
                let refused = disabled(&desk.model, action.id);
                let before = (desk.screen(), desk.changes());
                desk.model.status = None;
                desk.keys(sequence);
                let did = before != (desk.screen(), desk.changes())
                    || !desk.asked.is_empty()
                    || desk.model.status.is_some();
                // the cell above holds the same value in the fixture's quote
                let same = action.id == ActionId::FillDown;
                let at_rest = same || action.id.moves() || screen_of(action.name) == Some(screen);
                assert!(did || at_rest, "{screen:?}: {} ({sequence})", action.name);
                if let Some(why) = refused {
                    assert!(desk.status().contains(&why), "{}: {why}", action.name);
                }
            }
        }
    }
}

/// Going to the screen one is on changes nothing.
fn screen_of(name: &str) -> Option<Screen> {
    let title = name.strip_prefix("Go to ").unwrap_or(name);
    Screen::ALL.into_iter().find(|s| s.title() == title)
}

#[test]
fn help_lists_what_works_and_runs_it() {
    let mut desk = Driver::new();
    desk.keys("?")
        .types("snooze")
        .sees("Takes the row out of Today");
    desk.keys("enter").sees("Snooze 1 renewal until");
}

#[test]
fn the_palette_reaches_what_has_no_key() {
    let mut desk = Driver::new();
    desk.keys(":")
        .types("next theme")
        .keys("enter")
        .sees("Theme: light");
    desk.keys("ctrl-p").types("ascii").keys("enter");
    assert!(desk.model.look.glyphs.ascii);
    let odd = |c: char| "┌─│═║╔↑▒…·".contains(c);
    assert!(!desk.screen().contains(odd), "{}", desk.screen());
}

#[test]
fn the_key_list_names_every_key_once() {
    let text = renewdesk::ui::action::markdown();
    for action in ACTIONS.iter().filter(|a| !a.keys.is_empty()) {
        assert!(text.contains(action.doc), "{}", action.name);
    }
}
