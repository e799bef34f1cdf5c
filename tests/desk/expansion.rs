//! Suggestions: looked at, accepted into a quote, put away, brought back.

use crate::driver::Driver;
use renewdesk::domain::suggestion::Verdict;
use renewdesk::expand::Suggestion;

fn desk(columns: u16, rows: u16) -> Driver {
    let mut desk = Driver::demo(1_500, columns, rows);
    desk.keys("g x");
    desk
}

fn suggestions(desk: &Driver, open: bool) -> Vec<Suggestion> {
    let desk = desk.desk();
    let places = match open {
        true => desk.suggestions.open(),
        false => desk.suggestions.decided(),
    };
    let mut places = places.to_vec();
    places.sort_unstable();
    let full = places.iter().map(|at| desk.suggestion(*at).unwrap());
    full.map(|suggestion| (*suggestion).clone()).collect()
}

#[test]
fn the_list_says_what_why_value_deadline_and_effect() {
    let mut desk = desk(160, 45);
    let first = suggestions(&desk, true)[0].clone();
    let total = suggestions(&desk, true).len();
    desk.sees(&format!("Suggestions  1 of {total}"));
    for label in [
        "What",
        "Why",
        "Value",
        "PVI effect",
        "Deadline",
        "Confidence",
        "Evidence",
    ] {
        desk.sees(&format!("│{label}"));
    }
    desk.sees(&first.customer);
    desk.keys("i");
    desk.sees("Why: ").sees("Rank");
}

#[test]
fn accepting_puts_lines_into_a_quote_and_one_undo_takes_both_back() {
    let mut desk = desk(160, 45);
    let quotes = desk.desk().snapshot.quotes.len();
    let lines = |desk: &Driver| -> usize {
        desk.desk()
            .snapshot
            .quotes
            .iter()
            .map(|quote| quote.lines.len())
            .sum()
    };
    let open = suggestions(&desk, true);
    let at = open.iter().position(|s| !s.play.is_task()).unwrap();
    let (before, first) = (lines(&desk), open[at].clone());
    for _ in 0..at {
        desk.keys("down");
    }
    desk.keys("a");
    desk.sees("Saved: accept");
    assert!(lines(&desk) > before);
    let decided = suggestions(&desk, false);
    assert_eq!(decided.len(), 1);
    assert_eq!(decided[0].key, first.key);
    let verdict = decided[0].decision.clone().unwrap().verdict;
    let Verdict::Accepted { quote } = verdict else {
        panic!("{verdict:?}");
    };
    let quote = desk
        .desk()
        .quote(quote)
        .expect("the quote it went into")
        .clone();
    let mut numbers: Vec<u32> = quote.lines.iter().map(|line| line.number).collect();
    numbers.dedup();
    assert_eq!(
        numbers.len(),
        quote.lines.len(),
        "numbers are not used twice"
    );
    desk.sees(&format!("accepted into {}", quote.number));
    desk.keys("ctrl-z");
    assert_eq!(
        (lines(&desk), desk.desk().snapshot.quotes.len()),
        (before, quotes)
    );
    assert!(suggestions(&desk, false).is_empty());
}

#[test]
fn a_second_suggestion_of_a_customer_goes_into_the_same_draft() {
    let mut desk = desk(160, 45);
    let open = suggestions(&desk, true);
    let (at, _) = open
        .iter()
        .enumerate()
        .find(|(at, s)| {
            let same = |other: &Suggestion| {
                other.account == s.account
                    && !other.play.is_task()
                    && other.value.map(|v| v.currency) == s.value.map(|v| v.currency)
            };
            s.value.is_some() && !s.play.is_task() && open.iter().skip(at + 1).any(same)
        })
        .expect("a customer with two suggestions");
    let account = open[at].account;
    for _ in 0..at {
        desk.keys("down");
    }
    desk.keys("a");
    let next = suggestions(&desk, true);
    let then = next.iter().position(|s| {
        s.account == account
            && !s.play.is_task()
            && s.value.map(|v| v.currency) == open[at].value.map(|v| v.currency)
    });
    desk.keys("home");
    for _ in 0..then.unwrap() {
        desk.keys("down");
    }
    desk.keys("a");
    let quotes: Vec<_> = suggestions(&desk, false)
        .iter()
        .filter_map(|s| match s.decision.as_ref()?.verdict {
            Verdict::Accepted { quote } => Some(quote),
            _ => None,
        })
        .collect();
    assert_eq!(quotes.len(), 2);
    assert_eq!(quotes[0], quotes[1]);
}

#[test]
fn what_brings_no_quote_line_becomes_a_task_on_a_renewal_and_one_undo_takes_it_back() {
    let mut desk = desk(160, 45);
    let open = suggestions(&desk, true);
    let fits = |s: &Suggestion| s.play.is_task() && s.renewal.is_some();
    let at = open.iter().position(fits).expect("the demo has one");
    for _ in 0..at {
        desk.keys("down");
    }
    let renewal = |desk: &Driver| {
        let renewals = &desk.desk().snapshot.renewals;
        renewals.get(open[at].renewal.unwrap()).unwrap().clone()
    };
    let (was, notes) = (renewal(&desk), desk.desk().snapshot.activities.len());
    desk.keys("a");
    desk.sees("Saved: accept");
    assert_eq!(renewal(&desk).next_step.as_deref(), Some(&*open[at].what));
    assert_eq!(desk.desk().snapshot.activities.len(), notes + 1);
    assert_eq!(suggestions(&desk, false).len(), 1);
    desk.keys("ctrl-z");
    assert_eq!(renewal(&desk).next_step, was.next_step);
    assert_eq!(desk.desk().snapshot.activities.len(), notes);
    assert_eq!(suggestions(&desk, true).len(), open.len());
}

#[test]
fn dismissing_asks_a_reason_and_it_stays_away_until_brought_back() {
    let mut desk = desk(160, 45);
    let first = suggestions(&desk, true)[0].clone();
    desk.keys("X enter");
    desk.sees("Type a reason");
    desk.text("other vendor");
    desk.keys("enter");
    desk.sees("dismissed: other vendor");
    assert_ne!(suggestions(&desk, true)[0].key, first.key);
    desk.keys("w w X");
    desk.sees("Saved: bring back");
    assert_eq!(suggestions(&desk, true)[0].key, first.key);
    desk.keys("ctrl-z");
    desk.sees("dismissed: other vendor");
}

#[test]
fn later_asks_a_day_and_refuses_one_that_is_past() {
    let mut desk = desk(120, 36);
    desk.keys("d ctrl-u");
    desk.text("2020-01-01");
    desk.keys("enter");
    desk.sees("The day must lie after today");
    desk.keys("ctrl-u");
    desk.text("+14d");
    desk.sees("comes back on 06 Dec 26");
    desk.keys("enter");
    desk.sees("asked again on 06 Dec 26");
}

#[test]
fn no_size_breaks_the_screen() {
    let mut desk = desk(160, 45);
    for keys in ["down", "w", "w"] {
        desk.keys(keys);
        for columns in [80, 100, 109, 110, 120, 200, 300] {
            for rows in [20, 24, 36, 60] {
                assert!(
                    desk.size(columns, rows).screen().contains("Ctrl+Q"),
                    "{columns}x{rows}"
                );
            }
        }
    }
}
