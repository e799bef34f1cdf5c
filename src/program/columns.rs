//! The expiring lines of a book as two flat columns, sorted by renewal: twelve bytes of figures a line,
//! which a full count reads from end to end, and the identities beside them.

use super::deal::Due;
use super::edited::is_due_in;
use super::left;
use super::names::Names;
use crate::domain::ids::{ContractId, LineId};
use crate::domain::line::Line;
use crate::domain::packed::Ending;
use crate::domain::renewal::Renewal;
use crate::domain::snapshot::{IdHasher, Snapshot};
use chrono::NaiveDate;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;

/// No renewal, or no further one.
const NONE: u32 = u32::MAX;

/// The lines of all renewals.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    ids: Vec<LineId>,
    dues: Vec<Due>,
    unused: usize,
}

/// Where the lines of a renewal stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    from: u32,
    to: u32,
}

impl Span {
    fn range(self) -> Range<usize> {
        self.from as usize..self.to as usize
    }
}

/// The lines of one renewal, sorted by id.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    /// Identities.
    pub ids: &'a [LineId],
    /// Figures, in the same order.
    pub dues: &'a [Due],
}

impl Lines<'_> {
    /// As [`Lines::find`], looking at one place first.
    pub fn find_near(&self, line: LineId, near: usize) -> Option<(usize, &Due)> {
        match self.ids.get(near) {
            Some(id) if *id == line => self.dues.get(near).map(|due| (near, due)),
            _ => self.find(line),
        }
    }

    /// The line with that id, and its place.
    pub fn find(&self, line: LineId) -> Option<(usize, &Due)> {
        let at = self.ids.binary_search(&line).ok()?;
        self.dues.get(at).map(|due| (at, due))
    }
}

impl Columns {
    /// The lines of every renewal of a book: those of its contract that share its end and currency.
    /// The spans are in the order of the snapshot's renewals.
    pub fn of(snapshot: &Snapshot, names: &Names) -> (Columns, Vec<Span>) {
        let owners = owners(snapshot);
        let mut counts = vec![0u32; snapshot.renewals.len()];
        for owner in &owners {
            if let Some(count) = counts.get_mut(*owner as usize) {
                *count += 1;
            }
        }
        let mut from = 0;
        let mut spans: Vec<Span> = Vec::with_capacity(counts.len());
        for count in &counts {
            spans.push(Span { from, to: from });
            from += count;
        }
        let mut columns = Columns {
            ids: vec![LineId(0); from as usize],
            dues: vec![Due::NONE; from as usize],
            unused: 0,
        };
        for (line, owner) in snapshot.lines.iter().zip(&owners) {
            let Some(span) = spans.get_mut(*owner as usize) else {
                continue;
            };
            let at = span.to as usize;
            span.to += 1;
            if let (Some(id), Some(due)) = (columns.ids.get_mut(at), columns.dues.get_mut(at)) {
                *id = line.id;
                *due = Due::of(&line, names);
            }
        }
        for span in &spans {
            columns.sort(*span);
        }
        (columns, spans)
    }

    /// The lines of a renewal.
    pub fn lines(&self, span: Span) -> Lines<'_> {
        Lines {
            ids: self.ids.get(span.range()).unwrap_or_default(),
            dues: self.dues.get(span.range()).unwrap_or_default(),
        }
    }

    /// Puts the lines of a renewal in the place of those it had, or at the end where there is no
    /// room.
    pub fn put(&mut self, old: Option<Span>, lines: &[(LineId, Due)]) -> Span {
        let old = old.unwrap_or_default();
        let room = old.range().len();
        let span = if lines.len() <= room {
            self.unused += room - lines.len();
            let to = old.from + u32::try_from(lines.len()).unwrap_or(0);
            Span { from: old.from, to }
        } else {
            self.unused += room;
            let from = u32::try_from(self.ids.len()).unwrap_or(NONE);
            self.ids.extend(lines.iter().map(|(id, _)| *id));
            self.dues.extend(lines.iter().map(|(_, due)| *due));
            let to = u32::try_from(self.ids.len()).unwrap_or(NONE);
            Span { from, to }
        };
        if let (Some(ids), Some(dues)) = (
            self.ids.get_mut(span.range()),
            self.dues.get_mut(span.range()),
        ) {
            for ((id, due), line) in ids.iter_mut().zip(dues).zip(lines) {
                (*id, *due) = *line;
            }
        }
        self.sort(span);
        span
    }

    /// Takes the lines of a renewal out.
    pub fn drop(&mut self, span: Span) {
        self.unused += span.range().len();
    }

    /// Closes the gaps once they take a quarter of the room; the spans move with their lines.
    pub fn close<'a>(&mut self, spans: impl Iterator<Item = &'a mut Span>) {
        if self.unused * 4 <= self.ids.len() {
            return;
        }
        let mut closed = Columns::default();
        for span in spans {
            let lines = self.lines(*span);
            let from = u32::try_from(closed.ids.len()).unwrap_or(NONE);
            closed.ids.extend_from_slice(lines.ids);
            closed.dues.extend_from_slice(lines.dues);
            let to = u32::try_from(closed.ids.len()).unwrap_or(NONE);
            *span = Span { from, to };
        }
        *self = closed;
    }

    fn sort(&mut self, span: Span) {
        let (Some(ids), Some(dues)) = (
            self.ids.get_mut(span.range()),
            self.dues.get_mut(span.range()),
        ) else {
            return;
        };
        if ids.is_sorted() {
            return;
        }
        let mut both: Vec<(LineId, Due)> = ids.iter().copied().zip(dues.iter().copied()).collect();
        both.sort_unstable_by_key(|(id, _)| *id);
        for ((id, due), line) in ids.iter_mut().zip(dues).zip(both) {
            (*id, *due) = line;
        }
    }
}

/// For every line of the snapshot the place of the renewal it is due in.
fn owners(snapshot: &Snapshot) -> Vec<u32> {
    type Key = (ContractId, NaiveDate);
    let renewals: Vec<Ending> = snapshot.renewals.endings().collect();
    let mut first: HashMap<Key, u32, BuildHasherDefault<IdHasher>> =
        HashMap::with_capacity_and_hasher(renewals.len(), BuildHasherDefault::default());
    let mut next = vec![NONE; renewals.len()];
    for (at, renewal) in renewals.iter().enumerate().rev() {
        let at32 = u32::try_from(at).unwrap_or(NONE);
        if let (Some(later), Some(slot)) = (
            first.insert((renewal.contract, renewal.end), at32),
            next.get_mut(at),
        ) {
            *slot = later;
        }
    }
    let owner = |line: &Line| -> Option<u32> {
        let start = first.get(&(line.contract?, line.end?)).copied()?;
        let follow = |at: &u32| next.get(*at as usize).copied().filter(|at| *at != NONE);
        let places = || std::iter::successors(Some(start), follow);
        let at = |place: u32| renewals.get(place as usize).copied();
        let own = left::owner(line, places().filter_map(at))?;
        places().find(|place| at(*place).is_some_and(|renewal| renewal.id == own.id))
    };
    snapshot
        .lines
        .iter()
        .map(|line| owner(&line).unwrap_or(NONE))
        .collect()
}

/// The lines of one renewal, found by reading all lines of the book.
pub fn lines_of(snapshot: &Snapshot, renewal: &Renewal, names: &Names) -> Vec<(LineId, Due)> {
    snapshot
        .lines
        .iter()
        .filter(|line| is_due_in(line, renewal, snapshot))
        .map(|line| (line.id, Due::of(&line, names)))
        .collect()
}
