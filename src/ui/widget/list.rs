//! Cursor and window of a read-only list, with the page as last drawn: only rows on screen are
//! ever built.

use std::cell::Cell;

/// Cursor and window of a list. The window follows the cursor when the list is drawn, since only
/// then the height is known; that is why two numbers sit in cells.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The row under the cursor.
    pub cursor: usize,
    first: Cell<usize>,
    page: Cell<usize>,
}

impl List {
    /// Rows to draw in `height` lines of a list of `len`, with the cursor among them.
    pub fn rows(&self, len: usize, height: usize) -> std::ops::Range<usize> {
        self.page.set(height);
        if height == 0 {
            return 0..0;
        }
        let cursor = self.cursor.min(len.saturating_sub(1));
        let mut first = self.first.get().min(len.saturating_sub(height));
        if cursor < first {
            first = cursor;
        } else if height > 0 && cursor >= first + height {
            first = cursor + 1 - height;
        }
        self.first.set(first);
        first..(first + height).min(len)
    }

    /// Lines to draw of a text of `len` lines, without a cursor: it starts where it was scrolled
    /// to and never past its end.
    pub fn part(&self, len: usize, height: usize) -> std::ops::Range<usize> {
        self.page.set(height);
        let first = self.first.get().min(len.saturating_sub(height));
        self.first.set(first);
        first..(first + height).min(len)
    }

    /// Scrolls a text without a cursor; its end holds when it is drawn.
    pub fn scroll(&mut self, by: isize, len: usize) {
        let first = self.first.get().saturating_add_signed(by).min(len);
        self.first.set(first);
    }

    /// The rows on the screen as last drawn.
    pub fn seen(&self) -> std::ops::Range<usize> {
        self.first.get()..self.first.get() + self.page.get()
    }

    /// Rows of a page as last drawn, at least one.
    pub fn page(&self) -> usize {
        self.page.get().max(1)
    }

    /// Moves the cursor, held within `len` rows.
    pub fn step(&mut self, by: isize, len: usize) {
        let last = len.saturating_sub(1);
        self.cursor = self.cursor.min(last).saturating_add_signed(by).min(last);
    }

    /// Puts the cursor on a row, held within `len` rows.
    pub fn go(&mut self, to: usize, len: usize) {
        self.cursor = to.min(len.saturating_sub(1));
    }

    /// Moves by pages.
    pub fn turn(&mut self, pages: isize, len: usize) {
        self.step(pages * self.page() as isize, len);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_follows_the_cursor_and_never_runs_past_the_end() {
        let mut list = List::default();
        assert_eq!(list.rows(100, 10), 0..10);
        list.step(12, 100);
        assert_eq!(list.rows(100, 10), 3..13);
        list.step(-5, 100);
        assert_eq!(list.rows(100, 10), 3..13);
        list.turn(50, 100);
        assert_eq!((list.cursor, list.rows(100, 10)), (99, 90..100));
        assert_eq!(list.rows(5, 10), 0..5);
        assert_eq!(list.rows(0, 10), 0..0);
        assert!(list.rows(5, 0).is_empty());
    }
}
