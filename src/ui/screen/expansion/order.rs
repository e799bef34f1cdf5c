//! Tables with a column cursor: what they are sorted by, and which columns fit.

use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::Range;

/// A column on screen: its number, cells from the first one's left edge, and its width.
pub type Place = (usize, u16, usize);

/// The column under the cursor, the first one shown of those that scroll, and what rows are sorted by.
#[derive(Debug, Default)]
pub struct Columns {
    /// Under the cursor.
    pub at: usize,
    first: Cell<usize>,
    /// The column rows are sorted by, and whether downwards; none is the table's own order.
    pub sort: Option<(usize, bool)>,
}

impl Columns {
    /// Moves the column cursor within `all` columns.
    pub fn step(&mut self, right: bool, all: usize) {
        self.at = match right {
            true => (self.at + 1).min(all.saturating_sub(1)),
            false => self.at.saturating_sub(1),
        };
    }

    /// Sorts by a column: figures downwards first; again turns round, again takes the order back.
    pub fn sort_by(&mut self, at: usize, figures: bool) {
        self.at = at;
        self.sort = match self.sort {
            Some((by, down)) if by == at && down != figures => None,
            Some((by, down)) if by == at => Some((by, !down)),
            _ => Some((at, figures)),
        };
    }

    /// Marks the row under the cursor, and in it the cell.
    pub fn mark(&self, canvas: &mut Canvas<'_>, row: Rect, places: &[Place]) {
        canvas.ground(row, Role::Cursor);
        if let Some((_, x, wide)) = places.iter().find(|(at, ..)| *at == self.at) {
            let cell = Rect::new(row.x + 2 + x, row.y, *wide as u16, 1);
            canvas.ground(cell, Role::Cell);
        }
    }

    /// Of the columns from `frozen` to `all`, so many as fit, the one under the cursor among them.
    pub fn shown(&self, frozen: usize, all: usize, fit: usize) -> Range<usize> {
        let last = all.saturating_sub(fit).max(frozen);
        let mut first = self.first.get().clamp(frozen, last);
        if self.at >= frozen {
            first = first.min(self.at).max((self.at + 1).saturating_sub(fit));
        } else {
            first = frozen;
        }
        self.first.set(first);
        first..(first + fit).min(all)
    }
}

/// Two values in an order, unknown ones last in both directions.
pub fn known_first<T>(
    a: &Option<T>,
    b: &Option<T>,
    order: impl FnOnce(&T, &T) -> Ordering,
) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => order(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// An order as it is, or turned round.
pub fn turned(order: Ordering, down: bool) -> Ordering {
    match down {
        true => order.reverse(),
        false => order,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_under_the_cursor_is_always_shown() {
        for all in [2, 5, 9] {
            for fit in 1..=9 {
                let mut columns = Columns::default();
                for right in [true, false] {
                    for _ in 0..all {
                        columns.step(right, all);
                        let shown = columns.shown(2, all, fit);
                        let held = columns.at < 2 || shown.contains(&columns.at);
                        assert!(held, "{all} {fit} {}: {shown:?}", columns.at);
                        assert!(shown.end <= all && shown.len() <= fit);
                    }
                }
            }
        }
    }

    #[test]
    fn a_third_press_takes_the_order_back() {
        let mut columns = Columns::default();
        columns.sort_by(3, true);
        assert_eq!(columns.sort, Some((3, true)));
        columns.sort_by(3, true);
        assert_eq!(columns.sort, Some((3, false)));
        columns.sort_by(3, true);
        assert_eq!(columns.sort, None);
    }
}
