//! Suggestions as goal seek takes them: what each would add is what the program counts once it is
//! quoted.

use crate::book::{d, day, today};
use crate::demo::book;
use renewdesk::domain::ids::{DecisionId, IdSource, QuoteId};
use renewdesk::domain::quote::{Quote, QuoteStatus};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::expand::{Scene, Suggestions, accept, candidates, currency, suggest_all};
use renewdesk::program::board::DealId;
use renewdesk::program::goal::{Candidate, What, on_board};
use renewdesk::program::{Engine, Month, Pack};
use std::collections::HashSet;
use uuid::Uuid;

struct Numbers(u128);

impl IdSource for Numbers {
    fn next(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u128(self.0)
    }
}

fn engine(snapshot: &Snapshot, pack: &Pack) -> Engine {
    Engine::new(pack, snapshot, today(), &|_| d("50"))
}

fn all(snapshot: &Snapshot, pack: &Pack) -> Vec<Candidate> {
    let (_, _, catalogue) = book(1);
    let scene = Scene {
        snapshot,
        rules: &pack.rules,
        catalogue: &catalogue,
        today: today(),
    };
    let suggestions = Suggestions::of(scene);
    let engine = engine(snapshot, pack);
    let board = engine.board(&Month::Horizon).unwrap();
    let mut ids = Numbers(1 << 90);
    candidates(&suggestions, scene, &mut ids, &engine, &board)
}

#[test]
fn what_a_suggestion_adds_is_what_its_quote_adds() {
    let (mut snapshot, pack, catalogue) = book(1500);
    let suggestions = suggest_all(&snapshot, &pack.rules, &catalogue, today());
    let found = all(&snapshot, &pack);
    assert!(found.len() > 10, "{}", found.len());
    let mut ids = Numbers(1 << 91);
    let mut expected = Vec::new();
    for candidate in found.iter().take(12) {
        let What::Suggestion(at) = candidate.what else {
            panic!("{:?}", candidate.what);
        };
        let suggestion = &suggestions[at];
        let rules = &pack.rules;
        let lines = accept(suggestion, &snapshot, rules, &catalogue, today(), &mut ids);
        let mut lines = lines.unwrap();
        lines.iter_mut().for_each(|line| line.renewal = None);
        let quote = Quote {
            id: QuoteId(ids.next()),
            number: format!("Q-{at}").into(),
            account: suggestion.account,
            renewals: Vec::new(),
            currency: currency(suggestion, &snapshot).unwrap(),
            version: 1,
            status: QuoteStatus::Draft,
            created_on: today(),
            valid_until: None,
            sent_on: None,
            lines,
        };
        expected.push((quote.id, candidate));
        snapshot.quotes.put(quote);
    }
    let board = engine(&snapshot, &pack).board(&Month::Horizon).unwrap();
    let quotes = on_board(&board);
    for (id, candidate) in expected {
        let deal = board.deals.iter().find(|deal| deal.id == DealId::Quote(id));
        let deal = deal.unwrap();
        assert_eq!(*deal.adds, *candidate.adds);
        assert_eq!(
            (deal.value, deal.discount),
            (candidate.value, candidate.discount)
        );
        assert_eq!(deal.account, candidate.account);
        // and once it is quoted the plan may hold the quote, by its number
        let quoted = quotes.iter().find(|found| found.what == What::Quote(id));
        assert!(quoted.unwrap().name.starts_with("Q-"));
    }
}

#[test]
fn a_suggestion_that_was_decided_on_is_no_candidate() {
    let (mut snapshot, pack, catalogue) = book(1500);
    let before = all(&snapshot, &pack);
    let suggestions = suggest_all(&snapshot, &pack.rules, &catalogue, today());
    let name = |c: &Candidate| (c.name.to_string(), c.account.unwrap());
    let decided = [
        Verdict::Dismissed {
            reason: "not now".into(),
        },
        Verdict::Accepted {
            quote: QuoteId(Uuid::from_u128(9)),
        },
    ];
    for (taken, (candidate, verdict)) in before.iter().zip(decided).enumerate() {
        let What::Suggestion(at) = candidate.what else {
            panic!("{:?}", candidate.what);
        };
        snapshot.decisions.put(Decision {
            id: DecisionId(Uuid::from_u128(taken as u128)),
            key: suggestions[at].key.clone(),
            facts: suggestions[at].facts.clone(),
            verdict,
            on: day("2026-11-20"),
            by: "A. Meyer".into(),
        });
        let after: HashSet<_> = all(&snapshot, &pack).iter().map(name).collect();
        assert!(!after.contains(&name(candidate)), "{candidate:?}");
        assert!(
            before[taken + 1..]
                .iter()
                .all(|rest| after.contains(&name(rest)))
        );
    }
}
