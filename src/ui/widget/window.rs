//! The window of a long list: which rows are on screen. Only those are ever built and drawn.

use std::cell::Cell;

/// Cursor and window of a list. The window follows the cursor when the list is drawn, since only
/// then the height is known; that is why two numbers sit in cells.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// The row under the cursor.
    pub cursor: usize,
    first: Cell<usize>,
    page: Cell<usize>,
}

impl Window {
    /// Rows to draw in `height` lines of a list of `len`, with the cursor among them.
    pub fn rows(&self, len: usize, height: usize) -> std::ops::Range<usize> {
        self.page.set(height);
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

    /// Rows of a page as last drawn, at least one.
    pub fn page(&self) -> usize {
        self.page.get().max(1)
    }

    /// Moves the cursor, held within `len` rows.
    pub fn step(&mut self, by: isize, len: usize) {
        let last = len.saturating_sub(1);
        self.cursor = self.cursor.min(last).saturating_add_signed(by).min(last);
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
        let mut window = Window::default();
        assert_eq!(window.rows(100, 10), 0..10);
        window.step(12, 100);
        assert_eq!(window.rows(100, 10), 3..13);
        window.step(-5, 100);
        assert_eq!(window.rows(100, 10), 3..13);
        window.turn(50, 100);
        assert_eq!((window.cursor, window.rows(100, 10)), (99, 90..100));
        assert_eq!(window.rows(5, 10), 0..5);
        assert_eq!(window.rows(0, 10), 0..0);
        assert_eq!(window.rows(5, 0), 4..4);
    }
}
