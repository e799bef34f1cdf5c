//! What came of the suggestions, by play: what was decided, and what became of what was accepted.

use super::Play;
use crate::domain::ids::RenewalId;
use crate::domain::rules::{Rules, StageKind};
use crate::domain::snapshot::Snapshot;
use crate::domain::suggestion::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// The decisions on one play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayCount {
    /// The play.
    pub play: Play,
    /// Accepted, as quote lines or as a task.
    pub accepted: usize,
    /// Of these, won: a renewal of the quote or task is won and none is open.
    pub won: usize,
    /// Of these, lost: every renewal of it is.
    pub lost: usize,
    /// Of these, neither yet, or bound to no renewal.
    pub pending: usize,
    /// Put off.
    pub snoozed: usize,
    /// Dismissed, with each reason and how often.
    pub dismissed: BTreeMap<String, usize>,
}

/// The decisions of a book by play, all plays, in their order. A decision on a play this version does not
/// know is not counted.
pub fn stats(snapshot: &Snapshot, rules: &Rules) -> Vec<PlayCount> {
    let mut counts: Vec<PlayCount> = Play::ALL.into_iter().map(PlayCount::of).collect();
    for decision in &snapshot.decisions {
        let id = decision.key.split('/').next().unwrap_or_default();
        let count = counts.iter_mut().find(|count| count.play.id() == id);
        let Some(count) = count else { continue };
        match &decision.verdict {
            Verdict::Accepted { quote } => {
                let quote = snapshot.quotes.get(*quote);
                let renewals: BTreeSet<RenewalId> = quote
                    .into_iter()
                    .flat_map(|quote| {
                        let of_lines = quote.lines.iter().filter_map(|line| line.renewal);
                        let all = quote.renewals.iter().copied().chain(of_lines);
                        all.collect::<Vec<RenewalId>>()
                    })
                    .collect();
                count.accept(&renewals, snapshot, rules);
            }
            Verdict::Planned { renewal, .. } => {
                count.accept(&BTreeSet::from([*renewal]), snapshot, rules);
            }
            Verdict::Dismissed { reason } => {
                *count.dismissed.entry(reason.clone()).or_default() += 1;
            }
            // what was brought back waits again
            Verdict::Snoozed { until } if *until > decision.on => count.snoozed += 1,
            Verdict::Snoozed { .. } => {}
        }
    }
    counts
}

impl PlayCount {
    fn of(play: Play) -> PlayCount {
        PlayCount {
            play,
            accepted: 0,
            won: 0,
            lost: 0,
            pending: 0,
            snoozed: 0,
            dismissed: BTreeMap::new(),
        }
    }

    fn accept(&mut self, renewals: &BTreeSet<RenewalId>, snapshot: &Snapshot, rules: &Rules) {
        let kinds = renewals.iter().map(|id| {
            let renewal = snapshot.renewals.get(*id)?;
            rules.stage(&renewal.stage).map(|stage| stage.kind)
        });
        let (mut won, mut lost, mut open) = (0, 0, 0);
        for kind in kinds {
            match kind {
                Some(StageKind::Won) => won += 1,
                Some(StageKind::Lost) => lost += 1,
                _ => open += 1,
            }
        }
        self.accepted += 1;
        match (won, lost, open) {
            (1.., _, 0) => self.won += 1,
            (0, 1.., 0) => self.lost += 1,
            _ => self.pending += 1,
        }
    }
}
