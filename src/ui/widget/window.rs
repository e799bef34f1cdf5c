//! Which rows of a long list are on screen. Only those are ever built, so a list of ten thousand
//! lines costs as much as one of forty.

use std::ops::Range;

/// The cursor of a list and the first row shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The row the cursor is on.
    pub at: usize,
    /// The first row on screen.
    pub top: usize,
}

impl Window {
    /// Rows to draw in a list of `len` with room for `height`; scrolls just far enough that the
    /// cursor is among them and no room is left empty while rows are hidden above.
    pub fn shown(&mut self, len: usize, height: usize) -> Range<usize> {
        let range = self.range(len, height);
        self.at = self.at.min(len.saturating_sub(1));
        self.top = range.start;
        range
    }

    /// The same without moving the window: for drawing from a shared model.
    pub fn range(&self, len: usize, height: usize) -> Range<usize> {
        if height == 0 || len == 0 {
            return 0..0;
        }
        let at = self.at.min(len - 1);
        let lowest = (at + 1).saturating_sub(height);
        let top = self.top.clamp(lowest, at).min(len.saturating_sub(height));
        top..(top + height).min(len)
    }

    /// Moves the cursor by rows, staying in the list.
    pub fn step(&mut self, by: isize, len: usize) {
        self.at = self.at.saturating_add_signed(by).min(len.saturating_sub(1));
    }

    /// Puts the cursor on a row.
    pub fn go(&mut self, to: usize, len: usize) {
        self.at = to.min(len.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scrolls_only_as_far_as_needed() {
        let mut window = Window::default();
        assert_eq!(window.shown(100, 10), 0..10);
        window.step(9, 100);
        assert_eq!(window.shown(100, 10), 0..10);
        window.step(1, 100);
        assert_eq!(window.shown(100, 10), 1..11);
        window.go(99, 100);
        assert_eq!(window.shown(100, 10), 90..100);
        window.step(-3, 100);
        assert_eq!(window.shown(100, 10), 90..100);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_shown_and_no_room_is_wasted(
            at in 0usize..500, top in 0usize..500, len in 0usize..300, height in 0usize..60,
        ) {
            let range = Window { at, top }.range(len, height);
            prop_assert_eq!(range.len(), len.min(height));
            if !range.is_empty() {
                prop_assert!(range.contains(&at.min(len - 1)));
            }
        }
    }
}
