//! Suggestions from the command line: listed, taken into a quote, sent away.

use crate::desk_side::Side;
use serde_json::Value;

fn demo() -> Side {
    let side = Side::new();
    let book = side.path("book.renewdesk");
    side.ok(&["demo", "--lines", "900", "--into", book.to_str().unwrap()]);
    side
}

fn listed(side: &Side) -> Vec<Value> {
    side.json(&["suggest"])["suggestions"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
fn accepting_puts_lines_into_a_quote_and_undo_takes_both_back() {
    let side = demo();
    let before = listed(&side);
    let gap = before
        .iter()
        .find(|s| s["play"] == "coverage_gap" && !s["value"].is_null());
    let key = gap.expect("the demo has a gap with a value")["key"]
        .as_str()
        .unwrap();
    let quotes = |side: &Side| {
        side.json(&["quote", "list"])["quotes"]
            .as_array()
            .unwrap()
            .len()
    };
    let count = quotes(&side);
    let made = side.ok(&["suggest", "accept", key]);
    let number = made.out.lines().last().unwrap().to_string();
    assert_eq!(quotes(&side), count + 1);
    let quote = side.json(&["quote", "show", &number]);
    assert!(!quote["lines"].as_array().unwrap().is_empty());
    assert!(listed(&side).iter().all(|s| s["key"] != key));
    side.ok(&["undo"]);
    assert_eq!(quotes(&side), count);
    assert_eq!(listed(&side), before);
}

#[test]
fn what_brings_no_quote_line_becomes_a_note_and_a_next_step_and_one_undo_takes_both_back() {
    let side = demo();
    let before = listed(&side);
    let task = before
        .iter()
        .find(|s| s["play"] == "co_term" && !s["renewal_id"].is_null());
    let task = task.expect("the demo has many end dates somewhere");
    assert_eq!(task["accepted_as"], "task");
    let key = task["key"].as_str().unwrap();
    side.fails(2, &["suggest", "accept", key, "--quote", "Q-1"]);
    let renewal = |side: &Side| {
        let queue = side.json(&["queue"]);
        let rows = queue["rows"].as_array().unwrap().clone();
        let own = rows
            .into_iter()
            .find(|row| row["renewal_id"] == task["renewal_id"]);
        own.expect("its renewal is in the queue")
    };
    let was = renewal(&side);
    let told = side.ok(&["suggest", "accept", key]).out;
    assert!(told.contains("accepted as a task on"), "{told}");
    let now = renewal(&side);
    assert_eq!(now["next_step"], task["what"], "{now}");
    assert_ne!(now, was);
    assert!(listed(&side).iter().all(|s| s["key"] != key));
    let count = |side: &Side| {
        let stats = side.json(&["suggest", "stats"]);
        let plays = stats["plays"].as_array().unwrap().clone();
        let own = plays
            .into_iter()
            .find(|play| play["play"] == "co_term")
            .unwrap();
        (
            own["accepted"].clone(),
            own["pending"].clone(),
            own["won"].clone(),
        )
    };
    assert_eq!(count(&side), (1.into(), 1.into(), 0.into()));
    let contract = now["contract"].as_str().unwrap().to_string();
    let end = now["end_date"].as_str().unwrap().to_string();
    let named = format!("{contract}@{end}");
    side.ok(&["undo"]);
    assert_eq!(
        (renewal(&side), count(&side)),
        (was, (0.into(), 0.into(), 0.into()))
    );
    assert_eq!(listed(&side), before);
    // won with its renewal
    side.ok(&["suggest", "accept", key]);
    side.ok(&["stage", &named, "booked", "--on", "2026-11-22"]);
    assert_eq!(count(&side), (1.into(), 0.into(), 1.into()));
}

#[test]
fn suggestions_are_listed_by_play_and_every_factor_of_a_rank_is_told() {
    let side = demo();
    let answer = side.json(&["suggest", "--play", "coverage-gap", "--explain"]);
    let all = answer["suggestions"].as_array().unwrap();
    assert!(!all.is_empty());
    for suggestion in all {
        assert_eq!(suggestion["play"], "coverage_gap");
        let factors = &suggestion["factors"];
        let number = |key: &str| -> rust_decimal::Decimal {
            factors[key].as_str().unwrap().parse().unwrap()
        };
        let rank = number("size") * number("confidence") * number("closeness");
        assert_eq!(rank.normalize(), number("rank").normalize(), "{factors}");
        assert!(suggestion["refused"].is_array() && suggestion["notes"].is_array());
    }
    let told = side.ok(&["suggest", "--explain", "--limit", "3"]).out;
    assert!(told.contains("x confidence"), "{told}");
    side.fails(2, &["suggest", "--play", "fortune"]);
    let stats = side.json(&["suggest", "stats"]);
    assert_eq!(stats["plays"].as_array().unwrap().len(), 11);
}

#[test]
fn a_dismissed_suggestion_stays_away_and_a_snoozed_one_comes_back_on_its_day() {
    let side = demo();
    let all = listed(&side);
    let key = |at: usize| all[at]["key"].as_str().unwrap();
    side.fails(2, &["suggest", "dismiss", key(0), "--reason", " "]);
    side.ok(&[
        "suggest",
        "dismiss",
        key(0),
        "--reason",
        "box is in storage",
    ]);
    side.ok(&["suggest", "snooze", key(1), "--until", "2026-12-05"]);
    let left = listed(&side);
    assert!(
        left.iter()
            .all(|s| s["key"] != key(0) && s["key"] != key(1))
    );
    let later = side
        .run_raw(&["--as-of", "2026-12-05", "suggest", "--json"])
        .json();
    let later = later["suggestions"].as_array().unwrap();
    assert!(later.iter().any(|s| s["key"] == key(1)));
    side.fails(4, &["suggest", "dismiss", "no/such/key", "--reason", "x"]);
}

#[test]
fn effects_say_what_the_score_would_do() {
    let side = demo();
    let answer = side.json(&["suggest", "--effects", "--limit", "12"]);
    let all = answer["suggestions"].as_array().unwrap();
    assert_eq!(all.len(), 12);
    let moving = all
        .iter()
        .filter_map(|s| s["pvi_effect"].as_array())
        .find(|e| !e.is_empty());
    let effect = &moving.expect("one of the best suggestions moves a metric")[0];
    assert!(effect["portfolio"].is_string() && effect["metrics"][0]["points"].is_string());
}

/// A book of schema 10 in which the suggestion for a device without a serial was dismissed, after
/// `change` was done to it there.
fn dismissed_before(change: &str) -> Side {
    let side = Side::new();
    let book = rusqlite::Connection::open(side.path("book.renewdesk")).unwrap();
    let golden = include_str!("../store/golden/dismissed_v10.sql");
    book.execute_batch(golden).unwrap();
    book.execute_batch(change).unwrap();
    side
}

fn families(side: &Side) -> Vec<String> {
    let listed = listed(side);
    let families = listed.iter().map(|s| s["family"].as_str().unwrap().into());
    families.collect()
}

#[test]
fn a_suggestion_dismissed_before_lines_were_numbered_stays_away_after_the_upgrade() {
    let kept = dismissed_before("");
    assert_eq!(families(&kept), ["Catalyst 9200L"]);
    // it is the decision that keeps it away, and only as long as its facts stand
    for change in [
        "DELETE FROM decision",
        "UPDATE line SET quantity = '3' WHERE pid = 'C9300-48P-A'",
        "UPDATE line SET id = randomblob(16) WHERE pid = 'C9300-48P-A'",
    ] {
        let open = families(&dismissed_before(change));
        assert!(
            open.iter().any(|family| family == "Catalyst 9300"),
            "{change}: {open:?}"
        );
    }
    kept.ok(&["undo"]);
    assert_eq!(families(&kept).len(), 2);
}

#[test]
fn the_queue_is_sorted_by_how_much_waits_at_the_customer() {
    let side = demo();
    let listed = listed(&side);
    let open = |customer: &str| {
        // nothing was decided on in this book
        listed.iter().filter(|s| s["customer"] == customer).count()
    };
    let table = side.ok(&["queue", "--sort", "plays"]).out;
    assert!(table.contains("Plays"), "{table}");
    let queue = side.json(&["queue", "--sort", "plays"]);
    let rows = queue["rows"].as_array().unwrap();
    let counts: Vec<usize> = rows
        .iter()
        .map(|row| open(row["customer"].as_str().unwrap()))
        .collect();
    assert!(counts.first() > counts.last(), "{counts:?}");
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
}
