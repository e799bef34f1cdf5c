//! The expiring lines of a book as two flat columns, sorted by renewal: six bytes of figures a line,
//! which a full count reads from end to end. Their identities mostly follow one another; then the
//! first of a renewal says them all.

use super::due::{Due, DueColumn, Dues};
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
    dues: DueColumn,
    unused: usize,
    /// Identities that do not follow one another, by renewal.
    ids: Vec<LineId>,
    unused_ids: usize,
}

/// Where the lines of a renewal stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    from: u32,
    to: u32,
    ids: Named,
}

/// How the identities of a renewal's lines are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    /// They follow one another from this one.
    From(LineId),
    /// They stand by themselves from this place on.
    At(u32),
}

impl Default for Named {
    fn default() -> Named {
        Named::From(LineId(0))
    }
}

impl Span {
    fn range(self) -> Range<usize> {
        self.from as usize..self.to as usize
    }

    /// Where the identities stand that do not follow one another.
    fn named(self) -> Option<Range<usize>> {
        match self.ids {
            Named::From(_) => None,
            Named::At(at) => Some(at as usize..at as usize + self.range().len()),
        }
    }
}

/// The identities of a renewal's lines, rising.
#[derive(Clone, Copy, Debug)]
pub enum Ids<'a> {
    /// So many, one after the other.
    Run(LineId, usize),
    /// Each for itself.
    Each(&'a [LineId]),
}

impl<'a> Ids<'a> {
    /// The identity at a place.
    pub fn get(self, at: usize) -> Option<LineId> {
        match self {
            Ids::Run(first, count) => {
                let at = u32::try_from(at).ok().filter(|_| at < count)?;
                first.0.checked_add(at).map(LineId)
            }
            Ids::Each(ids) => ids.get(at).copied(),
        }
    }

    /// The place of an identity.
    pub fn find(self, line: LineId) -> Option<usize> {
        match self {
            Ids::Run(first, count) => {
                let at = line.0.checked_sub(first.0)? as usize;
                (at < count).then_some(at)
            }
            Ids::Each(ids) => ids.binary_search(&line).ok(),
        }
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = LineId> + 'a {
        (0..).map_while(move |at| self.get(at))
    }
}

/// The lines of one renewal, sorted by id.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    /// Identities.
    pub ids: Ids<'a>,
    /// Figures, in the same order.
    pub dues: Dues<'a>,
}

impl Lines<'_> {
    /// As [`Lines::find`], looking at one place first.
    pub fn find_near(&self, line: LineId, near: usize) -> Option<(usize, Due)> {
        match self.ids.get(near) {
            Some(id) if id == line => self.dues.get(near).map(|due| (near, due)),
            _ => self.find(line),
        }
    }

    /// The line with that id, and its place.
    pub fn find(&self, line: LineId) -> Option<(usize, Due)> {
        let at = self.ids.find(line)?;
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
            spans.push(Span {
                from,
                to: from,
                ids: Named::default(),
            });
            from += count;
        }
        let mut ids = vec![LineId(0); from as usize];
        let mut dues = DueColumn::unknown(from as usize);
        for (line, owner) in snapshot.lines.iter().zip(&owners) {
            let Some(span) = spans.get_mut(*owner as usize) else {
                continue;
            };
            let at = span.to as usize;
            span.to += 1;
            if let Some(id) = ids.get_mut(at) {
                *id = line.id;
                dues.set(at, Due::of(&line, names));
            }
        }
        let mut columns = Columns {
            dues,
            ..Columns::default()
        };
        for span in &mut spans {
            if let Some(ids) = ids.get_mut(span.range()) {
                sort(ids, &mut columns.dues, span.range());
                span.ids = columns.name(ids, None);
            }
        }
        columns.ids.shrink_to_fit();
        (columns, spans)
    }

    /// The lines of a renewal.
    pub fn lines(&self, span: Span) -> Lines<'_> {
        let dues = self.dues.range(span.range());
        let ids = match span.ids {
            Named::From(first) => Ids::Run(first, dues.len()),
            Named::At(_) => {
                let named = span.named().and_then(|named| self.ids.get(named));
                Ids::Each(named.unwrap_or_default())
            }
        };
        Lines { ids, dues }
    }

    /// Puts the lines of a renewal in the place of those it had, or at the end where there is no
    /// room.
    pub fn put(&mut self, old: Option<Span>, lines: &[(LineId, Due)]) -> Span {
        let old = old.unwrap_or_default();
        let mut lines = lines.to_vec();
        lines.sort_unstable_by_key(|(id, _)| *id);
        let room = old.range().len();
        let from = if lines.len() <= room {
            self.unused += room - lines.len();
            for (at, (_, due)) in old.range().zip(&lines) {
                self.dues.set(at, *due);
            }
            old.from
        } else {
            self.unused += room;
            let end = u32::try_from(self.dues.len()).unwrap_or(NONE);
            for (_, due) in &lines {
                self.dues.push(*due);
            }
            end
        };
        let to = from.saturating_add(u32::try_from(lines.len()).unwrap_or(NONE));
        let ids: Vec<LineId> = lines.iter().map(|(id, _)| *id).collect();
        let ids = self.name(&ids, old.named());
        Span { from, to, ids }
    }

    /// Keeps identities, rising: in the place of others where they fit there.
    fn name(&mut self, ids: &[LineId], room: Option<Range<usize>>) -> Named {
        let room = room.unwrap_or_default();
        let mut next = ids.iter().zip(ids.iter().skip(1));
        if next.all(|(id, next)| id.0.checked_add(1) == Some(next.0)) {
            self.unused_ids += room.len();
            return Named::From(ids.first().copied().unwrap_or(LineId(0)));
        }
        let end = room.start + ids.len();
        match self
            .ids
            .get_mut(room.start..end)
            .filter(|_| end <= room.end)
        {
            Some(slots) => {
                self.unused_ids += room.end - end;
                slots.copy_from_slice(ids);
                Named::At(u32::try_from(room.start).unwrap_or(NONE))
            }
            None => {
                self.unused_ids += room.len();
                let at = u32::try_from(self.ids.len()).unwrap_or(NONE);
                self.ids.extend_from_slice(ids);
                Named::At(at)
            }
        }
    }

    /// Takes the lines of a renewal out.
    pub fn drop(&mut self, span: Span) {
        self.unused += span.range().len();
        self.unused_ids += span.named().unwrap_or_default().len();
    }

    /// Closes the gaps once they take a quarter of the room; the spans move with their lines.
    pub fn close<'a>(&mut self, spans: impl Iterator<Item = &'a mut Span>) {
        let few = |unused: usize, all: usize| unused * 4 <= all;
        if few(self.unused, self.dues.len()) && few(self.unused_ids, self.ids.len()) {
            return;
        }
        let mut closed = Columns::default();
        for span in spans {
            let lines = self.lines(*span);
            let from = u32::try_from(closed.dues.len()).unwrap_or(NONE);
            for due in lines.dues.iter() {
                closed.dues.push(due);
            }
            let to = u32::try_from(closed.dues.len()).unwrap_or(NONE);
            let ids = match lines.ids {
                Ids::Run(first, _) => Named::From(first),
                Ids::Each(ids) => closed.name(ids, None),
            };
            *span = Span { from, to, ids };
        }
        *self = closed;
    }
}

/// Sorts identities, and the figures of a range with them.
fn sort(ids: &mut [LineId], dues: &mut DueColumn, range: Range<usize>) {
    if ids.is_sorted() {
        return;
    }
    let mut order: Vec<(LineId, usize)> = (0..).zip(&*ids).map(|(at, id)| (*id, at)).collect();
    order.sort_unstable_by_key(|(id, _)| *id);
    for (id, (sorted, _)) in ids.iter_mut().zip(&order) {
        *id = *sorted;
    }
    dues.arrange(range, order.into_iter().map(|(_, at)| at));
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
