//! The lines of a quote as a grid shows them gathered by chosen fields: groups within groups, each with
//! its sums, kept while a line is typed. Nothing here moves a line of the quote: an order is a list of its
//! rows.

use super::subtotals::{By, Group, Words};
use super::{PricedLine, Tally};
use crate::domain::quote::QuoteLine;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// What lines share in the chosen fields, a word a field, from the outermost group in.
pub type Path = Vec<Arc<str>>;

/// A group of lines.
#[derive(Clone, Debug)]
pub struct Head {
    /// What its lines share; as long as it lies deep, and never empty.
    pub path: Path,
    /// Its lines, as places in the order of all.
    pub span: Range<usize>,
    /// Their sums.
    pub sums: Tally,
    /// The group around it.
    pub parent: Option<usize>,
}

/// A row as it stands on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The subtotal of a group, by its place among [`Gathered::heads`].
    Head(usize),
    /// A line, by its row in the quote.
    Line(usize),
}

/// The lines of a quote in groups.
#[derive(Clone, Debug)]
pub struct Gathered {
    by: Vec<By>,
    /// By row of the quote.
    words: Vec<Path>,
    /// Rows of the quote, group by group.
    order: Vec<usize>,
    /// The groups, each before those within it.
    heads: Vec<Head>,
    /// By row of the quote: its innermost group.
    inner: Vec<usize>,
}

impl Gathered {
    /// Gathers the lines by fields. Groups come in the order of their words, those without a word last;
    /// the lines of a group stay in the order of the quote.
    pub fn of(group: &Group<'_>, priced: &[PricedLine], by: &[By]) -> Gathered {
        let lines = &group.quote.lines;
        let mut words = Words::of(*group);
        let mut gathered = Gathered {
            by: by.to_vec(),
            words: lines
                .iter()
                .map(|line| path_of(&mut words, line, by))
                .collect(),
            order: Vec::new(),
            heads: Vec::new(),
            inner: Vec::new(),
        };
        gathered.lay(lines, priced);
        gathered
    }

    /// The fields.
    pub fn by(&self) -> &[By] {
        &self.by
    }

    /// The groups, each before those within it.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The rows of the quote that a group holds.
    pub fn rows_of(&self, head: &Head) -> &[usize] {
        self.order.get(head.span.clone()).unwrap_or_default()
    }

    /// The innermost group of a row of the quote, and those around it.
    pub fn around(&self, row: usize) -> impl Iterator<Item = usize> {
        let parent = |at: &usize| self.heads.get(*at).and_then(|head| head.parent);
        std::iter::successors(self.inner.get(row).copied(), parent)
    }

    /// Takes in a line that was changed: its groups' sums follow, and it stays in them until
    /// [`Gathered::settle`] looks where it belongs. `lines` and `priced` are all lines as they now stand.
    pub fn put(
        &mut self,
        row: usize,
        before: (&QuoteLine, &PricedLine),
        (lines, priced): (&[QuoteLine], &[PricedLine]),
    ) {
        let Some(now) = lines.get(row).zip(priced.get(row)) else {
            return;
        };
        let own: Vec<usize> = self.around(row).collect();
        for at in own {
            let Some(head) = self.heads.get_mut(at) else {
                continue;
            };
            if head.sums.take(before.0, before.1) {
                head.sums.add(now.0, now.1);
            } else {
                let rows = self.order.get(head.span.clone()).unwrap_or_default();
                let all = rows.iter();
                head.sums = Tally::of(all.filter_map(|row| lines.get(*row).zip(priced.get(*row))));
            }
        }
    }

    /// Puts changed rows where their words now belong; true where one went to another group.
    pub fn settle(&mut self, group: &Group<'_>, priced: &[PricedLine], rows: &[usize]) -> bool {
        let lines = &group.quote.lines;
        let mut found = Words::of(*group);
        let mut moved = false;
        for row in rows {
            let (Some(line), Some(words)) = (lines.get(*row), self.words.get_mut(*row)) else {
                continue;
            };
            let now = path_of(&mut found, line, &self.by);
            if *words != now {
                *words = now;
                moved = true;
            }
        }
        if moved {
            self.lay(lines, priced);
        }
        moved
    }

    /// Finds order and groups from the words.
    fn lay(&mut self, lines: &[QuoteLine], priced: &[PricedLine]) {
        let words = &self.words;
        let known = ranks(words);
        let place = |word: &std::sync::Arc<str>| known.get(&**word).copied();
        let keys = words.iter().map(|path| path.iter().map(place).collect());
        let mut order: Vec<(Vec<Option<usize>>, usize)> = keys.zip(0..).collect();
        order.sort_unstable();
        let order: Vec<usize> = order.into_iter().map(|(_, row)| row).collect();
        self.heads.clear();
        self.inner = vec![0; lines.len()];
        let mut open: Vec<usize> = Vec::new();
        for (place, row) in order.iter().enumerate() {
            let path = words.get(*row).map_or(&[][..], Vec::as_slice);
            let shared = open
                .last()
                .and_then(|at| self.heads.get(*at))
                .map_or(0, |head| {
                    let both = head.path.iter().zip(path);
                    both.take_while(|(a, b)| a == b).count()
                });
            open.truncate(shared);
            for depth in shared..path.len() {
                let parent = open.last().copied();
                open.push(self.heads.len());
                self.heads.push(Head {
                    path: path.get(..=depth).unwrap_or_default().to_vec(),
                    span: place..place,
                    sums: Tally::default(),
                    parent,
                });
            }
            for at in &open {
                if let Some(head) = self.heads.get_mut(*at) {
                    head.span.end = place + 1;
                    if let Some((line, priced)) = lines.get(*row).zip(priced.get(*row)) {
                        head.sums.add(line, priced);
                    }
                }
            }
            if let (Some(inner), Some(at)) = (self.inner.get_mut(*row), open.last()) {
                *inner = *at;
            }
        }
        self.order = order;
    }

    /// The rows as they stand on screen, where the groups of these paths are folded: a folded group is
    /// its subtotal alone.
    pub fn spots(&self, folded: &HashSet<Path>) -> Vec<Spot> {
        let mut spots = Vec::with_capacity(self.order.len() + self.heads.len());
        let mut next = 0;
        let mut heads = self.heads.iter().enumerate().peekable();
        while next < self.order.len() {
            while let Some((at, head)) = heads.next_if(|(_, head)| head.span.start <= next) {
                // a group within a folded one
                if head.span.start < next {
                    continue;
                }
                spots.push(Spot::Head(at));
                if folded.contains(&head.path) {
                    next = head.span.end;
                }
            }
            let until = heads
                .peek()
                .map_or(self.order.len(), |(_, head)| head.span.start);
            let lines = self.order.get(next..until.max(next)).unwrap_or_default();
            spots.extend(lines.iter().map(|row| Spot::Line(*row)));
            next = next.max(until);
        }
        spots
    }
}

fn path_of(words: &mut Words<'_>, line: &QuoteLine, by: &[By]) -> Path {
    by.iter().map(|by| words.word(line, *by)).collect()
}

/// The places of words in their order, those without a word last: comparing places is quicker than
/// comparing words.
fn ranks(words: &[Path]) -> HashMap<&str, usize> {
    let all: HashSet<&str> = words.iter().flatten().map(|word| &**word).collect();
    let mut all: Vec<&str> = all.into_iter().collect();
    all.sort_unstable_by_key(|word| (word.is_empty(), *word));
    all.into_iter().zip(0..).collect()
}
