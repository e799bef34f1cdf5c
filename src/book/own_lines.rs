//! The lines of every row behind each other: a hundred thousand short lists would take as much
//! memory for themselves as for what is in them.

use crate::domain::ids::LineId;
use std::ops::Range;

/// Lists of lines by the place of their row.
#[derive(Debug, Default)]
pub(super) struct OwnLines {
    ids: Vec<LineId>,
    spans: Vec<Span>,
    /// Ids that no list holds any more.
    unused: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Span {
    from: u32,
    to: u32,
}

impl Span {
    fn range(self) -> Range<usize> {
        self.from as usize..self.to as usize
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
    pub(super) fn get(&self, at: usize) -> &[LineId] {
        let span = self.spans.get(at).copied().unwrap_or_default();
        self.ids.get(span.range()).unwrap_or_default()
    }

    /// Adds a list behind the others.
    pub(super) fn push(&mut self, ids: &[LineId]) {
        let span = self.written(ids);
        self.spans.push(span);
    }

    /// Puts a list in the place of another.
    pub(super) fn set(&mut self, at: usize, ids: &[LineId]) {
        if self.get(at) == ids {
            return;
        }
        let span = self.written(ids);
        if let Some(slot) = self.spans.get_mut(at) {
            self.unused += slot.range().len();
            *slot = span;
        }
        self.close();
    }

    /// Takes a list out; the last one takes its place.
    pub(super) fn swap_remove(&mut self, at: usize) {
        self.unused += self.spans.swap_remove(at).range().len();
        self.close();
    }

    /// Gives back the room that lists to come would have had.
    pub(super) fn shrink_to_fit(&mut self) {
        self.ids.shrink_to_fit();
    }

    fn written(&mut self, ids: &[LineId]) -> Span {
        let from = self.ids.len() as u32;
        self.ids.extend_from_slice(ids);
        Span {
            from,
            to: self.ids.len() as u32,
        }
    }

    /// Closes the gaps once they take a quarter of the room.
    fn close(&mut self) {
        if self.unused * 4 <= self.ids.len() {
            return;
        }
        let mut closed = OwnLines::with_capacity(self.spans.len());
        for at in 0..self.spans.len() {
            closed.push(self.get(at));
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
            steps in prop::collection::vec((0u8..4, any::<prop::sample::Index>(), 0u32..9), 1..80),
        ) {
            let mut own = OwnLines::default();
            let mut lists: Vec<Vec<LineId>> = Vec::new();
            for (number, (what, place, length)) in (0..).zip(steps) {
                let ids: Vec<LineId> = (0..length).map(|id| LineId(number * 10 + id)).collect();
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
                    prop_assert_eq!(own.get(at), &list[..]);
                }
                prop_assert!(own.unused * 4 <= own.ids.len());
            }
        }
    }
}
