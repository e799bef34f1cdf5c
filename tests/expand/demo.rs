//! The plays over the generated book: alive, lawful, fast enough to show.

use crate::book::today;
use renewdesk::catalogue::Catalogue;
use renewdesk::demo::{DemoOptions, generate};
use renewdesk::domain::snapshot::Snapshot;
use renewdesk::expand::{Play, accept, suggest_all};
use renewdesk::program::Pack;
use std::collections::HashSet;
use uuid::Uuid;

pub fn book(lines: u32) -> (Snapshot, Pack, Catalogue) {
    let (pack, catalogue) = (Pack::shipped(), Catalogue::shipped());
    let options = DemoOptions {
        lines,
        seed: 7,
        today: today(),
        accounts: None,
    };
    let plan = generate(&options, &catalogue, &pack);
    let snapshot = Snapshot {
        accounts: plan.put_accounts.into_iter().collect(),
        contracts: plan.put_contracts.into_iter().collect(),
        lines: plan.put_lines.into_iter().collect(),
        renewals: plan.put_renewals.into_iter().collect(),
        quotes: plan.put_quotes.into_iter().collect(),
        batches: plan.batch.into_iter().collect(),
        eox: plan.put_eox.into_iter().collect(),
        baseline: plan.put_baseline.into_iter().collect(),
        ..Snapshot::default()
    };
    (snapshot, pack, catalogue)
}

#[test]
fn every_play_is_alive_and_no_box_is_in_two() {
    let (snapshot, pack, catalogue) = book(3000);
    let list = suggest_all(&snapshot, &pack.rules, &catalogue, today());
    let alive = [
        Play::WindowClosing,
        Play::LdosRefresh,
        Play::CoverageGap,
        Play::LapsedWinBack,
        Play::CoTerm,
    ];
    for play in alive {
        assert!(list.iter().any(|s| s.play == play), "{play:?}");
    }
    let counted: Vec<(&str, usize)> = Play::ALL
        .into_iter()
        .map(|play| (play.id(), list.iter().filter(|s| s.play == play).count()))
        .collect();
    println!("{counted:?}");
    let mut boxes = HashSet::new();
    for id in list.iter().flat_map(|s| &s.lines) {
        let line = snapshot.lines.get(*id).unwrap();
        let serial = line
            .serial
            .as_deref()
            .map(|serial| (line.account, serial.to_string()));
        assert!(serial.is_none_or(|serial| boxes.insert(serial)), "{id}");
    }
}

#[test]
fn nothing_accepted_covers_past_support() {
    let (snapshot, pack, catalogue) = book(3000);
    let mut n = 0u128;
    let mut ids = || {
        n += 1;
        Uuid::from_u128(n)
    };
    for suggestion in suggest_all(&snapshot, &pack.rules, &catalogue, today())
        .iter()
        .take(60)
    {
        let rules = &pack.rules;
        if let Ok(lines) = accept(suggestion, &snapshot, rules, &catalogue, today(), &mut ids) {
            assert!(
                lines
                    .iter()
                    .all(|l| l.ldos.is_none_or(|ldos| l.end <= ldos))
            );
            assert!(!lines.is_empty());
        }
    }
}
