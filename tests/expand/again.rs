//! The list after an edit against the list worked out anew.

use crate::book::{day, today};
use crate::demo::book;
use proptest::prelude::*;
use proptest::sample::Index;
use renewdesk::domain::ids::{DecisionId, QuoteId};
use renewdesk::domain::line::LineKind;
use renewdesk::domain::snapshot::{Patch, RowPatch, Snapshot};
use renewdesk::domain::suggestion::{Decision, Verdict};
use renewdesk::expand::{Edits, Ground, Part, Scene, Stretch, Suggestions, touched_by};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a person does between two looks at the list.
#[derive(Clone, Debug)]
enum Edit {
    /// Another stage for a renewal.
    Stage(Index, Index),
    /// A suggestion dismissed, put off or taken.
    Decide(Index, u8),
    /// The newest decision taken back.
    Undecide,
    /// A price in a quote.
    Price(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        3 => (any::<Index>(), any::<Index>()).prop_map(|(which, stage)| Edit::Stage(which, stage)),
        3 => (any::<Index>(), 0u8..3).prop_map(|(which, verdict)| Edit::Decide(which, verdict)),
        1 => Just(Edit::Undecide),
        1 => any::<Index>().prop_map(Edit::Price),
    ]
}

/// The row an edit writes; none where there is nothing to edit.
fn row(edit: &Edit, n: usize, now: &Suggestions, scene: Scene<'_>) -> Option<RowPatch> {
    let snapshot = scene.snapshot;
    match edit {
        Edit::Stage(which, stage) => {
            let mut renewal = snapshot.renewals.at(which.index(snapshot.renewals.len()))?;
            renewal.stage = stage.get(&scene.rules.stages).id.clone();
            Some(RowPatch::Renewal(renewal.id, Some(Box::new(renewal))))
        }
        Edit::Decide(which, verdict) => {
            let full = now.full(which.index(now.len().max(1)), scene)?;
            let decision = Decision {
                id: DecisionId(Uuid::from_u128(n as u128 + 1)),
                key: full.key.clone(),
                facts: full.facts.clone(),
                verdict: match verdict {
                    0 => Verdict::Dismissed {
                        reason: "not now".into(),
                    },
                    1 => Verdict::Snoozed {
                        until: day("2027-01-15"),
                    },
                    _ => Verdict::Accepted {
                        quote: QuoteId(Uuid::from_u128(9)),
                    },
                },
                on: today() - chrono::Days::new(n as u64 % 3),
                by: "A. Meyer".into(),
            };
            Some(RowPatch::Decision(decision.id, Some(Box::new(decision))))
        }
        Edit::Undecide => {
            let newest = snapshot
                .decisions
                .iter()
                .map(|decision| decision.id)
                .max()?;
            Some(RowPatch::Decision(newest, None))
        }
        Edit::Price(which) => {
            let mut quote = snapshot.quotes.at(which.index(snapshot.quotes.len()))?;
            let line = quote.lines.iter_mut().find(|l| l.kind != LineKind::Asset)?;
            line.unit_list = Some(line.unit_list.unwrap_or_default() + Decimal::ONE);
            Some(RowPatch::Quote(quote.id, Some(Box::new(quote))))
        }
    }
}

/// Everything a list says in short.
fn said(all: &Suggestions) -> impl PartialEq + std::fmt::Debug {
    let briefs: Vec<_> = all
        .iter()
        .map(|b| (b.key(), b.value, b.deadline, b.rank, b.decision.cloned()))
        .collect();
    let accounts: BTreeSet<_> = all.iter().map(|brief| brief.account).collect();
    let own: Vec<_> = accounts.iter().map(|id| all.of_account(*id)).collect();
    (
        briefs,
        all.open().to_vec(),
        all.decided().to_vec(),
        own,
        all.plays().clone(),
    )
}

fn applied(
    snapshot: &mut Snapshot,
    rows: Vec<RowPatch>,
) -> Option<BTreeSet<renewdesk::domain::ids::AccountId>> {
    let patch = Patch {
        op_seq: snapshot.op_seq + 1,
        rows,
        settings: Vec::new(),
        full: None,
    };
    let touched = touched_by(&patch, snapshot);
    snapshot.apply(patch);
    touched
}

proptest! {
    // each case works the whole book out a few times
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_list_after_edits_is_the_list_worked_out_anew(edits in prop::collection::vec(edit(), 1..8)) {
        let (mut snapshot, pack, catalogue) = book(1_500);
        macro_rules! scene {
            () => {
                Scene { snapshot: &snapshot, rules: &pack.rules, catalogue: &catalogue, today: today() }
            };
        }
        let mut kept = Suggestions::of(scene!());
        for (n, edit) in edits.iter().enumerate() {
            let Some(row) = row(edit, n, &kept, scene!()) else { continue };
            let touched = applied(&mut snapshot, vec![row]);
            prop_assert!(touched.is_some(), "{:?}", edit);
            kept = kept.again(scene!(), &touched.unwrap());
            prop_assert_eq!(kept.of_state(), Some((snapshot.op_seq, today())));
        }
        let anew = Suggestions::of(scene!());
        prop_assert!(said(&kept) == said(&anew), "after {:?}", edits);
        let some = (0..kept.len()).step_by(7);
        for at in some {
            prop_assert_eq!(kept.full(at, scene!()), anew.full(at, scene!()));
        }
    }
}

#[test]
fn customers_worked_out_beside_each_other_give_the_same_list() {
    let (mut snapshot, pack, catalogue) = book(1_500);
    snapshot.op_seq = 7;
    let scene = Scene {
        snapshot: &snapshot,
        rules: &pack.rules,
        catalogue: &catalogue,
        today: today(),
    };
    let whole = Suggestions::of(scene);
    for (parts, stretches) in [(1, 2), (2, 1), (5, 7), (2, 400)] {
        let read = Stretch::all(scene, stretches).map(|stretch| stretch.read(scene));
        let ground = Ground::joined(scene, read.collect());
        let cut = ground.parts(parts);
        assert_eq!(cut.len(), parts);
        let lines: Vec<Part> = cut
            .into_iter()
            .map(|accounts| Part::apart(scene, &ground, accounts))
            .collect();
        assert!(
            said(&Suggestions::joined(scene, ground, lines)) == said(&whole),
            "{parts} {stretches}"
        );
    }
}

#[test]
fn what_the_book_says_at_large_is_worked_out_anew_for_all() {
    let (mut snapshot, _, _) = book(600);
    let line = snapshot.lines.iter().next().unwrap();
    assert_eq!(
        applied(
            &mut snapshot,
            vec![RowPatch::Line(line.id, Some(Box::new(line)))]
        ),
        None
    );
    let renewal = snapshot.renewals.at(0).unwrap();
    assert_eq!(
        applied(&mut snapshot, vec![RowPatch::Renewal(renewal.id, None)]),
        None
    );
    // the price of a box in a quote is a price of the book
    let mut quote = snapshot.quotes.at(0).unwrap();
    let touched = applied(
        &mut snapshot,
        vec![RowPatch::Quote(quote.id, Some(Box::new(quote.clone())))],
    );
    assert_eq!(touched, Some(BTreeSet::new()));
    let line = quote.lines.first_mut().unwrap();
    (line.kind, line.pid, line.unit_list) = (
        LineKind::Asset,
        Some("C9300-48P".into()),
        Some(Decimal::TEN),
    );
    assert_eq!(
        applied(
            &mut snapshot,
            vec![RowPatch::Quote(quote.id, Some(Box::new(quote)))]
        ),
        None
    );
}

#[test]
fn edits_that_are_not_all_remembered_say_nothing() {
    let (mut snapshot, _, _) = book(600);
    snapshot.op_seq = 10;
    let mut edits = Edits::of(&snapshot);
    assert_eq!(edits.between(10, 10), Some(BTreeSet::new()));
    // the book went on elsewhere: nobody told what was touched
    assert_eq!(edits.between(9, 10), None);
    let contract = |snapshot: &Snapshot, at: usize| {
        let renewal = snapshot.renewals.at(at).unwrap();
        (
            renewal.clone(),
            snapshot.contracts.get(renewal.contract).unwrap().account,
        )
    };
    let mut wanted = BTreeSet::new();
    for at in 0..3 {
        let (renewal, account) = contract(&snapshot, at);
        wanted.insert(account);
        let patch = Patch {
            op_seq: snapshot.op_seq + 1,
            rows: vec![RowPatch::Renewal(renewal.id, Some(Box::new(renewal)))],
            settings: Vec::new(),
            full: None,
        };
        edits.note(&patch, &snapshot);
        snapshot.apply(patch);
    }
    assert_eq!(edits.between(10, 13), Some(wanted));
    assert_eq!(edits.between(10, 14), None);
    assert_eq!(edits.between(9, 13), None);
    edits.forget(12);
    assert_eq!(edits.between(10, 13), None);
    assert!(
        edits
            .between(12, 13)
            .is_some_and(|touched| touched.len() == 1)
    );
    // a line is the book's at large, now and for whoever asks from before it
    let line = snapshot.lines.iter().next().unwrap();
    let patch = Patch {
        op_seq: 14,
        rows: vec![RowPatch::Line(line.id, Some(Box::new(line)))],
        settings: Vec::new(),
        full: None,
    };
    edits.note(&patch, &snapshot);
    assert_eq!(edits.between(12, 14), None);
    assert_eq!(edits.between(14, 14), Some(BTreeSet::new()));
}
