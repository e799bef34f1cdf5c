//! What a decision does to a suggestion.

use crate::book::*;
use renewdesk::domain::ids::{DecisionId, QuoteId};
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::expand::{Play, Suggestion, suggest};
use uuid::Uuid;

fn decide(book: &mut Book, n: u128, on: &str, suggestion: &Suggestion, verdict: Verdict) {
    book.snapshot.decisions.put(Decision {
        id: DecisionId(Uuid::from_u128(n)),
        key: suggestion.key.clone(),
        facts: suggestion.facts.clone(),
        verdict,
        on: day(on),
        by: "rep".into(),
    });
}

fn shown(book: &Book) -> Vec<Suggestion> {
    suggest(&book.snapshot, &book.rules, &book.catalogue, today())
}

fn gap() -> (Book, Suggestion) {
    let mut book = Book::new();
    book.bare("FOC1", "C9300-24T-E");
    let suggestion = book.only(Play::CoverageGap);
    (book, suggestion)
}

#[test]
fn dismissed_stays_away_until_its_facts_change() {
    let (mut book, suggestion) = gap();
    let reason = Verdict::Dismissed {
        reason: "spares".into(),
    };
    decide(&mut book, 1, "2026-11-01", &suggestion, reason);
    assert_eq!(shown(&book).len(), 0);
    assert!(book.only(Play::CoverageGap).is_away());
    // A price is no fact of it; another device is.
    book.line("FOC5", |_| {});
    assert_eq!(shown(&book).len(), 0);
    book.bare("FOC2", "C9300-24T-E");
    assert_eq!(shown(&book).len(), 1);
    assert!(shown(&book)[0].is_open());
}

#[test]
fn snoozed_comes_back_on_its_day() {
    let (mut book, suggestion) = gap();
    decide(
        &mut book,
        1,
        "2026-11-01",
        &suggestion,
        Verdict::Snoozed {
            until: day("2026-11-23"),
        },
    );
    assert_eq!(shown(&book).len(), 0);
    decide(
        &mut book,
        1,
        "2026-11-01",
        &suggestion,
        Verdict::Snoozed { until: today() },
    );
    assert_eq!(shown(&book).len(), 1);
}

#[test]
fn the_newest_decision_counts_and_accepted_ones_are_listed() {
    let (mut book, suggestion) = gap();
    decide(
        &mut book,
        1,
        "2026-11-01",
        &suggestion,
        Verdict::Dismissed {
            reason: "no".into(),
        },
    );
    let quote = QuoteId(Uuid::from_u128(70));
    decide(
        &mut book,
        2,
        "2026-11-10",
        &suggestion,
        Verdict::Accepted { quote },
    );
    let list = shown(&book);
    assert_eq!(list.len(), 1);
    assert!(!list[0].is_open());
}
