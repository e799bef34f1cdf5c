//! The pipeline as rows: built once from the book, then one row at a time as the book changes.
//! Reads the snapshot and never changes it; the day is passed in.

use super::clocks::Wordings;
use super::facts::Dates;
use super::index::{AdoptionIndex, CaseIndex, ContactIndex, LineGroups, NewestQuotes};
use super::order;
use super::own_lines::OwnLines;
use super::row::{About, Inputs, Made};
use super::rows::Numbered;
use super::{AllAtStake, AtStake, LineIds, QueueRow, QueueRows, Told};
use crate::catalogue::Catalogue;
use crate::domain::ids::{AccountId, LineId, RenewalId};
use crate::domain::line::Line;
use crate::domain::packed::index::{Index, hash_of};
use crate::domain::renewal::Renewal;
use crate::domain::rules::Rules;
use crate::domain::snapshot::{Patch, RowPatch, Snapshot};
use crate::domain::suggestion::Plays;
use chrono::NaiveDate;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

pub use super::row::outcome_of;

/// Rows whose words are kept once somebody looked.
const LOOKED_AT: usize = 256;

/// The working set of renewals for one day.
#[derive(Debug)]
pub struct Queue {
    rows: QueueRows,
    /// Lines of the row at the same place.
    lines: OwnLines,
    /// Finds rows by their renewals.
    at: Index,
    /// Where equal rows stand; none after rows came, went or moved.
    pub(super) ties: OnceLock<Vec<u32>>,
    /// What an order needs of the rows; none where ties are none.
    pub(super) ranked: RefCell<Option<order::Ranked>>,
    today: NaiveDate,
    dates: Dates,
    wordings: Wordings,
    pub(super) contacts: ContactIndex,
    adoption: AdoptionIndex,
    pub(super) cases: CaseIndex,
    /// What rows looked at lately say in words: a renewal of very many lines takes longer to be read
    /// than a frame may.
    told: Mutex<HashMap<RenewalId, Arc<Told>>>,
    /// What was at stake with renewals whose rows are closed or gone since that was told.
    away: HashMap<RenewalId, AtStake>,
    /// What waits at each customer, as it was last told.
    plays: Option<Arc<HashMap<AccountId, Arc<Plays>>>>,
}

impl Queue {
    /// Every renewal of the book as a row, in the order of the book.
    pub fn build(
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
        today: NaiveDate,
    ) -> Queue {
        let mut dates = Dates::of(snapshot);
        let wordings = Wordings::of(rules);
        let contacts = ContactIndex::of(&snapshot.activities);
        let adoption = AdoptionIndex::of(&snapshot.adoption);
        let newest = NewestQuotes::of(&snapshot.quotes);
        let inputs = Inputs {
            snapshot,
            rules,
            catalogue,
            today,
            wordings: &wordings,
            contacts: &contacts,
            adoption: &adoption,
        };
        let mut known = Numbered::default();
        let groups = LineGroups::of(snapshot);
        let mut rows = QueueRows::with_capacity(snapshot.renewals.len(), &rules.urgency, today);
        let mut lines = OwnLines::with_capacity(snapshot.renewals.len());
        let mut at = Index::with_capacity(snapshot.renewals.len());
        for (renewal, own) in snapshot.renewals.iter().zip(groups.lines) {
            let of_renewal: Vec<Line> = of_ids(snapshot, own.iter().copied());
            let quote = newest.of_renewal(renewal.id, snapshot);
            let about = About {
                renewal: &renewal,
                lines: &of_renewal,
                quote: quote.as_ref(),
            };
            let number = rows.len() as u32;
            rows.push(inputs.row(&about, &mut dates).0, Some(&mut known));
            at.add(hash_of(&renewal.id), number, hash_in(&rows));
            lines.push(&own);
        }
        lines.shrink_to_fit();
        rows.shrink_to_fit();
        let ties = OnceLock::from(order::ties(&rows));
        let known = (dates, contacts, adoption);
        let cases = CaseIndex::of(&snapshot.use_cases);
        Queue {
            ties,
            ..Queue::of_parts(rows, rules, today, known, (cases, lines, at))
        }
    }

    /// Tells the rows what is at stake with each for the program's score; a renewal that is not
    /// named has nothing at stake. Rows computed anew keep what was last told.
    pub fn set_stakes(&mut self, stakes: AllAtStake) {
        self.rows.forget_stakes();
        let mut next = 0;
        let mut ranks = vec![order::NONE; self.rows.len()];
        for (id, stake, rank) in stakes.ranked {
            // they mostly come in the order of the rows
            let here = Some(next).filter(|at| self.rows.renewal(*at) == Some(id));
            if let Some(at) = here.or_else(|| self.place(id)) {
                self.rows.stake(at, Some(stake));
                if let Some(slot) = ranks.get_mut(at) {
                    *slot = rank;
                }
                next = at + 1;
            }
        }
        self.away.clear();
        self.ranked_stakes(ranks);
    }

    /// Tells the rows what waits to be offered to their customers; at one that is not named nothing
    /// waits. Rows that are computed anew or come are told the same.
    pub fn set_plays(&mut self, plays: &Arc<HashMap<AccountId, Arc<Plays>>>) {
        self.plays = Some(Arc::clone(plays));
        let none = Arc::default();
        self.rows
            .plays(|account| Some(Arc::clone(plays.get(&account).unwrap_or(&none))));
        self.rank_plays_again();
    }

    /// Tells rows made anew what those before them were told.
    pub fn tell_as(&mut self, before: Queue) {
        let rows = before.rows.iter();
        let mut stakes = before.away;
        stakes.extend(rows.filter_map(|row| Some((row.renewal(), row.at_stake()?))));
        self.set_stakes(AllAtStake::of(stakes));
        if let Some(plays) = &before.plays {
            self.set_plays(plays);
        }
    }

    /// All rows, in no order that means anything.
    pub fn rows(&self) -> &QueueRows {
        &self.rows
    }

    /// The row of a renewal.
    pub fn row(&self, renewal: RenewalId) -> Option<QueueRow<'_>> {
        self.rows.get(self.place(renewal)?)
    }

    /// Where the row of a renewal stands among the rows, until rows come or go.
    pub fn place(&self, renewal: RenewalId) -> Option<usize> {
        let is = |at: u32| self.rows.renewal(at as usize) == Some(renewal);
        let found = self.at.find(hash_of(&renewal), is);
        found.map(|place| place as usize)
    }

    /// The open coverage lines of a renewal, in the order of the book.
    pub fn lines_of(&self, renewal: RenewalId) -> LineIds<'_> {
        self.place(renewal)
            .map_or(LineIds::NONE, |at| self.lines.get(at))
    }

    /// The day the rows were computed for.
    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// Computes the rows of `touched` anew after an edit: changed ones in place, removed ones out,
    /// new ones in. A new day, an import or changed rules need [`Queue::build`].
    pub fn refresh(
        &mut self,
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
        today: NaiveDate,
        touched: &[RenewalId],
    ) {
        if today != self.today {
            *self = Queue::build(snapshot, rules, catalogue, today);
            return;
        }
        self.told = Mutex::default();
        self.contacts.sync(&snapshot.activities);
        let newest = NewestQuotes::over(&snapshot.quotes, touched);
        let mut dates = std::mem::replace(&mut self.dates, Dates::empty());
        for &id in touched {
            let Some(renewal) = snapshot.renewals.get(id) else {
                self.remove(id);
                continue;
            };
            let own = self.current_lines(snapshot, &renewal);
            let inputs = Inputs {
                snapshot,
                rules,
                catalogue,
                today,
                wordings: &self.wordings,
                contacts: &self.contacts,
                adoption: &self.adoption,
            };
            let quote = newest.of_renewal(id, snapshot);
            let about = About {
                renewal: &renewal,
                lines: &own,
                quote: quote.as_ref(),
            };
            let (row, _) = inputs.row(&about, &mut dates);
            let own: Vec<LineId> = own.iter().map(|line| line.id).collect();
            self.put_anew(row, &own);
        }
        self.dates = dates;
    }

    /// The renewals whose rows a patch changes, to be asked before it is applied; `None` when so
    /// much changes that the queue is to be built anew.
    pub fn touched_by(&self, patch: &Patch, before: &Snapshot) -> Option<Vec<RenewalId>> {
        if patch.full.is_some() {
            return None;
        }
        let mut touched = BTreeSet::new();
        for row in &patch.rows {
            match row {
                RowPatch::Renewal(id, after) => {
                    let was = before.renewals.get(*id).map(|renewal| renewal.contract);
                    let is = after.as_ref().map(|renewal| renewal.contract);
                    if was.zip(is).is_some_and(|(was, is)| was != is) {
                        // other lines are its own now
                        return None;
                    }
                    touched.insert(*id);
                }
                RowPatch::Quote(id, after) => {
                    let was = before.quotes.head(*id).map(|quote| quote.renewals);
                    let is = after.as_ref().map(|quote| &quote.renewals);
                    touched.extend(was.iter().chain(is).flatten());
                }
                RowPatch::Activity(id, after) => {
                    let was = before.activities.get(*id).map(|activity| activity.renewal);
                    touched.extend(was);
                    touched.extend(after.as_ref().map(|activity| activity.renewal));
                }
                RowPatch::Line(id, Some(after)) => {
                    let was = before.lines.get(*id)?;
                    if (was.contract, was.end, was.currency, was.is_open())
                        != (after.contract, after.end, after.currency, after.is_open())
                    {
                        return None;
                    }
                    touched.extend(
                        before
                            .renewals
                            .endings()
                            .filter(|r| Some(r.contract) == was.contract && Some(r.end) == was.end)
                            .map(|r| r.id),
                    );
                }
                RowPatch::Decision(..)
                | RowPatch::View(..)
                | RowPatch::Pack(..)
                | RowPatch::Projection(..)
                | RowPatch::Batch(..)
                | RowPatch::Baseline(..)
                | RowPatch::Rate(..)
                | RowPatch::OfferGroup(..)
                | RowPatch::UseCase(..)
                | RowPatch::Site(..) => {}
                _ => return None,
            }
        }
        Some(touched.into_iter().collect())
    }

    /// What a row says in words, of the book as it stands; none where there is no such renewal.
    pub fn told(
        &self,
        renewal: RenewalId,
        snapshot: &Snapshot,
        rules: &Rules,
        catalogue: &Catalogue,
    ) -> Option<Arc<Told>> {
        let row = self.row(renewal)?;
        let mut known = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = known.get(&renewal) {
            return Some(Arc::clone(told));
        }
        let own = of_ids(snapshot, self.lines_of(renewal).iter());
        let inputs = Inputs {
            snapshot,
            rules,
            catalogue,
            today: self.today,
            wordings: &self.wordings,
            contacts: &self.contacts,
            adoption: &self.adoption,
        };
        let quote = row.quote().and_then(|id| snapshot.quotes.get(id));
        let about = About {
            renewal: &snapshot.renewals.get(renewal)?,
            lines: &own,
            quote: quote.as_ref(),
        };
        let mut dates = self.dates.beside();
        let (_, told) = inputs.row(&about, &mut dates);
        let told = Arc::new(told);
        if known.len() >= LOOKED_AT {
            known.clear();
        }
        known.insert(renewal, Arc::clone(&told));
        Some(told)
    }

    fn current_lines(&self, snapshot: &Snapshot, renewal: &Renewal) -> Vec<Line> {
        let known = self.place(renewal.id).is_some();
        let moved = self
            .row(renewal.id)
            .is_some_and(|row| row.end() != renewal.end);
        let own = || of_ids(snapshot, self.lines_of(renewal.id).iter());
        let theirs = |line: &Line| line.contract == Some(renewal.contract);
        if known && !moved {
            // of a renewal that is another contract's now the lines stand elsewhere
            let own = own();
            if own.iter().all(theirs) {
                return own;
            }
        }
        LineGroups::only(snapshot, renewal)
    }

    /// Puts a row that was worked out anew in the place of the one before, told what that was told.
    pub(super) fn put_anew(&mut self, row: Made, own: &[LineId]) {
        let id = row.renewal;
        let known = self.row(id).and_then(|row| row.at_stake());
        let known = known.or_else(|| self.away.remove(&id));
        let stake = known.filter(|_| row.open);
        if stake.is_none() {
            self.away.extend(known.map(|known| (id, known)));
        }
        self.put(row, stake, own);
    }

    /// What rows say in words is to be found anew.
    pub(super) fn forget_words(&mut self) {
        self.told = Mutex::default();
    }

    pub(super) fn of_parts(
        rows: QueueRows,
        rules: &Rules,
        today: NaiveDate,
        (dates, contacts, adoption): (Dates, ContactIndex, AdoptionIndex),
        (cases, lines, at): (CaseIndex, OwnLines, Index),
    ) -> Queue {
        Queue {
            ties: OnceLock::new(),
            ranked: RefCell::default(),
            rows,
            lines,
            at,
            today,
            dates,
            wordings: Wordings::of(rules),
            contacts,
            adoption,
            cases,
            told: Mutex::default(),
            away: HashMap::new(),
            plays: None,
        }
    }

    pub(super) fn put(&mut self, row: Made, stake: Option<AtStake>, lines: &[LineId]) {
        let id = row.renewal;
        let stands = |old: QueueRow<'_>| {
            (old.end(), old.contract_number()) == (row.end, &*row.contract_number)
        };
        if !self.row(id).is_some_and(stands) {
            self.no_order();
        }
        let at = match self.place(id) {
            Some(at) => {
                self.rows.set(at, row);
                self.lines.set(at, lines);
                at
            }
            None => {
                let at = self.rows.len();
                self.rows.push(row, None);
                self.lines.push(lines);
                self.at.add(hash_of(&id), at as u32, hash_in(&self.rows));
                at
            }
        };
        self.rows.stake(at, stake);
        if let Some(plays) = &self.plays {
            let of = |account| Some(plays.get(&account).map_or_else(Arc::default, Arc::clone));
            self.rows.plays_at(at, of);
        }
        self.rank_again(at);
    }

    /// Rows came, went or moved: where they stand is to be found anew.
    fn no_order(&mut self) {
        self.ties = OnceLock::new();
        *self.ranked.get_mut() = None;
    }

    fn remove(&mut self, id: RenewalId) {
        let Some(at) = self.place(id) else {
            return;
        };
        self.no_order();
        self.at.remove(hash_of(&id), at as u32, hash_in(&self.rows));
        let known = self.rows.get(at).and_then(|row| row.at_stake());
        self.away.extend(known.map(|known| (id, known)));
        self.rows.swap_remove(at);
        self.lines.swap_remove(at);
        if let Some(moved) = self.rows.renewal(at) {
            let last = self.rows.len() as u32;
            self.at.renumber(hash_of(&moved), last, at as u32);
        }
    }
}

fn hash_in(rows: &QueueRows) -> impl Fn(u32) -> u64 {
    |at| rows.renewal(at as usize).map_or(0, |id| hash_of(&id))
}

fn of_ids(snapshot: &Snapshot, ids: impl Iterator<Item = LineId>) -> Vec<Line> {
    let lines = ids.filter_map(|id| snapshot.lines.get(id));
    lines.collect()
}
