//! What an edit touched, and where the lines it touched are due now: all that the engine needs to be
//! brought up to date without counting the book again.

use super::columns::Ids;
use super::engine::Engine;
use super::{left, milestones};
use crate::domain::ids::{ContractId, LineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::packed::Ending;
use crate::domain::renewal::Renewal;
use crate::domain::snapshot::Snapshot;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The rows an edit touched.
#[derive(Clone, Copy, Debug)]
pub struct Edited<'a> {
    /// Renewals changed, or whose lines or quotes are.
    pub renewals: &'a [RenewalId],
    /// Lines changed, added or gone. The renewals they were and are due in need not be named.
    pub lines: &'a [LineId],
}

impl<'a, T: AsRef<[RenewalId]> + ?Sized> From<&'a T> for Edited<'a> {
    fn from(renewals: &'a T) -> Edited<'a> {
        Edited {
            renewals: renewals.as_ref(),
            lines: &[],
        }
    }
}

/// The lines of an edit by the renewal they are due in now.
pub(super) type Arrived = BTreeMap<RenewalId, BTreeSet<LineId>>;

impl Engine {
    /// Where the lines of an edit are due now. The renewals they were due in join `touched`, those
    /// they are due in too.
    pub(super) fn arrived(
        &self,
        snapshot: &Snapshot,
        lines: &[LineId],
        touched: &mut BTreeSet<RenewalId>,
    ) -> Arrived {
        let mut arrived = Arrived::new();
        let mut moved: HashSet<LineId> = HashSet::new();
        if lines.is_empty() {
            return arrived;
        }
        let now = owners(snapshot, lines);
        for id in lines {
            let owner = now.get(id).copied();
            if let Some(owner) = owner {
                touched.insert(owner);
                arrived.entry(owner).or_default().insert(*id);
            }
            let deal = owner.and_then(|owner| self.deal(owner));
            if deal.is_none_or(|deal| self.case(deal).lines.find(*id).is_none()) {
                moved.insert(*id);
            }
        }
        if !moved.is_empty() {
            let holds = |ids: Ids<'_>| ids.iter().any(|id| moved.contains(&id));
            let deals = self.deals().iter();
            let left = deals.filter(|deal| holds(self.case(deal).lines.ids));
            touched.extend(left.map(|deal| deal.id));
        }
        arrived
    }

    /// Counts the completed stages of edited lines again.
    pub(super) fn take_milestones(&mut self, snapshot: &Snapshot, lines: &[LineId]) {
        let Ok(m0) = self.start else { return };
        if lines.is_empty() || (snapshot.adoption.is_empty() && snapshot.use_cases.is_empty()) {
            return;
        }
        let edited: HashSet<LineId> = lines.iter().copied().collect();
        let ground = milestones::Ground {
            pack: &self.pack,
            calendar: &self.calendar,
            names: &self.names,
            m0,
            today: self.today,
        };
        let rows = edited.iter().filter_map(|id| snapshot.lines.get(*id));
        let found = milestones::completed_since(snapshot, rows, &ground);
        self.milestones
            .retain(|known| !edited.contains(&known.line));
        self.milestones.extend(found);
    }
}

/// The renewal each line is due in.
fn owners(snapshot: &Snapshot, lines: &[LineId]) -> HashMap<LineId, RenewalId> {
    let mut wanted: HashMap<(ContractId, NaiveDate), Vec<Ending>> = HashMap::new();
    let key = |line: &Line| Some((line.contract?, line.end?));
    let rows = || lines.iter().filter_map(|id| snapshot.lines.get(*id));
    for key in rows().filter_map(|line| key(&line)) {
        wanted.entry(key).or_default();
    }
    for renewal in snapshot.renewals.endings() {
        if let Some(own) = wanted.get_mut(&(renewal.contract, renewal.end)) {
            own.push(renewal);
        }
    }
    let owner = |line: &Line| {
        let renewals = wanted.get(&key(line)?)?;
        let owner = left::owner(line, renewals.iter().copied())?;
        Some((line.id, owner.id))
    };
    rows().filter_map(|line| owner(&line)).collect()
}

/// True where a line is due in that renewal and no other.
pub(super) fn is_due_in(line: &Line, renewal: &Renewal, snapshot: &Snapshot) -> bool {
    if !left::belongs(line, &Ending::from(renewal)) {
        return false;
    }
    // a renewal is one of its contract, end and currency
    line.currency == renewal.currency
        || left::owner(line, snapshot.renewals.endings())
            .is_some_and(|owner| owner.id == renewal.id)
}
