//! All coverage lines of a book, packed: a million are held in the memory of a laptop, at about
//! forty bytes each where the values as they are worked with take five hundred and more. A line
//! comes out as a value and goes in as one; nothing is borrowed from here, so that nothing keeps a
//! million of them unpacked by accident. Pure.

mod pack;

use super::ids::LineId;
use super::line::Line;
use super::packed::blocks::Blocks;
pub use super::packed::serial::Room;
use super::packed::words::Words;
pub use pack::Names;
pub use pack::{Depth, Figures, Named, Whole};
use pack::{Groups, Spot};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::Range;

/// In the place of a line that is held beside the blocks, which are full.
const BESIDE: u32 = u32::MAX;

/// The lines of a book, in the order of their numbers.
///
/// Their bytes are shared between copies; what is written to is copied first.
#[derive(Clone, Default)]
pub struct Lines {
    blocks: Blocks,
    /// Where the line of each number stands; 0 for none, [`BESIDE`] for one in `beside`, else one
    /// more than its place.
    places: Vec<u32>,
    /// Lines for which the blocks have no room. They take more memory, and none is ever left out.
    beside: HashMap<LineId, Line>,
    words: Words,
    groups: Groups,
    count: usize,
}

impl std::fmt::Debug for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Lines {
    /// No lines yet, with room for numbers up to `last`.
    pub fn with_room(last: u32) -> Lines {
        Lines {
            places: Vec::with_capacity(last as usize + 1),
            ..Lines::default()
        }
    }

    /// The line of that number.
    pub fn get(&self, id: LineId) -> Option<Line> {
        self.get_as::<Whole>(id)
    }

    /// The line of that number, so much of it.
    pub fn get_as<D: Depth>(&self, id: LineId) -> Option<Line> {
        let place = self.place(id)?;
        self.at::<D>(id, place)
    }

    /// Serial number and product id of a line, without the rest of it.
    pub fn names<'l: 'r, 'r>(&'l self, id: LineId, room: &'r mut Room) -> Option<Names<'l, 'r>> {
        let place = self.place(id)?;
        if place == BESIDE - 1 {
            let line = self.beside.get(&id)?;
            return Some((line.serial.as_deref(), line.pid.as_deref()));
        }
        pack::names(self.spot(place)?, room)
    }

    /// True when there is a line of that number.
    pub fn contains(&self, id: LineId) -> bool {
        self.place(id).is_some()
    }

    /// Adds a line or replaces the one of its number.
    pub fn put(&mut self, line: Line) {
        let at = line.id.0 as usize;
        if self.places.len() <= at {
            self.places.resize(at + 1, 0);
        }
        self.forget(line.id);
        let place = match self.write(&line) {
            Some(place) => place + 1,
            None => {
                self.beside.insert(line.id, line);
                BESIDE
            }
        };
        if let Some(slot) = self.places.get_mut(at) {
            *slot = place;
            self.count += 1;
        }
        if self.blocks.is_wasteful() {
            *self = self.iter().collect::<Lines>().reserved(self.places.len());
        }
    }

    /// Takes a line out.
    pub fn remove(&mut self, id: LineId) -> Option<Line> {
        let line = self.get(id)?;
        self.forget(id);
        Some(line)
    }

    /// All lines, by number.
    pub fn iter(&self) -> Iter<'_> {
        self.within(0..u32::MAX)
    }

    /// The lines with these numbers, in order.
    pub fn within(&self, numbers: Range<u32>) -> Iter<'_> {
        self.within_as::<Whole>(numbers)
    }

    /// The lines with these numbers, in order, so much of each.
    pub fn within_as<D: Depth>(&self, numbers: Range<u32>) -> Iter<'_, D> {
        let to = self.places.len().min(numbers.end as usize);
        Iter {
            lines: self,
            at: numbers.start as usize,
            to,
            depth: PhantomData,
        }
    }

    /// The same lines for a thread of its own that reads very many of them: see [`Words::apart`].
    pub fn apart(&self) -> Lines {
        Lines {
            words: self.words.apart(),
            ..self.clone()
        }
    }

    /// All numbers, cut into so many stretches of equal length.
    pub fn stretches(&self, parts: u32) -> impl Iterator<Item = Range<u32>> + use<> {
        let all = self.next_id().0;
        let one = all.div_ceil(parts.max(1));
        let from = (0..parts.max(1)).map(move |part| part.saturating_mul(one).min(all));
        from.map(move |from| from..from.saturating_add(one).min(all))
    }

    /// The numbers of all lines.
    pub fn ids(&self) -> impl Iterator<Item = LineId> {
        let taken = self.places.iter().enumerate();
        taken.filter_map(|(at, place)| (*place != 0).then_some(LineId(at as u32)))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True without lines.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number the next new line of the book gets: none that was ever given.
    pub fn next_id(&self) -> LineId {
        LineId(self.places.len().max(1) as u32)
    }

    /// Notes that numbers up to `last` are given, also those of lines that were taken away.
    pub fn reserve_ids(&mut self, last: u32) {
        let upto = last as usize + 1;
        if self.places.len() < upto {
            self.places.resize(upto, 0);
        }
    }

    /// Bytes that the lines take, for whoever measures.
    pub fn bytes(&self) -> usize {
        let beside = self.beside.capacity() * size_of::<(LineId, Line)>();
        self.blocks.bytes() + beside + self.places.len() * size_of::<u32>() + self.words.bytes()
    }

    /// Gives back the room that lines to come would have had.
    pub fn shrink_to_fit(&mut self) {
        self.places.shrink_to_fit();
        self.blocks.shrink();
        self.words.shrink();
    }

    fn reserved(mut self, numbers: usize) -> Lines {
        self.places.resize(numbers.max(self.places.len()), 0);
        self
    }

    fn place(&self, id: LineId) -> Option<u32> {
        self.places.get(id.0 as usize)?.checked_sub(1)
    }

    fn at<D: Depth>(&self, id: LineId, place: u32) -> Option<Line> {
        if place == BESIDE - 1 {
            return self.beside.get(&id).cloned();
        }
        Some(pack::read::<D>(id, self.spot(place)?)?.0)
    }

    fn spot(&self, place: u32) -> Option<Spot<'_>> {
        let (block, at) = self.blocks.around(place)?;
        let words = &self.words;
        Some(Spot { block, at, words })
    }

    fn forget(&mut self, id: LineId) {
        let Some(place) = self.place(id) else { return };
        self.beside.remove(&id);
        // what other lines name of it counts as waste too: it is written anew with them
        let read = self
            .spot(place)
            .and_then(|spot| pack::read::<Whole>(id, spot));
        self.blocks.leave(read.map_or(0, |(_, length)| length));
        if let Some(slot) = self.places.get_mut(id.0 as usize) {
            *slot = 0;
            self.count -= 1;
        }
    }

    /// Writes a line behind the others; nothing when all blocks are full of them.
    fn write(&mut self, line: &Line) -> Option<u32> {
        let (words, groups) = (&mut self.words, &mut self.groups);
        let write = |out: &mut Vec<u8>| pack::write(line, out, words, groups);
        self.blocks.put(write)
    }
}

impl FromIterator<Line> for Lines {
    fn from_iter<I: IntoIterator<Item = Line>>(rows: I) -> Self {
        let mut lines = Lines::default();
        for line in rows {
            lines.put(line);
        }
        lines
    }
}

impl<'a> IntoIterator for &'a Lines {
    type Item = Line;
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// Lines by number, unpacked one by one.
#[derive(Clone, Debug)]
pub struct Iter<'a, D = Whole> {
    lines: &'a Lines,
    at: usize,
    to: usize,
    depth: PhantomData<D>,
}

impl<D: Depth> Iterator for Iter<'_, D> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let rest = self.lines.places.get(self.at..self.to)?;
        let free = rest.iter().position(|place| *place != 0)?;
        let at = self.at + free;
        self.at = at + 1;
        let place = self.lines.places.get(at)?.checked_sub(1)?;
        self.lines.at::<D>(LineId(at as u32), place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u32, serial: &str) -> Line {
        let account = uuid::Uuid::from_u128(7);
        let line = serde_json::json!({
            "id": id, "account": account, "kind": "asset", "coverage": "unknown",
            "quantity": "1", "list_years": "1", "serial": serial,
        });
        serde_json::from_value(line).unwrap()
    }

    #[test]
    fn stretches_have_every_line_once_and_in_order() {
        let mut lines: Lines = (1..=23).map(|id| line(id, "FOC")).collect();
        lines.remove(LineId(9));
        for parts in [0, 1, 2, 3, 7, 100] {
            let all = lines.stretches(parts).flat_map(|part| lines.within(part));
            assert_eq!(
                all.map(|line| line.id).collect::<Vec<_>>(),
                lines.ids().collect::<Vec<_>>()
            );
        }
        assert_eq!(Lines::default().stretches(2).count(), 2);
    }

    #[test]
    fn a_line_for_which_the_blocks_have_no_room_is_not_left_out() {
        let mut lines = Lines {
            blocks: Blocks::at_most(1),
            ..Lines::default()
        };
        let all: Vec<Line> = (1..=9_000)
            .map(|id| line(id, &format!("FOC{id:08}")))
            .collect();
        all.iter().cloned().for_each(|line| lines.put(line));
        assert!(lines.blocks.count() == 1 && lines.beside.len() > 100);
        assert_eq!(
            (lines.len(), lines.iter().collect::<Vec<_>>()),
            (9_000, all)
        );
        for (id, serial) in [(1, "FOC00000001"), (9_000, "FOC00009000")] {
            let mut room = Room::default();
            assert_eq!(
                lines.names(LineId(id), &mut room),
                Some((Some(serial), None))
            );
        }
        let kept = lines.clone();
        for id in [1, 9_000] {
            lines.put(line(id, "OTHER"));
            assert_eq!(lines.get(LineId(id)), Some(line(id, "OTHER")));
        }
        assert_eq!(lines.len(), 9_000);
        assert_eq!(lines.remove(LineId(9_000)), Some(line(9_000, "OTHER")));
        assert_eq!((lines.get(LineId(9_000)), lines.len()), (None, 8_999));
        assert_eq!(lines.ids().last(), Some(LineId(8_999)));
        assert_eq!(kept.get(LineId(9_000)), Some(line(9_000, "FOC00009000")));
    }
}
