//! The marked part of a grid: whole lines, or a block of lines and columns. One end of a range that grows
//! is the cursor, so only the other is kept.

use std::ops::RangeInclusive;

/// What is marked along one side of the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Range {
    #[default]
    None,
    /// Grows with Shift+arrow only.
    Shift(usize),
    /// Grows with every move.
    Growing(usize),
    Fixed(usize, usize),
}

impl Range {
    fn with(self, at: usize) -> Option<RangeInclusive<usize>> {
        match self {
            Range::None => None,
            Range::Shift(from) | Range::Growing(from) => Some(from.min(at)..=from.max(at)),
            Range::Fixed(from, to) => Some(from..=to),
        }
    }

    fn fixed(self, at: usize) -> Range {
        let range = self.with(at);
        range.map_or(Range::None, |range| {
            Range::Fixed(*range.start(), *range.end())
        })
    }

    fn grows(self) -> bool {
        matches!(self, Range::Shift(_) | Range::Growing(_))
    }
}

/// The marked lines and columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    rows: Range,
    /// Where none is, whole lines are marked.
    columns: Range,
}

impl Marks {
    /// Every line.
    pub(super) fn all(rows: usize) -> Marks {
        Marks {
            rows: Range::Fixed(0, rows.saturating_sub(1)),
            columns: Range::None,
        }
    }

    /// The marked rows, with the cursor in this one.
    pub(super) fn rows(&self, at: usize) -> Option<RangeInclusive<usize>> {
        self.rows.with(at)
    }

    /// The marked columns, with the cursor in this one; none where whole lines are marked.
    pub(super) fn columns(&self, at: usize) -> Option<RangeInclusive<usize>> {
        self.columns.with(at).filter(|_| self.rows != Range::None)
    }

    /// Shift+arrow up or down.
    pub(super) fn extend_rows(&mut self, (row, _): (usize, usize)) {
        if !self.rows.grows() {
            *self = Marks {
                rows: Range::Shift(row),
                columns: Range::None,
            };
        }
    }

    /// Shift+arrow left or right: a block of the marked lines, or of this one.
    pub(super) fn extend_columns(&mut self, (row, column): (usize, usize)) {
        if self.rows == Range::None {
            self.rows = Range::Shift(row);
        }
        if !self.columns.grows() {
            self.columns = Range::Shift(column);
        }
    }

    /// Starts a range of lines that grows with the cursor, or ends it.
    pub(super) fn mark_rows(&mut self, (row, _): (usize, usize)) {
        self.rows = match self.rows {
            Range::Growing(_) => self.rows.fixed(row),
            _ => Range::Growing(row),
        };
        self.columns = Range::None;
    }

    /// Starts a block that grows with the cursor, or ends it.
    pub(super) fn mark_block(&mut self, (row, column): (usize, usize)) {
        if let (Range::Growing(_), Range::Growing(_)) = (self.rows, self.columns) {
            self.rows = self.rows.fixed(row);
            self.columns = self.columns.fixed(column);
        } else {
            self.rows = Range::Growing(row);
            self.columns = Range::Growing(column);
        }
    }

    /// Before a move without Shift: what Shift marked is let go, or stays as it is where the lines were
    /// marked otherwise.
    pub(super) fn moving(&mut self, (_, column): (usize, usize)) {
        if matches!(self.rows, Range::Shift(_)) {
            *self = Marks::default();
        } else if matches!(self.columns, Range::Shift(_)) {
            self.columns = self.columns.fixed(column);
        }
    }
}
