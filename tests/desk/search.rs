//! A search in parts: at any pace the same rows are found, in the same order, with the same sums.

use crate::driver::Driver;
use renewdesk::ui::screen::pipeline::Pace;

/// A desk where so little is done at a time that everything takes many parts.
fn slow() -> Driver {
    let mut desk = Driver::demo(600, 200, 60);
    desk.model.pipeline.pace = Pace {
        step: 300,
        first: 40,
        best: 7,
    };
    desk
}

/// Lets the search end; how many parts that took.
fn ends(desk: &mut Driver) -> usize {
    let mut parts = 0;
    while desk.model.pipeline.unfinished() {
        desk.rest();
        parts += 1;
        assert!(parts < 10_000, "the search does not end");
    }
    parts
}

#[test]
fn a_search_in_small_parts_lists_what_a_search_at_once_lists() {
    let (mut one, mut other) = (Driver::demo(600, 200, 60), slow());
    let mut most = 0;
    for keys in [
        "/ e",
        "a",
        "ctrl-u s o",
        "f t",
        "backspace",
        "ctrl-u c 9 3",
        "enter",
        "end",
        "home",
        "/ ctrl-u 2 0 0",
        "enter s",
        "/ ctrl-u",
        "z z z",
        "esc",
    ] {
        for key in keys.split(' ') {
            one.keys(key);
            other.keys(key);
            ends(&mut one);
            most = most.max(ends(&mut other));
            assert_eq!(one.screen(), other.screen(), "after {key} of {keys}");
        }
    }
    assert!(most > 5, "{most} parts");
}

#[test]
fn keys_typed_before_a_search_ended_lose_nothing() {
    let (mut one, mut other) = (Driver::demo(600, 200, 60), slow());
    one.keys("/ s o f enter");
    other.keys("/ s o f enter");
    ends(&mut one);
    ends(&mut other);
    assert_eq!(one.screen(), other.screen());
}

#[test]
fn while_a_search_was_typed_another_renewals_quote_stood_beside_what_it_found() {
    let mut desk = slow();
    for keys in ["/ s o f", "enter", "/ ctrl-u e", "esc"] {
        desk.keys(keys);
        ends(&mut desk);
        let model = &desk.model;
        let under = model.pipeline.selected(model.desk.as_ref().unwrap());
        assert!(under.is_some());
        assert_eq!(model.quote.renewal(), under, "after {keys}");
    }
}
