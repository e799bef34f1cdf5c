//! Every action the table lists for a screen does something there.

use crate::driver::Driver;
use renewdesk::ui::action::{ACTIONS, ActionId, Found, find};
use renewdesk::ui::input::Key;
use renewdesk::ui::model::Screen;
use renewdesk::ui::update::{disabled, place};

const SCREENS: [(Screen, &str); 11] = [
    (Screen::Today, "g t"),
    (Screen::Pipeline, "g p"),
    (Screen::Quote, "g q"),
    (Screen::Expansion, "g x"),
    (Screen::Risk, "g r"),
    (Screen::Program, "g v"),
    (Screen::Import, "g i"),
    (Screen::Changes, "g c"),
    (Screen::Reconcile, "g d"),
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
fn every_listed_key_leads_to_its_action() {
    for (screen, keys) in SCREENS {
        let desk = on(keys);
        assert_eq!(desk.model.screen, screen);
        let here = place(&desk.model).unwrap();
        for action in ACTIONS.iter().filter(|a| a.works(screen, here)) {
            for sequence in action.keys {
                let parts: Vec<Key> = sequence
                    .split(' ')
                    .map(|part| Key::parse(part).unwrap())
                    .collect();
                let (prefix, last) = match parts.as_slice() {
                    [last] => (None, *last),
                    [first, last] => (Some(*first), *last),
                    _ => panic!("{sequence}"),
                };
                let found = find(screen, here, prefix, last);
                assert_eq!(found, Found::Action(action.id), "{screen:?} {sequence}");
            }
        }
    }
}

#[test]
fn every_listed_action_does_something_or_says_why_not() {
    for (screen, keys) in SCREENS {
        let here = place(&on(keys).model).unwrap();
        for action in ACTIONS.iter().filter(|a| a.works(screen, here)) {
            let Some(sequence) = action.keys.first() else {
                continue;
            };
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

#[test]
fn the_readme_lists_the_keys_of_the_table() {
    let readme = include_str!("../../README.md");
    let keys = renewdesk::ui::action::markdown();
    assert!(
        readme.contains(&keys),
        "replace the table under \"Keys\" in README.md by\n{keys}"
    );
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
