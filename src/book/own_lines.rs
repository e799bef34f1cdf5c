//! The lines of every row behind each other: a hundred thousand short lists would take as much
//! memory for themselves as for what is in them.

use crate::domain::ids::LineId;

/// Lists of lines by the place of their row. Lines of a contract mostly stand together in their file and
/// so have numbers in a row: such a list is its first number and how many there are.
#[derive(Debug, Default)]
pub(super) struct OwnLines {
    /// Ids of the lists that are no such run.
    ids: Vec<LineId>,
    spans: Vec<Span>,
    /// Ids that no list holds any more.
    unused: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Span {
    /// The first id of a run, or where the list begins in the ids.
    from: u32,
    /// How many; of a run with the top bit set.
    many: u32,
}

/// Marks a run.
const RUN: u32 = 1 << 31;

impl Span {
    /// Ids it holds in the list of ids.
    fn held(self) -> usize {
        if self.many & RUN == 0 {
            self.many as usize
        } else {
            0
        }
    }
}

/// The lines of one row, in the order of the book.
#[derive(Clone, Copy, Debug)]
pub struct LineIds<'a>(Ids<'a>);

#[derive(Clone, Copy, Debug)]
enum Ids<'a> {
    Run(u32, u32),
    List(&'a [LineId]),
}

impl<'a> LineIds<'a> {
    /// None.
    pub const NONE: LineIds<'static> = LineIds(Ids::List(&[]));

    /// How many.
    pub fn len(&self) -> usize {
        match self.0 {
            Ids::Run(_, many) => many as usize,
            Ids::List(ids) => ids.len(),
        }
    }

    /// True without lines.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The line at a place.
    pub fn get(&self, at: usize) -> Option<LineId> {
        match self.0 {
            Ids::Run(from, many) => (at < many as usize).then(|| LineId(from + at as u32)),
            Ids::List(ids) => ids.get(at).copied(),
        }
    }

    /// The first.
    pub fn first(&self) -> Option<LineId> {
        self.get(0)
    }

    /// All of them.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = LineId> + Clone + use<'a> {
        let ids = *self;
        (0..ids.len()).map(move |at| ids.get(at).unwrap_or(LineId(0)))
    }

    /// All of them as a list.
    pub fn to_vec(&self) -> Vec<LineId> {
        self.iter().collect()
    }
}

impl OwnLines {
    /// No lists yet, with room for `rows` of them.
    pub(super) fn with_capacity(rows: usize) -> OwnLines {
        OwnLines {
            spans: Vec::with_capacity(rows),
            ..OwnLines::default()
        }
    }

    /// The list at a place.
    pub(super) fn get(&self, at: usize) -> LineIds<'_> {
        let span = self.spans.get(at).copied().unwrap_or_default();
        if span.many & RUN != 0 {
            return LineIds(Ids::Run(span.from, span.many & !RUN));
        }
        let from = span.from as usize;
        let ids = self.ids.get(from..from + span.many as usize);
        LineIds(Ids::List(ids.unwrap_or_default()))
    }

    /// Adds a list behind the others.
    pub(super) fn push(&mut self, ids: &[LineId]) {
        let span = self.written(ids);
        self.spans.push(span);
    }

    /// Puts a list in the place of another.
    pub(super) fn set(&mut self, at: usize, ids: &[LineId]) {
        if self.get(at).iter().eq(ids.iter().copied()) {
            return;
        }
        let span = self.written(ids);
        if let Some(slot) = self.spans.get_mut(at) {
            self.unused += slot.held();
            *slot = span;
        }
        self.close();
    }

    /// Takes a list out; the last one takes its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        self.unused += self.spans.swap_remove(at).held();
        self.close();
    }

    /// Gives back the room that lists to come would have had.
    pub(super) fn shrink_to_fit(&mut self) {
        self.ids.shrink_to_fit();
    }

    fn written(&mut self, ids: &[LineId]) -> Span {
        let many = ids.len() as u32;
        if let Some(first) = ids.first()
            && (0..)
                .zip(ids)
                .all(|(at, id)| first.0.checked_add(at) == Some(id.0))
        {
            return Span {
                from: first.0,
                many: many | RUN,
            };
        }
        let from = self.ids.len() as u32;
        self.ids.extend_from_slice(ids);
        Span { from, many }
    }

    /// Closes the gaps once they take a quarter of the room.
    fn close(&mut self) {
        if self.unused * 4 <= self.ids.len() {
            return;
        }
        let mut closed = OwnLines::with_capacity(self.spans.len());
        for at in 0..self.spans.len() {
            closed.push(&self.get(at).to_vec());
        }
        *self = closed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a list of lists: rows that come, go and get other lines.
        #[test]
        fn every_row_has_its_own_lines(
            steps in prop::collection::vec(
                (0u8..4, any::<prop::sample::Index>(), 0u32..9, 1u32..3), 1..80,
            ),
        ) {
            let mut own = OwnLines::default();
            let mut lists: Vec<Vec<LineId>> = Vec::new();
            for (number, (what, place, length, apart)) in (0..).zip(steps) {
                let ids: Vec<LineId> = (0..length).map(|id| LineId(number * 20 + id * apart)).collect();
                if what < 2 || lists.is_empty() {
                    own.push(&ids);
                    lists.push(ids);
                } else if what == 2 {
                    let at = place.index(lists.len());
                    own.set(at, &ids);
                    lists[at] = ids;
                } else {
                    let at = place.index(lists.len());
                    own.swap_remove(at);
                    lists.swap_remove(at);
                }
                for (at, list) in lists.iter().enumerate() {
                    prop_assert_eq!(&own.get(at).to_vec(), list);
                }
                prop_assert!(own.unused * 4 <= own.ids.len());
            }
        }
    }
}
