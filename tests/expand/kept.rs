//! Suggestions as a desk keeps them: in short, and in full only where somebody looks. Both must be
//! what the book says.

use crate::book::{day, today};
use crate::demo::book;
use renewdesk::catalogue::Catalogue;
use renewdesk::domain::ids::{DecisionId, QuoteId};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::expand::{Scene, Suggestion, Suggestions, suggest_all};
use renewdesk::program::Pack;
use std::ops::ControlFlow;
use uuid::Uuid;

fn scene<'a>(snapshot: &'a Snapshot, pack: &'a Pack, catalogue: &'a Catalogue) -> Scene<'a> {
    Scene {
        snapshot,
        rules: &pack.rules,
        catalogue,
        today: today(),
    }
}

/// The first two are decided on, the second later.
fn decide(snapshot: &mut Snapshot, all: &[Suggestion]) {
    let verdicts = [
        Verdict::Dismissed {
            reason: "not now".into(),
        },
        Verdict::Accepted {
            quote: QuoteId(Uuid::from_u128(9)),
        },
    ];
    let on = ["2026-11-19", "2026-11-20"].map(day);
    for ((n, suggestion), (verdict, on)) in all.iter().enumerate().zip(verdicts.into_iter().zip(on))
    {
        snapshot.decisions.put(Decision {
            id: DecisionId(Uuid::from_u128(n as u128)),
            key: suggestion.key.clone(),
            facts: suggestion.facts.clone(),
            verdict,
            on,
            by: "A. Meyer".into(),
        });
    }
}

#[test]
fn what_is_kept_in_short_says_in_full_what_the_book_says() {
    let (mut snapshot, pack, catalogue) = book(3000);
    let before = suggest_all(&snapshot, &pack.rules, &catalogue, today());
    decide(&mut snapshot, &before);
    let all = suggest_all(&snapshot, &pack.rules, &catalogue, today());
    let scene = scene(&snapshot, &pack, &catalogue);
    let kept = Suggestions::of(scene);
    assert_eq!(kept.len(), all.len());
    assert!(kept.len() > 100, "{}", kept.len());
    for (at, (brief, wanted)) in kept.iter().zip(&all).enumerate() {
        assert_eq!(brief.key(), wanted.key);
        assert_eq!(
            (brief.value, brief.deadline, brief.rank),
            (wanted.value, wanted.deadline, wanted.rank)
        );
        assert_eq!(brief.decision, wanted.decision.as_ref());
        assert_eq!(*kept.full(at, scene).unwrap(), *wanted, "{at}");
    }
    let mut seen = vec![false; all.len()];
    kept.each(scene, |at, full| {
        assert_eq!(full, all[at]);
        seen[at] = true;
        ControlFlow::Continue(())
    });
    assert!(seen.iter().all(|seen| *seen));
    // what waits is best first, what was decided newest first
    let places = |open: bool| {
        let places = all
            .iter()
            .enumerate()
            .filter(move |(_, s)| s.is_open() == open);
        places.map(|(at, _)| at as u32)
    };
    assert!(kept.open().iter().copied().eq(places(true)));
    let decided: Vec<_> = kept
        .decided()
        .iter()
        .map(|at| &all[*at as usize].key)
        .collect();
    assert_eq!(decided, [&before[1].key, &before[0].key]);
}

#[test]
fn a_suggestion_of_a_book_that_moved_on_says_so_and_is_told_anew_with_the_next_list() {
    let (mut snapshot, pack, catalogue) = book(1500);
    let kept = Suggestions::of(scene(&snapshot, &pack, &catalogue));
    let full = kept.full(0, scene(&snapshot, &pack, &catalogue)).unwrap();
    assert!(!full.lines.is_empty());
    for id in &full.lines {
        snapshot.lines.remove(*id);
    }
    snapshot.op_seq += 1;
    let now = kept.full(0, scene(&snapshot, &pack, &catalogue)).unwrap();
    assert_eq!(now.key, full.key);
    assert!(now.lines.iter().all(|id| snapshot.lines.get(*id).is_some()));
    assert!(now.lines.len() < full.lines.len());
    let again = Suggestions::of(scene(&snapshot, &pack, &catalogue));
    assert!(again.iter().all(|brief| brief.key() != full.key));
}
